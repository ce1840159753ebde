//! Which client a line belongs to: the auxiliary account, or the sub-account where there is none.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::FixedState;

use super::account::{Claim, is_deposit};
use super::journal::{Journal, Record};
use super::symbols::Symbol;
use crate::day::Day;
use crate::fault::Fault;

/// A client's position in [`Clients::all`].
pub(super) type ClientNumber = u32;

/// One client.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub id: String,
    pub name: Option<String>,
}

/// All clients, sorted by id.
#[derive(Debug, Default)]
pub(super) struct Clients {
    pub all: Vec<Client>,
    numbers: HashMap<(Symbol, Symbol), ClientNumber, FixedState>,
    /// What could not be told apart.
    pub notes: Vec<Fault>,
}

/// What one auxiliary or sub-account is called, newest name last.
type Named = BTreeSet<(Day, String)>;

impl Clients {
    /// Finds the clients of a journal.
    pub fn of(journal: &Journal) -> Self {
        let mut seen: HashMap<(Symbol, Symbol), (Day, &Record), FixedState> =
            HashMap::with_hasher(FixedState::with_seed(11));
        let mut ours: HashMap<Symbol, bool, FixedState> = HashMap::with_hasher(FixedState::with_seed(12));
        for record in &journal.records {
            let is_ours = *ours.entry(record.account).or_insert_with(|| {
                let account = journal.text(record.account);
                Claim::of(account).is_some() || is_deposit(account)
            });
            if is_ours {
                let name = |record: &Record| journal.text(named_by(record));
                let newest = seen.entry((record.auxiliary, record.account)).or_insert((record.date, record));
                if (record.date, name(record)) > (newest.0, name(newest.1)) {
                    *newest = (record.date, record);
                }
            }
        }
        let mut auxiliaries: BTreeMap<&str, Named> = BTreeMap::new();
        let mut accounts: BTreeMap<&str, Named> = BTreeMap::new();
        for ((auxiliary, account), (day, record)) in &seen {
            let table = if *auxiliary == 0 { &mut accounts } else { &mut auxiliaries };
            let key = if *auxiliary == 0 { *account } else { *auxiliary };
            let name = journal.text(named_by(record)).to_owned();
            table.entry(journal.text(key)).or_default().insert((*day, name));
        }
        let file = journal.files.first().map_or("?", String::as_str);
        let mut clients = Self::default();
        let (owner, names) = owners(file, &auxiliaries, &accounts, &mut clients.notes);
        let mut places: BTreeMap<&str, ClientNumber> = BTreeMap::new();
        for ((id, name), number) in names.iter().zip(0..) {
            let name = name.iter().rev().map(|(_, name)| name).find(|name| !name.is_empty()).cloned();
            clients.all.push(Client { id: id.clone(), name });
            places.insert(id, number);
        }
        for (auxiliary, account) in seen.keys() {
            let text = journal.text(if *auxiliary == 0 { *account } else { *auxiliary });
            let id = if *auxiliary == 0 { owner.get(text).map_or(text, String::as_str) } else { text };
            if let Some(number) = places.get(id) {
                clients.numbers.insert((*auxiliary, *account), *number);
            }
        }
        clients
    }

    /// The client of a line on a claim or deposit account.
    pub fn number(&self, record: &Record) -> Option<ClientNumber> {
        self.numbers.get(&(record.auxiliary, record.account)).copied()
    }

    /// The client's id.
    pub fn id(&self, number: ClientNumber) -> &str {
        self.all.get(number as usize).map_or("?", |client| client.id.as_str())
    }
}

fn named_by(record: &Record) -> Symbol {
    if record.auxiliary == 0 { record.account_name } else { record.auxiliary_name }
}

/// What tells one sub-account from another: what follows the digits of the general account, from the first letter on
/// where there is one (`411DUPONT`, `4117DUPONT`), else behind three digits (`411000123`, `416000123`). Absent for a
/// collective account.
fn own_part(account: &str) -> Option<&str> {
    let letter = account.find(|letter: char| !letter.is_ascii_digit());
    let from = letter.unwrap_or(if is_deposit(account) { 4 } else { 3 });
    account.get(from..).filter(|part| part.bytes().any(|byte| byte != b'0'))
}

/// The client of each sub-account that stands without an auxiliary, and all names by client.
fn owners(
    file: &str,
    auxiliaries: &BTreeMap<&str, Named>,
    accounts: &BTreeMap<&str, Named>,
    notes: &mut Vec<Fault>,
) -> (BTreeMap<String, String>, BTreeMap<String, Named>) {
    let mut names: BTreeMap<String, Named> =
        auxiliaries.iter().map(|(id, names)| ((*id).to_owned(), names.clone())).collect();
    // A claim on 416 or 413 belongs to the client on 411; retention stands behind it.
    let mut firsts: BTreeMap<&str, &str> = BTreeMap::new();
    for account in accounts.keys().filter(|account| account.starts_with("411")) {
        if let Some(part) = own_part(account) {
            let first = firsts.entry(part).or_insert(account);
            if first.starts_with("4117") && !account.starts_with("4117") {
                *first = account;
            }
        }
    }
    let mut owner = BTreeMap::new();
    for (account, called) in accounts {
        let Some(part) = own_part(account) else {
            let reason = format!(
                "lines on the collective account `{account}` name no client; they are kept together as client `{account}`"
            );
            notes.push(Fault::of_file(file, reason));
            names.entry((*account).to_owned()).or_default().extend(called.iter().cloned());
            continue;
        };
        let mut id = firsts.get(part).copied().unwrap_or(account);
        let candidate = [*account, id, account.get(3..).unwrap_or(part), part].into_iter();
        if let Some((auxiliary, theirs)) = candidate.filter_map(|text| auxiliaries.get_key_value(text)).next() {
            if may_be_one(called, theirs) {
                id = auxiliary;
            } else {
                let reason = format!(
                    "account `{account}` and auxiliary `{auxiliary}` bear different names and are kept as two clients"
                );
                notes.push(Fault::of_file(file, reason));
            }
        }
        owner.insert((*account).to_owned(), id.to_owned());
        names.entry(id.to_owned()).or_default().extend(called.iter().cloned());
    }
    (owner, names)
}

/// Whether two sets of names can be one client's: one of them is empty, or they share a name.
fn may_be_one(left: &Named, right: &Named) -> bool {
    let plain = |names: &Named| -> BTreeSet<String> {
        let letters =
            |name: &String| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        names.iter().map(|(_, name)| letters(name)).filter(|name: &String| !name.is_empty()).collect()
    };
    let (left, right) = (plain(left), plain(right));
    left.is_empty() || right.is_empty() || !left.is_disjoint(&right)
}
