// A mandate ledger on a development chain: its router, sources, mandates and records.

import { createPublicClient, createWalletClient, encodeAbiParameters, http, parseAbiParameters } from "viem";
import { mnemonicToAccount } from "viem/accounts";

import { LEDGER } from "../../src/chain/abi.js";
import { word } from "../../src/chain/amounts.js";
import { contextOf, mandateText } from "../../src/chain/claim.js";
import { digestOf } from "../../src/chain/custodian.js";
import { mandateId } from "../../src/chain/events.js";
import { anvil, artefact, verifierOf } from "./contracts.js";
import * as desk from "./desk.js";

export const DAY = 86_400;
/** Seconds of a period. */
const PERIOD = 600;
const ZERO = `0x${"0".repeat(40)}`;
export const NONE = `0x${"0".repeat(64)}`;
const MNEMONIC = "test test test test test test test test test test test junk";
const NO_RUNG = { index: 0, limit: 0n, floor: 0n, forecast: 0n, within: 0n, exceeded: 0n };

/** Returns an account of anvil's. */
export const account = (addressIndex) => mnemonicToAccount(MNEMONIC, { addressIndex });

const source = () => artefact("AttestedSource", "AttestedSource");

export class Ledger {
  /** Starts a chain at a time, with a router and a ledger. */
  static async start(time, options) {
    const it = new Ledger();
    it.chain = await anvil(time, options);
    it.deployer = account(0);
    it.signer = account(15);
    it.wallet = createWalletClient({ transport: http(it.chain.url) });
    it.client = createPublicClient({ transport: http(it.chain.url), pollingInterval: 20 });
    it.chainId = await it.client.getChainId();
    const manager = await it.deploy(artefact("AccessManager", "AccessManager"), [it.deployer.address]);
    it.router = await it.deploy(artefact("VerifierRouter", "VerifierRouter"), [manager]);
    it.address = await it.deploy(artefact("MandateLedger", "MandateLedger"), [it.router]);
    return it;
  }

  async sent(hash) {
    const receipt = await this.client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") {
      throw new Error(`transaction ${hash} was reverted`);
    }
    return receipt;
  }

  async deploy({ abi, bytecode }, args = []) {
    const made = { account: this.deployer, chain: null, abi, bytecode: bytecode.object, args };
    return (await this.sent(await this.wallet.deployContract(made))).contractAddress.toLowerCase();
  }

  /** Sends a call, and returns its hash at once. */
  send(from, address, abi, functionName, args, more = {}) {
    return this.wallet.writeContract({ account: from, chain: null, address, abi, functionName, args, ...more });
  }

  async call(...call) {
    return this.sent(await this.send(...call));
  }

  /** Adds the verifier of keys, or another contract that says it is one. */
  async addKeys(keys, verifier) {
    const at = verifier ?? (await this.deploy(artefact(verifierOf(keys), "TailproofVerifier")));
    return this.call(this.deployer, this.router, artefact("VerifierRouter", "VerifierRouter").abi, "add", [at]);
  }

  /** Deploys a source of a set's point, which one party attests. */
  async newSource(keys, set, mandate, { contract = source(), kind = 2 } = {}) {
    const terms = { key: `0x${keys.digest}`, factors: `0x${desk.factorsOf(set)}`, rows: 8, totalWeight: 8n, horizon: 1, periodLength: PERIOD, origin: 0n, kind };
    const address = await this.deploy(contract, kind === 2 ? [terms, [this.signer.address], 1n] : [terms]);
    return { address, keys, set, point: desk.point(set, keys, mandate).scenario_point.map(BigInt), next: 0 };
  }

  /** Attests the next point of a source: of the period that has closed at a time, or of the one after its last. */
  async attest(of, time) {
    const { abi } = source();
    const period = time === undefined ? of.period + 1 : Math.floor(time / PERIOD);
    const args = [BigInt(of.next), period, `0x${of.set.digest}`, ...of.point];
    const digest = await this.client.readContract({ address: of.address, abi, functionName: "digest", args });
    const signature = await this.signer.sign({ hash: digest });
    const signatures = encodeAbiParameters(parseAbiParameters("bytes[], bytes[]"), [[this.signer.address], [signature]]);
    await this.call(this.deployer, of.address, abi, "attest", [...args, signatures]);
    of.period = period;
    of.next += 1;
  }

  /** Opens a mandate over a source. */
  async open(from, document, clauses, more = {}) {
    const terms = {
      document: `0x${document}`, key: `0x${from.keys.digest}`, source: from.address, kind: 2, horizon: 1, leastRows: 8, mostGaps: 0, lag: 1,
      staleness: 3 * DAY, late: 300, validity: 2 * DAY, grace: DAY, custodian: ZERO, secondCustodian: ZERO, scope: 0,
      guardian: this.deployer.address, ...clauses, rungs: NONE, ...more,
    };
    await this.call(this.deployer, this.address, LEDGER, "open", [terms]);
    return { id: mandateId(terms), terms, from };
  }

  /** Proves bounds of an entity's book over the newest point, or over that of an epoch. */
  async proved(of, mandate, { varBound, shortfallBound, varFloor = 0n }, { book = of.address, epoch = mandate.from.next - 1 } = {}) {
    const context = contextOf({ chainId: this.chainId, ledger: this.address, entity: of.address, mandate: mandate.id, epoch });
    const text = mandateText(mandate.terms, { varBound, shortfallBound, varFloor });
    return { epoch, ...(await desk.prove({ of: mandate.from.keys, set: mandate.from.set, mandate: text, context: word(context), book })) };
  }

  /** Submits a proof of an entity's book. `spoil` exchanges two of its points. */
  async submit(...submission) {
    return this.call(...(await this.#submission(...submission)));
  }

  /** Submits proofs that were made, all in few blocks. */
  async submitAll(list, mandate) {
    const hashes = [];
    for (const { of, made } of list) {
      hashes.push(await this.send(...(await this.#submission(of, mandate, { made })), { gas: 1_000_000n }));
    }
    await this.chain.ask("evm_mine");
    for (const hash of hashes) {
      await this.sent(hash);
    }
  }

  /** Signs an attestation of a book, or takes another signer's signature of it. */
  async attested(of, mandate, commitment, { asOf, expires, scope }, sign = ({ hash }) => this.signer.sign({ hash })) {
    const { factors } = await this.client.readContract({ address: this.address, abi: LEDGER, functionName: "rulesOf", args: [mandate.id] });
    const statement = { asOf: BigInt(asOf), expires: BigInt(expires), scope };
    return { ...statement, signature: await sign({ hash: digestOf({ entity: of.address, commitment }, statement, factors) }) };
  }

  /** Deploys a feed of the net asset value of an entity's last record, and lets the custodian sign one. */
  async newFeed(of, mandate, nav, { asOf, expires }) {
    const { abi, ...contract } = artefact("NavFeed", "NavFeed");
    const address = await this.deploy({ abi, ...contract }, [this.address, of.address, mandate.id, BigInt(expires - asOf)]);
    const filter = { address: this.address, abi: LEDGER, eventName: "Proved", args: { entity: of.address, mandate: mandate.id }, fromBlock: 0n };
    const { args, blockNumber } = (await this.client.getContractEvents(filter)).at(-1);
    const time = Number((await this.client.getBlock({ blockNumber })).timestamp);
    const hash = await this.client.readContract({ address, abi, functionName: "digestOf", args: [args.commitment, nav, BigInt(asOf), BigInt(expires)] });
    const record = { ...args, time };
    await this.call(this.deployer, address, abi, "report", [nav, BigInt(asOf), BigInt(expires), record, await this.signer.sign({ hash })]);
    return address;
  }

  async #submission(of, mandate, { varBound = mandate.terms.varLimit, shortfallBound = mandate.terms.shortfallLimit, spoil = false, rung = NO_RUNG, made, statement, sign } = {}) {
    const proof = made ?? (await this.proved(of, mandate, { varBound, shortfallBound }));
    const words = proof.proof.map(BigInt);
    if (spoil) {
      [words[0], words[1], words[6], words[7]] = [words[6], words[7], words[0], words[1]];
    }
    const submission = {
      mandate: mandate.id, epoch: BigInt(proof.epoch), commitment: BigInt(proof.controls[0]), proof: words, point: mandate.from.point,
      witness: { prices: `0x${mandate.from.set.digest}`, period: mandate.from.period, gaps: 0 },
      varBound, shortfallBound, rung, path: [], asOf: 0n, expires: 0n, scope: 0, signature: "0x",
      ...(statement ? await this.attested(of, mandate, BigInt(proof.controls[0]), statement, sign) : {}),
    };
    return [of, this.address, LEDGER, "submit", [submission]];
  }

  /** Mines a block at a time. */
  async at(time) {
    await this.chain.ask("evm_setNextBlockTimestamp", [time]);
    await this.chain.ask("evm_mine");
  }
}
