//! What must hold of any portfolio the generator makes, not only of the committed one.

use std::collections::BTreeSet;

use encours_datasets::{
    Account, Document, FIRST_DAY, Instalment, Payment, PaymentKind, Portfolio, SAMPLE_AS_OF, SAMPLE_AS_OF_DATE, SEED,
    UNASSIGNED_PREFIX, generate, has_check_digit,
};

/// The committed portfolio and two others.
fn portfolios() -> [Portfolio; 3] {
    [SEED, 1, 99].map(generate)
}

fn documents(portfolio: &Portfolio) -> impl Iterator<Item = &Document> {
    portfolio.accounts.iter().flat_map(|account| &account.documents)
}

fn each_part(portfolio: &Portfolio, check: impl Fn(&Account, &Document, &Instalment)) {
    for account in &portfolio.accounts {
        for document in &account.documents {
            document.instalments.iter().for_each(|part| check(account, document, part));
        }
    }
}

#[test]
fn companies_lie_outside_the_assigned_range() {
    for portfolio in portfolios() {
        let clients = portfolio.accounts.iter().map(|account| &account.client.company);
        let sirens: Vec<&str> = clients.chain(&portfolio.prospects).map(|company| company.siren.as_str()).collect();
        assert!(sirens.iter().all(|siren| has_check_digit(siren)));
        assert!(sirens.iter().all(|siren| siren.starts_with(UNASSIGNED_PREFIX)));
        assert_eq!(sirens.iter().collect::<BTreeSet<_>>().len(), sirens.len());
        let asked_for: BTreeSet<&str> = portfolio.register.iter().map(|fact| fact.subject.as_str()).collect();
        assert!(asked_for.iter().all(|siren| has_check_digit(siren) && siren.starts_with(UNASSIGNED_PREFIX)));
        assert!(sirens.iter().all(|siren| !asked_for.contains(siren)), "a stranger is a client");
    }
}

#[test]
fn numbers_are_unique_and_unbroken() {
    for portfolio in portfolios() {
        let mut numbers: Vec<&str> = documents(&portfolio)
            .flat_map(|document| {
                let notes = document.credit_notes.iter().map(|note| note.number.as_str());
                notes.chain([document.number.as_str()])
            })
            .collect();
        numbers.sort_unstable();
        let all = numbers.len();
        numbers.dedup();
        assert_eq!(numbers.len(), all, "a number was given twice");
        // 2026 may lack numbers of its last days: written, not yet booked.
        for series in ["F2023", "F2024", "F2025", "A2023", "A2024", "A2025"] {
            let of_series: Vec<&&str> = numbers.iter().filter(|number| number.starts_with(series)).collect();
            let last = format!("{series}-{:06}", of_series.len());
            assert_eq!(of_series.last().copied(), Some(&last.as_str()), "gaps in {series}");
        }
    }
}

#[test]
fn payments_never_exceed_what_is_owed() {
    for portfolio in portfolios() {
        each_part(&portfolio, |account, document, part| {
            let (paid, owed) = (part.paid(), part.amount - document.credited());
            let id = (&account.client.id, &document.number);
            assert!(paid <= owed, "{id:?}: paid {paid} of {owed}");
            assert!(paid >= 0, "{id:?}: paid {paid}");
        });
        assert!(documents(&portfolio).all(|document| document.credited() <= document.amount()));
    }
}

#[test]
fn what_bounces_was_paid_before() {
    for portfolio in portfolios() {
        each_part(&portfolio, |_, document, part| {
            let mut balance = 0;
            for payment in &part.payments {
                balance += payment.amount;
                assert!(balance >= 0, "{}: {:?}", document.number, part.payments);
                let reversal = payment.kind == PaymentKind::Reversal;
                assert_eq!(payment.amount < 0, reversal, "{}", document.number);
            }
            let ordered = |a: &Payment, b: &Payment| a.paid_on <= b.paid_on && a.known_on <= b.known_on;
            assert!(part.payments.is_sorted_by(ordered), "{}", document.number);
        });
    }
}

#[test]
fn dates_are_sane() {
    assert_eq!(SAMPLE_AS_OF_DATE.to_string(), SAMPLE_AS_OF);
    for portfolio in portfolios() {
        each_part(&portfolio, |account, document, part| {
            let terms = (part.due_on - document.issued_on).num_days();
            let founded = account.client.company.created_on;
            assert!(founded <= document.issued_on, "{}", account.client.id);
            assert!((FIRST_DAY..=SAMPLE_AS_OF_DATE).contains(&document.issued_on));
            assert!((0..=365).contains(&terms), "{}: {terms} days", document.number);
            for payment in &part.payments {
                let lag = (payment.known_on - payment.paid_on).num_days();
                assert!(payment.paid_on >= document.issued_on, "{}", document.number);
                assert!(payment.known_on <= SAMPLE_AS_OF_DATE && (0..=3).contains(&lag));
            }
        });
        for document in documents(&portfolio) {
            assert!((0..=3).contains(&(document.known_on - document.issued_on).num_days()));
            for note in &document.credit_notes {
                assert!(note.issued_on >= document.issued_on && note.known_on <= SAMPLE_AS_OF_DATE);
            }
            if let Some(dispute) = document.dispute {
                let closed = dispute.closed_on.unwrap_or(SAMPLE_AS_OF_DATE);
                assert!(dispute.opened_on > document.issued_on && closed >= dispute.opened_on);
            }
        }
    }
}

#[test]
fn facts_are_known_on_the_day_and_never_before_they_hold() {
    for portfolio in portfolios() {
        for fact in &portfolio.facts {
            assert!(fact.valid_from <= fact.known_from, "{fact:?}");
            assert!(fact.known_from <= SAMPLE_AS_OF_DATE, "{fact:?}");
        }
        assert_eq!(portfolio.prospects.len(), 40);
        for account in &portfolio.accounts {
            let siren = &account.client.company.siren;
            assert!(portfolio.facts.iter().any(|fact| fact.subject == *siren));
        }
    }
}

#[test]
fn failing_clients_stop_paying_before_the_notice() {
    let portfolio = generate(SEED);
    let liquidated = portfolio.facts.iter().filter(|fact| fact.value == "liquidation");
    let mut unpaid = 0;
    for fact in liquidated {
        let found = portfolio.accounts.iter().find(|a| a.client.company.siren == fact.subject);
        let Some(account) = found else { continue };
        for part in account.documents.iter().flat_map(|document| &document.instalments) {
            let cash = |payment: &&Payment| payment.kind != PaymentKind::WriteOff;
            assert!(part.payments.iter().filter(cash).all(|payment| payment.paid_on < fact.known_from));
            unpaid += usize::from(part.payments.iter().filter(cash).count() == 0);
        }
    }
    assert!(unpaid > 40, "only {unpaid} unpaid invoices of liquidated clients");
}
