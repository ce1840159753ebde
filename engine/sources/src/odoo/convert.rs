//! What Odoo's words mean in ours.

use encours_domain::identity::VatNumber;
use encours_domain::ledger::{DueDateOrigin, InvoiceKind, PaymentKind};
use encours_domain::{Currency, Money};

use super::payload::{End, Line, Maybe, Move, Partial, Partner, Settled};
use crate::convert::{Amount, currency, day, money, needed, number, siren, unknown_word};
use crate::pull::{Claim, Content, Instalment, Paid, Remark};

/// States that stand for no claim.
const NO_CLAIMS: &[&str] = &["draft", "cancel"];
/// Words of `payment_state`. `invoicing_legacy` and `blocked` are rare and tell nothing about money.
const PAYMENT_STATES: &[&str] =
    &["not_paid", "in_payment", "partial", "paid", "reversed", "invoicing_legacy", "blocked"];

/// What stands on the other side of a settlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Other {
    /// Money: a registered payment, or an entry of a bank or cash journal.
    Money,
    /// A credit note.
    CreditNote,
    /// An entry of another journal, which may be a loss, a set-off or a bill.
    Entry(String),
}

/// What a record says. `lines` are its receivable lines, `other` tells what stands on the other side of a settlement.
pub(super) fn content(
    invoice: &Move,
    lines: &[Line],
    other: impl Fn(&Settled) -> Other,
) -> Result<(Content, Vec<Remark>), Remark> {
    let state = invoice.state.as_str();
    if NO_CLAIMS.contains(&state) {
        return Ok((Content::NoClaim { status: state.to_owned() }, Vec::new()));
    }
    if state != "posted" {
        return Err(unknown_word("state", state, &["posted", "draft", "cancel"]));
    }
    let mut notes = Vec::new();
    let paid_word = invoice.payment_state.0.as_deref().unwrap_or_default();
    if !PAYMENT_STATES.contains(&paid_word) {
        return Err(unknown_word("payment_state", paid_word, PAYMENT_STATES));
    }
    if paid_word == "in_payment" {
        let reason = "registered as paid and not yet confirmed by the bank; taken as paid on the day stated";
        notes.push(Remark::new("payment_state", paid_word, reason));
    }
    let is_note = match invoice.move_type.as_str() {
        "out_invoice" => false,
        "out_refund" => true,
        word => return Err(unknown_word("move_type", word, &["out_invoice", "out_refund"])),
    };
    let (_, code) = needed("currency_id", invoice.currency_id.0.as_ref(), "a currency")?;
    let unit = currency("currency_id", code)?;
    let total = money("amount_total", &invoice.amount_total, unit)?;
    let left = money("amount_residual", &invoice.amount_residual, unit)?;
    let is_note = is_note || total.minor() < 0;
    let total = if is_note { Money::from_minor(-total.minor().abs(), unit) } else { total };
    let (client, name) = needed("partner_id", invoice.partner_id.0.as_ref(), "a partner")?;
    let issued = needed("invoice_date", invoice.invoice_date.0.as_ref(), "the day of issue")?;
    let claim = Claim {
        client_id: client.to_string(),
        client_name: Some(name.clone()),
        number: number("name", invoice.name.0.as_ref())?,
        kind: if is_note { InvoiceKind::CreditNote } else { InvoiceKind::Invoice },
        issued: day("invoice_date", issued)?,
        instalments: instalments(invoice, lines, total, &mut notes)?,
        corrects: invoice.reversed_entry_id.0.as_ref().filter(|_| is_note).map(|(id, _)| id.to_string()),
        entity: invoice.company_id.0.as_ref().map(|(_, name)| name.clone()),
        payments: payments(invoice, is_note, unit, other, &mut notes)?,
        left: Some(left).filter(|_| !is_note),
    };
    Ok((Content::Claim(Box::new(claim)), notes))
}

/// One part for each receivable line; the invoice's own due date where the lines do not add up to it.
fn instalments(
    invoice: &Move,
    lines: &[Line],
    total: Money,
    notes: &mut Vec<Remark>,
) -> Result<Vec<Instalment>, Remark> {
    let unit = total.currency();
    let origin = DueDateOrigin::Stated;
    let mut parts = Vec::with_capacity(lines.len());
    for line in lines {
        let own = money("line_ids.amount_currency", &line.amount_currency, unit)?;
        let amount = if own.minor() == 0 { money("line_ids.balance", &line.balance, unit)? } else { own };
        let due = line.date_maturity.0.as_ref().map(|text| day("line_ids.date_maturity", text)).transpose()?;
        parts.push(Instalment { due, origin, amount });
    }
    let sum = parts.iter().map(|part| part.amount.minor()).fold(0, i64::saturating_add);
    if sum == total.minor() && !parts.is_empty() {
        return Ok(parts);
    }
    let sum = Money::from_minor(sum, unit);
    notes.push(Remark::new(
        "line_ids",
        sum,
        format!("receivable lines that don't add up to {total}; the invoice's own due date is taken for the whole"),
    ));
    let due = invoice.invoice_date_due.0.as_ref().map(|text| day("invoice_date_due", text)).transpose()?;
    Ok(vec![Instalment { due, origin, amount: total }])
}

/// What settled it. Of a credit note only money that was paid out counts here: what it was set off against says so
/// itself.
fn payments(
    invoice: &Move,
    is_note: bool,
    unit: Currency,
    other: impl Fn(&Settled) -> Other,
    notes: &mut Vec<Remark>,
) -> Result<Vec<Paid>, Remark> {
    let mut lines = Vec::new();
    for settled in invoice.invoice_payments_widget.0.iter().filter(|settled| !settled.is_exchange) {
        let field = "invoice_payments_widget.content";
        let amount = money(&format!("{field}.amount"), &settled.amount, unit)?;
        let on = day(&format!("{field}.date"), &settled.date)?;
        match (other(settled), is_note) {
            (Other::Money, false) => lines.push(Paid::stated(on, amount)),
            (Other::Money, true) => {
                let back = Money::from_minor(-amount.minor().abs(), unit);
                lines.push(Paid { kind: PaymentKind::Payment, ..Paid::stated(on, back) });
            }
            (Other::CreditNote, false) => {
                let credit_note = Some(settled.move_id.to_string());
                lines.push(Paid { kind: PaymentKind::SetOff, credit_note, ..Paid::stated(on, amount) });
            }
            (Other::CreditNote, true) => {}
            (Other::Entry(journal), _) => {
                let reason = format!(
                    "settled by an entry in journal `{journal}`, which may be a loss, a set-off or a bill; not counted"
                );
                notes.push(Remark::new(field, amount, reason));
            }
        }
    }
    lines.sort();
    Ok(lines)
}

/// What settled a record, by the lines at both ends of each part: what the widget would say.
pub(super) fn settlements(own: u64, partials: &[Partial], ends: &[End]) -> Vec<Settled> {
    let end = |named: &super::payload::Named| {
        let (id, _) = named.0.as_ref()?;
        ends.iter().find(|end| end.id == *id)
    };
    let entry = |end: &End| end.move_id.0.as_ref().map(|(id, _)| *id);
    let mut found = Vec::new();
    for partial in partials {
        let (Some(debit), Some(credit)) = (end(&partial.debit_move_id), end(&partial.credit_move_id)) else { continue };
        let sides = [
            (debit, credit, partial.debit_amount_currency.as_ref()),
            (credit, debit, partial.credit_amount_currency.as_ref()),
        ];
        for (_, other, amount) in sides.into_iter().filter(|(end, _, _)| entry(end) == Some(own)) {
            let shared = partial.amount_currency.as_ref().filter(|amount| **amount != Amount::Number(0.0));
            let amount = amount.or(shared).unwrap_or(&partial.amount).clone();
            let Some(move_id) = entry(other) else { continue };
            let account_payment_id = Maybe(other.payment_id.0.as_ref().map(|(id, _)| *id));
            found.push(Settled { date: other.date.clone(), amount, move_id, account_payment_id, is_exchange: false });
        }
    }
    found
}

/// The SIREN of a partner, where its numbers name one and no other.
pub(super) fn siren_of(partner: &Partner) -> Option<String> {
    let vat = partner.vat.0.as_deref().and_then(|text| text.parse::<VatNumber>().ok());
    let in_vat = vat.and_then(|vat| vat.siren()).map(|siren| siren.as_str().to_owned());
    let numbers = [siren(partner.company_registry.0.as_deref()), siren(partner.siret.0.as_deref()), in_vat];
    let mut found: Vec<String> = numbers.into_iter().flatten().collect();
    found.dedup();
    match found.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}
