//! The one way into a [`Scorecard`]: a raw form that only deserialises, and a check that lists every fault.

use serde::Deserialize;

use super::card::{CardFeature, Scorecard};
use super::fit::{base_points, bin_points};
use crate::calibration::Calibration;
use crate::card::DroppedFeature;
use crate::error::Faults;
use crate::scale::Scale;
use crate::table::Direction;

/// A scorecard as it was written, not yet believed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawScorecard {
    pub(super) scale: Scale,
    pub(super) rows: u64,
    pub(super) late: u64,
    pub(super) intercept: f64,
    pub(super) calibration: Calibration,
    pub(super) base_points: i32,
    pub(super) features: Vec<CardFeature>,
    pub(super) dropped: Vec<DroppedFeature>,
}

/// Most features of a card, so that no sum of points can overflow.
const MOST_FEATURES: usize = 1000;

impl RawScorecard {
    /// Notes every fault, under the path `at`.
    pub(crate) fn check(&self, at: &str, faults: &mut Faults) {
        self.check_head(at, faults);
        for (position, feature) in self.features.iter().enumerate() {
            let at = format!("{at}.features[{position}]");
            self.check_feature(feature, &at, faults);
        }
    }

    /// The card. Only for a raw form in which [`Self::check`] found no fault.
    pub(crate) fn believed(self) -> Scorecard {
        let Self { scale, rows, late, intercept, calibration, base_points, features, dropped } = self;
        Scorecard { scale, rows, late, intercept, calibration, base_points, features, dropped }
    }

    fn check_head(&self, at: &str, faults: &mut Faults) {
        let path = |field: &str| format!("{at}.{field}");
        if let Err(error) = self.scale.check() {
            faults.require(false, || path("scale"), error, "numbers within bounds");
        }
        faults.require(self.late <= self.rows, || path("late"), self.late, "no more than the rows");
        faults.require(self.intercept.is_finite(), || path("intercept"), self.intercept, "a finite number");
        faults.require(self.features.len() <= MOST_FEATURES, || path("features"), self.features.len(), "at most 1000");
        let expected = base_points(self.scale, &self.calibration, self.intercept);
        faults.require(
            Some(self.base_points) == expected,
            || path("base_points"),
            self.base_points,
            "what intercept, calibration and scale give",
        );
        check_names(&self.features, at, faults);
        self.calibration.check(&path("calibration"), faults);
    }

    fn check_feature(&self, feature: &CardFeature, at: &str, faults: &mut Faults) {
        let path = |field: &str| format!("{at}.{field}");
        faults.require(
            feature.bins.kind() == feature.spec.kind,
            || path("bins"),
            format!("{:?}", feature.bins.kind()),
            "bins of the feature's kind",
        );
        feature.bins.check(&path("bins"), faults);
        check_lengths(feature, at, faults);
        let number = feature.coefficient;
        faults.require(
            number.is_finite() && number >= 0.0,
            || path("coefficient"),
            number,
            "a finite number, 0 or more",
        );
        faults.require(
            feature.information_value.is_finite(),
            || path("information_value"),
            feature.information_value,
            "a finite number",
        );
        self.check_tallies(feature, &path("tallies"), faults);
        self.check_points(feature, &path("points"), faults);
        check_direction(feature, &path("woe"), faults);
    }

    fn check_tallies(&self, feature: &CardFeature, at: &str, faults: &mut Faults) {
        let rows = feature.tallies.iter().map(|tally| u128::from(tally.rows)).sum::<u128>();
        let late = feature.tallies.iter().map(|tally| u128::from(tally.late)).sum::<u128>();
        let each = feature.tallies.iter().all(|tally| tally.late <= tally.rows);
        faults.require(
            each && rows == u128::from(self.rows) && late == u128::from(self.late),
            || at.to_owned(),
            format!("{rows} rows, {late} late"),
            "the rows and late rows of the card",
        );
    }

    fn check_points(&self, feature: &CardFeature, at: &str, faults: &mut Faults) {
        for (bin, (found, woe)) in feature.points.iter().zip(&feature.woe).enumerate() {
            let expected = bin_points(self.scale, &self.calibration, feature.coefficient, *woe);
            faults.require(
                expected == Some(*found),
                || format!("{at}[{bin}]"),
                found,
                "what weight, coefficient, slope and scale give",
            );
        }
    }
}

fn check_names(features: &[CardFeature], at: &str, faults: &mut Faults) {
    let mut names: Vec<&str> = features.iter().map(|feature| feature.spec.name.as_str()).collect();
    names.sort_unstable();
    for pair in names.iter().zip(names.iter().skip(1)) {
        faults.require(pair.0 != pair.1, || format!("{at}.features"), format!("`{}` twice", pair.0), "each name once");
    }
    let empty = names.first().is_some_and(|name| name.is_empty());
    faults.require(!empty, || format!("{at}.features"), "an empty name", "names");
}

fn check_lengths(feature: &CardFeature, at: &str, faults: &mut Faults) {
    let lists = [("tallies", feature.tallies.len()), ("woe", feature.woe.len()), ("points", feature.points.len())];
    for (name, found) in lists {
        faults.require(
            found == feature.bins.count(),
            || format!("{at}.{name}"),
            format!("{found} entries"),
            "one entry a bin",
        );
    }
    let finite = feature.woe.iter().all(|woe| woe.is_finite());
    faults.require(finite, || format!("{at}.woe"), "a hole", "finite numbers");
}

/// The weights of the bins with values follow the declared direction.
fn check_direction(feature: &CardFeature, at: &str, faults: &mut Faults) {
    let valued = feature.woe.get(..feature.bins.missing()).unwrap_or(&[]);
    let (holds, allowed) = match feature.spec.direction {
        Direction::RiskUp => (valued.is_sorted_by(|one, next| one <= next), "ascending weights"),
        Direction::RiskDown => (valued.is_sorted_by(|one, next| one >= next), "descending weights"),
        Direction::Free => (true, "any weights"),
    };
    faults.require(holds, || at.to_owned(), "another order", allowed);
}
