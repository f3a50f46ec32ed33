//! The failures of a command, and the exit status of each kind.

mod advice;
mod false_claim;
mod mismatch;

use std::path::{Path, PathBuf};

use tailproof::bundle::BundleError;
use tailproof::commitments::CommitmentError;
use tailproof::core::{InputError, Problem};
use tailproof::day::DayError;
use tailproof::ledger::{AuditError, StepError};
use tailproof::pool_ledger::{PoolAuditError, PoolStepError};
use tailproof::prover::ceremony::CeremonyError;
use tailproof::prover::groth16::ProveError;
use tailproof::prover::halo2::Halo2Error;
use tailproof::prover::setup::SetupError;
use tailproof::prover::snarkjs_files::FileError;
use tailproof::prover::snarkjs_files::zkey::ZkeyError;
use tailproof::store::StoreError;
use tailproof::table::TableError;
use tailproof::verifier::ledger::LedgerError;
use tailproof::verifier::ledger::NoVerdict;
use tailproof::verifier::shape::ShapeError;
use tailproof::verifier::{InstanceError, MalformedError, VerifyError};
use tailproof::{Figures, KeysError, Unproved};

use advice::{about_day, about_instance, about_step, advised, with_advice, with_option};
use false_claim::false_figures;

pub use advice::scenarios_of;
pub use mismatch::Mismatch;

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
    /// A command of several files that stopped between them: each is whole, and the same command
    /// goes on.
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

    /// Returns the failure of a command that writes file after file, with those that it has
    /// written.
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
