//! What the card of the headline read of each client's next usual invoice, and the score that it gave: for other programs
//! to score again.

use encours_domain::Day;
use encours_models::Value;

use super::measures::{Measures, Scratch};
use super::rescore::usual_invoice;
use super::rows::each_client;
use super::scoring::{Case, ScoringModel};
use crate::CoreError;
use crate::features::Cut;
use crate::ledger::Book;

/// One client as the card read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardInput {
    /// Number of the client in the book.
    pub client: usize,
    /// One value for each feature of the card, in its order: a number in the shortest form that reads back as the same
    /// bits, or a name; `None` where it is missing.
    pub values: Vec<Option<String>>,
    /// The score.
    pub score: i32,
}

/// Reads and scores the next usual invoice of every client that had one by the evening of `as_of`, as the nightly run does;
/// none without a trained model.
///
/// # Errors
/// When a client is too large to be folded.
pub fn card_inputs(book: &Book, model: &ScoringModel, as_of: Day) -> Result<Vec<CardInput>, CoreError> {
    let as_of = as_of.number();
    let found = each_client(book, model.horizons(), model.priors().paying_week, |client, state| {
        state.advance(client, Cut::end_of(as_of));
        let measures = Measures::of(client, state, as_of, &mut Scratch::default());
        let Some((shape, last)) = usual_invoice(client, &measures, as_of) else { return Ok(None) };
        let attribute = |name: &str| book.attribute_of(name, last);
        let mut row = Vec::new();
        let score = model
            .headline_row(&Case { state, shape, today: as_of, attribute: &attribute, applicant: None }, &mut row)?;
        Ok(score.map(|score| (row.iter().map(text).collect(), score)))
    })?;
    let told = found.into_iter().enumerate();
    Ok(told.filter_map(|(client, one)| one.map(|(values, score)| CardInput { client, values, score })).collect())
}

fn text(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Number(number) if number.is_finite() => Some(number.to_string()),
        Value::Category(name) => Some((*name).to_owned()),
        Value::Number(_) | Value::Missing => None,
    }
}
