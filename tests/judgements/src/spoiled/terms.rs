//! Mandates and deals other than the one that was proved, and texts that are none.

use super::{bad_input, not_valid, not_valid_off_chain};
use crate::claims::Claim;
use crate::good::with_terms;
use crate::made::{Made, Way, Work};

pub fn ways() -> Vec<(&'static str, Way)> {
    vec![
        ("one term a unit off", |work, claim| replaced(work, claim, 0)),
        ("another term a unit off", |work, claim| replaced(work, claim, 1)),
        ("another confidence", |work, claim| replaced(work, claim, 2)),
        ("another name of the terms", |work, claim| {
            let (before, rest) = claim.terms.split_once("name = \"")?;
            let made =
                not_valid(with_terms(claim, work.file(claim, "terms.toml", format!("{before}name = \"x{rest}"))));
            // The name is in the digest of the terms, which is the context unless another one is given.
            made.map(|made| Made { on_chain: claim.question.context.is_none(), ..made })
        }),
        ("a clause less", |work, claim| {
            let (rest, last) = claim.terms.rsplit_once("[[clause]]")?;
            // Tables behind the last clause stay away with it, and one clause has to be left.
            (rest.contains("[[clause]]") && !last.contains("\n[")).then_some(())?;
            not_valid(with_terms(claim, work.file(claim, "terms.toml", rest)))
        }),
        ("a rule that the scenarios do not meet", |work, claim| {
            (claim.is_market() && !claim.terms.contains("[scenarios]")).then_some(())?;
            let text = format!("{}\n[scenarios]\nhorizon = 20\n", claim.terms);
            not_valid_off_chain(with_terms(claim, work.file(claim, "terms.toml", text)))
        }),
        ("a rule that only the header of the scenarios meets", |work, claim| {
            (claim.name == "market" || claim.name == "halo2").then_some(())?;
            let text = format!("{}\n[scenarios]\nkind = \"historical\"\n", claim.terms);
            not_valid_off_chain(with_terms(claim, work.file(claim, "terms.toml", text)))
        }),
        ("terms that were cut", |work, claim| {
            let end = claim.terms.rfind('=')?;
            bad_input(with_terms(claim, work.file(claim, "terms.toml", &claim.terms[..=end])))
        }),
        ("a key that no terms have", |work, claim| {
            let text = format!("limits = 5\n{}", claim.terms);
            bad_input(with_terms(claim, work.file(claim, "terms.toml", text)))
        }),
        ("a limit that is no number", |work, claim| {
            let (from, _) = claim.other_terms[0];
            let (number, key) = (from.rsplit([' ', '"']).next()?, from);
            let text = claim.terms.replacen(key, &key.replace(number, "nan"), 1);
            bad_input(with_terms(claim, work.file(claim, "terms.toml", text)))
        }),
        ("the deal of a pool for a book", |work, claim| {
            let of_pool = work.claims.iter().find(|other| !other.is_market())?;
            claim.is_market().then_some(())?;
            bad_input(with_terms(claim, work.file(claim, "terms.toml", &of_pool.terms)))
        }),
    ]
}

fn replaced(work: &Work<'_>, claim: &Claim, index: usize) -> Option<Made> {
    let (from, to) = claim.other_terms.get(index)?;
    assert!(claim.terms.contains(from), "{}: {from}", claim.name);
    not_valid(with_terms(claim, work.file(claim, "terms.toml", claim.terms.replacen(from, to, 1))))
}
