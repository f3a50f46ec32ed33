//! A mortgage of AbsBox and its engine Hastructure, whose printed payments this code makes again.
//!
//! Source: the notebook `docs/source/nbsample/single_mortgage.ipynb` of github.com/yellowbean/AbsBox at commit
//! 879c75f324cf, with the outputs that are stored in it (engine 0.31.2). The mortgage owes 10,000 at 7.5 %,
//! with 20 level payments left, the first on 2022-01-01. The figures here are those outputs.
//!
//! AbsBox counts a year's rate of default over the days of a month, and this code over a twelfth of the year:
//! the assumptions have the months' own shares. AbsBox cuts amounts to cents and carries the cut balance on,
//! so that amounts differ by cents. Its notebooks prepay before a month's scheduled principal, and this code
//! after it: cases with prepayment are left out.

use tailproof_core::pool::cashflow::Assumptions;
use tailproof_core::pool::loan_pool::PoolLoan;
use tailproof_core::pool::{Deal, LoanPool};
use tailproof_risk::cashflow::projected::PoolTotals;
use tailproof_risk::cashflow::{MonthFlow, PoolFlows};

const DEAL: &str = "name = \"d\"\n[tape]\ncolumns = [\"rate\", \"term\", \"grade\"]\ngrades = [\"A\"]\n\
                    [claims]\nloans_min = 1\n[cashflow]\nreplines = \"grade\"\n";

/// Cents by which an amount of a month may differ.
const CENTS: f64 = 4.0;

/// Days of the 20 months, from December 2021 on.
const DAYS: [u32; 20] = [31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31, 30, 31, 30, 31];

/// The payments under rates of default by month, the last of which goes on.
fn paid(rates: &[f64], more: &str) -> PoolFlows {
    let share = |(month, days): (usize, &u32)| {
        let rate = rates[month.min(rates.len() - 1)];
        format!("{:.6}", (1.0 - (1.0 - rate).powf(f64::from(*days) / 365.0)) * 100.0)
    };
    let shares: Vec<String> = DAYS.iter().enumerate().map(share).collect();
    let text = format!(
        "version = 1\nname = \"a\"\n[[repline]]\ncode = \"A\"\nrate = 7.5\nterm = 20\nkind = \"level-pay\"\n\
         [[block]]\nname = \"base\"\ndefault = {{ mdr = [{}] }}\n{more}",
        shares.join(", ")
    );
    let deal = Deal::from_toml("d.toml", DEAL).unwrap();
    let assumptions = Assumptions::from_toml("a.toml", &text).unwrap();
    let loan = PoolLoan {
        balance: 1_000_000,
        fields: [750, 0, 0, 20, 0, 0],
        codes: [0; 3],
        delinquent: false,
        new_obligor: true,
    };
    let pool = LoanPool::from_loans(vec![loan], [0; 32]);
    PoolTotals::new(&deal, &pool).unwrap().project(&assumptions, 0).unwrap().flows
}

/// Compares months from `first` on, which are counted from 1, with printed rows of amounts.
#[track_caller]
fn agree<const N: usize>(flows: &PoolFlows, first: usize, printed: &[[f64; N]], amounts: fn(&MonthFlow) -> [u64; N]) {
    for (month, expected) in (first..).zip(printed) {
        let found = amounts(&flows.months[month - 1]);
        for (found, expected) in found.iter().zip(expected) {
            let apart = (*found as f64 - expected * 100.0).abs();
            assert!(apart <= CENTS, "month {month}: {found} cents, and AbsBox has {expected}");
        }
    }
}

fn performing(month: &MonthFlow) -> [u64; 4] {
    [month.balance, month.principal, month.interest, month.defaults]
}

#[test]
fn payments_without_defaults_are_those_of_absbox() {
    let printed = [
        [9529.05, 470.95, 62.50, 0.0],
        [9055.14, 473.91, 59.55, 0.0],
        [8578.28, 476.86, 56.59, 0.0],
        [8098.43, 479.85, 53.61, 0.0],
    ];
    let flows = paid(&[0.0], "");
    agree(&flows, 1, &printed, performing);
    assert_eq!((flows.months.len(), flows.months[19].balance), (20, 0));
}

#[test]
fn payments_with_a_rate_of_default_are_those_of_absbox() {
    let printed = [
        [9496.06, 469.33, 62.28, 34.61],
        [8992.57, 470.63, 59.14, 32.86],
        [8492.37, 472.09, 56.02, 28.11],
        [7989.58, 473.40, 52.89, 29.39],
    ];
    agree(&paid(&[0.04], ""), 1, &printed, performing);
    let printed = [
        [9520.91, 470.56, 62.44, 8.53],
        [9031.90, 472.69, 59.40, 16.32],
        [8536.30, 474.53, 56.31, 21.07],
        [8058.81, 477.49, 53.35, 0.0],
    ];
    agree(&paid(&[0.01, 0.02, 0.03, 0.0], ""), 1, &printed, performing);
}

/// Three tenths of a default are recovered two months later: the last ten months, in two of which recoveries
/// alone come in.
#[test]
fn recoveries_that_lag_are_those_of_absbox() {
    let flows = paid(&[0.01], "severity = 70\nrecovery_lag = 2\n");
    let printed = [
        [3603.11, 502.02, 25.65, 3.50],
        [3095.32, 504.72, 22.50, 3.07],
        [2585.45, 507.49, 19.33, 2.38],
        [2073.02, 510.23, 16.14, 2.20],
        [1558.31, 513.00, 12.94, 1.71],
        [1041.23, 515.76, 9.73, 1.32],
        [521.81, 518.57, 6.50, 0.85],
        [0.0, 521.37, 3.25, 0.44],
        [0.0; 4],
        [0.0; 4],
    ];
    agree(&flows, 13, &printed, performing);
    let recovered = [1.30, 1.14, 1.05, 0.92, 0.71, 0.66, 0.51, 0.39, 0.25, 0.13].map(|amount| [amount]);
    agree(&flows, 13, &recovered, |month| [month.recoveries]);
    assert_eq!(flows.months.len(), 22);
}
