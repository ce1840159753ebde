//! Clients that stand under their own account alone: `CDUPONT` or `9DUPONT`, with neither a general account before it
//! nor an auxiliary beside it, as Quadra and its kin number them.
//!
//! Only the books tell what such an account is. Each of the two beginnings is looked at by itself and over the whole
//! file: accounts that are debited beside sales and credited beside money are clients; those that are credited beside
//! purchases are not.

use std::collections::{BTreeMap, BTreeSet};

use super::entries::Entries;
use super::journal::Journal;
use super::symbols::Symbol;

/// The beginnings that programs give to clients' accounts.
const BEGINNINGS: [u8; 2] = [b'C', b'9'];

/// The general account that such clients belong to.
const GENERAL: &str = "411";

/// Whether an account may be a client's own, with no general account before it.
pub(super) fn is_bare(account: &str) -> bool {
    beginning(account).is_some()
}

fn beginning(account: &str) -> Option<u8> {
    let first = account.bytes().next().map(|byte| byte.to_ascii_uppercase())?;
    (account.len() > 1 && BEGINNINGS.contains(&first)).then_some(first)
}

/// What was made of accounts without a general one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Accounts that were taken for clients, the first of them, and their lines.
    pub accounts: usize,
    pub first: String,
    pub lines: u64,
    /// Lines among them whose account does not begin with three digits.
    pub odd_lines: u64,
}

impl Journal {
    /// Puts clients that stand under their own account alone on 411, with that account as auxiliary.
    pub(super) fn name_bare_clients(&mut self) -> Named {
        if !self.account_symbols(is_bare).contains(&true) {
            return Named::default();
        }
        let are_clients = self.bare_clients();
        let general = self.symbols.symbol(GENERAL);
        let mut accounts: BTreeSet<&str> = BTreeSet::new();
        let mut named = Named::default();
        for record in self.records.iter_mut().filter(|record| record.auxiliary == 0) {
            if !are_clients.contains(&record.account) {
                continue;
            }
            let account = self.symbols.text(record.account);
            named.lines += 1;
            named.odd_lines += u64::from(!account.bytes().take(3).all(|byte| byte.is_ascii_digit()));
            accounts.insert(account);
            (record.auxiliary, record.auxiliary_name) = (record.account, record.account_name);
            (record.account, record.account_name) = (general, 0);
        }
        named.accounts = accounts.len();
        named.first = accounts.first().map(|first| (*first).to_owned()).unwrap_or_default();
        named
    }

    /// The accounts of each beginning that is booked as clients are, more often than as suppliers are; less those that
    /// by themselves are booked as suppliers.
    fn bare_clients(&self) -> BTreeSet<Symbol> {
        let mut evidence: BTreeMap<Symbol, Evidence> = BTreeMap::new();
        for lines in Entries::of(self).iter() {
            let records = || lines.iter().filter_map(|&line| self.records.get(line as usize));
            let beside = |accounts: &[&str], sign: i64| {
                records().any(|record| {
                    let account = self.text(record.account);
                    record.amount.signum() == sign && accounts.iter().any(|known| account.starts_with(known))
                })
            };
            for record in records().filter(|record| record.auxiliary == 0 && is_bare(self.text(record.account))) {
                let evidence = evidence.entry(record.account).or_default();
                let (sold, bought) = match record.amount.signum() {
                    1 => (beside(&["70"], -1), beside(&["51", "53"], -1)),
                    _ => (beside(&["51", "53"], 1), beside(&["60", "61", "62"], 1)),
                };
                evidence.sold += u64::from(sold);
                evidence.bought += u64::from(bought);
            }
        }
        let taken: Vec<u8> = BEGINNINGS
            .into_iter()
            .filter(|first| {
                let of_it = evidence.iter().filter(|(account, _)| beginning(self.text(**account)) == Some(*first));
                let sum = of_it.fold(Evidence::default(), |sum, (_, one)| Evidence {
                    sold: sum.sold + one.sold,
                    bought: sum.bought + one.bought,
                });
                sum.sold > sum.bought
            })
            .collect();
        let is_client = |account: &Symbol, evidence: &Evidence| {
            beginning(self.text(*account)).is_some_and(|first| taken.contains(&first))
                && evidence.bought <= evidence.sold
        };
        evidence.into_iter().filter(|(account, one)| is_client(account, one)).map(|(account, _)| account).collect()
    }
}

/// Lines of an account that stand as a client's do, and as a supplier's do.
#[derive(Clone, Copy, Debug, Default)]
struct Evidence {
    sold: u64,
    bought: u64,
}
