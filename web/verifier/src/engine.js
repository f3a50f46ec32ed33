// One instance of the module after another: messages in, answers out. A trap ends an instance, since its memory may be in
// any state; the next message gets a new one.

/** A trap of the module: a defect or a lack of memory, and never a verdict. */
export class Trap extends Error {}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Engine {
  #module;
  #exports;
  /** Number of instances that were made: handles belong to one of them. */
  instances = 0;

  /** @param {WebAssembly.Module} module */
  constructor(module) {
    this.#module = module;
  }

  /**
   * Returns the module's answer to a request with files.
   * @param {object} request
   * @param {Uint8Array[]} files
   */
  call(request, files) {
    try {
      if (!this.#exports) {
        this.#exports = new WebAssembly.Instance(this.#module, {}).exports;
        this.instances += 1;
      }
      return this.#answer(message(request, files));
    } catch (error) {
      this.#exports = undefined;
      throw new Trap("verifier failed", { cause: error });
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

/** Returns a message: a length, JSON with the lengths of files, and the files. */
function message(request, files) {
  const lengths = files.length ? { files: files.map((file) => file.length) } : {};
  const json = encoder.encode(JSON.stringify({ ...request, ...lengths }));
  const bytes = new Uint8Array(files.reduce((sum, file) => sum + file.length, 4 + json.length));
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  let at = 4 + json.length;
  for (const file of files) {
    bytes.set(file, at);
    at += file.length;
  }
  return bytes;
}
