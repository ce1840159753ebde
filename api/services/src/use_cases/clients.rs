//! The clients of the ledger, each on a line or on a page.

use std::cmp::Reverse;

use encours_core::portfolio::rescore::Line;
use encours_domain::{Day, Money, Siren};
use serde::Serialize;

use super::scores::Scores;
use super::search::client_name;
use crate::portfolio::client_siren;
use crate::{Moment, Services, ServicesError};

/// In which order clients are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientOrder {
    /// By their names in the ledger.
    #[default]
    Id,
    /// Most overdue money first.
    Overdue,
    /// Most likely to pay late first.
    Risk,
}

/// Which clients are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientQuery {
    /// The last client of the page before; the first page when absent.
    pub after: Option<String>,
    /// How many, at most 1,000.
    pub limit: usize,
    /// In which order.
    pub order: ClientOrder,
    /// The evening as of which they are scored; today when absent.
    pub as_of: Option<Day>,
}

impl Default for ClientQuery {
    fn default() -> Self {
        Self { after: None, limit: 50, order: ClientOrder::Id, as_of: None }
    }
}

/// A page of clients.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClientPage {
    /// The evening as of which they are scored.
    pub as_of: Day,
    /// The clients.
    pub clients: Vec<ClientLine>,
    /// What to ask for the page that follows; absent on the last.
    pub next: Option<String>,
    /// How many clients there are on all pages.
    pub total: usize,
}

/// The chance that a client's next usual invoice is paid late.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LateOver {
    /// Days late.
    pub days: u16,
    /// The chance.
    pub probability: f64,
}

/// A client on one line. The chances are those of its next usual invoice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClientLine {
    /// Its name in the ledger.
    pub id: String,
    /// Its name as people know it.
    pub name: Option<String>,
    /// Its SIREN.
    pub siren: Option<Siren>,
    /// Invoices issued.
    pub invoices: u32,
    /// Of these settled.
    pub settled: u32,
    /// Left to pay.
    pub open: Money,
    /// Of this past its due date.
    pub overdue: Money,
    /// Most days that an open invoice stands past its due date; negative while none has fallen due.
    pub worst_open_days: Option<i32>,
    /// Mean days beyond terms of settled invoices.
    pub mean_days_beyond_terms: Option<f64>,
    /// The client's own smoothed past late rate at the headline horizon.
    pub past_rate: f64,
    /// Chances of lateness, horizons ascending.
    pub late: Vec<LateOver>,
    /// The score.
    pub score: i32,
    /// Its grade.
    pub grade: String,
    /// Share of the evidence that is the client's own.
    pub own_history_weight: f64,
}

impl ClientLine {
    /// The chance at one horizon.
    pub fn late_over(&self, days: u16) -> Option<f64> {
        self.late.iter().find(|late| late.days == days).map(|late| late.probability)
    }
}

/// A client on a page of its own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClientFile {
    /// The evening as of which it is scored.
    pub as_of: Day,
    /// Its name in the ledger.
    pub id: String,
    /// Its name as people know it.
    pub name: Option<String>,
    /// Its SIREN.
    pub siren: Option<Siren>,
    /// The line of the list; absent when it had no invoice by then.
    pub line: Option<ClientLine>,
    /// Further columns of the ledger, as its latest invoice has them.
    pub attributes: Vec<(String, String)>,
}

/// Most clients that one page holds.
const LONGEST_PAGE: usize = 1_000;

/// The grade of a line.
pub(crate) fn grade(line: &Line) -> &'static str {
    encours_core::assessment::grade(line.score)
}

impl Services {
    /// A page of clients.
    ///
    /// # Errors
    /// When there is no ledger yet, or `after` names no client of the list.
    pub async fn clients(&self, query: ClientQuery, now: Moment) -> Result<ClientPage, ServicesError> {
        let scores = self.scores(query.as_of.unwrap_or(now.today)).await?;
        let ordered = ordered(&scores, query.order);
        let start = match &query.after {
            Some(after) => place_after(&scores, &ordered, after)?,
            None => 0,
        };
        let rest = ordered.get(start..).unwrap_or_default();
        let limit = query.limit.clamp(1, LONGEST_PAGE);
        let page = rest.iter().take(limit).map(|line| client_line(&scores, line)).collect::<Result<Vec<_>, _>>()?;
        let next = page.last().filter(|_| rest.len() > limit).map(|last| last.id.clone());
        Ok(ClientPage { as_of: scores.as_of, clients: page, next, total: ordered.len() })
    }

    /// One client, by its name in the ledger.
    ///
    /// # Errors
    /// When there is no ledger yet, or no such client.
    pub async fn client(&self, id: &str, as_of: Option<Day>, now: Moment) -> Result<ClientFile, ServicesError> {
        let scores = self.scores(as_of.unwrap_or(now.today)).await?;
        let (portfolio, book) = (&scores.portfolio, scores.portfolio.ledger()?);
        let number = portfolio.client(id).ok_or_else(|| portfolio.index.unknown(id))?;
        let line = scores.line(number).map(|line| client_line(&scores, line)).transpose()?;
        let value = |name: &str| crate::portfolio::client_attribute(book, number, name).map(str::to_owned);
        let names = book.attributes().iter().map(|attribute| attribute.name.clone());
        let (siren, name) = (client_siren(book, number), client_name(portfolio, number));
        let attributes = names.filter_map(|name| value(&name).map(|value| (name, value))).collect();
        Ok(ClientFile { as_of: scores.as_of, id: id.to_owned(), name, siren, line, attributes })
    }
}

/// Lines in the order asked for; equals stand in the order of names.
fn ordered(scores: &Scores, order: ClientOrder) -> Vec<&Line> {
    let mut lines: Vec<&Line> = scores.rescored.lines.iter().collect();
    match order {
        ClientOrder::Id => {}
        ClientOrder::Overdue => lines.sort_by_key(|line| Reverse(line.measures.overdue)),
        ClientOrder::Risk => lines.sort_by_key(|line| line.score),
    }
    lines
}

fn place_after(scores: &Scores, ordered: &[&Line], after: &str) -> Result<usize, ServicesError> {
    let number = scores.portfolio.client(after).and_then(|number| u32::try_from(number).ok());
    let place = number.and_then(|number| ordered.iter().position(|line| line.client == number));
    let missing = || ServicesError::UnknownWord {
        what: "cursor",
        found: after.to_owned(),
        expected: "the `next` of the page before, asked for in the same order and as of the same day".to_owned(),
    };
    place.map(|place| place + 1).ok_or_else(missing)
}

fn client_line(scores: &Scores, line: &Line) -> Result<ClientLine, ServicesError> {
    let (portfolio, book) = (&scores.portfolio, scores.portfolio.ledger()?);
    let number = usize::try_from(line.client).unwrap_or(usize::MAX);
    let money = |minor| Money::from_minor(minor, book.currency());
    let late = scores.rescored.horizons.iter().zip(&line.late_over);
    let measures = &line.measures;
    Ok(ClientLine {
        id: book.clients().text(number).to_owned(),
        name: client_name(portfolio, number),
        siren: client_siren(book, number),
        invoices: measures.n,
        settled: measures.n_settled,
        open: money(measures.exposure),
        overdue: money(measures.overdue),
        worst_open_days: measures.worst_open,
        mean_days_beyond_terms: measures.dbt_mean,
        past_rate: line.baseline,
        late: late.map(|(&days, &probability)| LateOver { days, probability }).collect(),
        score: line.score,
        grade: grade(line).to_owned(),
        own_history_weight: line.own_history_weight,
    })
}
