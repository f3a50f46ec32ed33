//! The second half of the pool act of `tailproof demo`: loans against coins, over embedded real prices.
//! The loans are made up; see `src/demo/SOURCES.md`.

use std::sync::Arc;

use rand::rngs::OsRng;
use tailproof::commitments::commit;
use tailproof::risk::presets::deals::deal as shipped;
use tailproof::scenarios::collateral::collateral_scenarios;
use tailproof::scenarios::{Makers, Sources, historical::historical};
use tailproof::verifier::encoding::to_hex;
use tailproof::{
    Basis, Deal, DealClaim, Expected, LoanPool, PriceHistory, Refused, Remake, RestsOn, ScenarioSet, csv, tape,
};

use super::demo_files::{Folder, development_prover, unexpected};
use super::verify::rests_on_lines;
use crate::failure::Failure;
use crate::output::out;
use crate::pools::in_deal;

/// 503 daily closes of four coins, to 6 July 2021.
const PRICES: &str = include_str!("../demo/crypto-prices.csv");
/// 100 loans that are made up.
const LOANS: &str = include_str!("../demo/crypto-loans.csv");
const DEAL: &str = "crypto-2021";
const SHAPE: &str = "100loans+pool+bands+500x8/2tranches";
const WINDOW: usize = 500;
/// A loan of the tape, and the same beyond the top of its band.
const BEYOND: (&str, &str) = ("3,28757,59,BTC", "3,28757,71,BTC");
/// The price of BTC on 12 March 2020, and another.
const CRASH: (&str, &str) = ("2020-03-12,4970.7879,", "2020-03-12,7911.4301,");

/// Plays the half act in a folder.
pub fn tell(folder: &Folder) -> Result<(), Failure> {
    let text = shipped(DEAL).ok_or(Failure::Defect("a deal of the program is not there"))?;
    let deal = Deal::from_toml("crypto-deal.toml", text)?;
    folder.publish("crypto-deal.toml", text)?;
    folder.publish("crypto-prices.csv", PRICES)?;
    folder.hide("crypto-loans.csv", LOANS)?;
    let prices = prices(PRICES, &deal)?;
    let set = Arc::new(scenarios(folder, &deal, &prices)?);
    out!("\nLoans against coins: the prices are real, the 100 loans are made up");
    out!("public: {}", set.sentence());
    let prover = development_prover(SHAPE, &folder.path("crypto-keys"))?;

    let loans = loans(LOANS, &deal)?;
    let schema = deal.require_schema().map_err(in_deal)?;
    let (commitment, opening) = commit(&loans, schema, &mut OsRng);
    folder.hide("crypto.opening", opening.to_json())?;
    folder.publish("crypto.commitment.json", commitment.to_json())?;
    out!("commitment to the loans: {}", to_hex(&commitment.commitment));

    let held = opening.open(loans, schema).map_err(|_| Failure::Defect("an opening does not open"))?;
    let claim = DealClaim::new(deal.clone(), Some(set.clone()))?;
    let proof = prover.prove(&claim, &held, None, &mut OsRng)?;
    folder.publish("crypto-proof.json", proof.to_json())?;
    deal.sentences_over(Some(&set)).iter().for_each(|sentence| out!("proved: {sentence}"));
    let over = |prices| {
        let remake = Some(Remake { maker: &Makers, sources: Sources::prices(prices) });
        Expected { commitments: Some(vec![commitment.commitment]), remake, ..Expected::default() }
    };
    let mut verified = prover.verifier().verify(&claim, &proof, &over(&prices)).map_err(unexpected)?;
    out!("VALID ({} constraints), and rests, besides what stands above, on", prover.proving_key().constraints());
    let is_new = |thing: &RestsOn| match thing.what {
        Basis::Scenarios | Basis::Collateral => true,
        Basis::TapeReading => thing.note.contains("secured"),
        _ => false,
    };
    verified.rests_on.retain(is_new);
    rests_on_lines(&verified).for_each(|line| out!("  {line}"));

    let (loan, beyond) = BEYOND;
    match self::loans(&LOANS.replacen(loan, beyond, 1), &deal) {
        Err(refused) => out!("a loan at an LTV of 71 %: {refused}"),
        Ok(_) => return Err(Failure::Defect("a loan beyond its band was read")),
    }
    let (crash, calm) = CRASH;
    let others = self::prices(&PRICES.replacen(crash, calm, 1), &deal)?;
    match prover.verifier().verify(&claim, &proof, &over(&others)) {
        Err(Refused::NotValid(refused)) => {
            out!("over prices without the fall of 12 March 2020: NOT VALID: {refused}");
            Ok(())
        }
        _ => Err(Failure::Defect("losses of other prices were made again")),
    }
}

fn prices(text: &str, deal: &Deal) -> Result<PriceHistory, Failure> {
    let assets = deal.require_collateral().map_err(in_deal)?.assets();
    csv::read_prices("crypto-prices.csv", text.as_bytes())?.select(&assets).map_err(in_deal)
}

fn scenarios(folder: &Folder, deal: &Deal, prices: &PriceHistory) -> Result<ScenarioSet, Failure> {
    let horizon = deal.require_collateral().map_err(in_deal)?.horizon();
    let market = historical(prices, horizon, Some(WINDOW)).map_err(in_deal)?;
    let set = collateral_scenarios(deal, &market).map_err(in_deal)?;
    folder.publish("crypto.scn", tailproof::scenarios::file::encode(&set))?;
    Ok(set)
}

fn loans(text: &str, deal: &Deal) -> Result<LoanPool, Failure> {
    let schema = deal.require_schema().map_err(in_deal)?;
    let reading = tape::read_tape_under("crypto-loans.csv", text.as_bytes(), &tape::Mapping::default(), schema)?;
    LoanPool::new(&reading.tape, schema).map_err(in_deal)
}
