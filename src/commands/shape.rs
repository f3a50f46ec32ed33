//! `tailproof shape`: sizes of a shape.

use serde_json::json;
use tailproof::circuits::r1cs::assembly::statement_system;
use tailproof::prover::lean_qap::domain_size;
use tailproof::prover::setup::SetupError;
use tailproof::verifier::Shape;
use tailproof::verifier::inputs::controls::CONTROLS;
use tailproof::verifier::keys::header::HEADER_BYTES;

use crate::cli::ShapeCommand;
use crate::failure::Failure;
use crate::output::{out, print_json};

/// Runs `tailproof shape`.
pub fn run(options: &ShapeCommand) -> Result<(), Failure> {
    let shape: Shape = options.shape.parse()?;
    let system = statement_system(shape).map_err(|_| SetupError::NoCircuit(shape))?;
    let domain = domain_size(system.constraints());
    let inputs = system.instances() - 1;
    // The file has a header, four points, and one point per public input including the constant.
    let verifying_key = HEADER_BYTES + 64 + 3 * 128 + 64 * system.instances();
    if options.json {
        print_json(&json!({
            "shape": shape.to_string(),
            "scenarios": shape.scenarios(),
            "factors": shape.factors(),
            "thresholds": shape.thresholds(),
            "loans": shape.pool().map(|sizes| sizes.loans),
            "tranches": shape.pool().map(|sizes| sizes.tranches),
            "constraints": system.constraints(),
            "domain": domain,
            "powers_of_tau_power": domain.next_power_of_two().ilog2(),
            "variables": system.variables(),
            "public_inputs": inputs,
            "control_inputs": CONTROLS,
            "verifying_key_bytes": verifying_key,
            "proving_key_bytes_at_most": proving_key_bytes(&system, domain),
            "circuit": hex::encode(system.digest()),
        }));
        return Ok(());
    }
    if let Some(sizes) = shape.pool() {
        let losses = match sizes.tranches {
            0 => String::new(),
            pieces => format!(
                ", {pieces} pieces of the notional over {} scenarios x {} buckets",
                shape.scenarios(),
                shape.factors()
            ),
        };
        out!("shape           {shape}: up to {} loans{losses}", sizes.loans);
    } else if shape.is_pnl() {
        let (days, thresholds) = (shape.scenarios(), shape.thresholds());
        out!("shape           {shape}: a P&L vector of up to {days} days, {thresholds} threshold(s)");
    } else {
        out!(
            "shape           {shape}: up to {} scenarios, {} factors, {} threshold(s)",
            shape.scenarios(),
            shape.factors(),
            shape.thresholds()
        );
    }
    out!("constraints     {}", system.constraints());
    let odd = domain >> domain.trailing_zeros();
    let factor = if odd == 1 { String::new() } else { format!("{odd} x ") };
    let power = domain.next_power_of_two().ilog2();
    out!(
        "domain          {domain} ({factor}2^{}); a ceremony needs powers of tau of power {power}",
        domain.trailing_zeros()
    );
    out!("public inputs   {inputs}, of which {CONTROLS} are controls and the rest is one point");
    out!("verifying key   {:.1} MB", megabytes(verifying_key));
    out!("proving key     at most {:.1} MB", megabytes(proving_key_bytes(&system, domain)));
    out!("circuit         {}", hex::encode(system.digest()));
    Ok(())
}

/// Returns an upper bound on the size of a proving key: every variable in every query. A real key
/// leaves out the points at infinity.
fn proving_key_bytes(system: &tailproof::circuits::r1cs::System, domain: usize) -> usize {
    let terms: usize = system.matrices().iter().map(|matrix| matrix.terms().len() * 8 + matrix.rows() * 4).sum();
    system.variables() * (4 * 3 + 64 * 3 + 128) + domain * 64 + terms
}

#[allow(clippy::cast_precision_loss)]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
