//! `tailproof bundle`.
use crate::cli::Bundle;
use crate::failure::Failure;
pub fn run(_: &Bundle) -> Result<(), Failure> {
    Err(Failure::Usage("soon".into()))
}
