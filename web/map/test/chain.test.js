// The data layer against a running chain: twelve entities of every state, and nodes that lie, fall behind or go away.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Verifier } from "@tailproof/verifier";

import { configOf } from "../src/chain/config.js";
import { contextOf } from "../src/chain/claim.js";
import { Files } from "../src/chain/files.js";
import { nodeAt } from "../src/chain/node.js";
import { Pool } from "../src/chain/pool.js";
import { Watch } from "../src/chain/watch.js";
import { CLAUSES, documentOfTwo, start } from "./support/chain.js";
import { artefact } from "./support/contracts.js";
import { account } from "./support/ledger.js";
import { hostOf, nodeBefore, raised } from "./support/servers.js";

let chain;
let host;
let node;
let pool;

before(async () => {
  chain = await start();
  host = await hostOf(chain.files);
  node = await nodeBefore(chain.url);
  pool = new Pool([await Verifier.load({ full: true }), await Verifier.load({ full: true })]);
});

after(async () => {
  await Promise.all([pool?.close(), host?.stop(), node?.stop()]);
  chain?.stop();
});

/** Workers that have decoded nothing. */
async function fresh() {
  await pool.close();
  pool = new Pool([await Verifier.load({ full: true }), await Verifier.load({ full: true })]);
}

const honest = (_method, _params, result) => result;

/** A watch of the chain, by its own node or the one in between. */
function watching({ rpc = chain.url, second, ...more } = {}, means = {}) {
  const config = configOf({ ...chain.config, rpc, secondRpc: second, hosts: [host.url], ...more });
  const asks = [config.rpc, ...(config.secondRpc ? [config.secondRpc] : [])].map((url) => nodeAt(url, { timeout: 3_000 }));
  return new Watch(config, { asks, pool, files: new Files({ hosts: config.hosts }), ...means });
}

async function seen(watch) {
  await watch.visit();
  await watch.settled();
  const view = watch.view();
  return { ...view, row: (name) => view.rows.find(({ entity }) => entity === chain.address(name)) };
}

test("twelve entities, each in its state", async () => {
  const view = await seen(watching());
  const states = Object.fromEntries(view.rows.map((row) => [row.name ?? "?", [row.state, row.why]]));
  const stateOf = (name) => view.row(name).state;
  for (const name of ["alder", "birch", "cedar", "dogwood", "hazel", "juniper"]) {
    assert.equal(stateOf(name), "verified", `${name}: ${view.row(name).why}`);
  }
  assert.deepEqual(view.tally, { all: 12, verified: 6, refused: 1, stale: 3, notChecked: 2 }, JSON.stringify(states));
  assert.equal(stateOf("elm"), "refused");
  assert.equal(view.row("elm").verdict.code, "proof-fails");
  assert.match(view.row("fir").why, /^late: the record expired 12 h/);
  assert.match(view.row("gorse").why, /^lapsed: the record expired 4 d/);
  assert.match(view.row("kapok").why, /the mandate is suspended/);
  assert.deepEqual([stateOf("fir"), stateOf("gorse"), stateOf("kapok")], ["stale", "stale", "stale"]);
  assert.match(view.row("iris").why, /none of the pinned ones/);
  assert.match(view.row("larch").why, new RegExp(`no host has the scenario set ${chain.sets.unhosted.digest}`));
  assert.equal(view.row("hazel").zone.name, "red");
  assert.deepEqual(view.row("alder").zone, { name: "green", due: 41, proved: 40, exceedances: 2, silent: 1 });
  assert.equal(view.row("larch").name, null);
});

test("what a row says is what was checked", async () => {
  const view = await seen(watching());
  const { verdict, clauses, title, currency, keys } = view.row("birch");
  assert.deepEqual(verdict.claims, ["90 % VaR <= 500,000", "75 % CVaR <= 200,000"]);
  assert.deepEqual([title, currency], ["Demonstration mandate <b>of two clauses</b>", "USD"]);
  assert.equal(clauses[1].bound, 200_000_000_000n);
  assert.equal(clauses[1].limit, 450_000_000_000n);
  // Headroom is shown only where a band proves it.
  assert.deepEqual(clauses.map(({ headroom }) => headroom), [null, null]);
  assert.deepEqual(view.row("juniper").clauses[0].headroom, { least: 100_000_000_000n, most: 200_000_000_000n });
  assert.deepEqual([keys.development, keys.pin.source], [true, "the tests' own configuration"]);
  assert.ok(verdict.restsOn.some(({ what, how }) => what === "context" && how === "compared"));
  const block = await chain.ask("eth_getBlockByNumber", [`0x${view.row("alder").record.block.toString(16)}`, false]);
  assert.equal(view.row("alder").age, view.now - Number(block.timestamp));
});

test("only expected shortfalls over one basis are summed", async () => {
  const { sums } = await seen(watching());
  assert.equal(sums.length, 2);
  // Alder, birch, dogwood and hazel are over one set; cedar over another one.
  assert.deepEqual(sums.map(({ bound, entities, of }) => [bound, entities, of]), [[1_550_000_000_000n, 4, 11], [450_000_000_000n, 1, 11]]);
  assert.equal(sums[0].words, "75 % CVaR over 1 period");
});

test("contexts are those of the ledger", async () => {
  const { ledger, chainId } = chain;
  const mandate = chain.mandates.plain.id;
  const entity = chain.address("alder");
  assert.equal(contextOf({ chainId, ledger, entity, mandate, epoch: 2 }), await chain.contextOnChain(entity, mandate, 2));
});

test("a node that changes an event is caught", async () => {
  node.lie = raised(chain.address("dogwood"));
  const view = await seen(watching({ rpc: node.url }));
  node.lie = honest;
  assert.equal(view.row("dogwood").state, "refused");
  assert.match(view.row("dogwood").why, /the node contradicts itself: the bound on value at risk is 100 in the event/);
  assert.equal(view.row("alder").state, "verified");
});

test("a node that changes event and transaction alike is caught by the proof", async () => {
  const lie = raised(chain.address("dogwood"));
  const bound = 500_000_000_000n.toString(16).padStart(64, "0");
  node.lie = (method, params, result) => {
    if (method === "eth_getTransactionByHash" && result.from === chain.address("dogwood")) {
      return { ...result, input: result.input.replace(bound, (100n).toString(16).padStart(64, "0")) };
    }
    return lie(method, params, result);
  };
  const view = await seen(watching({ rpc: node.url }));
  node.lie = honest;
  assert.deepEqual([view.row("dogwood").state, view.row("dogwood").verdict.code], ["refused", "proof-fails"]);
});

test("a node that makes up terms is caught", async () => {
  node.lie = (method, _params, result) =>
    method === "eth_getLogs"
      ? result.map((log) => (log.topics[1] === chain.mandates.plain.id && log.topics.length === 4 && log.data.length > 1_000 ? { ...log, data: log.data.replace(500_000_000_000n.toString(16), 500_000_000_001n.toString(16)) } : log))
      : result;
  const view = await seen(watching({ rpc: node.url }));
  node.lie = honest;
  assert.equal(view.row("alder").state, "refused");
  assert.match(view.row("alder").why, /not the hash of its terms/);
});

test("an omission is seen by the ledger's storage, and by a second node", async () => {
  const hidden = chain.address("alder").slice(2);
  await chain.again("alder");
  node.lie = (method, _params, result) =>
    method === "eth_getLogs" ? result.filter((log) => !(log.topics[1]?.endsWith(hidden) && Number(log.topics[3]) === 3)) : result;
  const alone = await seen(watching({ rpc: node.url }));
  assert.equal(alone.row("alder").state, "not-checked");
  assert.match(alone.row("alder").why, /the ledger has a record of epoch 3, whose event the node does not show/);
  assert.equal(alone.row("birch").state, "verified");
  const both = await seen(watching({ rpc: node.url, second: chain.url }));
  node.lie = honest;
  assert.match(both.second, /do not agree up to block \d+: 0 events only of the first, 1 only of the second/);
  assert.ok(both.rows.every(({ state }) => state === "not-checked" || state === "refused"));
  assert.deepEqual(both.sums, []);
  const honestly = await seen(watching({ rpc: chain.url, second: node.url }));
  assert.match(honestly.second, /agrees up to block/);
  assert.equal(honestly.row("alder").state, "verified");
});

test("a reorganisation takes records back", async () => {
  const snapshot = await chain.ask("evm_snapshot");
  const watch = watching();
  const forget = await chain.again("birch", { shortfallBound: 300_000_000_000n });
  const first = await seen(watch);
  assert.equal(first.row("birch").record.shortfallBound, 300_000_000_000n);
  assert.equal(first.row("birch").records.length, 2);
  await chain.ask("evm_revert", [snapshot]);
  forget();
  // Blocks in the place of those that are gone.
  await chain.ask("anvil_mine", ["0x5"]);
  const second = await seen(watch);
  assert.equal(second.row("birch").record.shortfallBound, 200_000_000_000n);
  assert.equal(second.row("birch").records.length, 1);
  assert.equal(second.row("birch").state, "verified");
  assert.ok(second.takenBack >= 2, `${second.takenBack}`);
});

test("a node that goes away makes everything stale, and nothing verified", async () => {
  const watch = watching({ rpc: node.url });
  const before_ = await seen(watch);
  assert.ok(before_.tally.verified > 0);
  node.down = true;
  const gone = await seen(watch);
  node.down = false;
  assert.equal(gone.tally.verified, 0);
  assert.match(gone.row("alder").why, /no node answers since \d\d:\d\d:\d\d/);
  assert.equal(gone.row("elm").state, "refused");
  assert.deepEqual(gone.sums, []);
  assert.equal((await seen(watch)).row("alder").state, "verified");

  const never = watching({ rpc: "http://127.0.0.1:9" });
  assert.deepEqual((await seen(never)).rows, []);
  assert.match(never.view().doubt.why, /no node answers/);
});

test("a node that stands still makes everything stale", async () => {
  const watch = watching({ mostBlockAge: 60 }, { clock: () => Math.floor(Date.now() / 1000) + 50_000 });
  const view = await seen(watch);
  assert.equal(view.tally.verified, 0);
  assert.match(view.row("alder").why, /the node's newest block is 13 h/);
});

test("a node of another chain says nothing", async () => {
  const view = await seen(watching({ chainId: 1 }));
  assert.match(view.doubt.why, /another chain than 1/);
  assert.deepEqual(view.rows, []);
});

test("what was read and checked is kept, and another visit asks for less", async () => {
  const kept = new Map();
  const store = { get: async (key) => kept.get(key), put: async (key, value) => void kept.set(key, structuredClone(value)) };
  const { verdicts } = await import("../src/chain/cache.js");
  const cache = verdicts(store, "module");
  await seen(watching({ rpc: node.url }, { store, cache }));
  const blocks = [];
  node.lie = (method, [filter], result) => {
    if (method === "eth_getLogs") {
      blocks.push(Number(filter.fromBlock));
    }
    return result;
  };
  const noPool = { run: () => Promise.reject(new Error("nothing is checked again")) };
  const view = await seen(watching({ rpc: node.url }, { store, cache, pool: noPool }));
  node.lie = honest;
  assert.deepEqual(blocks, []);
  assert.equal(view.row("alder").verdict.state, "verified");
  assert.equal(view.row("elm").verdict.state, "refused");
  // What was not checked has no verdict to keep.
  assert.match(view.row("larch").why, /nothing is checked again/);
});

test("a key that is stopped refuses every record under it, also one that was verified", async () => {
  const snapshot = await chain.ask("evm_snapshot");
  const watch = watching();
  assert.equal((await seen(watch)).row("juniper").state, "verified");
  const { contracts, keys } = chain;
  const { abi } = artefact("VerifierRouter", "VerifierRouter");
  await contracts.call(contracts.deployer, contracts.router, abi, "stop", [`0x${keys.limits.digest}`]);
  const after_ = await seen(watch);
  assert.deepEqual([after_.row("juniper").state, after_.row("juniper").why], ["refused", "the key was stopped on the router"]);
  assert.equal(after_.row("alder").state, "verified");
  await chain.ask("evm_revert", [snapshot]);
  await chain.ask("anvil_mine", ["0x5"]);
});

test("a window's point finds its set, whatever the hosts call it", async () => {
  const { contracts, keys, sets } = chain;
  const contract = artefact("MapStubs", "RowsByHand");
  const window = await contracts.newSource(keys.good, sets.one, undefined, { contract, kind: 1 });
  const time = Number((await contracts.client.getBlock()).timestamp);
  const push = async (point) => {
    window.period = Math.floor(time / 600) - 3 + window.next;
    await contracts.call(contracts.deployer, window.address, contract.abi, "push", [BigInt(window.period), ...point]);
    window.next += 1;
  };
  await push(window.point);
  const mandate = await contracts.open(window, chain.mandates.plain.terms.document.slice(2), CLAUSES, { kind: 1 });
  const entity = account(16);
  await contracts.submit(entity, mandate);
  const row = async () => {
    const { rows } = await seen(watching());
    return rows.find((one) => one.entity === entity.address.toLowerCase());
  };
  const name = `point-${window.point[0].toString(16).padStart(64, "0")}`;
  assert.match((await row()).why, new RegExp(`no host has the scenario set ${name}`));
  chain.files.set(name, sets.two.bytes);
  assert.deepEqual([(await row()).state, (await row()).verdict.code], ["not-checked", "other-set"]);
  await fresh();
  chain.files.set(name, sets.one.bytes);
  assert.equal((await row()).state, "verified");
});

/** The row of an entity of its own under a mandate. */
async function rowUnder({ id }, entity = account(17), more = {}) {
  const { rows } = await seen(watching(more));
  return rows.find((row) => row.entity === entity.address.toLowerCase() && row.mandate === id);
}

test("a custodian's signature is checked in the page", async () => {
  const view = await seen(watching());
  const { signer } = chain.contracts;
  assert.equal(view.row("alder").custodian.state, "none");
  const { custodian, nav } = view.row("cedar");
  assert.deepEqual([custodian.state, custodian.who, custodian.about], ["signed", signer.address.toLowerCase(), ["assets", "net asset value"]]);
  // The sum over the book of a feed says its gearing: 450,000 of 9,000,000.
  assert.equal(nav.nav, 9_000_000_000_000n);
  const [first, second] = view.sums.map(({ gearing }) => gearing);
  assert.deepEqual([first, second], [{ valued: 0, nav: null, ratio: null }, { valued: 1, nav: 9_000_000_000_000n, ratio: 50_000n }]);

  // The contract took a signature. A node that shows another one, of another time or of less, contradicts itself.
  const refused = async (change) => {
    node.lie = (method, _params, result) =>
      method === "eth_getTransactionByHash" && result.from === chain.address("cedar") ? { ...result, input: change(result.input) } : result;
    const { row } = await seen(watching({ rpc: node.url }));
    node.lie = honest;
    return `${row("cedar").state}: ${row("cedar").why}`;
  };
  const hex = (number) => number.toString(16).padStart(64, "0");
  const scope = 1 | (1 << 3) | (1 << 16);
  assert.match(await refused((input) => input.replace(hex(scope), hex(scope - 1))), /^refused: .*says less than the mandate asks for/);
  assert.match(await refused((input) => input.replace(hex(scope), hex(scope + 2))), /^refused: .*no signature of the mandate's custodian/);
  assert.match(await refused((input) => input.replace(hex(custodian.asOf), hex(custodian.asOf + 1))), /^refused: .*the attestation is as of/);
});

test("a custodian that is a contract is not checked, and the row says so", async () => {
  const { contracts, sources, mandates } = chain;
  const custodian = await contracts.deploy(artefact("MapStubs", "SignsAll"));
  const scope = 1 | (1 << 16);
  const mandate = await contracts.open(sources.one, mandates.plain.terms.document.slice(2), CLAUSES, { custodian, scope });
  const now = Number((await contracts.client.getBlock()).timestamp);
  const statement = { asOf: now - 10, expires: now + 86_400, scope };
  await contracts.submit(account(17), mandate, { statement, sign: async () => "0x1234" });
  const row = await rowUnder(mandate);
  assert.deepEqual([row.state, row.custodian.state, row.custodian.who], ["verified", "not-checked", custodian]);
  assert.match(row.custodian.why, /the custodian is a contract/);
});

test("a mandate's rule for scenario sets is compared with the set", async () => {
  const { contracts, sources, sets, files } = chain;
  const verifier = await Verifier.load({ full: true, worker: false });
  const under = async (rule) => {
    const text = `${documentOfTwo()}\n[scenarios]\n${rule}\n`;
    const { digest } = await verifier.mandate(text);
    files.set(digest, Buffer.from(text));
    const mandate = await contracts.open(sources.one, digest, CLAUSES);
    await contracts.submit(account(17), mandate);
    const { state, why } = await rowUnder(mandate);
    return `${state}: ${why}`;
  };
  assert.equal(await under(`digest = "${sets.one.digest}"`), "verified: the proof is valid");
  assert.match(await under(`digest = "${sets.two.digest}"`), new RegExp(`^refused: the mandate's document: .*${sets.one.digest}`));
  assert.match(await under("least_window = 250"), /^refused: the mandate's document: .*250/);
  // The header of a set is its maker's word.
  assert.match(await under('kind = "historical"'), /^not-checked: .*nothing shows it but the header of the set/);
  await verifier.close();
});

test("a document under the name of a rule, or of a finer unit, is compared without a table", async () => {
  const { contracts, sources, files } = chain;
  const verifier = await Verifier.load({ full: true, worker: false });
  const under = async (text) => {
    const { digest } = await verifier.mandate(text);
    files.set(digest, Buffer.from(text));
    const mandate = await contracts.open(sources.one, digest, CLAUSES);
    await contracts.submit(account(17), mandate);
    const { state, why } = await rowUnder(mandate);
    return `${state}: ${why}`;
  };
  const named = documentOfTwo().replace(/^name = .*$/m, 'name = "FRTB expected shortfall"');
  assert.match(await under(named), /^refused: the mandate's document: .*horizon of 10/);
  const finer = documentOfTwo().replace(/^unit = .*$/m, "unit = 0.001");
  assert.match(await under(finer), /^refused: the mandate's document accepts no book unit as coarse/);
  await verifier.close();
});

test("a host's other files are as good as none", async () => {
  const files = new Map(chain.files);
  files.set(chain.sets.one.digest, chain.sets.two.bytes);
  const lying = await hostOf(files);
  const pool_ = new Pool([await Verifier.load({ full: true, worker: false })]);
  const of = (hosts) => {
    const config = configOf({ ...chain.config, rpc: chain.url, hosts });
    return new Watch(config, { asks: [nodeAt(config.rpc)], pool: pool_, files: new Files({ hosts: config.hosts }) });
  };
  const alone = await seen(of([lying.url]));
  assert.equal(alone.row("alder").state, "not-checked");
  assert.match(alone.row("alder").why, /no host has the scenario set/);
  const both = await seen(of([lying.url, host.url]));
  assert.equal(both.row("alder").state, "verified");
  await lying.stop();
});
