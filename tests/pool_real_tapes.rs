//! Claims about months, value, capital, the largest obligors and distinct loans on tapes of real
//! loans: each at its last unit, and refused one unit further.

use std::fmt::Write;

use tailproof_test_support::{DEAL, Desk, LOANS, Run};

/// A loan of a tape. The balance is in cents, the rate in basis points.
#[derive(Clone)]
struct Loan {
    id: String,
    balance: u64,
    rate: u64,
    term: u32,
    grade: String,
    names: String,
    status: &'static str,
}

impl Loan {
    /// The loan after so many level payments, to the cent.
    fn after(&self, payments: u32) -> Self {
        let monthly = self.rate as f64 / 120_000.0;
        let left = |payments: u32| 1.0 - (1.0 + monthly).powf(f64::from(payments) - f64::from(self.term));
        let balance = rounded(self.balance as f64 * left(payments) / left(0));
        Self { balance, term: self.term - payments, ..self.clone() }
    }
}

/// The nearest whole number.
fn rounded(value: f64) -> u64 {
    format!("{value:.0}").parse().unwrap()
}

fn sum<'a>(loans: impl IntoIterator<Item = &'a Loan>) -> u64 {
    loans.into_iter().map(|loan| loan.balance).sum()
}

fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// A share of so many billionths, as deals write it.
fn share(billionths: u64) -> String {
    format!("0.{billionths:09}")
}

/// The least limit in billionths that a part meets.
fn limit(part: u64, of: u64) -> u64 {
    u64::try_from((u128::from(part) * 1_000_000_000).div_ceil(of.into())).unwrap()
}

/// A tape of the loans.
fn tape<'a>(header: &str, loans: impl IntoIterator<Item = &'a Loan>) -> String {
    let mut text = format!("{header}\n");
    for Loan { id, balance, rate, term, grade, names, status } in loans {
        writeln!(text, "{id},{},{},{term},{grade},{names}{status}", money(*balance), money(*rate)).unwrap();
    }
    text
}

/// Two tapes, each committed to under the deal of its date.
struct Months {
    desk: Desk,
    keys: String,
}

impl Months {
    fn new(shape: &str, deals: [&str; 2], tapes: [&str; 2], reasons: &str) -> Self {
        let desk = Desk::new();
        desk.write("reasons.csv", reasons);
        for (name, deal, tape) in [("before", deals[0], tapes[0]), ("after", deals[1], tapes[1])] {
            desk.write(&format!("{name}.toml"), deal);
            desk.write(&format!("{name}.csv"), tape);
            let files = format!("--deal {name}.toml -o {name}.json --opening {name}.opening");
            desk.run(format!("pool commit {name}.csv {files}")).expect(0);
        }
        let keys = desk.keys(shape);
        Self { desk, keys }
    }

    fn prove(&self, more: &str) -> Run {
        self.desk.run(format!(
            "prove --pool after.csv --opening after.opening --before before.csv --before-opening before.opening \
             --reasons reasons.csv --deal after.toml --keys {} -o p.json {more}",
            self.keys
        ))
    }

    fn verify(&self, more: &str) -> Run {
        let keys = &self.keys;
        let commitments = "--commitment before.json --commitment after.json";
        self.desk.run(format!("verify --deal after.toml --proof p.json --keys {keys} {commitments} {more}"))
    }

    /// Proves and verifies a deal of the later date. Each of its `limits` a unit tighter is
    /// refused, by what it is called.
    fn hold_to_the_last_unit(&self, deal: &str, limits: &[(String, String, &str)], more: &str) {
        self.desk.write("after.toml", deal);
        self.prove(more).expect(0);
        self.verify(more).expect(0);
        for (from, to, said) in limits {
            assert_eq!(deal.matches(from.as_str()).count(), 1, "{from}");
            self.desk.write("after.toml", deal.replace(from.as_str(), to));
            let refused = self.prove(more).expect(1);
            assert!(refused.stderr.contains(said), "{to}: {refused:?}");
            self.verify(more).expect(1);
        }
    }
}

/// A line of a deal with a greatest share, and the same with a billionth less.
fn at_most(key: &str, billionths: u64, said: &'static str) -> (String, String, &'static str) {
    assert!(billionths > 0, "{key}");
    (format!("{key} = {}\n", share(billionths)), format!("{key} = {}\n", share(billionths - 1)), said)
}

/// Risk weights in per cent: made up.
const RISK_WEIGHTS: [(&str, u64); 8] =
    [("A", 35), ("B", 50), ("C", 75), ("D", 75), ("E", 100), ("F", 100), ("G", 150), ("defaulted", 150)];

/// The loans of the demo as of 31 March 2018, and the pool a month later. Balances and terms of
/// that month are those of the loans' level payments. Made up are an addition, a loan that is paid
/// off, one that is late, one in default and one that is charged off; so are schedule, assumptions
/// and risk weights.
#[test]
fn the_loans_of_the_demo_meet_each_claim_to_its_last_unit() {
    let (header, rows) = LOANS.split_once('\n').unwrap();
    let march: Vec<Loan> = rows
        .lines()
        .filter(|row| !row.ends_with(",paid"))
        .map(|row| {
            let [id, balance, rate, term, grade, sector, region, status] =
                row.split(',').collect::<Vec<_>>().try_into().unwrap();
            let hundredths = |text: &str| rounded(text.parse::<f64>().unwrap() * 100.0);
            Loan {
                id: id.into(),
                balance: hundredths(balance),
                rate: hundredths(rate),
                term: term.parse().unwrap(),
                grade: grade.into(),
                names: format!("{sector},{region},"),
                status: if status == "grace" { "grace" } else { "current" },
            }
        })
        .collect();
    let of_grade = |grade: &str| march.iter().filter(|loan| loan.grade == grade).nth(1).unwrap().id.clone();
    let [charged_off, in_default, late, paid_off] = ["E", "D", "B", "A"].map(of_grade);
    let mut april = Vec::new();
    let (mut collected, mut newly_delinquent) = (0, 0);
    for loan in &march {
        let mut next = loan.after(1);
        if loan.id == charged_off {
            continue;
        } else if loan.id == paid_off {
            collected += loan.balance;
            continue;
        } else if loan.id == in_default {
            next = Loan { status: "default", term: next.term, ..loan.clone() };
        } else if loan.id == late {
            next = Loan { status: "delinquent", term: next.term, ..loan.clone() };
            newly_delinquent += next.balance;
        }
        collected += loan.balance - next.balance;
        april.push(next);
    }
    let id = "201".into();
    april.push(Loan { id, balance: 1_000_000, status: "current", grade: "B".into(), ..march[0].clone() });
    let by_id = |loans: &[Loan], id: &str| loans.iter().find(|loan| loan.id == id).unwrap().balance;
    let (opening, closing) = (sum(&march), sum(&april));

    // The schedule of the loans by grade, rounded up, and what is collected beyond it.
    let mut scheduled = String::new();
    let mut due: u128 = 0;
    for grade in ["A", "B", "C", "D", "E", "F", "G"] {
        let loans = || march.iter().filter(|loan| loan.grade == grade);
        let principal: u64 = loans().map(|loan| loan.balance - loan.after(1).balance).sum();
        let rate = limit(principal, sum(loans()));
        due += u128::from(rate) * u128::from(sum(loans()));
        writeln!(scheduled, "{grade} = {}", share(rate)).unwrap();
    }
    let billion = 1_000_000_000_u128;
    let beyond = billion * u128::from(collected) - due;
    let prepaid = u64::try_from((billion * beyond).div_ceil(billion * u128::from(opening) - due)).unwrap();

    // The grade of a loan in default is that grade.
    let grade = |loan: &Loan| if loan.status == "default" { "defaulted".into() } else { loan.grade.clone() };
    let charge: u128 = RISK_WEIGHTS
        .iter()
        .map(|(name, weight)| {
            let balance = sum(april.iter().filter(|loan| grade(loan) == *name));
            u128::from(weight * 800_000) * u128::from(balance)
        })
        .sum();
    let past_due = sum(april.iter().filter(|loan| ["delinquent", "default"].contains(&loan.status)));
    let mut largest: Vec<u64> = april.iter().map(|loan| loan.balance).collect();
    largest.sort_unstable_by(|left, right| right.cmp(left));

    let schema = &DEAL[DEAL.find("\n[tape]").unwrap()..DEAL.find("\n[pd]").unwrap()];
    let schema = schema.replace("\"G\"]", "\"G\", \"defaulted\"]") + "[tape.ids]\n";
    let before = format!("name = \"d\"\n{schema}[claims]\nloans_min = 1\n");
    let after = before.replace("2018-03-31", "2018-04-30");
    let shape = "200loans+pool+distinct+roll+value+top";
    let reasons = format!("id,reason\n{charged_off},charged-off\n{paid_off},paid\n");
    let months = Months::new(shape, [&before, &after], [&tape(header, &march), &tape(header, &april)], &reasons);

    // Representative loans of each grade, and the value of the pool by them.
    let mut assumptions = "version = 1\nname = \"spring\"\n".to_owned();
    for (grade, rate) in [("A", 7), ("B", 10), ("C", 14), ("D", 18), ("E", 25), ("F", 28), ("G", 30)] {
        writeln!(assumptions, "[[repline]]\ncode = \"{grade}\"\nrate = {rate}\nterm = 40\nkind = \"level-pay\"")
            .unwrap();
    }
    assumptions += "[[repline]]\ncode = \"defaulted\"\nrate = 0\nterm = 1\nkind = \"defaulted\"\n[[block]]\nname = \"base\"\n\
                    prepayment = { cpr = 12 }\ndefault = { cdr = 5 }\nseverity = 85\nrecovery_lag = 9\nfee = 1\n\
                    [discount]\nflat = 6\n";
    months.desk.write("a.toml", assumptions);
    months.desk.write("after.toml", format!("{after}[cashflow]\nreplines = \"grade\"\n"));
    let made = "scenarios cashflow --deal after.toml --assumptions a.toml -o f.scn";
    let made = months.desk.run(made).expect(0).stdout;
    let digest = made.lines().find_map(|line| line.strip_prefix("assumptions ")).unwrap();
    let digest = digest.split_whitespace().next().unwrap();
    let value = "pool value after.csv --deal after.toml --assumptions a.toml --block base --json";
    let value = months.desk.run(value).expect(0).json()["npv_row"].as_u64().unwrap();

    let least = |key: &str, cents: u64, said| {
        (format!("{key} = {}\n", money(cents)), format!("{key} = {}\n", money(cents + 1)), said)
    };
    let share_of_top = limit(largest[..10].iter().sum(), closing);
    let capital = u64::try_from(charge.div_ceil(closing.into())).unwrap();
    let month = [
        least("collected_min", collected, "balances fell by at least"),
        at_most("prepaid_max", prepaid, "beyond the deal's schedule"),
        at_most("charged_off_max", limit(by_id(&march, &charged_off), opening), "charged off"),
        at_most("newly_delinquent_max", limit(newly_delinquent, opening), "delinquent"),
        at_most("added_max", limit(1_000_000, closing), "additions"),
    ];
    let others = [
        at_most("share_max", share_of_top, "largest loans"),
        least("npv_min", value, "net present value"),
        at_most("w_max", limit(past_due, closing), "W of SEC-SA"),
        at_most("ksa_max", capital, "K_SA of SEC-SA"),
    ];
    let weights = RISK_WEIGHTS.map(|(grade, weight)| format!("{grade} = {}\n", money(weight))).concat();
    let line = |index: usize| others[index].0.as_str();
    let deal = format!(
        "{after}distinct = [\"loans\"]\n[top_obligors]\ncount = 10\n{}[cashflow]\nreplines = \"grade\"\n\
         assumptions_sha256 = \"{digest}\"\nnpv_block = \"base\"\n{}[sec_sa]\n{}{}[sec_sa.risk_weights]\n{weights}\
         [month]\nfrom = \"2018-03-31\"\nrepurchased_max = 0\ncapitalised_max = 0\nadvanced_max = 0\nadded_delinquent = false\n{}\
         [month.scheduled]\n{scheduled}",
        line(0),
        line(1),
        line(2),
        line(3),
        month.each_ref().map(|(line, ..)| line.as_str()).concat(),
    );
    let limits: Vec<_> = month.into_iter().chain(others).collect();
    months.hold_to_the_last_unit(&deal, &limits, "--assumptions a.toml");
}

#[cfg(feature = "nightly")]
mod nightly {
    use super::*;
    use rust_decimal::Decimal;
    use tailproof::core::pool::month::quantile::defaults_at_most;
    use tailproof_test_support::source;

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
        let months = Months::new("5000loans+pool+roll", [&earlier, &later], [&tapes[0], &tapes[1]], &reasons);
        let mut limits = vec![
            charged_off,
            (
                format!("collected_min = {}\n", money(collected)),
                format!("collected_min = {}\n", money(collected + 1)),
                "balances fell by at least",
            ),
        ];
        limits.extend((0..4).map(|band| (line(band, least(band)), line(band, least(band) - 1), "default")));
        months.hold_to_the_last_unit(&later, &limits, "");
    }
}
