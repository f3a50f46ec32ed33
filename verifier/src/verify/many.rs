//! Many proofs under one key: each is checked as [`Verifier::check_prepared`] checks it, and their
//! pairings together.

use super::{Prepared, Ready, Refused, Verifier};
use crate::backend::{Groth16, point_agrees};
use crate::expected::Expected;
use crate::groth16::Statement;
use crate::proof::ProofFile;
use crate::verdict::Checked;

/// A proof of a prepared claim, with the caller's expectations.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The claim.
    pub prepared: &'a Prepared<Groth16>,
    /// The proof.
    pub proof: &'a ProofFile<Groth16>,
    /// The expectations.
    pub expected: &'a Expected<'a, Groth16>,
}

impl Verifier<Groth16> {
    /// Returns for each proof what [`Verifier::check_prepared`] returns. `seed` is 32 random bytes that
    /// whoever made the proofs does not know: see [`crate::VerifyingKey::verify_all`].
    pub fn check_many(&self, asked: &[Asked<'_>], seed: &[u8; 32]) -> Vec<Result<Checked, Refused>> {
        let ready: Vec<_> = asked.iter().map(|one| self.ready_for(one)).collect();
        let statements: Vec<Statement<'_>> = ready
            .iter()
            .zip(asked)
            .filter_map(|(ready, asked)| {
                let (controls, scenario_point) = (&ready.as_ref().ok()?.controls, ready.as_ref().ok()?.point.as_ref()?);
                Some(Statement { controls, scenario_point, proof: &asked.proof.evidence.proof })
            })
            .collect();
        let outcomes = self.key().verify_all(&statements, seed);
        let mut outcomes = outcomes.into_iter();
        let concluded = |(ready, Asked { prepared, proof, expected }): (Result<Ready<'_, _>, Refused>, &Asked<'_>)| {
            let verdict = ready.and_then(|ready| {
                outcomes.next().expect("an outcome for each statement")?;
                self.conclude(prepared.claim(), proof, expected, ready.made_again)
            });
            self.checked(proof, verdict)
        };
        ready.into_iter().zip(asked).map(concluded).collect()
    }

    /// Makes every check of a proof but that of its pairings. The result has a scenario point.
    fn ready_for<'a>(&self, asked: &Asked<'a>) -> Result<Ready<'a, Groth16>, Refused> {
        let Asked { prepared, proof, expected } = asked;
        let mut ready = self.ready(prepared.claim(), self.known(prepared), proof, expected)?;
        let point = match ready.point {
            Some(point) => point,
            None => crate::scenario_point::scenario_point(self.key(), &ready.inputs)?,
        };
        point_agrees(&proof.evidence, &point)?;
        ready.point = Some(point);
        Ok(ready)
    }
}
