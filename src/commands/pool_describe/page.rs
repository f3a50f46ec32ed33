//! The description of a tape as a page.

use std::fmt::Write;

use tailproof::core::pool::Category;

use super::{Described, NAMES};
use crate::failure::Failure;
use crate::pages;

impl Described {
    pub fn page(&self) -> Result<String, Failure> {
        let mut body =
            String::from("<p class=\"private\">Private: this page shows the pool. Nothing in it is a proof.</p>\n");
        let failed = |_| Failure::Defect("no memory for the page");
        self.first_line(&mut body).map_err(failed)?;
        for category in Category::ALL {
            let names = self.pool.names(category);
            if names.is_empty() {
                continue;
            }
            let mut bars: Vec<(String, f64)> =
                names.iter().take(NAMES).map(|(name, owed)| (name.clone(), self.pool.amount(*owed))).collect();
            let rest: u64 = names.iter().skip(NAMES).map(|(_, owed)| owed).sum();
            if rest > 0 {
                bars.push((format!("{} others", names.len() - NAMES), self.pool.amount(rest)));
            }
            write!(
                body,
                "<h2>Balance by {}</h2>\n{}\n",
                category.column().name(),
                pages::drawn(pages::pictures::bars(&bars))?.into_string()
            )
            .map_err(failed)?;
        }
        self.averages_table(&mut body).map_err(failed)?;
        self.claims_table(&mut body).map_err(failed)?;
        Ok(pages::page("Loan pool", &maud::PreEscaped(body)))
    }

    fn first_line(&self, body: &mut String) -> std::fmt::Result {
        let pool = &self.pool;
        writeln!(
            body,
            "<p>{}: {} loans of {} obligors, balance {:.2}; the largest obligor owes {:.4} %, the {} largest \
             {:.4} %, delinquent {:.4} %</p>",
            pages::escaped(&self.tape),
            pool.loans,
            pool.obligors,
            pool.amount(pool.balance),
            pool.share(pool.largest_obligor.0) * 100.0,
            pool.top_obligors.0,
            pool.share(pool.top_obligors.1) * 100.0,
            pool.delinquent().map_or(0.0, |late| pool.share(late)) * 100.0
        )
    }

    fn averages_table(&self, body: &mut String) -> std::fmt::Result {
        body.push_str(
            "<h2>Averages</h2>\n<table><tr><th></th><th class=n>average</th><th class=n>least</th><th class=n>most</th>\
             <th class=n>loans</th></tr>\n",
        );
        for number in &self.pool.numbers {
            let (name, unit, [least, most]) = (pages::escaped(&number.name), number.field.suffix(), number.range);
            writeln!(
                body,
                "<tr><td>{name}</td><td class=n>{:.4}{unit}</td><td class=n>{least}{unit}</td><td class=n>{most}{unit}</td>\
                 <td class=n>{}</td></tr>",
                number.average, number.loans
            )?;
        }
        body.push_str("</table>\n");
        Ok(())
    }

    /// Adds the claims of the deal, if there is one.
    fn claims_table(&self, body: &mut String) -> std::fmt::Result {
        let Some(deal) = &self.deal else { return Ok(()) };
        let deal = pages::escaped(deal);
        writeln!(
            body,
            "<h2>Claims of the deal {deal}</h2>\n<table><tr><th>claim</th><th class=n>figure</th><th></th></tr>"
        )?;
        for claim in &self.claims {
            let (class, mark) = if claim.holds { ("", "holds") } else { (" class=bad", "false") };
            let (sentence, figure) = (pages::escaped(&claim.sentence), pages::escaped(&claim.figure));
            writeln!(body, "<tr{class}><td>{sentence}</td><td class=n>{figure}</td><td>{mark}</td></tr>")?;
        }
        for sentence in &self.not_looked_at {
            let sentence = pages::escaped(sentence);
            writeln!(body, "<tr><td>{sentence}</td><td class=n></td><td>not looked at</td></tr>")?;
        }
        body.push_str("</table>\n");
        Ok(())
    }
}
