// An outcome in words: a level for its colour, a word, a sentence, and what a reader must not miss.

import { KINDS } from "./kinds.js";
import { shown } from "./names.js";

/** Ways of a thing that a verdict rests on which are shown in red: nobody but the prover stands behind it. */
const OPEN = ["not checked", "the proof's own"];
/** Ways that the verifier itself stands behind. */
const SETTLED = ["made again", "compared"];

/** Returns the level of a way: `open`, `settled`, or `given`, which is somebody's word. */
export function levelOf(how) {
  if (OPEN.includes(how)) {
    return "open";
  }
  return SETTLED.includes(how) ? "settled" : "given";
}

/**
 * Returns `{ level, word, strip, sentence, warnings }`; `strip` is the word where it stands alone. Levels are `valid`,
 * `limited` (valid, and a strict verifier would not take it), and `open`: not valid, or no verdict.
 */
export function inWords({ result, refused, failed }) {
  if (failed !== undefined) {
    return none(`The verifier failed, and nothing is said about the proof: ${shown(failed)}`);
  }
  if (refused !== undefined) {
    const { what, name, reason } = refused;
    return none(`The ${KINDS[what].called} ${shown(name)} was refused: ${shown(reason)}`);
  }
  if (!result.valid) {
    const reason = shown(result.reason);
    return result.verdict ? { level: "open", word: "NOT VALID", sentence: reason, warnings: [] } : none(reason);
  }
  const warnings = warningsOf(result);
  const isStrict = ["ceremony", "derived"].includes(result.keys) && result.commitment === "compared";
  const level = isStrict ? "valid" : "limited";
  return {
    level,
    word: "VALID",
    strip: isStrict ? "VALID" : "VALID, WITH WARNINGS",
    sentence: sentenceOf(result),
    warnings,
  };
}

function none(sentence) {
  return { level: "open", word: "NO VERDICT", sentence, warnings: [] };
}

/** Whether a verdict is about a pool: it then rests on a deal. */
const isOfPool = (result) => result.rests_on.some(({ what }) => what === "deal");

/** Returns the sentence of the command line. */
function sentenceOf(result) {
  const over = result.over === null ? "" : `, over ${result.over}`;
  const [of, meets] = isOfPool(result)
    ? ["pool of loans", `is as the deal “${result.name}” says`]
    : ["book", `meets the mandate “${result.name}”`];
  return shown(`The ${of} under commitment ${result.proved_commitment} ${meets}${over}.`);
}

function warningsOf(result) {
  const warnings = [];
  if (result.keys === "development") {
    warnings.push("These are single-party development keys: whoever made them can forge proofs. Not for production.");
  } else if (result.keys === "unknown powers") {
    warnings.push(
      "These keys come from unknown powers of tau: one party may have made them, and could forge proofs. Not for production.",
    );
  }
  if (!["development", "unknown powers", "ceremony", "derived"].includes(result.keys)) {
    warnings.push(`The keys are of a kind that this page does not know: ${result.keys}.`);
  }
  if (result.commitment !== "compared") {
    warnings.push(
      "No commitment was compared: book or pool are the choice of the proof. Add the commitment file that you know.",
    );
  }
  const open = result.rests_on.filter(({ how }) => levelOf(how) === "open").length;
  if (open > 0) {
    const lines = open === 1 ? "1 thing that this rests on was" : `${open} things that this rests on were`;
    warnings.push(`${lines} not checked, or taken from the proof itself: in red below.`);
  }
  return warnings;
}
