//! Claims about months, value, capital, the largest obligors, distinct loans and collateral,
//! criteria and bad debt on tapes of real loans and on those that are shipped: each at its last
//! unit, and refused one unit further. The contract's side is in `tests/evm`.

use tailproof_test_support::pool_units::{self, PoolUnits};

fn holds_to_the_last_unit(case: &PoolUnits) {
    case.hold_to_the_last_unit(&case.desk.keys(case.shape), "groth16");
}

/// A month, value, inputs of SEC-SA and the largest obligors.
#[test]
fn the_loans_of_the_demo_meet_each_claim_to_its_last_unit() {
    holds_to_the_last_unit(&pool_units::month_of_the_demo());
}

/// Flows for every reason, eligible additions, seasoning and debt to income, distinct collateral.
#[test]
fn a_month_of_real_loans_meets_each_criterion_to_its_last_unit() {
    holds_to_the_last_unit(&pool_units::criteria_of_a_month());
}

/// Expected loss, hit and CVaR as bad debt, in the pool, in its fund and beyond it.
#[test]
fn the_shipped_deal_about_coins_meets_each_claim_to_its_last_unit() {
    holds_to_the_last_unit(&pool_units::bad_debt());
}

#[cfg(feature = "nightly")]
mod nightly {
    use std::fmt::Write;

    use super::*;
    use rust_decimal::Decimal;
    use tailproof::core::pool::month::quantile::defaults_at_most;
    use tailproof_test_support::pool_units::{Loan, at_least, at_most, limit, money, rounded, sum, tape};
    use tailproof_test_support::source;

    /// The same by halo2, which has its own layout and hashes over its own field. Keys of pools
    /// with every claim take long.
    fn holds_by_halo2(case: &PoolUnits) {
        case.hold_to_the_last_unit(&case.desk.halo2_keys(case.shape), "halo2");
    }

    #[test]
    fn the_loans_of_the_demo_meet_each_claim_to_its_last_unit_by_halo2() {
        holds_by_halo2(&pool_units::month_of_the_demo());
    }

    #[test]
    fn a_month_of_real_loans_meets_each_criterion_to_its_last_unit_by_halo2() {
        holds_by_halo2(&pool_units::criteria_of_a_month());
    }

    #[test]
    fn the_shipped_deal_about_coins_meets_each_claim_to_its_last_unit_by_halo2() {
        holds_by_halo2(&pool_units::bad_debt());
    }

    const BANDS: [(&str, u32); 4] = [("660", 680), ("680", 700), ("700", 740), ("740", 900)];

    /// Lending Club's loans of December 2015, and what became of them in a year: who paid all, and
    /// who paid nothing more and was charged off, are those of the data. The others' balances are
    /// those of level payments. Grades are bands of credit scores.
    #[test]
    fn defaults_of_a_year_of_real_loans_are_within_their_probabilities() {
        let path = source().join("../shared/data/loans_lendingclub_2015_outcomes_5000.csv");
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {} is not there", path.display());
            return;
        };
        let mut rows = text.lines().map(|row| row.split(',').collect::<Vec<_>>());
        let header = rows.next().unwrap();
        let column = |name: &str| header.iter().position(|cell| *cell == name).unwrap();
        let [id, funded, term, rate, score, status, last] =
            ["loan_id", "funded_amnt", "term", "int_rate", "fico_range_low", "loan_status", "last_pymnt_d"].map(column);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let (mut defaults, mut collected) = ([0_u64; 4], 0);
        let mut reasons = "id,reason\n".to_owned();
        for row in rows {
            let points: u32 = row[score].parse().unwrap();
            let band = BANDS.iter().position(|(_, below)| points < *below).unwrap();
            let loan = Loan {
                id: row[id].into(),
                balance: row[funded].parse::<u64>().unwrap() * 100,
                rate: rounded(row[rate].parse::<f64>().unwrap() * 100.0),
                term: row[term].trim().split(' ').next().unwrap().parse().unwrap(),
                grade: BANDS[band].0.into(),
                names: String::new(),
                status: "current",
            };
            // The last payment, as in 16-Jun. Without one, nothing was paid.
            let in_the_year = row[last].is_empty() || row[last].starts_with("15-") || row[last].starts_with("16-");
            match row[status] {
                "Charged Off" if in_the_year => {
                    defaults[band] += loan.balance;
                    writeln!(reasons, "{},charged-off", loan.id).unwrap();
                }
                "Fully Paid" if in_the_year => {
                    collected += loan.balance;
                    writeln!(reasons, "{},paid", loan.id).unwrap();
                }
                _ => {
                    after.push(loan.after(12));
                    collected += loan.balance - after.last().unwrap().balance;
                }
            }
            before.push(loan);
        }
        assert_eq!(before.len(), 5_000);
        assert!(defaults.iter().all(|amount| *amount > 0));

        // The least probability of each grade, in millionths, that allows what was charged off.
        let [rho, level] = ["0.12", "0.99"].map(|text| text.parse::<Decimal>().unwrap());
        let least = |band: usize| {
            let opening = sum(before.iter().filter(|loan| loan.grade == BANDS[band].0));
            let needed = limit(defaults[band], opening);
            let allows = |millionths: i64| defaults_at_most(Decimal::new(millionths, 6), rho, level).unwrap() >= needed;
            let (mut no, mut yes) = (0, 500_000);
            while yes - no > 1 {
                let middle = (no + yes) / 2;
                *(if allows(middle) { &mut yes } else { &mut no }) = middle;
            }
            yes
        };
        let line = |band: usize, millionths: i64| format!("{} = {}\n", BANDS[band].0, Decimal::new(millionths, 6));
        let schema = "[tape]\nversion = 2\ncurrency = \"USD\"\ncolumns = [\"rate\", \"term\", \"grade\", \"status\"]\n\
                      grades = [\"660\", \"680\", \"700\", \"740\", \"defaulted\"]\n";
        let of = |cut_off: &str, more: &str| {
            let words =
                "[tape.scale]\nrate = \"percent\"\n[tape.status]\ncurrent = [\"current\"]\ndefault = [\"default\"]\n";
            format!("name = \"d\"\n{schema}cut_off = \"{cut_off}\"\n{words}[tape.ids]\n{more}")
        };
        let earlier = of("2015-12-31", "[claims]\nloans_min = 1\n");
        let pds = (0..4).map(|band| line(band, least(band))).collect::<String>();
        let charged_off = at_most("charged_off_max", limit(defaults.iter().sum(), sum(&before)), "charged off");
        let later = of(
            "2016-12-31",
            &format!(
                "[pd]\n{pds}[month]\nfrom = \"2015-12-31\"\n{}collected_min = {}\n[month.defaults]\nrho = 0.12\nlevel = 0.99\n",
                charged_off.0,
                money(collected),
            ),
        );
        let header = "id,balance,rate,term,grade,status";
        let tapes = [tape(header, &before), tape(header, &after)];
        let tapes = [&*tapes[0], &*tapes[1]];
        let mut months = PoolUnits::months("5000loans+pool+roll", [&earlier, &later], tapes, &reasons);
        let mut limits = vec![charged_off, at_least("collected_min", collected, "balances fell by at least")];
        limits.extend((0..4).map(|band| (line(band, least(band)), line(band, least(band) - 1), "default")));
        months.state(&later, &limits);
        holds_to_the_last_unit(&months);
    }
}
