//! `tailproof report`: an HTML page with pictures, either a private one about a book or a public
//! one about a proof.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use ethnum::I256;
use tailproof::Claim;
use tailproof::core::mandate::parametric::Spread;
use tailproof::core::measures::{losses, shortfall_contributions};
use tailproof::core::{Amount, Clause, Confidence, InputError, Mandate, Measure, Positions, ScenarioSet, TailMass};
use tailproof::risk::measure::backtest::Backtest as Record;
use tailproof::store::{Access, Kind};
use tailproof::verifier::InstanceError;

use super::backtest::lines as backtest_lines;
use super::ledger::Figures;
use super::verify;
use crate::cli::{BookOptions, LedgerAgainst, LedgerEvidence, Report, TableArgs};
use crate::failure::Failure;
use crate::files;
use crate::keys;
use crate::options::{Held, context, positions};
use crate::output::{note, out};
use crate::pictures::{self, Mark};
use crate::sources::SourceFiles;
use crate::writing;

/// Number of worst scenarios that are listed.
const WORST: usize = 10;
/// Number of factors with a bar of their own.
const FACTORS: usize = 20;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:900px;margin:2em auto;padding:0 1em;color:#222;background:#fff}\
h1{font-size:1.5em;margin-bottom:.2em}h2{font-size:1.15em;margin-top:1.8em;border-bottom:1px solid #ccc}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25em .6em;border-bottom:1px solid #e4e4e4}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}code{font-size:.85em;overflow-wrap:anywhere}\
.private{background:#fbe3e3;border:1px solid #be2828;padding:.5em 1em}.public{background:#e4f2e4;border:1px solid #3a7d3a;padding:.5em 1em}\
.bar{background:#e8e8e8;width:100%;height:.7em}.bar div{background:#3465a4;height:100%}.bar .over{background:#be2828}\
.bad{color:#be2828;font-weight:600}svg{max-width:100%;height:auto}";

/// Runs `tailproof report`.
pub fn run(options: &Report) -> Result<(), Failure> {
    let mut inputs = vec![options.scenarios.as_path(), &options.mandate];
    let keys = options.keys.iter().flat_map(|folder| keys::NAMES.map(|name| folder.join(name)));
    let keys: Vec<PathBuf> = keys.collect();
    inputs.extend(keys.iter().map(PathBuf::as_path));
    inputs.extend(
        [&options.book, &options.proof, &options.pnl, &options.ledger].into_iter().flatten().map(|path| &**path),
    );
    files::refuse_overlap(&[&options.output], &inputs)?;
    let of_source = options.sources.any();
    if of_source && options.proof.is_none() && options.ledger.is_none() {
        let only = "--prices, --implied-volatility and --table go with --proof, and --prices with --ledger";
        return Err(Failure::Usage(only.into()));
    }
    let of_proof = options.sources.implied_volatility.is_some() || options.sources.table.is_some();
    if of_source && options.ledger.is_some() && (options.keys.is_empty() || of_proof) {
        let only = "with --ledger, --prices goes with --keys; --implied-volatility and --table do not";
        return Err(Failure::Usage(only.into()));
    }
    let ledger = options.ledger.as_deref().map(|path| Figures::read(path, &evidence(options))).transpose()?;
    let (page, access) = match (&options.book, &options.proof, &options.keys[..]) {
        (Some(book), _, _) => (private(options, book, ledger.as_ref())?, Access::Secret),
        (None, Some(_), _) if options.against != LedgerAgainst::default() => {
            let only = "--tolerance, --head and --tightness are compared with a --ledger, not with a --proof";
            return Err(Failure::Usage(only.into()));
        }
        (None, Some(proof), [keys]) => (public(options, proof, keys)?, Access::Public),
        (None, Some(_), _) => return Err(Failure::Usage("a proof has one folder of --keys".into())),
        _ => return Err(Failure::Defect("neither a book nor a proof")),
    };
    writing::write(&options.output, Kind::Page, page.as_bytes(), access)?;
    let kind = if access == Access::Secret {
        "PRIVATE: it shows the book, mode 0600"
    } else {
        "public: what was proved, and nothing else"
    };
    out!("wrote {} ({kind})", options.output.display());
    match (&ledger, &options.ledger) {
        (Some(figures), Some(path)) => figures.require(path),
        _ => Ok(()),
    }
}

/// Returns the files and keys that the ledger is verified with.
fn evidence(options: &Report) -> LedgerEvidence {
    let Report { keys, files, sources, against, .. } = options;
    LedgerEvidence {
        keys: keys.clone(),
        files: files.clone(),
        prices: sources.prices.clone(),
        against: against.clone(),
        tables: tables(options),
    }
}

/// Returns the options of reading prices and books.
fn tables(options: &Report) -> TableArgs {
    TableArgs { strict: options.strict, layout: options.sources.layout.clone() }
}

/// Returns text escaped for use between HTML tags.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Returns an HTML page.
pub fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n{body}</body></html>\n"
    )
}

/// Returns the picture, or its error as a failure.
pub fn drawn(picture: Result<String, Box<dyn std::error::Error>>) -> Result<String, Failure> {
    picture.map_err(|_| Failure::Defect("a picture could not be drawn"))
}

/// Appends formatted text to a string. This fails only for lack of memory.
macro_rules! add {
    ($body:expr, $($text:tt)*) => { write!($body, $($text)*).map_err(|_| Failure::Defect("no memory for the page"))? };
}

fn private(options: &Report, book: &Path, ledger: Option<&Figures>) -> Result<String, Failure> {
    let mandate = files::mandate(&options.mandate)?;
    let book = BookOptions {
        book: book.to_owned(),
        scenarios: options.scenarios.clone(),
        nav: options.nav.clone(),
        unit: None,
        tables: tables(options),
    };
    let (set, _, Held { file, positions, .. }) = positions(&book)?;
    file.check_currency(&mandate)?;
    let figures = mandate.evaluate(&set, &positions).map_err(InstanceError::from)?;
    let mut body =
        String::from("<p class=\"private\">Private: this page shows the book. Nothing in it is a proof.</p>\n");
    add!(body, "<p>{}<br>", escaped(&set.sentence()));
    let nav = Amount::from_units(i128::from(positions.nav()), positions.unit());
    let gross = tailproof::core::measures::exposures(&set, &positions).iter().map(|exposure| exposure.abs()).sum();
    let gross = Amount::from_units(gross, positions.unit());
    add!(body, "net asset value {nav}, gross exposure {gross}</p>\n");

    add!(
        body,
        "<h2>Mandate: {}</h2>\n<table><tr><th>clause</th><th class=n>figure</th><th class=n>limit</th>",
        escaped(mandate.name())
    );
    add!(body, "<th class=n>headroom</th><th>used</th></tr>\n");
    for figure in &figures {
        let (value, limit) = (figure.figure.to_f64(), figure.limit.to_f64());
        let used = if limit > 0.0 { (value / limit * 100.0).max(0.0) } else { 0.0 };
        let (class, over) = if figure.holds() { ("", "") } else { (" class=bad", " class=over") };
        add!(
            body,
            "<tr{class}><td>{}</td><td class=n>{}</td><td class=n>{}</td><td class=n>{:.2}</td>\
             <td><div class=bar><div{over} style=\"width:{:.1}%\"></div></div>{used:.1} %</td></tr>\n",
            escaped(&figure.clause.to_string()),
            figure.figure,
            figure.limit,
            limit - value,
            used.min(100.0)
        );
    }
    body.push_str("</table>\n");

    if Spread::new(&set, &positions).is_none() {
        scenario_pictures(&mut body, &mandate, &set, &positions)?;
    }
    backtest(&mut body, options, ledger)?;
    Ok(page("Risk report", &body))
}

/// Appends the pictures of the losses in scenarios.
#[allow(clippy::cast_precision_loss)]
fn scenario_pictures(
    body: &mut String,
    mandate: &Mandate,
    set: &ScenarioSet,
    positions: &Positions,
) -> Result<(), Failure> {
    let unit = positions.unit();
    let amount = |loss: i128| Amount::from_loss(I256::from(loss), I256::ONE, unit);
    let currency = |loss: i128| amount(loss).to_f64();
    let losses = losses(set, positions);
    let values: Vec<(f64, f64)> =
        losses.iter().zip(set.weights()).map(|(loss, weight)| (currency(*loss), f64::from(*weight))).collect();
    let level =
        Confidence::from_millionths(990_000).map_err(|problem| Failure::Option { option: "confidence", problem })?;
    let figure = |measure| -> Result<(Mark, Amount), Failure> {
        let plain = |clause: &Clause| Clause { liquidity: false, floor: None, ..*clause };
        let found = mandate.clause(measure).map(plain);
        let clause =
            found.unwrap_or_else(|| Clause::new(measure, Some(level), tailproof::core::Limit::Absolute(0.into())));
        let figure =
            clause.evaluate(set, positions, 0).map_err(|problem| Failure::Option { option: "mandate", problem })?;
        Ok((Mark { name: clause.figure_name(), value: figure.figure.to_f64() }, figure.figure))
    };
    let (marks, figures): (Vec<Mark>, Vec<Amount>) =
        [figure(Measure::Var)?, figure(Measure::Cvar)?].into_iter().unzip();
    add!(body, "<h2>Losses in the scenarios</h2>\n");
    let figures = marks.iter().zip(figures);
    let names: Vec<String> = figures.map(|(mark, figure)| format!("{} {figure}", mark.name)).collect();
    add!(body, "<p>{}</p>\n{}\n", escaped(&names.join(", ")), drawn(pictures::distribution(&values, &marks))?);

    let confidence = mandate.clause(Measure::Cvar).and_then(|clause| clause.confidence).unwrap_or(level);
    contributions_by_factor(body, set, positions, confidence)?;
    worst_scenarios(body, set, positions, &losses)
}

/// Adds the contributions of the largest factors to the expected shortfall.
#[allow(clippy::cast_precision_loss)]
fn contributions_by_factor(
    body: &mut String,
    set: &ScenarioSet,
    positions: &Positions,
    confidence: Confidence,
) -> Result<(), Failure> {
    let tail = TailMass::new(confidence, set.total_weight());
    let in_currency = positions.unit().millionths() as f64 / 1e6 / f64::from(1u32 << 20);
    let mut contributions: Vec<(String, f64)> = shortfall_contributions(set, positions, tail)
        .into_iter()
        .zip(set.factors())
        .filter(|(amount, _)| *amount != 0.0)
        .map(|(amount, factor)| (factor.clone(), amount * in_currency))
        .collect();
    contributions.sort_by(|left, right| right.1.abs().total_cmp(&left.1.abs()));
    let rest: f64 = contributions.drain(FACTORS.min(contributions.len())..).map(|(_, amount)| amount).sum();
    if rest != 0.0 {
        contributions.push(("all others".into(), rest));
    }
    contributions.sort_by(|left, right| right.1.total_cmp(&left.1));
    if !contributions.is_empty() {
        add!(
            body,
            "<h2>Contributions to {confidence} CVaR by factor</h2>\n{}\n",
            drawn(pictures::bars(&contributions))?
        );
    }
    Ok(())
}

/// Adds the table of the worst scenarios.
fn worst_scenarios(
    body: &mut String,
    set: &ScenarioSet,
    positions: &Positions,
    losses: &[i128],
) -> Result<(), Failure> {
    let amount = |loss: i128| Amount::from_loss(I256::from(loss), I256::ONE, positions.unit());
    let mut order: Vec<usize> = (0..losses.len()).filter(|scenario| set.weights()[*scenario] > 0).collect();
    order.sort_by_key(|scenario| std::cmp::Reverse(losses[*scenario]));
    add!(
        body,
        "<h2>Worst scenarios</h2>\n<table><tr><th>scenario</th><th class=n>loss</th><th>largest part</th></tr>\n"
    );
    for scenario in order.into_iter().take(WORST) {
        let parts = set.row(scenario).iter().zip(positions.exposures()).enumerate();
        let largest =
            parts.map(|(factor, (entry, exposure))| (-i128::from(*entry) * i128::from(*exposure), factor)).max();
        let largest =
            largest.map_or(String::new(), |(loss, factor)| format!("{} {}", set.factors()[factor], amount(loss)));
        let (label, loss) = (escaped(&set.labels()[scenario]), amount(losses[scenario]));
        add!(body, "<tr><td>{label}</td><td class=n>{loss}</td><td>{}</td></tr>\n", escaped(&largest));
    }
    body.push_str("</table>\n");
    Ok(())
}

/// Appends the backtest of a table or a ledger, if one is given.
fn backtest(body: &mut String, options: &Report, ledger: Option<&Figures>) -> Result<(), Failure> {
    let (record, days) = match (&options.pnl, &options.return_column, &options.var_column, ledger) {
        (Some(pnl), Some(return_column), Some(var_column), _) => {
            let level = options.confidence.as_deref().unwrap_or_default();
            let confidence: Confidence =
                level.parse().map_err(|problem| Failure::Option { option: "confidence", problem })?;
            let name = pnl.display().to_string();
            let columns = options.gains.columns(return_column, var_column)?;
            let gains = files::gains(pnl, &columns, &options.sources.layout.options(options.strict))?;
            let record =
                Record::from_gains(&gains.days, confidence).map_err(|problem| InputError::in_file(&name, problem))?;
            let days = record.days().iter().map(|day| (day.gain, day.value_at_risk)).collect();
            (record, days)
        }
        (_, _, _, Some(Figures { ledger, .. })) => {
            let record = Record::from_days(&ledger.days(), ledger.confidence())
                .map_err(|problem| Failure::Option { option: "ledger", problem })?;
            (record, Vec::new())
        }
        _ => return Ok(()),
    };
    add!(body, "<h2>Backtest</h2>\n");
    if let Some(heading) = ledger.and_then(Figures::heading) {
        add!(body, "<p class=\"private bad\">{}</p>\n", escaped(&heading));
    }
    for note in ledger.into_iter().flat_map(Figures::notes) {
        add!(body, "<p>{}</p>\n", escaped(&note));
    }
    if !days.is_empty() {
        body.push_str(&drawn(pictures::record(&days))?);
    }
    if let Some(warning) = record.scale_warning() {
        note!("warning: {warning}");
        add!(body, "<p class=bad>{}</p>\n", escaped(&warning));
    }
    body.push_str("<table>\n");
    for (name, text) in backtest_lines(&record) {
        add!(body, "<tr><th>{name}</th><td>{}</td></tr>\n", escaped(&text));
    }
    body.push_str("</table>\n");
    Ok(())
}

/// Returns the public page: the sentences of a verdict.
fn public(options: &Report, proof: &Path, keys: &Path) -> Result<String, Failure> {
    let claim = Claim::market(files::mandate(&options.mandate)?, files::scenarios(&options.scenarios)?.0)?;
    let question = verify::Question {
        context: context(options.context.as_deref())?,
        commitments: &options.commitment,
        sources: SourceFiles::read(&options.sources, claim.scenarios(), options.strict)?,
        ..Default::default()
    };
    let verified = verify::check(proof, &claim, keys, &question)?.verdict?;
    let mut body = String::from(
        "<p class=\"public\">The proof was verified when this page was made. The book is not shown.</p>\n",
    );
    if verified.keys.is_development() {
        let why = match verified.keys.powers() {
            None => "are single-party development keys: whoever made them can forge proofs",
            Some(_) => "come from powers: unknown: one party may have made the powers of tau, and could forge proofs",
        };
        add!(body, "<p class=\"private\">The keys {why}. Not for production.</p>\n");
    }
    add!(
        body,
        "<h2>What was proved</h2>\n<p>The book meets the mandate <b>{}</b>:</p>\n<ul>\n",
        escaped(&verified.name)
    );
    for sentence in &verified.claims {
        add!(body, "<li>{}</li>\n", escaped(sentence));
    }
    add!(body, "</ul>\n<p>over {}</p>\n", escaped(verified.over.as_deref().unwrap_or_default()));
    add!(body, "<h2>What the verdict rests on</h2>\n<table><tr><th>what</th><th>how</th><th>note</th></tr>\n");
    for thing in &verified.rests_on {
        let digest = thing.digest.map(|digest| format!("<br><code>{}</code>", hex::encode(digest))).unwrap_or_default();
        let (what, how, note) = (thing.what.name(), thing.how.name(), escaped(&thing.note));
        add!(body, "<tr><td>{what}</td><td>{how}</td><td>{note}{digest}</td></tr>\n");
    }
    body.push_str("</table>\n");
    add!(body, "<h2>To verify it again</h2>\n<table>\n");
    let mut rows = vec![
        ("commitment", verified.commitment),
        ("verifying key", hex::encode(verified.keys.digest)),
        ("scenario set", claim.scenarios_digest().map(hex::encode).unwrap_or_default()),
        ("mandate", hex::encode(claim.terms_digest())),
        ("proof system", verified.backend.to_owned()),
    ];
    if verified.sub_books.len() > 1 {
        rows.extend(verified.sub_books.into_iter().map(|sub_book| ("sub-book", sub_book)));
    }
    for (name, value) in rows {
        add!(body, "<tr><th>{name}</th><td><code>{}</code></td></tr>\n", escaped(&value));
    }
    body.push_str("</table>\n");
    Ok(page("Risk proof", &body))
}
