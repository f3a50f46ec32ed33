//! The proving key: the points of a Groth16 key that are not at infinity, and the circuit's matrices.
//!
//! [`file`](mod@file) describes its file.
//!
//! A proving key is trusted by its owner, who made it or compared its digest: points are not checked one by one.

pub mod file;

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use tailproof_circuits::r1cs::System;
use tailproof_circuits::r1cs::system::Matrix;
use tailproof_verifier::VerifyingKey;
use tailproof_verifier::keys::header::KeyHeader;

/// The points of a query that are not at infinity, with the variables they belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query<G> {
    /// variable of each point
    pub variables: Vec<u32>,
    /// the points
    pub points: Vec<G>,
}

impl<G: AffineRepr> Query<G> {
    /// From one point per variable, the first being `first`.
    fn dense(points: &[G], first: usize) -> Self {
        let present = points.iter().enumerate().filter(|(_, point)| !point.is_zero());
        let (variables, points) = present.map(|(index, point)| (narrow(first + index), *point)).unzip();
        Self { variables, points }
    }

    /// One point per variable again.
    fn to_dense(&self, first: usize, length: usize) -> Vec<G> {
        let mut points = vec![G::zero(); length];
        for (variable, point) in self.variables.iter().zip(&self.points) {
            points[*variable as usize - first] = *point;
        }
        points
    }
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 variables")
}

/// A proving key with the header of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvingKey {
    pub(crate) header: KeyHeader,
    pub(crate) instances: usize,
    pub(crate) variables: usize,
    pub(crate) alpha_g1: G1Affine,
    pub(crate) beta_g1: G1Affine,
    pub(crate) delta_g1: G1Affine,
    pub(crate) beta_g2: G2Affine,
    pub(crate) delta_g2: G2Affine,
    pub(crate) a: Query<G1Affine>,
    pub(crate) b_g1: Query<G1Affine>,
    pub(crate) b_g2: Vec<G2Affine>,
    pub(crate) h: Vec<G1Affine>,
    pub(crate) l: Query<G1Affine>,
    pub(crate) matrices: [Matrix; 3],
}

impl ProvingKey {
    /// Returns the key of an arkworks key and the constraints that it was made for.
    pub fn from_arkworks(header: KeyHeader, key: &ark_groth16::ProvingKey<Bn254>, system: &System) -> Self {
        let b_g1 = Query::dense(&key.b_g1_query, 0);
        Self {
            header,
            instances: system.instances(),
            variables: system.variables(),
            alpha_g1: key.vk.alpha_g1,
            beta_g1: key.beta_g1,
            delta_g1: key.delta_g1,
            beta_g2: key.vk.beta_g2,
            delta_g2: key.vk.delta_g2,
            a: Query::dense(&key.a_query, 0),
            b_g2: b_g1.variables.iter().map(|variable| key.b_g2_query[*variable as usize]).collect(),
            b_g1,
            h: key.h_query.clone(),
            l: Query::dense(&key.l_query, system.instances()),
            matrices: system.matrices().clone(),
        }
    }

    /// Returns the arkworks key, with the verifying key that belongs to it.
    pub fn to_arkworks(&self, vk: ark_groth16::VerifyingKey<Bn254>) -> ark_groth16::ProvingKey<Bn254> {
        let b_g2 = Query { variables: self.b_g1.variables.clone(), points: self.b_g2.clone() };
        ark_groth16::ProvingKey {
            vk,
            beta_g1: self.beta_g1,
            delta_g1: self.delta_g1,
            a_query: self.a.to_dense(0, self.variables),
            b_g1_query: self.b_g1.to_dense(0, self.variables),
            b_g2_query: b_g2.to_dense(0, self.variables),
            h_query: self.h.clone(),
            l_query: self.l.to_dense(self.instances, self.variables - self.instances),
        }
    }

    /// Whether a verifying key is of one pair with it, as far as both hold the same points.
    pub fn matches(&self, verifying: &VerifyingKey) -> bool {
        let vk = verifying.groth16();
        self.header == *verifying.header()
            && (self.alpha_g1, self.beta_g2, self.delta_g2) == (vk.alpha_g1, vk.beta_g2, vk.delta_g2)
    }

    /// Returns the header of the key's file.
    pub fn header(&self) -> &KeyHeader {
        &self.header
    }

    /// Returns the circuit's matrices A, B, C.
    pub fn matrices(&self) -> &[Matrix; 3] {
        &self.matrices
    }

    /// Returns the number of constraints.
    pub fn constraints(&self) -> usize {
        self.matrices[0].rows()
    }
}
