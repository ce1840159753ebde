//! Binning: from the values of a feature to a few bins, each with its weight of evidence.
//!
//! Numbers are cut at quantiles, pooled until the declared direction holds, then merged until every bin is large enough
//! and differs from its neighbour; categories keep one bin for each common level. There is always a bin for missing.
//!
//! - [`Bins`]: where the cuts are; finds the bin of a value.
//! - [`Tally`], [`weights_of_evidence`], [`information_value`]: what the bins are worth.
//! - [`BinningParams`]: how fine the cut is; checked before use.

mod bins;
mod category;
mod evidence;
mod numeric;
mod params;

pub use bins::{BinLabel, Bins};
pub use evidence::{Tally, information_value, weights_of_evidence};
pub use params::{BinningParams, BinningValidParams};
pub(crate) use params::{at_least_one, within};

use crate::error::ModelError;
use crate::table::{Column, Direction};

/// A feature cut into bins, with what each bin holds and says.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedBins {
    /// The cuts.
    pub bins: Bins,
    /// Rows and late rows, one entry a bin.
    pub tallies: Vec<Tally>,
    /// Weight of evidence, one entry a bin; positive is riskier than the whole.
    pub woe: Vec<f64>,
    /// Information value of the feature, in nats.
    pub information_value: f64,
}

impl BinningValidParams {
    /// Cuts a column into bins and weighs them. The result doesn't depend on the order of the rows.
    ///
    /// `events` holds one outcome a row, `true` = late.
    ///
    /// # Errors
    /// When lengths differ, or when not both outcomes occur.
    ///
    /// ```
    /// use encours_models::{BinningParams, Column, Direction, ParamGuard};
    /// let values: Vec<f64> = (0..1000).map(f64::from).collect();
    /// let events: Vec<bool> = values.iter().map(|value| *value >= 700.0).collect();
    /// let params = BinningParams::default().check()?;
    /// let fitted = params.fit(&Column::Numeric(values), Direction::RiskUp, &events)?;
    /// assert!(fitted.woe[0] < 0.0); // the first bin is safer than the whole
    /// # Ok::<(), encours_models::ModelError>(())
    /// ```
    pub fn fit(&self, column: &Column, direction: Direction, events: &[bool]) -> Result<FittedBins, ModelError> {
        ModelError::same_length("events", events.len(), column.len())?;
        let total = Tally::of(events.iter().copied());
        total.check_both()?;
        let (bins, tallies) = match column {
            Column::Numeric(values) => numeric::cut(self, values, direction, events, total),
            Column::Category { codes, levels } => category::cut(self, codes, levels, events),
        };
        let woe = weights_of_evidence(&tallies, self.smoothing());
        let information_value = information_value(&tallies, &woe);
        Ok(FittedBins { bins, tallies, woe, information_value })
    }
}
