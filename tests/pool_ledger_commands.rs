//! The ledger of a pool: three months of six loans, from the first commitment to a page for investors.

use std::path::PathBuf;

use tailproof::pool_ledger::{PoolLedger, PoolStep};
use tailproof_test_support::{Desk, Run, build, made_once};

const SHAPE: &str = "6loans+pool+roll";
const HEADER: &str = "id,balance,rate,ltv,term,grade,status\n";
/// The cut-offs, with the loans of each and the reasons of the month before it.
const MONTHS: [(&str, &str, &str); 4] = [
    (
        "2018-02-28",
        "L1,1000,5,60,24,A,current\nL2,500,6,70,12,B,current\nL3,250,7,80,36,B,current\nL4,300,5,50,1,A,current\n\
         L5,200,5,50,2,A,current\n",
        "",
    ),
    // The first fell by 50, the second is in default, the third was charged off, the fourth was paid, the
    // fifth got interest of 10, and the sixth is new.
    (
        "2018-03-31",
        "L1,950,5,58,23,A,current\nL2,500,6,70,11,B,default\nL4,0,5,50,0,A,paid\nL5,210,5,50,1,A,current\n\
         L6,150,6,65,60,B,current\n",
        "L3,charged-off\nL5,capitalised\n",
    ),
    ("2018-04-30", "L1,900,5,57,22,A,current\nL2,500,6,70,10,B,default\nL6,150,6,65,59,B,current\n", "L5,paid\n"),
    ("2018-05-31", "L1,900,5,57,21,A,current\nL6,140,6,64,58,B,current\n", "L2,charged-off\n"),
];
/// The limits of the month to each cut-off but the first.
const LIMITS: [&str; 3] = [
    "collected_min = 350\ncharged_off_max = 0.112\nrepurchased_max = 0\ncapitalised_max = 0.0045\nadvanced_max = 0\n\
     newly_delinquent_max = 0\nadded_max = 0.09\n",
    "collected_min = 260\ncharged_off_max = 0\nrepurchased_max = 0\ncapitalised_max = 0\nadvanced_max = 0\nadded_max = 0\n",
    "charged_off_max = 0.33\nrepurchased_max = 0\ncapitalised_max = 0\nadvanced_max = 0\nadded_max = 0\n",
];

/// A deal at a cut-off, with or without a month before it.
pub fn deal(cut_off: &str, month: Option<(&str, &str)>) -> String {
    let month = month
        .map_or(String::new(), |(from, limits)| format!("[month]\nfrom = \"{from}\"\nmoves = [\"ltv\"]\n{limits}"));
    format!(
        "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"{cut_off}\"\ncurrency = \"EUR\"\n\
         columns = [\"rate\", \"ltv\", \"term\", \"grade\", \"status\"]\ngrades = [\"A\", \"B\", \"defaulted\"]\n\
         [tape.scale]\nrate = \"percent\"\nltv = \"percent\"\n\
         [tape.status]\ncurrent = [\"current\"]\ndefault = [\"default\"]\npaid = [\"paid\"]\n[tape.ids]\n\
         [claims]\nloans_min = 1\n{month}"
    )
}

/// The command line that proves the month to the cut-off of an index and adds it.
pub fn month(index: usize, ledger: &str) -> String {
    let before = index - 1;
    format!(
        "pool month --ledger {ledger} --pool t{index}.csv --opening t{index}.opening --before t{before}.csv \
         --before-opening t{before}.opening --reasons r{index}.csv --deal d{index}.toml --keys given/keys-6loans+pool+roll \
         --files k"
    )
}

/// The command line that begins a ledger.
pub const NEW: &str = "pool ledger new --name 'Notes 2018' --deal d0.toml --commitment t0.json";

/// The tapes, commitments and deals of every cut-off, with a ledger of the first two months, `lp.json`,
/// whose proofs and deals are in `k`. Made once.
pub fn made() -> PathBuf {
    made_once("test-proofs", &format!("pool-ledger-{}", build()), |folder| {
        let desk = Desk::new();
        desk.keys(SHAPE);
        for (index, (cut_off, loans, reasons)) in MONTHS.iter().enumerate() {
            desk.write(&format!("t{index}.csv"), format!("{HEADER}{loans}"));
            desk.write(&format!("r{index}.csv"), format!("id,reason\n{reasons}"));
            let before = index.checked_sub(1).map(|before| (MONTHS[before].0, LIMITS[before]));
            desk.write(&format!("d{index}.toml"), deal(cut_off, before));
            let names = format!("-o t{index}.json --opening t{index}.opening");
            desk.run(format!("pool commit t{index}.csv --deal d{index}.toml {names}")).expect(0);
        }
        desk.run(format!("{NEW} -o lp.json")).expect(0);
        for index in 1..3 {
            desk.run(month(index, "lp.json")).expect(0);
        }
        std::fs::create_dir(folder.join("k")).unwrap();
        let names = desk.files().into_iter().filter(|name| name != "k");
        let proofs = std::fs::read_dir(desk.path("k")).unwrap();
        let proofs = proofs.map(|entry| format!("k/{}", entry.unwrap().file_name().into_string().unwrap()));
        for name in names.chain(proofs) {
            std::fs::copy(desk.path(&name), folder.join(&name)).unwrap();
        }
    })
}

/// A desk with copies of what [`made`] makes.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.keys(SHAPE);
    std::fs::create_dir(desk.path("k")).unwrap();
    for folder in ["", "k"] {
        for entry in std::fs::read_dir(made().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                std::fs::copy(&path, desk.path(folder).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    desk
}

const EVIDENCE: &str = "--files k --keys given/keys-6loans+pool+roll";

fn verify(desk: &Desk, ledger: &str, more: &str) -> Run {
    desk.run(format!("pool ledger verify {ledger} {EVIDENCE} {more}"))
}

fn prove(desk: &Desk, index: usize, deal: &str, more: &str) -> Run {
    let before = index - 1;
    desk.run(format!(
        "prove --pool t{index}.csv --opening t{index}.opening --before t{before}.csv --before-opening t{before}.opening \
         --reasons r{index}.csv --deal {deal} --keys given/keys-6loans+pool+roll -o p.json {more}"
    ))
}

fn add(desk: &Desk, ledger: &str, proof: &str, deal: &str) -> Run {
    desk.run(format!("pool ledger add {ledger} --proof {proof} --deal {deal} --keys given/keys-6loans+pool+roll"))
}

#[test]
fn three_months_are_a_ledger_that_anybody_verifies() {
    let desk = desk();
    let head = desk.run("pool ledger head lp.json").expect(0).stdout.trim().to_owned();
    let added = desk.run(month(3, "lp.json")).expect(0).stdout;
    assert!(added.contains("proved and added the month from 2018-04-30 to 2018-05-31"), "{added}");
    assert!(desk.has("k/2018-05-31.proof.json") && desk.has("k/2018-05-31.deal.toml"));

    let verified =
        verify(&desk, "lp.json", &format!("--head {head} --commitment t0.json --commitment t3.json")).expect(0);
    for said in [
        "VALID: 3 proofs of \"Notes 2018\", 3 roll-forwards from 2018-02-28 to 2018-05-31, each in its place",
        "balances fell by at least 610 EUR that the committer names paid; 1 of 3 roll-forwards have no such limit, and count as 0",
        // 11.2 % of the first balance, and 33 % of at most 1.0045 / 0.91 of it.
        "since 2018-02-28, charged off or written off: at most 47.6269231 % of the balance of 2018-02-28",
        "cumulative net loss, which is this less recoveries, is at most as much: recoveries are not proved",
        "the last balance is at most 110.3846154 % of that of 2018-02-28",
        &format!("head {head}: compared, behind step 2 of 3"),
        "nothing is proved about how the pool came to be",
        "why a loan is gone or its balance is another is the committer's word",
    ] {
        assert!(verified.stdout.contains(said), "{said}: {}", verified.stdout);
    }
    assert_eq!(verified.stdout.matches("compared with the one that was given").count(), 2, "{}", verified.stdout);
    assert!(verified.stderr.contains("development"), "{verified:?}");
    let json = verify(&desk, "lp.json", "--json").expect(0).json();
    assert_eq!((&json["valid"], &json["months"]), (&true.into(), &3.into()));
    assert_eq!(json["figures"]["charged_off_max"], "0.476269231");
    assert_eq!(
        (json["figures"]["repurchased_max"].as_str(), json["figures"]["collected_min"].as_str()),
        (Some("0"), Some("610"))
    );
    assert_eq!(json["steps"][2]["claims"].as_array().unwrap().len(), 8, "{json}");

    let show = "pool ledger show lp.json";
    let shown = desk.run(show).expect(1);
    assert!(shown.stdout.starts_with("NOT VERIFIED") && !shown.stdout.contains("proved\n"), "{shown:?}");
    let shown = desk.run(format!("{show} {EVIDENCE}")).expect(0).stdout;
    assert!(shown.contains("month from 2018-03-31 to 2018-04-30  proved"), "{shown}");
}

/// The page says of every figure whether it is proved, and has nothing from elsewhere.
#[test]
fn the_page_for_investors_says_what_is_proved() {
    let desk = desk();
    let report = format!("pool ledger report lp.json {EVIDENCE} -o report.html");
    desk.run(&report).expect(0);
    let page = desk.read("report.html");
    for said in [
        "<strong>proved</strong>",
        "since 2018-02-28, charged off or written off: at most 11.2 % of the opening balance",
        "What is not proved",
        "Deals and keys are those that were given",
        "why a loan is gone or its balance is another is the committer&#39;s word",
        "<svg",
        "role=\"img\"",
        "viewport",
        "Notes 2018",
    ] {
        assert!(page.contains(said) || page.contains(&said.replace("&#39;", "'")), "{said}");
    }
    for from_elsewhere in ["<script", "src=", "<link", "@import", "url("] {
        assert!(!page.contains(from_elsewhere), "{from_elsewhere}");
    }
    // Each claim of each month is a row.
    let claims = verify(&desk, "lp.json", "--json").expect(0).json();
    let rows: usize =
        claims["steps"].as_array().unwrap().iter().map(|step| step["claims"].as_array().unwrap().len()).sum();
    assert!(page.matches("<strong>proved</strong>").count() >= rows, "{rows}");
    // No page of a ledger that is not valid.
    std::fs::remove_file(desk.path("k/2018-03-31.proof.json")).unwrap();
    std::fs::remove_file(desk.path("report.html")).unwrap();
    desk.run(report).expect(2);
    assert!(!desk.has("report.html"));
}

#[test]
fn months_out_of_place_are_refused() {
    let desk = desk();
    let before = desk.read("lp.json");
    // Again, an earlier month, and a month that was left out.
    let refused = desk.run(month(2, "lp.json")).expect(2);
    assert!(refused.stderr.contains("2018-04-30 is not after 2018-04-30"), "{refused:?}");
    let refused = desk.run(month(1, "lp.json")).expect(2);
    assert!(refused.stderr.contains("2018-03-31 is not after"), "{refused:?}");
    desk.run(format!("{NEW} -o new.json")).expect(0);
    let refused = desk.run(month(2, "new.json")).expect(2);
    assert!(refused.stderr.contains("a month begins at the last cut-off"), "{refused:?}");
    // A roll-forward between schemas.
    let other = desk.read("d3.toml").replace("grades = [\"A\", \"B\"", "grades = [\"A\", \"C\"");
    desk.write("other.toml", other);
    let refused = desk.run(month(3, "lp.json").replace("d3.toml", "other.toml")).expect(2);
    assert!(refused.stderr.contains("more than cut_off"), "{refused:?}");
    // Another pool: the same tape under a fresh commitment.
    desk.run("pool commit t2.csv --deal d2.toml -o u2.json --opening u2.opening").expect(0);
    let refused = desk.run(month(3, "lp.json").replace("t2.opening", "u2.opening")).expect(2);
    assert!(refused.stderr.contains("another pool"), "{refused:?}");
    // A false claim.
    desk.write("false.toml", desk.read("d3.toml").replace("charged_off_max = 0.33", "charged_off_max = 0.32"));
    let refused = desk.run(month(3, "lp.json").replace("d3.toml", "false.toml")).expect(1);
    assert!(refused.stderr.contains("charged off"), "{refused:?}");
    assert_eq!(desk.read("lp.json"), before);
    assert!(!desk.has("k/2018-05-31.proof.json") && !desk.has("k/2018-05-31.deal.toml"));
}

/// A proof stands in one ledger, at one place, with one deal.
#[test]
fn proofs_are_bound_to_their_place() {
    let desk = desk();
    let context = "pool ledger context lp.json --deal d3.toml";
    let context = desk.run(context).expect(0).stdout.trim().to_owned();
    prove(&desk, 3, "d3.toml", "").expect(0);
    let refused = add(&desk, "lp.json", "p.json", "d3.toml").expect(1);
    assert!(refused.stderr.contains("NOT VALID") && refused.stderr.contains("context"), "{refused:?}");
    prove(&desk, 3, "d3.toml", &format!("--context {context}")).expect(0);
    // Under another deal, and in the ledger of another name.
    desk.write("other.toml", desk.read("d3.toml").replace("0.33", "0.34"));
    add(&desk, "lp.json", "p.json", "other.toml").expect(1);
    desk.copy("lp.json", "two.json");
    add(&desk, "lp.json", "p.json", "d3.toml").expect(0);
    let refused = add(&desk, "lp.json", "p.json", "d3.toml").expect(2);
    assert!(refused.stderr.contains("in the ledger already, for 2018-05-31"), "{refused:?}");
    desk.run(format!("{} -o other.json", NEW.replace("Notes 2018", "Other"))).expect(0);
    let refused = add(&desk, "other.json", "k/2018-03-31.proof.json", "d1.toml").expect(1);
    assert!(refused.stderr.contains("NOT VALID"), "{refused:?}");
    // Added without `pool month`, the files are where their keeper puts them.
    let missing = verify(&desk, "lp.json", "").expect(2);
    assert!(missing.stderr.contains("no deal with digest"), "{missing:?}");
    desk.copy("d3.toml", "k/d3.toml");
    desk.copy("p.json", "k/p3.json");
    verify(&desk, "lp.json", "").expect(0);
}

/// Steps that were changed, cut off or invented.
#[test]
fn changed_ledgers_are_not_valid() {
    let desk = desk();
    let head = desk.run("pool ledger head lp.json").expect(0).stdout.trim().to_owned();
    desk.run(format!("{NEW} -o new.json")).expect(0);
    let empty = verify(&desk, "new.json", "").expect(1);
    assert!(empty.stderr.contains("no months"), "{empty:?}");
    // The last month cut off: only a head or a commitment that somebody kept tells.
    desk.copy("lp.json", "whole.json");
    desk.copy("new.json", "cut.json");
    let one = PoolLedger::from_json(&desk.read("whole.json")).unwrap();
    let mut cut = PoolLedger::from_json(&desk.read("new.json")).unwrap();
    cut.add(one.steps()[0].clone()).unwrap();
    desk.write("cut.json", cut.to_json());
    verify(&desk, "cut.json", "").expect(0);
    let refused = verify(&desk, "cut.json", &format!("--head {head}")).expect(1);
    assert!(refused.stderr.contains("changed, or cut off"), "{refused:?}");
    let refused = verify(&desk, "cut.json", "--commitment t2.json").expect(1);
    assert!(refused.stderr.contains("at none of the ledger's cut-offs"), "{refused:?}");
    // An invented commitment of the last month.
    let mut invented = cut.clone();
    let step = PoolStep { commitment: format!("0x{}", "01".repeat(32)), ..one.steps()[1].clone() };
    invented.add(step).unwrap();
    desk.write("invented.json", invented.to_json());
    let refused = verify(&desk, "invented.json", "").expect(1);
    assert!(refused.stderr.contains("differs from what its proof says"), "{refused:?}");
    // Without its proof or its keys a step is not checked.
    let folder = "k/2018-04-30.proof.json";
    std::fs::remove_file(desk.path(folder)).unwrap();
    let missing = verify(&desk, "lp.json", "").expect(2);
    assert!(missing.stderr.contains("no proof with digest"), "{missing:?}");
    desk.run("pool ledger verify lp.json").expect(2);
}

/// A year's roll-forward stands beside the months, and goes on to nothing.
#[test]
fn a_span_and_claims_about_the_pool_stand_beside_the_months() {
    let desk = desk();
    let (first, last) = (MONTHS[0].0, MONTHS[2].0);
    desk.write("span.toml", deal(last, Some((first, "charged_off_max = 0.12\n"))));
    desk.write("reasons.csv", "id,reason\nL3,charged-off\nL4,paid\nL5,paid\n");
    let context = desk.run("pool ledger context lp.json --deal span.toml --json").expect(0).json();
    assert_eq!(context["kind"], "span");
    let context = context["context"].as_str().unwrap();
    desk.run(format!(
        "prove --pool t2.csv --opening t2.opening --before t0.csv --before-opening t0.opening --reasons reasons.csv --deal \
         span.toml --keys given/keys-6loans+pool+roll -o k/span.json --context {context}"
    ))
    .expect(0);
    desk.copy("span.toml", "k/span.toml");
    let added = add(&desk, "lp.json", "k/span.json", "span.toml").expect(0);
    assert!(added.stdout.contains("the span from 2018-02-28 to 2018-04-30"), "{added:?}");
    // Claims about the last pool, without a month.
    let keys = desk.keys("6loans+pool");
    desk.write("k/pool.toml", deal(last, None));
    let context = desk.run("pool ledger context lp.json --deal k/pool.toml").expect(0).stdout.trim().to_owned();
    desk.run(format!(
        "prove --pool t2.csv --opening t2.opening --deal k/pool.toml --keys {keys} -o k/pool.json --context {context}"
    ))
    .expect(0);
    desk.run(format!("pool ledger add lp.json --proof k/pool.json --deal k/pool.toml --keys {keys}")).expect(0);
    let verified = verify(&desk, "lp.json", &format!("--keys {keys} --json")).expect(0).json();
    let kinds: Vec<_> = verified["steps"].as_array().unwrap().iter().map(|step| step["kind"].clone()).collect();
    assert_eq!(kinds, ["month", "month", "span", "pool"]);
    assert_eq!((&verified["months"], &verified["cut_off"]), (&2.into(), &last.into()));
    // The next month goes on behind them.
    desk.run(month(3, "lp.json")).expect(0);
    // Claims about a pool that is not the last one.
    let refused = desk.run("pool ledger context lp.json --deal k/pool.toml").expect(2);
    assert!(refused.stderr.contains("the ledger goes to 2018-05-31"), "{refused:?}");
}

#[test]
fn ledgers_begin_with_a_commitment_under_the_deal() {
    let desk = desk();
    let new = |from: &str, to: &str| desk.run(format!("{} -o new.json", NEW.replace(from, to)));
    new("d0.toml", "d1.toml").expect(2);
    new("'Notes 2018'", "''").expect(2);
    assert!(!desk.has("new.json"));
    new("", "").expect(0);
    let again = new("", "").expect(2);
    assert!(again.stderr.contains("exists"), "{again:?}");
    let report = desk.run(format!("pool ledger report lp.json {EVIDENCE} -o lp.json")).expect(2);
    assert!(report.stderr.contains("lp.json"), "{report:?}");
    let other = desk.run("ledger show lp.json").expect(2);
    assert!(other.stderr.contains("tailproof-ledger"), "{other:?}");
}
