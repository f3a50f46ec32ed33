// What two nodes say of the same blocks. A node that leaves out a log is seen only by another one.

import { byPlace } from "./events.js";

const textOf = ({ address, topics, data, block, blockHash, tx, index }) =>
  JSON.stringify([address, topics, data, block, blockHash, tx, index]);

/**
 * Returns a sentence on the first difference between two lists of logs up to a block, or null.
 *
 * @param {object[]} first
 * @param {object[]} second
 * @param {number} upTo the newest block that both have
 */
export function disagreement(first, second, upTo) {
  const [one, other] = [first, second].map((logs) => logs.filter(({ block }) => block <= upTo).sort(byPlace).map(textOf));
  const inOther = new Set(other);
  const inOne = new Set(one);
  const missing = one.filter((text) => !inOther.has(text)).length;
  const more = other.filter((text) => !inOne.has(text)).length;
  if (missing === 0 && more === 0) {
    return null;
  }
  return `the two nodes do not agree up to block ${upTo}: ${missing} events only of the first, ${more} only of the second`;
}
