//! Small claims, holdings and keys for the tests of the library. Keys are made once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use rand::rngs::OsRng;
use tailproof::commitments::commit;
use tailproof::keys::{derive_proving_key, derive_verifying_key, insecure_development_keys};
use tailproof::scenarios::generator::Generator;
use tailproof::scenarios::{CreditParameters, FactorSource, credit::credit_scenarios, historical::historical};
use tailproof::{
    Books, Deal, DealClaim, Groth16, Halo2, LoanPool, Mandate, MandateClaim, Opened, Positions, PriceHistory, Prover,
    ScenarioSet, Unit, csv, tape as tapes,
};

/// Prices of three factors on seven days. The worst move is that of the third day.
pub const PRICES: &str = "date,A,B,C\n\
    2024-01-02,100,50,20\n2024-01-03,101,49,20\n2024-01-04,95,46,19\n2024-01-05,96,47,19.5\n\
    2024-01-08,97,47,19\n2024-01-09,98,48,19.5\n2024-01-10,97,47.5,19\n";
/// The last day of [`PRICES`].
pub const LAST: &str = "2024-01-10";
/// The day before it.
pub const BEFORE: &str = "2024-01-09";

/// Returns the prices of the first rows of [`PRICES`].
pub fn prices(rows: usize) -> PriceHistory {
    let text: Vec<&str> = PRICES.lines().take(rows + 1).collect();
    csv::read_prices("prices.csv", text.join("\n").as_bytes()).unwrap()
}

/// Returns the newest moves of the first rows of [`PRICES`].
pub fn scenarios(rows: usize, window: usize) -> ScenarioSet {
    historical(&prices(rows), 1, Some(window)).unwrap()
}

/// Returns a set with other texts in its header.
pub fn made_by(generator: Generator, set: &ScenarioSet) -> ScenarioSet {
    let (factors, labels) = (set.factors().to_vec(), set.labels().to_vec());
    ScenarioSet::new(generator, factors, labels, None, set.weights().to_vec(), set.entries().to_vec()).unwrap()
}

/// Returns a mandate of clauses, each `MEASURE CONFIDENCE LIMIT` with `-` for no confidence.
pub fn mandate(clauses: &[&str]) -> Mandate {
    let mut text = "name = \"m\"\n".to_owned();
    for clause in clauses {
        let [measure, confidence, limit] = clause.split(' ').collect::<Vec<_>>()[..] else { panic!("{clause}") };
        text += &format!("[[clause]]\nmeasure = \"{measure}\"\nlimit = {limit}\n");
        if confidence != "-" {
            text += &format!("confidence = {confidence}\n");
        }
    }
    Mandate::from_toml("mandate.toml", &text).unwrap()
}

/// Returns the claim that value at risk over four days is within a limit that holds.
pub fn claim() -> MandateClaim {
    MandateClaim::new(mandate(&["var 0.75 5000"]), scenarios(6, 4)).unwrap()
}

/// Commits to a book of cents and opens it.
pub fn opened(exposures: &[i64]) -> Opened<Positions> {
    let factors = scenarios(6, 4).factors().to_vec();
    let book = Positions::new(Unit::CENT, exposures.to_vec(), 20_000_000).unwrap();
    let (_, opening) = commit(&book, &factors[..], &mut OsRng);
    opening.open(book, &factors).unwrap()
}

/// Returns the one book of most tests: 10,000 of A, 5,000 of B, a debt of 2,000 in C.
pub fn books() -> &'static Books {
    static BOOKS: OnceLock<Books> = OnceLock::new();
    BOOKS.get_or_init(|| Books::new(vec![opened(&[1_000_000, 500_000, -200_000])]).unwrap())
}

type Made<P> = Mutex<Option<HashMap<String, Arc<OnceLock<Arc<P>>>>>>;

/// Returns what is made once for a name.
fn once<P>(all: &Made<P>, name: &str, make: impl FnOnce() -> P) -> Arc<P> {
    let place = all.lock().unwrap().get_or_insert_default().entry(name.to_owned()).or_default().clone();
    place.get_or_init(|| Arc::new(make())).clone()
}

/// Returns a prover with development keys of a shape.
pub fn groth16(shape: &str) -> Arc<Prover<Groth16>> {
    static ALL: Made<Prover<Groth16>> = Mutex::new(None);
    once(&ALL, shape, || {
        let (proving, verifying) = insecure_development_keys(shape.parse().unwrap(), &mut OsRng).unwrap();
        Prover::new(proving, verifying).unwrap()
    })
}

/// Returns a prover with derived keys of a shape.
pub fn halo2(shape: &str) -> Arc<Prover<Halo2>> {
    static ALL: Made<Prover<Halo2>> = Mutex::new(None);
    once(&ALL, shape, || {
        let verifying = derive_verifying_key(shape.parse().unwrap()).unwrap();
        Prover::new(derive_proving_key(&verifying).unwrap(), verifying).unwrap()
    })
}

/// The deal of the small pool: two loans of two grades.
pub const DEAL: &str = "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\ncolumns = [\"grade\"]\ngrades = [\"A\", \"B\"]\n[claims]\nloans_min = 2\n\
    [pd]\nA = 0.02\nB = 0.1\n[lgd]\nother = 0.5\n\
    [[tranche]]\nname = \"all\"\nattachment = 0\ndetachment = 1\nexpected_loss = 0.2\n";

/// Returns the small deal with one text in place of another.
pub fn deal(from: &str, to: &str) -> Deal {
    assert!(DEAL.contains(from), "{from}");
    Deal::from_toml("deal.toml", &DEAL.replacen(from, to, 1)).unwrap()
}

/// Returns Gaussian credit scenarios of a deal, with slots for single loans or without.
pub fn credit(deal: &Deal, slots: Option<usize>) -> Arc<ScenarioSet> {
    let source = FactorSource::Paths { paths: 3, seed: [7; 32] };
    Arc::new(credit_scenarios(deal, &CreditParameters { rho: "0.2".into(), degrees: None, source, slots }).unwrap())
}

/// Returns the claim about the small pool.
pub fn pool_claim() -> DealClaim {
    let deal = deal("name", "name");
    let set = credit(&deal, None);
    DealClaim::new(deal, Some(set)).unwrap()
}

/// Commits to a tape of two loans, of 100 and of `second`, and opens it.
pub fn loans(second: &str) -> Opened<LoanPool> {
    let tape = format!("id,balance,grade\n1,100,A\n2,{second},B\n");
    let deal = deal("name", "name");
    let schema = deal.require_schema().unwrap();
    let tape = tapes::read_tape_under("loans.csv", tape.as_bytes(), &tapes::Mapping::default(), schema).unwrap().tape;
    let pool = LoanPool::new(&tape, schema).unwrap();
    let (_, opening) = commit(&pool, schema, &mut OsRng);
    opening.open(pool, schema).unwrap()
}
