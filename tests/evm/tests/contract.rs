//! The generated Solidity verifier, compiled and run in an EVM.
#![allow(clippy::cast_possible_truncation)]

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField};
use tailproof_evm_tests::chain::{Chain, Outcome, SpecId, boolean};
use tailproof_evm_tests::tools::{Contract, compiled};
use tailproof_test_support::{BOOK, DEAL, Desk, LOANS, NAV, PRICES};
use tailproof_verifier::Proof;
use tailproof_verifier::export::evm::{
    VERIFY_MANY_SELECTOR, VERIFY_PROOF_SELECTOR, verify_many_calldata, verify_proof_calldata,
};
use tailproof_verifier::keys::file::decode_verifying_key;
use tailproof_verifier::proof::ProofFile;

/// The most gas that a verifying transaction may use.
pub const GAS: u64 = 240_000;

struct Deployed {
    desk: Desk,
    chain: Chain,
    calldata: Vec<u8>,
    selectors: serde_json::Value,
}

fn deployed(shape: &str) -> Deployed {
    let desk = Desk::proved(shape);
    let keys = desk.keys(shape);
    let Contract { bytecode, selectors, calldata } = Contract::new(&desk, &keys);
    Deployed { desk, chain: Chain::deploy(bytecode), calldata, selectors }
}

/// The desk's proof is accepted within the gas limit, and refused with the last byte of each of so
/// many controls changed, from the last one.
fn accepted(desk: &Desk, keys: &str, controls: usize) {
    let Contract { bytecode, mut calldata, .. } = Contract::new(desk, keys);
    let mut chain = Chain::deploy(bytecode);
    let (outcome, gas) = chain.call(calldata.clone());
    assert_eq!(outcome, boolean(true), "{keys}");
    assert!(gas <= GAS, "{keys}: {gas} gas");
    for control in 0..controls {
        let place = calldata.len() - 1 - 32 * control;
        calldata[place] ^= 1;
        assert_eq!(chain.call(calldata.clone()).0, boolean(false), "{keys}: control {control} from the end");
        calldata[place] ^= 1;
    }
}

/// The demo's book at full size.
#[test]
fn the_true_proof_is_accepted_for_at_most_240_000_gas() {
    let mut deployed = deployed("500x20");
    let selector = deployed.selectors["verifyProof(uint256[8],uint256[2],uint256[])"].as_str().unwrap().to_owned();
    assert_eq!(selector, hex::encode(VERIFY_PROOF_SELECTOR));
    let (outcome, gas) = deployed.chain.call(deployed.calldata.clone());
    assert_eq!(outcome, boolean(true));
    assert!(gas <= GAS, "{gas} gas");
}

/// A net asset value that is a sum, with cash, and a clause on each group.
#[test]
fn rules_verify_in_the_same_contract() {
    let desk = Desk::new();
    let keys = desk.keys("8x21+rules+2groups");
    desk.run(format!("scenarios historical --window 8 --cash loan --prices {PRICES} -o s.scn")).expect(0);
    desk.write("book.csv", format!("{}loan,-2000000\n", desk.read(BOOK)));
    desk.write("groups.toml", "[sector]\nrest = \"other\"\n[sector.groups]\ntechnology = [\"AAPL\", \"MSFT\"]\n");
    let digest = desk.run("groups groups.toml --json").expect(0).json()["digest"].as_str().unwrap().to_owned();
    let mandate = format!(
        "name = \"m\"\nnav = \"sum\"\ncash = [\"loan\"]\ngroups = \"{digest}\"\n[[clause]]\nmeasure = \"gross\"\n\
         classification = \"sector\"\ngroup = \"each\"\nlimit = 9900000\n"
    );
    desk.write("m.toml", mandate);
    desk.run("commit --book book.csv --scenarios s.scn -o c.json --opening o.json").expect(0);
    desk.prove("book.csv", "m.toml", &keys).expect(0);
    accepted(&desk, &keys, 1);
}

/// Caps and liquidity costs that grow, at the last unit of a cap: their rows are in the scenario point.
#[test]
fn caps_and_costs_verify_in_the_same_contract() {
    let desk = Desk::new();
    let keys = desk.keys("8x20+rules+caps+impact");
    desk.run(format!("scenarios historical --window 8 --prices {PRICES} -o s.scn")).expect(0);
    desk.write("caps.csv", "factor,cap\nAAPL,1250000\nrest,1400000\n");
    desk.write("impact.csv", "factor,rate,above_1,rate_1\nrest,0.0005,500000,0.002\n");
    let digest = |kind: &str| {
        desk.run(format!("{kind} {kind}.csv --json")).expect(0).json()["digest"].as_str().unwrap().to_owned()
    };
    let mandate = format!(
        "name = \"m\"\ncaps = \"{}\"\nimpact = \"{}\"\n[[clause]]\nmeasure = \"caps\"\n[[clause]]\nmeasure = \"var\"\n\
         confidence = 0.9\nlimit_nav = 0.2\nliquidity = true\n",
        digest("caps"),
        digest("impact")
    );
    desk.write("m.toml", mandate);
    desk.run(format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} -o c.json --opening o.json")).expect(0);
    desk.prove(BOOK, "m.toml", &keys).expect(0);
    accepted(&desk, &keys, 1);
}

/// Proves a clause about the demo's book, as often as the shape has books, and calls the contract.
fn verifies(shape: &str, scenarios: &str, clause: &str, books: usize) {
    let desk = Desk::new();
    let keys = desk.keys(shape);
    desk.run(format!("scenarios {scenarios} --prices {PRICES} -o s.scn")).expect(0);
    desk.write("m.toml", format!("name = \"m\"\n[[clause]]\n{clause}\n"));
    let mut held = String::new();
    for book in 0..books {
        let files = format!("-o c{book}.json --opening o{book}.json");
        desk.run(format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} {files}")).expect(0);
        held += &format!("--book {BOOK} --opening o{book}.json ");
    }
    desk.run(format!("prove {held} --scenarios s.scn --mandate m.toml --keys {keys} -o p.json")).expect(0);
    // The last control holds the limits.
    accepted(&desk, &keys, 1);
}

/// A P&L vector at its last unit: the worst loss of its days. The contract takes it as any other claim,
/// and refuses it with any control moved.
#[test]
fn a_pnl_vector_verifies_in_the_same_contract() {
    let desk = Desk::new();
    let keys = desk.keys("8pnl/1");
    let days: Vec<String> = desk.read(PRICES).lines().rev().take(8).map(|row| row[..10].to_owned()).collect();
    let losses = [3_120.55, -410.0, 12_345.67, 88.01, -5_000.5, 0.0, 999.99, -12_000.0];
    let rows = days.iter().rev().zip(losses).map(|(day, loss)| format!("{day},{:.2}\n", -loss));
    desk.write("pnl.csv", std::iter::once("date,pnl\n".to_owned()).chain(rows).collect::<String>());
    desk.run("scenarios pnl --pnl pnl.csv --source Desk -o s.scn").expect(0);
    desk.run(format!("commit --pnl pnl.csv --scenarios s.scn --nav {NAV} -o c.json --opening o.json")).expect(0);
    desk.write("m.toml", "name = \"m\"\n[[clause]]\nmeasure = \"stress\"\nlimit = 12345.67\n");
    desk.prove("pnl.csv", "m.toml", &keys).expect(0);
    accepted(&desk, &keys, 4);
    desk.write("less.toml", "name = \"m\"\n[[clause]]\nmeasure = \"stress\"\nlimit = 12345.66\n");
    desk.prove("pnl.csv", "less.toml", &keys).expect(1);
}

#[test]
fn limits_on_the_book_verify_in_the_same_contract() {
    verifies("8x20+limits", "historical --window 8", "measure = \"gross\"\nlimit_nav = 1.3", 1);
}

#[test]
fn parametric_claims_verify_in_the_same_contract() {
    let normal = "measure = \"var\"\nmethod = \"normal\"\nconfidence = 0.99\nlimit_nav = 0.2";
    verifies("21x20+parametric", "covariance", normal, 1);
}

#[test]
fn consolidated_books_verify_in_the_same_contract() {
    verifies("8x20+limits+2books", "historical --window 8", "measure = \"gross\"\nlimit_nav = 1.3", 2);
}

#[test]
fn a_pool_and_its_tranches_verify_in_the_same_contract() {
    let desk = Desk::with_pool(LOANS, DEAL);
    let keys = desk.keys("200loans+pool+32x7/2tranches");
    desk.prove_pool("loans.csv", "deal.toml", &keys, "--scenarios c.scn").expect(0);
    accepted(&desk, &keys, 4);
}

/// The four controls of a pool with bands, spare numbers, distinct ids and a limit on its largest
/// obligors are those of every other statement.
#[test]
fn a_pool_with_every_flag_verifies_in_the_same_contract() {
    let tape = "id,balance,rate,ltv,age,collateral\n1,300,5,60,12,a\n2,200,6,60.01,30,b\n3,400,5.5,100,3,c\n";
    let deal = "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\n\
                columns = [\"rate\", \"ltv\", \"grade\", \"collateral\"]\ngrades = [\"low\", \"high\"]\n\
                [tape.scale]\nrate = \"percent\"\nltv = \"percent\"\n\
                [tape.bands.grade]\nnumber = \"ltv\"\nlimits = { low = [0, 60], high = [60.01, 100] }\n\
                [[tape.numbers]]\nname = \"age\"\nstep = 1\n[tape.ids]\n[claims]\naverage_age_max = 14\n\
                distinct = [\"loans\", \"collateral\"]\n[shares.grade]\nlow = 0.4\n\
                [top_obligors]\ncount = 2\nshare_max = 0.777777778\n";
    let desk = Desk::new();
    desk.write("loans.csv", tape);
    desk.write("deal.toml", deal);
    desk.commit_pool("loans.csv").expect(0);
    let keys = desk.keys("4loans+pool+bands+numbers+distinct+collateral+top");
    desk.prove_pool("loans.csv", "deal.toml", &keys, "").expect(0);
    accepted(&desk, &keys, 4);
}

/// How a pool came from an earlier one: both commitments are behind one control.
#[test]
fn a_month_of_a_pool_verifies_in_the_same_contract() {
    let deal = |cut_off: &str, month: &str| {
        format!(
            "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"{cut_off}\"\ncurrency = \"EUR\"\ncolumns = [\"term\", \"grade\", \"status\"]\n\
             grades = [\"A\", \"defaulted\"]\n[tape.status]\ncurrent = [\"current\"]\npaid = [\"paid\"]\n[tape.ids]\n[claims]\n\
             loans_min = 1\n{month}"
        )
    };
    let desk = Desk::new();
    desk.write(
        "february.csv",
        "id,balance,term,grade,status\n1,300,12,A,current\n2,200,6,A,current\n3,50,9,A,current\n",
    );
    desk.write("march.csv", "id,balance,term,grade,status\n1,290,11,A,current\n2,0,5,A,paid\n4,40,9,A,current\n");
    desk.write("reasons.csv", "id,reason\n3,charged-off\n");
    desk.write("february.toml", deal("2018-02-28", ""));
    let month = "[month]\nfrom = \"2018-02-28\"\ncollected_min = 210\ncharged_off_max = 0.091\n";
    desk.write("march.toml", deal("2018-03-31", month));
    for name in ["february", "march"] {
        let files = format!("-o {name}.json --opening {name}.opening");
        desk.run(format!("pool commit {name}.csv --deal {name}.toml {files}")).expect(0);
    }
    let keys = desk.keys("3loans+pool+roll");
    let before = "--before february.csv --before-opening february.opening --reasons reasons.csv";
    let after = "--pool march.csv --opening march.opening --deal march.toml";
    desk.run(format!("prove {after} {before} --keys {keys} -o p.json")).expect(0);
    accepted(&desk, &keys, 4);
}

/// Net present value under public assumptions, and inputs of SEC-SA.
#[test]
fn a_value_verifies_in_the_same_contract() {
    let tape = "id,balance,rate,grade,status\n1,600,5,A,current\n2,200,7,A,late\n3,200,0,defaulted,default\n";
    let deal = |cashflow: &str| {
        format!(
            "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\n\
             columns = [\"rate\", \"grade\", \"status\"]\ngrades = [\"A\", \"defaulted\"]\n[tape.scale]\nrate = \"percent\"\n\
             [tape.status]\ncurrent = [\"current\"]\ndelinquent = [\"late\"]\ndefault = [\"default\"]\n\
             [sec_sa]\nw_max = 0.4\nksa_max = 0.0464\n[sec_sa.risk_weights]\nA = 0.35\ndefaulted = 1.5\n\
             [cashflow]\nreplines = \"grade\"\n{cashflow}"
        )
    };
    let assumptions = "version = 1\nname = \"spring\"\n[[repline]]\ncode = \"A\"\nrate = 5\nterm = 12\nkind = \"bullet\"\n\
                       [[repline]]\ncode = \"defaulted\"\nrate = 0\nterm = 1\nkind = \"defaulted\"\n\
                       [[block]]\nname = \"base\"\n[discount]\nflat = 4\n";
    let desk = Desk::new();
    desk.write("loans.csv", tape);
    desk.write("a.toml", assumptions);
    desk.write("deal.toml", deal(""));
    desk.commit_pool("loans.csv").expect(0);
    let made = desk.run("scenarios cashflow --deal deal.toml --assumptions a.toml -o f.scn").expect(0).stdout;
    let digest = made.lines().find_map(|line| line.strip_prefix("assumptions ")).unwrap();
    let digest = digest.split_whitespace().next().unwrap();
    desk.write("deal.toml", deal(&format!("assumptions_sha256 = \"{digest}\"\nnpv_min = 800\nnpv_block = \"base\"\n")));
    let keys = desk.keys("3loans+pool+value");
    desk.prove_pool("loans.csv", "deal.toml", &keys, "--assumptions a.toml").expect(0);
    accepted(&desk, &keys, 4);
}

/// Bad debt of loans against market collateral, in tranches with limits.
#[test]
fn bad_debt_verifies_in_the_same_contract() {
    let deal = "name = \"coins\"\n[tape]\nversion = 2\ncut_off = \"2024-01-05\"\ncurrency = \"USD\"\n\
                columns = [\"ltv\", \"grade\"]\ngrades = [\"BTC to 70\", \"ETH to 60\"]\n[tape.scale]\nltv = \"percent\"\n\
                [tape.bands.grade]\nnumber = \"ltv\"\nlimits = { \"BTC to 70\" = [0, 70], \"ETH to 60\" = [0, 60] }\n\
                assets = { \"BTC to 70\" = \"BTC\", \"ETH to 60\" = \"ETH\" }\n\
                [collateral]\nhorizon = 3\nhaircut = { BTC = 0.1, ETH = 0.1 }\n\
                [[tranche]]\nname = \"fund\"\nattachment = 0\ndetachment = 0.2\nexpected_loss = 0.75\n\
                [[tranche]]\nname = \"lenders\"\nattachment = 0.2\ndetachment = 1\nhit = 0.5\n\
                [claims]\nloans_min = 2\n";
    let desk = Desk::new();
    desk.write("loans.csv", "id,balance,ltv,asset\n1,1000,70,BTC\n2,2000,60,ETH\n");
    desk.write("stress.csv", "name,BTC,ETH\ncrash,-0.5,-0.6\ncalm,0,0\n");
    desk.write("deal.toml", deal);
    desk.run("scenarios collateral --deal deal.toml --table stress.csv -o c.scn").expect(0);
    desk.commit_pool("loans.csv").expect(0);
    let keys = desk.keys("2loans+pool+bands+2x2/2tranches");
    desk.prove_pool("loans.csv", "deal.toml", &keys, "--scenarios c.scn").expect(0);
    accepted(&desk, &keys, 4);
}

#[test]
fn the_proof_with_any_byte_changed_is_refused() {
    let mut deployed = deployed("8x20");
    assert_eq!(deployed.chain.call(deployed.calldata.clone()).0, boolean(true));
    // Selector, then 8 words of proof, 2 of scenario point, offset, length, 4 controls.
    for position in 0..deployed.calldata.len() {
        let mut changed = deployed.calldata.clone();
        changed[position] ^= 1 << (position % 8);
        let (outcome, _) = deployed.chain.call(changed);
        assert_ne!(outcome, boolean(true), "byte {position}");
        if (4..4 + 256).contains(&position) {
            assert_eq!(outcome, boolean(false), "byte {position}: a bad proof is false, not a revert");
        }
    }
    for length in [0, 3, 4, 100, deployed.calldata.len() - 1] {
        let (outcome, _) = deployed.chain.call(deployed.calldata[..length].to_vec());
        assert!(matches!(outcome, Outcome::Reverted(_)), "{length} bytes");
    }
}

#[test]
fn aliases_of_controls_are_named_reverts() {
    let mut deployed = deployed("8x20");
    let first_control = deployed.calldata.len() - 4 * 32;
    for index in 0..4 {
        let mut aliased = deployed.calldata.clone();
        let word = &mut aliased[first_control + 32 * index..][..32];
        let mut value = Fr::from_be_bytes_mod_order(word).into_bigint();
        assert!(!value.add_with_carry(&Fr::MODULUS), "a control plus the modulus fits a word");
        word.copy_from_slice(&value.to_bytes_be());
        let (outcome, _) = deployed.chain.call(aliased);
        // ControlOutOfField(index, value)
        assert!(matches!(outcome, Outcome::Reverted(data) if data.len() == 68 && data[35] == index as u8));
    }
}

/// Every way to compile that the docs allow verifies the true proof, and code for Paris runs on
/// chains without PUSH0.
#[test]
fn every_compiler_setting_of_the_docs_verifies() {
    let deployed = deployed("8x20");
    let source = deployed.desk.read("V.sol");
    for version in ["paris", "shanghai", "cancun"] {
        for (via_ir, optimizer) in [(false, false), (false, true), (true, false), (true, true)] {
            let setting = format!("{version}, via-ir {via_ir}, optimizer {optimizer}");
            let evm = compiled(&source, via_ir, optimizer, version);
            let opcodes = evm["deployedBytecode"]["opcodes"].as_str().unwrap();
            assert_eq!(opcodes.split(' ').any(|word| word == "PUSH0"), version != "paris", "{setting}");
            let bytecode = hex::decode(evm["bytecode"]["object"].as_str().unwrap()).unwrap();
            let (outcome, _) = Chain::deploy(bytecode).call(deployed.calldata.clone());
            assert_eq!(outcome, boolean(true), "{setting}");
        }
    }
}

/// The point at infinity is that of no scenarios, and of a contract that has not set its point yet.
#[test]
fn a_scenario_point_at_infinity_is_a_named_revert() {
    let mut deployed = deployed("8x20");
    let mut calldata = deployed.calldata.clone();
    calldata[4 + 8 * 32..4 + 10 * 32].fill(0);
    let (outcome, _) = deployed.chain.call(calldata);
    // ScenarioPointAtInfinity(): the one error without a value, so a selector and no more.
    assert!(matches!(outcome, Outcome::Reverted(data) if data.len() == 4));
}

/// The attack that the threat model warns of: whoever chooses the scenario point forges. They
/// choose it so that the inputs sum to zero; then A = alpha, B = beta, C = 0 balance the equation.
#[test]
fn whoever_chooses_the_scenario_point_forges() {
    let mut deployed = deployed("8x20");
    let keys = deployed.desk.keys("8x20");
    let key = decode_verifying_key(&deployed.desk.bytes(&format!("{keys}/verifying.key"))).unwrap();
    let file: ProofFile = ProofFile::from_json(&deployed.desk.read("p.json")).unwrap();
    let groth16 = key.groth16();
    let controls = [Fr::from(1u64), Fr::from(2u64), Fr::from(3u64), Fr::from(4u64)];
    let known: G1Projective = groth16.gamma_abc_g1[1..5].iter().zip(controls).map(|(point, k)| *point * k).sum();
    let free = (-(known + groth16.gamma_abc_g1[0])).into_affine();
    let forged = Proof { a: groth16.alpha_g1, b: groth16.beta_g2, c: G1Affine::zero() };
    let mut calldata = verify_proof_calldata(&forged, &free, &controls);
    // C as the EVM writes the point at infinity.
    calldata[4 + 6 * 32..4 + 8 * 32].fill(0);
    assert_eq!(deployed.chain.call(calldata).0, boolean(true), "this is why the point is not the prover's to choose");
    // With the true scenario point the same forgery fails.
    let mut calldata = verify_proof_calldata(&forged, &file.evidence.scenario_point, &controls);
    calldata[4 + 6 * 32..4 + 8 * 32].fill(0);
    assert_eq!(deployed.chain.call(calldata).0, boolean(false));
}

/// The true proof as a batch of so many.
fn batch(desk: &Desk, size: usize) -> Vec<u8> {
    let file: ProofFile = ProofFile::from_json(&desk.read("p.json")).unwrap();
    verify_many_calldata(&file.evidence.scenario_point, &vec![(file.evidence.proof, file.controls); size])
}

/// `desk.read("V.sol")` for Paris, which chains before it run.
fn for_old_chains(source: &str) -> Vec<u8> {
    let evm = compiled(source, false, true, "paris");
    hex::decode(evm["bytecode"]["object"].as_str().unwrap()).unwrap()
}

#[test]
fn a_batch_is_accepted_and_one_bad_item_refuses_it() {
    let mut deployed = deployed("8x20");
    let selector = deployed.selectors["verifyMany(uint256[8][],uint256[2],uint256[4][])"].as_str().unwrap().to_owned();
    assert_eq!(selector, hex::encode(VERIFY_MANY_SELECTOR));
    for size in [1, 3] {
        let mut calldata = batch(&deployed.desk, size);
        assert_eq!(deployed.chain.call(calldata.clone()).0, boolean(true), "{size}");
        let last = calldata.len() - 1;
        calldata[last] ^= 1;
        assert_eq!(deployed.chain.call(calldata).0, boolean(false), "{size}");
    }
}

/// Petersburg's pairing costs more than twice as much. Where the gas no longer suffices, the
/// precompile fails as over a bad proof: empty data, and its gas is gone. Nobody may read that as
/// false.
#[test]
fn a_repriced_precompile_reverts_and_says_nothing_of_a_true_proof() {
    let deployed = deployed("8x20");
    let bytecode = for_old_chains(&deployed.desk.read("V.sol"));
    let mut chain = Chain::deploy_under(SpecId::PETERSBURG, bytecode).unwrap();
    for (calldata, enough) in [
        (deployed.calldata.clone(), 900_000),
        (batch(&deployed.desk, 1), 1_200_000),
        (batch(&deployed.desk, 4), 2_000_000),
    ] {
        assert_eq!(chain.call_with(enough, calldata.clone()).0, boolean(true), "with enough gas");
        for gas in (150_000..enough).step_by(10_000) {
            let (outcome, _) = chain.call_with(gas, calldata.clone());
            assert_ne!(outcome, boolean(false), "a true proof, {gas} gas");
        }
        let mut bad = calldata;
        // A of the first proof.
        let place = if bad[..4] == VERIFY_PROOF_SELECTOR { 4 + 31 } else { 4 + 32 * 5 + 31 };
        bad[place] ^= 1;
        assert_eq!(chain.call_with(enough, bad).0, boolean(false), "a bad proof is false still");
    }
}

/// C and the inputs then cancel, whatever they say. No key file holds such a key; a source that
/// somebody changed does not deploy.
#[test]
fn a_contract_whose_gamma_is_delta_does_not_deploy() {
    let deployed = deployed("8x20");
    let mut source = deployed.desk.read("V.sol");
    let constant = |source: &str, name: &str| {
        let (_, rest) = source.split_once(&format!("constant {name} = ")).unwrap();
        rest.split_once(';').unwrap().0.to_owned()
    };
    for part in ["X_IM", "X_RE", "Y_IM", "Y_RE"] {
        let [gamma, delta] = ["GAMMA", "DELTA"].map(|name| constant(&source, &format!("{name}_{part}")));
        source = source.replace(&delta, &gamma);
        if part == "X_RE" {
            // Delta as the negation of gamma has its own y.
            assert!(Chain::deploy_under(SpecId::PETERSBURG, for_old_chains(&source)).is_none(), "opposite points");
        }
    }
    assert!(Chain::deploy_under(SpecId::PETERSBURG, for_old_chains(&source)).is_none(), "equal points");
}
