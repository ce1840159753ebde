//! What an answer was made with, and the id that is the hash of it.
//!
//! Whatever moves a byte of the answer moves the id: the question, the client's slice of the ledger with its further
//! columns and booking days, our own yearly sales, and the hashes of ledger, facts, policy text and law table.

use encours_domain::fact::Fact;
use encours_domain::{Day, calendar};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{ClientReport, Context, GroupReport, Trade};
use crate::ledger::ClientView;
use crate::policy::RawQuote;

/// Names and hashes of all that an answer depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MadeWith {
    /// Engine version.
    pub engine: String,
    /// Hash of the slice of evidence: the client's invoices (further columns included) and payments known before the
    /// day, its facts, and our own sales of the year before.
    pub evidence: String,
    /// Hash of the whole ledger.
    pub ledger: String,
    /// Hash of all facts.
    pub facts: String,
    /// Model.
    pub model: String,
    /// Model of failure; absent where the policy's expert rule answers alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_model: Option<String>,
    /// Quartiles of the sectors; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quartiles: Option<String>,
    /// Policy version and the beginning of the hash of its text.
    pub policy: String,
    /// Law table version and the beginning of the hash of its text.
    pub law_table: String,
    /// Calendar version.
    pub calendar: String,
}

impl MadeWith {
    pub(super) fn of(context: &Context<'_>, heard: &Heard, group: Option<&GroupReport>, as_of: Day) -> Self {
        Self {
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            evidence: heard.evidence(context, group, as_of),
            ledger: context.ledger_hash.to_owned(),
            facts: context.facts_hash.to_owned(),
            model: context.model.id().to_owned(),
            failure_model: context.failure_model.map(|model| model.id().to_owned()),
            quartiles: context.quartiles.map(|(_, hash)| hash.to_owned()),
            policy: named(context.policy.version(), context.policy.hash()),
            law_table: named(context.law.version(), context.law.hash()),
            calendar: calendar::VERSION.to_owned(),
        }
    }

    /// The id: a hash of the question and of everything that the answer depends on or shows, so that equal ids are equal
    /// bytes.
    pub(super) fn id(&self, context: &Context<'_>, as_of: Day, quote: &RawQuote, client: &ClientReport) -> String {
        let mut hasher = Sha256::new();
        let question = format!("{quote:?}");
        let who = format!("{:?} {:?}", client.id, client.siren);
        let parts = [
            &self.engine,
            &self.evidence,
            &self.ledger,
            &self.facts,
            &self.model,
            &context.policy.hash().to_owned(),
            &context.law.hash().to_owned(),
            &self.calendar,
            &as_of.to_string(),
            &who,
            &question,
        ];
        for part in parts.into_iter().chain(&self.failure_model).chain(&self.quartiles) {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        crate::text_hash::hex(&hasher.finalize()[..16])
    }
}

/// A version with enough of its hash to tell two texts of one version apart.
fn named(version: &str, hash: &str) -> String {
    let short: String = hash.chars().take(16).collect();
    format!("{version} sha256:{short}")
}

/// What was known of a subject on a day, hashed as far as no quote moves it.
pub(super) struct Heard {
    /// The client's own rows, and what is read of the whole ledger.
    ledger: Sha256,
    /// After these the seller's word on the trade and the public record, no order being checked.
    all: Sha256,
}

impl Heard {
    pub(super) fn of(context: &Context<'_>, view: Option<ClientView<'_>>, as_of: Day) -> Self {
        let mut ledger = Sha256::new();
        if let Some(view) = view {
            slice(&mut ledger, view, as_of);
        }
        hash_whole(&mut ledger, context, as_of);
        let mut all = ledger.clone();
        let plain = Context { trade: Trade { checked: None, ..context.trade }, ..*context };
        hash_record(&mut all, &plain, as_of);
        Self { ledger, all }
    }

    fn evidence(&self, context: &Context<'_>, group: Option<&GroupReport>, as_of: Day) -> String {
        let mut hasher = self.all.clone();
        if context.trade.checked.is_some() {
            hasher = self.ledger.clone();
            hash_record(&mut hasher, context, as_of);
        }
        if let Some(group) = group {
            hasher.update(format!("group {group:?}").as_bytes());
        }
        if let Some(set) = context.set_limit {
            hasher.update(format!("limit {set:?}").as_bytes());
        }
        if !context.beside.asked.is_empty() {
            hasher.update(format!("asked {:?}", context.beside.asked).as_bytes());
        }
        format!("sha256:{}", crate::text_hash::hex(&hasher.finalize()))
    }
}

fn hash_whole(hasher: &mut Sha256, context: &Context<'_>, as_of: Day) {
    let whole = context.book.map(|book| {
        let day = as_of.number();
        (book.currency(), book.sales_before(day), book.last_day_before(day))
    });
    hasher.update(format!("whole {whole:?}").as_bytes());
    hasher.update([0]);
}

fn hash_record(hasher: &mut Sha256, context: &Context<'_>, as_of: Day) {
    hasher.update(context.trade.evidence(as_of).as_bytes());
    hasher.update([0]);
    hash_facts(hasher, context.facts, as_of);
    for (siren, facts) in context.beside.around {
        hasher.update(format!("around {siren}").as_bytes());
        hash_facts(hasher, facts, as_of);
    }
}

fn hash_facts(hasher: &mut Sha256, facts: &[Fact], as_of: Day) {
    for fact in facts.iter().filter(|fact| fact.known_from <= as_of) {
        let line = format!(
            "{} {} {} {:?} {} {}",
            fact.kind.code(),
            fact.valid_from,
            fact.known_from,
            fact.fetched_on,
            fact.source,
            fact.value
        );
        hasher.update(line.as_bytes());
        hasher.update([0]);
    }
}

/// Hashes what was known of a client before a day.
fn slice(hasher: &mut Sha256, view: ClientView<'_>, as_of: Day) {
    let known_by_then: Vec<usize> =
        (0..view.records().len()).filter(|&position| view.known(position) < as_of.number()).collect();
    for (position, record) in view.records().iter().enumerate() {
        if view.known(position) >= as_of.number() {
            continue;
        }
        // Counted among the invoices known by then: one booked later may stand before it and must not move it.
        let corrects = view.corrects(position).and_then(|target| known_by_then.binary_search(&target).ok());
        let (opened, closed) = view.dispute(position);
        let disputed = (opened.filter(|&day| day < as_of.number()), closed.filter(|&day| day < as_of.number()));
        let line = format!(
            "i {} {} {} {} {} {} {} {corrects:?} {disputed:?}",
            view.known(position),
            record.issued,
            record.due,
            record.amount,
            record.kind.code(),
            record.flags,
            view.instalment(position),
        );
        hasher.update(line.as_bytes());
        let (book, number) = (view.book(), view.record_number(position));
        for attribute in book.attributes() {
            let value = book.attribute_of(&attribute.name, number);
            hasher.update(format!("a {:?} {value:?}", attribute.name).as_bytes());
        }
        let payments = view.payments();
        for payment in view.payments_of(position).filter(|&payment| payments.known(payment) < as_of.number()) {
            let (day, amount) = (payments.days.get(payment), payments.amounts.get(payment));
            let (known, kind) = (payments.known(payment), payments.kind(payment).code());
            hasher.update(format!("p {day:?} {amount:?} {known} {kind}").as_bytes());
        }
        hasher.update([0]);
    }
}
