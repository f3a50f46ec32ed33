// What a record claims: its controls as the contract packs them, and the same claim as a mandate's text for the verifier.

import { encodeAbiParameters, keccak256, stringToHex } from "viem";

import { amount, decimal, percent, word } from "./amounts.js";

const MILLION = 1_000_000n;
/** A tail that no loss is beyond: of a clause that is off. */
const EVERYTHING = (1n << 56n) - 1n;
/** The top of the range of limits. */
const OFF = (1n << 64n) - 1n;

const CONTEXT_TYPE = keccak256(
  stringToHex("Context(uint256 chainId,address ledger,bytes32 entity,bytes32 claim,uint64 period)"),
);

/** Returns the context that binds a proof to a ledger, an entity, a mandate and an epoch: `Contexts.context`. */
export function contextOf({ chainId, ledger, entity, mandate, epoch }) {
  const types = ["bytes32", "uint256", "address", "bytes32", "bytes32", "uint64"].map((type) => ({ type }));
  const values = [CONTEXT_TYPE, BigInt(chainId), ledger, word(entity), mandate, BigInt(epoch)];
  return BigInt(keccak256(encodeAbiParameters(types, values))) >> 8n;
}

function divisor(one, other) {
  return other === 0n ? one : divisor(other, one % other);
}

/** Returns the weight of a clause's tail in lowest terms: `Packing.tail`. */
function tailOf(confidence, weight) {
  if (confidence === 0n) {
    return EVERYTHING;
  }
  const numerator = (MILLION - confidence) * weight;
  const common = divisor(numerator, MILLION);
  return (numerator / common - 1n) | ((MILLION / common - 1n) << 56n);
}

/** Returns the control *tails* of a mandate: `Packing.pack`. */
export function tailsOf(terms, { totalWeight, thresholds }) {
  const weight = BigInt(totalWeight);
  const confidences = [BigInt(terms.varConfidence), BigInt(terms.shortfallConfidence)];
  let [first, second] = confidences.map((confidence) => tailOf(confidence, weight));
  if (Number(thresholds) === 1) {
    if (confidences[0] === 0n) {
      first = second;
    }
    second = 0n;
  }
  return first | (BigInt(terms.unit) << 76n) | (second << 116n);
}

/** Returns the control *limits* of two bounds, for keys without limits on the book: `MandateLedger._bound`. */
export function limitsOf(terms, { varBound, shortfallBound }) {
  const limit = (confidence, bound) => {
    const exact = (BigInt(bound) << 20n) / BigInt(terms.unit);
    return Number(confidence) === 0 || exact > OFF ? OFF : exact;
  };
  return limit(terms.varConfidence, varBound) | (limit(terms.shortfallConfidence, shortfallBound) << 100n);
}

/** Whether a mandate has a ladder of rungs. */
export const hasRungs = (terms) => BigInt(terms.rungs) !== 0n;

/** Returns a text as a TOML string. */
const quoted = (text) => JSON.stringify(text).replace(/\x7f/g, "\\u007f");

/**
 * Returns a mandate's text: the terms' clauses with these bounds as limits.
 *
 * The verifier makes the controls of it again, so that a bound that is not the one in the proof fails.
 */
export function mandateText(terms, { varBound, shortfallBound, varFloor = 0n }, { name = "record", currency } = {}) {
  const lines = [`name = ${quoted(name)}`];
  if (currency) {
    lines.push(`currency = ${quoted(currency)}`);
  }
  lines.push(`unit = ${decimal(terms.unit)}`);
  const clause = (measure, confidence, limit, floor) => {
    lines.push("", "[[clause]]", `measure = "${measure}"`, `confidence = ${decimal(confidence)}`, `limit = ${decimal(limit)}`);
    if (floor > 0n) {
      lines.push(`floor = ${decimal(floor)}`);
    }
  };
  if (Number(terms.varConfidence) !== 0) {
    clause("var", terms.varConfidence, varBound, BigInt(varFloor));
  }
  if (Number(terms.shortfallConfidence) !== 0) {
    clause("cvar", terms.shortfallConfidence, shortfallBound, 0n);
  }
  return `${lines.join("\n")}\n`;
}

/**
 * Returns the clauses of a mandate, each with its limit, the bound that a record proves and the floor of its band.
 *
 * There is headroom only where a band proves it: then the figure lies between floor and bound.
 */
export function clausesOf(terms, record) {
  const clauses = [];
  const clause = (measure, confidence, limit, bound, floor) => {
    const headroom = floor > 0n ? { least: limit - bound, most: limit - floor } : null;
    clauses.push({ measure, confidence: Number(confidence), limit, bound, floor, headroom });
  };
  if (Number(terms.varConfidence) !== 0) {
    clause("VaR", terms.varConfidence, terms.varLimit, record?.varBound ?? null, record ? BigInt(record.varFloor) : 0n);
  }
  if (Number(terms.shortfallConfidence) !== 0) {
    clause("CVaR", terms.shortfallConfidence, terms.shortfallLimit, record?.shortfallBound ?? null, 0n);
  }
  return clauses;
}

/** Returns a clause in words. */
export function wordsOf({ measure, confidence, limit }, currency) {
  return `${percent(confidence)} ${measure} at most ${amount(limit, currency)}`;
}

const bases = new Map();

/** Returns the digest of what bounds can be summed over: a key and a point, as the exposure hub has it. */
export function basisOf(key, { x, y }) {
  const name = `${key}/${x}/${y}`;
  if (!bases.has(name)) {
    const types = [{ type: "bytes32" }, { type: "uint256" }, { type: "uint256" }];
    bases.set(name, keccak256(encodeAbiParameters(types, [key, x, y])));
  }
  return bases.get(name);
}
