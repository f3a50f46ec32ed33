// The questions whose code the small module keeps: proofs of cases/, with what may be wrong about
// them.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";

const cases = new URL("cases/", import.meta.url);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const encoder = new TextEncoder();
const OTHER = "ab".repeat(32);

const root = new URL("../../", import.meta.url);
/**
 * Terms and scenario sets of other forms, in the whole tree: files, and folders of them. web/build
 * makes the small module again when one of them changes, or a file of a folder is deleted.
 */
export const FORMS = {
  mandate: ["fuzz/seeds/mandate/", "src/demo/mandate.toml", "src/demo/tight.toml", "examples/story/mandate.toml"],
  deal: ["fuzz/seeds/deal/", "src/demo/deal.toml", "core/src/pool/deal_file/example.toml"],
  scenarios: ["tests/fixtures/0.1.0/stress/scenarios.scn", "tests/fixtures/0.1.0/pool/scenarios.scn"],
};

/**
 * Asks everything, each case of a new engine, and returns the answers in the same order each time.
 * Throws if a proof of a case is not valid, or a file has not its form: it would profile a refusal.
 */
export function ask(engine) {
  const proofs = caseNames().flatMap((name) => askAbout(name, engine()));
  return [...proofs, ...Object.keys(FORMS).flatMap((op) => askForms(op, engine()))];
}

/** Decodes the files of an operation's forms. */
function askForms(op, engine) {
  const files = FORMS[op].flatMap((path) => {
    const place = new URL(path, root);
    return path.endsWith("/") ? readdirSync(place).sort().map((name) => new URL(name, place)) : [place];
  });
  return files.map((file) => {
    const answer = engine.call({ op }, new Uint8Array(readFileSync(file)));
    if (!answer.ok) {
      throw new Error(`${file.pathname} is refused: ${answer.reason}`);
    }
    return answer;
  });
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
      const why = answer.reason ?? answer.result?.reason;
      throw new Error(`the proof of web/split/cases/${name} is not valid: ${why}`);
    }
  };
  const decoded = (request, file) => {
    const { ok, handle, reason } = call(request, file);
    if (!ok) {
      throw new Error(`a file of web/split/cases/${name} is refused: ${reason}`);
    }
    return handle;
  };

  const kind = files.mandate ? "mandate" : "deal";
  const terms = textOf(files[kind]);
  const named = files.groups ? { groups: textOf(files.groups) } : {};
  const digest = sha256(files.key);
  const keys = decoded({ op: "keys", digest }, files.key);
  const claim = { keys, [kind]: decoded({ op: kind, ...named }, terms) };
  if (files.scenarios) {
    claim.scenarios = decoded({ op: "scenarios" }, files.scenarios);
  }
  const commitments = files.commitments.map((file) => decoded({ op: "commitment" }, file));
  const verify = (more = {}, file = files.proof) => call({ op: "verify", ...claim, ...more }, file);
  const stated = JSON.parse(textOf(files.proof));

  // Proofs that hold.
  valid(verify());
  valid(verify({ commitments }));
  valid(verify({ commitments, context: stated.context, withdrawn: `# lost\n${OTHER}\n` }));
  const { proof: words, controls, scenario_point: point, calldata } = files.call;
  const subBooks = commitments.length > 1 ? { sub_books: stated.commitments } : {};
  for (const form of [{ calldata }, { proof: words, controls }, { proof: words, controls, point }]) {
    valid(call({ op: "verify-call", ...claim, ...form, ...subBooks }));
  }
  if (files.scenarios && files.mandate) {
    call({ op: "allows", mandate: claim.mandate, scenarios: claim.scenarios });
    for (const rule of [`digest = "${OTHER}"`, 'kind = "historical"']) {
      const mandate = decoded({ op: "mandate", ...named }, `${terms}\n[scenarios]\n${rule}\n`);
      call({ op: "allows", mandate, scenarios: claim.scenarios });
    }
  }

  // Proofs and terms that a verdict refuses.
  const { a, b, c } = stated.proof;
  verify({}, JSON.stringify({ ...stated, proof: { a: c, b, c: a } }));
  verify({}, JSON.stringify({ ...stated, proof: { a, b, c: [a[0], c[1]] } }));
  verify({}, JSON.stringify({ ...stated, commitment: `0x${"01".repeat(32)}` }));
  verify({}, JSON.stringify({ ...stated, keys: OTHER }));
  verify({}, JSON.stringify({ ...stated, context: `0x${"00".repeat(31)}07` }));
  verify({}, JSON.stringify({ ...stated, shape: "9x20" }));
  verify({}, JSON.stringify({ ...stated, claim: { ...stated.claim, [`${kind}_digest`]: OTHER } }));
  verify({}, JSON.stringify({ ...stated, controls: stated.controls.toReversed() }));
  verify({}, JSON.stringify({ ...stated, scenario_point: a }));
  verify({ context: `0x${"00".repeat(31)}07` });
  verify({ withdrawn: `${digest}\n` });
  verify({ seed: OTHER });
  verify({ commitments: [decoded({ op: "commitment" }, otherCommitment(name))] });
  const limit = /^(?:limit|floor|average|loans|balance|obligor)\w* = -?[\d.]+$/;
  for (const line of terms.split("\n").filter((line) => limit.test(line))) {
    const other = call({ op: kind, ...named }, terms.replace(line, `${line}1`));
    if (other.ok) {
      verify({ [kind]: other.handle });
    }
  }

  // Input that is refused, and wrong uses.
  const { keys: _, ...without } = stated;
  const odd = [{}, [], 7, without, { ...stated, other: 1 }, { ...stated, proof: "0x" }, { ...stated, backend: "other" }];
  for (const digits of ["0x", `0x${"ff".repeat(32)}`, `0x${"AB".repeat(32)}`, "12", 12]) {
    odd.push({ ...stated, commitment: digits }, { ...stated, proof: { a: [digits, a[1]], b, c } });
  }
  const { length } = files.proof;
  const cut = [files.proof.subarray(0, length - 9), files.proof.subarray(9), new Uint8Array([255, 0])];
  for (const file of ["", ...odd.map((json) => JSON.stringify(json)), ...cut, files.commitments[0]]) {
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
  const isOfBook = (one) => Boolean(filesOf(one).mandate);
  const other = caseNames().find((one) => one !== name && isOfBook(one) === isOfBook(name));
  return filesOf(other).commitments[0];
}
