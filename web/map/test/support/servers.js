// A host of files, and a node in between that may lie.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json", ".svg": "image/svg+xml" };

/** Starts a server on a free port of this machine. Connections are ended with it. */
export async function serve(answer) {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      response.writeHead(500).end(error.message);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

const OPEN = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };

/** Serves files by their digest. `files` may be changed while it runs. */
export const hostOf = (files) =>
  serve(async ({ url }, response) => {
    const file = files.get(url.slice(1));
    response.writeHead(file ? 200 : 404, OPEN).end(file);
  });

/** Serves a folder, and what `extra` has by path. */
export const siteOf = (folder, extra = new Map()) =>
  serve(async ({ url }, response) => {
    const path = url.split("?")[0].replace(/\/$/, "/index.html");
    const own = extra.get(path);
    const body = own ?? (await readFile(new URL(`.${path}`, folder)).catch(() => null));
    response.writeHead(body === null ? 404 : 200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body);
  });

/**
 * A node in front of another one. `lie(method, params, result)` may change a result; `down` makes it end connections; `asked`
 * counts calls.
 */
export async function nodeBefore(url) {
  const node = { lie: (_method, _params, result) => result, down: false, asked: {} };
  const server = await serve(async (request, response) => {
    if (node.down) {
      request.socket.destroy();
      return;
    }
    if (request.method === "OPTIONS") {
      response.writeHead(204, OPEN).end();
      return;
    }
    let text = "";
    for await (const chunk of request) {
      text += chunk;
    }
    const calls = JSON.parse(text);
    const behind = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: text });
    const answers = await behind.json();
    const changed = (call, answer) => {
      node.asked[call.method] = (node.asked[call.method] ?? 0) + 1;
      return "result" in answer ? { ...answer, result: node.lie(call.method, call.params, answer.result) } : answer;
    };
    const list = Array.isArray(calls) ? calls : [calls];
    const found = (Array.isArray(answers) ? answers : [answers]).map((answer) => changed(list.find(({ id }) => id === answer.id), answer));
    response.writeHead(200, { "content-type": "application/json", ...OPEN }).end(JSON.stringify(Array.isArray(calls) ? found : found[0]));
  });
  return Object.assign(node, server);
}

/** Raises the bound on value at risk in the events of an entity: as a node that lies would. */
export const raised = (entity) => (method, _params, result) =>
  method === "eth_getLogs"
    ? result.map((log) => {
        const isOf = log.topics[1]?.endsWith(entity.slice(2)) && log.data.length === 2 + 64 * 8;
        // The fourth word of the event's data is the bound on value at risk.
        const at = 2 + 64 * 3;
        return isOf ? { ...log, data: `${log.data.slice(0, at)}${(100n).toString(16).padStart(64, "0")}${log.data.slice(at + 64)}` } : log;
      })
    : result;
