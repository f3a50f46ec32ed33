//! The module's verdicts are those of the command line.

use serde_json::{Value, json};
use tailproof_test_support::{BOOK, DEAL, Desk, LOANS, MANDATE, Run};

use crate::module::{Case, answer, refused, result, sha256};

/// Checks that the command and the module say the same of a proof: its JSON, or that it has no
/// verdict.
#[track_caller]
pub fn same(command: &Run, mut module: Value) {
    let verdict = module.as_object_mut().unwrap().remove("verdict").unwrap();
    match command.status {
        2 => assert_eq!((&module["valid"], verdict), (&false.into(), false.into()), "{command:?}\n{module}"),
        status => {
            assert_eq!((&module["valid"], verdict), (&(status == 0).into(), true.into()), "{command:?}\n{module}");
            assert_eq!(module, command.json());
        }
    }
}

#[test]
fn a_proof_and_spoiled_copies_of_it() {
    let case = Case::new();
    let command = |proof: &str, more: &str| {
        case.desk.run(format!(
            "verify --proof {proof} --scenarios s.scn --mandate {MANDATE} --keys {} --json {more}",
            case.keys
        ))
    };
    same(&command("p.json", ""), case.verify("p.json", json!({})));
    let commitment = case.commitment("c.json");
    same(&command("p.json", "--commitment c.json"), case.verify("p.json", json!({ "commitments": [commitment] })));
    assert_eq!(case.verify("p.json", json!({}))["valid"], true);

    let honest = case.desk.json("p.json");
    let mut kinds = [0, 0];
    for pointer in leaves(&honest) {
        let changed = changed(&honest, &pointer);
        case.desk.write("changed.json", changed.to_string());
        let run = command("changed.json", "");
        assert!(run.status != 0, "{pointer}");
        kinds[usize::from(run.status == 1)] += 1;
        same(&run, case.verify("changed.json", json!({})));
    }
    // Points that change places are on their curves.
    let mut changed = honest;
    let proof = changed["proof"].as_object_mut().unwrap();
    let (a, c) = (proof["a"].clone(), proof["c"].clone());
    (proof["a"], proof["c"]) = (c, a);
    case.desk.write("changed.json", changed.to_string());
    same(&command("changed.json", ""), case.verify("changed.json", json!({})));
    assert_eq!(case.verify("changed.json", json!({}))["code"], "proof-fails");
    assert!(kinds.iter().all(|number| *number > 10), "{kinds:?}");
}

/// A copy of a file in which one number is one more, or the last letter of one text is another.
pub fn changed(honest: &Value, pointer: &str) -> Value {
    let mut changed = honest.clone();
    let leaf = changed.pointer_mut(pointer).unwrap();
    *leaf = match &*leaf {
        Value::Number(number) => (number.as_u64().unwrap() + 1).into(),
        text => {
            let text = text.as_str().unwrap();
            let last = if text.ends_with('1') { '2' } else { '1' };
            format!("{}{last}", &text[..text.len() - 1]).into()
        }
    };
    changed
}

/// The pointers of every text and number.
pub fn leaves(value: &Value) -> Vec<String> {
    let inside =
        |name: &str, value: &Value| leaves(value).into_iter().map(|rest| format!("/{name}{rest}")).collect::<Vec<_>>();
    match value {
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(index, item)| inside(&index.to_string(), item)).collect()
        }
        Value::Object(fields) => fields.iter().flat_map(|(name, value)| inside(name, value)).collect(),
        _ => vec![String::new()],
    }
}

#[test]
fn expectations_that_are_not_met() {
    let case = Case::new();
    let files = format!("verify --proof p.json --scenarios s.scn --mandate {MANDATE} --keys {} --json", case.keys);
    let command = |more: &str| case.desk.run(format!("{files} {more}"));
    let digest = case.desk.json("p.json")["keys"].as_str().unwrap().to_owned();
    let word = format!("0x{:064x}", 7);
    case.desk.write("list.txt", format!("# lost\n{digest}\n"));
    case.desk.write("others.txt", format!("{}\n", "00".repeat(32)));

    same(&command("--withdrawn list.txt"), case.verify("p.json", json!({ "withdrawn": case.desk.read("list.txt") })));
    let others = case.verify("p.json", json!({ "withdrawn": case.desk.read("others.txt") }));
    same(&command("--withdrawn others.txt"), others);
    same(&command(&format!("--context {word}")), case.verify("p.json", json!({ "context": word })));
    let seed = "ab".repeat(32);
    same(&command(&format!("--seed {seed}")), case.verify("p.json", json!({ "seed": seed })));
    let point = case.desk.json("p.json")["scenario_point"].clone();
    assert_eq!(case.verify("p.json", json!({ "scenario_point": point }))["valid"], true);

    // Another book's commitment; the command names its file.
    case.desk.copy("c.json", "own.json");
    case.desk.commit(BOOK).expect(0);
    let refused = case.verify("p.json", json!({ "commitments": [case.commitment("c.json")] }));
    let said = command("--commitment c.json").expect(1).json();
    assert_eq!(refused["code"], "other-commitment");
    assert_eq!(said["code"], refused["code"]);
    let two = [case.commitment("own.json"), case.commitment("c.json")];
    assert_eq!(case.verify("p.json", json!({ "commitments": two }))["code"], "other-count");

    // Somebody who vouches, and somebody who was asked and does not.
    let statement = "--commitment own.json --as-of 1790000000 --expires 1800000000 --scope assets,nav";
    let subject = format!("0x{}", "11".repeat(32));
    let key = |name: &str, kind: &str| {
        let made = case.desk.run(format!("attest keygen --kind {kind} -o {name}.key --json")).expect(0).json();
        case.desk.run(format!("attest sign {statement} --subject {subject} --key {name}.key -o {name}.json")).expect(0);
        made["key"].as_str().unwrap().to_owned()
    };
    for kind in ["ed25519", "p256", "secp256k1"] {
        let attestor = key(kind, kind);
        let attested = |at: u64| {
            let attestations = [case.desk.read(&format!("{kind}.json"))];
            json!({ "attestors": { "keys": [attestor], "attestations": attestations, "subject": subject, "at": at } })
        };
        let options = format!("--attested-by {attestor} --attestation {kind}.json --subject {subject}");
        same(&command(&format!("{options} --at 1795000000")), case.verify("p.json", attested(1_795_000_000)));
        assert_eq!(case.verify("p.json", attested(1_795_000_000))["valid"], true);
        same(&command(&format!("{options} --at 1800000001")), case.verify("p.json", attested(1_800_000_001)));
        assert_eq!(case.verify("p.json", attested(1_800_000_001))["code"], "not-attested");
    }
}

#[test]
fn another_mandate_and_scenarios_that_a_mandate_does_not_allow() {
    let case = Case::new();
    let mandate = case.desk.read(MANDATE);
    let verify = |text: &str| {
        case.desk.write("m.toml", text);
        let command = case
            .desk
            .run(format!("verify --proof p.json --scenarios s.scn --mandate m.toml --keys {} --json", case.keys));
        let handle = answer(&json!({ "op": "mandate" }), text.as_bytes())["handle"].clone();
        (command, case.verify("p.json", json!({ "mandate": handle })))
    };
    for text in [
        mandate.replace("0.04", "0.03"),
        format!("{mandate}\n[scenarios]\nhorizon = 20\n"),
        format!("{mandate}\n[scenarios]\nkind = \"historical\"\n"),
    ] {
        let (command, module) = verify(&text);
        assert_eq!(command.status, 1, "{command:?}");
        same(&command, module);
    }
}

#[test]
fn a_pool_and_its_tranches() {
    const BOTH: &str = "200loans+pool+32x7/2tranches";
    let desk = Desk::with_pool(LOANS, DEAL);
    let keys = desk.keys(BOTH);
    desk.prove_pool("loans.csv", "deal.toml", &keys, "--scenarios c.scn").expect(0);
    let command = desk.verify_pool("deal.toml", &keys, "--scenarios c.scn --json").expect(0);
    let key = desk.bytes(&format!("{keys}/verifying.key"));
    let deal = |text: &str| answer(&json!({ "op": "deal" }), text.as_bytes())["handle"].clone();
    let commitment = answer(&json!({ "op": "commitment" }), &desk.bytes("c.json"));
    assert_eq!(commitment["of"], "pool");
    let mut request = json!({
        "op": "verify",
        "keys": answer(&json!({ "op": "keys", "digest": sha256(&key) }), &key)["handle"],
        "scenarios": answer(&json!({ "op": "scenarios" }), &desk.bytes("c.scn"))["handle"],
        "deal": deal(DEAL),
        "commitments": [commitment["handle"]],
    });
    same(&command, result(&request, &desk.bytes("p.json")));
    request["deal"] = deal(&DEAL.replace("obligor_max = 0.015", "obligor_max = 0.016"));
    let refused = result(&request, &desk.bytes("p.json"));
    assert_eq!((&refused["valid"], &refused["verdict"]), (&false.into(), &true.into()), "{refused}");
}

/// A claim on value is made of assumptions, and only of those that the deal names.
#[test]
fn a_value_is_judged_under_its_assumptions() {
    const ASSUMPTIONS: &str = "version = 1\nname = \"spring\"\n[[repline]]\ncode = \"A\"\nrate = 5\nterm = 24\n\
                               kind = \"level-pay\"\n[[block]]\nname = \"base\"\n[discount]\nflat = 4\n";
    let desk = Desk::new();
    let deal = |cashflow: &str| {
        format!(
            "name = \"d\"\n[tape]\nversion = 2\ncut_off = \"2024-03-31\"\ncurrency = \"EUR\"\ncolumns = [\"rate\", \"grade\"]\n\
             grades = [\"A\"]\n[tape.scale]\nrate = \"percent\"\n[claims]\nloans_min = 1\n[cashflow]\nreplines = \"grade\"\n{cashflow}"
        )
    };
    desk.write("loans.csv", "id,balance,rate,grade\n1,6000,5.1,A\n2,4000,7,A\n");
    desk.write("a.toml", ASSUMPTIONS);
    desk.write("deal.toml", deal(""));
    let made = desk.run("scenarios cashflow --deal deal.toml --assumptions a.toml -o f.scn").expect(0).stdout;
    let digest = made.lines().find_map(|line| line.strip_prefix("assumptions ")).unwrap();
    let digest = digest.split_whitespace().next().unwrap();
    let terms = deal(&format!("assumptions_sha256 = \"{digest}\"\nnpv_min = 10000\nnpv_block = \"base\"\n"));
    desk.write("deal.toml", &terms);
    desk.commit_pool("loans.csv").expect(0);
    let keys = desk.keys("2loans+pool+value");
    desk.prove_pool("loans.csv", "deal.toml", &keys, "--assumptions a.toml").expect(0);
    let command = desk.verify_pool("deal.toml", &keys, "--assumptions a.toml --json").expect(0);
    let key = desk.bytes(&format!("{keys}/verifying.key"));
    let mut request = json!({
        "op": "verify",
        "keys": answer(&json!({ "op": "keys", "digest": sha256(&key) }), &key)["handle"],
        "commitments": [answer(&json!({ "op": "commitment" }), &desk.bytes("c.json"))["handle"]],
    });
    let under = json!({ "op": "deal", "assumptions": ASSUMPTIONS });
    request["deal"] = answer(&under, terms.as_bytes())["handle"].clone();
    same(&command, result(&request, &desk.bytes("p.json")));
    request["deal"] = answer(&json!({ "op": "deal" }), terms.as_bytes())["handle"].clone();
    let without = result(&request, &desk.bytes("p.json"));
    assert_eq!((&without["valid"], &without["verdict"]), (&false.into(), &false.into()), "{without}");
    assert!(without["reason"].as_str().unwrap().contains(digest), "{without}");
    let other = json!({ "op": "deal", "assumptions": ASSUMPTIONS.replace("flat = 4", "flat = 3") });
    assert_eq!(refused(&other, terms.as_bytes()), "malformed");
}

#[test]
fn a_digest_that_is_not_the_pinned_one() {
    let case = Case::new();
    let other = "ab".repeat(32);
    let key = case.desk.bytes(&format!("{}/verifying.key", case.keys));
    for (op, file) in [("keys", key), ("scenarios", case.desk.bytes("s.scn")), ("mandate", case.desk.bytes(MANDATE))] {
        assert_eq!(refused(&json!({ "op": op, "digest": other }), &file), "other-digest");
        let found = if op == "keys" {
            sha256(&file)
        } else {
            answer(&json!({ "op": op }), &file)["digest"].as_str().unwrap().to_owned()
        };
        assert_eq!(answer(&json!({ "op": op, "digest": found }), &file)["digest"], found);
    }
    let found = answer(&json!({ "op": "deal" }), DEAL.as_bytes())["digest"].clone();
    assert_eq!(refused(&json!({ "op": "deal", "digest": other }), DEAL.as_bytes()), "other-digest");
    answer(&json!({ "op": "deal", "digest": found }), DEAL.as_bytes());
}
