// A node: JSON-RPC through viem, with batches and a timeout.

import { createPublicClient, http } from "viem";

/** Returns `ask(method, params)`. Its errors say whether the node could not be reached. */
export function nodeAt(url, { timeout = 8_000 } = {}) {
  const client = createPublicClient({ transport: http(url, { timeout, retryCount: 0, batch: { batchSize: 200, wait: 2 } }) });
  return async (method, params) => {
    try {
      return await client.request({ method, params });
    } catch (error) {
      const name = error.walk?.((cause) => cause.name === "HttpRequestError" || cause.name === "TimeoutError")?.name;
      const failure = new Error(name ? "the node does not answer" : `the node refuses ${method}: ${error.details ?? error.shortMessage ?? error.message}`);
      failure.isUnreachable = Boolean(name);
      throw failure;
    }
  };
}
