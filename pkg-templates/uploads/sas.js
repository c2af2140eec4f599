// Shared access signatures by a user delegation key, which the account gives to who is signed in.
// https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas
import { sign } from "./sign.js";
import { child, escapeXml, readXml } from "./xml.js";

const DAY = 86_400_000;
const LONGEST = 7 * DAY;
// In the order in which the service wants them.
const PERMISSIONS = { blob: "racwdxytmei", container: "racwdxyltmeif" };

/** The query of an address that lets whoever has it do what `permissions` say, until `expiry`. */
export async function sasOf(store, { container, blob }, { permissions = "r", start, expiry, signal }) {
  const { invalid, send, base, account, canSign, secrets, version, HuntbookError } = store;
  if (!canSign) throw invalid("getSasToken: a signature cannot make others; connect with { auth: { tenant, clientId } }, or a token");
  const allowed = PERMISSIONS[blob === undefined ? "container" : "blob"];
  if (typeof permissions !== "string" || !permissions || [...permissions].some((one) => !allowed.includes(one))) throw invalid(`getSasToken: option \`permissions\` should be some of the letters ${allowed}, such as "r" or "rw"`);
  const now = Date.now();
  const from = start === undefined ? undefined : toTime("start", start, invalid);
  const until = expiry === undefined ? now + LONGEST : toTime("expiry", expiry, invalid);
  if (!(until > (from ?? now) && until <= now + LONGEST)) throw invalid("getSasToken: `expiry` should be after `start` and now, and within seven days");
  // Clocks differ; the key is for no more than seven days either.
  const keyStart = Math.max(Math.min(from ?? now, now) - 300_000, until - LONGEST);
  const body = `<?xml version="1.0" encoding="utf-8"?><KeyInfo><Start>${escapeXml(shown(keyStart))}</Start><Expiry>${escapeXml(shown(until))}</Expiry></KeyInfo>`;
  const { bytes } = await send({ method: "POST", query: { restype: "service", comp: "userdelegationkey" }, body, headers: { "Content-Type": "application/xml" } }, signal);
  const answer = readXml(new TextDecoder().decode(bytes));
  const key = (name) => child(answer, name)?.text ?? "";
  if (!key("Value")) throw new HuntbookError("badInput", "Azure Blob Storage: the answer has no key; try again");
  secrets.add(key("Value"));
  const sp = [...allowed].filter((one) => permissions.includes(one)).join("");
  const st = from === undefined ? "" : shown(from);
  const sr = blob === undefined ? "c" : "b";
  const spr = base.startsWith("https:") ? "https" : "";
  const text = [
    sp, st, shown(until), `/blob/${account}/${container}${blob === undefined ? "" : `/${blob}`}`,
    key("SignedOid"), key("SignedTid"), key("SignedStart"), key("SignedExpiry"), key("SignedService"), key("SignedVersion"),
    "", "", "", // who is meant, and a correlation
    "", spr, version, sr, // addresses
    "", "", "", "", "", "", "", // snapshot, encryption scope, headers of the answer
  ].join("\n");
  const sig = await sign(text, key("Value"), store);
  return new URLSearchParams({
    sv: version, ...(st && { st }), se: shown(until), sr, sp, ...(spr && { spr }),
    skoid: key("SignedOid"), sktid: key("SignedTid"), skt: key("SignedStart"), ske: key("SignedExpiry"), sks: key("SignedService"), skv: key("SignedVersion"), sig,
  }).toString();
}

/** To the second, as the service has it. */
const shown = (ms) => new Date(ms).toISOString().replace(/\.\d+/, "");

function toTime(name, given, invalid) {
  const time = given instanceof Date ? given.getTime() : typeof given === "string" ? Date.parse(given) : NaN;
  if (Number.isFinite(time)) return time;
  throw invalid(`getSasToken: option \`${name}\` should be a time: a Date, or ISO 8601`);
}
