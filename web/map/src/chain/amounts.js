// Amounts and confidences: integers in millionths, as decimals and in words.

const MILLION = 1_000_000n;

/** Returns the shortest decimal of millionths: 600000000000n is "600000", 975000 is "0.975". */
export function decimal(millionths) {
  const value = BigInt(millionths);
  const whole = value / MILLION;
  const rest = (value % MILLION).toString().padStart(6, "0").replace(/0+$/, "");
  return rest === "" ? `${whole}` : `${whole}.${rest}`;
}

/** Returns the millionths of a decimal with at most six decimal places: "0.01" is 10000n. */
export function millionths(text) {
  const [whole, rest = ""] = text.split(".");
  return BigInt(whole + rest.padEnd(6, "0"));
}

/** Returns an amount in words: groups of three digits, and the currency if it is known. */
export function amount(millionths, currency) {
  const [whole, rest] = decimal(millionths).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${grouped}${rest ? `.${rest}` : ""}${currency ? ` ${currency}` : ""}`;
}

/** Returns a confidence in words: 975000 is "97.5 %". */
export function percent(millionths) {
  return `${decimal(BigInt(millionths) * 100n)} %`;
}

/** Returns a number of seconds in words, in its two largest units. */
export function duration(seconds) {
  const value = Math.max(0, Math.trunc(Number(seconds)));
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ];
  const first = units.findIndex(([, size]) => value >= size);
  if (first < 0) {
    return "0 s";
  }
  const [name, size] = units[first];
  const whole = Math.floor(value / size);
  const next = units[first + 1];
  const rest = next && first < 2 ? Math.floor((value % size) / next[1]) : 0;
  return rest > 0 ? `${whole} ${name} ${rest} ${next[0]}` : `${whole} ${name}`;
}

/** Returns a word: 0x and 64 hex digits. */
export function word(value) {
  return `0x${BigInt(value).toString(16).padStart(64, "0")}`;
}
