//! The months of a repline: shares of its balance at the cut-off, in 60 fractional bits.

use super::assumptions::{Amortisation, Behaviour, Repline};
use super::fixed::{BITS, ONE, PARTS, YEAR, of_parts, product};

/// Fractional bits of the annuity sums.
const SUM_BITS: u32 = 60;

/// What happens to a repline, month by month from the first on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Projection {
    /// share on which a month's interest is received
    pub interest: Vec<u64>,
    /// scheduled and prepaid principal
    pub principal: Vec<u64>,
    /// defaults
    pub defaults: Vec<u64>,
    /// recoveries of earlier defaults
    pub recoveries: Vec<u64>,
    /// servicing fee
    pub fees: Vec<u64>,
}

/// Returns how many months a repline pays, recoveries included.
pub fn last_month(repline: &Repline, behaviour: &Behaviour) -> u32 {
    match repline.kind {
        Amortisation::Defaulted => 1 + behaviour.recovery_lag,
        _ if behaviour.default.is_none() => repline.term,
        _ => repline.term + behaviour.recovery_lag,
    }
}

/// Projects a repline over so many months, at least [`last_month`] of them.
pub fn project(repline: &Repline, behaviour: &Behaviour, months: u32) -> Projection {
    let count = months.max(last_month(repline, behaviour)) as usize;
    let term = if repline.kind == Amortisation::Defaulted { 1 } else { repline.term };
    let prepayment = behaviour.prepayment.months(repline.age, term);
    let default = behaviour.default.months(repline.age, term);
    let scheduled = scheduled_shares(repline);
    let kept = ONE - of_parts(behaviour.severity).min(ONE);
    let mut all = Projection {
        interest: vec![0; count],
        principal: vec![0; count],
        defaults: vec![0; count],
        recoveries: vec![0; count],
        fees: vec![0; count],
    };
    let mut performing = ONE;
    for at in 0..term as usize {
        let lost = match repline.kind {
            Amortisation::Defaulted => performing,
            _ => product(performing, default[at].min(ONE)),
        };
        let live = performing - lost;
        let due = product(live, scheduled[at]);
        let early = product(live - due, prepayment[at].min(ONE));
        all.interest[at] = live;
        all.principal[at] = due + early;
        all.defaults[at] = lost;
        all.recoveries[at + behaviour.recovery_lag as usize] += product(lost, kept);
        all.fees[at] = fee(performing, behaviour.fee);
        performing = live - due - early;
    }
    all
}

/// Returns a month's fee at so many parts a year, rounded up.
fn fee(performing: u64, parts: u64) -> u64 {
    let year = u128::from(YEAR) * u128::from(PARTS);
    u64::try_from((u128::from(performing) * u128::from(parts)).div_ceil(year)).unwrap_or(u64::MAX)
}

/// Returns the share of what is owed that is due in each month, in 60 fractional bits.
fn scheduled_shares(repline: &Repline) -> Vec<u64> {
    let term = repline.term;
    let level = match repline.kind {
        Amortisation::LevelPay => term,
        Amortisation::InterestOnly(months) => term - months,
        Amortisation::Bullet | Amortisation::Defaulted => 1,
    };
    let mut shares: Vec<u64> = level_shares(repline.rate, level);
    shares.reverse();
    // Nothing is due before.
    let mut all = vec![0; (term - level) as usize];
    all.append(&mut shares);
    all
}

/// Returns the shares of level payments with 1, 2, .. remaining months: one over the sum of the
/// powers of one and a month's rate. Sums are rounded down, to 60 fractional bits.
fn level_shares(rate: u64, months: u32) -> Vec<u64> {
    let year = u128::from(YEAR) * u128::from(PARTS);
    // Beyond this sum a share is below 2^-60.
    let most = 1u128 << (SUM_BITS + BITS + 1);
    let mut sum = 0u128;
    (0..months)
        .map(|_| {
            sum = ((1 << SUM_BITS) + sum + sum / year * u128::from(rate) + sum % year * u128::from(rate) / year)
                .min(most);
            u64::try_from((1u128 << (BITS + SUM_BITS)) / sum).unwrap_or(ONE)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::speeds::Speed;
    use super::*;

    fn repline(kind: Amortisation, rate: u64, term: u32) -> Repline {
        Repline { code: "A".into(), rate, term, age: 0, kind }
    }

    fn share(value: u64) -> f64 {
        value as f64 / ONE as f64
    }

    /// 6 % over 360 months: the payment on 100,000 is 599.55, of which 99.55 is principal in the
    /// first month.
    #[test]
    fn level_payments_are_those_of_an_annuity() {
        let repline = repline(Amortisation::LevelPay, 6_000_000, 360);
        let all = project(&repline, &Behaviour::default(), 360);
        let payment = 0.005 / (1.0 - libm::pow(1.005, -360.0));
        assert!((payment * 100_000.0 - 599.550_525).abs() < 1e-6);
        let mut owed = 1.0;
        for month in 0..360 {
            let expected = payment - owed * 0.005;
            assert!((share(all.principal[month]) - expected).abs() < 1e-14, "{month}");
            assert!((share(all.interest[month]) - owed).abs() < 1e-13, "{month}");
            owed -= expected;
        }
        assert_eq!(all.principal.iter().sum::<u64>(), ONE);
    }

    /// A third and a half have no last bit: the shares are within two of the last of 60.
    fn quarters(entries: &[u64]) {
        assert!(entries.iter().all(|entry| entry.abs_diff(ONE / 4) <= 2), "{entries:?}");
        assert_eq!(entries.iter().sum::<u64>(), ONE);
    }

    #[test]
    fn without_interest_principal_is_the_same_each_month() {
        let all = project(&repline(Amortisation::LevelPay, 0, 4), &Behaviour::default(), 4);
        quarters(&all.principal);
    }

    #[test]
    fn a_bullet_is_due_at_the_end_and_interest_only_is_level_behind_it() {
        let all = project(&repline(Amortisation::Bullet, 5_000_000, 3), &Behaviour::default(), 5);
        assert_eq!((all.principal, all.interest), (vec![0, 0, ONE, 0, 0], vec![ONE, ONE, ONE, 0, 0]));
        let late = project(&repline(Amortisation::InterestOnly(2), 0, 6), &Behaviour::default(), 6);
        assert_eq!(late.principal[..2], [0, 0]);
        quarters(&late.principal[2..]);
    }

    /// Half defaults in the first month, a quarter of the rest in the second; 60 % is recovered two
    /// months on.
    #[test]
    fn defaults_go_first_and_are_recovered_late() {
        let behaviour = Behaviour {
            default: Speed::Monthly(vec![50_000_000, 25_000_000, 0]),
            severity: 40_000_000,
            recovery_lag: 2,
            fee: 12_000_000,
            ..Behaviour::default()
        };
        let all = project(&repline(Amortisation::Bullet, 0, 3), &behaviour, 5);
        assert_eq!(all.defaults, [ONE / 2, ONE / 8, 0, 0, 0]);
        assert_eq!(all.interest, [ONE / 2, ONE / 2 - ONE / 8, ONE / 2 - ONE / 8, 0, 0]);
        assert_eq!(all.principal, [0, 0, ONE / 2 - ONE / 8, 0, 0]);
        let (first, second) = (share(all.recoveries[2]), share(all.recoveries[3]));
        assert!((first - 0.3).abs() < 1e-15 && (second - 0.075).abs() < 1e-15, "{first} {second}");
        assert!((share(all.fees[0]) - 0.01).abs() < 1e-15 && (share(all.fees[1]) - 0.005).abs() < 1e-15);
        assert_eq!(last_month(&repline(Amortisation::Bullet, 0, 3), &behaviour), 5);
    }

    #[test]
    fn loans_in_default_are_recovered_and_nothing_else() {
        let behaviour = Behaviour { severity: 75_000_000, recovery_lag: 1, ..Behaviour::default() };
        let all = project(&repline(Amortisation::Defaulted, 5_000_000, 9), &behaviour, 2);
        assert_eq!((&all.defaults[..], &all.recoveries[..]), (&[ONE, 0][..], &[0, ONE / 4][..]));
        assert!(all.interest.iter().chain(&all.principal).all(|entry| *entry == 0));
    }

    /// The highest rate and longest term of a schema: sums are bounded, and everything is paid.
    #[test]
    fn the_extremes_of_a_schema_are_projected() {
        let behaviour = Behaviour {
            prepayment: Speed::Psa(300_000_000),
            default: Speed::Sda(500_000_000),
            severity: PARTS,
            recovery_lag: 120,
            fee: PARTS,
        };
        let all = project(&repline(Amortisation::LevelPay, 163_830_000, 511), &behaviour, 631);
        let sum = |entries: &[u64]| entries.iter().map(|entry| u128::from(*entry)).sum::<u128>();
        assert_eq!(sum(&all.principal) + sum(&all.defaults), u128::from(ONE));
        assert_eq!((sum(&all.recoveries), all.principal.len()), (0, 631));
    }
}
