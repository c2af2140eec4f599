// Sessions and sequence models: what administrators did, in the manner of Exchange's audit log.
import fs from "node:fs";
import path from "node:path";
import { Random } from "../scripts/samples/random.mjs";
import { compare, counting, ms, rawModule, work } from "./measure.mjs";

/** So many take msticpy some seconds. */
const SHARED = 20_000;
const GROWTH = [1_000, 10_000, 100_000, 1_000_000];

const VERBS = ["Get", "Set", "New", "Remove", "Add"];
const NOUNS = ["Mailbox", "User", "TransportRule", "InboxRule", "ConditionalAccessPolicy", "RoleGroupMember", "MailboxPermission", "UnifiedGroup"];
const PARAMS = ["Identity", "Force", "DisplayName", "Enabled", "ForwardTo", "User", "AccessRights", "Name"];

/** A log of users who work for some minutes at a time; what they do follows from what they did. */
function writeEvents(count) {
  const file = path.join(work, `sessions-${count}.csv`);
  if (fs.existsSync(file)) return file;
  const random = new Random("sessions");
  const commands = VERBS.flatMap((verb) => NOUNS.map((noun) => `${verb}-${noun}`));
  const lines = ["TimeGenerated,UserId,ClientIP,Operation,Parameters"];
  const users = Array.from({ length: 20 + Math.floor(count / 500) }, (_, i) => ({ name: `user${i}@contoso.com`, ip: `10.0.${i >> 8}.${i & 255}`, last: i % commands.length, until: 0 }));
  for (let i = 0, time = 1.7e12; i < count; i++, time += random.int(0, 2000)) {
    // A few are at work at a time.
    const user = users[(Math.floor(i / 1000) * 7 + random.int(0, 9)) % users.length];
    user.last = random.chance(0.8) ? (user.last * 3 + random.int(0, 2)) % commands.length : random.int(0, commands.length - 1);
    const first = user.last % PARAMS.length;
    const params = Array.from({ length: random.int(1, 3) }, (_, k) => ({ Name: PARAMS[(first + k) % PARAMS.length], Value: random.chance(0.5) ? "True" : `value${random.int(0, 999)}` }));
    lines.push(`${new Date(time).toISOString()},${user.name},${user.ip},${commands[user.last]},"${JSON.stringify(params).replaceAll('"', '""')}"`);
  }
  fs.writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

const GROUPS = { groupBy: ["UserId", "ClientIP"] };

/** Times `call(raw, table)` on a table that stays in WebAssembly. */
const inside = (call, prepare = (raw, table) => table) => async (bytes) => {
  const raw = await rawModule();
  const table = prepare(raw, raw.Table.fromArrow(raw.readBytes(bytes, { name: "events.csv" }).toArrow()));
  return () => {
    const result = call(raw, table);
    const { numRows } = result;
    result.free();
    return numRows;
  };
};

const sessions = (options) => (raw, table) => raw.sessionize(table, { ...GROUPS, ...options }, undefined);
const score = (raw, table) => raw.scoreSessions(table, {}, undefined);
const read = (hb, bytes) => hb.read(bytes, { name: "events.csv" });

export const contenders = {
  sessionize: inside(sessions({})),
  "score commands": inside(score, sessions({})),
  "score values": inside(score, sessions({ paramsColumn: "Parameters" })),
  "sessionize, a call": counting(false, (hb, table) => hb.sessionize(table, GROUPS), read),
  "score commands, a call": counting(false, (hb, table) => hb.scoreSessions(table), async (hb, bytes) => hb.sessionize(await read(hb, bytes), GROUPS)),
};

export async function run(report, { hasPython }) {
  const shared = writeEvents(SHARED);
  const peers = hasPython ? ["msticpy-sessionize", "msticpy-sequences", "msticpy-sequences-values"] : [];
  const found = compare("sequence", Object.keys(contenders), shared, { peers });
  const against = (what, peer, ours, goal) => found[peer] && report.add({
    what, against: "msticpy 3.0.2", ours: ms(found[ours].seconds), theirs: ms(found[peer].seconds), ratio: found[peer].seconds / found[ours].seconds, ...goal,
  });
  const events = SHARED.toLocaleString("en");
  against(`sessions of ${events} events, in WebAssembly`, "msticpy-sessionize", "sessionize", { atLeast: 50 });
  against("the same as a call", "msticpy-sessionize", "sessionize, a call");
  against("their scores: commands, in WebAssembly", "msticpy-sequences", "score commands", { atLeast: 50 });
  against("the same as a call", "msticpy-sequences", "score commands, a call");
  against("with parameters and values, from their JSON", "msticpy-sequences-values", "score values", { atLeast: 50 });
  const both = (a, b) => found[a].seconds + found[b].seconds;
  if (hasPython) {
    const [ours, theirs] = [both("sessionize", "score commands"), both("msticpy-sessionize", "msticpy-sequences")];
    report.add({ what: "from events to scored sessions, in WebAssembly", against: "msticpy 3.0.2", ours: ms(ours), theirs: ms(theirs), ratio: theirs / ours, atLeast: 50 });
  }
  const growth = GROWTH.map((count) => compare("sequence", ["sessionize", "score commands", "score values"], writeEvents(count), { rounds: 1 }));
  for (const name of ["sessionize", "score commands", "score values"]) {
    report.note(`${name}, in WebAssembly: ${GROWTH.map((count, i) => `${count.toLocaleString("en")} events ${ms(growth[i][name].seconds)}`).join(", ")}.`);
  }
  if (hasPython && found["msticpy-sessionize"].result !== found.sessionize.result) report.note(`sessions differ: ${found.sessionize.result}, msticpy ${found["msticpy-sessionize"].result}`);
}
