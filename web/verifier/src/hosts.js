// Where a session runs: in a worker of the browser or of Node, or in this thread.

import { Session } from "./session.js";

const isNode = typeof process === "object" && typeof process.versions?.node === "string";

/** Imports a module of Node. Bundlers for browsers do not follow it. */
const ofNode = (name) => import(/* @vite-ignore */ /* webpackIgnore: true */ `node:${name}`);

/** Where the modules of this package are. Bundlers follow each of these. */
export const MODULE = () => new URL("../tailproof_verifier.wasm", import.meta.url);
export const FULL_MODULE = () => new URL("../tailproof_verifier_full.wasm", import.meta.url);
export const HALO2_MODULE = () => new URL("../tailproof_verifier_halo2.wasm", import.meta.url);

/** Returns the compiled module of a place, or of bytes. */
export async function compiled(source) {
  if (source instanceof WebAssembly.Module) {
    return source;
  }
  if (source instanceof URL) {
    if (isNode && source.protocol === "file:") {
      const { readFile } = await ofNode("fs/promises");
      return WebAssembly.compile(await readFile(source));
    }
    const response = await fetch(source);
    if (!response.ok) {
      throw new Error(`${source} is not there: ${response.status}`);
    }
    return WebAssembly.compile(await response.arrayBuffer());
  }
  return WebAssembly.compile(source);
}

/** A session in this thread. It blocks the thread while it checks. */
export class HereHost {
  #session;

  constructor(module) {
    this.#session = new Session(module);
  }

  async run(task) {
    return this.#session.run(task);
  }

  /** Goes on with another module, if it fits: `Session.replace`. */
  async replace(module, backend) {
    return this.#session.replace(module, backend);
  }

  async close() {}
}

/** A session in a worker. */
export class WorkerHost {
  #worker;
  #waiting = new Map();
  #last = 0;

  static async start(module) {
    const host = new WorkerHost();
    if (isNode) {
      const { Worker } = await ofNode("worker_threads");
      host.#worker = new Worker(new URL("./worker-node.js", import.meta.url));
      host.#worker.on("message", (message) => host.#settle(message));
      host.#worker.on("error", (error) => host.#fail(error));
      host.#worker.unref();
    } else {
      host.#worker = new Worker(new URL("./worker-browser.js", import.meta.url), { type: "module" });
      host.#worker.onmessage = ({ data }) => host.#settle(data);
      host.#worker.onerror = (event) => host.#fail(new Error(event.message ?? "the worker did not start"));
    }
    await host.#post({ module });
    return host;
  }

  run(task) {
    return this.#post({ task });
  }

  /** Goes on with another module, if it fits: `Session.replace`. */
  replace(module, backend) {
    return this.#post({ module, backend });
  }

  async close() {
    this.#fail(new Error("the verifier was closed"));
    await this.#worker.terminate();
  }

  #post(message) {
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // Node waits for a worker only while it has something to do.
      this.#worker.ref?.();
      this.#worker.postMessage({ id, ...message });
    });
  }

  #settle({ id, answer, wrong }) {
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) {
      this.#worker.unref?.();
    }
    if (wrong === undefined) {
      resolve(answer);
    } else {
      reject(new TypeError(wrong));
    }
  }

  #fail(error) {
    for (const { reject } of this.#waiting.values()) {
      reject(error);
    }
    this.#waiting.clear();
  }
}
