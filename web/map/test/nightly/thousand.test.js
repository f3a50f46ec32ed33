// A thousand proofs in the page, on two workers. The proofs are made once, and kept.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, build, inWords, load, site, timed } from "../support/browser.js";
import { startMany } from "../support/many.js";
import { hostOf } from "../support/servers.js";

const entities = Number(process.env.MAP_ENTITIES ?? 250);
const epochs = Number(process.env.MAP_EPOCHS ?? 4);
const proofs = entities * epochs;

test(`${proofs} proofs of ${entities} entities are checked at 50 a second on two cores, and the page stays usable`, async () => {
  build();
  const chain = await startMany({ entities, epochs });
  const host = await hostOf(chain.files);
  const page = await site({ ...chain.config, rpc: chain.url, hosts: [host.url], poll: 600, workers: 2 });
  const chrome = await browser();
  try {
    const found = await timed(chrome, page.url, { tracing: false });
    console.log(`${proofs} proofs, ${load().toFixed(1)} processes for a core: ${inWords(found)}`);
    // The machine's other work takes its share of the time by the clock, and none of the processor time: 20 seconds of two cores.
    const share = Math.max(1, load());
    assert.ok(found.all < 20 * proofs * share);
    assert.ok(found.seconds < 0.04 * proofs);
    assert.ok(found.first < 1_000 * share);
    const traced = await timed(chrome, page.url);
    console.log(`the same, traced: ${inWords(traced)}`);
    assert.ok(traced.longestOfProcessor < 100);
  } finally {
    await chrome.close();
    await Promise.all([host.stop(), page.stop()]);
    chain.stop();
  }
});
