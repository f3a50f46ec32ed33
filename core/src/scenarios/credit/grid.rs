//! Whole cumulative weights of the rows of a bound, from the worst end.
//!
//! The weights come first: a row's factor is the quantile of a fraction of integers, so no
//! probability is ever rounded. Limits of the deal's claims are among the weights, as
//! *breakpoints*, where they are exact.

use crate::error::Problem;
use crate::fixed_point::{MAX_SCENARIOS, MAX_WEIGHT};
use crate::pool::schema::WHOLE;
use crate::pool::tranches::TrancheTerms;

/// Total weight of the rows of a bound: seven decimals of a probability.
pub const TOTAL_WEIGHT: u32 = 10_000_000;
/// Most steps of a decade that are looked for; so fine that every weight is 1.
const FINEST: u64 = 1 << 40;

/// Returns the cumulative weights at which the claims of a deal are exact, in order: the limits on
/// probabilities of a hit, and the tails of the confidences.
///
/// # Errors
/// A limit on a hit of more than seven decimals.
pub fn breakpoints(terms: &TrancheTerms) -> Result<Vec<u32>, Problem> {
    let mut found = Vec::new();
    for piece in &terms.pieces {
        if piece.limits.hit < WHOLE {
            found.push(of_hit(piece.name.as_deref().unwrap_or_default(), piece.limits.hit)?);
        }
        if let Some(confidence) = piece.limits.confidence {
            found.push((1_000_000 - confidence.millionths()) * (TOTAL_WEIGHT / 1_000_000));
        }
    }
    found.retain(|weight| (1..TOTAL_WEIGHT).contains(weight));
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Returns the weight of a limit on a hit, in billionths.
fn of_hit(tranche: &str, limit: u64) -> Result<u32, Problem> {
    let step = WHOLE / u64::from(TOTAL_WEIGHT);
    let weight = limit.is_multiple_of(step).then_some(limit / step).and_then(|weight| u32::try_from(weight).ok());
    weight.ok_or_else(|| Problem::OutOfRange {
        what: format!("the hit of tranche '{tranche}'"),
        value: format!("{} billionths", limit),
        range: "a probability of at most seven decimals, for credit scenarios that bound it".into(),
    })
}

/// Checks breakpoints that a header lists.
///
/// # Errors
/// Breakpoints that do not rise, or are outside (0, 10^7).
pub fn check_breakpoints(breakpoints: &[u32]) -> Result<(), Problem> {
    let rise = breakpoints.windows(2).all(|pair| pair[0] < pair[1]);
    let inside = breakpoints.iter().all(|weight| (1..TOTAL_WEIGHT).contains(weight));
    if rise && inside { Ok(()) } else { Err(Problem::CreditHeader("has breakpoints that do not rise between 0 and 1")) }
}

/// Returns cumulative weights up to `total`, of at most `rows` rows, the first of weight 1. Every
/// breakpoint is one of them, and no row weighs more than a scenario can. Steps are in proportion
/// to the weight so far, and shrink towards nothing relative to it in the middle: as fine as the
/// number of rows allows.
///
/// # Errors
/// Fewer rows than the coarsest steps have: two more than breakpoints, and one for each 2^20 of the
/// weight.
pub fn cumulative_weights(total: u32, breakpoints: &[u32], rows: usize) -> Result<Vec<u32>, Problem> {
    let coarsest = steps(total, breakpoints, 0, MAX_SCENARIOS).map_or(usize::MAX, |weights| weights.len());
    if !(coarsest.max(breakpoints.len() + 2)..=MAX_SCENARIOS).contains(&rows) {
        return Err(Problem::OutOfRange {
            what: "the number of nodes".into(),
            value: rows.to_string(),
            range: format!("{coarsest} to {MAX_SCENARIOS}, with the deal's {} breakpoints", breakpoints.len()),
        });
    }
    // More steps of a decade never have fewer rows, so that the most that fit are found by halving.
    let (mut fit, mut too_many) = (0, FINEST);
    while too_many - fit > 1 {
        let middle = fit + (too_many - fit) / 2;
        if steps(total, breakpoints, middle, rows).is_some() { fit = middle } else { too_many = middle }
    }
    Ok(steps(total, breakpoints, fit, rows).expect("the steps that fit"))
}

/// Returns cumulative weights of so many steps of a decade, or `None` if they are more than `most`.
fn steps(total: u32, breakpoints: &[u32], fineness: u64, most: usize) -> Option<Vec<u32>> {
    let mut weights = vec![1u32];
    let mut ahead = breakpoints.iter().copied().skip_while(|weight| *weight <= 1).chain([total]).peekable();
    let mut reached = 1u32;
    while reached < total {
        if weights.len() == most {
            return None;
        }
        let (so_far, whole) = (u64::from(reached), u64::from(total));
        // At fineness zero the quotient has no meaning, and the largest step is taken.
        let step = (16 * so_far * whole).checked_div(fineness * (whole + 2 * so_far));
        let step = step.map_or(MAX_WEIGHT, |step| u32::try_from(step).unwrap_or(MAX_WEIGHT).clamp(1, MAX_WEIGHT));
        let next = *ahead.peek().expect("the total is ahead");
        reached = next.min(reached + step);
        if reached == next {
            ahead.next();
        }
        weights.push(reached);
    }
    Some(weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How fine the steps are for the usual numbers of rows.
    #[test]
    fn the_finest_steps_that_fit_are_taken() {
        for (rows, fineness) in [(64, 49), (128, 109), (256, 235), (1_024, 1_050)] {
            let found = cumulative_weights(TOTAL_WEIGHT, &[], rows).unwrap();
            assert_eq!(found, steps(TOTAL_WEIGHT, &[], fineness, rows).unwrap());
            assert!(steps(TOTAL_WEIGHT, &[], fineness + 1, rows).is_none(), "{rows}");
        }
    }

    #[test]
    fn weights_rise_from_one_over_all_breakpoints_to_the_total() {
        let breakpoints = [1, 2, 17, 100_000, 500_000, 1_350_000, 9_999_999];
        for rows in [18, 19, 64, 1_024, 65_536] {
            let found = cumulative_weights(TOTAL_WEIGHT, &breakpoints, rows).unwrap();
            assert!(found.len() <= rows && found[0] == 1 && found.last() == Some(&TOTAL_WEIGHT));
            assert!(found.windows(2).all(|pair| pair[0] < pair[1] && pair[1] - pair[0] <= MAX_WEIGHT));
            assert!(breakpoints.iter().all(|weight| found.binary_search(weight).is_ok()), "{rows}");
        }
    }

    #[test]
    fn too_few_rows_are_refused() {
        let least = |breakpoints: &[u32]| {
            (1..64).find(|rows| cumulative_weights(TOTAL_WEIGHT, breakpoints, *rows).is_ok()).unwrap()
        };
        // No row weighs 2^20, and so ten rows hold what is behind the first.
        assert_eq!(least(&[]), 11);
        assert!(least(&[500_000]) == 12 && least(&[500_000, 510_000, 520_000]) == 14);
        let refused = cumulative_weights(TOTAL_WEIGHT, &[500_000], 3).unwrap_err().to_string();
        assert!(refused.contains("12 to 65536") && refused.contains("1 breakpoint"), "{refused}");
        // A total within one weight: the breakpoints and two more.
        assert!(cumulative_weights(1_000_000, &[10, 20, 30], 4).is_err());
        assert_eq!(cumulative_weights(1_000_000, &[10, 20, 30], 5).unwrap(), [1, 10, 20, 30, 1_000_000]);
        assert!(check_breakpoints(&[1, 5]).is_ok());
        for bad in [vec![0], vec![5, 5], vec![6, 5], vec![TOTAL_WEIGHT]] {
            assert!(check_breakpoints(&bad).is_err(), "{bad:?}");
        }
    }
}
