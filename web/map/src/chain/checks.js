// Checks of records that are under way: each once, the most urgent first, and what is known of the mandates' documents.

import { Batches } from "./batches.js";
import { check } from "./check.js";
import { documentOf, fitOf } from "./document.js";

/** Reasons that may pass by themselves: such a record is looked at again at the next visit. */
const PASSING = new Set(["file-missing", "failed", "no-transaction", "no-point", "unknown-mandate", "verifier-failed"]);

/** Records that are looked at at one time: those that workers have, and as many again that are made ready. */
const AT_ONCE = 128;

export class Checks {
  #means;
  #pause;
  #changed;
  #pending = new Map();
  /** Records that wait, by urgency. */
  #queues = new Map();
  #running = 0;
  #fits = new Map();

  /** By record. */
  verdicts = new Map();
  /** By mandate. */
  documents = new Map();

  /**
   * @param {object} means what `check` needs; `pool` and `files` in place of `batches` and `fit`
   * @param {{ pause: () => Promise<void>, changed: () => void }} page
   */
  constructor(means, { pause, changed }) {
    this.#means = { ...means, batches: new Batches(means.pool, means.files), fit: (mandate, of) => this.#fit(mandate, of) };
    this.#pause = pause;
    this.#changed = changed;
  }

  /** Forgets what is not among the records any more: a reorganisation took it back. */
  keep(records) {
    const ids = new Set(records.map(({ id }) => id));
    for (const id of [...this.verdicts.keys()].filter((id) => !ids.has(id))) {
      this.verdicts.delete(id);
    }
    for (const [urgency, queue] of this.#queues) {
      queue.filter(({ record }) => !ids.has(record.id)).forEach(({ resolve }) => resolve());
      this.#queues.set(urgency, queue.filter(({ record }) => ids.has(record.id)));
    }
  }

  /** Looks at those of some records that have no verdict, or one that may change, once those of higher urgency have begun. */
  look(records, state, urgency) {
    for (const record of records.filter((record) => this.#isDue(record))) {
      const work = new Promise((resolve) => {
        const queue = this.#queues.get(urgency) ?? [];
        queue.push({ record, urgency, resolve });
        this.#queues.set(urgency, queue);
      });
      this.#track(record.id, work);
    }
    this.#begin(state);
  }

  /** Reads the documents of mandates that are not known yet. */
  read(mandates) {
    for (const [id, { terms }] of mandates) {
      const name = `document ${id}`;
      if ((this.documents.has(id) && !this.documents.get(id).missing) || this.#pending.has(name)) {
        continue;
      }
      const reading = documentOf(terms, this.#means, 3).then(
        (document) => this.documents.set(id, document),
        (error) => this.documents.set(id, { missing: error.message }),
      );
      this.#track(name, reading);
    }
  }

  /** Waits until no check is under way. */
  async settled() {
    while (this.#pending.size > 0) {
      await Promise.allSettled([...this.#pending.values()]);
    }
  }

  #isDue({ id, mandate }) {
    const verdict = this.verdicts.get(id);
    if (this.#pending.has(id)) {
      return false;
    }
    const isPassing = verdict?.state === "not-checked" && PASSING.has(verdict.code);
    return verdict === undefined || isPassing || (verdict.state === "verified" && verdict.fit === null && this.documents.get(mandate)?.hasRule === true);
  }

  #begin(state) {
    for (const urgency of [...this.#queues.keys()].sort((one, other) => other - one)) {
      const queue = this.#queues.get(urgency);
      while (this.#running < AT_ONCE && queue.length > 0) {
        const { record, resolve } = queue.shift();
        this.#running += 1;
        void this.#pause()
          .then(() => check(record, state, this.#means, urgency))
          .then((verdict) => {
            this.verdicts.set(record.id, verdict);
            this.#running -= 1;
            resolve();
            this.#begin(state);
          });
      }
    }
  }

  /** Returns whether the document of a mandate allows a set; null if it has no rule, or was not found. */
  async #fit({ id, terms }, of) {
    await this.#pending.get(`document ${id}`);
    if (this.documents.get(id)?.hasRule !== true) {
      return null;
    }
    const name = `${id} ${of.set}`;
    if (!this.#fits.has(name)) {
      const fit = fitOf(terms, of, this.#means, 2);
      this.#fits.set(name, fit);
      fit.catch(() => this.#fits.delete(name));
    }
    return this.#fits.get(name);
  }

  #track(name, work) {
    const done = work.finally(() => {
      this.#pending.delete(name);
      this.#changed();
    });
    this.#pending.set(name, done);
  }
}
