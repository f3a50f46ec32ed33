//! Tranches and notes over grids of assumptions: one assumption is moved at a time.
//!
//! * [`axis`]: the assumptions, and the values of their grids.
//! * [`tranches`]: losses of tranches, of defaults or of collateral.
//! * [`notes`]: payments of notes.

pub mod axis;
pub mod notes;
pub mod tranches;

use tailproof_core::error::Problem;

pub use axis::Axis;
pub use notes::{NotePoint, NotesModel};
pub use tranches::{CollateralModel, CreditModel, TrancheModel, TranchePoint};

/// A point of a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// the assumption that is moved
    pub axis: Axis,
    /// its value
    pub value: f64,
    /// losses of the deal's tranches; `None` where the assumption has no part in them
    pub tranches: Option<Vec<TranchePoint>>,
    /// the notes; `None` where the assumption has no part in them
    pub notes: Option<Vec<NotePoint>>,
}

/// Returns the figures of tranches and notes at every value of every grid, in order.
///
/// # Errors
/// Values out of range; the errors of both models.
pub fn sensitivity(
    tranches: Option<&TrancheModel>,
    notes: Option<&NotesModel<'_>>,
    grids: &[(Axis, Vec<f64>)],
) -> Result<Vec<Point>, Problem> {
    let mut points = Vec::new();
    for (axis, values) in grids {
        for value in values {
            axis.check(*value)?;
            points.push(Point {
                axis: *axis,
                value: *value,
                tranches: tranches.map(|model| model.at(*axis, *value)).transpose()?.flatten(),
                notes: notes.map(|model| model.at(*axis, *value)).transpose()?.flatten(),
            });
        }
    }
    Ok(points)
}
