// A map server, whose tiles say where they are.
import http from "node:http";
import { crc32, deflateSync } from "node:zlib";

/** Pixels along the side of a tile. */
export const SIDE = 256;

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A PNG of one tile: a colour for its place, and a dark border. */
function tile(z, x, y) {
  const [line, border] = [[0], [0]];
  for (let i = 0; i < SIDE; i++) {
    line.push(...(i % (SIDE - 1) ? [140 + z * 5, 100 + ((x * 40) % 120), 100 + ((y * 40) % 120)] : [60, 60, 60]));
    border.push(60, 60, 60);
  }
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  head.writeUInt32BE(SIDE, 0);
  head.writeUInt32BE(SIDE, 4);
  const lines = Array.from({ length: SIDE }, (_, i) => Buffer.from(i % (SIDE - 1) ? line : border));
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.concat(lines))), chunk("IEND", Buffer.alloc(0))]);
}

/** Serves tiles at `origin` until `close()`; `asked` has the paths that were asked for. */
export async function serveTiles() {
  const asked = [];
  const server = http.createServer(({ url }, response) => {
    asked.push(url);
    const [z, x, y] = url.match(/\d+/g).map(Number);
    response.writeHead(200, { "content-type": "image/png", "cache-control": "max-age=60" }).end(tile(z, x, y));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { asked, origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
