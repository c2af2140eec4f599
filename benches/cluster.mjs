// Clusters: blobs of numbers, processes that repeat, as many features as msticpy has, and lines of logs.
import fs from "node:fs";
import path from "node:path";
import { Random } from "../scripts/samples/random.mjs";
import { compare, counting, huntbook, mb, ms, root, writeOnce } from "./measure.mjs";

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
/** So many take scikit-learn seconds. */
const SHARED = 100_000;

/** Box and Muller's way to numbers of the normal distribution. */
const normal = (random) => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** What is drawn for a row, by kind. */
const KINDS = {
  /** A tenth is spread over everything, the rest around centres, 700 points each, whatever the size. */
  blobs(random, size, dims = 3) {
    const centres = Array.from({ length: Math.max(1, Math.round(size / 700)) }, () => Array.from({ length: dims }, () => random.next() * 100));
    return () => {
      const row = random.next() < 0.1
        ? Array.from({ length: dims }, () => random.next() * 100)
        : centres[random.int(0, centres.length - 1)].map((x) => x + 0.5 * normal(random));
      return row.map((x) => x.toFixed(6));
    };
  },
  wide: (random, size) => KINDS.blobs(random, size, 9),
  /** Delimiters, path score, system session: few programs, each with some shapes of command lines. */
  processes(random, size) {
    const programs = Array.from({ length: 120 }, () => [random.int(1500, 12_000), random.int(2, 60), random.int(0, 1)]);
    return () => {
      // Programs start by Zipf's law, roughly.
      const [path, delimiters, system] = programs[Math.floor(120 ** random.next()) - 1];
      const varied = random.next() < 0.15 ? random.int(0, 300) : 0;
      return [delimiters + (varied % 7), path + varied * (1 + (varied % 5)), system];
    };
  },
  messages(random) {
    const users = ["root", "alice", "bob", "carol", "deploy", "backup"];
    const user = () => users[random.int(0, users.length - 1)];
    const ip = () => `10.${random.int(0, 255)}.${random.int(0, 255)}.${random.int(1, 254)}`;
    const makers = [
      () => `Accepted password for ${user()} from ${ip()} port ${random.int(1024, 65535)} ssh2`,
      () => `Failed password for invalid user ${user()} from ${ip()} port ${random.int(1024, 65535)} ssh2`,
      () => `pam_unix(sshd:session): session opened for user ${user()}(uid=${random.int(0, 2000)}) by (uid=0)`,
      () => `Received block blk_${random.int(1e8, 2e9)} of size ${random.int(1, 67108864)} from /${ip()}`,
      () => `[UFW BLOCK] IN=eth0 OUT= SRC=${ip()} DST=${ip()} LEN=${random.int(40, 1500)} PROTO=TCP SPT=${random.int(1, 65535)} DPT=${random.int(1, 65535)}`,
      () => `Started Session ${random.int(1, 99999)} of user ${user()}.`,
      () => `(${user()}) CMD (/usr/local/bin/job-${random.int(1, 40)} --quiet)`,
    ];
    return () => [`"${makers[random.int(0, makers.length - 1)]()}"`];
  },
};

/** A CSV file of so many rows of a kind. */
const write = (kind, size) => writeOnce(`cluster-${kind}-${size}.csv`, function* () {
  const random = new Random(`cluster ${kind}`);
  const row = KINDS[kind](random, size);
  const first = row();
  yield kind === "messages" ? "Message" : first.map((_, i) => `x${i}`).join(",");
  yield first.join(",");
  for (let i = 1; i < size; i++) yield row().join(",");
});

const columns = (table) => ({ columns: Array.from(table.names ?? table.columns.map(({ name }) => name)), scale: "none", shared: [] });
/** The options of the peers, too: peers.py has the same. */
const OPTIONS = {
  blobs: (table) => ({ ...columns(table), eps: 1, minSamples: 5 }),
  wide: (table) => ({ ...columns(table), eps: 1.5, minSamples: 5 }),
  processes: (table) => ({ ...columns(table), scale: "rows", eps: 1e-4, minSamples: 2 }),
  large: (table) => ({ ...columns(table), eps: 60, minSamples: 5 }),
  messages: () => ({ algorithm: "templates" }),
  kmeans: (table) => ({ ...columns(table), algorithm: "kmeans", clusters: 8 }),
  gaussianMixture: (table) => ({ ...columns(table), algorithm: "gaussianMixture", clusters: 8 }),
};

/** WebAssembly's own function, which the package wraps: the table stays where it is. The labels are the result. */
const inside = (kind) => async (bytes) => {
  const raw = await import("../target/bindgen/huntbook.js");
  await raw.default({ module_or_path: fs.readFileSync(path.join(root, "pkg", "huntbook_bg.wasm")) });
  const hb = await huntbook({ worker: false });
  const read = await hb.read(bytes, { name: "cluster.csv" });
  const table = raw.Table.fromArrow(read.toArrow());
  const options = { ...OPTIONS[kind](read), labels: true };
  const labels = () => {
    const result = raw.clusterEvents(table, options, undefined);
    const arrow = result.toArrow();
    result.free();
    return arrow;
  };
  const text = (await hb.Table.fromArrow(labels())).column("ClusterId").join(",");
  const crc = await hb.crc32(text);
  return () => {
    raw.clusterEvents(table, options, undefined).free();
    return crc;
  };
};

const call = (kind) => counting(false, (hb, table) => hb.clusterEvents(table, OPTIONS[kind](table)), (hb, bytes) => hb.read(bytes, { name: "cluster.csv" }));

export const contenders = Object.fromEntries(Object.keys(OPTIONS).flatMap((kind) => [[`${kind}, inside WebAssembly`, inside(kind)], [kind, call(kind)]]));

const show = (number) => number.toLocaleString("en");

function againstPeers(report, kind, file, goals) {
  const own = `${kind}, inside WebAssembly`;
  const peers = Object.keys(goals);
  const results = compare("cluster", [own, kind], file, { peers, rounds: kind === "processes" ? 1 : 3 });
  for (const peer of peers) {
    const [ours, theirs] = [results[own], results[peer]];
    const { against, atLeast } = goals[peer];
    report.add({ what: `DBSCAN of ${show(SHARED)} ${kind}, in WebAssembly`, against, ours: ms(ours.seconds), theirs: ms(theirs.seconds), ratio: theirs.seconds / ours.seconds, atLeast });
    report.add({ what: "the same as a call", against, ours: ms(results[kind].seconds), theirs: ms(theirs.seconds), ratio: theirs.seconds / results[kind].seconds });
    if (against.startsWith("scikit-learn")) {
      report.add({ what: `peak memory of that, ${kind}`, against, ours: mb(results[kind].peak * 2 ** 20), theirs: mb(theirs.peak * 2 ** 20), ratio: theirs.peak / results[kind].peak });
      report.note(`DBSCAN, ${kind}: labels ${ours.result === theirs.result ? "equal scikit-learn's, all of them" : "DIFFER from scikit-learn's"}.`);
    }
  }
}

export async function run(report, { hasPython }) {
  if (hasPython) {
    againstPeers(report, "blobs", write("blobs", SHARED), {
      "sklearn-blobs": { against: "scikit-learn 1.9.1, DBSCAN", atLeast: 20 },
      "dbscan-blobs": { against: "PyPI dbscan 1.0.0 (C++)", atLeast: 1.5 },
    });
    againstPeers(report, "processes", write("processes", SHARED), {
      "sklearn-processes": { against: "scikit-learn 1.9.1, DBSCAN", atLeast: 200 },
      "dbscan-processes": { against: "PyPI dbscan 1.0.0 (C++)", atLeast: 1.5 },
    });
    againstPeers(report, "wide", write("wide", SHARED), { "sklearn-wide": { against: "scikit-learn 1.9.1, DBSCAN" } });
  }
  for (const kind of ["blobs", "processes"]) {
    const times = SIZES.map((size) => compare("cluster", [`${kind}, inside WebAssembly`], write(kind, size))[`${kind}, inside WebAssembly`].seconds);
    report.add({ what: `DBSCAN of ten times as many ${kind}: 100,000 and 10,000`, against: "linear: 10", ours: ms(times[2]), theirs: ms(times[1]), ratio: times[2] / times[1], atMost: 12 });
    report.note(`DBSCAN, ${kind}: ${SIZES.map((size, i) => `${show(size)} in ${ms(times[i])}`).join(", ")}.`);
  }
  const large = compare("cluster", ["large, inside WebAssembly"], write("blobs", SHARED))["large, inside WebAssembly"];
  report.note(`DBSCAN of ${show(SHARED)} blobs where eps takes in nearly all: ${ms(large.seconds)}.`);
  for (const kind of ["kmeans", "gaussianMixture"]) {
    const { seconds } = compare("cluster", [`${kind}, inside WebAssembly`], write("blobs", SHARED))[`${kind}, inside WebAssembly`];
    report.note(`${kind} of ${show(SHARED)} blobs, 8 clusters: ${ms(seconds)}.`);
  }
  const lines = write("messages", 1_000_000);
  const templates = compare("cluster", ["messages, inside WebAssembly"], lines)["messages, inside WebAssembly"];
  report.add({ what: "templates of 1,000,000 messages, in WebAssembly", against: "1 s", ours: ms(templates.seconds), theirs: "", ratio: templates.seconds, unit: " s", atMost: 1 });
}
