//! The public page: the verdict about a proof.

use std::path::Path;

use maud::{Markup, html};
use tailproof::core::mandate::NavSource;
use tailproof::{Claim, KeysUsed, Verified};

use super::{shown, table_words};
use crate::cli::{Report, SourceOptions};
use crate::commands::verify;
use crate::failure::Failure;
use crate::files;
use crate::options::{context, now};
use crate::pages::{self, code, commands, facts, list};
use crate::sources::SourceFiles;

/// Returns the public page: the sentences of a verdict, and how anybody has it again.
pub fn page(options: &Report, proof: &Path, keys: &Path) -> Result<String, Failure> {
    let mandate = files::mandate(&options.mandate)?;
    let nav = mandate.nav_source();
    let claim = Claim::market(mandate, files::scenarios(&options.scenarios)?.0)?;
    let question = verify::Question {
        context: context(options.context.as_deref())?,
        commitments: &options.commitment,
        sources: SourceFiles::read(&options.sources, &claim, options.strict)?,
        ..Default::default()
    };
    let verified = verify::check(proof, &claim, keys, &question)?.verdict()?.clone();
    let body = html! {
        p.public { "The proof was verified when this page was made, " (now()) ". The book is not shown." }
        (development(&verified.keys))
        p.verdict.holds { "The book meets the mandate " (verified.name) "." }
        (list(&verified.claims))
        p { "over " (verified.over.as_deref().unwrap_or_default()) }
        (compared(options, &verified))
        (rests_on(&verified))
        (says_not(nav))
        (again(options, proof, keys, &claim, &verified))
    };
    Ok(pages::page("Risk proof", &body))
}

/// A warning about keys whose makers can forge proofs.
fn development(keys: &KeysUsed) -> Markup {
    if !keys.is_development() {
        return html! {};
    }
    let why = match keys.powers() {
        None => "are single-party development keys: whoever made them can forge proofs",
        Some(_) => "come from powers: unknown: one party may have made the powers of tau, and could forge proofs",
    };
    html! { p.private { "The keys " (why) ". Not for production." } }
}

/// Whether the proof is about the commitment that was expected.
fn compared(options: &Report, verified: &Verified) -> Markup {
    let files: Vec<String> = options.commitment.iter().map(|path| path.display().to_string()).collect();
    html! {
        @if files.is_empty() {
            p.bad { "The commitment is the proof's own: it was compared with none. Compare it with the one that you were given." }
        } @else {
            p { "The commitment was compared with " (files.join(", ")) ", and is the same." }
        }
        p { (code(&verified.commitment)) }
    }
}

fn rests_on(verified: &Verified) -> Markup {
    html! {
        h2 { "What the verdict rests on" }
        div.wide { table {
            tr { th { "what" } th { "how" } th { "note" } }
            @for thing in &verified.rests_on {
                tr {
                    td { (thing.what.name()) }
                    td { (thing.how.name()) }
                    td { (thing.note) @if let Some(digest) = thing.digest { br; (code(&hex::encode(digest))) } }
                }
            }
        } }
    }
}

/// What no proof of this kind says.
fn says_not(nav: NavSource) -> Markup {
    let of_nav = match nav {
        NavSource::Stated => {
            "That the net asset value is right: limits relative to it rest on the value that the committer stated."
        }
        NavSource::Sum => {
            "That the net asset value is right: it was proved to be the sum of the committed exposures and cash, and not \
             that these are worth so much."
        }
    };
    html! {
        h2 { "What this does not say" }
        (list([
            "That the committed book is the whole book, or that its holdings exist: only an attestation of a named party says that.",
            of_nav,
            "What the figures are: only that each is within its limit.",
            "That the scenarios are a good forecast: a loss beyond all of them can occur.",
            "When the commitment was made, unless a row above names a time.",
        ]))
    }
}

/// How the verdict is had again, by whoever has the public files.
fn again(options: &Report, proof: &Path, keys: &Path, claim: &Claim, verified: &Verified) -> Markup {
    let mut command = format!(
        "tailproof verify --proof {} --scenarios {} --mandate {} --keys {}",
        shown(proof),
        shown(&options.scenarios),
        shown(&options.mandate),
        shown(keys)
    );
    let files = options.commitment.iter().map(|path| ("commitment", path));
    let SourceOptions { prices, rates, table, .. } = &options.sources;
    let sources = [("prices", prices), ("rates", rates), ("table", table)];
    let sources = sources.into_iter().filter_map(|(option, path)| path.as_ref().map(|path| (option, path)));
    let volatility = options.sources.implied_volatility.iter().map(|path| ("implied-volatility", path));
    for (option, path) in files.chain(sources).chain(volatility) {
        command.push_str(&format!(" --{option} {}", shown(path)));
    }
    if options.sources.percent {
        command.push_str(" --percent");
    }
    command.push_str(&table_words(options));
    if let Some(context) = &options.context {
        command.push_str(&format!(" --context {context}"));
    }
    let mut rows = vec![
        ("commitment", code(&verified.commitment)),
        ("verifying key", code(&hex::encode(verified.keys.digest))),
        ("scenario set", code(&claim.scenarios_digest().map(hex::encode).unwrap_or_default())),
        ("mandate", code(&hex::encode(claim.terms_digest()))),
        ("proof system", html! { (verified.backend) }),
        ("made by", html! { "tailproof " (env!("CARGO_PKG_VERSION")) ", " (now()) }),
    ];
    rows.extend(verified.parts().map(|(name, commitment)| (name, code(commitment))));
    html! {
        h2 { "To verify it again" }
        p { "With these files and a verifying key whose digest you know from elsewhere:" }
        (commands(&[command]))
        (facts(rows))
    }
}
