//! What the ledger knows of one client strictly before a day, in the records that the policy takes.
//!
//! [`Folded`] is all that no quote and no order moves; [`Known`] adds what the seller says of the trade.

use encours_domain::client::Cover;
use encours_domain::ledger::{InvoiceKind, PaymentKind};
use encours_domain::{Currency, Day, Money, Share, Siren};

use super::trade::CoverTerms;
use super::{Context, Subject};
use crate::CoreError;
use crate::company::words::is_natural_person;
use crate::features::{ClientState, Cut};
use crate::ledger::{Book, ClientView};
use crate::policy::{Exposure, History};
use crate::portfolio::scoring::own_history_weight;

const YEAR: i32 = 365;

/// One client as of the morning of a day, folded from its events.
pub(super) struct Folded {
    /// Its number in the ledger.
    number: Option<usize>,
    /// Its name in the ledger.
    pub(super) id: Option<String>,
    /// Its name as people know it.
    pub(super) name: Option<String>,
    pub(super) siren: Option<Siren>,
    /// What the ledger has in the place of a SIREN, when it is none.
    pub(super) unreadable_siren: Option<String>,
    /// Sector, as the client file or the ledger has it.
    pub(super) segment: Option<String>,
    /// INSEE legal category by the client file.
    pub(super) legal_form: Option<String>,
    pub(super) state: ClientState,
    /// Record whose attributes stand for the client: the latest one issued before the day.
    pub(super) latest: Option<usize>,
    pub(super) history: History,
    /// Invoices of the last quarter.
    pub(super) last_quarter: u64,
    /// What is open by the ledger alone.
    own: Exposure,
}

/// The same client with its open orders and its cover.
pub(super) struct Known<'a> {
    pub(super) folded: &'a Folded,
    pub(super) view: Option<ClientView<'a>>,
    pub(super) exposure: Exposure,
    /// The insurance that names the client and holds on the day.
    pub(super) insured: Option<&'a Cover>,
    /// Whether the open order that is checked covers what is asked for.
    pub(super) is_ordered: bool,
}

impl<'a> Known<'a> {
    /// Adds orders and cover to what was folded on the day.
    pub(super) fn of(context: &Context<'a>, folded: &'a Folded, as_of: Day) -> Result<Self, CoreError> {
        let (trade, cover) = (context.trade, CoverTerms::of(context, as_of));
        Ok(Self {
            folded,
            view: context.book.zip(folded.number).map(|(book, number)| book.client(number)),
            exposure: trade.add_to(folded.own, as_of, &cover)?,
            insured: folded.number.and_then(|_| trade.insured(as_of, &cover)),
            is_ordered: trade.is_ordered(as_of),
        })
    }
}

impl Folded {
    pub(super) fn read(context: &Context<'_>, subject: Subject<'_>, as_of: Day) -> Result<Self, CoreError> {
        match (subject, context.book) {
            (Subject::Client(id), Some(book)) => Self::of_client(context, book, id, as_of),
            (Subject::Client(id), None) => Err(CoreError::UnknownClient(id.to_owned())),
            (Subject::Siren(siren), book) => Ok(Self::unseen(context, book, siren)),
        }
    }

    /// A company without an invoice. That is a value, not missing evidence.
    fn unseen(context: &Context<'_>, book: Option<&Book>, siren: &Siren) -> Self {
        let currency = book.map_or(Currency::EUR, Book::currency);
        Self {
            number: None,
            id: None,
            name: None,
            siren: Some(siren.clone()),
            unreadable_siren: None,
            segment: None,
            legal_form: None,
            state: context.model.state(),
            latest: None,
            history: History::none(currency),
            last_quarter: 0,
            own: Exposure::none(currency),
        }
    }

    fn of_client(context: &Context<'_>, book: &Book, id: &str, as_of: Day) -> Result<Self, CoreError> {
        let number = book.clients().number(id).ok_or_else(|| CoreError::UnknownClient(id.to_owned()))?;
        let view = book.client(number);
        let mut state = context.model.state();
        state.load(view)?;
        state.advance(view, Cut::start_of(as_of.number()));
        let known = |position: &usize| view.known(*position) < as_of.number();
        let latest = (0..view.records().len()).rev().find(known).map(|position| view.record_number(position));
        let attribute = |name: &str| {
            let mut positions = (0..view.records().len()).rev().filter(known);
            positions.find_map(|position| book.attribute_of(name, view.record_number(position)))
        };
        let history = history(context, view, &state, as_of, attribute("legal_form"))?;
        let currency = book.currency();
        let exposure = Exposure {
            invoices: Money::from_minor(state.open.amount.max(0), currency),
            credit_balance: Money::from_minor(credit_balance(view, as_of), currency),
            ..Exposure::none(currency)
        };
        let siren = attribute("siren").map(str::parse::<Siren>);
        Ok(Self {
            number: Some(number),
            id: Some(id.to_owned()),
            name: attribute("client_name").map(str::to_owned),
            siren: siren.clone().and_then(Result::ok),
            unreadable_siren: siren.filter(Result::is_err).and(attribute("siren")).map(str::to_owned),
            segment: attribute("sector").map(str::to_owned),
            legal_form: attribute("legal_form").map(str::to_owned),
            latest,
            history,
            last_quarter: invoices_of_last_quarter(view, as_of),
            own: exposure,
            state,
        })
    }
}

fn history(
    context: &Context<'_>,
    view: ClientView<'_>,
    state: &ClientState,
    as_of: Day,
    legal_form: Option<&str>,
) -> Result<History, CoreError> {
    let currency = view.book().currency();
    let natural_person = legal_form.and_then(is_natural_person);
    if state.rhythm.count == 0 {
        return Ok(History { natural_person, ..History::none(currency) });
    }
    let headline = context.model.headline_place();
    let known = state.lateness.get(headline).map_or(0, |tally| tally.known);
    let count = |number: i64| u32::try_from(number.max(0)).unwrap_or(u32::MAX);
    let months = purchases_by_month(view, as_of);
    let usual = usual_terms(view, as_of);
    let sizes = invoice_sizes(view, as_of);
    let money = |minor: &i64| Money::from_minor(*minor, currency);
    Ok(History {
        invoices: count(state.rhythm.count),
        settled: count(state.days.count),
        own_history_weight: Share::new(own_history_weight(crate::features::reading::float(known)))?,
        annual_purchases_incl_vat: Some(Money::from_minor(months.iter().sum::<i64>().max(0), currency)),
        usual_terms_days: usual,
        seasonal_peak: seasonal_peak(&months, state.rhythm.first, as_of),
        largest_invoice: sizes.last().map(money),
        median_invoice: sizes.get(sizes.len() / 2).map(money),
        overdue: Money::from_minor(state.open.overdue_amount.max(0), currency),
        worst_overdue_days: state.oldest_overdue_due().map_or(0, |due| count(i64::from(as_of.number() - due))),
        bounced_12_months: bounced(view, as_of),
        natural_person,
    })
}

/// Days before the quote whose invoices say how many are coming.
const COMING_DAYS: i32 = 91;

fn invoices_of_last_quarter(view: ClientView<'_>, as_of: Day) -> u64 {
    let today = as_of.number();
    let recent = view.records().iter().enumerate().filter(|(position, record)| {
        record.is_claim() && view.known(*position) < today && (1..=COMING_DAYS).contains(&(today - record.issued))
    });
    u64::try_from(recent.count()).unwrap_or(u64::MAX)
}

/// Purchases of the last twelve spans of a twelfth of a year, the newest first; credit notes taken off.
fn purchases_by_month(view: ClientView<'_>, as_of: Day) -> [i64; 12] {
    let mut months = [0_i64; 12];
    for (position, record) in view.records().iter().enumerate() {
        let ago = as_of.number() - record.issued;
        if view.known(position) >= as_of.number() || !(1..=YEAR).contains(&ago) {
            continue;
        }
        let month = usize::try_from((ago - 1) * 12 / YEAR).unwrap_or(0);
        if let Some(slot) = months.get_mut(month) {
            *slot = slot.saturating_add(record.own_amount());
        }
    }
    months
}

/// The busiest month over the mean one; 1 while the history is shorter than a year.
fn seasonal_peak(months: &[i64; 12], first: Option<i32>, as_of: Day) -> f64 {
    use crate::features::reading::float;
    let whole_year = first.is_some_and(|first| as_of.number() - first >= YEAR);
    let (sum, most) = (months.iter().sum::<i64>(), months.iter().copied().max().unwrap_or(0));
    if whole_year && sum > 0 { (float(most) * 12.0 / float(sum)).max(1.0) } else { 1.0 }
}

/// Amounts of the last twelve months' invoices in the book's currency, from the smallest; of all that are known where
/// there is none in them. The instalments of one invoice count each.
fn invoice_sizes(view: ClientView<'_>, as_of: Day) -> Vec<i64> {
    let known = view.records().iter().enumerate().filter(|(position, _)| view.known(*position) < as_of.number());
    let amounts = known.filter(|(_, record)| record.kind == InvoiceKind::Invoice && record.own_amount() > 0);
    let amounts: Vec<(i32, i64)> = amounts.map(|(_, record)| (record.issued, record.own_amount())).collect();
    let recent = |issued: i32| (1..=YEAR).contains(&(as_of.number() - issued));
    let any_recent = amounts.iter().any(|(issued, _)| recent(*issued));
    let counted = amounts.into_iter().filter(|(issued, _)| !any_recent || recent(*issued));
    let mut sizes: Vec<i64> = counted.map(|(_, amount)| amount).collect();
    sizes.sort_unstable();
    sizes
}

/// What we owe the client, minor units: credit notes and payments beyond what the invoice they belong to was for, less
/// what was given back. Never netted with what other invoices leave open.
fn credit_balance(view: ClientView<'_>, as_of: Day) -> i64 {
    let payments = view.payments();
    let paid = |position: usize| -> i64 {
        let known = view.payments_of(position).filter(|&payment| payments.known(payment) < as_of.number());
        known.fold(0_i64, |sum, payment| sum.saturating_add(payments.amounts.get(payment).copied().unwrap_or(0)))
    };
    let mut left: Vec<Option<i64>> = vec![None; view.records().len()];
    for (position, record) in view.records().iter().enumerate() {
        if view.known(position) < as_of.number() {
            let own = record.own(record.amount.saturating_sub(paid(position)));
            // A refund beyond the credit, or money for a credit note, makes no claim of ours.
            let own = if record.kind == InvoiceKind::CreditNote { own.min(0) } else { own };
            if let Some(slot) = left.get_mut(position) {
                *slot = Some(own);
            }
        }
    }
    let notes = (0..left.len())
        .filter(|&position| view.records().get(position).is_some_and(|record| record.kind == InvoiceKind::CreditNote));
    for note in notes.collect::<Vec<usize>>() {
        let target = view.corrects(note).filter(|&target| left.get(target).copied().flatten().is_some());
        let credit = left.get(note).copied().flatten().unwrap_or(0);
        if let Some(target) = target
            && let Some(Some(open)) = left.get_mut(target)
        {
            *open = open.saturating_add(credit);
            if let Some(slot) = left.get_mut(note) {
                *slot = None;
            }
        }
    }
    left.into_iter().flatten().filter(|left| *left < 0).fold(0_i64, |sum, left| sum.saturating_sub(left))
}

/// Median terms of the last twelve months' invoices, days.
fn usual_terms(view: ClientView<'_>, as_of: Day) -> Option<u16> {
    let recent = |issued: i32| (1..=YEAR).contains(&(as_of.number() - issued));
    let records = view.records().iter().enumerate().filter(|(position, _)| view.known(*position) < as_of.number());
    let invoices = records.filter(|(_, record)| record.kind == InvoiceKind::Invoice && recent(record.issued));
    let mut terms: Vec<i32> = invoices.map(|(_, record)| record.due - record.issued).collect();
    terms.sort_unstable();
    terms.get(terms.len() / 2).and_then(|&days| u16::try_from(days.max(0)).ok())
}

/// Debits or cheques that came back in the last twelve months; money back on a credit note is a refund, and a claim that
/// a factor gives back is no payment.
fn bounced(view: ClientView<'_>, as_of: Day) -> u32 {
    let payments = view.payments();
    let recent = |payment: &usize| (1..=YEAR).contains(&(as_of.number() - payments.known(*payment)));
    let back = |payment: &usize| {
        let is_back = payments.amounts.get(*payment).is_some_and(|&amount| amount < 0);
        is_back && payments.kind(*payment) != PaymentKind::Assigned
    };
    let claim = |position: &usize| view.known(*position) < as_of.number() && view.is_claim(*position);
    let known = (0..view.records().len()).filter(claim);
    let own = known.flat_map(|position| view.payments_of(position));
    u32::try_from(own.filter(|payment| recent(payment) && back(payment)).count()).unwrap_or(u32::MAX)
}

/// Our own sales of the last 365 days incl. VAT; `None` for a ledger without an invoice in them.
pub(super) fn yearly_sales(book: Option<&Book>, as_of: Day) -> Option<Money> {
    let book = book?;
    let sales = book.sales_before(as_of.number())?;
    Some(Money::from_minor(sales.max(0), book.currency()))
}
