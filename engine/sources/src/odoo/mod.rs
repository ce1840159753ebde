//! Odoo, JSON-RPC, versions 13 to 19.
//!
//! From its public source: `common.authenticate`, `object.execute_kw`, `search_read`, names of fields by version
//! (`type` and `invoice_payment_state` in 13; `internal_type` of accounts up to 15; the payments widget a JSON text up to
//! 15). Errors come with status 200. From memory: that `/jsonrpc` stays until version 19.
//!
//! A full round reads customer invoices and credit notes by ascending id, so that nothing shifts, and then asks for
//! stored ones that it did not see. Afterwards a round reads what was written since ten minutes before the last round
//! began, by the server's clock, and everything that is open there or here: a payment changes amounts that are computed,
//! and whether that counts as writing differs between versions.
//!
//! What settled an invoice is told by its payments widget; where that is empty though something was settled, the parts of
//! the reconciliation themselves are read (`account.partial.reconcile`).
//!
//! **`in_payment`** means that a payment was registered and the bank statement has not confirmed it. It is taken as paid
//! on the day stated, with a note: houses that never reconcile their bank stay in that state for ever, and to call their
//! clients late would be false. When it bounces the invoice opens again, and the next round says so.

mod convert;
mod payload;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::Pending;
use crate::client::{Answer, Base, Client, Manners, Question};
use crate::convert::{record, version};
use crate::error::SourceError;
use crate::pull::{Checkpoint, LedgerSource, Place, PulledClient, PulledPage};
use crate::registry::{Asked, Setup, SourceSpec};
use crate::secret::Secret;
use convert::Other;
use payload::{Counterpart, End, Envelope, Journal, Line, Move, Partial, Partner, Settled, Version};

/// Its line in the registry.
pub const SPEC: SourceSpec = SourceSpec {
    name: "odoo",
    title: "Odoo",
    asks: &[
        Asked { name: "database", what: "the name of the database", secret: false },
        Asked { name: "login", what: "the login of a user who may read invoices", secret: false },
        Asked {
            name: "key",
            what: "an API key of that user (Preferences, Account security), or its password",
            secret: true,
        },
    ],
    base: None,
    build: |setup| Ok(Box::new(Odoo::new(setup)?)),
};

/// Invoices of a page.
const LINES: usize = 200;
/// How much is read twice, against clocks and long transactions.
const OVERLAP_MINUTES: i64 = 10;
/// The oldest version that has `account.move`.
const OLDEST: u64 = 13;

/// Where a round stands.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Stand {
    /// Reading all, after this id; `began` is when the round did.
    All { after: u64, began: DateTime<Utc>, total: Option<u64> },
    /// Asking for what was not seen.
    Unseen { began: DateTime<Utc> },
    /// Reading what changed; before the first page `began` is absent.
    Changes { after: u64, since: DateTime<Utc>, began: Option<DateTime<Utc>> },
}

struct Odoo {
    client: Client,
    base: Base,
    database: Secret,
    login: Secret,
    key: Secret,
    session: Mutex<Option<Session>>,
}

/// What is learnt once: who we are there, and which version it is.
#[derive(Clone, Copy)]
struct Session {
    user: u64,
    major: u64,
    began: DateTime<Utc>,
    /// Which of [`NUMBERS`] a partner has there.
    numbers: [bool; 3],
}

/// Where a partner's SIREN may stand: the localisation and the version say in which.
const NUMBERS: [&str; 3] = ["vat", "company_registry", "siret"];

impl Odoo {
    fn new(setup: &Setup) -> Result<Self, SourceError> {
        let base = setup.base.as_deref();
        let base = base.ok_or_else(|| SourceError::setting("base address", "nothing", "the address of your Odoo"))?;
        let manners = setup.manners.unwrap_or(Manners { spacing: Duration::from_millis(500), ..Manners::default() });
        Ok(Self {
            client: Client::new(manners, setup.clock.clone(), setup.seed)?,
            base: Base::parse(base, setup.plain_http)?,
            database: setup.credentials.get("database")?,
            login: setup.credentials.get("login")?,
            key: setup.credentials.get("key")?,
            session: Mutex::new(None),
        })
    }

    /// Calls a method of a service.
    async fn call<T: DeserializeOwned>(
        &self,
        service: &str,
        method: &str,
        args: Value,
    ) -> Result<(T, Answer), SourceError> {
        let params = json!({ "service": service, "method": method, "args": args });
        let body = json!({ "jsonrpc": "2.0", "method": "call", "id": 1, "params": params });
        let question = Question::post(&self.base, "jsonrpc", &body)?.hides(&self.key);
        let answer = self.client.ask(&question).await?;
        // The error first: beside one the result is in no shape at all.
        let trouble: Envelope<Value> = answer.json()?;
        if let Some(trouble) = trouble.error {
            let data = trouble.data.as_ref();
            let name = data.map_or("", |data| data.name.as_str());
            if ["AccessDenied", "AccessError"].iter().any(|denied| name.ends_with(denied)) {
                let (host, path) = (answer.host.clone(), answer.path.clone());
                return Err(SourceError::Denied { host, path, status: 200 });
            }
            let said = data.map_or("", |data| data.message.as_str());
            let said = if said.is_empty() { trouble.message.as_str() } else { said };
            return Err(answer.inside(said));
        }
        let envelope: Envelope<T> = answer.json()?;
        match envelope.result {
            Some(result) => Ok((result, answer)),
            None => Err(answer.shape("result", "nothing is there; expected a result or an error")),
        }
    }

    async fn session(&self) -> Result<Session, SourceError> {
        let mut held = self.session.lock().await;
        if let Some(session) = *held {
            return Ok(session);
        }
        let (version, answer): (Version, Answer) = self.call("common", "version", json!([])).await?;
        let major = version.server_version_info.first().and_then(|first| match first {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().ok(),
            _ => None,
        });
        let major =
            major.ok_or_else(|| answer.shape("result.server_version_info", "expected the version's number first"))?;
        if major < OLDEST {
            let expected = format!("version {OLDEST} or later");
            return Err(SourceError::setting("Odoo", format!("version {major}"), expected));
        }
        let args = json!([self.database.expose(), self.login.expose(), self.key.expose(), {}]);
        let (user, answer): (Value, Answer) = self.call("common", "authenticate", args).await?;
        let Some(user) = user.as_u64() else {
            return Err(SourceError::Denied { host: answer.host, path: answer.path, status: 200 });
        };
        let own = i64::try_from(self.client.clock().now().as_secs()).unwrap_or(0);
        let now = answer.date.or_else(|| DateTime::from_timestamp(own, 0)).unwrap_or_default();
        let began = now - chrono::Duration::minutes(OVERLAP_MINUTES);
        let session = Session { user, major, began, numbers: [false; 3] };
        let named = json!({ "attributes": ["type"] });
        let known =
            self.model::<BTreeMap<String, Value>>(session, "res.partner", "fields_get", json!([NUMBERS]), named);
        let (known, _) = known.await?;
        let session = Session { numbers: NUMBERS.map(|name| known.contains_key(name)), ..session };
        *held = Some(session);
        Ok(session)
    }

    /// Calls a method of a model.
    async fn model<T: DeserializeOwned>(
        &self,
        session: Session,
        model: &str,
        method: &str,
        args: Value,
        named: Value,
    ) -> Result<(T, Answer), SourceError> {
        let args = json!([self.database.expose(), session.user, self.key.expose(), model, method, args, named]);
        self.call("object", "execute_kw", args).await
    }

    async fn page(&self, place: Place<'_>) -> Result<PulledPage, SourceError> {
        let session = self.session().await?;
        match place.checkpoint.read()? {
            None => {
                let domain = json!([kinds(session)]);
                let count = self.model::<u64>(session, "account.move", "search_count", json!([domain]), json!({}));
                let (total, answer) = count.await?;
                let began = answer.date.map_or(session.began, |now| now - chrono::Duration::minutes(OVERLAP_MINUTES));
                self.all(place, session, 0, began, Some(total)).await
            }
            Some(Stand::All { after, began, total }) => self.all(place, session, after, began, total).await,
            Some(Stand::Unseen { began }) => self.unseen(place, session, began).await,
            Some(Stand::Changes { after, since, began }) => self.changes(place, session, after, since, began).await,
        }
    }

    async fn all(
        &self,
        place: Place<'_>,
        session: Session,
        after: u64,
        began: DateTime<Utc>,
        total: Option<u64>,
    ) -> Result<PulledPage, SourceError> {
        let domain = json!([kinds(session), ["id", ">", after]]);
        let (moves, _) = self.moves(session, domain).await?;
        let stand = match moves.iter().map(|one| one.id).max() {
            Some(after) => Stand::All { after, began, total },
            None => Stand::Unseen { began },
        };
        self.filled(place, session, moves, PulledPage { total, ..PulledPage::moving_on(Checkpoint::of(&stand)?) }).await
    }

    async fn unseen(
        &self,
        place: Place<'_>,
        session: Session,
        began: DateTime<Utc>,
    ) -> Result<PulledPage, SourceError> {
        let ids: BTreeSet<u64> =
            place.held.missing_from(place.seen).filter_map(|id| id.parse().ok()).take(LINES).collect();
        if ids.is_empty() {
            let stand = Stand::Changes { after: 0, since: began, began: None };
            return Ok(PulledPage { over: true, ..PulledPage::moving_on(Checkpoint::of(&stand)?) });
        }
        let (moves, _) = self.moves(session, json!([kinds(session), ["id", "in", ids]])).await?;
        let there: BTreeSet<u64> = moves.iter().map(|one| one.id).collect();
        let gone = ids.difference(&there).map(u64::to_string).collect();
        let page = PulledPage { gone, ..PulledPage::moving_on(Checkpoint::of(&Stand::Unseen { began })?) };
        self.filled(place, session, moves, page).await
    }

    async fn changes(
        &self,
        place: Place<'_>,
        session: Session,
        after: u64,
        since: DateTime<Utc>,
        began: Option<DateTime<Utc>>,
    ) -> Result<PulledPage, SourceError> {
        let open: Vec<u64> = place.held.open_ids().filter_map(|id| id.parse().ok()).filter(|id| *id > after).collect();
        let paid = if session.major == OLDEST { "invoice_payment_state" } else { "payment_state" };
        let domain = json!([
            kinds(session),
            ["id", ">", after],
            "|",
            "|",
            ["write_date", ">=", since.format("%Y-%m-%d %H:%M:%S").to_string()],
            [paid, "in", ["not_paid", "partial", "in_payment"]],
            ["id", "in", open],
        ]);
        let (moves, answer) = self.moves(session, domain).await?;
        let began = began.unwrap_or_else(|| {
            answer.date.map_or(session.began, |now| now - chrono::Duration::minutes(OVERLAP_MINUTES))
        });
        let last = moves.iter().map(|one| one.id).max();
        let stand = match last {
            Some(after) => Stand::Changes { after, since, began: Some(began) },
            None => Stand::Changes { after: 0, since: began, began: None },
        };
        let page = PulledPage { over: last.is_none(), ..PulledPage::moving_on(Checkpoint::of(&stand)?) };
        self.filled(place, session, moves, page).await
    }

    async fn moves(&self, session: Session, domain: Value) -> Result<(Vec<Move>, Answer), SourceError> {
        let (kind, paid) =
            if session.major == OLDEST { ("type", "invoice_payment_state") } else { ("move_type", "payment_state") };
        let fields = json!([
            "id",
            "name",
            kind,
            "state",
            paid,
            "partner_id",
            "company_id",
            "currency_id",
            "invoice_date",
            "invoice_date_due",
            "amount_total",
            "amount_residual",
            "reversed_entry_id",
            "write_date",
            "invoice_payments_widget",
        ]);
        let named = json!({ "fields": fields, "limit": LINES, "order": "id asc" });
        self.model(session, "account.move", "search_read", json!([domain]), named).await
    }

    /// Reads the lines of a model that fulfil one condition.
    async fn read<T: DeserializeOwned>(
        &self,
        session: Session,
        model: &str,
        domain: Value,
        fields: Value,
    ) -> Result<Vec<T>, SourceError> {
        let named = json!({ "fields": fields, "order": "id asc" });
        Ok(self.model(session, model, "search_read", json!([domain]), named).await?.0)
    }

    /// Lays invoices into a page, with the parts in which they fall due and with what settled them.
    async fn filled(
        &self,
        place: Place<'_>,
        session: Session,
        moves: Vec<Move>,
        mut page: PulledPage,
    ) -> Result<PulledPage, SourceError> {
        let mut new = Vec::new();
        for one in moves {
            let (id, version) = (one.id.to_string(), version(&one));
            match place.held.unchanged(&id, &version) {
                Some(stored) => page.records.push(stored.clone()),
                None => new.push((id, version, one)),
            }
        }
        page.clients = self.clients(session, &new).await?;
        self.settled(session, &mut new).await?;
        let lines = self.lines(session, &new).await?;
        let others = self.others(session, &new).await?;
        for (id, version, one) in new {
            let own = lines.get(&one.id).map_or(&[][..], Vec::as_slice);
            let other = |settled: &Settled| match settled.account_payment_id.0 {
                Some(_) => Other::Money,
                None => others.get(&settled.move_id).cloned().unwrap_or_else(|| Other::Entry("unknown".to_owned())),
            };
            page.records.push(record(id, version, convert::content(&one, own, other)));
        }
        Ok(page)
    }

    /// Fills in what settled invoices whose widget says nothing.
    async fn settled(&self, session: Session, new: &mut [(String, String, Move)]) -> Result<(), SourceError> {
        let is_silent = |one: &Move| {
            one.state == "posted" && one.invoice_payments_widget.0.is_empty() && one.amount_residual != one.amount_total
        };
        let ids: Vec<u64> = new.iter().filter(|(_, _, one)| is_silent(one)).map(|(_, _, one)| one.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let domain = json!(["|", ["debit_move_id.move_id", "in", ids], ["credit_move_id.move_id", "in", ids]]);
        let fields = if session.major == OLDEST {
            json!(["debit_move_id", "credit_move_id", "amount", "amount_currency"])
        } else {
            json!(["debit_move_id", "credit_move_id", "amount", "debit_amount_currency", "credit_amount_currency"])
        };
        let partials: Vec<Partial> = self.read(session, "account.partial.reconcile", domain, fields).await?;
        let named = partials.iter().flat_map(|one| [&one.debit_move_id, &one.credit_move_id]);
        let lines: BTreeSet<u64> = named.filter_map(|named| named.0.as_ref()).map(|(id, _)| *id).collect();
        if lines.is_empty() {
            return Ok(());
        }
        let fields = json!(["id", "move_id", "date", "payment_id"]);
        let ends: Vec<End> = self.read(session, "account.move.line", json!([["id", "in", lines]]), fields).await?;
        for (_, _, one) in new.iter_mut().filter(|(_, _, one)| is_silent(one)) {
            one.invoice_payments_widget.0 = convert::settlements(one.id, &partials, &ends);
        }
        Ok(())
    }

    /// The clients of invoices with the numbers that name a company; a contact's are those of the company it belongs to.
    async fn clients(
        &self,
        session: Session,
        new: &[(String, String, Move)],
    ) -> Result<Vec<(String, PulledClient)>, SourceError> {
        let named: BTreeMap<u64, &String> =
            new.iter().filter_map(|(_, _, one)| one.partner_id.0.as_ref()).map(|(id, name)| (*id, name)).collect();
        if named.is_empty() || session.numbers == [false; 3] {
            return Ok(Vec::new());
        }
        let mut partners = self.partners(session, named.keys().copied().collect()).await?;
        let company = |partner: &Partner| partner.commercial_partner_id.0.as_ref().map(|(id, _)| *id);
        let houses: BTreeSet<u64> =
            partners.values().filter_map(company).filter(|id| !partners.contains_key(id)).collect();
        partners.extend(self.partners(session, houses).await?);
        let siren = |id: &u64| {
            let partner = partners.get(id)?;
            let house = company(partner).and_then(|id| partners.get(&id)).unwrap_or(partner);
            convert::siren_of(house).or_else(|| convert::siren_of(partner))
        };
        let client = |(id, name): (&u64, &&String)| {
            (id.to_string(), PulledClient { name: Some((*name).clone()), siren: siren(id) })
        };
        Ok(named.iter().map(client).collect())
    }

    async fn partners(&self, session: Session, ids: BTreeSet<u64>) -> Result<BTreeMap<u64, Partner>, SourceError> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut fields = vec!["id", "commercial_partner_id"];
        fields.extend(NUMBERS.iter().zip(session.numbers).filter(|(_, known)| *known).map(|(name, _)| *name));
        // Those put away are not shown unless asked for.
        let domain = json!([["id", "in", ids], ["active", "in", [true, false]]]);
        let found: Vec<Partner> = self.read(session, "res.partner", domain, json!(fields)).await?;
        Ok(found.into_iter().map(|one| (one.id, one)).collect())
    }

    /// The receivable lines of invoices.
    async fn lines(
        &self,
        session: Session,
        new: &[(String, String, Move)],
    ) -> Result<BTreeMap<u64, Vec<Line>>, SourceError> {
        let ids: Vec<u64> = new.iter().filter(|(_, _, one)| one.state == "posted").map(|(_, _, one)| one.id).collect();
        let mut lines: BTreeMap<u64, Vec<Line>> = BTreeMap::new();
        if ids.is_empty() {
            return Ok(lines);
        }
        let receivable = if session.major >= 16 {
            json!(["account_id.account_type", "=", "asset_receivable"])
        } else {
            json!(["account_id.internal_type", "=", "receivable"])
        };
        let domain = json!([["move_id", "in", ids], receivable]);
        let fields = json!(["move_id", "date_maturity", "amount_currency", "balance"]);
        let found: Vec<Line> = self.read(session, "account.move.line", domain, fields).await?;
        for line in found {
            if let Some((id, _)) = &line.move_id.0 {
                lines.entry(*id).or_default().push(line);
            }
        }
        Ok(lines)
    }

    /// What stands on the other side of settlements that are no registered payments.
    async fn others(
        &self,
        session: Session,
        new: &[(String, String, Move)],
    ) -> Result<BTreeMap<u64, Other>, SourceError> {
        let settled = new.iter().flat_map(|(_, _, one)| &one.invoice_payments_widget.0);
        let open = settled.filter(|settled| settled.account_payment_id.0.is_none() && !settled.is_exchange);
        let ids: BTreeSet<u64> = open.map(|settled| settled.move_id).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let kind = if session.major == OLDEST { "type" } else { "move_type" };
        let fields = json!(["id", kind, "journal_id"]);
        let found: Vec<Counterpart> = self.read(session, "account.move", json!([["id", "in", ids]]), fields).await?;
        let journals: BTreeSet<u64> =
            found.iter().filter_map(|one| one.journal_id.0.as_ref()).map(|one| one.0).collect();
        let domain = json!([["id", "in", journals]]);
        let journals: Vec<Journal> = self.read(session, "account.journal", domain, json!(["id", "type"])).await?;
        let journals: BTreeMap<u64, String> = journals.into_iter().map(|one| (one.id, one.kind)).collect();
        let other = |one: Counterpart| {
            let (journal, name) = one.journal_id.0.unwrap_or_default();
            let kind = journals.get(&journal).map_or("", String::as_str);
            let other = match (one.move_type.as_str(), kind) {
                ("out_refund" | "out_invoice", _) => Other::CreditNote,
                (_, "bank" | "cash" | "credit") => Other::Money,
                _ => Other::Entry(name),
            };
            (one.id, other)
        };
        Ok(found.into_iter().map(other).collect())
    }
}

/// The condition that lets customer invoices and credit notes through.
fn kinds(session: Session) -> Value {
    let kind = if session.major == OLDEST { "type" } else { "move_type" };
    json!([kind, "in", ["out_invoice", "out_refund"]])
}

impl LedgerSource for Odoo {
    fn name(&self) -> &'static str {
        SPEC.name
    }

    fn next_page<'s>(&'s self, place: Place<'s>) -> Pending<'s, Result<PulledPage, SourceError>> {
        Box::pin(self.page(place))
    }
}
