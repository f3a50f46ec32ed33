//! The header of a Monte-Carlo set: written from its parameters, and read back.

use tailproof_core::error::Problem;
use tailproof_core::prices::PriceHistory;
use tailproof_core::scenarios::generator::Generator;

use super::{FITTED, Model, Parameters};
use crate::generate::covariance::{Estimator, Repair};

/// Returns the header of a set whose model has these `degrees` of freedom, given or fitted.
pub(super) fn generator(prices: &PriceHistory, parameters: &Parameters, degrees: Option<f64>) -> Generator {
    let model = &parameters.model;
    Generator::MonteCarlo {
        model: match model {
            Model::Normal => "normal".into(),
            Model::StudentT(_) => "student-t".into(),
            Model::Jump(_) => "jump".into(),
        },
        degrees_of_freedom: match (model, degrees) {
            (Model::StudentT(text), Some(degrees)) if text == FITTED => Some(format!("{degrees}")),
            (Model::StudentT(text), _) => Some(text.clone()),
            _ => None,
        },
        jumps: match model {
            Model::Jump(jumps) => Some(jumps.clone()),
            _ => None,
        },
        covariance: parameters.estimator.name().into(),
        repair: parameters.repair.map(|repair| repair.name().into()),
        horizon: parameters.horizon,
        zero_drift: parameters.zero_drift,
        antithetic: parameters.antithetic,
        seed: hex::encode(parameters.seed),
        treatment: prices.treatment().cloned().map(Box::new),
        prices_sha256: hex::encode(prices.digest(0..prices.len())),
    }
}

/// Returns the parameters that a header names, for a set of `paths`; `None` if it is not one of a
/// Monte-Carlo set.
///
/// # Errors
/// A header that names a model, an estimator or a seed that this version does not know.
pub fn parameters_from(generator: &Generator, paths: usize) -> Result<Option<Parameters>, Problem> {
    let Generator::MonteCarlo {
        model,
        degrees_of_freedom,
        jumps,
        covariance,
        repair,
        horizon,
        zero_drift,
        antithetic,
        seed,
        ..
    } = generator
    else {
        return Ok(None);
    };
    let model = match (model.as_str(), degrees_of_freedom, jumps) {
        ("normal", None, None) => Model::Normal,
        ("student-t", Some(degrees), None) => Model::StudentT(degrees.clone()),
        ("jump", None, Some(jumps)) => Model::Jump(jumps.clone()),
        (other, ..) => return Err(Problem::Unknown { what: "model", name: other.to_owned() }),
    };
    let bytes = hex::decode(seed).ok().and_then(|bytes| bytes.try_into().ok());
    Ok(Some(Parameters {
        model,
        estimator: Estimator::parse(covariance)?,
        repair: repair.as_deref().map(Repair::parse).transpose()?,
        horizon: *horizon,
        zero_drift: *zero_drift,
        paths,
        antithetic: *antithetic,
        seed: bytes.ok_or_else(|| Problem::Unknown { what: "seed", name: seed.clone() })?,
    }))
}
