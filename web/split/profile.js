// The questions whose code the small module keeps: proofs of cases/, with what may be wrong about them.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";

const cases = new URL("cases/", import.meta.url);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const encoder = new TextEncoder();
const OTHER = "ab".repeat(32);

/**
 * Asks everything, each case of a new engine, and returns the answers in the same order each time.
 * Throws if a proof of a case is not valid: it would profile a refusal.
 */
export function ask(engine) {
  return caseNames().flatMap((name) => askAbout(name, engine()));
}

/** Returns the names of the cases. */
export function caseNames() {
  const folders = readdirSync(cases, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).sort();
}

/** Returns the public files of a case: bytes, or undefined where it has none. */
export function filesOf(name) {
  const folder = new URL(`${name}/`, cases);
  const names = readdirSync(folder).sort();
  const file = (of) => (names.includes(of) ? new Uint8Array(readFileSync(new URL(of, folder))) : undefined);
  return {
    key: file("verifying.key"),
    scenarios: file("scenarios.scn"),
    mandate: file("mandate.toml"),
    deal: file("deal.toml"),
    groups: file("groups.toml"),
    proof: file("proof.json"),
    call: JSON.parse(textOf(file("call.json"))),
    commitments: names.filter((of) => of.startsWith("commitment")).map(file),
  };
}

export const textOf = (bytes) => new TextDecoder().decode(bytes);

function askAbout(name, engine) {
  const files = filesOf(name);
  const answers = [];
  const call = (request, file) => {
    const answer = engine.call(request, typeof file === "string" ? encoder.encode(file) : file);
    answers.push(answer);
    return answer;
  };
  const valid = (answer) => {
    if (answer.result?.valid !== true) {
      throw new Error(`the proof of web/split/cases/${name} is not valid: ${JSON.stringify(answer)}`);
    }
  };

  const kind = files.mandate ? "mandate" : "deal";
  const terms = textOf(files[kind]);
  const named = files.groups ? { groups: textOf(files.groups) } : {};
  const digest = sha256(files.key);
  const { handle: keys } = call({ op: "keys", digest }, files.key);
  const claim = { keys, [kind]: call({ op: kind, ...named }, terms).handle };
  if (files.scenarios) {
    claim.scenarios = call({ op: "scenarios" }, files.scenarios).handle;
  }
  const commitments = files.commitments.map((file) => call({ op: "commitment" }, file).handle);
  const verify = (more = {}, file = files.proof) => call({ op: "verify", ...claim, ...more }, file);
  const stated = JSON.parse(textOf(files.proof));

  // What holds.
  valid(verify());
  valid(verify({ commitments }));
  valid(verify({ commitments, context: stated.context, withdrawn: `# lost\n${OTHER}\n` }));
  const { proof: words, controls, scenario_point: point, calldata } = files.call;
  const subBooks = commitments.length > 1 ? { sub_books: stated.sub_commitments ?? [] } : {};
  for (const form of [{ calldata }, { proof: words, controls }, { proof: words, controls, point }]) {
    call({ op: "verify-call", ...claim, ...form, ...subBooks });
  }
  if (files.scenarios && files.mandate) {
    call({ op: "allows", mandate: claim.mandate, scenarios: claim.scenarios });
    for (const rule of [`digest = "${OTHER}"`, 'kind = "historical"']) {
      const { handle } = call({ op: "mandate", ...named }, `${terms}\n[scenarios]\n${rule}\n`);
      call({ op: "allows", mandate: handle, scenarios: claim.scenarios });
    }
  }

  // What a verdict refuses.
  const { a, b, c } = stated.proof;
  verify({}, JSON.stringify({ ...stated, proof: { a: c, b, c: a } }));
  verify({}, JSON.stringify({ ...stated, commitment: `0x${"01".repeat(32)}` }));
  verify({ context: `0x${"00".repeat(31)}07` });
  verify({ withdrawn: `${digest}\n` });
  verify({ seed: OTHER });
  verify({ commitments: [call({ op: "commitment" }, otherCommitment(name)).handle] });
  for (const line of terms.split("\n").filter((line) => /^(limit|floor|average|loans|balance|obligor)\w* = -?[\d.]+$/.test(line))) {
    const other = call({ op: kind, ...named }, terms.replace(line, `${line}1`));
    if (other.ok) {
      verify({ [kind]: other.handle });
    }
  }

  // Input that is refused, and wrong uses.
  for (const file of ["", "{}", files.proof.subarray(0, files.proof.length - 9), files.commitments[0]]) {
    verify({}, file);
  }
  for (const text of ["", `${terms}\nx = [`, `${terms}\n[other]\nx = 1\n`, terms.replace('"', "")]) {
    call({ op: kind, ...named }, text);
  }
  call({ op: "keys", digest: OTHER }, files.key);
  call({ op: "keys", digest }, files.key.subarray(0, 500));
  call({ op: "keys", digest: "ab" }, files.key);
  call({ op: kind, digest: OTHER, ...named }, terms);
  if (files.scenarios) {
    call({ op: "scenarios", digest: OTHER }, files.scenarios);
    call({ op: "scenarios" }, files.scenarios.subarray(1));
    call({ op: "scenarios" }, files.scenarios.subarray(0, files.scenarios.length - 1));
  }
  call({ op: "commitment" }, "{}");
  call({ op: "verify-call", ...claim, proof: words.slice(1), controls });
  verify({ keys: undefined });
  verify({ other: 1 });
  call({ op: "other" });
  call({ op: "about" });
  call({ op: "release", handle: keys });
  verify();
  return answers;
}

/** Returns a commitment of another case. */
function otherCommitment(name) {
  const other = caseNames().find((one) => one !== name && Boolean(filesOf(one).mandate) === Boolean(filesOf(name).mandate));
  return filesOf(other).commitments[0];
}
