// The page in a browser: what it shows of twelve entities, for eyes, keyboards and screen readers.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";

import { browser, build, opened, pictures, site, stateOf, violations } from "../support/browser.js";
import { start } from "../support/chain.js";
import { tailproof } from "../support/desk.js";
import { hostOf, nodeBefore, raised } from "../support/servers.js";

let chain;
let host;
let node;
let chrome;
let page_;
let config;

before(async () => {
  build();
  chain = await start();
  host = await hostOf(chain.files);
  node = await nodeBefore(chain.url);
  config = { ...chain.config, rpc: chain.url, hosts: [host.url], poll: 1 };
  page_ = await site(config);
  chrome = await browser();
});

after(async () => {
  await chrome?.close();
  await Promise.all([host, node, page_].map((server) => server?.stop()));
  chain?.stop();
});

const honest = (_method, _params, result) => result;
const picture = (page, name) => page.screenshot({ path: new URL(`${name}.png`, pictures).pathname, fullPage: true });
const of = (name) => chain.address(name);

test("twelve rows, each in its state, and names that stay text", async () => {
  page_.configure(config);
  const { page, faults, requests, close } = await opened(chrome, page_.url, { viewport: { width: 1440, height: 900 } });
  assert.equal(await page.textContent("#tally"), "6 of 12 verified in this browser, 1 refused, 3 stale, 2 not checked.");
  const states = Object.fromEntries(await Promise.all(["alder", "elm", "fir", "gorse", "iris", "juniper", "kapok", "larch"].map(async (name) => [name, await stateOf(page, of(name))])));
  assert.deepEqual(states, { alder: "verified", elm: "refused", fir: "stale", gorse: "stale", iris: "not-checked", juniper: "verified", kapok: "stale", larch: "not-checked" });
  const alder = await page.innerText(`tr[data-entity="${of("alder")}"]`);
  for (const part of ["verified", "Alder <img src=x onerror=alert(1)>", "Zurich", "Demonstration mandate <b>of two clauses</b>", "90 % VaR", "500,000 USD", "at most 450,000 USD", "not proven", "2 h", "of 2 d", "green", "2 exceedances in 40 proved rows, 1 silent", "pinned; development keys"]) {
    assert.ok(alder.includes(part), `${part} in ${alder}`);
  }
  assert.match(await page.innerText(`tr[data-entity="${of("juniper")}"]`), /100,000 to 200,000 USD/);
  // What is refused or not checked shows no bound.
  assert.match(await page.innerText(`tr[data-entity="${of("elm")}"]`), /none proven here/);
  assert.equal(await page.locator("main img, #table b").count(), 0);
  assert.match(await page.innerText("#sums"), /At most 1,550,000 USD: sum of bounds, 75 % CVaR over 1 period, of 4 books\. Covers 4 of 11 entities/);
  assert.match(await page.innerText("#facts"), /one; a second one would show what the first leaves out/);
  assert.deepEqual(faults.filter((fault) => !fault.includes("404")), []);
  const hosts = new Set(requests.map((url) => new URL(url).origin));
  assert.deepEqual([...hosts].filter((origin) => origin !== "null").sort(), [page_.url, host.url, chain.url].sort());
  await picture(page, "wide");
  await close();
});

test("axe finds no violation, wide, narrow, dark, and on an entity's page", async () => {
  page_.configure(config);
  for (const [name, options] of [
    ["wide", { viewport: { width: 1280, height: 800 } }],
    ["narrow", { viewport: { width: 360, height: 740 } }],
    ["dark", { viewport: { width: 1280, height: 800 }, colorScheme: "dark" }],
    ["narrow-dark", { viewport: { width: 360, height: 740 }, colorScheme: "dark" }],
  ]) {
    const { page, close } = await opened(chrome, page_.url, options);
    // Rows out of sight are not laid out before somebody comes to them: here all are.
    await page.evaluate(() => document.styleSheets[0].insertRule("tbody tr { content-visibility: visible !important }", document.styleSheets[0].cssRules.length));
    assert.deepEqual(await violations(page), [], name);
    const { scroll, width } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, width: innerWidth }));
    assert.ok(scroll <= width, `${name}: ${scroll} of ${width} pixels`);
    await picture(page, `all-${name}`);
    await page.goto(`${page_.url}/#/entity/${of("alder")}`);
    await page.waitForSelector("#one h2");
    assert.deepEqual(await violations(page), [], `${name}, entity`);
    const narrow = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    assert.ok(narrow, `${name}, entity`);
    await picture(page, `one-${name}`);
    await close();
  }
});

test("the keyboard reaches everything, and the focus is kept", async () => {
  page_.configure(config);
  const { page, close } = await opened(chrome, page_.url, { viewport: { width: 1280, height: 800 } });
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the table");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "find");
  await page.keyboard.type("birch");
  assert.equal(await page.locator("tbody tr").count(), 1);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Birch");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#one h2");
  assert.equal(await focused(), "Birch");
  assert.equal(await page.title(), "Birch - Global Risk Map");
  await page.keyboard.press("Shift+Tab");
  assert.equal(await focused(), "All entities");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#one", { state: "hidden" });
  assert.equal(await focused(), "Birch");
  // A visit in between changes nothing under the focus.
  await page.waitForTimeout(2_500);
  assert.equal(await focused(), "Birch");
  await page.fill("#find", "");
  await page.selectOption("#which", "refused");
  assert.deepEqual(await page.locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.dataset.state)), ["refused"]);
  await page.selectOption("#which", "");
  await page.selectOption("#order", "state");
  assert.equal(await page.locator("tbody tr").first().getAttribute("data-state"), "refused");
  await close();
});

test("a screen reader finds tables, rows, names and the picture's marks", async () => {
  page_.configure(config);
  for (const width of [1280, 360]) {
    const { page, close } = await opened(chrome, page_.url, { viewport: { width, height: 800 } });
    const table = page.getByRole("table", { name: "Entities" });
    assert.equal(await table.getByRole("row").count(), 13);
    assert.equal(await table.getByRole("columnheader").count(), 10);
    await table.getByRole("row", { name: /refused .*Elm/ }).waitFor({ timeout: 2_000 });
    await page.getByRole("link", { name: "Elm, London: refused" }).waitFor({ timeout: 2_000 });
    await page.getByRole("status").filter({ hasText: "6 of 12 verified" }).waitFor({ state: "attached", timeout: 2_000 });
    await close();
  }
});

test("a row that comes into sight is drawn", async () => {
  page_.configure(config);
  const { page, close } = await opened(chrome, page_.url, { viewport: { width: 360, height: 740 } });
  const last = page.locator("tbody tr").last();
  await last.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector("tbody tr:last-child").querySelector("td").checkVisibility({ contentVisibilityAuto: true }));
  await page.screenshot({ path: new URL("scrolled-narrow.png", pictures).pathname });
  // Nothing of it is cut off, whatever height was put in its place before.
  const { inner, outer } = await last.evaluate((row) => ({ inner: row.lastElementChild.getBoundingClientRect().bottom, outer: row.getBoundingClientRect().bottom }));
  assert.ok(inner <= outer, `${inner} of ${outer}`);
  await close();
});

test("an entity's files are checked again by the command line", async () => {
  page_.configure(config);
  const { page, close } = await opened(chrome, `${page_.url}/#/entity/${of("juniper")}`, { viewport: { width: 1280, height: 800 } });
  const folder = mkdtempSync(`${tmpdir()}/map-`);
  for (const what of ["proof", "mandate", "scenario set", "key"]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: `Save the ${what} of epoch 0` }).click()]);
    await download.saveAs(`${folder}/${download.suggestedFilename()}`);
  }
  const [moving, checking] = (await page.innerText("#one pre")).split("\n");
  const [, made] = /^mkdir -p (\S+) && mv verifying\.key \1\/$/.exec(moving);
  mkdirSync(`${folder}/${made}`);
  renameSync(`${folder}/verifying.key`, `${folder}/${made}/verifying.key`);
  const [program, ...line] = checking.split(" ");
  assert.equal(program, "tailproof");
  const said = execFileSync(tailproof, line, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  assert.match(said, /^VALID/);
  assert.match(said, /90 % VaR <= 200,000/);
  await close();
});

test("a lying node, a node that goes away, and a reorganisation while the page is open", async () => {
  page_.configure({ ...config, rpc: node.url });
  const { page, close } = await opened(chrome, page_.url);
  assert.equal(await stateOf(page, of("dogwood")), "verified");

  node.down = true;
  await page.waitForFunction(() => !document.querySelector('tr[data-state="verified"]'), null, { timeout: 15_000 });
  assert.match(await page.textContent("#trouble"), /no node answers since/);
  assert.match(await page.textContent("#tally"), /^0 of 12 verified/);
  assert.match(await page.innerText("#sums"), /Nothing can be summed/);
  assert.equal(await stateOf(page, of("elm")), "refused");
  node.down = false;
  await page.waitForSelector(`tr[data-entity="${of("dogwood")}"][data-state="verified"]`, { timeout: 15_000 });
  assert.equal(await page.isVisible("#trouble"), false);

  const snapshot = await chain.ask("evm_snapshot");
  const forget = await chain.again("birch", { shortfallBound: 300_000_000_000n });
  const birch = `tr[data-entity="${of("birch")}"]`;
  await page.waitForFunction((row) => document.querySelector(row).innerText.includes("at most 300,000 USD"), birch, { timeout: 15_000 });
  await chain.ask("evm_revert", [snapshot]);
  forget();
  await chain.ask("anvil_mine", ["0x5"]);
  await page.waitForFunction((row) => document.querySelector(row).innerText.includes("at most 200,000 USD"), birch, { timeout: 15_000 });
  assert.match(await page.innerText("#facts"), /a reorganisation took \d+ events back/);
  await close();

  node.lie = raised(of("dogwood"));
  const again = await opened(chrome, page_.url);
  node.lie = honest;
  assert.equal(await stateOf(again.page, of("dogwood")), "refused");
  await again.close();
});

test("a page without its configuration says that nothing is verified", async () => {
  page_.configure({ ...config, chianId: 5 });
  const { page, close } = await opened(chrome, page_.url, { settled: false });
  await page.waitForFunction(() => !document.getElementById("trouble").hidden);
  assert.match(await page.textContent("#trouble"), /Nothing is verified: map.json: chianId: no such field/);
  assert.equal(await page.textContent("#tally"), "Nothing is verified yet.");
  await close();
});
