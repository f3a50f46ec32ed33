//! Windows: rows that are pushed, and the points that they make.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::json;

use crate::chain::{Chain, DEPLOYER, ROWS, SEATS, address, close};

/// The scenario point of a ring set, row after row, is the one that the contract keeps.
#[test]
fn the_windows_point_is_that_of_the_command_line_row_after_row() {
    let chain = Chain::deployed();
    chain.sign(&chain.dates[ROWS]);
    chain.run(DEPLOYER, &chain.push_line()).expect(0);
    for index in ROWS..ROWS + 12 {
        if index > ROWS {
            chain.day(&chain.dates[index]);
        }
        let epoch = index - 1;
        let prices = chain.prices_until(&chain.dates[index]);
        let slot = epoch % ROWS;
        chain
            .desk
            .run(format!("scenarios historical --prices {prices} --window {ROWS} --ring {slot} -o ring{index}.scn"))
            .expect(0);
        let point = format!("scenarios point ring{index}.scn --keys {} --mandate mandate.toml --json", chain.keys);
        let point = chain.desk.run(point).expect(0).json();
        let events = chain.anvil.result(
            "eth_getLogs",
            json!([{
                "fromBlock": "0x0",
                "topics": [event("Row(uint256,uint256,uint256,uint256,uint256,bytes)")],
            }]),
        );
        let last = events.as_array().unwrap().last().unwrap()["data"].as_str().unwrap();
        // previous, x, y
        let word = |index: usize| format!("0x{}", &last[2 + 64 * index..2 + 64 * (index + 1)]);
        assert_eq!(json!([word(1), word(2)]), point["scenario_point"], "epoch {epoch}: {point}");
    }
}

fn event(signature: &str) -> String {
    format!("{}", alloy::primitives::keccak256(signature))
}

/// Kills the pusher in the middle of a load. Another run sends what is missing, and nothing twice.
#[test]
fn a_pusher_that_is_killed_and_started_again_sends_nothing_twice() {
    let chain = Chain::deployed();
    let before = chain.sent(DEPLOYER);
    chain.sign(&chain.dates[ROWS]);
    let mut killed =
        chain.command(DEPLOYER, &chain.push_line()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut rows = BufReader::new(killed.stderr.take().unwrap()).lines();
    assert!(rows.next().unwrap().unwrap().contains("row 0"));
    assert!(rows.next().unwrap().unwrap().contains("row 1"));
    killed.kill().unwrap();
    killed.wait().unwrap();
    let rest = chain.run(DEPLOYER, &format!("--json {}", chain.push_line())).expect(0).json();
    assert_eq!((&rest["rows"], &rest["full"]), (&json!(ROWS), &json!(true)), "{rest}");
    assert_eq!(chain.sent(DEPLOYER) - before, ROWS as u64, "one transaction a row");
    let again = chain.run(DEPLOYER, &format!("--json {}", chain.push_line())).expect(0).json();
    assert_eq!(again["pushed"], json!([]));
    assert_eq!(chain.sent(DEPLOYER) - before, ROWS as u64);
}

/// A row takes a majority of seats, over the same prices.
#[test]
fn rows_that_too_few_seats_have_signed_are_not_pushed() {
    let chain = Chain::deployed();
    chain.sign(&chain.dates[2]);
    let one = format!("push --window stocks --keys {} --prices given/prices.csv --signed seat4.json", chain.keys);
    let run = chain.run(DEPLOYER, &format!("--json {one}")).expect(0).json();
    assert_eq!((&run["pushed"], &run["not_signed"]), (&json!([]), &json!(chain.dates[1])));
    // Other prices than those that were signed.
    let text = chain.desk.read("given/prices.csv").replacen(",92.3,", ",92.4,", 1);
    chain.desk.write("other.csv", text);
    let other = chain.push_line().replace("given/prices.csv", "other.csv");
    let run = chain.run(DEPLOYER, &format!("--json {other}")).expect(0).json();
    assert_eq!(run["pushed"], json!([]), "{run}");
    // A seat does not sign two rows for one date.
    let twice = "oracle sign --window stocks --prices other.csv -o seat4.json";
    let refused = chain.run(SEATS[0], twice).expect(2);
    assert!(refused.stderr.contains("has signed another row"), "{refused:?}");
    // A file of another seat's is not added to.
    let refused = chain.run(SEATS[1], "oracle sign --window stocks --prices given/prices.csv -o seat4.json").expect(2);
    assert!(refused.stderr.contains(&address(SEATS[0])), "{refused:?}");
}

/// A day without a row is a gap; prices that were adjusted are signed only on request.
#[test]
fn gaps_and_splits_are_signed_on_request_and_said() {
    let chain = Chain::deployed();
    chain.sign(&chain.dates[ROWS]);
    chain.run(DEPLOYER, &chain.push_line()).expect(0);
    let (skipped, next) = (&chain.dates[ROWS + 1], &chain.dates[ROWS + 2]);
    chain.time(close(next) + 600);
    for seat in SEATS {
        let line = format!(
            "oracle sign --window stocks --prices given/prices.csv --until {next} --skip {skipped} -o seat{seat}.json"
        );
        chain.run(seat, &line).expect(0);
    }
    let run = chain.json(DEPLOYER, &format!("{} --skip {skipped}", chain.push_line()));
    assert_eq!(run["rows"], json!(ROWS + 1), "{run}");
    // A split of the first factor, four for one.
    let text = chain.desk.read("given/prices.csv");
    let (head, rows) = text.split_once('\n').unwrap();
    let split: Vec<String> = rows
        .lines()
        .map(|line| {
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            cells[1] = format!("{:.5}", cells[1].parse::<f64>().unwrap() / 4.0);
            cells.join(",")
        })
        .collect();
    chain.desk.write("split.csv", format!("{head}\n{}\n", split.join("\n")));
    let date = &chain.dates[ROWS + 3];
    chain.time(close(date) + 600);
    let line =
        |seat: usize| format!("oracle sign --window stocks --prices split.csv --until {date} -o seat{seat}.json");
    let refused = chain.run(SEATS[0], &line(SEATS[0])).expect(2);
    assert!(refused.stderr.contains("factor 0") && refused.stderr.contains("--adjusted"), "{refused:?}");
    for seat in SEATS {
        chain.run(seat, &format!("{} --adjusted", line(seat))).expect(0);
    }
    let push = chain.push_line().replace("given/prices.csv", "split.csv");
    assert_eq!(chain.json(DEPLOYER, &push)["rows"], json!(ROWS + 2));
}
