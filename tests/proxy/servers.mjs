// The proxy itself, and Caddy and nginx with the configurations that it prints, each started with the same settings.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
/** Debian has servers where only root looks for them. */
const PATH = `${process.env.PATH}:/usr/sbin`;
const binary = path.join(root, "proxy/target/debug/huntbook-proxy");

export const ORIGIN = "https://notebooks.example";
export const TOKEN = "0123456789abcdef0123456789abcdef";
/** Keys by environment variable, as the proxy wants them. */
export const KEYS = {
  TEST_HEADER_KEY: "header-key-7f3a91",
  TEST_BASIC_KEY: "someone:basic-key-55d2c0",
  TEST_QUERY_KEY: "query-key-90ab12",
  TEST_PATH_KEY: "path-key-44ee77",
  TEST_FORM_KEY: "form-key-1c9d3b",
  TEST_JSON_KEY: "json-key-8e21f4",
};
const base64 = Buffer.from(KEYS.TEST_BASIC_KEY).toString("base64");
/** What must not be seen in any answer or log. */
export const TRACES = [...Object.values(KEYS), "basic-key-55d2c0", base64, TOKEN];

/** The user's file. Ports are those of the service, of one whose certificate nobody vouches for, and of none. */
const settings = (folder, ports, token, page) => `
origins = ["${ORIGIN}"${page ? `, "${page}"` : ""}]
ca_file = "${folder}/ca.pem"
${token ? 'token_env = "TEST_TOKEN"' : ""}
[routes.virustotal]
upstream = "https://localhost:${ports.service}"
key_env = "TEST_HEADER_KEY"
rate = { calls = 10000, seconds = 1 }
cache = 0
max_answer = 400_000_000
[routes.xforce]
upstream = "https://localhost:${ports.service}"
key_env = "TEST_BASIC_KEY"
cache = 0
[routes.browshot]
upstream = "https://localhost:${ports.service}"
key_env = "TEST_QUERY_KEY"
[routes.ipqualityscore]
upstream = "https://localhost:${ports.service}"
key_env = "TEST_PATH_KEY"
cache = 0
[routes.crowdstrike]
upstream = "https://localhost:${ports.service}"
key_env = "TEST_FORM_KEY"
[routes.prismacloud]
upstream = "https://localhost:${ports.service}"
key_env = "TEST_JSON_KEY"
[routes.otx]
upstream = "https://localhost:${ports.service}"
cache = 0
rate = { calls = 10000, seconds = 1 }
[routes.rdap-arin]
upstream = "https://localhost:${ports.service}"
[routes.urlhaus]
upstream = "https://localhost:${ports.service}"
[routes.greynoise]
upstream = "https://localhost:${ports.service}"
rate = { calls = 2, seconds = 60 }
cache = 0
[routes.cybereason]
upstream = "https://localhost:${ports.service}"
[routes.arm]
upstream = "https://localhost:${ports.service}"
[routes.blob]
upstream = "https://localhost:${ports.service}"
[routes.small]
like = "elastic"
upstream = "https://localhost:${ports.service}"
max_request = 1000
max_answer = 10000
timeout = 1
[routes.based]
like = "elastic"
upstream = "https://localhost:${ports.service}/es/one"
[routes.stranger]
like = "otx"
upstream = "https://localhost:${ports.stranger}"
[routes.misnamed]
like = "otx"
upstream = "https://127.0.0.1:${ports.service}"
[routes.nobody]
like = "otx"
upstream = "https://localhost:${ports.nobody}"
[routes.unknown-host]
like = "otx"
upstream = "http://${"a".repeat(64)}.example"
plain_http = true
`;

const starts = {
  proxy: (folder) => ({ command: binary, args: ["--config", `${folder}/proxy.toml`, "--listen", "127.0.0.1:0"] }),
  caddy(folder, port, print) {
    fs.writeFileSync(`${folder}/Caddyfile`, print("caddy"));
    const env = { TEST_BASIC_KEY: base64, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    return { command: "caddy", args: ["run", "--adapter", "caddyfile", "--config", `${folder}/Caddyfile`], env };
  },
  nginx(folder, port, print) {
    const values = { ...KEYS, TEST_BASIC_KEY: base64, TEST_TOKEN: TOKEN };
    // As envsubst does with the list in the head of the file.
    const listed = [...print("nginx").match(/envsubst '(.*?)'/)[1].matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    const text = print("nginx").replace(/\$\{(\w+)\}/g, (all, name) => (listed.includes(name) ? values[name] : all));
    fs.writeFileSync(`${folder}/huntbook.conf`, text.replaceAll("/var/log/nginx/", `${folder}/`).replaceAll("/var/cache/nginx-huntbook", `${folder}/cache`));
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/temp-${name};`).join("\n");
    const user = process.getuid() === 0 ? "user root;\n" : "";
    fs.writeFileSync(`${folder}/nginx.conf`, `${user}daemon off;\nworker_processes 1;\npid ${folder}/nginx.pid;\nevents {}\nhttp {\n${temporary}\ninclude ${folder}/huntbook.conf;\n}\n`);
    return { command: "nginx", args: ["-p", folder, "-e", "stderr", "-c", `${folder}/nginx.conf`] };
  },
};

export const built = () => execFileSync("cargo", ["build", "--quiet", "--manifest-path", path.join(root, "proxy/Cargo.toml")], { stdio: ["ignore", "inherit", "inherit"] });
/** Why a server cannot be tested here; `false` if it can. */
export const absent = (kind) => (kind === "proxy" || !spawnSync(kind, ["-v"], { env: { PATH } }).error ? false : `${kind} is not here: make setup says why`);

/** A port that is free now. */
export function freePort() {
  const server = net.createServer();
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  }));
}

/**
 * Starts one: `{ kind, port, pid, ask, raw, log, stop, seen }`, where `seen` is all that it answers. `page` is one more origin that may ask,
 * `file` all settings instead of the usual ones, `more` more settings, `keys` more of its environment.
 */
export async function start(kind, parent, ports, { token = false, page, file = settings(parent, ports, token, page), more = "", keys = {} } = {}) {
  const folder = fs.mkdtempSync(path.join(parent, `${kind}-`));
  fs.writeFileSync(path.join(folder, "proxy.toml"), file + more);
  const inherited = { PATH, ...KEYS, ...keys, ...(token ? { TEST_TOKEN: TOKEN } : {}) };
  let port = await freePort();
  const print = (server) =>
    execFileSync(binary, ["--config", `${folder}/proxy.toml`, "--listen", `127.0.0.1:${port}`, "--print", server], { env: inherited, encoding: "utf8" });
  const { command, args, env } = starts[kind](folder, port, print);
  const child = spawn(command, args, { cwd: folder, env: { ...inherited, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let written = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (written += chunk));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let over = false;
  ended.then(() => (over = true));
  const isUp = async () => {
    if (kind === "proxy") port = Number(written.match(/http:\/\/127\.0\.0\.1:(\d+)/)?.[1] ?? 0);
    return port > 0 && (await connects(port));
  };
  while (!(await isUp())) {
    assert.ok(!over, `${kind} did not start:\n${written}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const log = () => written + ["huntbook.log", "nginx.log"].map((name) => (fs.existsSync(`${folder}/${name}`) ? fs.readFileSync(`${folder}/${name}`, "utf8") : "")).join("");
  const stop = async () => {
    child.kill();
    await ended;
  };
  const seen = [];
  return { kind, port, pid: child.pid, log, stop, seen, ask: (target, options) => ask(port, seen, target, options), raw: (text) => raw(port, seen, text) };
}

function connects(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => resolve(true) ?? socket.destroy());
    socket.once("error", () => resolve(false));
  });
}

/** A call whose target goes out as it is: `{ status, headers, body, cut }`; a page of the allowed origin, unless `headers` say otherwise. */
function ask(port, seen, target, { method = "GET", headers = {}, body } = {}) {
  const all = { origin: ORIGIN, ...headers };
  for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, method, path: target, headers: all, agent: false }, (response) => {
      let text = "";
      const done = (cut) => {
        const answer = { status: response.statusCode, headers: response.headers, body: text, cut };
        seen.push({ target, ...answer });
        resolve(answer);
      };
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => done(false));
      response.on("error", () => done(true));
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Bytes as they are, and all that comes back. */
function raw(port, seen, text) {
  return new Promise((resolve) => {
    let body = "";
    const socket = net.connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => (body += chunk));
    socket.on("error", () => {});
    socket.on("close", () => {
      seen.push({ target: text, body });
      resolve({ status: Number(body.match(/^HTTP\/1\.[01] (\d+)/)?.[1] ?? 0), body });
    });
  });
}
