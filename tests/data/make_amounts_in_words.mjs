// Makes amounts-in-words.csv: 5,000 amounts of đồng and their words, from a library that is not ours.
//
//     cd <scratch directory> && npm install read-vietnamese-number@2.3.1
//     node <here>/make_amounts_in_words.mjs > <here>/amounts-in-words.csv
//
// Run once, by hand; nothing in the project needs node. The same seed gives the same file.
//
// The library's defaults differ from the forms (domain.md §6.6) in three words, set below:
// lẻ → linh, tỉ → tỷ, hai mươi tư → hai mươi bốn. So set, it agrees with all twelve vectors there.

import { createRequire } from "node:module";
import { join } from "node:path";

const library = createRequire(join(process.cwd(), "anything.cjs"));
const { ReadingConfig, doReadNumber } = library("read-vietnamese-number");
const { version } = library("read-vietnamese-number/package.json");

const SEED = 20261124;
const ROWS = 5000;
const LARGEST = 10n ** 15n;

const config = new ReadingConfig();
config.unit = ["đồng"];
config.units = [[], ["nghìn"], ["triệu"], ["tỷ"]];
config.oddText = "linh";
config.fourToneText = "bốn";

// mulberry32, a small generator whose whole state is the seed
let state = SEED;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];

// Groups of three digits where the reading changes: linh, mười, mươi, mốt, bốn, lăm, không trăm.
const EDGES = [0, 0, 0, 1, 4, 5, 10, 11, 14, 15, 20, 21, 24, 25, 40, 44, 45, 50, 51, 54, 55, 91,
  100, 101, 104, 105, 110, 111, 114, 115, 121, 124, 125, 500, 501, 505, 515, 551, 555, 900, 905, 999];

const amounts = new Set();
const add = (amount) => amount >= 0n && amount <= LARGEST && amounts.size < ROWS && amounts.add(amount);

for (let n = 0n; n <= 1110n; n++) add(n);
for (let power = 1n; power <= LARGEST; power *= 10n) {
  for (const step of [0, 1, 4, 5, 10, 11, 15, 21, 24, 55, 101, 105, 1000, 1005, 10000, 15000]) {
    add(power + BigInt(step));
    add(power - BigInt(step));
  }
}
while (amounts.size < 3600) {
  let amount = 0n;
  for (let groups = 1 + below(5); groups > 0; groups--) amount = amount * 1000n + BigInt(pick(EDGES));
  add(amount);
}
while (amounts.size < 4300) add(BigInt(1 + below(20000)) * pick([1000n, 5000n, 10000n, 50000n, 500000n]));
while (amounts.size < ROWS) add(BigInt(Math.floor(random() * 10 ** (3 + random() * 12))));

const capital = (words) => words[0].toUpperCase() + words.slice(1);
const rows = [...amounts].sort((a, b) => (a < b ? -1 : 1));
console.log(`# npm read-vietnamese-number ${version}, seed ${SEED}, ${rows.length} rows`);
console.log("amount,words");
for (const amount of rows) console.log(`${amount},${capital(doReadNumber(amount, config))}`);
