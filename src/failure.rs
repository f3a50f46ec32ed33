//! How a command can fail, and the exit status of each kind.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tailproof::commitments::CommitmentError;
use tailproof::ledger::{AuditError, StepError};
use tailproof::{Figures, KeysError, Unproved};
use tailproof_core::mandate::ClauseFigure;
use tailproof_core::pool::claims::PoolClaimFigure;
use tailproof_core::{Amount, InputError, Limit, Problem};
use tailproof_prover::ceremony::CeremonyError;
use tailproof_prover::groth16::ProveError;
use tailproof_prover::halo2::Halo2Error;
use tailproof_prover::setup::SetupError;
use tailproof_prover::snarkjs_files::FileError;
use tailproof_verifier::ledger::LedgerError;
use tailproof_verifier::ledger::NoVerdict;
use tailproof_verifier::shape::ShapeError;
use tailproof_verifier::{InstanceError, MalformedError, Shape, VerifyError};

/// A failed command.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// the claim is false
    #[error("{}", false_figures(.0))]
    FalseClaim(Figures),
    /// keys that make no prover
    #[error(transparent)]
    Keys(KeysError),
    /// a proof that has no verdict that it is valid
    #[error(transparent)]
    NoVerdict(NoVerdict),
    /// a proof that makes no step of a ledger
    #[error("{}", about_step(.0))]
    Step(StepError),
    /// a ledger that was audited
    #[error(transparent)]
    Audit(AuditError),
    /// the proof does not prove the claim
    #[error(transparent)]
    NotValid(#[from] VerifyError),
    /// a scenario set that its header does not make again
    #[error("{0}")]
    NotIdentical(String),
    /// a table or a mandate
    #[error("{}", with_advice(.0))]
    Input(#[from] InputError),
    /// options or files that do not go together
    #[error("{0}")]
    Usage(String),
    /// a step that does not belong into a ledger
    #[error("{}: {problem}", file.display())]
    Ledger {
        /// the ledger
        file: PathBuf,
        /// why
        problem: LedgerError,
    },
    /// an option
    #[error("--{option}: {problem}{}", advised(problem))]
    Option {
        /// its name
        option: &'static str,
        /// what is wrong with it
        problem: Problem,
    },
    /// a proof, key, opening or commitment file
    #[error("{}: {problem}", file.display())]
    Malformed {
        /// the file
        file: PathBuf,
        /// what is wrong with it
        problem: MalformedError,
    },
    /// the claim cannot be stated for the keys
    #[error("{}", about_instance(.0))]
    Instance(#[from] InstanceError),
    /// not a shape
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// files that do not belong together
    #[error("{0}")]
    Mismatch(Mismatch),
    /// an operation on a file
    #[error("cannot {verb} {}: {error}", file.display())]
    Io {
        /// what was tried
        verb: &'static str,
        /// the file
        file: PathBuf,
        /// what the system says
        error: std::io::Error,
    },
    /// a file that would be replaced
    #[error("{} exists and is not replaced; {advice}", file.display())]
    Exists {
        /// the file
        file: PathBuf,
        /// what to do
        advice: &'static str,
    },
    /// keys without a ceremony were not asked for by name
    #[error(
        "keygen makes keys alone, for development: ask for them with --insecure-dev, or make them with others by `tailproof ceremony`"
    )]
    NeedsInsecureDev,
    /// key generation
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// the prover
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// a ceremony, or a file that it reads
    #[error("{}: {problem}", file.display())]
    Ceremony {
        /// the file
        file: PathBuf,
        /// what is wrong
        problem: CeremonyError,
    },
    /// a commitment file that is not of what the proof is about
    #[error("{}: {problem}", file.display())]
    Commitment {
        /// the file
        file: PathBuf,
        /// what is wrong with it
        problem: CommitmentError,
    },
    /// something that the backend does not have
    #[error("{what} is not for the backend {backend}")]
    OtherBackend {
        /// what was given
        what: &'static str,
        /// the backend
        backend: &'static str,
    },
    /// the halo2 prover
    #[error(transparent)]
    Halo2(#[from] Halo2Error),
    /// a self-check of the program failed
    #[error("{0}; this is a defect of tailproof, please report it")]
    Defect(&'static str),
}

/// How a failure is told, and with which status the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Severity {
    /// bad input, or something of the system
    Error,
    /// a false claim
    Refused,
    /// a verdict: not valid
    NotValid,
    /// a verdict: not identical
    NotIdentical,
}

impl Severity {
    fn word(self) -> &'static str {
        match self {
            Severity::Error => "error:",
            Severity::Refused => "refused:",
            Severity::NotValid => "NOT VALID:",
            Severity::NotIdentical => "not identical:",
        }
    }
}

/// Files that do not belong together.
#[derive(Debug, thiserror::Error)]
pub enum Mismatch {
    /// book, opening and scenario set
    #[error(
        "the opening {} does not open to the book {}: the book, its file, or the list of factors of {} changed after the \
         commitment was made; commit again", opening.display(), book.display(), scenarios.display()
    )]
    Opening {
        /// opening file
        opening: PathBuf,
        /// book file
        book: PathBuf,
        /// scenario file
        scenarios: PathBuf,
    },
    /// tape and opening
    #[error("the opening {} does not open to the tape {}: a loan changed after the commitment was made; commit again", opening.display(), tape.display())]
    PoolOpening {
        /// opening file
        opening: PathBuf,
        /// tape
        tape: PathBuf,
    },
    /// deal and opening
    #[error("the opening {} is of a tape with other columns, names or unit than the [tape] of {}; commit again with that deal", opening.display(), deal.display())]
    Schema {
        /// opening file
        opening: PathBuf,
        /// deal
        deal: PathBuf,
    },
    /// proof and keys
    #[error("the proof was made with other keys (shape {proof_shape}, verifying key {proof_keys}) than {} (shape {shape}, {keys})", folder.display())]
    Keys {
        /// shape of the proof
        proof_shape: Shape,
        /// key digest of the proof
        proof_keys: String,
        /// folder of the keys given
        folder: PathBuf,
        /// their shape
        shape: Shape,
        /// their digest
        keys: String,
    },
    /// two keys in one folder
    #[error("proving.key and verifying.key in {} are not of one pair; make keys again", .0.display())]
    KeyPair(PathBuf),
    /// keys and program
    #[error("the keys in {} are for another version of the circuit (they say {found}, this program makes {expected}); make keys again with this version", folder.display())]
    Circuit {
        /// folder of the keys
        folder: PathBuf,
        /// digest in the keys
        found: String,
        /// digest here
        expected: String,
    },
    /// proof and commitment
    #[error("the proof is about commitment {proof}, {} is {file_commitment}", file.display())]
    Commitment {
        /// commitment of the proof
        proof: String,
        /// commitment file
        file: PathBuf,
        /// its commitment
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
            _ => Failure::Defect("the proof that was made does not verify: the proving key is not to be trusted"),
        }
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
            let (name, value) = (figure.clause.figure_name(), exact(figure.figure));
            let amount = |limit: Limit, amount: Amount| match limit {
                Limit::Absolute(_) => limit.to_string(),
                Limit::NavFraction(_) => format!("{limit} ({amount})"),
            };
            match (figure.clause.floor, figure.floor) {
                (Some(floor), Some(floor_amount)) if !figure.above_floor => {
                    format!("the {name} is {value}, below the floor {}", amount(floor, floor_amount))
                }
                _ => format!("the {name} is {value}, above the limit {}", amount(figure.clause.limit, figure.limit)),
            }
        })
        .collect();
    format!("the book does not meet the mandate: {}", broken.join("; "))
}

/// Returns the options by which a problem is solved, which libraries do not know.
pub fn advice(problem: &Problem) -> Option<&'static str> {
    match problem.innermost() {
        Problem::NotSemidefinite => Some("--repair clip"),
        Problem::MissingNav { .. } => Some("--nav"),
        Problem::UnitTooSmall { .. } | Problem::OtherUnit { .. } => Some("--unit"),
        Problem::SlotsOverNodes => Some("--granular goes with --paths and --seed"),
        Problem::NeedsColumn { greek: "gamma", .. } => Some("made by `tailproof scenarios historical --gamma`"),
        Problem::NeedsColumn { .. } => Some("made by `tailproof scenarios historical --implied-volatility`"),
        Problem::NeedsCovariance { .. } => Some("one is made by `tailproof scenarios covariance`"),
        _ => None,
    }
}

/// Returns an error about input with the advice for its problem.
fn with_advice(error: &InputError) -> String {
    format!("{error}{}", advised(&error.problem))
}

/// Returns an error about a claim with the advice for the problem behind it.
fn about_instance(error: &InstanceError) -> String {
    match error {
        InstanceError::Clause(problem) => {
            format!("{error}{}", advised(problem))
        }
        error => error.to_string(),
    }
}

/// Returns why a proof makes no step of a ledger, with the command that makes the scenarios of a realised loss.
fn about_step(error: &StepError) -> String {
    match error {
        StepError::NotTheDay { .. } | StepError::NotPlain { .. } => {
            format!("{error} (tailproof scenarios historical --window 1, with prices up to that day)")
        }
        error => error.to_string(),
    }
}

/// Returns the advice as it stands behind a message.
fn advised(problem: &Problem) -> String {
    advice(problem).map(|advice| format!(" ({advice})")).unwrap_or_default()
}

/// With all six places: close calls are read here.
fn exact(figure: Amount) -> String {
    figure.to_decimal().normalize().to_string()
}

impl Failure {
    /// Returns what stands before the message.
    pub fn kind(&self) -> &'static str {
        self.severity().word()
    }

    /// Returns 1 for a false claim or a verdict that something is not valid, 2 for bad input.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(if self.severity() == Severity::Error { 2 } else { 1 })
    }

    fn severity(&self) -> Severity {
        match self {
            Failure::FalseClaim(_) => Severity::Refused,
            Failure::NotIdentical(_) => Severity::NotIdentical,
            Failure::NotValid(_) | Failure::Mismatch(Mismatch::Commitment { .. }) => Severity::NotValid,
            Failure::NoVerdict(problem) if problem.is_verdict() => Severity::NotValid,
            Failure::Audit(problem) if problem.is_verdict() => Severity::NotValid,
            Failure::Ceremony {
                problem: CeremonyError::Record(_) | CeremonyError::WrongPoints(_) | CeremonyError::NoContribution,
                ..
            } => Severity::NotValid,
            _ => Severity::Error,
        }
    }

    /// A malformed file.
    pub fn malformed(file: &Path) -> impl FnOnce(MalformedError) -> Failure + '_ {
        move |problem| Failure::Malformed { file: file.to_owned(), problem }
    }

    /// A ceremony's failure, about the file that it reads. One of the system is told as such, about the file it concerns.
    pub fn ceremony<'f>(read: &'f Path, written: &'f Path) -> impl FnOnce(CeremonyError) -> Failure + 'f {
        move |problem| match problem {
            CeremonyError::File(FileError::Io(error)) => Failure::io("read", read)(error),
            CeremonyError::File(FileError::Write(error)) => Failure::io("write", written)(error),
            problem => Failure::Ceremony { file: read.to_owned(), problem },
        }
    }

    /// A failed operation on a file.
    pub fn io<'f>(verb: &'static str, file: &'f Path) -> impl FnOnce(std::io::Error) -> Failure + 'f {
        move |error| Failure::Io { verb, file: file.to_owned(), error }
    }
}
