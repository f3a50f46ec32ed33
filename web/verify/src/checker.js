// The page's side of the worker. Worker and module are inside the page, so that a copy of the page is whole.

import moduleText from "tailproof:module";
import workerText from "tailproof:worker";

/** The browser starts scripts only from addresses that this policy has made. */
const policy = globalThis.trustedTypes?.createPolicy("tailproof-worker", { createScriptURL: (address) => address });

/** The module, unpacked once. */
const module = unpacked();

async function unpacked() {
  const packed = Uint8Array.from(atob(moduleText), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

/** Returns SHA-256 of the module; nothing where the browser does not compute it, as on a page of plain http. */
export async function moduleDigest() {
  const hash = await globalThis.crypto?.subtle?.digest("SHA-256", await module);
  return hash && Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Checker {
  #worker;
  #last = 0;
  #waiting = new Map();

  /** Returns the outcome of a question. It never rejects: a check that fails says nothing about the files. */
  async check(question) {
    try {
      const bytes = await module;
      return await new Promise((resolve) => {
        const id = (this.#last += 1);
        this.#waiting.set(id, resolve);
        const first = this.#worker === undefined;
        this.#worker ??= this.#start();
        this.#worker.postMessage({ id, module: first ? bytes : undefined, question });
      });
    } catch (error) {
      return { failed: String(error?.message ?? error) };
    }
  }

  #start() {
    const address = URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }));
    const worker = new Worker(policy ? policy.createScriptURL(address) : address);
    worker.onmessage = ({ data: { id, outcome } }) => {
      this.#waiting.get(id)?.(outcome);
      this.#waiting.delete(id);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#worker = undefined;
      for (const resolve of this.#waiting.values()) {
        resolve({ failed: event.message || "the worker did not start" });
      }
      this.#waiting.clear();
    };
    return worker;
  }
}
