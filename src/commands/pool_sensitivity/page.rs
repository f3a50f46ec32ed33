//! The grids as a page: a picture of each assumption, and the table.

use maud::{Markup, html};
use tailproof::risk::cashflow::sensitivity::{Axis, Point, TranchePoint};

use super::Moved;
use super::table::FIGURES;
use crate::failure::Failure;
use crate::pages::{self, curves};

impl Moved<'_> {
    pub fn page(&self) -> Result<String, Failure> {
        let pictures = Axis::ALL.into_iter().map(|axis| self.pictures(axis)).collect::<Result<Vec<_>, _>>()?;
        let body = html! {
            p.private { "Private: this page shows the pool. Nothing in it is a proof." }
            @for sentence in self.sentences() { p { (sentence) } }
            (pages::facts(self.read.head().into_iter().map(|(name, value)| (name, html! { (value) }))))
            @for picture in &pictures { (picture) }
            h2 { "Table" }
            div.wide { table {
                tr { th { "assumption" } th.n { "value" } th { "of" } @for name in FIGURES { th.n { (name) } } }
                @for row in self.rows() {
                    tr {
                        td { (row.point.axis.name()) }
                        td.n { (row.point.axis.in_words(row.point.value)) }
                        td { (row.name) }
                        @for cell in row.in_words() { td.n { (cell) } }
                    }
                }
            } }
        };
        Ok(pages::page("Sensitivity of tranches and notes", &body))
    }

    /// Returns the pictures of an assumption: the figures of tranches, and values of notes (or what they
    /// are not paid, without a curve).
    fn pictures(&self, axis: Axis) -> Result<Markup, Failure> {
        let points: Vec<&Point> = self.points.iter().filter(|point| point.axis == axis).collect();
        let names: Vec<String> = points.iter().map(|point| axis.in_words(point.value)).collect();
        let lines = |of: &[String], at: &dyn Fn(&Point, usize) -> Option<f64>| {
            let line = |(index, name): (usize, &String)| {
                let values: Option<Vec<f64>> = points.iter().map(|point| at(point, index)).collect();
                values.map(|values| (name.clone(), values))
            };
            of.iter().enumerate().filter_map(line).collect::<Vec<_>>()
        };
        let of_tranches = |figure: fn(&TranchePoint) -> f64| {
            lines(&self.tranches, &|point, at| Some(figure(point.tranches.as_ref()?.get(at)?)))
        };
        let values = lines(&self.notes, &|point, at| point.notes.as_ref()?.get(at)?.value);
        let unpaid = lines(&self.notes, &|point, at| Some(point.notes.as_ref()?.get(at)?.unpaid));
        let (of_notes, notes) = if values.is_empty() {
            ("principal of notes that is not paid", unpaid)
        } else {
            ("value of notes", values)
        };
        let mut drawn = Vec::new();
        for (title, lines) in [
            ("expected loss of tranches", of_tranches(|figures| figures.expected_loss)),
            ("probability of a hit of tranches", of_tranches(|figures| figures.hit)),
            ("CVaR of tranches", of_tranches(|figures| figures.cvar)),
            (of_notes, notes),
        ] {
            if !lines.is_empty() {
                drawn.push((title, pages::drawn(curves::curves(&names, &lines, curves::Scale::Share))?));
            }
        }
        Ok(html! {
            @for (title, picture) in &drawn {
                h2 { (axis.name()) ": " (title) }
                (picture)
            }
        })
    }
}
