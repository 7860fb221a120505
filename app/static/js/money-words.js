// Reads an amount back in words while it is typed. It knows what app/kernel/money.py and words.py know;
// the server reads the amount again and decides. An <input data-money-words="id"> speaks through <output id>.

const DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
const LARGEST = 10 ** 12;
const SCALES = new Map([
  ["tỷ", 1e9], ["tỉ", 1e9], ["ty", 1e9], ["ti", 1e9],
  ["triệu", 1e6], ["trieu", 1e6], ["tr", 1e6],
  ["nghìn", 1e3], ["ngàn", 1e3], ["nghin", 1e3], ["ngan", 1e3], ["k", 1e3],
]);
const GROUPED = [
  /^[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,00)?$/,
  /^[1-9][0-9]{0,2}(?: [0-9]{3})+$/,
  /^[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.00)?$/,
];
const PART = new RegExp(`^(0|[1-9][0-9]*)(?:([.,])([0-9]{1,2}))? ?(${[...SCALES.keys()].join("|")}) ?`);

/** The amount in đồng that a text means, or null when it means none. */
export function readAmount(text) {
  const typed = text.normalize("NFC").trim().replace(/[\u00a0\u2009\u202f]/g, " ").replace(/[Ððɖ]/g, "đ").toLowerCase()
    .replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
  const before = /^(?:₫|đ|vnđ|vnd) ?/.exec(typed);
  const body = before ? typed.slice(before[0].length) : typed.replace(/ ?(?:₫|đồng|dong|vnđ|vnd|đ|d)$/, "");
  const amount = writtenOut(body) ?? scaled(body);
  return amount !== null && amount >= 1 && amount <= LARGEST ? amount : null;
}

/** 55000 → "Năm mươi lăm nghìn đồng", as receipts carry it. */
export function amountInWords(amount) {
  const words = number(amount, true).join(" ") || DIGITS[0];
  return `${words[0].toUpperCase()}${words.slice(1)} đồng`;
}

function writtenOut(body) {
  if (/^[0-9]+$/.test(body)) return Number(body);
  if (!GROUPED.some((pattern) => pattern.test(body))) return null;
  return Number(body.replace(/(?:,00|\.00)$/, "").replace(/[., ]/g, ""));
}

function scaled(body) {
  const first = PART.exec(body);
  if (!first) return null;
  let scale = SCALES.get(first[4]);
  let amount = partValue(first);
  let rest = body.slice(first[0].length);
  if (rest && (first[3] || !amount)) return null;
  for (let lower = PART.exec(rest); lower; lower = PART.exec(rest)) {
    const more = partValue(lower);
    const lowerScale = SCALES.get(lower[4]);
    if (lower[3] || more <= 0 || more >= scale || lowerScale >= scale) return null;
    amount += more;
    scale = lowerScale;
    rest = rest.slice(lower[0].length);
  }
  const end = tail(rest, scale);
  return end === null ? null : amount + end;
}

function partValue([, whole, , fraction = "", unit]) {
  return Math.floor((Number(whole + fraction) * SCALES.get(unit)) / 10 ** fraction.length);
}

function tail(rest, scale) {
  if (!rest) return 0;
  if (["rưỡi", "rưởi", "ruoi"].includes(rest)) return scale / 2;
  if (/^[1-9]$/.test(rest)) return (Number(rest) * scale) / 10;
  if (/^[0-9]{3}$/.test(rest)) return (Number(rest) * scale) / 1000;
  return null;
}

function number(value, isFirst) {
  const billions = Math.floor(value / 1e9);
  const words = billions ? [...number(billions, isFirst), "tỷ"] : [];
  for (const [scale, name] of [[1e6, ["triệu"]], [1e3, ["nghìn"]], [1, []]]) {
    const group = Math.floor((value % 1e9) / scale) % 1000;
    if (group) words.push(...groupWords(group, isFirst && !words.length), ...name);
  }
  return words;
}

function groupWords(group, isFirst) {
  const hundreds = Math.floor(group / 100);
  const rest = group % 100;
  if (!hundreds && isFirst) return belowHundred(rest);
  const words = [DIGITS[hundreds], "trăm"];
  if (!rest) return words;
  return rest < 10 ? [...words, "linh", DIGITS[rest]] : [...words, ...belowHundred(rest)];
}

function belowHundred(value) {
  const tens = Math.floor(value / 10);
  const ones = value % 10;
  if (!tens) return [DIGITS[ones]];
  const words = tens === 1 ? ["mười"] : [DIGITS[tens], "mươi"];
  if (!ones) return words;
  if (ones === 1 && tens > 1) return [...words, "mốt"];
  return [...words, ones === 5 ? "lăm" : DIGITS[ones]];
}

function readBack(input) {
  const output = document.getElementById(input.dataset.moneyWords);
  if (!output) return;
  const amount = readAmount(input.value);
  output.dataset.state = amount === null && input.value.trim() ? "unclear" : "clear";
  output.textContent = amount === null ? unclear(input) : amountInWords(amount);
}

function unclear(input) {
  return input.value.trim() ? (input.dataset.moneyUnclear ?? "…") : "";
}

// The words change a moment after the last key, so that a screen reader is not told every digit.
const waiting = new WeakMap();

function startReading() {
  document.addEventListener("input", ({ target }) => {
    if (!target.matches?.("[data-money-words]")) return;
    clearTimeout(waiting.get(target));
    waiting.set(target, setTimeout(() => readBack(target), 150));
  });
  document.querySelectorAll("[data-money-words]").forEach(readBack);
  document.addEventListener("htmx:load", ({ target }) => target.querySelectorAll("[data-money-words]").forEach(readBack));
}

if (typeof document !== "undefined") startReading();
