//! A rolling window as its contract keeps it, computed again from the chain's events.
//!
//! The contract keeps hashes; whoever pushes a row, or shows one, shows what is behind them. The
//! events have all of it, so a pusher has no state of its own to lose.

use alloy::primitives::{B256, I256, U256, keccak256};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, PrimeField};
use tailproof::keys::VerifyingKey;
use tailproof_verifier::encoding::to_bytes;
use tailproof_verifier::export::evm::g1_words;
use tailproof_verifier::export::key_rows::KeyRows;
use tailproof_verifier::inputs::layout;
use tailproof_verifier::inputs::packing::Packing;

use crate::error::Failure;
use crate::oracle::{Closed, Move};
use crate::prices::{entry, packed};

/// Slots of a group.
const SLOTS: usize = 4;

/// How moves are computed from prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moves {
    /// Bit i is set if the move of factor i is absolute.
    pub absolute: U256,
    /// The price that is an absolute move of 1.
    pub unit: u64,
}

/// A row of a window.
#[derive(Debug, Clone)]
struct Row {
    entries: Vec<i32>,
    point: G1Affine,
    own_xi: i128,
    stamp: U256,
}

/// A group of four rows.
#[derive(Debug, Clone, Default)]
struct Group {
    rows: [Option<Row>; SLOTS],
    xi: Fr,
}

/// A window, and the key whose points it keeps.
pub struct Mirror<'k> {
    key: &'k VerifyingKey,
    rows: KeyRows<'k>,
    moves: Moves,
    groups: Vec<Group>,
    point: G1Affine,
    next: u32,
    closed: Option<Closed>,
    gaps: u16,
}

/// A row to be pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Number of the row.
    pub epoch: u32,
    /// Argument `row` of the call.
    pub bytes: Vec<u8>,
}

impl<'k> Mirror<'k> {
    /// Returns a window without rows.
    ///
    /// # Errors
    /// The key's statement has no groups of four scenarios.
    pub fn new(key: &'k VerifyingKey, factors: &[u8; 32], moves: Moves) -> Result<Self, Failure> {
        let shape = key.shape();
        let packing = Packing::of(shape);
        if packing.slots != SLOTS || shape.scenarios() == 0 {
            return Err(Failure::Usage(format!(
                "keys of shape {shape} have no rolling window: take those of a market"
            )));
        }
        let rows = KeyRows::new(key);
        let point = first_point(key, factors);
        let groups = vec![Group::default(); packing.groups(shape)];
        Ok(Self { key, rows, moves, groups, point, next: 0, closed: None, gaps: 0 })
    }

    /// Begins behind rows that have left the window: the next one is number `next`, and the window closed with
    /// `closed`. The point is that of the window once it has taken as many rows as it holds.
    pub fn begin_at(&mut self, next: u32, closed: Option<Closed>) {
        (self.next, self.closed) = (next, closed);
    }

    /// Returns the number of rows that a full window has.
    pub fn size(&self) -> usize {
        self.key.shape().scenarios()
    }

    /// Returns the newest epoch that has a point; `None` until the window is full.
    pub fn newest(&self) -> Option<u64> {
        let full = usize::try_from(self.next).is_ok_and(|rows| rows >= self.size());
        full.then(|| u64::from(self.next) - 1)
    }

    /// Returns the number of the next row.
    pub fn next(&self) -> u32 {
        self.next
    }

    /// Returns what the window closed with.
    pub fn closed(&self) -> Option<&Closed> {
        self.closed.as_ref()
    }

    /// Returns the scenario point.
    pub fn point(&self) -> G1Affine {
        self.point
    }

    /// Returns what the next row's call shows, as the window is now.
    ///
    /// # Errors
    /// A price of zero, a move out of range, or another number of prices than factors.
    pub fn shown_for(&self, moved: &Move) -> Result<Pushed, Failure> {
        let slot = self.slot_of(self.next);
        let (group, place) = (&self.groups[slot / SLOTS], slot % SLOTS);
        self.entries(moved)?;
        let mut bytes = self.rows.row(slot).map_err(usage)?;
        for sibling in self.rows.path(slot).map_err(usage)? {
            bytes.extend_from_slice(&sibling);
        }
        bytes.extend(self.group_bytes(group));
        for (_, digest) in self.digests(slot / SLOTS).iter().enumerate().filter(|(other, _)| *other != place) {
            bytes.extend_from_slice(digest.as_slice());
        }
        bytes.extend_from_slice(&to_bytes(&group.xi));
        let leaving = group.rows[place].as_ref();
        bytes.extend(leaving.map_or_else(|| vec![0; 64], |row| point_bytes(&row.point)));
        bytes.extend_from_slice(&signed(leaving.map_or(0, |row| row.own_xi)));
        bytes.extend_from_slice(&leaving.map_or(U256::ZERO, |row| row.stamp).to_be_bytes::<32>());
        bytes.extend(point_bytes(&self.point));
        bytes.extend(packed(&moved.before));
        bytes.extend(packed(&moved.now.prices));
        if !self.follows(moved) {
            let last = self.closed.as_ref().map(|closed| keccak256(packed(&closed.prices))).unwrap_or_default();
            bytes.extend_from_slice(last.as_slice());
            bytes.extend_from_slice(&moved.previous.to_be_bytes());
        }
        Ok(Pushed { epoch: self.next, bytes })
    }

    /// Whether a row begins with the prices and the period that the last one closed with.
    fn follows(&self, moved: &Move) -> bool {
        self.closed.as_ref().is_some_and(|closed| closed.period == moved.previous && closed.prices == moved.before)
    }

    /// Takes a row as the contract does; `pushed` is the time of its block.
    ///
    /// # Errors
    /// A price of zero, a move out of range, or another number of prices than factors.
    pub fn take(&mut self, moved: &Move, pushed: u64) -> Result<(), Failure> {
        let slot = self.slot_of(self.next);
        let (at, place) = (slot / SLOTS, slot % SLOTS);
        let entries = self.entries(moved)?;
        let point = self.row_point(at, place, &entries);
        let own_xi = entries.chunks(2).map(|pair| i128::from(pair[0]) * i128::from(*pair.get(1).unwrap_or(&0))).sum();
        let is_gap = self.closed.as_ref().is_some_and(|closed| closed.period != moved.previous);
        let is_full = usize::try_from(self.next).is_ok_and(|next| next >= self.size());
        let stamp = U256::from(self.next)
            | U256::from(moved.now.period) << 32
            | U256::from(moved.previous) << 64
            | U256::from(if is_full { pushed } else { 0 }) << 96
            | U256::from(u8::from(is_gap)) << 136;
        let old_xi = self.groups[at].xi;
        let leaving = self.groups[at].rows[place].replace(Row { entries, point, own_xi, stamp });
        let xi = self.group_xi(&self.groups[at]);
        self.groups[at].xi = xi;
        let mut sum = self.point + point + self.xi_point(at) * (xi - old_xi);
        let mut gaps = self.gaps + u16::from(is_gap);
        if let Some(row) = leaving {
            sum -= row.point;
            gaps -= u16::from(row.stamp >> 136 != U256::ZERO);
        }
        (self.point, self.gaps) = (sum.into_affine(), gaps);
        self.closed = Some(Closed { period: moved.now.period, prices: moved.now.prices.clone() });
        self.next += 1;
        Ok(())
    }

    /// Returns what a window shows of one row, for its own point.
    ///
    /// # Errors
    /// The window does not have the row any more, or not yet.
    pub fn shown_row(&self, epoch: u64) -> Result<Vec<u8>, Failure> {
        let (at, place, row) = self.row(epoch)?;
        let group = &self.groups[at];
        let mut bytes = keccak256(self.group_bytes(group)).to_vec();
        for (_, digest) in self.digests(at).iter().enumerate().filter(|(other, _)| *other != place) {
            bytes.extend_from_slice(digest.as_slice());
        }
        bytes.extend_from_slice(&to_bytes(&group.xi));
        bytes.extend(point_bytes(&row.point));
        bytes.extend(point_bytes(&self.xi_point(at)));
        bytes.extend(point_bytes(&self.rows.weight_point(SLOTS * at + place).map_err(usage)?));
        bytes.extend_from_slice(&signed(row.own_xi));
        bytes.extend_from_slice(&row.stamp.to_be_bytes::<32>());
        Ok(bytes)
    }

    /// Returns what a public book's index is shown of one row: the entries of its group, the digests of the group's slots, xi,
    /// and what the row's own digest is the hash of.
    ///
    /// # Errors
    /// The window does not have the row any more, or not yet.
    pub fn shown_to_mark(&self, epoch: u64) -> Result<Vec<u8>, Failure> {
        let (at, place, row) = self.row(epoch)?;
        let group = &self.groups[at];
        let mut bytes = self.group_bytes(group);
        bytes.extend(self.digests(at).iter().flatten());
        bytes.extend_from_slice(&to_bytes(&group.xi));
        bytes.extend(self.slot_bytes(at, place, row));
        Ok(bytes)
    }

    /// Returns a row that is in the window, with its group and its place there.
    fn row(&self, epoch: u64) -> Result<(usize, usize, &Row), Failure> {
        let size = self.size() as u64;
        let next = u64::from(self.next);
        if epoch >= next || epoch + size < next {
            return Err(Failure::Usage(format!(
                "row {epoch} is not in the window, which has rows {} to {}",
                next.saturating_sub(size),
                next.saturating_sub(1)
            )));
        }
        let slot = usize::try_from(epoch % size).map_err(usage)?;
        let (at, place) = (slot / SLOTS, slot % SLOTS);
        let row = self.groups[at].rows[place].as_ref();
        Ok((at, place, row.ok_or_else(|| Failure::Usage(format!("row {epoch} is empty")))?))
    }

    /// Returns the period that a row's move begins with.
    ///
    /// # Errors
    /// The window does not have the row any more, or not yet.
    pub fn previous_of(&self, epoch: u64) -> Result<u32, Failure> {
        let slot = usize::try_from(epoch % self.size() as u64).map_err(usage)?;
        let row = self.groups[slot / SLOTS].rows[slot % SLOTS].as_ref();
        let row = row.filter(|row| row.stamp & U256::from(u32::MAX) == U256::from(epoch));
        let row = row.ok_or_else(|| Failure::Usage(format!("row {epoch} is not in the window")))?;
        Ok((row.stamp >> 64usize & U256::from(u32::MAX)).to::<u32>())
    }

    fn slot_of(&self, epoch: u32) -> usize {
        usize::try_from(epoch).unwrap_or(usize::MAX) % self.size()
    }

    /// Computes the entries of a move as the contract does.
    fn entries(&self, moved: &Move) -> Result<Vec<i32>, Failure> {
        let factors = self.key.shape().factors();
        if moved.before.len() != factors || moved.now.prices.len() != factors {
            return Err(Failure::Usage(format!(
                "{}: {} prices, and the window has {factors} factors",
                moved.now.date,
                moved.now.prices.len()
            )));
        }
        let pairs = moved.before.iter().zip(&moved.now.prices).enumerate();
        pairs
            .map(|(factor, (before, now))| {
                let over = if self.moves.absolute.bit(factor) { self.moves.unit } else { *before };
                entry(&moved.now.date, factor, *before, *now, over)
            })
            .collect()
    }

    /// The group's entries, 12 bytes a factor, slot 3 first.
    fn group_bytes(&self, group: &Group) -> Vec<u8> {
        let factors = self.key.shape().factors();
        let of_slot = |slot: usize, factor: usize| group.rows[slot].as_ref().map_or(0, |row| row.entries[factor]);
        (0..factors)
            .flat_map(|factor| (0..SLOTS).rev().flat_map(move |slot| of_slot(slot, factor).to_be_bytes()[1..].to_vec()))
            .collect()
    }

    /// The digests of a group's slots, zero for empty ones.
    fn digests(&self, at: usize) -> [B256; SLOTS] {
        std::array::from_fn(|place| {
            let row = self.groups[at].rows[place].as_ref();
            row.map_or(B256::ZERO, |row| keccak256(self.slot_bytes(at, place, row)))
        })
    }

    /// What a slot's digest is the hash of.
    fn slot_bytes(&self, at: usize, place: usize, row: &Row) -> Vec<u8> {
        let weight = self.rows.weight_point(SLOTS * at + place).expect("a slot that has a row");
        let bytes = [
            point_bytes(&row.point),
            point_bytes(&self.xi_point(at)),
            keccak256(point_bytes(&weight)).to_vec(),
            signed(row.own_xi).to_vec(),
            row.stamp.to_be_bytes::<32>().to_vec(),
        ];
        bytes.concat()
    }

    fn xi_point(&self, group: usize) -> G1Affine {
        self.key.groth16().gamma_abc_g1[layout::xi(self.key.shape(), group)]
    }

    fn row_point(&self, group: usize, place: usize, entries: &[i32]) -> G1Affine {
        let shape = self.key.shape();
        let first = layout::group(shape, group);
        let bases = &self.key.groth16().gamma_abc_g1[first..first + shape.factors()];
        let factor = Packing::of(shape).factor(place);
        let scalars: Vec<Fr> = entries.iter().map(|entry| Fr::from(i64::from(*entry)) * factor).collect();
        G1Projective::msm_unchecked(bases, &scalars).into_affine()
    }

    fn group_xi(&self, group: &Group) -> Fr {
        let packing = Packing::of(self.key.shape());
        let packed = |factor: usize| -> Fr {
            packing.pack(group.rows.iter().map(|row| {
                row.as_ref()
                    .and_then(|row| row.entries.get(factor))
                    .map_or(Fr::ZERO, |entry| Fr::from(i64::from(*entry)))
            }))
        };
        (0..self.key.shape().factors()).step_by(2).map(|factor| packed(factor) * packed(factor + 1)).sum()
    }
}

/// The point of a window without rows: factor names, equal weights, and the flags of exposures.
fn first_point(key: &VerifyingKey, factors: &[u8; 32]) -> G1Affine {
    use tailproof_verifier::export::key_rows::{exposures_point, factors_point, weights_point};
    let digest = Fr::from_be_bytes_mod_order(&factors[..31]);
    (factors_point(key) * digest + weights_point(key) + exposures_point(key)).into_affine()
}

fn point_bytes(point: &G1Affine) -> Vec<u8> {
    if point.is_zero() { vec![0; 64] } else { g1_words(point).concat() }
}

/// A signed word.
fn signed(value: i128) -> [u8; 32] {
    I256::try_from(value).expect("128 bits fit 256").to_be_bytes()
}

fn usage(error: impl std::fmt::Display) -> Failure {
    Failure::Usage(error.to_string())
}
