//! Every door judges every case as it was made, and with the same code.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use tailproof_judgements::doors::script::Script;
use tailproof_judgements::doors::{Answer, Answers, command, contract};
use tailproof_judgements::{Case, Cases, Outcome, Size};

const SIZE: Size = if cfg!(feature = "nightly") { Size::All } else { Size::Few };

/// The doors that `JUDGEMENT_DOORS` names must be there, others are asked if they are.
fn is_needed(door: Script) -> bool {
    let named = std::env::var("JUDGEMENT_DOORS").unwrap_or_default();
    named.split_whitespace().any(|name| name.eq_ignore_ascii_case(&format!("{door:?}")))
}

#[test]
fn every_door_judges_every_case_as_it_was_made() {
    let cases = Cases::make(SIZE);
    let good = cases.cases.iter().filter(|case| case.expected == Outcome::Valid).count();
    assert_eq!(2 * good, cases.cases.len(), "half of the cases are good");

    let mut doors: BTreeMap<String, Answers> = BTreeMap::new();
    doors.insert("command line".into(), command::judge(&cases));
    doors.insert("contract".into(), contract::judge(&cases));
    for door in Script::ALL {
        match door.missing() {
            None => drop(doors.insert(format!("{door:?}"), door.judge(&cases))),
            Some(missing) if is_needed(door) => panic!("{missing}"),
            Some(missing) => eprintln!("not asked: {door:?}: {missing}"),
        }
    }
    let mut faults = Vec::new();
    for case in &cases.cases {
        faults.extend(faults_of(case, &doors));
    }
    for (door, answers) in &doors {
        eprintln!("{door}: {} of {} cases", answers.len(), cases.cases.len());
    }
    assert!(faults.is_empty(), "{} faults in {}:\n{}", faults.len(), cases.folder.display(), faults.join("\n"));
    // Of Groth16 proofs in files, a contract is asked about every good one, and about spoiled ones of every size.
    let asked = &doors["contract"];
    assert!(
        cases.cases.iter().filter(|case| asked.contains_key(&case.id) && case.expected != Outcome::Valid).count() > 3
    );
}

fn faults_of(case: &Case, doors: &BTreeMap<String, Answers>) -> Vec<String> {
    let mut faults = Vec::new();
    let code = doors["command line"][&case.id].code.clone();
    for (door, answers) in doors {
        let Some(Answer { outcome, code: found }) = answers.get(&case.id) else {
            // A contract has words of 32 bytes alone, and no halo2.
            if door != "contract" {
                faults.push(format!("{} ({}): {door} was not asked", case.id, case.says));
            }
            continue;
        };
        let is_right = match door.as_str() {
            "contract" => (*outcome == Outcome::Valid) == (case.expected == Outcome::Valid),
            _ => *outcome == case.expected,
        };
        if !is_right {
            faults.push(format!(
                "{} ({}): {door} says {outcome:?} {found:?}, expected {:?}",
                case.id, case.says, case.expected
            ));
        }
        if *outcome == Outcome::NotValid
            && door != "contract"
            && found.as_ref().is_some_and(|found| Some(found) != code.as_ref())
        {
            faults
                .push(format!("{} ({}): {door} has the code {found:?}, the command line {code:?}", case.id, case.says));
        }
    }
    faults
}
