//! Claims with what proves them: a mandate goes with books, a deal with a pool of loans.

use tailproof_circuits::statement::Witness;
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_circuits::statement::pool::{MonthWitness, PoolWitness};
use tailproof_core::mandate::ClauseFigure;
use tailproof_core::measures::Losses;
use tailproof_core::pool::LoanPool;
use tailproof_core::pool::claims::PoolClaimFigure;
use tailproof_core::{Problem, Unit};
use tailproof_verifier::claim::{Claim, DealClaim, MandateClaim, RollClaim};
use tailproof_verifier::commitment::consolidated;
use tailproof_verifier::inputs::controls::CONTROLS;
use tailproof_verifier::pool::figures::{exposures, figures, month_figures};
use tailproof_verifier::pool::{PoolError, PoolTerms};
use tailproof_verifier::{Backend, InstanceError, MarketClaim, Shape};

use crate::holdings::{Books, Opened};
use crate::opening::Months;

/// The private figures of a claim.
#[derive(Clone, PartialEq, Eq)]
pub enum Figures {
    /// Those of a mandate's clauses.
    Mandate(Vec<ClauseFigure>),
    /// Those of a deal's claims.
    Deal(Vec<PoolClaimFigure>),
}

impl std::fmt::Debug for Figures {
    /// Shows no figure: errors that hold them end in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Figures").field("hold", &self.hold()).finish_non_exhaustive()
    }
}

impl Figures {
    /// Whether every clause or claim holds.
    pub fn hold(&self) -> bool {
        match self {
            Figures::Mandate(figures) => figures.iter().all(ClauseFigure::holds),
            Figures::Deal(figures) => figures.iter().all(|figure| figure.holds),
        }
    }
}

/// A claim that a prover proves about holdings of one kind. Sealed.
pub trait Provable: Clone + Into<Claim> + sealed::Stated {
    /// The holdings that the claim is about.
    type Holdings;

    /// Returns the private figures of the claim. Nothing is proved.
    ///
    /// # Errors
    /// Holdings that the claim cannot be about.
    fn evaluate(&self, held: &Self::Holdings) -> Result<Figures, InstanceError> {
        Ok(self.examine(held)?.0)
    }
}

pub(crate) mod sealed {
    use super::*;

    /// The integers of a claim about holdings.
    pub struct StatedClaim<B: Backend> {
        /// the control inputs
        pub controls: [B::Field; CONTROLS],
        /// the private part
        pub witness: Witness,
        /// the commitments of the sub-books
        pub commitments: Vec<B::Field>,
        /// value of a unit
        pub unit: Unit,
    }

    /// How a claim is stated for a circuit. Not for other crates.
    pub trait Stated {
        /// Work that figures and witness share.
        type Work;

        /// Returns the private figures of the claim, and the work that they share with the witness.
        #[doc(hidden)]
        fn examine(&self, held: &Self::Holdings) -> Result<(Figures, Self::Work), InstanceError>
        where
            Self: Provable;

        /// Returns the integers of the claim for a shape.
        #[doc(hidden)]
        fn state<B: Backend>(
            &self,
            shape: Shape,
            held: &Self::Holdings,
            work: Self::Work,
            context: B::Field,
        ) -> Result<StatedClaim<B>, InstanceError>
        where
            Self: Provable;
    }
}

/// Checks that every book was opened over the factors of the claim's scenarios.
fn check_factors(claim: &MandateClaim, held: &Books) -> Result<(), InstanceError> {
    let factors = claim.scenarios().factors_digest();
    let same = held.books().iter().all(|book| book.context() == factors);
    if same { Ok(()) } else { Err(InstanceError::OtherFactors) }
}

/// Checks that the loans were opened under the schema of the claim's deal.
fn check_schema(claim: &DealClaim, held: &Opened<LoanPool>) -> Result<(), InstanceError> {
    let schema = claim.deal().require_schema().map_err(PoolError::from)?;
    if held.context() == schema.digest() { Ok(()) } else { Err(PoolError::OtherSchema.into()) }
}

impl Provable for MandateClaim {
    type Holdings = Books;
}

impl sealed::Stated for MandateClaim {
    type Work = Losses;

    fn examine(&self, held: &Books) -> Result<(Figures, Losses), InstanceError> {
        check_factors(self, held)?;
        let (set, positions) = (self.scenarios(), held.sum());
        positions.check_kind(set.is_pnl()).map_err(Problem::from)?;
        let losses = Losses::new(set, positions);
        Ok((Figures::Mandate(self.mandate().evaluate_over(set, positions, &losses)?), losses))
    }

    fn state<B: Backend>(
        &self,
        shape: Shape,
        held: &Books,
        losses: Losses,
        context: B::Field,
    ) -> Result<sealed::StatedClaim<B>, InstanceError> {
        let commitments: Vec<B::Field> = held.books().iter().map(Opened::commitment::<B::Field>).collect();
        if commitments.len() != shape.books() {
            return Err(InstanceError::OtherBooks { have: commitments.len(), shape });
        }
        let (set, unit) = (self.scenarios(), held.unit());
        let claim = MarketClaim::new(shape, self.mandate(), set, unit, consolidated(&commitments), context)?;
        let books = held.books().iter().map(|book| (book.secret().clone(), book.blinding())).collect();
        let witness = MarketWitness::over_losses(&claim, set, &losses, books);
        Ok(sealed::StatedClaim { controls: claim.controls(), witness: witness.into(), commitments, unit })
    }
}

impl Provable for DealClaim {
    type Holdings = Opened<LoanPool>;
}

impl sealed::Stated for DealClaim {
    type Work = ();

    fn examine(&self, held: &Opened<LoanPool>) -> Result<(Figures, ()), InstanceError> {
        check_schema(self, held)?;
        Ok((Figures::Deal(figures(self.deal(), self.scenarios(), held.secret())?), ()))
    }

    fn state<B: Backend>(
        &self,
        shape: Shape,
        held: &Opened<LoanPool>,
        (): (),
        context: B::Field,
    ) -> Result<sealed::StatedClaim<B>, InstanceError> {
        let (deal, set, loans) = (self.deal(), self.scenarios(), held.secret());
        let terms = PoolTerms::from_deal(shape, deal, set)?;
        let most = shape.pool().map_or(0, |sizes| sizes.loans);
        if loans.loans().len() > most {
            return Err(PoolError::TooManyLoans { have: loans.loans().len(), shape }.into());
        }
        let thresholds = match (set, deal.terms()) {
            (Some(set), Some(terms)) => terms.thresholds(set, &exposures(loans, deal, set)?),
            _ => Vec::new(),
        };
        let commitment = held.commitment::<B::Field>();
        let controls = terms.controls(commitment, context);
        let witness = PoolWitness::new::<B::Field>(shape, &terms, loans.clone(), held.blinding(), thresholds);
        let unit = deal.require_schema().map_err(PoolError::from)?.unit();
        Ok(sealed::StatedClaim { controls, witness: witness.into(), commitments: vec![commitment], unit })
    }
}

impl Provable for RollClaim {
    type Holdings = Months;
}

impl sealed::Stated for RollClaim {
    type Work = ();

    fn examine(&self, held: &Months) -> Result<(Figures, ()), InstanceError> {
        let deal = self.deal();
        let schema = deal.require_schema().map_err(PoolError::from)?;
        let from = deal.month().ok_or(PoolError::TakesNoEarlierPool)?.from();
        let earlier = schema.at(from).map_err(PoolError::from)?;
        if held.after().context() != schema.digest() || held.before().context() != earlier.digest() {
            return Err(PoolError::OtherSchema.into());
        }
        let (before, after) = (held.before().secret(), held.after().secret());
        Ok((Figures::Deal(month_figures(deal, before, after, held.roll())?), ()))
    }

    fn state<B: Backend>(
        &self,
        shape: Shape,
        held: &Months,
        (): (),
        context: B::Field,
    ) -> Result<sealed::StatedClaim<B>, InstanceError> {
        let terms = PoolTerms::from_deal(shape, self.deal(), None)?;
        let most = shape.pool().map_or(0, |sizes| sizes.loans);
        for have in [held.before(), held.after()].map(|opened| opened.secret().loans().len()) {
            if have > most {
                return Err(PoolError::TooManyLoans { have, shape }.into());
            }
        }
        let commitments = [held.before(), held.after()].map(Opened::commitment::<B::Field>).to_vec();
        let controls = terms.controls(consolidated(&commitments), context);
        let (before, after) = (held.before(), held.after());
        let month = MonthWitness::new::<B::Field>(before.secret().clone(), before.blinding(), held.roll().clone());
        let witness = PoolWitness::new::<B::Field>(shape, &terms, after.secret().clone(), after.blinding(), Vec::new());
        let witness = witness.with_before(month);
        Ok(sealed::StatedClaim { controls, witness: witness.into(), commitments, unit: after.unit() })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use rand::rngs::OsRng;
    use tailproof_core::scenarios::generator::Generator;
    use tailproof_core::{Mandate, Positions, ScenarioSet};

    use crate::opening::commit;

    const MANDATE: &str =
        "name = \"Desk\"\nunit = \"USD\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.5\nlimit = 1000\n";

    fn books(factors: &[&str]) -> Books {
        let factors: Vec<String> = factors.iter().map(|name| (*name).to_owned()).collect();
        let book = || Positions::new(Unit::CENT, vec![1; factors.len()], 700).unwrap();
        let (_, opening) = commit(&book(), &factors[..], &mut OsRng);
        Books::new(vec![opening.open(book(), &factors).unwrap()]).unwrap()
    }

    /// As many factors by other names, the same in another order, and one more: none is evaluated.
    #[test]
    fn a_book_over_other_factors_than_the_scenarios_is_refused() {
        let (names, labels) = (["A", "B"].map(str::to_owned).to_vec(), ["1", "2"].map(str::to_owned).to_vec());
        let generator = Generator::Custom { description: "test".into() };
        let set = ScenarioSet::new(generator, names, labels, None, vec![1, 1], vec![-3, 2, 1, 4]).unwrap();
        let claim = MandateClaim::new(Mandate::from_toml("m.toml", MANDATE).unwrap(), set).unwrap();
        assert!(claim.evaluate(&books(&["A", "B"])).unwrap().hold());
        let shown = format!("{:?}", claim.evaluate(&books(&["A", "B"])).unwrap());
        assert_eq!(shown, "Figures { hold: true, .. }", "figures are private");
        for factors in [&["A", "C"][..], &["B", "A"], &["A", "B", "C"]] {
            assert_eq!(claim.evaluate(&books(factors)), Err(InstanceError::OtherFactors), "{factors:?}");
        }
    }
}
