// Watches a ledger: follows its events, checks each proof once, and says what is known at any moment.

import { decodeFunctionResult, encodeFunctionData } from "viem";

import { BACKTEST, LEDGER } from "./abi.js";
import { check, documentOf } from "./check.js";
import { disagreement } from "./compare.js";
import { prepare, read } from "./events.js";
import { blockOf, follow, fresh } from "./follow.js";
import { doubtOf, histories, rowsOf, sumsOf, tally } from "./rows.js";

/** Reasons that may pass by themselves: such a record is looked at again at the next visit. */
const PASSING = new Set(["file-missing", "failed", "no-transaction", "no-point", "unknown-mandate", "verifier-failed"]);

/** Records that are looked at at one time, beyond those that wait for a worker. */
const AT_ONCE = 12;
/** Rows whose contracts are asked in one batch. */
const BATCH = 40;

/** Lets the page draw. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 0));

const hex = (number) => `0x${number.toString(16)}`;

/** Calls a view of a contract. */
async function view(ask, address, abi, functionName, args = [], block = "latest") {
  const data = encodeFunctionData({ abi, functionName, args });
  return decodeFunctionResult({ abi, functionName, data: await ask("eth_call", [{ to: address, data }, block]) });
}

export class Watch {
  #config;
  #asks;
  #means;
  #store;
  #clock;
  #changed;
  #saved = [fresh(), fresh()];
  #pending = new Map();
  #queue = [];
  #running = 0;
  /** Hash of the block that the readings are of. */
  #read = null;
  #router;
  #chainId;

  state = read([], { ledger: "0x", router: "0x" });
  head = null;
  /** Sentence on the second node. */
  second;
  unreachable = null;
  /** Sentence on what is wrong with the first node, or with both together. */
  fault = null;
  disagreement = null;
  takenBack = 0;
  isBehind = false;
  verdicts = new Map();
  documents = new Map();
  readings = new Map();
  times = new Map();

  /**
   * @param {object} config checked by `configOf`
   * @param {object} means `asks`: one or two nodes; `pool`, `files`, `cache`, `store`; `clock()` in Unix seconds; `changed()`
   */
  constructor(config, { asks, pool, files, cache, store, clock = () => Math.floor(Date.now() / 1000), changed = () => {} }) {
    this.#config = config;
    this.#asks = asks;
    this.#store = store;
    this.#clock = clock;
    this.#changed = changed;
    const transactions = new Map();
    const rules = new Map();
    const once = (map, key, make) => {
      if (!map.has(key)) {
        const value = make();
        map.set(key, value);
        value.catch(() => map.delete(key));
      }
      return map.get(key);
    };
    this.#means = {
      chainId: config.chainId,
      ledger: config.ledger,
      pins: new Map(config.keys.map((key) => [key.digest, key])),
      transaction: (hash) => once(transactions, hash, () => asks[0]("eth_getTransactionByHash", [hash])),
      rules: (mandate) => once(rules, mandate, () => view(asks[0], config.ledger, LEDGER, "rulesOf", [mandate])),
      files,
      pool,
      cache,
    };
    this.second = asks[1] ? "not asked yet" : null;
  }

  /** Visits the nodes. It throws nothing: a node that does not answer is said so. */
  async visit() {
    try {
      await this.#first();
      [this.unreachable, this.fault] = [null, null];
    } catch (error) {
      if (error.isUnreachable) {
        this.unreachable ??= new Date(this.#clock() * 1000).toISOString().slice(11, 19);
      } else {
        this.fault = error.message;
      }
      this.#changed();
      return;
    }
    await Promise.all([this.#look(), this.#compare()]);
    this.#changed();
  }

  /** Waits until no check is under way. */
  async settled() {
    while (this.#pending.size > 0) {
      await Promise.allSettled([...this.#pending.values()]);
    }
  }

  /** Returns what is known now. */
  view() {
    const clock = this.#clock();
    const { unreachable, head } = this;
    const disagreement = this.fault ?? this.disagreement;
    const doubt = doubtOf({ unreachable, disagreement, head, clock, mostAge: this.#config.mostBlockAge });
    const shown = {
      state: this.state,
      // Whichever is later: a node that stands still makes nothing younger.
      now: Math.max(clock, head?.time ?? 0),
      doubt,
      verdicts: this.verdicts,
      documents: this.documents,
      entities: this.#config.entities,
      readings: this.readings,
      times: this.times,
      pins: this.#means.pins,
    };
    const rows = rowsOf(shown);
    return { ...shown, rows, sums: sumsOf(rows, shown), tally: tally(rows), head, clock, takenBack: this.takenBack, second: this.second, isBehind: this.isBehind };
  }

  async #first() {
    const [ask] = this.#asks;
    const { ledger, chainId } = this.#config;
    const saving = this.#saved[0].marks.length === 0 ? this.#store?.get(this.#name()) : undefined;
    // All at once: a page waits for its first verdict.
    const named = this.#chainId ?? ask("eth_chainId", []).then(Number);
    this.#router ??= this.#config.router ?? view(ask, ledger, LEDGER, "router").then((address) => address.toLowerCase());
    this.#saved[0] = (await saving) ?? this.#saved[0];
    const following = this.#followed(0);
    following.catch(() => {});
    if ((await named) !== chainId) {
      throw new Error(`the node is of another chain than ${chainId}`);
    }
    this.#chainId = chainId;
    const { head, takenBack, behind, state } = await following;
    this.state = state;
    this.isBehind = behind;
    this.takenBack += takenBack;
    this.head = head;
    void this.#store?.put(this.#name(), this.#saved[0]);
  }

  /** Follows the ledger, its router, and the sources that mandates name. */
  async #followed(place) {
    const { ledger, fromBlock, range } = this.#config;
    const routing = Promise.resolve(this.#router);
    // A node that did not answer is asked again.
    routing.catch(() => {
      this.#router = undefined;
    });
    const contracts = { ledger };
    const addresses = routing.then((router) => {
      contracts.router = router;
      return [ledger, router];
    });
    addresses.catch(() => {});
    const found = await follow(this.#asks[place], this.#saved[place], {
      addresses,
      from: fromBlock,
      range,
      more: async (logs) => {
        await prepare(logs, contracts, pause);
        return [...read(logs, contracts).sources];
      },
    });
    this.#saved[place] = found.state;
    return { ...found, state: read(found.state.logs, contracts) };
  }

  #name() {
    // By node: what one made up is not kept for another.
    const { chainId, ledger, fromBlock, rpc } = this.#config;
    return `logs ${chainId}/${ledger}/${fromBlock} of ${rpc}`;
  }

  /** Looks at what is new: checks, the newest first, and what the contracts say of each row. */
  async #look() {
    const all = histories(this.state.records);
    const ids = new Set(this.state.records.map(({ id }) => id));
    for (const id of [...this.verdicts.keys()].filter((id) => !ids.has(id))) {
      this.verdicts.delete(id);
    }
    for (const waiting of this.#queue.filter(({ record }) => !ids.has(record.id))) {
      this.#queue.splice(this.#queue.indexOf(waiting), 1);
      waiting.resolve();
    }
    const isDue = ({ id }) => {
      const verdict = this.verdicts.get(id);
      return !this.#pending.has(id) && (verdict === undefined || (verdict.state === "not-checked" && PASSING.has(verdict.code)));
    };
    const rows = [...all.values()];
    const newest = rows.map(([first]) => first);
    const older = rows.flatMap(([, ...rest]) => rest).sort((one, other) => other.block - one.block);
    // A reading of an older record says nothing of a newer one.
    for (const { id, entity, mandate } of newest) {
      if (this.readings.get(`${entity}/${mandate}`)?.record !== id) {
        this.readings.delete(`${entity}/${mandate}`);
      }
    }
    newest.filter(isDue).forEach((record) => this.#check(record, 2));
    this.#changed();
    await Promise.all([this.#readings(newest), this.#times(newest)]);
    older.filter(isDue).forEach((record) => this.#check(record, 1));
    for (const [id, mandate] of this.state.mandates) {
      if (!this.documents.has(id) || this.documents.get(id).missing) {
        this.#document(id, mandate);
      }
    }
  }

  /** Looks at a record once those of higher urgency have begun. */
  #check(record, urgency) {
    const work = new Promise((resolve) => {
      this.#queue.push({ record, urgency, resolve });
    });
    this.#track(record.id, work);
    this.#begin();
  }

  #begin() {
    while (this.#running < AT_ONCE && this.#queue.length > 0) {
      const most = Math.max(...this.#queue.map(({ urgency }) => urgency));
      const [{ record, urgency, resolve }] = this.#queue.splice(this.#queue.findIndex((one) => one.urgency === most), 1);
      this.#running += 1;
      void pause()
        .then(() => check(record, this.state, this.#means, urgency))
        .then((verdict) => {
          this.verdicts.set(record.id, verdict);
          this.#running -= 1;
          resolve();
          this.#begin();
        });
    }
  }

  #document(id, { terms }) {
    const name = `document ${id}`;
    if (this.#pending.has(name)) {
      return;
    }
    const reading = documentOf(terms, this.#means, 3).then(
      (document) => this.documents.set(id, document),
      (error) => this.documents.set(id, { missing: error.message }),
    );
    this.#track(name, reading);
  }

  #track(name, work) {
    const done = work.finally(() => {
      this.#pending.delete(name);
      this.#changed();
    });
    this.#pending.set(name, done);
  }

  async #times(records) {
    const [ask] = this.#asks;
    const blocks = [...new Set(records.map(({ block }) => block))].filter((block) => !this.times.has(block));
    await Promise.allSettled(
      blocks.map(async (number) => {
        const block = await blockOf(ask, number);
        if (block) {
          this.times.set(number, block.time);
        }
      }),
    );
  }

  /** Returns the time of a block; for histories. */
  async timeOf(record) {
    await this.#times([record]);
    return this.times.get(record.block);
  }

  /** Reads what the contracts say of each row, at the block that the events were read up to; once for a block. */
  async #readings(records) {
    const block = this.head.number;
    if (this.#read === this.head.hash && records.every(({ entity, mandate }) => this.readings.has(`${entity}/${mandate}`))) {
      return;
    }
    const found = new Map();
    for (let start = 0; start < records.length; start += BATCH) {
      const batch = records.slice(start, start + BATCH);
      await Promise.all(batch.map(async (record) => found.set(`${record.entity}/${record.mandate}`, await this.#reading(record, hex(block)))));
      await pause();
    }
    this.readings = found;
    this.#read = this.head.hash;
  }

  async #reading({ id, entity, mandate }, block) {
    const [ask] = this.#asks;
    const { ledger, backtest } = this.#config;
    const args = [entity, mandate];
    const asked = [view(ask, ledger, LEDGER, "standing", args, block)];
    if (backtest) {
      asked.push(view(ask, backtest, BACKTEST, "zone", args, block), view(ask, backtest, BACKTEST, "counts", args, block));
    }
    const [standing, zone, counts] = await Promise.allSettled(asked);
    return {
      record: id,
      epoch: standing.value && Number(standing.value.epoch),
      ...(zone?.value && counts.value ? { zone: Number(zone.value[0]), counts: counts.value } : {}),
    };
  }

  /** Compares the events of a second node with those of the first. */
  async #compare() {
    if (!this.#asks[1]) {
      return;
    }
    try {
      const { head } = await this.#followed(1);
      const upTo = Math.min(head.number, this.head.number);
      const [one, other] = await Promise.all(this.#asks.map((ask) => blockOf(ask, upTo)));
      if (one?.hash !== other?.hash) {
        throw new Error(`the two nodes have two blocks ${upTo}`);
      }
      this.disagreement = disagreement(this.#saved[0].logs, this.#saved[1].logs, upTo);
      this.second = this.disagreement ?? `agrees up to block ${upTo}`;
    } catch (error) {
      if (error.isUnreachable) {
        this.second = "does not answer: nobody would see an omission of the first node";
      } else {
        this.disagreement = error.message;
        this.second = error.message;
      }
    }
  }
}
