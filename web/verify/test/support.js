// The page in Chromium, from a host that answers on loopback and from a file.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { chromium } from "playwright-core";

// The cases are those of the package's tests.
export {
  CRITERIA,
  TIGHTER,
  collateral,
  criteria,
  gains,
  halo2,
  margin,
  market,
  month,
  pool,
  ruled,
  run,
  sha256,
  sized,
  swapped,
} from "../../verifier/test/support.js";

export const tailproof = process.env.TAILPROOF ?? new URL("../../../target/debug/tailproof", import.meta.url).pathname;

const page = new URL("../dist/verify.html", import.meta.url);
export const pageFile = page.href;

/** Starts Chromium. `CHROMIUM` names another one than Debian's. */
export const browser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

/** Milliseconds that a page may take where other programs want the same cores. */
export const PATIENCE = 120_000;

/** Starts a host of the page and of `files`, `{ "/name": bytes }`. It counts what it was asked for. */
export async function host(files = {}) {
  const asked = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    asked.push(request.url);
    const body = pathname === "/" ? readFileSync(page) : files[pathname];
    response.writeHead(body === undefined ? 404 : 200, pathname === "/" ? { "content-type": "text/html" } : {});
    response.end(body);
  });
  // Tests end even if one of them forgets the host.
  server.unref();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}/`;
  return {
    address,
    asked,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

/** Opens the page, and collects what it asks for, and errors of its script and of its policy. */
export async function opened(context, address) {
  context.setDefaultTimeout(PATIENCE);
  const tab = await context.newPage();
  const requests = [];
  const errors = [];
  tab.on("request", (request) => requests.push(request.url()));
  tab.on("pageerror", (error) => errors.push(String(error)));
  tab.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await tab.goto(address);
  return { tab, requests, errors };
}

/** A file that the input is given. */
export const file = (name, content) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });

/** Gives files to the input. */
export const give = (tab, ...files) => tab.setInputFiles("#input", files);

/** Drops files on the page, `[name, bytes]` each, and a text beside them. */
export const drop = (tab, ...files) =>
  tab.evaluate(
    (contents) => {
      const transfer = new DataTransfer();
      for (const [name, bytes] of contents) {
        transfer.items.add(new File([Uint8Array.from(bytes)], name));
      }
      transfer.items.add("text", "text/plain");
      document
        .getElementById("verdict")
        .dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    },
    files.map(([name, bytes]) => [name, [...bytes]]),
  );

/** Fills a field. */
export const fill = (tab, label, value) => tab.getByLabel(label, { exact: true }).fill(value);

/** Waits for an answer other than "checking", and returns its word, its whole text and its level. */
export async function answer(tab) {
  await tab.waitForFunction(() => !document.getElementById("strip-word").textContent.startsWith("CHECKING"));
  const word = await tab.locator("#strip-word").textContent();
  const text = (await tab.locator("#sentence").innerText()).replaceAll("\n", " ");
  const level = await tab.locator("#verdict").getAttribute("data-level");
  return { word, text, level };
}

/** The rows of the table, as objects. */
export const rows = (tab) =>
  tab.locator("#parts tbody tr").evaluateAll((lines) =>
    lines.map((line) => ({
      level: line.className,
      ...Object.fromEntries(Array.from(line.cells, (cell) => [cell.className, cell.lastChild?.textContent ?? ""])),
    })),
  );
