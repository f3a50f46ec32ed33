// A trap: the module runs out of memory. Its memory is not used again, and nothing is said about the proof.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Verifier, VerifierFailed } from "@tailproof/verifier";

import { decoded, market } from "./support.js";

/** Returns the module with its memory limited to `pages` more than it begins with. */
function limited(pages) {
  const bytes = readFileSync(new URL("../tailproof_verifier.wasm", import.meta.url));
  const number = (at) => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) {
        return [value, at];
      }
    }
  };
  const encoded = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...encoded(value >> 7)]);
  for (let at = 8; at < bytes.length; ) {
    const [length, start] = number(at + 1);
    if (bytes[at] === 5) {
      const [least] = number(start + 2);
      assert.deepEqual([bytes[start], bytes[start + 1]], [1, 0], "one memory, without a limit");
      const body = [1, 1, ...encoded(least), ...encoded(least + pages)];
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([5, body.length, ...body]), bytes.subarray(start + length)]);
    }
    at = start + length;
  }
  throw new Error("no memory");
}

for (const worker of [true, false]) {
  test(`after a trap there is a new instance (${worker ? "in a worker" : "without one"})`, async () => {
    const verifier = await Verifier.load({ module: limited(100), worker });
    const files = market();
    const claim = await decoded(verifier, files);
    const proof = files.bytes("p.json");
    assert.equal((await verifier.verify({ ...claim, proof })).valid, true);

    const large = new Uint8Array(50_000_000);
    const failed = await verifier.verify({ ...claim, proof: large });
    assert.deepEqual(failed, { valid: false, verdict: false, code: "verifier-failed", reason: "verifier failed" });
    // What was decoded before the trap is decoded again.
    assert.equal((await verifier.verify({ ...claim, proof })).valid, true);

    await assert.rejects(verifier.scenarios(large), (error) => {
      return error instanceof VerifierFailed && error.message === "verifier failed";
    });
    const mandate = await verifier.mandate(files.text("mandate.toml"));
    assert.equal((await verifier.verify({ ...claim, mandate, proof })).valid, true);
    await verifier.close();
  });
}
