// Who vouches for a record's book: the signature of the mandate's custodian, which the call that made the record has.

import { hashTypedData, recoverAddress } from "viem";

import { word } from "./amounts.js";
import { NoProof, contradiction } from "./calls.js";

/** Facts that an attestation may be about, by bits; and the bit of a commitment for Groth16. */
const ABOUT = ["assets", "liabilities", "completeness", "net asset value", "eligibility"];
const GROTH16 = 1 << 16;
const ZERO = /^0x0{40}$/;

const STATEMENT = {
  domain: { name: "Tailproof", version: "1" },
  primaryType: "Attestation",
  types: {
    Attestation: [
      { name: "commitment", type: "bytes32" },
      { name: "subject", type: "bytes32" },
      { name: "asOf", type: "uint64" },
      { name: "expires", type: "uint64" },
      { name: "scope", type: "uint32" },
      { name: "terms", type: "bytes32" },
    ],
  },
};

/** Returns the digest that a custodian signs: `Attestations.digest`. */
export const digestOf = ({ entity, commitment }, { asOf, expires, scope }, factors) =>
  hashTypedData({ ...STATEMENT, message: { commitment: word(commitment), subject: word(entity), asOf, expires, scope, terms: factors } });

/**
 * Returns who vouches for a record's book. The state is `none` if the mandate names no custodian, `signed` if this browser found
 * the signature to be that of one, and `not-checked` for a custodian that is a contract.
 *
 * @param {object} record
 * @param {object} terms of its mandate
 * @param {object} call as `proofOf` returns it
 * @param {string} factors digest of the factor names
 * @param {(address: string) => Promise<string>} codeAt
 */
export async function vouched(record, terms, call, factors, codeAt) {
  const custodians = [terms.custodian, terms.secondCustodian].filter((address) => !ZERO.test(address)).map((address) => address.toLowerCase());
  // A mandate without a first custodian asks for none.
  if (ZERO.test(terms.custodian)) {
    return { state: "none", why: "the mandate names no custodian: nobody vouches for the book" };
  }
  const { scope, asOf, signature } = call.attestation;
  if ((scope & terms.scope) >>> 0 !== terms.scope >>> 0 || (scope & GROTH16) === 0) {
    throw contradiction("its attestation says less than the mandate asks for");
  }
  if (Number(asOf) !== record.asOf) {
    throw contradiction(`the attestation is as of ${record.asOf} in the event and ${asOf} in its transaction`);
  }
  const about = ABOUT.filter((_, bit) => scope & (1 << bit));
  const said = { about, asOf: Number(asOf), expires: Number(call.attestation.expires) };
  const signer = await recoverAddress({ hash: digestOf(record, call.attestation, factors), signature }).then((address) => address.toLowerCase(), () => null);
  if (custodians.includes(signer)) {
    return { state: "signed", who: signer, ...said, why: "this browser checked the signature" };
  }
  const contracts = [];
  for (const address of custodians) {
    if ((await codeAt(address)) !== "0x") {
      contracts.push(address);
    }
  }
  if (contracts.length === 0) {
    throw new NoProof("refused", "not-attested", "the call that made the record has no signature of the mandate's custodian");
  }
  return { state: "not-checked", who: contracts[0], ...said, why: "the custodian is a contract: the ledger asked it, and this page does not" };
}
