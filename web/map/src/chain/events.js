// From logs to the state of a ledger: mandates, records, points, what was stopped. Pure.

import { decodeAbiParameters, encodeAbiParameters, keccak256, toEventSelector } from "viem";

import { LEDGER, ROUTER, SOURCE } from "./abi.js";

const TERMS_OF_EVENT = LEDGER.find((item) => item.type === "event" && item.name === "MandateOpened").inputs[3];

const identifiers = new WeakMap();

/** Returns the identifier of a mandate: the hash of its terms. */
export function mandateId(terms) {
  if (!identifiers.has(terms)) {
    identifiers.set(terms, keccak256(encodeAbiParameters([TERMS_OF_EVENT], [terms])));
  }
  return identifiers.get(terms);
}

const lower = (address) => address.toLowerCase();

/** Order of two logs on the chain. */
export function byPlace(one, other) {
  return one.block - other.block || one.index - other.index;
}

/** Returns a raw log with numbers in place of hex, or throws if a field is no such thing. */
export function logOf(raw) {
  const number = (text) => {
    if (typeof text !== "string" || !/^0x[0-9a-f]+$/i.test(text)) {
      throw new Error("a log without its place");
    }
    return Number(text);
  };
  return {
    address: lower(raw.address),
    topics: raw.topics,
    data: raw.data,
    block: number(raw.blockNumber),
    blockHash: raw.blockHash,
    tx: raw.transactionHash,
    index: number(raw.logIndex),
  };
}

/**
 * Returns what logs say.
 *
 * @param {object[]} logs as `logOf` returns them
 * @param {{ ledger: string, router?: string }} contracts
 */
export function read(logs, contracts) {
  const state = {
    mandates: new Map(),
    records: [],
    points: new Map(),
    stopped: new Map(),
    equivocated: new Map(),
    /** Sources in the order in which mandates named them. */
    sources: new Set(),
    unreadable: [],
  };
  const sorted = [...logs].sort(byPlace);
  for (const log of sorted) {
    const event = eventOf(log, abiOf(log, contracts));
    if (event instanceof Error) {
      state.unreadable.push(log);
    } else if (event !== null) {
      take[event.name]?.(state, event.args, log);
    }
  }
  return state;
}

/** The events of a contract by their first topic. */
const topics = new Map(
  [LEDGER, ROUTER, SOURCE].map((abi) => {
    const events = abi.filter(({ type }) => type === "event");
    return [abi, new Map(events.map((event) => [toEventSelector(event), event]))];
  }),
);
/** Logs are read once: a visit reads all of them again. */
const known = new WeakMap();

/** Returns an event's name and values; null for another event of the contract, an error for one that cannot be read. */
function eventOf(log, abi) {
  const kept = known.get(log);
  if (kept?.abi === abi) {
    return kept.event;
  }
  const found = topics.get(abi).get(log.topics[0]);
  const event = found === undefined ? null : valuesOf(found, log);
  known.set(log, { abi, event });
  return event;
}

const abiOf = ({ address }, { ledger, router }) =>
  address === lower(ledger) ? LEDGER : router && address === lower(router) ? ROUTER : SOURCE;

/** Reads logs a few at a time, and lets the page draw between them: `read` then finds them read. */
export async function prepare(logs, contracts, pause) {
  let left = 40;
  for (const log of logs) {
    if (!known.has(log)) {
      eventOf(log, abiOf(log, contracts));
      left -= 1;
      if (left === 0) {
        await pause();
        left = 40;
      }
    }
  }
}

function valuesOf({ name, inputs }, log) {
  try {
    const args = {};
    const indexed = inputs.filter((input) => input.indexed);
    if (log.topics.length !== indexed.length + 1) {
      throw new Error("another number of topics");
    }
    for (const [place, input] of indexed.entries()) {
      [args[input.name]] = decodeAbiParameters([input], log.topics[place + 1]);
    }
    const others = inputs.filter((input) => !input.indexed);
    const values = decodeAbiParameters(others, log.data);
    others.forEach((input, place) => {
      args[input.name] = values[place];
    });
    return { name, args };
  } catch (error) {
    return error;
  }
}

const take = {
  MandateOpened(state, { mandate, document, by, terms }, log) {
    const id = lower(mandate);
    // The identifier is the hash of the terms, so terms that a node made up are seen.
    const isTrue = mandateId(terms) === id && lower(terms.document) === lower(document);
    state.mandates.set(id, { id, by: lower(by), terms, isTrue, block: log.block, suspended: false });
    if (isTrue) {
      state.sources.add(lower(terms.source));
    }
  },
  Proved(state, args, log) {
    state.records.push({
      ...args,
      entity: lower(args.entity),
      mandate: lower(args.mandate),
      epoch: Number(args.epoch),
      expires: Number(args.expires),
      asOf: Number(args.asOf),
      // The block counts: after a reorganisation, the same transaction may stand over another point.
      id: `${log.tx}:${log.index}:${log.blockHash}`,
      tx: log.tx,
      block: log.block,
      blockHash: log.blockHash,
      index: log.index,
    });
  },
  MandateSuspended(state, { mandate }) {
    const found = state.mandates.get(lower(mandate));
    if (found) {
      found.suspended = true;
    }
  },
  Equivocated(state, { entity, mandate }) {
    state.equivocated.set(`${lower(entity)}/${lower(mandate)}`, true);
  },
  Stopped(state, { key }, log) {
    state.stopped.set(lower(key), log.block);
  },
  Row(state, { epoch, period, x, y }, log) {
    state.points.set(`${log.address}/${epoch}`, { x, y, period: Number(period), set: null });
  },
  PointAttested(state, { epoch, period, set, x, y }, log) {
    state.points.set(`${log.address}/${epoch}`, { x, y, period: Number(period), set: lower(set).slice(2) });
  },
};
