//! From what a file says to what we believe: the raw form, and the checks that cross its parts.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{ArtefactBody, Derived, HorizonCard, HorizonSpread, Trained};
use crate::application::{Application, ApplicationMeasured};
use crate::error::{Faults, ModelError};
use crate::hazard::RawHazards;
use crate::metrics::Metrics;
use crate::scorecard::RawScorecard;
use crate::{additive::RawAdditive, card::Card};

/// An artefact as it was written, not yet believed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawArtefact {
    #[serde(rename = "format")]
    _format: u32,
    model_id: String,
    body: RawBody,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBody {
    kind: String,
    headline: RawHorizonCard,
    others: Vec<RawHorizonCard>,
    derived: Vec<Derived>,
    trained: Trained,
    registry_hash: String,
    baselines: BTreeMap<String, f64>,
    #[serde(default)]
    hazards: Option<RawHazards>,
    #[serde(default)]
    spreads: Vec<HorizonSpread>,
    #[serde(default)]
    application: Option<RawApplication>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawApplication {
    card: RawHorizonCard,
    registry_hash: String,
    strength: f64,
    measured: ApplicationMeasured,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHorizonCard {
    late_over_days: u16,
    base_rate: f64,
    out_of_time: Option<Metrics>,
    card: RawCard,
}

/// A card as it was written: an additive one says so, any other is a scorecard.
#[derive(Debug)]
enum RawCard {
    Scorecard(RawScorecard),
    Additive(RawAdditive),
}

impl<'de> Deserialize<'de> for RawCard {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = serde_json::Map::<String, serde_json::Value>::deserialize(deserializer)?;
        let only = fields.len() == 1;
        match fields.remove("additive").filter(|_| only) {
            Some(additive) => serde_json::from_value(additive).map(Self::Additive),
            None => serde_json::from_value(serde_json::Value::Object(fields)).map(Self::Scorecard),
        }
        .map_err(serde::de::Error::custom)
    }
}

impl RawCard {
    fn check(&self, at: &str, faults: &mut Faults) {
        match self {
            Self::Scorecard(raw) => raw.check(at, faults),
            Self::Additive(raw) => raw.check(at, faults),
        }
    }

    fn believed(self) -> Card {
        match self {
            Self::Scorecard(raw) => raw.believed().into(),
            Self::Additive(raw) => raw.believed().into(),
        }
    }
}

impl RawArtefact {
    /// The stated id, and the body with its cards checked; the body's own checks come with the seal.
    pub(super) fn check(self) -> Result<(String, ArtefactBody), ModelError> {
        let mut faults = Faults::default();
        let body = self.body;
        body.headline.card.check("headline.card", &mut faults);
        for (position, raw) in body.others.iter().enumerate() {
            raw.card.check(&format!("others[{position}].card"), &mut faults);
        }
        if let Some(hazards) = &body.hazards {
            hazards.check("hazards", &mut faults);
        }
        if let Some(application) = &body.application {
            application.card.card.check("application.card.card", &mut faults);
        }
        faults.into_result()?;
        Ok((self.model_id, body.believed()))
    }
}

impl RawBody {
    fn believed(self) -> ArtefactBody {
        let Self { kind, headline, others, derived, trained, registry_hash, baselines, hazards, spreads, application } =
            self;
        ArtefactBody {
            kind,
            headline: headline.believed(),
            others: others.into_iter().map(RawHorizonCard::believed).collect(),
            derived,
            trained,
            registry_hash,
            baselines,
            hazards: hazards.map(RawHazards::believed),
            spreads,
            application: application.map(RawApplication::believed),
        }
    }
}

impl RawApplication {
    fn believed(self) -> Application {
        let Self { card, registry_hash, strength, measured } = self;
        Application { card: card.believed(), registry_hash, strength, measured }
    }
}

impl RawHorizonCard {
    fn believed(self) -> HorizonCard {
        let Self { late_over_days, base_rate, out_of_time, card } = self;
        HorizonCard { late_over_days, base_rate, out_of_time, card: card.believed() }
    }
}

impl ArtefactBody {
    /// Notes every fault of the body; its cards are checked already.
    pub(super) fn check(&self, faults: &mut Faults) {
        self.check_words(faults);
        self.check_horizons(faults);
        self.headline.check("headline", faults);
        for (position, one) in self.others.iter().enumerate() {
            one.check(&format!("others[{position}]"), faults);
        }
        let headline_over = self.headline.late_over_days;
        for (position, one) in self.derived.iter().enumerate() {
            one.check(headline_over, &format!("derived[{position}]"), faults);
        }
        let late = self.trained.late;
        let at = || "trained.late".to_owned();
        faults.require(late <= self.trained.rows, at, late, "no more than the rows");
        for (name, value) in &self.baselines {
            let at = || format!("baselines.{name}");
            faults.require(value.is_finite(), at, value, "a finite number");
        }
        self.check_distribution(faults);
        if let Some(application) = &self.application {
            self.check_application(application, faults);
        }
    }

    /// Its points must mean what the headline's mean.
    fn check_application(&self, application: &Application, faults: &mut Faults) {
        let Application { card, registry_hash, strength, measured } = application;
        card.check("application.card", faults);
        let at = |name: &str| format!("application.{name}");
        let headline = &self.headline;
        let allowed = format!("{}, as the headline", headline.late_over_days);
        let same = card.late_over_days == headline.late_over_days;
        faults.require(same, || at("card.late_over_days"), card.late_over_days, &allowed);
        let same = card.card.scale() == headline.card.scale();
        faults.require(same, || at("card.card.scale"), "another scale", "that of the headline");
        faults.require(!registry_hash.is_empty(), || at("registry_hash"), "nothing", "a text");
        let holds = *strength > 0.0 && strength.is_finite();
        faults.require(holds, || at("strength"), strength, "a finite number above 0");
        measured.card.check(&at("measured.card"), faults);
        measured.without.check(&at("measured.without"), faults);
    }

    /// Every horizon ends a band of the hazards, and spreads are of horizons.
    fn check_distribution(&self, faults: &mut Faults) {
        let horizons: Vec<u16> = self.all_horizons().iter().map(|horizon| horizon.late_over_days).collect();
        if let Some(hazards) = &self.hazards {
            for days in &horizons {
                let holds = hazards.edges().contains(&i32::from(*days));
                faults.require(
                    holds,
                    || "hazards.edges".to_owned(),
                    "no band that ends there",
                    &format!("a band that ends on day {days}"),
                );
            }
        }
        let days: Vec<u16> = self.spreads.iter().map(|one| one.late_over_days).collect();
        let known = days.is_sorted_by(|one, next| one < next) && days.iter().all(|days| horizons.contains(days));
        faults.require(
            known,
            || "spreads".to_owned(),
            format!("{days:?}"),
            "horizons of the model, ascending, each once",
        );
        for (place, one) in self.spreads.iter().enumerate() {
            let strength = one.spread.strength;
            let holds = strength > 0.0 && strength.is_finite();
            faults.require(holds, || format!("spreads[{place}].spread.strength"), strength, "a finite number above 0");
        }
    }

    fn check_words(&self, faults: &mut Faults) {
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        faults.require(
            !self.kind.is_empty() && self.kind.chars().all(plain),
            || "kind".to_owned(),
            format!("`{}`", self.kind),
            "lower-case letters, digits and dashes",
        );
        faults.require(
            is_iso_date(&self.trained.cutoff),
            || "trained.cutoff".to_owned(),
            format!("`{}`", self.trained.cutoff),
            "a date such as 2026-05-31",
        );
        let words = [
            ("trained.ledger", &self.trained.ledger),
            ("trained.lateness_rule", &self.trained.lateness_rule),
            ("registry_hash", &self.registry_hash),
        ];
        for (name, word) in words {
            faults.require(!word.is_empty(), || name.to_owned(), "nothing", "a text");
        }
    }

    fn check_horizons(&self, faults: &mut Faults) {
        let others: Vec<u16> = self.others.iter().map(|one| one.late_over_days).collect();
        let derived: Vec<u16> = self.derived.iter().map(|one| one.late_over_days).collect();
        for (name, days) in [("others", &others), ("derived", &derived)] {
            let ascending = days.is_sorted_by(|one, next| one < next);
            let at = || name.to_owned();
            faults.require(ascending, at, format!("{days:?}"), "ascending days, each once");
        }
        let headline = self.headline.late_over_days;
        let at = || "headline.late_over_days".to_owned();
        let apart = !others.contains(&headline) && !derived.contains(&headline);
        faults.require(apart, at, headline, "days of no other horizon");
        let apart = derived.iter().all(|days| !others.contains(days));
        let at = || "derived".to_owned();
        faults.require(apart, at, format!("{derived:?}"), "days without a card");
    }
}

impl HorizonCard {
    fn check(&self, at: &str, faults: &mut Faults) {
        let rate = self.base_rate;
        let holds = (0.0..=1.0).contains(&rate);
        faults.require(holds, || format!("{at}.base_rate"), rate, "0 to 1");
        if let Some(metrics) = &self.out_of_time {
            metrics.check(&format!("{at}.out_of_time"), faults);
        }
    }
}

impl Derived {
    fn check(&self, headline_over: u16, at: &str, faults: &mut Faults) {
        let (holds, allowed) = if self.late_over_days > headline_over {
            ((0.0..=1.0).contains(&self.ratio), "0 to 1")
        } else {
            ((1.0..=1e6).contains(&self.ratio), "1 to 1e6")
        };
        faults.require(holds, || format!("{at}.ratio"), self.ratio, allowed);
    }
}

/// Four digits, two, two, with dashes, and a month and day that occur. This room has no calendar to know more.
fn is_iso_date(text: &str) -> bool {
    let part = |range| text.get(range).and_then(|digits: &str| digits.parse::<u16>().ok());
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let month = part(5..7).is_some_and(|month| (1..=12).contains(&month));
    let day = part(8..10).is_some_and(|day| (1..=31).contains(&day));
    shape && month && day
}
