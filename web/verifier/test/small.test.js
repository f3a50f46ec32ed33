// The small module: it has the code of usual verifications, and defers the rest to the full one.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { NoFullModule, Verifier } from "@tailproof/verifier";

import { Deferred, Engine } from "../src/engine.js";
import { caseNames, filesOf } from "../../split/profile.js";
import { attested, decoded, halo2, market, month, pool, ruled, run, sha256 } from "./support.js";

const place = (name) => new URL(`../${name}`, import.meta.url);
const small = new WebAssembly.Module(readFileSync(place("tailproof_verifier.wasm")));
const isSmall = WebAssembly.Module.exports(small).some(({ name }) => name === "tailproof_deferred");
/** A verifier that may load nothing but the small module. */
const alone = () => Verifier.load({ full: false, halo2: place("not-there.wasm"), worker: false });

/** Answers of both modules: the small one alone, and the full one. */
async function both(ask) {
  const verifiers = [await alone(), await Verifier.load({ full: true, worker: false })];
  return Promise.all(verifiers.map(ask));
}

test("web/build made the small module", () => {
  assert.ok(isSmall, "web/build --full makes no small module: run web/build");
});

test("it verifies a proof of a mandate alone, and refuses what is wrong with it", async () => {
  const files = market();
  const [ours, theirs] = await both(async (verifier) => {
    const claim = await decoded(verifier, files);
    const commitment = await verifier.commitment(files.text("c.json"));
    const other = await verifier.commitment(files.text("other.json"));
    const mandate = await verifier.mandate(files.text("mandate.toml").replace("0.04", "0.03"));
    const proof = files.bytes("p.json");
    return [
      await verifier.verify({ ...claim, proof, commitment }),
      await verifier.verify({ ...claim, proof, commitment: other }),
      await verifier.verify({ ...claim, mandate, proof }),
      await verifier.verify({ ...claim, proof: proof.subarray(9) }),
    ];
  });
  assert.deepEqual(ours.map(({ valid }) => valid), [true, false, false, false]);
  assert.deepEqual(ours, theirs);
});

test("it verifies a proof of a deal with tranches alone", async () => {
  const files = pool();
  const key = files.bytes("keys/verifying.key");
  const [ours, theirs] = await both(async (verifier) => {
    const claim = {
      keys: await verifier.keys(key, { digest: sha256(key) }),
      market: await verifier.scenarios(files.bytes("c.scn")),
      deal: await verifier.deal(files.text("deal.toml")),
      commitment: await verifier.commitment(files.text("c.json")),
    };
    const deal = await verifier.deal(files.text("deal.toml").replace("obligor_max = 0.015", "obligor_max = 0.016"));
    const proof = files.text("p.json");
    return [await verifier.verify({ ...claim, proof }), await verifier.verify({ ...claim, deal, proof })];
  });
  assert.deepEqual(ours.map(({ valid }) => valid), [true, false]);
  assert.deepEqual(ours, theirs);
});

test("it verifies a mandate with limits on groups alone", async () => {
  const files = ruled();
  const [ours, theirs] = await both(async (verifier) => {
    const key = files.bytes("keys/verifying.key");
    const groups = files.text("sectors.groups.toml");
    const claim = {
      keys: await verifier.keys(key, { digest: sha256(key) }),
      market: await verifier.scenarios(files.bytes("market.scn")),
      mandate: await verifier.mandate(files.text("mandate.toml"), { groups }),
    };
    return verifier.verify({ ...claim, proof: files.bytes("p.json") });
  });
  assert.equal(ours.valid, true);
  assert.deepEqual(ours, theirs);
});

for (const name of caseNames()) {
  test(`it verifies the proof of web/split/cases/${name} alone`, async () => {
    const files = filesOf(name);
    const [ours, theirs] = await both(async (verifier) => {
      const groups = files.groups && new TextDecoder().decode(files.groups);
      const question = {
        keys: await verifier.keys(files.key, { digest: sha256(files.key) }),
        market: files.scenarios && (await verifier.scenarios(files.scenarios)),
        mandate: files.mandate && (await verifier.mandate(files.mandate, groups ? { groups } : {})),
        deal: files.deal && (await verifier.deal(files.deal)),
        commitment: await Promise.all(files.commitments.map((file) => verifier.commitment(file))),
      };
      return verifier.verify({ ...question, proof: files.proof });
    });
    assert.equal(ours.valid, true);
    assert.deepEqual(ours, theirs);
  });
}

test("a deferral is no answer, and ends the instance", () => {
  const engine = new Engine(small);
  assert.ok(engine.call({ op: "about" }).ok);
  const bundle = () => engine.call({ op: "verify-bundle", pins: { keys: "ab".repeat(32) } }, market().bytes("b.tailproof"));
  assert.throws(bundle, (error) => error instanceof Deferred);
  assert.equal(engine.instance, 1);
  assert.ok(engine.call({ op: "about" }).ok);
});

for (const worker of [true, false]) {
  test(`the package asks the full one what the small one defers (${worker ? "in a worker" : "without one"})`, async () => {
    const files = market();
    const ask = async (verifier) => {
      const claim = await decoded(verifier, files);
      const proof = files.bytes("p.json");
      const { key, attestation, subject } = attested(files);
      const attestors = { keys: [key], attestations: [attestation], subject, at: 1_795_000_000 };
      const digests = { keys: claim.keys.digest, mandate: claim.mandate.digest, scenarios: claim.market.digest };
      // At once: the questions that come while the full one is loaded are answered too.
      return Promise.all([
        verifier.verify({ ...claim, proof }),
        verifier.verifyBundle(files.bytes("b.tailproof"), { digests }),
        verifier.verify({ ...claim, proof, attestors }),
        verifier.verify({ ...claim, proof, attestors: { ...attestors, at: 1_800_000_001 } }),
        verifier.verify({ ...claim, proof }),
      ]);
    };
    const [first, second] = [await Verifier.load({ worker }), await Verifier.load({ full: true, worker })];
    const answers = await ask(first);
    assert.deepEqual(answers.map(({ valid }) => valid), [true, true, true, false, true]);
    assert.deepEqual(answers, await ask(second));
    await first.close();
    await second.close();
  });
}

test("a month of a pool with assumptions, which the small one defers, has the verdict of the command line", async () => {
  const files = month();
  const verifier = await Verifier.load({ worker: false });
  const key = files.bytes("keys/verifying.key");
  const keys = await verifier.keys(key, { digest: sha256(key) });
  const deal = await verifier.deal(files.text("march.toml"), { assumptions: files.text("assumptions.toml") });
  const { verdict, ...said } = await verifier.verify({ keys, deal, proof: files.bytes("p.json") });
  const line = "verify --proof p.json --deal march.toml --assumptions assumptions.toml --keys keys --json";
  assert.deepEqual(said, JSON.parse(run(files.path, line).out));
});

test("without the full module, the error says what to do, and the small one goes on", async () => {
  const files = market();
  const bytes = readFileSync(place("tailproof_verifier.wasm"));
  for (const full of [false, place("not-there.wasm"), new Uint8Array(8), bytes]) {
    const verifier = await Verifier.load({ full, worker: false });
    const claim = await decoded(verifier, files);
    await assert.rejects(verifier.verifyBundle(files.bytes("b.tailproof"), { digests: { keys: claim.keys.digest } }), (error) => {
      assert.ok(error instanceof NoFullModule && error.code === "no-full-module");
      return /tailproof_verifier_full\.wasm.*Verifier\.load\(\{ full \}\)/.test(error.message);
    });
    assert.equal((await verifier.verify({ ...claim, proof: files.bytes("p.json") })).valid, true);
  }
  const full = readFileSync(place("tailproof_verifier_full.wasm"));
  const verifier = await Verifier.load({ full, worker: false });
  const digests = { keys: sha256(files.bytes("keys/verifying.key")) };
  assert.equal((await verifier.verifyBundle(files.bytes("b.tailproof"), { digests })).code, "from-bundle");
});

/** A module in whose bytes a text, which is there once, is another one of the same length. */
function patched(name, from, to) {
  const bytes = readFileSync(place(name));
  const at = bytes.indexOf(from);
  assert.ok(at > 0 && bytes.indexOf(from, at + 1) < 0 && from.length === to.length, `${name}: ${from}`);
  bytes.write(to, at);
  return bytes;
}

for (const worker of [true, false]) {
  test(`a module of another version takes no place (${worker ? "in a worker" : "without one"})`, async () => {
    const files = market();
    const { version } = JSON.parse(readFileSync(place("package.json"), "utf8"));
    const other = version.replace(/\d+$/, (digits) => "9".repeat(digits.length));
    const unfit = (name) => [
      [patched(name, version, other), `it is of version ${other}; the loaded module is of version ${version}`],
      [patched(name, "formatsscenario_set", "formatsscenario_lot"), "it does not read 'scenario_set'"],
      [new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]), "it is another module"],
    ];
    const refused = async (asked, code, reason) =>
      assert.rejects(asked, (error) => error.code === code && error.message.includes(`could not be loaded (${reason}`));
    const digests = { keys: sha256(files.bytes("keys/verifying.key")) };
    for (const [full, reason] of unfit("tailproof_verifier_full.wasm")) {
      const verifier = await Verifier.load({ full, worker });
      const claim = await decoded(verifier, files);
      const bundle = () => verifier.verifyBundle(files.bytes("b.tailproof"), { digests });
      await Promise.all([refused(bundle(), "no-full-module", reason), refused(bundle(), "no-full-module", reason)]);
      await refused(bundle(), "no-full-module", reason);
      assert.equal((await verifier.about()).version, version);
      assert.equal((await verifier.verify({ ...claim, proof: files.bytes("p.json") })).valid, true);
      await verifier.close();
    }
    const key = halo2().bytes("keys/halo2.key");
    const { keys: digest } = halo2().json("p.json");
    for (const [module, reason] of unfit("tailproof_verifier_halo2.wasm")) {
      const verifier = await Verifier.load({ halo2: module, worker });
      // The full one is asked if the one for halo2, which was being loaded, takes no place.
      const [, said] = await Promise.all([
        refused(verifier.keys(key, { digest }), "no-halo2-module", reason),
        verifier.verifyBundle(files.bytes("b.tailproof"), { digests }),
      ]);
      assert.equal(said.code, "from-bundle");
      assert.deepEqual((await verifier.about()).backends, ["groth16-bn254"]);
      await verifier.close();
    }
  });

  test(`while the module for halo2 is loaded, it is asked (${worker ? "in a worker" : "without one"})`, async () => {
    const files = market();
    const key = halo2().bytes("keys/halo2.key");
    const digest = halo2().json("p.json").keys;
    const digests = { keys: sha256(files.bytes("keys/verifying.key")) };
    const verifier = await Verifier.load({ full: false, worker });
    const bundle = () => verifier.verifyBundle(files.bytes("b.tailproof"), { digests });
    await assert.rejects(bundle(), (error) => error instanceof NoFullModule);
    const [keys, said] = await Promise.all([verifier.keys(key, { digest }), bundle()]);
    assert.deepEqual([keys.kind, said.code], ["derived", "from-bundle"]);
    assert.equal((await bundle()).code, "from-bundle");
    await verifier.close();
    // The full one, which comes later, leaves it in its place.
    const both = await Verifier.load({ full: place("tailproof_verifier_full.wasm"), worker });
    const asked = both.verifyBundle(files.bytes("b.tailproof"), { digests });
    await both.keys(key, { digest });
    assert.equal((await asked).code, "from-bundle");
    assert.deepEqual((await both.about()).backends, ["groth16-bn254", "halo2-ipa-pasta"]);
    await both.close();
  });
}
