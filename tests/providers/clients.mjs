// Clients that the vendors make, in Python: they check the stand-ins. Also a server that stands for Kusto. What they need is installed into target/venv-clients at the first time.
import { execFile, execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { once, Unreachable } from "../../scripts/venv.mjs";

const folder = path.resolve(import.meta.dirname, "../../target/venv-clients");
const requirements = path.join(import.meta.dirname, "clients.txt");
/** Where a program of theirs is. */
export const bin = (program) => path.join(folder, process.platform === "win32" ? "Scripts" : "bin", program);

/** Why they cannot be run here, or `false`. */
function install() {
  // Test files run at once: one installs, the others wait for it.
  const lock = `${folder}.lock`;
  for (;;) {
    try {
      fs.mkdirSync(path.dirname(lock), { recursive: true });
      fs.mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (Date.now() - (fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 300_000) fs.rmSync(lock, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    once(folder, fs.readFileSync(requirements, "utf8"), () => {
      execFileSync("python3", ["-m", "venv", folder], { stdio: "ignore" });
      // What the clients name beside what they use, such as pytest, is left out.
      execFileSync(bin("pip"), ["install", "--quiet", "--no-input", "--no-deps", "--requirement", requirements], { stdio: ["ignore", "pipe", "pipe"] });
    });
    return false;
  } catch (error) {
    const said = String(error.stderr ?? error.message);
    if (error.code === "ENOENT") return "python3 is absent";
    if (error instanceof Unreachable || /NewConnectionError|name resolution|Max retries|ConnectTimeout|ProxyError/i.test(said)) return "the Python registry cannot be reached";
    throw error;
  } finally {
    fs.rmdirSync(lock);
  }
}

export const skipClients = install();

/** Runs Python that calls `answer(value)` once, and resolves to that value. */
export function runClient(code) {
  const program = `import json\ndef answer(value):\n    print("\\nANSWER" + json.dumps(value))\n${code}`;
  return new Promise((resolve, reject) => {
    execFile(bin("python"), ["-c", program], { timeout: 60_000, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const [, value] = /\nANSWER(.*)/.exec(stdout) ?? [];
      if (value === undefined) reject(new Error(`the client failed: ${stderr || error?.message || stdout}`));
      else resolve(JSON.parse(value));
    });
  });
}
