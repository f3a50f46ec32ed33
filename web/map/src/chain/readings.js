// What contracts say besides events, at one block: the last epoch of each row, its zone, net asset values; and times of blocks.

import { BACKTEST, LEDGER, NAV_FEED } from "./abi.js";
import { blockOf } from "./follow.js";
import { view } from "./view.js";

/** Rows whose contracts are asked in one batch. */
const BATCH = 40;

const hex = (number) => `0x${number.toString(16)}`;
const keyOf = ({ entity, mandate }) => `${entity}/${mandate}`;

export class Readings {
  #ask;
  #config;
  #pause;
  /** Hash of the block that the readings are of. */
  #read = null;
  /** What each feed is of. It never changes. */
  #feeds = new Map();

  /** By entity and mandate: `record`, `epoch`, and perhaps `zone` and `counts`. */
  rows = new Map();
  /** By entity and mandate: net asset value and the time of which it is, by a feed. */
  navs = new Map();
  /** By block. */
  times = new Map();

  /**
   * @param {Function} ask a node
   * @param {{ ledger: string, backtest?: string, feeds: string[] }} config
   * @param {() => Promise<void>} pause
   */
  constructor(ask, config, pause) {
    this.#ask = ask;
    this.#config = config;
    this.#pause = pause;
  }

  /** Forgets readings of records that are not the newest any more: they say nothing of a newer one. */
  forget(newest) {
    for (const record of newest) {
      if (this.rows.get(keyOf(record))?.record !== record.id) {
        this.rows.delete(keyOf(record));
      }
    }
  }

  /** Reads what the contracts say of each row at a block, once for a block. */
  async at(head, newest) {
    if (this.#read === head.hash && newest.every((record) => this.rows.has(keyOf(record)))) {
      return;
    }
    const block = hex(head.number);
    const navs = this.#navs(block);
    const found = new Map();
    for (let start = 0; start < newest.length; start += BATCH) {
      const batch = newest.slice(start, start + BATCH);
      await Promise.all(batch.map(async (record) => found.set(keyOf(record), await this.#row(record, block))));
      await this.#pause();
    }
    [this.rows, this.navs] = [found, await navs];
    this.#read = head.hash;
  }

  /** Reads the times of the blocks of records. */
  async timesOf(records) {
    const blocks = [...new Set(records.map(({ block }) => block))].filter((block) => !this.times.has(block));
    await Promise.allSettled(
      blocks.map(async (number) => {
        const block = await blockOf(this.#ask, number);
        if (block) {
          this.times.set(number, block.time);
        }
      }),
    );
  }

  async #row({ id, entity, mandate }, block) {
    const { ledger, backtest } = this.#config;
    const args = [entity, mandate];
    const asked = [view(this.#ask, ledger, LEDGER, "standing", args, block)];
    if (backtest) {
      asked.push(view(this.#ask, backtest, BACKTEST, "zone", args, block), view(this.#ask, backtest, BACKTEST, "counts", args, block));
    }
    const [standing, zone, counts] = await Promise.allSettled(asked);
    return {
      record: id,
      epoch: standing.value && Number(standing.value.epoch),
      ...(zone?.value && counts.value ? { zone: Number(zone.value[0]), counts: counts.value } : {}),
    };
  }

  /** Reads the feeds of net asset values. A feed refuses to show one that does not count any more. */
  async #navs(block) {
    const found = new Map();
    await Promise.allSettled(
      this.#config.feeds.map(async (feed) => {
        const [of, [nav, asOf]] = await Promise.all([this.#feed(feed), view(this.#ask, feed, NAV_FEED, "latest", [], block)]);
        if (of.ledger === this.#config.ledger) {
          found.set(keyOf(of), { nav, asOf: Number(asOf), feed });
        }
      }),
    );
    return found;
  }

  async #feed(address) {
    if (!this.#feeds.has(address)) {
      const names = ["ledger", "entity", "mandate"];
      const values = await Promise.all(names.map((name) => view(this.#ask, address, NAV_FEED, name)));
      this.#feeds.set(address, Object.fromEntries(names.map((name, place) => [name, values[place].toLowerCase()])));
    }
    return this.#feeds.get(address);
  }
}
