//! `tailproof pool value`: what a pool pays by month, and what that is worth, without a proof.

mod page;

use serde_json::{Value, json};
use tailproof::Unit;
use tailproof::risk::cashflow::bands::Band;
use tailproof::risk::cashflow::projected::PoolTotals;
use tailproof::risk::cashflow::value::bond_equivalent;
use tailproof::risk::cashflow::{MonthFlow, PoolValue as Worth, Projected, REPRESENTATIVE};
use tailproof::store::{Access, Kind};

use crate::cli::PoolValue;
use crate::failure::Failure;
use crate::files;
use crate::flows::{Inputs, money, percent, years};
use crate::options::number;
use crate::output::{out, print_json};
use crate::writing;

/// Fractional bits of the value by the row over totals.
const ROW_BITS: u32 = tailproof::core::pool::cashflow::value::VALUE_BITS;

/// What is shown.
struct Valued<'v> {
    inputs: &'v Inputs,
    totals: &'v PoolTotals<'v>,
    projected: Projected,
    bands: Vec<Band>,
    price: f64,
    worth: Option<Worth>,
    unit: Unit,
}

/// Runs `tailproof pool value`.
pub fn run(options: &PoolValue) -> Result<(), Failure> {
    let flows = &options.flows;
    let outputs: Vec<_> = options.output.iter().map(|path| &**path).collect();
    files::refuse_overlap(&outputs, &[&flows.tape, &flows.deal, &flows.assumptions])?;
    let price = number("price", &options.price)?;
    if price <= 0.0 || !price.is_finite() {
        let (what, range) = ("the price".into(), "above 0, in percent of the balance".into());
        let problem = tailproof::Problem::OutOfRange { what, value: options.price.clone(), range };
        return Err(Failure::Option { option: "price", problem });
    }
    let inputs = Inputs::read(flows)?;
    let totals = inputs.totals()?;
    let projected = inputs.project(&totals)?;
    let valued = Valued {
        bands: inputs.bands(&totals)?,
        worth: projected.value(price),
        unit: inputs.unit()?,
        inputs: &inputs,
        totals: &totals,
        projected,
        price,
    };
    if let Some(path) = &options.output {
        writing::write(path, Kind::Page, valued.page()?.as_bytes(), Access::Secret)?;
    }
    if options.json {
        print_json(&valued.json());
    } else if options.csv {
        valued.print_csv();
    } else {
        valued.print();
    }
    Ok(())
}

/// The amounts of a month, by name.
fn amounts(month: &MonthFlow) -> [(&'static str, u64); 6] {
    [
        ("interest", month.interest),
        ("principal", month.principal),
        ("defaults", month.defaults),
        ("recoveries", month.recoveries),
        ("fees", month.fees),
        ("balance", month.balance),
    ]
}

impl Valued<'_> {
    fn json(&self) -> Value {
        let band = |band: &Band| {
            json!({
                "code": band.code, "loans": band.loans, "balance": band.balance,
                "stated_rate": band.stated_rate, "average_rate": band.average_rate,
                "stated_term": band.stated_term, "average_term": band.average_term,
            })
        };
        let months = self.projected.flows.months.iter().zip(1..).map(|(month, number)| {
            let mut row = json!({ "month": number });
            for (name, amount) in amounts(month) {
                row[name] = json!(amount);
            }
            row
        });
        let averages = self.inputs.averages(self.totals);
        json!({
            "note": REPRESENTATIVE,
            "deal": self.inputs.pooled.deal.name(),
            "assumptions": hex::encode(self.inputs.assumptions.digest()),
            "block": self.inputs.block_name(),
            "unit": self.unit.to_string(),
            "balance": self.projected.flows.balance,
            "average_rate": averages.map(|(rate, _)| rate),
            "average_term": averages.and_then(|(_, term)| term),
            "npv": self.worth.map(|worth| worth.npv),
            "npv_row": self.projected.lower.map(|lower| lower.div_euclid(1 << ROW_BITS)),
            "price": self.price,
            "yield": self.worth.and_then(|worth| worth.effective_yield),
            "bond_equivalent_yield": self.worth.and_then(|worth| worth.effective_yield).map(bond_equivalent),
            "average_life": self.worth.and_then(|worth| worth.average_life),
            "bands": self.bands.iter().map(band).collect::<Vec<_>>(),
            "months": months.collect::<Vec<_>>(),
        })
    }

    fn print_csv(&self) {
        let names = amounts(&MonthFlow::default()).map(|(name, _)| name);
        out!("month,{}", names.join(","));
        for (month, number) in self.projected.flows.months.iter().zip(1..) {
            let cells = amounts(month).map(|(_, amount)| money(amount.into(), self.unit));
            out!("{number},{}", cells.join(","));
        }
    }

    /// Returns the figures by name.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = self.inputs.head();
        facts.push(("balance", money(self.projected.flows.balance.into(), self.unit)));
        if let Some((rate, term)) = self.inputs.averages(self.totals) {
            let term = term.map(|term| format!(", average remaining term (WAM) {term:.2} months")).unwrap_or_default();
            facts.push(("loans", format!("average rate (WAC) {rate:.4} %{term}")));
        }
        let Some(worth) = &self.worth else {
            facts.push(("value", "none: the assumptions have no [discount]".into()));
            return facts;
        };
        let unit = self.unit.millionths() as f64 / 1e6;
        let share = worth.npv / self.projected.flows.balance as f64;
        facts.push(("NPV", format!("{:.2}, {:.4} % of the balance", worth.npv * unit, share * 100.0)));
        if let Some(lower) = self.projected.lower {
            let units = lower.div_euclid(1 << ROW_BITS);
            facts.push((
                "NPV by totals",
                format!("{}, linear in balances and interest by code", money(units, self.unit)),
            ));
        }
        let equivalent = worth.effective_yield.map(bond_equivalent);
        facts.push((
            "yield",
            format!("{} at {} % (bond-equivalent {})", percent(worth.effective_yield), self.price, percent(equivalent)),
        ));
        facts.push(("average life", years(worth.average_life)));
        facts
    }

    fn print(&self) {
        self.inputs.print(&[format!("Payments are those {REPRESENTATIVE}.")], &self.facts());
        out!(
            "\n{:<16} {:>8} {:>18} {:>11} {:>11} {:>11} {:>9}",
            "repline",
            "loans",
            "balance",
            "stated rate",
            "WAC",
            "stated term",
            "WAM"
        );
        for band in &self.bands {
            let number =
                |value: Option<f64>, digits: usize| value.map_or("-".into(), |value| format!("{value:.digits$}"));
            out!(
                "{:<16} {:>8} {:>18} {:>9} % {:>9} % {:>11} {:>9}",
                band.code,
                band.loans,
                money(band.balance.into(), self.unit),
                band.stated_rate,
                number(band.average_rate, 4),
                band.stated_term,
                number(band.average_term, 1)
            );
        }
        let names = amounts(&MonthFlow::default()).map(|(name, _)| format!("{name:>16}"));
        out!("\n{:>5} {}", "month", names.join(" "));
        for (month, number) in self.projected.flows.months.iter().zip(1..) {
            let cells = amounts(month).map(|(_, amount)| format!("{:>16}", money(amount.into(), self.unit)));
            out!("{number:>5} {}", cells.join(" "));
        }
    }
}
