//! A desk's day, as values.

use tailproof::day::places::order;

#[test]
fn the_tenth_commitment_of_a_day_is_newer_than_its_second() {
    let mut names = ["2024-01-02-10", "2024-01-03", "2024-01-02", "2024-01-02-2", "2023-12-29-3"];
    names.sort_unstable_by(|one, other| order(other).cmp(&order(one)));
    assert_eq!(names, ["2024-01-03", "2024-01-02-10", "2024-01-02-2", "2024-01-02", "2023-12-29-3"]);
}
