//! The later invoices: what each predictor said of them, what they are like, and what came.

use encours_domain::Day;

use crate::CoreError;
use crate::features::{ClientState, Cut};
use crate::ledger::{Book, ClientView};
use crate::portfolio::backtest::{AtIssue, at_issue};
use crate::portfolio::rows::{Outcome, each_client};
use crate::portfolio::scoring::{ScoringModel, baseline, own_outcomes};

/// Days overdue beyond which a client is known to be bad.
const KNOWN_BAD_DAYS: i32 = 30;

/// Later invoices by column; `late_over`, `past` and so on hold one value for each horizon of a row, row after row.
#[derive(Default)]
pub(super) struct TestRows {
    pub(super) horizons: usize,
    /// Number of the client in the book.
    pub(super) clients: Vec<u32>,
    /// Number of the record in the book.
    pub(super) records: Vec<usize>,
    pub(super) known_bad: Vec<bool>,
    pub(super) late_over: Vec<f64>,
    pub(super) past: Vec<f64>,
    /// Outcomes of the client known on the morning of the invoice.
    pub(super) known: Vec<f64>,
    pub(super) outcomes: Vec<Option<Outcome>>,
}

impl TestRows {
    /// Predicts every invoice issued from `from` on and before `cutoff` that teaches lateness; outcomes are those known
    /// on the morning of `cutoff`.
    pub(super) fn collect(book: &Book, model: &ScoringModel, from: Day, cutoff: Day) -> Result<Self, CoreError> {
        let (from, cutoff) = (from.number(), cutoff.number());
        let horizons = model.horizons();
        let parts = each_client(book, horizons, model.priors().paying_week, |client, state| {
            let mut rows = Self { horizons: horizons.days().len(), ..Self::default() };
            let bounces = Bounces::of(client);
            let mut positions = Vec::new();
            at_issue(client, state, model, from..cutoff, |seen| {
                if seen.record.teaches_lateness() {
                    positions.push(seen.position);
                    rows.push(client, model, &seen, &bounces)?;
                }
                Ok(())
            })?;
            state.advance(client, Cut::start_of(cutoff));
            for (position, record) in positions.iter().filter_map(|&at| Some((at, client.records().get(at)?))) {
                for horizon in 0..rows.horizons {
                    rows.outcomes.push(Outcome::known_by(state, record, position, horizon, cutoff));
                }
            }
            Ok(rows)
        })?;
        let mut rows = Self { horizons: horizons.days().len(), ..Self::default() };
        for (client, part) in parts.into_iter().enumerate() {
            rows.append(u32::try_from(client).unwrap_or(u32::MAX), part);
        }
        Ok(rows)
    }

    fn push(
        &mut self,
        client: ClientView<'_>,
        model: &ScoringModel,
        seen: &AtIssue<'_>,
        bounces: &Bounces,
    ) -> Result<(), CoreError> {
        let today = seen.record.issued;
        self.records.push(client.record_number(seen.position));
        self.known_bad.push(is_known_bad(seen.state, today) || bounces.any_open(client, seen.state, today));
        self.late_over.extend_from_slice(seen.late_over);
        for horizon in 0..self.horizons {
            let reading = model.reading(seen.state, horizon, seen.shape, today)?;
            self.past.push(baseline(&reading));
            self.known.push(own_outcomes(&reading).1);
        }
        Ok(())
    }

    fn append(&mut self, client: u32, part: Self) {
        self.clients.extend(std::iter::repeat_n(client, part.records.len()));
        self.records.extend(part.records);
        self.known_bad.extend(part.known_bad);
        self.late_over.extend(part.late_over);
        self.past.extend(part.past);
        self.known.extend(part.known);
        self.outcomes.extend(part.outcomes);
    }

    /// Places of the rows whose outcome at a horizon is known.
    pub(super) fn known_at(&self, horizon: usize) -> Vec<usize> {
        (0..self.records.len()).filter(|&row| self.late(row, horizon).is_some()).collect()
    }

    /// Whether a row was late; `None` while that is not known.
    pub(super) fn late(&self, row: usize, horizon: usize) -> Option<bool> {
        let outcome = self.outcomes.get(row * self.horizons + horizon).copied().flatten()?;
        Some(outcome == Outcome::Late)
    }

    /// A value of a column that holds one for each horizon.
    pub(super) fn value(&self, column: &[f64], row: usize, horizon: usize) -> f64 {
        column.get(row * self.horizons + horizon).copied().unwrap_or(0.0)
    }
}

/// A claim overdue for more than 30 days.
fn is_known_bad(state: &ClientState, today: i32) -> bool {
    state.oldest_overdue_due().is_some_and(|due| today - due > KNOWN_BAD_DAYS)
}

/// The client's invoices on which a payment came back, and the day on which that was known. Few clients have any.
struct Bounces(Vec<(usize, i32)>);

impl Bounces {
    fn of(client: ClientView<'_>) -> Self {
        let payments = client.payments();
        let mut found = Vec::new();
        for position in (0..client.records().len()).filter(|&position| client.is_claim(position)) {
            let back = |&payment: &usize| payments.amounts.get(payment).is_some_and(|amount| *amount < 0);
            found.extend(client.payments_of(position).filter(back).map(|one| (position, payments.known(one))));
        }
        Self(found)
    }

    /// Whether one of them came back before `today` on a claim that is open.
    fn any_open(&self, client: ClientView<'_>, state: &ClientState, today: i32) -> bool {
        let open = |position: usize| state.lives.get(position).is_some_and(|life| life.issued && !life.closed);
        self.0.iter().any(|&(position, known)| known.max(client.known(position)) < today && open(position))
    }
}
