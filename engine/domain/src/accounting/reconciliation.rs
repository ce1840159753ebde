//! What was understood, held against the file's own balance: per client and in total, to the cent.

use serde::{Serialize, Serializer};

use crate::money::{Currency, Money};

macro_rules! items {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),+ $(,)?) => {
        /// A line of the reconciliation of the client accounts, in the order in which it is read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Item {
            $($(#[$doc])* $variant),+
        }

        impl Item {
            /// Every line, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands in files.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
    };
}

items! {
    /// Balance before the first movement.
    Opening = "opening",
    /// Invoiced.
    Invoiced = "invoiced",
    /// Deposits asked for.
    DepositsInvoiced = "deposits_invoiced",
    /// Credit notes.
    Credited = "credited",
    /// Money in.
    Paid = "paid",
    /// Payments that came back.
    Rejected = "rejected",
    /// Money given back.
    Refunded = "refunded",
    /// Set off against what we owe.
    SetOff = "set_off",
    /// Deposits set off on invoices.
    DepositsSetOff = "deposits_set_off",
    /// Discounts for early payment.
    Discounts = "discounts",
    /// Given up.
    WrittenOff = "written_off",
    /// Differences of cents.
    Rounding = "rounding",
    /// Exchange differences.
    Exchange = "exchange",
    /// Moved to bills of exchange (413), or back.
    MovedToBills = "moved_to_bills",
    /// Moved to the factor (467), or back.
    MovedToFactor = "moved_to_factor",
    /// Moved to doubtful clients (416), or back.
    MovedToDoubtful = "moved_to_doubtful",
    /// To or from other clients.
    Transferred = "transferred",
    /// What later opening entries say beyond the balance of the evening before.
    OpeningDifference = "opening_difference",
    /// What cannot be told.
    Unexplained = "unexplained",
}

const ITEMS: usize = Item::ALL.len();

/// Sums in minor units, one for each [`Item`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums([i128; ITEMS]);

impl Default for Sums {
    fn default() -> Self {
        Self([0; ITEMS])
    }
}

impl Sums {
    /// One line's sum: its effect on the claim, so that payments are negative.
    pub fn of(&self, item: Item) -> i128 {
        Item::ALL.iter().zip(self.0).find(|(known, _)| **known == item).map_or(0, |(_, sum)| sum)
    }

    /// All lines together, which is the closing balance.
    pub fn closing(&self) -> i128 {
        self.0.iter().sum()
    }

    pub(super) fn add(&mut self, item: Item, amount: i64) {
        self.add_wide(item, i128::from(amount));
    }

    pub(super) fn add_wide(&mut self, item: Item, amount: i128) {
        for (known, sum) in Item::ALL.iter().zip(&mut self.0) {
            if *known == item {
                *sum += amount;
            }
        }
    }

    fn add_all(&mut self, other: &Sums) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }
}

/// The reconciliation of one client, or of all. Amounts are minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// The client; empty for the total.
    pub client_id: String,
    /// The lines.
    pub sums: Sums,
    /// The balance of the client accounts (411), summed from the file's lines alone.
    pub file_balance: i128,
    /// Balance of bills to receive (413), from the file's lines.
    pub bills: i128,
    /// Balance of doubtful claims (416), from the file's lines.
    pub doubtful: i128,
    /// Bills that left the accounts for the bank and are not known to be paid.
    pub outside: i128,
    /// Left to pay of the invoices that were made out of the file, credit notes taken off.
    pub open_invoices: i128,
    /// Payments and other credits that no invoice was found for.
    pub unallocated_credits: i128,
    /// Debits that are no invoice and took no credit: a bounced payment of before the first file, say.
    pub unplaced_debits: i128,
    /// Deposits received and not yet set off (4191), from the file's lines; not part of any sum above.
    pub deposits_held: i128,
}

impl Reconciled {
    /// What the lines say less what the file says: nought, or the program is at fault.
    pub fn difference(&self) -> i128 {
        self.sums.closing() - self.file_balance
    }

    /// What the invoices, with credits and debits beside them, say less what the accounts and the claims outside them
    /// say: nought, or the program is at fault.
    pub fn open_difference(&self) -> i128 {
        let rows = self.open_invoices - self.unallocated_credits + self.unplaced_debits;
        rows - (self.file_balance + self.bills + self.doubtful + self.outside)
    }

    fn add(&mut self, other: &Reconciled) {
        self.sums.add_all(&other.sums);
        self.file_balance += other.file_balance;
        self.bills += other.bills;
        self.doubtful += other.doubtful;
        self.outside += other.outside;
        self.open_invoices += other.open_invoices;
        self.unallocated_credits += other.unallocated_credits;
        self.unplaced_debits += other.unplaced_debits;
        self.deposits_held += other.deposits_held;
    }

    /// Codes and sums in the order in which they are read.
    pub fn lines(&self) -> Vec<(&'static str, i128)> {
        let mut lines: Vec<(&'static str, i128)> =
            Item::ALL.iter().map(|item| (item.code(), self.sums.of(*item))).collect();
        lines.extend([
            ("closing", self.sums.closing()),
            ("file_balance", self.file_balance),
            ("difference", self.difference()),
            ("bills", self.bills),
            ("doubtful", self.doubtful),
            ("outside", self.outside),
            ("open_invoices", self.open_invoices),
            ("unallocated_credits", self.unallocated_credits),
            ("unplaced_debits", self.unplaced_debits),
            ("open_difference", self.open_difference()),
            ("deposits_held", self.deposits_held),
        ]);
        lines
    }
}

/// The reconciliation of a whole import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciliation {
    /// Currency of the books.
    pub currency: Currency,
    /// The accounts of clients whose balance was reconciled, sorted; bills (413) and doubtful claims (416) have figures of
    /// their own.
    pub accounts: Vec<String>,
    /// All clients together.
    pub total: Reconciled,
    /// Client by client, sorted by id.
    pub clients: Vec<Reconciled>,
}

impl Reconciliation {
    pub(super) fn new(currency: Currency, accounts: Vec<String>, clients: Vec<Reconciled>) -> Self {
        let mut total = Reconciled::default();
        for client in &clients {
            total.add(client);
        }
        Self { currency, accounts, total, clients }
    }
}

struct Lines<'r>(&'r Reconciled, Currency);

impl Serialize for Lines<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        if !self.0.client_id.is_empty() {
            map.serialize_entry("client_id", &self.0.client_id)?;
        }
        for (code, sum) in self.0.lines() {
            map.serialize_entry(code, &decimal(sum, self.1))?;
        }
        map.end()
    }
}

impl Serialize for Reconciliation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let clients: Vec<Lines<'_>> = self.clients.iter().map(|client| Lines(client, self.currency)).collect();
        let mut shown = serializer.serialize_struct("Reconciliation", 4)?;
        shown.serialize_field("currency", self.currency.code())?;
        shown.serialize_field("accounts", &self.accounts)?;
        shown.serialize_field("total", &Lines(&self.total, self.currency))?;
        shown.serialize_field("clients", &clients)?;
        shown.end()
    }
}

/// A sum as a decimal number; one beyond 64 bits is given in whole minor units.
fn decimal(sum: i128, currency: Currency) -> String {
    i64::try_from(sum).map_or_else(|_| sum.to_string(), |minor| Money::from_minor(minor, currency).decimal())
}
