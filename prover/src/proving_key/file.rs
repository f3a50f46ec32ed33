//! The file of a proving key.
//!
//! # Layout of the file's body
//!
//! After the header of [`tailproof_verifier::keys::file`], all numbers little-endian, field
//! elements and points as in [`crate::raw_points`]:
//!
//! | content |
//! | --- |
//! | instance variables, all variables: `u64` each |
//! | beta, delta in G1; alpha in G1; beta, delta in G2 |
//! | A query: number of points `u64`, variable of each `u32`, points |
//! | B query: number `u64`, variables `u32`, points in G1, points in G2 |
//! | H query: number `u64`, points |
//! | L query, of private variables: number `u64`, variables `u32`, points |
//! | C query, of the public inputs that have a term in the matrix C: number `u64`, variables `u32`, points |
//! | matrices A, B, C, each: rows `u64`, terms `u64`, end of each row `u32`, variable of each term `u32`, index of each coefficient `u32` |
//! | coefficients: number `u64`, field elements |
//!
//! The H query has as many points as the domain: the least of 2^k, 3 2^k, 9 2^k that holds the rows
//! of the matrices and of the constant and the controls, or the least power of two.

use std::collections::{HashMap, HashSet};

use ark_bn254::{Fr, G1Affine};
use tailproof_circuits::r1cs::system::Matrix;
use tailproof_verifier::MalformedError;
use tailproof_verifier::inputs::layout::public_inputs;
use tailproof_verifier::keys::header::{KeyHeader, KeyKind};

use super::{ProvingKey, Query, inputs_in_c, is_domain, narrow};
use crate::raw_points::{FIELD_BYTES, RawPoint, read_field, read_points, write_field, write_points};

impl ProvingKey {
    /// Returns the key's file.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer(Vec::new());
        writer.number(self.instances);
        writer.number(self.variables);
        write_points(&mut writer.0, &[self.beta_g1, self.delta_g1, self.alpha_g1]);
        write_points(&mut writer.0, &[self.beta_g2, self.delta_g2]);
        writer.query(&self.a);
        writer.query(&self.b_g1);
        write_points(&mut writer.0, &self.b_g2);
        writer.number(self.h.len());
        write_points(&mut writer.0, &self.h);
        writer.query(&self.l);
        writer.query(&self.c);
        let mut coefficients: Vec<Fr> = Vec::new();
        let mut index_of: HashMap<Fr, u32> = HashMap::new();
        for matrix in &self.matrices {
            writer.number(matrix.rows());
            writer.number(matrix.terms().len());
            matrix.ends().iter().for_each(|end| writer.word(*end));
            matrix.terms().iter().for_each(|(variable, _)| writer.word(*variable));
            for (_, coefficient) in matrix.terms() {
                let index = *index_of.entry(*coefficient).or_insert_with(|| {
                    coefficients.push(*coefficient);
                    narrow(coefficients.len() - 1)
                });
                writer.word(index);
            }
        }
        writer.number(coefficients.len());
        coefficients.iter().for_each(|coefficient| write_field(&mut writer.0, coefficient));
        let body = writer.0;
        let mut file = self.header.encode(KeyKind::Proving, &body).to_vec();
        file.extend_from_slice(&body);
        file
    }

    /// Returns the key in a file: header and digest, then exactly the body.
    ///
    /// # Errors
    /// As [`KeyHeader::decode`]; a body whose parts do not fit together; a point that is not on its
    /// curve.
    pub fn decode(file: &[u8]) -> Result<Self, MalformedError> {
        let (header, body) = KeyHeader::decode(KeyKind::Proving, file)?;
        let key = decode_body(header, body).ok_or(MalformedError::Damaged { what: "proving key", part: "body" })?;
        key.check_curves()?;
        Ok(key)
    }
}

fn decode_body(header: KeyHeader, body: &[u8]) -> Option<ProvingKey> {
    let mut reader = Reader(body);
    let (instances, variables) = (reader.number()?, reader.number()?);
    let [beta_g1, delta_g1, alpha_g1] = reader.points(3)?.try_into().ok()?;
    let [beta_g2, delta_g2] = reader.points(2)?.try_into().ok()?;
    let a = reader.query(variables)?;
    let b_g1 = reader.query(variables)?;
    let b_g2 = reader.points(b_g1.points.len())?;
    let h_points = reader.number()?;
    let h = reader.points(h_points)?;
    let l = reader.query(variables)?;
    let c = reader.query(instances)?;
    let matrices = decode_matrices(&mut reader, variables)?;
    if !reader.0.is_empty() {
        return None;
    }
    let rows = matrices[0].rows();
    // Every witness is in some row, so that the number of variables is bounded by what the file
    // holds.
    let terms: usize = matrices.iter().map(|matrix| matrix.terms().len()).sum();
    let fits = matrices.iter().all(|matrix| matrix.rows() == rows)
        && instances == public_inputs(header.shape)
        && instances <= variables
        && variables - instances <= terms
        && l.variables.iter().all(|variable| *variable as usize >= instances)
        && c.variables == inputs_in_c(&matrices[2], instances)
        && is_domain(h.len(), rows);
    fits.then_some(ProvingKey {
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
    })
}

/// Reads the matrices A, B, C, with their coefficients behind them.
fn decode_matrices(reader: &mut Reader<'_>, variables: usize) -> Option<[Matrix; 3]> {
    let mut parts = Vec::with_capacity(3);
    for _ in 0..3 {
        let (rows, terms) = (reader.number()?, reader.number()?);
        let ends = reader.words(rows)?;
        parts.push((ends, reader.words(terms)?, reader.words(terms)?));
    }
    let count = reader.number()?;
    let coefficients = reader.fields(count)?;
    // Each coefficient stands once, in the order of its first use, so that a key has one encoding.
    let mut used = 0;
    for index in parts.iter().flat_map(|(_, _, indices)| indices).map(|index| *index as usize) {
        if index > used {
            return None;
        }
        used += usize::from(index == used);
    }
    if used != count || coefficients.iter().collect::<HashSet<_>>().len() != count {
        return None;
    }
    let mut matrices = Vec::with_capacity(3);
    for (ends, columns, indices) in parts {
        let sorted = ends.windows(2).all(|pair| pair[0] <= pair[1]);
        if !sorted || ends.last().copied().unwrap_or(0) as usize != columns.len() {
            return None;
        }
        let terms: Option<Vec<(u32, Fr)>> = columns
            .into_iter()
            .zip(indices)
            .map(|(variable, index)| {
                ((variable as usize) < variables).then_some((variable, *coefficients.get(index as usize)?))
            })
            .collect();
        matrices.push(Matrix::from_parts(ends, terms?));
    }
    matrices.try_into().ok()
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, value: usize) {
        self.0.extend_from_slice(&(value as u64).to_le_bytes());
    }

    fn word(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn query(&mut self, query: &Query<G1Affine>) {
        self.number(query.points.len());
        query.variables.iter().for_each(|variable| self.word(*variable));
        write_points(&mut self.0, &query.points);
    }
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<usize> {
        usize::try_from(u64::from_le_bytes(self.take(8)?.try_into().ok()?)).ok()
    }

    fn words(&mut self, count: usize) -> Option<Vec<u32>> {
        let bytes = self.take(count.checked_mul(4)?)?;
        Some(bytes.chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().expect("4 bytes"))).collect())
    }

    fn fields(&mut self, count: usize) -> Option<Vec<Fr>> {
        self.take(count.checked_mul(FIELD_BYTES)?)?.chunks_exact(FIELD_BYTES).map(read_field).collect()
    }

    /// Points; none of a proving key is at infinity.
    fn points<G: RawPoint>(&mut self, count: usize) -> Option<Vec<G>> {
        let points = read_points::<G>(self.take(count.checked_mul(G::BYTES)?)?)?;
        points.iter().all(|point| !point.is_zero()).then_some(points)
    }

    fn query(&mut self, variables: usize) -> Option<Query<G1Affine>> {
        let count = self.number()?;
        let indices = self.words(count)?;
        let points = self.points(count)?;
        let counts_up = indices.windows(2).all(|pair| pair[0] < pair[1]);
        (counts_up && indices.last().is_none_or(|index| (*index as usize) < variables))
            .then_some(Query { variables: indices, points })
    }
}
