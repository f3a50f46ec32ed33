// How soon the page of twelve entities shows its first verdict, and whether it stays usable meanwhile.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, build, inWords, load, site, timed } from "../support/browser.js";
import { start } from "../support/chain.js";
import { hostOf } from "../support/servers.js";

test("the first verdict is there within a second, and no task blocks a frame for 100 ms", async () => {
  build();
  const chain = await start();
  const host = await hostOf(chain.files);
  const page = await site({ ...chain.config, rpc: chain.url, hosts: [host.url], poll: 600 });
  const chrome = await browser();
  try {
    const runs = [];
    for (let run = 0; run < 3; run += 1) {
      runs.push(await timed(chrome, page.url));
    }
    console.log(`${load().toFixed(1)} processes for a core; ${runs.map(inWords).join("; ")}`);
    // Others use the machine too. A task is measured by its own processor time; the best run's first verdict may take
    // longer by as much as processes wait for a core.
    assert.ok(Math.min(...runs.map(({ first }) => first)) < 1_000 * Math.max(1, load()));
    assert.ok(Math.max(...runs.map(({ longestOfProcessor }) => longestOfProcessor)) < 100);
  } finally {
    await chrome.close();
    await Promise.all([host.stop(), page.stop()]);
    chain.stop();
  }
});
