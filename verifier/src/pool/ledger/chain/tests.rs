use super::*;

const FIRST: &str = "2018-02-28";

fn commitment(byte: &str) -> String {
    format!("0x{}", byte.repeat(32))
}

fn begun() -> PoolLedger {
    PoolLedger::new(Beginning {
        name: "Notes".into(),
        backend: Groth16::NAME.into(),
        cut_off: FIRST.into(),
        schema: "11".repeat(32),
        commitment: commitment("01"),
    })
    .unwrap()
}

fn step(kind: StepKind, earlier: Option<(&str, &str)>, (cut_off, own): (&str, &str), proof: &str) -> PoolStep {
    PoolStep {
        kind,
        from: earlier.map(|(from, _)| from.to_owned()),
        before: earlier.map(|(_, before)| commitment(before)),
        cut_off: cut_off.to_owned(),
        commitment: commitment(own),
        proof: proof.repeat(64),
        deal: "33".repeat(32),
        keys: "44".repeat(32),
        scenarios: None,
    }
}

/// Two months, of 31 March (commitment 02) and 30 April (03), with a proof about the pool between.
fn ledger() -> PoolLedger {
    let mut ledger = begun();
    ledger.add(step(StepKind::Month, Some((FIRST, "01")), ("2018-03-31", "02"), "a")).unwrap();
    ledger.add(step(StepKind::Pool, None, ("2018-03-31", "02"), "b")).unwrap();
    ledger.add(step(StepKind::Month, Some(("2018-03-31", "02")), ("2018-04-30", "03"), "c")).unwrap();
    ledger
}

#[test]
fn months_follow_each_other() {
    let dates: Vec<_> = ledger().commitments().map(|(date, own)| (date.to_owned(), own.to_owned())).collect();
    let expected = [(FIRST, "01"), ("2018-03-31", "02"), ("2018-04-30", "03")];
    assert_eq!(dates, expected.map(|(date, own)| (date.to_owned(), commitment(own))));
    let mut spanned = ledger();
    spanned.add(step(StepKind::Span, Some((FIRST, "01")), ("2018-04-30", "03"), "d")).unwrap();
    assert_eq!((spanned.last().0, spanned.months().count()), ("2018-04-30", 2), "a span goes on to nothing");
}

#[test]
fn steps_out_of_place_are_refused() {
    use PoolLedgerError as E;
    let refused = |step| ledger().add(step).unwrap_err();
    let month = |earlier, own| step(StepKind::Month, Some(earlier), own, "d");
    let april = ("2018-04-30", "03");
    assert!(matches!(refused(month(("2018-03-31", "02"), ("2018-04-30", "04"))), E::OutOfOrder { .. }), "again");
    assert!(matches!(refused(month((FIRST, "01"), ("2018-03-31", "02"))), E::OutOfOrder { .. }), "an earlier month");
    assert!(matches!(refused(month(("2018-03-31", "02"), ("2018-05-31", "04"))), E::NotTheNext { .. }), "overlap");
    assert!(matches!(refused(month(("2018-05-31", "03"), ("2018-06-30", "04"))), E::NotTheNext { .. }), "a gap");
    assert!(matches!(refused(month(("2018-04-30", "09"), ("2018-05-31", "04"))), E::OtherPool { .. }));
    assert!(matches!(refused(step(StepKind::Pool, None, ("2018-03-31", "02"), "d")), E::NotTheLast { .. }));
    assert!(matches!(refused(step(StepKind::Pool, None, ("2018-04-30", "02"), "d")), E::OtherPool { .. }));
    let span = |earlier, own| step(StepKind::Span, Some(earlier), own, "d");
    assert!(matches!(refused(span((FIRST, "01"), ("2018-03-31", "02"))), E::NotTheLast { .. }));
    assert!(matches!(refused(span((FIRST, "01"), ("2018-04-30", "09"))), E::OtherPool { .. }));
    assert!(matches!(refused(span((FIRST, "09"), april)), E::OtherPool { .. }));
    assert!(matches!(refused(span(("2018-03-01", "01"), april)), E::NoCutOff(_)));
    assert!(matches!(refused(span(april, april)), E::NoCutOff(_)));
    let again = step(StepKind::Month, Some(april), ("2018-05-31", "04"), "a");
    assert!(matches!(refused(again), E::ProvedTwice(date) if date == "2018-03-31"));
}

#[test]
fn fields_have_one_form() {
    let refused = |change: &dyn Fn(&mut PoolStep)| {
        let mut next = step(StepKind::Month, Some(("2018-04-30", "03")), ("2018-05-31", "04"), "d");
        change(&mut next);
        ledger().add(next).unwrap_err()
    };
    let form = |error| matches!(error, PoolLedgerError::Form { .. });
    for text in ["fake", "", &"AB".repeat(32), &"ab".repeat(31)] {
        let digits = text.to_owned();
        assert!(form(refused(&|step| step.proof.clone_from(&digits))), "{text}");
        assert!(form(refused(&|step| step.deal.clone_from(&digits))), "{text}");
        assert!(form(refused(&|step| step.keys.clone_from(&digits))), "{text}");
        assert!(form(refused(&|step| step.scenarios = Some(digits.clone()))), "{text}");
        assert!(form(refused(&|step| step.commitment = format!("0x{digits}"))), "{text}");
        assert!(form(refused(&|step| step.before = Some(format!("0x{digits}")))), "{text}");
        assert!(form(refused(&|step| step.cut_off.clone_from(&digits))), "{text}");
        assert!(form(refused(&|step| step.from = Some(digits.clone()))), "{text}");
    }
    assert!(form(refused(&|step| step.cut_off = "2018-5-31".into())));
    assert!(form(refused(&|step| step.commitment = commitment("ff"))), "above the modulus");
    assert!(matches!(refused(&|step| step.from = None), PoolLedgerError::Fields { .. }));
    assert!(matches!(refused(&|step| step.kind = StepKind::Pool), PoolLedgerError::Fields { .. }));
}

#[test]
fn contexts_are_of_one_place() {
    let one = ledger();
    let base: Fr = one.next_context(StepKind::Month, "2018-05-31");
    let mut other = one.clone();
    other.beginning.name = "Other".into();
    assert_ne!(base, one.next_context(StepKind::Span, "2018-05-31"));
    assert_ne!(base, one.next_context(StepKind::Month, "2018-06-30"));
    assert_ne!(base, begun().next_context(StepKind::Month, "2018-05-31"));
    assert_ne!(base, other.next_context(StepKind::Month, "2018-05-31"));
    let book = crate::ledger::Ledger::new("Notes".into(), "0.99".parse().unwrap()).unwrap();
    assert_ne!(book.head_after(0), begun().head());
}

#[test]
fn heads_bind_the_beginning_and_every_step() {
    let heads: Vec<_> = ledger().heads().collect();
    assert_eq!((heads.len(), heads[0], heads[3]), (4, begun().head(), ledger().head()));
    type Change = fn(&mut PoolLedger);
    let changes: [Change; 7] = [
        |ledger| ledger.beginning.name = "Other".into(),
        |ledger| ledger.beginning.backend = Halo2::NAME.into(),
        |ledger| ledger.beginning.cut_off = "2018-02-27".into(),
        |ledger| ledger.beginning.schema = "12".repeat(32),
        |ledger| ledger.beginning.commitment = commitment("05"),
        |ledger| ledger.steps[0].deal = "34".repeat(32),
        |ledger| ledger.steps[1].scenarios = Some("34".repeat(32)),
    ];
    for change in changes {
        let mut changed = ledger();
        change(&mut changed);
        assert_ne!(changed.head(), ledger().head());
    }
}

#[test]
fn files_are_read_strictly() {
    let text = ledger().to_json();
    assert_eq!(PoolLedger::from_json(&text).unwrap(), ledger());
    for (from, to) in [
        ("2018-04-30", "2018-03-30"),
        ("\"Notes\"", "\"Nots\""),
        ("\"Notes\"", "\"\""),
        (Groth16::NAME, Halo2::NAME),
        (Groth16::NAME, "groth16"),
        ("\"kind\": \"pool\"", "\"kind\": \"span\""),
        ("\"version\": 1", "\"version\": 2"),
        ("tailproof-pool-ledger", "tailproof-ledger"),
        (&"33".repeat(32), &"35".repeat(32)),
        (&"11".repeat(32), &"1A".repeat(32)),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(PoolLedger::from_json(&text.replacen(from, to, 1)).is_err(), "{from} {to}");
    }
}

/// The head was computed apart from this program, by the rule on the statement's page.
#[test]
fn a_ledger_with_every_kind_of_step_has_its_head() {
    let beginning = Beginning { name: "Notes 2018".into(), ..begun().beginning };
    let mut ledger = PoolLedger::new(beginning).unwrap();
    let steps = [
        step(StepKind::Month, Some((FIRST, "01")), ("2018-03-31", "02"), "a"),
        PoolStep { scenarios: Some("55".repeat(32)), ..step(StepKind::Pool, None, ("2018-03-31", "02"), "b") },
        step(StepKind::Month, Some(("2018-03-31", "02")), ("2018-04-30", "03"), "c"),
        step(StepKind::Span, Some((FIRST, "01")), ("2018-04-30", "03"), "d"),
    ];
    for (step, deal) in steps.into_iter().zip(["33", "34", "35", "36"]) {
        ledger.add(PoolStep { deal: deal.repeat(32), ..step }).unwrap();
    }
    assert_eq!(hex::encode(ledger.head()), "a1a0cffe82389e21e4e6d32cf5f52a6a94d2fe89b37c1748dac910ce1fc4e81c");
}
