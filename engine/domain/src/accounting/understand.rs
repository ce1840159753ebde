//! From lines to rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::FixedState;

use super::account::{Claim, is_deposit, is_waiting};
use super::clients::Clients;
use super::entries::Entries;
use super::flows::{Divider, Part};
use super::items::{Bank, Reading};
use super::journal::{Journal, Record};
use super::letters::letter_groups;
use super::opening::{Role, Roles};
use super::options::Options;
use super::person::{Told, Writer};
use super::reconciliation::{Reconciled, Reconciliation};
use super::stock::{Restated, open};
use crate::day::Day;
use crate::fault::{Fault, FaultReport};
use crate::identity::Siren;
use crate::ledger::{InvoiceRow, LedgerRows, PaymentRow};
use crate::money::Money;
use crate::reader::FecName;

/// What a journal's lines say about clients.
#[derive(Clone, Debug)]
pub struct Understood {
    /// Invoices and payments.
    pub rows: LedgerRows,
    /// What was understood, held against the accounts' own balances.
    pub reconciliation: Reconciliation,
    /// What is worth knowing; nothing is refused here that a reader has taken.
    pub report: FaultReport,
}

/// Understands the lines of one or several files, in any order.
pub fn understand(journal: &Journal, options: &Options) -> Understood {
    if let Some(entries) = &journal.settled {
        return Books::of(journal, entries).understood(options);
    }
    let mut whole = journal.clone();
    whole.settle();
    understand(&whole, options)
}

/// All that is known of a journal before clients are looked at one by one.
struct Books<'j> {
    journal: &'j Journal,
    entries: &'j Entries,
    roles: Roles,
    clients: Clients,
    /// What each account is, by its symbol.
    accounts: Vec<Ours>,
    bank: Bank,
    /// Parts and restated lines, client by client.
    parts: Vec<Vec<Part>>,
    restated: Vec<Vec<Restated>>,
    /// Lines of each client on claim accounts.
    lines: Vec<Vec<u32>>,
    /// The first day on which something moved.
    first_day: Option<Day>,
    folded: u64,
}

/// What an account is to clients.
#[derive(Clone, Copy, Default)]
enum Ours {
    Claim(Claim),
    Deposit,
    #[default]
    Other,
}

impl Ours {
    fn of(account: &str) -> Self {
        match Claim::of(account) {
            Some(claim) => Self::Claim(claim),
            None if is_deposit(account) => Self::Deposit,
            None => Self::Other,
        }
    }
}

impl<'j> Books<'j> {
    fn of(journal: &'j Journal, entries: &'j Entries) -> Self {
        let roles = Roles::of(journal, entries);
        let clients = Clients::of(journal);
        let accounts = journal.account_symbols(Ours::of);
        let bank = bank(journal, entries);
        let mut divider = Divider { journal, clients: &clients, parts: Vec::new(), folded: 0 };
        let mut restated: Vec<Vec<Restated>> = vec![Vec::new(); clients.all.len()];
        let mut lines: Vec<Vec<u32>> = vec![Vec::new(); clients.all.len()];
        let mut first_day: Option<Day> = None;
        for (entry, (of, role)) in entries.iter().zip(&roles.of).enumerate() {
            for &line in of.iter().filter(|_| matches!(role, Role::Movement | Role::Opening(_))) {
                let Some(record) = journal.records.get(line as usize) else { continue };
                let Some(Ours::Claim(claim)) = accounts.get(record.account as usize).copied() else { continue };
                let Some(client) = clients.number(record).map(|client| client as usize) else { continue };
                if let Some(lines) = lines.get_mut(client) {
                    lines.push(line);
                }
                match role {
                    Role::Opening(day) => {
                        if let Some(restated) = restated.get_mut(client) {
                            restated.push(Restated { day: *day, claim, record: line, amount: record.amount });
                        }
                    }
                    _ => first_day = Some(first_day.map_or(record.date, |first| first.min(record.date))),
                }
            }
            if *role == Role::Movement {
                divider.take(entry, of);
            }
        }
        let Divider { parts: all, folded, .. } = divider;
        let mut parts: Vec<Vec<Part>> = vec![Vec::new(); clients.all.len()];
        for part in all {
            if let Some(parts) = parts.get_mut(part.client as usize) {
                parts.push(part);
            }
        }
        Self { journal, entries, roles, clients, accounts, bank, parts, restated, lines, first_day, folded }
    }

    fn understood(mut self, options: &Options) -> Understood {
        let mut rows = LedgerRows {
            files: self.journal.files.clone(),
            attribute_names: vec!["client_name".to_owned()],
            ..LedgerRows::default()
        };
        let mut report = FaultReport { notes: std::mem::take(&mut self.clients.notes), ..FaultReport::default() };
        let Share { invoices, payments, mut reconciled, notes, counts } = self.all_clients(options);
        rows.invoices = invoices;
        rows.payments = payments;
        report.notes.extend(notes);
        self.balances(&mut reconciled);
        self.notes(&counts, &mut report);
        let reconciliation = Reconciliation::new(options.currency, self.client_accounts(), reconciled);
        let file = self.file();
        told_of_total(&reconciliation, file, &mut report);
        Understood { rows, reconciliation, report }
    }

    fn file(&self) -> &str {
        self.journal.files.first().map_or("?", String::as_str)
    }

    /// Clients have nothing to do with each other: they are looked at on all cores, and given in their order.
    fn all_clients(&self, options: &Options) -> Share {
        const WORTH_A_THREAD: usize = 500;
        let clients = self.clients.all.len();
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(clients / WORTH_A_THREAD + 1);
        let share = clients.div_ceil(threads).max(1);
        let look = |from: usize| {
            let mut looked = Share::default();
            for client in from..clients.min(from + share) {
                let (told, notes) = self.client(client, options);
                looked.take(told, notes);
            }
            looked
        };
        if threads == 1 {
            return look(0);
        }
        std::thread::scope(|scope| {
            let look = &look;
            let running: Vec<_> = (0..clients).step_by(share).map(|from| scope.spawn(move || look(from))).collect();
            let joined =
                running.into_iter().map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            joined.reduce(Share::and).unwrap_or_default()
        })
    }

    fn client(&self, client: usize, options: &Options) -> (Told, Vec<Fault>) {
        let mut parts = self.parts.get(client).cloned().unwrap_or_default();
        let mut restated = self.restated.get(client).cloned().unwrap_or_default();
        let lines = self.lines.get(client).map_or(&[][..], Vec::as_slice);
        let groups = letter_groups(self.journal, lines, &self.roles.days);
        let reading = Reading { journal: self.journal, groups: &groups, bank: &self.bank };
        self.sort(&mut parts);
        let mut items = reading.items(&parts);
        restated.sort_by(|left, right| {
            let texts = |line: &Restated| {
                let record = reading.record(line.record);
                record.map(|r| {
                    (self.journal.text(r.piece), r.piece_date, self.journal.text(r.label), self.journal.text(r.letter))
                })
            };
            let order = |line: &Restated| (line.day, line.claim, line.amount);
            order(left).cmp(&order(right)).then_with(|| texts(left).cmp(&texts(right)))
        });
        let stock = open(&reading, &restated, &parts, self.first_day, &mut items);
        let found = self.clients.all.get(client);
        let client_id = found.map_or("?", |client| client.id.as_str());
        let mut notes = Vec::new();
        for (day, difference) in stock.differences {
            let amount = i64::try_from(difference).unwrap_or(if difference < 0 { i64::MIN } else { i64::MAX });
            let amount = Money::from_minor(amount, options.currency);
            let reason = format!(
                "client `{client_id}`: the opening entries of {day} differ by {amount} from the balance of the evening before"
            );
            notes.push(Fault::of_file(self.file(), reason));
        }
        let client_name = found.and_then(|client| client.name.as_deref());
        (Writer { reading, options, client_id, client_name }.told(items), notes)
    }

    /// By day and content, so that the order of files and lines leaves no trace.
    fn sort(&self, parts: &mut [Part]) {
        let record = |part: &Part| self.journal.records.get(part.record as usize);
        let texts = |part: &Part| {
            let text = |symbol| self.journal.text(symbol);
            record(part).map(|r| {
                (text(r.piece), text(r.label), text(r.letter), text(r.account), text(r.journal), text(r.entry))
            })
        };
        parts.sort_by(|left, right| {
            let order = |part: &Part| (record(part).map(|record| record.date), part.flow, part.claim, part.amount);
            order(left).cmp(&order(right)).then_with(|| texts(left).cmp(&texts(right)))
        });
    }

    /// The file's own balances: its lines since the last opening, added up.
    fn balances(&self, reconciled: &mut [Reconciled]) {
        let from = self.roles.days.last();
        for (lines, role) in self.entries.iter().zip(&self.roles.of) {
            if matches!(role, Role::Closing | Role::Superseded) {
                continue;
            }
            for record in lines.iter().filter_map(|&line| self.journal.records.get(line as usize)) {
                let counts = match (role, from) {
                    (Role::Opening(day), Some(last)) => day == last,
                    (_, Some(last)) => record.date >= *last,
                    _ => true,
                };
                let ours = self.accounts.get(record.account as usize).copied().unwrap_or_default();
                if !counts || matches!(ours, Ours::Other) {
                    continue;
                }
                let client = self.clients.number(record).and_then(|client| reconciled.get_mut(client as usize));
                let Some(client) = client else { continue };
                let amount = i128::from(record.amount);
                match ours {
                    Ours::Claim(Claim::Client) => client.file_balance += amount,
                    Ours::Claim(Claim::Bill) => client.bills += amount,
                    Ours::Claim(Claim::Doubtful) => client.doubtful += amount,
                    Ours::Deposit => client.deposits_held -= amount,
                    Ours::Other => {}
                }
            }
        }
    }

    /// Accounts of clients (411) that lines stand on.
    fn client_accounts(&self) -> Vec<String> {
        let symbols = (0..).zip(&self.accounts).filter(|(_, ours)| matches!(ours, Ours::Claim(Claim::Client)));
        let accounts: BTreeSet<&str> = symbols.map(|(symbol, _)| self.journal.text(symbol)).collect();
        accounts.into_iter().map(str::to_owned).collect()
    }

    /// Books of several companies, by the names of their files: clients of one code become one.
    fn several_companies(&self) -> Option<Fault> {
        let named = self.journal.files.iter().filter_map(|file| Some((FecName::of(file)?.siren?, file)));
        let companies: BTreeMap<Siren, &String> = named.collect();
        let told: Vec<String> = companies.iter().map(|(siren, file)| format!("{siren} (`{file}`)")).collect();
        (told.len() > 1).then(|| {
            let reason = format!(
                "these are books of several companies, {}: a client's account that all of them have became one client; hint: give \
                 each company a data folder of its own",
                told.join(", ")
            );
            Fault::of_file(self.file(), reason)
        })
    }

    fn notes(&self, counts: &Counts, report: &mut FaultReport) {
        let file = self.file();
        report.notes.extend(self.several_companies());
        let mut note = |count: u64, reason: &str| {
            if count > 0 {
                report.notes.push(Fault::of_file(file, format!("{count} {reason}")));
            }
        };
        note(self.entries.regrouped, "entries balance by month or document, not by their numbers, and were read so");
        note(
            self.entries.doubled,
            "entries hold each of their lines twice, word for word, and count twice; hint: look whether the file was put together from two",
        );
        note(
            u64::try_from(self.entries.unbalanced.len()).unwrap_or(u64::MAX),
            "entries that touch clients do not balance; what is missing was told by the journal, else left unexplained",
        );
        note(
            self.folded,
            "entries of several clients hold small amounts that belong to nobody in particular, such as charges; clients were given the whole line",
        );
        note(
            counts.stock,
            "open amounts stand in opening entries without their date; they are kept as claims of the opening day, numbered `AN`, and teach nothing",
        );
        note(counts.early_dues, "due dates lie before the day of issue and were not taken");
        note(
            counts.bounces,
            "payments that came back were left out with their return, as no invoice had room for them",
        );
    }
}

/// What was found of some clients, in their order.
#[derive(Default)]
struct Share {
    invoices: Vec<InvoiceRow>,
    payments: Vec<PaymentRow>,
    reconciled: Vec<Reconciled>,
    notes: Vec<Fault>,
    counts: Counts,
}

impl Share {
    fn take(&mut self, told: Told, notes: Vec<Fault>) {
        self.counts.add(&told);
        self.invoices.extend(told.invoices);
        self.payments.extend(told.payments);
        self.reconciled.push(told.reconciled);
        self.notes.extend(notes);
    }

    /// Those of the clients that follow behind it.
    fn and(mut self, next: Self) -> Self {
        self.invoices.extend(next.invoices);
        self.payments.extend(next.payments);
        self.reconciled.extend(next.reconciled);
        self.notes.extend(next.notes);
        self.counts.stock += next.counts.stock;
        self.counts.early_dues += next.counts.early_dues;
        self.counts.bounces += next.counts.bounces;
        self
    }
}

#[derive(Default)]
struct Counts {
    stock: u64,
    early_dues: u64,
    bounces: u64,
}

impl Counts {
    fn add(&mut self, told: &Told) {
        self.stock += told.stock;
        self.early_dues += told.early_dues;
        self.bounces += told.bounces_left_out;
    }
}

fn told_of_total(reconciliation: &Reconciliation, file: &str, report: &mut FaultReport) {
    let total = &reconciliation.total;
    for (amount, what) in [
        (
            total.sums.of(super::reconciliation::Item::Unexplained),
            "of the client accounts' movements cannot be explained",
        ),
        (total.unallocated_credits, "of payments and other credits found no invoice"),
        (total.unplaced_debits, "of debits are no invoices and took no credit"),
    ] {
        if amount != 0 {
            let shown = i64::try_from(amount).map_or_else(
                |_| amount.to_string(),
                |minor| Money::from_minor(minor, reconciliation.currency).to_string(),
            );
            report.notes.push(Fault::of_file(file, format!("{shown} {what}; see the reconciliation")));
        }
    }
}

/// What an account is on the way to the bank.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Way {
    Bank,
    Cheques,
    Bills,
    Waiting,
    #[default]
    Other,
}

impl Way {
    fn of(account: &str) -> Self {
        match account {
            _ if account.starts_with("512") => Self::Bank,
            _ if account.starts_with("5112") => Self::Cheques,
            _ if account.starts_with("5113") => Self::Bills,
            _ if is_waiting(account) => Self::Waiting,
            _ => Self::Other,
        }
    }
}

/// Looks for what reaches the bank without a client beside it: a credit on 5112, 5113 or 471 beside a debit on 512.
fn bank(journal: &Journal, entries: &Entries) -> Bank {
    let mut cleared: HashMap<(bool, i64), Vec<Day>, FixedState> = HashMap::with_hasher(FixedState::with_seed(41));
    let mut waiting: HashMap<i64, Vec<Day>, FixedState> = HashMap::with_hasher(FixedState::with_seed(43));
    let mut has_cheques = Vec::new();
    let ways = journal.account_symbols(Way::of);
    let way = |record: &Record| ways.get(record.account as usize).copied().unwrap_or_default();
    for lines in entries.iter() {
        let records = || lines.iter().filter_map(|&line| journal.records.get(line as usize));
        has_cheques.push(records().any(|record| way(record) == Way::Cheques && record.amount > 0));
        let to_bank = records().any(|record| way(record) == Way::Bank && record.amount > 0);
        for record in records().filter(|record| to_bank && record.amount < 0) {
            let amount = record.amount.saturating_neg();
            match way(record) {
                Way::Cheques => cleared.entry((false, amount)).or_default().push(record.date),
                Way::Bills => cleared.entry((true, amount)).or_default().push(record.date),
                Way::Waiting => waiting.entry(amount).or_default().push(record.date),
                Way::Bank | Way::Other => {}
            }
        }
    }
    for days in cleared.values_mut().chain(waiting.values_mut()) {
        days.sort_unstable();
        days.dedup();
    }
    let last_day = journal.records.iter().map(|record| record.date).max();
    Bank { cleared, waiting, last_day, has_cheques }
}
