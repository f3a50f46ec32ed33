//! Everything that a verdict rests on besides the proof, and everything that was not checked.

use std::fmt::Display;

use tailproof_core::mandate::NavSource;
use tailproof_core::pool::ids::IdKind;
use tailproof_core::pool::month::MonthTerms;
use tailproof_core::pool::tape_terms::StatusTerms;
use tailproof_core::pool::{Deal, PoolClaim, TapeSchema};
use tailproof_core::text::quoted;
use tailproof_core::{ScenarioSet, Unit};

use crate::attestation::{Attested, Vouched};
use crate::backend::Backend;
use crate::claim::{Claim, DealClaim, MandateClaim, nav_of_several};
use crate::encoding::input_to_bytes;
use crate::expected::Expected;
use crate::keys::header::Provenance;
use crate::proof::ProofFile;
use crate::verified::{Basis, How, RestsOn};

/// A proof that was checked, with everything that the check was about.
pub(crate) struct Ground<'g, 'e, B: Backend> {
    pub claim: &'g Claim,
    pub proof: &'g ProofFile<B>,
    pub expected: &'g Expected<'e, B>,
    /// The sources that the scenario set was made again from, in words; `None` if it was not.
    pub made_again: Option<String>,
    /// Digest of the keys.
    pub key: [u8; 32],
    pub provenance: Option<Provenance>,
    /// The attestations that were asked for and count.
    pub attested: Option<Attested>,
}

/// Returns what the tape's schema decides, and what it leaves to the committer's word.
fn about_the_tape(schema: &TapeSchema, bands_are_proved: bool) -> Vec<RestsOn> {
    let Some(terms) = schema.terms() else { return Vec::new() };
    let mut list = vec![
        thing(
            Basis::Currency,
            How::AsCommitted,
            format!("{} by the deal: that the tape's amounts are in it", terms.currency),
        ),
        thing(Basis::CutOff, How::AsCommitted, format!("{} by the deal: that the tape is as of it", terms.cut_off)),
        thing(Basis::Pool, How::AsGiven, schema.pool_in_words()),
    ];
    let sentences = schema.on_the_committers_word(bands_are_proved).into_iter();
    list.extend(sentences.map(|sentence| thing(Basis::TapeReading, How::AsCommitted, sentence)));
    list
}

/// Returns what claims on net present value and on inputs of SEC-SA leave to assumptions, to the deal and
/// to the committer's word.
fn about_value(deal: &Deal, bands_are_proved: bool) -> Vec<RestsOn> {
    let mut list = Vec::new();
    if let (Some(claim), Some(terms), Some(schema)) = (deal.value_claim(), deal.cashflow(), deal.schema()) {
        let name = claim.row.as_ref().map_or(String::new(), |row| row.quoted_name());
        let note = format!(
            "{name}, the file with the digest that the deal names; the coefficients are made from it; that the pool pays so \
             is not shown"
        );
        list.push(with_digest(claim.assumptions, thing(Basis::Assumptions, How::Compared, note)));
        let words = terms.on_the_committers_word(schema, bands_are_proved).into_iter();
        list.extend(words.map(|word| thing(Basis::Replines, How::AsCommitted, word)));
    }
    for claim in deal.claims() {
        match claim {
            PoolClaim::PastDueAtMost(..) => {
                let days = deal.schema().and_then(TapeSchema::terms).and_then(|terms| terms.status.as_ref());
                let note = match days {
                    Some(StatusTerms::DaysPastDue(_)) => {
                        "by the deal, delinquency begins no later than on day 90 past due; that loans in foreclosure or \
                         insolvency, which W counts, are in default is the committer's word"
                    }
                    _ => {
                        "that delinquency begins no later than on day 90 past due, and that loans in foreclosure or insolvency, \
                         which W counts, are in default is the committer's word"
                    }
                };
                list.push(thing(Basis::SecSa, How::AsCommitted, note));
            }
            PoolClaim::CapitalAtMost(_) => {
                let note = "risk weights are the deal's: that they are those of the standardised approach for these loans is not \
                            shown";
                list.push(thing(Basis::SecSa, How::AsGiven, note));
            }
            _ => {}
        }
    }
    list
}

fn thing(what: Basis, how: How, note: impl Display) -> RestsOn {
    RestsOn { what, digest: None, how, note: note.to_string() }
}

fn with_digest(digest: [u8; 32], thing: RestsOn) -> RestsOn {
    RestsOn { digest: Some(digest), ..thing }
}

impl<B: Backend> Ground<'_, '_, B> {
    /// Returns the scenario set in words. A set that was not made again is called what its header
    /// says, and the words say so.
    pub fn scenarios_in_words(&self) -> Option<String> {
        let set = self.claim.scenarios()?;
        if set.is_pnl() {
            return Some(set.sentence());
        }
        Some(match self.made_again {
            Some(_) => format!("{}, made again", set.sentence()),
            None => format!("scenarios as given, whose header says: {}", set.sentence()),
        })
    }

    /// Returns the list, in the order in which a verdict prints it.
    pub fn rests_on(&self) -> Vec<RestsOn> {
        let mut list = match self.claim {
            Claim::Market(claim) => self.about_the_mandate(claim),
            Claim::Pool(claim) => self.about_the_deal(claim),
        };
        list.extend(self.about_the_keys());
        list.extend(self.about_the_commitment());
        let note = match self.expected.context {
            Some(_) => "the use that the caller names",
            None => "the digest of the public terms: the proof is bound to no use",
        };
        list.push(thing(Basis::Context, How::Compared, note));
        list
    }

    fn about_the_mandate(&self, claim: &MandateClaim) -> Vec<RestsOn> {
        let mandate = claim.mandate();
        let mut list = vec![with_digest(mandate.digest(), thing(Basis::Mandate, How::AsGiven, mandate.name()))];
        list.extend(self.about_scenarios());
        let (unit, coarsest) = (self.proof.unit, mandate.coarsest_unit());
        let rounding = self.claim.rounding_at_most(unit, self.proof.sub_books().len());
        let choice = match mandate.fixed_unit() {
            Some(_) => "the mandate's: caps and breakpoints are whole units of it".to_owned(),
            None => format!("the committer's choice; the mandate accepts {coarsest} or finer"),
        };
        let note = format!("{unit}, {choice}; rounding the book to it changes a loss by at most {rounding}");
        list.push(thing(Basis::Unit, How::Compared, note));
        list.push(match self.claim.currency() {
            Some(currency) => {
                thing(Basis::Currency, How::AsGiven, format!("{currency} in the mandate; the book names no currency"))
            }
            None => thing(Basis::Currency, How::NotChecked, "the mandate names none"),
        });
        if mandate.nav_source() == NavSource::Sum {
            let vouched = self.attested.as_ref().is_some_and(Attested::nav);
            let word = if vouched { "attested below" } else { "the committer's word" };
            let without = self.claim.scenarios().map(without_steps).unwrap_or_default();
            let note = format!(
                "proved to be the sum of the committed exposures and cash{without}; that these are what the book is worth is {word}"
            );
            list.push(thing(Basis::Nav, How::AsCommitted, note));
        } else if mandate.uses_nav() {
            list.push(thing(Basis::Nav, How::AsCommitted, self.nav_note()));
        }
        list.extend(self.about_greeks(claim.scenarios()));
        if let Some(digest) = mandate.groups_digest() {
            let note = format!(
                "the file of groups that the mandate names; that a factor is what its name says, and belongs to its group, is the word \
                 of the makers of set and file; factors of the set: {}",
                mandate.groups_in_words(claim.scenarios())
            );
            list.push(with_digest(digest, thing(Basis::Groups, How::Compared, note)));
        }
        list.extend(about_sizes(claim));
        list
    }

    /// Returns what columns of Greeks leave to the committer, where the set has some.
    fn about_greeks(&self, set: &ScenarioSet) -> Option<RestsOn> {
        let greeks = (0..set.factors().len()).filter(|column| !set.is_exposure(*column)).count();
        let greeks = greeks.checked_sub(set.cash().len()).filter(|greeks| *greeks > 0)?;
        let by = if self.vouched().is_empty() { "" } else { ", or that of whoever attests the commitment below" };
        let note = format!(
            "{greeks} column(s) of the set are of Greeks: the sensitivities in them are the committer's word{by}; a positive \
             gamma or theta makes losses smaller, and no limit but one on a group with such a column, or a cap on it, counts it"
        );
        Some(thing(Basis::Greeks, How::AsCommitted, note))
    }

    fn nav_note(&self) -> String {
        let vouched = self.attested.as_ref().is_some_and(Attested::nav);
        let word = if vouched { "attested below" } else { "the prover's word" };
        format!("{word}; {}", self.nav_limits())
    }

    fn nav_limits(&self) -> String {
        nav_of_several(self.proof.sub_books().len())
            .unwrap_or_else(|| "limits are fractions of the value that the commitment holds".to_owned())
    }

    fn about_the_deal(&self, claim: &DealClaim) -> Vec<RestsOn> {
        let deal = claim.deal();
        let mut list = vec![with_digest(deal.digest(), thing(Basis::Deal, How::AsGiven, deal.name()))];
        list.extend(self.about_scenarios());
        let unit: Unit = self.proof.unit;
        list.push(thing(Basis::Unit, How::Compared, format!("{unit}, the deal's; balances are whole units")));
        let bands = self.proof.shape.pool().is_some_and(|sizes| sizes.bands);
        list.extend(deal.schema().iter().flat_map(|schema| about_the_tape(schema, bands)));
        if let Some(terms) = deal.collateral() {
            let note = format!(
                "prices are taken to be in the currency of the loans; all is sold after {} day(s) at the deal's haircuts; \
                 interest until then is not counted",
                terms.horizon()
            );
            list.push(thing(Basis::Collateral, How::NotChecked, note));
        }
        list.extend(about_value(deal, bands));
        list.extend(self.about_ids());
        list.extend(deal.month().into_iter().flat_map(|month| self.about_the_month(month)));
        list
    }

    /// Returns what a claim about two dates leaves to whoever committed to the pool then and now.
    fn about_the_month(&self, month: &MonthTerms) -> [RestsOn; 2] {
        let from = month.from();
        let by = if self.vouched().is_empty() { "" } else { ", or that of whoever attests it below" };
        let reasons = format!(
            "why a loan is gone or its balance is another is the committer's word{by}, and so are the ids whose digests loans \
             are matched by; that cash came in, and that an addition was not in the pool of {from} under another id, is not \
             shown"
        );
        let date = format!("{from} by the deal, of the earlier commitment: that its tape is as of it");
        [thing(Basis::CutOff, How::AsCommitted, date), thing(Basis::Reasons, How::AsCommitted, reasons)]
    }

    /// Returns what claims about ids leave to whoever made them.
    fn about_ids(&self) -> Vec<RestsOn> {
        let proved = |kind| self.proof.shape.pool().is_some_and(|sizes| sizes.distinct(kind));
        let by = if self.vouched().is_empty() { "" } else { ", or that of whoever attests it below" };
        let loans = match proved(IdKind::Loan) {
            true => {
                let note = format!(
                    "the committed digests of ids are; that they are those of the loans is the committer's word{by}; that no \
                     loan is in another pool as well is not shown"
                );
                thing(Basis::DistinctLoans, How::AsCommitted, note)
            }
            false => {
                let note = "that no loan is in the pool twice, or in another pool as well, is the committer's word";
                thing(Basis::DistinctLoans, How::NotChecked, note)
            }
        };
        let collateral = proved(IdKind::Collateral).then(|| {
            let note = format!(
                "the committed digests of ids are; that they are those of the collateral is the committer's word{by}; that \
                 none of it is in another pool as well is not shown"
            );
            thing(Basis::DistinctCollateral, How::AsCommitted, note)
        });
        std::iter::once(loans).chain(collateral).collect()
    }

    fn about_scenarios(&self) -> Vec<RestsOn> {
        let Some((set, digest)) = self.claim.scenarios().zip(self.claim.scenarios_digest()) else { return Vec::new() };
        let (how, note) = match &self.made_again {
            _ if set.is_pnl() => (How::AsGiven, "source and days alone".to_owned()),
            Some(from) => (How::MadeAgain, from.clone()),
            None => {
                let source = set.generator().source_digest();
                let source = source.map(|source| format!(", which says that its source is {source}"));
                let source = source.unwrap_or_default();
                (How::AsGiven, format!("not made again; how it was made rests on its header{source}"))
            }
        };
        // A table that makes the set again says nothing of prices either.
        let note = set.note_on_origin().map_or_else(|| note.clone(), |origin| format!("{note}; {origin}"));
        let mut list = vec![with_digest(digest, thing(Basis::Scenarios, how, note))];
        list.extend(self.about_the_seed(set));
        if B::stated_point(&self.proof.evidence).is_some() {
            list.push(match self.expected.scenario_point {
                Some(_) => thing(Basis::ScenarioPoint, How::Compared, "made again, and the one that is expected"),
                None => thing(Basis::ScenarioPoint, How::MadeAgain, "from the scenarios and the keys"),
            });
        }
        list
    }

    fn about_the_seed(&self, set: &ScenarioSet) -> Option<RestsOn> {
        let seed = set.generator().seed()?;
        let paths = set.scenarios();
        let digest = hex::decode(seed).ok().and_then(|bytes| bytes.try_into().ok());
        let (how, note) = match self.expected.seed {
            Some(_) => (How::Compared, format!("{paths} paths, drawn with the seed that is expected")),
            None => (
                How::AsGiven,
                format!("{paths} paths; whoever chose the seed may have tried many: expect a seed of yours"),
            ),
        };
        Some(RestsOn { digest, ..thing(Basis::Seed, how, note) })
    }

    fn about_the_keys(&self) -> Vec<RestsOn> {
        let note = match self.provenance {
            Some(provenance) => format!("its header says: {provenance}"),
            None => "derived by everybody".to_owned(),
        };
        let keys = with_digest(self.key, thing(Basis::Keys, How::AsGiven, note));
        let withdrawn = match self.expected.withdrawn {
            Some(list) => {
                let note = format!("these keys are none of the {} in the list", list.len());
                with_digest(list.digest(), thing(Basis::WithdrawnKeys, How::Compared, note))
            }
            None => thing(Basis::WithdrawnKeys, How::NotChecked, "no list of withdrawn keys is given"),
        };
        let system = format!("{}, {}", B::NAME, B::SECURITY.sentence);
        vec![keys, withdrawn, thing(Basis::ProofSystem, How::AsGiven, system)]
    }

    fn about_the_commitment(&self) -> Vec<RestsOn> {
        let books = self.proof.sub_books().len();
        let of_months = self.proof.shape.pool().is_some_and(|sizes| sizes.roll);
        let (how, note) = match (&self.expected.commitments, books) {
            (Some(_), 2) if of_months => (How::Compared, "the two that are expected, the earlier first".to_owned()),
            (None, 2) if of_months => {
                (How::AsStated, "two commitments of the prover's choosing, the earlier first: compare both".to_owned())
            }
            (Some(_), 1) => (How::Compared, "the one that is expected".to_owned()),
            (Some(_), _) => (How::Compared, format!("the {books} that are expected")),
            (None, 1) => (How::AsStated, "compare it with the one you know".to_owned()),
            (None, _) => (How::AsStated, format!("{books} commitments of the prover's choosing: compare each")),
        };
        let field = format!("{}'s value", B::NAME);
        let commitment = thing(Basis::Commitment, how, format!("{field}; {note}"));
        let mut list = vec![with_digest(input_to_bytes(&self.proof.commitment), commitment)];
        if books > 1 && !of_months {
            let by = if self.vouched().is_empty() { "by nobody" } else { "as below" };
            let note = format!("that no holding is in two sub-books rests on whoever attests each: {by}");
            list.push(thing(Basis::DistinctBooks, How::NotChecked, note));
        }
        list.push(thing(Basis::CommitmentTime, How::NotChecked, "nothing shows when the commitment was made"));
        if self.vouched().is_empty() {
            list.push(thing(Basis::Attestation, How::NotChecked, "attested by nobody"));
        }
        list.extend(self.vouched().iter().map(|vouched| {
            let digest = vouched.attestation.statement().digest();
            with_digest(digest, thing(Basis::Attestation, How::Compared, vouched))
        }));
        list
    }

    /// Returns the attestations that were asked for and count.
    fn vouched(&self) -> &[Vouched] {
        self.attested.as_ref().map_or(&[], |attested| &attested.vouched)
    }
}

/// Returns what caps and costs that grow leave to whoever made their files.
fn about_sizes(claim: &MandateClaim) -> Vec<RestsOn> {
    let (mandate, set) = (claim.mandate(), claim.scenarios());
    let caps = mandate.caps_digest().map(|digest| {
        let note = format!(
            "the file of caps that the mandate names; its limits and volumes are the word of the file's maker; factors of the set: {}",
            mandate.caps_in_words(set)
        );
        with_digest(digest, thing(Basis::Caps, How::Compared, note))
    });
    let impact = mandate.impact_digest().map(|digest| {
        let note = format!(
            "the file of liquidity costs that the mandate names; that a book can be closed at them is the word of the file's maker; \
             factors of the set: {}",
            mandate.impact_in_words(set)
        );
        with_digest(digest, thing(Basis::Impact, How::Compared, note))
    });
    caps.into_iter().chain(impact).collect()
}

/// Returns, in words, the exposures of a set that are no values since they are currency per step of
/// absolute moves.
fn without_steps(set: &ScenarioSet) -> String {
    let steps = (0..set.factors().len()).filter(|column| set.is_exposure(*column) && !set.is_value(*column));
    let names: Vec<String> = steps.map(|column| quoted(&set.factors()[column])).collect();
    if names.is_empty() { String::new() } else { format!(", without those to absolute moves ({})", names.join(", ")) }
}
