// The files that were added, by kind.

import { HEAD, KINDS, recognise } from "./kinds.js";

/** Most bytes of a file: no file that a check takes has more. */
const MOST = 512 << 20;

export class Shelf {
  #last = 0;
  #reading = 0;
  files = [];

  /** Whether files are still on their way in. */
  get isReading() {
    return this.#reading > 0;
  }

  /**
   * Takes files, `[{ file, name }]`, and returns notices: which were not taken and why, and which took another's place.
   * `ofLink` says that a link named them.
   */
  async add(added, ofLink = false) {
    const notices = [];
    this.#reading += 1;
    try {
      for (const { file, name } of added) {
        const { kind, isHalo2 = false, refused } = await this.#kindOf(file);
        if (kind === undefined) {
          notices.push({ name, text: refused });
        } else {
          notices.push(...this.#put({ kind, isHalo2, file, name, ofLink }, await this.#again(file, name)));
        }
      }
    } finally {
      this.#reading -= 1;
    }
    return notices;
  }

  /** Removes a file. */
  remove(id) {
    this.files = this.files.filter((file) => file.id !== id);
  }

  async #kindOf(file) {
    try {
      const answer = recognise(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
      const isLarge = answer.kind !== undefined && file.size > MOST;
      return isLarge ? { refused: "larger than 512 MiB, which no file of a check is." } : answer;
    } catch {
      return { refused: "a file that could not be read. Choose it again." };
    }
  }

  /** Returns the ids of files that are this one again: files of two folders may have one name and one size. */
  async #again(file, name) {
    const again = new Set();
    for (const other of this.files.filter((other) => other.name === name && other.file.size === file.size)) {
      if (await haveSameBytes(file, other.file)) {
        again.add(other.id);
      }
    }
    return again;
  }

  #put(added, again) {
    const { kind, name } = added;
    const { called, one, excludes } = KINDS[kind];
    const isSame = (other) => again.has(other.id);
    const leaves = (other) => (other.kind === kind ? one || isSame(other) : excludes.includes(other.kind));
    const left = this.files.filter(leaves);
    this.files = this.files.filter((other) => !leaves(other));
    this.files.push({ id: (this.#last += 1), ...added, confirmed: false });
    const others = left.filter((other) => !isSame(other));
    return others.map((other) => ({ name: other.name, text: `no longer used: the ${called} ${name} took its place.` }));
  }
}

/** Compares files of one size. A file that cannot be read any more is another one. */
async function haveSameBytes(one, other) {
  try {
    const [left, right] = await Promise.all([one.arrayBuffer(), other.arrayBuffer()]);
    const bytes = new Uint8Array(right);
    return new Uint8Array(left).every((byte, at) => byte === bytes[at]);
  } catch {
    return false;
  }
}
