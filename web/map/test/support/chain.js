// A chain of twelve entities, one in every state that the map has: contracts of this repository on anvil, real keys and proofs.

import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";

import { createPublicClient, createWalletClient, encodeAbiParameters, getContractAddress, http, keccak256, parseAbiParameters } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { Verifier } from "@tailproof/verifier";

import { contextOf, mandateText } from "../../src/chain/claim.js";
import { LEDGER } from "../../src/chain/abi.js";
import { mandateId } from "../../src/chain/events.js";
import { word } from "../../src/chain/amounts.js";
import * as desk from "./desk.js";

const contracts = new URL("contracts/", desk.root);
const DAY = 86_400;
/** Seconds of a period. */
const PERIOD = 600;
const ZERO = `0x${"0".repeat(40)}`;
const NONE = `0x${"0".repeat(64)}`;
const MNEMONIC = "test test test test test test test test test test test junk";

const tool = (name) => execFileSync("node", ["native.js", name], { cwd: contracts, encoding: "utf8" }).trim();

/** Compiles the contracts, the verifiers of some keys and the stubs, unless they are there. */
function build(keys) {
  const folder = new URL("generated/map/", contracts);
  mkdirSync(folder, { recursive: true });
  const made = [];
  for (const { name, folder: of } of keys) {
    const to = new URL(`Map_${name}.sol`, folder);
    if (!existsSync(to)) {
      desk.run("solidity", "--keys", of, "-o", to.pathname);
    }
    made.push(to);
  }
  const stubs = new URL("MapStubs.sol", folder);
  copyFileSync(new URL("../contracts/MapStubs.sol", import.meta.url), stubs);
  made.push(stubs);
  const newest = Math.max(...made.map((file) => statSync(file).mtimeMs));
  const built = new URL("out/MapStubs.sol/AcceptsAll.json", contracts);
  const ledger = new URL("out/MandateLedger.sol/MandateLedger.json", contracts);
  if (!existsSync(ledger) || !existsSync(built) || keys.some(({ name }) => !existsSync(new URL(`out/Map_${name}.sol/TailproofVerifier.json`, contracts))) || statSync(built).mtimeMs < newest - DAY * 1000) {
    execFileSync(tool("forge"), ["build", "--offline", "src", "generated/map"], { cwd: contracts, stdio: "pipe" });
  }
}

const artefact = (file, name) => JSON.parse(readFileSync(new URL(`out/${file}.sol/${name}.json`, contracts), "utf8"));

/** Returns a free port of this machine. */
export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

async function anvil(time) {
  const port = await freePort();
  const child = spawn(tool("anvil"), ["--host", "127.0.0.1", "--port", `${port}`, "--timestamp", `${time}`, "--accounts", "20", "--silent"], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const ask = async (method, params = []) => {
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }) });
    const { result, error } = await response.json();
    if (error) {
      throw new Error(`${method}: ${error.message}`);
    }
    return result;
  };
  for (let left = 100; ; left -= 1) {
    try {
      await ask("eth_chainId");
      break;
    } catch (error) {
      if (left === 0) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return { url, ask, stop: () => child.kill() };
}

/** The clauses of the demonstration's mandates: every proof of the chain is of one of them. */
const CLAUSES = { varConfidence: 900_000, shortfallConfidence: 750_000, unit: 10_000n, varLimit: 500_000_000_000n, shortfallLimit: 450_000_000_000n };
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

/** Starts the chain. `now` is the time of its newest block, in Unix seconds. */
export async function start({ now = Math.floor(Date.now() / 1000) } = {}) {
  const sets = { one: desk.scenarios("one"), two: desk.scenarios("two", { skip: 5 }), unhosted: desk.scenarios("unhosted", { skip: 9 }) };
  const keys = {
    good: desk.keys("good", "8x20", "01"),
    forged: desk.keys("forged", "8x20", "02"),
    unknown: desk.keys("unknown", "8x20", "03"),
    limits: desk.keys("limits", "8x20+limits", "04"),
  };
  build([keys.good, keys.unknown, keys.limits]);
  const verifier = await Verifier.load({ worker: false });

  const chain = await anvil(now - 6 * DAY);
  const accounts = NAMES.map((_, index) => mnemonicToAccount(MNEMONIC, { addressIndex: index + 1 }));
  const deployer = mnemonicToAccount(MNEMONIC, { addressIndex: 0 });
  const signer = mnemonicToAccount(MNEMONIC, { addressIndex: 15 });
  const wallet = createWalletClient({ transport: http(chain.url) });
  const client = createPublicClient({ transport: http(chain.url), pollingInterval: 20 });
  const chainId = await client.getChainId();

  const sent = async (hash) => {
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") {
      throw new Error(`transaction ${hash} was reverted`);
    }
    return receipt;
  };
  const deploy = async ({ abi, bytecode }, args = []) =>
    (await sent(await wallet.deployContract({ account: deployer, chain: null, abi, bytecode: bytecode.object, args }))).contractAddress.toLowerCase();
  const call = async (account, address, abi, functionName, args) =>
    sent(await wallet.writeContract({ account, chain: null, address, abi, functionName, args }));

  const manager = await deploy(artefact("AccessManager", "AccessManager"), [deployer.address]);
  const router = artefact("VerifierRouter", "VerifierRouter");
  const routerAt = await deploy(router, [manager]);
  const verifiers = {};
  for (const name of ["good", "unknown", "limits"]) {
    verifiers[name] = await deploy(artefact(`Map_${name}`, "TailproofVerifier"));
  }
  verifiers.forged = await deploy(artefact("MapStubs", "AcceptsAll"), [`0x${keys.forged.digest}`]);
  for (const address of Object.values(verifiers)) {
    await call(deployer, routerAt, router.abi, "add", [address]);
  }
  const ledger = await deploy(artefact("MandateLedger", "MandateLedger"), [routerAt]);
  const backtest = artefact("MapStubs", "ZonesByHand");
  const backtestAt = await deploy(backtest);

  // Sources of points: one party attests them.
  const source = artefact("AttestedSource", "AttestedSource");
  const newSource = async (of, set, mandate) => {
    const terms = { key: `0x${of.digest}`, factors: `0x${desk.factorsOf(set)}`, rows: 8, totalWeight: 8n, horizon: 1, periodLength: PERIOD, origin: 0n, kind: 2 };
    const address = await deploy(source, [terms, [signer.address], 1n]);
    return { address, of, set, point: desk.point(set, of, mandate).scenario_point.map(BigInt), next: 0 };
  };
  const sources = {
    one: await newSource(keys.good, sets.one),
    two: await newSource(keys.good, sets.two),
    unhosted: await newSource(keys.good, sets.unhosted),
    forged: await newSource(keys.forged, sets.one),
    unknown: await newSource(keys.unknown, sets.one),
    limits: await newSource(keys.limits, sets.one, mandateText(BAND, { varBound: BAND.varLimit })),
  };
  const attest = async (source_, time) => {
    // The period that has just closed, or the next one of the source.
    const period = time === undefined ? source_.period + 1 : Math.floor(time / PERIOD);
    const [x, y] = source_.point;
    const args = [BigInt(source_.next), period, `0x${source_.set.digest}`, x, y];
    const digest = await client.readContract({ address: source_.address, abi: source.abi, functionName: "digest", args });
    const signature = await signer.sign({ hash: digest });
    const signatures = encodeAbiParameters(parseAbiParameters("bytes[], bytes[]"), [[signer.address], [signature]]);
    await call(deployer, source_.address, source.abi, "attest", [...args, signatures]);
    source_.period = period;
    source_.next += 1;
  };

  // Mandates: one document, under several terms; and one with a band.
  const documents = {
    two: mandateText(CLAUSES, { varBound: CLAUSES.varLimit, shortfallBound: CLAUSES.shortfallLimit }, { name: "Demonstration mandate <b>of two clauses</b>", currency: "USD" }),
    band: mandateText(BAND, { varBound: BAND.varLimit }, { name: "Band mandate", currency: "USD" }),
  };
  const digests = {};
  for (const [name, text] of Object.entries(documents)) {
    digests[name] = (await verifier.mandate(text)).digest;
  }
  const open = async (from, document, clauses, more = {}) => {
    const terms = {
      document: `0x${digests[document]}`, key: `0x${from.of.digest}`, source: from.address, kind: 2, horizon: 1, leastRows: 8, mostGaps: 0, lag: 1,
      staleness: 3 * DAY, late: 300, validity: 2 * DAY, grace: DAY, custodian: ZERO, secondCustodian: ZERO, scope: 0, guardian: deployer.address,
      ...clauses, rungs: NONE, ...more,
    };
    await call(deployer, ledger, LEDGER, "open", [terms]);
    return { id: mandateId(terms), terms, from };
  };

  const proofOf = async (account, mandate, { varBound, shortfallBound, varFloor = 0n }, book) => {
    const epoch = mandate.from.next - 1;
    const context = contextOf({ chainId, ledger, entity: account.address, mandate: mandate.id, epoch });
    const text = mandateText(mandate.terms, { varBound, shortfallBound, varFloor });
    return { epoch, ...(await desk.prove({ of: mandate.from.of, set: mandate.from.set, mandate: text, context: word(context), book })) };
  };
  const noRung = { index: 0, limit: 0n, floor: 0n, forecast: 0n, within: 0n, exceeded: 0n };
  const submit = async (account, mandate, { varBound = mandate.terms.varLimit, shortfallBound = mandate.terms.shortfallLimit, spoil = false, rung = noRung, made, book = account.address } = {}) => {
    const proof = made ?? (await proofOf(account, mandate, { varBound, shortfallBound }, book));
    const words = proof.proof.map(BigInt);
    if (spoil) {
      [words[0], words[1], words[6], words[7]] = [words[6], words[7], words[0], words[1]];
    }
    const submission = {
      mandate: mandate.id, epoch: BigInt(proof.epoch), commitment: BigInt(proof.controls[0]), proof: words, point: mandate.from.point,
      witness: { prices: `0x${mandate.from.set.digest}`, period: mandate.from.period, gaps: 0 },
      varBound, shortfallBound, rung, path: [], asOf: 0n, expires: 0n, scope: 0, signature: "0x",
    };
    return call(account, ledger, LEDGER, "submit", [submission]);
  };
  const at = async (time) => {
    await chain.ask("evm_setNextBlockTimestamp", [time]);
    await chain.ask("evm_mine");
  };
  const of = (name) => accounts[NAMES.indexOf(name)];

  const plain = await open(sources.one, "two", CLAUSES);
  const other = await open(sources.two, "two", CLAUSES);
  const unhosted = await open(sources.unhosted, "two", CLAUSES);
  const forged = await open(sources.forged, "two", CLAUSES);
  const unknown = await open(sources.unknown, "two", CLAUSES);
  const ended = await open(sources.one, "two", CLAUSES, { guardian: signer.address });

  // Six days ago: one whose record lapsed. Three days and a half ago: one that is late.
  await attest(sources.one, now - 6 * DAY);
  await submit(of("gorse"), plain);
  await at(now - 3 * DAY + DAY / 2);
  await attest(sources.one, now - 3 * DAY + DAY / 2);
  await submit(of("fir"), plain);
  // Two hours ago: all others.
  await at(now - 7_200);
  for (const one of Object.values(sources)) {
    await attest(one, now - 7_200);
  }
  await submit(of("alder"), plain);
  await submit(of("birch"), plain, { shortfallBound: 200_000_000_000n });
  await submit(of("cedar"), other);
  await submit(of("dogwood"), plain);
  await submit(of("elm"), forged, { spoil: true });
  await submit(of("hazel"), plain);
  await submit(of("iris"), unknown);
  await submit(of("kapok"), ended);
  await submit(of("larch"), unhosted);

  // A ladder of one rung. The control of its forecast is the proof's own; the contract hashes none.
  const bounds = { varBound: 200_000_000_000n, shortfallBound: 0n, varFloor: 100_000_000_000n };
  const draft = { terms: BAND, from: sources.limits, id: NONE };
  const probe = await proofOf(of("juniper"), draft, bounds, "juniper");
  const rung = { index: 0, limit: bounds.varBound, floor: bounds.varFloor, forecast: BigInt(probe.controls[3]), within: 0n, exceeded: 0n };
  const hash = keccak256(encodeAbiParameters(parseAbiParameters("uint32, uint128, uint128, uint256, uint256, uint256"), Object.values(rung)));
  const band = await open(sources.limits, "band", BAND, { rungs: keccak256(hash) });
  const made = await proofOf(of("juniper"), band, bounds, "juniper");
  await submit(of("juniper"), band, { varBound: bounds.varBound, shortfallBound: 0n, rung, made });

  await call(signer, ledger, LEDGER, "suspend", [ended.id]);
  const counts = (proved, exceedances, silent) => ({ due: proved + silent, proved, exceedances, silent });
  await call(deployer, backtestAt, backtest.abi, "set", [of("alder").address, plain.id, 1, counts(40, 2, 1)]);
  await call(deployer, backtestAt, backtest.abi, "set", [of("hazel").address, plain.id, 3, counts(40, 12, 0)]);
  await at(now);

  const entities = NAMES.filter((name) => name !== "larch").map((name) => {
    const [place, longitude, latitude] = PLACES[name];
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
    chainId,
    ledger,
    backtest: backtestAt,
    fromBlock: 0,
    keys: ["good", "forged", "limits"].map((name) => ({ digest: keys[name].digest, source: "the tests' own configuration" })),
    entities,
  };
  await verifier.close();
  return {
    ...chain, chainId, ledger, backtest: backtestAt, router: routerAt, config, files, keys, sets, digests, documents,
    mandates: { plain, other, unhosted, forged, unknown, ended, band },
    address: (name) => of(name).address.toLowerCase(),
    /** Submits another proof of an entity over a new point: what a reorganisation may take back. */
    async again(name, options) {
      const kept = { next: sources.one.next, period: sources.one.period };
      await attest(sources.one);
      await submit(of(name), plain, options);
      // Gives back what a reorganisation takes.
      return () => Object.assign(sources.one, kept);
    },
    contextOnChain: (entity, mandate, epoch) => client.readContract({ address: ledger, abi: LEDGER, functionName: "contextOf", args: [entity, mandate, BigInt(epoch)] }),
  };
}
