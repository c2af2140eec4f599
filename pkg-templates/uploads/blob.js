// Azure Blob Storage: containers and their blobs.
// https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
import { bearer } from "../providers/auth.js";
import { download, toBlob, upload } from "./blob-content.js";
import { blobColumns, containerColumns, list } from "./blob-list.js";
import { method } from "./open.js";
import { sasOf } from "./sas.js";
import { child, readXml } from "./xml.js";

const VERSION = "2021-12-02";
const SCOPE = "https://storage.azure.com/.default";
const SUFFIXES = { global: "core.windows.net", usgov: "core.usgovcloudapi.net", cn: "core.chinacloudapi.cn" };
// Seconds: a part may have to go through a slow line.
const TIMEOUT = 300;
// What is done may not be done again just because its answer was lost: then what it made would be in the way.
const NOT_TAKEN = new Set([429, 503]);

export default {
  settings: "AzureBlobStorage",
  options: ["account", "base", "cloud"],
  example: '{ account: "contosologs", auth: { tenant, clientId } }',

  async open(context) {
    const { auth, invalid, secrets } = context;
    const { base, account, sas } = placeOf(context);
    if (sas) for (const secret of [sas, new URLSearchParams(sas).get("sig")]) if (secret) secrets.add(secret);
    const authorize = sas ? undefined : bearer(auth, SCOPE, context);
    if (!sas && !authorize) throw invalid(`AzureBlobStorage: there is no \`auth\`; pass ${this.example}, a token, or { sas: "sv=…&sig=…" }`);
    const sender = context.sender({ route: "blob", base, title: "Azure Blob Storage", authorize, explain, timeout: TIMEOUT });
    const shared = sas ? Object.fromEntries(new URLSearchParams(sas)) : {};
    /** `container` and `blob` say what is asked for. */
    const send = ({ container, blob, query, headers, ...request }, signal) => sender({
      ...request, container, blob,
      path: pathOf(container, blob),
      query: { ...query, ...shared },
      headers: { "x-ms-version": VERSION, ...headers },
    }, { signal });
    return methodsOf({ ...context, send, base, account, version: VERSION, canSign: !sas });
  },
};

function methodsOf(store) {
  const { send, invalid } = store;
  const container = (name) => checkContainer(name, invalid);
  const blob = (name) => checkBlob(name, invalid);
  return {
    containers: (options) => method(store, "containers", options, "prefix, limit", ({ signal, prefix, limit }) =>
      list(store, {}, { comp: "list", prefix }, { item: "Container", columns: containerColumns, limit, signal })),

    blobs: (name, options) => method(store, "blobs", options, "prefix, limit", ({ signal, prefix, limit }) =>
      list(store, { container: container(name) }, { restype: "container", comp: "list", include: "metadata", prefix }, { item: "Blob", columns: blobColumns, limit, signal })),

    createContainer: (name, options) => method(store, "createContainer", options, "", async ({ signal }) => {
      await send({ method: "PUT", container: container(name), query: { restype: "container" }, again: NOT_TAKEN }, signal);
    }),

    exists: (name, file, options) => method(store, "exists", options, "", async ({ signal }) => {
      const whole = file == null;
      const { status } = await send({ method: "HEAD", container: container(name), ...(whole ? { query: { restype: "container" } } : { blob: blob(file) }), allow: [404] }, signal);
      return status !== 404;
    }),

    upload: (name, file, source, options) => method(store, "upload", options, "overwrite, contentType", async (given) => {
      const target = { container: container(name), blob: blob(file) };
      const content = await toBlob(store, source, file, given);
      await upload(store, target, content, { again: NOT_TAKEN, ...given });
      return { url: store.base + pathOf(name, file), size: content.size };
    }),

    download: (name, file, options) => method(store, "download", options, "maxBytes", (given) =>
      download(store, { container: container(name), blob: blob(file) }, given)),

    deleteBlob: (name, file, options) => method(store, "deleteBlob", options, "", async ({ signal }) => {
      await send({ method: "DELETE", container: container(name), blob: blob(file), headers: { "x-ms-delete-snapshots": "include" }, again: NOT_TAKEN }, signal);
    }),

    getSasToken: (name, file, options) => method(store, "getSasToken", options, "permissions, start, expiry", async (given) => {
      const target = { container: container(name), blob: file == null ? undefined : blob(file) };
      return `${store.base}${pathOf(name, target.blob)}?${await sasOf(store, target, given)}`;
    }),
  };
}

/** Where the account is, what it is called, and the signature that an address may have brought. */
function placeOf({ auth, option, invalid, toBase }) {
  const cloud = option("cloud") ?? "global";
  if (!Object.hasOwn(SUFFIXES, cloud)) throw invalid(`AzureBlobStorage: there is no cloud ${JSON.stringify(cloud)} (there are: ${Object.keys(SUFFIXES).join(", ")})`);
  const named = option("account");
  // An address with a signature is what Azure's portal gives.
  const [address, own] = String(option("base") ?? "").split("?");
  if (!address && !/^[a-z\d]{3,24}$/.test(named ?? "")) throw invalid("AzureBlobStorage: option `account` should be the name of a storage account, such as \"contosologs\"; or give its address as `base`");
  const base = toBase(address || `https://${named}.blob.${SUFFIXES[cloud]}`, "option `base`");
  const { hostname, pathname } = new URL(base);
  const sas = auth?.sas ?? own;
  if (sas !== undefined && (typeof sas !== "string" || !/(^|[?&])sig=/.test(sas))) throw invalid("AzureBlobStorage: `auth.sas` should be a shared access signature, such as \"sv=…&sig=…\"");
  // Where a host is no account's own, as with Azurite, its path begins with the account.
  const account = named ?? (/\.blob\./.test(hostname) ? hostname.split(".")[0] : pathname.split("/")[1]);
  return { base, account, sas: sas?.replace(/^\?/, "") };
}

const pathOf = (container = "", blob) => `/${container}${blob === undefined ? "" : `/${blob.split("/").map(encodeURIComponent).join("/")}`}`;

// https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
function checkContainer(name, invalid) {
  if (typeof name === "string" && (/^(?=.{3,63}$)[a-z\d]+(-[a-z\d]+)*$/.test(name) || ["$root", "$web", "$logs"].includes(name))) return name;
  throw invalid(`${JSON.stringify(name)} is no name of a container, which has 3 to 63 small letters, digits and single hyphens, such as "evidence"`);
}

function checkBlob(name, invalid) {
  const wrong = typeof name !== "string" || !name || name.length > 1024 || name.split("/").some((part) => part === "." || part === "..") || /\p{Surrogate}/u.test(name);
  if (wrong) throw invalid(`${JSON.stringify(name)} is no name of a blob, which has 1 to 1024 characters, such as "2026/alerts.csv", no part "." or "..", and no half of a character`);
  return name;
}

/** What a refusal means here; a page may not see the header, and an answer to HEAD has no text. */
function explain({ status, headers, text }, { container, blob }) {
  const error = /^\s*(\ufeff|ï»¿)?\s*</.test(text()) ? readXml(text().slice(0, 10_000)) : undefined;
  const code = headers.get("x-ms-error-code") ?? child(error, "Code")?.text ?? (status === 404 ? (blob === undefined ? "ContainerNotFound" : "BlobNotFound") : "");
  const said = child(error, "Message")?.text?.split("\n")[0].replace(/\.$/, "");
  const known = {
    ContainerAlreadyExists: `Container ${container} already exists.`,
    ContainerNotFound: `Unknown container, check container name or create it first (${container}).`,
    ContainerBeingDeleted: `Container ${container} is being deleted; try again in a minute, or choose another name`,
    BlobNotFound: `The blob ${blob} does not exist in ${container}`,
    BlobAlreadyExists: `The blob ${blob} exists in ${container} already; choose another name, or leave out { overwrite: false }`,
    ConditionNotMet: `The blob ${blob} changed in the meantime; try again`,
    AuthenticationFailed: `the account does not take this signature or token${said ? ` (${said})` : ""}; it may have expired, or be of another account`,
    AuthorizationPermissionMismatch: `the ${container === undefined ? "account" : `container ${container}`} does not let you do this; ask for the role Storage Blob Data Contributor, or for a signature with more permissions`,
    AuthorizationFailure: "the account does not let you in; its firewall may not know your network, or the signature has not these rights",
    CorsPreflightFailure: "the account does not answer this page's origin (CORS); add it to the rules of its Blob service",
  };
  if (Object.hasOwn(known, code)) return known[code];
  return code && `answered ${status}: ${said ?? code}${said ? ` (${code})` : ""}`;
}
