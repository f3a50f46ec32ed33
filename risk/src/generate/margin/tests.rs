//! Margins of published worked examples, and tables and rules that are refused.
//!
//! * FRTB-SBA: figures of the test set of frtb.net, *UnitTests_BCBS_FNetF_v0.9.xlsx*, sheet
//!   `CapitalTests` (repository AlanSkea/FRTB, commit 5e5fa5b, 21 October 2025), which gives each
//!   requirement under low, medium and high correlations.
//! * SIMM: figures of the ten-day unit tests of SIMM 2.5 in AcadiaSoft/simm-lib (commit cefc23b, 25 July
//!   2023), tests C70, C71 and C78 of `SimmTenDayTest`.

use super::*;
use tailproof_core::mandate::{Clause, Limit, Measure};
use tailproof_core::{InputError, Positions, Unit};

fn rule(text: &str) -> Result<DecimalTable, InputError> {
    margin_table("rule.toml", text)
}

/// Returns the margin of exposures of whole units.
fn margin(set: &ScenarioSet, exposures: &[i64], unit: Unit) -> f64 {
    let per_unit = i64::try_from(1_000_000 / unit.millionths()).unwrap();
    let exposures = exposures.iter().map(|exposure| exposure * per_unit).collect();
    let positions = Positions::new(unit, exposures, 0).unwrap();
    let clause = Clause::new(Measure::Margin, None, Limit::Absolute(Decimal::from(1_000_000_000_000u64)));
    clause.evaluate(set, &positions, 0).unwrap().figure.to_f64()
}

/// Checks the margins under low, medium and high correlations; `None` where the matrix is refused.
fn check(table: &DecimalTable, exposures: &[i64], published: [Option<f64>; 3]) {
    for (correlations, published) in Correlations::ALL.into_iter().zip(published) {
        match (from_table(table, correlations), published) {
            (Ok(set), Some(published)) => {
                let found = margin(&set, exposures, Unit::CENT);
                assert!((found / published - 1.0).abs() < 5e-7, "{correlations}: {found}, published {published}");
            }
            (made, None) => {
                let refused = made.unwrap_err().problem;
                assert_eq!(refused, MarginProblem::NotSemidefinite(correlations.name()).into());
            }
            (Err(refused), Some(_)) => panic!("{correlations}: {refused:?}"),
        }
    }
}

/// Returns one bucket of factors that all have one weight, with their correlations.
fn bucket(name: &str, weight: &str, factors: usize, correlation: impl Fn(usize, usize) -> f64) -> String {
    let names = (0..factors).map(|place| format!("\"{name} {place}\"")).collect::<Vec<_>>().join(", ");
    let row = |one: usize| {
        let cells = (0..factors).map(|other| if one == other { 1.0 } else { correlation(one, other) });
        format!("[{}]", cells.map(|value| format!("{value:.15}")).collect::<Vec<_>>().join(", "))
    };
    let rows = (0..factors).map(row).collect::<Vec<_>>().join(", ");
    format!("[[bucket]]\nname = \"{name}\"\nfactors = [{names}]\nweights = {weight}\ncorrelations = [{rows}]\n")
}

/// Returns the correlation of two places of one kind: 1 if they are the same, and else `other`.
fn same(one: usize, two: usize, other: f64) -> f64 {
    if one == two { 1.0 } else { other }
}

/// Test MS_FX_002365, row 2364: 1,000 in each of five currencies, of which four have the weight of 15 %
/// over the root of 2 (MAR21.88), and 60 % between all (MAR21.89).
#[test]
fn the_delta_of_five_currencies_is_the_published_one() {
    let liquid = ["EUR", "JPY", "INR", "CNY"].map(|name| bucket(name, "0.106066017177982", 1, |_, _| 1.0));
    let table = rule(&format!("across = 0.6\n{}{}", liquid.concat(), bucket("BGN", "0.15", 1, |_, _| 1.0))).unwrap();
    check(&table, &[1_000; 5], [430.726_884_784_442_4, 474.201_995_322_823_5, 514.013_049_892_883_4].map(Some));
}

/// Test MS_EQ_001770, row 1769: spot and repo of one name in bucket 1 (MAR21.77, MAR21.78(1)).
#[test]
fn the_delta_of_spot_and_repo_is_the_published_one() {
    let text =
        "[[bucket]]\nname = \"1\"\nfactors = [\"spot\", \"repo\"]\nweights = [0.55, 0.0055]\ncorrelations = 0.999\n";
    check(&rule(text).unwrap(), &[1_000; 2], [555.489_108_804_124, 555.494_554_428_754_1, 555.5].map(Some));
}

/// Test MS_CM_002253, row 2252: eleven tenors of one commodity at three places, in bucket 1: 99 % between
/// tenors, 99.9 % between places (MAR21.82, MAR21.83).
#[test]
fn the_delta_of_a_commodity_is_the_published_one() {
    let correlation = |one: usize, other: usize| same(one % 11, other % 11, 0.99) * same(one / 11, other / 11, 0.999);
    let table = rule(&bucket("coal", "0.3", 33, correlation)).unwrap();
    check(&table, &[1_000; 33], [9_802.984_647_544_85, 9_851.611_746_308_316, 9_900.0].map(Some));
}

/// Test MS_CR_000551, row 550: five tenors of bond and swap spreads of two sovereigns in bucket 1: 35 %
/// between names, 65 % between tenors, 99.9 % between curves (MAR21.53, MAR21.54). The matrix of the high
/// correlations is not positive semidefinite.
#[test]
fn the_delta_of_credit_spreads_is_the_published_one_where_there_is_a_matrix() {
    let correlation = |one: usize, other: usize| {
        same(one / 10, other / 10, 0.35) * same(one % 5, other % 5, 0.65) * same(one / 5 % 2, other / 5 % 2, 0.999)
    };
    let table = rule(&bucket("sovereigns", "0.005", 20, correlation)).unwrap();
    check(&table, &[1_000; 20], [Some(62.390_323_768_994_82), Some(69.696_269_627_577_62), None]);
}

/// Test MS_FX_002474, row 2473: 1,000 of each of five maturities of 18 pairs of currencies, under the
/// weight of 100 % (MAR21.92), `exp(-1 % |T - S| / min(T, S))` within a pair (MAR21.94), and 60 % between
/// pairs. Only the high correlations, which are 1 within a pair, have a matrix that is positive
/// semidefinite.
#[test]
fn the_vega_of_eighteen_pairs_of_currencies_is_the_published_one_where_there_is_a_matrix() {
    let maturities = [0.5f64, 1.0, 3.0, 5.0, 10.0];
    let correlation = |one: usize, other: usize| {
        let (one, other) = (maturities[one], maturities[other]);
        (-0.01 * (one - other).abs() / one.min(other)).exp()
    };
    let pairs: String = (0..18).map(|pair| bucket(&format!("pair {pair}"), "1", 5, correlation)).collect();
    let table = rule(&format!("across = 0.6\n{pairs}")).unwrap();
    check(&table, &[1_000; 90], [None, None, Some(78_660.663_612_761_36)]);
}

/// The ten tenors of a curve (MAR21.46): `exp(-3 % |T - S| / min(T, S))`, at least 40 %, is no matrix of
/// correlations under any of the three sets.
#[test]
fn the_tenors_of_a_curve_have_no_matrix() {
    let tenors = [0.25f64, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0];
    let correlation = |one: usize, other: usize| {
        let (one, other) = (tenors[one], tenors[other]);
        (-0.03 * (one - other).abs() / one.min(other)).exp().max(0.4)
    };
    check(&rule(&bucket("EUR", "0.011", 10, correlation)).unwrap(), &[1_000; 10], [None; 3]);
}

/// SIMM 2.5, FX delta: 7.4 of a sensitivity to 1 %, and one half between currencies of regular
/// volatility. The figures are rounded to whole dollars.
#[test]
fn the_delta_margin_of_currencies_is_that_of_the_simm_unit_tests() {
    let table = rule(
        "within = 0.5\n[[bucket]]\nname = \"FX\"\nfactors = [\"GBP\", \"EUR\", \"CNY\", \"KRW\"]\nweights = 0.074\n",
    )
    .unwrap();
    let set = from_table(&table, Correlations::Medium).unwrap();
    // Exposures of which 1 % are the sensitivities of the tests, in millions.
    let millions = [910, -900, -200, 210].map(|sensitivity| sensitivity * 100 * 1_000_000);
    let of = |held: [bool; 4]| {
        let exposures: Vec<i64> =
            millions.iter().zip(held).map(|(millions, held)| if held { *millions } else { 0 }).collect();
        margin(&set, &exposures, Unit::from_millionths(1_000_000).unwrap())
    };
    for (held, published) in [
        ([true, true, false, false], 6_697_306_623.0),
        ([false, false, true, true], 1_518_353_055.0),
        ([true; 4], 6_867_662_484.0),
    ] {
        let found = of(held);
        assert!((found / published - 1.0).abs() < 5e-7, "{found}, published {published}");
    }
}

#[test]
fn a_rule_by_buckets_is_the_table_of_its_factors() {
    let rule = rule(
        "across = 0.2\nwithin = 0.5\n[[bucket]]\nname = \"x\"\nfactors = [\"A\", \"B\"]\nweights = [0.3, 0.4]\n\
         [[bucket]]\nname = \"y\"\nfactors = [\"C\"]\nweights = 0.1\n[[bucket]]\nname = \"z\"\nfactors = [\"D\"]\n\
         weights = 1\n[[pair]]\nbuckets = [\"z\", \"x\"]\ncorrelation = -0.1\n",
    )
    .unwrap();
    let text = "factor,A,B,C,D\nweight,0.3,0.4,0.1,1\nA,1,0.5,0.2,-0.1\nB,0.5,1,0.2,-0.1\nC,0.2,0.2,1,0.2\nD,-0.1,-0.1,0.2,1\n";
    let read = crate::table::read_covariance_table("t.csv", text.as_bytes(), &crate::table::TableOptions::default());
    let read = read.unwrap().0;
    assert_eq!(read.table().columns(), rule.columns());
    let [one, other] = [read.table(), &rule].map(|table| from_table(table, Correlations::Low).unwrap());
    assert_eq!(one, other);
    let high = from_table(&rule, Correlations::High).unwrap();
    assert_eq!(one.generator().source_digest(), high.generator().source_digest());
    assert_ne!(one.entries(), high.entries());
}

#[test]
fn rules_that_state_too_little_or_too_much_are_refused() {
    let stated = |name: &str, rest: &str| {
        format!("[[bucket]]\nname = \"{name}\"\nfactors = [\"{name}1\", \"{name}2\"]\n{rest}\n")
    };
    let two = |head: &str, rest: &str| {
        let text = format!("{head}\n{}{}{rest}", stated("x", "weights = 0.1"), stated("y", "weights = 0.1"));
        rule(&text).unwrap_err().to_string()
    };
    for (said, expected) in [
        (two("across = 0.1", ""), "'x1' and 'x2' have no correlation"),
        (two("within = 0.1", ""), "'x' and 'y' have no correlation"),
        (two("within = 0.1\nacross = 0.1", "[[pair]]\nbuckets = [\"x\", \"w\"]\ncorrelation = 0\n"), "no bucket 'w'"),
        (two("within = 0.1\nacross = 0.1\nboth = 1", ""), "both"),
        (
            two(
                "within = 0.1",
                "[[pair]]\nbuckets = [\"x\", \"y\"]\ncorrelation = 0.1\n[[pair]]\nbuckets = [\"y\", \"x\"]\ncorrelation = 0.2\n",
            ),
            "two correlations, 0.1 and 0.2",
        ),
        (rule("across = 1\n").unwrap_err().to_string(), "at least one [[bucket]]"),
        (rule(&stated("x", "weights = [1]")).unwrap_err().to_string(), "has 2 factors, and 1 weights"),
        (rule(&stated("x", "weights = 1\ncorrelations = [[1, 0]]")).unwrap_err().to_string(), "1 rows of correlations"),
        (
            rule(&format!("within = 0\nacross = 0\n{0}{0}", stated("x", "weights = 1"))).unwrap_err().to_string(),
            "'x' occurs twice",
        ),
    ] {
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn tables_that_are_no_weights_and_correlations_are_refused() {
    let made = |text: &str| {
        let read =
            crate::table::read_covariance_table("t.csv", text.as_bytes(), &crate::table::TableOptions::default());
        from_table(read.unwrap().0.table(), Correlations::Medium).map_err(|error| error.problem.to_string())
    };
    let good = "factor,A,B\nweight,0.3,0.4\nA,1,0.5\nB,0.5,1\n";
    assert!(made(good).is_ok());
    for (from, to, said) in [
        ("weight,0.3,0.4\n", "", "the first row of the table is 'weight'"),
        ("0.3", "0", "the weight 0 of 'A' is not above 0"),
        ("0.3", "8", "the weight 8 of 'A'"),
        ("A,1,", "A,0.9,", "the correlation of 'A' with itself is 0.9"),
        ("A,1,0.5", "A,1,0.6", "two correlations, 0.6 and 0.5"),
        ("A,1,0.5\nB,0.5", "A,1,1.5\nB,1.5", "the correlation 1.5 of 'A' and 'B'"),
        ("B,0.5,1\n", "", "1 rows for 2 factors"),
        ("\nB,0.5", "\nC,0.5", "has 'B'"),
        ("0.3,0.4", "0.000001,4", "the deviation of 'A'"),
    ] {
        let refused = made(&good.replacen(from, to, 1)).unwrap_err();
        assert!(refused.contains(said), "{to}: {refused}");
    }
}
