//! How to fit a scorecard: unchecked parameters with a builder, checked ones that can fit.

use linfa::ParamGuard;

use crate::binning::{BinningParams, BinningValidParams, at_least_one, within};
use crate::calibration::Holdout;
use crate::error::ModelError;
use crate::scale::Scale;

/// Parameters of a scorecard, not yet checked. `Default` holds what worked best on the ledgers we measured.
///
/// ```
/// use encours_models::{ParamGuard, ScorecardParams};
/// let params = ScorecardParams::default().alpha(1.0).holdout_share(0.2).check()?;
/// let wrong = ScorecardParams::default().holdout_share(0.9).check();
/// assert_eq!(wrong.unwrap_err().to_string(), "parameter `holdout_share`: found 0.9, allowed 0 to 0.5");
/// # Ok::<(), encours_models::ModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScorecardParams(ScorecardValidParams);

/// Parameters of a scorecard within their bounds. Made by [`ParamGuard::check`] only.
#[derive(Debug, Clone, PartialEq)]
pub struct ScorecardValidParams {
    binning: BinningParams,
    pub(super) scale: Scale,
    pub(super) alpha: f64,
    pub(super) least_information: f64,
    pub(super) minimum_rows: u64,
    pub(super) minimum_events: u64,
    pub(super) holdout: Holdout,
}

impl Default for ScorecardValidParams {
    fn default() -> Self {
        Self {
            binning: BinningParams::default(),
            scale: Scale::default(),
            alpha: 100.0,
            least_information: 0.01,
            minimum_rows: 100,
            minimum_events: 20,
            holdout: Holdout::default(),
        }
    }
}

impl ScorecardValidParams {
    /// The binning, checked with the rest.
    pub(crate) fn binning(&self) -> &BinningValidParams {
        &self.binning.0
    }
}

impl ScorecardParams {
    /// What the checked form holds; only for parameters that were checked.
    pub(crate) fn valid(&self) -> &ScorecardValidParams {
        &self.0
    }

    /// How to cut features into bins.
    pub fn binning(mut self, binning: BinningParams) -> Self {
        self.0.binning = binning;
        self
    }

    /// How points are told.
    pub fn scale(mut self, scale: Scale) -> Self {
        self.0.scale = scale;
        self
    }

    /// L2 penalty beside the log-loss summed over the rows, 0 to 1e6. Default 100.
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.0.alpha = alpha;
        self
    }

    /// Features of a smaller information value (nats) are left out, 0 to 10. Default 0.01.
    pub fn least_information(mut self, nats: f64) -> Self {
        self.0.least_information = nats;
        self
    }

    /// Fewest rows to learn from, at least 1. Default 100.
    pub fn minimum_rows(mut self, rows: u64) -> Self {
        self.0.minimum_rows = rows;
        self
    }

    /// Fewest rows of each outcome to learn from, at least 1. Default 20.
    pub fn minimum_events(mut self, events: u64) -> Self {
        self.0.minimum_events = events;
        self
    }

    /// Share of the latest rows kept aside to learn the calibration, 0 to 0.5; 0 calibrates nothing. Default 0.25.
    pub fn holdout_share(mut self, share: f64) -> Self {
        self.0.holdout.share = share;
        self
    }

    /// Fewest rows to learn the calibration from, at least 1. Default 50.
    pub fn holdout_rows(mut self, rows: u64) -> Self {
        self.0.holdout.rows = rows;
        self
    }

    /// How strongly the calibration is held at slope 1 and intercept 0, 1e-6 to 1e6. Default 50.
    pub fn calibration_ridge(mut self, ridge: f64) -> Self {
        self.0.holdout.ridge = ridge;
        self
    }
}

impl ParamGuard for ScorecardParams {
    type Checked = ScorecardValidParams;
    type Error = ModelError;

    fn check_ref(&self) -> Result<&Self::Checked, ModelError> {
        let found = &self.0;
        found.binning.check_ref()?;
        found.scale.check()?;
        within("alpha", found.alpha, 0.0, 1e6, "0 to 1e6")?;
        within("least_information", found.least_information, 0.0, 10.0, "0 to 10")?;
        at_least_one("minimum_rows", found.minimum_rows)?;
        at_least_one("minimum_events", found.minimum_events)?;
        found.holdout.check()?;
        Ok(found)
    }

    fn check(self) -> Result<Self::Checked, ModelError> {
        self.check_ref()?;
        Ok(self.0)
    }
}
