//! Errors by kind: an instance that cannot be stated, malformed bytes, a proof that is not valid.

use tailproof_core::echo::{clipped, echo};
use tailproof_core::error::RuleProblem;
use tailproof_core::scenarios::regenerate::Comparison;
use tailproof_core::{Mandate, Problem, ScenarioSet, Unit};

use crate::pool::PoolError;
use crate::shape::{RuleSizes, Shape, ShapeError};

/// The reason a claim cannot be stated for a shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// More scenarios than the shape has rows.
    #[error("the scenario set has {have} scenarios, keys of shape {shape} hold at most {}; make keys of a larger shape", shape.scenarios())]
    TooManyScenarios {
        /// Scenarios of the set.
        have: usize,
        /// The shape.
        shape: Shape,
    },
    /// More factors than the shape has columns.
    #[error("the scenario set has {have} factors, keys of shape {shape} hold at most {}; make keys of a larger shape", shape.factors())]
    TooManyFactors {
        /// Factors of the set.
        have: usize,
        /// The shape.
        shape: Shape,
    },
    /// A window in a ring of another number of slots.
    #[error(
        "the scenario set is a window of {have} rows in a ring, and keys of shape {shape} are a ring of {} slots: make the \
         set again over a window of {}, or take keys with {have} scenarios", shape.scenarios(), shape.scenarios()
    )]
    OtherRing {
        /// Rows of the set.
        have: usize,
        /// The shape.
        shape: Shape,
    },
    /// A slot behind the last one of the shape.
    #[error(
        "the scenario set stands in slot {slot}, and the slots of keys of shape {shape} are 0 to {}: make the set again in \
         one of them, or take keys with more scenarios", shape.scenarios() - 1
    )]
    NoSlot {
        /// Slot of the set.
        slot: usize,
        /// The shape.
        shape: Shape,
    },
    /// More clauses than a proof has thresholds.
    #[error("the mandate has clauses on VaR, CVaR and the worst loss; one proof holds two of them: write two mandates")]
    TooManyClauses,
    /// A clause on the book itself, under a shape without limits on the book.
    #[error("the clause '{clause}' takes keys with limits on the book, not of shape {shape}: {}", limits_advice(*shape))]
    NeedsLimits {
        /// The clause.
        clause: String,
        /// The shape.
        shape: Shape,
    },
    /// Cash, groups, a net asset value that is a sum, caps or costs that grow, under a shape without rules.
    #[error(
        "the mandate names cash, groups, caps or costs, or sums the net asset value, and takes keys with rules, not of shape {shape}: \
         make keys of shape {}", with_rules(*shape, *needs)
    )]
    NeedsRules {
        /// The shape.
        shape: Shape,
        /// Sizes of the mandate's rules.
        needs: RuleSizes,
    },
    /// Caps or costs that grow, under a shape without them.
    #[error("the mandate has caps or costs that grow, and keys of shape {shape} have not: make keys of shape {}", with_rules(*shape, *needs))]
    NeedsSizes {
        /// Sizes of the mandate's rules.
        needs: RuleSizes,
        /// The shape.
        shape: Shape,
    },
    /// Cash, groups or a net asset value that is a sum, over a covariance or a matrix of a margin.
    #[error(
        "parametric figures and margins are over a matrix, which has no columns of cash, no groups and no caps: write them in a mandate of \
         their own"
    )]
    RulesOverCovariance,
    /// Scenario inputs without the mandate, for a shape with clauses on groups, caps or costs that grow.
    #[error(
        "keys of shape {0} take the mandate's groups, caps and costs: their scenario inputs are made from a mandate"
    )]
    NeedsMandate(Shape),
    /// More clauses on groups than the shape holds.
    #[error(
        "the mandate has {} clauses on groups, each group of \"each\" counted, and keys of shape {shape} hold at most {}: \
         make keys of shape {}", needs.groups, shape.rules().map_or(0, |sizes| sizes.groups), with_rules(*shape, *needs)
    )]
    TooManyGroups {
        /// Sizes of the mandate's rules.
        needs: RuleSizes,
        /// The shape.
        shape: Shape,
    },
    /// A floor under VaR and a clause of another confidence, which need the same threshold.
    #[error(
        "a floor under VaR takes the second threshold, and so does the clause '{}' of another confidence: write two mandates", echo(.0)
    )]
    FloorAndOther(String),
    /// Prices in another currency than the mandate's: what currencies did to each other would be left out.
    #[error(
        "the mandate is in {}, and the prices of the scenario set were converted to {}: convert them to {}",
        echo(.mandate), echo(.base), echo(.mandate)
    )]
    OtherCurrency {
        /// Currency of the mandate.
        mandate: String,
        /// Currency of the set's prices.
        base: String,
    },
    /// A mandate under keys for a pool of loans.
    #[error(
        "keys of shape {0} are for a pool of loans, and a mandate is about a book; make keys of a shape such as 500x20"
    )]
    NotABook(Shape),
    /// Sizes that no shape holds.
    #[error("no shape holds a claim of these sizes")]
    NoShape,
    /// A clause that does not apply to this set, or half-spreads that do not fit its factors.
    #[error(transparent)]
    Clause(#[from] Problem),
    /// A scenario set that the mandate's rule for scenario sets does not allow.
    #[error(transparent)]
    Rule(#[from] RuleProblem),
    /// A covariance under a shape for scenarios, or the other way round.
    #[error(
        "the set holds {is}, and keys of shape {shape} are for the other kind; a covariance of N factors takes keys of shape \
         (N+1)xN+parametric, scenarios take TxN"
    )]
    ParametricShape {
        /// Description of the set.
        is: &'static str,
        /// The shape.
        shape: Shape,
    },
    /// The days of a P&L vector under a shape for scenarios, or the other way round.
    #[error(
        "the set holds {is}, and keys of shape {shape} are for the other kind; a P&L vector of T days takes keys of shape Tpnl, \
         scenarios take TxN"
    )]
    PnlShape {
        /// Description of the set.
        is: &'static str,
        /// The shape.
        shape: Shape,
    },
    /// A deal, its scenarios and a shape that do not fit each other.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// A book over other factors than the set's, or over the same factors in another order.
    #[error("the book was committed to over other factors than those of the scenario set")]
    OtherFactors,
    /// A number of commitments that is not the shape's number of sub-books.
    #[error(
        "{have} book(s), and keys of shape {shape} are for {}; make keys of the shape {}",
        shape.books(),
        if *have == 1 { "without +books".to_owned() } else { format!("with +{have}books") }
    )]
    OtherBooks {
        /// Commitments given.
        have: usize,
        /// The shape.
        shape: Shape,
    },
    /// Two confidences under a shape with one threshold.
    #[error(
        "the mandate has two confidences ({first} and {second}), keys of shape {shape} have one threshold; \
         make keys of shape {}", with_two_thresholds(*shape)
    )]
    TwoConfidences {
        /// Confidence of the first clause.
        first: String,
        /// Confidence of the second clause.
        second: String,
        /// The shape.
        shape: Shape,
    },
    /// A book unit coarser than the mandate accepts.
    #[error("{}", too_coarse(*unit, *coarsest))]
    UnitTooCoarse {
        /// Unit of the commitment.
        unit: Unit,
        /// Coarsest unit of the mandate.
        coarsest: Unit,
    },
}

/// Returns the refusal of a book unit, with the way out and what a finer unit would tell.
fn too_coarse(unit: Unit, coarsest: Unit) -> String {
    let named = "a mandate accepts a cent unless its `unit` names another";
    let way_out = format!("commit again in units of {coarsest}, or accept {unit} in the mandate's `unit`");
    let finer = (coarsest < Unit::CENT).then(|| coarsest.note()).flatten();
    let finer = finer.map(|note| format!("; {note}")).unwrap_or_default();
    format!(
        "the book was committed in units of {unit}, the mandate accepts {coarsest} or finer ({named}); {way_out}{finer}"
    )
}

impl InstanceError {
    /// Checks that a mandate accepts books in `unit`.
    ///
    /// # Errors
    /// The unit is coarser than the mandate accepts.
    pub fn check_unit(mandate: &Mandate, unit: Unit) -> Result<(), Self> {
        let coarsest = mandate.coarsest_unit();
        if unit > coarsest { Err(InstanceError::UnitTooCoarse { unit, coarsest }) } else { Ok(()) }
    }

    /// Checks that prices that were converted are in the currency of a mandate, if it names one.
    ///
    /// # Errors
    /// They are in another one.
    pub fn check_base(mandate: &Mandate, set: &ScenarioSet) -> Result<(), Self> {
        let currencies = set.generator().treatment().and_then(|treatment| treatment.currencies.as_ref());
        let Some(base) = currencies.map(|currencies| &currencies.base) else { return Ok(()) };
        match mandate.currency() {
            "" => Ok(()),
            own if own == base => Ok(()),
            own => Err(InstanceError::OtherCurrency { mandate: own.to_owned(), base: base.clone() }),
        }
    }

    /// Returns whether the public files themselves are refused: the claim is over scenarios that
    /// the mandate or the deal does not allow, or that are not those of the deal. Otherwise the claim does not
    /// fit the keys, or the files do not fit each other.
    pub fn is_verdict(&self) -> bool {
        matches!(
            self,
            InstanceError::Rule(_) | InstanceError::Pool(PoolError::NotItsHeaders | PoolError::Deal(Problem::Rule(_)))
        )
    }
}

/// Returns the shape with two thresholds, in place of one with one.
fn with_two_thresholds(shape: Shape) -> String {
    shape.to_string().replacen("/1", "", 1)
}

/// Returns the shape with rules of these sizes, in place of one without.
fn with_rules(shape: Shape, sizes: RuleSizes) -> String {
    let books = if shape.books() == 1 { String::new() } else { format!("+{}books", shape.books()) };
    format!("{}x{}{sizes}{books}", shape.scenarios(), shape.factors())
}

/// Returns advice about a clause on the book under a shape without limits on the book.
fn limits_advice(shape: Shape) -> String {
    if shape.is_parametric() {
        return "a covariance has none; prove the clause over scenarios, in a mandate of its own".into();
    }
    let books = if shape.books() == 1 { String::new() } else { format!("+{}books", shape.books()) };
    format!("make keys of shape {}x{}+limits{books}", shape.scenarios(), shape.factors())
}

/// The reason bytes or text from outside are not in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedError {
    /// A file of another kind.
    #[error("this is not a {expected}")]
    WrongKind {
        /// Name of the expected kind.
        expected: &'static str,
    },
    /// A file made by another version.
    #[error("{} has version {}, this program reads version {}", .what, echo(.found), .expected)]
    WrongVersion {
        /// Name of the kind of file.
        what: &'static str,
        /// Version of the file.
        found: String,
        /// The version read here.
        expected: u16,
    },
    /// A file about a pool whose circuit reads the digits of another layout.
    #[error("{what}: {}", ShapeError::OldPool)]
    OldPool {
        /// Name of the kind of file.
        what: &'static str,
    },
    /// A file made by another version, with advice on making it again.
    #[error("{} has version {}, this program reads version {}: {}", .what, echo(.found), .expected, .remedy)]
    OtherVersion {
        /// Name of the kind of file.
        what: &'static str,
        /// Version of the file.
        found: String,
        /// The version read here.
        expected: u16,
        /// Advice on getting a file of the version read here.
        remedy: &'static str,
    },
    /// A file that is cut off, too long, or changed.
    #[error("{what} is cut off or was changed: its {part} does not match its content")]
    Damaged {
        /// Name of the kind of file.
        what: &'static str,
        /// Name of the part that does not match.
        part: &'static str,
    },
    /// A verifying key with fewer or more input points than its shape has public inputs.
    #[error("the verifying key has {found} input points, a key of shape {shape} has {expected}")]
    InputPoints {
        /// Shape of the key.
        shape: Shape,
        /// Input points of the key.
        found: usize,
        /// Input points of a key of this shape.
        expected: usize,
    },
    /// A JSON or hex syntax error.
    #[error("{}", clipped(.0))]
    Syntax(String),
    /// A number that is not the one encoding of a field element.
    #[error("{}: expected 0x and 64 lower-case hex digits of a number below the field's modulus", echo(.field))]
    NotCanonical {
        /// Name of the field.
        field: String,
    },
    /// A point that is not on the curve, not in the subgroup, or at infinity.
    #[error("{}: the point is {}", echo(.field), .why)]
    BadPoint {
        /// Name of the point.
        field: String,
        /// The fault of the point.
        why: &'static str,
    },
    /// A field whose value this version does not know.
    #[error("{} is '{}', expected '{}'", .field, echo(.found), clipped(.expected))]
    Unexpected {
        /// Name of the field.
        field: &'static str,
        /// Value of the field.
        found: String,
        /// The value expected.
        expected: String,
    },
}

impl MalformedError {
    /// Returns the problem of a file, of which `what` is the kind, with the bytes of a shape that
    /// there is not.
    pub fn of_shape(what: &'static str, error: &ShapeError) -> Self {
        match error {
            ShapeError::OldPool => MalformedError::OldPool { what },
            ShapeError::NotAShape(_) => MalformedError::Damaged { what, part: "shape" },
        }
    }
}

/// The reason a well-formed proof does not prove the claim.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A pairing equation that does not hold.
    #[error("the proof is not a proof of this claim")]
    PairingFailed,
    /// The point at infinity as scenario point.
    #[error(
        "the scenario point is the point at infinity: it is that of no scenarios, over which every book meets a claim"
    )]
    NoScenarios,
    /// Scenario inputs for another shape than the key.
    #[error("the scenario inputs are for keys of shape {inputs}, the key is of shape {key}")]
    OtherShape {
        /// Shape of the key.
        key: Shape,
        /// Shape of the inputs.
        inputs: Shape,
    },
    /// A halo2 argument that does not hold.
    #[error("the proof is not a proof of this claim")]
    ArgumentFailed,
    /// A book unit coarser than the mandate accepts.
    #[error("{}", too_coarse(*unit, *coarsest))]
    UnitTooCoarse {
        /// Unit of the commitment.
        unit: Unit,
        /// Coarsest unit of the mandate.
        coarsest: Unit,
    },
    /// A valid proof about another commitment than the expected one.
    #[error("the proof is about commitment {}, and {} is expected: another book", echo(.proved), .known)]
    OtherCommitment {
        /// The commitment that the proof is about, in hex.
        proved: String,
        /// The commitment that is expected, in hex.
        known: String,
    },
    /// Keys that the caller's list withdraws.
    #[error("the keys {} are withdrawn", hex::encode(.0))]
    WithdrawnKeys([u8; 32]),
    /// Another scenario point than the caller expects.
    #[error("the scenario point of these files is {}, and {} is expected", echo(.computed), clipped(.expected))]
    OtherScenarioPoint {
        /// The point that follows from the scenario set and the key.
        computed: String,
        /// The point that is expected.
        expected: String,
    },
    /// Scenarios drawn with another seed than the caller expects, or not drawn at all.
    #[error("the scenarios were drawn with the seed {}, and {} is expected", echo(.found), clipped(.expected))]
    OtherSeed {
        /// The seed in the header, in hex; `none` if there is none.
        found: String,
        /// The seed that is expected, in hex.
        expected: String,
    },
    /// An attestor who was asked for and does not vouch for the commitment.
    #[error("{}", clipped(.0))]
    NotAttested(String),
    /// Two sub-books with one commitment.
    #[error("the commitment {} is that of two sub-books: one book would count twice", echo(.0))]
    SameSubBook(String),
    /// A mandate or deal that asks how its scenarios were made, and a set of which only the header says so.
    #[error(
        "[scenarios] asks for {}, and nothing shows it but the header of the set: give what the set is made from, or a \
         mandate or deal whose [scenarios] names the digest {}", clipped(.required), echo(.digest)
    )]
    ScenariosNotSettled {
        /// Requirements of the mandate that a header alone shows.
        required: String,
        /// Digest of the set, in hex.
        digest: String,
    },
    /// A mandate whose name asks how its scenarios were made, and a set of which only the header
    /// says so.
    #[error(
        "the mandate is called '{}', whose rule asks for {}, and nothing shows it but the header of the set: give what the \
         set is made from, or a mandate with the line `{}` above its clauses", echo(.name), clipped(.required), .line
    )]
    NameNotSettled {
        /// Name of the mandate.
        name: String,
        /// Requirements of the rule that a header alone shows.
        required: String,
        /// The rule with the digest of the set, as a line of a mandate's file.
        line: String,
    },
    /// A scenario set that differs from the one regenerated from its header and the sources at
    /// hand.
    #[error("the scenario set is not the one that its header and these sources make: {}", difference(*.0))]
    OtherScenarios(Comparison),
    /// A proof file that states another claim than the verifier's files.
    #[error("the proof is about another claim: its {} is {}, the files given make it {}", .field, clipped(.stated), clipped(.expected))]
    OtherClaim {
        /// Name of the differing part of the claim.
        field: &'static str,
        /// Value in the proof file.
        stated: String,
        /// Value that follows from the verifier's mandate and scenario set.
        expected: String,
    },
}

/// Returns a description of how a scenario set differs from the regenerated one.
fn difference(comparison: Comparison) -> String {
    match comparison {
        Comparison::Identical | Comparison::SameMoves => "it is the same".into(),
        Comparison::OtherSource(source) => format!("it was made from other {source}"),
        Comparison::OtherSet => "they make another set".into(),
    }
}

/// Checks that a file states what is expected of it.
pub(crate) fn differs(
    field: &'static str,
    stated: impl Into<String>,
    expected: impl Into<String>,
) -> Result<(), VerifyError> {
    let (stated, expected) = (stated.into(), expected.into());
    if stated == expected { Ok(()) } else { Err(VerifyError::OtherClaim { field, stated, expected }) }
}
