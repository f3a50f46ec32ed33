//! The description of a tape as a text.

use tailproof::core::echo::echo;
use tailproof::core::pool::Category;

use super::{Described, NAMES};
use crate::output::out;

const BAR: usize = 40;

impl Described {
    pub fn print(&self) {
        let pool = &self.pool;
        out!("PRIVATE: figures of the pool itself; nothing is proved.\n");
        out!(
            "loans            {} (and {} on the tape that are paid, in default, or of no balance)",
            pool.loans,
            pool.outside.count()
        );
        self.print_outside();
        if let Some(cut_off) = &self.reading.cut_off {
            out!("cut-off          {cut_off}");
        }
        out!("balance          {:.2}", pool.amount(pool.balance));
        let (largest, name) = &pool.largest_obligor;
        let name = name.as_ref().map(|name| format!(" ({name}, {:.2})", pool.amount(*largest))).unwrap_or_default();
        out!(
            "obligors         {}, the largest owes {:.4} %{name}; Herfindahl index {:.6}",
            pool.obligors,
            pool.share(*largest) * 100.0,
            pool.herfindahl
        );
        let (top, together) = pool.top_obligors;
        if top < pool.obligors {
            out!("top obligors     the {top} largest together owe {:.4} %", pool.share(together) * 100.0);
        }
        if let Some(late) = pool.delinquent() {
            out!("delinquent       {:.4} % (beyond a period of grace)", pool.share(late) * 100.0);
        }
        for number in &pool.numbers {
            let ([least, most], suffix) = (number.range, number.field.suffix());
            let over = if number.loans < pool.loans { format!(", of {} loans", number.loans) } else { String::new() };
            let (name, average) = (&number.name, number.average);
            out!("{name:<16} average {average:.4}{suffix}, from {least} to {most}{suffix}{over}");
        }
        self.print_coverage();
        self.print_statuses();
        Category::ALL.into_iter().for_each(|category| self.print_names(category));
        self.print_claims();
    }

    fn print_outside(&self) {
        let outside = &self.pool.outside;
        let parts = [
            (outside.paid, "paid"),
            (outside.in_default, "in default"),
            (outside.without_balance, "of no balance"),
            (outside.live_without_balance, "live, and of no balance"),
        ];
        let parts: Vec<String> =
            parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, why)| format!("{count} {why}")).collect();
        if !parts.is_empty() {
            out!("outside          {}", parts.join(", "));
        }
        for left_out in &self.reading.left_out {
            out!("left out         {} rows: {}", left_out.rows, left_out.reason);
        }
    }

    fn print_coverage(&self) {
        let pool = &self.pool;
        if pool.coverage.is_empty() {
            return;
        }
        out!("\ncolumns          loans that have a value, and their share of the balance");
        for covered in &pool.coverage {
            let share = pool.share(covered.balance) * 100.0;
            out!("{:<16} {} of {}, {share:.4} %", covered.column.name(), covered.loans, pool.loans);
        }
    }

    fn print_statuses(&self) {
        let pool = &self.pool;
        if !pool.statuses.is_empty() {
            out!("\nby status");
        }
        for (status, loans, balance) in &pool.statuses {
            let words = match self.words_of(*status) {
                [] => String::new(),
                words => {
                    format!(": {}", words.iter().map(|word| echo(word).to_string()).collect::<Vec<_>>().join(", "))
                }
            };
            out!("{:>20} {:>8.3} % of {loans} loans{words}", status.name(), pool.share(*balance) * 100.0);
        }
    }

    #[allow(clippy::cast_precision_loss)]
    fn print_names(&self, category: Category) {
        let (names, column) = (self.pool.names(category), category.column());
        if names.is_empty() {
            return;
        }
        out!("\nby {}", column.name());
        let largest = names[0].1.max(1) as f64;
        for (name, owed) in names.iter().take(NAMES) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let bar = "#".repeat((*owed as f64 / largest * BAR as f64).ceil() as usize);
            out!("{name:>20} {:>8.3} % {bar}", self.pool.share(*owed) * 100.0);
        }
        let rest = names.iter().skip(NAMES).map(|(_, owed)| owed).sum::<u64>();
        if rest > 0 {
            out!("{:>20} {:>8.3} % of {} others", "", self.pool.share(rest) * 100.0, names.len() - NAMES);
        }
        let without = self.pool.balance.saturating_sub(names.iter().map(|(_, owed)| owed).sum());
        if without > 0 {
            out!("{:>20} {:>8.3} %", "(none)", self.pool.share(without) * 100.0);
        }
    }

    fn print_claims(&self) {
        if !self.claims.is_empty() {
            out!("\nclaims of the deal");
            for claim in &self.claims {
                let mark = if claim.holds { "holds" } else { "FALSE" };
                out!("  {mark}  {} ({})", claim.sentence, claim.figure);
            }
        }
        for sentence in &self.not_looked_at {
            out!("  -----  {sentence}");
        }
    }
}
