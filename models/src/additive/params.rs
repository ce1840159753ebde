//! How to fit an additive model: unchecked parameters with a builder, checked ones that can fit.

use linfa::ParamGuard;

use crate::binning::{BinningParams, BinningValidParams, at_least_one, within};
use crate::calibration::Holdout;
use crate::error::ModelError;
use crate::scale::Scale;
use crate::scorecard::{ScorecardParams, ScorecardValidParams};

/// Most bins of a feature: rows are kept as bytes.
const MOST_BINS: f64 = 250.0;

/// Parameters of an additive model, not yet checked.
///
/// ```
/// use encours_models::{AdditiveParams, ParamGuard};
/// let params = AdditiveParams::default().learning_rate(0.1).check()?;
/// let wrong = AdditiveParams::default().learning_rate(0.0).check();
/// assert_eq!(wrong.unwrap_err().to_string(), "parameter `learning_rate`: found 0, allowed 0.001 to 1");
/// # Ok::<(), encours_models::ModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AdditiveParams(AdditiveValidParams);

/// Parameters of an additive model within their bounds. Made by [`ParamGuard::check`] only.
#[derive(Debug, Clone, PartialEq)]
pub struct AdditiveValidParams {
    binning: BinningParams,
    plain: ScorecardParams,
    pub(super) from_plain: bool,
    pub(super) scale: Scale,
    pub(super) seed: u64,
    pub(super) learning_rate: f64,
    pub(super) rounds: u16,
    pub(super) most_epochs: u16,
    pub(super) patience: u16,
    pub(super) ridge: f64,
    pub(super) most_pairs: u16,
    pub(super) pair_bins: u16,
    pub(super) pair_features: u16,
    pub(super) minimum_rows: u64,
    pub(super) minimum_events: u64,
    pub(super) holdout: Holdout,
}

impl Default for AdditiveValidParams {
    fn default() -> Self {
        Self {
            binning: AdditiveParams::fine_bins(),
            plain: ScorecardParams::default(),
            from_plain: true,
            scale: Scale::default(),
            seed: 0,
            learning_rate: 0.05,
            rounds: 3,
            most_epochs: 60,
            patience: 6,
            ridge: 5.0,
            most_pairs: 5,
            pair_bins: 8,
            pair_features: 14,
            minimum_rows: 100,
            minimum_events: 20,
            holdout: Holdout::default(),
        }
    }
}

impl AdditiveValidParams {
    /// The binning, checked with the rest.
    pub(super) fn binning(&self) -> &BinningValidParams {
        &self.binning.0
    }

    /// How the plain card is fitted from which boosting begins, checked with the rest.
    pub(super) fn plain(&self) -> &ScorecardValidParams {
        self.plain.valid()
    }
}

impl AdditiveParams {
    /// The binning it starts with: fine bins that aren't merged, since which neighbours are alike is for boosting to find.
    pub fn fine_bins() -> BinningParams {
        BinningParams::default().quantiles(12).rare_quantiles(8).merge_below(0.0)
    }

    /// How to cut features into bins.
    pub fn binning(mut self, binning: BinningParams) -> Self {
        self.0.binning = binning;
        self
    }

    /// How the plain card is fitted from which boosting begins.
    pub fn plain(mut self, plain: ScorecardParams) -> Self {
        self.0.plain = plain;
        self
    }

    /// Whether boosting begins from the plain card, or from the overall rate alone. Default true.
    ///
    /// Many features that say nearly the same (the lines of one balance sheet) mislead a plain card of few rows; small
    /// steps share the evidence out among them.
    pub fn from_plain(mut self, from_plain: bool) -> Self {
        self.0.from_plain = from_plain;
        self
    }

    /// How points are told.
    pub fn scale(mut self, scale: Scale) -> Self {
        self.0.scale = scale;
        self
    }

    /// Which rows share a part, and so a bag. Any number; the same one gives the same model.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }

    /// Share of a Newton step that each step takes, 0.001 to 1. Default 0.05.
    pub fn learning_rate(mut self, rate: f64) -> Self {
        self.0.learning_rate = rate;
        self
    }

    /// Rounds over all terms between two looks at the rows, 1 to 1,000. Default 3.
    pub fn rounds(mut self, rounds: u16) -> Self {
        self.0.rounds = rounds;
        self
    }

    /// Most looks at the rows, 1 to 1,000. Default 60.
    pub fn most_epochs(mut self, epochs: u16) -> Self {
        self.0.most_epochs = epochs;
        self
    }

    /// Looks without a better log-loss on the later rows after which boosting stops, 1 to 1,000. Default 6.
    pub fn patience(mut self, epochs: u16) -> Self {
        self.0.patience = epochs;
        self
    }

    /// Curvature added to every leaf, in units of p·(1 − p) summed over rows; 0 to 1e6. Default 5.
    pub fn ridge(mut self, ridge: f64) -> Self {
        self.0.ridge = ridge;
        self
    }

    /// Most pairs of features, 0 to 20. Default 5.
    pub fn most_pairs(mut self, pairs: u16) -> Self {
        self.0.most_pairs = pairs;
        self
    }

    /// Bins of each feature of a pair, 2 to 16. Default 8.
    pub fn pair_bins(mut self, bins: u16) -> Self {
        self.0.pair_bins = bins;
        self
    }

    /// How many features may be paired, 2 to 200: those that move the most. Default 14. Every two of them are tried on every
    /// row, so that the work grows with its square; a table of few rows can afford more.
    pub fn pair_features(mut self, features: u16) -> Self {
        self.0.pair_features = features;
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

    /// Share of the latest rows on which boosting stops, pairs are chosen and the calibration is learned, 0 to 0.5.
    /// Default 0.25.
    pub fn holdout_share(mut self, share: f64) -> Self {
        self.0.holdout.share = share;
        self
    }

    /// Fewest such rows, at least 1. Default 50.
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

impl ParamGuard for AdditiveParams {
    type Checked = AdditiveValidParams;
    type Error = ModelError;

    fn check_ref(&self) -> Result<&Self::Checked, ModelError> {
        let found = &self.0;
        found.binning.check_ref()?;
        found.plain.check_ref()?;
        let most = found.binning.0.most_bins() + found.plain.valid().binning().most_bins();
        within("binning", f64::from(most), 1.0, MOST_BINS, "at most 250 bins, the plain card's added")?;
        found.scale.check()?;
        within("learning_rate", found.learning_rate, 0.001, 1.0, "0.001 to 1")?;
        within("rounds", f64::from(found.rounds), 1.0, 1000.0, "1 to 1000")?;
        within("most_epochs", f64::from(found.most_epochs), 1.0, 1000.0, "1 to 1000")?;
        within("patience", f64::from(found.patience), 1.0, 1000.0, "1 to 1000")?;
        within("ridge", found.ridge, 0.0, 1e6, "0 to 1e6")?;
        within("most_pairs", f64::from(found.most_pairs), 0.0, 20.0, "0 to 20")?;
        within("pair_bins", f64::from(found.pair_bins), 2.0, 16.0, "2 to 16")?;
        within("pair_features", f64::from(found.pair_features), 2.0, 200.0, "2 to 200")?;
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
