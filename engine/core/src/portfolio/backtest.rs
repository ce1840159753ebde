//! The back-test: train on what was known on a day, then predict every later invoice at its own issue, history rolling
//! on, the model standing still.

use std::ops::Range;

use encours_domain::Day;

use crate::CoreError;
use crate::features::{ClientState, Cut, Shape};
use crate::ledger::{Book, ClientView, InvoiceRecord};
use crate::portfolio::rows::each_client;
use crate::portfolio::scoring::{Case, ScoringModel};

/// The prediction of one invoice on the day of its issue.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The client.
    pub client_id: String,
    /// The invoice's number.
    pub invoice_id: String,
    /// Day of issue.
    pub issue_date: Day,
    /// P(late over k), one for each horizon of the model, ascending.
    pub late_over: Vec<f64>,
}

/// Predicts every invoice issued from `cutoff` on, in the order of issue, client and number. The book must have been
/// read with invoice numbers and with the model's attributes.
///
/// # Errors
/// When a client is too large, or a date is none.
pub fn backtest(book: &Book, model: &ScoringModel, cutoff: Day) -> Result<Vec<Prediction>, CoreError> {
    let clients = each_client(book, model.horizons(), model.priors().paying_week, |client, state| {
        let mut predictions = Vec::new();
        at_issue(client, state, model, cutoff.number()..i32::MAX, |seen| {
            predictions.push((client.record_number(seen.position), seen.late_over.to_vec()));
            Ok(())
        })?;
        Ok(predictions)
    })?;
    let mut predictions = Vec::new();
    for (client, own) in clients.into_iter().enumerate() {
        for (number, late_over) in own {
            let Some(record) = book.record(number) else { continue };
            predictions.push(Prediction {
                client_id: book.clients().text(client).to_owned(),
                invoice_id: book.invoice_ids().text(record.row).to_owned(),
                issue_date: Day::from_number(record.issued)?,
                late_over,
            });
        }
    }
    predictions.sort_by(|left, right| {
        let key = |prediction: &Prediction| prediction.issue_date;
        key(left)
            .cmp(&key(right))
            .then_with(|| left.client_id.cmp(&right.client_id))
            .then_with(|| left.invoice_id.cmp(&right.invoice_id))
    });
    Ok(predictions)
}

/// An invoice on the morning of its issue, as a model sees it.
pub(crate) struct AtIssue<'a> {
    /// Position among the client's invoices.
    pub(crate) position: usize,
    pub(crate) record: &'a InvoiceRecord,
    /// What was known of the client before that day.
    pub(crate) state: &'a ClientState,
    pub(crate) shape: Shape,
    pub(crate) score: i32,
    /// P(late over k), one for each horizon of the model.
    pub(crate) late_over: &'a [f64],
}

/// Shows each invoice of a client that was issued within `issued`, in the order of issue, as the model saw it that
/// morning. The state must have been loaded with the client.
pub(crate) fn at_issue(
    client: ClientView<'_>,
    state: &mut ClientState,
    model: &ScoringModel,
    issued: Range<i32>,
    mut see: impl FnMut(AtIssue<'_>) -> Result<(), CoreError>,
) -> Result<(), CoreError> {
    let book = client.book();
    let mut probabilities = Vec::new();
    for (position, record) in client.records().iter().enumerate().filter(|(_, one)| issued.contains(&one.issued)) {
        state.advance(client, Cut::start_of(record.issued));
        let shape = Shape { issued: record.issued, due: record.due, amount: record.own_amount() };
        let number = client.record_number(position);
        let attribute = |name: &str| book.attribute_of(name, number);
        let score = model.predict(
            &Case { state, shape, today: record.issued, attribute: &attribute, applicant: None },
            &mut probabilities,
        )?;
        see(AtIssue { position, record, state, shape, score, late_over: &probabilities })?;
    }
    Ok(())
}
