//! Verification of a ceremony from the powers of tau to its last step. The same computation gives
//! the keys.

use std::io::{Read, Seek};

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use rand::{CryptoRng, RngCore};
use tailproof_circuits::r1cs::System;
use tailproof_circuits::r1cs::assembly::statement_system;
use tailproof_verifier::inputs::packing::Packing;
use tailproof_verifier::keys::header::{KeyHeader, Powers, Provenance};
use tailproof_verifier::{Shape, VerifyingKey};

use super::CeremonyError;
use super::file::{Ceremony, Subject};
use super::phase2::InitialPoints;
use crate::lean_qap::DomainKind;
use crate::proving_key::{KeyPoints, ProvingKey};
use crate::snarkjs_files::FileError;
use crate::snarkjs_files::known_powers::PowersDigest;
use crate::snarkjs_files::powers_of_tau::{Chain, DomainPowers, PowersOfTau, challenges, combination, same_ratio};

/// Base-2 logarithm of the rows up to which a circuit is built without first checking the powers.
const CHEAP_LOG_DOMAIN: u32 = 16;

/// Returns a lower bound on the number of constraints of a shape: products of groups of scenarios
/// and exposures, bits of magnitudes.
fn least_constraints(shape: Shape) -> usize {
    let products = Packing::of(shape).groups(shape) * shape.factors().div_ceil(2);
    products + shape.scenarios() * 60 * shape.thresholds() + 38 * shape.factors()
}

/// A circuit with its points, computed from powers of tau.
#[derive(Debug)]
pub struct Start {
    system: System,
    powers: DomainPowers,
    points: InitialPoints,
    subject: Subject,
    chain: Chain,
}

impl Start {
    /// Returns the start of a ceremony: reads and checks powers of tau, and computes the points of
    /// the circuit of a shape on a domain of the given kind. `digest` is that of the powers-of-tau
    /// file. Unless the program knows it, or the caller names it in `named` as one that the file's
    /// makers publish, the powers are unknown: the list of contributions in the file can be copied
    /// from another one.
    ///
    /// # Errors
    /// Errors if the powers of tau are not valid, or too few for the circuit.
    pub fn new(
        shape: Shape,
        kind: DomainKind,
        powers: impl Read + Seek,
        digest: &PowersDigest,
        named: Option<&[u8]>,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Self, CeremonyError> {
        if named.is_some_and(|named| !digest.is(named)) {
            return Err(CeremonyError::NotTheNamedPowers {
                blake2b: hex::encode(digest.blake2b),
                sha256: hex::encode(digest.sha256),
            });
        }
        let mut file = PowersOfTau::open(powers)?;
        // The shape may come from a file, so check the powers before building a circuit too large
        // for them.
        let needed = least_constraints(shape).next_power_of_two().trailing_zeros();
        if needed > file.power().max(CHEAP_LOG_DOMAIN) {
            return Err(FileError::TooFewPowers { power: file.power(), needed }.into());
        }
        let system = statement_system(shape).map_err(|_| CeremonyError::NoCircuit(shape))?;
        let from = Powers { origin: digest.origin(named), blake2b: digest.blake2b };
        let chain = file.chain(rng)?;
        let powers = file.domain(kind.size(system.constraints()), rng)?;
        let points = InitialPoints::new(&system, &powers);
        let subject = Subject { shape, circuit: system.digest(), domain: kind, powers: from };
        Ok(Self { system, powers, points, subject, chain })
    }

    /// Returns the subject of a ceremony that starts here.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// Returns the powers as keys of a ceremony name them: by the weaker ground of the two, that of
    /// its own header and that of the caller here. The file's word that its powers are known counts
    /// for nothing, and its word that they are not is kept.
    pub fn powers_with(&self, ceremony: &Subject) -> Powers {
        Powers { origin: self.subject.powers.origin.max(ceremony.powers.origin), ..self.subject.powers }
    }

    /// Returns what the list of contributions in the powers-of-tau file says about itself.
    pub fn chain(&self) -> Chain {
        self.chain
    }

    /// Returns the points before any contribution.
    pub fn points(&self) -> &InitialPoints {
        &self.points
    }

    /// Checks a ceremony: it started here, every step is valid, its points follow from the points
    /// here by its steps, somebody contributed a secret, and delta is not gamma.
    ///
    /// # Errors
    /// Errors on the first of these that fails.
    pub fn check(&self, ceremony: &Ceremony, rng: &mut (impl RngCore + CryptoRng)) -> Result<(), CeremonyError> {
        let head = &ceremony.head;
        let (found, here) = (head.subject, self.subject);
        if found.shape != here.shape || found.circuit != here.circuit {
            return Err(CeremonyError::OtherCircuit {
                shape: found.shape,
                found: hex::encode(found.circuit),
                expected: hex::encode(here.circuit),
            });
        }
        if found.powers.blake2b != here.powers.blake2b {
            return Err(CeremonyError::OtherPowers {
                found: hex::encode(found.powers.blake2b),
                given: hex::encode(here.powers.blake2b),
            });
        }
        if found.domain != here.domain {
            return Err(CeremonyError::OtherDomain);
        }
        head.transcript.check()?;
        let delta = head.transcript.delta();
        let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
        let check = |holds: bool, why| if holds { Ok(()) } else { Err(CeremonyError::WrongPoints(why)) };
        check(same_ratio((delta, g2), (g1, head.delta_g2)), "delta in G2 is not delta in G1")?;
        for (points, initial, why) in [
            (&ceremony.l, &self.points.l, "the L points"),
            (&ceremony.h, &self.points.h, "the H points"),
            (&ceremony.c, &self.points.c, "the C points"),
        ] {
            check(points.len() == initial.len(), why)?;
            let scalars = challenges(points.len(), rng);
            let (now, before) = (combination(points, &scalars), combination(initial, &scalars));
            check(same_ratio((now, head.delta_g2), (before, g2)), why)?;
        }
        if head.transcript.contributions() == 0 || [g1, -g1].contains(&delta) {
            return Err(CeremonyError::NoContribution);
        }
        Ok(())
    }

    /// Returns the keys of a ceremony after checking it.
    ///
    /// # Errors
    /// The errors of [`Start::check`].
    pub fn keys(
        self,
        ceremony: Ceremony,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<(ProvingKey, VerifyingKey), CeremonyError> {
        self.check(&ceremony, rng)?;
        let Ceremony { head, l, h, c } = ceremony;
        let provenance =
            Provenance::Ceremony { transcript: head.transcript.digest(), powers: self.powers_with(&head.subject) };
        let header = KeyHeader { shape: self.subject.shape, circuit: self.subject.circuit, provenance };
        let vk = ark_groth16::VerifyingKey::<Bn254> {
            alpha_g1: self.powers.alpha_g1,
            beta_g2: self.powers.beta_g2,
            gamma_g2: G2Affine::generator(),
            delta_g2: head.delta_g2,
            gamma_abc_g1: self.points.ic,
        };
        let points = KeyPoints {
            alpha_g1: self.powers.alpha_g1,
            beta_g1: self.powers.beta_g1,
            delta_g1: head.transcript.delta(),
            beta_g2: self.powers.beta_g2,
            delta_g2: head.delta_g2,
            a: self.points.a,
            b_g1: self.points.b_g1,
            b_g2: self.points.b_g2,
            h,
            l,
            c,
        };
        Ok((ProvingKey::new(header, points, &self.system)?, VerifyingKey::new(header, vk)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wide shapes and narrow ones, of every statement: no powers that suffice are refused.
    #[test]
    fn the_least_constraints_are_no_more_than_there_are() {
        for shape in
            ["1x1/1", "5x40/1", "8x3", "13x60", "9x30+limits", "6x20/1+2books", "5x30+parametric", "2loans+pool"]
        {
            let shape: Shape = shape.parse().unwrap();
            let all = statement_system(shape).unwrap().constraints();
            assert!(least_constraints(shape) <= all, "{shape}: {} of {all}", least_constraints(shape));
        }
        let shape: Shape = "4loans+5x12/2tranches".parse().unwrap();
        assert!(least_constraints(shape) <= statement_system(shape).unwrap().constraints());
    }
}
