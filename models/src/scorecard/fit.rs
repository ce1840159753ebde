//! From a table to a scorecard.

use super::card::{CardFeature, Scorecard};
use super::check::RawScorecard;
use super::learn::{Learned, LearnedFeature, learn};
use super::params::ScorecardValidParams;
use crate::calibration::{Calibration, calibrated};
use crate::error::{Faults, ModelError};
use crate::number::{count, points};
use crate::scale::Scale;
use crate::table::Table;

/// Rows from which the calibration is learned.
const SAMPLE: usize = 131_072;

impl ScorecardValidParams {
    /// Fits a scorecard. The same rows in any order give the same card, bit for bit.
    ///
    /// 1. The earlier rows by day teach a card, the later ones its calibration (Platt's slope and intercept).
    ///    Of more than 131,072 rows, about so many stand for all in this, drawn by a hash of what they hold.
    /// 2. All rows are cut into bins and weighed; features that say little are left out.
    /// 3. A logistic regression on the weights; features with a negative coefficient are left out and it is fitted
    ///    again, so that every declared direction holds.
    /// 4. The calibration is applied and everything is told in whole points.
    ///
    /// # Errors
    /// When there are too few rows or events, when points would pass a million, or when the optimiser fails.
    ///
    /// ```
    /// use encours_models::{Column, Direction, FeatureSpec, ParamGuard, ScorecardParams, Table, Value};
    /// // 400 rows; late the more often the higher the past rate.
    /// let rates: Vec<f64> = (0..400).map(|row| f64::from(row % 10) / 10.0).collect();
    /// let events = (0..400).map(|row| row % 10 > (row / 10) % 10).collect();
    /// let specs = vec![FeatureSpec::numeric("late_rate", Direction::RiskUp)];
    /// let table = Table::new(specs, vec![Column::Numeric(rates)], events, (0..400).collect())?;
    /// let card = ScorecardParams::default().check()?.fit(&table)?;
    ///
    /// let good = card.score_row(&[Value::Number(0.0)])?;
    /// let bad = card.score_row(&[Value::Number(0.9)])?;
    /// assert!(good.score > bad.score && good.probability < bad.probability);
    /// # Ok::<(), encours_models::ModelError>(())
    /// ```
    pub fn fit(&self, table: &Table) -> Result<Scorecard, ModelError> {
        table.check_size(self.minimum_rows, self.minimum_events)?;
        let learned = learn(self, table)?;
        let sample = table.sample(SAMPLE);
        let (calibration, _) = calibrated(&self.holdout, &sample, |earlier, later| {
            let learned = learn(self, earlier)?;
            let log_odds = learned.log_odds(later);
            Ok((learned, log_odds))
        })?;
        let raw = in_points(self.scale, learned, calibration, table)?;
        let mut faults = Faults::default();
        raw.check("card", &mut faults);
        faults.into_result()?;
        Ok(raw.believed())
    }
}

/// Points of the client whose every bin weighs 0.
pub(super) fn base_points(scale: Scale, calibration: &Calibration, intercept: f64) -> Option<i32> {
    points(scale.score(calibration.apply(intercept)))
}

/// Points of a bin; a riskier bin never has more of them, because coefficient and slope aren't negative.
pub(super) fn bin_points(scale: Scale, calibration: &Calibration, coefficient: f64, woe: f64) -> Option<i32> {
    points(-scale.factor() * coefficient * calibration.slope * woe)
}

fn in_points(
    scale: Scale,
    learned: Learned,
    calibration: Calibration,
    table: &Table,
) -> Result<RawScorecard, ModelError> {
    let base = base_points(scale, &calibration, learned.intercept);
    let mut features = Vec::with_capacity(learned.features.len());
    for feature in learned.features {
        features.push(feature.in_points(scale, &calibration)?);
    }
    Ok(RawScorecard {
        scale,
        rows: count(table.rows()),
        late: count(table.late()),
        intercept: learned.intercept,
        calibration,
        base_points: base.ok_or_else(|| too_many_points(learned.intercept))?,
        features,
        dropped: learned.dropped,
    })
}

impl LearnedFeature {
    fn in_points(self, scale: Scale, calibration: &Calibration) -> Result<CardFeature, ModelError> {
        let mut points = Vec::with_capacity(self.fitted.woe.len());
        for woe in &self.fitted.woe {
            let found = bin_points(scale, calibration, self.coefficient, *woe);
            points.push(found.ok_or_else(|| too_many_points(self.coefficient * woe))?);
        }
        Ok(CardFeature {
            spec: self.spec,
            information_value: self.fitted.information_value,
            coefficient: self.coefficient,
            bins: self.fitted.bins,
            tallies: self.fitted.tallies,
            woe: self.fitted.woe,
            points,
        })
    }
}

fn too_many_points(found: f64) -> ModelError {
    ModelError::Value { what: "log-odds of a bin", found, expected: "at most a million points" }
}
