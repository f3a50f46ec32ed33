//! Whole units divided among those to whom something is due.

use super::terms::Split;

/// Returns what each is paid of `funds`, and what rounding leaves over. Nobody is paid more than is
/// due. Pro-rata shares are rounded down.
pub(super) fn divide(funds: i128, dues: &[i128], split: Split) -> (Vec<i128>, i128) {
    let total: i128 = dues.iter().sum();
    if split == Split::ProRata && funds < total {
        let paid: Vec<i128> = dues.iter().map(|due| funds * due / total).collect();
        let left = funds - paid.iter().sum::<i128>();
        return (paid, left);
    }
    let mut rest = funds;
    let paid = dues.iter().map(|due| {
        let paid = rest.min(*due);
        rest -= paid;
        paid
    });
    (paid.collect(), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_and_the_rest_is_told() {
        assert_eq!(divide(100, &[60, 60, 60], Split::Sequential), (vec![60, 40, 0], 0));
        assert_eq!(divide(100, &[60, 60, 60], Split::ProRata), (vec![33, 33, 33], 1));
        assert_eq!(divide(180, &[60, 60, 60], Split::ProRata), (vec![60, 60, 60], 0));
        assert_eq!(divide(500, &[60, 0], Split::ProRata), (vec![60, 0], 0));
        assert_eq!(divide(0, &[], Split::ProRata), (vec![], 0));
        assert_eq!(divide(7, &[1, 2, 997], Split::ProRata), (vec![0, 0, 6], 1));
    }
}
