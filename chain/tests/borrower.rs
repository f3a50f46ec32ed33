//! A borrower's days: forecasts, realised losses, a day without a proof.

use serde_json::{Value, json};

use crate::chain::{BORROWER, CUSTODIAN, Chain, DEPLOYER, ROWS, address, close};

/// Writes the set of the newest epoch, and proves the mandate of the rung that the figure is on.
fn forecast(chain: &Chain, date: &str) -> Value {
    let entity = address(BORROWER);
    let context = chain.json(BORROWER, &format!("mandate context --mandate borrower --entity {entity}"));
    let (slot, prices) = (&context["slot"], chain.prices_until(date));
    let desk = &chain.desk;
    desk.run(format!("scenarios historical --prices {prices} --window {ROWS} --ring {slot} -o set.scn")).expect(0);
    let risk = desk.run("risk --book given/book.csv --scenarios set.scn --confidence 0.8 --json").expect(0).json();
    let figure = risk["var"].to_string();
    let rung = chain.json(BORROWER, &format!("mandate rung --mandate borrower --figure {figure} -o ."));
    desk.run("commit --book given/book.csv --scenarios set.scn --force -o c.json --opening o.json").expect(0);
    prove(chain, "set.scn", "forecast.toml", context["context"].as_str().unwrap(), "forecast.proof").expect(0);
    chain
        .run(CUSTODIAN, &format!("custodian sign --mandate borrower --entity {entity} --commitment c.json -o a.json"))
        .expect(0);
    rung
}

fn prove(chain: &Chain, set: &str, mandate: &str, context: &str, proof: &str) -> tailproof_test_support::Run {
    chain.desk.run(format!(
        "prove --book given/book.csv --opening o.json --scenarios {set} --mandate {mandate} --keys {} --context {context} \
         -o {proof}",
        chain.keys
    ))
}

fn submit(chain: &Chain, rung: &Value) -> tailproof_test_support::Run {
    let (keys, rung) = (&chain.keys, &rung["rung"]);
    let line = format!(
        "--json submit --mandate borrower --proof forecast.proof --keys {keys} --rung {rung} --attestation a.json"
    );
    chain.run(BORROWER, &line)
}

/// Proves the loss of the next row that is not settled, within its bound or above it. Returns which.
fn realise(chain: &Chain, date: &str) -> &'static str {
    let entity = address(BORROWER);
    let context =
        chain.json(BORROWER, &format!("mandate context --mandate borrower --entity {entity} --kind realised"));
    let (slot, prices) = (&context["slot"], chain.prices_until(date));
    chain.desk.run(format!("scenarios historical --prices {prices} --window 1 --slot {slot} -o day.scn")).expect(0);
    let context = context["context"].as_str().unwrap();
    let keys = &chain.keys;
    let line = format!("realise --mandate borrower --entity {entity} --keys {keys} --proof day.proof");
    let within = prove(chain, "day.scn", "within.toml", context, "day.proof");
    if within.status == 0 {
        chain.run(BORROWER, &line).expect(0);
        return "within";
    }
    assert_eq!(within.status, 1, "{within:?}");
    prove(chain, "day.scn", "exceeded.toml", context, "day.proof").expect(0);
    chain.run(BORROWER, &format!("{line} --exceeded")).expect(0);
    "exceeded"
}

fn status(chain: &Chain) -> Value {
    chain.json(DEPLOYER, "status --mandate borrower")["statuses"][0].clone()
}

#[test]
fn days_are_proved_or_hidden_and_the_status_says_so() {
    let chain = Chain::deployed();
    chain.sign(&chain.dates[ROWS]);
    chain.run(DEPLOYER, &chain.push_line()).expect(0);
    let (mut proved, mut exceeded) = (0, 0);
    let entity = address(BORROWER);
    for day in 0..6 {
        let date = &chain.dates[ROWS + day].clone();
        if day > 0 {
            chain.day(date);
        }
        match day {
            0 => {}
            // A day is hidden: no proof of its loss.
            3 => {}
            _ => {
                if day == 4 {
                    // The deadline is a day after the row was pushed.
                    chain.time(close(date) + 700);
                    let line = format!("--json realise --mandate borrower --entity {entity} --keys {}", chain.keys);
                    let marked = chain.run(DEPLOYER, &line).expect(0).json();
                    assert_eq!(marked["outcome"], json!("silent"));
                }
                proved += 1;
                exceeded += u64::from(realise(&chain, date) == "exceeded");
            }
        }
        let rung = forecast(&chain, date);
        let submitted = submit(&chain, &rung).expect(0).json();
        assert_eq!(submitted["bound"], rung["limit"]);
        // A second run of the same submission finds the record.
        assert_eq!(submit(&chain, &rung).expect(0).json()["already"], json!(true));
    }
    let status = status(&chain);
    assert_eq!((&status["status"], &status["zone"]), (&json!("compliant"), &json!("none")), "{status}");
    let days = &status["days"];
    assert_eq!(days, &json!({ "due": proved + 1, "proved": proved, "exceedances": exceeded, "silent": 1 }), "{status}");
}

#[test]
fn a_proof_of_another_context_or_rung_is_refused_before_anything_is_sent() {
    let chain = Chain::deployed();
    chain.sign(&chain.dates[ROWS]);
    chain.run(DEPLOYER, &chain.push_line()).expect(0);
    let rung = forecast(&chain, &chain.dates[ROWS].clone());
    let sent = chain.sent(BORROWER);
    // Another entity hands it in as its own.
    let line = format!(
        "submit --mandate borrower --proof forecast.proof --keys {} --rung {} --attestation a.json",
        chain.keys, rung["rung"]
    );
    let refused = chain.run(DEPLOYER, &line).expect(2);
    assert!(refused.stderr.contains("another context"), "{refused:?}");
    // A lower bound than the one that was proved.
    let lower = json!({ "rung": rung["rung"].as_u64().unwrap() - 1 });
    let refused = submit(&chain, &lower).expect(1);
    assert!(refused.stderr.contains("ledger refused submit: NotProved("), "{refused:?}");
    // Without the custodian.
    let line = line.replace(" --attestation a.json", "");
    let refused = chain.run(BORROWER, &line).expect(1);
    assert!(refused.stderr.contains("refused submit"), "{refused:?}");
    // Somebody who is no custodian.
    let entity = address(BORROWER);
    let other = format!("custodian sign --mandate borrower --entity {entity} --commitment c.json -o b.json");
    let refused = chain.run(BORROWER, &other).expect(2);
    assert!(refused.stderr.contains("is no custodian"), "{refused:?}");
    assert_eq!(chain.sent(BORROWER), sent);
    submit(&chain, &rung).expect(0);
}

#[test]
fn two_nodes_that_differ_give_no_status() {
    let chain = Chain::deployed();
    let other = Chain::deployed();
    chain.sign(&chain.dates[ROWS]);
    chain.run(DEPLOYER, &chain.push_line()).expect(0);
    let rung = forecast(&chain, &chain.dates[ROWS].clone());
    submit(&chain, &rung).expect(0);
    let url = other.anvil.url();
    let refused = chain.run(DEPLOYER, &format!("status --second-rpc {url}")).expect(2);
    assert!(refused.stderr.contains("answers otherwise"), "{refused:?}");
    let same = chain.run(DEPLOYER, &format!("status --second-rpc {}", chain.anvil.url())).expect(0);
    assert!(same.stdout.contains("compliant"), "{same:?}");
    let alone = chain.run(DEPLOYER, "status").expect(0);
    assert!(alone.stderr.contains("alone was asked"), "{alone:?}");
}
