//! Files that belong together are both written or neither.

use tailproof_test_support::{BOOK, Desk, NAV, Run};

use super::temporaries;

fn commit(desk: &Desk, more: &str) -> Run {
    desk.run(format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} {more}"))
}

/// Before, the old opening was gone, and nothing could ever be proved about its commitment.
#[test]
fn r2_a_commit_that_fails_keeps_the_old_opening() {
    let desk = Desk::new();
    desk.scenarios(8).expect(0);
    commit(&desk, "-o com --opening op").expect(0);
    let (commitment, opening) = (desk.read("com"), desk.read("op"));
    std::fs::create_dir(desk.path("folder")).unwrap();
    let long = "n".repeat(256);
    for bad in ["com/", "folder", "absent/com", &long, "com/.", "."] {
        let refused = commit(&desk, &format!("--force -o {bad} --opening op")).expect(2);
        assert_eq!(desk.read("op"), opening, "{bad}: {refused:?}");
        // Nor is a new opening left without its commitment.
        commit(&desk, &format!("-o {bad} --opening new")).expect(2);
        assert!(!desk.has("new"), "{bad}");
    }
    commit(&desk, &format!("--force -o com --opening {long}")).expect(2);
    assert_eq!((desk.read("com"), desk.read("op")), (commitment, opening));
    assert!(temporaries(&desk.path("")).is_empty());
    commit(&desk, "--force -o com --opening op").expect(0);
    assert_eq!(desk.json("com")["commitment"], desk.json("op")["commitment"]);
}

/// Folders that were made for files that do not come are removed again.
#[test]
fn r2_keys_that_are_not_made_leave_no_folder() {
    let desk = Desk::new();
    let long = "n".repeat(256);
    desk.run(format!("keygen --shape 1x1/1 --insecure-dev -o new/{long}")).expect(2);
    assert!(desk.files().is_empty(), "{:?}", desk.files());
    std::fs::create_dir_all(desk.path("k/verifying.key")).unwrap();
    desk.run("keygen --shape 1x1/1 --insecure-dev --force -o k").expect(2);
    assert!(!desk.has("k/proving.key"));
}
