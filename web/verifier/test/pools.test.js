// Pools of loans: criteria of a purchase, a month with its value, and bad debt.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Verifier } from "@tailproof/verifier";

import { CRITERIA, TIGHTER, collateral, criteria, month, run, sha256, swapped } from "./support.js";

let verifier;

before(async () => {
  verifier = await Verifier.load();
});

after(() => verifier.close());

/** Keys, commitments and proof of a case. */
async function question(files, ...commitments) {
  const key = files.bytes("keys/verifying.key");
  return {
    keys: await verifier.keys(key, { digest: sha256(key) }),
    commitment: await Promise.all(commitments.map((name) => verifier.commitment(files.text(name)))),
    proof: files.bytes("p.json"),
  };
}

/** Checks that the verdict on a question is the command's and is valid, and returns it. */
async function asTheCommand(files, asked, options) {
  const { verdict, ...result } = await verifier.verify(asked);
  assert.deepEqual([verdict, result.valid], [true, true]);
  assert.deepEqual(result, JSON.parse(run(files.path, `verify --proof p.json --keys keys --json ${options}`).out));
  return result;
}

/** Checks that the same question is refused under these terms, and with points that changed places. */
async function refusedOtherwise(files, asked, deals) {
  for (const deal of deals) {
    const { valid, verdict, code } = await verifier.verify({ ...asked, deal });
    assert.deepEqual([valid, verdict, code], [false, true, "other-claim"]);
  }
  const spoiled = await verifier.verify({ ...asked, proof: JSON.stringify(swapped(files.json("p.json"))) });
  assert.deepEqual([spoiled.valid, spoiled.verdict, spoiled.code], [false, true, "proof-fails"]);
}

/** Returns the text of a deal with one thing replaced. */
function replaced(text, from, to) {
  assert.ok(text.includes(from), from);
  return text.replace(from, to);
}

test("distinct loans, the largest obligors, spare numbers and inputs of SEC-SA", async () => {
  const files = criteria();
  const text = files.text("deal.toml");
  const asked = { ...(await question(files, "c.json")), deal: await verifier.deal(text) };
  const { claims, rests_on: rests } = await asTheCommand(files, asked, "--deal deal.toml --commitment c.json");
  assert.deepEqual(claims, CRITERIA);
  const words = rests.filter(({ how }) => how === "the committer's word").map(({ what, note }) => `${what}: ${note}`);
  for (const said of [
    /^distinct loans: .*that they are those of the loans is the committer's word/,
    /^tape reading: obligors are as the committer names them: two names may be one person$/,
    /^SEC-SA: that delinquency begins no later than on day 90 past due/,
  ]) {
    assert.ok(words.some((word) => said.test(word)), `${said}: ${words.join("\n")}`);
  }

  const deals = await Promise.all(TIGHTER.map(([from, to]) => verifier.deal(replaced(text, from, to))));
  await refusedOtherwise(files, asked, deals);
  const other = await verifier.verify({ ...asked, commitment: await verifier.commitment(files.text("other.json")) });
  assert.deepEqual([other.valid, other.verdict, other.code], [false, true, "other-commitment"]);
  // The keys prove that loans are distinct: a deal that does not claim it does not fit them.
  const less = await verifier.deal(replaced(text, 'distinct = ["loans"]\n', ""));
  const unfit = await verifier.verify({ ...asked, deal: less });
  assert.deepEqual([unfit.valid, unfit.verdict, unfit.code], [false, false, "does-not-fit"]);
});

test("a month of a pool and its value, with the commitments of both months", async () => {
  const files = month();
  const [text, assumptions] = [files.text("march.toml"), files.text("assumptions.toml")];
  const asked = {
    ...(await question(files, "february.json", "march.json")),
    deal: await verifier.deal(text, { assumptions }),
  };
  const options = "--deal march.toml --assumptions assumptions.toml --commitment february.json --commitment march.json";
  const { claims } = await asTheCommand(files, asked, options);
  for (const said of ["net present value of representative loans of each band", "balances fell by at least 220"]) {
    assert.ok(claims.some((claim) => claim.includes(said)), said);
  }
  const tighter = [["npv_min = 780", "npv_min = 780.01"], ["collected_min = 220", "collected_min = 220.01"]];
  const deals = await Promise.all(tighter.map(([from, to]) => verifier.deal(replaced(text, from, to), { assumptions })));
  await refusedOtherwise(files, asked, deals);
});

test("bad debt of loans against coins", async () => {
  const files = collateral();
  const text = files.text("deal.toml");
  const market = await verifier.scenarios(files.bytes("c.scn"));
  const asked = { ...(await question(files, "c.json")), market, deal: await verifier.deal(text) };
  const { claims } = await asTheCommand(files, asked, "--deal deal.toml --scenarios c.scn --commitment c.json");
  assert.ok(claims.some((claim) => claim.includes("probability of a first unit of loss at most 25 %, as bad debt")), claims.join());
  const deals = [["expected_loss_max = 0.06", "expected_loss_max = 0.059999999"], ["hit = 0.25", "hit = 0.249999999"]];
  await refusedOtherwise(files, asked, await Promise.all(deals.map(([from, to]) => verifier.deal(replaced(text, from, to)))));
  // Another haircut than the set was made with.
  const unfit = await verifier.verify({ ...asked, deal: await verifier.deal(replaced(text, "ETH = 0.1", "ETH = 0.05")) });
  assert.deepEqual([unfit.valid, unfit.verdict], [false, false]);
  assert.match(unfit.reason, /haircuts or another horizon than the deal's/);
});
