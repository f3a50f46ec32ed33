// A record's proof as files for the command line: what the page checked, anybody checks again.

/**
 * Returns the text of a proof file.
 *
 * @param {object} verdict of a record whose proof was looked at
 */
export function proofFile({ evidence, shape, claims = [], unit = "", factors, scenarios, mandateDigest, setDigest }) {
  const { words, controls, point, context, keys } = evidence;
  const [ax, ay, bxi, bxr, byi, byr, cx, cy] = words;
  const file = {
    format: "tailproof-proof",
    version: 1,
    backend: "groth16-bn254",
    statement: "market",
    shape,
    keys,
    claim: { mandate: "record", mandate_digest: mandateDigest, clauses: claims, scenarios, scenarios_digest: setDigest, factors, unit },
    commitment: controls[0],
    context,
    controls,
    scenario_point: point,
    proof: { a: [ax, ay], b: [[bxr, bxi], [byr, byi]], c: [cx, cy] },
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Returns the names of a record's files: the proof, the mandate with its bounds as limits, the set and the key. */
export function namesOf({ entity, epoch }) {
  const name = `${entity.slice(0, 10)}-${epoch}`;
  return { proof: `${name}.proof.json`, mandate: `${name}.mandate.toml`, set: `${name}.scn`, key: "verifying.key", folder: `${name}.keys` };
}

/** Returns the commands that check a record's files again. */
export function commandsOf(record, { context }) {
  const { proof, mandate, set, key, folder } = namesOf(record);
  return [
    `mkdir -p ${folder} && mv ${key} ${folder}/`,
    `tailproof verify --proof ${proof} --mandate ${mandate} --scenarios ${set} --keys ${folder} --context ${context}`,
  ];
}
