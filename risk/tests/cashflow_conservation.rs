//! Random deals: no money is lost or made, month by month and over their lives.

use std::collections::BTreeMap;
use std::fmt::Write;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use tailproof_core::pool::Deal;
use tailproof_core::pool::cashflow::{Assumptions, BandTotals};
use tailproof_core::scenarios::cashflow::{FlowMatrix, cashflow_scenarios};
use tailproof_risk::cashflow::waterfall::run;
use tailproof_risk::cashflow::{NotesTerms, PoolFlows, Run};

/// Number of deals.
const DEALS: u64 = 10_000;

const DEAL: &str = "name = \"d\"\n[tape]\ncolumns = [\"rate\", \"term\", \"grade\", \"status\"]\ngrades = [\"A\", \"B\"]\n\
                    [claims]\nloans_min = 1\n[cashflow]\nreplines = \"grade\"\n";

struct Dice(ChaCha20Rng);

impl Dice {
    /// A number from `least` to `most`.
    fn from(&mut self, least: u64, most: u64) -> u64 {
        least + self.0.next_u64() % (most - least + 1)
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.from(1, count) == 1
    }

    /// A number of percent with decimals, up to `most`.
    fn percent(&mut self, most: u64) -> String {
        format!("{}.{:03}", self.from(0, most - 1), self.from(0, 999))
    }

    fn of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[usize::try_from(self.from(0, texts.len() as u64 - 1)).unwrap()]
    }
}

fn random_assumptions(dice: &mut Dice) -> String {
    let mut text = "version = 1\nname = \"random\"\n".to_owned();
    for code in ["A", "B"] {
        let term = dice.from(2, 40);
        let kind = dice.of(&["\"level-pay\"", "\"bullet\"", "\"interest-only\""]);
        let _ =
            writeln!(text, "[[repline]]\ncode = \"{code}\"\nrate = {}\nterm = {term}\nkind = {kind}", dice.percent(20));
        if kind.contains("only") {
            let _ = writeln!(text, "interest_only = {}", dice.from(1, term - 1));
        }
        let _ = writeln!(text, "age = {}", dice.from(0, 90));
    }
    let prepayment = match dice.from(0, 2) {
        0 => format!("cpr = {}", dice.percent(90)),
        1 => format!("psa = {}", dice.from(0, 900)),
        _ => format!("smm = [{}, {}]", dice.percent(30), dice.percent(100)),
    };
    let default = match dice.from(0, 2) {
        0 => format!("cdr = {}", dice.percent(60)),
        1 => format!("sda = {}", dice.from(0, 9_000)),
        _ => format!("mdr = [{}, {}]", dice.percent(30), dice.percent(20)),
    };
    let _ = writeln!(text, "[[block]]\nname = \"b\"\nprepayment = {{ {prepayment} }}\ndefault = {{ {default} }}");
    let _ = writeln!(
        text,
        "severity = {}\nrecovery_lag = {}\nfee = {}",
        dice.percent(100),
        dice.from(0, 9),
        dice.percent(3)
    );
    let rates: Vec<String> =
        (0..dice.from(1, 30)).map(|_| format!("{}{}", dice.of(&["", "", "-"]), dice.percent(4))).collect();
    let _ = writeln!(text, "[index]\nx = [{}]", rates.join(", "));
    text
}

/// A step with an optional trigger, split and support.
fn step(dice: &mut Dice, list: &str, pay: &str, to: &[&str], triggers: &[&str], supports: &[&str]) -> String {
    let mut text = format!("[[{list}]]\npay = \"{pay}\"\n");
    if !to.is_empty() {
        let _ = writeln!(text, "to = {to:?}");
    }
    if ["interest", "principal"].contains(&pay) && dice.one_in(2) {
        text += "split = \"pro-rata\"\n";
    }
    if !triggers.is_empty() && dice.one_in(3) {
        let _ = writeln!(text, "{} = \"{}\"", dice.of(&["when", "unless"]), dice.of(triggers));
    }
    let supports: Vec<&&str> = supports.iter().filter(|_| dice.one_in(2)).collect();
    if !supports.is_empty() && ["interest", "principal", "fees"].contains(&pay) {
        let _ = writeln!(text, "support = {supports:?}");
    }
    text
}

fn random_notes(dice: &mut Dice, balance: u64) -> String {
    let mut text = format!("version = 1\nname = \"random\"\nlegal_final = {}\n", dice.from(3, 50));
    if dice.one_in(2) {
        let _ = writeln!(text, "clean_up_call = {}\ncall_price = {}", dice.percent(40), dice.percent(120));
    }
    let _ = writeln!(text, "recoveries = \"{}\"", dice.of(&["interest", "principal"]));
    let names: Vec<&str> =
        ["N1", "N2", "N3", "N4"].into_iter().take(usize::try_from(dice.from(1, 4)).unwrap()).collect();
    for name in &names {
        let coupon = match dice.from(0, 2) {
            0 => dice.percent(12),
            1 => format!("{{ index = \"x\", margin = {} }}", dice.percent(4)),
            _ => format!("{{ index = \"x\", margin = {}, floor = 0.5, cap = 5 }}", dice.percent(4)),
        };
        let owed = dice.from(1, balance * 2 / names.len() as u64 + 1);
        let _ = writeln!(text, "[[note]]\nname = \"{name}\"\nbalance = {owed}\ncoupon = {coupon}");
    }
    let _ = writeln!(
        text,
        "[[fee]]\nname = \"rate\"\nrate = {}\n[[fee]]\nname = \"flat\"\namount = {}",
        dice.percent(2),
        dice.from(0, 90)
    );
    let (reserve, swap, line, guarantee) = (dice.one_in(2), dice.one_in(2), dice.one_in(2), dice.one_in(2));
    if reserve {
        let _ = writeln!(
            text,
            "[reserve]\ninitial = {}\ntarget = {}\nfloor = {}",
            dice.from(0, 5_000),
            dice.percent(9),
            dice.from(0, 900)
        );
    }
    if swap {
        let notional = if dice.one_in(2) { "pool" } else { names[0] };
        let _ = writeln!(
            text,
            "[swap]\nnotional = \"{notional}\"\npay = {}\nreceive = {{ index = \"x\" }}",
            dice.percent(5)
        );
    }
    if line {
        let _ = writeln!(text, "[liquidity]\nlimit = {}\nrate = {}", dice.from(0, 4_000), dice.percent(9));
    }
    if guarantee {
        let _ = writeln!(text, "[guarantee]\ncap = {}", dice.from(0, 9_000));
    }
    let triggers = ["oc", "ic", "cd", "cl", "pf", "wac", "late"];
    let last = names[names.len() - 1];
    for (name, measure, limit) in [
        ("oc", format!("overcollateralisation\"\nnote = \"{last}"), format!("below = {}", dice.percent(150))),
        ("ic", format!("interest-coverage\"\nnote = \"{}", names[0]), format!("below = {}", dice.percent(300))),
        ("cd", "cumulative-defaults".into(), format!("above = {}", dice.percent(60))),
        ("cl", "cumulative-losses".into(), format!("above = {}\nstays = true", dice.percent(40))),
        ("pf", "pool-factor".into(), format!("below = {}", dice.percent(100))),
        ("wac", "average-rate".into(), format!("below = {}", dice.percent(15))),
        ("late", "delinquent".into(), format!("above = {}", dice.percent(15))),
    ] {
        let _ = writeln!(text, "[[trigger]]\nname = \"{name}\"\nmeasure = \"{measure}\"\n{limit}");
    }
    let supports: Vec<&str> = [(line, "liquidity"), (guarantee, "guarantee")]
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, name)| name)
        .collect();
    let mut interest = vec![
        step(dice, "interest", "fees", &["servicing", "rate", "flat"], &[], &supports),
        step(dice, "interest", "interest", &names, &[], &supports),
    ];
    for (is_there, pay) in [(swap, "swap"), (line, "liquidity"), (reserve, "reserve")] {
        if is_there {
            interest.push(step(dice, "interest", pay, &[], &[], &[]));
        }
    }
    let up_to = match dice.from(0, 3) {
        0 => "up_to = \"cure\"\nwhen = \"oc\"\n".to_owned(),
        1 => format!("up_to = \"deficiency\"\ntarget = {}\n", dice.percent(20)),
        2 => format!("when = \"{}\"\n", dice.of(&triggers)),
        _ => String::new(),
    };
    if dice.one_in(2) {
        interest.push(step(dice, "interest", "principal", &names, &[], &supports) + &up_to);
    }
    if dice.one_in(3) {
        interest.push(step(dice, "interest", "residual", &["first"], &triggers, &[]));
    }
    // A residual with a trigger may stand anywhere; one without ends the list.
    let mut order: Vec<String> = Vec::new();
    while !interest.is_empty() {
        let at = usize::try_from(dice.from(0, interest.len() as u64 - 1)).unwrap();
        let next = interest.swap_remove(at);
        if !next.contains("residual") || next.contains("when") || next.contains("unless") {
            order.push(next);
        }
    }
    text += &order.concat();
    text += if dice.one_in(2) {
        "[[interest]]\npay = \"transfer\"\n"
    } else {
        "[[interest]]\npay = \"residual\"\nto = [\"owner\"]\n"
    };
    if dice.one_in(2) {
        text += &step(dice, "principal", "interest", &names, &triggers, &supports);
    }
    text += &step(dice, "principal", "principal", &names, &triggers, &supports);
    if dice.one_in(2) {
        text += &step(dice, "principal", "principal", &names, &[], &supports);
    }
    text + "[[principal]]\npay = \"residual\"\nto = [\"owner\"]\n"
}

fn totals(dice: &mut Dice) -> [BandTotals; 2] {
    [0, 1].map(|_| {
        let balance = dice.from(0, 100_000);
        let weighted = [u128::from(balance) * u128::from(dice.from(0, 3_000)), 0, 0, 0, 0, 0];
        BandTotals { loans: 1, balance, weighted, delinquent: dice.from(0, balance) }
    })
}

/// Checks the books of a run from their amounts alone.
fn check(terms: &NotesTerms, flows: &PoolFlows, run: &Run, indices: &BTreeMap<String, Vec<i64>>) -> Result<(), String> {
    let mut balances: Vec<i128> = terms.notes.iter().map(|note| note.balance.into()).collect();
    let mut exact_due = vec![0i128; balances.len()];
    let mut paid_interest = vec![0i128; balances.len()];
    let mut reserve = terms.reserve.map_or(0, |reserve| i128::from(reserve.initial));
    let (first_reserve, mut remainder, mut drawn, mut guaranteed) = (reserve, 0, 0, 0);
    let (mut all_in, mut all_out) = (0i128, 0i128);
    for (at, month) in run.months.iter().enumerate() {
        let fail = |what: &str| Err(format!("month {}: {what}: {month:?}", month.month));
        if month.pool != flows.months[at] || month.month as usize != at + 1 {
            return fail("another month of the pool");
        }
        let income =
            i128::from(month.pool.interest) + i128::from(month.pool.principal) + i128::from(month.pool.recoveries);
        let sources = income + month.call + month.swap_received + month.liquidity_drawn + month.guarantee_drawn;
        let paid: i128 = month.notes.iter().map(|note| note.interest + note.principal).sum();
        let uses = paid
            + month.fees.iter().sum::<i128>()
            + month.swap_paid
            + month.liquidity_repaid
            + month.liquidity_interest
            + month.residuals.iter().sum::<i128>();
        if sources + reserve + remainder != uses + month.reserve[1] + month.remainder[1] {
            return fail("sources are not uses");
        }
        if month.reserve[0] != reserve || month.remainder[0] != remainder {
            return fail("an account does not begin where it ended");
        }
        (reserve, remainder) = (month.reserve[1], month.remainder[1]);
        drawn += month.liquidity_drawn - month.liquidity_repaid;
        guaranteed += month.guarantee_drawn;
        let most: (i128, i128) =
            (terms.liquidity.map_or(0, |line| line.limit.into()), terms.guarantee.unwrap_or(0).into());
        if drawn != month.liquidity_owed || drawn > most.0 || guaranteed > most.1 {
            return fail("an external flow is beyond its limit");
        }
        for (index, note) in month.notes.iter().enumerate() {
            let coupon = terms.notes[index].coupon.of_month(indices, month.month).max(0);
            exact_due[index] += balances[index] * i128::from(coupon);
            let due = exact_due[index] / (12 * 100_000_000) - paid_interest[index];
            if note.due != due || note.interest > due {
                return fail("interest that is not due");
            }
            paid_interest[index] += note.interest;
            balances[index] -= note.principal;
            if balances[index] != note.balance {
                return fail("a balance that does not fall by its principal");
            }
        }
        let amounts = month.notes.iter().flat_map(|note| [note.interest, note.principal, note.balance]);
        let others = month.fees.iter().chain(&month.residuals).copied().chain([
            reserve,
            remainder,
            month.swap_paid,
            month.swap_received,
            month.liquidity_drawn,
            month.liquidity_repaid,
            month.liquidity_interest,
            month.guarantee_drawn,
            month.call,
        ]);
        if amounts.chain(others).any(|amount| amount < 0) {
            return fail("an amount below zero");
        }
        all_in += sources;
        all_out += uses;
    }
    if all_in + first_reserve != all_out || reserve != 0 || remainder != 0 {
        return Err(format!(
            "over the life {all_in} + {first_reserve} came in and {all_out} went out, {reserve} {remainder}"
        ));
    }
    Ok(())
}

#[test]
fn ten_thousand_random_deals_lose_and_make_no_money() {
    let deal = Deal::from_toml("d.toml", DEAL).unwrap();
    let (mut months, mut called, mut unpaid, mut with_remainder) = (0, 0, 0, 0);
    for seed in 0..DEALS {
        let mut dice = Dice(ChaCha20Rng::seed_from_u64(seed));
        let text = random_assumptions(&mut dice);
        let assumptions =
            Assumptions::from_toml("a.toml", &text).unwrap_or_else(|error| panic!("{seed}: {error}\n{text}"));
        let set = cashflow_scenarios(&deal, &assumptions).unwrap();
        let totals = totals(&mut dice);
        let flows = PoolFlows::new(&FlowMatrix::of(&set).unwrap(), 0, &totals);
        let text = random_notes(&mut dice, flows.balance);
        let terms = NotesTerms::from_toml("n.toml", &text, deal.schema().unwrap());
        let terms = terms.unwrap_or_else(|error| panic!("{seed}: {error}\n{text}"));
        terms.check_against(&assumptions.indices, true, deal.schema().unwrap()).unwrap();
        let run = run(&terms, &flows, &totals, &assumptions.indices)
            .unwrap_or_else(|error| panic!("{seed}: {error}\n{text}"));
        check(&terms, &flows, &run, &assumptions.indices).unwrap_or_else(|error| panic!("{seed}: {error}\n{text}"));
        months += run.months.len();
        called += usize::from(run.called.is_some());
        unpaid += usize::from(run.notes.iter().any(|note| note.principal_unpaid > 0));
        with_remainder += usize::from(run.months.iter().any(|month| month.remainder[1] > 0));
    }
    // The deals are of all kinds.
    assert!(months > 200_000 / 2, "{months}");
    for count in [called, unpaid, with_remainder] {
        assert!((1_000..9_900).contains(&count), "{called} {unpaid} {with_remainder}");
    }
}

/// A check that finds nothing would pass, too.
#[test]
fn books_with_a_unit_too_many_are_found() {
    let deal = Deal::from_toml("d.toml", DEAL).unwrap();
    let mut dice = Dice(ChaCha20Rng::seed_from_u64(7));
    let assumptions = Assumptions::from_toml("a.toml", &random_assumptions(&mut dice)).unwrap();
    let set = cashflow_scenarios(&deal, &assumptions).unwrap();
    let totals = totals(&mut dice);
    let flows = PoolFlows::new(&FlowMatrix::of(&set).unwrap(), 0, &totals);
    let text = random_notes(&mut dice, flows.balance);
    let terms = NotesTerms::from_toml("n.toml", &text, deal.schema().unwrap()).unwrap();
    let run = run(&terms, &flows, &totals, &assumptions.indices).unwrap();
    assert!(check(&terms, &flows, &run, &assumptions.indices).is_ok());
    for change in 0..5 {
        let mut run = run.clone();
        let month = &mut run.months[1];
        match change {
            0 => month.notes[0].interest += 1,
            1 => month.notes[0].principal += 1,
            2 => month.residuals[0] += 1,
            3 => month.fees[0] -= 1,
            _ => month.remainder[1] += 1,
        }
        assert!(check(&terms, &flows, &run, &assumptions.indices).is_err(), "{change}");
    }
}
