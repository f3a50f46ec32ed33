//! The failures of a command, and the exit status of each kind.

use std::path::{Path, PathBuf};

use tailproof::bundle::BundleError;
use tailproof::commitments::CommitmentError;
use tailproof::core::error::{BookProblem, CashflowProblem, EventProblem, PriceProblem};
use tailproof::core::mandate::ClauseFigure;
use tailproof::core::pool::claims::PoolClaimFigure;
use tailproof::core::{Amount, InputError, Limit, Problem};
use tailproof::day::{DayError, PlanError};
use tailproof::ledger::{AuditError, StepError};
use tailproof::pool_ledger::{PoolAuditError, PoolStepError};
use tailproof::prover::ceremony::CeremonyError;
use tailproof::prover::groth16::ProveError;
use tailproof::prover::halo2::Halo2Error;
use tailproof::prover::setup::SetupError;
use tailproof::prover::snarkjs_files::FileError;
use tailproof::prover::snarkjs_files::zkey::ZkeyError;
use tailproof::store::StoreError;
use tailproof::table::{Setting, TableError, TableProblem};
use tailproof::verifier::ledger::LedgerError;
use tailproof::verifier::ledger::NoVerdict;
use tailproof::verifier::pool::{LossKind, PoolError};
use tailproof::verifier::shape::ShapeError;
use tailproof::verifier::{InstanceError, MalformedError, Shape, VerifyError};
use tailproof::{Figures, KeysError, Unproved};

/// A failed command.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A valid proof of a bundle whose terms nobody but the bundle vouches for.
    #[error("{0}")]
    FromBundle(String),
    /// A file that is no bundle.
    #[error("{}: {problem}", file.display())]
    Bundle {
        /// The file.
        file: PathBuf,
        /// The problem.
        problem: BundleError,
    },
    /// A day that was not done to its end.
    #[error("{}", about_day(.0))]
    Day(DayError),
    /// A false claim.
    #[error("{}", false_figures(.0))]
    FalseClaim(Figures),
    /// Keys that do not make a prover.
    #[error(transparent)]
    Keys(KeysError),
    /// A proof that was made and does not verify.
    #[error("the proof that was made does not verify: this key is not to be trusted; make keys again")]
    UntrustedKey,
    /// A proof file that was not verified as valid.
    #[error(transparent)]
    NoVerdict(NoVerdict),
    /// A proof that makes no step of a ledger.
    #[error("{}", about_step(.0))]
    Step(StepError),
    /// A command of several files that stopped between them: each is whole, and the same command goes on.
    #[error("{failure}; written before: {}; run it again to go on", named(.written))]
    Partly {
        /// The reason.
        failure: Box<Failure>,
        /// The files that were written.
        written: Vec<PathBuf>,
    },
    /// A ledger that was not accepted.
    #[error(transparent)]
    Audit(AuditError),
    /// A proof that makes no step of a ledger of a pool.
    #[error("{}: {problem}", file.display())]
    PoolStep {
        /// The ledger.
        file: PathBuf,
        /// Reason for the refusal.
        problem: PoolStepError,
    },
    /// A ledger of a pool that was not accepted.
    #[error(transparent)]
    PoolAudit(PoolAuditError),
    /// A proof that does not prove the claim.
    #[error(transparent)]
    NotValid(#[from] VerifyError),
    /// Scenarios that the mandate does not allow, or that the deal does not make.
    #[error("{}", about_instance(.0))]
    NotAllowed(InstanceError),
    /// A valid proof whose verdict rests on things that a strict verifier does not take on trust.
    #[error("the proof is valid, and the verdict is not strict: {0}")]
    NotStrict(String),
    /// A batch in which some claims are false.
    #[error("{0}")]
    SomeFalse(String),
    /// A batch that stopped.
    #[error(
        "{cause}; the batch stopped, with {proofs} proof(s) in place: {} says which were written", results.display()
    )]
    Stopped {
        /// The failure, which names no book if it is one of the key.
        cause: Box<Failure>,
        /// Proofs that were made or kept.
        proofs: usize,
        /// The table of results.
        results: PathBuf,
    },
    /// Figures of a file whose proofs were not verified.
    #[error("{0}")]
    NotVerified(String),
    /// A scenario set that differs from the one regenerated from its header.
    #[error("{0}")]
    NotIdentical(String),
    /// A faulty table or mandate.
    #[error("{}", with_advice(.0))]
    Input(#[from] InputError),
    /// A table that cannot be read, or not without a choice.
    #[error("{}", with_option(.0))]
    Table(#[from] TableError),
    /// Options or files that do not fit each other.
    #[error("{0}")]
    Usage(String),
    /// A step that cannot come next in a ledger.
    #[error("{}: {problem}", file.display())]
    Ledger {
        /// The ledger.
        file: PathBuf,
        /// Reason for the refusal.
        problem: LedgerError,
    },
    /// An option with a faulty value.
    #[error("--{option}: {problem}{}", advised(problem))]
    Option {
        /// Name of the option.
        option: &'static str,
        /// The problem.
        problem: Problem,
    },
    /// A proof, key, opening or commitment file that is malformed.
    #[error("{}: {problem}", file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// The problem.
        problem: MalformedError,
    },
    /// A claim that cannot be stated for the keys.
    #[error("{}", about_instance(.0))]
    Instance(#[from] InstanceError),
    /// A text that is not a shape.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// Files that do not fit each other.
    #[error("{0}")]
    Mismatch(Mismatch),
    /// A failed operation on a file.
    #[error("cannot {verb} {}: {error}", file.display())]
    Io {
        /// Name of the operation.
        verb: &'static str,
        /// The file.
        file: PathBuf,
        /// Error of the operating system.
        error: std::io::Error,
    },
    /// A failure to write files.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file that would be overwritten.
    #[error("{} exists and is not replaced; {advice}", file.display())]
    Exists {
        /// The file.
        file: PathBuf,
        /// Advice to the user.
        advice: &'static str,
    },
    /// A request for keys without a ceremony that does not state this explicitly.
    #[error(
        "keygen makes keys alone, for development: ask for them with --insecure-dev, or make them with others by `tailproof ceremony`"
    )]
    NeedsInsecureDev,
    /// A failure of key generation.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A failure of the Groth16 prover.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// A ceremony that was refused, or a file that it reads.
    #[error("{}: {problem}", file.display())]
    Ceremony {
        /// The file.
        file: PathBuf,
        /// The problem.
        problem: CeremonyError,
    },
    /// A commitment file of the other kind, or without a commitment for the proof system.
    #[error("{}: {problem}", file.display())]
    Commitment {
        /// The file.
        file: PathBuf,
        /// The problem.
        problem: CommitmentError,
    },
    /// Keys that no `.zkey` is written of.
    #[error("{}: {error}; make keys for them with --power-of-two-domain of `tailproof keygen` or `tailproof ceremony new`", folder.display())]
    Zkey {
        /// Folder of the keys.
        folder: PathBuf,
        /// The reason.
        error: ZkeyError,
    },
    /// An option that the backend does not support.
    #[error("{what} is not supported by the backend {backend}")]
    OtherBackend {
        /// Name of the option or file.
        what: &'static str,
        /// The backend.
        backend: &'static str,
    },
    /// A failure of the halo2 prover.
    #[error(transparent)]
    Halo2(#[from] Halo2Error),
    /// A panic, whose message was printed.
    #[error(
        "the program panicked: if memory or threads ran out, give it more; otherwise this is a defect of tailproof, please report it"
    )]
    Panicked,
    /// A failed self-check of the program.
    #[error("{0}; this is a defect of tailproof, please report it")]
    Defect(&'static str),
}

/// The severity of a failure, which determines its label and exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Severity {
    /// Bad input, or an error of the operating system.
    Error,
    /// A false claim.
    Refused,
    /// A verdict: not valid.
    NotValid,
    /// A verdict: not identical.
    NotIdentical,
    /// No verdict, where figures without one are shown.
    NotVerified,
}

impl Severity {
    fn word(self) -> &'static str {
        match self {
            Severity::Error => "error:",
            Severity::Refused => "refused:",
            Severity::NotValid => "NOT VALID:",
            Severity::NotIdentical => "not identical:",
            Severity::NotVerified => "NOT VERIFIED:",
        }
    }
}

/// A mismatch between files.
#[derive(Debug, thiserror::Error)]
pub enum Mismatch {
    /// An opening that does not open to the book over the scenario set.
    #[error(
        "the opening {} does not open to the book {}: the book, its file, or the list of factors of {} changed after the \
         commitment was made; commit again", opening.display(), book.display(), scenarios.display()
    )]
    Opening {
        /// Opening file.
        opening: PathBuf,
        /// Book file.
        book: PathBuf,
        /// Scenario file.
        scenarios: PathBuf,
    },
    /// An opening that does not open to the tape.
    #[error("the opening {} does not open to the tape {}: a loan changed after the commitment was made; commit again", opening.display(), tape.display())]
    PoolOpening {
        /// Opening file.
        opening: PathBuf,
        /// Tape file.
        tape: PathBuf,
    },
    /// An opening of a tape with another schema than the deal's.
    #[error("the opening {} is of a tape with other columns, names or unit than the [tape] of {}; commit again with that deal", opening.display(), deal.display())]
    Schema {
        /// Opening file.
        opening: PathBuf,
        /// Deal file.
        deal: PathBuf,
    },
    /// A proof made with other keys.
    #[error("the proof was made with other keys (shape {proof_shape}, verifying key {proof_keys}) than {} (shape {shape}, {keys})", folder.display())]
    Keys {
        /// Shape of the proof.
        proof_shape: Shape,
        /// Key digest of the proof.
        proof_keys: String,
        /// Folder of the keys given.
        folder: PathBuf,
        /// Shape of the keys given.
        shape: Shape,
        /// Digest of the keys given.
        keys: String,
    },
    /// Two keys in one folder that are not a pair.
    #[error("proving.key and verifying.key in {} are not of one pair; make keys again", .0.display())]
    KeyPair(PathBuf),
    /// Keys for another version of the circuit.
    #[error("the keys in {} are for another version of the circuit (they say {found}, this program makes {expected}); make keys again with this version", folder.display())]
    Circuit {
        /// Folder of the keys.
        folder: PathBuf,
        /// Digest in the keys.
        found: String,
        /// Digest of this program's circuit.
        expected: String,
    },
    /// A proof about another commitment than the file's.
    #[error("the proof is about commitment {proof}, {} is {file_commitment}", file.display())]
    Commitment {
        /// Commitment of the proof.
        proof: String,
        /// Commitment file.
        file: PathBuf,
        /// Commitment in the file.
        file_commitment: String,
    },
}

impl From<Unproved> for Failure {
    fn from(unproved: Unproved) -> Self {
        match unproved {
            Unproved::FalseClaim(figures) => Failure::FalseClaim(figures),
            Unproved::Instance(error) => error.into(),
            Unproved::Groth16(error) => error.into(),
            Unproved::Halo2(error) => error.into(),
            Unproved::NotTrusted => Failure::UntrustedKey,
            Unproved::Scenarios(error) => error.into(),
            Unproved::OtherShape { statement, keys } => {
                Failure::Usage(format!("the claim is stated for shape {statement}, the keys are for {keys}"))
            }
            _ => Failure::Defect("no proof was made, for a reason that has no name"),
        }
    }
}

impl From<DayError> for Failure {
    fn from(error: DayError) -> Self {
        match error {
            DayError::Input(error) => error.into(),
            DayError::Store(error) => error.into(),
            DayError::Table(error) => error.into(),
            DayError::Instance(error) if error.is_verdict() => Failure::NotAllowed(error),
            DayError::Instance(error) => error.into(),
            other => Failure::Day(other),
        }
    }
}

/// Returns the names of files.
fn named(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// Returns why a day was not done, with what helps.
fn about_day(error: &DayError) -> String {
    match error {
        DayError::Plan(PlanError::LeftOut { first, .. }) => format!("{error} (tailproof day {first})"),
        DayError::Plan(PlanError::Unpriced { open, .. }) => format!("{error} (if that is right: --missed {open})"),
        DayError::Plan(PlanError::PricesEnd { open, .. }) => {
            format!("{error} (if there was no trading on {open}: --missed {open})")
        }
        DayError::NoLoss { date, .. } => format!(
            "{error} (missing = \"carry\" under [treatment] takes the price before; or give the day up, which then counts as an \
             exceedance: --missed {date})"
        ),
        DayError::NoOpening { date, .. } | DayError::OtherScenarios { date, .. } => {
            format!("{error} (to give it up: --missed {date})")
        }
        error => error.to_string(),
    }
}

fn false_figures(figures: &Figures) -> String {
    match figures {
        Figures::Mandate(figures) => false_claim(figures),
        Figures::Deal(figures) => false_pool_claim(figures),
    }
}

fn false_pool_claim(figures: &[PoolClaimFigure]) -> String {
    let broken: Vec<String> = figures
        .iter()
        .filter(|figure| !figure.holds)
        .map(|figure| format!("'{}' (the figure is {})", figure.sentence, figure.figure))
        .collect();
    format!("the pool does not meet the deal: {}", broken.join("; "))
}

fn false_claim(figures: &[ClauseFigure]) -> String {
    let broken: Vec<String> = figures
        .iter()
        .filter(|figure| !figure.holds())
        .map(|figure| {
            let (name, value) = (figure.name(), exact(figure.figure));
            let amount = |limit: Limit, amount: Amount| match limit {
                Limit::Absolute(_) => limit.to_string(),
                Limit::NavFraction(_) => format!("{limit} ({})", exact(amount)),
                Limit::None => limit.to_string(),
            };
            if let (Some(_), Some(cap)) = (&figure.factor, figure.limit) {
                return format!("the {name} is {value}, above its cap {}", exact(cap));
            }
            let (floor, limit) = (figure.clause.floor.zip(figure.floor), figure.limit.unwrap_or(figure.figure));
            match floor {
                Some((floor, floor_amount)) if !figure.above_floor => {
                    format!("the {name} is {value}, below the floor {}", amount(floor, floor_amount))
                }
                _ => format!("the {name} is {value}, above the limit {}", amount(figure.clause.limit, limit)),
            }
        })
        .collect();
    format!("the book does not meet the mandate: {}", broken.join("; "))
}

/// Returns advice that names the options that solve a problem. Libraries do not know the options.
pub fn advice(problem: &Problem) -> Option<&'static str> {
    match problem.innermost() {
        Problem::NotSemidefinite => Some("--repair clip"),
        Problem::NotAMove { .. } => Some("--percent"),
        Problem::NegativeValueAtRisk(_) => Some("--var-sign negative"),
        Problem::Event(EventProblem::NoRow { .. }) => Some("--no-row before takes the row before, if it is near"),
        Problem::PriceNotPositive(_) => Some(
            "--moves FILE, with the row FACTOR,absolute; or --window T, which begins later; or --factors without it",
        ),
        Problem::OutOfRange { what, .. } if what.starts_with("the return of") => {
            Some("--window T begins after it, or --factors leaves the factor out")
        }
        Problem::Prices(problem) => about_prices(problem),
        Problem::MissingNav { .. } => Some("--nav"),
        Problem::Book(BookProblem::NavOfWeights | BookProblem::SumOfDeltas) => Some("--nav AMOUNT"),
        Problem::Book(BookProblem::NoFactor { similar: None, .. }) => {
            Some("prices that hold it, or a proxy when the set is made: --proxy NEW=INDEX of `tailproof scenarios`")
        }
        Problem::UnitTooSmall { .. } | Problem::OtherUnit { .. } => Some("--unit"),
        Problem::Cashflow(CashflowProblem::NoValueClaim) => Some("leave out --assumptions"),
        Problem::SlotsOverNodes => Some("--granular goes with --paths and --seed"),
        Problem::NeedsColumn { greek: "gamma", .. } => Some("made by `tailproof scenarios historical --gamma`"),
        Problem::NeedsColumn { .. } => Some("made by `tailproof scenarios historical --implied-volatility`"),
        Problem::NeedsCovariance { .. } => Some("one is made by `tailproof scenarios covariance`"),
        Problem::NeedsMargin { .. } => Some("one is made by `tailproof scenarios margin`"),
        _ => None,
    }
}

/// Returns the options that solve a problem of prices.
fn about_prices(problem: &PriceProblem) -> Option<&'static str> {
    Some(match problem {
        PriceProblem::Missing { .. } => {
            "--window T uses the newest T moves alone; --missing drop-day, carry or drop-factor deals with missing prices"
        }
        PriceProblem::NothingToCarry { .. } => "--window T, or --missing drop-day or drop-factor",
        PriceProblem::MissingRate { .. } => "--missing drop-day, or --missing carry",
        PriceProblem::LooksLikeReturns => "--returns",
        PriceProblem::OneInstrument(_) => "--field Close, or --factors Close",
        PriceProblem::NoPricesOf { .. } => "--proxy NEW=INDEX gives it the moves of another factor",
        PriceProblem::NoCurrency(_) => "--currencies FILE",
        PriceProblem::NoRates { .. } | PriceProblem::RatesNeeded(_) => "--rates FILE",
        PriceProblem::NoStep => "--moves FILE",
        PriceProblem::SumOfSteps => "--nav AMOUNT",
        _ => return None,
    })
}

/// Returns the text of an error about input, with advice on its problem.
fn with_advice(error: &InputError) -> String {
    format!("{error}{}", advised(&error.problem))
}

/// Returns the text of an error about a table, with the option that settles it.
fn with_option(error: &TableError) -> String {
    let option = match (&error.problem, error.problem.setting()) {
        (TableProblem::Input(problem), _) => advice(problem),
        (_, Some(Setting::DateOrder)) => Some("--date-order dmy, or --date-order mdy"),
        (_, Some(Setting::Decimal)) => Some("--decimal point, or --decimal comma"),
        (_, Some(Setting::Separator)) => Some("--separator"),
        (_, Some(Setting::Sheet)) => Some("--sheet NAME"),
        (_, Some(Setting::Field)) => Some("--field Close, or --field \"Adj Close\""),
        (_, Some(Setting::Factors)) => Some("--factors A,B takes the columns of these names alone"),
        (_, Some(Setting::MoveUnit)) => Some("--percent"),
        (_, Some(Setting::Weights)) => Some("--weights COLUMN"),
        (_, Some(Setting::From)) => Some("--from DATE"),
        (_, Some(Setting::VarSign)) => Some("--var-sign positive"),
        (_, Some(Setting::Period)) => Some("--period"),
        (_, None) => None,
    };
    format!("{error}{}", option.map(|option| format!(" ({option})")).unwrap_or_default())
}

/// Returns the text of an error about a claim, with advice on the problem behind it.
fn about_instance(error: &InstanceError) -> String {
    match error {
        InstanceError::Clause(problem) => {
            format!("{error}{}", advised(problem))
        }
        InstanceError::Pool(PoolError::NeedsAssumptions(_)) => format!("{error} (--assumptions FILE)"),
        InstanceError::Pool(problem) => format!("{error}{}", about_scenarios(problem)),
        error => error.to_string(),
    }
}

/// Returns the command that makes scenarios of a deal's losses.
pub fn scenarios_of(kind: LossKind) -> &'static str {
    match kind {
        LossKind::Credit => "tailproof scenarios credit --deal DEAL --model MODEL --rho R",
        LossKind::Collateral => "tailproof scenarios collateral --deal DEAL --prices PRICES",
    }
}

/// Returns the command that makes the scenarios that a deal needs, as it stands behind a message.
fn about_scenarios(problem: &PoolError) -> String {
    let kind = match problem {
        PoolError::LossesNeedScenarios(kind)
        | PoolError::NeedsScenariosOf { kind, .. }
        | PoolError::OtherBuckets { kind, .. } => *kind,
        PoolError::NotCreditScenarios | PoolError::OtherAssumptions | PoolError::NotItsHeaders => LossKind::Credit,
        PoolError::NotOfCollateral | PoolError::OtherCollateral => LossKind::Collateral,
        _ => return String::new(),
    };
    format!(" ({})", scenarios_of(kind))
}

/// Returns why a proof makes no step of a ledger, with the command that makes the scenarios of a
/// realised loss.
fn about_step(error: &StepError) -> String {
    match error {
        StepError::NotTheDay { .. } | StepError::NotPlain { .. } => {
            format!("{error} (tailproof scenarios historical --window 1, with prices up to that day)")
        }
        StepError::OtherHorizon { .. } | StepError::NoHorizon { .. } => {
            format!("{error} (tailproof scenarios historical --horizon 1, with prices up to the day before)")
        }
        StepError::SeveralDays { .. } => format!("{error} (tailproof scenarios historical --window 1 --missing carry)"),
        error => error.to_string(),
    }
}

/// Returns the advice as it stands behind a message.
fn advised(problem: &Problem) -> String {
    advice(problem).map(|advice| format!(" ({advice})")).unwrap_or_default()
}

/// Returns an amount to a millionth, as limits are printed, so that figure and limit can be told
/// apart.
fn exact(figure: Amount) -> String {
    Limit::Absolute(figure.to_decimal()).to_string()
}

impl Failure {
    /// Returns the label that precedes the message.
    pub fn kind(&self) -> &'static str {
        self.severity().word()
    }

    /// Returns 1 for a false claim or a verdict that something is not valid, 2 for bad input.
    pub fn exit_code(&self) -> u8 {
        if self.severity() == Severity::Error { 2 } else { 1 }
    }

    fn severity(&self) -> Severity {
        match self {
            Failure::Partly { failure, .. } => failure.severity(),
            Failure::FalseClaim(_) => Severity::Refused,
            Failure::Instance(error) if error.is_verdict() => Severity::Refused,
            Failure::NotStrict(_) | Failure::SomeFalse(_) => Severity::Refused,
            Failure::NotIdentical(_) => Severity::NotIdentical,
            Failure::NotVerified(_) => Severity::NotVerified,
            Failure::FromBundle(_) => Severity::NotValid,
            Failure::NotValid(_) | Failure::NotAllowed(_) | Failure::Mismatch(Mismatch::Commitment { .. }) => {
                Severity::NotValid
            }
            Failure::NoVerdict(problem) if problem.is_verdict() => Severity::NotValid,
            Failure::Audit(problem) if problem.is_verdict() => Severity::NotValid,
            Failure::PoolAudit(problem) if problem.is_verdict() => Severity::NotValid,
            Failure::Ceremony {
                problem: CeremonyError::Record(_) | CeremonyError::WrongPoints(_) | CeremonyError::NoContribution,
                ..
            } => Severity::NotValid,
            _ => Severity::Error,
        }
    }

    /// Returns the failure of a command that writes file after file, with those that it has written.
    pub fn between_files(self, written: Vec<PathBuf>) -> Self {
        if written.is_empty() || self.exit_code() != 2 {
            return self;
        }
        Self::Partly { failure: Box::new(self), written }
    }

    /// Returns a function that attributes a [`MalformedError`] to `file`.
    pub fn malformed(file: &Path) -> impl FnOnce(MalformedError) -> Failure + '_ {
        move |problem| Failure::Malformed { file: file.to_owned(), problem }
    }

    /// Returns a function that attributes a ceremony error to the file `read`. I/O errors are
    /// attributed to the file they occurred on.
    pub fn ceremony<'f>(read: &'f Path, written: &'f Path) -> impl FnOnce(CeremonyError) -> Failure + 'f {
        move |problem| match problem {
            CeremonyError::File(FileError::Io(error)) => Failure::io("read", read)(error),
            CeremonyError::File(FileError::Write(error)) => Failure::io("write", written)(error),
            problem => Failure::Ceremony { file: read.to_owned(), problem },
        }
    }

    /// Returns a function that attributes an I/O error to `file` and the operation `verb`.
    pub fn io<'f>(verb: &'static str, file: &'f Path) -> impl FnOnce(std::io::Error) -> Failure + 'f {
        move |error| Failure::Io { verb, file: file.to_owned(), error }
    }
}
