//! What a model says of one client at one due day, for any amount: all that the amount does not move is read once.
//!
//! A card's score is a sum of whole points, so that the points of the features that read the amount can be taken anew and
//! the rest kept: the sum is the same to the last bit. Whatever follows is a function of the scores alone.

use encours_models::{BandEvidence, DayEvidence, HorizonCard, PaymentCurve, Value};

use super::hazards::{Foreseen, Told};
use super::scoring::{Case, ScoringModel, own_outcomes};
use crate::CoreError;
use crate::features::Feature;

/// A client's invoice that is issued on a day and falls due on another, of any amount.
pub(crate) struct AtDue {
    /// One for each horizon that has a card.
    cards: Vec<OfCard>,
    /// Outcomes of the client that are known at the headline.
    known: f64,
    /// What the hazards read, but for what the cards say.
    days: Option<(Vec<BandEvidence>, DayEvidence)>,
}

/// What one card makes of it.
struct OfCard {
    /// Number of the horizon.
    number: usize,
    /// Base points with those of every feature and pair that the amount does not move.
    fixed: i32,
    /// The features' numbers, for the pairs that the amount moves; those that read the amount are filled in.
    row: Vec<f64>,
}

/// The model's answer.
pub(crate) struct Foretelling {
    pub(crate) score: i32,
    /// P(late over k), one for each horizon.
    pub(crate) chances: Vec<f64>,
    /// Absent where the model has no hazards.
    pub(crate) curve: Option<PaymentCurve>,
}

impl ScoringModel {
    /// Reads all of a case but its amount.
    ///
    /// # Errors
    /// As [`ScoringModel::predict`].
    pub(crate) fn at_due(&self, case: &Case<'_>) -> Result<AtDue, CoreError> {
        let (mut cards, mut row) = (Vec::new(), Vec::new());
        let horizons = self.artefact.as_ref().map_or(0, |artefact| artefact.horizons().len());
        for number in 0..horizons {
            let Some(card) = self.card(number) else { continue };
            self.fill(number, case, &mut row)?;
            let (score, _) = card.card.score_only(&row)?;
            let number_of = |value: &Value<'_>| if let Value::Number(number) = value { *number } else { f64::NAN };
            let row: Vec<f64> = row.iter().map(number_of).collect();
            let moved = self.moved_points(number, card, &row)?;
            cards.push(OfCard { number, fixed: score - moved, row });
        }
        let (_, known) = own_outcomes(&self.reading(case.state, self.headline_place(), case.shape, case.today)?);
        let days = self.hazards().map(|hazards| {
            let foreseen = Foreseen::of(hazards.edges(), case.state, case.shape, case.today);
            let untold = Told::by(hazards.edges(), &[], &[]);
            let bands = (0..hazards.edges().len()).map(|band| foreseen.band(band, &untold)).collect();
            (bands, foreseen.days())
        });
        Ok(AtDue { cards, known, days })
    }

    /// The card of the horizon of this number.
    fn card(&self, number: usize) -> Option<&HorizonCard> {
        let artefact = self.artefact.as_ref()?;
        artefact.card(*artefact.horizons().get(number)?)
    }

    /// Points of the features that the amount moves, and of the pairs that one of them is part of.
    fn moved_points(&self, number: usize, card: &HorizonCard, row: &[f64]) -> Result<i32, CoreError> {
        let features: &[(usize, &Feature)] = self.of_amount.get(number).map_or(&[], Vec::as_slice);
        let at = |place: usize| row.get(place).copied().unwrap_or(f64::NAN);
        let is_moved = |place: usize| features.iter().any(|(moved, _)| *moved == place);
        let mut points = 0;
        for (place, _) in features {
            points += card.card.points_of(*place, Value::Number(at(*place)))?;
        }
        for pair in card.card.pairs().iter().filter(|pair| is_moved(pair.first) || is_moved(pair.second)) {
            points += pair.points_at(at(pair.first), at(pair.second)).map_or(0, |(_, points)| points);
        }
        Ok(points)
    }

    /// The scores of all cards for the amount of a case, and of the application card where it is read; `scores` is filled anew.
    ///
    /// # Errors
    /// As [`ScoringModel::predict`].
    pub(crate) fn scores(&self, at: &AtDue, case: &Case<'_>, scores: &mut Vec<i32>) -> Result<(), CoreError> {
        scores.clear();
        let mut row = Vec::new();
        for of_card in &at.cards {
            let features: &[(usize, &Feature)] = self.of_amount.get(of_card.number).map_or(&[], Vec::as_slice);
            let Some(card) = self.card(of_card.number).filter(|_| !features.is_empty()) else {
                scores.push(of_card.fixed);
                continue;
            };
            let reading = self.reading(case.state, of_card.number, case.shape, case.today)?;
            row.clone_from(&of_card.row);
            for (place, feature) in features {
                if let Some(slot) = row.get_mut(*place) {
                    *slot = (feature.value)(&reading);
                }
            }
            scores.push(of_card.fixed + self.moved_points(of_card.number, card, &row)?);
        }
        scores.extend(self.application_score(case)?);
        Ok(())
    }

    /// The score of the application card, where there is one and somebody looked at the record.
    fn application_score(&self, case: &Case<'_>) -> Result<Option<i32>, CoreError> {
        let application = self.artefact.as_ref().and_then(|artefact| artefact.body().application.as_ref());
        let (Some(application), Some(features), Some(applicant)) = (application, &self.applied, &case.applicant) else {
            return Ok(None);
        };
        let order = applicant.order(case.shape);
        let row: Vec<Value<'_>> =
            features.iter().map(|feature| feature.value(applicant.record, Some(&order))).collect();
        Ok(Some(application.card.card.score_only(&row)?.0))
    }

    /// What follows from the scores: the same bits as [`ScoringModel::predict`] and [`ScoringModel::curve`] give for the case.
    ///
    /// # Errors
    /// As [`ScoringModel::predict`].
    pub(crate) fn foretell(&self, at: &AtDue, case: &Case<'_>, scores: &[i32]) -> Result<Foretelling, CoreError> {
        let Some(artefact) = &self.artefact else {
            let mut chances = Vec::new();
            let score = self.predict_from_priors(case, &mut chances)?;
            return Ok(Foretelling { score, chances, curve: None });
        };
        let mut told = Vec::with_capacity(artefact.horizons().len());
        let mut score = 0;
        let mut of_cards = at.cards.iter().zip(scores).peekable();
        for (number, horizon) in artefact.horizons().iter().enumerate() {
            let own = of_cards.next_if(|(of_card, _)| of_card.number == number).zip(self.card(number));
            let Some(((_, points), card)) = own else {
                told.push(0.0);
                continue;
            };
            if horizon.late_over_days == self.headline_over() {
                score = *points;
            }
            told.push(card.card.probability_of(*points));
        }
        artefact.consistent(&mut told)?;
        let application = artefact.body().application.as_ref().zip(scores.get(at.cards.len()));
        if let Some((application, own)) = application {
            score = self.joined(score, *own, application.weight(at.known), &mut told);
        }
        let Some((hazards, (bands, days))) = self.hazards().zip(at.days.as_ref()) else {
            return Ok(Foretelling { score, chances: told, curve: None });
        };
        let by_cards = Told::by(hazards.edges(), self.horizons().days(), &told);
        let evidence: Vec<BandEvidence> =
            bands.iter().enumerate().map(|(band, one)| BandEvidence { told: by_cards.of(band), ..*one }).collect();
        let mut chances = told;
        self.tell_later_by(hazards, |band| evidence.get(band).copied().unwrap_or_default(), &mut chances);
        let curve = self.curve_by(hazards, case.shape, &chances, &evidence, days)?;
        Ok(Foretelling { score, chances, curve: Some(curve) })
    }
}
