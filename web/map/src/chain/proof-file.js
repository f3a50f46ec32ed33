// A record's proof as files for the command line: what the page checked, anybody checks again.

/** Returns the text of a proof file. */
export function proofFile({ evidence, shape, statement = "market", claims = [], title = "record", unit, factors = [], scenarios = 0, mandateDigest = "", setDigest = "" }) {
  const { words, controls, point, context, keys } = evidence;
  const [ax, ay, bxi, bxr, byi, byr, cx, cy] = words;
  const file = {
    format: "tailproof-proof",
    version: 1,
    backend: "groth16-bn254",
    statement,
    shape,
    keys,
    claim: { mandate: title, mandate_digest: mandateDigest, clauses: claims, scenarios, scenarios_digest: setDigest, factors, unit },
    commitment: controls[0],
    context,
    controls,
    scenario_point: point,
    proof: { a: [ax, ay], b: [[bxr, bxi], [byr, byi]], c: [cx, cy] },
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Returns the command that checks a record's files again. `name` is that of the files. */
export function commandOf(name, { context }) {
  return `tailproof verify --proof ${name}.proof.json --mandate ${name}.mandate.toml --scenarios ${name}.scn --keys ${name}.key --context ${context}`;
}
