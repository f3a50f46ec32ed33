// Sums of what may be summed: bounds on expected shortfall that are verified, over one basis. Pure.

import { percent } from "./amounts.js";
import { basisOf } from "./claim.js";

/**
 * Returns the sums of verified bounds on expected shortfall, the largest first.
 *
 * A basis is one key, one scenario point, one confidence, horizon, unit and currency. Value at risk is not subadditive, and is
 * never summed. A book that stands under several mandates is counted once, with its lowest bound.
 *
 * @param {object[]} rows
 * @param {{ state: object, navs?: Map<string, { nav: bigint }> }} view `navs` by entity and mandate
 */
export function sumsOf(rows, { state, navs = new Map() }) {
  const bases = new Map();
  const others = new Map();
  for (const row of rows) {
    const mandate = state.mandates.get(row.mandate);
    if (!mandate || Number(mandate.terms.shortfallConfidence) === 0) {
      continue;
    }
    const confidence = Number(mandate.terms.shortfallConfidence);
    const measure = [confidence, mandate.terms.horizon, mandate.terms.unit, row.currency].join("/");
    if (!others.has(measure)) {
      others.set(measure, new Set());
    }
    others.get(measure).add(row.entity);
    const point = state.points.get(`${mandate.terms.source.toLowerCase()}/${row.record.epoch}`);
    if (row.state !== "verified" || row.currency === null || !point) {
      continue;
    }
    const digest = basisOf(mandate.terms.key, point);
    const key = `${digest}/${measure}`;
    if (!bases.has(key)) {
      const { horizon } = mandate.terms;
      bases.set(key, { scenarios: digest, confidence, horizon: Number(horizon), currency: row.currency, measure, books: new Map(), entities: new Set() });
    }
    const basis = bases.get(key);
    basis.entities.add(row.entity);
    take(basis.books, row, navs.get(row.key)?.nav);
  }
  return [...bases.values()]
    .map(({ books, entities, measure, ...basis }) => ({
      ...basis,
      bound: total([...books.values()].map(({ bound }) => bound)),
      books: books.size,
      entities: entities.size,
      of: others.get(measure).size,
      gearing: gearingOf([...books.values()]),
      words: `${percent(basis.confidence)} CVaR over ${basis.horizon} ${basis.horizon === 1 ? "period" : "periods"}`,
    }))
    .sort((one, other) => (other.bound > one.bound ? 1 : other.bound < one.bound ? -1 : 0));
}

const total = (values) => values.reduce((sum, value) => sum + value, 0n);

/** Takes the book of a row: its lowest bound, and its net asset value. Of two values, the lower one counts. */
function take(books, { record }, nav) {
  const known = books.get(record.commitment);
  const bound = known === undefined || record.shortfallBound < known.bound ? record.shortfallBound : known.bound;
  const lower = known?.nav !== undefined && (nav === undefined || known.nav < nav) ? known.nav : nav;
  books.set(record.commitment, { bound, nav: lower });
}

/**
 * Returns the sum of bounds over the sum of net asset values, in millionths and rounded up, if there is a value for every book; and
 * for how many there is one.
 */
function gearingOf(books) {
  const valued = books.filter(({ nav }) => nav !== undefined);
  const nav = total(valued.map((book) => book.nav));
  const isKnown = valued.length === books.length && nav > 0n;
  const bound = total(books.map((book) => book.bound));
  return { valued: valued.length, nav: isKnown ? nav : null, ratio: isKnown ? (bound * 1_000_000n + nav - 1n) / nav : null };
}
