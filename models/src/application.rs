//! The card for who has no history yet, and how its score is joined with that of the card for who has one.
//!
//! Both cards tell points on one scale, so that they mix in log-odds as they mix in points. With every outcome that is
//! known of a client its own history weighs more: n / (n + k) of the answer, the rest is the application card's (limited
//! fluctuation; Bühlmann and Gisler, *A Course in Credibility Theory*, 2005, chapter 3).

use serde::{Deserialize, Serialize};

use crate::artefact::HorizonCard;
use crate::card::{Contribution, Scored};
use crate::metrics::Metrics;
use crate::prior::credibility;
use crate::scale::Scale;

/// An application card: what the record and the order say of who has no history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Application {
    /// The card, at the headline's horizon and on its scale.
    pub card: HorizonCard,
    /// Hash of the list of features that its rows came from.
    pub registry_hash: String,
    /// Known outcomes of a client at which its history and this card weigh the same.
    pub strength: f64,
    /// How the same training did on later invoices of clients without a known outcome.
    pub measured: ApplicationMeasured,
}

/// Two cards on the same later invoices, of clients without a known outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationMeasured {
    /// The application card, learnt from what was known before the first of them.
    pub card: Metrics,
    /// The card of histories alone.
    pub without: Metrics,
}

impl Application {
    /// Share of the answer that is the application card's, when so many outcomes of the client are known.
    pub fn weight(&self, known: f64) -> f64 {
        application_weight(known, self.strength)
    }
}

/// k / (n + k).
pub fn application_weight(known: f64, strength: f64) -> f64 {
    1.0 - credibility(known, strength)
}

/// The score of two cards together: `weight` of the application's, the rest of the history's.
///
/// ```
/// use encours_models::joined_score;
/// assert_eq!(joined_score(600, 500, 1.0), 500);
/// assert_eq!(joined_score(600, 501, 0.25), 575);
/// ```
pub fn joined_score(history: i32, application: i32, weight: f64) -> i32 {
    let mixed = (1.0 - weight) * f64::from(history) + weight * f64::from(application);
    // Between two scores, whose points are bounded when a card is checked.
    #[expect(clippy::cast_possible_truncation, clippy::as_conversions, reason = "between two whole numbers of 32 bits")]
    {
        mixed.round() as i32
    }
}

/// Two cards' scores as one, each part with its share.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// Points of the neutral client; with those of all contributions they are the score.
    pub base_points: i32,
    /// The score.
    pub score: i32,
    /// Probability of being late at it.
    pub probability: f64,
    /// What the features of the card of histories add.
    pub history: Vec<Contribution>,
    /// What those of the application card add.
    pub application: Vec<Contribution>,
}

impl Joined {
    /// Joins the scores of one client; beside each stand the base points of its card. Points stay whole numbers that add
    /// up: what rounding leaves goes where it is missed most, of equals to the first.
    pub fn new(history: (&Scored, i32), application: (&Scored, i32), weight: f64, scale: Scale) -> Self {
        let score = joined_score(history.0.score, application.0.score, weight);
        let own = 1.0 - weight;
        let mut shares = vec![own * f64::from(history.1) + weight * f64::from(application.1)];
        shares.extend(history.0.contributions.iter().map(|one| own * f64::from(one.points)));
        shares.extend(application.0.contributions.iter().map(|one| weight * f64::from(one.points)));
        let mut points = whole(&shares, score).into_iter();
        let base_points = points.next().unwrap_or(score);
        let mut sum = base_points;
        let mut probability = scale.probability(base_points);
        let mut told = |one: &Contribution| {
            let points = points.next().unwrap_or(0);
            sum += points;
            let next = scale.probability(sum);
            let probability_effect = next - probability;
            probability = next;
            Contribution { points, probability_effect, ..*one }
        };
        let history: Vec<Contribution> = history.0.contributions.iter().map(&mut told).collect();
        let application: Vec<Contribution> = application.0.contributions.iter().map(&mut told).collect();
        Self { base_points, score, probability: scale.probability(score), history, application }
    }
}

/// Whole numbers next to the shares that add up to `sum` (largest remainders).
fn whole(shares: &[f64], sum: i32) -> Vec<i32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::as_conversions,
        reason = "points are bounded when a card is checked"
    )]
    let mut points: Vec<i32> = shares.iter().map(|share| share.floor() as i32).collect();
    let missing = sum - points.iter().sum::<i32>();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    let rest = |place: &usize| shares.get(*place).map_or(0.0, |share| share - share.floor());
    order.sort_by(|one, next| rest(next).total_cmp(&rest(one)));
    for place in order.iter().cycle().take(usize::try_from(missing).unwrap_or(0)) {
        if let Some(points) = points.get_mut(*place) {
            *points += 1;
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(base: i32, points: &[i32]) -> Scored {
        let scale = Scale::default();
        let contribution = |(feature, &points): (usize, &i32)| Contribution {
            feature,
            with: None,
            bin: 0,
            points,
            probability_effect: 0.0,
        };
        let score = base + points.iter().sum::<i32>();
        let contributions = points.iter().enumerate().map(contribution).collect();
        Scored { score, probability: scale.probability(score), contributions }
    }

    #[test]
    fn points_of_two_cards_add_up_at_every_weight() {
        let (history, application) = (scored(520, &[31, -17, 5]), scored(497, &[-44, 3]));
        for percent in 0..=100 {
            let weight = f64::from(percent) / 100.0;
            let joined = Joined::new((&history, 520), (&application, 497), weight, Scale::default());
            let parts = joined.history.iter().chain(&joined.application);
            let sum: i32 = joined.base_points + parts.clone().map(|one| one.points).sum::<i32>();
            assert_eq!(sum, joined.score, "{weight}");
            assert_eq!(joined.score, joined_score(539, 456, weight));
            let effects: f64 = parts.map(|one| one.probability_effect).sum();
            let neutral = Scale::default().probability(joined.base_points);
            assert!((neutral + effects - joined.probability).abs() < 1e-12);
            for (one, whole) in joined.history.iter().zip([31.0, -17.0, 5.0]) {
                assert!((f64::from(one.points) - (1.0 - weight) * whole).abs() <= 1.0);
            }
        }
        // At the ends each card stands alone.
        let alone = |weight| Joined::new((&history, 520), (&application, 497), weight, Scale::default());
        let points = |parts: &[Contribution]| parts.iter().map(|one| one.points).collect::<Vec<_>>();
        assert_eq!((alone(0.0).base_points, points(&alone(0.0).history)), (520, vec![31, -17, 5]));
        assert_eq!((alone(1.0).base_points, points(&alone(1.0).application)), (497, vec![-44, 3]));
        assert_eq!(points(&alone(1.0).history), [0, 0, 0]);
    }

    #[test]
    fn history_outweighs_the_card_as_outcomes_become_known() {
        for (known, weight) in [(0.0, 1.0), (4.0, 0.5), (12.0, 0.25)] {
            assert_eq!(application_weight(known, 4.0), weight);
        }
    }
}
