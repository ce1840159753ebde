//! What is known for a question, gathered once for whoever judges it: an answer, or a whole book.

use encours_domain::{Day, Share};
use sha2::{Digest, Sha256};

use super::Context;
use super::client::{self, Known};
use super::group::GroupReport;
use super::late::Chances;
use super::prepared::Prepared;
use super::record::{self, Record};
use crate::CoreError;
use crate::company::CompanyView;
use crate::ledger::Book;
use crate::policy::{
    Evidence, EvidenceLevel, GroupExposure, LatePoint, Policy, PublicRecord, Quote, RawQuote, Seller, candidate_terms,
};
use crate::signals::{self, Looked, Signal};
use crate::solvency::FailureEstimate;

/// Everything that is known for a question, gathered once.
pub(super) struct Gathered<'g, 'a> {
    pub(super) context: &'g Context<'a>,
    pub(super) as_of: Day,
    pub(super) known: &'g Known<'a>,
    pub(super) company: &'g CompanyView,
    pub(super) quote: &'g Quote,
    pub(super) record: &'g Record<'g>,
    pub(super) chances: &'g Chances<'g>,
    pub(super) points: Vec<LatePoint>,
    pub(super) signals: Vec<Signal>,
    failure: Option<&'g FailureEstimate>,
    pub(super) group: Option<GroupReport>,
    pub(super) group_exposure: Option<GroupExposure>,
}

impl Gathered<'_, '_> {
    pub(super) fn evidence(&self) -> Evidence<'_> {
        let trained = self.context.model.is_trained();
        Evidence {
            as_of: self.as_of,
            quote: self.quote,
            company: self.company,
            history: &self.known.folded.history,
            exposure: &self.known.exposure,
            seller: Seller { yearly_sales_incl_vat: client::yearly_sales(self.context.book, self.as_of) },
            late: &self.points,
            level: if trained { EvidenceLevel::TrainedModel } else { EvidenceLevel::PriorOnly },
            signals: &self.signals,
            failure: self.failure,
            group: self.group_exposure.as_ref(),
            set_limit: self.context.set_limit,
            insured: self.known.insured,
            is_ordered: self.known.is_ordered,
            draw: self.draw(),
        }
    }

    /// Neither the amount nor the terms move it: whoever asks again with another quote is answered in the same vein.
    fn draw(&self) -> f64 {
        let who = (self.known.folded.id.as_ref(), self.known.folded.siren.as_ref());
        let text = format!("{who:?} {} {}", self.as_of, self.context.policy.hash());
        let digest = Sha256::digest(text.as_bytes());
        let whole = digest.iter().take(4).fold(0_u32, |whole, byte| (whole << 8) | u32::from(*byte));
        f64::from(whole) / 4_294_967_296.0
    }
}

/// Gathers what is known for a quote, and hands it on.
pub(super) fn gathered<'a, T>(
    context: &Context<'a>,
    prepared: &'a Prepared,
    known: &Known<'a>,
    quote: RawQuote,
    then: impl FnOnce(&Gathered<'_, 'a>) -> Result<T, CoreError>,
) -> Result<T, CoreError> {
    gathered_with(context, prepared, known, quote, None, then)
}

/// The same with chances that were read already.
pub(super) fn gathered_with<'a, T>(
    context: &Context<'a>,
    prepared: &'a Prepared,
    known: &Known<'a>,
    quote: RawQuote,
    points: Option<Vec<LatePoint>>,
    then: impl FnOnce(&Gathered<'_, 'a>) -> Result<T, CoreError>,
) -> Result<T, CoreError> {
    same_currency(context)?;
    let Prepared { as_of, company, .. } = prepared;
    let as_of = *as_of;
    let quote = Quote::new(quote)?.or_margin(usual_margin(context, known));
    let form = legal_form(context.policy, company, known);
    let quote = quote.for_buyer(context.law, form.as_deref());
    let terms = candidate_terms(context.policy, context.law, &quote, as_of);
    let chances = Chances::new(context, prepared, &quote, quote.invoice_date(context.policy, as_of));
    let points = match points {
        Some(points) => points,
        None => terms.into_iter().map(|terms| chances.at(terms)).collect::<Result<Vec<_>, _>>()?,
    };
    let order = record::reads_accounts(context, known, &quote)?;
    let record = Record::new(context, company, as_of, order.is_some());
    let signals = signals::signals(&Looked { order, ..looked(context, known, &record, &quote, as_of) });
    let group = GroupReport::of(&prepared.members, known.exposure.gross()?)?;
    let group_exposure = group.as_ref().map(GroupReport::exposure);
    then(&Gathered {
        context,
        as_of,
        known,
        company,
        quote: &quote,
        record: &record,
        chances: &chances,
        points,
        signals,
        failure: prepared.failure.as_ref(),
        group,
        group_exposure,
    })
}

/// The client's own margin by its file, else that of its segment.
fn usual_margin(context: &Context<'_>, known: &Known<'_>) -> Share {
    let own = context.trade.client.and_then(|row| row.margin);
    own.unwrap_or_else(|| context.policy.margin_of(known.folded.segment.as_deref()))
}

/// What signals of identity and fraud are looked for in; the order is not filled in.
fn looked<'a>(
    context: &'a Context<'a>,
    known: &'a Known<'a>,
    record: &Record<'a>,
    quote: &'a Quote,
    as_of: Day,
) -> Looked<'a> {
    let facts = record.facts();
    Looked {
        as_of,
        rule: context.policy.signal_rule(),
        siren: known.folded.siren.as_ref(),
        unreadable_number: known.folded.unreadable_siren.as_deref(),
        given_name: context.trade.client.and_then(|row| row.name.as_deref()).or(known.folded.name.as_deref()),
        client: context.trade.client,
        company: record.company,
        facts,
        around: if facts.is_empty() { &[] } else { context.beside.around },
        asked: context.beside.asked,
        first_order: known.folded.history.settled == 0,
        order: None,
        goods: quote.goods(context.policy),
    }
}

/// The register's word for what the buyer is, where the policy reads it; else the client file's.
fn legal_form(policy: &Policy, company: &CompanyView, known: &Known<'_>) -> Option<String> {
    let registered = company.legal_form.present().filter(|_| policy.public_record() == PublicRecord::Required);
    registered.or(known.folded.legal_form.as_ref()).cloned()
}

/// What stands open and what was sold is added up in the ledger's currency, judged in the policy's.
fn same_currency(context: &Context<'_>) -> Result<(), CoreError> {
    let (ledger, policy) = (context.book.map(Book::currency), context.policy.currency());
    match ledger {
        Some(ledger) if ledger != policy => Err(CoreError::OtherCurrency { ledger, policy }),
        _ => Ok(()),
    }
}
