// Watches a ledger: follows its events, checks each proof once, and says what is known at any moment.

import { LEDGER } from "./abi.js";
import { Checks } from "./checks.js";
import { disagreement } from "./compare.js";
import { prepare, read } from "./events.js";
import { blockOf, follow, fresh } from "./follow.js";
import { Readings } from "./readings.js";
import { doubtOf, histories, rowsOf, tally } from "./rows.js";
import { sumsOf } from "./sums.js";
import { view } from "./view.js";

/** Lets the page draw. A timer would wait for some milliseconds more. */
const pause = () => globalThis.scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve, 0));

/** Returns what `make` makes under a key, once. A failure is not remembered. */
function once(map, key, make) {
  if (!map.has(key)) {
    const value = make();
    map.set(key, value);
    value.catch(() => map.delete(key));
  }
  return map.get(key);
}

export class Watch {
  #config;
  #asks;
  #pins;
  #store;
  #clock;
  #changed;
  #saved = [fresh(), fresh()];
  #router;
  #chainId;
  #checks;
  #readings;

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
    this.#pins = new Map(config.keys.map((key) => [key.digest, key]));
    const [ask] = asks;
    const [transactions, rules, codes] = [new Map(), new Map(), new Map()];
    const means = {
      chainId: config.chainId,
      ledger: config.ledger,
      pins: this.#pins,
      transaction: (hash) => once(transactions, hash, () => ask("eth_getTransactionByHash", [hash])),
      rules: (mandate) => once(rules, mandate, () => view(ask, config.ledger, LEDGER, "rulesOf", [mandate])),
      code: (address) => once(codes, address, () => ask("eth_getCode", [address, "latest"])),
      files,
      pool,
      cache,
    };
    this.#checks = new Checks(means, { pause, changed: () => this.#changed() });
    this.#readings = new Readings(ask, config, pause);
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
  settled() {
    return this.#checks.settled();
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
      verdicts: this.#checks.verdicts,
      documents: this.#checks.documents,
      entities: this.#config.entities,
      readings: this.#readings.rows,
      navs: this.#readings.navs,
      times: this.#readings.times,
      pins: this.#pins,
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
    const { records, mandates } = this.state;
    const rows = [...histories(records).values()];
    const newest = rows.map(([first]) => first);
    const older = rows.flatMap(([, ...rest]) => rest).sort((one, other) => other.block - one.block);
    this.#checks.keep(records);
    this.#readings.forget(newest);
    this.#checks.look(newest, this.state, 2);
    this.#checks.read(mandates);
    this.#changed();
    await Promise.all([this.#readings.at(this.head, newest), this.#readings.timesOf(newest)]);
    this.#checks.look(older, this.state, 1);
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
