//! `tailproof demo`: the whole story on embedded real data.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ethnum::I256;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use tailproof_core::measures::{losses, risk_figures};
use tailproof_core::{Amount, Confidence, Measure};
use tailproof_verifier::Shape;
use tailproof_verifier::encoding::to_hex;
use tailproof_verifier::proof_file::Groth16;

use super::{commit, demo_pool, histogram, keygen, positions, prove, scenarios, verify};
use crate::cli::{Backend, BookOptions, Commit, CommitFiles, Demo, Historical, Prove, PublicOptions, Verify};
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::output::out;

/// The last 501 daily closes of 20 US stocks; see `src/demo/SOURCES.md`.
const PRICES: &str = include_str!("../demo/prices.csv");
const BOOK: &str = include_str!("../demo/book.csv");
const MANDATE: &str = include_str!("../demo/mandate.toml");
const NAV: &str = "10000000";
const SHAPE: &str = "500x20";

pub fn run(options: &Demo) -> Result<(), Failure> {
    let temporary = tempfile::tempdir().map_err(Failure::io("make a folder in", &std::env::temp_dir()))?;
    crate::interruption::begin(temporary.path());
    let folder = match &options.keep {
        Some(folder) => {
            files::make_folder(folder)?;
            let mut entries = std::fs::read_dir(folder).map_err(Failure::io("read the folder", folder))?;
            if entries.next().is_some() {
                let advice = "the demo keeps its files in a new or empty folder only";
                return Err(Failure::Exists { file: folder.clone(), advice });
            }
            folder.clone()
        }
        None => temporary.path().to_owned(),
    };
    let story = Story { folder };
    story.tell()?;
    match &options.keep {
        Some(folder) => out!("\nThe files are in {}.", folder.display()),
        None => out!("\nRun it again with --keep FOLDER to keep the files and try the commands on them."),
    }
    Ok(())
}

struct Story {
    folder: PathBuf,
}

/// Seconds that work took, and what came of it.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

fn step(title: &str) {
    out!("\n--- {title}");
}

impl Story {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn tell(&self) -> Result<(), Failure> {
        for (name, text) in [("prices.csv", PRICES), ("mandate.toml", MANDATE)] {
            files::write(&self.path(name), text.as_bytes(), Access::Public)?;
        }
        files::write(&self.path("book.csv"), BOOK.as_bytes(), Access::Secret)?;

        step("Public: scenarios from two years of daily prices of 20 US stocks");
        let historical = Historical {
            prices: self.path("prices.csv"),
            window: Some(500),
            horizon: 1,
            stressed: None,
            age_weighted: None,
            volatility_scaled: None,
            liquidity_horizons: None,
            gamma: false,
            cross_gamma: false,
            implied_volatility: None,
            output: self.path("scenarios.scn"),
            json: false,
        };
        let (set, scenarios_time) = timed(|| scenarios::write_historical(&historical));
        out!("{}", set?.sentence());

        step("Private: what only the desk sees");
        let figures = self.desk_view()?;

        step("Keys (single-party development keys: a real deployment runs a ceremony)");
        let keys = self.path("keys");
        let shape: Shape = SHAPE.parse()?;
        let rng = ChaCha20Rng::from_rng(rand::rngs::OsRng).map_err(|_| Failure::Defect("no randomness"))?;
        let (written, keys_time) = timed(|| keygen::write_keys(shape, rng, &keys, true));
        written?;
        out!(
            "made for every book and mandate of up to {} scenarios and {} factors",
            shape.scenarios(),
            shape.factors()
        );

        step("Commitment: binds the desk to its book, shows nothing of it");
        let commitment = commit::commit(&Commit {
            book: self.book_options(),
            files: CommitFiles {
                output: self.path("book.commitment.json"),
                opening: self.path("book.opening"),
                force: true,
                json: false,
            },
        })?;
        out!("{}", to_hex(&commitment.commitment));

        step("Proof");
        let (proved, prove_time) = timed(|| prove::prove(&self.prove_options("mandate.toml", "proof.json")));
        let proved = proved?;
        for clause in proved.public.sentences() {
            out!("proved: {clause}");
        }

        step("Verification, from public files alone");
        let (checked, verify_time) = timed(|| verify::check(&self.verify_options("mandate.toml", "proof.json")));
        checked?.outcome?;
        out!("VALID");

        step("What is refused");
        self.false_claim(&figures)?;
        self.tampering()?;

        step("Second act: a private pool of loans, and its tranches");
        let (told, pool_time) = timed(|| demo_pool::tell(&self.folder));
        told?;

        step("Report");
        let constraints = proved.constraints;
        let millis = |time: Duration| format!("{:>9.0} ms", time.as_secs_f64() * 1e3);
        out!("mandate               {}", proved.public.name());
        for clause in proved.public.sentences() {
            out!("                      {clause}: holds, proved");
        }
        out!("book                  not shown; commitment {}…", &to_hex(&proved.commitment())[..18]);
        out!("proof                 256 bytes; {constraints} constraints");
        out!("scenarios made in     {}", millis(scenarios_time));
        out!("keys made in          {}   (once per shape)", millis(keys_time));
        out!("proved in             {}   (files, witness and proof)", millis(prove_time));
        out!("second act in         {}   (scenarios, keys, commitment, proof)", millis(pool_time));
        out!("verified in           {}   (scenario point recomputed from the file)", millis(verify_time));
        Ok(())
    }

    /// Figures of the book, and a picture.
    fn desk_view(&self) -> Result<(Amount, Amount), Failure> {
        let (set, _, positions) = positions(&self.book_options())?;
        let level = |text: &str| {
            text.parse::<Confidence>().map_err(|problem| Failure::Option { option: "confidence", problem })
        };
        let (first, second) = (level("0.99")?, level("0.975")?);
        let var = risk_figures(&set, &positions, first);
        let cvar = risk_figures(&set, &positions, second);
        out!("NAV {}, gross exposure {}", var.nav, var.gross);
        out!("{first} VaR {}, {second} CVaR {}", var.var, cvar.cvar);
        out!(
            "{}",
            histogram::histogram(&losses(&set, &positions), &positions, &[("VaR", var.var), ("CVaR", cvar.cvar)])
        );
        Ok((var.var, cvar.cvar))
    }

    /// A mandate a cent below the book's true figures: the prover refuses, before any proving work.
    fn false_claim(&self, (var, cvar): &(Amount, Amount)) -> Result<(), Failure> {
        for (measure, confidence, figure) in [(Measure::Var, "0.99", var), (Measure::Cvar, "0.975", cvar)] {
            let cent_below = Amount::from_loss(
                I256::from(figure.millionths() - 10_000) << 20,
                I256::ONE,
                tailproof_core::Unit::FINEST,
            );
            let limit = cent_below.to_decimal();
            let text = format!(
                "name = \"A cent too tight\"\n[[clause]]\nmeasure = \"{}\"\nconfidence = {confidence}\nlimit = \"{limit}\"\n",
                measure.name()
            );
            files::write(&self.path("too-tight.toml"), text.as_bytes(), Access::Public)?;
            match prove::prove(&self.prove_options("too-tight.toml", "no-proof.json")) {
                Err(Failure::FalseClaim(figures)) => {
                    out!("a {measure} limit a cent too tight: {}", Failure::FalseClaim(figures))
                }
                Err(other) => return Err(other),
                Ok(_) => return Err(Failure::Defect("a false claim was proved")),
            }
        }
        Ok(())
    }

    /// One digit of the proof changed, and the same proof for a tighter mandate.
    fn tampering(&self) -> Result<(), Failure> {
        let proof = files::read_text(&self.path("proof.json"))?;
        let mut file = tailproof_verifier::proof_file::ProofFile::<Groth16>::from_json(&proof)
            .map_err(Failure::malformed(Path::new("proof.json")))?;
        std::mem::swap(&mut file.evidence.proof.a, &mut file.evidence.proof.c);
        files::write(&self.path("tampered.json"), file.to_json().as_bytes(), Access::Public)?;
        self.expect_refusal("a tampered proof", &self.verify_options("mandate.toml", "tampered.json"))?;
        let tighter = MANDATE.replace("limit = 450000", "limit = 300000");
        files::write(&self.path("tighter.toml"), tighter.as_bytes(), Access::Public)?;
        self.expect_refusal("the proof, for a tighter mandate", &self.verify_options("tighter.toml", "proof.json"))
    }

    fn expect_refusal(&self, what: &str, options: &Verify) -> Result<(), Failure> {
        match verify::check(options)?.outcome {
            Err(Failure::NotValid(_)) => {
                out!("{what}: NOT VALID");
                Ok(())
            }
            Err(other) => Err(other),
            Ok(_) => Err(Failure::Defect("a tampered proof was accepted")),
        }
    }

    fn book_options(&self) -> BookOptions {
        BookOptions {
            book: self.path("book.csv"),
            scenarios: self.path("scenarios.scn"),
            nav: Some(NAV.to_owned()),
            unit: None,
        }
    }

    fn prove_options(&self, mandate: &str, proof: &str) -> Prove {
        Prove {
            book: vec![self.path("book.csv")],
            opening: vec![self.path("book.opening")],
            pool: None,
            mapping: None,
            scenarios: Some(self.path("scenarios.scn")),
            mandate: Some(self.path(mandate)),
            deal: None,
            keys: self.path("keys"),
            context: None,
            output: Some(self.path(proof)),
            backend: Backend::Groth16,
            witness: None,
            snarkjs_proof: None,
            json: false,
        }
    }

    fn verify_options(&self, mandate: &str, proof: &str) -> Verify {
        Verify {
            proof: self.path(proof),
            public: PublicOptions {
                scenarios: Some(self.path("scenarios.scn")),
                mandate: Some(self.path(mandate)),
                deal: None,
            },
            keys: self.path("keys"),
            context: None,
            commitment: vec![self.path("book.commitment.json")],
            scenario_point: None,
            json: false,
        }
    }
}
