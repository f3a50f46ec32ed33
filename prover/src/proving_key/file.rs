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
//! [`read`](super::read) reads it.
//!
//! The H query has as many points as the domain: the least of 2^k, 3 2^k, 9 2^k that holds the rows
//! of the matrices and of the constant and the controls, or the least power of two.

use std::collections::HashMap;

use ark_bn254::{Fr, G1Affine};
use tailproof_verifier::keys::header::KeyKind;

use super::{ProvingKey, Query, narrow};
use crate::raw_points::{write_field, write_points};

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
        for matrix in self.matrices() {
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
