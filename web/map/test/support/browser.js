// The built page in Chromium, on a chain, with hosts and nodes that a test may turn against it.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg } from "node:os";

import { chromium } from "playwright-core";

import { root } from "./desk.js";
import { siteOf } from "./servers.js";

const here = new URL("../../", import.meta.url);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Folder of the pictures that tests take. */
export const pictures = new URL("target/web/map/pictures/", root);

/** Builds the page. */
export function build() {
  execFileSync(new URL("node_modules/.bin/vite", here).pathname, ["build", "--logLevel", "error"], { cwd: here, stdio: "pipe" });
  mkdirSync(pictures, { recursive: true });
}

/** Starts Chromium. */
export const browser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });

/** Serves the built page with a configuration. */
export async function site(config) {
  const extra = new Map();
  const served = await siteOf(new URL("dist/", here), extra);
  const configure = (given) => extra.set("/map.json", JSON.stringify(given));
  configure(config);
  return { ...served, configure };
}

/** Opens the page in a context of its own, and waits for every check. */
export async function opened(chrome, url, { settled = true, before = async () => {}, ...options } = {}) {
  const context = await chrome.newContext(options);
  const page = await context.newPage();
  const faults = [];
  const requests = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("dialog", (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => requests.push(request.url()));
  await before(page);
  await page.goto(url);
  if (settled) {
    await page.waitForFunction(() => performance.getEntriesByName("settled").length > 0, null, { timeout: 300_000 });
    await page.waitForSelector("#map svg", { state: "attached", timeout: 20_000 });
  }
  return { page, context, faults, requests, close: () => context.close() };
}

/** Returns the violations that axe finds, in words. */
export async function violations(page) {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}

/** Returns the state of an entity's row. */
export const stateOf = (page, address) => page.getAttribute(`tr[data-entity="${address}"]`, "data-state");

/** Returns how many processes want each core. */
export const load = () => loadavg()[0] / cpus().length;

/** Returns the seconds of processor time that the browser's processes took so far, those that ended left out. */
async function processorSeconds(session) {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/**
 * Opens the page in a context of its own, and returns milliseconds from its start to the first verdict and to the last one, and
 * of the longest task of its main thread: by the clock, as `longtask` has it, and of processor time; and the seconds of processor
 * time of all of the browser's processes, from before the page is opened to the last verdict.
 *
 * With `tracing` off, there is no processor time of tasks, and none is spent on the trace.
 */
export async function timed(chrome, url, { tracing = true } = {}) {
  const session = await chrome.newBrowserCDPSession();
  const before = await processorSeconds(session);
  const watched = async (page) => {
    await page.addInitScript(() => {
      window.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) {
          window.longest = Math.max(window.longest, duration);
        }
      }).observe({ type: "longtask", buffered: true });
    });
    if (tracing) {
      await chrome.startTracing(page, { categories: ["toplevel", "devtools.timeline", "thread_time", "blink.user_timing"] });
    }
  };
  const { page, close } = await opened(chrome, url, { before: watched, viewport: { width: 1280, height: 800 } });
  const seconds = (await processorSeconds(session)) - before;
  const longestOfProcessor = tracing ? longestTask(JSON.parse((await chrome.stopTracing()).toString())) : null;
  const marks = await page.evaluate(() => {
    const at = (name) => performance.getEntriesByName(name)[0].startTime;
    return { first: at("first-verdict"), all: at("settled"), longest: window.longest };
  });
  await close();
  await session.detach();
  return { ...marks, seconds, longestOfProcessor };
}

/** Returns the milliseconds of processor time of the longest task of a page's main thread. */
function longestTask({ traceEvents }) {
  // The browser has pages of its own.
  const own = traceEvents.find(({ name }) => name === "first-verdict")?.pid;
  const isMain = ({ name, args, pid }) => name === "thread_name" && args.name === "CrRendererMain" && pid === own;
  const threads = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid}/${tid}`));
  const tasks = traceEvents.filter(({ name, tdur, pid, tid }) => name.endsWith("RunTask") && tdur !== undefined && threads.has(`${pid}/${tid}`));
  if (tasks.length === 0) {
    throw new Error("the browser traced no task");
  }
  return tasks.reduce((most, { tdur }) => Math.max(most, tdur / 1_000), 0);
}

/** Returns what was timed in words. */
export function inWords({ first, all, longest, longestOfProcessor, seconds }) {
  const tasks = longestOfProcessor === null ? "" : ` (${Math.round(longestOfProcessor)} ms of processor time)`;
  return `first verdict ${Math.round(first)} ms, all ${Math.round(all)} ms, longest task ${Math.round(longest)} ms${tasks}; ${seconds.toFixed(1)} s of processor time in all`;
}
