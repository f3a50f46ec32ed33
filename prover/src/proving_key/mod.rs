//! The proving key: the points of a Groth16 key that are not at infinity, and the circuit's
//! matrices.
//!
//! [`file`](mod@file) describes its file, and [`read`] reads it.
//!
//! The key holds the part of the quotient that the matrix C takes: its L query is
//! `L'_k = L_k - sum_i w_k(w^(2i+1)) H_i`, and its C query has `-sum_i w_k(w^(2i+1)) H_i` for each
//! public input in C, by the key's own H. So the scalars of H are A B alone. The chapter "Lean QAP"
//! of the book has the argument; [`ProvingKey::to_arkworks`] gives the usual form.
//!
//! Whoever delivers a proving key could choose its points, and with them take the blinding out of
//! proofs. So a key is checked in two steps:
//!
//! * [`ProvingKey::decode`] and [`ProvingKey::from_arkworks`]: every point is on its curve, and
//!   none is at infinity.
//! * [`ProvingKey::check`], against the verifying key: alpha, beta and delta are the same numbers
//!   in both groups and in both keys; the matrices are those of the shape's circuit.
//!
//! With delta right, A and B of a proof are uniform. C follows from them in a valid proof, so a
//! valid proof shows nothing but its claim. Points of the query in G2 may still be outside the
//! subgroup: [`crate::groth16`] checks B of every proof. A point that is wrong in another way makes
//! proofs that do not verify, and those are not written.

mod body;
pub mod file;
pub mod read;

use std::collections::BTreeSet;
use std::sync::Arc;

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use sha2::{Digest, Sha256};
use tailproof_circuits::r1cs::System;
use tailproof_circuits::r1cs::system::Matrix;
use tailproof_verifier::keys::header::KeyHeader;
use tailproof_verifier::{MalformedError, VerifyingKey};

use crate::columns::{Columns, each};
use crate::lean_qap::DomainKind;
use crate::point_transform::fold;
use crate::raw_points::RawPoint;
use crate::snarkjs_files::powers_of_tau::same_ratio;

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
    /// of private variables, with the part of C
    pub(crate) l: Query<G1Affine>,
    /// the part of C of each public input that has a term there
    pub(crate) c: Query<G1Affine>,
    /// Those of the circuit's system, if it was at hand.
    pub(crate) matrices: Arc<[Matrix; 3]>,
}

/// The reason why a proving key is not used with a verifying key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProvingKeyError {
    /// Points or a header that differ from those of the verifying key.
    #[error("the proving key and the verifying key are not of one pair")]
    NotAPair,
    /// A key that may have been made to show what its proofs hide.
    #[error("this key is not to be trusted: {0}")]
    NotTrusted(&'static str),
}

/// The points of a key: in each query one of every variable, at infinity or not.
#[derive(Debug, Clone)]
pub(crate) struct KeyPoints {
    pub alpha_g1: G1Affine,
    pub beta_g1: G1Affine,
    pub delta_g1: G1Affine,
    pub beta_g2: G2Affine,
    pub delta_g2: G2Affine,
    pub a: Vec<G1Affine>,
    pub b_g1: Vec<G1Affine>,
    pub b_g2: Vec<G2Affine>,
    pub h: Vec<G1Affine>,
    /// of the private variables
    pub l: Vec<G1Affine>,
    /// of the variables of [`inputs_in_c`], and no others
    pub c: Vec<G1Affine>,
}

/// Returns the instance variables that have a term in the matrix C, in order.
pub(crate) fn inputs_in_c(c: &Matrix, instances: usize) -> Vec<u32> {
    let inputs = c.terms().iter().map(|(variable, _)| *variable).filter(|variable| (*variable as usize) < instances);
    inputs.collect::<BTreeSet<u32>>().into_iter().collect()
}

/// Returns whether a domain of this size is one that keys for a number of constraints are made on.
fn is_domain(size: usize, constraints: usize) -> bool {
    DomainKind::ALL.iter().any(|kind| kind.size(constraints) == size)
}

/// Returns the error of a key with a point in `part` that is not on its curve.
fn not_on_curve(part: &str) -> MalformedError {
    MalformedError::BadPoint { field: part.to_owned(), why: "not on its curve; this key is not to be trusted" }
}

impl ProvingKey {
    /// Returns the key of points and the constraints that they were made for.
    ///
    /// # Errors
    /// [`MalformedError::BadPoint`] if a point is not on its curve.
    pub(crate) fn new(header: KeyHeader, points: KeyPoints, system: &System) -> Result<Self, MalformedError> {
        let b_g1 = Query::dense(&points.b_g1, 0);
        let key = Self {
            header,
            instances: system.instances(),
            variables: system.variables(),
            alpha_g1: points.alpha_g1,
            beta_g1: points.beta_g1,
            delta_g1: points.delta_g1,
            beta_g2: points.beta_g2,
            delta_g2: points.delta_g2,
            a: Query::dense(&points.a, 0),
            b_g2: b_g1.variables.iter().map(|variable| points.b_g2[*variable as usize]).collect(),
            b_g1,
            h: points.h,
            l: Query::dense(&points.l, system.instances()),
            c: Query { variables: inputs_in_c(&system.matrices()[2], system.instances()), points: points.c },
            matrices: system.shared_matrices().clone(),
        };
        key.check_curves()?;
        Ok(key)
    }

    /// Returns the key of an arkworks key and the constraints that it was made for.
    ///
    /// # Errors
    /// [`MalformedError::BadPoint`] if a point is not on its curve;
    /// [`MalformedError::Damaged`] if the H query has as many points as no domain of the
    /// constraints.
    pub fn from_arkworks(
        header: KeyHeader,
        key: &ark_groth16::ProvingKey<Bn254>,
        system: &System,
    ) -> Result<Self, MalformedError> {
        let damaged = MalformedError::Damaged { what: "proving key", part: "H query" };
        let folded = is_domain(key.h_query.len(), system.constraints()).then(|| fold(&key.h_query)).flatten();
        let folded = folded.ok_or(damaged)?;
        let instances = system.instances();
        let matrix = &system.matrices()[2];
        let columns = Columns::new(matrix, system.variables());
        let inputs = inputs_in_c(matrix, instances);
        let points = KeyPoints {
            alpha_g1: key.vk.alpha_g1,
            beta_g1: key.beta_g1,
            delta_g1: key.delta_g1,
            beta_g2: key.vk.beta_g2,
            delta_g2: key.vk.delta_g2,
            a: key.a_query.clone(),
            b_g1: key.b_g1_query.clone(),
            b_g2: key.b_g2_query.clone(),
            h: key.h_query.clone(),
            l: each(key.l_query.len(), |place| key.l_query[place] - columns.combine(instances + place, &folded)),
            c: each(inputs.len(), |place| -columns.combine(inputs[place] as usize, &folded)),
        };
        Self::new(header, points, system)
    }

    /// Checks that every point is on its curve, on all threads of the caller's pool.
    ///
    /// A point of another curve can have a small order, and the formulas of addition do not notice
    /// it: a delta of order 2 would leave two blindings in place of 2^254.
    pub(crate) fn check_curves(&self) -> Result<(), MalformedError> {
        let checked = [
            ("alpha, beta or delta in G1", RawPoint::all_on_curve(&[self.alpha_g1, self.beta_g1, self.delta_g1])),
            ("beta or delta in G2", RawPoint::all_on_curve(&[self.beta_g2, self.delta_g2])),
            ("the A query", RawPoint::all_on_curve(&self.a.points)),
            ("the B query in G1", RawPoint::all_on_curve(&self.b_g1.points)),
            ("the B query in G2", RawPoint::all_on_curve(&self.b_g2)),
            ("the H query", RawPoint::all_on_curve(&self.h)),
            ("the L query", RawPoint::all_on_curve(&self.l.points)),
            ("the C query", RawPoint::all_on_curve(&self.c.points)),
        ];
        match checked.into_iter().find(|(_, holds)| !holds) {
            None => Ok(()),
            Some((part, _)) => Err(not_on_curve(part)),
        }
    }

    /// Returns the arkworks key, with the verifying key that belongs to it. Its L query is the usual
    /// one, which takes two transforms of as many points as the domain has.
    ///
    /// # Panics
    /// Panics if the H query is of no domain: a key that was read is of one.
    pub fn to_arkworks(&self, vk: ark_groth16::VerifyingKey<Bn254>) -> ark_groth16::ProvingKey<Bn254> {
        let b_g2 = Query { variables: self.b_g1.variables.clone(), points: self.b_g2.clone() };
        let folded = fold(&self.h).expect("the H query is of a domain");
        let columns = Columns::new(&self.matrices[2], self.variables);
        let l = self.l.to_dense(self.instances, self.variables - self.instances);
        ark_groth16::ProvingKey {
            vk,
            beta_g1: self.beta_g1,
            delta_g1: self.delta_g1,
            a_query: self.a.to_dense(0, self.variables),
            b_g1_query: self.b_g1.to_dense(0, self.variables),
            b_g2_query: b_g2.to_dense(0, self.variables),
            h_query: self.h.clone(),
            l_query: each(l.len(), |place| columns.combine(self.instances + place, &folded) + l[place]),
        }
    }

    /// Checks the key against the verifying key of its pair, and against the circuit of its shape.
    /// The curves of its points have been checked before.
    ///
    /// # Errors
    /// Keys of two pairs; alpha, beta or delta that are not the same numbers in both groups;
    /// another circuit's matrices.
    pub fn check(&self, verifying: &VerifyingKey, system: &System) -> Result<(), ProvingKeyError> {
        let vk = verifying.groth16();
        if self.header != *verifying.header()
            || (self.alpha_g1, self.beta_g2, self.delta_g2) != (vk.alpha_g1, vk.beta_g2, vk.delta_g2)
        {
            return Err(ProvingKeyError::NotAPair);
        }
        let require = |holds: bool, why| if holds { Ok(()) } else { Err(ProvingKeyError::NotTrusted(why)) };
        let in_g1 = [self.alpha_g1, self.beta_g1, self.delta_g1];
        let in_g2 = [self.beta_g2, self.delta_g2];
        let valid = in_g1.iter().all(|point| point.is_valid() && !point.is_zero())
            && in_g2.iter().all(|point| point.is_valid() && !point.is_zero());
        require(valid, "alpha, beta or delta is outside its group or at infinity")?;
        let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
        let same = |in_g1, in_g2| same_ratio((in_g1, g2), (g1, in_g2));
        require(same(self.beta_g1, self.beta_g2), "beta differs between the two groups")?;
        require(same(self.delta_g1, self.delta_g2), "delta differs between the two groups")?;
        let of_circuit = self.instances == system.instances()
            && self.variables == system.variables()
            && self.matrices == *system.shared_matrices();
        require(of_circuit, "its matrices are not those of the circuit that it names")
    }

    /// Returns the digest of the key: SHA-256 of its file.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.encode()).into()
    }

    /// Returns the header of the key's file.
    pub fn header(&self) -> &KeyHeader {
        &self.header
    }

    /// Returns the circuit's matrices A, B, C.
    pub fn matrices(&self) -> &[Matrix; 3] {
        &self.matrices
    }

    /// Returns the number of points of the domain.
    pub fn domain(&self) -> usize {
        self.h.len()
    }

    /// Returns the number of constraints.
    pub fn constraints(&self) -> usize {
        self.matrices[0].rows()
    }
}
