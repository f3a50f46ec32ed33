// A chain of twelve entities, one in every state that the map has: contracts of this repository on anvil, real keys and proofs.

import { encodeAbiParameters, keccak256, parseAbiParameters } from "viem";
import { Verifier } from "@tailproof/verifier";

import { LEDGER } from "../../src/chain/abi.js";
import { mandateText } from "../../src/chain/claim.js";
import { artefact, build } from "./contracts.js";
import * as desk from "./desk.js";
import { DAY, Ledger, NONE, account } from "./ledger.js";

/** The clauses of the demonstration's mandates: every proof of the chain is of one of them. */
export const CLAUSES = { varConfidence: 900_000, shortfallConfidence: 750_000, unit: 10_000n, varLimit: 500_000_000_000n, shortfallLimit: 450_000_000_000n };
const BAND = { varConfidence: 900_000, shortfallConfidence: 0, unit: 10_000n, varLimit: 300_000_000_000n, shortfallLimit: 0n };

export const NAMES = ["alder", "birch", "cedar", "dogwood", "elm", "fir", "gorse", "hazel", "iris", "juniper", "kapok", "larch"];

const PLACES = {
  alder: ["Zurich", 8.54, 47.37],
  birch: ["Helsinki", 24.94, 60.17],
  cedar: ["Beirut", 35.5, 33.89],
  dogwood: ["Washington", -77.04, 38.91],
  elm: ["London", -0.13, 51.51],
  fir: ["Vancouver", -123.12, 49.28],
  gorse: ["Edinburgh", -3.19, 55.95],
  hazel: ["Dublin", -6.26, 53.35],
  iris: ["Nairobi", 36.82, -1.29],
  juniper: ["Santiago", -70.67, -33.45],
  kapok: ["Singapore", 103.82, 1.35],
};

/** Returns the text of the demonstration's mandate. */
export const documentOfTwo = () =>
  mandateText(CLAUSES, { varBound: CLAUSES.varLimit, shortfallBound: CLAUSES.shortfallLimit }, { name: "Demonstration mandate <b>of two clauses</b>", currency: "USD" });

/** Starts the chain. Its newest block is of now. */
export async function start() {
  const sets = { one: desk.scenarios("one"), two: desk.scenarios("two", { skip: 5 }), unhosted: desk.scenarios("unhosted", { skip: 9 }) };
  const keys = {
    good: desk.keys("good", "8x20", "01"),
    forged: desk.keys("forged", "8x20", "02"),
    unknown: desk.keys("unknown", "8x20", "03"),
    limits: desk.keys("limits", "8x20+limits", "04"),
  };
  build([keys.good, keys.unknown, keys.limits]);
  const now = Math.floor(Date.now() / 1000);
  const ledger = await Ledger.start(now - 6 * DAY);
  const { deployer, signer } = ledger;
  const of = (name) => account(NAMES.indexOf(name) + 1);

  for (const name of ["good", "unknown", "limits"]) {
    await ledger.addKeys(keys[name]);
  }
  await ledger.addKeys(keys.forged, await ledger.deploy(artefact("MapStubs", "AcceptsAll"), [`0x${keys.forged.digest}`]));
  const backtest = artefact("MapStubs", "ZonesByHand");
  const backtestAt = await ledger.deploy(backtest);

  const sources = {
    one: await ledger.newSource(keys.good, sets.one),
    two: await ledger.newSource(keys.good, sets.two),
    unhosted: await ledger.newSource(keys.good, sets.unhosted),
    forged: await ledger.newSource(keys.forged, sets.one),
    unknown: await ledger.newSource(keys.unknown, sets.one),
    limits: await ledger.newSource(keys.limits, sets.one, mandateText(BAND, { varBound: BAND.varLimit })),
  };

  // Mandates: one document under several terms, and one with a band.
  const documents = { two: documentOfTwo(), band: mandateText(BAND, { varBound: BAND.varLimit }, { name: "Band mandate", currency: "USD" }) };
  const verifier = await Verifier.load({ worker: false });
  const digests = {};
  for (const [name, text] of Object.entries(documents)) {
    digests[name] = (await verifier.mandate(text)).digest;
  }
  await verifier.close();
  const plain = await ledger.open(sources.one, digests.two, CLAUSES);
  // This one has a custodian, who vouches for assets and net asset values of Groth16's commitments.
  const scope = 1 | (1 << 3) | (1 << 16);
  const other = await ledger.open(sources.two, digests.two, CLAUSES, { custodian: signer.address, scope });
  const unhosted = await ledger.open(sources.unhosted, digests.two, CLAUSES);
  const forged = await ledger.open(sources.forged, digests.two, CLAUSES);
  const unknown = await ledger.open(sources.unknown, digests.two, CLAUSES);
  const ended = await ledger.open(sources.one, digests.two, CLAUSES, { guardian: signer.address });

  // Six days ago: one whose record lapsed. Two days and a half ago: one that is late. Two hours ago: all others.
  await ledger.attest(sources.one, now - 6 * DAY);
  await ledger.submit(of("gorse"), plain);
  const late = now - 3 * DAY + DAY / 2;
  await ledger.at(late);
  await ledger.attest(sources.one, late);
  await ledger.submit(of("fir"), plain);
  await ledger.at(now - 7_200);
  for (const one of Object.values(sources)) {
    await ledger.attest(one, now - 7_200);
  }
  for (const name of ["alder", "dogwood", "hazel"]) {
    await ledger.submit(of(name), plain);
  }
  await ledger.submit(of("birch"), plain, { shortfallBound: 200_000_000_000n });
  const statement = { asOf: now - 2 * DAY, expires: now + 30 * DAY, scope };
  await ledger.submit(of("cedar"), other, { statement });
  const feed = await ledger.newFeed(of("cedar"), other, 9_000_000_000_000n, statement);
  await ledger.submit(of("elm"), forged, { spoil: true });
  await ledger.submit(of("iris"), unknown);
  await ledger.submit(of("kapok"), ended);
  await ledger.submit(of("larch"), unhosted);

  // A ladder of one rung. The control of its forecast is the proof's own; the contract hashes none.
  const bounds = { varBound: 200_000_000_000n, shortfallBound: 0n, varFloor: 100_000_000_000n };
  const draft = await ledger.proved(of("juniper"), { terms: BAND, from: sources.limits, id: NONE }, bounds);
  const rung = { index: 0, limit: bounds.varBound, floor: bounds.varFloor, forecast: BigInt(draft.controls[3]), within: 0n, exceeded: 0n };
  const hash = keccak256(encodeAbiParameters(parseAbiParameters("uint32, uint128, uint128, uint256, uint256, uint256"), Object.values(rung)));
  const band = await ledger.open(sources.limits, digests.band, BAND, { rungs: keccak256(hash) });
  const made = await ledger.proved(of("juniper"), band, bounds);
  await ledger.submit(of("juniper"), band, { ...bounds, rung, made });

  await ledger.call(signer, ledger.address, LEDGER, "suspend", [ended.id]);
  const zone = (name, ...args) => ledger.call(deployer, backtestAt, backtest.abi, "set", [of(name).address, plain.id, ...args]);
  await zone("alder", 1, { due: 41, proved: 40, exceedances: 2, silent: 1 });
  await zone("hazel", 3, { due: 40, proved: 40, exceedances: 12, silent: 0 });
  await ledger.at(now);

  const entities = Object.entries(PLACES).map(([name, [place, longitude, latitude]]) => {
    const shown = name === "alder" ? "Alder <img src=x onerror=alert(1)>" : name[0].toUpperCase() + name.slice(1);
    return { address: of(name).address, name: shown, place: { name: place, longitude, latitude } };
  });
  const files = new Map([
    ...Object.values(keys).map(({ digest, bytes }) => [digest, bytes]),
    ...[sets.one, sets.two].map(({ digest, bytes }) => [digest, bytes]),
    ...Object.entries(documents).map(([name, text]) => [digests[name], Buffer.from(text)]),
  ]);
  const config = {
    name: "Test chain",
    chainId: ledger.chainId,
    ledger: ledger.address,
    backtest: backtestAt,
    feeds: [feed],
    fromBlock: 0,
    keys: ["good", "forged", "limits"].map((name) => ({ digest: keys[name].digest, source: "the tests' own configuration" })),
    entities,
  };
  return {
    ...ledger.chain,
    chainId: ledger.chainId,
    ledger: ledger.address,
    contracts: ledger,
    config,
    files,
    keys,
    sets,
    sources,
    mandates: { plain, other, unhosted, forged, unknown, ended, band },
    of,
    address: (name) => of(name).address.toLowerCase(),
    /** Submits another proof of an entity over a new point. Returns what forgets it, for a chain that is put back. */
    async again(name, options) {
      const kept = { next: sources.one.next, period: sources.one.period };
      await ledger.attest(sources.one);
      await ledger.submit(of(name), plain, options);
      return () => Object.assign(sources.one, kept);
    },
    contextOnChain: (entity, mandate, epoch) =>
      ledger.client.readContract({ address: ledger.address, abi: LEDGER, functionName: "contextOf", args: [entity, mandate, BigInt(epoch)] }),
  };
}
