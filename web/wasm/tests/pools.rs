//! Pools of loans: criteria of a purchase, a month, and bad debt have the command's verdicts.

use std::fmt::Write;

use serde_json::{Value, json};
use tailproof_test_support::{Desk, source};

use crate::module::{answer, result, sha256};
use crate::verdicts::same;

/// A desk with the proof `p.json` of a deal, and its public files in the module.
struct Pool {
    desk: Desk,
    /// The request of a verification, without the deal.
    request: Value,
    /// The options of `verify` but for the proof and the deal.
    options: String,
}

impl Pool {
    fn new(desk: Desk, keys: &str, scenarios: Option<&str>, commitments: &[&str]) -> Self {
        let handle = |op: &str, file: &str| answer(&json!({ "op": op }), &desk.bytes(file))["handle"].clone();
        let key = desk.bytes(&format!("{keys}/verifying.key"));
        let mut request = json!({
            "op": "verify",
            "keys": answer(&json!({ "op": "keys", "digest": sha256(&key) }), &key)["handle"],
            "commitments": commitments.iter().map(|file| handle("commitment", file)).collect::<Vec<_>>(),
        });
        let mut options = format!("--keys {keys} --json");
        for file in commitments {
            write!(options, " --commitment {file}").unwrap();
        }
        if let Some(set) = scenarios {
            request["scenarios"] = handle("scenarios", set);
            write!(options, " --scenarios {set}").unwrap();
        }
        Self { desk, request, options }
    }

    /// Checks that the command and the module say the same of a proof under the text of a deal, and
    /// returns what they say.
    #[track_caller]
    fn judged(&self, proof: &str, deal: &str) -> Value {
        self.desk.write("judged.toml", deal);
        let mut request = self.request.clone();
        request["deal"] = answer(&json!({ "op": "deal" }), deal.as_bytes())["handle"].clone();
        let found = result(&request, &self.desk.bytes(proof));
        same(&self.desk.run(format!("verify --proof {proof} --deal judged.toml {}", self.options)), found.clone());
        found
    }

    /// Checks that the proof holds under a deal, that its claims begin so, and that neither the
    /// proof holds under another deal nor one whose points changed places under this one.
    #[track_caller]
    fn holds(&self, deal: &str, said: &[&str], others: &[(&str, &str)]) {
        let found = self.judged("p.json", deal);
        assert_eq!(found["valid"], true, "{found}");
        let claims: Vec<&str> =
            found["claims"].as_array().unwrap().iter().map(|claim| claim.as_str().unwrap()).collect();
        for said in said {
            assert!(claims.iter().any(|claim| claim.starts_with(said)), "{said}: {claims:?}");
        }
        for (from, to) in others {
            assert!(deal.contains(from), "{from}");
            let found = self.judged("p.json", &deal.replace(from, to));
            assert_eq!((&found["valid"], &found["code"]), (&false.into(), &"other-claim".into()), "{to}: {found}");
        }
        let mut swapped = self.desk.json("p.json");
        let proof = swapped["proof"].as_object_mut().unwrap();
        let (a, c) = (proof["a"].clone(), proof["c"].clone());
        (proof["a"], proof["c"]) = (c, a);
        self.desk.write("swapped.json", swapped.to_string());
        assert_eq!(self.judged("swapped.json", deal)["code"], "proof-fails");
    }
}

#[test]
fn criteria_of_a_purchase() {
    const TAPE: &str = "id,balance,grade,obligor,status,seasoning,dti\n1,250,A,a,current,6,40\n2,300,A,b,late,7,35\n\
                        3,150,B,a,current,60,20\n4,200,B,c,current,6,25\n5,100,A,d,default,12,15\n";
    const DEAL: &str = "name = \"Criteria\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\n\
        columns = [\"grade\", \"obligor\", \"status\"]\ngrades = [\"A\", \"B\", \"defaulted\"]\n\
        [tape.status]\ncurrent = [\"current\"]\ndelinquent = [\"late\"]\ndefault = [\"default\"]\n\
        [tape.ids]\n[[tape.numbers]]\nname = \"seasoning\"\nstep = 1\n[[tape.numbers]]\nname = \"dti\"\nstep = 0.01\n\
        [claims]\ndistinct = [\"loans\"]\naverage_dti_max = 30\n[eligible]\nseasoning_min = 6\ndti_max = 40\n\
        [top_obligors]\ncount = 2\nshare_max = 0.7\n[sec_sa]\nw_max = 0.4\nksa_max = 0.0554\n\
        [sec_sa.risk_weights]\nA = 0.35\nB = 1\ndefaulted = 1.5\n\
        [[tranche]]\nname = \"first\"\nattachment = 0\ndetachment = 0.3\n\
        [[tranche]]\nname = \"senior\"\nattachment = 0.3\ndetachment = 1\n";
    let desk = Desk::new();
    desk.write("loans.csv", TAPE);
    desk.write("deal.toml", DEAL);
    desk.commit_pool("loans.csv").expect(0);
    let keys = desk.keys("5loans+pool+numbers+distinct+value+top");
    desk.prove_pool("loans.csv", "deal.toml", &keys, "").expect(0);
    let said = [
        "average dti, weighted by balance, at most 30",
        "committed digests of ids of loans are distinct",
        "every loan's seasoning at least 6",
        "the 2 largest obligors together owe at most 70 % of the balance",
        "at most 40 % of the balance is delinquent or in default, which bounds W of SEC-SA",
        "average capital charge at most 5.54 % of the balance, which bounds K_SA of SEC-SA",
        "tranche senior: risk weight at most 297.28 % by SEC-SA",
    ];
    let tighter = [
        ("average_dti_max = 30", "average_dti_max = 29.999999"),
        ("seasoning_min = 6", "seasoning_min = 7"),
        ("share_max = 0.7", "share_max = 0.699999999"),
        ("w_max = 0.4", "w_max = 0.399999999"),
        ("ksa_max = 0.0554", "ksa_max = 0.055399999"),
    ];
    let pool = Pool::new(desk, &keys, None, &["c.json"]);
    pool.holds(DEAL, &said, &tighter);
    // Keys under which ids are distinct go with no deal that does not claim it.
    let unfit = pool.judged("p.json", &DEAL.replace("distinct = [\"loans\"]\n", ""));
    assert_eq!(unfit["code"], "does-not-fit", "{unfit}");
}

#[test]
fn a_month_with_its_commitments_in_either_order() {
    const HEAD: &str = "id,balance,term,grade,status";
    let deal = |cut_off: &str, month: &str| {
        format!(
            "name = \"Cars\"\n[tape]\nversion = 2\ncut_off = \"{cut_off}\"\ncurrency = \"EUR\"\n\
             columns = [\"term\", \"grade\", \"status\"]\ngrades = [\"A\", \"defaulted\"]\n\
             [tape.status]\ncurrent = [\"current\"]\npaid = [\"paid\"]\n[tape.ids]\n[claims]\nloans_min = 1\n{month}"
        )
    };
    let terms = deal("2018-03-31", "[month]\nfrom = \"2018-02-28\"\ncollected_min = 220\n");
    let desk = Desk::new();
    desk.write("before.csv", format!("{HEAD}\n1,300,12,A,current\n2,200,6,A,current\n3,500,9,A,current\n"));
    desk.write("after.csv", format!("{HEAD}\n1,290,11,A,current\n2,0,5,A,paid\n3,490,8,A,current\n"));
    desk.write("before.toml", deal("2018-02-28", ""));
    desk.write("after.toml", &terms);
    for month in ["before", "after"] {
        let commit = format!("pool commit {month}.csv --deal {month}.toml -o {month}.json --opening {month}.opening");
        desk.run(commit).expect(0);
    }
    let keys = desk.keys("6loans+pool+roll");
    let before = "--before before.csv --before-opening before.opening";
    let after = "--pool after.csv --opening after.opening --deal after.toml";
    desk.run(format!("prove {after} {before} --keys {keys} -o p.json")).expect(0);
    let pool = Pool::new(desk, &keys, None, &["after.json", "before.json"]);
    let said = [
        "every loan of the pool of 2018-02-28 is in this one, or gone",
        "since 2018-02-28, balances fell by at least 220 that the committer names paid",
    ];
    pool.holds(&terms, &said, &[("collected_min = 220", "collected_min = 220.01")]);
    // One of the two is missing.
    let mut alone = pool.request.clone();
    alone["commitments"].as_array_mut().unwrap().pop();
    alone["deal"] = answer(&json!({ "op": "deal" }), terms.as_bytes())["handle"].clone();
    assert_eq!(result(&alone, &pool.desk.bytes("p.json"))["code"], "other-count");
}

#[test]
fn bad_debt_of_loans_against_coins() {
    const DEAL: &str = "name = \"Coins\"\n[tape]\nversion = 2\ncut_off = \"2020-03-15\"\ncurrency = \"USD\"\n\
        columns = [\"ltv\", \"grade\"]\ngrades = [\"BTC to 70\", \"ETH to 60\"]\n[tape.scale]\nltv = \"percent\"\n\
        [tape.bands.grade]\nnumber = \"ltv\"\nlimits = { \"BTC to 70\" = [0, 70], \"ETH to 60\" = [0, 60] }\n\
        assets = { \"BTC to 70\" = \"BTC\", \"ETH to 60\" = \"ETH\" }\n\
        [collateral]\nhorizon = 3\n[collateral.haircut]\nBTC = 0.1\nETH = 0.1\n\
        [[tranche]]\nname = \"fund\"\nattachment = 0\ndetachment = 0.1\n\
        [[tranche]]\nname = \"lenders\"\nattachment = 0.1\ndetachment = 1\nhit = 0.25\n\
        [claims]\nloans_min = 3\nexpected_loss_max = 0.06\n";
    let desk = Desk::new();
    let prices = std::fs::read_to_string(source().join("src/demo/crypto-prices.csv")).unwrap();
    let until: Vec<&str> = prices.lines().take_while(|line| !line.starts_with("2020-03-16")).collect();
    desk.write("prices.csv", until.join("\n"));
    desk.write("loans.csv", "id,balance,ltv,asset\n1,1000,70,BTC\n2,2000,60,ETH\n3,500,12.5,ETH\n");
    desk.write("deal.toml", DEAL);
    desk.run("scenarios collateral --deal deal.toml --prices prices.csv --window 12 -o c.scn").expect(0);
    desk.commit_pool("loans.csv").expect(0);
    let keys = desk.keys("3loans+pool+bands+12x2/2tranches");
    desk.prove_pool("loans.csv", "deal.toml", &keys, "--scenarios c.scn").expect(0);
    let said = [
        "expected loss of the pool at most 6 %, as bad debt",
        "tranche lenders: probability of a first unit of loss at most 25 %, as bad debt",
    ];
    let tighter =
        [("expected_loss_max = 0.06", "expected_loss_max = 0.059999999"), ("hit = 0.25", "hit = 0.249999999")];
    let pool = Pool::new(desk, &keys, Some("c.scn"), &["c.json"]);
    pool.holds(DEAL, &said, &tighter);
    // Another haircut than the set was made with.
    let unfit = pool.judged("p.json", &DEAL.replace("ETH = 0.1", "ETH = 0.05"));
    assert!(unfit["reason"].as_str().unwrap().contains("haircuts or another horizon than the deal's"), "{unfit}");
}
