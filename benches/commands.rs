//! Whole commands, run as a user runs them, on one thread and on each engine.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use tailproof_core::scenarios::file as scenario_file;
use tailproof_prover::setup::insecure_development_keys;
use tailproof_simd::{Engine, PORTABLE};
use tailproof_verifier::keys::file::encode_verifying_key;
use tempfile::TempDir;

use crate::Market;
use crate::memory;
use crate::turns::{self, Limits, Work, in_turn, work};

/// Proves from the files of a [`Desk`].
const PROVE: [&str; 13] = [
    "prove",
    "--book",
    "book.csv",
    "--opening",
    "book.opening",
    "--scenarios",
    "market.scn",
    "--mandate",
    "mandate.toml",
    "--keys",
    "keys",
    "-o",
    "proof.json",
];

/// A folder with everything that `prove` reads.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new(market: &Market) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        let write = |name: &str, bytes: &[u8]| std::fs::write(desk.folder.path().join(name), bytes).unwrap();
        let instance = &market.instance;
        write("market.scn", &scenario_file::encode(&instance.set));
        write("mandate.toml", instance.mandate_text.as_bytes());
        let exposures = instance.positions.exposures().iter().enumerate();
        let lines: Vec<String> = exposures
            .map(|(index, cents)| {
                format!("F{index},{}{}.{:02}", if *cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
            })
            .collect();
        write("book.csv", format!("factor,exposure\n{}\n", lines.join("\n")).as_bytes());
        std::fs::create_dir(desk.folder.path().join("keys")).unwrap();
        // The same secrets as those of the key that is proved with in this process.
        let (proving, verifying) =
            insecure_development_keys(market.shape, &mut ChaCha20Rng::seed_from_u64(2026)).unwrap();
        write("keys/proving.key", &proving.encode());
        write("keys/verifying.key", &encode_verifying_key(&verifying));
        let nav = (instance.positions.nav() / 100).to_string();
        desk.run(
            Engine::current(),
            &[
                "commit",
                "--book",
                "book.csv",
                "--scenarios",
                "market.scn",
                "--nav",
                &nav,
                "-o",
                "book.json",
                "--opening",
                "book.opening",
            ],
        );
        desk
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn command_of(&self, engine: Engine, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tailproof"));
        command.args(arguments).current_dir(self.path()).env("RAYON_NUM_THREADS", "1");
        command.env(PORTABLE, if engine == Engine::PORTABLE { "1" } else { "0" });
        command
    }

    fn run(&self, engine: Engine, arguments: &[&str]) {
        let output = self.command_of(engine, arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn prove(&self, engine: Engine) {
        self.run(engine, &PROVE);
    }

    /// Proves, and returns the largest memory of the command in bytes. It is asked for while the command
    /// runs: what the system says afterwards counts the memory of this process, whose copy the command
    /// began as.
    fn peak_of_prove(&self, engine: Engine) -> u64 {
        let mut command = self.command_of(engine, &PROVE).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let (id, mut peak) = (command.id().to_string(), 0);
        let status = loop {
            peak = peak.max(memory::peak(&id).unwrap_or(0));
            if let Some(status) = command.try_wait().unwrap() {
                break status;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        assert!(status.success());
        peak
    }

    fn command<'w>(&'w self, engine: Engine) -> Work<'w> {
        work(&format!("prove, {}", engine.name()), move || self.prove(engine))
    }
}

/// The whole `prove` over the prover's own time, and the memory that it takes.
pub fn commands() {
    let market = Market::new("500x100/1");
    let desk = Desk::new(&market);
    let works = Engine::all().into_iter().flat_map(|engine| [market.cold(engine), desk.command(engine)]);
    let times = in_turn(11, works.collect());
    let ratios: Vec<f64> = times.as_chunks::<2>().0.iter().map(|[own, command]| command / own).collect();
    turns::ratios("whole prove at (500, 100)/1, over witness and proof", Limits(1.6, 1.35), &ratios);
    // The row of the whole `prove` with a prepared set goes here, against that of the first
    // release: limits 0.20 and 0.62.

    let market = Market::new("10000x20/1");
    let desk = Desk::new(&market);
    drop(market);
    let peak = desk.peak_of_prove(Engine::current()) as f64 / 1e9;
    println!("peak memory of the whole prove at (10000, 20)/1, cold: {peak:.2} GB, at most 1.2 GB");
}
