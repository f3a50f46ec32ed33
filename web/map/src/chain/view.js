// Views of contracts.

import { decodeFunctionResult, encodeFunctionData } from "viem";

/** Returns what a view of a contract returns, at a block or now. */
export async function view(ask, address, abi, functionName, args = [], block = "latest") {
  const data = encodeFunctionData({ abi, functionName, args });
  return decodeFunctionResult({ abi, functionName, data: await ask("eth_call", [{ to: address, data }, block]) });
}
