// Follows the logs of some contracts: in ranges of blocks, from where the last visit ended, and back to the last block that is
// still there if the chain replaced some.

import { logOf } from "./events.js";

/** Blocks whose hashes are remembered. */
const MARKS = 256;

/** The chain changed while it was read. */
export class Moved extends Error {}

/** Returns the state of a first visit. */
export const fresh = () => ({ logs: [], marks: [], upTo: {} });

const hex = (number) => `0x${number.toString(16)}`;

/**
 * Returns the state after a visit, the newest block, and how many logs a reorganisation took back.
 *
 * @param {(method: string, params: unknown[]) => Promise<any>} ask a node
 * @param {{ logs: object[], marks: { number: number, hash: string }[], upTo: Record<string, number> }} saved
 * @param {object} options `addresses`, or a promise of them; `from`, the first block; `more(logs)`, which returns all addresses that
 * logs name, or a promise of them; `range`, the blocks of one request; `tries`, if the chain changes meanwhile
 */
export async function follow(ask, saved, { addresses, from, more = () => [], range = 10_000, tries = 3 }) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await visit(ask, saved, { addresses, from, more, range });
    } catch (error) {
      if (!(error instanceof Moved) || attempt === tries) {
        throw error;
      }
    }
  }
}

/** Returns a block's number, hash and time. */
export async function blockOf(ask, tag) {
  const block = await ask("eth_getBlockByNumber", [typeof tag === "number" ? hex(tag) : tag, false]);
  return block && { number: Number(block.number), hash: block.hash, time: Number(block.timestamp) };
}

async function visit(ask, saved, { addresses, from, more, range }) {
  const head = await blockOf(ask, "latest");
  if (!head) {
    throw new Error("the node has no newest block");
  }
  const found = await ancestor(ask, saved.marks, head);
  if (found.behind) {
    return { state: saved, head, takenBack: 0, behind: true };
  }
  const last = found.marks.at(-1)?.number ?? from - 1;
  const isReplaced = found.marks.length < saved.marks.length;
  const logs = isReplaced ? saved.logs.filter(({ block }) => block <= last) : [...saved.logs];
  const takenBack = saved.logs.length - logs.length;
  const upTo = { ...saved.upTo };
  const news = [];
  const done = new Set();
  // A log may name a contract whose logs are wanted too.
  for (let wanted = [...(await addresses), ...(await more(logs))]; wanted.length > 0; ) {
    const found = await Promise.all(
      [...new Set(wanted)].map((address) => {
        done.add(address);
        const known = Math.min(upTo[address] ?? from - 1, isReplaced ? last : Infinity);
        upTo[address] = head.number;
        return ranges(ask, address, Math.max(known + 1, from), head.number, range);
      }),
    );
    news.push(...found.flat());
    logs.push(...found.flat());
    wanted = (await more(logs)).filter((address) => !done.has(address));
  }
  if ((await blockOf(ask, head.number))?.hash !== head.hash) {
    throw new Moved("the chain changed while it was read");
  }
  const marks = new Map(found.marks.map((mark) => [mark.number, mark.hash]));
  for (const { block, blockHash } of news) {
    if (marks.has(block) && marks.get(block) !== blockHash) {
      throw new Moved("two logs of one block have two hashes");
    }
    marks.set(block, blockHash);
  }
  if (marks.has(head.number) && marks.get(head.number) !== head.hash) {
    throw new Moved("a log is of another block than the newest");
  }
  marks.set(head.number, head.hash);
  const kept = [...marks].map(([number, hash]) => ({ number, hash })).sort((one, other) => one.number - other.number);
  return { state: { logs, marks: kept.slice(-MARKS), upTo }, head, takenBack, behind: false };
}

/** Returns the marks that are still on the chain. A node that has not come so far yet is behind, which is no reorganisation. */
async function ancestor(ask, marks, head) {
  const kept = [...marks];
  const isBehind = marks.length > 0 && head.number < marks.at(-1).number;
  while (kept.length > 0) {
    const mark = kept.at(-1);
    if (mark.number <= head.number && (await blockOf(ask, mark.number))?.hash === mark.hash) {
      const replaced = marks[kept.length];
      // Behind only if nothing that can be compared differs.
      const differs = replaced !== undefined && replaced.number <= head.number;
      return { marks: kept, behind: isBehind && !differs };
    }
    kept.pop();
  }
  return { marks: kept, behind: false };
}

/** Returns the logs of a contract in a range of blocks. A node that refuses a range is asked for its halves. */
async function ranges(ask, address, from, to, range) {
  const logs = [];
  for (let start = from; start <= to; start += range) {
    logs.push(...(await halves(ask, address, start, Math.min(to, start + range - 1))));
  }
  return logs;
}

async function halves(ask, address, from, to) {
  let raw;
  try {
    raw = await ask("eth_getLogs", [{ address, fromBlock: hex(from), toBlock: hex(to) }]);
  } catch (error) {
    // Only an answer of the node can mean that the range is too long.
    if (from === to || error.isUnreachable) {
      throw error;
    }
    const middle = Math.floor((from + to) / 2);
    return [...(await halves(ask, address, from, middle)), ...(await halves(ask, address, middle + 1, to))];
  }
  const logs = raw.map(logOf);
  const foreign = logs.find((log) => log.address !== address.toLowerCase() || log.block < from || log.block > to);
  if (foreign) {
    throw new Error("the node returned a log that was not asked for");
  }
  return logs;
}
