//! What Pennylane's words mean in ours.

use encours_domain::ledger::{DueDateOrigin, InvoiceKind, PaymentKind};
use encours_domain::{Currency, Money};

use super::payload::{Invoice, Payment, Transaction};
use crate::convert::{Amount, currency, day, money, needed, number, unknown_word};
use crate::pull::{Claim, Content, Instalment, Joined, OrderedMoney, Paid, Remark, settled};

/// Words of `status` that stand for a claim.
const CLAIMS: &[&str] = &["upcoming", "late", "paid", "partially_paid", "partially_cancelled", "credit_note"];
/// Words that stand for none. `incomplete` is a document that nobody has validated yet.
const NO_CLAIMS: &[&str] = &["draft", "archived", "cancelled", "incomplete"];
/// Payments whose money came in.
const COLLECTED: &[&str] = &["confirmed", "paid_out"];
/// Payments that were tried and came back: a bounced direct debit.
const BOUNCED: &[&str] = &["failed", "charged_back"];
/// Payments of which nothing is to be said.
const NOTHING: &[&str] = &[
    "initiated",
    "pending",
    "emitted",
    "found",
    "not_found",
    "aborted",
    "error",
    "refunded",
    "prepared",
    "pending_customer_approval",
    "pending_submission",
    "submitted",
    "cancelled",
    "customer_approval_denied",
    "resubmission_requested",
];

/// Whether a record's details (what was paid) have to be asked.
pub(super) fn has_details(invoice: &Invoice) -> bool {
    !invoice.draft && CLAIMS.contains(&invoice.status.as_str()) && invoice.status != "credit_note"
}

/// Whether something of it was paid, as far as the list tells.
pub(super) fn is_touched(invoice: &Invoice) -> bool {
    let untouched = !invoice.paid && invoice.remaining_amount_with_tax == invoice.currency_amount;
    !untouched
}

/// What a record says.
pub(super) fn content(
    invoice: &Invoice,
    transactions: &[Transaction],
    payments: &[Payment],
) -> Result<(Content, Vec<Remark>), Remark> {
    let status = invoice.status.as_str();
    if invoice.draft || NO_CLAIMS.contains(&status) {
        return Ok((Content::NoClaim { status: status.to_owned() }, Vec::new()));
    }
    if !CLAIMS.contains(&status) {
        return Err(unknown_word("status", status, &[CLAIMS, NO_CLAIMS].concat()));
    }
    let unit = currency("currency", &invoice.currency)?;
    let stated = needed("currency_amount", invoice.currency_amount.as_ref(), "an amount")?;
    let amount = money("currency_amount", &Amount::Text(stated.clone()), unit)?;
    let is_note = status == "credit_note" || amount.minor() < 0;
    let amount = if is_note { Money::from_minor(-amount.minor().abs(), unit) } else { amount };
    let left = left(invoice, unit)?.filter(|_| !is_note);
    let paid = left.map(|left| Money::from_minor(amount.minor().saturating_sub(left.minor()), unit));
    let mut joined = Vec::with_capacity(transactions.len());
    for transaction in transactions {
        joined.push(transacted(transaction, unit)?);
    }
    let (mut lines, mut notes) = settled(joined, paid, "matched_transactions");
    platform(payments, unit, lines.is_empty(), &mut lines, &mut notes)?;
    let due = invoice.deadline.as_ref().map(|text| day("deadline", text)).transpose()?;
    let client = needed("customer", invoice.customer.as_ref(), "the customer's id")?;
    let claim = Claim {
        client_id: client.id.to_string(),
        client_name: None,
        number: number("invoice_number", invoice.invoice_number.as_ref())?,
        kind: if is_note { InvoiceKind::CreditNote } else { InvoiceKind::Invoice },
        issued: day("date", needed("date", invoice.date.as_ref(), "the day of issue")?)?,
        instalments: vec![Instalment { due, origin: DueDateOrigin::Stated, amount }],
        corrects: invoice.credited_invoice.as_ref().filter(|_| is_note).map(|one| one.id.to_string()),
        entity: None,
        payments: lines,
        left,
    };
    Ok((Content::Claim(Box::new(claim)), notes))
}

/// What is left to pay. For other currencies than the euro the reference does not say in which it stands, so that only
/// "paid" can be taken at its word there.
fn left(invoice: &Invoice, unit: Currency) -> Result<Option<Money>, Remark> {
    if invoice.paid {
        return Ok(Some(Money::zero(unit)));
    }
    let stated = invoice.remaining_amount_with_tax.as_ref().filter(|_| unit == Currency::EUR);
    stated.map(|text| money("remaining_amount_with_tax", &Amount::Text(text.clone()), unit)).transpose()
}

fn transacted(transaction: &Transaction, unit: Currency) -> Result<Joined, Remark> {
    let own = transaction.currency.as_deref() == Some(unit.code());
    let text = match (unit == Currency::EUR, own) {
        (true, _) => &transaction.amount,
        (false, true) => &transaction.currency_amount,
        (false, false) => {
            let found = transaction.currency.as_deref().unwrap_or_default();
            let reason = format!("a bank transaction in another currency than the invoice; expected {unit}");
            return Err(Remark::new("matched_transactions.currency", found, reason));
        }
    };
    let amount = money("matched_transactions.amount", &Amount::Text(text.clone()), unit)?;
    Ok(Joined { on: day("matched_transactions.date", &transaction.date)?, amount, alone: false })
}

/// Payments asked for through the platform. Where the bank shows nothing, the money that came in stands on the day of
/// its last word. One that bounced is written as a payment and its return on that day: nothing is left of it, and the
/// bounce is on record.
fn platform(
    payments: &[Payment],
    unit: Currency,
    alone: bool,
    lines: &mut Vec<Paid>,
    notes: &mut Vec<Remark>,
) -> Result<(), Remark> {
    let known = [COLLECTED, BOUNCED, NOTHING].concat();
    let mut sorted: Vec<&Payment> = payments.iter().collect();
    sorted.sort_by_key(|payment| payment.id);
    for payment in sorted {
        let status = payment.status.as_str();
        if !known.contains(&status) {
            notes.push(unknown_word("payments.status", status, &known));
            continue;
        }
        let (collected, bounced) = (COLLECTED.contains(&status) && alone, BOUNCED.contains(&status));
        if !collected && !bounced {
            continue;
        }
        if let Some(code) = payment.currency.as_deref().filter(|code| *code != unit.code()) {
            let reason = format!("a payment in another currency than the invoice; expected {unit}");
            return Err(Remark::new("payments.currency", code, reason));
        }
        let amount = money("payments.currency_amount", &Amount::Text(payment.currency_amount.clone()), unit)?;
        let on = day("payments.updated_at", &payment.updated_at)?;
        lines.push(Paid::stated(on, amount));
        if bounced {
            let back = OrderedMoney(Money::from_minor(-amount.minor(), unit));
            lines.push(Paid { kind: PaymentKind::Reversal, amount: back, ..Paid::stated(on, amount) });
        }
    }
    lines.sort();
    Ok(())
}
