//! Evaluates every constraint of a circuit.

use halo2_proofs::dev::{FailureLocation, MockProver, VerifyFailure};
use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::{Circuit, Error};

/// Returns the labels of the constraints of a circuit of 2^`log_rows` rows that do not hold,
/// sorted.
///
/// # Errors
/// If the circuit does not synthesize, or does not fit.
pub fn violations<C: Circuit<Fp>>(log_rows: u32, circuit: &C, instance: Vec<Vec<Fp>>) -> Result<Vec<String>, Error> {
    let prover = MockProver::run(log_rows, circuit, instance)?;
    let mut labels: Vec<String> = prover.verify().err().unwrap_or_default().iter().map(label).collect();
    labels.sort_unstable();
    labels.dedup();
    Ok(labels)
}

/// The label of a constraint that failed: the name of its region.
fn label(failure: &VerifyFailure) -> String {
    let location = match failure {
        VerifyFailure::ConstraintNotSatisfied { location, .. }
        | VerifyFailure::Lookup { location, .. }
        | VerifyFailure::Permutation { location, .. } => location,
        other => return other.to_string(),
    };
    match location {
        FailureLocation::InRegion { region, .. } => {
            let text = region.to_string();
            text.split('\'').nth(1).map_or(text.clone(), str::to_owned)
        }
        FailureLocation::OutsideRegion { row } => format!("row {row}, outside any region"),
    }
}
