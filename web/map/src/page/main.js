// Starts everything: the configuration, the verifiers, the watch, and what shows them.

import { Verifier } from "@tailproof/verifier";
import wasm from "@tailproof/verifier/tailproof_verifier.wasm?url";

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

/** Least milliseconds between two drawings. */
const PAUSE = 150;

async function loaded() {
  const response = await fetch(wasm);
  if (!response.ok) {
    throw new Error(`the verifier is not there: status ${response.status}`);
  }
  const bytes = await response.arrayBuffer();
  const [module, digest] = await Promise.all([WebAssembly.compile(bytes), sha256(bytes)]);
  return { module, digest };
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
  const starting = Array.from({ length: config.workers }, async () => {
    const { module } = await modules;
    pool.add(await Verifier.load({ module }));
  });
  const started = Promise.any(starting);
  const files = new Files({ hosts: config.hosts });
  for (const { digest } of config.keys) {
    files.warm(digest);
  }
  const asks = [config.rpc, ...(config.secondRpc ? [config.secondRpc] : [])].map((url) => nodeAt(url));
  const table = new Table(at("table"));
  let picture = null;
  let shownEntity = null;
  let timer = 0;
  let drawn = 0;

  const store = { get: async (key) => (await opening).get(key), put: async (key, value) => (await opening).put(key, value) };
  const kept = modules.then(({ digest }) => (digest ? verdicts(store, digest) : null));
  const cache = { get: async (question) => (await kept)?.get(question), put: async (question, verdict) => (await kept)?.put(question, verdict) };
  const watch = new Watch(config, { asks, pool, files, store, cache, changed });

  function changed() {
    if (!timer) {
      timer = setTimeout(draw, Math.max(0, drawn + PAUSE - performance.now()));
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
    if (view.tally.verified + view.tally.refused > 0 && performance.getEntriesByName("first-verdict").length === 0) {
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
