// The page of a host in Chromium: what it says of files, good and bad.

import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

import {
  CRITERIA,
  TIGHTER,
  answer,
  browser,
  collateral,
  criteria,
  drop,
  file,
  fill,
  give,
  halo2,
  host,
  market,
  month,
  opened,
  pool,
  rows,
  run,
  sha256,
  swapped,
} from "./support.js";

let chromium;
let server;
let context;
let tab;
let requests;
let errors;

const files = market();
const key = sha256(files.bytes("keys/verifying.key"));
const of = (name, as = name) => file(as, files.bytes(name));
const keyFile = of("keys/verifying.key", "verifying.key");
const claim = [of("market.scn"), of("mandate.toml"), keyFile];
const { mandate_digest: terms, scenarios_digest: scenarios } = files.json("p.json").claim;

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
  ({ tab, requests, errors } = await opened(context, server.address));
});
afterEach(async () => {
  // In every case: nothing was asked for but the page itself, and nothing went wrong in it.
  assert.deepEqual(
    requests.filter((address) => !address.startsWith("blob:")),
    [server.address],
  );
  assert.deepEqual(errors, []);
  await context.close();
});

const parts = () => tab.locator("#parts").innerText();

test("a valid proof, and what it rests on, as the command says", async () => {
  await give(tab, of("p.json"), ...claim);
  await fill(tab, "Digest of the keys", key);
  const { word, text, level } = await answer(tab);
  const line = "verify --proof p.json --scenarios market.scn --mandate mandate.toml --keys keys --json";
  const said = JSON.parse(run(files.path, line).out);
  // Development keys and no commitment: a strict verifier would not take it.
  assert.deepEqual([word, level], ["VALID, WITH WARNINGS", "limited"]);
  assert.ok(
    text.startsWith(
      `VALID: The book under commitment ${said.proved_commitment} meets the mandate “${said.name}”, over ${said.over}.`,
    ),
    text,
  );
  assert.match(text, /whoever made them can forge proofs/);
  assert.match(text, /No commitment was compared/);
  const found = await rows(tab);
  assert.deepEqual(
    found.map(({ level: _, ...line }) => line),
    said.rests_on.map(({ what, how, note, digest }) => ({ what, how, note, digest: digest ?? "" })),
  );
  for (const { what, how, level: colour } of found) {
    const expected = ["not checked", "the proof's own"].includes(how)
      ? "open"
      : ["made again", "compared"].includes(how)
        ? "settled"
        : "given";
    assert.equal(colour, expected, what);
  }
  assert.ok(found.some(({ what, level: colour }) => what === "commitment" && colour === "open"));
  const below = await parts();
  for (const sentence of [...said.claims, "What this page does not say", key]) {
    assert.ok(below.includes(sentence), sentence);
  }
  assert.equal(
    await tab.locator("#module").textContent(),
    sha256(readFileSync(new URL("../../verifier/tailproof_verifier_halo2.wasm", import.meta.url))),
  );
});

test("a commitment that is compared", async () => {
  await give(tab, of("p.json"), ...claim, of("c.json"));
  await fill(tab, "Digest of the keys", key);
  assert.doesNotMatch((await answer(tab)).text, /No commitment/);
  assert.ok((await rows(tab)).some(({ what, level }) => what === "commitment" && level === "settled"));
  await give(tab, of("other.json"));
  await tab.getByRole("button", { name: "Remove c.json" }).click();
  const { word, level } = await answer(tab);
  assert.deepEqual([word, level, (await rows(tab)).length], ["NOT VALID", "open", 0]);
});

test("without the digest of the keys nothing is valid", async () => {
  for (const given of [[of("p.json"), ...claim], [of("b.tailproof")]]) {
    await give(tab, ...given);
    const { word, text } = await answer(tab);
    assert.equal(word, "NOT CHECKED");
    assert.match(text, /no digest of the keys: without it nothing is valid/);
    assert.equal(await parts(), "");
  }
  await fill(tab, "Digest of the keys", key.slice(1));
  const { word, text } = await answer(tab);
  assert.equal(word, "NOT CHECKED");
  assert.match(text, /63 characters that are not 64 hex digits/);
});

test("the wrong digest", async () => {
  await give(tab, of("p.json"), ...claim);
  const other = "ab".repeat(32);
  await fill(tab, "Digest of the keys", other);
  let found = await answer(tab);
  assert.deepEqual([found.word, found.level], ["NO VERDICT", "open"]);
  assert.ok(
    found.text.includes("The verifying key verifying.key was refused") && found.text.includes(other),
    found.text,
  );
  await fill(tab, "Digest of the keys", key);
  await fill(tab, "Digest of the mandate or deal", other);
  found = await answer(tab);
  assert.equal(found.word, "NO VERDICT");
  assert.match(found.text, /The mandate mandate.toml was refused/);
  await fill(tab, "Digest of the mandate or deal", terms);
  await fill(tab, "Digest of the scenario set", scenarios);
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
});

test("a spoiled proof", async () => {
  await give(tab, file("p.json", JSON.stringify(swapped(files.json("p.json")))), ...claim);
  await fill(tab, "Digest of the keys", key);
  const { word, text, level } = await answer(tab);
  assert.deepEqual([word, level], ["NOT VALID", "open"]);
  assert.match(text, /^NOT VALID: the proof [a-z ]+/);
  assert.equal(await tab.locator("#sentence").evaluate((element) => element.childNodes.length), 1);
  assert.equal((await rows(tab)).length, 0);
  assert.doesNotMatch(await parts(), /Claims/);
  // The good one takes its place.
  await give(tab, of("p.json"));
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
  // Another mandate is not what was proved.
  await give(tab, file("mandate.toml", files.text("mandate.toml").replace("0.04", "0.03")));
  assert.equal((await answer(tab)).word, "NOT VALID");
});

test("a bundle, of which nothing is known but by its digest or an own file", async () => {
  await give(tab, of("b.tailproof"));
  await fill(tab, "Digest of the keys", key);
  const { word, text, level } = await answer(tab);
  assert.deepEqual([word, level], ["NOT VALID", "open"]);
  assert.match(text, /from the bundle alone, and compared with nothing/);
  assert.match(await parts(), /Compared with nothing that you know: mandate, scenario set\./);
  assert.equal((await rows(tab)).length, 0);
  await fill(tab, "Digest of the mandate or deal", terms);
  assert.equal((await answer(tab)).word, "NOT VALID");
  await fill(tab, "Digest of the scenario set", scenarios);
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
  assert.match(await parts(), new RegExp(`--keys-digest ${key} \\\\\\s+--mandate-digest ${terms}`));
  await fill(tab, "Digest of the scenario set", "ab".repeat(32));
  assert.notEqual((await answer(tab)).level, "limited");
  await fill(tab, "Digest of the mandate or deal", "");
  await fill(tab, "Digest of the scenario set", "");
  await give(tab, of("mandate.toml"), of("market.scn"));
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
});

test("a file that is missing, and a verdict that goes with its file", async () => {
  await fill(tab, "Digest of the keys", key);
  await give(tab, of("p.json"));
  let found = await answer(tab);
  assert.equal(found.word, "NOT CHECKED");
  assert.match(found.text, /no mandate, and no deal.*no keys/);
  await give(tab, of("mandate.toml"), keyFile);
  assert.match((await answer(tab)).text, /no scenario set/);
  await give(tab, of("market.scn"));
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
  await tab.getByRole("button", { name: "Remove p.json" }).click();
  found = await answer(tab);
  assert.deepEqual([found.word, await parts()], ["NOT CHECKED", ""]);
  await tab.getByRole("button", { name: "Start again" }).click();
  assert.equal((await answer(tab)).word, "NOTHING CHECKED");
  assert.equal(await tab.locator("#files li").count(), 0);
  assert.equal(await tab.getByLabel("Digest of the keys").inputValue(), "");
});

test("an answer that comes too late is not shown", async () => {
  await fill(tab, "Digest of the keys", key);
  for (const pause of [0, 190, 205, 220, 240, 270, 310]) {
    await give(tab, of("p.json"), ...claim);
    await tab.waitForFunction(() => document.querySelectorAll("#files li").length === 4);
    await tab.waitForTimeout(pause);
    await tab.getByRole("button", { name: "Remove p.json" }).click();
    await tab.waitForTimeout(500);
    assert.deepEqual([(await answer(tab)).word, await parts()], ["NOT CHECKED", ""]);
  }
});

test("garbage, files that were cut, and secrets", async () => {
  await give(tab, file("noise", Buffer.from([0, 1, 2, 255])), of("o.json"), file("empty.json", ""));
  const notices = tab.locator("#notices");
  await notices.getByText("noise: nothing that this page knows").waitFor();
  assert.match(await notices.innerText(), /o\.json: the opening of a commitment\. It is secret\./);
  assert.match(await notices.innerText(), /empty\.json: an empty file/);
  assert.equal(await tab.locator("#files li").count(), 0);

  await fill(tab, "Digest of the keys", key);
  const whole = { "p.json": of("p.json"), "market.scn": claim[0], "mandate.toml": claim[1], "verifying.key": keyFile };
  for (const [name, content] of Object.entries(whole)) {
    // A mandate ends with a comment.
    const length = content.buffer.length - (name === "mandate.toml" ? 80 : 9);
    const others = Object.values(whole).filter((other) => other.name !== name);
    await give(tab, ...others, { ...content, buffer: content.buffer.subarray(0, length) });
    const { word, text, level } = await answer(tab);
    assert.deepEqual([word, level], ["NO VERDICT", "open"], name);
    assert.ok(text.length > "NO VERDICT: ".length);
  }
  await give(tab, { ...of("b.tailproof"), buffer: Buffer.from(files.bytes("b.tailproof")).fill(7, 100, 101) });
  assert.equal((await answer(tab)).word, "NO VERDICT");
});

test("markup in names stays text", async () => {
  const folder = mkdtempSync(join(tmpdir(), "verify-page-"));
  try {
    for (const name of ["book.csv", "o.json", "market.scn"]) {
      copyFileSync(join(files.path, name), join(folder, name));
    }
    const name = "<img src=x onerror=spoiled=1><script>spoiled=1</script>";
    writeFileSync(join(folder, "m.toml"), files.text("mandate.toml").replace("Example equity mandate", name));
    const line = `prove --book book.csv --opening o.json --scenarios market.scn --mandate m.toml --keys ${files.path}keys -o p.json`;
    assert.equal(run(folder, line).status, 0);
    const read = (from, as) => file(as, readFileSync(join(folder, from)));
    const bold = "<b onmouseover=spoiled=1>\u202Egpj.json";
    await give(tab, read("p.json", bold), read("m.toml", "<i>.toml"), of("market.scn"), keyFile, file("<u>", "x"));
    await fill(tab, "Digest of the keys", key);
    const { word, text } = await answer(tab);
    assert.equal(word, "VALID, WITH WARNINGS");
    assert.ok(text.includes(`meets the mandate “${name}”`), text);
    assert.ok((await tab.locator("#files").innerText()).includes("<b onmouseover=spoiled=1>\\u{202e}gpj.json"));
    assert.ok((await tab.locator("#notices").innerText()).includes("<u>"));
    assert.ok(!(await tab.locator("body").innerText()).includes("\u202E"));
    assert.equal(await tab.locator("main img, main script, main b, main i, main u").count(), 0);
    assert.equal(await tab.evaluate(() => globalThis.spoiled), undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a pool and its tranches", async () => {
  const loans = pool();
  const key = loans.bytes("keys/verifying.key");
  await give(
    tab,
    ...["p.json", "deal.toml", "c.scn", "c.json"].map((name) => file(name, loans.bytes(name))),
    file("verifying.key", key),
  );
  await fill(tab, "Digest of the keys", sha256(key));
  const { word, text } = await answer(tab);
  assert.equal(word, "VALID, WITH WARNINGS");
  assert.match(
    text,
    /^VALID: The pool of loans under commitment 0x[0-9a-f]{64} is as the deal “Two hundred consumer loans” says, over 32 scenarios/,
  );
});

test("bad debt of loans against coins, and no losses by other haircuts", async () => {
  const files = collateral();
  const key = files.bytes("keys/verifying.key");
  const of = (name) => file(name, files.bytes(name));
  await give(tab, of("p.json"), of("deal.toml"), of("c.scn"), of("c.json"), file("verifying.key", key));
  await fill(tab, "Digest of the keys", sha256(key));
  let found = await answer(tab);
  assert.equal(found.word, "VALID, WITH WARNINGS");
  const shown = await parts();
  assert.match(shown, /probability of a first unit of loss at most 25 %, as bad debt/);
  assert.match(shown, /collateral/);
  await give(tab, file("deal.toml", files.text("deal.toml").replace("ETH = 0.1", "ETH = 0.05")));
  found = await answer(tab);
  assert.equal(found.word, "NO VERDICT");
  assert.match(found.text, /haircuts or another horizon than the deal's/);
});

test("criteria of a pool: distinct loans, largest obligors, spare numbers and inputs of SEC-SA", async () => {
  const files = criteria();
  const key = files.bytes("keys/verifying.key");
  const of = (name) => file(name, files.bytes(name));
  await give(tab, of("p.json"), of("deal.toml"), of("c.json"), file("verifying.key", key));
  await fill(tab, "Digest of the keys", sha256(key));
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
  const shown = await parts();
  for (const claim of CRITERIA) {
    assert.ok(shown.includes(claim), claim);
  }
  const line = "verify --proof p.json --deal deal.toml --keys keys --commitment c.json --json";
  assert.deepEqual(
    (await rows(tab)).map(({ level: _, ...row }) => row),
    JSON.parse(run(files.path, line).out).rests_on.map(({ what, how, note, digest }) => ({ what, how, note, digest: digest ?? "" })),
  );
  // One unit tighter each, and points that changed places.
  const text = files.text("deal.toml");
  for (const [from, to] of TIGHTER) {
    assert.ok(text.includes(from), from);
    await give(tab, file("deal.toml", text.replace(from, to)));
    assert.deepEqual([(await answer(tab)).word, (await rows(tab)).length], ["NOT VALID", 0], to);
  }
  await give(tab, of("deal.toml"), file("p.json", JSON.stringify(swapped(files.json("p.json")))));
  assert.deepEqual([(await answer(tab)).word, (await rows(tab)).length], ["NOT VALID", 0]);
  assert.doesNotMatch(await parts(), /obligors|SEC-SA/);
});

test("a month of a pool, and its value under assumptions", async () => {
  const files = month();
  const key = files.bytes("keys/verifying.key");
  const of = (name) => file(name, files.bytes(name));
  // The later commitment first: the files say which is which.
  await give(tab, of("p.json"), of("march.toml"), of("march.json"), of("february.json"), file("verifying.key", key));
  await fill(tab, "Digest of the keys", sha256(key));
  let found = await answer(tab);
  assert.equal(found.word, "NO VERDICT");
  assert.match(found.text, /assumptions/);
  await give(tab, of("assumptions.toml"));
  found = await answer(tab);
  assert.equal(found.word, "VALID, WITH WARNINGS");
  const shown = await parts();
  assert.match(shown, /net present value of representative loans of each band, under the assumptions “?"?spring/);
  assert.match(shown, /balances fell by at least 220/);
  assert.match(shown, /Pools, the earlier first/);
  assert.match(shown, /--deal march\.toml[^]*--assumptions assumptions\.toml/);
  // Others than the deal names.
  await give(tab, file("assumptions.toml", files.text("assumptions.toml").replace("flat = 4", "flat = 3")));
  found = await answer(tab);
  assert.equal(found.word, "NO VERDICT");
  assert.match(found.text, /the deal names the assumptions/);
  await tab.getByRole("button", { name: "Remove march.toml" }).click();
  assert.match((await answer(tab)).text, /Assumptions go with a deal/);
});

test("halo2: its key is derived in the page", async () => {
  const files = halo2();
  const { keys } = files.json("p.json");
  const of = (name, as = name) => file(as, files.bytes(name));
  await give(tab, of("p.json"), of("market.scn"), of("mandate.toml"), of("keys/halo2.key", "halo2.key"));
  await fill(tab, "Digest of the keys", "ab".repeat(32));
  assert.deepEqual((await answer(tab)).word, "NO VERDICT");
  await fill(tab, "Digest of the keys", keys);
  let found = await answer(tab);
  assert.equal(found.word, "VALID, WITH WARNINGS");
  assert.doesNotMatch(found.text, /forge/);
  assert.match(await parts(), /tailproof verify \\\s+--proof/);
  // Nobody made the keys: with a commitment that is compared, a strict verifier takes it.
  await give(tab, of("c.json"));
  found = await answer(tab);
  assert.deepEqual([found.word, found.level], ["VALID", "valid"]);
  const line = "verify --proof p.json --scenarios market.scn --mandate mandate.toml --keys keys --commitment c.json --json";
  assert.deepEqual(
    (await rows(tab)).map(({ level: _, ...row }) => row),
    JSON.parse(run(files.path, line).out).rests_on.map(({ what, how, note, digest }) => ({ what, how, note, digest: digest ?? "" })),
  );
  const honest = files.json("p.json");
  const proof = honest.proof.slice(0, 200) + (honest.proof[200] === "1" ? "2" : "1") + honest.proof.slice(201);
  await give(tab, file("p.json", JSON.stringify({ ...honest, proof })));
  assert.equal((await answer(tab)).word, "NOT VALID");
  const cut = files.bytes("keys/halo2.key").subarray(0, 5000);
  await give(tab, of("p.json"), file("halo2.key", cut));
  assert.equal((await answer(tab)).word, "NO VERDICT");
  await tab.getByRole("button", { name: "Start again" }).click();
  await give(tab, of("b.tailproof"), of("mandate.toml"), of("market.scn"));
  await fill(tab, "Digest of the keys", keys);
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
});

test("attestations, by keys that the reader knows", async () => {
  const folder = mkdtempSync(join(tmpdir(), "verify-page-"));
  try {
    const said = run(folder, "attest keygen --kind ed25519 -o a.key");
    const attestor = /ed25519:[0-9a-f]{64}/.exec(said.out)[0];
    const subject = `0x${"12".repeat(32)}`;
    const terms = `--subject ${subject} --as-of 2020-01-01T00:00:00Z --expires 2099-01-01T00:00:00Z --scope assets`;
    const signed = run(folder, `attest sign --commitment ${files.path}c.json ${terms} --key a.key -o a.json`);
    assert.equal(signed.status, 0, signed.why);
    await give(tab, of("p.json"), ...claim, of("c.json"), file("a.json", readFileSync(join(folder, "a.json"))));
    await fill(tab, "Digest of the keys", key);
    assert.match((await answer(tab)).text, /counts only by the key of somebody you know/);
    await tab.getByText("More that the proof must meet").click();
    await fill(tab, "Keys of attestors", attestor);
    assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
    assert.ok((await rows(tab)).some(({ what, level }) => what === "attestation" && level !== "open"));
    assert.match(await parts(), new RegExp(`--attested-by ${attestor} \\\\\\s+--attestation a\\.json`));
    await fill(tab, "Subject of attestations", `0x${"34".repeat(32)}`);
    assert.equal((await answer(tab)).word, "NOT VALID");
    await fill(tab, "Subject of attestations", subject);
    assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
    await fill(tab, "Keys of attestors", "nobody");
    assert.equal((await answer(tab)).word, "NO VERDICT");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("context, and keys that were withdrawn", async () => {
  await give(tab, of("p.json"), ...claim, file("lost.txt", `${key}\n`));
  await fill(tab, "Digest of the keys", key);
  const { word, text } = await answer(tab);
  assert.equal(word, "NOT VALID");
  assert.match(text, /withdrawn/);
  await give(tab, file("lost.txt", `${"ab".repeat(32)} # another\n`));
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
  await tab.getByText("More that the proof must meet").click();
  await fill(tab, "Context", `0x${"00".repeat(31)}07`);
  assert.equal((await answer(tab)).word, "NOT VALID");
});

test("files that are dropped", async () => {
  const given = [
    ["p.json", "p.json"],
    ["market.scn", "market.scn"],
    ["mandate.toml", "mandate.toml"],
    ["keys/verifying.key", "verifying.key"],
  ];
  await drop(tab, ...given.map(([from, name]) => [name, files.bytes(from)]));
  await fill(tab, "Digest of the keys", key);
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
});
