//! From what a file says of hazards to what we believe.

use serde::Deserialize;

use super::{Bands, COLUMNS, Hazards, MOST_BANDS};
use crate::error::Faults;

/// Hazards as they were written, not yet believed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawHazards {
    edges: Vec<i32>,
    told_until: [i32; 2],
    base: Vec<f64>,
    usual_days: Vec<f64>,
    past_strength: f64,
    intercept: f64,
    coefficients: [f64; COLUMNS],
    spells: u64,
    endings: u64,
}

impl Bands {
    pub(super) fn check(&self, at: &str, faults: &mut Faults) {
        let edges = &self.edges;
        let counted = (1..=MOST_BANDS).contains(&edges.len());
        let within = edges.iter().chain(&self.told_until).all(|day| (-10_000..=10_000).contains(day));
        let ascending = edges.is_sorted_by(|one, next| one < next);
        let allowed = "1 to 64 days from -10000 to 10000, ascending, each once";
        faults.require(counted && within && ascending, || format!("{at}.edges"), format!("{edges:?}"), allowed);
        let [first, second] = self.told_until;
        let found = format!("{:?}", self.told_until);
        faults.require(
            first <= second,
            || format!("{at}.told_until"),
            found,
            "two days, the second not before the first",
        );
    }
}

impl RawHazards {
    pub(crate) fn check(&self, at: &str, faults: &mut Faults) {
        self.clone_bands().check(at, faults);
        let bands = self.edges.len();
        for (name, list) in [("base", &self.base), ("usual_days", &self.usual_days)] {
            faults.require(list.len() == bands, || format!("{at}.{name}"), list.len(), "one number a band");
            for (place, value) in list.iter().enumerate() {
                let holds = value.is_finite() && (name == "base" || *value >= 0.0);
                faults.require(holds, || format!("{at}.{name}[{place}]"), value, "a finite number, days from 0");
            }
        }
        let strength = self.past_strength;
        let holds = strength > 0.0 && strength.is_finite();
        faults.require(holds, || format!("{at}.past_strength"), strength, "a finite number above 0");
        faults.require(self.intercept.is_finite(), || format!("{at}.intercept"), self.intercept, "a finite number");
        for (place, value) in self.coefficients.iter().enumerate() {
            faults.require(value.is_finite(), || format!("{at}.coefficients[{place}]"), value, "a finite number");
        }
        let holds = self.endings <= self.spells;
        faults.require(holds, || format!("{at}.endings"), self.endings, "no more than the spells");
    }

    fn clone_bands(&self) -> Bands {
        Bands { edges: self.edges.clone(), told_until: self.told_until }
    }

    /// The hazards; call [`Self::check`] first.
    pub(crate) fn believed(self) -> Hazards {
        let Self { edges, told_until, base, usual_days, past_strength, intercept, coefficients, spells, endings } =
            self;
        Hazards { edges, told_until, base, usual_days, past_strength, intercept, coefficients, spells, endings }
    }
}
