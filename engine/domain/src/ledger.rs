//! The two tables of a ledger, row by row, as readers give them and checks take them.

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::error::DomainError;
use crate::money::Money;

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$variant_doc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant),+
        }

        impl $name {
            /// Every value, in the order in which they are declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands in files.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// Reads the word that stands in files; spaces, hyphens and underscores are the same.
            ///
            /// # Errors
            /// When it is none of the known words.
            pub fn parse(text: &str) -> Result<Self, DomainError> {
                let plain = |text: &str| text.trim().to_lowercase().replace(['_', '-'], " ");
                let found = plain(text);
                Self::ALL.iter().copied().find(|value| plain(value.code()) == found).ok_or_else(|| {
                    let known: Vec<&str> = Self::ALL.iter().map(|value| value.code()).collect();
                    DomainError::unreadable($what, text, format!("one of: {}", known.join(", ")))
                })
            }
        }
    };
}

coded! {
    /// What a row of the invoice table is.
    InvoiceKind, "kind", {
        /// A claim on the client.
        Invoice = "invoice",
        /// A negative invoice that corrects another.
        CreditNote = "credit note",
        /// A deposit asked for before delivery.
        Deposit = "deposit",
        /// A part held back by the client until a date.
        Retention = "retention",
    }
}

coded! {
    /// Where a due date comes from. Lateness is never learnt from one that was inferred.
    DueDateOrigin, "due_date_origin", {
        /// Stands on the invoice.
        Stated = "stated",
        /// From the contract or the client file.
        Contract = "contract",
        /// From this client's stated terms on other invoices.
        UsualTerms = "usual terms",
        /// The legal default.
        LegalDefault = "legal default",
    }
}

impl DueDateOrigin {
    /// Whether lateness against this date means anything.
    pub const fn is_stated(self) -> bool {
        matches!(self, DueDateOrigin::Stated | DueDateOrigin::Contract)
    }
}

coded! {
    /// What a row of the payment table is.
    PaymentKind, "kind", {
        /// Money came in.
        Payment = "payment",
        /// A payment that came back: a bounced debit or cheque. Its amount is negative.
        Reversal = "reversal",
        /// Set off against what we owe.
        SetOff = "set-off",
        /// Granted for early payment.
        Discount = "discount",
        /// Given up.
        WriteOff = "write-off",
        /// A bill of exchange that the bank paid at maturity.
        BillMatured = "bill matured",
        /// A difference of cents or of exchange that ended a claim.
        Rounding = "rounding",
        /// Sold to a factor: somebody else's claim from that day on, and what became of it isn't known. Negative when
        /// the factor gave it back.
        Assigned = "assigned",
    }
}

impl PaymentKind {
    /// Whether the client (or its bank) handed over money or its equal.
    pub const fn is_money(self) -> bool {
        matches!(self, PaymentKind::Payment | PaymentKind::SetOff | PaymentKind::BillMatured)
    }
}

coded! {
    /// How a payment came to be joined to its invoice.
    PaymentOrigin, "origin", {
        /// The file says so.
        Stated = "stated",
        /// By the accounting letter.
        ByLetter = "matched by letter",
        /// By the invoice number in the label.
        ByReference = "matched by reference",
        /// By the exact amount.
        ByAmount = "matched by amount",
        /// Against the oldest open invoice.
        OldestFirst = "oldest first",
    }
}

/// Where a row stood: which of the files of an import, and which line of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index into [`LedgerRows::files`].
    pub file: u32,
    /// Line, the header being line 1.
    pub line: u64,
}

/// One invoice, or one instalment of it. Amounts include VAT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceRow {
    /// Where it stood.
    pub place: Place,
    /// The seller's name for the client.
    pub client_id: String,
    /// The invoice's number.
    pub invoice_id: String,
    /// 1 unless the invoice is paid in several instalments.
    pub instalment_no: u32,
    /// Day of issue.
    pub issue_date: Day,
    /// Day on which it falls due.
    pub due_date: Day,
    /// Where the due date comes from.
    pub due_date_origin: DueDateOrigin,
    /// Amount including VAT; negative for a credit note.
    pub amount: Money,
    /// What it is.
    pub kind: InvoiceKind,
    /// The invoice that a credit note corrects.
    pub corrects: Option<String>,
    /// The seller's entity, when a group keeps one ledger.
    pub entity: Option<String>,
    /// Means of payment agreed.
    pub means_of_payment: Option<String>,
    /// Day on which the client disputed it.
    pub disputed_on: Option<Day>,
    /// Day on which the dispute ended.
    pub dispute_closed_on: Option<Day>,
    /// Day on which the row entered the books; the day of issue when the file gives none.
    pub known_on: Day,
    /// Further columns known at issue, in the order of [`LedgerRows::attribute_names`]; empty is missing.
    pub attributes: Vec<Option<String>>,
}

/// One payment of one invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRow {
    /// Where it stood.
    pub place: Place,
    /// The client, when the file says; an invoice number used for two clients needs it.
    pub client_id: Option<String>,
    /// The invoice.
    pub invoice_id: String,
    /// The instalment, when the file says; else the oldest open one.
    pub instalment_no: Option<u32>,
    /// Day on which the money came in.
    pub paid_date: Day,
    /// Amount; negative for a reversal.
    pub amount: Money,
    /// What it is.
    pub kind: PaymentKind,
    /// How it was joined to its invoice.
    pub origin: PaymentOrigin,
    /// Day on which it entered the books; the day of payment when the file gives none.
    pub known_on: Day,
}

/// The rows of one or several files, before checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerRows {
    /// Names of the files, as the person gave them.
    pub files: Vec<String>,
    /// Names of the further columns, sorted.
    pub attribute_names: Vec<String>,
    /// Invoices.
    pub invoices: Vec<InvoiceRow>,
    /// Payments.
    pub payments: Vec<PaymentRow>,
}

impl LedgerRows {
    /// The name of the file a row stood in.
    pub fn file_of(&self, place: Place) -> &str {
        let index = usize::try_from(place.file).unwrap_or(usize::MAX);
        self.files.get(index).map_or("?", String::as_str)
    }

    /// Adds another file's rows; attributes are put under each other by name, absent ones are missing.
    pub fn append(&mut self, other: LedgerRows) {
        let shift = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let moved = |place: Place| Place { file: place.file.saturating_add(shift), ..place };
        self.files.extend(other.files);
        let mut names: Vec<String> = self.attribute_names.iter().chain(&other.attribute_names).cloned().collect();
        names.sort_unstable();
        names.dedup();
        rearrange(&mut self.invoices, &self.attribute_names, &names);
        let mut invoices = other.invoices;
        rearrange(&mut invoices, &other.attribute_names, &names);
        for invoice in &mut invoices {
            invoice.place = moved(invoice.place);
        }
        self.invoices.append(&mut invoices);
        self.payments
            .extend(other.payments.into_iter().map(|payment| PaymentRow { place: moved(payment.place), ..payment }));
        self.attribute_names = names;
    }
}

/// Puts attributes that stand in the order `from` into the order `to`; both sorted.
fn rearrange(invoices: &mut [InvoiceRow], from: &[String], to: &[String]) {
    let places: Vec<Option<usize>> = to.iter().map(|name| from.binary_search(name).ok()).collect();
    let is_right = |invoice: &&mut InvoiceRow| from == to && invoice.attributes.len() == to.len();
    for invoice in invoices.iter_mut().filter(|invoice| !is_right(invoice)) {
        let mut value = |place: &Option<usize>| place.and_then(|at| invoice.attributes.get_mut(at)?.take());
        invoice.attributes = places.iter().map(&mut value).collect();
    }
}

/// Attribute columns that say who the client is. They are kept and shown, and never enter a model.
pub const IDENTITY_ATTRIBUTES: &[&str] = &["client_name", "siren", "legal_form"];
