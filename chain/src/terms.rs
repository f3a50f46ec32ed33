//! Terms of a mandate as the ledger takes them.

use alloy::primitives::{Address, B256, keccak256};
use alloy::sol_types::SolValue;
use tailproof_core::mandate::prescribed::prescribed_rule;
use tailproof_core::text::parse_decimal;
use tailproof_core::{Limit, Mandate, Measure, Unit};
use tailproof_verifier::attestation::{About, Scope};
use tailproof_verifier::{Backend as _, Groth16, Shape};

use crate::config::MandateConfig;
use crate::contracts::IMandateLedger::Terms;
use crate::error::Failure;
use crate::ladder::{self, Ladder};

/// Kind of a source that is a rolling window of historical returns.
pub const HISTORICAL: u8 = 1;
/// The limit of a clause that is off.
const OFF: u128 = 0;

/// What a mandate is about.
pub struct Under<'a> {
    /// digest of the verifying key
    pub key: B256,
    /// of the key
    pub shape: Shape,
    /// address of the window
    pub source: Address,
    /// the mandate's file as it was read
    pub mandate: &'a Mandate,
}

/// Returns the terms of a mandate, and its ladder.
///
/// # Errors
/// A mandate under the name of a rule; a clause that the ledger does not know, a limit that is no
/// amount, a ladder where the key has none or the other way round.
pub fn terms(config: &MandateConfig, about: &Under<'_>) -> Result<(Terms, Option<Ladder>), Failure> {
    let name = &config.name;
    let refuse = |problem: String| Failure::Usage(format!("mandate \"{name}\": {problem}"));
    let unit = parse_decimal(&config.unit).and_then(Unit::from_decimal);
    let unit = unit.map_err(|error| refuse(format!("unit: {error}")))?;
    if unit.millionths() > about.mandate.coarsest_unit().millionths() {
        return Err(refuse(format!(
            "unit {}: the mandate's file accepts no coarser one than {}",
            config.unit,
            about.mandate.coarsest_unit()
        )));
    }
    if prescribed_rule(about.mandate.name()).is_some() {
        return Err(refuse(format!(
            "its file calls it \"{}\": a ledger's mandate cannot bear the name of a rule, since no ledger checks what the \
             rule asks of scenarios; give it another name",
            about.mandate.name()
        )));
    }
    if about.mandate.scenario_rule().is_some() {
        return Err(refuse(
            "a [scenarios] table: on a ledger the window, least_rows, most_gaps, lag and staleness say which scenarios count; \
             take the table out of the file"
                .to_owned(),
        ));
    }
    if about.mandate.needs_rules() {
        return Err(refuse(
            "cash, groups, caps, costs of a file or nav = \"sum\": the mandate of a ledger on a chain has none of them"
                .to_owned(),
        ));
    }
    let mut confidences = [0u32; 2];
    let mut limits = [OFF; 2];
    for clause in about.mandate.clauses() {
        let place = match clause.measure {
            Measure::Var => 0,
            Measure::Cvar => 1,
            other => return Err(refuse(format!("a ledger has no clause of {other}; var and cvar are those it knows"))),
        };
        if clause.floor.is_some() || clause.liquidity || clause.threshold.is_some() {
            return Err(refuse(format!("{clause}: floors are those of the ladder, and there is no liquidity cost")));
        }
        let Limit::Absolute(limit) = clause.limit else {
            return Err(refuse(format!("{clause}: a ledger's limits are amounts; fractions of NAV say nothing there")));
        };
        confidences[place] = clause.confidence.map_or(0, |confidence| confidence.millionths());
        limits[place] = ladder::millionths(&limit.normalize().to_string())?;
    }
    let ladder = config.ladder.as_ref().map(|ladder| -> Result<Ladder, Failure> {
        Ok(Ladder {
            lowest: ladder::millionths(&ladder.lowest)?,
            rungs: ladder.rungs,
            step: ladder.step,
            tightness: ladder.tightness,
            confidence: confidences[0],
            unit: unit.millionths(),
            currency: about.mandate.currency().to_owned(),
        })
    });
    let ladder = ladder.transpose()?;
    let mut root = B256::ZERO;
    match (&ladder, about.shape.has_limits()) {
        (Some(ladder), true) => {
            if confidences[0] == 0 || confidences[1] != 0 {
                return Err(refuse("a ladder is of one clause, value at risk".to_owned()));
            }
            let rungs = ladder.of_shape(about.shape)?;
            let highest = ladder.limit(ladder.rungs - 1);
            if highest > limits[0] {
                let (highest, limit) = (ladder::amount(highest), ladder::amount(limits[0]));
                return Err(refuse(format!("the highest rung, {highest}, is above the mandate's limit, {limit}")));
            }
            limits[0] = highest;
            root = ladder::tree(&rungs.iter().map(ladder::leaf).collect::<Vec<_>>()).0;
        }
        (None, false) => {}
        (None, true) => return Err(refuse(format!("keys of {} take a [mandate.ladder]", about.shape))),
        (Some(_), false) => return Err(refuse(format!("keys of {} take no ladder", about.shape))),
    }
    let custodian = |place: usize| config.custodians.get(place).copied().unwrap_or_default();
    let scope = scope(&config.scope).map_err(refuse)?;
    let terms = Terms {
        document: about.mandate.digest().into(),
        key: about.key,
        source: about.source,
        kind: HISTORICAL,
        horizon: 1,
        leastRows: config.least_rows,
        mostGaps: config.most_gaps,
        lag: config.lag,
        staleness: config.staleness,
        late: config.late,
        validity: config.validity,
        grace: config.grace,
        custodian: custodian(0),
        secondCustodian: custodian(1),
        scope,
        guardian: config.guardian,
        varConfidence: confidences[0],
        shortfallConfidence: confidences[1],
        unit: unit.millionths(),
        varLimit: limits[0],
        shortfallLimit: limits[1],
        rungs: root,
    };
    Ok((terms, ladder))
}

/// Returns the bits of a scope, with the bit of BN254 if there are any.
fn scope(names: &[String]) -> Result<u32, String> {
    if names.is_empty() {
        return Ok(0);
    }
    let facts = names.iter().map(|name| {
        About::named(name).ok_or_else(|| {
            let known = About::ALL.map(About::name).join(", ");
            format!("scope: nobody vouches for \"{name}\"; for {known}")
        })
    });
    let facts = facts.collect::<Result<Vec<_>, _>>()?;
    Ok(Scope::new(&facts, Groth16::NAME).map_or(0, Scope::bits))
}

/// Returns the identifier of a mandate: the hash of its terms.
pub fn id(terms: &Terms) -> B256 {
    keccak256(terms.abi_encode())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The terms of a mandate of this name.
    fn of(name: &str) -> Result<Terms, Failure> {
        let clause = "[[clause]]\nmeasure = \"cvar\"\nconfidence = 0.975\nlimit = 1000\n";
        let mandate = Mandate::from_toml("m.toml", &format!("name = \"{name}\"\n{clause}")).unwrap();
        let config = MandateConfig::of_daily_rows();
        let shape = "8x20/1".parse().unwrap();
        terms(&config, &Under { key: B256::ZERO, shape, source: Address::ZERO, mandate: &mandate })
            .map(|(terms, _)| terms)
    }

    /// A ledger's window of one day is not the ten days of the rule.
    #[test]
    fn a_mandate_of_a_ledger_does_not_bear_the_name_of_a_rule() {
        assert_eq!(of("Own expected shortfall").unwrap().shortfallConfidence, 975_000);
        for name in ["FRTB expected shortfall", "UCITS absolute VaR", "AIFMD"] {
            let refused = of(name).unwrap_err().to_string();
            assert!(refused.contains(name) && refused.contains("give it another name"), "{refused}");
        }
    }
}
