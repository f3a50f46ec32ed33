//! The cases of value at risk and expected shortfall, and the one list of their names.
//!
//! The cases and their data lie beside the repository (`../shared/reference/open`); without them
//! the tests say that they were skipped.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The page of the book with a row for each case, from the folder of this crate.
const CONVENTIONS: &str = "../docs/src/internals/conventions.md";

/// Portfolios of which each has a family of cases, `run_PORTFOLIO_*`.
pub const PORTFOLIOS: [&str; 2] = ["P1_us20_equal_last1000", "P3_crypto5_equal"];
pub const LEVELS: [&str; 3] = ["0.95", "0.99", "0.975"];
/// Tails of the quantile types of R.
pub const ALPHAS: [&str; 2] = ["0.05", "0.01"];

pub const PA_VAR: [&str; 2] = ["pa_snapshot_var_historical_95", "pa_run_VaR.historical_0.95"];
pub const PA_SHORTFALL: [&str; 2] = ["pa_snapshot_es_historical_95", "pa_run_ES.historical_0.95"];
pub const PA_BASELINE: &str = "pa_baseline_historical";
pub const SKFOLIO: [&str; 2] = ["skfolio_test_var_aapl", "skfolio_test_cvar_aapl"];
pub const EMPYRICAL: &str = "empyrical_test_quantile_2pt";
pub const ORE_HISTORICAL: &str = "ore_histsim_All";
pub const PA_NORMAL: [&str; 2] = ["pa_snapshot_var_gaussian_95", "pa_run_VaR.Gaussian_0.95"];
pub const PA_NORMAL_BASELINE: &str = "pa_baseline_gaussian";
pub const PA_MODIFIED: [&str; 3] =
    ["pa_snapshot_var_modified_99", "pa_run_VaR.CornishFisher_0.95", "pa_snapshot_es_modified_95"];
pub const PA_PORTFOLIO: &str = "pa_run_us20_PGVaR99";
pub const ORE_DELTA_GAMMA: [&str; 4] = [
    "ore_parametric_PF1_All_All",
    "ore_parametric_PF2_All_Vega",
    "ore_parametric_All_InterestRate_DeltaGamma",
    "ore_parametric_PF2_FX_All",
];
pub const ORE_GAMMA: [&str; 2] = ["ore_test_negative_gamma", "ore_test_case002_quantile"];
pub const EWMA: [&str; 2] = ["run_ewma_cov_us20_skfolio_PA", "run_arch_BT_sp500_2013_2018_ewma"];

/// The cases of a family of portfolios: value at risk, shortfall, normal figures, quantile types.
pub fn family(portfolio: &str) -> Vec<String> {
    let levels = |kind: &str| LEVELS.map(|level| format!("run_{portfolio}_{kind}_{level}"));
    let types = ALPHAS.map(|alpha| format!("run_{portfolio}_R_quantile_types_1to9_{alpha}"));
    [&levels("VaR")[..], &levels("ES"), &levels("gaussian"), &types].concat()
}

/// The name of every case that a test loads.
fn tested() -> Vec<String> {
    let single = [PA_BASELINE, EMPYRICAL, ORE_HISTORICAL, PA_NORMAL_BASELINE, PA_PORTFOLIO];
    let lists =
        [&single[..], &PA_VAR, &PA_SHORTFALL, &SKFOLIO, &PA_NORMAL, &PA_MODIFIED, &ORE_DELTA_GAMMA, &ORE_GAMMA, &EWMA];
    let alone = lists.concat().into_iter().map(str::to_owned);
    alone.chain(PORTFOLIOS.into_iter().flat_map(family)).collect()
}

fn reference() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/open");
    if folder.join("var_es.json").exists() {
        return Some(folder);
    }
    println!("skipped: the reference figures are not beside the repository");
    None
}

/// A case: its inputs, its expected figures and their tolerance.
pub struct Case {
    pub folder: PathBuf,
    pub json: Value,
}

impl Case {
    /// Reads a case, which must be one of [`tested`].
    pub fn load(name: &str) -> Option<Self> {
        let folder = reference()?;
        assert!(tested().iter().any(|tested| tested == name), "{name} is not in the list of cases");
        let cases: Vec<Value> =
            serde_json::from_str(&std::fs::read_to_string(folder.join("var_es.json")).unwrap()).unwrap();
        let json = cases.into_iter().find(|case| case["name"] == name).unwrap_or_else(|| panic!("no case {name}"));
        Some(Self { folder, json })
    }

    /// A column of the case's file. The stock prices lie in another folder than the case says.
    pub fn column(&self, name: &str) -> Vec<f64> {
        let file = self.json["inputs"]["file"].as_str().unwrap();
        let path = match file.strip_prefix("../../public/") {
            Some(data) => self.folder.join("../../data").join(data),
            None => self.folder.join(file),
        };
        let mut reader = csv::Reader::from_path(&path).unwrap();
        let index = reader.headers().unwrap().iter().position(|column| column == name).unwrap();
        reader.records().map(|record| record.unwrap()[index].parse().unwrap()).collect()
    }

    pub fn expected(&self) -> Vec<(String, f64)> {
        let expected = self.json["expected"].as_object().unwrap();
        expected.iter().map(|(key, value)| (key.clone(), value.as_f64().unwrap())).collect()
    }

    /// Compares within the tolerance of the case.
    #[track_caller]
    pub fn assert_close(&self, key: &str, computed: f64, expected: f64) {
        let tolerance = &self.json["tolerance"];
        let close = if let Some(places) = tolerance["trunc"].as_i64() {
            let scale = 10f64.powi(i32::try_from(places).unwrap());
            (computed * scale + 1e-9).floor() / scale == expected
        } else if let Some(relative) = tolerance["rel"].as_f64() {
            (computed - expected).abs() <= relative * expected.abs()
        } else {
            (computed - expected).abs() <= tolerance["abs"].as_f64().unwrap()
        };
        assert!(close, "{} {key}: computed {computed}, expected {expected}", self.json["name"]);
    }
}

/// Every case of the file is tested, and has a row in the book.
#[test]
fn every_case_is_tested_and_documented() {
    let Some(folder) = reference() else { return };
    let cases: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(folder.join("var_es.json")).unwrap()).unwrap();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(CONVENTIONS);
    let page = std::fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
    let mut names: Vec<&str> = cases.iter().map(|case| case["name"].as_str().unwrap()).collect();
    for name in &names {
        let family = PORTFOLIOS.iter().find(|portfolio| name.starts_with(&format!("run_{portfolio}_")));
        let row = family.map_or((*name).to_owned(), |portfolio| format!("run_{portfolio}_*"));
        assert!(page.contains(&format!("`{row}`")), "{CONVENTIONS} has no row for {name}");
    }
    let mut tested = tested();
    tested.sort_unstable();
    names.sort_unstable();
    assert_eq!(names, tested);
    assert_eq!(names.len(), 46);
}
