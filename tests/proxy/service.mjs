// A stand-in for every service: HTTPS on this machine, with certificates made for the test, that notes what it was asked.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import https from "node:https";
import path from "node:path";

const openssl = (folder, ...args) => execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });

const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];

/** Makes in `folder` an authority, `ca.pem`, and two certificates for localhost: one of it (service.pem), and one of an authority that nobody knows. */
export function certificates(folder) {
  fs.writeFileSync(path.join(folder, "names"), "subjectAltName=DNS:localhost\n");
  for (const [authority, name] of [["ca", "service"], ["other", "stranger"]]) {
    openssl(folder, "req", "-x509", ...key, "-keyout", `${authority}.key`, "-out", `${authority}.pem`, "-subj", `/CN=${authority}`);
    openssl(folder, "req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", "/CN=localhost");
    const signed = ["-CA", `${authority}.pem`, "-CAkey", `${authority}.key`, "-CAcreateserial", "-days", "2", "-extfile", "names"];
    openssl(folder, "x509", "-req", "-in", `${name}.csr`, ...signed, "-out", `${name}.pem`);
  }
}

/** What the service does when the query has `do=…`; else it answers `{"ok":true}`. */
const deeds = {
  redirect: (response) => response.writeHead(302, { location: "https://elsewhere.example/path?key=inside" }).end("moved"),
  never: () => {},
  pause(response) {
    response.writeHead(200);
    response.write("begun");
  },
  cut(response) {
    response.writeHead(200);
    response.write("begun", () => response.socket.destroy());
  },
  large(response) {
    response.writeHead(200, { "content-type": "text/plain" });
    for (let sent = 0; sent < 64; sent++) response.write("x".repeat(16_384));
    response.end();
  },
  async huge(response) {
    const piece = Buffer.alloc(1_000_000, "x");
    for (let sent = 0; sent < 300; sent++) if (!response.write(piece)) await new Promise((resolve) => response.once("drain", resolve));
    response.end();
  },
  declared: (response) => response.writeHead(200, { "content-length": 1_000_000 }).end("x".repeat(1_000_000)),
  cookie: (response) => response.writeHead(200, { "set-cookie": ["JSESSIONID=abc123; Path=/; HttpOnly", "other=1"] }).end("{}"),
  "cookie-redirect": (response) => response.writeHead(302, { "set-cookie": "JSESSIONID=xyz", location: "/login.html?error" }).end(),
  meddle: (response) =>
    response
      .writeHead(200, {
        "access-control-allow-origin": "*", "access-control-allow-credentials": "true", "set-cookie": "a=b", "huntbook-proxy-error": "made-up",
        "huntbook-session": "made-up", "clear-site-data": "*", "x-ms-request-id": "r1", "retry-after": "7", "content-type": "text/html",
      })
      .end("<script>1</script>"),
  echo: (response, { headers, url }) => response.writeHead(200, { "content-type": "application/json", "x-request-id": url }).end(JSON.stringify({ url, headers })),
  quota: (response) => response.writeHead(429, { "retry-after": "31" }).end('{"error":"quota"}'),
  missing: (response) => response.writeHead(404).end('{"error":"unknown"}'),
};

/** Starts it: its port, and `seen`, the calls so far. */
export async function service(folder, name = "service") {
  const seen = [];
  const options = { key: fs.readFileSync(path.join(folder, `${name}.key`)), cert: fs.readFileSync(path.join(folder, `${name}.pem`)) };
  const server = https.createServer(options, (request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("error", () => {});
    const call = { method: request.method, url: request.url, headers: request.headers };
    request.on("end", () => {
      seen.push({ ...call, body: Buffer.concat(chunks).toString() });
      const deed = deeds[new URLSearchParams(request.url.split("?")[1]).get("do")];
      if (deed) deed(response, call);
      else response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
    });
  });
  server.on("tlsClientError", () => {});
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: server.address().port, seen, close };
}
