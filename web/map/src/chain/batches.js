// Questions that wait for a worker. A free worker takes those under one key and over one set together, since their pairings are
// computed together.

import { answers } from "./answers.js";

/** Questions that a worker takes at one time: few until the first verdict is there, and then more. */
const FIRST = 4;
const MOST = 32;

export class Batches {
  #pool;
  #files;
  #most = FIRST;
  /** What waits, by key and set. */
  #waiting = new Map();

  /**
   * @param {{ run: Function }} pool
   * @param {{ first: Function }} files
   */
  constructor(pool, files) {
    this.#pool = pool;
    this.#files = files;
  }

  /** Returns the verdict on a question. */
  ask(question, urgency = 0) {
    const name = `${question.keys} ${question.set}`;
    if (!this.#waiting.has(name)) {
      this.#waiting.set(name, []);
    }
    const group = this.#waiting.get(name);
    return new Promise((resolve, reject) => {
      group.push({ question, urgency, resolve, reject });
      // Whoever comes first takes the most urgent of the group; those who then find nothing are done.
      this.#pool.run((worker) => this.#serve(worker, group), urgency).catch(reject);
    });
  }

  async #serve(worker, group) {
    group.sort((one, other) => other.urgency - one.urgency);
    const batch = group.splice(0, this.#most);
    if (batch.length === 0) {
      return;
    }
    try {
      const verdicts = await answers(worker, batch.map(({ question }) => question), this.#files);
      batch.forEach(({ resolve }, place) => resolve(verdicts[place]));
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    }
    this.#most = MOST;
  }
}
