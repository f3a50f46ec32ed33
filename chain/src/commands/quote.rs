//! `tailproof chain quote`: what a cover would have paid, and the premium that it would ask.

use serde_json::json;

use super::index::{load, loss, percent, rates};
use crate::cli::{Common, Quote};
use crate::error::Failure;
use crate::output::result;
use crate::security::series::FACE;

pub fn run(common: &Common, options: &Quote) -> Result<(), Failure> {
    let loaded = load(&options.index, &options.series)?;
    let rates = rates(&loaded, &options.series)?;
    let outcomes = loaded.offer.every_day(&loaded.index);
    let life = options.series.life;
    let Some(row) = loaded.index.rows().last() else { return Ok(()) };
    let daily = rates.by_day(options.face, options.locked, options.assets, row.ratio, life)?;
    let premium = daily * u128::from(life);
    let millionths = |paid: u128| u64::try_from(paid * 1_000_000 / FACE).unwrap_or(u64::MAX);
    let paying = outcomes.iter().filter(|outcome| outcome.paid != 0).count();
    let most = outcomes.iter().map(|outcome| outcome.paid).max().unwrap_or(0);
    let mean = outcomes.iter().map(|outcome| outcome.paid).sum::<u128>() / (outcomes.len() as u128).max(1);
    let (lower, upper) = loaded.index.value_at_risk();
    let refused = (!row.own).then_some("pricing day void").or((!row.calm).then_some("not calm"));
    let date = loaded.rows.iter().find(|price| price.period == row.period).map_or("", |price| &*price.date);
    let json = json!({
        "row": { "date": date, "loss": row.loss, "ratio": row.ratio, "calm": row.calm, "own": row.own, "level": row.level },
        "value_at_risk": { "at_least": lower, "below": upper },
        "expected_shortfall_at_most": loaded.index.expected_shortfall(),
        "rates": { "base": rates.base, "slope": rates.slope, "steep": rates.steep, "kink": rates.kink },
        "face": options.face.to_string(), "premium": premium.to_string(), "daily": daily.to_string(),
        "would_be_returned": refused,
        "past": {
            "covers": outcomes.len(), "paying": paying,
            "mean_payout_millionths": millionths(mean), "most_payout_millionths": millionths(most),
        },
    });
    let below = upper.map_or_else(String::new, |upper| format!(", below {}", percent(upper * 100)));
    let mut line = format!(
        "{date}: loss {}, deviation {:.2} of its mean, value at risk at least {}{below}\npremium of a face of {} now: \
         {premium}, {daily} a day for {life} days\nof {} covers that ended, {paying} were paid; mean {} of face, most {}",
        loss(row.loss),
        f64::from(row.ratio) / 256.0,
        percent(lower * 100),
        options.face,
        outcomes.len(),
        percent(millionths(mean)),
        percent(millionths(most)),
    );
    if let Some(why) = refused {
        line.push_str(&format!("\nan order that is priced at this row would be returned: {why}"));
    }
    result(common.json, &json, &line);
    Ok(())
}
