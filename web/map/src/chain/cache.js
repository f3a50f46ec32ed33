// Verdicts and logs that are kept between visits, in the browser. Whatever fails here costs time and nothing else.

/** Returns a store with `get` and `put`; without IndexedDB, one that keeps nothing. */
export async function open(name = "tailproof-map") {
  try {
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore("kept");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const act = (mode, use) =>
      new Promise((resolve, reject) => {
        const request = use(database.transaction("kept", mode).objectStore("kept"));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      }).catch(() => undefined);
    return { get: (key) => act("readonly", (kept) => kept.get(key)), put: (key, value) => act("readwrite", (kept) => kept.put(value, key)) };
  } catch {
    return { get: async () => undefined, put: async () => {} };
  }
}

/** Returns SHA-256 of bytes in hex, or null where the browser has no digests (a page that is not from a secure origin). */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) {
    return null;
  }
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Verdicts by the digest of everything that they depend on: the question, and the module that answered it.
 *
 * @param {{ get: Function, put: Function }} store
 * @param {string} module digest of the module
 */
export function verdicts(store, module) {
  const name = async (question) => {
    const digest = await sha256(new TextEncoder().encode(JSON.stringify([module, question])));
    return digest && `verdict ${digest}`;
  };
  return {
    async get(question) {
      const key = await name(question);
      return key ? store.get(key) : undefined;
    },
    async put(question, verdict) {
      const key = await name(question);
      if (key) {
        await store.put(key, verdict);
      }
    },
  };
}
