//! One client: its items joined and written as rows.

use std::collections::{BTreeMap, BTreeSet};

use super::bounces::{self, Back};
use super::items::{Debit, Draft, Given, Items, Reading};
use super::journal::Record;
use super::matching::{Account, Claimed, Credit, plain_reference};
use super::options::Options;
use super::reconciliation::{Item, Reconciled};
use super::symbols::Symbol;
use crate::day::Day;
use crate::ledger::{DueDateOrigin, InvoiceKind, InvoiceRow, PaymentKind, PaymentOrigin, PaymentRow, Place};
use crate::money::Money;
use crate::terms::Terms;

/// Rows of one client, and what is told of it.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub invoices: Vec<InvoiceRow>,
    pub payments: Vec<PaymentRow>,
    pub reconciled: Reconciled,
    /// Invoices that restate stock of unknown date.
    pub stock: u64,
    /// Stated due dates before the day of issue, not taken.
    pub early_dues: u64,
    /// Payments that came back and that no invoice had room for.
    pub bounces_left_out: u64,
}

/// Writes one client's rows.
pub(super) struct Writer<'w> {
    pub reading: Reading<'w>,
    pub options: &'w Options,
    pub client_id: &'w str,
    pub client_name: Option<&'w str>,
}

/// What a claim of the account is written as.
struct Row {
    id: String,
    instalment: u32,
    instalments: u32,
    draft: Draft,
}

impl Writer<'_> {
    /// Joins and writes.
    pub fn told(&self, mut items: Items) -> Told {
        let mut told = Told::default();
        self.sort(&mut items);
        let backs = bounces::found(&items);
        for (debit, back) in items.debits.iter().zip(&backs) {
            let item = match back {
                // A claim that a factor gives back is counted with those that it bought.
                Back::NotBank | Back::FromFactor { .. } => continue,
                Back::Rejected { .. } => Item::Rejected,
                Back::Refunded => Item::Refunded,
            };
            if debit.on_client {
                items.sums.add(item, debit.amount);
            }
        }
        let rows = self.rows(std::mem::take(&mut items.invoices), std::mem::take(&mut items.notes));
        let (claims, notes): (Vec<Row>, Vec<Row>) =
            rows.into_iter().partition(|row| row.draft.kind != InvoiceKind::CreditNote);
        let bounced: BTreeMap<usize, usize> = backs
            .iter()
            .enumerate()
            .filter_map(|(debit, back)| match back {
                Back::Rejected { payment: Some(given) } | Back::FromFactor { assigned: Some(given) } => {
                    Some((*given, debit))
                }
                _ => None,
            })
            .collect();
        let taken: BTreeSet<usize> = bounced.values().copied().collect();
        let mut account = self.account(&claims, &notes, &items, &bounced, &taken);
        account.settle();
        self.write_claims(&claims, &mut told);
        self.write_notes(&account, &claims, &notes, &mut told);
        self.write_payments(&account, &claims, &notes, &items.given, &mut told);
        self.write_bounces(&mut account, &claims, (&items, notes.len()), &bounced, &mut told);
        self.close(&account, items, notes.len(), &mut told);
        told
    }

    fn sort(&self, items: &mut Items) {
        let text = |record: u32| {
            let record = self.reading.record(record);
            let text = |symbol| self.reading.journal.text(symbol);
            record.map(|r| {
                (text(r.piece), text(r.label), text(r.letter), text(r.account), text(r.journal), text(r.entry))
            })
        };
        items.given.sort_by(|left, right| {
            let order = |given: &Given| (given.date, given.amount, given.kind);
            order(left).cmp(&order(right)).then_with(|| text(left.record).cmp(&text(right.record)))
        });
        items.debits.sort_by(|left, right| {
            let order = |debit: &Debit| (debit.date, debit.amount, debit.from_bank);
            order(left).cmp(&order(right)).then_with(|| text(left.record).cmp(&text(right.record)))
        });
        for drafts in [&mut items.invoices, &mut items.notes] {
            drafts.sort_by(|left, right| {
                let order = |draft: &Draft| (draft.issue, draft.is_stock);
                let rest = |draft: &Draft| (draft.kind, draft.stated_due, draft.amount);
                order(left)
                    .cmp(&order(right))
                    .then_with(|| left.number.cmp(&right.number))
                    .then_with(|| rest(left).cmp(&rest(right)))
                    .then_with(|| text(left.record).cmp(&text(right.record)))
            });
        }
    }

    /// Names each claim: a number that stands on several documents of a client gets the day of booking from the second
    /// on, and parts of one document are its instalments.
    fn rows(&self, invoices: Vec<Draft>, notes: Vec<Draft>) -> Vec<Row> {
        let mut used: BTreeSet<String> = BTreeSet::new();
        let mut documents: BTreeMap<(usize, String, bool), (String, u32)> = BTreeMap::new();
        let mut rows: Vec<Row> = Vec::with_capacity(invoices.len() + notes.len());
        for draft in invoices.into_iter().chain(notes) {
            // Parts of a note stay apart: it has no instalments.
            let is_note = draft.kind == InvoiceKind::CreditNote;
            let document = (draft.entry, draft.number.clone(), draft.is_stock);
            let known = documents.get_mut(&document).filter(|_| !is_note);
            let (id, instalment) = if let Some((id, parts)) = known {
                *parts += 1;
                (id.clone(), *parts)
            } else {
                let id = self.free_id(&draft, &mut used);
                if !is_note {
                    documents.insert(document, (id.clone(), 1));
                }
                (id, 1)
            };
            rows.push(Row { id, instalment, instalments: 1, draft });
        }
        let counts: BTreeMap<&str, u32> = documents.values().map(|(id, parts)| (id.as_str(), *parts)).collect();
        for row in &mut rows {
            row.instalments = counts.get(row.id.as_str()).copied().unwrap_or(1);
        }
        rows
    }

    fn free_id(&self, draft: &Draft, used: &mut BTreeSet<String>) -> String {
        let booked = self.reading.record(draft.record).map_or(draft.issue, |record| record.date);
        let mut id = draft.number.clone();
        let mut again = 1;
        while !used.insert(id.clone()) {
            again += 1;
            id = if again == 2 {
                format!("{} ({booked})", draft.number)
            } else {
                format!("{} ({booked}/{again})", draft.number)
            };
        }
        id
    }

    /// Claims first, then shadows for debits that are no invoices; credits in the order notes, then what was given.
    fn account(
        &self,
        claims: &[Row],
        notes: &[Row],
        items: &Items,
        bounced: &BTreeMap<usize, usize>,
        taken: &BTreeSet<usize>,
    ) -> Account {
        let mut account = Account::default();
        for row in claims {
            account.claims.push(Claimed {
                issue: row.draft.issue.number(),
                amount: row.draft.amount,
                left: row.draft.amount,
                reference: plain_reference(&row.draft.number),
                groups: row.draft.groups.clone(),
                ..Claimed::default()
            });
        }
        for (_, debit) in items.debits.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
            account.claims.push(Claimed {
                issue: debit.date.number(),
                amount: debit.amount,
                left: debit.amount,
                groups: debit.groups.clone(),
                is_shadow: true,
                ..Claimed::default()
            });
        }
        for row in notes {
            let references = self.reading.record(row.draft.record).map(|record| self.reading.references_of(record));
            account.credits.push(Credit {
                date: row.draft.issue,
                left: row.draft.amount.saturating_neg(),
                references: references.unwrap_or_default(),
                groups: row.draft.groups.clone(),
                by_letter_only: false,
                is_note: true,
                bounced: false,
                given: Vec::new(),
            });
        }
        for (at, given) in items.given.iter().enumerate() {
            account.credits.push(Credit {
                date: given.date,
                left: given.amount,
                references: given.references.clone(),
                groups: given.groups.clone(),
                by_letter_only: given.by_letter_only,
                is_note: false,
                bounced: bounced.contains_key(&at),
                given: Vec::new(),
            });
        }
        account
    }

    fn place(&self, record: u32) -> Place {
        self.reading.record(record).map_or(Place { file: 0, line: 0 }, |record| record.place)
    }

    fn money(&self, minor: i64) -> Money {
        Money::from_minor(minor, self.options.currency)
    }

    fn write_claims(&self, claims: &[Row], told: &mut Told) {
        let usual = self.usual_terms(claims);
        for row in claims {
            let (due_date, due_date_origin) = self.due(&row.draft, usual, told);
            told.stock += u64::from(row.draft.is_stock);
            told.invoices.push(InvoiceRow { due_date, due_date_origin, ..self.invoice_row(row) });
        }
    }

    fn invoice_row(&self, row: &Row) -> InvoiceRow {
        let record = self.reading.record(row.draft.record);
        let stated = |of: fn(&Record) -> Symbol| {
            let text = record.map(|record| self.reading.journal.text(of(record)));
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        InvoiceRow {
            place: self.place(row.draft.record),
            client_id: self.client_id.to_owned(),
            invoice_id: row.id.clone(),
            instalment_no: row.instalment,
            issue_date: row.draft.issue,
            due_date: row.draft.issue,
            due_date_origin: DueDateOrigin::LegalDefault,
            amount: self.money(row.draft.amount),
            kind: row.draft.kind,
            corrects: None,
            entity: stated(|record| record.establishment),
            means_of_payment: stated(|record| record.means_of_payment),
            disputed_on: None,
            dispute_closed_on: None,
            known_on: record.map_or(row.draft.issue, |record| record.date),
            attributes: vec![self.client_name.map(str::to_owned)],
        }
    }

    /// The terms that the client's own stated due dates show most often, the shorter of equals.
    fn usual_terms(&self, claims: &[Row]) -> Option<Terms> {
        let mut counts: BTreeMap<i32, u32> = BTreeMap::new();
        for draft in claims.iter().map(|row| &row.draft) {
            let days = draft.stated_due.map(|due| due.days_since(draft.issue)).filter(|days| *days >= 0);
            if let Some(days) = days {
                *counts.entry(days).or_default() += 1;
            }
        }
        let most = counts.values().max()?;
        let days = counts.iter().find(|(_, count)| *count == most).map(|(days, _)| *days)?;
        u16::try_from(days).ok().map(Terms::net)
    }

    fn due(&self, draft: &Draft, usual: Option<Terms>, told: &mut Told) -> (Day, DueDateOrigin) {
        let issue = draft.issue;
        let stated = draft.stated_due.filter(|due| *due >= issue);
        told.early_dues += u64::from(draft.stated_due.is_some() && stated.is_none());
        let agreed = self.options.agreed.get(self.client_id);
        let usual = self.options.usual.get(self.client_id).copied().or(usual);
        match (stated, agreed, usual) {
            (Some(due), _, _) => (due, DueDateOrigin::Stated),
            _ if draft.is_stock => (self.options.legal_default.due_date(issue), DueDateOrigin::LegalDefault),
            (_, Some(terms), _) => (terms.due_date(issue), DueDateOrigin::Contract),
            (_, _, Some(terms)) => (terms.due_within_the_law(issue), DueDateOrigin::UsualTerms),
            _ => (self.options.legal_default.due_within_the_law(issue), DueDateOrigin::LegalDefault),
        }
    }

    /// A note that one invoice takes whole corrects it; any other is set off, or stands open.
    fn write_notes(&self, account: &Account, claims: &[Row], notes: &[Row], told: &mut Told) {
        for (row, credit) in notes.iter().zip(&account.credits) {
            let mut written = self.invoice_row(row);
            let corrected = corrected(credit, claims);
            written.corrects = corrected.map(|claim| claim.id.clone());
            if corrected.is_none() {
                for &(at, amount, origin) in &credit.given {
                    let day = claims.get(at).map_or(row.draft.issue, |claim| claim.draft.issue.max(row.draft.issue));
                    let refunded = account.claims.get(at).filter(|claim| claim.is_shadow);
                    let (kind, day) = match refunded {
                        Some(claim) => (PaymentKind::Payment, Day::from_number(claim.issue).unwrap_or(day)),
                        None => (PaymentKind::SetOff, day),
                    };
                    if let Some(claim) = claims.get(at) {
                        told.payments.push(self.payment(claim, row.draft.record, (day, day), amount, kind, origin));
                    }
                    told.payments.push(self.payment(row, row.draft.record, (day, day), -amount, kind, origin));
                }
            }
            told.invoices.push(written);
        }
    }

    fn write_payments(&self, account: &Account, claims: &[Row], notes: &[Row], given: &[Given], told: &mut Told) {
        for (credit, given) in account.credits.iter().skip(notes.len()).zip(given) {
            for &(at, amount, origin) in &credit.given {
                if let Some(claim) = claims.get(at) {
                    let days = (given.date, given.known_on);
                    told.payments.push(self.payment(claim, given.record, days, amount, given.kind, origin));
                }
            }
        }
    }

    fn payment(
        &self,
        claim: &Row,
        record: u32,
        (paid_date, known_on): (Day, Day),
        amount: i64,
        kind: PaymentKind,
        origin: PaymentOrigin,
    ) -> PaymentRow {
        PaymentRow {
            place: self.place(record),
            client_id: Some(self.client_id.to_owned()),
            invoice_id: claim.id.clone(),
            instalment_no: Some(claim.instalment),
            paid_date,
            amount: self.money(amount),
            kind,
            origin,
            known_on,
        }
    }

    /// A payment that came back stands on an invoice that had room for it, and its return beside it.
    fn write_bounces(
        &self,
        account: &mut Account,
        claims: &[Row],
        (items, notes): (&Items, usize),
        bounced: &BTreeMap<usize, usize>,
        told: &mut Told,
    ) {
        for (&at, &back) in bounced {
            let (Some(given), Some(debit)) = (items.given.get(at), items.debits.get(back)) else { continue };
            let Some(found) = account.room_for_bounce(notes + at, debit.date) else {
                told.bounces_left_out += 1;
                continue;
            };
            for (claim, amount, origin) in found {
                let Some(claim) = claims.get(claim) else { continue };
                let days = (given.date, given.known_on);
                told.payments.push(self.payment(claim, given.record, days, amount, given.kind, origin));
                let kind = if debit.from_factor { PaymentKind::Assigned } else { PaymentKind::Reversal };
                let days = (debit.date, debit.date);
                told.payments.push(self.payment(claim, debit.record, days, -amount, kind, origin));
            }
        }
    }

    fn close(&self, account: &Account, items: Items, notes: usize, told: &mut Told) {
        let sum = |amounts: &mut dyn Iterator<Item = i64>| amounts.map(i128::from).sum::<i128>();
        let open = sum(&mut told.invoices.iter().map(|row| row.amount.minor()))
            - sum(&mut told.payments.iter().map(|row| row.amount.minor()));
        let left = account.credits.iter().skip(notes).filter(|credit| !credit.bounced).map(|credit| credit.left);
        let unplaced = account.claims.iter().filter(|claim| claim.is_shadow).map(|claim| claim.left);
        told.reconciled = Reconciled {
            client_id: self.client_id.to_owned(),
            sums: items.sums,
            outside: items.outside,
            open_invoices: open,
            unallocated_credits: sum(&mut left.into_iter()),
            unplaced_debits: sum(&mut unplaced.into_iter()),
            ..Reconciled::default()
        };
    }
}

fn corrected<'r>(credit: &Credit, claims: &'r [Row]) -> Option<&'r Row> {
    match credit.given.as_slice() {
        [(at, _, _)] if credit.left == 0 => claims.get(*at).filter(|claim| claim.instalments == 1),
        _ => None,
    }
}
