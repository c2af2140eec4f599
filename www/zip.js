// Several files as one: a zip without compression (PKWARE APPNOTE 6.3), which
// the library reads as one table that says which row came from which file.

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

async function checksum(file, signal) {
  let crc = ~0;
  for await (const chunk of file.stream()) {
    signal?.throwIfAborted();
    for (const byte of chunk) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** The fields that a local header and the central directory share. */
function fields(name, crc, size) {
  const view = new DataView(new ArrayBuffer(26));
  view.setUint16(0, 20, true); // version needed
  view.setUint16(2, 0x0800, true); // names are UTF-8
  view.setUint16(8, 0x21, true); // 1 January 1980
  view.setUint32(10, crc, true);
  view.setUint32(14, size, true);
  view.setUint32(18, size, true);
  view.setUint16(22, name.length, true);
  return view;
}

function record(signature, length, values = []) {
  const view = new DataView(new ArrayBuffer(length));
  view.setUint32(0, signature, true);
  for (const [at, value, wide] of values) wide ? view.setUint32(at, value, true) : view.setUint16(at, value, true);
  return view;
}

/** A zip file of `files`; names that come twice get a number. Up to 4 GB in all. */
export async function zip(files, name, signal) {
  const names = new Set();
  const [bodies, directory] = [[], []];
  let offset = 0;
  for (const file of files) {
    let title = file.name;
    for (let i = 2; names.has(title); i++) title = `${file.name} (${i})`;
    names.add(title);
    const encoded = new TextEncoder().encode(title);
    const common = fields(encoded, await checksum(file, signal), file.size);
    bodies.push(record(0x04034b50, 4), common, encoded, file);
    directory.push(record(0x02014b50, 6, [[4, 20]]), common, record(0, 14, [[10, offset, true]]), encoded);
    offset += 30 + encoded.length + file.size;
  }
  const size = directory.reduce((sum, part) => sum + part.byteLength, 0);
  const end = record(0x06054b50, 22, [[8, files.length], [10, files.length], [12, size, true], [16, offset, true]]);
  return new File([...bodies, ...directory, end], name);
}
