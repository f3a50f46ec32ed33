// Files by their digest from any host. No host is trusted: whoever decodes a file compares its digest, and a file of another one
// is as good as none.

/** No host has a file. */
export class FileMissing extends Error {
  constructor(what, name, tried) {
    super(`no host has the ${what} ${name}${tried.length > 0 ? `: ${tried.join("; ")}` : ""}`);
    this.code = "file-missing";
  }
}

/**
 * Files that hosts serve as `HOST/NAME`, where NAME is the digest in hex; or `point-X` for a set whose digest nobody states,
 * X being the first coordinate of its scenario point in hex.
 */
export class Files {
  #hosts;
  #fetch;
  #timeout;
  #most;
  #kept = new Map();

  /** @param {{ hosts: string[], fetch?: typeof fetch, timeout?: number, most?: number }} options `most` bytes are read of a file */
  constructor({ hosts, fetch = globalThis.fetch.bind(globalThis), timeout = 10_000, most = 64 << 20 }) {
    this.#hosts = hosts;
    this.#fetch = fetch;
    this.#timeout = timeout;
    this.#most = most;
  }

  /**
   * Returns what `use` makes of the first file that it accepts. `use` throws for a file of another digest.
   *
   * @template T
   * @param {string} what
   * @param {string} name
   * @param {(bytes: Uint8Array) => Promise<T>} use
   * @returns {Promise<T>}
   */
  async first(what, name, use) {
    const tried = [];
    for (const host of this.#hosts) {
      try {
        return await use(await this.#read(host, name));
      } catch (error) {
        if (error.code === "verifier-failed") {
          throw error;
        }
        tried.push(`${host}: ${error.message}`);
      }
    }
    throw new FileMissing(what, name, tried);
  }

  /** Begins to read a file, which somebody will ask for. */
  warm(name) {
    if (this.#hosts.length > 0) {
      this.#read(this.#hosts[0], name).catch(() => {});
    }
  }

  /** Reads a file of a host once. A failure is not remembered. */
  #read(host, name) {
    const url = `${host.replace(/\/$/, "")}/${name}`;
    if (!this.#kept.has(url)) {
      const reading = this.#ask(url);
      reading.catch(() => this.#kept.delete(url));
      this.#kept.set(url, reading);
    }
    return this.#kept.get(url);
  }

  async #ask(url) {
    const response = await this.#fetch(url, { signal: AbortSignal.timeout(this.#timeout), credentials: "omit" });
    if (!response.ok) {
      throw new Error(`status ${response.status}`);
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length > this.#most) {
      throw new Error(`more than ${this.#most} bytes`);
    }
    return bytes;
  }
}
