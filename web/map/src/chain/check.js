// The check of one record: the call that made it, its claim made again, its files by digest, and its proof.

import { word } from "./amounts.js";
import { NoProof, proofOf } from "./calls.js";
import { contextOf, hasRungs, limitsOf, mandateText, tailsOf } from "./claim.js";
import { decoded } from "./pool.js";

/** Selector of `verifyProof(uint256[8],uint256[2],uint256[])`. */
const VERIFY_PROOF = "0x74a9918a";
/** Mandates that a worker keeps decoded. */
const MANDATES = 64;

/**
 * @typedef {{ state: "verified" | "refused" | "not-checked", code: string, why: string, [more: string]: unknown }} Verdict
 */

/**
 * Returns the verdict on a record. It throws nothing: whatever goes wrong is a record that is not checked.
 *
 * @param {object} record
 * @param {{ mandates: Map, points: Map, stopped: Map }} state
 * @param {object} means `chainId`, `ledger`, `pins`, `transaction(hash)`, `rules(mandate)`, `files`, `pool`, and perhaps `cache`
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
  const verdict = cached ?? (await means.pool.run((worker) => asked(worker, question, means), urgency));
  if (!cached && (verdict.state === "verified" || verdict.state === "refused")) {
    await means.cache?.put(question, verdict);
  }
  return { ...verdict, key, set: question.set, evidence: { ...question, call } };
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

async function asked(worker, question, { files }) {
  const { keys: key, set, mandate: text, words, controls, point, context, isNamed } = question;
  const keys = await decoded(worker, `keys ${key}`, (verifier) =>
    files.first("key", key, (bytes) => verifier.keys(bytes, { digest: key })),
  );
  const market = await decoded(worker, `set ${set}`, (verifier) =>
    files.first("scenario set", set, (bytes) => verifier.scenarios(bytes, isNamed ? { digest: set } : {})),
  );
  const mandate = await decoded(worker, `mandate ${text}`, (verifier) => verifier.mandate(text));
  await forget(worker);
  const calldata = calldataOf(words, point, controls);
  const result = await worker.verifier.verifyEvent({ keys, market, mandate, calldata, scenarioPoint: point, context });
  const about = {
    keysAre: keys.kind,
    keysSay: keys.header_says,
    development: keys.development,
    shape: keys.shape,
    setSays: market.header_says,
    setDigest: market.digest,
    scenarios: market.scenarios,
    factors: market.factors,
    mandateDigest: mandate.digest,
  };
  if (!result.verdict) {
    return { state: "not-checked", code: result.code, why: result.reason, ...about };
  }
  if (result.valid) {
    return { state: "verified", code: "valid", why: "the proof is valid", claims: result.claims, restsOn: result.rests_on, unit: result.unit, ...about };
  }
  if (isOtherPoint(result)) {
    return isNamed
      ? { state: "refused", code: "other-scenario-point", why: "the point on the chain is not that of the scenario set that its source names", ...about }
      : { state: "not-checked", code: "other-set", why: "the hosts' scenario set is not the one behind the window's point", ...about };
  }
  return { state: "refused", code: result.code, why: result.reason, ...about };
}

/** Returns the call of `verifyProof`. In it the verifier compares the point with the computed one before it looks at the proof. */
const calldataOf = (words, point, controls) =>
  `${VERIFY_PROOF}${[...words, ...point, word(352), word(controls.length), ...controls].map((one) => one.slice(2)).join("")}`;

/** Whether the point of a call is not that of the scenario set. */
const isOtherPoint = ({ code, reason }) => code === "other-scenario-point" || (code === "other-claim" && reason.includes("scenario point"));

/** Forgets the oldest mandates of a worker: each bound that is proved makes one. */
async function forget({ verifier, things }) {
  const names = [...things.keys()].filter((name) => name.startsWith("mandate "));
  for (const name of names.slice(0, Math.max(0, names.length - MANDATES))) {
    const thing = await things.get(name);
    things.delete(name);
    await verifier.release(thing);
  }
}

/**
 * Returns what a mandate's document says: its name and currency, and whether its clauses are the terms'.
 *
 * @returns {Promise<{ name: string, currency: string | null, agrees: boolean, claims: readonly string[] }>}
 */
export function documentOf(terms, { files, pool }, urgency = 0) {
  const digest = terms.document.slice(2).toLowerCase();
  return pool.run(async ({ verifier }) => {
    const document = await files.first("mandate", digest, (bytes) => verifier.mandate(bytes, { digest }));
    const bounds = { varBound: terms.varLimit, shortfallBound: terms.shortfallLimit };
    const { name, currency, claims } = document;
    const of = await verifier.mandate(mandateText(terms, bounds, { currency: currency ?? undefined }));
    // The highest rung of a ladder may be below the document's limit: then the measures and confidences are compared.
    const part = (claim) => (hasRungs(terms) ? claim.split(" <= ")[0] : claim);
    const agrees = claims.length === of.claims.length && claims.every((claim, place) => part(claim) === part(of.claims[place]));
    await Promise.all([verifier.release(document), verifier.release(of)]);
    return { name, currency, agrees, claims };
  }, urgency);
}
