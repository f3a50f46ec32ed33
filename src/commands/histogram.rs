//! Histograms as text.

use ethnum::I256;
use tailproof::core::{Amount, Positions};

const ROWS: usize = 12;
const WIDTH: usize = 50;

/// Returns the distribution of losses as horizontal bars in text, with gains at the top and marks
/// beside the rows that contain them.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
pub fn histogram(losses: &[i128], positions: &Positions, marks: &[(&str, Amount)]) -> String {
    let figures: Vec<f64> =
        losses.iter().map(|loss| Amount::from_loss(I256::from(*loss), I256::ONE, positions.unit()).to_f64()).collect();
    let low = figures.iter().copied().fold(f64::INFINITY, f64::min);
    let high = figures.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let step = (high - low) / ROWS as f64;
    if !step.is_normal() {
        let loss = losses.first().copied().unwrap_or_default();
        return format!("every scenario loses {}", Amount::from_loss(I256::from(loss), I256::ONE, positions.unit()));
    }
    let bin = |value: f64| (((value - low) / step) as usize).min(ROWS - 1);
    let mut counts = [0usize; ROWS];
    for figure in &figures {
        counts[bin(*figure)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let mut picture = String::from("loss (a negative loss is a gain), number of scenarios\n");
    for (row, count) in counts.iter().enumerate() {
        let from = low + step * row as f64;
        let bar = "#".repeat((count * WIDTH).div_ceil(most));
        let here: Vec<&str> =
            marks.iter().filter(|(_, figure)| bin(figure.to_f64()) == row).map(|(name, _)| *name).collect();
        let mark = if here.is_empty() { String::new() } else { format!("  <- {}", here.join(", ")) };
        picture.push_str(&format!("{from:>16.0} | {bar} {count}{mark}\n"));
    }
    picture
}
