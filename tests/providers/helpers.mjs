// What the tests of providers share: services that stand for real ones on this machine, and what may go wrong with any.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import test from "node:test";

export const hb = await import("../../pkg/node.js");

const samples = path.resolve(import.meta.dirname, "../../../shared/samples");
/** Why tests with recorded answers are skipped, if they are. */
export const skip = fs.existsSync(samples) ? false : "../shared/samples is absent";
/** A recorded answer of a service. */
export const recorded = (name) => fs.readFileSync(path.join(samples, name), "utf8");

/**
 * A service on this machine. `answer(request)` gives or resolves to `{ status, headers, body }` or a body alone, which is JSON if it
 * is an object; a request is `{ method, path, query, headers, text, json }`. `requests` has all that came.
 * While `fault` is one of `FAULTS` each request meets it, or those for which `faulty(request)` says so.
 */
export async function startService(t, answer) {
  const requests = [];
  const service = { requests, fault: undefined, faulty: () => true };
  const server = http.createServer(async (incoming, response) => {
    const chunks = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk);
    } catch {
      return; // The client went away.
    }
    const { pathname, searchParams } = new URL(incoming.url, "http://service");
    const text = Buffer.concat(chunks).toString();
    const request = { method: incoming.method, path: pathname, query: searchParams, headers: incoming.headers, text, bytes: Buffer.concat(chunks), get json() { return JSON.parse(text); } };
    requests.push(request);
    try {
      if (service.fault && service.faulty(request)) return await FAULTS[service.fault].happen(response, request, () => answer(request));
      send(response, await answer(request));
    } catch (error) {
      send(response, { status: 599, body: `the stand-in failed: ${error.stack}` });
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  t.after(close);
  return Object.assign(service, { url: `http://127.0.0.1:${server.address().port}`, close });
}

function send(response, given) {
  const { status = 200, headers = {}, body = given } = typeof given === "object" && given !== null && ("status" in given || "body" in given) ? given : { body: given };
  const isText = typeof body === "string" || Buffer.isBuffer(body);
  response.writeHead(status, { "Content-Type": isText ? "text/plain" : "application/json", ...headers });
  response.end(isText ? body : body === undefined ? "" : JSON.stringify(body));
}

const refusing = (status, headers = {}) => (response) => send(response, { status, headers, body: { error: { code: "TheCode", message: "what the service says" } } });

/** What may go wrong with any service: how it does, and the error that users get, or none where trying again helps. */
export const FAULTS = {
  401: { happen: refusing(401), code: "unauthorized", message: /401: what the service says; sign in again/ },
  403: { happen: refusing(403), code: "unauthorized", message: /403: what the service says; the account needs the right/ },
  404: { happen: refusing(404), code: "service", message: /404: what the service says; check the name/ },
  "429 with Retry-After": { happen: refusing(429, { "Retry-After": "0" }), code: "network", message: /429: what the service says; ask for less/ },
  "429 with a long pause": { happen: refusing(429, { "Retry-After": "3600" }), code: "network", message: /429 and asks for a pause of 3600 seconds/ },
  "429 once": { happen: once(refusing(429, { "Retry-After": "0" })) },
  "503 once": { happen: once(refusing(503, { "Retry-After": "0" })) },
  500: { happen: refusing(500), code: "network", message: /500: what the service says; the service failed/ },
  "a redirect": { happen: (response) => send(response, { status: 302, headers: { Location: "https://elsewhere.example/login" } }), code: "service", message: /points to another address \(elsewhere\.example\)/ },
  slow: { happen: () => {}, code: "timeout", message: /no answer within 0\.\d+ seconds/, options: { timeout: 0.4 } },
  "cut off in the middle": {
    happen(response) {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "1000" });
      response.write('{"tables": [');
      setTimeout(() => response.destroy(), 20);
    },
    code: "network", message: /broke off; try again/,
  },
  "invalid JSON": { happen: (response) => send(response, '{"tables": [{"rows": [[1'), code: "badInput", message: /not (valid )?JSON/ },
  "a page of HTML": { happen: (response) => send(response, { headers: { "Content-Type": "text/html" }, body: "<!doctype html><title>Sign in</title>" }), code: "badInput", message: /not (valid )?JSON/ },
  "a huge answer": {
    happen(response) {
      response.writeHead(200, { "Content-Type": "application/json" });
      const part = Buffer.alloc(1 << 20, " ");
      const more = () => {
        while (!response.destroyed && response.write(part)) {}
      };
      response.on("drain", more);
      more();
    },
    code: "limitExceeded", message: /more than 4 MB/, options: { maxBytes: 4e6 },
  },
};

function once(happen) {
  const seen = new WeakSet();
  return (response, request, answer) => {
    const server = response.socket.server;
    if (seen.has(server)) return Promise.resolve(answer()).then((given) => send(response, given));
    seen.add(server);
    return happen(response);
  };
}

/**
 * A test for each fault: `open(t)` resolves to `{ service, provider, query }`, connected, and `query(options)` asks something that
 * has an answer. `but` says of a fault how a driver differs, as `{ code, message }`, or why it cannot be met.
 */
export function testFaults(title, open, but = {}) {
  for (const [fault, usual] of Object.entries(FAULTS)) {
    const own = but[fault];
    test(`${title}: ${fault}`, { skip: typeof own === "string" && own }, async (t) => {
      const { service, query } = await open(t);
      service.fault = fault;
      const { code, message, options } = { ...usual, ...own };
      if (code) await assert.rejects(query(options ?? {}), { name: "HuntbookError", code, message });
      else assert.ok((await query({})).numRows > 0);
      service.fault = undefined;
      assert.ok((await query({})).numRows > 0, "it works on afterwards");
    });
  }
}

/** Nothing that users see has any of `secrets`: what `work` throws, and what it returns. */
export async function assertHidden(secrets, work) {
  const shown = await Promise.resolve().then(work).then((value) => JSON.stringify(value) ?? "", (error) => `${error.message} ${error.stack} ${JSON.stringify(error)} ${error.cause?.stack}`);
  for (const secret of secrets) assert.ok(!shown.includes(secret), `${secret} is in ${shown}`);
}

/** A zip of one file that is stored. */
export function zipOf(name, text) {
  const [label, data] = [Buffer.from(name), Buffer.from(text)];
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(~crc >>> 0, 0);
  sizes.writeUInt32LE(data.length, 4);
  sizes.writeUInt32LE(data.length, 8);
  const common = Buffer.concat([Buffer.from([20, 0, 0, 0, 0, 0, 0, 0, 0, 0]), sizes, Buffer.from([label.length, 0, 0, 0])]);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, label, data]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, Buffer.alloc(14), label]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
