//! `tailproof demo`: the whole story on embedded real data, told with the library.

use std::time::{Duration, Instant};

use ethnum::I256;
use rand::rngs::OsRng;
use tailproof::commitments::commit;
use tailproof::core::measures::{losses, risk_figures};
use tailproof::core::text::parse_decimal;
use tailproof::scenarios::{Makers, Sources, file as scenario_file, historical::historical};
use tailproof::verifier::encoding::to_hex;
use tailproof::{
    Amount, Books, Clause, Confidence, Expected, Groth16, Limit, Mandate, MandateClaim, Measure, Positions,
    PriceHistory, ProofFile, Prover, Refused, Remake, ScenarioSet, Unit, Unproved, Verifier, csv,
};

use super::demo_files::{Folder, TemporaryFolder, development_prover, unexpected};
use super::verify::rests_on_lines;
use super::{demo_collateral, demo_pool, histogram};
use crate::cli::Demo;
use crate::failure::Failure;
use crate::output::out;
use crate::writing::store;

/// The last 501 daily closes of 20 US stocks; see `src/demo/SOURCES.md`.
const PRICES: &str = tailproof::sample::PRICES;
const BOOK: &str = tailproof::sample::BOOK;
const MANDATE: &str = tailproof::sample::MANDATE;
const NAV: &str = "10000000";
const SHAPE: &str = "500x20";
const WINDOW: usize = 500;

pub fn run(options: &Demo) -> Result<(), Failure> {
    let temporary = TemporaryFolder::new()?;
    let folder = match &options.keep {
        Some(folder) => {
            store().make_folder(folder)?;
            let mut entries = std::fs::read_dir(folder).map_err(Failure::io("read the folder", folder))?;
            if entries.next().is_some() {
                let advice = "the demo keeps its files in a new or empty folder only";
                return Err(Failure::Exists { file: folder.clone(), advice });
            }
            folder.clone()
        }
        None => temporary.path().to_owned(),
    };
    Story { folder: Folder::new(folder) }.tell()?;
    match &options.keep {
        Some(folder) => out!("\nThe files are in {}.", folder.display()),
        None => out!("\nRun it again with --keep FOLDER to keep the files and try the commands on them."),
    }
    Ok(())
}

struct Story {
    folder: Folder,
}

/// Everything that the desk published in the first act: claim, commitment, keys and proof.
struct Published {
    claim: MandateClaim,
    commitment: ark_bn254::Fr,
    prover: Prover<Groth16>,
    proof: ProofFile<Groth16>,
    prices: PriceHistory,
}

/// The time that each step took.
struct Times {
    scenarios: Duration,
    keys: Duration,
    proof: Duration,
    verification: Duration,
    pool: Duration,
}

/// Returns the result of `work` and the time that it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

fn step(title: &str) {
    out!("\n--- {title}");
}

impl Story {
    fn tell(&self) -> Result<(), Failure> {
        step("Public: scenarios from two years of daily prices of 20 US stocks");
        self.folder.publish("prices.csv", PRICES)?;
        let (set, scenarios) = timed(|| self.scenarios());
        let set = set?;
        out!("{}", set.sentence());

        step("Private: what only the desk sees");
        self.folder.hide("book.csv", BOOK)?;
        let positions = self.book(&set)?;
        let figures = desk_view(&set, &positions)?;

        step("Keys (single-party development keys: a real deployment runs a ceremony)");
        let (prover, keys) = timed(|| self.prover());
        let prover = prover?;
        let shape = prover.shape();
        let (rows, factors) = (shape.scenarios(), shape.factors());
        out!("made for every book and mandate of up to {rows} scenarios and {factors} factors");

        step("Commitment: binds the desk to its book, shows nothing of it");
        let (commitment, books) = self.commit(&set, positions)?;
        out!("{}", to_hex(&commitment));

        step("Proof");
        self.folder.publish("mandate.toml", MANDATE)?;
        let claim = MandateClaim::new(mandate("mandate.toml", MANDATE)?, set)?;
        let (proof, proving) = timed(|| prover.prove(&claim, &books, None, &mut OsRng));
        let proof = proof?;
        self.folder.publish("proof.json", proof.to_json())?;
        let sentences = tailproof::Claim::from(claim.clone()).sentences();
        sentences.iter().for_each(|sentence| out!("proved: {sentence}"));

        step("Verification, from public values alone");
        let published = Published { claim, commitment, prover, proof, prices: prices()? };
        let (verdict, verification) = timed(|| published.verify(&published.claim, &published.proof));
        out!("VALID, and rests on");
        rests_on_lines(&verdict.map_err(unexpected)?).for_each(|line| out!("  {line}"));

        step("What is refused");
        published.false_claims(&books, &figures)?;
        published.tampering(&self.folder)?;

        step("Second act: a private pool of loans, and its tranches");
        let (told, pool) = timed(|| demo_pool::tell(&self.folder).and_then(|()| demo_collateral::tell(&self.folder)));
        told?;

        step("Report");
        report(&published, &sentences, &Times { scenarios, keys, proof: proving, verification, pool });
        Ok(())
    }

    /// The scenario set, which anybody makes again from the prices.
    fn scenarios(&self) -> Result<ScenarioSet, Failure> {
        let set =
            historical(&prices()?, 1, Some(WINDOW)).map_err(|problem| Failure::Option { option: "window", problem })?;
        self.folder.publish("scenarios.scn", scenario_file::encode(&set))?;
        Ok(set)
    }

    fn book(&self, set: &ScenarioSet) -> Result<Positions, Failure> {
        let nav = parse_decimal(NAV).map_err(|problem| Failure::Option { option: "nav", problem })?;
        Ok(csv::read_book("book.csv", BOOK.as_bytes())?.positions(set, None, Some(nav))?)
    }

    fn prover(&self) -> Result<Prover<Groth16>, Failure> {
        development_prover(SHAPE, &self.folder.path("keys"))
    }

    fn commit(&self, set: &ScenarioSet, positions: Positions) -> Result<(ark_bn254::Fr, Books), Failure> {
        let (commitment, opening) = commit(&positions, set.factors(), &mut OsRng);
        self.folder.hide("book.opening", opening.to_json())?;
        self.folder.publish("book.commitment.json", commitment.to_json())?;
        let opened = opening.open(positions, set.factors());
        let opened = opened.map_err(|_| Failure::Defect("an opening does not open"))?;
        let books = Books::new(vec![opened]).map_err(|problem| Failure::Option { option: "book", problem })?;
        Ok((commitment.commitment, books))
    }
}

fn prices() -> Result<PriceHistory, Failure> {
    Ok(csv::read_prices("prices.csv", PRICES.as_bytes())?)
}

fn mandate(name: &str, text: &str) -> Result<Mandate, Failure> {
    Ok(Mandate::from_toml(name, text)?)
}

/// Shows figures of the book, and a picture.
fn desk_view(set: &ScenarioSet, positions: &Positions) -> Result<(Amount, Amount), Failure> {
    let level =
        |text: &str| text.parse::<Confidence>().map_err(|problem| Failure::Option { option: "confidence", problem });
    let (first, second) = (level("0.99")?, level("0.975")?);
    let var = risk_figures(set, positions, first);
    let cvar = risk_figures(set, positions, second);
    out!("NAV {}, gross exposure {}", var.nav, var.gross);
    out!("{first} VaR {}, {second} CVaR {}", var.var, cvar.cvar);
    let marks = [("VaR", var.var), ("CVaR", cvar.cvar)];
    out!("{}", histogram::histogram(&losses(set, positions), positions, &marks));
    Ok((var.var, cvar.cvar))
}

impl Published {
    fn verifier(&self) -> &Verifier<Groth16> {
        self.prover.verifier()
    }

    fn verify(&self, claim: &MandateClaim, proof: &ProofFile<Groth16>) -> Result<tailproof::Verified, Refused> {
        let remake = Some(Remake { maker: &Makers, sources: Sources::prices(&self.prices) });
        let expected = Expected { commitments: Some(vec![self.commitment]), remake, ..Expected::default() };
        self.verifier().verify(claim, proof, &expected)
    }

    /// Limits a cent below the book's true figures: the prover refuses, before any proving work.
    fn false_claims(&self, books: &Books, (var, cvar): &(Amount, Amount)) -> Result<(), Failure> {
        for (measure, confidence, figure) in [(Measure::Var, "0.99", var), (Measure::Cvar, "0.975", cvar)] {
            let cent_below = Amount::from_loss(I256::from(figure.millionths() - 10_000) << 20, I256::ONE, Unit::FINEST);
            let limit = Limit::Absolute(cent_below.to_decimal());
            let clause = Clause::new(measure, confidence.parse().ok(), limit);
            let mandate = Mandate::new("A cent too tight".into(), String::new(), Unit::CENT, vec![clause]);
            let mandate = mandate.map_err(|problem| Failure::Option { option: "limit", problem })?;
            let claim = MandateClaim::new(mandate, self.claim.scenarios().clone())?;
            match self.prover.prove(&claim, books, None, &mut OsRng) {
                Err(Unproved::FalseClaim(figures)) => {
                    out!("a {measure} limit a cent too tight: {}", Failure::FalseClaim(figures));
                }
                Err(other) => return Err(other.into()),
                Ok(_) => return Err(Failure::Defect("a false claim was proved")),
            }
        }
        Ok(())
    }

    /// One point of the proof changed, and the same proof for a tighter mandate.
    fn tampering(&self, folder: &Folder) -> Result<(), Failure> {
        let mut tampered = self.proof.clone();
        std::mem::swap(&mut tampered.evidence.proof.a, &mut tampered.evidence.proof.c);
        folder.publish("tampered.json", tampered.to_json())?;
        expect_refusal("a tampered proof", self.verify(&self.claim, &tampered))?;
        let text = MANDATE.replace("limit = 450000", "limit = 300000");
        folder.publish("tighter.toml", &text)?;
        let tighter = MandateClaim::new(mandate("tighter.toml", &text)?, self.claim.scenarios().clone())?;
        expect_refusal("the proof, for a tighter mandate", self.verify(&tighter, &self.proof))
    }
}

fn expect_refusal(what: &str, verdict: Result<tailproof::Verified, Refused>) -> Result<(), Failure> {
    match verdict {
        Err(Refused::NotValid(_)) => {
            out!("{what}: NOT VALID");
            Ok(())
        }
        Err(other) => Err(unexpected(other)),
        Ok(_) => Err(Failure::Defect("a tampered proof was accepted")),
    }
}

fn report(published: &Published, sentences: &[String], times: &Times) {
    let constraints = published.prover.proving_key().constraints();
    let millis = |time: Duration| format!("{:>9.0} ms", time.as_secs_f64() * 1e3);
    out!("mandate               {}", published.claim.mandate().name());
    for sentence in sentences {
        out!("                      {sentence}: holds, proved");
    }
    out!("book                  not shown; commitment {}…", &to_hex(&published.commitment)[..18]);
    out!("proof                 256 bytes; {constraints} constraints");
    out!("scenarios made in     {}", millis(times.scenarios));
    out!("keys made in          {}   (once per shape)", millis(times.keys));
    out!("proved in             {}   (figures, witness and proof)", millis(times.proof));
    out!("second act in         {}   (scenarios, keys, commitment, proof)", millis(times.pool));
    out!("verified in           {}   (scenario point recomputed from the set)", millis(times.verification));
}
