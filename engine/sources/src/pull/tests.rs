//! Rows from records: what is split, what contradicts itself, what stands for itself.

use encours_domain::ledger::{DueDateOrigin, InvoiceKind};
use encours_domain::{Currency, Day, Money};
use proptest::prelude::*;

use super::{Claim, Content, Instalment, Paid, PullState, PulledLedger, PulledRecord};
use crate::SourceError;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn euros(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn claim(number: &str, amount: i64, paid: &[(&str, i64)], left: Option<i64>) -> Claim {
    Claim {
        client_id: "C".to_owned(),
        client_name: None,
        number: number.to_owned(),
        kind: if amount < 0 { InvoiceKind::CreditNote } else { InvoiceKind::Invoice },
        issued: day("2026-01-01"),
        instalments: vec![Instalment {
            due: Some(day("2026-01-31")),
            origin: DueDateOrigin::Stated,
            amount: euros(amount),
        }],
        corrects: None,
        entity: None,
        payments: paid.iter().map(|(on, minor)| Paid::stated(day(on), euros(*minor))).collect(),
        left: left.map(euros),
    }
}

fn record(id: &str, content: Content) -> PulledRecord {
    PulledRecord { id: id.to_owned(), version: String::new(), content, notes: Vec::new() }
}

fn ledger(records: Vec<PulledRecord>) -> PulledLedger {
    let mut ledger = PulledLedger::new("system");
    for record in records {
        ledger.put(record);
    }
    ledger
}

fn of(claims: Vec<(&str, Claim)>) -> PulledLedger {
    ledger(claims.into_iter().map(|(id, claim)| record(id, Content::Claim(Box::new(claim)))).collect())
}

/// Payments as instalment and minor units.
fn parts(ledger: &PulledLedger) -> Vec<(Option<u32>, i64)> {
    ledger.rows().0.payments.iter().map(|row| (row.instalment_no, row.amount.minor())).collect()
}

#[test]
fn payments_fill_the_oldest_instalment_first_and_come_off_the_last() {
    let mut split = claim("F1", 0, &[("2026-02-01", 700), ("2026-02-05", -300), ("2026-03-01", 600)], Some(0));
    let part =
        |due: &str, amount| Instalment { due: Some(day(due)), origin: DueDateOrigin::Stated, amount: euros(amount) };
    split.instalments = vec![part("2026-02-28", 500), part("2026-01-31", 500)];
    let ledger = of(vec![("1", split)]);
    assert_eq!(
        parts(&ledger),
        [(Some(1), 500), (Some(2), 200), (Some(2), -200), (Some(1), -100), (Some(1), 100), (Some(2), 500),]
    );
    assert_eq!(
        ledger.rows().0.invoices.iter().map(|row| row.due_date).collect::<Vec<_>>(),
        [day("2026-01-31"), day("2026-02-28")]
    );
}

#[test]
fn what_was_paid_beyond_the_claim_is_told_and_not_taken() {
    let ledger = of(vec![("1", claim("F1", 1000, &[("2026-02-01", 1200)], Some(0)))]);
    assert_eq!(parts(&ledger), [(Some(1), 1000)]);
    assert!(ledger.rows().1.notes[0].to_string().contains("paid beyond the claim"));
}

#[test]
fn a_claim_settled_on_no_known_day_is_left_out_with_its_credit_note() {
    let mut note = claim("A1", -100, &[], None);
    note.corrects = Some("1".to_owned());
    let ledger = of(vec![("1", claim("F1", 1000, &[("2026-02-01", 500)], Some(0))), ("2", note)]);
    let (rows, report) = ledger.rows();
    assert_eq!((rows.invoices.len(), rows.payments.len()), (0, 0));
    assert!(report.faults[0].to_string().contains("4.00 EUR was settled on no day"), "{}", report.faults[0]);
    assert!(report.notes[0].to_string().contains("left out with it"));
}

#[test]
fn a_linked_credit_note_settles_and_a_lost_one_stands_for_itself() {
    let mut note = claim("A1", -1000, &[], None);
    note.corrects = Some("1".to_owned());
    let mut lost = claim("A2", -50, &[], None);
    lost.corrects = Some("404".to_owned());
    let ledger = of(vec![("1", claim("F1", 1000, &[], Some(0))), ("2", note), ("3", lost)]);
    let (rows, report) = ledger.rows();
    let corrects: Vec<Option<&str>> = rows.invoices.iter().map(|row| row.corrects.as_deref()).collect();
    assert_eq!(corrects, [None, Some("F1"), None]);
    assert!(report.faults.is_empty());
    assert_eq!(report.notes.len(), 1);
}

#[test]
fn the_credit_note_of_a_cancelled_invoice_goes_with_it() {
    let mut note = claim("A1", -1000, &[], None);
    note.corrects = Some("1".to_owned());
    let cancelled = record("1", Content::NoClaim { status: "cancelled".to_owned() });
    let ledger = ledger(vec![cancelled, record("2", Content::Claim(Box::new(note)))]);
    let (rows, report) = ledger.rows();
    assert!(rows.invoices.is_empty());
    assert_eq!(report.notes.len(), 1);
}

#[test]
fn credit_notes_in_full_and_in_part_settle_together() {
    let set_off = |note: &str, minor| Paid {
        kind: encours_domain::ledger::PaymentKind::SetOff,
        credit_note: Some(note.to_owned()),
        ..Paid::stated(day("2026-02-01"), euros(minor))
    };
    let mut invoice = claim("F1", 1000, &[("2026-03-01", 300)], Some(0));
    invoice.payments.extend([set_off("2", 500), set_off("3", 200)]);
    let ledger = of(vec![("1", invoice), ("2", claim("A1", -500, &[], None)), ("3", claim("A2", -900, &[], None))]);
    let (rows, report) = ledger.rows();
    assert!(report.faults.is_empty() && report.notes.is_empty(), "{report:?}");
    let corrects: Vec<Option<&str>> = rows.invoices.iter().map(|row| row.corrects.as_deref()).collect();
    assert_eq!(corrects, [None, Some("F1"), None]);
    assert_eq!(parts(&ledger), [(Some(1), 200), (Some(1), 300), (None, -200)]);
}

#[test]
fn a_pull_can_be_moved_between_threads() {
    fn sendable<T: Send>(_: &T) {}
    struct Nothing;
    impl super::LedgerSource for Nothing {
        fn name(&self) -> &'static str {
            "nothing"
        }
        fn next_page<'s>(&'s self, _: super::Place<'s>) -> crate::Pending<'s, Result<super::PulledPage, SourceError>> {
            Box::pin(std::future::ready(Ok(super::PulledPage::moving_on(super::Checkpoint::start()))))
        }
    }
    let mut state = PullState::new("nothing");
    let mut keep = |_: &PullState, _: super::Progress| Ok::<(), SourceError>(());
    sendable(&super::pull(&Nothing, &mut state, &mut keep));
}

#[test]
fn a_due_date_before_the_day_of_issue_is_a_fault() {
    let mut early = claim("F1", 1000, &[], Some(1000));
    early.instalments[0].due = Some(day("2025-12-31"));
    let (rows, report) = of(vec![("1", early)]).rows();
    assert!(rows.invoices.is_empty());
    assert_eq!(
        report.faults[0].to_string(),
        "system 1, column `due date`, value `2025-12-31`: due before the day of issue; expected 2026-01-01 or later"
    );
}

#[test]
fn damaged_files_are_refused_with_a_sentence() {
    let bytes = PullState::new("system").to_bytes().unwrap();
    assert!(PullState::from_bytes(&bytes[..bytes.len() - 2]).is_err());
    let later = String::from_utf8(bytes).unwrap().replace("\"form\":1", "\"form\":9");
    let error = PullState::from_bytes(later.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "pulled ledger: found form 9, expected form 1");
    assert!(matches!(PulledLedger::from_bytes(b"[]"), Err(SourceError::Setting { .. })));
}

fn any_claim() -> impl Strategy<Value = Claim> {
    let payments = prop::collection::vec((0_i32..400, -500_i64..2000), 0..5);
    let instalments = prop::collection::vec((prop::option::of(0_i32..200), 1_i64..1000), 1..4);
    let first = day("2026-01-01");
    (instalments, payments, prop::option::of(0_i64..500), any::<bool>()).prop_map(move |(parts, paid, left, note)| {
        let sign = if note { -1 } else { 1 };
        let mut claim = claim("F", sign, &[], left);
        claim.instalments = parts
            .into_iter()
            .map(|(due, amount)| Instalment {
                due: due.map(|days| first.plus_clamped(days)),
                origin: DueDateOrigin::Stated,
                amount: euros(sign * amount),
            })
            .collect();
        claim.payments =
            paid.into_iter().map(|(days, minor)| Paid::stated(first.plus_clamped(days), euros(minor))).collect();
        claim
    })
}

proptest! {
    #[test]
    fn whatever_the_records_the_order_leaves_no_trace_and_bytes_come_back(
        claims in prop::collection::vec((0_u32..6, prop::option::of(0_u32..6), any_claim()), 0..8),
    ) {
        let records: Vec<PulledRecord> = claims
            .into_iter()
            .map(|(id, corrects, mut claim)| {
                claim.number = format!("F{id}");
                claim.corrects = corrects.filter(|_| claim.kind == InvoiceKind::CreditNote).map(|id| id.to_string());
                record(&id.to_string(), Content::Claim(Box::new(claim)))
            })
            .collect();
        // The last statement of an id is the one that counts, so keep one of each before turning them round.
        let one = ledger(records);
        let mut turned: Vec<PulledRecord> = one.records().cloned().collect();
        turned.reverse();
        let other = ledger(turned);
        prop_assert_eq!(one.to_bytes().unwrap(), other.to_bytes().unwrap());
        prop_assert_eq!(one.rows(), other.rows());
        prop_assert_eq!(&PulledLedger::from_bytes(&one.to_bytes().unwrap()).unwrap(), &one);
        let (rows, _) = one.rows();
        for invoice in rows.invoices.iter().filter(|row| row.kind != InvoiceKind::CreditNote) {
            let own = rows.payments.iter().filter(|row| row.invoice_id == invoice.invoice_id && row.instalment_no == Some(invoice.instalment_no));
            let mut left = invoice.amount.minor();
            let mut sorted: Vec<_> = own.map(|row| (row.paid_date, row.amount.minor() < 0, row.amount.minor())).collect();
            sorted.sort_unstable();
            for (_, _, amount) in sorted {
                left -= amount;
                prop_assert!(left >= 0, "paid beyond the claim: {:?}", rows);
            }
        }
    }
}
