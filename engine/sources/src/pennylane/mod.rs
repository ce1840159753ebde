//! Pennylane, API v2 for companies.
//!
//! From its public reference: bearer token; pages by cursor (`items`, `has_more`, `next_cursor`, at most 100 a page);
//! 25 requests in 5 seconds, then 429 with `Retry-After`; the log of changes keeps four weeks and answers 422 beyond.
//! From recorded answers and not from the reference: the statuses `upcoming`, `incomplete` and `archived`. From neither:
//! that matching a bank transaction shows in the log of changes.
//!
//! A full round reads the list by ascending id, then asks of each stored record that the list no longer showed whether
//! it is still there. Afterwards a round reads the log from ten minutes before the last round began, by the server's
//! own clock, and asks each changed invoice anew; when the log does not reach back so far, the round is a full one.

mod convert;
mod payload;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Pending;
use crate::client::{Answer, Base, Client, Manners, Question};
use crate::convert::{record, siren, version};
use crate::error::SourceError;
use crate::pull::{Checkpoint, LedgerSource, Place, PulledClient, PulledPage, PulledRecord};
use crate::registry::{Asked, Setup, SourceSpec};
use crate::secret::Secret;
use payload::{Change, Customer, Invoice, Page, Payment, Transaction};

/// Its line in the registry.
pub const SPEC: SourceSpec = SourceSpec {
    name: "pennylane",
    title: "Pennylane",
    asks: &[Asked {
        name: "token",
        what: "a company token with the right to read customer invoices, customers and transactions (Settings, \
               Connectivity, Developers)",
        secret: true,
    }],
    base: Some("https://app.pennylane.com/api/external/v2"),
    build: |setup| Ok(Box::new(Pennylane::new(setup)?)),
};

/// Lines of a page of the list.
const LINES: &str = "100";
/// Changes read at once: each costs up to three more requests, and a page is lost when it is cut.
const CHANGES: &str = "50";
/// Unseen records asked at once.
const UNSEEN: usize = 50;
/// How much of the log is read twice, against clocks and late entries.
const OVERLAP_MINUTES: i64 = 10;

/// Where a round stands.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Stand {
    /// In the list; `since` is when the round began.
    List { cursor: Option<String>, since: Option<DateTime<Utc>> },
    /// Asking of records that the list did not show.
    Unseen { since: DateTime<Utc> },
    /// Before a round of changes.
    Changes { since: DateTime<Utc> },
    /// In the log; `next` is when the round began.
    Log { cursor: String, since: DateTime<Utc>, next: DateTime<Utc> },
}

struct Pennylane {
    client: Client,
    base: Base,
    token: Secret,
}

impl Pennylane {
    fn new(setup: &Setup) -> Result<Self, SourceError> {
        let base = setup.base.as_deref().or(SPEC.base).unwrap_or_default();
        let manners = setup.manners.unwrap_or(Manners { spacing: Duration::from_millis(210), ..Manners::default() });
        Ok(Self {
            client: Client::new(manners, setup.clock.clone(), setup.seed)?,
            base: Base::parse(base, setup.plain_http)?,
            token: setup.credentials.get("token")?,
        })
    }

    fn question(&self, path: &str) -> Question {
        Question::get(&self.base, path).credential("authorization", "Bearer ", &self.token)
    }

    async fn page(&self, place: Place<'_>) -> Result<PulledPage, SourceError> {
        match place.checkpoint.read()? {
            None => self.list(place, None, None).await,
            Some(Stand::List { cursor, since }) => self.list(place, cursor, since).await,
            Some(Stand::Unseen { since }) => self.unseen(place, since).await,
            Some(Stand::Changes { since }) => self.log(place, None, since, None).await,
            Some(Stand::Log { cursor, since, next }) => self.log(place, Some(cursor), since, Some(next)).await,
        }
    }

    async fn list(
        &self,
        place: Place<'_>,
        cursor: Option<String>,
        since: Option<DateTime<Utc>>,
    ) -> Result<PulledPage, SourceError> {
        let mut question = self.question("customer_invoices").query("limit", LINES).query("sort", "id");
        if let Some(cursor) = &cursor {
            question = question.query("cursor", cursor);
        }
        let answer = self.client.ask(&question).await?;
        let since = since.unwrap_or_else(|| self.began(&answer));
        let page: Page<Invoice> = answer.json()?;
        let next = following(&answer, cursor.as_deref(), page.has_more, page.next_cursor)?;
        let stand = match next {
            Some(cursor) => Stand::List { cursor: Some(cursor), since: Some(since) },
            None => Stand::Unseen { since },
        };
        self.filled(place, page.items, PulledPage::moving_on(Checkpoint::of(&stand)?)).await
    }

    async fn unseen(&self, place: Place<'_>, since: DateTime<Utc>) -> Result<PulledPage, SourceError> {
        let ids: Vec<&str> = place.held.missing_from(place.seen).take(UNSEEN).collect();
        let stand = if ids.is_empty() { Stand::Changes { since } } else { Stand::Unseen { since } };
        let page = PulledPage { over: ids.is_empty(), ..PulledPage::moving_on(Checkpoint::of(&stand)?) };
        self.each(place, ids.iter().map(|id| (*id).to_owned()).collect(), page).await
    }

    async fn log(
        &self,
        place: Place<'_>,
        cursor: Option<String>,
        since: DateTime<Utc>,
        next: Option<DateTime<Utc>>,
    ) -> Result<PulledPage, SourceError> {
        let question = self.question("changelogs/customer_invoices").query("limit", CHANGES);
        let question = match &cursor {
            Some(cursor) => question.query("cursor", cursor),
            None => question.query("start_date", &since.to_rfc3339_opts(SecondsFormat::Secs, true)),
        };
        let answer = match self.client.ask(&question).await {
            // The log does not reach back so far.
            Err(SourceError::Status { status: 422, .. }) => {
                return Ok(PulledPage::moving_on(Checkpoint::of(&Stand::List { cursor: None, since: None })?));
            }
            other => other?,
        };
        let next = next.unwrap_or_else(|| self.began(&answer));
        let page: Page<Change> = answer.json()?;
        let mut gone = BTreeSet::new();
        let mut changed = BTreeSet::new();
        for (position, change) in page.items.iter().enumerate() {
            let id = change.id.to_string();
            match change.operation.as_str() {
                "insert" | "update" => drop((gone.remove(&id), changed.insert(id))),
                "delete" => drop((changed.remove(&id), gone.insert(id))),
                word => {
                    let reason = format!("found `{word}`, expected one of: insert, update, delete");
                    return Err(answer.shape(&format!("items[{position}].operation"), &reason));
                }
            }
        }
        let following = following(&answer, cursor.as_deref(), page.has_more, page.next_cursor)?;
        let over = following.is_none();
        let stand = match following {
            Some(cursor) => Stand::Log { cursor, since, next },
            None => Stand::Changes { since: next },
        };
        let page =
            PulledPage { over, gone: gone.into_iter().collect(), ..PulledPage::moving_on(Checkpoint::of(&stand)?) };
        self.each(place, changed.into_iter().collect(), page).await
    }

    /// When a round began, by the server's clock, less the overlap.
    fn began(&self, answer: &Answer) -> DateTime<Utc> {
        let own = i64::try_from(self.client.clock().now().as_secs()).unwrap_or(0);
        let now = answer.date.or_else(|| DateTime::from_timestamp(own, 0)).unwrap_or_default();
        now - chrono::Duration::minutes(OVERLAP_MINUTES)
    }

    /// Asks each of these invoices; the ones that are not there are gone.
    async fn each(&self, place: Place<'_>, ids: Vec<String>, mut page: PulledPage) -> Result<PulledPage, SourceError> {
        let mut invoices = Vec::with_capacity(ids.len());
        for id in ids {
            match self.client.ask(&self.question(&format!("customer_invoices/{id}"))).await {
                Ok(answer) => invoices.push(answer.json()?),
                Err(SourceError::NotFound { .. }) => page.gone.push(id),
                Err(error) => return Err(error),
            }
        }
        self.filled(place, invoices, page).await
    }

    /// Lays invoices into a page, with what was paid of them and the files of their customers.
    async fn filled(
        &self,
        place: Place<'_>,
        invoices: Vec<Invoice>,
        mut page: PulledPage,
    ) -> Result<PulledPage, SourceError> {
        let mut clients = BTreeMap::new();
        for invoice in invoices {
            if let Some(customer) = &invoice.customer {
                let id = customer.id.to_string();
                if place.held.client(&id).is_none() && !clients.contains_key(&id) {
                    let found = self.customer(&id).await?;
                    clients.insert(id, found);
                }
            }
            let (id, version) = (invoice.id.to_string(), version(&invoice));
            match place.held.unchanged(&id, &version) {
                Some(stored) => page.records.push(stored.clone()),
                None => page.records.push(self.whole(id, version, &invoice).await?),
            }
        }
        page.clients.extend(clients);
        Ok(page)
    }

    async fn whole(&self, id: String, version: String, invoice: &Invoice) -> Result<PulledRecord, SourceError> {
        let (mut transactions, mut payments) = (Vec::<Transaction>::new(), Vec::<Payment>::new());
        if convert::has_details(invoice) {
            if convert::is_touched(invoice) {
                transactions = self.all(&format!("customer_invoices/{id}/matched_transactions")).await?;
            }
            if transactions.is_empty() || !invoice.paid {
                payments = self.all(&format!("customer_invoices/{id}/payments")).await?;
            }
        }
        Ok(record(id, version, convert::content(invoice, &transactions, &payments)))
    }

    async fn customer(&self, id: &str) -> Result<PulledClient, SourceError> {
        match self.client.ask(&self.question(&format!("customers/{id}"))).await {
            Ok(answer) => {
                let customer: Customer = answer.json()?;
                Ok(PulledClient { name: customer.name, siren: siren(customer.reg_no.as_deref()) })
            }
            Err(SourceError::NotFound { .. }) => Ok(PulledClient::default()),
            Err(error) => Err(error),
        }
    }

    /// Every page of a short list.
    async fn all<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, SourceError> {
        let (mut found, mut cursor): (Vec<T>, Option<String>) = (Vec::new(), None);
        loop {
            let mut question = self.question(path).query("limit", LINES);
            if let Some(cursor) = &cursor {
                question = question.query("cursor", cursor);
            }
            let answer = self.client.ask(&question).await?;
            let page: Page<T> = answer.json()?;
            found.extend(page.items);
            match following(&answer, cursor.as_deref(), page.has_more, page.next_cursor)? {
                Some(next) => cursor = Some(next),
                None => return Ok(found),
            }
        }
    }
}

/// The cursor of the next page; one that leads back to this page is an error.
fn following(
    answer: &Answer,
    this: Option<&str>,
    has_more: bool,
    next: Option<String>,
) -> Result<Option<String>, SourceError> {
    match (has_more, next) {
        (false, _) => Ok(None),
        (true, None) => Err(answer.shape("next_cursor", "found null beside `has_more`, expected a cursor")),
        (true, Some(next)) if Some(next.as_str()) == this => {
            Err(SourceError::Repeats { host: answer.host.clone(), path: answer.path.clone() })
        }
        (true, Some(next)) => Ok(Some(next)),
    }
}

impl LedgerSource for Pennylane {
    fn name(&self) -> &'static str {
        SPEC.name
    }

    fn next_page<'s>(&'s self, place: Place<'s>) -> Pending<'s, Result<PulledPage, SourceError>> {
        Box::pin(self.page(place))
    }
}
