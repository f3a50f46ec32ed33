// A copy of the page on a disk, links, and what the page's policy keeps it from.

import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { answer, browser, file, fill, give, host, market, opened, pageFile, sha256 } from "./support.js";

let chromium;
let context;
const files = market();
const key = sha256(files.bytes("keys/verifying.key"));
const { mandate_digest: terms } = files.json("p.json").claim;
const served = {
  "/may/p.json": files.bytes("p.json"),
  "/may/market.scn": files.bytes("market.scn"),
  "/may/mandate.toml": files.bytes("mandate.toml"),
  "/may/c.json": files.bytes("c.json"),
  "/may/verifying.key": files.bytes("keys/verifying.key"),
  "/b.tailproof": files.bytes("b.tailproof"),
};
const named =
  "proof=may/p.json&scenarios=may/market.scn&mandate=may/mandate.toml&keys=may/verifying.key&commitment=may/c.json";
const known = "I have the same from somebody other than the prover.";

before(async () => {
  chromium = await browser();
  context = await chromium.newContext();
});
after(() => chromium.close());

test("a copy on a disk is the whole page", async () => {
  const folder = mkdtempSync(join(tmpdir(), "verify page "));
  try {
    const copy = join(folder, "copy.html");
    copyFileSync(new URL(pageFile), copy);
    const { tab, requests, errors } = await opened(context, pathToFileURL(copy).href);
    await give(tab, file("b.tailproof", files.bytes("b.tailproof")));
    await fill(tab, "Digest of the keys", key);
    assert.equal((await answer(tab)).word, "NOT VALID");
    await fill(tab, "Digest of the mandate or deal", terms);
    await fill(tab, "Digest of the scenario set", files.json("p.json").claim.scenarios_digest);
    assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
    assert.match(await tab.locator("#module").textContent(), /^[0-9a-f]{64}$/);
    assert.deepEqual(
      requests.filter((address) => !address.startsWith("blob:")),
      [pathToFileURL(copy).href],
    );
    assert.deepEqual(errors, []);
    // Not even itself.
    const beside = await tab.evaluate(() =>
      fetch(location.href).then(
        () => "read",
        (error) => error.name,
      ),
    );
    assert.equal(beside, "TypeError");
    await tab.close();

    const { tab: linked } = await opened(context, `${pathToFileURL(copy).href}#bundle=b.tailproof&keys-digest=${key}`);
    assert.match(
      await linked.locator("#link").innerText(),
      /b\.tailproof\s+This copy of the page was opened from a file, and can fetch nothing/,
    );
    assert.equal(await linked.locator("#link button").count(), 0);
    assert.equal(await linked.getByLabel("Digest of the keys").inputValue(), key);
    await linked.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a link is asked for when the reader says so, and counts for what the reader knows", async () => {
  const server = await host(served);
  const { tab, errors } = await opened(context, `${server.address}#${named}&keys-digest=${key}`);
  await tab.waitForTimeout(300);
  assert.deepEqual(server.asked, ["/"]);
  await tab.getByRole("button", { name: /^Fetch them from 127/ }).click();
  await tab.locator("#files li").nth(4).waitFor();
  assert.deepEqual(
    server.asked.slice(1),
    Object.keys(served)
      .slice(0, 5)
      .sort((a, b) => order(a) - order(b)),
  );

  let found = await answer(tab);
  assert.equal(found.word, "NOT CHECKED");
  for (const sentence of [
    /digest of the keys came with the link/,
    /mandate mandate\.toml came/,
    /scenario set market\.scn came/,
    /commitment c\.json came/,
  ]) {
    assert.match(found.text, sentence);
  }
  await tab.getByLabel(known).check();
  // A digest that is entered is as good as a word for the file.
  await fill(tab, "Digest of the mandate or deal", terms);
  const box = (name) => tab.locator("#files li", { hasText: name }).getByRole("checkbox");
  assert.equal(await box("mandate.toml").count(), 0);
  await box("market.scn").check();
  assert.match((await answer(tab)).text, /^NOT CHECKED\s+The commitment c\.json came/);
  await box("c.json").check();
  found = await answer(tab);
  assert.equal(found.word, "VALID, WITH WARNINGS");
  await box("c.json").uncheck();
  assert.equal((await answer(tab)).word, "NOT CHECKED");
  assert.deepEqual(errors, []);
  await tab.close();
  await server.close();
});

/** The place of a file in the link. */
const order = (path) => named.indexOf(path.slice(1));

test("a link that is wrong is not followed in part", async () => {
  const server = await host(served);
  const { tab } = await opened(context, `${server.address}#${named}&keys-digest=${key}&keys_digest=${key}`);
  const { word, text } = await answer(tab);
  assert.equal(word, "NOT CHECKED");
  assert.match(text, /does not know: keys_digest/);
  await tab.goto(`${server.address}#bundle=none.tailproof&keys-digest=${key}`);
  await tab.getByRole("button", { name: /^Fetch them/ }).click();
  await tab.getByText("none.tailproof: it could not be fetched: the host answered 404").waitFor();
  await tab.goto(`${server.address}#bundle=http://127.0.0.1:1/b.tailproof`);
  assert.match((await answer(tab)).text, /asks only its own/);
  assert.equal(await tab.locator("#link button").count(), 0);
  await tab.close();
  await server.close();
});

test("the policy: no other host, no markup from text, no other script", async () => {
  const [server, other] = [await host(), await host()];
  const { tab } = await opened(context, server.address);
  const outcomes = await tab.evaluate(async (address) => {
    const attempt = async (action) => {
      try {
        await action();
        return "done";
      } catch (error) {
        return error.name;
      }
    };
    const image = new Image();
    image.src = `${address}image`;
    const style = document.createElement("link");
    Object.assign(style, { rel: "stylesheet", href: `${address}style` });
    document.head.append(style);
    const script = document.createElement("script");
    return [
      await attempt(() => fetch(address, { mode: "no-cors" })),
      await attempt(() => document.body.insertAdjacentHTML("beforeend", "<b>")),
      await attempt(() => {
        script.text = "spoiled = 1";
      }),
      await attempt(() => new Worker(`${address}worker`)),
      navigator.sendBeacon(`${address}beacon`, "x") && "sent",
    ];
  }, other.address);
  assert.deepEqual(outcomes.slice(0, 3), ["TypeError", "TypeError", "TypeError"]);
  assert.notEqual(outcomes[3], "done");
  const policy = await tab.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
  assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+' 'wasm-unsafe-eval'; style-src 'sha256-[^']+';/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|https?:|\*/);
  await tab.waitForTimeout(300);
  assert.deepEqual(other.asked, []);
  await tab.close();
  await server.close();
  await other.close();
});
