//! Claims about pools of loans.

use std::path::Path;

use tailproof_test_support::{DEAL, Desk, LOANS, source};

use super::Claim;
use super::files::Proved;

/// The claims.
pub fn all(root: &Path) -> Vec<Claim> {
    [tranches(), bands(), bad_debt(), criteria(), month()].map(|claim| claim.into_claim(root)).into()
}

/// The demo's loans, and the tranches over them.
fn tranches() -> Proved {
    let desk = Desk::with_pool(LOANS, DEAL);
    let other_terms =
        vec![("obligor_max = 0.015", "obligor_max = 0.015000001"), ("loans_min = 180", "loans_min = 181")];
    Proved { scenarios: Some("c.scn"), ..proved("tranches", desk, "200loans+pool+32x7/2tranches", other_terms) }
}

/// A pool with bands and a spare number, over no scenarios.
fn bands() -> Proved {
    let tape = "id,balance,rate,ltv,age\n1,300,5,60,12\n2,200,6,60.01,30\n3,400,5.5,100,3\n";
    let deal = "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\n\
                columns = [\"rate\", \"ltv\", \"grade\"]\ngrades = [\"low\", \"high\"]\n\
                [tape.scale]\nrate = \"percent\"\nltv = \"percent\"\n\
                [tape.bands.grade]\nnumber = \"ltv\"\nlimits = { low = [0, 60], high = [60.01, 100] }\n\
                [[tape.numbers]]\nname = \"age\"\nstep = 1\n[claims]\naverage_age_max = 14\n\
                [shares.grade]\nlow = 0.4\n";
    let desk = Desk::new();
    desk.write("loans.csv", tape);
    desk.write("deal.toml", deal);
    desk.commit_pool("loans.csv").expect(0);
    let other_terms = vec![("age_max = 14", "age_max = 15"), ("low = 0.4", "low = 0.39")];
    proved("bands", desk, "4loans+pool+bands+numbers", other_terms)
}

/// Bad debt of loans against coins, over the fall of March 2020.
fn bad_debt() -> Proved {
    let deal = "name = \"Coins\"\n[tape]\nversion = 2\ncut_off = \"2020-03-15\"\ncurrency = \"USD\"\n\
                columns = [\"ltv\", \"grade\"]\ngrades = [\"BTC to 70\", \"ETH to 60\"]\n\
                [tape.scale]\nltv = \"percent\"\n[tape.bands.grade]\nnumber = \"ltv\"\n\
                limits = { \"BTC to 70\" = [0, 70], \"ETH to 60\" = [0, 60] }\n\
                assets = { \"BTC to 70\" = \"BTC\", \"ETH to 60\" = \"ETH\" }\n\
                [collateral]\nhorizon = 3\n[collateral.haircut]\nBTC = 0.1\nETH = 0.1\n\
                [[tranche]]\nname = \"fund\"\nattachment = 0\ndetachment = 0.1\n\
                [[tranche]]\nname = \"lenders\"\nattachment = 0.1\ndetachment = 1\nhit = 0.25\n\
                [claims]\nloans_min = 3\nexpected_loss_max = 0.06\n";
    let desk = Desk::new();
    desk.write("loans.csv", "id,balance,ltv,asset\n1,1000,70,BTC\n2,2000,60,ETH\n3,500,12.5,ETH\n");
    desk.write("deal.toml", deal);
    let prices = std::fs::read_to_string(source().join("src/demo/crypto-prices.csv")).unwrap();
    for (set, end) in [("c", "2020-03-16"), ("t", "2020-03-15")] {
        let until: Vec<&str> = prices.lines().take_while(|line| !line.starts_with(end)).collect();
        desk.write("prices.csv", until.join("\n"));
        let made = format!("scenarios collateral --deal deal.toml --prices prices.csv --window 12 -o {set}.scn");
        desk.run(made).expect(0);
    }
    desk.commit_pool("loans.csv").expect(0);
    let other_terms = vec![("loss_max = 0.06", "loss_max = 0.059999999"), ("hit = 0.25", "hit = 0.250000001")];
    Proved {
        scenarios: Some("c.scn"),
        other_set: Some("t.scn"),
        ..proved("bad-debt", desk, "3loans+pool+bands+12x2/2tranches", other_terms)
    }
}

/// Criteria of a purchase: distinct loans, the largest obligors, spare numbers, and inputs of
/// SEC-SA.
fn criteria() -> Proved {
    let tape = "id,balance,grade,obligor,status,seasoning,dti\nTW-1,250,A,a,current,6,40\nTW-2,300,A,b,late,7,35\n\
                TW-3,150,B,a,current,60,20\nTW-4,200,B,c,current,6,25\nTW-5,100,A,d,default,12,15\n";
    let deal = "name = \"Criteria\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\n\
                columns = [\"grade\", \"obligor\", \"status\"]\ngrades = [\"A\", \"B\", \"defaulted\"]\n\
                [tape.status]\ncurrent = [\"current\"]\ndelinquent = [\"late\"]\ndefault = [\"default\"]\n\
                [tape.ids]\n[[tape.numbers]]\nname = \"seasoning\"\nstep = 1\n\
                [[tape.numbers]]\nname = \"dti\"\nstep = 0.01\n\
                [claims]\ndistinct = [\"loans\"]\naverage_dti_max = 30\n[eligible]\nseasoning_min = 6\ndti_max = 40\n\
                [top_obligors]\ncount = 2\nshare_max = 0.7\n[sec_sa]\nw_max = 0.4\nksa_max = 0.0554\n\
                [sec_sa.risk_weights]\nA = 0.35\nB = 1\ndefaulted = 1.5\n\
                [[tranche]]\nname = \"first\"\nattachment = 0\ndetachment = 0.3\n\
                [[tranche]]\nname = \"senior\"\nattachment = 0.3\ndetachment = 1\n";
    let desk = Desk::new();
    desk.write("loans.csv", tape);
    desk.write("deal.toml", deal);
    desk.commit_pool("loans.csv").expect(0);
    let other_terms = vec![("share_max = 0.7", "share_max = 0.699999999"), ("w_max = 0.4", "w_max = 0.399999999")];
    proved("criteria", desk, "5loans+pool+numbers+distinct+value+top", other_terms)
}

/// A month of a pool, which is worth so much under assumptions.
fn month() -> Proved {
    let head = "id,balance,rate,term,grade,obligor,status";
    let deal = |cut_off: &str, rest: &str| {
        format!(
            "name = \"Cars\"\n[tape]\nversion = 2\ncut_off = \"{cut_off}\"\ncurrency = \"EUR\"\n\
             columns = [\"rate\", \"term\", \"grade\", \"obligor\", \"status\"]\ngrades = [\"A\", \"defaulted\"]\n\
             [tape.scale]\nrate = \"percent\"\n[tape.status]\ncurrent = [\"current\"]\npaid = [\"paid\"]\n[tape.ids]\n\
             [claims]\nloans_min = 1\n[cashflow]\nreplines = \"grade\"\n{rest}"
        )
    };
    let desk = Desk::new();
    let february = "1,300,5,12,A,a,current\n2,200,5,6,A,b,current\n3,500,5,9,A,c,current\n";
    desk.write("february.csv", format!("{head}\n{february}"));
    let march = "1,290,5,11,A,a,current\n2,0,5,5,A,b,paid\n3,490,5,8,A,c,current\n";
    desk.write("march.csv", format!("{head}\n{march}"));
    desk.write(
        "assumptions.toml",
        "version = 1\nname = \"spring\"\n[[repline]]\ncode = \"A\"\nrate = 5\nterm = 24\nkind = \"level-pay\"\n\
         [[repline]]\ncode = \"defaulted\"\nrate = 0\nterm = 1\nkind = \"defaulted\"\n\
         [[block]]\nname = \"base\"\n[discount]\nflat = 4\n",
    );
    desk.write("february.toml", deal("2018-02-28", ""));
    let made = "scenarios cashflow --deal february.toml --assumptions assumptions.toml -o f.scn";
    let made = desk.run(made).expect(0).stdout;
    let digest = made.lines().find_map(|line| line.strip_prefix("assumptions ")).unwrap();
    let digest = digest.split_whitespace().next().unwrap();
    let value = format!("assumptions_sha256 = \"{digest}\"\nnpv_min = 780\nnpv_block = \"base\"\n");
    let month = "[month]\nfrom = \"2018-02-28\"\ncollected_min = 220\n";
    desk.write("march.toml", deal("2018-03-31", &format!("{value}{month}")));
    for (tape, name) in [("february", "february"), ("february", "other"), ("march", "march")] {
        let commit = format!("pool commit {tape}.csv --deal {tape}.toml -o {name}.json --opening {name}.opening");
        desk.run(commit).expect(0);
    }
    let before = "--before february.csv --before-opening february.opening";
    Proved {
        terms: ("--deal", "march.toml"),
        assumptions: Some("assumptions.toml"),
        held: format!("--pool march.csv --opening march.opening {before}"),
        commitments: vec!["february.json", "march.json"],
        ..of(
            "month",
            desk,
            "3loans+pool+roll+value",
            vec![("npv_min = 780", "npv_min = 780.01"), ("collected_min = 220", "collected_min = 219.99")],
        )
    }
}

/// A claim about `loans.csv` under `deal.toml`, to which somebody else committed too.
fn proved(name: &'static str, desk: Desk, shape: &str, other_terms: Vec<(&'static str, &'static str)>) -> Proved {
    desk.run("pool commit loans.csv --deal deal.toml -o other.json --opening other.opening").expect(0);
    of(name, desk, shape, other_terms)
}

fn of(name: &'static str, desk: Desk, shape: &str, other_terms: Vec<(&'static str, &'static str)>) -> Proved {
    let keys = desk.keys(shape);
    Proved {
        name,
        keys,
        desk,
        other_keys: None,
        terms: ("--deal", "deal.toml"),
        other_terms,
        scenarios: None,
        other_set: None,
        held: "--pool loans.csv --opening o.json".to_owned(),
        commitments: vec!["c.json"],
        other_commitment: "other.json",
        groups: None,
        caps: None,
        impact: None,
        assumptions: None,
        context: None,
        seed: None,
        backend: "groth16",
    }
}
