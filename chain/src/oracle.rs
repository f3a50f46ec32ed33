//! Rows of prices that seats sign: statements, and files of signatures.

use std::collections::BTreeMap;

use alloy::primitives::{Address, B256, Bytes, Signature, U256, keccak256};
use alloy::sol_types::SolValue;
use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::prices::{PriceRow, entry, packed};
use crate::typed::{self, row_digest};

/// A row of prices and the one that its move begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Period of the prices that the move begins with.
    pub previous: u32,
    /// What the row stands behind: the hash of (hash of the prices that the last row closed with, its period); zero for a
    /// window's first row.
    pub last: B256,
    /// Prices that the move begins with.
    pub before: Vec<u64>,
    /// Prices that it ends with, and their period.
    pub now: PriceRow,
}

impl Move {
    /// Returns the entries, all factors relative, as a window computes them.
    ///
    /// # Errors
    /// As for [`entry`], and another number of prices before than after.
    pub fn entries(&self) -> Result<Vec<i32>, Failure> {
        let (before, now) = (&self.before, &self.now.prices);
        if before.len() != now.len() {
            let date = &self.now.date;
            return Err(Failure::Usage(format!("{date}: {} prices, and {} before", now.len(), before.len())));
        }
        let pairs = before.iter().zip(now).enumerate();
        pairs.map(|(factor, (before, now))| entry(&self.now.date, factor, *before, *now, *before)).collect()
    }
}

/// What a window closed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Period of the last row.
    pub period: u32,
    /// Its prices.
    pub prices: Vec<u64>,
}

impl Move {
    /// Returns the statement that seats sign.
    pub fn statement(&self, source: B256) -> typed::PriceRow {
        typed::PriceRow {
            source,
            period: self.now.period,
            previous: self.previous,
            last: self.last,
            before: keccak256(packed(&self.before)),
            now: self.now.hash(),
        }
    }

    /// Whether the prices that the move begins with are others than those that were closed with,
    /// though no period was skipped.
    pub fn is_adjusted(&self, closed: &Closed) -> bool {
        self.previous == closed.period && self.before != closed.prices
    }
}

/// Returns the moves of a history after what a window closed with; all of them if it has no row yet.
/// Periods in `skip` have no row of their own: the next move begins with their prices, and is a gap.
///
/// # Errors
/// The history does not have the row that the window closed with.
pub fn moves_after(rows: &[PriceRow], closed: Option<&Closed>, skip: &[u32]) -> Result<Vec<Move>, Failure> {
    let first = match closed {
        None => 1,
        Some(closed) => match rows.iter().position(|row| row.period >= closed.period) {
            Some(index) if rows[index].period == closed.period => index + 1,
            None => return Ok(Vec::new()),
            Some(_) => {
                return Err(Failure::Usage(format!(
                    "the prices lack the day that the window closed with, {} days after 1970-01-01: a move after it \
                     would overlap the window's last one, or leave out a part",
                    closed.period
                )));
            }
        },
    };
    let mut last = closed.map_or(B256::ZERO, |closed| behind(keccak256(packed(&closed.prices)), closed.period));
    let mut moves = Vec::new();
    for index in first..rows.len() {
        let (before, now) = (&rows[index - 1], &rows[index]);
        if skip.contains(&now.period) {
            continue;
        }
        moves.push(Move { previous: before.period, last, before: before.prices.clone(), now: now.clone() });
        last = behind(now.hash(), now.period);
    }
    Ok(moves)
}

/// Returns what a row states of the row that it stands behind.
fn behind(prices: B256, period: u32) -> B256 {
    keccak256((prices, U256::from(period)).abi_encode())
}

/// A file of signatures of one seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedRows {
    /// `tailproof-signed-rows`
    pub format: String,
    /// 1
    pub version: u32,
    /// EIP-155
    pub chain_id: u64,
    /// Address of the window.
    pub window: Address,
    /// The seat.
    pub signer: Address,
    /// By period.
    pub rows: BTreeMap<u32, SignedRow>,
}

/// A row and its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedRow {
    /// Date of the row.
    pub date: String,
    /// Digest that was signed.
    pub digest: B256,
    /// 65 bytes.
    pub signature: Bytes,
}

impl SignedRows {
    /// Returns an empty file of a seat.
    pub fn new(chain_id: u64, window: Address, signer: Address) -> Self {
        let format = "tailproof-signed-rows".to_owned();
        Self { format, version: 1, chain_id, window, signer, rows: BTreeMap::new() }
    }

    /// Checks that the file is of a window, and that each signature is its seat's.
    ///
    /// # Errors
    /// It is not; the message names the row.
    pub fn check(&self, chain_id: u64, window: Address) -> Result<(), String> {
        if self.format != "tailproof-signed-rows" || self.version != 1 {
            return Err(format!("format {}, version {}; tailproof-signed-rows 1 is read", self.format, self.version));
        }
        if (self.chain_id, self.window) != (chain_id, window) {
            return Err(format!(
                "rows of window {} on chain {}, not of {window} on chain {chain_id}",
                self.window, self.chain_id
            ));
        }
        for row in self.rows.values() {
            let signer = Signature::from_raw(&row.signature).ok();
            let signer = signer.and_then(|signature| signature.recover_address_from_prehash(&row.digest).ok());
            if signer != Some(self.signer) {
                return Err(format!("the signature of {} is not that of {}", row.date, self.signer));
            }
        }
        Ok(())
    }
}

/// Returns the signatures of a statement, joined in ascending order of the signers, as the contract
/// takes them: as many as the quorum. `None` if there are fewer.
pub fn joined(files: &[SignedRows], statement: &typed::PriceRow, quorum: usize) -> Option<Vec<u8>> {
    let digest = row_digest(statement);
    let signed = files.iter().filter_map(|file| {
        let row = file.rows.get(&statement.period).filter(|row| row.digest == digest)?;
        Some((file.signer, row.signature.to_vec()))
    });
    // A seat counts once, however many files it has.
    let by_signer: BTreeMap<Address, Vec<u8>> = signed.collect();
    let taken: Vec<u8> = by_signer.values().take(quorum).flatten().copied().collect();
    (by_signer.len() >= quorum).then_some(taken)
}

#[cfg(test)]
mod tests {
    use alloy::signers::local::PrivateKeySigner;

    use super::*;
    use crate::signer::sign;

    fn row(period: u32, price: u64) -> PriceRow {
        PriceRow { period, date: format!("day {period}"), prices: vec![price] }
    }

    #[test]
    fn moves_follow_the_row_that_the_window_closed_with() {
        let rows = [row(10, 100), row(11, 110), row(14, 121)];
        let all = moves_after(&rows, None, &[]).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!((all[1].previous, all[1].now.period, all[1].last), (11, 14, behind(rows[1].hash(), 11)));
        assert_eq!(all[0].last, B256::ZERO, "the window's first row");
        let closed = Closed { period: 11, prices: vec![110] };
        assert_eq!(moves_after(&rows, Some(&closed), &[]).unwrap(), all[1..]);
        assert!(moves_after(&rows, Some(&Closed { period: 14, prices: vec![121] }), &[]).unwrap().is_empty());
        for period in [9, 12] {
            assert!(moves_after(&rows, Some(&Closed { period, prices: vec![1] }), &[]).is_err(), "{period}");
        }
    }

    #[test]
    fn a_split_and_a_gap_keep_the_hash_of_the_last_close() {
        let closed = Closed { period: 11, prices: vec![440] };
        let rows = [row(11, 110), row(12, 111)];
        let split = &moves_after(&rows, Some(&closed), &[]).unwrap()[0];
        assert!(split.is_adjusted(&closed));
        assert_eq!((split.last, &split.before[..]), (behind(keccak256(packed(&[440])), 11), &[110][..]));
        let rows = [row(11, 440), row(12, 450), row(13, 460)];
        let gap = moves_after(&rows, Some(&closed), &[12]).unwrap();
        assert_eq!(gap.len(), 1, "12 has no row of its own");
        assert_eq!((gap[0].previous, gap[0].last, &gap[0].before[..]), (12, behind(rows[0].hash(), 11), &[450][..]));
        assert!(!gap[0].is_adjusted(&closed));
    }

    #[test]
    fn a_quorum_is_of_different_seats_over_one_statement() {
        let window = Address::repeat_byte(9);
        let moved = &moves_after(&[row(10, 100), row(11, 110)], None, &[]).unwrap()[0];
        let statement = moved.statement(typed::source(31337, window));
        let digest = row_digest(&statement);
        let file = |byte: u8, digest: B256| {
            let signer = PrivateKeySigner::from_bytes(&B256::repeat_byte(byte)).unwrap();
            let mut file = SignedRows::new(31337, window, signer.address());
            let signature = sign(&signer, digest).unwrap().into();
            file.rows.insert(11, SignedRow { date: "day 11".to_owned(), digest, signature });
            file
        };
        let (a, b, other) = (file(1, digest), file(2, digest), file(3, B256::repeat_byte(5)));
        a.check(31337, window).unwrap();
        assert!(a.check(1, window).is_err());
        let mut forged = a.clone();
        forged.signer = b.signer;
        assert!(forged.check(31337, window).unwrap_err().contains("day 11"));
        assert!(joined(&[a.clone(), a.clone()], &statement, 2).is_none(), "one seat twice");
        assert!(joined(&[a.clone(), other], &statement, 2).is_none(), "another statement");
        assert_eq!(joined(&[b, a], &statement, 2).unwrap().len(), 130);
    }
}
