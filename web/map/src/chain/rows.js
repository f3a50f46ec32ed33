// From records and verdicts to what the page shows: a row for each entity and mandate. Pure.

import { duration } from "./amounts.js";
import { clausesOf } from "./claim.js";
import { byPlace } from "./events.js";

/** States of a row, and their words. Nothing is verified by default. */
export const STATES = {
  refused: "refused",
  "not-checked": "not checked",
  stale: "stale",
  verified: "verified",
};

/** Returns the records of each entity and mandate, the newest first. */
export function histories(records) {
  const found = new Map();
  for (const record of [...records].sort(byPlace).reverse()) {
    const key = `${record.entity}/${record.mandate}`;
    if (!found.has(key)) {
      found.set(key, []);
    }
    found.get(key).push(record);
  }
  return found;
}

/** Returns what makes a record stale, or null. */
export function staleness(record, mandate, state, now) {
  if (mandate?.suspended) {
    return "the mandate is suspended";
  }
  if (state.equivocated.has(`${record.entity}/${record.mandate}`)) {
    return "the entity is suspended: its custodian vouched for two books as of one time";
  }
  if (now < record.expires) {
    return null;
  }
  const since = now - record.expires;
  const isLapsed = mandate !== undefined && since >= Number(mandate.terms.grace);
  return `${isLapsed ? "lapsed" : "late"}: the record expired ${duration(since)} ago`;
}

/**
 * Returns the state of a record and why. A refusal outweighs everything, and what is not checked is not called stale.
 *
 * @param {object} record
 * @param {object | undefined} verdict undefined while the check is under way
 * @param {object} view `state`, `now`, `documents`, and `doubt`: why nothing that this node says counts at present, or null
 */
export function stateOf(record, verdict, { state, now, doubt, documents }) {
  if (verdict?.state === "refused") {
    return { state: "refused", why: verdict.why };
  }
  const key = state.mandates.get(record.mandate)?.terms.key.toLowerCase();
  if (state.stopped.has(key)) {
    return { state: "refused", why: "the key was stopped on the router" };
  }
  const document = documents.get(record.mandate);
  if (document?.agrees === false) {
    return { state: "refused", why: "the mandate's document has other clauses than the ledger's terms" };
  }
  if (document?.acceptsUnit === false) {
    return { state: "refused", why: "the mandate's document accepts no book unit as coarse as that of the ledger's terms" };
  }
  if (verdict?.fit?.state === "refused") {
    return { state: "refused", why: verdict.fit.why };
  }
  if (doubt?.state === "not-checked") {
    return doubt;
  }
  if (verdict === undefined) {
    return { state: "not-checked", why: "the check is under way" };
  }
  if (verdict.state !== "verified") {
    return { state: "not-checked", why: verdict.why };
  }
  if (document?.hasRule && verdict.fit?.state !== "verified") {
    return { state: "not-checked", why: verdict.fit?.why ?? "the mandate's rule for scenario sets is yet to be compared" };
  }
  const why = staleness(record, state.mandates.get(record.mandate), state, now) ?? doubt?.why ?? null;
  return why === null ? { state: "verified", why: verdict.why } : { state: "stale", why };
}

/** Returns why what the node says does not count at present, or null. */
export function doubtOf({ unreachable, disagreement, head, clock, mostAge }) {
  if (disagreement) {
    return { state: "not-checked", why: disagreement };
  }
  if (unreachable) {
    return { state: "stale", why: `no node answers since ${unreachable}` };
  }
  if (head && clock - head.time > mostAge) {
    return { state: "stale", why: `the node's newest block is ${duration(clock - head.time)} old` };
  }
  return null;
}

const names = new Intl.Collator("en");

/** Orders of rows. Those of one state are by name. */
export const ORDERS = {
  name: (one, other) =>
    (one.name === null) - (other.name === null) || names.compare(one.name ?? "", other.name ?? "") || (one.key < other.key ? -1 : 1),
  state: (one, other) => SERIOUS.indexOf(one.state) - SERIOUS.indexOf(other.state) || ORDERS.name(one, other),
  age: (one, other) => (other.age ?? Infinity) - (one.age ?? Infinity) || ORDERS.name(one, other),
};
const SERIOUS = Object.keys(STATES);

/**
 * Returns the rows by name; those without a declared one are last.
 *
 * @param {object} view `state`, `now`, `doubt`, `verdicts` (by record), `documents` (by mandate), `entities` (declared, by
 * address), `readings` (by entity and mandate) and `times` (of blocks)
 */
export function rowsOf(view) {
  const rows = [];
  for (const [key, records] of histories(view.state.records)) {
    rows.push(rowOf(key, records, view));
  }
  return rows.sort(ORDERS.name);
}

function rowOf(key, records, view) {
  const [record] = records;
  const mandate = view.state.mandates.get(record.mandate);
  const verdict = view.verdicts.get(record.id);
  const document = view.documents.get(record.mandate);
  const declared = view.entities.get(record.entity);
  const reading = view.readings.get(key);
  let { state, why } = stateOf(record, verdict, view);
  if (state === "verified") {
    const doubt = omission(reading, record);
    [state, why] = doubt === null ? [state, why] : ["not-checked", doubt];
  }
  const time = view.times.get(record.block);
  return {
    key,
    entity: record.entity,
    name: declared?.name ?? null,
    place: declared?.place ?? null,
    mandate: record.mandate,
    title: document?.name ?? null,
    currency: document?.currency ?? null,
    clauses: mandate ? clausesOf(mandate.terms, record) : [],
    age: time === undefined ? null : view.now - time,
    maximum: mandate ? Number(mandate.terms.validity) : null,
    expires: record.expires,
    zone: zoneOf(reading),
    keys: keysOf(mandate, verdict, view),
    custodian: verdict?.custodian ?? null,
    nav: view.navs?.get(key) ?? null,
    state,
    why,
    record,
    records,
    verdict,
    documentMissing: document?.missing ?? null,
  };
}

/** Returns what the ledger's storage says against a record being the newest one, or null. */
function omission(reading, { epoch }) {
  if (reading?.epoch === undefined) {
    return "the ledger's storage was not read, so there may be a newer record";
  }
  if (reading.epoch > epoch) {
    return `the ledger has a record of epoch ${reading.epoch}, whose event the node does not show`;
  }
  return reading.epoch < epoch ? `the ledger has no record of epoch ${epoch}, whose event the node shows` : null;
}

function keysOf(mandate, verdict, { pins }) {
  const digest = mandate?.terms.key.slice(2).toLowerCase() ?? null;
  return { digest, pin: pins?.get(digest) ?? null, says: verdict?.keysSay ?? null, kind: verdict?.keysAre ?? null, development: verdict?.development ?? null };
}

const ZONES = ["none", "green", "yellow", "red"];

function zoneOf(reading) {
  if (reading?.zone === undefined) {
    return null;
  }
  const { due, proved, exceedances, silent } = reading.counts;
  return { name: ZONES[reading.zone] ?? "none", due, proved, exceedances, silent };
}

/** Returns the number of rows, and of those in each state. */
export function tally(rows) {
  const count = (state) => rows.filter((row) => row.state === state).length;
  return {
    all: rows.length,
    verified: count("verified"),
    refused: count("refused"),
    stale: count("stale"),
    notChecked: count("not-checked"),
  };
}
