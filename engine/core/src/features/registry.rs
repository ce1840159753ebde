//! The list of features. Its order is the order of columns, of points and of the telescoping effects.

use encours_models::Direction;

use super::families;
use super::reading::Reading;
use super::says::Said;

/// What a feature's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// From 0 to 1.
    Share,
    /// Days.
    Days,
    /// How many.
    Count,
    /// A pure number.
    Ratio,
    /// Natural logarithm of an amount in minor units.
    LogAmount,
    /// Monday is 0.
    Weekday,
    /// 1 to 31.
    DayOfMonth,
}

impl Unit {
    /// The word in documents and artefacts.
    pub const fn word(self) -> &'static str {
        match self {
            Unit::Share => "share",
            Unit::Days => "days",
            Unit::Count => "count",
            Unit::Ratio => "ratio",
            Unit::LogAmount => "log amount",
            Unit::Weekday => "weekday",
            Unit::DayOfMonth => "day of month",
        }
    }
}

/// One feature: what it is, and how it is read.
pub struct Feature {
    /// Column name.
    pub name: &'static str,
    /// What its number counts.
    pub unit: Unit,
    /// Which way risk goes with it.
    pub direction: Direction,
    /// What a missing value means.
    pub missing: &'static str,
    /// What it reads, in a few words.
    pub reads: &'static str,
    /// Code of the reason.
    pub code: &'static str,
    /// The reason in words, by the value.
    pub says: fn(&Reading<'_>) -> Said,
    /// Whether models may learn from it. Plain columns without a direction (tenure, gaps, day of month) are measured
    /// and shown, but out of time they mislead, on thin ledgers most of all.
    pub offered: bool,
    /// Whether the amount of the invoice moves it.
    pub of_amount: bool,
    /// The value; not a number when missing.
    pub value: fn(&Reading<'_>) -> f64,
}

/// A share that speaks against the client: the plainest of features.
pub(crate) const fn share(
    name: &'static str,
    missing: &'static str,
    reads: &'static str,
    code: &'static str,
    says: fn(&Reading<'_>) -> Said,
    value: fn(&Reading<'_>) -> f64,
) -> Feature {
    let (unit, direction, offered, of_amount) = (Unit::Share, Direction::RiskUp, true, false);
    Feature { name, unit, direction, missing, reads, code, says, offered, of_amount, value }
}

/// The same feature without a declared direction. Of a client that pays everything it owes in one round a month, the last
/// few weeks tell where it stands between two rounds, and after many late outcomes the next payment is near.
pub(crate) const fn undirected(feature: Feature) -> Feature {
    Feature { direction: Direction::Free, ..feature }
}

/// The same feature, measured and shown but not learnt from.
pub(crate) const fn shown(feature: Feature) -> Feature {
    Feature { offered: false, ..feature }
}

/// The same feature, which the amount of the invoice moves.
pub(crate) const fn of_amount(feature: Feature) -> Feature {
    Feature { of_amount: true, ..feature }
}

/// The features of one file.
pub struct FeatureFamily {
    /// Name of the family, which is the name of its file.
    pub name: &'static str,
    /// Its features.
    pub features: &'static [Feature],
}

/// Every family, in the order of columns.
pub const FAMILIES: &[FeatureFamily] = &[
    families::lateness::FAMILY,
    families::days::FAMILY,
    families::payday::FAMILY,
    families::similar::FAMILY,
    families::open::FAMILY,
    families::rhythm::FAMILY,
    families::calendar::FAMILY,
];

/// Every feature, in the order of columns.
pub fn all() -> impl Iterator<Item = &'static Feature> + Clone {
    FAMILIES.iter().flat_map(|family| family.features)
}

/// The features that models learn from, in the order of columns.
pub fn offered() -> impl Iterator<Item = &'static Feature> + Clone {
    all().filter(|feature| feature.offered)
}

/// The feature of a name.
pub fn find(name: &str) -> Option<&'static Feature> {
    all().find(|feature| feature.name == name)
}

/// SHA-256 over names, units, directions and meanings: an artefact trained on another list is refused.
pub fn hash() -> String {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    for feature in offered() {
        for part in
            [feature.name, feature.unit.word(), direction_word(feature.direction), feature.missing, feature.reads]
        {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The word in documents.
pub const fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::RiskUp => "risk up",
        Direction::RiskDown => "risk down",
        Direction::Free => "free",
    }
}
