//! Encodings of the same proofs for other verifiers: an EVM contract and snarkjs.

pub mod evm;
pub mod key_rows;
pub mod snarkjs;
pub mod solidity;
