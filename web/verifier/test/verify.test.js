import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { RefusedFile, Verifier } from "@tailproof/verifier";

import { attested, decoded, market, pool, run, sha256, swapped } from "./support.js";

let verifier;
/** The small module without the full one. */
let small;
let files;
let claim;

before(async () => {
  files = market();
  verifier = await Verifier.load();
  small = await Verifier.load({ full: false });
  claim = await decoded(verifier, files);
});

after(() => Promise.all([verifier.close(), small.close()]));

test("a proof is valid, and says what it rests on as the command line does", async () => {
  const result = await verifier.verify({ ...claim, proof: files.bytes("p.json") });
  const { verdict, ...said } = result;
  const line = "verify --proof p.json --scenarios market.scn --mandate mandate.toml --keys keys --json";
  assert.deepEqual(said, JSON.parse(run(files.path, line).out));
  assert.equal(result.valid, true);
  assert.equal(result.keys, "development");
  assert.equal(result.commitment, "the proof's own");
  assert.ok(result.rests_on.some(({ what, how }) => what === "scenarios" && how === "as given"));

  const commitment = await verifier.commitment(files.text("c.json"));
  const compared = await verifier.verify({ ...claim, proof: files.text("p.json"), commitment });
  assert.equal(compared.commitment, "compared");
});

test("the same without a worker", async () => {
  const here = await Verifier.load({ worker: false });
  const result = await here.verify({ ...(await decoded(here, files)), proof: files.bytes("p.json") });
  assert.equal(result.valid, true);
});

test("a spoiled proof is not valid", async () => {
  const result = await verifier.verify({ ...claim, proof: JSON.stringify(swapped(files.json("p.json"))) });
  assert.deepEqual([result.valid, result.verdict, result.code], [false, true, "proof-fails"]);
  assert.deepEqual(result.rests_on, []);

  const other = await verifier.commitment(files.text("other.json"));
  const about = await verifier.verify({ ...claim, proof: files.bytes("p.json"), commitment: other });
  assert.deepEqual([about.valid, about.code], [false, "other-commitment"]);

  for (const proof of ["", "{}", files.text("p.json").slice(0, -9), files.text("c.json")]) {
    const { valid, verdict, code, reason } = await verifier.verify({ ...claim, proof });
    assert.deepEqual([valid, verdict, code], [false, false, "malformed"]);
    assert.ok(reason.length > 0);
  }
});

test("another mandate is not what was proved", async () => {
  const mandate = await verifier.mandate(files.text("mandate.toml").replace("0.04", "0.03"));
  const result = await verifier.verify({ ...claim, mandate, proof: files.bytes("p.json") });
  assert.deepEqual([result.valid, result.verdict], [false, true]);
});

test("files of other digests are refused", async () => {
  const key = files.bytes("keys/verifying.key");
  const digest = sha256("another key");
  await assert.rejects(verifier.keys(key, { digest }), (error) => {
    return error instanceof RefusedFile && error.code === "other-digest" && error.message.includes(sha256(key));
  });
  await assert.rejects(verifier.scenarios(files.bytes("market.scn"), { digest }), { code: "other-digest" });
  await assert.rejects(verifier.mandate(files.bytes("mandate.toml"), { digest }), { code: "other-digest" });
  const { digest: own } = claim.market;
  assert.equal((await verifier.scenarios(files.bytes("market.scn"), { digest: own })).digest, own);
  await assert.rejects(verifier.scenarios(files.bytes("market.scn").subarray(1)), { code: "malformed" });
  await assert.rejects(verifier.keys(files.bytes("market.scn"), { digest }), { code: "malformed" });
});

test("a proof in a contract's words", async () => {
  const { proof: words, controls, scenario_point: scenarioPoint, calldata } = JSON.parse(
    run(files.path, "calldata --proof p.json --json").out,
  );
  for (const call of [{ words, controls }, { words, controls, scenarioPoint }, { calldata }]) {
    assert.equal((await verifier.verifyEvent({ ...claim, ...call })).valid, true);
  }
  const point = await verifier.verifyEvent({ ...claim, words, controls, scenarioPoint: words.slice(6) });
  assert.deepEqual([point.valid, point.code], [false, "other-scenario-point"]);
  const moved = await verifier.verifyEvent({ ...claim, words: [...words.slice(6), ...words.slice(2, 6), ...words.slice(0, 2)], controls });
  assert.equal(moved.code, "proof-fails");
  const short = await verifier.verifyEvent({ ...claim, words: words.slice(1), controls });
  assert.equal(short.code, "malformed");
});

test("many proofs in a contract's words have the results that they have alone", async () => {
  const { proof: words, controls, calldata } = JSON.parse(run(files.path, "calldata --proof p.json --json").out);
  const moved = [...words.slice(6), ...words.slice(2, 6), ...words.slice(0, 2)];
  const calls = [{ calldata }, { words: moved, controls }, { words, controls }, { words: words.slice(1), controls }, { calldata, context: words[0] }];
  const of = (claim) => calls.map((call) => ({ ...claim, ...call }));
  const alone = [];
  for (const question of of(claim)) {
    alone.push(await verifier.verifyEvent(question));
  }
  await assert.rejects(small.verifyEvents(of(await decoded(small, files))), { code: "no-full-module" });
  const full = await Verifier.load({ full: true });
  const questions = of(await decoded(full, files));
  assert.deepEqual(alone.map(({ valid }) => valid), [true, false, true, false, false]);
  assert.deepEqual(await full.verifyEvents(questions), alone);
  assert.deepEqual(await full.verifyEvents([]), []);
  const other = await full.keys(files.bytes("keys/verifying.key"), { digest: claim.keys.digest });
  await assert.rejects(full.verifyEvents([questions[0], { ...questions[0], keys: other }]), TypeError);
  await assert.rejects(full.verifyEvents([{ ...questions[0], contxt: "0x" }]), TypeError);
  await full.close();
});

test("a mandate that allows a scenario set, and one that does not", async () => {
  const { market, mandate } = claim;
  assert.deepEqual(await verifier.allows({ market, mandate }), { allowed: true, verdict: true, code: null, reason: null });
  const under = async (rule) => verifier.allows({ market, mandate: await verifier.mandate(`${files.text("mandate.toml")}\n[scenarios]\n${rule}\n`) });
  assert.equal((await under(`digest = "${market.digest}"`)).allowed, true);
  const other = await under(`digest = "${"0".repeat(64)}"`);
  assert.deepEqual([other.allowed, other.verdict, other.code], [false, true, "scenarios-not-allowed"]);
  assert.equal((await under('kind = "historical"')).code, "scenarios-not-settled");
  await assert.rejects(verifier.allows({ market, mandate, keys: claim.keys }), TypeError);
});

test("a bundle is valid only with what is pinned", async () => {
  const bundle = files.bytes("b.tailproof");
  const digests = { keys: claim.keys.digest, mandate: claim.mandate.digest, scenarios: claim.market.digest };
  await assert.rejects(small.verifyBundle(bundle, { digests }), { code: "no-full-module" });
  const full = await Verifier.load({ full: true });
  assert.equal((await full.verifyBundle(bundle, { digests })).valid, true);
  const { scenarios, ...some } = digests;
  const result = await full.verifyBundle(bundle, { digests: some });
  assert.deepEqual([result.valid, result.code, result.from_bundle], [false, "from-bundle", ["scenario set"]]);
  await assert.rejects(full.verifyBundle(bundle, { digests: { scenarios } }), TypeError);
  await full.close();
});

test("a pool and its tranches", async () => {
  const loans = pool();
  const key = loans.bytes("keys/verifying.key");
  const question = {
    keys: await verifier.keys(key, { digest: sha256(key) }),
    market: await verifier.scenarios(loans.bytes("c.scn")),
    deal: await verifier.deal(loans.text("deal.toml")),
    commitment: await verifier.commitment(loans.text("c.json")),
    proof: loans.text("p.json"),
  };
  const { verdict, ...result } = await verifier.verify(question);
  const line = "verify --proof p.json --deal deal.toml --scenarios c.scn --keys keys --commitment c.json --json";
  assert.deepEqual(result, JSON.parse(run(loans.path, line).out));
  assert.equal(result.valid, true);
  const deal = await verifier.deal(loans.text("deal.toml").replace("obligor_max = 0.015", "obligor_max = 0.016"));
  assert.equal((await verifier.verify({ ...question, deal })).valid, false);
});

test("the full module checks signatures of attestors, and the small one alone does not", async () => {
  const { key, attestation, subject } = attested(files);
  const asked = (at) => ({ attestors: { keys: [key], attestations: [attestation], subject, at } });
  const proof = files.bytes("p.json");
  const ours = await decoded(small, files);
  await assert.rejects(small.verify({ ...ours, proof, ...asked(1_795_000_000) }), { code: "no-full-module" });
  const full = await Verifier.load({ full: true });
  assert.deepEqual([(await small.about()).attestations, (await full.about()).attestations], [true, true]);
  const theirs = await decoded(full, files);
  const vouched = await full.verify({ ...theirs, proof, ...asked(1_795_000_000) });
  assert.ok(vouched.rests_on.some(({ what, how }) => what === "attestation" && how === "compared"));
  const late = await full.verify({ ...theirs, proof, ...asked(1_800_000_001) });
  assert.deepEqual([late.valid, late.verdict, late.code], [false, true, "not-attested"]);
  await full.close();
});

test("wrong uses throw", async () => {
  const proof = files.bytes("p.json");
  const other = await Verifier.load({ worker: false });
  const theirs = await decoded(other, files);
  const wrong = [
    () => verifier.keys(files.bytes("keys/verifying.key")),
    () => verifier.keys(files.bytes("keys/verifying.key"), {}),
    () => verifier.keys(files.bytes("keys/verifying.key"), { digest: claim.keys.digest.toUpperCase() }),
    () => verifier.keys(files.bytes("keys/verifying.key"), { digset: claim.keys.digest }),
    () => verifier.mandate(7),
    () => verifier.verify({ ...claim }),
    () => verifier.verify({ ...claim, keys: undefined, proof }),
    () => verifier.verify({ ...claim, keys: claim.mandate, proof }),
    () => verifier.verify({ ...claim, keys: theirs.keys, proof }),
    () => verifier.verify({ ...claim, market: undefined, proof }),
    () => verifier.verify({ ...claim, proof, comitment: undefined }),
    () => verifier.verify({ ...claim, proof, commitment: [] }),
    () => verifier.verify({ ...claim, proof, commitment: claim.mandate }),
    () => verifier.verify({ ...claim, proof, attestors: { keys: [], at: 1 } }),
    () => verifier.verifyEvent({ ...claim }),
    () => verifier.verifyEvent({ ...claim, words: [], controls: [], calldata: "0x" }),
    () => Verifier.load({ wasm: "" }),
  ];
  for (const use of wrong) {
    await assert.rejects(use, TypeError, use.toString());
  }
});

test("what was released is gone", async () => {
  const mandate = await verifier.mandate(files.text("mandate.toml"));
  await verifier.release(mandate);
  await assert.rejects(verifier.verify({ ...claim, mandate, proof: files.bytes("p.json") }), TypeError);
  await verifier.release(mandate);
});

test("many proofs at once", async () => {
  const good = files.bytes("p.json");
  const bad = JSON.stringify(swapped(files.json("p.json")));
  const results = await Promise.all([good, bad, good, bad, good].map((proof) => verifier.verify({ ...claim, proof })));
  assert.deepEqual(results.map(({ valid }) => valid), [true, false, true, false, true]);
});

test("the module says its versions", async () => {
  const { version, formats } = await verifier.about();
  assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.ok(Object.values(formats).every(Number.isInteger));
});
