//! Ledgers to try things on, and what can be told of them bit for bit.

use std::sync::{Arc, OnceLock};

use encours_core::features::{ClientState, Cut, Horizons, Priors, Reading, Shape, registry};
use encours_core::ledger::{AttributeChoice, Book, CheckedLedger, ReadOptions, Snapshot, TableSource, checked};
use encours_core::policy::{LawTable, Policy};
use encours_core::portfolio::measures::Measures;
use encours_core::portfolio::{ScoringModel, TrainSettings, rescore, train};
use encours_domain::fact::Fact;
use encours_domain::ledger::{
    DueDateOrigin, InvoiceKind, InvoiceRow, LedgerRows, PaymentKind, PaymentOrigin, PaymentRow, Place,
};
use encours_domain::reader::{ColumnMap, read_facts, read_ledger};
use encours_domain::{Currency, Day, Money};
use proptest::prelude::*;

/// 2024-01-01, a Monday: the day from which random ledgers run.
pub const START: i32 = 19_723;

pub fn day(number: i32) -> Day {
    Day::from_number(number).unwrap()
}

/// What happens to one invoice, in days from its issue.
#[derive(Clone, Debug)]
pub enum Fate {
    Open,
    /// Paid in full; the second number is how many days later it is booked.
    Paid(i32, i32),
    /// Paid in two parts.
    Parts(i32, i32),
    /// Paid but for a discount granted some days later.
    Discount(i32, i32),
    WrittenOff(i32),
    /// Paid, came back, and perhaps paid again.
    Bounced(i32, i32, Option<i32>),
    /// A credit note over all of it.
    Credited(i32),
    /// A credit note over half of it, the rest paid.
    HalfCredited(i32, i32),
}

/// One invoice of a random ledger.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Days since the client's invoice before.
    pub gap: i32,
    pub terms: i32,
    pub cents: i64,
    /// Days from issue to booking.
    pub lag: i32,
    pub fate: Fate,
    pub disputed: Option<i32>,
    pub dollars: bool,
    /// An attribute.
    pub channel: Option<&'static str>,
}

pub type Plans = Vec<Vec<Plan>>;

/// How wild the random ledgers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wild {
    /// Paid whole or in parts, or open; late bookings, disputes and write-offs.
    Mild,
    /// The same, and payments that come back.
    Bouncing,
    /// Everything, in one currency.
    Rich,
    /// Everything, in two currencies.
    RichInDollarsToo,
}

fn fate(wild: Wild) -> BoxedStrategy<Fate> {
    let paid = || 0_i32..110;
    let lag = || prop_oneof![4 => Just(0), 1 => 0_i32..12];
    let mild = prop_oneof![
        2 => Just(Fate::Open),
        8 => (paid(), lag()).prop_map(|(paid, lag)| Fate::Paid(paid, lag)),
        2 => (paid(), 0_i32..40).prop_map(|(first, more)| Fate::Parts(first, first + more)),
        1 => (paid(), 0_i32..30).prop_map(|(first, more)| Fate::Discount(first, first + more)),
        1 => (20_i32..200).prop_map(Fate::WrittenOff),
    ];
    if wild == Wild::Mild {
        return mild.boxed();
    }
    let bounced = (paid(), 0_i32..20, prop::option::of(0_i32..60))
        .prop_map(|(paid, back, again)| Fate::Bounced(paid, paid + back, again.map(|again| paid + back + 1 + again)));
    if wild == Wild::Bouncing {
        return prop_oneof![3 => mild, 1 => bounced].boxed();
    }
    prop_oneof![
        8 => mild,
        1 => bounced,
        1 => (0_i32..80).prop_map(Fate::Credited),
        1 => (0_i32..80, paid()).prop_map(|(credited, paid)| Fate::HalfCredited(credited, paid)),
    ]
    .boxed()
}

fn plan(wild: Wild) -> impl Strategy<Value = Plan> {
    // Few gaps, terms and amounts, so that invoices alike in everything occur.
    let gap = prop_oneof![2 => Just(0), 3 => 1_i32..45];
    let terms = prop::sample::select(vec![0, 14, 30, 30, 30, 45, 60]);
    let cents = prop_oneof![Just(10_000_i64), Just(25_000), 1_i64..2_000_000];
    let lag = prop_oneof![5 => Just(0), 1 => 0_i32..20];
    let disputed = prop_oneof![9 => Just(None), 1 => (0_i32..90).prop_map(Some)];
    let dollars = prop::bool::weighted(if wild == Wild::RichInDollarsToo { 0.2 } else { 0.0 });
    let channel = prop::sample::select(vec![None, Some("web"), Some("shop"), Some("phone")]);
    (gap, terms, cents, lag, fate(wild), disputed, dollars, channel).prop_map(
        |(gap, terms, cents, lag, fate, disputed, dollars, channel)| Plan {
            gap,
            terms,
            // Even, so that halves are whole cents.
            cents: cents * 2,
            lag,
            fate,
            disputed,
            dollars,
            channel,
        },
    )
}

/// Some clients with some invoices each.
pub fn plans(wild: Wild, clients: usize, invoices: usize) -> impl Strategy<Value = Plans> {
    prop::collection::vec(prop::collection::vec(plan(wild), 1..=invoices), 1..=clients)
}

/// The name of a client by its place; digits, so that it can stand in a column of numbers.
pub fn client_name(place: usize) -> String {
    // 3, 10, 17, ...: byte order is another than that of the numbers.
    (place * 7 + 3).to_string()
}

/// The rows that the plans make.
pub fn rows_of(plans: &Plans) -> LedgerRows {
    let mut rows = LedgerRows {
        files: vec!["random.csv".to_owned()],
        attribute_names: vec!["channel".to_owned()],
        ..LedgerRows::default()
    };
    let mut number = 997;
    for (place, plans) in plans.iter().enumerate() {
        let mut issued = START;
        for plan in plans {
            issued += plan.gap;
            number += 1;
            add(&mut rows, &client_name(place), number, issued, plan);
        }
    }
    rows
}

fn add(rows: &mut LedgerRows, client: &str, number: i64, issued: i32, plan: &Plan) {
    let currency = if plan.dollars { "USD".parse().unwrap() } else { Currency::EUR };
    let name = number.to_string();
    let mut invoice = invoice(client, &name, issued, issued + plan.terms, plan.cents);
    invoice.amount = Money::from_minor(plan.cents, currency);
    invoice.known_on = day(issued + plan.lag);
    invoice.disputed_on = plan.disputed.map(|after| day(issued + after));
    invoice.dispute_closed_on = plan.disputed.map(|after| day(issued + after + 9));
    invoice.attributes = vec![plan.channel.map(str::to_owned)];
    let mut pay = |after: i32, cents: i64, kind: PaymentKind, lag: i32| {
        let mut payment = payment(&name, issued + after, cents);
        payment.client_id = Some(client.to_owned());
        payment.amount = Money::from_minor(cents, currency);
        payment.known_on = day(issued + after + lag);
        payment.kind = kind;
        rows.payments.push(payment);
    };
    let whole = plan.cents;
    let mut credit = None;
    match plan.fate {
        Fate::Open => {}
        Fate::Paid(after, lag) => pay(after, whole, PaymentKind::Payment, lag),
        Fate::Parts(first, second) => {
            pay(first, whole / 2, PaymentKind::Payment, 0);
            pay(second, whole - whole / 2, PaymentKind::Payment, 0);
        }
        Fate::Discount(first, second) => {
            pay(first, whole / 2, PaymentKind::Payment, 0);
            pay(second, whole - whole / 2, PaymentKind::Discount, 0);
        }
        Fate::WrittenOff(after) => pay(after, whole, PaymentKind::WriteOff, 0),
        Fate::Bounced(first, back, again) => {
            pay(first, whole, PaymentKind::Payment, 0);
            pay(back, -whole, PaymentKind::Reversal, 0);
            if let Some(again) = again {
                pay(again, whole, PaymentKind::Payment, 0);
            }
        }
        Fate::Credited(after) => credit = Some((after, whole)),
        Fate::HalfCredited(after, paid) => {
            credit = Some((after, whole / 2));
            pay(paid, whole - whole / 2, PaymentKind::Payment, 0);
        }
    }
    rows.invoices.push(invoice);
    if let Some((after, cents)) = credit {
        rows.invoices.push(credit_note(client, number + 500_000, &name, issued + after, cents, currency));
    }
}

fn credit_note(client: &str, number: i64, corrects: &str, issued: i32, cents: i64, currency: Currency) -> InvoiceRow {
    let mut note = invoice(client, &number.to_string(), issued, issued, -cents);
    note.amount = Money::from_minor(-cents, currency);
    note.kind = InvoiceKind::CreditNote;
    note.corrects = Some(corrects.to_owned());
    note.attributes = vec![None];
    note
}

/// A plain invoice, in euros.
pub fn invoice(client: &str, number: &str, issued: i32, due: i32, cents: i64) -> InvoiceRow {
    InvoiceRow {
        place: Place { file: 0, line: 2 },
        client_id: client.to_owned(),
        invoice_id: number.to_owned(),
        instalment_no: 1,
        issue_date: day(issued),
        due_date: day(due),
        due_date_origin: DueDateOrigin::Stated,
        amount: Money::from_minor(cents, Currency::EUR),
        kind: InvoiceKind::Invoice,
        corrects: None,
        entity: None,
        means_of_payment: None,
        disputed_on: None,
        dispute_closed_on: None,
        known_on: day(issued),
        attributes: Vec::new(),
    }
}

/// A plain payment, in euros.
pub fn payment(number: &str, paid: i32, cents: i64) -> PaymentRow {
    PaymentRow {
        place: Place { file: 0, line: 2 },
        client_id: None,
        invoice_id: number.to_owned(),
        instalment_no: None,
        paid_date: day(paid),
        amount: Money::from_minor(cents, Currency::EUR),
        kind: PaymentKind::Payment,
        origin: PaymentOrigin::Stated,
        known_on: day(paid),
    }
}

/// Rows of which none is at fault.
pub fn sound(rows: LedgerRows) -> CheckedLedger {
    let (ledger, report) = checked(rows);
    assert!(report.is_clean(), "{:#?}", report.faults);
    ledger
}

pub fn with_everything() -> ReadOptions {
    ReadOptions { invoice_ids: true, attributes: AttributeChoice::All }
}

pub fn book_of(rows: LedgerRows) -> Book {
    Snapshot::write(&sound(rows)).unwrap().book(&with_everything()).unwrap()
}

/// Horizons in use, and one that no answer shows.
pub fn horizons() -> Horizons {
    Horizons::new(vec![0, 7, 30, 60, 90]).unwrap()
}

/// Made-up priors for [`horizons`], another number at each horizon and weekday.
pub fn priors() -> Priors {
    let mut priors = Priors::published();
    let template = priors.horizons[0].clone();
    let prior = |late_over: &u16| {
        let mut prior = template.clone();
        prior.late_over = *late_over;
        prior.rate = 0.5 / (1.0 + f64::from(*late_over) / 20.0);
        for (weekday, rate) in (0_u8..).zip(&mut prior.rate_by_due_weekday) {
            *rate = prior.rate * (0.8 + 0.05 * f64::from(weekday));
        }
        prior
    };
    priors.horizons = horizons().days().iter().map(prior).collect();
    priors
}

/// An invoice to ask about.
pub fn shape_on(today: i32) -> Shape {
    Shape { issued: today, due: today + 30, amount: 50_000 }
}

/// Every feature at every horizon of one client on the morning of a day, as bits.
pub fn features_of(book: &Book, client: usize, today: i32) -> Vec<(String, u64)> {
    let priors = priors();
    let mut state = ClientState::new(&horizons(), priors.paying_week);
    let view = book.client(client);
    state.load(view).unwrap();
    state.advance(view, Cut::start_of(today));
    let mut read = Vec::new();
    for (place, late_over) in horizons().days().iter().enumerate() {
        let reading = Reading::new(&state, &priors, place, shape_on(today), today).unwrap();
        for feature in registry::all() {
            read.push((format!("{} over {late_over}", feature.name), (feature.value)(&reading).to_bits()));
        }
    }
    read
}

/// All that a portfolio says of each client on a day: its features that morning and its line of the evening before.
pub fn told(book: &Book, model: &ScoringModel, today: i32) -> Vec<(String, Vec<(String, u64)>)> {
    let lines = rescore(book, model, day(today - 1), &|_| &[]).unwrap().lines;
    let told = lines.iter().map(|line| {
        let client = usize::try_from(line.client).unwrap();
        let mut bits = features_of(book, client, today);
        bits.extend(measures_as_bits(&line.measures));
        bits.extend(line.late_over.iter().map(|chance| ("late over".to_owned(), chance.to_bits())));
        bits.push(("score".to_owned(), u64::from(line.score.cast_unsigned())));
        bits.push(("baseline".to_owned(), line.baseline.to_bits()));
        bits.push(("weight".to_owned(), line.own_history_weight.to_bits()));
        (book.clients().text(client).to_owned(), bits)
    });
    told.collect()
}

fn measures_as_bits(measures: &Measures) -> Vec<(String, u64)> {
    let number = |value: Option<f64>| value.map_or(u64::MAX, f64::to_bits);
    let days = |value: Option<i32>| value.map_or(u64::MAX, |days| i64::from(days).cast_unsigned());
    let all = [
        ("n", u64::from(measures.n)),
        ("n_settled", u64::from(measures.n_settled)),
        ("n_90", u64::from(measures.n_90)),
        ("dbt_mean", number(measures.dbt_mean)),
        ("dbt_std", number(measures.dbt_std)),
        ("dbt_med", number(measures.dbt_med)),
        ("dbt_w", number(measures.dbt_w)),
        ("late", number(measures.late)),
        ("late30", number(measures.late30)),
        ("dbt_recent", number(measures.dbt_recent)),
        ("dbt_before", number(measures.dbt_before)),
        ("amount_med", number(measures.amount_med)),
        ("dbt_max", days(measures.dbt_max)),
        ("worst_open", days(measures.worst_open)),
        ("last_paid", days(measures.last_paid)),
        ("tenure", days(measures.tenure)),
        ("exposure", measures.exposure.cast_unsigned()),
        ("overdue", measures.overdue.cast_unsigned()),
    ];
    all.map(|(name, bits)| (name.to_owned(), bits)).to_vec()
}

/// The sample portfolio, its facts and a model trained on it.
pub struct Sample {
    pub book: Book,
    pub ledger_hash: String,
    pub facts: Vec<Fact>,
    pub model: ScoringModel,
    pub policy: Policy,
    pub law: LawTable,
    pub as_of: Day,
}

impl Sample {
    /// Facts of one company.
    pub fn facts_of(&self, siren: &str) -> Vec<Fact> {
        self.facts.iter().filter(|fact| fact.subject.as_str() == siren).cloned().collect()
    }

    /// The SIREN that the ledger has for a client.
    pub fn siren_of(&self, client: usize) -> Option<String> {
        let view = self.book.client(client);
        let positions = 0..view.records().len();
        positions.rev().find_map(|at| self.book.attribute_of("siren", view.record_number(at)).map(str::to_owned))
    }
}

/// Read and trained once for all tests.
pub fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let as_of: Day = encours_datasets::SAMPLE_AS_OF.parse().unwrap();
        let mut rows = table("invoices.parquet", encours_datasets::sample::INVOICES);
        rows.append(table("payments.parquet", encours_datasets::sample::PAYMENTS));
        let snapshot = Snapshot::write(&sound(rows)).unwrap();
        let book = snapshot.book(&with_everything()).unwrap();
        let settings = TrainSettings::new(as_of, Horizons::standard(), snapshot.hash());
        let model = ScoringModel::new(train(&book, &settings).unwrap()).unwrap();
        let (facts, report) =
            read_facts("companies.csv", encours_datasets::sample::COMPANIES, "2026-05-31".parse().unwrap());
        assert!(report.is_clean());
        let (policy, law) = (Policy::shipped().unwrap(), LawTable::shipped().unwrap());
        Sample { book, ledger_hash: snapshot.hash(), facts, model, policy, law, as_of }
    })
}

fn table(name: &str, bytes: &'static [u8]) -> LedgerRows {
    let source = TableSource::from_bytes(name, Arc::from(bytes));
    let csv = encours_core::ledger::snapshot::parquet_as_csv(&source).unwrap();
    let (rows, report) = read_ledger(name, &csv, &ColumnMap::plain());
    assert!(report.is_clean(), "{:#?}", report.faults);
    rows
}
