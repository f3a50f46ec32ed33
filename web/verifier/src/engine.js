// One instance of the module after another: messages in, answers out. A trap ends an instance, since its memory may be in
// any state; the next message gets a new one.

/** A trap of the module: a defect or a lack of memory, and never a verdict. */
export class Trap extends Error {}

/** The small module has no code for this question: the full one has. It is no verdict. */
export class Deferred extends Error {}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Engine {
  #module;
  #imports;
  #exports;
  /** Number of the instance: handles belong to one of them. */
  instance = 0;

  /**
   * @param {WebAssembly.Module} module
   * @param {WebAssembly.Imports} [imports] none, but for a module that is made to count what it runs
   */
  constructor(module, imports = {}) {
    this.#module = module;
    this.#imports = imports;
  }

  /**
   * Goes on with another module, whose instance knows nothing of this one's.
   * @param {WebAssembly.Module} module
   */
  replace(module) {
    this.#module = module;
    this.#exports = undefined;
    this.instance += 1;
  }

  /**
   * Returns the module's answer to a request with a file.
   * @param {object} request
   * @param {Uint8Array} [file]
   */
  call(request, file = new Uint8Array()) {
    try {
      if (!this.#exports) {
        this.#exports = new WebAssembly.Instance(this.#module, this.#imports).exports;
      }
      return this.#answer(message(request, file));
    } catch (error) {
      const isDeferred = this.#exports?.tailproof_deferred?.value === 1;
      this.#exports = undefined;
      this.instance += 1;
      throw isDeferred ? new Deferred("the full module answers this") : new Trap("verifier failed", { cause: error });
    }
  }

  #answer(bytes) {
    const { memory, tailproof_alloc, tailproof_call, tailproof_free } = this.#exports;
    const start = tailproof_alloc(bytes.length) >>> 0;
    new Uint8Array(memory.buffer, start, bytes.length).set(bytes);
    const answer = tailproof_call(start, bytes.length) >>> 0;
    tailproof_free(start, bytes.length);
    // The memory may have grown, so its buffer is taken anew.
    const length = new DataView(memory.buffer).getUint32(answer, true);
    const text = decoder.decode(new Uint8Array(memory.buffer, answer + 4, length));
    tailproof_free(answer, 4 + length);
    return JSON.parse(text);
  }
}

/** Returns a message: a length, JSON, and a file. */
function message(request, file) {
  const json = encoder.encode(JSON.stringify(request));
  const bytes = new Uint8Array(4 + json.length + file.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  bytes.set(file, 4 + json.length);
  return bytes;
}
