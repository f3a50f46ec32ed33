// A mandate's document: its name, its currency, whether its clauses and its unit are the ledger's, and which scenario sets it allows.

import { millionths } from "./amounts.js";
import { marketOf } from "./answers.js";
import { hasRungs, mandateText } from "./claim.js";

const digestOf = (terms) => terms.document.slice(2).toLowerCase();

/**
 * Returns what a mandate's document says: its name and currency, whether its clauses are the terms' and it accepts their book unit,
 * and whether it has a rule for scenario sets, in its table or by bearing the name of a rule.
 *
 * @returns {Promise<{ name: string, currency: string | null, agrees: boolean, acceptsUnit: boolean, claims: readonly string[], hasRule: boolean }>}
 */
export function documentOf(terms, { files, pool }, urgency = 0) {
  const digest = digestOf(terms);
  return pool.run(async ({ verifier }) => {
    const document = await files.first("mandate", digest, (bytes) => verifier.mandate(bytes, { digest }));
    const bounds = { varBound: terms.varLimit, shortfallBound: terms.shortfallLimit };
    const { name, currency, claims, coarsest_unit: coarsest, has_scenario_rule: hasRule } = document;
    const acceptsUnit = BigInt(terms.unit) <= millionths(coarsest);
    const of = await verifier.mandate(mandateText(terms, bounds, { currency: currency ?? undefined }));
    // The highest rung of a ladder may be below the document's limit: then the measures and confidences are compared.
    const part = (claim) => (hasRungs(terms) ? claim.split(" <= ")[0] : claim);
    const agrees = claims.length === of.claims.length && claims.every((claim, place) => part(claim) === part(of.claims[place]));
    await Promise.all([verifier.release(document), verifier.release(of)]);
    return { name, currency, agrees, acceptsUnit, claims, hasRule };
  }, urgency);
}

/**
 * Returns whether a mandate's document allows a scenario set: its table `[scenarios]`, the rule whose name it bears, its currency, and
 * what its clauses need.
 *
 * @param {object} terms
 * @param {{ set: string, isNamed: boolean }} of
 * @returns {Promise<{ state: "verified" | "refused" | "not-checked", why: string }>}
 */
export function fitOf(terms, of, { files, pool }, urgency = 0) {
  const digest = digestOf(terms);
  return pool.run(async (worker) => {
    const { verifier } = worker;
    const market = await marketOf(worker, of, files);
    const mandate = await files.first("mandate", digest, (bytes) => verifier.mandate(bytes, { digest }));
    const { allowed, verdict, code, reason } = await verifier.allows({ market, mandate });
    await verifier.release(mandate);
    if (allowed) {
      return { state: "verified", why: "the mandate's document allows the scenario set" };
    }
    // A rule that only the header of the set shows to be met is not broken.
    const isRefused = verdict && code !== "scenarios-not-settled";
    return { state: isRefused ? "refused" : "not-checked", why: `the mandate's document: ${reason}` };
  }, urgency);
}
