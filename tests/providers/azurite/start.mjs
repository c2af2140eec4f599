// A storage account on this machine: Azurite, by HTTPS, as it takes tokens only there. Nothing is kept on the disk.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { Unreachable, npmCi } from "../../../scripts/venv.mjs";

// In target/: its packages have tests of their own.
const folder = path.resolve(import.meta.dirname, "../../../target/azurite");
const ACCOUNT = "devstoreaccount1";
// The key of that account is the same everywhere: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** The packages, from npm when they are not there yet; only where that cannot be reached is the test skipped. */
function install(t) {
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) fs.copyFileSync(path.join(import.meta.dirname, name), path.join(folder, name));
  try {
    npmCi(folder);
    return true;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    t.skip(`Azurite cannot be fetched here: ${error.message}`);
    return false;
  }
}

/** `{ base, account, token(claims), vendor }`, where `vendor` is @azure/storage-blob; nothing if it cannot be had. */
export async function startAzurite(t) {
  if (!install(t)) return undefined;
  const made = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-azurite-"));
  const [cert, key] = ["cert.pem", "key.pem"].map((name) => path.join(made, name));
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"], { stdio: "ignore" });
  const main = path.join(folder, "node_modules/azurite/dist/src/blob/main.js");
  const child = spawn(process.execPath, [main, "--blobPort", "0", "--inMemoryPersistence", "--extentMemoryLimit", "256", "--disableTelemetry", "--skipApiVersionCheck", "--silent", "--oauth", "basic", "--cert", cert, "--key", key], { cwd: made, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => {
    child.kill("SIGKILL");
    fs.rmSync(made, { recursive: true, force: true });
  });
  const port = await new Promise((resolve, reject) => {
    let said = "";
    const hear = (chunk) => {
      said += chunk;
      const [, port] = /listens on https:\/\/127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      if (port) resolve(port);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => reject(new Error(`Azurite ended with ${code}: ${said}`)));
  });
  // Its certificate is its own; this process asks nobody else.
  process.removeAllListeners("warning");
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  const vendor = createRequire(path.join(folder, "package.json"))("@azure/storage-blob");
  const base = `https://127.0.0.1:${port}/${ACCOUNT}`;
  const credential = new vendor.StorageSharedKeyCredential(ACCOUNT, KEY);
  return { base, account: ACCOUNT, token, vendor, credential, client: new vendor.BlobServiceClient(base, credential) };
}

/** A token as of Entra ID, whose signature Azurite does not check. */
function token(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const tenant = "11111111-2222-3333-4444-555555555555";
  return [part({ alg: "RS256", typ: "JWT" }), part({ aud: "https://storage.azure.com", iss: `https://sts.windows.net/${tenant}/`, iat: now - 60, nbf: now - 60, exp: now + 3600, oid: "66666666-7777-8888-9999-000000000000", tid: tenant, ...claims }), "c2ln"].join(".");
}
