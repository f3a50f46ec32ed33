//! The claims of `[cashflow]` and `[sec_sa]` of a deal's file: net present value, and the inputs of
//! SEC-SA.

use std::collections::BTreeMap;

use super::{DealFile, DealProblem};
use crate::error::{CashflowProblem, Problem, TapeProblem};
use crate::pool::cashflow::CashflowTerms;
use crate::pool::cashflow::claim::ValueClaim;
use crate::pool::claims::PoolClaim;
use crate::pool::schema::{Category, Column, TapeSchema};
use crate::pool::sec_sa::{CapitalCharge, PAST_DUE_DAYS};
use crate::pool::tape_terms::StatusTerms;
use crate::tree::{Scalar, toml_table};

toml_table! {
    /// Inputs of SEC-SA.
    pub(super) struct SecSaTable {
        pub w_max: Option<Scalar>,
        pub ksa_max: Option<Scalar>,
        pub risk_weights: BTreeMap<String, Scalar> = BTreeMap::new(),
    }
}

impl DealFile {
    /// Returns the claims on value and on inputs of SEC-SA that the file describes. `cashflow` is its
    /// table of cash flows.
    pub(super) fn value_claims(
        &self,
        schema: Option<&TapeSchema>,
        cashflow: Option<&CashflowTerms>,
    ) -> Result<Vec<PoolClaim>, Problem> {
        let mut claims: Vec<PoolClaim> = self.net_present_value(schema, cashflow)?.into_iter().collect();
        let Some(table) = &self.tables.sec_sa else { return Ok(claims) };
        let schema = schema.ok_or(DealProblem::NoTape)?;
        if table.w_max.is_none() && table.ksa_max.is_none() {
            return Err(DealProblem::Value("[sec_sa] claims nothing: give it w_max, or ksa_max").into());
        }
        if let Some(limit) = &table.w_max {
            let code = schema.defaulted().ok_or(TapeProblem::NoDefaultedInW)?;
            if let Some(StatusTerms::DaysPastDue([_, delinquent, _])) =
                schema.terms().and_then(|terms| terms.status.as_ref())
                && *delinquent > PAST_DUE_DAYS
            {
                return Err(TapeProblem::LateDelinquency(*delinquent).into());
            }
            claims.push(PoolClaim::PastDueAtMost(code, self.share("'w_max'", limit)?));
        }
        if table.ksa_max.is_some() == table.risk_weights.is_empty() {
            return Err(DealProblem::Value("ksa_max and [sec_sa.risk_weights] go together").into());
        }
        if let Some(limit) = &table.ksa_max {
            let limit = self.share("'ksa_max'", limit)?;
            claims.push(PoolClaim::CapitalAtMost(CapitalCharge::new(&self.risk_weights(table, schema)?, limit)?));
        }
        Ok(claims)
    }

    /// Returns a risk weight for each grade, in the order of codes.
    fn risk_weights(
        &self,
        table: &SecSaTable,
        schema: &TapeSchema,
    ) -> Result<Vec<(String, rust_decimal::Decimal)>, Problem> {
        if !schema.has(Column::Grade) {
            return Err(Problem::NoGrades);
        }
        for grade in table.risk_weights.keys() {
            schema.code(Category::Grade, grade).map_err(|problem| problem.in_part("[sec_sa.risk_weights]"))?;
        }
        let weight = |grade: &String| {
            let missing = || TapeProblem::NoRiskWeight(grade.clone());
            Ok((grade.clone(), table.risk_weights.get(grade).ok_or_else(missing)?.decimal()?))
        };
        schema.names(Category::Grade).iter().map(weight).collect()
    }

    fn net_present_value(
        &self,
        schema: Option<&TapeSchema>,
        cashflow: Option<&CashflowTerms>,
    ) -> Result<Option<PoolClaim>, Problem> {
        let (Some(table), Some(terms), Some(schema)) = (&self.tables.cashflow, cashflow, schema) else {
            return Ok(None);
        };
        let (least, block) = match (&table.npv_min, &table.npv_block) {
            (None, None) => return Ok(None),
            (Some(least), Some(block)) => (self.balance("'npv_min'", least, schema.unit())?, block.clone()),
            _ => return Err(DealProblem::Value("[cashflow] npv_min and npv_block go together").into()),
        };
        if least == 0 {
            return Err(DealProblem::Value("[cashflow] npv_min is to be above 0").into());
        }
        let assumptions = terms.assumptions.ok_or(CashflowProblem::NotPinned)?;
        let replines = terms.replines;
        Ok(Some(PoolClaim::ValueAtLeast(ValueClaim { least, block, replines, assumptions, row: None })))
    }
}
