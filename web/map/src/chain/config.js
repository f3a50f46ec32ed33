// The page's configuration: which ledger, which nodes, which keys are pinned, and who declared where an entity is.

import { isAddress } from "viem";

/** A configuration that cannot be used. */
export class BadConfig extends Error {}

const FIELDS = ["name", "chainId", "ledger", "backtest", "router", "fromBlock", "rpc", "secondRpc", "hosts", "keys", "feeds", "entities", "mostBlockAge", "range", "poll", "workers"];

/** Returns a configuration with its defaults. Unknown fields are refused: a misspelt one would say nothing. */
export function configOf(given, base = "http://localhost/") {
  const wrong = (field, needed) => new BadConfig(`map.json: ${field}: ${needed}`);
  if (typeof given !== "object" || given === null) {
    throw new BadConfig("map.json: expected an object");
  }
  for (const field of Object.keys(given)) {
    if (!FIELDS.includes(field)) {
      throw wrong(field, `no such field; there are ${FIELDS.join(", ")}`);
    }
  }
  const address = (field, isNeeded) => {
    if (given[field] === undefined && !isNeeded) {
      return undefined;
    }
    if (!isAddress(given[field] ?? "", { strict: false })) {
      throw wrong(field, "expected the address of a contract");
    }
    return given[field].toLowerCase();
  };
  const number = (field, otherwise, least) => {
    const value = given[field] ?? otherwise;
    if (!Number.isSafeInteger(value) || value < least) {
      throw wrong(field, `expected a whole number, at least ${least}`);
    }
    return value;
  };
  const url = (field, value) => {
    try {
      if (typeof value !== "string") {
        throw new TypeError();
      }
      return new URL(value, base).href;
    } catch {
      throw wrong(field, "expected an address");
    }
  };
  const list = (field) => {
    if (!Array.isArray(given[field])) {
      throw wrong(field, "expected a list");
    }
    return given[field];
  };
  return {
    name: String(given.name ?? ""),
    chainId: number("chainId", undefined, 1),
    ledger: address("ledger", true),
    backtest: address("backtest", false),
    router: address("router", false),
    fromBlock: number("fromBlock", 0, 0),
    rpc: url("rpc", given.rpc),
    secondRpc: given.secondRpc === undefined ? undefined : url("secondRpc", given.secondRpc),
    hosts: list("hosts").map((host) => url("hosts", host)),
    keys: list("keys").map(({ digest, source }) => {
      if (!/^[0-9a-f]{64}$/.test(digest ?? "")) {
        throw wrong("keys", "each has a digest, 64 lower-case hex digits");
      }
      return { digest, source: String(source ?? "") };
    }),
    feeds: (given.feeds === undefined ? [] : list("feeds")).map((feed) => {
      if (!isAddress(feed ?? "", { strict: false })) {
        throw wrong("feeds", "each is the address of a contract");
      }
      return feed.toLowerCase();
    }),
    entities: new Map(
      (given.entities ?? []).map(({ address: of, name, place }) => {
        if (!isAddress(of ?? "", { strict: false })) {
          throw wrong("entities", "each has an address");
        }
        return [of.toLowerCase(), { name: String(name ?? ""), place: placeOf(place) }];
      }),
    ),
    mostBlockAge: number("mostBlockAge", 900, 1),
    range: number("range", 10_000, 1),
    poll: number("poll", 12, 1),
    workers: number("workers", 2, 1),
  };
}

function placeOf(place) {
  if (place === undefined || place === null) {
    return null;
  }
  const { name, longitude, latitude } = place;
  const isThere = Number.isFinite(longitude) && Number.isFinite(latitude) && Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
  return { name: String(name ?? ""), longitude: isThere ? longitude : null, latitude: isThere ? latitude : null };
}
