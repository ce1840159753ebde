//! How fine to cut: unchecked parameters with a builder, checked ones that can fit.

use linfa::ParamGuard;

use crate::error::ModelError;
use crate::number::{real, whole_rows};

/// Parameters of binning, not yet checked. `Default` holds what worked best on the ledgers we measured.
#[derive(Debug, Clone, PartialEq)]
pub struct BinningParams(pub(crate) BinningValidParams);

/// Parameters of binning within their bounds. Made by [`ParamGuard::check`] only.
#[derive(Debug, Clone, PartialEq)]
pub struct BinningValidParams {
    quantiles: u16,
    rare_quantiles: u16,
    minimum_share: f64,
    minimum_rows: u64,
    smoothing: f64,
    merge_below: f64,
    largest_levels: u16,
}

impl Default for BinningParams {
    fn default() -> Self {
        Self(BinningValidParams {
            quantiles: 40,
            rare_quantiles: 20,
            minimum_share: 0.005,
            minimum_rows: 30,
            smoothing: 20.0,
            merge_below: 1.0,
            largest_levels: 50,
        })
    }
}

impl BinningParams {
    /// Quantile cuts to start from, 2 to 1,000. Default 40.
    pub fn quantiles(mut self, quantiles: u16) -> Self {
        self.0.quantiles = quantiles;
        self
    }

    /// Quantile cuts of the rarer outcome's rows, added to the others, 1 to 1,000; 1 adds none. Default 20. They keep the
    /// far end apart where few rows are late.
    pub fn rare_quantiles(mut self, quantiles: u16) -> Self {
        self.0.rare_quantiles = quantiles;
        self
    }

    /// Least share of the rows in a bin, 0 to 0.5. Default 0.005.
    pub fn minimum_share(mut self, share: f64) -> Self {
        self.0.minimum_share = share;
        self
    }

    /// Least rows in a bin, whatever the share; at least 1. Default 30.
    pub fn minimum_rows(mut self, rows: u64) -> Self {
        self.0.minimum_rows = rows;
        self
    }

    /// Rows at the overall rate added to each bin before it is weighed, above 0 and at most 1,000. Default 20.
    pub fn smoothing(mut self, rows: f64) -> Self {
        self.0.smoothing = rows;
        self
    }

    /// Neighbouring bins whose rates differ by less than this many standard errors are merged, 0 to 10; 0 merges none.
    /// Default 1.
    pub fn merge_below(mut self, standard_errors: f64) -> Self {
        self.0.merge_below = standard_errors;
        self
    }

    /// Most levels of a category that get a bin of their own, 1 to 1,000; the largest go first. Default 50.
    pub fn largest_levels(mut self, levels: u16) -> Self {
        self.0.largest_levels = levels;
        self
    }
}

impl BinningValidParams {
    /// Quantile cuts to start from.
    pub fn quantiles(&self) -> u16 {
        self.quantiles
    }

    /// Quantile cuts of the rarer outcome's rows.
    pub fn rare_quantiles(&self) -> u16 {
        self.rare_quantiles
    }

    /// Rows at the overall rate added to each bin.
    pub fn smoothing(&self) -> f64 {
        self.smoothing
    }

    /// Standard errors below which neighbours are merged.
    pub fn merge_below(&self) -> f64 {
        self.merge_below
    }

    /// Most levels with a bin of their own.
    pub fn largest_levels(&self) -> u16 {
        self.largest_levels
    }

    /// Most bins that a feature can be cut into.
    pub(crate) fn most_bins(&self) -> u32 {
        (u32::from(self.quantiles) + u32::from(self.rare_quantiles)).max(u32::from(self.largest_levels)) + 2
    }

    /// Least rows of a bin in a table of `rows` rows.
    pub fn least_rows(&self, rows: u64) -> u64 {
        whole_rows(self.minimum_share * real(rows)).max(self.minimum_rows)
    }
}

impl ParamGuard for BinningParams {
    type Checked = BinningValidParams;
    type Error = ModelError;

    fn check_ref(&self) -> Result<&Self::Checked, ModelError> {
        let found = &self.0;
        let quantiles = f64::from(found.quantiles);
        let rare = f64::from(found.rare_quantiles);
        within("quantiles", quantiles, 2.0, 1000.0, "2 to 1000")?;
        within("rare_quantiles", rare, 1.0, 1000.0, "1 to 1000")?;
        within("minimum_share", found.minimum_share, 0.0, 0.5, "0 to 0.5")?;
        at_least_one("minimum_rows", found.minimum_rows)?;
        within("smoothing", found.smoothing, 1e-9, 1000.0, "1e-9 to 1000")?;
        within("merge_below", found.merge_below, 0.0, 10.0, "0 to 10")?;
        let levels = f64::from(found.largest_levels);
        within("largest_levels", levels, 1.0, 1000.0, "1 to 1000")?;
        Ok(found)
    }

    fn check(self) -> Result<Self::Checked, ModelError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

/// Fails unless `low <= found <= high`; NaN fails.
pub(crate) fn within(
    name: &'static str,
    found: f64,
    low: f64,
    high: f64,
    allowed: &'static str,
) -> Result<(), ModelError> {
    if (low..=high).contains(&found) {
        return Ok(());
    }
    Err(ModelError::Parameter { name, found, allowed })
}

/// Fails on zero.
pub(crate) fn at_least_one(name: &'static str, found: u64) -> Result<(), ModelError> {
    within(name, real(found), 1.0, f64::INFINITY, "at least 1")
}
