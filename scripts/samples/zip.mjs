// A zip archive with fixed dates, so that the same files give the same bytes.

import * as zlib from "node:zlib";

const DOS_DATE = ((2026 - 1980) << 9) | (3 << 5) | 13; // 13 March 2026, midnight

/** CRC-32 for the Node versions whose zlib does not have it. */
function checksum(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** The fields that a local header and the central directory share (APPNOTE.TXT 4.3.7 and 4.3.12). */
function fields(name, bytes, packed) {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0); // version needed
  head.writeUInt16LE(0x0800, 2); // names are UTF-8
  head.writeUInt16LE(8, 4); // deflate
  head.writeUInt16LE(DOS_DATE, 8);
  head.writeUInt32LE(checksum(bytes), 10);
  head.writeUInt32LE(packed.length, 14);
  head.writeUInt32LE(bytes.length, 18);
  head.writeUInt16LE(Buffer.byteLength(name), 22);
  return head;
}

const signature = (code, length = 4) => {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(code, 0);
  return bytes;
};

/** `files` are `[name, bytes]`; returns the archive's bytes. */
export function zip(files) {
  const bodies = [];
  const directory = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const packed = zlib.deflateRawSync(bytes, { level: 9 });
    const common = fields(name, bytes, packed);
    const local = Buffer.concat([signature(0x04034b50), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(signature(0x02014b50), Buffer.from([20, 0]), common, tail, Buffer.from(name));
    bodies.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = signature(0x06054b50, 22);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}
