//! The client file and the open orders, as they are kept.

use std::collections::{BTreeMap, BTreeSet};

use encours_domain::client::{ClientRow, Duplicate, likely_duplicates};
use encours_domain::ledger::LedgerRows;
use encours_domain::order::OrderRow;
use encours_domain::terms::Terms;
use encours_domain::{Day, Siren};
use serde::{Deserialize, Serialize};

/// What the client file says, and which accounts were joined.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientBook {
    clients: BTreeMap<String, ClientRow>,
    /// Account, and the one it was joined to.
    joined: BTreeMap<String, String>,
    /// Clients without a number in the file, and the company of the register that a person said they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    matched: BTreeMap<String, Siren>,
}

impl ClientBook {
    /// A client's row.
    pub fn client(&self, id: &str) -> Option<&ClientRow> {
        self.clients.get(id)
    }

    /// Every row, by id.
    pub fn clients(&self) -> impl Iterator<Item = &ClientRow> {
        self.clients.values()
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty() && self.joined.is_empty() && self.matched.is_empty()
    }

    /// Accounts that were joined, each with the one that stands for it.
    pub fn joined(&self) -> &BTreeMap<String, String> {
        &self.joined
    }

    /// Takes rows in; a client that is known is replaced.
    pub fn put(&mut self, rows: Vec<ClientRow>) {
        self.clients.extend(rows.into_iter().map(|row| (row.client_id.clone(), row)));
    }

    /// Joins accounts to one: their invoices are that one's from now on.
    pub fn join(&mut self, main: &str, others: &[String]) {
        for other in others.iter().filter(|other| *other != main) {
            for target in self.joined.values_mut().filter(|target| *target == other) {
                main.clone_into(target);
            }
            self.joined.insert(other.clone(), main.to_owned());
        }
        self.joined.remove(main);
    }

    /// Says which company a client is; its own number in the file, when there is one, stands.
    pub fn accept(&mut self, client: &str, siren: Siren) {
        self.matched.insert(client.to_owned(), siren);
    }

    /// Takes back which company a client was said to be.
    pub fn forget(&mut self, client: &str) {
        self.matched.remove(client);
    }

    /// Leaves nothing of an account.
    pub(crate) fn erase(&mut self, account: &str) {
        self.clients.remove(account);
        self.matched.remove(account);
        self.joined.retain(|from, to| from != account && to != account);
    }

    /// The client's number: the file's, else the one that a person accepted.
    pub fn siren(&self, client: &str) -> Option<&Siren> {
        let own = self.client(client).and_then(|row| row.siren.as_ref());
        own.or_else(|| self.matched.get(client))
    }

    /// Takes joins back.
    pub fn separate(&mut self, accounts: &[String]) {
        for account in accounts {
            self.joined.remove(account);
        }
    }

    /// Accounts that look like one company and were not joined.
    pub fn duplicates(&self) -> Vec<Duplicate> {
        let apart = |id: &str| self.joined.get(id).map_or(id, String::as_str).to_owned();
        let rows: Vec<ClientRow> = self.clients().cloned().collect();
        let mut found = likely_duplicates(&rows);
        found.retain(|duplicate| {
            let different: BTreeSet<String> = duplicate.client_ids.iter().map(|id| apart(id)).collect();
            different.len() > 1
        });
        found
    }

    /// Terms agreed with each client.
    pub fn terms(&self) -> BTreeMap<String, Terms> {
        self.clients().filter_map(|row| Some((row.client_id.clone(), row.terms?))).collect()
    }

    /// Whether rows of a ledger look different with this book.
    pub(crate) fn changes_rows(&self) -> bool {
        !self.is_empty()
    }

    /// Names, numbers and sectors where the ledger's rows have none, and joined accounts under one name.
    pub(crate) fn fill(&self, rows: &mut LedgerRows) {
        const COLUMNS: [&str; 3] = ["client_name", "sector", "siren"];
        let new: Vec<String> = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
        rows.append(LedgerRows { attribute_names: new, ..LedgerRows::default() });
        let places = COLUMNS.map(|name| rows.attribute_names.binary_search_by(|known| known.as_str().cmp(name)).ok());
        for invoice in &mut rows.invoices {
            let row = self.clients.get(&invoice.client_id);
            let name = row.and_then(|row| row.name.clone());
            let sector = row.and_then(|row| row.sector.clone());
            let siren = self.siren(&invoice.client_id).map(ToString::to_string);
            for (place, value) in places.into_iter().zip([name, sector, siren]) {
                let cell = place.and_then(|place| invoice.attributes.get_mut(place));
                if let Some(cell) = cell.filter(|cell| cell.is_none()) {
                    *cell = value;
                }
            }
            if let Some(main) = self.joined.get(&invoice.client_id) {
                invoice.client_id.clone_from(main);
            }
        }
        for payment in &mut rows.payments {
            let main = payment.client_id.as_ref().and_then(|id| self.joined.get(id));
            if let Some(main) = main.cloned() {
                payment.client_id = Some(main);
            }
        }
    }
}

/// The open orders in force; a later file takes the place of all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderBook {
    /// Orders, by client and number.
    pub orders: Vec<OrderRow>,
    /// The day on which the file was given; absent in what was kept before it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_on: Option<Day>,
}

impl OrderBook {
    /// Sorted, so that the order of rows in a file leaves no trace.
    pub fn new(mut orders: Vec<OrderRow>, given_on: Option<Day>) -> Self {
        orders.sort_by(|left, right| {
            let key = |row: &OrderRow| (row.order_date, row.delivery_date, row.amount.minor());
            (&left.client_id, &left.order_id, key(left)).cmp(&(&right.client_id, &right.order_id, key(right)))
        });
        Self { orders, given_on }
    }

    /// The orders of joined accounts under the one that stands for them.
    #[must_use]
    pub fn joined(self, clients: &ClientBook) -> Self {
        let Self { mut orders, given_on } = self;
        for order in &mut orders {
            if let Some(main) = clients.joined().get(&order.client_id) {
                order.client_id.clone_from(main);
            }
        }
        Self::new(orders, given_on)
    }

    /// A client's open orders.
    pub fn of(&self, client: &str) -> &[OrderRow] {
        let start = self.orders.partition_point(|row| row.client_id.as_str() < client);
        let end = self.orders.partition_point(|row| row.client_id.as_str() <= client);
        self.orders.get(start..end).unwrap_or_default()
    }
}
