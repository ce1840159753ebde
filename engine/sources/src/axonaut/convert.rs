//! What Axonaut's words mean in ours.

use encours_domain::ledger::{DueDateOrigin, InvoiceKind};
use encours_domain::{Currency, Money};

use super::payload::{Invoice, Payment};
use crate::convert::{currency, day, money, needed, number};
use crate::pull::{Claim, Content, Instalment, Paid, Remark};

/// Whether anything was paid of it.
pub(super) fn is_touched(invoice: &Invoice) -> bool {
    invoice.outstanding_amount != invoice.total
}

/// What a record says. `payments` is absent when the system has no list of them for this invoice.
pub(super) fn content(invoice: &Invoice, payments: Option<&[Payment]>) -> Result<(Content, Vec<Remark>), Remark> {
    let unit = match invoice.currency.as_deref().filter(|code| !code.is_empty()) {
        Some(code) => currency("currency", code)?,
        None => Currency::EUR,
    };
    let amount = money("total", &invoice.total, unit)?;
    let left = money("outstanding_amount", &invoice.outstanding_amount, unit)?;
    let is_note = amount.minor() < 0;
    let mut notes = Vec::new();
    let payments = match payments {
        _ if is_note => Vec::new(),
        Some(payments) if !payments.is_empty() => stated(payments, unit)?,
        _ => by_last_day(invoice, amount, left, &mut notes)?,
    };
    let due = invoice.due_date.as_ref().map(|text| day("due_date", text)).transpose()?;
    let (client, name) = match (&invoice.company, invoice.company_id) {
        (Some(company), _) => (company.id, company.name.clone()),
        (None, Some(id)) => (id, invoice.company_name.clone()),
        (None, None) => return Err(Remark::new("company", "", "no company is named; expected the client's id")),
    };
    let claim = Claim {
        client_id: client.to_string(),
        client_name: name,
        number: number("number", invoice.number.as_ref())?,
        kind: if is_note { InvoiceKind::CreditNote } else { InvoiceKind::Invoice },
        issued: day("date", needed("date", invoice.date.as_ref(), "the day of issue")?)?,
        instalments: vec![Instalment { due, origin: DueDateOrigin::Stated, amount }],
        corrects: None,
        entity: None,
        payments,
        left: Some(left).filter(|_| !is_note),
    };
    Ok((Content::Claim(Box::new(claim)), notes))
}

fn stated(payments: &[Payment], unit: Currency) -> Result<Vec<Paid>, Remark> {
    let mut lines = Vec::with_capacity(payments.len());
    for payment in payments {
        let amount = money("payments.amount", &payment.amount, unit)?;
        lines.push(Paid::stated(day("payments.date", &payment.date)?, amount));
    }
    lines.sort();
    Ok(lines)
}

/// Without a list of payments only the day of the last one is known; all that was paid is put on it, and that is told.
fn by_last_day(invoice: &Invoice, amount: Money, left: Money, notes: &mut Vec<Remark>) -> Result<Vec<Paid>, Remark> {
    let paid = amount.minor().saturating_sub(left.minor());
    let Some(text) = invoice.paid_date.as_ref().filter(|_| paid != 0) else { return Ok(Vec::new()) };
    let on = day("paid_date", text)?;
    notes.push(Remark::new("paid_date", text, "the day of the last payment; earlier ones, if any, are dated too late"));
    Ok(vec![Paid::stated(on, Money::from_minor(paid, amount.currency()))])
}
