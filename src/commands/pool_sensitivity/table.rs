//! The grids as a table and CSV.

use tailproof::csv::{Cell, written_row};
use tailproof::risk::cashflow::REPRESENTATIVE;

use super::{Losses, Moved, Row};
use crate::flows::{self, Inputs};
use crate::output::out;

/// The columns of figures.
pub(super) const FIGURES: [&str; 7] =
    ["expected loss", "hit", "CVaR", "unpaid", "average life", "yield at par", "value"];

impl Row<'_> {
    /// Returns the figures of a tranche, in the order of [`FIGURES`].
    fn of_tranche(&self) -> [Option<f64>; 3] {
        self.tranche.map_or([None; 3], |figures| [figures.expected_loss, figures.hit, figures.cvar].map(Some))
    }

    /// Returns the figures in words, in the order of [`FIGURES`]; a dash where there is none.
    pub(super) fn in_words(&self) -> [String; 7] {
        let share = |value: Option<f64>| value.map_or("-".to_owned(), |share| format!("{:.4} %", share * 100.0));
        let [loss, hit, cvar] = self.of_tranche();
        let [unpaid, life, at_par, value] = self.note.unwrap_or([None; 4]);
        let life = life.map_or("-".to_owned(), |years| format!("{years:.3} years"));
        [share(loss), share(hit), share(cvar), share(unpaid), life, share(at_par), share(value)]
    }
}

impl Moved<'_> {
    /// Returns the sentences before the table.
    pub(super) fn sentences(&self) -> Vec<String> {
        let mut all = Vec::new();
        if !self.notes.is_empty() {
            all.push(format!("Payments of notes are those {REPRESENTATIVE}."));
        }
        match &self.losses {
            Losses::None => return all,
            Losses::OfDefaults(rho) => all.push(format!(
                "Losses of tranches are those of a gaussian copula, correlation {rho} where it is not moved, in the limit \
                 of a large pool."
            )),
            Losses::OfCollateral(moves) => all.push(format!(
                "Losses of tranches are bad debt, without recourse and without top-up, over {moves}. Volatility x 2 doubles \
                 the logarithm of every move."
            )),
        }
        all.push(match self.confidence {
            Some(confidence) => format!("CVaR is at {confidence}."),
            None => "CVaR is at the confidence of a tranche's claim, or else at 99 %.".into(),
        });
        all
    }

    pub(super) fn print(&self) {
        let rests_on = self.read.flows().map(Inputs::rests_on).unwrap_or_default();
        flows::print(&self.sentences(), &self.read.head(), &rests_on);
        let header = FIGURES.map(|name| format!("{name:>14}"));
        out!("\n{:<14} {:>12} {:<14} {}", "assumption", "value", "of", header.join(" "));
        for row in self.rows() {
            let (axis, value) = (row.point.axis, row.point.axis.in_words(row.point.value));
            let cells = row.in_words().map(|cell| format!("{cell:>14}"));
            out!("{:<14} {value:>12} {:<14} {}", axis.name(), row.name, cells.join(" "));
        }
    }

    pub(super) fn print_csv(&self) {
        out!("assumption,value,of,expected_loss,hit,cvar,unpaid,average_life,yield_at_par,value_of_balance");
        for row in self.rows() {
            let value = row.point.value.to_string();
            let figures = row.of_tranche().into_iter().chain(row.note.unwrap_or([None; 4]));
            let figures: Vec<String> =
                figures.map(|value| value.map_or(String::new(), |value| value.to_string())).collect();
            let cells = [Cell::Plain(row.point.axis.name()), Cell::Plain(&value), Cell::Text(row.name)];
            out!("{}", written_row(cells.into_iter().chain(figures.iter().map(|figure| Cell::Plain(figure)))));
        }
    }
}
