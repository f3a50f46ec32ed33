// Words and colours of outcomes that no file of the other tests has.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inWords, levelOf } from "../src/outcome.js";

const valid = {
  valid: true,
  verdict: true,
  name: "M",
  over: null,
  keys: "ceremony",
  commitment: "compared",
  proved_commitment: "0x1",
  rests_on: [{ what: "mandate", how: "as given" }],
};

test("green is only for what a strict verifier takes", () => {
  const { level, word, warnings } = inWords({ result: valid });
  assert.deepEqual([level, word, warnings], ["valid", "VALID", []]);
  // As the command has it: nobody can have made derived keys.
  assert.deepEqual(inWords({ result: { ...valid, keys: "derived" } }).level, "valid");
  for (const weaker of [
    { keys: "development" },
    { keys: "unknown powers" },
    { keys: "of a kind to come" },
    { commitment: "the proof's own" },
  ]) {
    const said = inWords({ result: { ...valid, ...weaker } });
    assert.equal(said.level, "limited");
    assert.equal(said.warnings.length, 1);
  }
});

test("everything else is red", () => {
  const reason = "a reason";
  const others = [
    [{ result: { valid: false, verdict: true, reason } }, "NOT VALID"],
    [{ result: { valid: false, verdict: false, reason } }, "NO VERDICT"],
    [{ refused: { what: "keys", name: "k", code: "malformed", reason } }, "NO VERDICT"],
    [{ failed: reason }, "NO VERDICT"],
  ];
  for (const [outcome, word] of others) {
    const said = inWords(outcome);
    assert.deepEqual([said.level, said.word], ["open", word]);
    assert.ok(said.sentence.includes(reason));
  }
});

test("a way that is not known is not settled", () => {
  assert.deepEqual(["not checked", "the proof's own", "compared", "as given", "guessed"].map(levelOf), [
    "open",
    "open",
    "settled",
    "given",
    "given",
  ]);
});
