// The page in Chromium, over mandates that name files (groups, caps, liquidity costs), over margins
// by rule and over P&L vectors.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { answer, browser, drop, file, fill, gains, give, host, margin, market, opened, rows, ruled, run, sha256, sized, swapped } from "./support.js";

let chromium;
let server;
let context;
let tab;
let errors;

before(async () => {
  chromium = await browser();
  server = await host();
});
after(async () => {
  await chromium.close();
  await server.close();
});
beforeEach(async () => {
  context = await chromium.newContext();
  ({ tab, errors } = await opened(context, server.address));
});
afterEach(async () => {
  assert.deepEqual(errors, []);
  await context.close();
});

const parts = () => tab.locator("#parts").innerText();
const CLAIM = ["p.json", "mandate.toml", "market.scn", "c.json"];

/** Drops these files of a case and its key, and fills in the key's digest. */
async function dropped(files, ...names) {
  const key = files.bytes("keys/verifying.key");
  await drop(tab, ...names.map((name) => [name, files.bytes(name)]), ["verifying.key", key]);
  await fill(tab, "Digest of the keys", sha256(key));
}

test("a mandate on groups, over a net asset value that is a sum", async () => {
  const files = ruled();
  await dropped(files, ...CLAIM);
  let found = await answer(tab);
  assert.equal(found.word, "NO VERDICT");
  assert.match(found.text, /groups/);
  await give(tab, file("sectors.groups.toml", files.bytes("sectors.groups.toml")));
  found = await answer(tab);
  assert.equal(found.word, "VALID, WITH WARNINGS");
  const shown = await parts();
  assert.match(shown, /gross exposure of each group of .sector. <= 130 % of NAV/);
  assert.match(shown, /NAV = sum of the committed exposures and cash/);
  assert.match(shown, /Put sectors\.groups\.toml into the folder of the mandate/);
  // Others than the mandate names.
  await give(tab, file("sectors.groups.toml", files.text("sectors.groups.toml").replace('"AMD", ', "")));
  found = await answer(tab);
  assert.equal(found.word, "NO VERDICT");
  assert.match(found.text, /about the file of groups with the digest/);
  await tab.getByRole("button", { name: "Remove mandate.toml" }).click();
  assert.match((await answer(tab)).text, /A file of groups goes with a mandate/);
});

/** The lines that the verdict rests on are those of the command, and all of them are there. */
async function saysWhatTheCommandSays(files) {
  const line = "verify --proof p.json --scenarios market.scn --mandate mandate.toml --keys keys --commitment c.json --json";
  const said = JSON.parse(run(files.path, line).out).rests_on;
  assert.deepEqual(
    (await rows(tab)).map(({ level: _, ...row }) => row),
    said.map(({ what, how, note, digest }) => ({ what, how, note, digest: digest ?? "" })),
  );
  return said.map(({ what }) => what);
}

test("a mandate with caps and liquidity costs, each of which is needed", async () => {
  const files = sized();
  await dropped(files, ...CLAIM);
  let found = await answer(tab);
  assert.deepEqual([found.word, found.level], ["NO VERDICT", "open"]);
  assert.match(found.text, /liquidity costs are those of the file with the digest [0-9a-f]{64}, which is needed too/);
  await drop(tab, ["fund.impact.csv", files.bytes("fund.impact.csv")]);
  found = await answer(tab);
  assert.deepEqual([found.word, found.level], ["NO VERDICT", "open"]);
  assert.match(found.text, /caps are those of the file with the digest [0-9a-f]{64}, which is needed too/);
  await drop(tab, ["fund.caps.csv", files.bytes("fund.caps.csv")]);
  found = await answer(tab);
  assert.equal(found.word, "VALID, WITH WARNINGS");
  const rests = await saysWhatTheCommandSays(files);
  assert.ok(rests.includes("caps") && rests.includes("liquidity costs"), rests.join());
  const shown = await parts();
  assert.match(shown, /Put fund\.caps\.csv into the folder of the mandate/);
  assert.match(shown, /Put fund\.impact\.csv into the folder of the mandate/);
});

test("caps, and then costs, of another digest", async () => {
  const files = sized();
  await dropped(files, ...CLAIM, "fund.caps.csv", "fund.impact.csv");
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
  for (const [name, from, to, called] of [
    ["fund.caps.csv", "AAPL,1250000,", "AAPL,1250001,", "caps"],
    ["fund.impact.csv", "AAPL,0.0002,", "AAPL,0.0001,", "costs"],
  ]) {
    const other = files.text(name).replace(from, to);
    assert.notEqual(other, files.text(name));
    await drop(tab, [name, Buffer.from(other)]);
    const { word, text, level } = await answer(tab);
    assert.deepEqual([word, level], ["NO VERDICT", "open"], name);
    assert.match(text, new RegExp(`^NO VERDICT: .*about the file of ${called} with the digest`));
    assert.equal((await rows(tab)).length, 0);
    await drop(tab, [name, files.bytes(name)]);
    assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
  }
  await tab.getByRole("button", { name: "Remove mandate.toml" }).click();
  const { text } = await answer(tab);
  assert.match(text, /A file of caps goes with a mandate/);
  assert.match(text, /A file of liquidity costs goes with a mandate/);
});

test("a margin by rule, one of a cent less, and a spoiled proof", async () => {
  const files = margin();
  await dropped(files, ...CLAIM);
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
  const rests = await saysWhatTheCommandSays(files);
  assert.ok(rests.includes("scenarios"), rests.join());
  const claim = /margin <= 190,682\.99, under the correlations that its header calls medium: without concentration factors/;
  assert.match(await parts(), claim);
  assert.ok((await rows(tab)).some(({ note }) => note.includes("nothing here shows that a rule sets them")));

  const text = files.text("mandate.toml");
  await give(tab, file("mandate.toml", text.replace("190682.99", "190682.98")));
  assert.deepEqual([(await answer(tab)).word, (await rows(tab)).length], ["NOT VALID", 0]);
  await give(tab, file("mandate.toml", text), file("p.json", JSON.stringify(swapped(files.json("p.json")))));
  assert.deepEqual([(await answer(tab)).word, (await rows(tab)).length], ["NOT VALID", 0]);
  assert.doesNotMatch(await parts(), /margin <=/);
});

/** The commitment file with other names of its source and days, and their digest. */
function edited(files, factors) {
  const hash = createHash("sha256").update("tailproof/factors/v1");
  for (const name of factors) {
    hash.update(Uint8Array.of(name.length, 0, 0, 0)).update(name);
  }
  return Buffer.from(JSON.stringify({ ...files.json("c.json"), factors, factors_digest: hash.digest("hex") }));
}

test("a proof over a P&L vector, and what its commitment is about", async () => {
  const files = gains();
  await dropped(files, ...CLAIM);
  const { word, text } = await answer(tab);
  assert.equal(word, "VALID, WITH WARNINGS");
  assert.match(text, /over the committed P&L vector of "Options", 3 days from 2022-12-23 to 2022-12-28/);
  await saysWhatTheCommandSays(files);
  const said = /c\.json commits to a gain for each of 3 days from 2022-12-23 to 2022-12-28, of “Options”\./;
  assert.match(await parts(), said);
  // A commitment file of other names: nothing binds them, so that the page says none of them.
  for (const factors of [["Rates", "2022-12-23", "2022-12-27", "2022-12-28"], ["Options", "1999-12-23", "2022-12-27", "2022-12-28"]]) {
    await tab.getByRole("button", { name: "Remove c.json" }).click();
    await drop(tab, ["c.json", edited(files, factors)]);
    assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
    assert.doesNotMatch(await tab.locator("#verdict").innerText(), /P&L vectors|commits to a gain|Rates|1999/);
  }
  await tab.getByRole("button", { name: "Remove c.json" }).click();
  await drop(tab, ["c.json", files.bytes("c.json")]);
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
  assert.match(await parts(), said);
  // The gains are the desk's, and no file of a check.
  await give(tab, file("pnl.csv", files.bytes("pnl.csv")));
  await tab.locator("#notices").getByText("If it is a P&L vector: it is secret").waitFor();
  await give(tab, file("mandate.toml", files.text("mandate.toml").replace("41250.75", "41250.74")));
  assert.deepEqual([(await answer(tab)).word, (await rows(tab)).length], ["NOT VALID", 0]);
  assert.doesNotMatch(await parts(), /P&L vectors/);

  // It is no commitment to the book of another proof, and the page repeats no word of it.
  const book = market();
  await tab.getByRole("button", { name: "Start again" }).click();
  await dropped(book, "p.json", "mandate.toml", "market.scn");
  await drop(tab, ["c.json", files.bytes("c.json")]);
  assert.equal((await answer(tab)).word, "NOT VALID");
  assert.doesNotMatch(await parts(), /P&L vectors/);
  assert.equal((await rows(tab)).length, 0);
  await tab.getByRole("button", { name: "Remove c.json" }).click();
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
  assert.doesNotMatch(await parts(), /P&L vectors/);
});
