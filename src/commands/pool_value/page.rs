//! The payments of a pool as a page.

use maud::html;
use tailproof::risk::cashflow::{MonthFlow, REPRESENTATIVE};

use super::{Valued, amounts};
use crate::failure::Failure;
use crate::flows::money;
use crate::pages::{self, curves};

impl Valued<'_> {
    pub fn page(&self) -> Result<String, Failure> {
        let months = &self.projected.flows.months;
        let unit = self.unit.millionths() as f64 / 1e6;
        let line = |at: usize| {
            let name = amounts(&MonthFlow::default())[at].0.to_owned();
            (name, months.iter().map(|month| amounts(month)[at].1 as f64 * unit).collect::<Vec<f64>>())
        };
        let names: Vec<String> = (1..=months.len()).map(|month| month.to_string()).collect();
        let paid = pages::drawn(curves::curves(&names, &[line(0), line(1), line(2), line(3)], curves::Scale::Amount))?;
        let owed = pages::drawn(curves::curves(&names, &[line(5)], curves::Scale::Amount))?;
        let body = html! {
            p.private { "Private: this page shows the pool. Nothing in it is a proof." }
            p { "Payments are those " (REPRESENTATIVE) "." }
            (pages::facts(self.facts().into_iter().map(|(name, value)| (name, html! { (value) }))))
            h2 { "Payments by month" }
            (paid)
            h2 { "Balance that performs" }
            (owed)
            h2 { "Months" }
            div.wide { table {
                tr { th { "month" } @for (name, _) in amounts(&MonthFlow::default()) { th.n { (name) } } }
                @for (month, number) in months.iter().zip(1..) {
                    tr { td { (number) } @for (_, amount) in amounts(month) { td.n { (money(amount.into(), self.unit)) } } }
                }
            } }
        };
        Ok(pages::page("Cash flows of a pool", &body))
    }
}
