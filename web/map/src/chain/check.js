// The check of one record: the call that made it, its claim made again, its files by digest, and its proof.

import { word } from "./amounts.js";
import { NoProof, proofOf } from "./calls.js";
import { contextOf, hasRungs, limitsOf, mandateText, tailsOf } from "./claim.js";
import { vouched } from "./custodian.js";

/**
 * @typedef {{ state: "verified" | "refused" | "not-checked", code: string, why: string, [more: string]: unknown }} Verdict
 */

/**
 * Returns the verdict on a record. It throws nothing: whatever goes wrong is a record that is not checked.
 *
 * @param {object} record
 * @param {{ mandates: Map, points: Map, stopped: Map }} state
 * @param {object} means `chainId`, `ledger`, `pins`, `transaction(hash)`, `rules(mandate)`, `code(address)`, `files`, `batches`,
 * `fit(mandate, of)`, and perhaps `cache`
 * @param {number} urgency
 * @returns {Promise<Verdict>}
 */
export async function check(record, state, means, urgency = 0) {
  try {
    return await checked(record, state, means, urgency);
  } catch (error) {
    if (error instanceof NoProof) {
      return { state: error.state, code: error.code, why: error.message };
    }
    return { state: "not-checked", code: error.code ?? "failed", why: error.message };
  }
}

async function checked(record, state, means, urgency) {
  const mandate = state.mandates.get(record.mandate);
  if (!mandate) {
    throw new NoProof("not-checked", "unknown-mandate", "the node shows no opening of the mandate");
  }
  const { terms } = mandate;
  if (!mandate.isTrue) {
    throw new NoProof("refused", "contradiction", "the node contradicts itself: the mandate's identifier is not the hash of its terms");
  }
  const key = terms.key.slice(2).toLowerCase();
  if (!means.pins.has(key)) {
    throw new NoProof("not-checked", "unknown-key", `the key ${key} is none of the pinned ones`);
  }
  const point = state.points.get(`${terms.source.toLowerCase()}/${record.epoch}`);
  if (!point) {
    throw new NoProof("not-checked", "no-point", `the node shows no point of the source for epoch ${record.epoch}`);
  }
  means.files.warm(key);
  means.files.warm(setOf(point));
  const [transaction, rules] = await Promise.all([means.transaction(record.tx), means.rules(mandate.id)]);
  if (!transaction) {
    throw new NoProof("not-checked", "no-transaction", "the node does not have the transaction of the record");
  }
  const call = proofOf(transaction, record, means.ledger);
  if (call.point.x !== point.x || call.point.y !== point.y) {
    throw new NoProof("refused", "other-scenario-point", "the proof is over another scenario point than the source's of that epoch");
  }
  const question = questionOf(record, mandate, call, { point, rules }, means);
  const cached = await means.cache?.get(question);
  const custodian = await vouched(record, terms, call, rules.factors, means.code);
  const verdict = cached ?? (await means.batches.ask(question, urgency));
  if (!cached && (verdict.state === "verified" || verdict.state === "refused")) {
    await means.cache?.put(question, verdict);
  }
  if (custodian.state !== "none" && verdict.factorsDigest !== undefined && `0x${verdict.factorsDigest}` !== rules.factors.toLowerCase()) {
    throw new NoProof("refused", "other-factors", "the custodian vouches for other factors than those of the scenario set");
  }
  const fit = verdict.state === "verified" ? await means.fit(mandate, question) : null;
  return { ...verdict, key, set: question.set, fit, custodian, evidence: { ...question, call } };
}

/** Returns the name of a scenario set: its digest, or the point that a window made of its rows. */
const setOf = ({ set, x }) => set ?? `point-${word(x).slice(2)}`;

/** Returns everything that the verdict depends on, as text. */
function questionOf(record, mandate, { proof, forecast }, { point, rules }, means) {
  const { terms } = mandate;
  const tails = tailsOf(terms, rules);
  if (tails !== BigInt(rules.tails)) {
    throw new NoProof("refused", "contradiction", "the ledger's tails are not those of its terms");
  }
  const context = contextOf({ chainId: means.chainId, ledger: means.ledger, entity: record.entity, mandate: record.mandate, epoch: record.epoch });
  const limits = hasRungs(terms) ? BigInt(forecast) : limitsOf(terms, record);
  return {
    keys: terms.key.slice(2).toLowerCase(),
    set: setOf(point),
    mandate: mandateText(terms, record),
    words: proof.map(word),
    controls: [record.commitment, context, tails, limits].map(word),
    point: [word(point.x), word(point.y)],
    context: word(context),
    isNamed: point.set !== null,
  };
}
