//! Deals about committed loans with every limit at its last unit, and the same with one of them a
//! unit further.

use std::fmt::Write;

use crate::desk::{DEAL, Desk, LOANS, Run, source};

/// A loan of a tape.
#[derive(Clone)]
pub struct Loan {
    /// id
    pub id: String,
    /// balance in cents
    pub balance: u64,
    /// rate in basis points
    pub rate: u64,
    /// remaining term in months
    pub term: u32,
    /// grade
    pub grade: String,
    /// cells between grade and status, each with its comma
    pub names: String,
    /// status
    pub status: &'static str,
}

impl Loan {
    /// The loan after so many level payments, to the cent.
    pub fn after(&self, payments: u32) -> Self {
        let monthly = self.rate as f64 / 120_000.0;
        let left = |payments: u32| 1.0 - (1.0 + monthly).powf(f64::from(payments) - f64::from(self.term));
        let balance = rounded(self.balance as f64 * left(payments) / left(0));
        Self { balance, term: self.term - payments, ..self.clone() }
    }
}

/// The nearest whole number.
pub fn rounded(value: f64) -> u64 {
    format!("{value:.0}").parse().unwrap()
}

/// The balance of loans in cents.
pub fn sum<'a>(loans: impl IntoIterator<Item = &'a Loan>) -> u64 {
    loans.into_iter().map(|loan| loan.balance).sum()
}

/// A number of so many units, each `1 / 10^places`.
fn decimal(units: u64, places: u32) -> String {
    let one = 10_u64.pow(places);
    format!("{}.{:0width$}", units / one, units % one, width = places as usize)
}

/// An amount of cents in currency, and a number of hundredths.
pub fn money(cents: u64) -> String {
    decimal(cents, 2)
}

/// A share of so many billionths, as deals write it.
pub fn share(billionths: u64) -> String {
    decimal(billionths, 9)
}

/// The least limit in billionths that a part meets.
pub fn limit(part: u64, of: u64) -> u64 {
    u64::try_from((u128::from(part) * 1_000_000_000).div_ceil(of.into())).unwrap()
}

/// A tape of the loans.
pub fn tape<'a>(header: &str, loans: impl IntoIterator<Item = &'a Loan>) -> String {
    let mut text = format!("{header}\n");
    for Loan { id, balance, rate, term, grade, names, status } in loans {
        writeln!(text, "{id},{},{},{term},{grade},{names}{status}", money(*balance), money(*rate)).unwrap();
    }
    text
}

/// A line of a deal with a limit at its last unit, the same a unit further, and what a refusal
/// calls the claim.
pub type Limit = (String, String, &'static str);

/// The lines of a key with a number of units, and with one more or one less.
fn limit_line(key: &str, [units, further]: [u64; 2], places: u32, said: &'static str) -> Limit {
    let line = |units: u64| {
        let number = if places == 0 { units.to_string() } else { decimal(units, places) };
        format!("{key} = {number}\n")
    };
    (line(units), line(further), said)
}

/// A greatest share, and a billionth less.
pub fn at_most(key: &str, billionths: u64, said: &'static str) -> Limit {
    assert!(billionths > 0, "{key}");
    limit_line(key, [billionths, billionths - 1], 9, said)
}

/// A least amount in cents, and a cent more.
pub fn at_least(key: &str, cents: u64, said: &'static str) -> Limit {
    limit_line(key, [cents, cents + 1], 2, said)
}

fn lines<'a>(limits: impl IntoIterator<Item = &'a Limit>) -> String {
    limits.into_iter().map(|(line, ..)| line.as_str()).collect()
}

/// A deal and the later tape under it, as the desk's files name them.
pub struct Stated {
    /// what a refusal calls the claim that is a unit further; empty where none is
    pub said: &'static str,
    /// name of the deal's file
    pub deal: String,
    /// name of the tape: it has a table `NAME.csv`, a commitment `NAME.json` and an opening
    /// `NAME.opening`
    pub tape: &'static str,
}

/// Limits at their last unit, about one tape, or about two in order.
pub struct PoolUnits {
    /// the folder
    pub desk: Desk,
    /// shape of keys
    pub shape: &'static str,
    /// the deal that the loans meet, and no tighter one
    pub at: Stated,
    /// deals and tapes that are one unit further
    pub further: Vec<Stated>,
    /// name of the earlier tape, where there is one; reasons are in `reasons.csv`
    pub before: Option<&'static str>,
    /// further options of a proof
    held: &'static str,
    /// further options of a verification
    public: &'static str,
}

impl PoolUnits {
    /// A desk with the tapes `before` and `after`, each committed to under the deal of its date.
    pub fn months(shape: &'static str, deals: [&str; 2], tapes: [&str; 2], reasons: &str) -> Self {
        let desk = Desk::new();
        desk.write("reasons.csv", reasons);
        for (name, deal, tape) in [("before", deals[0], tapes[0]), ("after", deals[1], tapes[1])] {
            desk.write(&format!("{name}.toml"), deal);
            commit(&desk, name, tape, &format!("{name}.toml"));
        }
        let at = Stated { said: "", deal: "at.toml".into(), tape: "after" };
        Self { desk, shape, at, further: Vec::new(), before: Some("before"), held: "", public: "" }
    }

    /// States the deal, and for each of its limits the deal with that one a unit further.
    pub fn state(&mut self, deal: &str, limits: &[Limit]) {
        self.desk.write(&self.at.deal, deal);
        for (from, to, said) in limits {
            assert_eq!(deal.matches(from.as_str()).count(), 1, "{from}");
            let name = format!("further-{}.toml", self.further.len());
            self.desk.write(&name, deal.replace(from.as_str(), to));
            let (said, tape) = (*said, self.at.tape);
            self.further.push(Stated { said, deal: name, tape });
        }
    }

    /// Proves a deal: `p.json`.
    pub fn prove(&self, stated: &Stated, keys: &str, backend: &str) -> Run {
        let Stated { deal, tape, .. } = stated;
        let before = self.before.map_or(String::new(), |name| {
            format!("--before {name}.csv --before-opening {name}.opening --reasons reasons.csv")
        });
        self.desk.run(format!(
            "prove --pool {tape}.csv --opening {tape}.opening {before} --deal {deal} --keys {keys} --backend {backend} \
             -o p.json {}",
            self.held
        ))
    }

    /// Verifies `p.json` under a deal.
    pub fn verify(&self, stated: &Stated, keys: &str) -> Run {
        let commitments = self.before.into_iter().chain([stated.tape]);
        let commitments: String = commitments.map(|name| format!("--commitment {name}.json ")).collect();
        self.desk
            .run(format!("verify --deal {} --proof p.json --keys {keys} {commitments} {}", stated.deal, self.public))
    }

    /// Proves and verifies the deal. What is one unit further is neither proved nor verified, and
    /// the refusal names the claim.
    ///
    /// # Panics
    ///
    /// If that is not so.
    pub fn hold_to_the_last_unit(&self, keys: &str, backend: &str) {
        self.prove(&self.at, keys, backend).expect(0);
        self.verify(&self.at, keys).expect(0);
        assert!(!self.further.is_empty());
        for further in &self.further {
            let refused = self.prove(further, keys, backend).expect(1);
            assert!(refused.stderr.contains(further.said), "{}: {refused:?}", further.said);
            self.verify(further, keys).expect(1);
        }
    }
}

/// Writes a tape, and commits to it.
fn commit(desk: &Desk, name: &str, tape: &str, deal: &str) {
    desk.write(&format!("{name}.csv"), tape);
    let files = format!("-o {name}.json --opening {name}.opening");
    desk.run(format!("pool commit {name}.csv --deal {deal} {files}")).expect(0);
}

/// The header of the demo's tape, and its loans as of 31 March 2018 that are not paid.
pub fn demo_loans() -> (&'static str, Vec<Loan>) {
    let (header, rows) = LOANS.split_once('\n').unwrap();
    let loan = |row: &str| {
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
    };
    (header, rows.lines().filter(|row| !row.ends_with(",paid")).map(loan).collect())
}

/// The `[tape]` of the demo's deal with a grade of loans in default, then further tables of it.
fn demo_schema(tables: &str) -> String {
    let schema = &DEAL[DEAL.find("\n[tape]").unwrap()..DEAL.find("\n[pd]").unwrap()];
    format!("{}{tables}[tape.ids]\n", schema.replace("\"G\"]", "\"G\", \"defaulted\"]"))
}

fn by_id<'a>(loans: &'a [Loan], id: &str) -> &'a Loan {
    loans.iter().find(|loan| loan.id == id).unwrap()
}

/// Risk weights in per cent: made up.
const RISK_WEIGHTS: [(&str, u64); 8] =
    [("A", 35), ("B", 50), ("C", 75), ("D", 75), ("E", 100), ("F", 100), ("G", 150), ("defaulted", 150)];

/// A month, the value, the inputs of SEC-SA and the largest obligors of the demo's 189 loans, whose
/// ids are distinct: as of 31 March 2018, and a month later. Balances and terms of that month are
/// those of the loans' level payments. Made up are an addition, a loan that is paid off, one that
/// is late, one in default and one that is charged off; so are schedule, assumptions and risk
/// weights.
pub fn month_of_the_demo() -> PoolUnits {
    let (header, march) = demo_loans();
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

    let before = format!("name = \"d\"\n{}[claims]\nloans_min = 1\n", demo_schema(""));
    let after = before.replace("2018-03-31", "2018-04-30");
    let shape = "200loans+pool+distinct+roll+value+top";
    let reasons = format!("id,reason\n{charged_off},charged-off\n{paid_off},paid\n");
    let tapes = [tape(header, &march), tape(header, &april)];
    let mut case = PoolUnits::months(shape, [&before, &after], [&tapes[0], &tapes[1]], &reasons);
    (case.held, case.public) = ("--assumptions a.toml", "--assumptions a.toml");

    // Representative loans of each grade, and the value of the pool by them.
    let mut assumptions = "version = 1\nname = \"spring\"\n".to_owned();
    for (grade, rate) in [("A", 7), ("B", 10), ("C", 14), ("D", 18), ("E", 25), ("F", 28), ("G", 30)] {
        writeln!(assumptions, "[[repline]]\ncode = \"{grade}\"\nrate = {rate}\nterm = 40\nkind = \"level-pay\"")
            .unwrap();
    }
    assumptions += "[[repline]]\ncode = \"defaulted\"\nrate = 0\nterm = 1\nkind = \"defaulted\"\n[[block]]\nname = \"base\"\n\
                    prepayment = { cpr = 12 }\ndefault = { cdr = 5 }\nseverity = 85\nrecovery_lag = 9\nfee = 1\n\
                    [discount]\nflat = 6\n";
    let desk = &case.desk;
    desk.write("a.toml", assumptions);
    desk.write("after.toml", format!("{after}[cashflow]\nreplines = \"grade\"\n"));
    let made = desk.run("scenarios cashflow --deal after.toml --assumptions a.toml -o f.scn").expect(0).stdout;
    let digest = made.lines().find_map(|line| line.strip_prefix("assumptions ")).unwrap();
    let digest = digest.split_whitespace().next().unwrap();
    let value = "pool value after.csv --deal after.toml --assumptions a.toml --block base --json";
    let value = desk.run(value).expect(0).json()["npv_row"].as_u64().unwrap();

    let month = [
        at_least("collected_min", collected, "balances fell by at least"),
        at_most("prepaid_max", prepaid, "beyond the deal's schedule"),
        at_most("charged_off_max", limit(by_id(&march, &charged_off).balance, opening), "charged off"),
        at_most("newly_delinquent_max", limit(newly_delinquent, opening), "delinquent"),
        at_most("added_max", limit(1_000_000, closing), "additions"),
    ];
    let others = [
        at_most("share_max", limit(largest[..10].iter().sum(), closing), "largest loans"),
        at_least("npv_min", value, "net present value"),
        at_most("w_max", limit(past_due, closing), "W of SEC-SA"),
        at_most("ksa_max", u64::try_from(charge.div_ceil(closing.into())).unwrap(), "K_SA of SEC-SA"),
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
        lines(&month),
    );
    let limits: Vec<Limit> = month.into_iter().chain(others).collect();
    case.state(&deal, &limits);
    case
}

/// A loan of a month with numbers that the demo's tape does not have.
struct Measured {
    loan: Loan,
    collateral: String,
    /// debt to income in hundredths of a per cent
    dti: u64,
    /// months since the loan was made
    seasoning: u64,
}

impl Measured {
    /// The loan as a row has it.
    fn row(&self) -> Loan {
        let names = format!("{}{},{},{},", self.loan.names, self.collateral, money(self.dti), self.seasoning);
        Loan { names, ..self.loan.clone() }
    }

    /// The loan a month later, without a payment.
    fn unpaid(&self) -> Self {
        let loan = Loan { term: self.loan.term - 1, ..self.loan.clone() };
        Self { loan, collateral: self.collateral.clone(), seasoning: self.seasoning + 1, ..*self }
    }
}

/// A month of the first 58 of the demo's loans with flows for every reason, eligible additions, and
/// criteria on seasoning and debt to income; ids of loans and of collateral are distinct.
///
/// Balances and terms of the month are those of the loans' level payments. The columns
/// `collateral`, `dti` and `seasoning` are made up, and so is all that is not a level payment: both
/// additions, and the loans that are paid off, charged off, written off in part, repurchased, late,
/// in default, capitalised and advanced.
pub fn criteria_of_a_month() -> PoolUnits {
    let (header, loans) = demo_loans();
    let header = header.replace(",status", ",collateral,dti,seasoning,status");
    let march: Vec<Measured> = (0..)
        .zip(loans.into_iter().take(58))
        .map(|(index, loan)| {
            let seasoning = 61 - u64::from(loan.term);
            Measured { collateral: format!("H-{index}"), dti: 1_000 + index * 37 % 1_500, seasoning, loan }
        })
        .collect();
    let [paid_off, charged_off, repurchased] = ["4", "15", "3"];
    let [written_off, capitalised, advanced, late, in_default] = ["16", "17", "12", "21", "33"];
    let (mut april, mut collected) = (Vec::new(), 0);
    for before in &march {
        let id = before.loan.id.as_str();
        let (balance, mut next) = (before.loan.balance, before.unpaid());
        if id == paid_off {
            collected += balance;
        }
        if [paid_off, charged_off, repurchased].contains(&id) {
            continue;
        }
        if id == written_off {
            next.loan.balance -= 10_001;
        } else if id == capitalised {
            next.loan.balance += 1_234;
        } else if id == advanced {
            next.loan.balance += 50_003;
        } else if id == late {
            next.loan.status = "delinquent";
        } else if id == in_default {
            next.loan.status = "default";
        } else {
            next.loan.balance = before.loan.after(1).balance;
            collected += balance - next.loan.balance;
        }
        april.push(next);
    }
    // Additions like the loans 5 and 9. Another loan has the highest debt to income.
    for (id, of, grade, term, dti, seasoning) in [("201", 4, "B", 31, 2_050, 3), ("202", 8, "C", 27, 2_225, 5)] {
        let loan = Loan { id: id.into(), grade: grade.into(), term, ..march[of].loan.clone() };
        april.push(Measured { loan, collateral: format!("H-{id}"), dti, seasoning });
    }
    let rows = |loans: &[Measured]| loans.iter().map(Measured::row).collect::<Vec<_>>();
    let [of_march, of_april] = [rows(&march), rows(&april)];
    let (opening, closing) = (sum(&of_march), sum(&of_april));
    let additions = &april[april.len() - 2..];
    let of_additions = |number: &dyn Fn(&Measured) -> u64| {
        let [first, second] = [&additions[0], &additions[1]].map(number);
        [first.min(second), first.max(second)]
    };
    let balance = |id: &str| by_id(&of_march, id).balance;
    let of_opening = |key: &str, amount: u64, said| at_most(key, limit(amount, opening), said);

    // The weighted average in millionths of a per cent, rounded up.
    let weighted: u128 = april.iter().map(|of| u128::from(of.loan.balance) * u128::from(of.dti)).sum();
    let average = u64::try_from((weighted * 10_000).div_ceil(closing.into())).unwrap();
    let of_claims = [limit_line("average_dti_max", [average, average - 1], 6, "average dti")];
    let greatest = april.iter().map(|of| of.dti).max().unwrap();
    let least = april.iter().map(|of| of.seasoning).min().unwrap();
    let of_loans = [
        limit_line("dti_max", [greatest, greatest - 1], 2, "every loan's dti at most"),
        limit_line("seasoning_min", [least, least + 1], 0, "every loan's seasoning at least"),
    ];
    let of_month = [
        at_least("collected_min", collected, "balances fell by at least"),
        of_opening("charged_off_max", balance(charged_off) + 10_001, "charged off or written off: at most"),
        of_opening("repurchased_max", balance(repurchased), "repurchased: at most"),
        of_opening("capitalised_max", 1_234, "interest that was capitalised: at most"),
        of_opening("advanced_max", 50_003, "further advances: at most"),
        of_opening("newly_delinquent_max", balance(late), "newly delinquent: at most"),
        at_most("added_max", limit(additions.iter().map(|of| of.loan.balance).sum(), closing), "additions: at most"),
    ];
    let [rate_min, rate_max] = of_additions(&|of| of.loan.rate);
    let [term_min, term_max] = of_additions(&|of| of.loan.term.into());
    let [dti_min, dti_max] = of_additions(&|of| of.dti);
    let [seasoning_min, seasoning_max] = of_additions(&|of| of.seasoning);
    let of_rate = "the rate of every addition";
    let of_term = "the term of every addition";
    let of_dti = "the dti of every addition";
    let of_seasoning = "the seasoning of every addition";
    let one_of = |names: &str| format!("grade = [{names}]\n");
    let eligible = [
        limit_line("rate_min", [rate_min, rate_min + 1], 2, of_rate),
        limit_line("rate_max", [rate_max, rate_max - 1], 2, of_rate),
        limit_line("term_min", [term_min, term_min + 1], 0, of_term),
        limit_line("term_max", [term_max, term_max - 1], 0, of_term),
        limit_line("dti_min", [dti_min, dti_min + 1], 2, of_dti),
        limit_line("dti_max", [dti_max, dti_max - 1], 2, of_dti),
        limit_line("seasoning_min", [seasoning_min, seasoning_min + 1], 0, of_seasoning),
        limit_line("seasoning_max", [seasoning_max, seasoning_max - 1], 0, of_seasoning),
        (one_of("\"B\", \"C\""), one_of("\"B\""), "the grade of every addition"),
    ];

    let numbers = "[[tape.numbers]]\nname = \"dti\"\nstep = 0.01\n[[tape.numbers]]\nname = \"seasoning\"\nstep = 1\n";
    let schema = demo_schema(numbers).replace("\"status\"]", "\"status\", \"collateral\"]");
    let before = format!("name = \"d\"\n{schema}[claims]\nloans_min = 1\n");
    let after = before.replace("2018-03-31", "2018-04-30");
    let shape = "60loans+pool+numbers+distinct+collateral+roll";
    let reasons = format!(
        "id,reason\n{paid_off},paid\n{charged_off},charged-off\n{repurchased},repurchased\n{written_off},written-off\n\
         {capitalised},capitalised\n{advanced},advanced\n"
    );
    let tapes = [tape(&header, &of_march), tape(&header, &of_april)];
    let mut case = PoolUnits::months(shape, [&before, &after], [&tapes[0], &tapes[1]], &reasons);
    let deal = format!(
        "{after}distinct = [\"loans\", \"collateral\"]\n{}[eligible]\n{}[month]\nfrom = \"2018-03-31\"\n\
         moves = [\"seasoning\"]\nadded_delinquent = false\n{}[month.eligible]\n{}",
        lines(&of_claims),
        lines(&of_loans),
        lines(&of_month),
        lines(&eligible),
    );
    let limits: Vec<Limit> = of_claims.into_iter().chain(of_loans).chain(of_month).chain(eligible).collect();
    case.state(&deal, &limits);

    // An addition that is secured by what secures another loan.
    let (first, last) = (april[0].collateral.clone(), april.len() - 1);
    april[last].collateral = first;
    commit(&case.desk, "copied", &tape(&header, &rows(&april)), "after.toml");
    let said = "ids of collateral are distinct";
    case.further.push(Stated { said, deal: case.at.deal.clone(), tape: "copied" });
    case
}

/// Limits of the shipped deal: its line, the key, the decimal places of a unit, and what a refusal
/// calls the claim.
const SHIPPED: [(&str, &str, u32, &str); 8] = [
    ("expected_loss = 0.008\n", "expected_loss", 9, "tranche fund: expected loss at most"),
    ("expected_loss = 0.00011\n", "expected_loss", 9, "tranche lenders: expected loss at most"),
    ("hit = 0.006\n", "hit", 9, "tranche lenders: probability of a first unit of loss at most"),
    ("cvar = 0.011\n", "cvar", 9, "CVaR at most"),
    ("expected_loss_max = 0.0003\n", "expected_loss_max", 9, "expected loss of the pool at most"),
    ("\"BTC to 70\" = 0.15\n", "\"BTC to 70\"", 9, "grade BTC to 70 has at most"),
    ("\"ETH to 70\" = 0.15\n", "\"ETH to 70\"", 9, "grade ETH to 70 has at most"),
    ("average_ltv_max = 41\n", "average_ltv_max", 6, "average ltv, weighted by balance, at most"),
];

/// The shipped deal about loans against coins, over its loans and its prices of 500 moves: bad debt
/// in the pool, in the fund and beyond it. The loans and the deal are made up, the prices are real.
pub fn bad_debt() -> PoolUnits {
    let desk = Desk::new();
    for (name, file) in [("loans.csv", "crypto-loans.csv"), ("prices.csv", "crypto-prices.csv")] {
        desk.write(name, std::fs::read(source().join("src/demo").join(file)).unwrap());
    }
    desk.run("pool deal crypto-2021 -o shipped.toml").expect(0);
    desk.run("scenarios collateral --deal shipped.toml --prices prices.csv --window 500 -o c.scn").expect(0);
    commit(&desk, "loans", &desk.read("loans.csv"), "shipped.toml");
    let shipped = desk.read("shipped.toml");
    let with = |limits: [u64; SHIPPED.len()]| {
        SHIPPED.iter().zip(limits).fold(shipped.clone(), |text, ((line, key, places, _), units)| {
            assert_eq!(text.matches(line).count(), 1, "{line}");
            text.replace(line, &format!("{key} = {}\n", decimal(units, *places)))
        })
    };
    // Each of these claims with its figure in units, rounded, and whether it holds.
    let described = |deal: &str| {
        let line = format!("pool describe loans.csv --deal {deal} --scenarios c.scn --json");
        let described = desk.run(line).expect(0).json();
        let claims = described["claims"].as_array().unwrap();
        SHIPPED.map(|(.., places, said)| {
            let mut named = claims.iter().filter(|claim| claim["claim"].as_str().unwrap().contains(said));
            let claim = named.next().unwrap();
            assert!(named.next().is_none(), "{said}: {described}");
            // Per cent to seven places, or an average to eight.
            let figure = claim["figure"].as_str().unwrap();
            let digits: String = figure.chars().filter(char::is_ascii_digit).collect();
            let units = digits.parse::<u64>().unwrap() / if places == 9 { 1 } else { 100 };
            (units, claim["holds"] == true)
        })
    };
    let at_shipped = described("shipped.toml");
    assert!(at_shipped.iter().all(|(_, holds)| *holds), "the shipped deal holds: {at_shipped:?}");
    // The least units that hold are a rounded figure, or one more.
    let mut least = at_shipped.map(|(units, _)| units - 1);
    for _ in 0..3 {
        desk.write("any.toml", with(least));
        for (units, (_, holds)) in least.iter_mut().zip(described("any.toml")) {
            *units += u64::from(!holds);
        }
    }

    let at = Stated { said: "", deal: "at.toml".into(), tape: "loans" };
    let scenarios = "--scenarios c.scn";
    let shape = "100loans+pool+bands+500x8/2tranches";
    let deal = with(least);
    let public = "--scenarios c.scn --prices prices.csv";
    let mut case = PoolUnits { desk, shape, at, further: Vec::new(), before: None, held: scenarios, public };
    let limits = SHIPPED
        .iter()
        .zip(least)
        .map(|((_, key, places, said), units)| limit_line(key, [units, units - 1], *places, said));
    let others = [
        ("loans_min = 100\n", "loans_min = 101\n", "at least 101 loans"),
        ("balance_min = 2735950\n", "balance_min = 2735950.01\n", "total balance at least"),
    ];
    let others = others.map(|(from, to, said)| (from.to_owned(), to.to_owned(), said));
    case.state(&deal, &limits.chain(others).collect::<Vec<_>>());
    case
}
