// Rows and sums from records and verdicts: nothing is verified that was not checked, and nothing is summed that may not be.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decimal, millionths } from "../src/chain/amounts.js";
import { disagreement } from "../src/chain/compare.js";
import { BadConfig, configOf } from "../src/chain/config.js";
import { FileMissing, Files } from "../src/chain/files.js";
import { Pool } from "../src/chain/pool.js";
import { doubtOf, rowsOf, stateOf, tally } from "../src/chain/rows.js";
import { sumsOf } from "../src/chain/sums.js";

const SOURCE = `0x${"5".repeat(40)}`;
const KEY = `0x${"7".repeat(64)}`;
const base = { key: KEY, source: SOURCE, grace: 86_400, validity: 1_000, horizon: 1, unit: 10_000n, varConfidence: 990_000, shortfallConfidence: 975_000, varLimit: 9n, shortfallLimit: 9n };

/** A view of some records: each has an entity, and perhaps a mandate, a bound, an epoch, and so on. */
function viewOf(records, { mandates = { m: {} }, ...more } = {}) {
  const list = records.map((record, index) => ({ mandate: "m", epoch: 1, expires: 2_000, block: 10, index, commitment: BigInt(index), varBound: 5n, shortfallBound: 4n, varFloor: 0n, id: `r${index}`, ...record }));
  const state = {
    records: list,
    mandates: new Map(Object.entries(mandates).map(([id, terms]) => [id, { id, suspended: false, ...terms, terms: { ...base, ...terms.terms } }])),
    points: new Map([[`${SOURCE}/1`, { x: 1n, y: 2n }], [`${SOURCE}/2`, { x: 3n, y: 4n }]]),
    stopped: new Map(),
    equivocated: new Map(),
    ...more.state,
  };
  const documents = new Map(Object.keys(mandates).map((id) => [id, { name: id, currency: mandates[id].currency ?? "USD", agrees: true }]));
  const verdicts = new Map(list.map(({ id, verdict = { state: "verified", why: "valid" } }) => [id, verdict]));
  const readings = new Map();
  for (const { entity, mandate, epoch } of list) {
    readings.set(`${entity}/${mandate}`, { epoch });
  }
  return { now: 1_000, doubt: null, documents, entities: new Map(), readings, times: new Map([[10, 900]]), verdicts, pins: new Map(), ...more, state };
}

test("a refusal outweighs everything, and what is not checked is not called stale", () => {
  const view = viewOf([{ entity: "a" }]);
  const [record] = view.state.records;
  const of = (verdict, more = {}) => stateOf({ ...record, ...more }, verdict, view).state;
  const verified = { state: "verified", why: "valid" };
  assert.equal(of(undefined), "not-checked");
  assert.equal(of(verified), "verified");
  assert.equal(of(verified, { expires: 1_000 }), "stale");
  assert.equal(of({ state: "refused", why: "" }, { expires: 1 }), "refused");
  assert.equal(of({ state: "not-checked", why: "" }, { expires: 1 }), "not-checked");
  assert.equal(of(undefined, { expires: 1 }), "not-checked");
  assert.equal(of({ state: "anything else", why: "" }), "not-checked");
  const doubted = (doubt, verdict = verified) => stateOf(record, verdict, { ...view, doubt }).state;
  assert.equal(doubted({ state: "stale", why: "gone" }), "stale");
  assert.equal(doubted({ state: "not-checked", why: "two" }), "not-checked");
  assert.equal(doubted({ state: "not-checked", why: "two" }, { state: "refused", why: "" }), "refused");
  assert.equal(stateOf(record, undefined, { ...view, doubt: { state: "stale", why: "gone" } }).state, "not-checked");
});

test("late, lapsed, suspended and stopped", () => {
  const why = (records, more) => {
    const [row] = rowsOf(viewOf(records, more));
    return [row.state, row.why];
  };
  assert.deepEqual(why([{ entity: "a", expires: 940 }]), ["stale", "late: the record expired 1 min ago"]);
  assert.deepEqual(why([{ entity: "a", expires: 940 }], { now: 940 + 86_400 }), ["stale", "lapsed: the record expired 1 d ago"]);
  assert.equal(why([{ entity: "a" }], { mandates: { m: { suspended: true } } })[0], "stale");
  assert.match(why([{ entity: "a" }], { state: { equivocated: new Map([["a/m", true]]) } })[1], /vouched for two books/);
  assert.deepEqual(why([{ entity: "a" }], { state: { stopped: new Map([[KEY, 3]]) } }), ["refused", "the key was stopped on the router"]);
});

test("a row is its newest record, and the ledger's storage knows of a newer one", () => {
  const records = [{ entity: "a", epoch: 1, block: 10 }, { entity: "a", epoch: 2, block: 11, shortfallBound: 3n }];
  const [row] = rowsOf(viewOf(records));
  assert.deepEqual([row.record.epoch, row.records.map(({ epoch }) => epoch)], [2, [2, 1]]);
  const [hidden] = rowsOf(viewOf(records, { readings: new Map([["a/m", { epoch: 3 }]]) }));
  assert.match(`${hidden.state}: ${hidden.why}`, /^not-checked: the ledger has a record of epoch 3/);
  const [made] = rowsOf(viewOf(records, { readings: new Map([["a/m", { epoch: 1 }]]) }));
  assert.match(`${made.state}: ${made.why}`, /^not-checked: the ledger has no record of epoch 2/);
  const [unread] = rowsOf(viewOf(records, { readings: new Map() }));
  assert.match(`${unread.state}: ${unread.why}`, /^not-checked: the ledger's storage was not read/);
  const [other] = rowsOf(viewOf(records, { documents: new Map([["m", { name: "m", currency: "USD", agrees: false }]]) }));
  assert.equal(other.state, "refused");
  const [coarse] = rowsOf(viewOf(records, { documents: new Map([["m", { name: "m", currency: "USD", agrees: true, acceptsUnit: false }]]) }));
  assert.match(`${coarse.state}: ${coarse.why}`, /^refused: .*accepts no book unit as coarse/);
});

test("a decimal is so many millionths", () => {
  for (const [text, of] of [["0.01", 10_000n], ["1", 1_000_000n], ["1000000", 1_000_000_000_000n], ["0.000001", 1n], ["2.5", 2_500_000n]]) {
    assert.equal(millionths(text), of);
    assert.equal(decimal(of), text);
  }
});

const summed = (view) => sumsOf(rowsOf(view), view);

test("only what is verified, and of one basis, is summed", () => {
  const verdict = (state) => ({ verdict: { state, why: "" } });
  const view = viewOf([
    { entity: "a", shortfallBound: 10n },
    { entity: "b", shortfallBound: 20n },
    { entity: "c", shortfallBound: 40n, ...verdict("refused") },
    { entity: "d", shortfallBound: 80n, ...verdict("not-checked") },
    { entity: "e", shortfallBound: 160n, expires: 1 },
    { entity: "f", shortfallBound: 320n, epoch: 2 },
  ]);
  assert.deepEqual(summed(view).map(({ bound, entities, of }) => [bound, entities, of]), [[320n, 1, 6], [30n, 2, 6]]);
  assert.deepEqual(tally(rowsOf(view)), { all: 6, verified: 3, refused: 1, stale: 1, notChecked: 1 });
});

test("value at risk is never summed, nor two currencies, confidences or horizons", () => {
  const only = viewOf([{ entity: "a" }, { entity: "b" }], { mandates: { m: { terms: { shortfallConfidence: 0 } } } });
  assert.deepEqual(summed(only), []);
  const mandates = { m: {}, euro: { currency: "EUR" }, high: { terms: { shortfallConfidence: 990_000 } }, long: { terms: { horizon: 10 } }, unit: { terms: { unit: 1n } } };
  const view = viewOf(Object.keys(mandates).map((mandate, index) => ({ entity: `e${index}`, mandate })), { mandates });
  assert.equal(summed(view).length, 5);
  const unnamed = viewOf([{ entity: "a" }]);
  unnamed.documents.set("m", { missing: "no host" });
  assert.deepEqual(summed(unnamed), []);
});

test("a book under two mandates is counted once, with its lowest bound", () => {
  const view = viewOf([{ entity: "a", mandate: "m", commitment: 9n, shortfallBound: 10n }, { entity: "a", mandate: "n", commitment: 9n, shortfallBound: 8n }], { mandates: { m: {}, n: {} } });
  assert.deepEqual(summed(view).map(({ bound, books, entities }) => [bound, books, entities]), [[8n, 1, 1]]);
});

test("the gearing of a sum is known only with a value for every book", () => {
  const view = viewOf([{ entity: "a", shortfallBound: 10n }, { entity: "b", shortfallBound: 20n }]);
  const of = (values) => summed({ ...view, navs: new Map(Object.entries(values).map(([entity, nav]) => [`${entity}/m`, { nav }])) })[0].gearing;
  assert.deepEqual(of({}), { valued: 0, nav: null, ratio: null });
  assert.deepEqual(of({ a: 100n }), { valued: 1, nav: null, ratio: null });
  // 30 of 700, rounded up.
  assert.deepEqual(of({ a: 100n, b: 600n }), { valued: 2, nav: 700n, ratio: 42_858n });
  assert.deepEqual(of({ a: 0n, b: 0n }), { valued: 2, nav: null, ratio: null });
  // One book under two mandates has the lower of two values.
  const twice = viewOf([{ entity: "a", mandate: "m", commitment: 9n }, { entity: "a", mandate: "n", commitment: 9n }], { mandates: { m: {}, n: {} } });
  const navs = new Map([["a/m", { nav: 90n }], ["a/n", { nav: 80n }]]);
  assert.equal(summed({ ...twice, navs })[0].gearing.nav, 80n);
});

test("a document's rule for scenario sets counts as much as a proof", () => {
  const of = (fit, hasRule = true) => {
    const view = viewOf([{ entity: "a", verdict: { state: "verified", why: "valid", fit } }]);
    view.documents.set("m", { name: "m", currency: "USD", agrees: true, hasRule });
    const [{ state, why }] = rowsOf(view);
    return `${state}: ${why}`;
  };
  assert.equal(of(null, false), "verified: valid");
  assert.match(of(null), /^not-checked: .*yet to be compared/);
  assert.equal(of({ state: "verified", why: "" }), "verified: valid");
  assert.equal(of({ state: "refused", why: "another set" }), "refused: another set");
  assert.equal(of({ state: "not-checked", why: "the header" }), "not-checked: the header");
});

test("a node is doubted for a contradiction, for silence, and for an old block, in this order", () => {
  const old = { head: { time: 0 }, clock: 1_000, mostAge: 900 };
  assert.equal(doubtOf({ ...old, clock: 900 }), null);
  assert.match(doubtOf(old).why, /newest block is 16 min old/);
  assert.match(doubtOf({ ...old, unreachable: "12:00:00" }).why, /since 12:00:00/);
  assert.equal(doubtOf({ ...old, unreachable: "12:00:00", disagreement: "two" }).why, "two");
});

test("two nodes agree only event by event", () => {
  const log = (block, data = "0x") => ({ address: "a", topics: ["t"], data, block, blockHash: `h${block}`, tx: "x", index: 0 });
  assert.equal(disagreement([log(1), log(2)], [log(2), log(1)], 9), null);
  assert.equal(disagreement([log(1), log(2)], [log(1)], 1), null);
  assert.match(disagreement([log(1), log(2)], [log(1)], 2), /1 events only of the first, 0 only of the second/);
  assert.match(disagreement([log(1)], [log(1, "0x1")], 2), /1 events only of the first, 1 only of the second/);
});

test("a configuration has no field that says nothing", () => {
  const ledger = `0x${"1".repeat(40)}`;
  const good = { chainId: 1, ledger, rpc: "/rpc", hosts: ["files/"], keys: [{ digest: "0".repeat(64) }], entities: [{ address: ledger, name: "A", place: { name: "B", longitude: 200, latitude: 0 } }] };
  const found = configOf(good, "https://example.org/map/");
  assert.deepEqual([found.rpc, found.hosts[0], found.poll], ["https://example.org/rpc", "https://example.org/map/files/", 12]);
  assert.deepEqual(found.entities.get(ledger).place, { name: "B", longitude: null, latitude: null });
  for (const bad of [null, { ...good, rcp: "x" }, { ...good, ledger: "0x1" }, { ...good, chainId: 0 }, { ...good, rpc: undefined }, { ...good, keys: undefined }, { ...good, keys: [{ digest: "A".repeat(64) }] }, { ...good, hosts: "x" }, { ...good, entities: [{}] }, { ...good, poll: 0.5 }, { ...good, feeds: ["x"] }]) {
    assert.throws(() => configOf(bad), BadConfig);
  }
});

test("files come from the first host whose file is accepted", async () => {
  const asked = [];
  const fetch = async (url) => {
    asked.push(url);
    if (url.startsWith("https://none/")) {
      return new Response(null, { status: 404 });
    }
    return new Response(url.includes("liar") ? "a lie" : "the file");
  };
  const files = new Files({ hosts: ["https://none", "https://liar/", "https://good"], fetch });
  const use = async (bytes) => {
    const text = new TextDecoder().decode(bytes);
    if (text !== "the file") {
      throw new Error("another digest");
    }
    return text;
  };
  assert.equal(await files.first("key", "abc", use), "the file");
  assert.equal(await files.first("key", "abc", use), "the file");
  assert.deepEqual(asked, ["https://none/abc", "https://liar/abc", "https://good/abc", "https://none/abc"]);
  const refused = new Files({ hosts: ["https://liar"], fetch }).first("key", "abc", use);
  await assert.rejects(refused, (error) => error instanceof FileMissing && /no host has the key abc: https:\/\/liar: another digest/.test(error.message));
  const failed = Object.assign(new Error("verifier failed"), { code: "verifier-failed" });
  await assert.rejects(files.first("key", "abc", () => Promise.reject(failed)), failed);
});

test("the most urgent task is next, and a task that fails ends nothing", async () => {
  const order = [];
  const pool = new Pool([]);
  const task = (name) => async () => {
    order.push(name);
    if (name === "bad") {
      throw new Error(name);
    }
  };
  const all = [pool.run(task("old"), 1), pool.run(task("bad"), 2), pool.run(task("new"), 2), pool.run(task("first"), 3)];
  pool.add({});
  const results = await Promise.allSettled(all);
  assert.deepEqual(order, ["first", "bad", "new", "old"]);
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled", "fulfilled"]);
});
