// The command that the page shows, run by a shell: it says what the page says.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";

import { commandOf } from "../src/command.js";
import { shown, word } from "../src/names.js";
import { halo2, market, sha256, tailproof } from "./support.js";

let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), "verify-page-"))));
after(() => rmSync(folder, { recursive: true }));

/** A question about files of the market case, copied under other names. */
function question(names, more) {
  const files = {};
  for (const [kind, [from, name]] of Object.entries(names)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(join(market().path, from), join(folder, name));
    files[kind] = { name };
  }
  const { commitment, ...rest } = files;
  const digests = { keys: sha256(market().bytes("keys/verifying.key")) };
  return { files: rest, commitments: commitment ? [commitment] : [], attestations: [], digests, ...more };
}

/** Runs the lines in a shell whose `tailproof` is the build's, and returns its output. */
function shell(lines) {
  const env = { ...process.env, PATH: `${dirname(tailproof)}:${process.env.PATH}` };
  return execFileSync("sh", ["-e", "-c", lines.join("\n")], { cwd: folder, encoding: "utf8", env, stdio: "pipe" });
}

const FILES = {
  proof: ["p.json", "it's $(touch spoiled) a proof.json"],
  scenarios: ["market.scn", "-market.scn"],
  mandate: ["mandate.toml", "sub folder/mandate.toml"],
  keys: ["keys/verifying.key", "the keys/verifying.key"],
  commitment: ["c.json", "c;.json"],
};

test("files with names that a shell would take apart", () => {
  const { lines, notes } = commandOf(question(FILES));
  assert.deepEqual(notes, []);
  const said = shell(lines);
  assert.match(said, /^the keys\/verifying.key: OK\nVALID: the book/);
  assert.match(said, /commitment +compared/);
  assert.throws(() => shell(["test -e spoiled"]));
});

test("another key is found by its digest before the proof is checked", () => {
  const { lines } = commandOf(question(FILES, { digests: { keys: "ab".repeat(32) } }));
  assert.throws(
    () => shell(lines),
    ({ stdout }) => /FAILED/.test(stdout) && !/VALID/.test(stdout),
  );
});

test("a bundle, with digests or files", () => {
  const { mandate_digest: terms, scenarios_digest: scenarios } = market().json("p.json").claim;
  const digests = { keys: sha256(market().bytes("keys/verifying.key")), terms, scenarios };
  const bundle = ["b.tailproof", "b.tailproof"];
  const pinned = commandOf(question({ bundle }, { digests }));
  assert.match(shell(pinned.lines), /^VALID: the book/);
  const filed = commandOf(question({ bundle, mandate: FILES.mandate, scenarios: FILES.scenarios }, { digests }));
  assert.ok(!filed.lines[0].includes("--mandate-digest"));
  assert.match(shell(filed.lines), /^VALID: the book/);
  const bare = commandOf(question({ bundle }));
  assert.throws(
    () => shell(bare.lines),
    ({ status, stderr }) => status === 1 && /from the bundle alone/.test(stderr),
  );
});

test("a key of halo2, which the command derives", () => {
  const files = {};
  for (const [kind, name] of Object.entries({ proof: "p.json", scenarios: "market.scn", mandate: "mandate.toml", keys: "keys/halo2.key" })) {
    mkdirSync(dirname(join(folder, "halo2", name)), { recursive: true });
    copyFileSync(join(halo2().path, name), join(folder, "halo2", name));
    files[kind] = { name: `halo2/${name}`, isHalo2: kind === "keys" };
  }
  const digests = { keys: halo2().json("p.json").keys };
  const { lines, notes } = commandOf({ files, commitments: [], attestations: [], digests });
  assert.deepEqual([lines.length, notes], [1, []]);
  assert.match(shell(lines), /^VALID: the book/);
});

test("a key under another name, and hidden characters", () => {
  const { lines, notes } = commandOf(question({ ...FILES, keys: ["keys/verifying.key", "key of may"] }));
  assert.match(lines[1], /--keys KEYS/);
  assert.match(notes[0], /^KEYS stands for a folder/);
  const hidden = { ...question({}), files: { proof: { name: "p\u202Enosj.exe" }, keys: { name: "a\nb" } } };
  const { lines: safe, notes: why } = commandOf(hidden);
  assert.ok(safe.join("").includes("--proof PROOF") && !safe.join("").includes("\u202E"));
  assert.equal(why.length, 3);
  assert.equal(shown("a\u202Eb\n"), "a\\u{202e}b\\u{a}");
  assert.equal(word("a'b"), "'a'\\''b'");
});
