//! The months of a waterfall as a table, CSV and JSON.

use serde_json::{Value, json};
use tailproof::csv::{Cell, written_row};
use tailproof::risk::cashflow::waterfall::MonthBooks;

use super::{Paid, integer};
use crate::flows::money;
use crate::output::out;

impl Paid<'_> {
    /// Returns every amount of a month by name: sources, uses, and accounts at its end.
    pub(super) fn amounts(&self, month: &MonthBooks) -> Vec<(String, i128)> {
        let pool = &month.pool;
        let mut all: Vec<(String, i128)> = vec![
            ("interest collected".into(), pool.interest.into()),
            ("principal collected".into(), pool.principal.into()),
            ("recoveries".into(), pool.recoveries.into()),
            ("defaults".into(), pool.defaults.into()),
            ("pool balance".into(), pool.balance.into()),
        ];
        let mut add = |is_there: bool, name: &str, amount: i128| {
            if is_there {
                all.push((name.to_owned(), amount));
            }
        };
        add(self.terms.clean_up_call.is_some(), "call", month.call);
        add(self.terms.swap.is_some(), "swap received", month.swap_received);
        add(self.terms.swap.is_some(), "swap paid", month.swap_paid);
        let line = self.terms.liquidity.is_some();
        add(line, "liquidity drawn", month.liquidity_drawn);
        add(line, "liquidity repaid", month.liquidity_repaid);
        add(line, "liquidity interest", month.liquidity_interest);
        add(line, "liquidity owed", month.liquidity_owed);
        add(self.terms.guarantee.is_some(), "guarantee drawn", month.guarantee_drawn);
        for (fee, paid) in self.terms.fees.iter().zip(&month.fees) {
            all.push((format!("fee {}", fee.name), *paid));
        }
        for (note, paid) in self.terms.notes.iter().zip(&month.notes) {
            let name = &note.name;
            all.push((format!("{name} interest due"), paid.due));
            all.push((format!("{name} interest"), paid.interest));
            all.push((format!("{name} principal"), paid.principal));
            all.push((format!("{name} balance"), paid.balance));
        }
        for (party, paid) in self.terms.parties().iter().zip(&month.residuals) {
            all.push((format!("residual {party}"), *paid));
        }
        if self.terms.reserve.is_some() {
            all.push(("reserve".into(), month.reserve[1]));
        }
        all.push(("remainder".into(), month.remainder[1]));
        all.push(("sources".into(), month.sources()));
        all.push(("uses".into(), month.uses()));
        all
    }

    /// Returns the names of the triggers that are on.
    pub(super) fn on(&self, month: &MonthBooks) -> Vec<&str> {
        let triggers = self.terms.triggers.iter().zip(&month.triggers);
        triggers.filter(|(_, on)| **on).map(|(trigger, _)| &trigger.name[..]).collect()
    }

    pub(super) fn month_json(&self, month: &MonthBooks) -> Value {
        let mut row = json!({ "month": month.month, "triggers": self.on(month) });
        for (name, amount) in self.amounts(month) {
            row[name] = integer(amount);
        }
        row
    }

    pub(super) fn print_csv(&self) {
        let Some(first) = self.run.months.first() else { return };
        let names: Vec<String> = self.amounts(first).into_iter().map(|(name, _)| name).collect();
        let header = [Cell::Plain("month"), Cell::Plain("triggers")].into_iter();
        out!("{}", written_row(header.chain(names.iter().map(|name| Cell::Text(name)))));
        for month in &self.run.months {
            let (number, on) = (month.month.to_string(), self.on(month).join(" "));
            let amounts: Vec<String> =
                self.amounts(month).into_iter().map(|(_, amount)| money(amount, self.unit)).collect();
            let cells = [Cell::Plain(&number), Cell::Text(&on)].into_iter();
            out!("{}", written_row(cells.chain(amounts.iter().map(|amount| Cell::Plain(amount)))));
        }
    }

    /// Prints what is collected, what each note is paid and what it is owed then. All amounts are in
    /// CSV and JSON.
    pub(super) fn print_months(&self) {
        let mut header = format!("\n{:>5} {:>16} {:>16} {:>16}", "month", "interest", "principal", "pool balance");
        for note in &self.terms.notes {
            header += &format!(" {:>14} {:>16} {:>16}", format!("{} interest", note.name), "principal", "balance");
        }
        out!("{header} {:>14}  triggers", "residuals");
        for month in &self.run.months {
            let pool = &month.pool;
            let collected = i128::from(pool.principal) + i128::from(pool.recoveries) + month.call;
            let mut row = format!(
                "{:>5} {:>16} {:>16} {:>16}",
                month.month,
                money(pool.interest.into(), self.unit),
                money(collected, self.unit),
                money(pool.balance.into(), self.unit)
            );
            for note in &month.notes {
                let [interest, principal, balance] =
                    [note.interest, note.principal, note.balance].map(|amount| money(amount, self.unit));
                row += &format!(" {interest:>14} {principal:>16} {balance:>16}");
            }
            let residuals = money(month.residuals.iter().sum(), self.unit);
            out!("{row} {residuals:>14}  {}", self.on(month).join(", "));
        }
        out!("\nprincipal has recoveries and a call; --csv and --json have every amount");
    }
}
