// From the data of a transaction to the proof of a record. The event has no proof in it: the call that made it has.

import { concat, decodeFunctionData } from "viem";

import { LEDGER } from "./abi.js";
import { word } from "./amounts.js";

/** Something that the page cannot look at, or a contradiction. */
export class NoProof extends Error {
  /** @param {"not-checked" | "refused"} state */
  constructor(state, code, message) {
    super(message);
    this.state = state;
    this.code = code;
  }
}

const same = (one, other) => String(one).toLowerCase() === String(other).toLowerCase();

/** Returns a signature in two words (ERC-2098) in 65 bytes. */
export function signatureOf({ r, vs }) {
  const value = BigInt(vs);
  return concat([r, word(value & ((1n << 255n) - 1n)), value >> 255n === 1n ? "0x1c" : "0x1b"]);
}

/**
 * Returns the proof, the point, the control of the rung and the attestation that a record was made of.
 *
 * @param {{ to: string | null, from: string, input: string }} transaction
 * @param {object} record
 * @param {string} ledger
 */
export function proofOf(transaction, record, ledger) {
  if (!transaction.to || !same(transaction.to, ledger)) {
    throw new NoProof("not-checked", "other-caller", "handed in through another contract, so the page does not see its proof");
  }
  let call;
  try {
    call = decodeFunctionData({ abi: LEDGER, data: transaction.input });
  } catch {
    throw contradiction("the transaction's data is no call that records a proof");
  }
  return compared(handedIn(call, transaction, record), record);
}

/** Returns the refusal of a node that says two things. */
export const contradiction = (text) =>
  new NoProof("refused", "contradiction", `the node contradicts itself: ${text}`);

function handedIn({ functionName, args }, transaction, record) {
  switch (functionName) {
    case "submit":
      return { entity: transaction.from, ...args[0] };
    case "submitFor":
      return { entity: args[0], ...args[2] };
    case "submitMany": {
      const [batch, items] = args;
      const item = items.find(({ entity, commitment }) => same(entity, record.entity) && commitment === record.commitment);
      if (!item) {
        throw contradiction("the batch has no item of this entity and commitment");
      }
      const rung = batch.rungs[Number(item.rung)];
      // With `vs` zero, `r` is the place of a contract's signature in the batch's list, from 1 on.
      const { r, vs } = item.attestation;
      const signature = BigInt(vs) === 0n ? (batch.signatures[Number(BigInt(r)) - 1] ?? "0x") : signatureOf(item.attestation);
      return { ...batch, ...item, rung, signature };
    }
    default:
      throw contradiction(`the transaction calls ${functionName}`);
  }
}

function compared(call, record) {
  const pairs = {
    entity: [call.entity, record.entity],
    mandate: [call.mandate, record.mandate],
    epoch: [call.epoch, record.epoch],
    commitment: [call.commitment, record.commitment],
    period: [call.witness.period, record.period],
    "bound on value at risk": [call.varBound, record.varBound],
    "bound on expected shortfall": [call.shortfallBound, record.shortfallBound],
    floor: [BigInt(record.rung) === 0n ? 0n : call.rung?.floor, record.varFloor],
  };
  for (const [name, [said, event]] of Object.entries(pairs)) {
    if (!same(said, event)) {
      throw contradiction(`the ${name} is ${event} in the event and ${said} in its transaction`);
    }
  }
  return {
    proof: call.proof,
    point: { x: call.point[0], y: call.point[1] },
    forecast: call.rung?.forecast,
    attestation: { asOf: call.asOf, expires: call.expires, scope: call.scope, signature: call.signature },
  };
}
