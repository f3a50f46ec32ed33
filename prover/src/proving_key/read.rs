//! Reading the file of a proving key.
//!
//! The file is read once, in pieces. Each piece is hashed, and the same bytes become points, which
//! are checked to be on their curves. So what is used is what the digest covers, also if the file is
//! changed meanwhile.

use std::collections::HashSet;
use std::io::{self, Read};
use std::sync::Arc;

use ark_bn254::Fr;
use tailproof_circuits::r1cs::assembly::statement_system;
use tailproof_circuits::r1cs::system::{Matrix, System};
use tailproof_verifier::backend::Groth16;
use tailproof_verifier::inputs::layout::public_inputs;
use tailproof_verifier::keys::header::{HEADER_BYTES, KeyHeader, KeyKind, SealedHeader};
use tailproof_verifier::{MalformedError, VerifyingKey};

use super::body::{Body, Stop};
use super::{ProvingKey, inputs_in_c, is_domain, not_on_curve};
use crate::prover::{KeysError, Prover, check_keys};

/// The reason why there is no prover of a file.
#[derive(Debug, thiserror::Error)]
pub enum ReadKeyError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is no proving key.
    #[error(transparent)]
    Malformed(#[from] MalformedError),
    /// The key is not used with the verifying key.
    #[error(transparent)]
    Keys(#[from] KeysError),
}

impl Prover<Groth16> {
    /// Returns the prover of a verifying key and the file of its proving key, of `length` bytes if that
    /// is known, with the digest in the file's header. As [`ProvingKey::decode`] and [`Prover::new`],
    /// but the file is never in memory as a whole, and the circuit's matrices only once.
    ///
    /// # Errors
    /// As [`ProvingKey::decode`] and [`Prover::new`]; a file that cannot be read.
    pub fn read(
        file: impl Read + Send,
        length: Option<u64>,
        verifying: VerifyingKey,
    ) -> Result<(Self, [u8; 32]), ReadKeyError> {
        let system = statement_system(verifying.shape());
        let (key, digest) = read(file, length, system.as_ref().ok())?;
        let system = system.map_err(|_| KeysError::NoCircuit(verifying.shape()))?;
        check_keys(&key, &verifying, &system)?;
        Ok((Self::of_checked(key, verifying), digest))
    }
}

impl ProvingKey {
    /// Returns the key in a file: header and digest, then exactly the body.
    ///
    /// # Errors
    /// As [`SealedHeader::decode`]; a body that is cut off or was changed, or whose parts do not fit
    /// together; a point that is not on its curve.
    pub fn decode(file: &[u8]) -> Result<Self, MalformedError> {
        match read(file, Some(file.len() as u64), None) {
            Ok((key, _)) => Ok(key),
            Err(Unread::Malformed(error)) => Err(error),
            Err(Unread::Io(error)) => unreachable!("a slice is read without fail: {error}"),
        }
    }
}

/// The reason why a file is not read as a key, whatever keys it belongs to.
enum Unread {
    Io(io::Error),
    Malformed(MalformedError),
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<MalformedError> for Unread {
    fn from(error: MalformedError) -> Self {
        Self::Malformed(error)
    }
}

impl From<Unread> for ReadKeyError {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Io(error) => Self::Io(error),
            Unread::Malformed(error) => Self::Malformed(error),
        }
    }
}

/// Reads a key from a file of `length` bytes, if that is known, and the digest in its header. The key
/// shares the matrices of `system`, if they are equal to the file's.
fn read(
    mut file: impl Read + Send,
    length: Option<u64>,
    system: Option<&System>,
) -> Result<(ProvingKey, [u8; 32]), Unread> {
    let mut head = Vec::with_capacity(HEADER_BYTES);
    (&mut file).take(HEADER_BYTES as u64).read_to_end(&mut head)?;
    let sealed = SealedHeader::decode(KeyKind::Proving, &head)?;
    let damaged = |part| KeyKind::Proving.damaged(part);
    if length.is_some_and(|length| length.checked_sub(HEADER_BYTES as u64) != Some(sealed.body)) {
        return Err(damaged("length").into());
    }
    let mut body = Body::new(file, sealed.hash(), sealed.body, length.is_some());
    let key = match read_body(sealed.header, &mut body, system) {
        Err(Stop::Io(error)) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error.into()),
        key => key,
    };
    let off_curve = body.off_curve();
    // A changed or shortened file is told by its digest, not by what the change did.
    let digest = body.finish()?.ok_or_else(|| damaged("length"))?;
    if digest != sealed.digest {
        return Err(damaged("digest").into());
    }
    match (key, off_curve) {
        (Err(_), _) => Err(damaged("body").into()),
        (Ok(_), Some(part)) => Err(not_on_curve(part).into()),
        (Ok(key), None) => Ok((key, digest)),
    }
}

/// Reads the parts of a key, in their order.
fn read_body(
    header: KeyHeader,
    body: &mut Body<impl Read + Send>,
    system: Option<&System>,
) -> Result<ProvingKey, Stop> {
    let (instances, variables) = (body.number()?, body.number()?);
    let [beta_g1, delta_g1, alpha_g1] = array(body.points(3, "alpha, beta or delta in G1")?)?;
    let [beta_g2, delta_g2] = array(body.points(2, "beta or delta in G2")?)?;
    let a = body.query(variables, "the A query")?;
    let b_g1 = body.query(variables, "the B query in G1")?;
    let b_g2 = body.points(b_g1.points.len(), "the B query in G2")?;
    let h_points = body.number()?;
    let h = body.points(h_points, "the H query")?;
    let l = body.query(variables, "the L query")?;
    let c = body.query(instances, "the C query")?;
    let matrices = read_matrices(body, variables, system)?;
    let rows = matrices[0].rows();
    // Every witness is in some row, so that the number of variables is bounded by what the file
    // holds.
    let terms: usize = matrices.iter().map(|matrix| matrix.terms().len()).sum();
    let fits = body.is_empty()
        && matrices.iter().all(|matrix| matrix.rows() == rows)
        && instances == public_inputs(header.shape)
        && instances <= variables
        && variables - instances <= terms
        && l.variables.iter().all(|variable| *variable as usize >= instances)
        && c.variables == inputs_in_c(&matrices[2], instances)
        && is_domain(h.len(), rows);
    let key = ProvingKey {
        header,
        instances,
        variables,
        alpha_g1,
        beta_g1,
        delta_g1,
        beta_g2,
        delta_g2,
        a,
        b_g1,
        b_g2,
        h,
        l,
        c,
        matrices,
    };
    if fits { Ok(key) } else { Err(Stop::Damaged) }
}

fn array<T, const N: usize>(items: Vec<T>) -> Result<[T; N], Stop> {
    items.try_into().map_err(|_| Stop::Damaged)
}

/// Reads the matrices A, B, C, with their coefficients behind them. Those of `system` are taken, if
/// they are the same.
fn read_matrices(
    body: &mut Body<impl Read + Send>,
    variables: usize,
    system: Option<&System>,
) -> Result<Arc<[Matrix; 3]>, Stop> {
    let mut parts = Vec::with_capacity(3);
    for _ in 0..3 {
        let (rows, terms) = (body.number()?, body.number()?);
        parts.push((body.words(rows)?, body.words(terms)?, body.words(terms)?));
    }
    let count = body.number()?;
    let coefficients = body.fields(count)?;
    // Each coefficient stands once, in the order of its first use, so that a key has one encoding.
    let mut used = 0;
    for index in parts.iter().flat_map(|(_, _, indices)| indices).map(|index| *index as usize) {
        if index > used {
            return Err(Stop::Damaged);
        }
        used += usize::from(index == used);
    }
    if used != count || coefficients.iter().collect::<HashSet<_>>().len() != count {
        return Err(Stop::Damaged);
    }
    let same = |matrix: &Matrix, (ends, columns, indices): &(Vec<u32>, Vec<u32>, Vec<u32>)| {
        let terms = || matrix.terms().iter().zip(columns).zip(indices);
        matrix.ends() == ends
            && [columns.len(), indices.len()] == [matrix.terms().len(); 2]
            && terms().all(|((term, variable), index)| *term == (*variable, coefficients[*index as usize]))
    };
    let of_system = system.filter(|system| {
        variables == system.variables() && system.matrices().iter().zip(&parts).all(|(matrix, part)| same(matrix, part))
    });
    if let Some(system) = of_system {
        return Ok(system.shared_matrices().clone());
    }
    let mut matrices = Vec::with_capacity(3);
    for (ends, columns, indices) in parts {
        matrices.push(matrix(ends, &columns, &indices, variables, &coefficients).ok_or(Stop::Damaged)?);
    }
    Ok(Arc::new(array(matrices)?))
}

/// The matrix of rows that end at `ends`, with the variables of its terms and the places of their
/// coefficients.
fn matrix(ends: Vec<u32>, columns: &[u32], indices: &[u32], variables: usize, coefficients: &[Fr]) -> Option<Matrix> {
    let sorted = ends.windows(2).all(|pair| pair[0] <= pair[1]);
    let fits = sorted
        && ends.last().copied().unwrap_or(0) as usize == columns.len()
        && columns.iter().all(|variable| (*variable as usize) < variables)
        && indices.len() == columns.len();
    if !fits {
        return None;
    }
    let terms = columns.iter().zip(indices);
    let terms = terms.map(|(variable, index)| (*variable, coefficients[*index as usize])).collect();
    Some(Matrix::from_parts(ends, terms))
}
