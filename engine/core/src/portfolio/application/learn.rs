//! First invoices as rows, the card fitted on them, and whether it is worth having.

use encours_domain::Day;
use encours_domain::fact::Fact;
use encours_models::{
    Application, ApplicationMeasured, ErrorClass, HorizonCard, Metrics, ModelError, ParamGuard, Scale, ScorecardParams,
    Table, application_weight, joined_score,
};

use super::{Applicant, FEATURES, registry_hash};
use crate::CoreError;
use crate::company::{RecordRows, RecordView, dated, features_of};
use crate::features::families::lateness::tally;
use crate::features::{Cut, Shape};
use crate::ledger::{Book, ClientView};
use crate::portfolio::rows::{Outcome, each_client};
use crate::portfolio::scoring::{Case, ScoringModel};

/// A client is new when its first invoice came so many days after the ledger's.
const NEW_AFTER_DAYS: i32 = 183;

/// First invoices of one client that are learnt from.
const FIRST_ROWS: usize = 3;

/// With more known outcomes the card is not asked how much it still weighs.
const MOST_KNOWN: u64 = 20;

/// Known outcomes at which card and history weigh the same: which of these foretells best is looked for.
const STRENGTHS: [f64; 6] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0];

/// From which part of the first invoices, by day, the card is measured: the last three tenths.
const MEASURED_FROM: (usize, usize) = (7, 10);

/// Later first invoices, and of either outcome, that a measure needs.
const LEAST_MEASURED: (u64, u64) = (50, 10);

/// Why there is no application card.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoApplication {
    /// Nothing public is known of new clients.
    #[error("nothing public is known of clients whose first invoices the ledger holds")]
    NoRecord,
    /// Too few first invoices to learn from.
    #[error("too few first invoices: {0}")]
    TooFew(String),
    /// It does not help.
    #[error(
        "on later first invoices its Brier score is {card:.4}, and {without:.4} that of the model without it; lower is better"
    )]
    NoBetter {
        /// Brier score of the card.
        card: f64,
        /// That of the card of histories.
        without: f64,
    },
}

/// An early invoice of a new client.
#[derive(Clone, Copy, Debug)]
struct Early {
    shape: Shape,
    /// Outcomes that were known on its morning.
    known: u64,
    /// What the card of histories gave it.
    history: i32,
    late: bool,
}

/// The early invoices of one client, and its public facts as they became known.
struct Newcomer {
    early: Vec<Early>,
    facts: Vec<Fact>,
}

/// Learns the application card of a model from what was known on the morning of `cutoff`; `facts_of` gives the public
/// facts of a client by its number in the book. Why there is none is a value, no error.
///
/// # Errors
/// When a client is too large to be folded.
pub fn learn<'f>(
    book: &Book,
    model: &ScoringModel,
    cutoff: Day,
    facts_of: &dyn Fn(usize) -> &'f [Fact],
) -> Result<Result<Application, NoApplication>, CoreError> {
    let early = early(book, model, cutoff.number())?;
    let clients = early.into_iter().enumerate().filter(|(_, early)| !early.is_empty());
    let newcomers: Vec<Newcomer> =
        clients.map(|(number, early)| Newcomer { early, facts: dated(facts_of(number)) }).collect();
    let learning = Learning { newcomers, minor_units: book.currency().scale(), model };
    match learning.learnt() {
        Ok(application) => Ok(Ok(application)),
        Err(Refused::Of(why)) => Ok(Err(why)),
        Err(Refused::Failed(CoreError::Model(error))) if error.class() == ErrorClass::EvidenceMissing => {
            Ok(Err(NoApplication::TooFew(error.to_string())))
        }
        Err(Refused::Failed(error)) => Err(error),
    }
}

/// Why nothing was learnt: for want of evidence, or by a failure.
enum Refused {
    Of(NoApplication),
    Failed(CoreError),
}

impl<E: Into<CoreError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// The early invoices of every client; none of those that were there before the ledger.
fn early(book: &Book, model: &ScoringModel, cutoff: i32) -> Result<Vec<Vec<Early>>, CoreError> {
    let new_from = book.first_day().map_or(i32::MAX, |first| first.saturating_add(NEW_AFTER_DAYS));
    each_client(book, model.horizons(), model.priors().paying_week, |client, state| {
        if client.records().first().is_none_or(|first| first.issued < new_from) {
            return Ok(Vec::new());
        }
        let mut found: Vec<(usize, Early)> = Vec::new();
        for (position, shape) in claims_before(client, cutoff) {
            state.advance(client, Cut::start_of(shape.issued));
            let reading = model.reading(state, model.headline_place(), shape, shape.issued)?;
            let known = u64::try_from(tally(&reading).known).unwrap_or(0);
            if known > MOST_KNOWN {
                break;
            }
            let attribute = |name: &str| book.attribute_of(name, client.record_number(position));
            let case = Case { state, shape, today: shape.issued, attribute: &attribute, applicant: None };
            let history = model.headline_score(&case)?;
            found.push((position, Early { shape, known, history, late: false }));
        }
        state.advance(client, Cut::start_of(cutoff));
        let outcome = |(position, early): (usize, Early)| {
            let record = client.records().get(position)?;
            let outcome = Outcome::known_by(state, record, position, model.headline_place(), cutoff)?;
            Some(Early { late: outcome == Outcome::Late, ..early })
        };
        Ok(found.into_iter().filter_map(outcome).collect())
    })
}

/// A client's invoices that teach lateness, with their positions.
fn claims_before(client: ClientView<'_>, cutoff: i32) -> impl Iterator<Item = (usize, Shape)> {
    let records = client.records().iter().enumerate();
    let wanted = records.filter(move |(_, record)| record.issued < cutoff && record.teaches_lateness());
    wanted.map(|(position, record)| {
        (position, Shape { issued: record.issued, due: record.due, amount: record.own_amount() })
    })
}

struct Learning<'a> {
    newcomers: Vec<Newcomer>,
    minor_units: i64,
    model: &'a ScoringModel,
}

impl Learning<'_> {
    fn learnt(&self) -> Result<Application, Refused> {
        let mut days: Vec<i32> = self.firsts(i32::MIN, i32::MAX).map(|(_, early)| early.shape.issued).collect();
        days.sort_unstable();
        let from =
            *days.get(days.len() * MEASURED_FROM.0 / MEASURED_FROM.1).ok_or(Refused::Of(NoApplication::NoRecord))?;
        let horizon = i32::from(self.model.headline_over());
        // What came of an invoice is known once it has fallen due and the horizon has passed.
        let known_before = |early: &Early| early.shape.due + horizon < from;
        let trial = self.fitted(&self.table(|early| known_before(early))?)?;
        let measured = self.measured(&trial, from)?;
        if measured.card.brier >= measured.without.brier {
            let (card, without) = (measured.card.brier, measured.without.brier);
            return Err(Refused::Of(NoApplication::NoBetter { card, without }));
        }
        let strength = self.strength(&trial, from)?;
        let card = self.fitted(&self.table(|_| true)?)?;
        Ok(Application { card, registry_hash: registry_hash(), strength, measured })
    }

    /// First invoices issued from one day to before another, of clients of whom something public was known that day.
    fn firsts(&self, from: i32, until: i32) -> impl Iterator<Item = (&Newcomer, &Early)> {
        let of =
            |newcomer: &'_ Newcomer| newcomer.early.iter().filter(|early| early.known == 0).take(FIRST_ROWS).count();
        self.newcomers
            .iter()
            .flat_map(move |newcomer| newcomer.early.iter().take(of(newcomer)).map(move |early| (newcomer, early)))
            .filter(move |(_, early)| early.known == 0 && (from..until).contains(&early.shape.issued))
            .filter(|(newcomer, early)| newcomer.record(early).is_some())
    }

    fn table(&self, wanted: impl Fn(&Early) -> bool) -> Result<Table, ModelError> {
        let (mut rows, mut events, mut days) = (RecordRows::new(FEATURES), Vec::new(), Vec::new());
        for (newcomer, early) in self.firsts(i32::MIN, i32::MAX).filter(|(_, early)| wanted(early)) {
            let Some(record) = newcomer.record(early) else { continue };
            let applicant = Applicant { record: &record, minor_units: self.minor_units };
            rows.push(&record, Some(&applicant.order(early.shape)));
            events.push(early.late);
            days.push(early.shape.issued);
        }
        rows.into_table(events, days)
    }

    fn fitted(&self, table: &Table) -> Result<HorizonCard, ModelError> {
        let params = ScorecardParams::default().scale(self.scale()).check()?;
        Ok(HorizonCard::new(self.model.headline_over(), params.fit(table)?))
    }

    /// Points of both cards must mean the same.
    fn scale(&self) -> Scale {
        self.model.artefact().map_or_else(Scale::default, |artefact| artefact.headline().card.scale())
    }

    fn score(&self, card: &HorizonCard, newcomer: &Newcomer, early: &Early) -> Result<Option<i32>, CoreError> {
        let Some(record) = newcomer.record(early) else { return Ok(None) };
        let applicant = Applicant { record: &record, minor_units: self.minor_units };
        let order = applicant.order(early.shape);
        let features = features_of(FEATURES, &card.card).unwrap_or_default();
        let row: Vec<_> = features.iter().map(|feature| feature.value(&record, Some(&order))).collect();
        Ok(Some(card.card.score_only(&row)?.0))
    }

    /// Both cards on the first invoices from a day on.
    fn measured(&self, card: &HorizonCard, from: i32) -> Result<ApplicationMeasured, Refused> {
        let scale = self.scale();
        let (mut events, mut by_card, mut by_history) = (Vec::new(), Vec::new(), Vec::new());
        for (newcomer, early) in self.firsts(from, i32::MAX) {
            let Some(score) = self.score(card, newcomer, early)? else { continue };
            events.push(early.late);
            by_card.push(scale.probability(score));
            by_history.push(scale.probability(early.history));
        }
        let card = Metrics::measure(&events, &by_card)?;
        let enough = card.rows >= LEAST_MEASURED.0 && card.late.min(card.rows - card.late) >= LEAST_MEASURED.1;
        if !enough {
            let found = format!("{} to measure on, {} of them late", card.rows, card.late);
            let needed = format!("{found}; needed are {}, {} of either outcome", LEAST_MEASURED.0, LEAST_MEASURED.1);
            return Err(Refused::Of(NoApplication::TooFew(needed)));
        }
        Ok(ApplicationMeasured { card, without: Metrics::measure(&events, &by_history)? })
    }

    /// The strength that foretells the early invoices from a day on best, by log-loss.
    fn strength(&self, card: &HorizonCard, from: i32) -> Result<f64, Refused> {
        let scale = self.scale();
        let mut seen: Vec<(&Early, i32)> = Vec::new();
        for newcomer in &self.newcomers {
            for early in newcomer.early.iter().filter(|early| early.shape.issued >= from) {
                seen.extend(self.score(card, newcomer, early)?.map(|score| (early, score)));
            }
        }
        let events: Vec<bool> = seen.iter().map(|(early, _)| early.late).collect();
        let mut best = (f64::INFINITY, STRENGTHS[0]);
        for strength in STRENGTHS {
            let chance = |(early, application): &(&Early, i32)| {
                let known = crate::features::reading::share_of(early.known, 1);
                let weight = application_weight(known, strength);
                scale.probability(joined_score(early.history, *application, weight))
            };
            let chances: Vec<f64> = seen.iter().map(chance).collect();
            let loss = Metrics::measure(&events, &chances)?.log_loss;
            if loss < best.0 {
                best = (loss, strength);
            }
        }
        Ok(best.1)
    }
}

impl Newcomer {
    /// What was known of the company the morning of an invoice.
    fn record(&self, early: &Early) -> Option<RecordView<'_>> {
        let day = Day::from_number(early.shape.issued.saturating_sub(1)).ok()?;
        RecordView::as_known_on(&self.facts, day)
    }
}
