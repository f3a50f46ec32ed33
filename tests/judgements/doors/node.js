// The npm package in Node judges every case of a folder:
//
//   node node.js FOLDER

import { RefusedFile, Verifier } from "../../../web/verifier/src/index.js";
import { answerOf, casesOf, print } from "./cases.js";

const { cases, bytes, key } = casesOf(process.argv[2]);
const text = (path) => path && bytes(path).toString("utf8");
// The small module answers first, and the full one what it defers: each door is to judge the same.
const verifier = await Verifier.load();

async function judged(question) {
  const held = [];
  const decoded = async (kind, file, ...options) => {
    const thing = await verifier[kind](file, ...options);
    held.push(thing);
    return thing;
  };
  try {
    const commitment = [];
    for (const file of question.commitments) {
      commitment.push(await decoded("commitment", bytes(file)));
    }
    const { subject, at } = question;
    const attestors = question.attested_by.length > 0 && {
      keys: question.attested_by,
      attestations: question.attestations.map(text),
      subject: subject ?? undefined,
      at,
      revoked: text(question.revoked) ?? undefined,
    };
    const expected = {
      commitment: commitment.length > 0 ? commitment : undefined,
      context: question.context ?? undefined,
      seed: question.seed ?? undefined,
      withdrawn: text(question.withdrawn) ?? undefined,
      attestors: attestors || undefined,
    };
    if (question.bundle) {
      const digests = {
        keys: question.keys_digest,
        mandate: question.terms_digest ?? undefined,
        scenarios: question.scenarios_digest ?? undefined,
      };
      return answerOf(await verifier.verifyBundle(bytes(question.bundle), { digests, ...expected }));
    }
    const keys = await decoded("keys", key(question), { digest: question.keys_digest });
    const market = question.scenarios ? await decoded("scenarios", bytes(question.scenarios)) : undefined;
    // The files that a mandate or a deal names, as far as it names any.
    const named = (...kinds) => Object.fromEntries(kinds.map((kind) => [kind, text(question[kind]) ?? undefined]));
    const files = named("groups", "caps", "impact");
    const mandate = question.mandate ? await decoded("mandate", bytes(question.mandate), files) : undefined;
    const deal = question.deal ? await decoded("deal", bytes(question.deal), named("assumptions")) : undefined;
    return answerOf(await verifier.verify({ keys, market, mandate, deal, proof: bytes(question.proof), ...expected }));
  } catch (error) {
    if (error instanceof RefusedFile) {
      return { outcome: "bad-input", code: error.code };
    }
    throw error;
  } finally {
    await Promise.all(held.map((thing) => verifier.release(thing)));
  }
}

const answers = {};
for (const { id, says, question } of cases) {
  try {
    answers[id] = await judged(question);
  } catch (error) {
    throw new Error(`${id} (${says})`, { cause: error });
  }
}
await verifier.close();
print(answers);
