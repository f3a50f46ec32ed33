// What a worker's verifier says of proofs under one key and over one scenario set.

import { word } from "./amounts.js";
import { decoded } from "./pool.js";

/** Selector of `verifyProof(uint256[8],uint256[2],uint256[])`. */
const VERIFY_PROOF = "0x74a9918a";
/** Mandates that a worker keeps decoded. */
const MANDATES = 64;

/**
 * Returns a verdict for each question. All are under the same key and over the same set.
 *
 * @param {object} worker of the pool
 * @param {object[]} questions as `check` makes them
 * @param {{ first: Function }} files
 */
export async function answers(worker, questions, files) {
  const { verifier } = worker;
  const [{ keys: key, set, isNamed }] = questions;
  const keys = await keysOf(worker, key, files);
  const market = await marketOf(worker, { set, isNamed }, files);
  const mandates = await Promise.allSettled(questions.map(({ mandate }) => decoded(worker, `mandate ${mandate}`, () => verifier.mandate(mandate))));
  const asked = questions.flatMap((question, place) => {
    const mandate = mandates[place].value;
    return mandate ? [{ keys, market, mandate, ...callOf(question) }] : [];
  });
  const results = await resultsOf(verifier, asked);
  await forget(worker);
  return questions.map(({ isNamed }, place) => {
    const { value: mandate, reason } = mandates[place];
    return mandate ? { ...verdictOf(results.shift(), isNamed), ...aboutOf({ keys, market, mandate }) } : { state: "not-checked", code: reason.code ?? "failed", why: reason.message };
  });
}

/** Returns keys of a worker. */
export const keysOf = (worker, digest, files) =>
  decoded(worker, `keys ${digest}`, (verifier) => files.first("key", digest, (bytes) => verifier.keys(bytes, { digest })));

/** Returns a scenario set of a worker. One that no source names is decoded without a digest, and compared by its point. */
export const marketOf = (worker, { set, isNamed }, files) =>
  decoded(worker, `set ${set}`, (verifier) => files.first("scenario set", set, (bytes) => verifier.scenarios(bytes, isNamed ? { digest: set } : {})));

/** Returns results of questions. If the module fails at several together, each is asked alone: one of them may be to blame. */
async function resultsOf(verifier, asked) {
  const results = [...(await verifier.verifyEvents(asked))];
  if (results.length > 1 && results.every(({ code }) => code === "verifier-failed")) {
    for (const [place, question] of asked.entries()) {
      results[place] = await verifier.verifyEvent(question);
    }
  }
  return results;
}

/** In the call of `verifyProof` the verifier compares the point with the computed one before it looks at the proof. */
function callOf({ words, point, controls, context }) {
  const all = [...words, ...point, word(352), word(controls.length), ...controls];
  return { calldata: `${VERIFY_PROOF}${all.map((one) => one.slice(2)).join("")}`, scenarioPoint: point, context };
}

/** Returns what is known of the files that a question needed. */
const aboutOf = ({ keys, market, mandate }) => ({
  keysAre: keys.kind,
  keysSay: keys.header_says,
  development: keys.development,
  shape: keys.shape,
  setSays: market.header_says,
  setDigest: market.digest,
  scenarios: market.scenarios,
  factors: market.factors,
  factorsDigest: market.factors_digest,
  mandateDigest: mandate.digest,
});

function verdictOf(result, isNamed) {
  if (!result.verdict) {
    return { state: "not-checked", code: result.code, why: result.reason };
  }
  if (result.valid) {
    return { state: "verified", code: "valid", why: "the proof is valid", claims: result.claims, restsOn: result.rests_on, unit: result.unit };
  }
  if (isOtherPoint(result)) {
    return isNamed
      ? { state: "refused", code: "other-scenario-point", why: "the point on the chain is not that of the scenario set that its source names" }
      : { state: "not-checked", code: "other-set", why: "the hosts' scenario set is not the one behind the window's point" };
  }
  return { state: "refused", code: result.code, why: result.reason };
}

/** Whether the point of a call is not that of the scenario set. */
const isOtherPoint = ({ code, reason }) => code === "other-scenario-point" || (code === "other-claim" && reason.includes("scenario point"));

/** Forgets the mandates of a worker that were not used for longest: each bound that is proved makes one. */
async function forget({ verifier, things }) {
  const names = [...things.keys()].filter((name) => name.startsWith("mandate "));
  for (const name of names.slice(0, Math.max(0, names.length - MANDATES))) {
    const thing = await things.get(name);
    things.delete(name);
    await verifier.release(thing);
  }
}
