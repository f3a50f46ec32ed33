// The pairing check by @noble/curves, from the bytes of the key file on.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bn254 } from "@noble/curves/bn254.js";

import { Verifier } from "@tailproof/verifier";

import { decoded, market, swapped } from "./support.js";

const { G1, G2, fields } = bn254;
const HEADER = 200;
const CONTROLS = 4;

/** Returns a number in 32 little-endian bytes, without the two flags in the highest bits. */
function number(bytes, at) {
  let value = 0n;
  for (let index = 31; index >= 0; index -= 1) {
    value = (value << 8n) | BigInt(bytes[at + index]);
  }
  return value & ((1n << 254n) - 1n);
}

const g1 = (x, y) => G1.Point.fromAffine({ x, y });
const g2 = (x, y) => G2.Point.fromAffine({ x: fields.Fp2.fromBigTuple(x), y: fields.Fp2.fromBigTuple(y) });

/** Reads the points of a verifying key that a check takes. */
function keyOf(bytes) {
  const pair = (at) => [number(bytes, at), number(bytes, at + 32)];
  const ofG1 = (at) => g1(...pair(at));
  const ofG2 = (at) => g2(pair(at), pair(at + 64));
  const points = HEADER + 64 + 3 * 128;
  return {
    alpha: ofG1(HEADER),
    beta: ofG2(HEADER + 64),
    gamma: ofG2(HEADER + 192),
    delta: ofG2(HEADER + 320),
    ic: Array.from({ length: CONTROLS + 1 }, (_, index) => ofG1(points + 64 * index)),
  };
}

/** Whether e(A, B) = e(alpha, beta) e(inputs, gamma) e(C, delta). */
function holds({ alpha, beta, gamma, delta, ic }, { proof, controls, scenario_point: point }) {
  const ofG1 = ([x, y]) => g1(BigInt(x), BigInt(y));
  const b = g2(proof.b[0].map(BigInt), proof.b[1].map(BigInt));
  const inputs = controls.reduce(
    (sum, control, index) => sum.add(ic[index + 1].multiplyUnsafe(BigInt(control))),
    ic[0].add(ofG1(point)),
  );
  const product = bn254.pairingBatch([
    { g1: ofG1(proof.a).negate(), g2: b },
    { g1: alpha, g2: beta },
    { g1: inputs, g2: gamma },
    { g1: ofG1(proof.c), g2: delta },
  ]);
  return fields.Fp12.eql(product, fields.Fp12.ONE);
}

test("a second implementation of the pairing says the same", async () => {
  const files = market();
  const verifier = await Verifier.load();
  const claim = await decoded(verifier, files);
  const key = keyOf(files.bytes("keys/verifying.key"));
  const proof = files.json("p.json");
  const q = fields.Fp.ORDER;
  const negated = (text) => `0x${(q - BigInt(text)).toString(16).padStart(64, "0")}`;
  const { a, b, c } = proof.proof;
  const cases = {
    proof,
    "A and C changed places": swapped(proof),
    "A negated": { ...proof, proof: { a: [a[0], negated(a[1])], b, c } },
    // -A and -B have the product of A and B: a proof is no identifier.
    "A and B negated": { ...proof, proof: { a: [a[0], negated(a[1])], b: [b[0], b[1].map(negated)], c } },
    "C doubled": (() => {
      const twice = g1(BigInt(c[0]), BigInt(c[1])).double().toAffine();
      const word = (value) => `0x${value.toString(16).padStart(64, "0")}`;
      return { ...proof, proof: { a, b, c: [word(twice.x), word(twice.y)] } };
    })(),
  };
  const said = {};
  for (const [name, file] of Object.entries(cases)) {
    const { valid } = await verifier.verify({ ...claim, proof: JSON.stringify(file) });
    assert.equal(valid, holds(key, file), name);
    said[name] = valid;
  }
  assert.deepEqual(Object.values(said), [true, false, false, true, false]);
  await verifier.close();
});
