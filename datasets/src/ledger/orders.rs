//! What a client ordered and how it was billed, before anything is paid.

use chrono::{Datelike, NaiveDate};

use super::client::{Client, Rhythm};
use super::document::{Document, DocumentKind, Instalment};
use super::settlement::settle;
use super::terms::Terms;
use crate::draw::calendar::{
    business_days_later, business_on_or_after, business_on_or_before, days_between, month_end, next_month, plus,
};
use crate::draw::chance::Chance;
use crate::draw::number::{float, share, whole};

/// VAT on everything the seller sells.
const WITH_VAT: f64 = 1.20;

/// Share of building work kept back for a year; the law allows five per cent at most.
const RETENTION: f64 = 0.05;

/// Everything billed to a client, in order of issue, with what became of it.
pub(crate) fn documents(chance: &mut Chance, client: &Client) -> Vec<Document> {
    let mut all = Vec::new();
    for issued_on in issue_days(chance, client) {
        let before = all.len();
        all.extend(bill(chance, client, issued_on));
        for document in &mut all[before..] {
            settle(chance, client, document);
        }
    }
    all.sort_by_key(|document: &Document| document.issued_on);
    all
}

/// The days on which the seller bills this client.
fn issue_days(chance: &mut Chance, client: &Client) -> Vec<NaiveDate> {
    let mut days = Vec::new();
    let mut next = client.first_order;
    while next <= client.last_order {
        if days.is_empty() || chance.happens(client.appetite(next)) {
            days.push(next);
        }
        next = match following(chance, client, next) {
            Some(date) => date,
            None => break,
        };
    }
    days
}

fn following(chance: &mut Chance, client: &Client, after: NaiveDate) -> Option<NaiveDate> {
    match client.rhythm {
        Rhythm::Once => None,
        Rhythm::Subscription => Some(business_on_or_after(next_month(after))),
        Rhythm::MonthEnd => Some(last_business_day(next_month(after))),
        Rhythm::Delivery(per_month) => {
            let season = client.company.sector.season(after.month());
            let keen = client.appetite(after).max(1.0);
            let gap = chance.exponential(30.4 / (per_month * season * keen));
            let date = business_on_or_after(plus(after, whole(gap)));
            // Two deliveries on a day happen; the same moment doesn't.
            Some(if gap < 0.25 { business_days_later(after, 1) } else { date })
        }
    }
}

fn last_business_day(date: NaiveDate) -> NaiveDate {
    business_on_or_before(month_end(date))
}

/// One order as one document, or as deposit and balance, or with a retention.
fn bill(chance: &mut Chance, client: &Client, issued_on: NaiveDate) -> Vec<Document> {
    let amount = amount(chance, client);
    let weight = float(amount) / (client.ticket * WITH_VAT);
    if client.is_insolvent(issued_on) {
        let cash = instalments(Terms::Days(0), issued_on, amount, 1);
        return vec![document(chance, DocumentKind::Invoice, issued_on, cash)];
    }
    let terms = client.terms;
    if weight > 1.5 && client.keeps_retention() && chance.happens(0.07) {
        return with_retention(chance, issued_on, terms, amount);
    }
    if weight > 1.2 && chance.happens(deposit_habit(client)) {
        let delivered = business_on_or_after(plus(issued_on, chance.between(14, 45)));
        if client.appetite(delivered) > 0.0 {
            return with_deposit(chance, (issued_on, delivered), terms, amount);
        }
    }
    let split = weight > 1.8 && terms.due(issued_on) > plus(issued_on, 20) && chance.happens(0.09);
    let parts = if split { chance.between(2, 3) } else { 1 };
    let whole = instalments(terms, issued_on, amount, parts);
    vec![document(chance, DocumentKind::Invoice, issued_on, whole)]
}

/// Amount including VAT, in cents; nothing is billed below fifteen euros.
fn amount(chance: &mut Chance, client: &Client) -> i64 {
    let without_vat = match client.rhythm {
        Rhythm::Subscription => client.ticket,
        Rhythm::MonthEnd => chance.log_normal(3.0 * client.ticket, 0.35),
        Rhythm::Once | Rhythm::Delivery(_) => chance.log_normal(client.ticket, 0.7),
    };
    share(whole(without_vat).max(1_500), WITH_VAT)
}

fn deposit_habit(client: &Client) -> f64 {
    match client.rhythm {
        Rhythm::Once => 0.25,
        Rhythm::Delivery(_) => 0.02,
        Rhythm::MonthEnd | Rhythm::Subscription => 0.0,
    }
}

fn with_retention(chance: &mut Chance, issued_on: NaiveDate, terms: Terms, amount: i64) -> Vec<Document> {
    let kept = share(amount, RETENTION);
    let main = instalments(terms, issued_on, amount - kept, 1);
    let retention = vec![part(plus(issued_on, 365), kept)];
    let known = document(chance, DocumentKind::Invoice, issued_on, main);
    let held = Document { known_on: known.known_on, ..document(chance, DocumentKind::Retention, issued_on, retention) };
    vec![known, held]
}

fn with_deposit(
    chance: &mut Chance,
    (ordered, delivered): (NaiveDate, NaiveDate),
    terms: Terms,
    amount: i64,
) -> Vec<Document> {
    let first = share(amount, 0.3);
    let balance = instalments(terms, delivered, amount - first, 1);
    vec![
        document(chance, DocumentKind::Deposit, ordered, vec![part(ordered, first)]),
        document(chance, DocumentKind::Invoice, delivered, balance),
    ]
}

/// Equal parts, due at equal distances; the last falls due when the whole would have, so that no
/// part is beyond the legal ceiling. It takes the cents left over.
fn instalments(terms: Terms, issued_on: NaiveDate, amount: i64, parts: i64) -> Vec<Instalment> {
    let each = amount / parts;
    let last_due = terms.due(issued_on);
    let days = days_between(issued_on, last_due);
    let mut all: Vec<Instalment> =
        (1..parts).map(|number| part(plus(issued_on, days * number / parts), each)).collect();
    all.push(part(last_due, amount - each * (parts - 1)));
    all
}

fn part(due_on: NaiveDate, amount: i64) -> Instalment {
    Instalment { due_on, amount, payments: Vec::new() }
}

fn document(chance: &mut Chance, kind: DocumentKind, issued_on: NaiveDate, instalments: Vec<Instalment>) -> Document {
    Document {
        number: String::new(),
        kind,
        issued_on,
        known_on: plus(issued_on, booking_lag(chance)),
        instalments,
        credit_notes: Vec::new(),
        dispute: None,
    }
}

/// Most invoices are booked the day they are written.
pub(crate) fn booking_lag(chance: &mut Chance) -> i64 {
    chance.weighted(&[(0, 86.0), (1, 8.0), (2, 4.0), (3, 2.0)])
}
