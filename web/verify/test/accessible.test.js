// Keyboard, screen reader, narrow screens, dark and light, print.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { PATIENCE, answer, browser, file, fill, give, host, market, opened, sha256 } from "./support.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let chromium;
let server;
const files = market();
const key = sha256(files.bytes("keys/verifying.key"));
const all = () => [
  ...["p.json", "market.scn", "mandate.toml"].map((name) => file(name, files.bytes(name))),
  file("verifying.key", files.bytes("keys/verifying.key")),
];

before(async () => {
  chromium = await browser();
  server = await host({ "/c.json": files.bytes("c.json") });
});
after(async () => {
  await chromium.close();
  await server.close();
});

/** The states of the page, one after another. */
async function* states(tab) {
  await tab.goto(`${server.address}#commitment=c.json&keys-digest=${key}&context=0x1`);
  await tab.getByRole("button", { name: /^Fetch/ }).click();
  await tab.locator("#files").getByText("c.json").waitFor();
  yield ["a link", await answer(tab)];
  await tab.getByRole("button", { name: "Start again" }).click();
  yield ["empty", await answer(tab)];
  await give(tab, ...all(), file("o.json", files.bytes("o.json")));
  await fill(tab, "Digest of the keys", key);
  yield ["valid", await answer(tab)];
  await give(tab, file("b.tailproof", files.bytes("b.tailproof")));
  await tab.getByRole("button", { name: "Remove mandate.toml" }).click();
  yield ["from the bundle", await answer(tab)];
  await fill(tab, "Digest of the keys", "ab".repeat(32));
  yield ["refused", await answer(tab)];
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`axe finds nothing: ${colorScheme}, ${width} px`, async () => {
      // The policy of the page would not let axe in.
      const context = await chromium.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
      context.setDefaultTimeout(PATIENCE);
      const { tab } = await opened(context, server.address);
      await tab.evaluate(axe);
      const seen = [];
      for await (const [name, { word }] of states(tab)) {
        seen.push(word);
        if (!(await tab.evaluate(() => "axe" in globalThis))) {
          await tab.evaluate(axe);
        }
        const { violations, passes } = await tab.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
        const told = violations.map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`,
        );
        assert.deepEqual(told, [], name);
        assert.ok(passes.length > 10);
        const overflow = await tab.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.equal(overflow, 0, `${name}: nothing is wider than the screen`);
      }
      assert.deepEqual(seen, ["NOT CHECKED", "NOTHING CHECKED", "VALID, WITH WARNINGS", "NOT VALID", "NO VERDICT"]);
      await context.close();
    });
  }
}

test("by keyboard alone", async () => {
  const context = await chromium.newContext();
  context.setDefaultTimeout(PATIENCE);
  const { tab } = await opened(context, server.address);
  // Chromium is told at the first listener to hand its choosers over, and must have heard it before a key is pressed.
  let choose;
  tab.on("filechooser", (chooser) => choose(chooser));
  const focused = () => tab.evaluate(() => document.activeElement.id);
  const order = [];
  for (let step = 0; step < 6; step += 1) {
    await tab.keyboard.press("Tab");
    order.push(await focused());
  }
  assert.deepEqual(order, ["strip", "choose", "pin-keys", "pin-terms", "pin-scenarios", ""]);
  await tab.locator("#choose").focus();
  for (const [press, given] of [
    ["Enter", all().slice(0, 2)],
    ["Space", all().slice(2)],
  ]) {
    const asked = new Promise((resolve) => (choose = resolve));
    await tab.keyboard.press(press);
    const chooser = await asked;
    assert.ok(chooser.isMultiple());
    await chooser.setFiles(given);
    await answer(tab);
  }
  await tab.locator("#files li").nth(3).waitFor();
  await tab.locator("#pin-keys").focus();
  await tab.keyboard.insertText(`${key}\n`);
  assert.equal((await answer(tab)).word, "VALID, WITH WARNINGS");
  await tab.locator("#strip").focus();
  await tab.keyboard.press("Enter");
  assert.equal(await focused(), "verdict");
  await tab.getByRole("button", { name: "Remove p.json" }).focus();
  await tab.keyboard.press("Enter");
  assert.equal(await focused(), "choose");
  assert.equal((await answer(tab)).word, "NOT CHECKED");
  await context.close();
});

test("a screen reader is told of the verdict, and finds the table", async () => {
  const context = await chromium.newContext({ viewport: { width: 360, height: 800 } });
  context.setDefaultTimeout(PATIENCE);
  const { tab } = await opened(context, server.address);
  const status = tab.getByRole("status");
  assert.equal(await status.getAttribute("aria-live"), "polite");
  await give(tab, ...all());
  await fill(tab, "Digest of the keys", key);
  await answer(tab);
  assert.match(await status.innerText(), /^VALID: The book under commitment/);
  // Blocks on a narrow screen, and still a table.
  assert.equal(await tab.getByRole("table").count(), 1);
  assert.deepEqual(await tab.getByRole("columnheader").allTextContents(), ["What", "How", "Note", "Digest"]);
  assert.ok((await tab.getByRole("cell", { name: "not checked" }).count()) > 0);
  await context.close();
});

test("printed, the verdict stands first", async () => {
  const context = await chromium.newContext({ colorScheme: "dark" });
  context.setDefaultTimeout(PATIENCE);
  const { tab } = await opened(context, server.address);
  await give(tab, ...all());
  await fill(tab, "Digest of the keys", key);
  await answer(tab);
  await tab.emulateMedia({ media: "print" });
  const top = async (selector) => (await tab.locator(selector).boundingBox())?.y;
  assert.ok((await top("#verdict")) < (await top("#files")));
  assert.equal(await tab.locator("#choose").isVisible(), false);
  assert.equal(await tab.locator("#pin-terms").isVisible(), false);
  assert.equal(await tab.locator("#pin-keys").isVisible(), true);
  assert.equal(await tab.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  await context.close();
});
