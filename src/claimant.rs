//! What the prover has: public files, the private book or pool with its opening, and so a claim that is true or refused.

use std::path::{Path, PathBuf};

use ark_bn254::Fr;
use tailproof_circuits::statement::Witness;
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_circuits::statement::pool::PoolWitness;
use tailproof_core::pool::claims::{PoolClaimFigure, evaluate_all};
use tailproof_core::pool::{Category, Deal, LoanPool, PoolFigures};
use tailproof_core::{InputError, Mandate, Positions, ScenarioSet, Unit};
use tailproof_prover::opening::Opening;
use tailproof_prover::pool_opening::PoolOpening;
use tailproof_verifier::commitment::{CommitmentField, commit, consolidated};
use tailproof_verifier::market::controls::{CONTROLS, InputField};
use tailproof_verifier::pool::commitment::commit as commit_to_loans;
use tailproof_verifier::pool::terms::check_assumptions;
use tailproof_verifier::{InstanceError, MarketClaim, PoolTerms, Shape};

use crate::cli::{Prove, PublicOptions};
use crate::failure::{Failure, Mismatch};
use crate::files;
use crate::public_files::{PublicFiles, of_deal};

/// Public files and what is private.
pub struct Claimant {
    pub public: PublicFiles,
    holdings: Holdings,
    /// what the proof is bound to, if not to the public files
    context: Option<Fr>,
}

enum Holdings {
    Books {
        /// each book with the opening of its commitment
        books: Vec<(Positions, Opening)>,
        /// their sum
        positions: Positions,
    },
    Loans {
        collateral: LoanPool,
        opening: PoolOpening,
    },
}

/// The public files that options of `prove` name.
fn public_options(options: &Prove) -> PublicOptions {
    PublicOptions { scenarios: options.scenarios.clone(), mandate: options.mandate.clone(), deal: options.deal.clone() }
}

impl Claimant {
    /// Reads all files but the keys.
    pub fn read(options: &Prove) -> Result<Self, Failure> {
        let named = public_options(options);
        let mut inputs: Vec<&Path> = PublicFiles::paths(&named).collect();
        inputs.extend(options.book.iter().chain(&options.opening).chain(&options.pool).map(PathBuf::as_path));
        inputs.extend(options.snarkjs_proof.as_deref());
        let keys = ["proving.key", "verifying.key", "transparent.key"].map(|name| options.keys.join(name));
        inputs.extend(keys.iter().map(PathBuf::as_path));
        let outputs: Vec<&Path> = options.output.iter().chain(&options.witness).map(PathBuf::as_path).collect();
        files::refuse_overlap(&outputs, &inputs)?;
        let public = PublicFiles::read(&named)?;
        let holdings = match &public {
            PublicFiles::Market { set, .. } => read_books(options, set)?,
            PublicFiles::Pool { deal, .. } => read_loans(options, deal)?,
        };
        let context = crate::commands::context(options.context.as_deref())?;
        Ok(Self { public, holdings, context })
    }

    /// The commitments to the books, or to the loans, over the field of a backend.
    pub fn commitments<F: CommitmentField>(&self) -> Vec<F> {
        match (&self.holdings, &self.public) {
            (Holdings::Books { books, .. }, PublicFiles::Market { set, .. }) => {
                let digest = set.factors_digest();
                books.iter().map(|(positions, opening)| commit(&digest, positions, opening.blinding())).collect()
            }
            (Holdings::Loans { collateral, opening }, _) => {
                vec![commit_to_loans(&opening.schema(), collateral, opening.blinding())]
            }
            _ => Vec::new(),
        }
    }

    /// The value of a unit.
    pub fn unit(&self) -> Unit {
        match &self.holdings {
            Holdings::Books { positions, .. } => positions.unit(),
            Holdings::Loans { .. } => self.public.tape_unit().unwrap_or(Unit::CENT),
        }
    }

    /// The controls of the claim under keys of a shape, and its witness, if it is true.
    pub fn claim<F: CommitmentField>(&self, shape: Shape) -> Result<([F; CONTROLS], Witness), Failure> {
        let commitments = self.commitments();
        if commitments.len() != shape.books() {
            return Err(InstanceError::OtherBooks { have: commitments.len(), shape }.into());
        }
        let proposition = self.public.proposition();
        let context = match self.context {
            Some(context) => F::from_limbs(context.limbs()).ok_or(Failure::Defect("a context beyond the field"))?,
            None => proposition.context(),
        };
        let (commitment, unit) = (consolidated(&commitments), self.unit());
        let controls = proposition.controls(shape, unit, commitment, context)?;
        let witness = match (&self.public, &self.holdings) {
            (PublicFiles::Market { mandate, set }, Holdings::Books { books, positions }) => {
                refuse_false_mandate(mandate, set, positions)?;
                let claim = MarketClaim::new(shape, mandate, set, unit, commitment, context)?;
                let books = books.iter().map(|(positions, opening)| (positions.clone(), opening.blinding())).collect();
                MarketWitness::consolidated(&claim, set, books)
                    .map_err(|problem| Failure::Option { option: "book", problem })?
                    .into()
            }
            (PublicFiles::Pool { deal, set }, Holdings::Loans { collateral, opening }) => {
                pool_witness::<F>(shape, deal, set.as_ref(), (collateral, opening))?.into()
            }
            _ => return Err(Failure::Defect("a book under a deal")),
        };
        Ok((controls, witness))
    }
}

fn read_books(options: &Prove, set: &ScenarioSet) -> Result<Holdings, Failure> {
    if options.book.len() != options.opening.len() {
        let (books, openings) = (options.book.len(), options.opening.len());
        return Err(Failure::Usage(format!(
            "{books} of --book and {openings} of --opening: give the opening of each book, in the order of the books"
        )));
    }
    let mut books = Vec::with_capacity(options.book.len());
    for (book, path) in options.book.iter().zip(&options.opening) {
        let opening = Opening::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))?;
        let positions = files::book(book)?.positions_as_committed(set, opening.unit(), opening.nav())?;
        if !opening.opens_to(set, &positions) {
            return Err(Failure::Mismatch(Mismatch::Opening {
                opening: path.clone(),
                book: book.clone(),
                scenarios: options.scenarios.clone().unwrap_or_default(),
            }));
        }
        books.push((positions, opening));
    }
    let positions = Positions::consolidated(books.iter().map(|(positions, _)| positions))
        .map_err(|problem| Failure::Option { option: "book", problem })?;
    Ok(Holdings::Books { books, positions })
}

/// The loans of a tape as a deal reads it.
pub fn collateral(tape: &Path, mapping: Option<&str>, deal: &Deal) -> Result<LoanPool, Failure> {
    let schema = deal.require_schema().map_err(of_deal)?;
    let name = tape.display().to_string();
    let tape = files::tape(tape, mapping)?;
    Ok(LoanPool::new(&tape, schema).map_err(|problem| InputError::in_file(&name, problem))?)
}

fn read_loans(options: &Prove, deal: &Deal) -> Result<Holdings, Failure> {
    let (Some(tape), [path]) = (&options.pool, &options.opening[..]) else {
        return Err(Failure::Usage("a pool has one --pool and one --opening".into()));
    };
    let opening = PoolOpening::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))?;
    let schema = deal.require_schema().map_err(of_deal)?;
    if opening.schema() != schema.digest() {
        return Err(Failure::Mismatch(Mismatch::Schema {
            opening: path.clone(),
            deal: options.deal.clone().unwrap_or_default(),
        }));
    }
    let collateral = collateral(tape, options.mapping.as_deref(), deal)?;
    if !opening.opens_to(&collateral) {
        return Err(Failure::Mismatch(Mismatch::PoolOpening { opening: path.clone(), tape: tape.clone() }));
    }
    Ok(Holdings::Loans { collateral, opening })
}

fn refuse_false_mandate(mandate: &Mandate, set: &ScenarioSet, positions: &Positions) -> Result<(), Failure> {
    let figures = mandate.evaluate(set, positions).map_err(InstanceError::HalfSpreads)?;
    if figures.iter().any(|figure| !figure.holds()) { Err(Failure::FalseClaim(figures)) } else { Ok(()) }
}

/// Exposures of a pool by the factors of a set: by grade, or by loan and grade.
pub fn exposures(collateral: &LoanPool, deal: &Deal, set: &ScenarioSet) -> Result<Vec<i64>, Failure> {
    let grades = deal.bucket_assumptions().map_err(of_deal)?.len();
    let factors = set.factors().len();
    if factors == grades {
        return Ok(collateral.exposures(grades));
    }
    let first = deal.require_schema().map_err(of_deal)?.names(Category::Grade).first().cloned().unwrap_or_default();
    if !factors.is_multiple_of(grades) || set.factors()[0] != format!("1:{first}") {
        let text = "the buckets of the scenarios are not the grades of the deal's tape; make them with 'scenarios credit' from this deal";
        return Err(InstanceError::Pool(text.into()).into());
    }
    let slots = factors / grades;
    if slots < collateral.loans().len() {
        return Err(Failure::Usage(format!(
            "the scenarios have {slots} slots and the pool has {} loans; make them with --granular of as many",
            collateral.loans().len()
        )));
    }
    Ok(collateral.granular_exposures(slots, grades))
}

/// Every claim of a deal with the pool's figure.
pub fn pool_figures(
    deal: &Deal,
    set: Option<&ScenarioSet>,
    collateral: &LoanPool,
) -> Result<Vec<PoolClaimFigure>, Failure> {
    let schema = deal.require_schema().map_err(of_deal)?;
    let mut figures = evaluate_all(deal.claims(), &PoolFigures::new(collateral), schema);
    if let (Some(set), Some(terms)) = (set, deal.terms()) {
        check_assumptions(deal, set)?;
        figures.extend(terms.evaluate(set, &exposures(collateral, deal, set)?));
    }
    Ok(figures)
}

fn pool_witness<F: CommitmentField>(
    shape: Shape,
    deal: &Deal,
    set: Option<&ScenarioSet>,
    (collateral, opening): (&LoanPool, &PoolOpening),
) -> Result<PoolWitness, Failure> {
    let most = shape.pool().map_or(0, |sizes| sizes.loans);
    if collateral.loans().len() > most {
        let have = collateral.loans().len();
        return Err(InstanceError::Pool(format!(
            "the pool has {have} loans, keys of shape {shape} hold at most {most}; make keys of a larger shape"
        ))
        .into());
    }
    let figures = pool_figures(deal, set, collateral)?;
    if figures.iter().any(|figure| !figure.holds) {
        return Err(Failure::FalsePoolClaim(figures));
    }
    let terms = PoolTerms::of(shape, deal, set)?;
    let thresholds = match (set, deal.terms()) {
        (Some(set), Some(terms)) => terms.thresholds(set, &exposures(collateral, deal, set)?),
        _ => Vec::new(),
    };
    Ok(PoolWitness::new::<F>(shape, &terms, collateral.clone(), opening.blinding(), thresholds))
}
