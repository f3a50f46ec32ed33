// Contracts of this repository, compiled, and a development chain to deploy them on.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";

import * as desk from "./desk.js";

const contracts = new URL("contracts/", desk.root);
const tool = (name) => execFileSync("node", ["native.js", name], { cwd: contracts, encoding: "utf8" }).trim();

/** Compiles the contracts, the verifiers of some keys and the stubs. */
export function build(keys) {
  const folder = new URL("generated/map/", contracts);
  mkdirSync(folder, { recursive: true });
  const isBuilt = (file, name) => existsSync(new URL(`out/${file}.sol/${name}.json`, contracts));
  const stubs = readFileSync(new URL("../contracts/MapStubs.sol", import.meta.url), "utf8");
  const kept = new URL("MapStubs.sol", folder);
  let isWhole = isBuilt("MandateLedger", "MandateLedger") && isBuilt("MapStubs", "AcceptsAll");
  if (!existsSync(kept) || readFileSync(kept, "utf8") !== stubs) {
    writeFileSync(kept, stubs);
    isWhole = false;
  }
  for (const { name, folder: of, digest } of keys) {
    // The name has the digest of the key: another key is another contract.
    const file = `${verifierOf({ name, digest })}`;
    const to = new URL(`${file}.sol`, folder);
    if (!existsSync(to)) {
      desk.run("solidity", "--keys", of, "-o", to.pathname);
    }
    isWhole &&= isBuilt(file, "TailproofVerifier");
  }
  if (!isWhole) {
    execFileSync(tool("forge"), ["build", "--offline", "src", "generated/map"], { cwd: contracts, stdio: "pipe" });
  }
}

/** Returns the name of the file that has a key's verifier. */
export const verifierOf = ({ name, digest }) => `Map_${name}_${digest.slice(0, 8)}`;

/** Returns a compiled contract. */
export const artefact = (file, name) => JSON.parse(readFileSync(new URL(`out/${file}.sol/${name}.json`, contracts), "utf8"));

/** Returns a free port of this machine. */
export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts anvil, with a first block at a time in Unix seconds. */
export async function anvil(time, { accounts = 20 } = {}) {
  const port = await freePort();
  const child = spawn(tool("anvil"), ["--host", "127.0.0.1", "--port", `${port}`, "--timestamp", `${time}`, "--accounts", `${accounts}`, "--silent"], { stdio: "ignore" });
  // It ends with this process, however that ends in order.
  const stop = () => child.kill();
  process.once("exit", stop);
  child.unref();
  const url = `http://127.0.0.1:${port}`;
  const ask = async (method, params = []) => {
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }) });
    const { result, error } = await response.json();
    if (error) {
      throw new Error(`${method}: ${error.message}`);
    }
    return result;
  };
  for (let left = 100; ; left -= 1) {
    try {
      await ask("eth_chainId");
      break;
    } catch (error) {
      if (left === 0) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return { url, ask, stop };
}
