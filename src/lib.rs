//! Zero-knowledge risk proofs: prove that a private book or loan pool meets public terms, and show nothing else.
//!
//! There are two doors. A [`Prover`] takes a claim and holdings, and makes a proof. A [`Verifier`] takes a claim, a proof
//! and what is [`Expected`] of it, and makes a verdict.
//!
//! | public | private |
//! | --- | --- |
//! | [`MandateClaim`]: a [`Mandate`] over a [`ScenarioSet`] | [`Books`]: one book, or the sub-books of a consolidated one |
//! | [`DealClaim`]: a [`Deal`], over credit scenarios where it is about losses | [`Opened`] [`LoanPool`] |
//!
//! Each works over two proof systems: [`Groth16`] makes proofs of 256 bytes that an EVM chain checks, with keys from a
//! ceremony; [`Halo2`] needs no setup.
//!
//! The crates below do one thing each: `tailproof-core` is the vocabulary, `tailproof-risk` makes scenarios and reads tables,
//! `tailproof-verifier` verifies and needs nothing of the prover, `tailproof-circuits` has the statements as circuits, and
//! `tailproof-prover` proves. This crate puts them behind one door. It prints nothing, and
//! touches no file but those that [`store`] is asked to write.
//!
//! # A book from prices to a verified proof
//!
//! ```
//! use tailproof::commitments::{CommitmentFile, commit};
//! use tailproof::{Books, Claim, Expected, Groth16, Mandate, MandateClaim, OsRng, Prover};
//! use tailproof::{csv, keys::insecure_development_keys, scenarios::historical::historical};
//!
//! // Public: four days of moves, and a limit on value at risk over them.
//! let prices = "date,AAPL,MSFT,KO\n2024-01-02,185,370,59\n2024-01-03,184,371,60\n\
//!               2024-01-04,182,368,60\n2024-01-05,181,368,59\n2024-01-08,185,375,60\n";
//! let scenarios = historical(&csv::read_prices("prices.csv", prices.as_bytes())?, 1, None)?;
//! let mandate =
//!     "name = \"Desk\"\n[[clause]]\nmeasure = \"var\"\nconfidence = 0.75\nlimit = 2000\n";
//! let claim = MandateClaim::new(Mandate::from_toml("mandate.toml", mandate)?, scenarios)?;
//! let factors = claim.scenarios().factors();
//!
//! // Private: the book. Its commitment is public, and is known before there is a proof.
//! let book = "factor,exposure\nAAPL,120000\nMSFT,-40000\nKO,65000\n";
//! let book = csv::read_book("book.csv", book.as_bytes())?;
//! let book = book.positions(claim.scenarios(), None, None)?;
//! let (commitment, opening) = commit(&book, factors, &mut OsRng);
//! let held = Books::new(vec![opening.open(book, factors)?])?;
//!
//! // Whoever makes keys alone can forge proofs: for real ones there is `keys::ceremony`.
//! let shape = Claim::from(claim.clone()).smallest_shape(1, 0)?;
//! let (proving, verifying) = insecure_development_keys(shape, &mut OsRng)?;
//! let prover = Prover::<Groth16>::new(proving, verifying)?;
//! let proof = prover.prove(&claim, &held, None, &mut OsRng)?;
//!
//! // A verifier needs the claim, the commitment, the proof and the verifying key.
//! let commitments = Some(vec![CommitmentFile::Book(commitment).value::<Groth16>()?]);
//! let expected = Expected { commitments, ..Expected::default() };
//! let verified = prover.verifier().verify(&claim, &proof, &expected)?;
//! assert_eq!(verified.claims, ["75 % VaR <= 2,000"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// The crates below, for all that has no place of its own here. The command uses them by these names.
pub use {
    tailproof_circuits as circuits, tailproof_core as core, tailproof_prover as prover, tailproof_risk as risk,
    tailproof_verifier as verifier,
};

/// The system's generator of random numbers, for blindings and keys.
pub use rand::rngs::OsRng;
pub use tailproof_core::mandate::ClauseFigure;
pub use tailproof_core::pool::{Deal, LoanPool, Tape};
pub use tailproof_core::{
    Amount, Clause, Confidence, InputError, Limit, Mandate, Measure, Positions, PriceHistory, Problem, ScenarioSet,
    Unit,
};
pub use tailproof_prover::holdings::Books;
pub use tailproof_prover::opening::{Months, OpenError, Opened};
pub use tailproof_prover::prepared::PreparedSet;
pub use tailproof_prover::provable::{Figures, Provable};
pub use tailproof_prover::prover::{KeysError, Prover, ProvingBackend, Statement, Unproved};
pub use tailproof_risk::Book;
pub use tailproof_verifier::bundle;
pub use tailproof_verifier::claim::{Claim, DealClaim, MandateClaim, RollClaim};
pub use tailproof_verifier::digest_list::DigestList;
pub use tailproof_verifier::expected::{Attestors, Expected, Remake};
pub use tailproof_verifier::verified::{Basis, How, KeysUsed, RestsOn, Verified};
pub use tailproof_verifier::verify::{Refused, Verifier};
pub use tailproof_verifier::{Backend, Groth16, Halo2, InstanceError, MalformedError, ProofFile, Shape, VerifyError};

/// The formats of files that this version writes, each with its version.
pub const FORMATS: [(&str, u16); 12] = [
    ("scenario set", tailproof_core::scenarios::file::VERSION),
    ("commitment and opening", tailproof_verifier::json_file::VERSION),
    ("attestation", tailproof_verifier::json_file::VERSION),
    ("proof", tailproof_verifier::proof::file::VERSION),
    ("parametric coefficients", tailproof_verifier::proof::file::COEFFICIENTS),
    ("Groth16 key", tailproof_verifier::keys::header::VERSION),
    ("set points", tailproof_prover::set_points::file::VERSION),
    ("halo2 key", tailproof_prover::halo2::key_file::VERSION),
    ("ceremony", tailproof_prover::ceremony::file::VERSION),
    ("bundle", bundle::VERSION),
    ("ledger", tailproof_verifier::ledger::chain::VERSION),
    ("ledger of a pool", tailproof_verifier::pool::ledger::chain::VERSION),
];

/// Keys: made alone for development, by a ceremony, or derived; and their files.
pub mod keys {
    pub use tailproof_prover::DomainKind;
    pub use tailproof_prover::halo2::{decode_key, derive_proving_key, derive_verifying_key, encode_key};
    pub use tailproof_prover::proving_key::ProvingKey;
    pub use tailproof_prover::setup::{SetupError, insecure_development_keys, insecure_development_keys_of};
    pub use tailproof_prover::{ceremony, snarkjs_files};
    pub use tailproof_verifier::groth16::VerifyingKey;
    pub use tailproof_verifier::halo2::VerifyingKey as Halo2VerifyingKey;
    pub use tailproof_verifier::keys::file::{decode_verifying_key, encode_verifying_key, key_digest};
    pub use tailproof_verifier::keys::header::{KeyHeader, Powers, PowersOrigin, Provenance};

    /// Name of the file of a proving key in a folder of keys.
    pub const PROVING_FILE: &str = "proving.key";
    /// Name of the file of its verifying key.
    pub const VERIFYING_FILE: &str = "verifying.key";
    /// Name of the file of a key of halo2.
    pub const HALO2_FILE: &str = "halo2.key";
}

pub mod batch;
#[cfg(unix)]
pub mod day;
#[cfg(unix)]
pub mod store;

/// Scenario sets: their makers and their file.
pub mod scenarios {
    pub use tailproof_core::pool::assumptions::{CreditParameters, FactorSource};
    pub use tailproof_core::scenarios::regenerate::{Comparison, Differences, Recomputed, Regenerate, Remade, Sources};
    pub use tailproof_core::scenarios::{Place, collateral, credit, file, generator, historical, scan};
    pub use tailproof_risk::generate::regenerate::Makers;
    pub use tailproof_risk::generate::{covariance, covariance_set, margin, montecarlo, stress, variants};
}

/// Real prices and a made-up book and mandate, for examples: those of `tailproof demo`.
pub mod sample {
    /// Daily closes of 20 stocks in USD over two years, a CSV in the plain layout. `src/demo/SOURCES.md` names the source.
    pub const PRICES: &str = include_str!("demo/prices.csv");
    /// A long book over these stocks: exposures in USD.
    pub const BOOK: &str = include_str!("demo/book.csv");
    /// A mandate that the book meets over the newest 250 moves.
    pub const MANDATE: &str = include_str!("demo/mandate.toml");
}

/// Commitments: their files and their openings.
pub mod commitments {
    pub use tailproof_prover::opening::{BookOpening, Committable, Opening, Part, PoolOpening, commit};
    pub use tailproof_verifier::commitment::file::{BookCommitment, CommitmentError, CommitmentFile, PoolCommitment};
}

/// Attestations: who vouches for a commitment.
pub mod attestations {
    pub use tailproof_prover::attestor::AttestorSecret;
    pub use tailproof_verifier::attestation::check::{check, commitments};
    pub use tailproof_verifier::attestation::{
        About, Attestation, AttestationError, Attested, AttestorKey, Committed, Expected, KeyKind, MonthEnd,
        NoAttestation, Scope, Statement, StatementError, Vouched, time,
    };
}

/// Books and prices from CSV files in the plain layout.
pub mod csv {
    pub use tailproof_risk::csv::{BookFile, Cell, read_book, read_prices, written, written_row};
}

/// Loan tapes from files as people have them, by a mapping of their columns.
pub mod tape {
    pub use tailproof_risk::tape::{
        LeftOut, Mapping, TapeFileProblem, TapeOptions, TapeReading, read, read_tape, read_tape_under,
    };
}

/// Prices, books and other tables from files as people have them, with a report of what was guessed.
pub mod table {
    pub use tailproof_risk::table::{
        DateOrder, DecimalMark, GainColumns, Gains, Limits, MoveUnit, Note, NoteBasis, NoteKind, PriceColumns,
        RawPrices, Reading, Separator, Setting, TableError, TableFile, TableOptions, TableProblem, VarSign, read_book,
        read_covariance_table, read_gains, read_imported_table, read_liquidity_horizons, read_margin_table, read_pnl,
        read_price_columns, read_prices, read_raw_prices, read_stress_table,
    };
}

/// Ledgers of daily proofs.
pub mod ledger {
    pub use tailproof_verifier::ledger::audit::{Artefact, Unreadable};
    pub use tailproof_verifier::ledger::key_ring::NoVerdict;
    pub use tailproof_verifier::ledger::step::{proof_digest, tightness};
    pub use tailproof_verifier::ledger::{
        Added, Against, Archive, Artefacts, Audit, AuditError, KeyRing, Kind, Ledger, LedgerError, OtherMoves,
        PricesUsed, Step, StepError,
    };
}

/// Ledgers of months of a pool.
pub mod pool_ledger {
    pub use tailproof_core::pool::month::Bounds;
    pub use tailproof_verifier::pool::ledger::StepKind;
    pub use tailproof_verifier::pool::ledger::chain::{Beginning, PoolLedger, PoolStep};
    pub use tailproof_verifier::pool::ledger::step::{Place, PoolAdded, beginning_of};
    pub use tailproof_verifier::pool::ledger::{
        PoolAgainst, PoolAudit, PoolAuditError, PoolLedgerError, PoolStepError,
    };
}

/// The same proofs for other verifiers: an EVM contract, snarkjs.
pub mod export {
    pub use tailproof_verifier::export::{evm, snarkjs, solidity};
}
