// The worker: it reads the files, asks the verifier, and answers with plain values.

import { RefusedFile, Verifier, VerifierFailed } from "@tailproof/verifier";

let loading;
/** The last keys of halo2, `{ content, digest, keys }`: to derive them takes seconds, and most questions are about the same. */
let derived;

/** The question before, which has its answer before the next one is looked at. */
let before = Promise.resolve();

self.onmessage = ({ data: { id, module, question } }) => {
  loading ??= Verifier.load({ module, worker: false });
  before = before.then(async () => self.postMessage({ id, outcome: await outcomeOf(question) }));
};

/**
 * Returns the outcome: `{ version, result, vectors }`, or `{ refused: { what, code, reason } }`
 * about one file, or `{ failed: reason }`, which says nothing about the files. `vectors` are the
 * commitments to the P&L vector of a valid proof: `{ name, source, days, first, last }`.
 */
async function outcomeOf(question) {
  const held = [];
  try {
    const verifier = await loading;
    const { version } = await verifier.about();
    try {
      return { version, ...(await resultOf(verifier, question, held)) };
    } finally {
      await Promise.all(held.map((thing) => verifier.release(thing)));
    }
  } catch (error) {
    return error instanceof Refused ? { refused: error.about } : { failed: String(error?.message ?? error) };
  }
}

/** A file that was refused, or that could not be read. */
class Refused extends Error {
  constructor(about) {
    super(about.reason);
    this.about = about;
  }
}

async function resultOf(verifier, { files, commitments, attestations, digests, attestors, context, seed }, held) {
  const bytes = async (kind, { file, name }) => {
    try {
      return await file.arrayBuffer();
    } catch {
      const reason = "it could not be read; if it was moved or changed since, choose it again";
      throw new Refused({ what: kind, name, code: "unreadable", reason });
    }
  };
  const text = async (kind, file) => {
    const content = await bytes(kind, file);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
    } catch {
      throw new Refused({ what: kind, name: file.name, code: "malformed", reason: "it is no text in UTF-8" });
    }
  };
  const decoded = async (kind, file, options) => {
    if (file === undefined) {
      return undefined;
    }
    const content = await bytes(kind, file);
    try {
      const thing = await (options ? verifier[kind](content, options) : verifier[kind](content));
      held.push(thing);
      return thing;
    } catch (error) {
      if (error instanceof RefusedFile) {
        throw new Refused({ what: kind, name: file.name, code: error.code, reason: error.message });
      }
      throw error instanceof VerifierFailed ? error : new Error(`${kind}: ${error.message}`);
    }
  };
  const pinned = (digest) => (digest === undefined ? {} : { digest });
  const derivedKeys = async () => {
    const content = new Uint8Array(await bytes("keys", files.keys));
    if (derived === undefined || derived.digest !== digests.keys || !isSame(derived.content, content)) {
      const keys = await decoded("keys", files.keys, { digest: digests.keys });
      held.splice(held.indexOf(keys), 1);
      held.push(...(derived ? [derived.keys] : []));
      derived = { content, digest: digests.keys, keys };
    }
    return derived.keys;
  };

  const keys = files.keys?.isHalo2 ? await derivedKeys() : await decoded("keys", files.keys, { digest: digests.keys });
  const named = {};
  for (const kind of ["groups", "caps", "impact"]) {
    if (files[kind]) {
      named[kind] = await text(kind, files[kind]);
    }
  }
  const mandate = await decoded("mandate", files.mandate, { ...pinned(digests.terms), ...named });
  const assumptions = files.assumptions && { assumptions: await text("assumptions", files.assumptions) };
  const deal = await decoded("deal", files.deal, { ...pinned(digests.terms), ...assumptions });
  const market = await decoded("scenarios", files.scenarios, pinned(digests.scenarios));
  const known = [];
  for (const file of commitments) {
    known.push(await decoded("commitment", file));
  }
  const expected = {
    commitment: known.length > 0 ? known : undefined,
    context,
    seed,
    withdrawn: files.withdrawn && (await text("withdrawn", files.withdrawn)),
    attestors: attestors && {
      ...attestors,
      attestations: await Promise.all(attestations.map((file) => text("attestation", file))),
      revoked: files.revoked && (await text("revoked", files.revoked)),
    },
  };
  const check = async () => {
    if (files.bundle) {
      const terms = mandate?.digest ?? deal?.digest ?? digests.terms;
      const pins = {
        keys: digests.keys,
        [deal ? "deal" : "mandate"]: terms,
        scenarios: market?.digest ?? digests.scenarios,
      };
      return verifier.verifyBundle(await bytes("bundle", files.bundle), { digests: pins, ...expected });
    }
    return verifier.verify({ keys, mandate, deal, market, proof: await bytes("proof", files.proof), ...expected });
  };
  const result = await check();
  return { result, vectors: result.valid ? vectorsOf(market, commitments, known) : [] };
}

/**
 * Returns which files are commitments to the P&L vector of the scenario set. A proof binds the set,
 * and no name in a commitment file: a file of other names is none of them.
 */
function vectorsOf(market, files, known) {
  if (!market?.header_says.startsWith("the committed P&L vector of ")) {
    return [];
  }
  const [source, ...days] = market.factors;
  const isOfSet = ({ is_pnl, factors }) => is_pnl && isSame(factors, market.factors);
  return files
    .filter((_, at) => isOfSet(known[at]))
    .map(({ name }) => ({ name, source, days: days.length, first: days[0], last: days.at(-1) }));
}

function isSame(one, other) {
  return one.length === other.length && one.every((part, at) => part === other[at]);
}
