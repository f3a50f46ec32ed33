// Files of a desk, made once by the command line.

import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";

const root = new URL("../../../", import.meta.url);
const tailproof = process.env.TAILPROOF ?? new URL("target/debug/tailproof", root).pathname;

const SUBJECT = `0x${"11".repeat(32)}`;

/** Runs the command in a folder, and returns its output and exit status. */
export function run(folder, line) {
  try {
    return { status: 0, out: execFileSync(tailproof, line.split(" "), { cwd: folder, encoding: "utf8", stdio: "pipe" }) };
  } catch (error) {
    return { status: error.status, out: error.stdout, why: error.stderr };
  }
}

function must(folder, line) {
  const { status, out, why } = run(folder, line);
  if (status !== 0) {
    throw new Error(`tailproof ${line}: ${why}`);
  }
  return out;
}

/** A folder that `make` fills once for each build of the command, and for each way of making it. */
function once(name, make) {
  const of = `${Math.trunc(statSync(tailproof).mtimeMs)}-${sha256(make.toString()).slice(0, 8)}`;
  const folder = new URL(`target/web/cases/${name}-${of}/`, root);
  if (!existsSync(folder)) {
    const unfinished = new URL(`../.${name}-${process.pid}/`, folder);
    mkdirSync(unfinished, { recursive: true });
    make(unfinished.pathname);
    renameSync(unfinished, folder);
  }
  const path = (file) => new URL(file, folder);
  return {
    path: folder.pathname,
    bytes: (file) => new Uint8Array(readFileSync(path(file))),
    text: (file) => readFileSync(path(file), "utf8"),
    json: (file) => JSON.parse(readFileSync(path(file), "utf8")),
  };
}

const ofDemo = (folder, ...files) => {
  for (const file of files) {
    copyFileSync(new URL(`src/demo/${file}`, root), `${folder}/${file}`);
  }
};

/** A proof of the demo's mandate over 8 scenarios of 20 factors, and everything public about it. */
export const market = () =>
  once("market", (folder) => {
    ofDemo(folder, "prices.csv", "book.csv", "mandate.toml");
    must(folder, "scenarios historical --prices prices.csv --window 8 -o market.scn");
    must(folder, "keygen --shape 8x20 --insecure-dev -o keys");
    must(folder, "commit --book book.csv --scenarios market.scn --nav 10000000 -o c.json --opening o.json");
    must(folder, "commit --book book.csv --scenarios market.scn --nav 10000000 -o other.json --opening other.opening");
    const terms = "--scenarios market.scn --mandate mandate.toml --keys keys";
    must(folder, `prove --book book.csv --opening o.json ${terms} -o p.json --bundle b.tailproof`);
    const statement = "--commitment c.json --as-of 1790000000 --expires 1800000000 --scope assets,nav";
    writeFileSync(`${folder}/key.json`, must(folder, "attest keygen --kind secp256k1 -o attestor.key --json"));
    must(folder, `attest sign ${statement} --subject ${SUBJECT} --key attestor.key -o attestation.json`);
  });

/** Somebody who vouched for the commitment of the market case. */
export const attested = (files) => {
  return { key: files.json("key.json").key, attestation: files.text("attestation.json"), subject: SUBJECT };
};

/** A proof about the demo's loans and tranches. */
export const pool = () =>
  once("pool", (folder) => {
    ofDemo(folder, "loans.csv", "deal.toml");
    must(folder, "scenarios credit --deal deal.toml --model gaussian --rho 0.1 --nodes 32 -o c.scn");
    must(folder, "keygen --shape 200loans+pool+32x7/2tranches --insecure-dev -o keys");
    must(folder, "pool commit loans.csv --deal deal.toml -o c.json --opening o.json");
    must(folder, "prove --pool loans.csv --opening o.json --deal deal.toml --scenarios c.scn --keys keys -o p.json");
  });

/** The digest of a verifying key. */
export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Decodes the files of a market case. */
export async function decoded(verifier, files) {
  const key = files.bytes("keys/verifying.key");
  return {
    keys: await verifier.keys(key, { digest: sha256(key) }),
    market: await verifier.scenarios(files.bytes("market.scn")),
    mandate: await verifier.mandate(files.text("mandate.toml")),
  };
}

/** A proof file whose points A and C changed places: each is on its curve. */
export function swapped(proof) {
  const { a, b, c } = proof.proof;
  return { ...proof, proof: { a: c, b, c: a } };
}
