// Keys and proofs of halo2: the module for them is loaded when they are asked for.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { NoHalo2Module, RefusedFile, Verifier } from "@tailproof/verifier";

import { decoded, halo2, market, run } from "./support.js";

const files = halo2();
const digest = files.json("p.json").keys;
const key = files.bytes("keys/halo2.key");
const backends = async (verifier) => (await verifier.about()).backends;

/** A proof file in which a digit of the proof is another one. */
function spoiled(text) {
  const at = text.search(/[0-9a-f]{1000}/) + 500;
  return text.slice(0, at) + (text[at] === "1" ? "2" : "1") + text.slice(at + 1);
}

/** A bundle of Groth16 whose proof names another proof system, with the digest of its bytes. */
function renamed(bundle, name) {
  const [old, body] = ["groth16-bn254", Buffer.from(bundle.subarray(0, -32)).toString("latin1")];
  assert.ok(body.includes(`"${old}"`) && name.length === old.length);
  const bytes = Buffer.from(body.replace(old, name), "latin1");
  return new Uint8Array(Buffer.concat([bytes, createHash("sha256").update(bytes).digest()]));
}

for (const worker of [true, false]) {
  test(`a proof, when there were other files before (${worker ? "in a worker" : "without one"})`, async () => {
    const verifier = await Verifier.load({ worker });
    const groth16 = await decoded(verifier, market());
    const terms = {
      market: await verifier.scenarios(files.bytes("market.scn")),
      mandate: await verifier.mandate(files.text("mandate.toml")),
    };
    const commitment = await verifier.commitment(files.text("c.json"));
    // Nothing was loaded for a proof under keys of Groth16.
    const mixed = await verifier.verify({ ...terms, keys: groth16.keys, proof: files.bytes("p.json") });
    assert.deepEqual([mixed.valid, mixed.verdict, mixed.code], [false, false, "other-backend"]);
    assert.deepEqual(await backends(verifier), ["groth16-bn254"]);

    const keys = await verifier.keys(key, { digest });
    assert.deepEqual(await backends(verifier), ["groth16-bn254", "halo2-ipa-pasta"]);
    assert.deepEqual([keys.kind, keys.digest, keys.development, keys.header_says], ["derived", digest, false, null]);
    const { verdict, ...said } = await verifier.verify({ ...terms, keys, commitment, proof: files.bytes("p.json") });
    const line = "verify --proof p.json --scenarios market.scn --mandate mandate.toml --keys keys --commitment c.json --json";
    assert.deepEqual(said, JSON.parse(run(files.path, line).out));
    assert.equal(said.valid, true);

    const other = await verifier.verify({ ...terms, keys, proof: spoiled(files.text("p.json")) });
    assert.deepEqual([other.valid, other.verdict, other.code], [false, true, "proof-fails"]);
    const about = await verifier.commitment(files.text("other.json"));
    assert.equal((await verifier.verify({ ...terms, keys, commitment: about, proof: files.bytes("p.json") })).code, "other-commitment");
    // What was decoded before goes on to be valid, and no proof is checked under keys of the other kind.
    assert.equal((await verifier.verify({ ...groth16, proof: market().bytes("p.json") })).valid, true);
    assert.equal((await verifier.verify({ ...groth16, keys, proof: market().bytes("p.json") })).code, "other-backend");
    await verifier.close();
  });
}

test("keys that are none are refused", async () => {
  const verifier = await Verifier.load();
  await assert.rejects(verifier.keys(key, { digest: "ab".repeat(32) }), (error) => {
    return error instanceof RefusedFile && error.code === "other-digest" && error.message.includes(digest);
  });
  for (const file of [key.subarray(0, 5000), key.with(100, key[100] ^ 1)]) {
    await assert.rejects(verifier.keys(file, { digest }), { code: "malformed" });
  }
  await verifier.close();
});

test("a bundle", async () => {
  const verifier = await Verifier.load();
  const bundle = files.bytes("b.tailproof");
  const { mandate_digest: mandate, scenarios_digest: scenarios } = files.json("p.json").claim;
  const digests = { keys: digest, mandate, scenarios };
  assert.equal((await verifier.verifyBundle(bundle, { digests })).valid, true);
  const some = await verifier.verifyBundle(bundle, { digests: { keys: digest, mandate } });
  assert.deepEqual([some.valid, some.code, some.from_bundle], [false, "from-bundle", ["scenario set"]]);
  const other = await verifier.verifyBundle(bundle, { digests: { ...digests, keys: "ab".repeat(32) } });
  assert.deepEqual([other.valid, other.verdict, other.code], [false, true, "other-digest"]);
  await verifier.close();
});

test("a proof system that nobody knows loads nothing, whether the module is there or not", async () => {
  const [groth16, name] = [market(), "groth17-bn254"];
  for (const halo2 of [undefined, new URL("../not-there.wasm", import.meta.url)]) {
    const verifier = await Verifier.load({ halo2 });
    const claim = await decoded(verifier, groth16);
    const digests = { keys: claim.keys.digest, mandate: claim.mandate.digest, scenarios: claim.market.digest };
    const proof = JSON.stringify({ ...groth16.json("p.json"), backend: name });
    const asked = [
      await verifier.verify({ ...claim, proof }),
      await verifier.verifyBundle(renamed(groth16.bytes("b.tailproof"), name), { digests }),
    ];
    for (const { valid, verdict, code, reason } of asked) {
      assert.deepEqual([valid, verdict, code], [false, false, "other-backend"]);
      assert.match(reason, /the proof is of groth17-bn254, and this module checks groth16-bn254/);
    }
    assert.deepEqual(await backends(verifier), ["groth16-bn254"]);
    assert.equal((await verifier.verifyBundle(groth16.bytes("b.tailproof"), { digests })).valid, true);
    await verifier.close();
  }
});

test("without the module, the error says what to do, and nothing is valid", async () => {
  const place = (name) => new URL(`../${name}`, import.meta.url);
  const small = readFileSync(place("tailproof_verifier.wasm"));
  for (const halo2 of [place("not-there.wasm"), new Uint8Array(8), small]) {
    const verifier = await Verifier.load({ halo2, worker: false });
    const claim = await decoded(verifier, market());
    const digests = { keys: digest };
    for (const asked of [() => verifier.keys(key, { digest }), () => verifier.verifyBundle(files.bytes("b.tailproof"), { digests })]) {
      await assert.rejects(asked, (error) => {
        assert.ok(error instanceof NoHalo2Module && error.code === "no-halo2-module");
        return /tailproof_verifier_halo2\.wasm.*Verifier\.load\(\{ halo2 \}\)/.test(error.message);
      });
    }
    assert.equal((await verifier.verify({ ...claim, proof: market().bytes("p.json") })).valid, true);
  }
  // Named as the first one, it is all that is needed.
  const module = readFileSync(place("tailproof_verifier_halo2.wasm"));
  const verifier = await Verifier.load({ module, halo2: place("not-there.wasm"), worker: false });
  assert.equal((await verifier.keys(key, { digest })).kind, "derived");
  assert.equal((await Verifier.load({ halo2: module, worker: false }).then((other) => other.keys(key, { digest }))).kind, "derived");
});
