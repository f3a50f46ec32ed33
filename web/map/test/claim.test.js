// Claims made again: the contract's packing, the mandate's text, words and amounts.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { encodeFunctionData, parseSignature, recoverAddress, signatureToCompactSignature } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { LEDGER } from "../src/chain/abi.js";
import { amount, decimal, duration, percent, word } from "../src/chain/amounts.js";
import { proofOf, signatureOf } from "../src/chain/calls.js";
import { clausesOf, limitsOf, mandateText, tailsOf, wordsOf } from "../src/chain/claim.js";

const { claims } = JSON.parse(readFileSync(new URL("../../../contracts/test/vectors/packing.json", import.meta.url), "utf8"));

/** A limit in millionths, if the ledger's terms can have it. */
function millionths({ mantissa, decimals, ofNav, tail, confidence }) {
  const scaled = BigInt(mantissa) * 10n ** 6n;
  const one = 10n ** BigInt(decimals);
  const isOff = tail === 0 && confidence === 0;
  return ofNav || tail === 2 || scaled % one !== 0n || (tail === 1 && scaled / one > 10n ** 24n) ? null : isOff ? 0n : scaled / one;
}

test("tails and limits are those of the contracts' vectors", () => {
  let compared = 0;
  for (const { first, second, thresholds, unit, weight, tails, limits } of claims) {
    const [varBound, shortfallBound] = [millionths(first), millionths(second)];
    if (varBound === null || shortfallBound === null) {
      continue;
    }
    const terms = { varConfidence: first.confidence, shortfallConfidence: second.confidence, unit: BigInt(unit) };
    assert.equal(word(tailsOf(terms, { totalWeight: weight, thresholds })), tails);
    assert.equal(word(limitsOf(terms, { varBound, shortfallBound })), limits);
    compared += 1;
  }
  assert.ok(compared >= 3, `${compared} of ${claims.length}`);
});

test("amounts, confidences and times in words", () => {
  assert.deepEqual([0n, 1n, 1_500_000n, 450_000_000_000n].map(decimal), ["0", "0.000001", "1.5", "450000"]);
  assert.deepEqual([amount(1_234_567_890_000n, "USD"), amount(999_000_000n), amount(1_000_000_000n, null)], ["1,234,567.89 USD", "999", "1,000"]);
  assert.deepEqual([975_000, 990_000, 999_999].map(percent), ["97.5 %", "99 %", "99.9999 %"]);
  assert.deepEqual([-5, 0, 59, 60, 3_600, 5_400, 86_400, 216_000].map(duration), ["0 s", "0 s", "59 s", "1 min", "1 h", "1 h 30 min", "1 d", "2 d 12 h"]);
  assert.equal(word(255), `0x${"0".repeat(62)}ff`);
});

const terms = { varConfidence: 990_000, shortfallConfidence: 975_000, unit: 10_000n, varLimit: 500_000_000n, shortfallLimit: 400_000_000n };

test("a mandate's text has the record's bounds as limits, and names stay names", () => {
  const bounds = { varBound: 300_000_001n, shortfallBound: 200_000_000n };
  const expected = 'name = "record"\nunit = 0.01\n\n[[clause]]\nmeasure = "var"\nconfidence = 0.99\nlimit = 300.000001\n\n[[clause]]\nmeasure = "cvar"\nconfidence = 0.975\nlimit = 200\n';
  assert.equal(mandateText(terms, bounds), expected);
  assert.match(mandateText(terms, bounds, { name: 'a"\nlimit = 1' }), /^name = "a\\"\\nlimit = 1"\n/);
  const one = { ...terms, shortfallConfidence: 0 };
  assert.match(mandateText(one, { ...bounds, varFloor: 100_000_000n }), /floor = 100\n$/);
});

test("there is headroom only where a band proves it", () => {
  const record = { varBound: 300_000_000n, shortfallBound: 200_000_000n, varFloor: 0n };
  assert.deepEqual(clausesOf(terms, record).map(({ headroom }) => headroom), [null, null]);
  const [band] = clausesOf(terms, { ...record, varFloor: 100_000_000n });
  assert.deepEqual(band.headroom, { least: 200_000_000n, most: 400_000_000n });
  assert.equal(wordsOf(band, "EUR"), "99 % VaR at most 500 EUR");
  assert.deepEqual(clausesOf({ ...terms, varConfidence: 0 }, record).map(({ measure }) => measure), ["CVaR"]);
});

const ENTITY = `0x${"1".repeat(40)}`;
const OTHER = `0x${"2".repeat(40)}`;
const LEDGER_AT = `0x${"3".repeat(40)}`;
const MANDATE = `0x${"4".repeat(64)}`;
const ZERO = `0x${"0".repeat(64)}`;
const record = { entity: ENTITY, mandate: MANDATE, epoch: 7, commitment: 11n, period: 9, varBound: 3n, shortfallBound: 2n, varFloor: 0n, rung: ZERO };
const words = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n];
const witness = { prices: ZERO, period: 9, gaps: 0 };
const rung = { index: 0, limit: 0n, floor: 0n, forecast: 0n, within: 0n, exceeded: 0n };
const submission = { mandate: MANDATE, epoch: 7n, commitment: 11n, proof: words, point: [5n, 6n], witness, varBound: 3n, shortfallBound: 2n, rung, path: [], asOf: 0n, expires: 0n, scope: 0, signature: "0x" };
const calling = (functionName, args, more = {}) => ({ to: LEDGER_AT, from: ENTITY, input: encodeFunctionData({ abi: LEDGER, functionName, args }), ...more });

test("a proof is found in each call that records one", () => {
  const expected = { proof: words, point: { x: 5n, y: 6n } };
  const found = (transaction, of = record) => {
    const { proof, point } = proofOf(transaction, of, LEDGER_AT.toUpperCase().replace("0X", "0x"));
    return { proof: [...proof], point };
  };
  assert.deepEqual(found(calling("submit", [submission])), expected);
  assert.deepEqual(found(calling("submitFor", [ENTITY, 1n, submission, "0x"], { from: OTHER })), expected);
  const batch = { mandate: MANDATE, epoch: 7n, point: [5n, 6n], witness, asOf: 0n, expires: 0n, scope: 0, deadline: 0n, rungs: [{ ...rung, floor: 1n, forecast: 42n }], paths: [[]], signatures: [] };
  const item = (entity, commitment, proof) => ({ entity, commitment, proof, varBound: 3n, shortfallBound: 2n, rung: 0n, attestation: { r: ZERO, vs: ZERO } });
  const many = calling("submitMany", [batch, [item(OTHER, 12n, words.map((one) => one + 1n)), item(ENTITY, 11n, words)], []], { from: OTHER });
  assert.deepEqual(found(many), expected);
  const ofRung = { ...record, rung: `0x${"5".repeat(64)}`, varFloor: 1n };
  assert.equal(proofOf(many, ofRung, LEDGER_AT).forecast, 42n);
  assert.throws(() => proofOf(many, { ...ofRung, varFloor: 2n }, LEDGER_AT), { state: "refused", code: "contradiction" });
});

test("whatever differs between event and transaction is a contradiction", () => {
  const honest = calling("submit", [submission]);
  for (const change of [{ epoch: 8 }, { commitment: 12n }, { period: 8 }, { varBound: 2n }, { shortfallBound: 3n }, { varFloor: 1n }, { mandate: `0x${"6".repeat(64)}` }, { entity: OTHER }]) {
    assert.throws(() => proofOf(honest, { ...record, ...change }, LEDGER_AT), { state: "refused", code: "contradiction" }, JSON.stringify(Object.keys(change)));
  }
  for (const input of ["0x", "0x12345678", calling("suspend", [MANDATE]).input, honest.input.slice(0, -64)]) {
    assert.throws(() => proofOf({ ...honest, input }, record, LEDGER_AT), { state: "refused" }, input.slice(0, 10));
  }
  for (const to of [OTHER, null]) {
    assert.throws(() => proofOf({ ...honest, to }, record, LEDGER_AT), { state: "not-checked", code: "other-caller" });
  }
});

test("a signature in two words is that in 65 bytes", async () => {
  const signer = privateKeyToAccount(`0x${"11".repeat(32)}`);
  const parities = new Set();
  for (let number = 1; number <= 12; number += 1) {
    const hash = word(number);
    const signature = await signer.sign({ hash });
    const { r, yParityAndS: vs } = signatureToCompactSignature(parseSignature(signature));
    parities.add(parseSignature(signature).yParity);
    assert.equal(signatureOf({ r, vs }), signature);
    assert.equal(await recoverAddress({ hash, signature: signatureOf({ r, vs }) }), signer.address);
  }
  assert.equal(parities.size, 2);
});
