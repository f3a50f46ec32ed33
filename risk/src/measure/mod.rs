//! Figures for a desk's eyes. No proof is about them.
//!
//! * [`figures`]: the exact figures of a book at several confidences.
//! * [`parametric`]: figures from moments: normal, Cornish-Fisher, Student's t, exponentially
//!   weighted.
//! * [`methods`]: figures of a book by those, beside the exact ones.
//! * [`backtest`]: tests of whether losses exceed the value at risk as often as they should.
//! * [`contributions`]: what each factor contributes to value at risk and expected shortfall.
//! * [`over_days`]: the use of limits over the windows of the last days.
//! * [`rolling`]: a backtest over moving windows, with a test of expected shortfall.
//! * [`conventions`]: the sample-quantile and shortfall conventions of other libraries, for
//!   comparison.

pub mod backtest;
pub mod contributions;
pub mod conventions;
pub mod figures;
pub mod methods;
pub mod over_days;
pub mod parametric;
pub mod rolling;
