//! The payments of notes as a page.

use maud::html;
use tailproof::risk::cashflow::REPRESENTATIVE;

use super::Paid;
use crate::failure::Failure;
use crate::flows::{money, percent, years};
use crate::pages::{self, curves};

impl Paid<'_> {
    pub fn page(&self) -> Result<String, Failure> {
        let unit = self.unit.millionths() as f64 / 1e6;
        let names: Vec<String> = self.run.months.iter().map(|month| month.month.to_string()).collect();
        let mut owed = vec![(
            "pool".to_owned(),
            self.run.months.iter().map(|month| month.pool.balance as f64 * unit).collect::<Vec<f64>>(),
        )];
        for (at, note) in self.terms.notes.iter().enumerate() {
            let balances = self.run.months.iter().map(|month| month.notes[at].balance as f64 * unit);
            owed.push((note.name.clone(), balances.collect()));
        }
        let picture = pages::drawn(curves::curves(&names, &owed, curves::Scale::Amount))?;
        let columns = self.run.months.first().map(|month| self.amounts(month)).unwrap_or_default();
        let body = html! {
            p.private { "Private: this page shows the pool. Nothing in it is a proof." }
            p { "Payments are those " (REPRESENTATIVE) "." }
            (pages::facts(self.facts().into_iter().map(|(name, value)| (name, html! { (value) }))))
            h2 { "Notes" }
            div.wide { table {
                tr {
                    th { "note" }
                    @for name in ["balance", "unpaid", "interest unpaid", "average life", "yield at par", "value"] {
                        th.n { (name) }
                    }
                }
                @for (at, note) in self.run.notes.iter().enumerate() {
                    tr {
                        td { (note.name) }
                        td.n { (money(note.balance.into(), self.unit)) }
                        td.n { (money(note.principal_unpaid, self.unit)) }
                        td.n { (money(note.interest_unpaid, self.unit)) }
                        td.n { (years(note.average_life)) }
                        td.n { (percent(note.yield_at_par)) }
                        td.n { (percent(self.value(at))) }
                    }
                }
            } }
            h2 { "Balances" }
            (picture)
            h2 { "Months" }
            div.wide { table {
                tr { th { "month" } th { "triggers" } @for (name, _) in &columns { th.n { (name) } } }
                @for month in &self.run.months {
                    tr {
                        td { (month.month) }
                        td { (self.on(month).join(", ")) }
                        @for (_, amount) in self.amounts(month) { td.n { (money(amount, self.unit)) } }
                    }
                }
            } }
        };
        Ok(pages::page("Notes of a pool", &body))
    }
}
