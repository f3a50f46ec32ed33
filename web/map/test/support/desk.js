// Keys, scenario sets and proofs of the tests, made once for each build of the command and kept.

import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";

export const root = new URL("../../../../", import.meta.url);
export const tailproof = process.env.TAILPROOF ?? new URL("target/debug/tailproof", root).pathname;

/** The folder of what was made. */
export const desk = new URL(`target/web/map/desk-${Math.trunc(statSync(tailproof).mtimeMs)}/`, root);

const at = (file) => new URL(file, desk).pathname;
export const bytes = (file) => readFileSync(at(file));
export const json = (file) => JSON.parse(readFileSync(at(file), "utf8"));

/** Runs the command in the desk's folder. */
export function run(...args) {
  return execFileSync(tailproof, args, { cwd: desk.pathname, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Makes a file or folder once: a run that is ended leaves none. */
function once(name, make) {
  if (!existsSync(at(name))) {
    const unfinished = `${name}.${process.pid}.tmp`;
    make(unfinished);
    renameSync(at(unfinished), at(name));
  }
  return at(name);
}

/** Returns verifying keys of a shape: their folder, bytes and digest. */
export function keys(name, shape, seed) {
  const folder = once(name, (to) => run("keygen", "--shape", shape, "--insecure-dev", "--seed", seed.repeat(32), "-o", to));
  const key = bytes(`${name}/verifying.key`);
  return { name, folder, bytes: key, digest: createHash("sha256").update(key).digest("hex") };
}

/** Returns a scenario set of 8 days up to a row of the demo's prices: its bytes and digest. */
export function scenarios(name, { skip = 0 } = {}) {
  mkdirSync(desk, { recursive: true });
  once("book.csv", (to) => copyFileSync(new URL("src/demo/book.csv", root), at(to)));
  const prices = once(`prices-${skip}.csv`, (to) => {
    const rows = readFileSync(new URL("src/demo/prices.csv", root), "utf8").trimEnd().split("\n");
    writeFileSync(at(to), `${rows.slice(0, rows.length - skip).join("\n")}\n`);
  });
  const file = `${name}.scn`;
  let said;
  once(file, (to) => {
    said = run("scenarios", "historical", "--prices", prices, "--window", "8", "-o", to);
    writeFileSync(at(`${name}.digest`), /digest ([0-9a-f]{64})/.exec(said)[1]);
  });
  return { name, file, bytes: bytes(file), digest: bytes(`${name}.digest`).toString() };
}

/** Returns the scenario point of a set under keys. */
export function point(set, of, mandate) {
  const file = `${set.name}-${of.digest.slice(0, 16)}.point`;
  once(file, (to) => {
    // Keys with limits on the book take half-spreads from a mandate.
    writeFileSync(at(`${to}.toml`), mandate ?? "");
    const more = mandate ? ["--mandate", `${to}.toml`] : [];
    writeFileSync(at(to), run("scenarios", "point", set.file, "--keys", of.folder, "--json", ...more));
  });
  return json(file);
}

const slow = promisify(execFile);

/** Returns a proof in a contract's words. The book's commitment is made once for each book, set and net asset value. */
export async function prove({ of, set, mandate, context, nav = "10000000", book = "book" }) {
  const named = createHash("sha256").update(JSON.stringify([of.digest, set.digest, mandate, context, nav, book])).digest("hex").slice(0, 24);
  const file = `${named}.words.json`;
  if (!existsSync(at(file))) {
    const opened = `${createHash("sha256").update(JSON.stringify([set.digest, nav, book])).digest("hex").slice(0, 24)}`;
    if (!existsSync(at(`${opened}.opening`))) {
      run("commit", "--book", "book.csv", "--scenarios", set.file, "--nav", nav, "-o", `${opened}.json`, "--opening", `${opened}.opening`);
    }
    writeFileSync(at(`${named}.toml`), mandate);
    const terms = ["--scenarios", set.file, "--mandate", `${named}.toml`, "--keys", of.folder];
    const proof = ["--book", "book.csv", "--opening", `${opened}.opening`, ...terms, "--context", context, "-o", `${named}.proof.json`];
    await slow(tailproof, ["prove", ...proof], { cwd: desk.pathname });
    const { stdout } = await slow(tailproof, ["calldata", "--proof", `${named}.proof.json`, "--json"], { cwd: desk.pathname });
    writeFileSync(at(`${file}.tmp`), stdout);
    renameSync(at(`${file}.tmp`), at(file));
  }
  return json(file);
}

/** Returns the digest of the factor names of a set that something was proved over. */
export function factorsOf(set) {
  const file = `${set.name}.factors.json`;
  once(file, (to) => run("commit", "--book", "book.csv", "--scenarios", set.file, "--nav", "1", "-o", to, "--opening", `${to}.opening`));
  return json(file).factors_digest;
}
