//! Sellsy, API v2.
//!
//! From its public reference and answers recorded in public code: OAuth2 `client_credentials` at another host than the
//! API; search by `POST` with `limit` and an opaque `offset` that stands on the last page too, so that the list ends
//! with an empty page; payments of an invoice with the moment of payment and its zone; credit notes under
//! `/credit-notes/search`. From memory: that no filter by last change exists.
//!
//! So each round reads the whole list, a hundred documents a request, and asks payments only of those whose line has
//! changed. A token that expires in the middle is renewed once; a new one that is refused as well is an error.

mod convert;
mod payload;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Mutex;

use crate::Pending;
use crate::client::{Answer, Base, Client, Manners, Question};
use crate::convert::{record, version};
use crate::error::SourceError;
use crate::pull::{Checkpoint, LedgerSource, Place, PulledClient, PulledPage, PulledRecord};
use crate::registry::{Asked, Setup, SourceSpec};
use crate::secret::Secret;
use payload::{Cursor, Document, Page, Payment, Token};

/// Its line in the registry.
pub const SPEC: SourceSpec = SourceSpec {
    name: "sellsy",
    title: "Sellsy",
    asks: &[
        Asked {
            name: "client_id",
            what: "the id of an API v2 access (Settings, Developer portal, API v2)",
            secret: false,
        },
        Asked { name: "client_secret", what: "the secret shown once beside it", secret: true },
    ],
    base: Some("https://api.sellsy.com/v2"),
    build: |setup| Ok(Box::new(Sellsy::new(setup)?)),
};

/// Where tokens are given, unless another base address is set: then below that.
const LOGIN: &str = "https://login.sellsy.com";
/// Documents of a page.
const LINES: &str = "100";
/// Unseen documents asked at once.
const UNSEEN: usize = 50;
/// A token is not used in its last minute.
const LAST_MINUTE: Duration = Duration::from_secs(60);

/// Where a round stands.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Stand {
    Invoices { offset: Option<Cursor> },
    CreditNotes { offset: Option<Cursor> },
    Unseen,
}

struct Sellsy {
    client: Client,
    base: Base,
    login: Base,
    client_id: Secret,
    client_secret: Secret,
    /// The token and until when it is used.
    token: Mutex<Option<(Secret, Duration)>>,
}

impl Sellsy {
    fn new(setup: &Setup) -> Result<Self, SourceError> {
        let base = setup.base.as_deref().or(SPEC.base).unwrap_or_default();
        let login = setup.base.as_deref().unwrap_or(LOGIN);
        let manners = setup.manners.unwrap_or(Manners { spacing: Duration::from_millis(250), ..Manners::default() });
        Ok(Self {
            client: Client::new(manners, setup.clock.clone(), setup.seed)?,
            base: Base::parse(base, setup.plain_http)?,
            login: Base::parse(login, setup.plain_http)?,
            client_id: setup.credentials.get("client_id")?,
            client_secret: setup.credentials.get("client_secret")?,
            token: Mutex::new(None),
        })
    }

    /// The token in use, or a new one.
    async fn token(&self) -> Result<Secret, SourceError> {
        let mut held = self.token.lock().await;
        if let Some((token, until)) = &*held
            && self.client.clock().now() < *until
        {
            return Ok(token.clone());
        }
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": self.client_id.expose(),
            "client_secret": self.client_secret.expose(),
        });
        let question = Question::post(&self.login, "oauth2/access-tokens", &body)?;
        let question = question.hides(&self.client_id).hides(&self.client_secret);
        let answer = self.client.ask(&question).await.map_err(|error| match error {
            // OAuth2 says so of credentials it does not know (RFC 6749, 5.2).
            SourceError::Status { host, path, status: 400 } => SourceError::Denied { host, path, status: 400 },
            other => other,
        })?;
        // A message about a broken token would show it.
        let given: Token = answer.json().map_err(|_| answer.shape(".", "expected `access_token` and `expires_in`"))?;
        let lasts = Duration::from_secs(given.expires_in).saturating_sub(LAST_MINUTE);
        let token = Secret::new(&given.access_token);
        *held = Some((token.clone(), self.client.clock().now() + lasts));
        Ok(token)
    }

    /// Asks with the token; when it is refused, once more with a new one.
    async fn ask(&self, question: &Question) -> Result<Answer, SourceError> {
        let token = self.token().await?;
        match self.client.ask(&question.clone().credential("authorization", "Bearer ", &token)).await {
            Err(SourceError::Denied { status: 401, .. }) => {
                let mut held = self.token.lock().await;
                if held.as_ref().is_some_and(|(held, _)| *held == token) {
                    *held = None;
                }
                drop(held);
                let token = self.token().await?;
                self.client.ask(&question.clone().credential("authorization", "Bearer ", &token)).await
            }
            other => other,
        }
    }

    async fn page(&self, place: Place<'_>) -> Result<PulledPage, SourceError> {
        match place.checkpoint.read()?.unwrap_or(Stand::Invoices { offset: None }) {
            Stand::Invoices { offset } => self.list(place, false, offset).await,
            Stand::CreditNotes { offset } => self.list(place, true, offset).await,
            Stand::Unseen => self.unseen(place).await,
        }
    }

    async fn list(&self, place: Place<'_>, notes: bool, offset: Option<Cursor>) -> Result<PulledPage, SourceError> {
        let path = if notes { "credit-notes/search" } else { "invoices/search" };
        let question = Question::post(&self.base, path, &json!({ "filters": {} }))?;
        let question = question.query("limit", LINES).query("order", "created").query("direction", "asc");
        let question = at(question, offset.as_ref());
        let answer = self.ask(&question).await?;
        let page: Page<Document> = answer.json()?;
        let stand = match following(&answer, offset, &page)? {
            Some(offset) if notes => Stand::CreditNotes { offset: Some(offset) },
            Some(offset) => Stand::Invoices { offset: Some(offset) },
            None if notes => Stand::Unseen,
            None => Stand::CreditNotes { offset: None },
        };
        let total = page.pagination.total.filter(|_| !notes);
        let mut filled = PulledPage { total, ..PulledPage::moving_on(Checkpoint::of(&stand)?) };
        self.fill(place, notes, page.data, &mut filled).await?;
        Ok(filled)
    }

    async fn unseen(&self, place: Place<'_>) -> Result<PulledPage, SourceError> {
        let ids: Vec<&str> = place.held.missing_from(place.seen).take(UNSEEN).collect();
        let stand = if ids.is_empty() { Stand::Invoices { offset: None } } else { Stand::Unseen };
        let mut page = PulledPage { over: ids.is_empty(), ..PulledPage::moving_on(Checkpoint::of(&stand)?) };
        for id in ids {
            let (notes, path) = match id.strip_prefix("credit-note-") {
                Some(number) => (true, format!("credit-notes/{number}")),
                None => (false, format!("invoices/{}", id.trim_start_matches("invoice-"))),
            };
            match self.ask(&Question::get(&self.base, &path)).await {
                Ok(answer) => self.fill(place, notes, vec![answer.json()?], &mut page).await?,
                Err(SourceError::NotFound { .. }) => page.gone.push(id.to_owned()),
                Err(error) => return Err(error),
            }
        }
        Ok(page)
    }

    async fn fill(
        &self,
        place: Place<'_>,
        notes: bool,
        documents: Vec<Document>,
        page: &mut PulledPage,
    ) -> Result<(), SourceError> {
        let mut clients: BTreeMap<String, PulledClient> = page.clients.drain(..).collect();
        for document in documents {
            if let Some(client) = convert::client_of(&document) {
                let id = convert::client_id(client);
                if place.held.client(&id).is_none() && !clients.contains_key(&id) {
                    let found = self.client_file(&client.kind, client.id).await?;
                    clients.insert(id, found);
                }
            }
            let (id, version) = (convert::document_id(notes, document.id), version(&document));
            match place.held.unchanged(&id, &version) {
                Some(stored) => page.records.push(stored.clone()),
                None => page.records.push(self.whole(id, version, notes, &document).await?),
            }
        }
        page.clients.extend(clients);
        Ok(())
    }

    async fn whole(
        &self,
        id: String,
        version: String,
        notes: bool,
        document: &Document,
    ) -> Result<PulledRecord, SourceError> {
        if notes {
            return Ok(record(id, version, convert::credit_note(document)));
        }
        let mut payments: Vec<Payment> = Vec::new();
        if convert::is_touched(document) {
            payments = self.all(&format!("invoices/{}/payments", document.id)).await?;
        }
        Ok(record(id, version, convert::invoice(document, &payments)))
    }

    async fn client_file(&self, kind: &str, id: u64) -> Result<PulledClient, SourceError> {
        let folder = match kind {
            "company" => "companies",
            "individual" => "individuals",
            _ => return Ok(PulledClient::default()),
        };
        match self.ask(&Question::get(&self.base, &format!("{folder}/{id}"))).await {
            Ok(answer) => Ok(convert::client(&answer.json()?)),
            Err(SourceError::NotFound { .. }) => Ok(PulledClient::default()),
            Err(error) => Err(error),
        }
    }

    /// Every page of a short list.
    async fn all<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, SourceError> {
        let (mut found, mut offset): (Vec<T>, Option<Cursor>) = (Vec::new(), None);
        loop {
            let question = at(Question::get(&self.base, path).query("limit", LINES), offset.as_ref());
            let answer = self.ask(&question).await?;
            let page: Page<T> = answer.json()?;
            let next = following(&answer, offset, &page)?;
            let total = page.pagination.total;
            found.extend(page.data);
            let all = total.is_some_and(|total| u64::try_from(found.len()).is_ok_and(|count| count >= total));
            match next.filter(|_| !all) {
                Some(next) => offset = Some(next),
                None => return Ok(found),
            }
        }
    }
}

fn at(question: Question, offset: Option<&Cursor>) -> Question {
    match offset {
        Some(Cursor::Text(text)) => question.query("offset", text),
        Some(Cursor::Number(number)) => question.query("offset", &number.to_string()),
        None => question,
    }
}

/// The cursor of the next page. The list ends with an empty page, or without a cursor.
fn following<T>(answer: &Answer, this: Option<Cursor>, page: &Page<T>) -> Result<Option<Cursor>, SourceError> {
    if page.data.is_empty() {
        return Ok(None);
    }
    let repeats = || Err(SourceError::Repeats { host: answer.host.clone(), path: answer.path.clone() });
    let lines = u64::try_from(page.data.len()).unwrap_or(0);
    match (&page.pagination.offset, &this) {
        (None, _) => Ok(None),
        (Some(next), Some(this)) if matches!(next, Cursor::Text(_)) && next == this => repeats(),
        (Some(Cursor::Text(next)), _) => Ok(Some(Cursor::Text(next.clone()))),
        (Some(Cursor::Number(said)), this) => {
            // Where the list counts plainly, the number is that of this page or of the next.
            let passed = if let Some(Cursor::Number(passed)) = this { *passed } else { 0 };
            match said.cmp(&passed) {
                std::cmp::Ordering::Less => repeats(),
                std::cmp::Ordering::Equal => Ok(Some(Cursor::Number(passed.saturating_add(lines)))),
                std::cmp::Ordering::Greater => Ok(Some(Cursor::Number(*said))),
            }
        }
    }
}

impl LedgerSource for Sellsy {
    fn name(&self) -> &'static str {
        SPEC.name
    }

    fn next_page<'s>(&'s self, place: Place<'s>) -> Pending<'s, Result<PulledPage, SourceError>> {
        Box::pin(self.page(place))
    }
}
