// Starts everything: the configuration, the verifiers, the watch, and what shows them.

import { Verifier } from "@tailproof/verifier";
import wasm from "@tailproof/verifier/tailproof_verifier_full.wasm?url";

import { keysOf } from "../chain/answers.js";
import { open, sha256, verdicts } from "../chain/cache.js";
import { configOf } from "../chain/config.js";
import { Files } from "../chain/files.js";
import { nodeAt } from "../chain/node.js";
import { Pool } from "../chain/pool.js";
import { Watch } from "../chain/watch.js";
import { showEntity, shownOf } from "./entity.js";
import { showFacts, tallyOf } from "./head.js";
import { showSums } from "./sums.js";
import { Table } from "./table.js";

const at = (id) => document.getElementById(id);

/** Least milliseconds between two drawings, before the first verdict and after it. */
const SOON = 40;
const PAUSE = 150;
/** Pinned keys that a worker decodes before anybody asks. */
const KEYS = 4;

async function loaded() {
  const response = await fetch(wasm);
  if (!response.ok) {
    throw new Error(`the verifier is not there: status ${response.status}`);
  }
  // It is compiled while it comes, if the server names its type.
  const bytes = response.clone().arrayBuffer();
  const compiled = WebAssembly.compileStreaming(response).catch(async () => WebAssembly.compile(await bytes));
  return { module: await compiled, digest: bytes.then(sha256) };
}

async function configured() {
  const response = await fetch("./map.json", { credentials: "same-origin" });
  if (!response.ok) {
    throw new Error(`map.json is not there: status ${response.status}`);
  }
  return configOf(await response.json(), location.href);
}

async function start() {
  const modules = loaded();
  modules.catch(() => {});
  const opening = open();
  const config = await configured();
  // The nodes are asked while the module is compiled: a check waits for a worker, and nothing else does.
  const pool = new Pool([]);
  const files = new Files({ hosts: config.hosts });
  const decodings = config.keys.slice(0, KEYS).map(({ digest }) => (worker) => keysOf(worker, digest, files));
  const starting = Array.from({ length: config.workers }, async () => {
    const { module } = await modules;
    pool.add(await Verifier.load({ module }), decodings);
  });
  const started = Promise.any(starting);
  for (const { digest } of config.keys) {
    files.warm(digest);
  }
  const asks = [config.rpc, ...(config.secondRpc ? [config.secondRpc] : [])].map((url) => nodeAt(url));
  const table = new Table(at("table"));
  let picture = null;
  let shownEntity = null;
  let timer = 0;
  let drawn = 0;
  let least = SOON;

  const store = { get: async (key) => (await opening).get(key), put: async (key, value) => (await opening).put(key, value) };
  const kept = modules.then(async ({ digest }) => ((await digest) ? verdicts(store, await digest) : null));
  const cache = { get: async (question) => (await kept)?.get(question), put: async (question, verdict) => (await kept)?.put(question, verdict) };
  const watch = new Watch(config, { asks, pool, files, store, cache, changed });

  function changed() {
    if (!timer) {
      timer = setTimeout(draw, Math.max(0, drawn + least - performance.now()));
    }
  }

  function draw() {
    timer = 0;
    drawn = performance.now();
    const view = watch.view();
    at("tally").textContent = tallyOf(view.tally);
    at("trouble").hidden = !view.doubt;
    if (at("trouble").textContent !== (view.doubt?.why ?? "")) {
      at("trouble").textContent = view.doubt?.why ?? "";
    }
    showFacts(at("facts"), config, view);
    table.show(view.rows);
    showSums(at("sums"), view.sums);
    picture?.show(view.rows);
    route(view);
    if (least === SOON && view.tally.verified + view.tally.refused > 0) {
      least = PAUSE;
      performance.mark("first-verdict");
    }
  }

  /** Shows one entity or all, as the address says. */
  function route(view, isMove = false) {
    const address = /^#\/entity\/(0x[0-9a-f]{40})$/.exec(location.hash.toLowerCase())?.[1];
    at("all").hidden = Boolean(address);
    at("one").hidden = !address;
    if (!address) {
      if (isMove && shownEntity) {
        document.querySelector(`tr[data-entity="${shownEntity.address}"] a`)?.focus();
      }
      shownEntity = null;
      document.title = "Global Risk Map";
      return;
    }
    const rows = view.rows.filter(({ entity }) => entity === address);
    const shown = shownOf(rows, view);
    if (shownEntity?.address === address && shownEntity.shown === shown) {
      return;
    }
    const isNew = shownEntity?.address !== address;
    shownEntity = { address, shown };
    const heading = showEntity(at("one"), address, rows, view, files);
    document.title = `${rows[0]?.name ?? address} - Global Risk Map`;
    if (isNew && isMove) {
      heading.focus();
    }
  }

  addEventListener("hashchange", () => route(watch.view(), true));
  at("find").addEventListener("input", ({ target }) => table.choose({ find: target.value }));
  at("which").addEventListener("change", ({ target }) => table.choose({ which: target.value }));
  at("order").addEventListener("change", ({ target }) => table.choose({ order: target.value }));

  for (;;) {
    await watch.visit();
    await Promise.all([started, watch.settled()]);
    draw();
    at("said").textContent = at("tally").textContent;
    performance.mark("settled");
    if (!picture) {
      try {
        const { Picture } = await import("./map.js");
        picture = new Picture(at("map"));
        picture.show(watch.view().rows);
      } catch (error) {
        at("map").textContent = `The picture could not be drawn: ${error.message}. The table says the same.`;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, config.poll * 1_000));
  }
}

start().catch((error) => {
  at("trouble").hidden = false;
  at("trouble").textContent = `Nothing is verified: ${error.message}`;
});
