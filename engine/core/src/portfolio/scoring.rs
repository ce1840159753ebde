//! A model bound to the features: from a client's state and an invoice or quote to the chance of each lateness.

use encours_domain::Bilingual;
use encours_models::prior::{credibility, log_odds, logistic, smoothed_rate};
use encours_models::{
    Application, Artefact, BandEvidence, Contribution, DayEvidence, Hazards, HorizonCard, Joined, PaymentCurve, Scale,
    Scored, Value, joined_score,
};

use super::application::{self, Applicant};
use super::hazards::{Foreseen, TAIL_DAYS, Told};
use crate::CoreError;
use crate::company::{RecordFeature, features_of};
use crate::features::families::lateness::late_rate;
use crate::features::reading::float;
use crate::features::{ClientState, Detail, Feature, Horizons, Priors, Reading, Shape, registry};

/// Invoices with which the base rate weighs against a client's own past where there is no trained model, and in the
/// weight of evidence that every answer shows.
pub const HISTORY_STRENGTH: f64 = 8.0;

/// Share of the days of payment that a range of days holds.
pub const RANGE_HELD: f64 = 0.80;

/// Where one value of a card's row comes from.
enum Source {
    Feature(&'static Feature),
    Attribute(String),
}

/// A trained model, checked against this engine's features; or the priors alone, where there is too little to learn
/// from.
pub struct ScoringModel {
    pub(super) artefact: Option<Artefact>,
    priors: Priors,
    horizons: Horizons,
    /// For each horizon of the artefact, where its card's values come from; none when it has no card.
    plans: Vec<Option<Vec<Source>>>,
    /// For each horizon, the features of its card that read the amount, by their places on it.
    pub(super) of_amount: Vec<Vec<(usize, &'static Feature)>>,
    /// What the application card reads, in its order; none where there is no card.
    pub(super) applied: Option<Vec<&'static RecordFeature>>,
}

/// A value of an attribute column for the client or invoice in question.
pub type AttributeOf<'a> = &'a dyn Fn(&str) -> Option<&'a str>;

/// One invoice or quote of one client, as of one day.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// What the client's history says.
    pub state: &'a ClientState,
    /// The invoice or quote.
    pub shape: Shape,
    /// The day, counted from 1970-01-01.
    pub today: i32,
    /// Values of the ledger's further columns.
    pub attribute: AttributeOf<'a>,
    /// The public record; absent where it is not looked at.
    pub applicant: Option<Applicant<'a>>,
}

/// The headline's score with what each part adds to it.
pub struct Explained {
    /// Points of the neutral client; with those of all parts they are the score.
    pub base_points: i32,
    /// What the features of the headline's card add.
    pub history: Vec<Contribution>,
    /// What those of the application card add, in words.
    pub application: Vec<RecordPart>,
}

/// What a part of the public record, or of the order, adds to a score.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordPart {
    /// The feature's name.
    pub feature: &'static str,
    /// In words, with its value.
    pub says: Bilingual,
    /// Points; more is safer.
    pub points: i32,
    /// Change in the probability of being late.
    pub probability_effect: f64,
}

impl ScoringModel {
    /// Binds an artefact.
    ///
    /// # Errors
    /// When it was trained on another list of features, or lacks a frozen prior.
    pub fn new(artefact: Artefact) -> Result<Self, CoreError> {
        let (found, expected) = (&artefact.body().registry_hash, registry::hash());
        if *found != expected {
            return Err(CoreError::ForeignModel { found: found.clone(), expected });
        }
        let priors = Priors::from_baselines(&artefact.body().baselines)?;
        let days = artefact.horizons().iter().map(|horizon| horizon.late_over_days).collect();
        let horizons = Horizons::new(days)?;
        let plan = |card: &HorizonCard| card.card.features().iter().map(|feature| source(&feature.spec.name)).collect();
        let plans: Vec<Option<Vec<Source>>> =
            artefact.horizons().iter().map(|horizon| artefact.card(*horizon).map(plan)).collect();
        let of_amount = plans.iter().map(|plan| of_amount(plan.as_deref().unwrap_or_default())).collect();
        let applied = artefact.body().application.as_ref().map(bound).transpose()?;
        Ok(Self { artefact: Some(artefact), priors, horizons, plans, of_amount, applied })
    }

    /// No trained model: published base rates, and the client's own past against them.
    pub fn prior_only() -> Self {
        Self::prior_only_over(Horizons::standard())
    }

    /// As [`ScoringModel::prior_only`], at other horizons: base rates in between are interpolated.
    pub fn prior_only_over(horizons: Horizons) -> Self {
        let (priors, plans, of_amount) = (Priors::published().over(&horizons), Vec::new(), Vec::new());
        Self { artefact: None, priors, horizons, plans, of_amount, applied: None }
    }

    /// Whether a model was trained.
    pub fn is_trained(&self) -> bool {
        self.artefact.is_some()
    }

    /// Whether it has an application card, which reads the public record.
    pub fn has_application(&self) -> bool {
        self.applied.is_some()
    }

    /// The trained model.
    pub fn artefact(&self) -> Option<&Artefact> {
        self.artefact.as_ref()
    }

    /// The model's name in answers.
    pub fn id(&self) -> &str {
        self.artefact.as_ref().map_or("priors-published-1", Artefact::model_id)
    }

    /// The horizons it answers for.
    pub fn horizons(&self) -> &Horizons {
        &self.horizons
    }

    /// The horizon of the score, days.
    pub fn headline_over(&self) -> u16 {
        let within = || self.horizons.days().iter().copied().rfind(|&days| days <= 30);
        let without_card = || within().or(self.horizons.days().first().copied()).unwrap_or(30);
        self.artefact.as_ref().map_or_else(without_card, |artefact| artefact.headline().late_over_days)
    }

    /// Number of that horizon among [`ScoringModel::horizons`].
    pub(crate) fn headline_place(&self) -> usize {
        self.horizons.days().iter().position(|&days| days == self.headline_over()).unwrap_or(0)
    }

    /// Frozen priors.
    pub fn priors(&self) -> &Priors {
        &self.priors
    }

    /// A state in which to fold clients for this model.
    pub fn state(&self) -> ClientState {
        let detail = if self.is_trained() { Detail::Everything } else { Detail::Outcomes };
        ClientState::with_detail(&self.horizons, self.priors.paying_week, detail)
    }

    /// Attribute columns that a card reads.
    pub fn attributes(&self) -> Vec<String> {
        let sources = self.plans.iter().flatten().flatten();
        let mut names: Vec<String> = sources
            .filter_map(|source| match source {
                Source::Attribute(name) => Some(name.clone()),
                Source::Feature(_) => None,
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The score and the chances P(late over k), one for each horizon; `probabilities` is filled anew and never rises with
    /// k.
    ///
    /// # Errors
    /// When the shape's due date is none.
    pub fn predict(&self, case: &Case<'_>, probabilities: &mut Vec<f64>) -> Result<i32, CoreError> {
        let score = self.by_cards(case, probabilities)?;
        self.tell_later(case, probabilities);
        Ok(score)
    }

    /// As [`ScoringModel::predict`], by the cards alone: the hazards don't yet tell the horizons beyond the headline.
    pub(crate) fn by_cards(&self, case: &Case<'_>, probabilities: &mut Vec<f64>) -> Result<i32, CoreError> {
        let Some(artefact) = &self.artefact else {
            return self.predict_from_priors(case, probabilities);
        };
        probabilities.clear();
        let mut score = 0;
        let mut row = Vec::with_capacity(64);
        for (number, horizon) in artefact.horizons().iter().enumerate() {
            let Some(card) = artefact.card(*horizon) else {
                probabilities.push(0.0);
                continue;
            };
            self.fill(number, case, &mut row)?;
            let (points, probability) = card.card.score_only(&row)?;
            if horizon.late_over_days == self.headline_over() {
                score = points;
            }
            probabilities.push(probability);
        }
        artefact.consistent(probabilities)?;
        self.join(case, score, probabilities)
    }

    /// Joins the application card.
    fn join(&self, case: &Case<'_>, score: i32, probabilities: &mut [f64]) -> Result<i32, CoreError> {
        let Some((application, weight)) = self.application(case)? else { return Ok(score) };
        Ok(self.joined(score, application.score, weight, probabilities))
    }

    /// Every horizon moves in log-odds by what the headline moves.
    pub(super) fn joined(&self, score: i32, application: i32, weight: f64, probabilities: &mut [f64]) -> i32 {
        let scale = self.headline_scale();
        let joined = joined_score(score, application, weight);
        let (before, after) = (scale.probability(score), scale.probability(joined));
        let moved = log_odds(after) - log_odds(before);
        let mut most = 1.0_f64;
        for (place, chance) in probabilities.iter_mut().enumerate() {
            let is_headline = place == self.headline_place();
            let shifted = if *chance > 0.0 { logistic(log_odds(*chance) + moved) } else { 0.0 };
            most = most.min(if is_headline { after } else { shifted });
            *chance = most;
        }
        joined
    }

    /// What the application card says of a case, and the weight that it has; nothing where there is no card or nobody looked
    /// at the record.
    fn application(&self, case: &Case<'_>) -> Result<Option<(Scored, f64)>, CoreError> {
        let application = self.artefact.as_ref().and_then(|artefact| artefact.body().application.as_ref());
        let (Some(application), Some(features), Some(applicant)) = (application, &self.applied, &case.applicant) else {
            return Ok(None);
        };
        let (_, known) = own_outcomes(&self.reading(case.state, self.headline_place(), case.shape, case.today)?);
        let order = applicant.order(case.shape);
        let row: Vec<Value<'_>> =
            features.iter().map(|feature| feature.value(applicant.record, Some(&order))).collect();
        Ok(Some((application.card.card.score_row(&row)?, application.weight(known))))
    }

    /// How points of the headline are told.
    fn headline_scale(&self) -> Scale {
        self.artefact.as_ref().map_or_else(Scale::default, |artefact| artefact.headline().card.scale())
    }

    /// Tells the horizons beyond the headline by the hazards of the bands in between.
    fn tell_later(&self, case: &Case<'_>, probabilities: &mut [f64]) {
        let Some(hazards) = self.hazards().filter(|_| self.tells_later()) else { return };
        let foreseen = Foreseen::of(hazards.edges(), case.state, case.shape, case.today);
        let told = Told::by(hazards.edges(), self.horizons.days(), probabilities);
        self.tell_later_by(hazards, |band| foreseen.band(band, &told), probabilities);
    }

    pub(super) fn hazards(&self) -> Option<&Hazards> {
        self.artefact.as_ref().and_then(|artefact| artefact.body().hazards.as_ref())
    }

    /// Whether there are horizons beyond the headline.
    fn tells_later(&self) -> bool {
        self.headline_place() + 1 < self.horizons.days().len()
    }

    pub(super) fn tell_later_by(
        &self,
        hazards: &Hazards,
        evidence: impl Fn(usize) -> BandEvidence,
        probabilities: &mut [f64],
    ) {
        let days = self.horizons.days();
        let later = days.iter().zip(days.iter().skip(1)).zip(0..).skip(self.headline_place());
        for ((&from, &until), place) in later {
            let share = hazards.share_outlasting(from.into(), until.into(), &evidence);
            let before = probabilities.get(place).copied().unwrap_or(0.0);
            if let Some(slot) = probabilities.get_mut(place + 1) {
                *slot = before * share;
            }
        }
    }

    /// The chance of being paid later than each day, counted from the due date: the same as [`ScoringModel::predict`] at
    /// every horizon, to the last bit. `None` where the model has no hazards.
    ///
    /// # Errors
    /// As [`ScoringModel::predict`].
    pub fn curve(&self, case: &Case<'_>) -> Result<Option<PaymentCurve>, CoreError> {
        let Some(hazards) = self.hazards() else { return Ok(None) };
        let mut told = Vec::new();
        self.by_cards(case, &mut told)?;
        let mut chances = told.clone();
        self.tell_later(case, &mut chances);
        let foreseen = Foreseen::of(hazards.edges(), case.state, case.shape, case.today);
        let told = Told::by(hazards.edges(), self.horizons.days(), &told);
        let evidence: Vec<_> = (0..hazards.edges().len()).map(|band| foreseen.band(band, &told)).collect();
        Ok(Some(self.curve_by(hazards, case.shape, &chances, &evidence, &foreseen.days())?))
    }

    pub(super) fn curve_by(
        &self,
        hazards: &Hazards,
        shape: Shape,
        chances: &[f64],
        evidence: &[BandEvidence],
        days: &DayEvidence,
    ) -> Result<PaymentCurve, CoreError> {
        let horizons = self.horizons.days().iter().map(|&days| i32::from(days));
        let anchors: Vec<(i32, f64)> = horizons.zip(chances.iter().copied()).collect();
        let starts = shape.issued.saturating_sub(shape.due);
        Ok(hazards.curve(starts, evidence, &anchors, days, TAIL_DAYS)?)
    }

    /// The headline's score with what each part adds to it. `None` without a trained model.
    ///
    /// # Errors
    /// As [`ScoringModel::predict`].
    pub fn explain(&self, case: &Case<'_>) -> Result<Option<Explained>, CoreError> {
        let Some(artefact) = &self.artefact else { return Ok(None) };
        let headline = &artefact.headline().card;
        let mut row = Vec::new();
        self.fill(self.headline_place(), case, &mut row)?;
        let scored = headline.score_row(&row)?;
        let Some((application, weight)) = self.application(case)? else {
            let base_points = headline.base_points();
            return Ok(Some(Explained { base_points, history: scored.contributions, application: Vec::new() }));
        };
        let neutral = artefact.body().application.as_ref().map_or(0, |one| one.card.card.base_points());
        let pair = ((&scored, headline.base_points()), (&application, neutral));
        let Joined { base_points, history, application, .. } = Joined::new(pair.0, pair.1, weight, headline.scale());
        let application = application.iter().filter_map(|one| self.in_words(one, case)).collect();
        Ok(Some(Explained { base_points, history, application }))
    }

    /// A contribution of the application card in words.
    fn in_words(&self, one: &Contribution, case: &Case<'_>) -> Option<RecordPart> {
        let feature = self.applied.as_ref()?.get(one.feature)?;
        let applicant = case.applicant?;
        Some(RecordPart {
            feature: feature.name,
            says: feature.says(applicant.record, Some(&applicant.order(case.shape))),
            points: one.points,
            probability_effect: one.probability_effect,
        })
    }

    /// The score of the headline's card alone: no application card, no other horizons.
    ///
    /// # Errors
    /// As [`ScoringModel::predict`].
    pub(crate) fn headline_score(&self, case: &Case<'_>) -> Result<i32, CoreError> {
        let mut row = Vec::new();
        Ok(self.headline_row(case, &mut row)?.unwrap_or_default())
    }

    /// Fills `row` with what the headline's card reads of one invoice or quote, and gives its score; `None` without a
    /// trained model.
    ///
    /// # Errors
    /// As [`ScoringModel::predict`].
    pub(crate) fn headline_row<'a>(&self, case: &Case<'a>, row: &mut Vec<Value<'a>>) -> Result<Option<i32>, CoreError> {
        let Some(artefact) = &self.artefact else { return Ok(None) };
        self.fill(self.headline_place(), case, row)?;
        let (score, _) = artefact.headline().card.score_only(row)?;
        Ok(Some(score))
    }

    /// The values of one horizon's card.
    pub(super) fn fill<'a>(&self, horizon: usize, case: &Case<'a>, row: &mut Vec<Value<'a>>) -> Result<(), CoreError> {
        let reading = self.reading(case.state, horizon, case.shape, case.today)?;
        row.clear();
        for source in self.plans.get(horizon).and_then(Option::as_ref).into_iter().flatten() {
            row.push(match source {
                Source::Feature(feature) => Value::from((feature.value)(&reading)),
                Source::Attribute(name) => Value::from((case.attribute)(name)),
            });
        }
        Ok(())
    }

    /// A reading at one of the model's horizons.
    ///
    /// # Errors
    /// When the state or the priors lack the horizon, or the due date is none.
    pub fn reading<'a>(
        &'a self,
        state: &'a ClientState,
        horizon: usize,
        shape: Shape,
        today: i32,
    ) -> Result<Reading<'a>, CoreError> {
        Reading::new(state, &self.priors, horizon, shape, today).ok_or_else(|| {
            let expected = "a horizon of the model and a due date from 1900 to 2199";
            CoreError::Domain(encours_domain::DomainError::unreadable(
                "reading",
                &format!("due {}", shape.due),
                expected,
            ))
        })
    }

    pub(super) fn predict_from_priors(&self, case: &Case<'_>, probabilities: &mut Vec<f64>) -> Result<i32, CoreError> {
        probabilities.clear();
        let mut least = 1.0_f64;
        let mut headline = 0.5;
        for (number, &late_over) in self.horizons.days().iter().enumerate() {
            let reading = self.reading(case.state, number, case.shape, case.today)?;
            let (late, known) = own_outcomes(&reading);
            let rate = smoothed_rate(late, known, reading.horizon_priors.rate, HISTORY_STRENGTH);
            least = least.min(rate);
            if late_over == self.headline_over() {
                headline = least;
            }
            probabilities.push(least);
        }
        Ok(score_of(headline))
    }
}

/// Late outcomes and all known ones of the client at the reading's horizon.
pub(crate) fn own_outcomes(reading: &Reading<'_>) -> (f64, f64) {
    let tally = crate::features::families::lateness::tally(reading);
    (float(tally.late), float(tally.known))
}

/// The past late rate that stands beside every prediction.
pub(crate) fn baseline(reading: &Reading<'_>) -> f64 {
    late_rate(reading)
}

/// How much of a prediction the client's own history has earned: n / (n + 8) by invoices with a known outcome.
pub(crate) fn own_history_weight(known: f64) -> f64 {
    credibility(known, HISTORY_STRENGTH)
}

/// The score of a probability on the usual scale, for answers without a trained card.
pub(crate) fn score_of(probability: f64) -> i32 {
    let scale = Scale::default();
    let score = scale.score(log_odds(probability)).round();
    // Log-odds are held to 1e-9, some hundreds of points.
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    {
        score as i32
    }
}

/// The features of a card that read the amount.
fn of_amount(plan: &[Source]) -> Vec<(usize, &'static Feature)> {
    let features = plan.iter().enumerate().filter_map(|(place, source)| match source {
        Source::Feature(feature) => Some((place, *feature)),
        Source::Attribute(_) => None,
    });
    features.filter(|(_, feature)| feature.of_amount).collect()
}

/// What an application card reads.
fn bound(application: &Application) -> Result<Vec<&'static RecordFeature>, CoreError> {
    let (found, expected) = (application.registry_hash.clone(), application::registry_hash());
    let features = features_of(application::FEATURES, &application.card.card);
    features.filter(|_| found == expected).ok_or(CoreError::ForeignModel { found, expected })
}

fn source(name: &str) -> Source {
    registry::find(name).map_or_else(|| Source::Attribute(name.to_owned()), Source::Feature)
}
