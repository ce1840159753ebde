//! One record of a ledger file to one row of ours. Every value is looked at before any fault ends the row.

use super::cells::{Cells, Told};
use super::field::Field;
use super::part_payments::{ReadPayment, ReadRow};
use crate::day::Day;
use crate::ledger::{DueDateOrigin, InvoiceKind, InvoiceRow, PaymentKind, PaymentOrigin, PaymentRow, Place};
use crate::money::Money;
use crate::terms::LEGAL_DEFAULT;

/// Reads a row of an invoice table.
pub(super) fn invoice_row(cells: &mut Cells<'_>) -> Result<ReadRow, Told> {
    let invoice = invoice(cells);
    let payment = payment_beside(cells, invoice.as_ref().ok());
    let (invoice, (payment, settled_undated)) = (invoice?, payment?);
    Ok(ReadRow { invoice, payment, settled_undated })
}

fn invoice(cells: &mut Cells<'_>) -> Result<InvoiceRow, Told> {
    let client_id = required_name(cells, Field::ClientId);
    let invoice_id = required_name(cells, Field::InvoiceId);
    let instalment = cells.instalment();
    let dates = issue_and_due(cells);
    let due_date_origin = cells.word(Field::DueDateOrigin, DueDateOrigin::parse);
    let claim = amount_and_kind(cells);
    let corrects = cells.name(Field::Corrects);
    let entity = cells.name(Field::Entity);
    let means_of_payment = cells.name(Field::MeansOfPayment);
    let dispute = dispute(cells);
    let known_on = cells.day(Field::KnownOn);
    let attributes = attributes(cells);
    let (issue_date, due_date) = dates?;
    let stated_origin = due_date_origin?.unwrap_or(DueDateOrigin::Stated);
    let (due_date, due_date_origin) = match due_date {
        Some(due_date) => (due_date, stated_origin),
        None => (LEGAL_DEFAULT.due_within_the_law(issue_date), DueDateOrigin::LegalDefault),
    };
    let (amount, kind) = claim?;
    let (disputed_on, dispute_closed_on) = dispute?;
    Ok(InvoiceRow {
        place: place(cells),
        client_id: client_id?,
        invoice_id: invoice_id?,
        instalment_no: instalment?.unwrap_or(1),
        issue_date,
        due_date,
        due_date_origin,
        amount,
        kind,
        corrects: corrects?,
        entity: entity?,
        means_of_payment: means_of_payment?,
        disputed_on,
        dispute_closed_on,
        known_on: known_on?.unwrap_or(issue_date),
        attributes: attributes?,
    })
}

/// Every one of them is looked at before the first fault ends the row.
fn attributes(cells: &mut Cells<'_>) -> Result<Vec<Option<String>>, Told> {
    let columns = cells.columns;
    let read: Vec<Result<Option<String>, Told>> =
        columns.attributes.iter().map(|(_, at)| cells.attribute(*at)).collect();
    read.into_iter().collect()
}

fn required_name(cells: &mut Cells<'_>, field: Field) -> Result<String, Told> {
    let name = cells.name(field);
    cells.required(field, name)
}

fn required_day(cells: &mut Cells<'_>, field: Field) -> Result<Day, Told> {
    let day = cells.day(field);
    cells.required(field, day)
}

fn place(cells: &Cells<'_>) -> Place {
    Place { file: 0, line: cells.line }
}

fn issue_and_due(cells: &mut Cells<'_>) -> Result<(Day, Option<Day>), Told> {
    let issue_date = required_day(cells, Field::IssueDate);
    let due_date = match cells.columns.due_dates_from_terms {
        true => cells.day(Field::DueDate),
        false => required_day(cells, Field::DueDate).map(Some),
    };
    let (issue_date, due_date) = (issue_date?, due_date?);
    if due_date.is_some_and(|due_date| due_date < issue_date) {
        cells.doubt(Field::DueDate, format!("expected a day from the day of issue on, `{issue_date}`"));
    }
    Ok((issue_date, due_date))
}

fn dispute(cells: &mut Cells<'_>) -> Result<(Option<Day>, Option<Day>), Told> {
    let disputed_on = cells.day(Field::DisputedOn);
    let closed_on = cells.day(Field::DisputeClosedOn);
    let (disputed_on, closed_on) = (disputed_on?, closed_on?);
    match (disputed_on, closed_on) {
        (None, Some(_)) => Err(cells.tell(Field::DisputeClosedOn, "expected a `disputed_on` beside it")),
        (Some(opened), Some(closed)) if closed < opened => {
            Err(cells.tell(Field::DisputeClosedOn, format!("expected a day from `disputed_on` on, `{opened}`")))
        }
        both => Ok(both),
    }
}

fn amount_and_kind(cells: &mut Cells<'_>) -> Result<(Money, InvoiceKind), Told> {
    let kind = cells.word(Field::Kind, InvoiceKind::parse);
    let currency = cells.currency();
    let amount = currency.and_then(|currency| cells.claim(currency));
    let amount = cells.required(Field::Amount, amount)?;
    let kind = match (kind?, amount.minor().signum()) {
        (None, -1) => InvoiceKind::CreditNote,
        (kind, 0) => {
            cells.note(Field::Amount, "the amount is zero");
            kind.unwrap_or(InvoiceKind::Invoice)
        }
        (None, _) => InvoiceKind::Invoice,
        (Some(InvoiceKind::CreditNote), 1) => {
            return Err(cells.tell(Field::Amount, "expected a negative amount, as the kind is `credit note`"));
        }
        (Some(kind @ (InvoiceKind::Invoice | InvoiceKind::Deposit | InvoiceKind::Retention)), -1) => {
            let code = kind.code();
            let reason = format!("expected a positive amount, as the kind is `{code}`; hint: is it a `credit note`?");
            return Err(cells.tell(Field::Amount, reason));
        }
        (Some(kind), _) => kind,
    };
    Ok((amount, kind))
}

/// The payment that stands in an invoice's row, if it is paid.
fn payment_beside(cells: &mut Cells<'_>, invoice: Option<&InvoiceRow>) -> Result<(Option<ReadPayment>, bool), Told> {
    let paid_date = cells.day(Field::PaidDate);
    let kind = cells.word(Field::PaymentKind, PaymentKind::parse);
    let known_on = cells.day(Field::PaymentKnownOn);
    // Without a sound invoice its row is told already.
    let invoice = invoice.ok_or(Told)?;
    let stated = cells.amount(Field::PaidAmount, invoice.amount.currency());
    let settled = settled_by_what_is_left(cells, invoice.amount);
    let (paid_date, kind, known_on, stated, settled) = (paid_date?, kind?, known_on?, stated?, settled?);
    let Some(paid_date) = paid_date else {
        nothing_paid(cells, stated)?;
        return nothing_settled(cells, settled).map(|undated| (None, undated));
    };
    let stated = agreed(cells, stated, settled)?;
    let (amount, kind) = amount_and_kind_paid(cells, invoice.amount, stated, kind)?;
    let row = PaymentRow {
        place: invoice.place,
        client_id: Some(invoice.client_id.clone()),
        invoice_id: invoice.invoice_id.clone(),
        instalment_no: Some(invoice.instalment_no),
        paid_date,
        amount,
        kind,
        origin: PaymentOrigin::Stated,
        known_on: known_on.unwrap_or(paid_date),
    };
    Ok((Some(ReadPayment { row, whole: stated.is_none(), unread: cells.unread() }), false))
}

/// What was paid by what is left to pay, where the file says so.
fn settled_by_what_is_left(cells: &mut Cells<'_>, claim: Money) -> Result<Option<Money>, Told> {
    let left = cells.amount(Field::OpenAmount, claim.currency())?;
    let Some(left) = left else { return Ok(None) };
    let sane =
        left.minor() == 0 || (left.minor() < 0) == (claim.minor() < 0) && left.minor().abs() <= claim.minor().abs();
    if !sane {
        return Err(cells.tell(Field::OpenAmount, format!("expected at most the amount, `{}`", claim.decimal())));
    }
    Ok(Some(Money::from_minor(claim.minor() - left.minor(), claim.currency())))
}

/// An invoice without a day of payment must be open whole; true where the file has no such days at all.
fn nothing_settled(cells: &mut Cells<'_>, settled: Option<Money>) -> Result<bool, Told> {
    if settled.is_none_or(|settled| settled.minor() == 0) {
        return Ok(false);
    }
    if cells.columns.position(Field::PaidDate).is_none() {
        return Ok(true);
    }
    Err(cells.tell(Field::OpenAmount, "less is left than was claimed, expected a `paid_date` beside it"))
}

/// The amount paid by its own column and by what is left, which must be one.
fn agreed(cells: &mut Cells<'_>, stated: Option<Money>, settled: Option<Money>) -> Result<Option<Money>, Told> {
    match (stated, settled) {
        (Some(stated), Some(settled)) if stated != settled => {
            let reason = format!("by the amount paid, `{}`, something else is left", stated.decimal());
            Err(cells.tell(Field::OpenAmount, reason))
        }
        (None, Some(settled)) if settled.minor() == 0 => {
            Err(cells.tell(Field::OpenAmount, "all is left to pay, and there is a `paid_date`"))
        }
        (stated, settled) => Ok(stated.or(settled)),
    }
}

fn nothing_paid(cells: &mut Cells<'_>, stated: Option<Money>) -> Result<(), Told> {
    let paid_something = stated.is_some_and(|amount| amount.minor() != 0);
    let given = [Field::PaymentKind, Field::PaymentKnownOn].into_iter().find(|field| cells.text(*field).is_some());
    match if paid_something { Some(Field::PaidAmount) } else { given } {
        Some(field) => Err(cells.tell(field, "expected a `paid_date` beside it")),
        None => Ok(()),
    }
}

/// A payment has its invoice's sign, a reversal the opposite one.
fn amount_and_kind_paid(
    cells: &mut Cells<'_>,
    whole: Money,
    stated: Option<Money>,
    kind: Option<PaymentKind>,
) -> Result<(Money, PaymentKind), Told> {
    let is_reversal = kind == Some(PaymentKind::Reversal);
    let Some(amount) = stated else {
        let sign = if is_reversal { -1 } else { 1 };
        let amount = Money::from_minor(whole.minor() * sign, whole.currency());
        return Ok((amount, kind.unwrap_or(PaymentKind::Payment)));
    };
    if amount.minor() == 0 {
        cells.note(Field::PaidAmount, "the amount is zero");
        return Ok((amount, kind.unwrap_or(PaymentKind::Payment)));
    }
    let is_opposite = (amount.minor() < 0) != (whole.minor() < 0);
    match kind {
        None if is_opposite => Ok((amount, PaymentKind::Reversal)),
        None => Ok((amount, PaymentKind::Payment)),
        Some(kind) if is_opposite == is_reversal => Ok((amount, kind)),
        Some(_) if is_reversal => {
            Err(cells.tell(Field::PaidAmount, "expected the opposite sign of the invoice, as the kind is `reversal`"))
        }
        Some(kind) => {
            let reason = format!(
                "expected the sign of the invoice, as the kind is `{}`; hint: is it a `reversal`?",
                kind.code()
            );
            Err(cells.tell(Field::PaidAmount, reason))
        }
    }
}

/// Reads a row of a payment table.
pub(super) fn payment_row(cells: &mut Cells<'_>) -> Result<ReadPayment, Told> {
    let client_id = cells.name(Field::ClientId);
    let invoice_id = required_name(cells, Field::InvoiceId);
    let instalment_no = cells.instalment();
    let paid_date = required_day(cells, Field::PaidDate);
    let paid = paid(cells);
    let origin = cells.word(Field::Origin, PaymentOrigin::parse);
    let known_on = cells.day(Field::KnownOn);
    let (paid_date, (amount, kind)) = (paid_date?, paid?);
    let row = PaymentRow {
        place: place(cells),
        client_id: client_id?,
        invoice_id: invoice_id?,
        instalment_no: instalment_no?,
        paid_date,
        amount,
        kind,
        origin: origin?.unwrap_or(PaymentOrigin::Stated),
        known_on: known_on?.unwrap_or(paid_date),
    };
    Ok(ReadPayment { row, whole: false, unread: cells.unread() })
}

/// The invoice's sign is not known here, so a stated kind is believed; only a reversal must be negative.
fn paid(cells: &mut Cells<'_>) -> Result<(Money, PaymentKind), Told> {
    let kind = cells.word(Field::Kind, PaymentKind::parse);
    let currency = cells.currency();
    let amount = currency.and_then(|currency| cells.amount(Field::Amount, currency));
    let amount = cells.required(Field::Amount, amount)?;
    let kind = match (kind?, amount.minor().signum()) {
        (None, -1) => PaymentKind::Reversal,
        (kind, 0) => {
            cells.note(Field::Amount, "the amount is zero");
            kind.unwrap_or(PaymentKind::Payment)
        }
        (Some(PaymentKind::Reversal), 1) => {
            return Err(cells.tell(Field::Amount, "expected a negative amount, as the kind is `reversal`"));
        }
        (kind, _) => kind.unwrap_or(PaymentKind::Payment),
    };
    Ok((amount, kind))
}
