//! `tailproof chain backtest`: a security's index over prices, day after day, and what each rule is worth.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::index::{Loaded, load, rates};
use crate::cli::{Backtest, Common};
use crate::error::Failure;
use crate::files;
use crate::output::result;
use crate::security::buyers::{self, Sum};
use crate::security::premium::Rates;
use crate::security::series::{FACE, Outcome};
use crate::security::underwriters::{self, Demand, Year};
use crate::security::vault::Terms;

/// Shares of the covers that informed buyers choose, in millionths.
const SHARES: [u32; 4] = [1_000_000, 100_000, 50_000, 10_000];

pub fn run(common: &Common, options: &Backtest) -> Result<(), Failure> {
    let loaded = load(&options.index, &options.series)?;
    let rates = rates(&loaded, &options.series)?;
    let outcomes = loaded.offer.every_day(&loaded.index);
    if let Some(path) = &options.output {
        files::write(path, table(&loaded, &outcomes).as_bytes())?;
    }
    let life = options.series.life;
    let deviations = buyers::deviations(&loaded.index);
    let mut informed = Vec::new();
    for share in SHARES {
        informed.push((share, buyers::sum(buyers::of_highest(&outcomes, &deviations, share), rates.base, life)?));
    }
    let jumps = buyers::jumps(&loaded.index, &loaded.offer, 10_000);
    let jumps = [
        ("priced at the row before", buyers::sum(&jumps.stale, rates.base, life)?),
        ("bought before the close", buyers::sum(&jumps.before_close, rates.base, life)?),
        ("bought after the close", buyers::sum(&jumps.after_close, rates.base, life)?),
    ];
    let layer = &loaded.offer.layer;
    let days = buyers::payout_days(&loaded.index, layer).len();
    let escaped = buyers::escaped(&loaded.index, layer, 0);
    let (first, greatest) = buyers::first_and_greatest(&loaded.index, layer, &outcomes);
    let withheld = buyers::withheld(&loaded.index, layer, &loaded.index.setup().book, &loaded.rows)?;
    let years = years(&loaded, options, rates)?;
    let json = json!({
        "rows": loaded.index.rows().len(), "covers": outcomes.len(), "base": rates.base, "ended": loaded.index.has_ended(),
        "informed": informed.iter().map(|(share, sum)| of_sum("highest_millionths", &json!(share), sum)).collect::<Vec<_>>(),
        "jumps": jumps.iter().map(|(name, sum)| of_sum("how", &json!(name), sum)).collect::<Vec<_>>(),
        "payout_days": days, "escaped_days": escaped,
        "first_day_that_pays": faces(first), "greatest_day": faces(greatest),
        "payout_days_own": faces(withheld.own), "payout_days_netted": faces(withheld.netted),
        "years": years.iter().map(of_year).collect::<Vec<_>>(),
    });
    let mut line = format!(
        "{} rows, {} covers that ended; base {} millionths",
        loaded.index.rows().len(),
        outcomes.len(),
        rates.base
    );
    for (share, sum) in &informed {
        let _ = write!(line, "\n{}", words(&format!("highest {} % of deviations", f64::from(*share) / 10_000.0), sum));
    }
    for (name, sum) in &jumps {
        let _ = write!(line, "\n{}", words(&format!("largest 1 % of jumps, {name}"), sum));
    }
    let _ = write!(
        line,
        "\n{days} payout days, {escaped} of them escaped by a redemption; {:.1} faces paid, {:.1} by the first day that pays",
        faces(greatest),
        faces(first)
    );
    for year in &years {
        let of = |gain: i64| f64::from(i32::try_from(gain).unwrap_or(i32::MAX)) / 10_000.0;
        let _ = write!(line, "\n{}: junior {:+.1} %, senior {:+.1} %", year.year, of(year.junior), of(year.senior));
    }
    result(common.json, &json, &line);
    Ok(())
}

/// Returns the years of underwriters who take both classes at 20 % junior.
fn years(loaded: &Loaded, options: &Backtest, rates: Rates) -> Result<Vec<Year>, Failure> {
    let layer = loaded.offer.layer;
    let terms = Terms { layer, life: options.series.life, rates, junior_premium: 600_000, junior_least: 100_000 };
    let demand = Demand { used: options.used, junior: 200_000 };
    underwriters::years(&loaded.index, &loaded.offer, &terms, &demand)
}

/// Returns a table of days: the index, and the cover whose order is priced at each.
fn table(loaded: &Loaded, outcomes: &[Outcome]) -> String {
    let mut text =
        "date,loss_bp_2_20,rungs,level,multiplier_64ths,ratio_256ths,own,calm,first,last,void,paid_millionths\n"
            .to_owned();
    let date = |period: u32| {
        let at = loaded.rows.binary_search_by_key(&period, |row| row.period);
        at.map_or_else(|_| period.to_string(), |at| loaded.rows[at].date.clone())
    };
    for (at, row) in loaded.index.rows().iter().enumerate() {
        let _ = write!(
            text,
            "{},{},{},{},{},{},{},{}",
            date(row.period),
            row.loss,
            row.rungs,
            row.level,
            row.multiplier,
            row.ratio,
            row.own,
            row.calm
        );
        let _ = match outcomes.binary_search_by_key(&at, |outcome| outcome.row).map(|at| &outcomes[at]) {
            Ok(cover) => {
                let (first, last) = (date(cover.position.first), date(cover.position.last));
                writeln!(text, ",{first},{last},{},{}", cover.position.void, cover.paid * 1_000_000 / FACE)
            }
            Err(_) => writeln!(text, ",,,,"),
        };
    }
    text
}

fn words(who: &str, sum: &Sum) -> String {
    format!(
        "{who}: paid {:.2} of the premium, {:.2} of a flat one; {} covers, {} orders returned",
        sum.paid_over_premium(),
        sum.paid_over_flat(),
        sum.covers,
        sum.returned
    )
}

fn of_sum(key: &str, value: &Value, sum: &Sum) -> Value {
    json!({
        key: value, "covers": sum.covers, "returned": sum.returned,
        "paid_over_premium": sum.paid_over_premium(), "paid_over_flat": sum.paid_over_flat(),
    })
}

fn of_year(year: &Year) -> Value {
    json!({
        "year": year.year, "filled": year.filled, "returned": year.returned,
        "earned": year.earned.to_string(), "paid": year.paid.to_string(),
        "junior_millionths": year.junior, "senior_millionths": year.senior,
    })
}

/// Units of face.
#[expect(clippy::cast_precision_loss, reason = "shown to a person")]
fn faces(paid: u128) -> f64 {
    paid as f64 / FACE as f64
}
