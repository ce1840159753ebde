//! From records to the rows of a ledger, and everything that has to be told on the way.

use std::collections::{BTreeMap, BTreeSet};

use encours_domain::ledger::{DueDateOrigin, InvoiceKind, InvoiceRow, LedgerRows, PaymentKind, PaymentRow, Place};
use encours_domain::{Day, Fault, FaultReport, Money};

use super::ledger::PulledLedger;
use super::record::{Claim, Content, Instalment, Paid, PulledRecord, Remark};

/// Days to pay where nothing was agreed (code de commerce L441-10, I).
const LEGAL_DEFAULT_DAYS: i32 = 30;
/// Attribute columns, sorted.
const ATTRIBUTES: [&str; 2] = ["client_name", "siren"];

/// Derives the rows. Claims whose values contradict each other are left out with a fault: half an invoice would be a
/// false one.
pub(super) fn rows(ledger: &PulledLedger) -> (LedgerRows, FaultReport) {
    let mut work = Work::new(ledger);
    let mut left_out = BTreeSet::new();
    for (record, claim) in work.invoices() {
        let settled = minor(work.payments(record, claim)).saturating_add(work.credited(&record.id, claim));
        if let Some(remark) = contradiction(claim, settled) {
            work.report.faults.push(fault(ledger, record, &remark));
            left_out.insert(record.id.clone());
        }
    }
    for record in ledger.records() {
        work.add(record, &left_out);
    }
    work.report.faults.sort();
    work.report.notes.sort();
    (work.rows, work.report)
}

fn file(ledger: &PulledLedger, record: &PulledRecord) -> String {
    format!("{} {}", ledger.source(), record.id)
}

fn fault(ledger: &PulledLedger, record: &PulledRecord, remark: &Remark) -> Fault {
    Fault {
        file: file(ledger, record),
        line: None,
        column: Some(remark.field.clone()),
        value: Some(remark.value.clone()),
        reason: remark.reason.clone(),
    }
}

/// What stands against taking a claim of which so much is settled, in minor units.
fn contradiction(claim: &Claim, settled: i64) -> Option<Remark> {
    let early = claim.instalments.iter().filter_map(|part| part.due).find(|due| *due < claim.issued);
    if let Some(due) = early {
        let reason = format!("due before the day of issue; expected {} or later", claim.issued);
        return Some(Remark::new("due date", due, reason));
    }
    let left = claim.left?;
    let open = total(claim).saturating_sub(settled);
    if open <= left.minor() {
        return None;
    }
    let currency = left.currency();
    let undated = Money::from_minor(open.saturating_sub(left.minor()), currency);
    let reason = format!(
        "{undated} was settled on no day that the system tells; expected a dated payment or a linked credit note. \
         Left out: as unpaid it would be a false claim"
    );
    Some(Remark::new("left to pay", left, reason))
}

fn total(claim: &Claim) -> i64 {
    claim.instalments.iter().map(|part| part.amount.minor()).fold(0, i64::saturating_add)
}

fn minor(payments: Vec<&Paid>) -> i64 {
    payments.iter().map(|paid| paid.amount.0.minor()).fold(0, i64::saturating_add)
}

struct Work<'l> {
    ledger: &'l PulledLedger,
    /// What each credit note was set off against, by the invoices that say so.
    uses: BTreeMap<&'l str, Vec<(&'l str, &'l Paid)>>,
    /// What credit notes take back of each invoice, by its id and the client of the note, in minor units.
    credits: BTreeMap<(&'l str, &'l str), i64>,
    rows: LedgerRows,
    report: FaultReport,
}

impl<'l> Work<'l> {
    fn new(ledger: &'l PulledLedger) -> Self {
        let mut uses: BTreeMap<&str, Vec<(&str, &Paid)>> = BTreeMap::new();
        for record in ledger.records() {
            let Content::Claim(claim) = &record.content else { continue };
            for paid in &claim.payments {
                let Some(note) = &paid.credit_note else { continue };
                uses.entry(note).or_default().push((&record.id, paid));
            }
        }
        let attribute_names = ATTRIBUTES.map(str::to_owned).to_vec();
        let rows = LedgerRows { attribute_names, ..LedgerRows::default() };
        let mut work = Self { ledger, uses, credits: BTreeMap::new(), rows, report: FaultReport::default() };
        for record in ledger.records() {
            let Content::Claim(note) = &record.content else { continue };
            let target = work.target(&record.id, note).filter(|_| note.kind == InvoiceKind::CreditNote);
            let Some(target) = target else { continue };
            let credit = work.credits.entry((target, note.client_id.as_str())).or_default();
            *credit = credit.saturating_sub(total(note));
        }
        work
    }

    fn invoices(&self) -> Vec<(&'l PulledRecord, &'l Claim)> {
        let claims = self.ledger.records().filter_map(|record| match &record.content {
            Content::Claim(claim) if claim.kind != InvoiceKind::CreditNote => Some((record, &**claim)),
            _ => None,
        });
        claims.collect()
    }

    fn claim(&self, id: &str) -> Option<&'l Claim> {
        match &self.ledger.record(id)?.content {
            Content::Claim(claim) => Some(claim),
            Content::NoClaim { .. } | Content::Unreadable(_) => None,
        }
    }

    /// The one record that a credit note takes back: the one it was set off against in full, else the one it names.
    fn target(&self, id: &str, note: &'l Claim) -> Option<&'l str> {
        match self.uses.get(id).map(Vec::as_slice) {
            Some([(invoice, paid)]) if paid.amount.0.minor() == -total(note) => Some(invoice),
            Some(_) => None,
            None => note.corrects.as_deref(),
        }
    }

    /// Credit notes that point at an invoice, up to its amount, in minor units.
    fn credited(&self, id: &str, claim: &Claim) -> i64 {
        let credits = self.credits.get(&(id, claim.client_id.as_str())).copied().unwrap_or(0);
        credits.min(total(claim).max(0))
    }

    /// The payments that stand as such. A credit note that was set off in full against this invoice takes it back itself.
    fn payments(&self, record: &PulledRecord, claim: &'l Claim) -> Vec<&'l Paid> {
        let own = |paid: &&Paid| match &paid.credit_note {
            Some(note) => self.claim(note).is_none_or(|claim| self.target(note, claim) != Some(record.id.as_str())),
            None => true,
        };
        claim.payments.iter().filter(own).collect()
    }

    fn note(&mut self, record: &PulledRecord, field: &str, value: impl ToString, reason: &str) {
        let remark = Remark::new(field, value, reason);
        self.report.notes.push(fault(self.ledger, record, &remark));
    }

    fn add(&mut self, record: &'l PulledRecord, left_out: &BTreeSet<String>) {
        for remark in &record.notes {
            self.report.notes.push(fault(self.ledger, record, remark));
        }
        match &record.content {
            Content::Claim(_) if left_out.contains(&record.id) => {}
            Content::Claim(claim) if claim.kind == InvoiceKind::CreditNote => self.add_note(record, claim, left_out),
            Content::Claim(claim) => self.add_invoice(record, claim),
            Content::NoClaim { .. } => {}
            Content::Unreadable(remark) => self.report.faults.push(fault(self.ledger, record, remark)),
        }
    }

    fn add_invoice(&mut self, record: &'l PulledRecord, claim: &'l Claim) {
        let place = self.place(record);
        let instalments = self.dated(record, claim);
        self.push(place, claim, &instalments, None);
        let payments = self.payments(record, claim);
        let credited = self.credited(&record.id, claim);
        let beyond = self.push_payments(place, claim, &instalments, &payments, credited);
        if beyond > 0 {
            let currency = instalments.first().map_or(encours_domain::Currency::EUR, |part| part.2.currency());
            let beyond = Money::from_minor(beyond, currency);
            self.note(record, "payments", beyond, "paid beyond the claim; this part is not in the ledger");
        }
        if let Some(left) = claim.left {
            let open = total(claim).saturating_sub(minor(payments)).saturating_sub(credited);
            if open < left.minor() && beyond == 0 {
                let reason = format!(
                    "the system says that more is left to pay than {}, which is what payments and credit notes leave",
                    Money::from_minor(open, left.currency())
                );
                self.note(record, "left to pay", left, &reason);
            }
        }
    }

    fn add_note(&mut self, record: &'l PulledRecord, claim: &'l Claim, left_out: &BTreeSet<String>) {
        let target = self.target(&record.id, claim);
        let corrected = target.and_then(|id| self.ledger.record(id));
        if corrected.is_some_and(|one| left_out.contains(&one.id) || !matches!(one.content, Content::Claim(_))) {
            let reason = "the credit note of an invoice that is no claim or was left out; left out with it";
            return self.note(record, "corrects", target.unwrap_or_default(), reason);
        }
        let number = target.and_then(|id| self.claim(id)).filter(|one| one.client_id == claim.client_id);
        let number = number.map(|one| one.number.clone());
        if let (Some(target), None) = (target, &number) {
            self.note(record, "corrects", target, "no such invoice of this client was pulled; it stands for itself");
        }
        let place = self.place(record);
        let instalments: Vec<_> =
            claim.instalments.iter().map(|part| (claim.issued, DueDateOrigin::LegalDefault, part.amount)).collect();
        let used_up = number.is_some();
        self.push(place, claim, &instalments, number);
        if used_up {
            return;
        }
        let uses = self.uses.get(record.id.as_str()).cloned().unwrap_or_default();
        for (line, (_, paid)) in (100..).zip(uses) {
            let amount = Money::from_minor(-paid.amount.0.minor(), paid.amount.0.currency());
            self.rows.payments.push(payment(Place { line, ..place }, claim, None, paid, amount, PaymentKind::SetOff));
        }
        for (line, paid) in (200..).zip(claim.payments.iter().filter(|paid| paid.credit_note.is_none())) {
            self.rows.payments.push(payment(Place { line, ..place }, claim, None, paid, paid.amount.0, paid.kind));
        }
    }

    fn place(&mut self, record: &PulledRecord) -> Place {
        self.rows.files.push(file(self.ledger, record));
        Place { file: u32::try_from(self.rows.files.len()).unwrap_or(u32::MAX).saturating_sub(1), line: 1 }
    }

    /// The parts of a claim by their due dates; one that is missing is the legal default, and that is told.
    fn dated(&mut self, record: &PulledRecord, claim: &Claim) -> Vec<(Day, DueDateOrigin, Money)> {
        let mut parts: Vec<_> = claim
            .instalments
            .iter()
            .map(|part: &Instalment| match part.due {
                Some(due) => (due, part.origin, part.amount),
                None => (claim.issued.plus_clamped(LEGAL_DEFAULT_DAYS), DueDateOrigin::LegalDefault, part.amount),
            })
            .collect();
        parts.sort_by_key(|(due, _, amount)| (*due, amount.minor()));
        if claim.instalments.iter().any(|part| part.due.is_none()) {
            self.note(
                record,
                "due date",
                "",
                "no due date; the legal default of 30 days is shown and never learnt from",
            );
        }
        parts
    }

    fn push(&mut self, place: Place, claim: &Claim, parts: &[(Day, DueDateOrigin, Money)], corrects: Option<String>) {
        let client = self.ledger.client(&claim.client_id);
        let name = client.and_then(|client| client.name.clone()).or_else(|| claim.client_name.clone());
        let siren = client.and_then(|client| client.siren.clone());
        for (number, (due_date, due_date_origin, amount)) in (1_u32..).zip(parts) {
            self.rows.invoices.push(InvoiceRow {
                place: Place { line: u64::from(number), ..place },
                client_id: claim.client_id.clone(),
                invoice_id: claim.number.clone(),
                instalment_no: number,
                issue_date: claim.issued,
                due_date: *due_date,
                due_date_origin: *due_date_origin,
                amount: *amount,
                kind: claim.kind,
                corrects: corrects.clone(),
                entity: claim.entity.clone(),
                means_of_payment: None,
                disputed_on: None,
                dispute_closed_on: None,
                known_on: claim.issued,
                attributes: vec![name.clone(), siren.clone()],
            });
        }
    }

    /// Lays payments on the parts, oldest first, splitting where one pays several; money that went back comes off the
    /// part paid last. Gives what was paid beyond the claim.
    fn push_payments(
        &mut self,
        place: Place,
        claim: &Claim,
        parts: &[(Day, DueDateOrigin, Money)],
        payments: &[&Paid],
        credited: i64,
    ) -> i64 {
        let mut credit = credited;
        let mut rooms: Vec<i64> = Vec::with_capacity(parts.len());
        for (_, _, amount) in parts {
            let taken = credit.min(amount.minor().max(0));
            credit -= taken;
            rooms.push(amount.minor() - taken);
        }
        let full = rooms.clone();
        let mut sorted = payments.to_vec();
        sorted.sort_by_key(|paid| (paid.on, paid.amount.0.minor() < 0, paid.amount, paid.kind));
        let (mut beyond, mut line) = (0_i64, 100_u64);
        for paid in sorted {
            let currency = paid.amount.0.currency();
            let mut rest = paid.amount.0.minor();
            let order: Vec<usize> =
                if rest < 0 { (0..rooms.len()).rev().collect() } else { (0..rooms.len()).collect() };
            for position in order {
                let (Some(room), Some(whole)) = (rooms.get_mut(position), full.get(position)) else { continue };
                let share = if rest < 0 { rest.max((*room - whole).min(0)) } else { rest.min((*room).max(0)) };
                if share == 0 {
                    continue;
                }
                *room -= share;
                rest -= share;
                let number = u32::try_from(position).ok().and_then(|position| position.checked_add(1));
                let amount = Money::from_minor(share, currency);
                self.rows.payments.push(payment(Place { line, ..place }, claim, number, paid, amount, paid.kind));
                line += 1;
            }
            beyond = beyond.saturating_add(rest);
        }
        beyond.max(0)
    }
}

fn payment(
    place: Place,
    claim: &Claim,
    instalment_no: Option<u32>,
    paid: &Paid,
    amount: Money,
    kind: PaymentKind,
) -> PaymentRow {
    PaymentRow {
        place,
        client_id: Some(claim.client_id.clone()),
        invoice_id: claim.number.clone(),
        instalment_no,
        paid_date: paid.on,
        amount,
        kind,
        origin: paid.origin,
        known_on: paid.on,
    }
}
