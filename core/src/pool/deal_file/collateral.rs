//! The `[collateral]` table of a deal's file, and its rule for scenarios of the market.

use std::collections::BTreeMap;

use super::DealFile;
use crate::error::{CollateralProblem, Problem};
use crate::mandate::scenario_rule::{Kinds, ScenarioKind, ScenarioRule, ScenarioTable};
use crate::pool::collateral::CollateralTerms;
use crate::pool::columns::DEFAULTED;
use crate::pool::schema::TapeSchema;
use crate::tree::{Scalar, toml_table};

toml_table! {
    pub(super) struct CollateralTable {
        horizon: usize,
        haircut: BTreeMap<String, Scalar> = BTreeMap::new(),
    }
}

/// Kinds of sets from which losses of collateral are made.
const KINDS: [ScenarioKind; 3] = [ScenarioKind::Historical, ScenarioKind::MonteCarlo, ScenarioKind::Stress];

impl DealFile {
    /// Returns what a sale of collateral does not bring, by grade, if the file says so.
    pub(super) fn collateral(&self, schema: Option<&TapeSchema>) -> Result<Option<CollateralTerms>, Problem> {
        let Some(table) = &self.tables.collateral else { return Ok(None) };
        if !self.tables.pd.is_empty() {
            return Err(CollateralProblem::Assumptions("pd").into());
        }
        if self.tables.lgd.keys().any(|grade| grade != DEFAULTED) {
            return Err(CollateralProblem::Assumptions("lgd").into());
        }
        let schema = schema.ok_or(CollateralProblem::NoAssets)?;
        let haircut = |(asset, haircut): (&String, &Scalar)| Ok((asset.clone(), haircut.decimal()?));
        let haircuts = table.haircut.iter().map(haircut).collect::<Result<_, Problem>>()?;
        CollateralTerms::new(schema, table.horizon, &haircuts, self.tables.lgd.get(DEFAULTED).copied()).map(Some)
    }

    /// Returns the rule for scenarios of the market of a deal with collateral, if the file has one.
    pub(super) fn market_rule(&self) -> Result<Option<ScenarioRule>, Problem> {
        let Some(table) = self.tables.scenarios.as_ref().filter(|_| self.tables.collateral.is_some()) else {
            return Ok(None);
        };
        let of_credit = [
            ("model", table.model.is_some()),
            ("rho", table.rho.is_some()),
            ("degrees", table.degrees.is_some()),
            ("nodes", table.nodes.is_some()),
            ("paths", table.paths.is_some()),
            ("granular", table.granular.is_some()),
            ("finite", table.finite.is_some()),
        ];
        let of = "with [collateral] are of the market's moves";
        refuse_keys(of, &of_credit)?;
        refuse_keys("with [collateral] have its horizon", &[("horizon", table.horizon.is_some())])?;
        let rule = ScenarioTable {
            kind: table.kind.clone(),
            horizon: None,
            least_window: table.least_window,
            latest_not_before: table.latest_not_before.clone(),
            weights: table.weights.clone(),
            digest: table.digest.clone(),
        };
        let rule = rule.rule()?;
        match rule.kinds.iter().find(|kind| !KINDS.contains(kind)) {
            Some(other) => Err(CollateralProblem::Kind(other.name()).into()),
            None => Ok(Some(rule)),
        }
    }

    /// Refuses keys about scenarios of the market in a deal without collateral.
    pub(super) fn refuse_market_rule(&self) -> Result<(), Problem> {
        let Some(table) = self.tables.scenarios.as_ref() else { return Ok(()) };
        let has_kind = !matches!(&table.kind, Kinds::Some(kinds) if kinds.is_empty());
        let of_market = [
            ("kind", has_kind),
            ("horizon", table.horizon.is_some()),
            ("least_window", table.least_window.is_some()),
            ("latest_not_before", table.latest_not_before.is_some()),
            ("weights", table.weights.is_some()),
            ("digest", table.digest.is_some()),
        ];
        refuse_keys("without [collateral] are of a credit model", &of_market)
    }
}

fn refuse_keys(of: &'static str, keys: &[(&'static str, bool)]) -> Result<(), Problem> {
    match keys.iter().find(|(_, is_there)| *is_there) {
        Some((key, _)) => Err(CollateralProblem::ScenarioKey { of, key }.into()),
        None => Ok(()),
    }
}
