//! Axonaut, API v2.
//!
//! From its public reference (the OpenAPI document at `/api/v2/doc`): the key in the header `userApiKey`, the page as a
//! number in the header `page`, a bare array as answer, `/invoices`, `/invoices/{id}`, `/payments?invoice_id=`. From
//! answers recorded in public code: the end with the first empty page. A filter by day of last change exists
//! (`updated_after`), and isn't used: whether a payment counts as a change of its invoice isn't said.
//!
//! So each round reads the whole list and asks payments only of invoices whose line has changed. Numbered pages shift
//! while they are read: with a new invoice on top some lines come twice, which changes nothing; when one is deleted the
//! first line of the next page slides to the page just read and would be missed. Therefore after each page the one
//! before it is read again.

mod convert;
mod payload;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Pending;
use crate::client::{Answer, Base, Client, Manners, Question};
use crate::convert::{record, version};
use crate::error::SourceError;
use crate::pull::{Checkpoint, LedgerSource, Place, PulledPage, PulledRecord};
use crate::registry::{Asked, Setup, SourceSpec};
use crate::secret::Secret;
use payload::{Invoice, Payment};

/// Its line in the registry.
pub const SPEC: SourceSpec = SourceSpec {
    name: "axonaut",
    title: "Axonaut",
    asks: &[Asked { name: "key", what: "the API key of the account (Settings, Extensions and API)", secret: true }],
    base: Some("https://axonaut.com/api/v2"),
    build: |setup| Ok(Box::new(Axonaut::new(setup)?)),
};

/// Unseen invoices asked at once.
const UNSEEN: usize = 50;
/// The same page so often in a row is no list any more.
const MOST_REPEATS: u32 = 3;

/// Where a round stands.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Stand {
    /// The page to read next, what stood on the one before, and how often the same page came.
    List { page: u32, before: Vec<u64>, repeats: u32 },
    /// Asking of invoices that the list did not show.
    Unseen,
}

struct Axonaut {
    client: Client,
    base: Base,
    key: Secret,
}

impl Axonaut {
    fn new(setup: &Setup) -> Result<Self, SourceError> {
        let base = setup.base.as_deref().or(SPEC.base).unwrap_or_default();
        let manners = setup.manners.unwrap_or(Manners { spacing: Duration::from_millis(350), ..Manners::default() });
        Ok(Self {
            client: Client::new(manners, setup.clock.clone(), setup.seed)?,
            base: Base::parse(base, setup.plain_http)?,
            key: setup.credentials.get("key")?,
        })
    }

    fn question(&self, path: &str) -> Question {
        Question::get(&self.base, path).credential("userapikey", "", &self.key)
    }

    async fn read(&self, page: u32) -> Result<(Answer, Vec<Invoice>), SourceError> {
        let answer = self.client.ask(&self.question("invoices").header("page", &page.to_string())).await?;
        let invoices = answer.json()?;
        Ok((answer, invoices))
    }

    async fn page(&self, place: Place<'_>) -> Result<PulledPage, SourceError> {
        match place.checkpoint.read()?.unwrap_or(Stand::List { page: 1, before: Vec::new(), repeats: 0 }) {
            Stand::List { page, before, repeats } => self.list(place, page, &before, repeats).await,
            Stand::Unseen => self.unseen(place).await,
        }
    }

    async fn list(&self, place: Place<'_>, page: u32, before: &[u64], repeats: u32) -> Result<PulledPage, SourceError> {
        let (answer, mut invoices) = self.read(page).await?;
        let ids: Vec<u64> = invoices.iter().map(|invoice| invoice.id).collect();
        let repeats = if !ids.is_empty() && ids == before { repeats.saturating_add(1) } else { 0 };
        if repeats >= MOST_REPEATS {
            return Err(SourceError::Repeats { host: answer.host.clone(), path: answer.path.clone() });
        }
        if page > 1 {
            let (_, again) = self.read(page.saturating_sub(1)).await?;
            let slid = |invoice: &Invoice| !ids.contains(&invoice.id) && !before.contains(&invoice.id);
            invoices.extend(again.into_iter().filter(slid));
        }
        let stand = match ids.is_empty() {
            true => Stand::Unseen,
            false => Stand::List { page: page.saturating_add(1), before: ids, repeats },
        };
        let mut filled = PulledPage::moving_on(Checkpoint::of(&stand)?);
        self.fill(place, invoices, &mut filled).await?;
        Ok(filled)
    }

    async fn unseen(&self, place: Place<'_>) -> Result<PulledPage, SourceError> {
        let ids: Vec<&str> = place.held.missing_from(place.seen).take(UNSEEN).collect();
        let next = if ids.is_empty() { Checkpoint::start() } else { Checkpoint::of(&Stand::Unseen)? };
        let mut page = PulledPage { over: ids.is_empty(), ..PulledPage::moving_on(next) };
        for id in ids {
            match self.client.ask(&self.question(&format!("invoices/{id}"))).await {
                Ok(answer) => self.fill(place, vec![answer.json()?], &mut page).await?,
                Err(SourceError::NotFound { .. }) => page.gone.push(id.to_owned()),
                Err(error) => return Err(error),
            }
        }
        Ok(page)
    }

    async fn fill(&self, place: Place<'_>, invoices: Vec<Invoice>, page: &mut PulledPage) -> Result<(), SourceError> {
        for invoice in invoices {
            let (id, version) = (invoice.id.to_string(), version(&invoice));
            match place.held.unchanged(&id, &version) {
                Some(stored) => page.records.push(stored.clone()),
                None => page.records.push(self.whole(id, version, &invoice).await?),
            }
        }
        Ok(())
    }

    async fn whole(&self, id: String, version: String, invoice: &Invoice) -> Result<PulledRecord, SourceError> {
        let payments = if convert::is_touched(invoice) { self.payments(invoice.id).await? } else { None };
        Ok(record(id, version, convert::content(invoice, payments.as_deref())))
    }

    /// All payments of an invoice; absent where the account gives none.
    async fn payments(&self, invoice: u64) -> Result<Option<Vec<Payment>>, SourceError> {
        let mut found: BTreeMap<u64, Payment> = BTreeMap::new();
        for page in 1_u32.. {
            let question = self.question("payments").query("invoice_id", &invoice.to_string());
            let payments: Vec<Payment> = match self.client.ask(&question.header("page", &page.to_string())).await {
                Ok(answer) => answer.json()?,
                Err(SourceError::NotFound { .. }) if page == 1 => return Ok(None),
                Err(error) => return Err(error),
            };
            let known = found.len();
            let own = payments.into_iter().filter(|payment| payment.invoice_id == invoice);
            found.extend(own.map(|payment| (payment.id, payment)));
            // A page that brings nothing new is the end, or the same page again.
            if found.len() == known {
                break;
            }
        }
        Ok(Some(found.into_values().collect()))
    }
}

impl LedgerSource for Axonaut {
    fn name(&self) -> &'static str {
        SPEC.name
    }

    fn next_page<'s>(&'s self, place: Place<'s>) -> Pending<'s, Result<PulledPage, SourceError>> {
        Box::pin(self.page(place))
    }
}
