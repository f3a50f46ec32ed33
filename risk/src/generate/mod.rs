//! Makers of public scenario sets: deterministic, so that anybody makes the same set again.
//!
//! * [`variants`]: variants of historical simulation.
//! * [`mod@montecarlo`]: paths drawn from a model of a price history; [`covariance`]: its
//!   estimators.
//! * [`covariance_set`]: public covariances, for parametric figures.
//! * [`margin`]: matrices of weights and correlations, for margins by rule.
//! * [`mod@stress`]: named scenarios from a table; [`mod@imported`]: those of another model.
//! * [`events`]: lists of dates between which prices moved.
//! * [`regenerate`]: sets of every maker made again from their headers, and compared.

pub mod covariance;
pub mod covariance_set;
pub mod events;
pub mod imported;
pub mod margin;
pub mod montecarlo;
pub mod regenerate;
pub mod stress;
pub mod variants;
