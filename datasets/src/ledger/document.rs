//! Documents and the payments that settle them.

use chrono::NaiveDate;

/// What a document claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// An ordinary invoice, or the balance of an order with a deposit.
    Invoice,
    /// A share of an order, due at once.
    Deposit,
    /// Five per cent kept back on building work for a year.
    Retention,
}

impl DocumentKind {
    /// The word in the files.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Deposit => "deposit",
            Self::Retention => "retention",
        }
    }
}

/// An invoice with all that happened to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Number in the seller's own series; empty until the whole portfolio is numbered.
    pub number: String,
    /// What it claims.
    pub kind: DocumentKind,
    /// Date printed on it.
    pub issued_on: NaiveDate,
    /// Day it was booked.
    pub known_on: NaiveDate,
    /// One part as a rule, two or three when paid in instalments.
    pub instalments: Vec<Instalment>,
    /// What was taken back.
    pub credit_notes: Vec<CreditNote>,
    /// The client's objection, if there was one.
    pub dispute: Option<Dispute>,
}

impl Document {
    /// Amount including VAT, in cents, before credit notes.
    #[must_use]
    pub fn amount(&self) -> i64 {
        self.instalments.iter().map(|part| part.amount).sum()
    }

    /// What all credit notes take back, in cents.
    #[must_use]
    pub fn credited(&self) -> i64 {
        self.credit_notes.iter().map(|note| note.amount).sum()
    }
}

/// A part of an invoice with a due date of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Instalment {
    /// Day it falls due, as printed: not moved to a business day.
    pub due_on: NaiveDate,
    /// Amount including VAT, in cents.
    pub amount: i64,
    /// In the order in which they were made.
    pub payments: Vec<Payment>,
}

impl Instalment {
    /// What was paid, bounced payments taken out, in cents.
    #[must_use]
    pub fn paid(&self) -> i64 {
        self.payments.iter().map(|payment| payment.amount).sum()
    }
}

/// A document that takes back part or all of an invoice.
#[derive(Debug, Clone, PartialEq)]
pub struct CreditNote {
    /// Number in the series of credit notes; empty until the whole portfolio is numbered.
    pub number: String,
    /// Date printed on it.
    pub issued_on: NaiveDate,
    /// Day it was booked.
    pub known_on: NaiveDate,
    /// Amount including VAT, in cents, positive here and negative in the file.
    pub amount: i64,
}

/// An objection to an invoice: a delay that says nothing on the client's means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dispute {
    /// Day the client objected.
    pub opened_on: NaiveDate,
    /// Day both agreed, if they have.
    pub closed_on: Option<NaiveDate>,
}

/// How something was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentKind {
    /// Transfer, cheque or direct debit.
    Payment,
    /// A payment that came back; its amount is negative.
    Reversal,
    /// Set against what the seller owed the client.
    SetOff,
    /// Discount for early payment.
    Discount,
    /// Given up by the seller.
    WriteOff,
    /// A bill of exchange that was honoured.
    BillMatured,
}

impl PaymentKind {
    /// The words in the files.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Reversal => "reversal",
            Self::SetOff => "set-off",
            Self::Discount => "discount",
            Self::WriteOff => "write-off",
            Self::BillMatured => "bill matured",
        }
    }
}

/// One movement on an instalment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Payment {
    /// How.
    pub kind: PaymentKind,
    /// Day of the payment.
    pub paid_on: NaiveDate,
    /// Day it was booked.
    pub known_on: NaiveDate,
    /// In cents; negative for a reversal.
    pub amount: i64,
}
