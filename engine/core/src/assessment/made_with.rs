//! What an answer was made with, and the id that is the hash of it.

use encours_domain::{Day, calendar};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::client::Known;
use super::{ClientReport, Context, Request};
use crate::ledger::ClientView;

/// Names and hashes of all that an answer depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MadeWith {
    /// Engine version.
    pub engine: String,
    /// Hash of the slice of evidence: the client's invoices and payments known before the day, and its facts.
    pub evidence: String,
    /// Hash of the whole ledger.
    pub ledger: String,
    /// Hash of all facts.
    pub facts: String,
    /// Model.
    pub model: String,
    /// Policy version and hash.
    pub policy: String,
    /// Law table version.
    pub law_table: String,
    /// Calendar version.
    pub calendar: String,
}

impl MadeWith {
    pub(super) fn of(context: &Context<'_>, known: &Known<'_>, as_of: Day) -> Self {
        Self {
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            evidence: evidence(context, known, as_of),
            ledger: context.ledger_hash.to_owned(),
            facts: context.facts_hash.to_owned(),
            model: context.model.id().to_owned(),
            policy: context.policy.version().to_owned(),
            law_table: context.law.version().to_owned(),
            calendar: calendar::VERSION.to_owned(),
        }
    }

    /// The id: a hash of the question and of what the answer depends on. Ledger and facts count by the slice that was
    /// read, so that somebody else's invoice does not make another answer of it.
    pub(super) fn id(&self, request: &Request<'_>, client: &ClientReport) -> String {
        let mut hasher = Sha256::new();
        let question = format!("{:?}", request.quote);
        let who = format!("{:?} {:?}", client.id, client.siren);
        let parts = [
            &self.engine,
            &self.evidence,
            &self.model,
            &self.policy,
            &self.law_table,
            &self.calendar,
            &request.as_of.to_string(),
            &who,
            &question,
        ];
        for part in parts {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        hex(&hasher.finalize()[..16])
    }
}

fn evidence(context: &Context<'_>, known: &Known<'_>, as_of: Day) -> String {
    let mut hasher = Sha256::new();
    if let Some(view) = known.view {
        slice(&mut hasher, view, as_of);
    }
    for fact in context.facts.iter().filter(|fact| fact.known_from <= as_of) {
        let line =
            format!("{} {} {} {} {}", fact.kind.code(), fact.valid_from, fact.known_from, fact.source, fact.value);
        hasher.update(line.as_bytes());
        hasher.update([0]);
    }
    format!("sha256:{}", hex(&hasher.finalize()))
}

/// Hashes what was known of a client before a day.
fn slice(hasher: &mut Sha256, view: ClientView<'_>, as_of: Day) {
    for (position, record) in view.records().iter().enumerate() {
        if view.known(position) >= as_of.number() {
            continue;
        }
        let (opened, closed) = view.dispute(position);
        let disputed = (opened.filter(|&day| day < as_of.number()), closed.filter(|&day| day < as_of.number()));
        let line = format!(
            "i {} {} {} {} {} {:?}",
            record.issued,
            record.due,
            record.amount,
            record.kind.code(),
            record.flags,
            disputed
        );
        hasher.update(line.as_bytes());
        let payments = view.payments();
        for payment in view.payments_of(position).filter(|&payment| payments.known(payment) < as_of.number()) {
            let (day, amount) = (payments.days.get(payment), payments.amounts.get(payment));
            hasher.update(format!("p {day:?} {amount:?} {}", payments.kind(payment).code()).as_bytes());
        }
        hasher.update([0]);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
