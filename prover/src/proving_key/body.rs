//! The body of a key's file while it is read: every piece is hashed and made into the key's parts at
//! once, so that the file is never in memory as a whole.

use std::io::{self, Read};

use ark_bn254::{Fr, G1Affine};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::Query;
use crate::raw_points::{FIELD_BYTES, RawPoint, read_field};

/// Bytes that are read at a time: they stay in the processor's cache until they are used.
const PIECE: usize = 1 << 18;
/// Points or numbers that a thread takes at a time.
const TAKEN: usize = 1 << 9;

/// The reason why a body is read no further.
#[derive(Debug)]
pub enum Stop {
    /// The file cannot be read, or is cut off.
    Io(io::Error),
    /// The body's parts do not fit together.
    Damaged,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The rest of a body.
pub struct Body<R> {
    reader: R,
    hash: Sha256,
    /// Bytes that are left.
    left: u64,
    /// Whether so many bytes are there: room is made for no more than the file holds.
    whole: bool,
    piece: Vec<u8>,
    /// The first part with a point that is not on its curve.
    off_curve: Option<&'static str>,
}

impl<R: Read> Body<R> {
    /// Returns the body of `length` bytes, and whether it is known to have them, behind what was
    /// hashed.
    pub fn new(reader: R, hash: Sha256, length: u64, whole: bool) -> Self {
        Self { reader, hash, left: length, whole, piece: vec![0; PIECE], off_curve: None }
    }

    /// Reads and hashes `count` items of `size` bytes, and passes them on in pieces.
    fn pieces(&mut self, count: usize, size: usize, mut make: impl FnMut(&[u8]) + Send) -> Result<(), Stop> {
        let mut bytes = count.checked_mul(size).filter(|bytes| *bytes as u64 <= self.left).ok_or(Stop::Damaged)?;
        while bytes > 0 {
            let piece = &mut self.piece[..bytes.min(PIECE / size * size)];
            self.reader.read_exact(piece)?;
            bytes -= piece.len();
            self.left -= piece.len() as u64;
            rayon::join(|| self.hash.update(&*piece), || make(piece));
        }
        Ok(())
    }

    /// An empty list with room for `count` items of `size` bytes in the file.
    fn room<T>(&self, count: usize, size: usize) -> Vec<T> {
        let there = count.checked_mul(size).is_some_and(|bytes| self.whole && bytes as u64 <= self.left);
        Vec::with_capacity(if there { count } else { 0 })
    }

    pub fn number(&mut self) -> Result<usize, Stop> {
        let mut number = 0;
        self.pieces(1, 8, |bytes| number = u64::from_le_bytes(bytes.try_into().expect("8 bytes")))?;
        usize::try_from(number).map_err(|_| Stop::Damaged)
    }

    pub fn words(&mut self, count: usize) -> Result<Vec<u32>, Stop> {
        let mut words = self.room(count, 4);
        self.pieces(count, 4, |bytes| words.extend(bytes.as_chunks().0.iter().copied().map(u32::from_le_bytes)))?;
        Ok(words)
    }

    pub fn fields(&mut self, count: usize) -> Result<Vec<Fr>, Stop> {
        let mut fields: Vec<Option<Fr>> = self.room(count, FIELD_BYTES);
        self.pieces(count, FIELD_BYTES, |bytes| fields.extend(bytes.chunks_exact(FIELD_BYTES).map(read_field)))?;
        fields.into_iter().collect::<Option<_>>().ok_or(Stop::Damaged)
    }

    /// Points; none of a proving key is at infinity. Whether they are on their curve is noted under
    /// the name of the `part`.
    pub fn points<G: RawPoint>(&mut self, count: usize, part: &'static str) -> Result<Vec<G>, Stop> {
        let mut points: Vec<G> = self.room(count, G::BYTES);
        let (mut finite, mut on_curve) = (true, true);
        self.pieces(count, G::BYTES, |bytes| {
            let first = points.len();
            // Bytes that are no point become the point at infinity, which is refused as well.
            let read = |bytes| G::read(bytes).unwrap_or_else(G::zero);
            points.par_extend(bytes.par_chunks_exact(G::BYTES).with_min_len(TAKEN).map(read));
            finite &= points[first..].iter().all(|point| !point.is_zero());
            on_curve &= G::all_on_curve(&points[first..]);
        })?;
        if !on_curve {
            self.off_curve.get_or_insert(part);
        }
        if finite { Ok(points) } else { Err(Stop::Damaged) }
    }

    pub fn query(&mut self, variables: usize, part: &'static str) -> Result<Query<G1Affine>, Stop> {
        let count = self.number()?;
        let indices = self.words(count)?;
        let points = self.points(count, part)?;
        let counts_up = indices.windows(2).all(|pair| pair[0] < pair[1]);
        let fits = counts_up && indices.last().is_none_or(|index| (*index as usize) < variables);
        if fits { Ok(Query { variables: indices, points }) } else { Err(Stop::Damaged) }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// The first part with a point that is not on its curve.
    pub fn off_curve(&self) -> Option<&'static str> {
        self.off_curve
    }

    /// Reads and hashes what is left. Returns the digest; `None` if the file has not as many bytes as
    /// it says.
    pub fn finish(mut self) -> io::Result<Option<[u8; 32]>> {
        while self.left > 0 {
            let most = PIECE.min(usize::try_from(self.left).unwrap_or(PIECE));
            match self.reader.read(&mut self.piece[..most]) {
                Ok(0) => return Ok(None),
                Ok(count) => {
                    self.hash.update(&self.piece[..count]);
                    self.left -= count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let ends = self.reader.take(1).read_to_end(&mut Vec::new())? == 0;
        Ok(ends.then(|| self.hash.finalize().into()))
    }
}
