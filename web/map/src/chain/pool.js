// Workers with a verifier each. Files are decoded once in every worker that needs them.

/** Several verifiers. The task with the highest urgency is next; among equal ones, the first. */
export class Pool {
  #workers;
  #queue = [];
  #order = 0;

  /** @param {import("@tailproof/verifier").Verifier[]} verifiers */
  constructor(verifiers) {
    this.#workers = verifiers.map((verifier) => ({ verifier, things: new Map(), busy: false }));
  }

  /** Returns what `task(worker)` returns, once a worker is free. */
  run(task, urgency = 0) {
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, urgency, order: (this.#order += 1), resolve, reject });
      this.#next();
    });
  }

  /** Adds a verifier that was loaded later. While nothing waits, it does the tasks in `idle`, one after another. */
  add(verifier, idle = []) {
    this.#workers.push({ verifier, things: new Map(), busy: false, idle: [...idle] });
    this.#next();
  }

  async close() {
    await Promise.all(this.#workers.map(({ verifier }) => verifier.close()));
  }

  #next() {
    const free = this.#workers.filter(({ busy }) => !busy);
    if (this.#queue.length === 0) {
      free.filter(({ idle }) => idle?.length > 0).forEach((worker) => this.#start(worker, worker.idle.shift()).catch(() => {}));
      return;
    }
    if (free.length === 0) {
      return;
    }
    let best = 0;
    for (const [place, one] of this.#queue.entries()) {
      if (one.urgency > this.#queue[best].urgency) {
        best = place;
      }
    }
    const [{ task, resolve, reject }] = this.#queue.splice(best, 1);
    this.#start(free[0], task).then(resolve, reject);
    this.#next();
  }

  async #start(worker, task) {
    worker.busy = true;
    try {
      return await task(worker);
    } finally {
      worker.busy = false;
      this.#next();
    }
  }
}

/** Returns a decoded file of a worker: decoded now, or before. A failure is not remembered. The last used is the last in order. */
export function decoded(worker, name, decode) {
  const known = worker.things.get(name);
  const thing = known ?? decode(worker.verifier);
  worker.things.delete(name);
  worker.things.set(name, thing);
  if (!known) {
    thing.catch(() => worker.things.delete(name));
  }
  return thing;
}
