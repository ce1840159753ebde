//! Lives of clients over three years, and a writer of FEC files in every form.

mod form;

use encours_domain::Day;
use encours_domain::ledger::{InvoiceRow, PaymentKind};
use proptest::prelude::*;

pub use form::{Form, written};

/// One line of an entry.
#[derive(Clone, Debug)]
pub struct Line {
    journal: &'static str,
    entry: u32,
    date: Day,
    account: String,
    auxiliary: String,
    piece: String,
    piece_date: Day,
    label: String,
    amount: i64,
    letter: String,
    due: Option<Day>,
}

/// What must come out: invoices with what they correct, and payments.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub invoices: Vec<(String, String, Day, i64, Option<String>)>,
    pub payments: Vec<(String, String, Day, i64, PaymentKind)>,
}

#[derive(Clone, Debug)]
enum Fate {
    Unpaid,
    Paid { after: i32 },
    TwoParts { after: i32, more: i32, percent: i64 },
    Credited { after: i32, more: i32, percent: i64 },
    Bounced { after: i32, back: i32, again: i32 },
    Lost { after: i32 },
    WithDeposit { before: i32, percent: i64, after: i32 },
    ByBill { accepted: i32, matured: i32 },
}

#[derive(Clone, Debug)]
struct Sale {
    client: u32,
    day: i32,
    cents: i64,
    terms: i32,
    fate: Fate,
}

/// The books of three years.
#[derive(Clone, Debug)]
pub struct Books {
    sales: Vec<Sale>,
    lettered: bool,
    detailed_openings: bool,
}

fn fate() -> impl Strategy<Value = Fate> {
    let days = 1..200_i32;
    prop_oneof![
        Just(Fate::Unpaid),
        days.clone().prop_map(|after| Fate::Paid { after }),
        (days.clone(), days.clone(), 1..99_i64).prop_map(|(after, more, percent)| Fate::TwoParts {
            after,
            more,
            percent
        }),
        (days.clone(), days.clone(), 1..99_i64).prop_map(|(after, more, percent)| Fate::Credited {
            after,
            more,
            percent
        }),
        (days.clone(), 1..20_i32, 1..100_i32).prop_map(|(after, back, again)| Fate::Bounced { after, back, again }),
        days.clone().prop_map(|after| Fate::Lost { after }),
        (1..60_i32, 10..60_i64, days.clone()).prop_map(|(before, percent, after)| Fate::WithDeposit {
            before,
            percent,
            after
        }),
        (1..20_i32, 20..90_i32).prop_map(|(accepted, matured)| Fate::ByBill { accepted, matured }),
    ]
}

/// Generates books; amounts are all different enough that no two claims are mistaken for each other.
pub fn life_of_books() -> impl Strategy<Value = Books> {
    let sale = (0..3_u32, 70..1_026_i32, 1_000..5_000_000_i64, prop::sample::select(vec![0, 14, 30, 45, 60]), fate())
        .prop_map(|(client, day, cents, terms, fate)| Sale { client, day, cents, terms, fate });
    (prop::collection::vec(sale, 1..18), any::<bool>()).prop_map(|(sales, detailed_openings)| Books {
        sales,
        lettered: true,
        detailed_openings,
    })
}

/// Days within which a deposit falls due.
const DEPOSIT_TERMS: i32 = 8;

fn first_day() -> Day {
    "2023-01-01".parse().unwrap()
}

/// The days on which the later years open.
fn openings() -> [Day; 2] {
    ["2024-01-01".parse().unwrap(), "2025-01-01".parse().unwrap()]
}

/// Which of the years a day lies in, from nought.
fn year(day: Day) -> usize {
    openings().iter().filter(|opening| **opening <= day).count()
}

fn last_day() -> Day {
    "2025-12-31".parse().unwrap()
}

impl Books {
    pub fn without_letters(self) -> Self {
        Self { lettered: false, ..self }
    }

    fn client(number: u32) -> String {
        format!("C{number:03}")
    }

    fn issue(sale: &Sale) -> Day {
        first_day().plus(sale.day).unwrap()
    }

    /// When the invoice fell due, by its number.
    pub fn due(&self, row: &InvoiceRow) -> Day {
        let number: usize = row.invoice_id.trim_start_matches(['F', 'A', 'C', '-']).parse().unwrap();
        let sale = &self.sales[number];
        let is_deposit = row.invoice_id.starts_with("AC");
        if is_deposit {
            return row.issue_date.plus(DEPOSIT_TERMS).unwrap();
        }
        Self::issue(sale).plus(sale.terms).unwrap()
    }

    /// What happened to a sale: events up to the last day.
    fn events(sale: &Sale) -> Vec<Event> {
        let issue = Self::issue(sale);
        let on = |days: i32| issue.plus(days).unwrap();
        let part = |percent: i64| (sale.cents * percent / 100).max(1);
        let mut events = vec![Event::new(issue, sale.cents, What::Invoice)];
        let mut add = |date: Day, cents: i64, what: What| events.push(Event::new(date, cents, what));
        match sale.fate {
            Fate::Unpaid => {}
            Fate::Paid { after } => add(on(after), sale.cents, What::Payment),
            Fate::TwoParts { after, more, percent } => {
                add(on(after), part(percent), What::Payment);
                add(on(after + more), sale.cents - part(percent), What::Payment);
            }
            Fate::Credited { after, more, percent } => {
                add(on(after), part(percent), What::CreditNote);
                add(on(after + more), sale.cents - part(percent), What::Payment);
            }
            Fate::Bounced { after, back, again } => {
                add(on(after), sale.cents, What::Bounce { back: on(after + back) });
                add(on(after + back + again), sale.cents, What::Payment);
            }
            Fate::Lost { after } => add(on(after), sale.cents, What::Loss),
            Fate::WithDeposit { before, percent, after } => {
                add(on(-before), part(percent), What::Deposit);
                add(issue, part(percent), What::DepositSetOff);
                add(on(after), sale.cents - part(percent), What::Payment);
            }
            Fate::ByBill { accepted, matured } => {
                add(on(accepted), sale.cents, What::Bill);
                add(on(accepted + matured), sale.cents, What::BillMatured);
            }
        }
        // A bounce is told whole or not at all.
        events.retain(|event| match event.what {
            What::Bounce { back } => back <= last_day(),
            _ => event.date <= last_day(),
        });
        events
    }

    /// What must come out of the books.
    pub fn told(&self) -> Told {
        let (mut invoices, mut payments) = (Vec::new(), Vec::new());
        for (number, sale) in self.sales.iter().enumerate() {
            let client = Self::client(sale.client);
            let id = format!("F-{number:04}");
            let mut paid = |id: &str, date: Day, cents: i64, kind| {
                payments.push((client.clone(), id.to_owned(), date, cents, kind))
            };
            for event in Self::events(sale) {
                let Event { date, cents, what } = event;
                match what {
                    What::Invoice => invoices.push((client.clone(), id.clone(), date, cents, None)),
                    What::Payment => paid(&id, date, cents, PaymentKind::Payment),
                    What::CreditNote => {
                        invoices.push((client.clone(), format!("AV-{number:04}"), date, -cents, Some(id.clone())));
                    }
                    What::Bounce { back } => {
                        paid(&id, date, cents, PaymentKind::Payment);
                        paid(&id, back, -cents, PaymentKind::Reversal);
                    }
                    What::Loss => paid(&id, date, cents, PaymentKind::WriteOff),
                    What::Deposit => {
                        invoices.push((client.clone(), format!("AC-{number:04}"), date, cents, None));
                        paid(&format!("AC-{number:04}"), date, cents, PaymentKind::Payment);
                    }
                    What::DepositSetOff => paid(&id, date, cents, PaymentKind::SetOff),
                    What::Bill => {}
                    What::BillMatured => paid(&id, date, cents, PaymentKind::BillMatured),
                }
            }
        }
        invoices.sort();
        payments.sort();
        Told { invoices, payments }
    }

    /// The lines of each year, openings among them.
    pub fn years(&self) -> impl Iterator<Item = Vec<Line>> {
        let lines = self.lines();
        let mut years = vec![Vec::new(); 3];
        for line in &lines {
            years[year(line.date)].push(line.clone());
        }
        for (year, opening) in years[1..].iter_mut().zip(openings()) {
            let before: Vec<Line> = lines.iter().filter(|line| line.date < opening).cloned().collect();
            year.extend(self.opening(opening, &before));
        }
        years.into_iter()
    }

    fn lines(&self) -> Vec<Line> {
        let mut writer = Writer { lines: Vec::new(), entry: 0 };
        let mut letters = std::collections::BTreeMap::new();
        for (number, sale) in self.sales.iter().enumerate() {
            let events = Self::events(sale);
            // Letters restart each year; one is given in the year in which the invoice is settled.
            let last = year(events.iter().map(|event| event.date).max().unwrap());
            let settled: i64 = events.iter().map(|event| event.effect()).sum::<i64>();
            let mut letter = || {
                let next = letters.entry((sale.client, last)).or_insert(0_u32);
                *next += 1;
                format!("L{next}")
            };
            let whole = if self.lettered && settled == 0 { letter() } else { String::new() };
            for event in &events {
                let own = if matches!(event.what, What::Bounce { .. } | What::Deposit) && self.lettered {
                    letter()
                } else {
                    whole.clone()
                };
                // What is booked in an earlier year than the letter stays without it in that year's file.
                let in_year = year(event.date) == last;
                let own = if in_year { own } else { String::new() };
                writer.book(number, sale, event, &own);
            }
        }
        writer.lines
    }

    /// Opening entries of a later year: each open item by itself, or one line a client and account.
    fn opening(&self, on: Day, before: &[Line]) -> Vec<Line> {
        // Account, client and document; balance, day of the document and due date.
        type Item = (String, String, String);
        let mut balances: std::collections::BTreeMap<Item, (i64, Day, Option<Day>)> = std::collections::BTreeMap::new();
        for line in before.iter().filter(|line| line.account.starts_with("41") && !line.account.starts_with("419")) {
            let piece = if self.detailed_openings {
                line.label.rsplit(' ').next().unwrap_or_default().to_owned()
            } else {
                String::new()
            };
            let entry = balances.entry((line.account.clone(), line.auxiliary.clone(), piece)).or_insert((
                0,
                line.piece_date,
                line.due,
            ));
            entry.0 += line.amount;
        }
        let mut lines = Vec::new();
        let total: i64 = balances.values().map(|(amount, _, _)| amount).sum();
        let opening =
            |account: String, auxiliary: String, piece: String, amount: i64, of: Day, due: Option<Day>| Line {
                journal: "AN",
                entry: 1,
                date: on,
                account,
                auxiliary,
                piece,
                piece_date: of,
                label: "A NOUVEAU".to_owned(),
                amount,
                letter: String::new(),
                due,
            };
        for ((account, auxiliary, piece), (amount, of, due)) in balances {
            if amount != 0 {
                lines.push(opening(account, auxiliary, piece, amount, of, due));
            }
        }
        if total != 0 {
            lines.push(opening("110000".to_owned(), String::new(), String::new(), -total, on, None));
        }
        lines
    }
}

#[derive(Clone, Copy, Debug)]
enum What {
    Invoice,
    Payment,
    CreditNote,
    Bounce { back: Day },
    Loss,
    Deposit,
    DepositSetOff,
    Bill,
    BillMatured,
}

#[derive(Clone, Copy, Debug)]
struct Event {
    date: Day,
    cents: i64,
    what: What,
}

impl Event {
    fn new(date: Day, cents: i64, what: What) -> Self {
        Self { date, cents, what }
    }

    /// What it does to the claim on 411.
    fn effect(&self) -> i64 {
        match self.what {
            What::Invoice => self.cents,
            What::Bounce { .. } | What::Deposit | What::BillMatured => 0,
            _ => -self.cents,
        }
    }
}

struct Writer {
    lines: Vec<Line>,
    entry: u32,
}

/// An entry: journal, day, document, label, due date, and lines of account, whether it is the client's, and amount.
type Entry = (&'static str, Day, String, String, Option<Day>, Vec<(&'static str, bool, i64)>);

impl Writer {
    fn book(&mut self, number: usize, sale: &Sale, event: &Event, letter: &str) {
        let entries = sold(number, sale, event).map_or_else(|| settled(number, event), |entry| vec![entry]);
        for (journal, date, piece, label, due, lines) in entries {
            self.entry += 1;
            for (account, is_client, amount) in lines.into_iter().filter(|(_, _, amount)| *amount != 0) {
                self.lines.push(Line {
                    journal,
                    entry: self.entry,
                    date,
                    account: account.to_owned(),
                    auxiliary: if is_client { Books::client(sale.client) } else { String::new() },
                    piece: piece.clone(),
                    piece_date: date,
                    label: label.clone(),
                    amount,
                    letter: if is_client { letter.to_owned() } else { String::new() },
                    due: if is_client { due } else { None },
                });
            }
        }
    }
}

/// What the sales journal books.
fn sold(number: usize, sale: &Sale, event: &Event) -> Option<Entry> {
    let (id, cents, date) = (format!("F-{number:04}"), event.cents, event.date);
    let vat = cents / 6;
    let due = Some(date.plus(sale.terms).unwrap());
    match event.what {
        What::Invoice => {
            let lines = vec![("411000", true, cents), ("706000", false, vat - cents), ("445710", false, -vat)];
            Some(("VE", date, id.clone(), format!("Facture {id}"), due, lines))
        }
        What::CreditNote => {
            let lines = vec![("411000", true, -cents), ("706000", false, cents - vat), ("445710", false, vat)];
            Some(("VE", date, format!("AV-{number:04}"), format!("Avoir sur {id}"), None, lines))
        }
        _ => None,
    }
}

/// What the bank and the general journal book.
fn settled(number: usize, event: &Event) -> Vec<Entry> {
    let (id, cents, date) = (format!("F-{number:04}"), event.cents, event.date);
    let from_bank = |date, label: String, account, cents: i64| {
        ("BQ", date, String::new(), label, None, vec![("512000", false, cents), (account, true, -cents)])
    };
    match event.what {
        What::Payment => vec![from_bank(date, format!("Règlement {id}"), "411000", cents)],
        What::BillMatured => vec![from_bank(date, format!("Traite échue {id}"), "413000", cents)],
        What::Bounce { back } => vec![
            from_bank(date, format!("Prélèvement {id}"), "411000", cents),
            from_bank(back, format!("Rejet {id}"), "411000", -cents),
        ],
        What::Loss => {
            let vat = cents / 6;
            let lines = vec![("654000", false, cents - vat), ("445710", false, vat), ("411000", true, -cents)];
            vec![("OD", date, id.clone(), format!("Perte {id}"), None, lines)]
        }
        What::Deposit => {
            let deposit = format!("AC-{number:04}");
            let lines = vec![("411000", true, cents), ("419100", false, -cents)];
            let due = Some(date.plus(DEPOSIT_TERMS).unwrap());
            vec![
                ("VE", date, deposit.clone(), format!("Acompte {deposit}"), due, lines),
                from_bank(date, format!("Règlement {deposit}"), "411000", cents),
            ]
        }
        What::DepositSetOff => {
            let lines = vec![("419100", false, cents), ("411000", true, -cents)];
            vec![("OD", date, String::new(), format!("Imputation {id}"), None, lines)]
        }
        What::Bill => {
            let lines = vec![("413000", true, cents), ("411000", true, -cents)];
            vec![("OD", date, String::new(), format!("Traite {id}"), None, lines)]
        }
        What::Invoice | What::CreditNote => Vec::new(),
    }
}

/// The lines in another order.
pub fn shuffled(lines: &[Line], seed: u64) -> Vec<Line> {
    let mut lines = lines.to_vec();
    let mut state = seed | 1;
    for at in (1..lines.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        lines.swap(at, usize::try_from(state >> 33).unwrap() % (at + 1));
    }
    lines
}

/// The lines with nothing in what the bank writes that names an invoice.
pub fn bare(lines: &[Line]) -> Vec<Line> {
    let label = |line: &Line| if line.journal == "BQ" { "VIREMENT".to_owned() } else { line.label.clone() };
    lines.iter().map(|line| Line { label: label(line), ..line.clone() }).collect()
}

/// A provisional export of the last year: the lines up to the end of June, nothing lettered, provisional numbers.
pub fn first_half(lines: &[Line]) -> Vec<Line> {
    let end = openings()[1].plus(180).unwrap();
    let kept = lines.iter().filter(|line| line.date <= end).cloned();
    kept.map(|line| Line { letter: String::new(), entry: line.entry + 10_000, ..line }).collect()
}
