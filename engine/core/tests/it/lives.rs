//! Lives of invoices that a fold gets wrong first, each worked out by hand.

use encours_core::CoreError;
use encours_core::assessment::{Assessment, Beside, Context, Request, Subject, Trade, assess};
use encours_core::features::{ClientState, Cut, Reading, registry};
use encours_core::ledger::Book;
use encours_core::policy::{LawTable, Policy, RawQuote};
use encours_core::portfolio::measures::Measures;
use encours_core::portfolio::{ScoringModel, rescore};
use encours_domain::ledger::{InvoiceKind, InvoiceRow, LedgerRows, PaymentKind};
use encours_domain::{Currency, ErrorClass, Money};

use crate::support::{START, book_of, day, horizons, invoice, payment, priors, shape_on};

/// An invoice of 1000.00 issued on day 0, due on day 30, and what else there is.
fn with(invoices: Vec<InvoiceRow>, payments: &[(i32, i64, PaymentKind)]) -> Book {
    let mut rows = LedgerRows { files: vec!["hand.csv".to_owned()], invoices, ..LedgerRows::default() };
    if rows.invoices.iter().all(|invoice| invoice.invoice_id != "1") {
        rows.invoices.push(invoice("C", "1", START, START + 30, 100_000));
    }
    for &(paid, cents, kind) in payments {
        let mut payment = payment("1", START + paid, cents);
        payment.kind = kind;
        rows.payments.push(payment);
    }
    book_of(rows)
}

fn note(issued: i32, due: i32, cents: i64) -> InvoiceRow {
    let mut note = invoice("C", "N1", START + issued, START + due, -cents);
    note.kind = InvoiceKind::CreditNote;
    note.corrects = Some("1".to_owned());
    note
}

fn feature(book: &Book, name: &str, late_over: u16, today: i32) -> f64 {
    let priors = priors();
    let mut state = ClientState::new(&horizons(), priors.paying_week);
    state.load(book.client(0)).unwrap();
    state.advance(book.client(0), Cut::start_of(START + today));
    let horizon = horizons().days().iter().position(|&days| days == late_over).unwrap();
    let reading = Reading::new(&state, &priors, horizon, shape_on(START + today), START + today).unwrap();
    (registry::find(name).unwrap().value)(&reading)
}

fn measures(book: &Book, evening: i32) -> Measures {
    let mut lines = rescore(book, &ScoringModel::prior_only(), day(START + evening), &|_| &[]).unwrap().lines;
    lines.remove(0).measures
}

/// Share of known outcomes that were late, told from the smoothed rate: (late + 2 · base) / (known + 2).
fn smoothed(late: f64, known: f64, late_over: u16) -> f64 {
    let base = priors().horizons.iter().find(|prior| prior.late_over == late_over).unwrap().rate;
    (late + 2.0 * base) / (known + 2.0)
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} instead of {expected}");
}

use PaymentKind::{Assigned, Payment, Reversal, Rounding, WriteOff};

#[test]
fn sold_to_a_factor() {
    // Before it is due or long after: the claim is gone, and no later day teaches anything.
    for (sold, late) in [(10, 0.0), (45, 1.0)] {
        let book = with(vec![], &[(sold, 100_000, Assigned)]);
        let found = measures(&book, 90);
        assert_eq!((found.n, found.n_settled, found.exposure, found.overdue), (1, 0, 0, 0), "sold on day {sold}");
        assert_eq!((found.dbt_max, found.worst_open), (None, None));
        // What was known late before it was sold stays so.
        close(feature(&book, "late_rate", 0, 90), smoothed(late, late, 0));
        close(feature(&book, "late_rate", 30, 90), smoothed(0.0, 0.0, 30));
    }
}

#[test]
fn given_back_by_a_factor() {
    let book = with(vec![], &[(10, 100_000, Assigned), (50, -100_000, Assigned), (70, 100_000, Payment)]);
    assert_eq!(measures(&book, 40).exposure, 0);
    let found = measures(&book, 60);
    assert_eq!((found.exposure, found.overdue), (100_000, 100_000));
    let found = measures(&book, 90);
    assert_eq!((found.n_settled, found.exposure, found.dbt_max), (1, 0, Some(40)));
    close(feature(&book, "late_rate", 30, 90), smoothed(1.0, 1.0, 30));
    close(feature(&book, "bounces", 0, 90), 0.0);
}

#[test]
fn cents_that_were_left() {
    // The payment is what the client did, on its own day.
    let book = with(vec![], &[(40, 99_999, Payment), (80, 1, Rounding)]);
    let found = measures(&book, 90);
    assert_eq!((found.n_settled, found.exposure, found.dbt_max), (1, 0, Some(10)));
}

#[test]
fn paid_before_it_was_issued() {
    let book = with(vec![], &[(-5, 100_000, Payment)]);
    let found = measures(&book, 60);
    assert_eq!((found.n, found.n_settled, found.exposure, found.overdue), (1, 1, 0, 0));
    assert_eq!((found.dbt_max, found.worst_open), (Some(-35), None));
    close(feature(&book, "overdue_count", 0, 60), 0.0);
    assert!(feature(&book, "overdue_share", 0, 60).is_nan(), "nothing is open");
    close(feature(&book, "late_rate", 0, 60), smoothed(0.0, 1.0, 0));
}

#[test]
fn credited_in_full_on_the_day_of_issue() {
    // However the note's own due day is written.
    for due in [0, 30, 45] {
        let book = with(vec![note(0, due, 100_000)], &[]);
        let found = measures(&book, 60);
        assert_eq!((found.n, found.n_settled, found.exposure, found.overdue), (1, 0, 0, 0), "due {due}");
        close(feature(&book, "overdue_count", 0, 60), 0.0);
        close(feature(&book, "late_rate", 0, 60), smoothed(0.0, 0.0, 0));
    }
}

#[test]
fn half_credited_on_the_day_of_issue_and_the_rest_paid() {
    let book = with(vec![note(0, 0, 50_000)], &[(40, 50_000, Payment)]);
    let found = measures(&book, 60);
    assert_eq!((found.n_settled, found.exposure, found.dbt_max), (1, 0, Some(10)));
    close(feature(&book, "late_rate", 0, 60), smoothed(1.0, 1.0, 0));
    assert_eq!(measures(&book, 35).overdue, 50_000);
}

#[test]
fn a_note_booked_before_the_invoice_it_corrects() {
    let mut late = invoice("C", "1", START, START + 30, 100_000);
    late.known_on = day(START + 12);
    let book = with(vec![late, note(3, 3, 100_000)], &[]);
    assert_eq!(measures(&book, 60).exposure, 0);
    close(feature(&book, "overdue_count", 0, 60), 0.0);
}

#[test]
fn a_note_for_the_rest_of_a_part_paid_invoice_settles_it_on_the_day_of_the_money() {
    let book = with(vec![note(50, 50, 40_000)], &[(36, 60_000, Payment)]);
    let found = measures(&book, 60);
    assert_eq!((found.n_settled, found.exposure, found.dbt_max), (1, 0, Some(6)));
}

#[test]
fn written_off_long_after_it_was_late() {
    let book = with(vec![], &[(200, 100_000, WriteOff)]);
    // Late over 0 and 30 days since long, and once.
    for late_over in [0, 30, 90] {
        close(feature(&book, "late_rate", late_over, 260), smoothed(1.0, 1.0, late_over));
    }
    let found = measures(&book, 260);
    assert_eq!((found.n, found.n_settled, found.exposure, found.overdue), (1, 0, 0, 0));
    close(feature(&book, "overdue_count", 0, 260), 0.0);
    // No delay is known and nothing is open: the base rate of the weekday on which the invoice in question falls due.
    let due = START + 260 + 30;
    let weekday = usize::try_from((due + 3).rem_euclid(7)).unwrap();
    close(feature(&book, "late_shifted", 30, 260), priors().horizons[2].rate_by_due_weekday[weekday]);
}

#[test]
fn a_payment_that_comes_back_opens_the_claim_again() {
    let book = with(vec![], &[(28, 100_000, Payment), (33, -100_000, Reversal)]);
    close(feature(&book, "bounces", 0, 33), 0.0);
    close(feature(&book, "late_rate", 0, 33), smoothed(0.0, 1.0, 0));
    assert_eq!(measures(&book, 32).n_settled, 1);
    // Known late over 0 days from the return on; over 30 days only from day 61.
    close(feature(&book, "bounces", 0, 40), 1.0);
    close(feature(&book, "late_rate", 0, 40), smoothed(1.0, 1.0, 0));
    close(feature(&book, "overdue_count", 0, 40), 1.0);
    let found = measures(&book, 40);
    assert_eq!((found.n_settled, found.exposure, found.overdue, found.worst_open), (0, 100_000, 100_000, Some(10)));
    close(feature(&book, "late_rate", 30, 60), smoothed(0.0, 1.0, 30));
    close(feature(&book, "late_rate", 30, 62), smoothed(1.0, 1.0, 30));
}

#[test]
fn paid_again_after_it_came_back_counts_once() {
    let book = with(vec![], &[(28, 100_000, Payment), (33, -100_000, Reversal), (45, 100_000, Payment)]);
    let found = measures(&book, 60);
    assert_eq!((found.n_settled, found.exposure, found.dbt_max, found.dbt_mean), (1, 0, Some(15), Some(15.0)));
    close(feature(&book, "late_rate", 0, 60), smoothed(1.0, 1.0, 0));
    close(feature(&book, "overdue_count", 0, 60), 0.0);
    // Mean of one invoice 15 days late, drawn by two.
    close(feature(&book, "days_mean", 0, 60), (15.0 + 2.0 * priors().mean_days_beyond_terms) / 3.0);
}

#[test]
fn booked_late_but_paid_in_time_is_not_late() {
    let mut rows = LedgerRows { files: vec!["hand.csv".to_owned()], ..LedgerRows::default() };
    rows.invoices.push(invoice("C", "1", START, START + 30, 100_000));
    let mut paid = payment("1", START + 29, 100_000);
    paid.known_on = day(START + 50);
    rows.payments.push(paid);
    let book = book_of(rows);
    close(feature(&book, "late_rate", 0, 45), smoothed(1.0, 1.0, 0));
    close(feature(&book, "late_rate", 0, 51), smoothed(0.0, 1.0, 0));
    close(feature(&book, "overdue_count", 0, 45), 1.0);
    close(feature(&book, "overdue_count", 0, 51), 0.0);
}

#[test]
fn a_disputed_invoice_is_not_held_against_the_client() {
    let mut disputed = invoice("C", "1", START, START + 30, 100_000);
    disputed.disputed_on = Some(day(START + 20));
    let book = with(vec![disputed], &[(80, 100_000, Payment)]);
    close(feature(&book, "late_rate", 0, 50), smoothed(0.0, 0.0, 0));
    close(feature(&book, "late_rate", 0, 100), smoothed(0.0, 0.0, 0));
    close(feature(&book, "overdue_count", 0, 50), 0.0);
}

/// The chance of failure that an answer on a morning gives.
fn failure(book: &Book, today: i32) -> f64 {
    let answer = answer(book, &Policy::shipped().unwrap(), today);
    answer.unwrap().failure.p_12_months.value()
}

fn answer(book: &Book, policy: &Policy, today: i32) -> Result<Assessment, CoreError> {
    let (model, law) = (ScoringModel::prior_only(), LawTable::shipped().unwrap());
    let (ledger_hash, facts, facts_hash) = ("", &[][..], "");
    let trade = Trade::default();
    let context = Context {
        book: Some(book),
        ledger_hash,
        facts,
        facts_hash,
        beside: Beside::default(),
        trade,
        model: &model,
        failure_model: None,
        quartiles: None,
        set_limit: None,
        group: &[],
        policy,
        law: &law,
    };
    let quote = RawQuote::of(Money::from_minor(90_000, policy.currency()));
    let request = Request { as_of: day(START + today), subject: Subject::Client("C"), quote };
    assess(&context, &request)
}

#[test]
fn a_ledger_is_judged_by_a_policy_in_its_own_currency_or_not_at_all() {
    let dollars: Currency = "USD".parse().unwrap();
    let mut sold = invoice("C", "1", START, START + 30, 100_000);
    sold.amount = Money::from_minor(100_000, dollars);
    let book = with(vec![sold], &[]);
    let shipped = Policy::shipped().unwrap();
    let refused = answer(&book, &shipped, 40).unwrap_err();
    assert_eq!(refused.class(), ErrorClass::Conflict);
    assert_eq!(refused.to_string(), "the ledger is kept in USD, the policy judges in EUR: no amount can be compared");
    let text = Policy::DEFAULT_TEXT.replacen("currency = \"EUR\"", "currency = \"USD\"", 1);
    let judged = answer(&book, &Policy::from_toml(&text).unwrap(), 40).unwrap();
    assert_eq!(judged.exposure.gross, Money::from_minor(100_000, dollars));
    assert_eq!(judged.limit.prudent.currency(), dollars);
}

#[test]
fn money_back_on_a_credit_note_is_a_refund_and_no_bounce() {
    // The note points nowhere: the invoice stays paid, and the note is paid back in money.
    let refunded = |refunds: &[(i32, i64)]| {
        let mut note = note(40, 40, 40_000);
        note.corrects = None;
        let paid = invoice("C", "1", START, START + 30, 100_000);
        let mut rows = LedgerRows { files: vec!["hand.csv".to_owned()], ..LedgerRows::default() };
        rows.invoices = vec![paid, note];
        rows.payments.push(payment("1", START + 28, 100_000));
        for &(back, cents) in refunds {
            let mut refund = payment("N1", START + back, -cents);
            refund.kind = Reversal;
            rows.payments.push(refund);
        }
        book_of(rows)
    };
    let (without, with) = (refunded(&[]), refunded(&[(50, 30_000), (55, 10_000)]));
    close(feature(&with, "bounces", 0, 60), 0.0);
    close(feature(&with, "overdue_count", 0, 60), 0.0);
    close(failure(&with, 60), failure(&without, 60));
    let found = measures(&with, 60);
    assert_eq!((found.n, found.exposure, found.worst_open), (1, 0, None));
    // A cheque that comes back is one.
    let bounced = self::with(vec![], &[(28, 100_000, Payment), (33, -100_000, Reversal), (45, 100_000, Payment)]);
    close(feature(&bounced, "bounces", 0, 60), 1.0);
    assert!(failure(&bounced, 60) > failure(&without, 60));
}

/// Invoices of one client by number, each due on day 30, and their payments: number, day, cents.
fn several(numbers: &[&str], payments: &[(&str, i32, i64)]) -> Book {
    let mut rows = LedgerRows { files: vec!["hand.csv".to_owned()], ..LedgerRows::default() };
    rows.invoices = numbers.iter().map(|number| invoice("C", number, START, START + 30, 100_000)).collect();
    for &(number, paid, cents) in payments {
        let mut payment = payment(number, START + paid, cents);
        payment.kind = if cents < 0 { Reversal } else { Payment };
        rows.payments.push(payment);
    }
    book_of(rows)
}

#[test]
fn a_payment_that_comes_back_corrects_its_own_place_among_the_last_five() {
    // In time on day 10; another is late from day 31 on; the first comes back on day 50: both are late.
    let two = several(&["1", "2"], &[("1", 10, 100_000), ("2", 40, 100_000), ("1", 50, -100_000)]);
    close(feature(&two, "late_last_five", 0, 50), (1.0 + smoothed(1.0, 2.0, 0)) / 3.0);
    close(feature(&two, "late_last_five", 0, 60), (2.0 + smoothed(2.0, 2.0, 0)) / 3.0);
    // The sixth before counts among all, not among the last five.
    let numbers = ["1", "2", "3", "4", "5", "6"];
    let mut payments: Vec<(&str, i32, i64)> =
        numbers.iter().zip(10..).map(|(number, day)| (*number, day, 100_000)).collect();
    payments.push(("1", 50, -100_000));
    let six = several(&numbers, &payments);
    close(feature(&six, "late_last_five", 0, 50), (0.0 + smoothed(0.0, 6.0, 0)) / 6.0);
    close(feature(&six, "late_last_five", 0, 60), (0.0 + smoothed(1.0, 6.0, 0)) / 6.0);
    payments.push(("6", 52, -100_000));
    let newest = several(&numbers, &payments);
    close(feature(&newest, "late_last_five", 0, 60), (1.0 + smoothed(2.0, 6.0, 0)) / 6.0);
}

/// What is left of a weight of one after some days.
fn half(days: i32, half_life: f64) -> f64 {
    (-f64::from(days) / half_life).exp2()
}

#[test]
fn a_corrected_outcome_fades_from_the_day_on_which_it_was_first_known() {
    // Both known late on day 31. One was paid on day 29, which is booked on day 50: no longer late.
    let mut rows = LedgerRows { files: vec!["hand.csv".to_owned()], ..LedgerRows::default() };
    rows.invoices = ["1", "2"].map(|number| invoice("C", number, START, START + 30, 100_000)).to_vec();
    let mut early = payment("1", START + 29, 100_000);
    early.known_on = day(START + 50);
    rows.payments = vec![early, payment("2", START + 45, 100_000)];
    let book = book_of(rows);
    let one = |half_life| (half(21, half_life) + smoothed(1.0, 2.0, 0)) / (2.0 * half(21, half_life) + 1.0);
    close(
        feature(&book, "late_rate_30", 0, 51),
        (half(20, 30.0) + smoothed(1.0, 2.0, 0)) / (2.0 * half(20, 30.0) + 1.0),
    );
    close(feature(&book, "late_rate_90", 0, 52), one(90.0));
    close(feature(&book, "late_rate_365", 0, 52), one(365.0));
    // Both paid on day 10; one comes back on day 40: one of two is late, in weights of day 10.
    let bounced = several(&["1", "2"], &[("1", 10, 100_000), ("2", 10, 100_000), ("1", 40, -100_000)]);
    let weight = half(31, 30.0);
    close(feature(&bounced, "late_rate_30", 0, 41), (weight + smoothed(1.0, 2.0, 0)) / (2.0 * weight + 1.0));
}

#[test]
fn a_payment_that_came_back_is_no_habit() {
    // Paid twenty days late and sent back; then, as another one, paid on day 26, in time.
    let book = several(&["1", "2"], &[("1", 50, 100_000), ("1", 52, -100_000), ("2", 26, 100_000)]);
    let base = |over: usize, today: i32| {
        let due = START + today + 30;
        priors().horizons[over].rate_by_due_weekday[usize::try_from((due + 3).rem_euclid(7)).unwrap()]
    };
    // Before it came back: one of two delays takes the due date past it.
    close(feature(&book, "late_shifted", 0, 51), (1.0 + 2.0 * base(0, 51)) / 4.0);
    // Since: one delay, in time, and one open claim that is late.
    close(feature(&book, "late_shifted", 0, 60), (1.0 + 2.0 * base(0, 60)) / 4.0);
    close(feature(&book, "late_shifted", 30, 60), (0.0 + 2.0 * base(2, 60)) / 3.0);
    // Day 26 of START, a Monday, is a Saturday: one payment of one on its weekday.
    close(feature(&book, "payday_concentration", 0, 60), 1.3 / 3.1);
    // One payment four days early, 34 days ago.
    let mean = (-4.0 + 2.0 * priors().mean_days_beyond_terms) / 3.0;
    let weight = half(34, 30.0);
    close(feature(&book, "days_mean", 0, 60), mean);
    close(feature(&book, "days_30", 0, 60), (weight * -4.0 + mean) / (weight + 1.0));
    // A dispute that comes between does not keep what came back.
    let mut rows = LedgerRows { files: vec!["hand.csv".to_owned()], ..LedgerRows::default() };
    rows.invoices = vec![invoice("C", "1", START, START + 30, 100_000)];
    rows.invoices[0].disputed_on = Some(day(START + 40));
    let mut back = payment("1", START + 45, -100_000);
    back.kind = Reversal;
    rows.payments = vec![payment("1", START + 35, 100_000), back];
    close(feature(&book_of(rows), "days_mean", 0, 60), priors().mean_days_beyond_terms);
}

#[test]
fn an_overdue_invoice_is_not_overdue_while_it_is_disputed() {
    let disputed = |on: i32, closed: Option<i32>, payments: &[(i32, i64, PaymentKind)]| {
        let mut one = invoice("C", "1", START, START + 30, 100_000);
        one.disputed_on = Some(day(START + on));
        one.dispute_closed_on = closed.map(|closed| day(START + closed));
        let two = invoice("C", "2", START, START + 35, 50_000);
        with(vec![one, two], payments)
    };
    let told = |book: &Book, today: i32| {
        ["overdue_count", "overdue_share", "oldest_overdue"].map(|name| feature(book, name, 0, today))
    };
    let check = |book: &Book, today: i32, expected: [f64; 3]| {
        told(book, today).into_iter().zip(expected).for_each(|(found, expected)| close(found, expected));
    };
    // Disputed after it fell overdue, from day 40 to day 50.
    let after = disputed(40, Some(50), &[]);
    check(&after, 32, [1.0, 2.0 / 3.0, 2.0]);
    check(&after, 40, [2.0, 1.0, 10.0]);
    check(&after, 41, [1.0, 1.0 / 3.0, 6.0]);
    check(&after, 50, [1.0, 1.0 / 3.0, 15.0]);
    check(&after, 51, [2.0, 1.0, 21.0]);
    // Half of it paid meanwhile: what is left comes back.
    let half_paid = disputed(40, Some(50), &[(45, 50_000, Payment)]);
    check(&half_paid, 46, [1.0, 0.5, 11.0]);
    check(&half_paid, 51, [2.0, 1.0, 21.0]);
    // Disputed and closed before its due date: overdue in its time. Closed on the due day: the day after.
    check(&disputed(10, Some(20), &[]), 31, [1.0, 2.0 / 3.0, 1.0]);
    check(&disputed(10, Some(30), &[]), 31, [1.0, 2.0 / 3.0, 1.0]);
    check(&disputed(10, Some(31), &[]), 31, [0.0, 0.0, 0.0]);
    check(&disputed(10, Some(31), &[]), 32, [1.0, 2.0 / 3.0, 2.0]);
    // Never closed, or paid before it is.
    check(&disputed(40, None, &[]), 90, [1.0, 1.0 / 3.0, 55.0]);
    check(&disputed(40, Some(50), &[(45, 100_000, Payment)]), 51, [1.0, 1.0, 16.0]);
}

/// What we owe the client on day 90, minor units.
fn credit_balance(book: &Book) -> i64 {
    let (model, policy, law) = (ScoringModel::prior_only(), Policy::shipped().unwrap(), LawTable::shipped().unwrap());
    let context = Context {
        book: Some(book),
        ledger_hash: "",
        facts: &[],
        facts_hash: "",
        beside: Beside::default(),
        trade: Trade::default(),
        model: &model,
        failure_model: None,
        quartiles: None,
        set_limit: None,
        group: &[],
        policy: &policy,
        law: &law,
    };
    let quote = RawQuote::of(Money::from_minor(10_000, Currency::EUR));
    let request = Request { as_of: day(START + 90), subject: Subject::Client("C"), quote };
    assess(&context, &request).unwrap().exposure.credit_balance.minor()
}

#[test]
fn what_we_owe_the_client() {
    let alone = |cents: i64| InvoiceRow { corrects: None, ..note(5, 35, cents) };
    for (what, book, owed) in [
        ("nothing credited", with(vec![], &[]), 0),
        ("a note on an open invoice takes off what is open", with(vec![note(5, 35, 40_000)], &[]), 0),
        ("money and a note together", with(vec![note(5, 35, 40_000)], &[(3, 60_000, Payment)]), 0),
        ("a note that points at nothing", with(vec![alone(40_000)], &[]), 40_000),
        ("never netted with what is open", with(vec![alone(40_000)], &[(3, 60_000, Payment)]), 40_000),
        ("a note of later", with(vec![InvoiceRow { corrects: None, ..note(95, 120, 40_000) }], &[]), 0),
    ] {
        assert_eq!(credit_balance(&book), owed, "{what}");
    }
}
