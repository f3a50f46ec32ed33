//! Shares of limits in words.

/// Returns a share in percent, or a dash.
pub(super) fn percent(share: Option<f64>) -> String {
    share.map_or("-".into(), |share| format!("{:.1} %", share * 100.0))
}
