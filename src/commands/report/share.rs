//! Shares of limits.

use tailproof::core::mandate::ClauseFigure;

/// Returns a share of a limit that a figure uses; none of a limit that is not positive.
pub(super) fn used(figure: &ClauseFigure) -> Option<f64> {
    let limit = figure.limit.to_f64();
    (limit > 0.0).then(|| figure.figure.to_f64() / limit)
}

/// Returns a share in percent, or a dash.
pub(super) fn percent(share: Option<f64>) -> String {
    share.map_or("-".into(), |share| format!("{:.1} %", share * 100.0))
}
