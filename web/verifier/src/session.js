// What a verifier has decoded, on the worker's side. A new instance of the module knows nothing of it, so that the files
// are kept, and decoded again when they are needed.

import { Deferred, Engine, Trap } from "./engine.js";

export class Session {
  #engine;
  #things = new Map();

  /** @param {WebAssembly.Module} module */
  constructor(module) {
    this.#engine = new Engine(module);
  }

  /**
   * Goes on with another module, into which files are decoded again when they are needed. It must
   * be of the same version, read the same formats and check the backend, if one is named. Otherwise
   * this one stays.
   *
   * @param {WebAssembly.Module} module
   * @param {string} [backend]
   * @returns {{ replaced: boolean, reason?: string }}
   */
  replace(module, backend) {
    const reason = whyUnfit(this.about(), module, backend);
    if (reason === undefined) {
      this.#engine.replace(module);
    }
    return { replaced: reason === undefined, reason };
  }

  /**
   * Answers one task; `{ trap: true }` if the module trapped, and `{ deferred: true }` if it is the small
   * one and has no code for the task: the full one has it, and is to be asked instead.
   *
   * @param {{ kind: string, thing?: number, request?: object, file?: Uint8Array, things?: object }} task
   */
  run(task) {
    try {
      return this[task.kind](task);
    } catch (error) {
      if (error instanceof Deferred) {
        return { deferred: true };
      }
      if (error instanceof Trap) {
        return { trap: true, cause: String(error.cause) };
      }
      throw error;
    }
  }

  /** Decodes a file, and keeps it under the number of a thing. */
  decode({ thing, request, file }) {
    const answer = this.#engine.call(request, file);
    if (answer.ok) {
      const { handle, ...about } = answer;
      this.#things.set(thing, { request, file, handle, instance: this.#engine.instance });
      return about;
    }
    return answer;
  }

  /** Checks a proof. `things` has a number, or a list of numbers, for each field of handles. */
  check({ request, file, things }) {
    return this.#engine.call({ ...request, ...this.#handles(things) }, file);
  }

  /** Checks many proofs under one key. `calls` has a request and things for each. */
  checkMany({ request, things, calls }) {
    const all = { ...request, ...this.#handles(things) };
    return this.#engine.call({ ...all, calls: calls.map((call) => ({ ...call.request, ...this.#handles(call.things) })) });
  }

  /** Forgets a thing. */
  release({ thing }) {
    const { handle, instance } = this.#things.get(thing) ?? {};
    this.#things.delete(thing);
    return instance === this.#engine.instance && handle ? this.#engine.call({ op: "release", handle }) : { ok: true };
  }

  /** Says the versions of the module and of the formats. */
  about() {
    return this.#engine.call({ op: "about" });
  }

  #handles(things) {
    const handles = (value) => (Array.isArray(value) ? value.map((one) => this.#handle(one)) : this.#handle(value));
    return Object.fromEntries(Object.entries(things).map(([name, value]) => [name, handles(value)]));
  }

  #handle(number) {
    const thing = this.#things.get(number);
    if (thing === undefined) {
      throw new TypeError("it was released");
    }
    if (thing.instance !== this.#engine.instance) {
      const answer = this.#engine.call(thing.request, thing.file);
      if (!answer.ok) {
        throw new Trap("verifier failed", { cause: answer.reason });
      }
      Object.assign(thing, { handle: answer.handle, instance: this.#engine.instance });
    }
    return thing.handle;
  }
}

/** Returns why a module cannot replace one that says `about` of itself; undefined if it can. */
function whyUnfit({ version, formats }, module, backend) {
  let other;
  try {
    other = new Engine(module).call({ op: "about" });
  } catch {
    return "it is another module";
  }
  if (other.version !== version) {
    return `it is of version ${other.version}; the loaded module is of version ${version}`;
  }
  const differs = Object.keys(formats).find((name) => other.formats[name] !== formats[name]);
  if (differs !== undefined) {
    const theirs = other.formats[differs];
    return theirs === undefined
      ? `it does not read '${differs}'`
      : `it reads format ${theirs} of '${differs}', the loaded module format ${formats[differs]}`;
  }
  return backend === undefined || other.backends.includes(backend) ? undefined : "it is another module";
}
