// The worker: it reads the files, asks the verifier, and answers with plain values.

import { RefusedFile, Verifier, VerifierFailed } from "@tailproof/verifier";

let loading;

self.onmessage = async ({ data: { id, module, question } }) => {
  loading ??= Verifier.load({ module, worker: false });
  self.postMessage({ id, outcome: await outcomeOf(question) });
};

/**
 * Returns the outcome: `{ version, result }`, or `{ refused: { what, code, reason } }` about one file, or
 * `{ failed: reason }`, which says nothing about the files.
 */
async function outcomeOf(question) {
  const held = [];
  try {
    const verifier = await loading;
    const { version } = await verifier.about();
    try {
      return { version, result: await resultOf(verifier, question, held) };
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

  const keys = await decoded("keys", files.keys, { digest: digests.keys });
  const mandate = await decoded("mandate", files.mandate, pinned(digests.terms));
  const deal = await decoded("deal", files.deal, pinned(digests.terms));
  const market = await decoded("scenarios", files.scenarios, pinned(digests.scenarios));
  const named = [];
  for (const file of commitments) {
    named.push(await decoded("commitment", file));
  }
  const expected = {
    commitment: named.length > 0 ? named : undefined,
    context,
    seed,
    withdrawn: files.withdrawn && (await text("withdrawn", files.withdrawn)),
    attestors: attestors && {
      ...attestors,
      attestations: await Promise.all(attestations.map((file) => text("attestation", file))),
      revoked: files.revoked && (await text("revoked", files.revoked)),
    },
  };
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
}
