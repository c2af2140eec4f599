// Makes the table in src/context/randomness.rs of a list of words, one a line:
//   node scripts/bigrams.mjs /usr/share/dict/american-english
// The list is Debian's wamerican (SCOWL). Only how often one letter follows
// another is taken of it, each word once.
import fs from "node:fs";

const EDGE = 26; // before the first letter and after the last
const UNITS = 8; // eighths of a bit
const MOST = 51; // a pair that no word has may still stand between two words
const SMOOTHING = 0.5;

const counts = Array.from({ length: 27 }, () => new Array(27).fill(SMOOTHING));
for (const line of fs.readFileSync(process.argv[2], "utf8").split("\n")) {
  const word = line.trim().toLowerCase();
  if (!/^[a-z]{3,}$/.test(word)) continue;
  const letters = [EDGE, ...[...word].map((c) => c.charCodeAt(0) - 97), EDGE];
  for (let i = 1; i < letters.length; i++) counts[letters[i - 1]][letters[i]]++;
}
for (const row of counts) {
  const all = row.reduce((sum, count) => sum + count, 0);
  const text = row.map((count) => String.fromCharCode(40 + Math.min(Math.round(-Math.log2(count / all) * UNITS), MOST)));
  console.log(`    b"${text.join("")}",`);
}
