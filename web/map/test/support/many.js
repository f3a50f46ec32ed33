// A chain of many records: entities that prove the demonstration's mandate epoch after epoch.

import { Verifier } from "@tailproof/verifier";

import { CLAUSES, documentOfTwo } from "./chain.js";
import { build } from "./contracts.js";
import * as desk from "./desk.js";
import { DAY, Ledger, account } from "./ledger.js";

/** Starts the chain. Each of `entities` has a record of each of `epochs`, with a proof of its own. */
export async function startMany({ entities, epochs }) {
  const set = desk.scenarios("one");
  const keys = desk.keys("good", "8x20", "01");
  build([keys]);
  const verifier = await Verifier.load({ full: true, worker: false });
  const document = documentOfTwo();
  const { digest } = await verifier.mandate(document);
  await verifier.close();
  const ledger = await Ledger.start(Math.floor(Date.now() / 1000) - DAY, { accounts: entities + 16 });
  await ledger.addKeys(keys);
  const source = await ledger.newSource(keys, set);
  const mandate = await ledger.open(source, digest, CLAUSES);
  const accounts = Array.from({ length: entities }, (_, index) => account(index + 16));
  // Proofs are made before the chain's time passes: they are kept, and making them may take minutes.
  const bounds = { varBound: CLAUSES.varLimit, shortfallBound: CLAUSES.shortfallLimit };
  const wanted = accounts.flatMap((of) => Array.from({ length: epochs }, (_, epoch) => ({ of, epoch })));
  const proofs = new Map();
  await Promise.all(
    [0, 1].map(async () => {
      for (let next = wanted.pop(); next; next = wanted.pop()) {
        const { of, epoch } = next;
        proofs.set(`${of.address}/${epoch}`, await ledger.proved(of, mandate, bounds, { book: "one of many", epoch }));
      }
    }),
  );
  const now = Math.floor(Date.now() / 1000);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const time = now - 3_600 * (epochs - epoch);
    await ledger.at(time);
    await ledger.attest(source, time);
    const list = accounts.map((of) => ({ of, made: proofs.get(`${of.address}/${epoch}`) }));
    await ledger.submitAll(list, mandate);
  }
  await ledger.at(Math.floor(Date.now() / 1000));
  const files = new Map([[keys.digest, keys.bytes], [set.digest, set.bytes], [digest, Buffer.from(document)]]);
  const declared = accounts.map(({ address }, index) => ({
    address,
    name: `Entity ${String(index + 1).padStart(4, "0")}`,
    place: { name: `Place ${index + 1}`, longitude: ((index * 137.5) % 360) - 180, latitude: ((index * 61.8) % 120) - 55 },
  }));
  const config = { name: "Many records", chainId: ledger.chainId, ledger: ledger.address, fromBlock: 0, keys: [{ digest: keys.digest, source: "the tests' own configuration" }], entities: declared };
  return { ...ledger.chain, files, config };
}
