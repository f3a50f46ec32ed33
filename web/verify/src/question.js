// From files and known values to a question for the verifier, or to the list of what is missing.

import { KINDS } from "./kinds.js";
import { PINS, wrong } from "./pins.js";

/**
 * Returns `{ question }`, or `{ missing }`: sentences, none of which is empty.
 *
 * @param {{ files: object[], values: object, unconfirmed: Set<string>, problems: string[] }} state
 * @param {Date} now the time at which attestations must hold
 */
export function questionOf({ files, values, unconfirmed, problems }, now) {
  const of = (kind) => files.filter((file) => file.kind === kind);
  const one = (kind) => of(kind).at(-1);
  const missing = [
    ...problems,
    ...missingFiles(one),
    ...missingValues(values, unconfirmed),
    ...unknownFiles(files, values),
  ];
  if (of("attestation").length > 0 && !values.attestors) {
    missing.push("An attestation counts only by the key of somebody you know: enter the attestor’s key, or remove it.");
  }
  if (one("assumptions") && !one("deal")) {
    missing.push("Assumptions go with a deal, which names them: add the deal, or remove the assumptions.");
  }
  if (one("groups") && !one("mandate")) {
    missing.push("A file of groups goes with a mandate, which names it: add the mandate, or remove the groups.");
  }
  for (const [kind, called] of [
    ["caps", "caps"],
    ["impact", "liquidity costs"],
  ]) {
    if (one(kind) && !one("mandate")) {
      missing.push(`A file of ${called} goes with a mandate, which names it: add the mandate, or remove the file.`);
    }
  }
  if (missing.length > 0) {
    return { missing };
  }
  const attestors = values.attestors && {
    keys: values.attestors.split("\n"),
    subject: values.subject || undefined,
    at: Math.floor(now.getTime() / 1000),
  };
  const single = ["bundle", "proof", "mandate", "deal", "assumptions", "groups", "caps", "impact", "scenarios", "keys", "withdrawn", "revoked"];
  return {
    question: {
      files: Object.fromEntries(single.map((kind) => [kind, one(kind)]).filter(([, file]) => file !== undefined)),
      commitments: of("commitment"),
      attestations: of("attestation"),
      digests: { keys: values.keys, terms: values.terms || undefined, scenarios: values.scenarios || undefined },
      context: values.context || undefined,
      seed: values.seed || undefined,
      attestors: attestors || undefined,
    },
  };
}

function missingFiles(one) {
  if (one("bundle")) {
    return [];
  }
  if (!one("proof")) {
    return ["There is no proof: add one, or a bundle."];
  }
  const missing = [];
  if (!one("mandate") && !one("deal")) {
    missing.push("There is no mandate, and no deal: add the one that you agreed on.");
  }
  if (one("mandate") && !one("scenarios")) {
    missing.push("There is no scenario set: add market.scn, or whatever it is called.");
  }
  if (!one("keys")) {
    missing.push("There are no keys: add verifying.key, or halo2.key.");
  }
  return missing;
}

/** Whether a file came with a link, and the reader has to know it. */
export function isUnknown({ kind, ofLink, confirmed }, values) {
  const { own, pin } = KINDS[kind];
  return Boolean(own && ofLink && !confirmed && !(pin && values[pin]));
}

function unknownFiles(files, values) {
  return files
    .filter((file) => isUnknown(file, values))
    .map(({ kind, name }) => {
      const or = KINDS[kind].pin ? ", or enter its digest" : "";
      return `The ${KINDS[kind].called} ${name} came with the link: whoever sent it may have chosen it. Confirm that you know it${or}.`;
    });
}

function missingValues(values, unconfirmed) {
  const missing = [];
  if (!values.keys) {
    missing.push(
      "There is no digest of the keys: without it nothing is valid, since keys of a prover’s choice prove anything.",
    );
  }
  for (const [name, { called }] of Object.entries(PINS)) {
    const value = values[name] ?? "";
    const fault = wrong(name, value);
    if (fault) {
      missing.push(fault);
    } else if (value !== "" && unconfirmed.has(name)) {
      missing.push(`The ${called} came with the link: whoever sent it may have chosen it. Confirm that you know it.`);
    }
  }
  if (values.subject && !values.attestors) {
    missing.push("A subject is compared only with attestations: enter an attestor’s key too, or remove the subject.");
  }
  return missing;
}
