//! What becomes of an invoice: objected to, credited, paid, paid in parts, bounced, given up.

use chrono::NaiveDate;

use super::client::Client;
use super::document::{CreditNote, Dispute, Document, DocumentKind, Instalment, Payment, PaymentKind};
use super::habit::Trigger;
use super::orders::booking_lag;
use crate::draw::calendar::{business_days_later, business_on_or_after, days_between, plus};
use crate::draw::chance::Chance;
use crate::draw::number::{float, share, whole};

/// Decides what becomes of a document and writes it in.
pub(crate) fn settle(chance: &mut Chance, client: &Client, document: &mut Document) {
    let free_from = incident(chance, client, document);
    let (issued_on, credited) = (document.issued_on, document.credited());
    for part in &mut document.instalments {
        let owed = part.amount - credited;
        if owed > 0 && !client.never_pays {
            let payer = Payer { client, issued_on, due_on: part.due_on, owed };
            part.payments = payer.payments(chance, free_from);
        }
        give_up(client, part, owed);
    }
}

/// A dispute or a return. Gives the day before which nothing is paid.
fn incident(chance: &mut Chance, client: &Client, document: &mut Document) -> Option<NaiveDate> {
    let [part] = document.instalments.as_slice() else {
        return None;
    };
    if document.kind != DocumentKind::Invoice {
        return None;
    }
    let (due_on, amount) = (part.due_on, part.amount);
    let large = float(amount) > 2.0 * client.ticket;
    if chance.happens(if large { 0.028 } else { 0.013 }) {
        return Some(dispute(chance, document, due_on, amount));
    }
    if !chance.happens(0.016) {
        return None;
    }
    let returned = business_on_or_after(plus(document.issued_on, chance.between(3, 20)));
    let back = if chance.happens(0.15) { 1.0 } else { chance.uniform(0.04, 0.45) };
    document.credit_notes.push(credit_note(chance, returned, share(amount, back)));
    Some(returned)
}

/// Wrong price, short delivery, damaged goods: settled by talking, not a matter of means.
fn dispute(chance: &mut Chance, document: &mut Document, due_on: NaiveDate, amount: i64) -> NaiveDate {
    let latest = days_between(document.issued_on, due_on) + 9;
    let opened = business_on_or_after(plus(document.issued_on, chance.between(4, latest.max(5))));
    let lasts = whole(chance.log_normal(34.0, 0.6).clamp(5.0, 190.0));
    let closed = business_on_or_after(plus(opened, lasts));
    document.dispute = Some(Dispute { opened_on: opened, closed_on: Some(closed) });
    let back = chance.weighted(&[(0.0, 45.0), (0.3, 38.0), (1.0, 17.0)]);
    if back > 0.0 {
        let part = if back < 1.0 { chance.uniform(0.05, 0.55) } else { 1.0 };
        document.credit_notes.push(credit_note(chance, closed, share(amount, part)));
    }
    closed
}

fn credit_note(chance: &mut Chance, issued_on: NaiveDate, amount: i64) -> CreditNote {
    let known_on = plus(issued_on, booking_lag(chance));
    CreditNote { number: String::new(), issued_on, known_on, amount }
}

/// One client facing one amount.
struct Payer<'a> {
    client: &'a Client,
    issued_on: NaiveDate,
    due_on: NaiveDate,
    owed: i64,
}

impl Payer<'_> {
    fn payments(&self, chance: &mut Chance, free_from: Option<NaiveDate>) -> Vec<Payment> {
        if self.client.is_insolvent(self.issued_on) {
            return self.until_stop(vec![self.cash(chance)]);
        }
        let distress = self.client.fate.distress(self.due_on);
        let weight = float(self.owed) / (1.2 * self.client.ticket);
        let habit = &self.client.habit;
        let wished = habit.pays_on(chance, self.issued_on, self.due_on, weight, distress);
        let on = match free_from {
            Some(day) if wished <= day => habit.pay_day.on_or_after(plus(day, chance.between(2, 12))),
            _ => wished,
        };
        in_booking_order(self.until_stop(self.pattern(chance, on, distress)))
    }

    /// Leaves out what would be paid after the client stopped; what bounces still bounces.
    fn until_stop(&self, wished: Vec<Payment>) -> Vec<Payment> {
        let Some(stop) = self.stops_paying() else {
            return wished;
        };
        let mut paid = 0;
        let mut made = Vec::new();
        for payment in wished {
            let returns = payment.kind == PaymentKind::Reversal && paid + payment.amount >= 0;
            if payment.paid_on < stop || returns {
                paid += payment.amount;
                made.push(payment);
            }
        }
        made
    }

    fn stops_paying(&self) -> Option<NaiveDate> {
        let failure = self.client.fate.as_failure()?;
        if self.client.is_insolvent(self.issued_on) { failure.liquidated_on() } else { Some(failure.stops_paying) }
    }

    /// Goods delivered after the opening judgment are paid at once, as the law wants it.
    fn cash(&self, chance: &mut Chance) -> Payment {
        let on = business_on_or_after(plus(self.due_on, chance.between(0, 1)));
        movement(chance, PaymentKind::Payment, on, self.owed)
    }

    fn pattern(&self, chance: &mut Chance, on: NaiveDate, distress: f64) -> Vec<Payment> {
        let habit = &self.client.habit;
        if chance.happens(0.0022 + 0.30 * distress) {
            return self.bounced(chance, on, distress);
        }
        if chance.happens(0.009 + 0.38 * distress) {
            return self.in_parts(chance, on, distress);
        }
        if habit.discount && on < plus(self.due_on, -8) {
            return self.with_extra(chance, on, PaymentKind::Discount, share(self.owed, 0.01));
        }
        if chance.happens(0.004) {
            let set_off = share(self.owed, chance.uniform(0.1, 0.9));
            return self.with_extra(chance, on, PaymentKind::SetOff, set_off);
        }
        if chance.happens(0.006) {
            let cents = chance.between(1, 300).min(self.owed / 2);
            return self.with_extra(chance, on, PaymentKind::WriteOff, cents);
        }
        vec![movement(chance, self.kind(), on, self.owed)]
    }

    fn kind(&self) -> PaymentKind {
        match self.client.habit.trigger {
            Trigger::Bill => PaymentKind::BillMatured,
            Trigger::Own | Trigger::DirectDebit | Trigger::Reminder => PaymentKind::Payment,
        }
    }

    /// Paid less something that is settled another way: a discount, a set-off, a small difference.
    fn with_extra(&self, chance: &mut Chance, on: NaiveDate, kind: PaymentKind, extra: i64) -> Vec<Payment> {
        let later = if kind == PaymentKind::WriteOff { business_days_later(on, 12) } else { on };
        let mut made = vec![movement(chance, self.kind(), on, self.owed - extra)];
        if extra > 0 {
            made.push(movement(chance, kind, later, extra));
        }
        made
    }

    /// Two or three payments weeks apart; in distress the last may never come.
    fn in_parts(&self, chance: &mut Chance, on: NaiveDate, distress: f64) -> Vec<Payment> {
        let parts = chance.between(2, 3);
        let mut left = self.owed;
        let mut next = on;
        let mut made = Vec::new();
        for number in 1..=parts {
            let last = number == parts;
            // Round sums, as on the telephone: "I can send you two thousand now".
            let rounded = share(left, chance.uniform(0.3, 0.65)) / 10_000 * 10_000;
            let amount = if last || rounded == 0 { left } else { rounded };
            if last && chance.happens(0.35 * distress) {
                break;
            }
            made.push(movement(chance, PaymentKind::Payment, next, amount));
            left -= amount;
            if left == 0 {
                break;
            }
            next = business_on_or_after(plus(next, chance.between(15, 42)));
        }
        made
    }

    /// Paid, sent back by the bank, paid again, or not.
    fn bounced(&self, chance: &mut Chance, on: NaiveDate, distress: f64) -> Vec<Payment> {
        let back = business_days_later(on, chance.between(2, 5));
        let mut made = vec![
            movement(chance, self.kind(), on, self.owed),
            movement(chance, PaymentKind::Reversal, back, -self.owed),
        ];
        if !chance.happens(0.4 * distress) {
            let wait = chance.between(4, 18) + whole(35.0 * distress);
            let again = business_on_or_after(plus(back, wait));
            made.push(movement(chance, PaymentKind::Payment, again, self.owed));
        }
        made
    }
}

fn movement(chance: &mut Chance, kind: PaymentKind, paid_on: NaiveDate, amount: i64) -> Payment {
    let lag = chance.weighted(&[(0, 80.0), (1, 14.0), (2, 4.0), (3, 2.0)]);
    Payment { kind, paid_on, known_on: plus(paid_on, lag), amount }
}

/// A bounce isn't booked before the payment that bounced.
fn in_booking_order(mut payments: Vec<Payment>) -> Vec<Payment> {
    let mut latest = None;
    for payment in &mut payments {
        let known_on = latest.map_or(payment.known_on, |day| payment.known_on.max(day));
        payment.known_on = known_on;
        latest = Some(known_on);
    }
    payments
}

/// Writes off what a liquidated client, or one that never paid, still owes.
fn give_up(client: &Client, part: &mut Instalment, owed: i64) {
    let given_up = client.fate.as_failure().and_then(|failure| {
        let days = failure.written_off_after_days?;
        Some(plus(failure.liquidated_on()?, days))
    });
    let never_paid = client.never_pays.then(|| plus(part.due_on, 400));
    let Some(date) = given_up.or(never_paid) else {
        return;
    };
    let (left, date) = (owed - part.paid(), business_on_or_after(date));
    if left > 0 && date > part.due_on {
        let kind = PaymentKind::WriteOff;
        part.payments.push(Payment { kind, paid_on: date, known_on: date, amount: left });
    }
}
