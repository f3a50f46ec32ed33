//! `tailproof.toml`: errors that name line and key, no secrets, no addresses, holidays, links.

use std::os::unix::fs::symlink;

use super::{day, new_desk};

#[test]
fn an_unknown_key_is_refused_with_its_line_and_the_one_that_was_meant() {
    let (desk, _) = new_desk(2500);
    let good = desk.read("tailproof.toml");
    for (from, to, key) in [
        ("prices = ", "pirces = ", "prices"),
        ("mandate = ", "mandat = ", "mandate"),
        ("[keys]", "[kesy]", "keys"),
        ("realised = ", "relaised = ", "realised"),
        ("window = 20", "window = 20\nholiday = []", "holidays"),
        ("[keys]", "[treatment]\nfor-book = true\n[keys]", "for_book"),
        ("[keys]", "[tables]\ndate-order = \"dmy\"\n[keys]", "date_order"),
    ] {
        assert!(good.contains(from), "{from}");
        let bad = good.replacen(from, to, 1);
        desk.write("tailproof.toml", &bad);
        let said = desk.run("day 2021-03-01").expect(2).stderr;
        let wrong = to.split('\n').nth(usize::from(to.contains('\n'))).unwrap();
        let row = bad.lines().position(|line| line.starts_with(wrong)).unwrap() + 1;
        assert!(said.contains(&format!("did you mean '{key}'?")), "{to}: {said}");
        assert!(said.contains(&format!("tailproof.toml, row {row}")), "{to}, row {row}: {said}");
    }
    // Nothing near it: all of them are named.
    desk.write("tailproof.toml", good.replacen("window = 20", "window = 20\ncolour = 1", 1));
    let said = desk.run("check").expect(2).stderr;
    assert!(said.contains("'colour' is no key here; there are prices, book,"), "{said}");
}

#[test]
fn secrets_and_addresses_are_refused() {
    let (desk, _) = new_desk(2500);
    let good = desk.read("tailproof.toml");
    for key in ["password", "api_token", "Secret", "opening", "seed", "blinding", "db_passwd"] {
        desk.write("tailproof.toml", good.replacen("window = 20", &format!("window = 20\n{key} = \"x\""), 1));
        let said = desk.run("day 2021-03-01").expect(2).stderr;
        assert!(said.contains("no secret") && said.contains(key), "{said}");
    }
    for address in ["https://user:pass@vendor.example/p.csv", "s3://bucket/p.csv"] {
        desk.write("tailproof.toml", good.replacen("\"p.csv\"", &format!("\"{address}\""), 1));
        let said = desk.run("day 2021-03-01").expect(2).stderr;
        assert!(said.contains("nothing is fetched") && !said.contains("pass@"), "{said}");
    }
    // What `init` writes holds none either: no opening, no blinding, no net asset value unless it was given.
    assert!(!good.contains("nav") && !good.contains("opening"), "{good}");
}

#[test]
fn choices_that_do_not_go_together_are_refused() {
    let (desk, _) = new_desk(2500);
    let good = desk.read("tailproof.toml");
    for (treatment, said) in [
        ("factors = [\"AAPL\"]\nfor_book = true", "both choose the factors"),
        ("base = \"EUR\"", "go together"),
        ("rates = \"r.csv\"", "rates go with currencies"),
        ("proxy = [\"NEW\"]", "NEW=INDEX"),
        ("missing = \"guess\"", "drop-day"),
    ] {
        desk.write("tailproof.toml", format!("{good}\n[treatment]\n{treatment}\n"));
        let refused = desk.run("check").expect(2).stderr;
        assert!(refused.contains(said), "{treatment}: {refused}");
    }
    desk.write("tailproof.toml", good.replacen("window = 20", "window = 20\nholidays = [\"25 December\"]", 1));
    assert!(desk.run("check").expect(2).stderr.contains("'25 December' under holidays is no date"));
}

#[test]
fn no_forecast_is_made_of_a_holiday() {
    let (desk, days) = new_desk(250_000);
    day(&desk, &days[0], None).expect(0);
    // A day that the prices do not have, between the first two of them or behind all.
    let text = desk.read("tailproof.toml");
    let holidays = format!("holidays = [\"{}\", \"2030-12-25\"]", days[2]);
    desk.write("tailproof.toml", text.replacen("window = 20", &format!("window = 20\n{holidays}"), 1));
    day(&desk, &days[1], None).expect(0);
    let refused = desk.run(format!("day {}", days[2])).expect(2);
    assert!(refused.stderr.contains("is a holiday") && refused.stderr.contains("have a row of it"), "{refused:?}");
    let rows = desk.read("p.csv");
    let end = rows.find(&days[2]).unwrap();
    desk.write("p.csv", &rows[..end]);
    let done = day(&desk, "2030-12-25", None).expect(0);
    assert!(done.stdout.contains(&format!("realised  {}", days[1])) && !done.stdout.contains("forecast  "), "{done:?}");
    let again = day(&desk, "2030-12-25", None).expect(0);
    assert!(again.stdout.contains("is a holiday of tailproof.toml: nothing was changed"), "{again:?}");
}

/// A mounted file is often a link. It is read, and never written.
#[test]
fn a_configuration_behind_a_link_is_the_file_itself() {
    let (desk, days) = new_desk(250_000);
    std::fs::rename(desk.path("tailproof.toml"), desk.path("real.toml")).unwrap();
    symlink("real.toml", desk.path("tailproof.toml")).unwrap();
    day(&desk, &days[0], None).expect(0);
    assert!(desk.path("tailproof.toml").is_symlink());
    assert_eq!(desk.json("ledger.json")["steps"].as_array().unwrap().len(), 1);
}
