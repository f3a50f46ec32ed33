//! The security over real prices, and the vectors that the contracts are held to.

use std::path::{Path, PathBuf};
use std::process::Command;

use alloy::primitives::keccak256;
use serde_json::{Value, json};
use tailproof::keys::decode_verifying_key;
use tailproof_chain::mirror::{Mirror, Moves};
use tailproof_chain::oracle::moves_after;
use tailproof_chain::prices;
use tailproof_chain::security::BASIS_POINT;
use tailproof_chain::security::book::Book;
use tailproof_chain::security::calendar::Calendar;
use tailproof_chain::security::index::{Index, Setup};
use tailproof_chain::security::ladder::Ladder;
use tailproof_chain::security::multiplier;
use tailproof_chain::security::premium::Rates;
use tailproof_chain::security::schedule::{Kind, Layer};
use tailproof_test_support::{Desk, Run};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A command that needs no chain.
fn run(line: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailproof-chain"));
    command.args(shell_words::split(line).unwrap()).current_dir(repository());
    Run::of(command)
}

/// The long history of 20 stocks, which is not part of the repository.
fn long_prices() -> Option<PathBuf> {
    let named = std::env::var_os("TAILPROOF_LONG_PRICES").map(PathBuf::from);
    let beside = repository().join("../shared/data/us_stocks20_daily_prices.csv");
    let found = [named, Some(beside)].into_iter().flatten().find(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: no long price file; name one in TAILPROOF_LONG_PRICES");
    }
    found
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// Informed buyers, and the underwriters against them, over decades of prices.
#[test]
fn informed_buyers_are_paid_at_most_half_of_their_premium_over_8000_days() {
    let Some(path) = long_prices() else { return };
    let made = run(&format!("--json backtest --prices {}", path.display())).expect(0).json();
    let of = |place: usize, key: &str| number(&made["informed"][place][key]);
    assert!(made["rows"].as_u64().unwrap() > 8_000, "{made}");
    assert!(of(2, "paid_over_premium") <= 0.5, "the top 5 %: {made}");
    assert!(of(3, "paid_over_premium") <= 0.5, "the top 1 %: {made}");
    assert!(of(2, "paid_over_flat") > 5.0, "without the ratio they were paid many premiums: {made}");
    let jump = |place: usize| number(&made["jumps"][place]["paid_over_premium"]);
    assert!(jump(0) > 1.5 * jump(1) && jump(1) <= 0.5 && jump(2) <= 0.5, "forward pricing: {made}");
    assert_eq!((&made["payout_days"], &made["escaped_days"]), (&json!(40), &json!(0)));
    assert!(number(&made["first_day_that_pays"]) < 0.7 * number(&made["greatest_day"]), "{made}");
    assert!(number(&made["payout_days_netted"]) < 0.8 * number(&made["payout_days_own"]), "{made}");
    let years = made["years"].as_array().unwrap();
    let worst = years.iter().min_by_key(|year| year["senior_millionths"].as_i64().unwrap()).unwrap();
    assert_eq!((&worst["year"], &worst["junior_millionths"]), (&json!(2020), &json!(-1_000_000)), "{worst}");
    assert!((-50_000..0).contains(&worst["senior_millionths"].as_i64().unwrap()), "{worst}");
}

/// The prices of the story: 128 days around March 2020, in a window of 64 rows.
#[test]
fn the_storys_prices_pay_covers_that_were_bought_before_march_2020() {
    let desk = Desk::new();
    let table = desk.path("days.csv");
    let line = "backtest --prices examples/story/prices.csv --rows 64";
    let made = run(&format!("--json {line} -o {}", table.display())).expect(0).json();
    assert_eq!((&made["rows"], &made["escaped_days"]), (&json!(127), &json!(0)), "{made}");
    assert!(made["payout_days"].as_u64().unwrap() >= 5 && number(&made["greatest_day"]) > 1.0, "{made}");
    let text = std::fs::read_to_string(&table).unwrap();
    assert_eq!(text.lines().count(), 128, "a line for each row");
    let crash = text.lines().find(|line| line.starts_with("2020-03-16,")).unwrap();
    assert_eq!(crash.split(',').nth(6), Some("true"), "{crash}");
    // Without its row the day is void, and so is the day behind it for no one.
    let skipped = run(&format!("--json {line} --skip 2020-03-16 -o {}", table.display())).expect(0).json();
    assert!(number(&skipped["greatest_day"]) <= number(&made["greatest_day"]));
    let text = std::fs::read_to_string(&table).unwrap();
    assert!(!text.contains("\n2020-03-16,"), "no row of the skipped day");
    let next = text.lines().find(|line| line.starts_with("2020-03-17,")).unwrap();
    let loss = |line: &str| line.split(',').nth(1).unwrap().parse::<i64>().unwrap();
    assert!(loss(next) < loss(crash) / 2, "the move of the 16th is in no other day: {next}");
}

#[test]
fn a_quote_says_what_covers_were_paid_and_what_one_costs_now() {
    let line = "quote --prices examples/story/prices.csv --rows 64 --face 250000000 --slope 60000";
    let made = run(&format!("--json {line} --base 20000")).expect(0).json();
    let (premium, daily) = (made["premium"].as_str().unwrap(), made["daily"].as_str().unwrap());
    let parse = |text: &str| text.parse::<u128>().unwrap();
    assert_eq!(parse(premium), 20 * parse(daily));
    assert!(parse(premium) >= 6_875_000, "at least that of a ratio of one: {made}");
    assert_eq!(made["rates"]["base"], json!(20_000));
    let text = run(line).expect(0).stdout;
    assert!(text.contains("premium of a face of 250000000 now") && text.contains("covers that ended"), "{text}");
    for (more, why) in [
        ("--attachment 800", "0 < attachment < detachment"),
        ("--life 19", "from 20 to 250 days"),
        ("--waiting 3600", "from 2 to 30 days"),
        ("--weight AAPL=500", "sum to 500"),
        ("--weight TSLA=500", "no factor TSLA"),
        ("--rows 500", "--rows"),
        ("--locked 900000000", "does not fit"),
    ] {
        let line = format!("quote --prices examples/story/prices.csv --face 250000000 --rows 64 {more}");
        let line = if more.starts_with("--rows") { line.replace("--rows 64 ", "") } else { line };
        let refused = run(&line).expect(2);
        assert!(refused.stderr.contains(why), "{more}: {refused:?}");
    }
}

/// Draws for vectors.
fn draws(number: usize) -> Vec<i64> {
    let mut seed = 11u64;
    let mut draw = |_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(seed >> 33).unwrap()
    };
    (0..number).map(&mut draw).collect()
}

/// Losses of every size, crashes and a long calm among them, and what an index of 40 rows keeps of each.
fn index_vectors() -> Value {
    let multiplier = multiplier::Terms { target: 200, cap: 128, rise: 4, step: 2 };
    let ladder = Ladder { lowest: 100, step: 50 };
    let setup = Setup { rows: 40, book: Book::equal(8).unwrap(), ladder, tail: 2, share: 100_000, multiplier };
    let mut index = Index::new(setup, Calendar::new((0..400).collect(), 0, 86_400).unwrap()).unwrap();
    let bp = 1 << 20;
    let size = |at: u32| {
        if at % 50 < 6 {
            1_200 * bp
        } else if at > 150 {
            100 * bp
        } else {
            400 * bp
        }
    };
    for (at, draw) in (1u32..=200).zip(draws(200)) {
        assert!(index.mark(at - 1, at, draw % (2 * size(at)) - size(at)));
    }
    let column = |of: &dyn Fn(&tailproof_chain::security::index::Row) -> i64| -> Vec<i64> {
        index.rows().iter().map(of).collect()
    };
    json!({
        // So that no number is negative.
        "lossesPlus2To40": column(&|row| row.loss + (1 << 40)),
        "rungs": column(&|row| row.rungs.into()),
        "levels": column(&|row| row.level.into()),
        "multipliers": column(&|row| row.multiplier.into()),
        "ratios": column(&|row| row.ratio.into()),
        "calm": column(&|row| row.calm.into()),
        "expectedShortfall": index.expected_shortfall(),
    })
}

fn payout_vectors() -> Value {
    let mut columns: [Vec<u64>; 6] = Default::default();
    for pair in draws(120).chunks(3) {
        let attachment = u16::try_from(pair[0] % 900 + 1).unwrap();
        let layer = Layer { kind: Kind::ValueAtRisk, attachment, detachment: attachment + 300 };
        let (best, eve) =
            (pair[1].unsigned_abs() % (1_400 * BASIS_POINT), pair[2].unsigned_abs() % (700 * BASIS_POINT));
        let (part, whole) = layer.payout(best, eve);
        let row = [u64::from(attachment), u64::from(attachment + 300), best, eve, part, whole];
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
    }
    let [attachment, detachment, best, eve, part, whole] = columns;
    json!({ "attachment": attachment, "detachment": detachment, "best": best, "eve": eve, "part": part, "whole": whole })
}

fn premium_vectors() -> Value {
    let mut columns: [Vec<String>; 9] = Default::default();
    for draw in draws(240).chunks(6) {
        let millionths = |at: usize, most: i64| u32::try_from(draw[at] % most).unwrap();
        let rates = Rates {
            base: millionths(0, 90_000) + 1,
            slope: millionths(1, 900_000),
            steep: millionths(2, 5_000_000),
            kink: millionths(3, 1_000_000),
        };
        let assets = (draw[4].unsigned_abs() as u128 + 10) << (draw[5] % 60);
        let locked = assets * u128::from(millionths(5, 900_000)) / 1_000_000;
        let face = (assets - locked) * u128::from(millionths(4, 999_999) + 1) / 1_000_000;
        let ratio = u16::try_from(draw[3] % 4_096).unwrap();
        let premium = rates.premium(face, locked, assets, ratio).unwrap();
        let small = [rates.base, rates.slope, rates.steep, rates.kink, u32::from(ratio)].map(u128::from);
        let row = [small[0], small[1], small[2], small[3], face, locked, assets, small[4], premium];
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value.to_string()));
    }
    let [base, slope, steep, kink, face, locked, assets, ratio, premium] = columns;
    json!({
        "base": base, "slope": slope, "steep": steep, "kink": kink, "face": face, "locked": locked, "assets": assets,
        "ratio": ratio, "premium": premium,
    })
}

/// The file is what this program computes; `UPDATE_VECTORS=1` writes it. The contracts' test reads it too.
#[test]
fn vectors_of_the_security_are_those_of_the_file() {
    let path = repository().join("contracts/test/vectors/security.json");
    let vectors = json!({ "index": index_vectors(), "payout": payout_vectors(), "premium": premium_vectors() });
    let made = serde_json::to_string(&vectors).unwrap() + "\n";
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(made == kept, "{} is not what is computed; write it anew with UPDATE_VECTORS=1", path.display());
}

/// What an index is shown is what a ledger is shown of the same row, with the group's entries and all four digests.
#[test]
fn what_an_index_is_shown_is_the_group_that_the_window_keeps() {
    let desk = Desk::new();
    let path = PathBuf::from(desk.keys("8x20+limits")).join("verifying.key");
    let key = decode_verifying_key(&std::fs::read(desk.path(path.to_str().unwrap())).unwrap()).unwrap();
    let text = std::fs::read(repository().join("examples/story/prices.csv")).unwrap();
    let rows = prices::rows(&tailproof::csv::read_prices("prices.csv", &text[..]).unwrap()).unwrap();
    let mut mirror = Mirror::new(&key, &[7; 32], Moves::default()).unwrap();
    for (time, moved) in (1_000u64..).zip(moves_after(&rows, None, &[]).unwrap().iter().take(11)) {
        mirror.take(moved, time).unwrap();
    }
    assert!(mirror.shown_to_mark(2).is_err() && mirror.shown_to_mark(11).is_err(), "rows that the window has not");
    for epoch in 3u64..11 {
        let (marked, row) = (mirror.shown_to_mark(epoch).unwrap(), mirror.shown_row(epoch).unwrap());
        let (entries, rest) = marked.split_at(12 * 20);
        assert_eq!(rest.len(), 384, "as many bytes as the contract asks for");
        let place = usize::try_from(epoch % 4).unwrap();
        let digests: Vec<&[u8]> = rest[..128].chunks(32).collect();
        let (xi, own) = rest[128..].split_at(32);
        assert_eq!(keccak256(own), *digests[place], "{epoch}: the row's own digest");
        let others = digests.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, digest)| *digest);
        let group = [&keccak256(entries)[..]].into_iter().chain(others).chain([xi]).collect::<Vec<_>>().concat();
        assert_eq!(group, row[..160], "{epoch}: the group");
        assert_eq!((&own[..128], &own[160..]), (&row[160..288], &row[352..]), "{epoch}: points, xi and stamp");
        assert_eq!(own[128..160], *keccak256(&row[288..352]), "{epoch}: the hash of the weight's point");
    }
}
