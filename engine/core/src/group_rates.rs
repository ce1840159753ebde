//! How often something came to pass in each of several groups.
//!
//! A group with few outcomes is drawn to the whole by credibility ([`encours_models::prior::strength`]): what differs no
//! more than by chance has the overall rate.

use std::collections::BTreeMap;

use encours_models::prior::{credibility, smoothed_rate, strength};
use serde::{Deserialize, Serialize};

use crate::features::reading::{float, share_of};

/// How often something came to pass in a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRate {
    /// The group: a division of the NAF, or a country.
    pub name: String,
    /// Members: clients, or companies.
    pub members: u64,
    /// Outcomes that are known.
    pub known: u64,
    /// Of these late, or failed.
    pub events: u64,
    /// The rate, drawn to the overall one where it is thin; 0 to 1.
    pub rate: f64,
    /// Share of the rate that is the group's own.
    pub own_weight: f64,
}

/// Counts by group.
pub(crate) type Counts = BTreeMap<String, Count>;

/// Members, known outcomes and events of a group.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) members: u64,
    pub(crate) known: u64,
    pub(crate) events: u64,
}

impl Count {
    pub(crate) fn add(&mut self, other: Self) {
        self.members += other.members;
        self.known += other.known;
        self.events += other.events;
    }
}

/// Rates drawn to the rate of all groups together, the highest first.
pub(crate) fn rates(counts: Counts) -> Vec<GroupRate> {
    let count = |number: u64| float(i64::try_from(number).unwrap_or(i64::MAX));
    let mut all = Count::default();
    counts.values().for_each(|one| all.add(*one));
    let base = if all.known > 0 { share_of(all.events, all.known) } else { 0.0 };
    let groups: Vec<(f64, f64)> = counts.values().map(|one| (count(one.events), count(one.known))).collect();
    // Groups that differ no more than by chance: none has a rate of its own.
    let strength = strength(&groups);
    let rate = |(name, one): (String, Count)| {
        let (events, known) = (count(one.events), count(one.known));
        GroupRate {
            name,
            members: one.members,
            known: one.known,
            events: one.events,
            rate: strength.map_or(base, |strength| smoothed_rate(events, known, base, strength)),
            own_weight: strength.map_or(0.0, |strength| credibility(known, strength)),
        }
    };
    let mut rates: Vec<GroupRate> = counts.into_iter().map(rate).collect();
    rates.sort_by(|one, next| next.rate.total_cmp(&one.rate).then_with(|| one.name.cmp(&next.name)));
    rates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(groups: &[(&str, u64, u64)]) -> Vec<GroupRate> {
        let count = |(name, known, events): &(&str, u64, u64)| {
            ((*name).to_owned(), Count { members: 1, known: *known, events: *events })
        };
        rates(groups.iter().map(count).collect())
    }

    #[test]
    fn thin_groups_are_drawn_to_the_whole() {
        // Of `strength`'s own example: s² = 0.1, a = 6.1/30, k = 3/6.1; base one half.
        let found = of(&[("a", 10, 1), ("b", 10, 9), ("c", 10, 1), ("d", 10, 9)]);
        let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["b", "d", "a", "c"]);
        let strength = 0.1 / (6.1 / 30.0);
        assert!((found[0].rate - (9.0 + strength * 0.5) / (10.0 + strength)).abs() < 1e-12);
        assert!((found[0].own_weight - 10.0 / (10.0 + strength)).abs() < 1e-12);
        // What differs no more than by chance has the overall rate.
        for one in of(&[("a", 10, 5), ("b", 30, 15)]) {
            assert_eq!((one.rate, one.own_weight), (0.5, 0.0));
        }
        assert_eq!(of(&[]), []);
    }
}
