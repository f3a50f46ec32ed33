// Mandates that name files (groups, caps, liquidity costs), margins by rule, and P&L vectors.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { RefusedFile, Verifier } from "@tailproof/verifier";

import { gains, margin, market, ruled, run, sha256, sized } from "./support.js";

let verifier;

before(async () => {
  verifier = await Verifier.load();
});

after(() => verifier.close());

/** The files that a mandate names: the options of `mandate`, and the names of the case's files. */
const CASES = [
  { files: ruled(), named: { groups: "sectors.groups.toml" } },
  { files: sized(), named: { caps: "fund.caps.csv", impact: "fund.impact.csv" } },
];

/** The question about the proof of a case, under a mandate. */
async function question(files, mandate) {
  const key = files.bytes("keys/verifying.key");
  return {
    keys: await verifier.keys(key, { digest: sha256(key) }),
    market: await verifier.scenarios(files.bytes("market.scn")),
    commitment: await verifier.commitment(files.text("c.json")),
    mandate,
    proof: files.bytes("p.json"),
  };
}

const COMMAND = "verify --proof p.json --scenarios market.scn --mandate mandate.toml --keys keys --commitment c.json --json";

/** Checks that the verdict is the command's, and returns it. */
async function asTheCommand(files, mandate) {
  const { verdict, ...result } = await verifier.verify(await question(files, mandate));
  assert.equal(verdict, true);
  assert.deepEqual(result, JSON.parse(run(files.path, COMMAND).out));
  return result;
}

const texts = (files, named) => Object.fromEntries(Object.entries(named).map(([option, name]) => [option, files.text(name)]));

test("a mandate with the files that it names has the command's verdict", async () => {
  const rests = [];
  for (const { files, named } of CASES) {
    const mandate = await verifier.mandate(files.text("mandate.toml"), texts(files, named));
    const result = await asTheCommand(files, mandate);
    assert.equal(result.valid, true);
    assert.deepEqual(result.claims, mandate.claims);
    rests.push(...result.rests_on.map(({ what }) => what));
  }
  for (const what of ["groups", "caps", "liquidity costs"]) {
    assert.ok(rests.includes(what), what);
  }
});

test("a mandate without one of its files has no verdict", async () => {
  for (const { files, named } of CASES) {
    for (const left of Object.keys(named)) {
      const { [left]: _, ...others } = texts(files, named);
      const mandate = await verifier.mandate(files.text("mandate.toml"), others);
      const { valid, verdict, code, reason } = await verifier.verify(await question(files, mandate));
      assert.deepEqual([valid, verdict, code], [false, false, "does-not-fit"], `${left}: ${reason}`);
      assert.match(reason, /with the digest [0-9a-f]{64}, which is needed too/);
    }
  }
});

test("a file of another digest, or of none that the mandate names, is refused", async () => {
  const changed = { groups: ['"AMD", ', ""], caps: ["1250000", "1250001"], impact: ["0.0002", "0.0001"] };
  for (const { files, named } of CASES) {
    for (const [option, name] of Object.entries(named)) {
      const other = files.text(name).replace(...changed[option]);
      assert.notEqual(other, files.text(name));
      const given = { ...texts(files, named), [option]: other };
      await assert.rejects(verifier.mandate(files.text("mandate.toml"), given), (error) => {
        return error instanceof RefusedFile && error.code === "malformed" && /about the file of .* with the digest/.test(error.message);
      });
      await assert.rejects(verifier.mandate(market().text("mandate.toml"), { [option]: files.text(name) }), RefusedFile);
      await assert.rejects(verifier.mandate(files.text("mandate.toml"), { ...given, [option]: "factor\n" }), RefusedFile);
    }
  }
  await assert.rejects(verifier.mandate(sized().text("mandate.toml"), { cap: "" }), TypeError);
});

test("limits that are tighter by a unit are not what was proved", async () => {
  const files = sized();
  const tighter = files.text("mandate.toml").replace("limit = 900000", "limit = 899999.99");
  const mandate = await verifier.mandate(tighter, texts(files, CASES[1].named));
  const { valid, verdict } = await verifier.verify(await question(files, mandate));
  assert.deepEqual([valid, verdict], [false, true]);
});

test("a margin by rule, and one of a cent less", async () => {
  const files = margin();
  const text = files.text("mandate.toml");
  const result = await asTheCommand(files, await verifier.mandate(text));
  assert.equal(result.valid, true);
  assert.match(result.claims[0], /^margin <= 190,682\.99, under the correlations that its header calls medium: without/);
  const less = await verifier.mandate(text.replace("190682.99", "190682.98"));
  const { valid, verdict, code } = await verifier.verify(await question(files, less));
  assert.deepEqual([valid, verdict, code], [false, true, "other-claim"]);
});

test("a proof over a P&L vector, and its commitment", async () => {
  const files = gains();
  const mandate = await verifier.mandate(files.text("mandate.toml"));
  const result = await asTheCommand(files, mandate);
  assert.match(result.over, /the committed P&L vector of "Options", 3 days from 2022-12-23 to 2022-12-28/);

  const vector = await verifier.commitment(files.text("c.json"));
  assert.deepEqual([vector.of, vector.is_pnl], ["book", true]);
  assert.deepEqual(vector.factors, ["Options", "2022-12-23", "2022-12-27", "2022-12-28"]);
  assert.equal((await verifier.commitment(sized().text("c.json"))).is_pnl, false);
  const { factors } = await verifier.scenarios(files.bytes("market.scn"));
  assert.deepEqual(factors, vector.factors);
});
