//! The one way into an [`AdditiveCard`]: a raw form that only deserialises, and a check that lists every fault.

use serde::Deserialize;

use super::card::{AdditiveCard, ShapeFeature};
use crate::calibration::Calibration;
use crate::card::{DroppedFeature, PairFeature};
use crate::error::Faults;
use crate::scale::Scale;
use crate::table::{Direction, FeatureKind};

/// An additive card as it was written, not yet believed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAdditive {
    pub(super) scale: Scale,
    pub(super) rows: u64,
    pub(super) late: u64,
    pub(super) calibration: Calibration,
    pub(super) base_points: i32,
    pub(super) features: Vec<ShapeFeature>,
    pub(super) pairs: Vec<PairFeature>,
    pub(super) dropped: Vec<DroppedFeature>,
}

/// Most features, and most pairs, of a card, so that no sum of points can overflow.
const MOST_FEATURES: usize = 1000;

/// Most points of a bin, either way.
const MOST_POINTS: u32 = 1_000_000;

impl RawAdditive {
    /// Notes every fault, under the path `at`.
    pub(crate) fn check(&self, at: &str, faults: &mut Faults) {
        let path = |field: &str| format!("{at}.{field}");
        if let Err(error) = self.scale.check() {
            faults.require(false, || path("scale"), error, "numbers within bounds");
        }
        faults.require(self.late <= self.rows, || path("late"), self.late, "no more than the rows");
        let base = self.base_points;
        faults.require(base.unsigned_abs() <= MOST_POINTS, || path("base_points"), base, "at most a million points");
        for (name, found) in [("features", self.features.len()), ("pairs", self.pairs.len())] {
            faults.require(found <= MOST_FEATURES, || path(name), found, "at most 1000");
        }
        self.check_names(at, faults);
        self.calibration.check(&path("calibration"), faults);
        for (position, feature) in self.features.iter().enumerate() {
            self.check_feature(feature, &format!("{at}.features[{position}]"), faults);
        }
        for (position, pair) in self.pairs.iter().enumerate() {
            self.check_pair(pair, &format!("{at}.pairs[{position}]"), faults);
        }
    }

    /// The card. Only for a raw form in which [`Self::check`] found no fault.
    pub(crate) fn believed(self) -> AdditiveCard {
        let Self { scale, rows, late, calibration, base_points, features, pairs, dropped } = self;
        AdditiveCard { scale, rows, late, calibration, base_points, features, pairs, dropped }
    }

    fn check_names(&self, at: &str, faults: &mut Faults) {
        let mut names: Vec<&str> = self.features.iter().map(|feature| feature.spec.name.as_str()).collect();
        names.sort_unstable();
        let once = names.is_sorted_by(|one, next| one < next) && names.first().is_none_or(|name| !name.is_empty());
        faults.require(once, || format!("{at}.features"), "a name twice, or none", "a name each, each once");
    }

    fn check_feature(&self, feature: &ShapeFeature, at: &str, faults: &mut Faults) {
        let path = |field: &str| format!("{at}.{field}");
        let kind = feature.bins.kind();
        faults.require(kind == feature.spec.kind, || path("bins"), format!("{kind:?}"), "bins of the feature's kind");
        feature.bins.check(&path("bins"), faults);
        for (name, found) in [("tallies", feature.tallies.len()), ("points", feature.points.len())] {
            faults.require(found == feature.bins.count(), || path(name), format!("{found} entries"), "one entry a bin");
        }
        let rows = feature.tallies.iter().map(|tally| u128::from(tally.rows)).sum::<u128>();
        let late = feature.tallies.iter().map(|tally| u128::from(tally.late)).sum::<u128>();
        let each = feature.tallies.iter().all(|tally| tally.late <= tally.rows);
        faults.require(
            each && rows == u128::from(self.rows) && late == u128::from(self.late),
            || path("tallies"),
            format!("{rows} rows, {late} late"),
            "the rows and late rows of the card",
        );
        check_points(&feature.points, &path("points"), faults);
        let valued = feature.points.get(..feature.bins.missing()).unwrap_or_default();
        check_direction(valued, feature.spec.direction, &path("points"), faults);
    }

    fn check_pair(&self, pair: &PairFeature, at: &str, faults: &mut Faults) {
        let path = |field: &str| format!("{at}.{field}");
        let spec = |position: usize| self.features.get(position).map(|feature| &feature.spec);
        let number = |position: usize| spec(position).is_some_and(|spec| spec.kind == FeatureKind::Numeric);
        let two = number(pair.first) && number(pair.second) && pair.first != pair.second;
        let found = format!("{} and {}", pair.first, pair.second);
        faults.require(two, || path("first"), found, "positions of two numeric features");
        for (name, edges) in [("first_edges", &pair.first_edges), ("second_edges", &pair.second_edges)] {
            let holds = edges.iter().all(|edge| edge.is_finite()) && edges.is_sorted_by(|one, next| one < next);
            faults.require(holds, || path(name), "another order", "finite edges, strictly ascending");
        }
        let columns = pair.second_edges.len() + 1;
        let shape = pair.points.len() == pair.first_edges.len() + 1;
        let shape = shape && pair.points.iter().all(|line| line.len() == columns);
        faults.require(
            shape,
            || path("points"),
            "another shape",
            "a list a bin of the first, an entry a bin of the second",
        );
        if !(shape && two) {
            return;
        }
        let direction = |position: usize| spec(position).map_or(Direction::Free, |spec| spec.direction);
        for line in &pair.points {
            check_points(line, &path("points"), faults);
            check_direction(line, direction(pair.second), &path("points"), faults);
        }
        for column in 0..columns {
            let down: Vec<i32> = pair.points.iter().filter_map(|line| line.get(column).copied()).collect();
            check_direction(&down, direction(pair.first), &path("points"), faults);
        }
    }
}

fn check_points(points: &[i32], at: &str, faults: &mut Faults) {
    let most = points.iter().map(|points| points.unsigned_abs()).max().unwrap_or(0);
    faults.require(most <= MOST_POINTS, || at.to_owned(), most, "at most a million points");
}

/// Points go against risk: where risk may only grow, they may only fall.
fn check_direction(points: &[i32], direction: Direction, at: &str, faults: &mut Faults) {
    let (holds, allowed) = match direction {
        Direction::RiskUp => (points.is_sorted_by(|one, next| one >= next), "descending points"),
        Direction::RiskDown => (points.is_sorted_by(|one, next| one <= next), "ascending points"),
        Direction::Free => (true, "any points"),
    };
    faults.require(holds, || at.to_owned(), "another order", allowed);
}
