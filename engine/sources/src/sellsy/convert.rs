//! What Sellsy's words mean in ours.

use encours_domain::ledger::{DueDateOrigin, InvoiceKind};
use encours_domain::{Currency, Money};

use super::payload::{Client, Document, Payment, Related};
use crate::convert::{currency, day, money, needed, number, siren, unknown_word};
use crate::pull::{Claim, Content, Instalment, Joined, PulledClient, Remark, settled};

/// Statuses of invoices that stand for a claim, and of credit notes that stand for a credit.
const CLAIMS: &[&str] = &["due", "payinprogress", "paid", "late"];
const CREDITS: &[&str] = &["stored", "partialspend", "spent"];
/// Statuses that stand for neither.
const NO_CLAIMS: &[&str] = &["draft", "cancelled"];

/// Whether anything was paid of it, as far as the list tells.
pub(super) fn is_touched(document: &Document) -> bool {
    CLAIMS.contains(&document.status.as_str())
        && document.amounts.total_remaining_due_incl_tax.as_ref() != Some(&document.amounts.total_incl_tax)
}

/// The client a document is about: a company before a person before a contact, since ids of the three may be equal.
pub(super) fn client_of(document: &Document) -> Option<&Related> {
    let first = |kind: &str| document.related.iter().find(|related| related.kind == kind);
    first("company").or_else(|| first("individual")).or_else(|| first("contact"))
}

/// Our id of a client.
pub(super) fn client_id(client: &Related) -> String {
    format!("{}-{}", client.kind, client.id)
}

/// Our id of a document: invoices and credit notes count apart.
pub(super) fn document_id(is_note: bool, id: u64) -> String {
    if is_note { format!("credit-note-{id}") } else { format!("invoice-{id}") }
}

/// What an invoice says.
pub(super) fn invoice(document: &Document, payments: &[Payment]) -> Result<(Content, Vec<Remark>), Remark> {
    let status = document.status.as_str();
    if NO_CLAIMS.contains(&status) {
        return Ok((Content::NoClaim { status: status.to_owned() }, Vec::new()));
    }
    if !CLAIMS.contains(&status) {
        return Err(unknown_word("status", status, &[CLAIMS, NO_CLAIMS].concat()));
    }
    let unit = currency("currency", &document.currency)?;
    let amount = money("amounts.total_incl_tax", &document.amounts.total_incl_tax, unit)?;
    let field = "amounts.total_remaining_due_incl_tax";
    let left = needed(field, document.amounts.total_remaining_due_incl_tax.as_ref(), "an amount")?;
    let left = money(field, left, unit)?;
    let paid = Money::from_minor(amount.minor().saturating_sub(left.minor()), unit);
    let (mut joined, mut notes) = (Vec::new(), Vec::new());
    for payment in payments {
        joined.extend(paid_in(payment, unit, &mut notes)?);
    }
    let (payments, shared) = settled(joined, Some(paid), "payments");
    notes.extend(shared);
    let due = document.due_date.as_ref().map(|text| day("due_date", text)).transpose()?;
    let kind = match (amount.minor() < 0, document.is_deposit) {
        (true, _) => InvoiceKind::CreditNote,
        (false, true) => InvoiceKind::Deposit,
        (false, false) => InvoiceKind::Invoice,
    };
    let instalments = vec![Instalment { due, origin: DueDateOrigin::Stated, amount }];
    let left = Some(left).filter(|_| kind != InvoiceKind::CreditNote);
    Ok((Content::Claim(Box::new(Claim { kind, instalments, payments, left, ..plain(document)? })), notes))
}

/// What a credit note says.
pub(super) fn credit_note(document: &Document) -> Result<(Content, Vec<Remark>), Remark> {
    let status = document.status.as_str();
    if NO_CLAIMS.contains(&status) {
        return Ok((Content::NoClaim { status: status.to_owned() }, Vec::new()));
    }
    if !CREDITS.contains(&status) {
        return Err(unknown_word("status", status, &[CREDITS, NO_CLAIMS].concat()));
    }
    let unit = currency("currency", &document.currency)?;
    let amount = money("amounts.total_incl_tax", &document.amounts.total_incl_tax, unit)?;
    let amount = Money::from_minor(-amount.minor().abs(), unit);
    let instalments = vec![Instalment { due: None, origin: DueDateOrigin::LegalDefault, amount }];
    let corrects = document.parent.iter().chain(&document.related).find(|related| related.kind == "invoice");
    let corrects = corrects.map(|invoice| document_id(false, invoice.id));
    let kind = InvoiceKind::CreditNote;
    Ok((Content::Claim(Box::new(Claim { kind, instalments, corrects, ..plain(document)? })), Vec::new()))
}

/// What invoices and credit notes say alike.
fn plain(document: &Document) -> Result<Claim, Remark> {
    let client = client_of(document);
    let client =
        client.ok_or_else(|| Remark::new("related", "", "no client is named; expected a company or a person"))?;
    Ok(Claim {
        client_id: client_id(client),
        client_name: document.company_name.clone(),
        number: number("number", document.number.as_ref())?,
        kind: InvoiceKind::Invoice,
        issued: day("date", needed("date", document.date.as_ref(), "the day of issue")?)?,
        instalments: Vec::new(),
        corrects: None,
        entity: None,
        payments: Vec::new(),
        left: None,
    })
}

/// What came in by a payment; nothing while it is not confirmed.
fn paid_in(payment: &Payment, unit: Currency, notes: &mut Vec<Remark>) -> Result<Option<Joined>, Remark> {
    if payment.status != "confirmed" {
        let reason = format!("payment {} isn't counted; expected `confirmed`", payment.id);
        notes.push(Remark::new("payments.status", &payment.status, reason));
        return Ok(None);
    }
    if payment.amount.currency != unit.code() {
        let reason = format!("a payment in another currency than the invoice; expected {unit}");
        return Err(Remark::new("payments.amount.currency", &payment.amount.currency, reason));
    }
    let amount = money("payments.amount.value", &payment.amount.value, unit)?;
    let amount = match payment.direction.as_str() {
        "credit" => amount,
        "debit" => Money::from_minor(-amount.minor().abs(), unit),
        word => return Err(unknown_word("payments.type", word, &["credit", "debit"])),
    };
    let alone = payment.related.iter().filter(|related| related.kind == "invoice").count() <= 1;
    Ok(Some(Joined { on: day("payments.paid_at", &payment.paid_at)?, amount, alone }))
}

/// What a client's file says.
pub(super) fn client(file: &Client) -> PulledClient {
    let person = [file.first_name.as_deref(), file.last_name.as_deref()];
    let person: Vec<&str> = person.into_iter().flatten().filter(|name| !name.is_empty()).collect();
    let person = Some(person.join(" ")).filter(|name| !name.is_empty());
    let name = file.name.clone().filter(|name| !name.is_empty()).or(person);
    let legal = file.legal_france.as_ref();
    let siren = legal.and_then(|legal| siren(legal.siren.as_deref()).or_else(|| siren(legal.siret.as_deref())));
    PulledClient { name, siren }
}
