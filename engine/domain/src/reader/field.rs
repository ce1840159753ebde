//! Our own columns, by name.

/// A column of the plain form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The seller's name for the client.
    ClientId,
    /// The invoice's number.
    InvoiceId,
    /// Number of the instalment.
    InstalmentNo,
    /// Day of issue.
    IssueDate,
    /// Day on which it falls due.
    DueDate,
    /// Where the due date comes from.
    DueDateOrigin,
    /// Amount including VAT.
    Amount,
    /// ISO 4217 code.
    Currency,
    /// Kind of invoice; in a payment table, kind of payment.
    Kind,
    /// The invoice that a credit note corrects.
    Corrects,
    /// The seller's entity.
    Entity,
    /// Means of payment agreed.
    MeansOfPayment,
    /// Day on which the client disputed it.
    DisputedOn,
    /// Day on which the dispute ended.
    DisputeClosedOn,
    /// Day on which the row entered the books.
    KnownOn,
    /// Day on which money came in.
    PaidDate,
    /// How much of it, when not all.
    PaidAmount,
    /// Kind of payment, in an invoice table.
    PaymentKind,
    /// Day on which the payment entered the books, in an invoice table.
    PaymentKnownOn,
    /// How a payment was joined to its invoice, in a payment table.
    Origin,
}

/// Which of the two tables a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TableKind {
    /// A row is an invoice, with its payment if there is one.
    Invoices,
    /// A row is a payment.
    Payments,
}

impl Field {
    /// Every column.
    pub const ALL: [Field; 20] = [
        Field::ClientId,
        Field::InvoiceId,
        Field::InstalmentNo,
        Field::IssueDate,
        Field::DueDate,
        Field::DueDateOrigin,
        Field::Amount,
        Field::Currency,
        Field::Kind,
        Field::Corrects,
        Field::Entity,
        Field::MeansOfPayment,
        Field::DisputedOn,
        Field::DisputeClosedOn,
        Field::KnownOn,
        Field::PaidDate,
        Field::PaidAmount,
        Field::PaymentKind,
        Field::PaymentKnownOn,
        Field::Origin,
    ];

    /// The column's name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Field::ClientId => "client_id",
            Field::InvoiceId => "invoice_id",
            Field::InstalmentNo => "instalment_no",
            Field::IssueDate => "issue_date",
            Field::DueDate => "due_date",
            Field::DueDateOrigin => "due_date_origin",
            Field::Amount => "amount",
            Field::Currency => "currency",
            Field::Kind => "kind",
            Field::Corrects => "corrects",
            Field::Entity => "entity",
            Field::MeansOfPayment => "means_of_payment",
            Field::DisputedOn => "disputed_on",
            Field::DisputeClosedOn => "dispute_closed_on",
            Field::KnownOn => "known_on",
            Field::PaidDate => "paid_date",
            Field::PaidAmount => "paid_amount",
            Field::PaymentKind => "payment_kind",
            Field::PaymentKnownOn => "payment_known_on",
            Field::Origin => "origin",
        }
    }

    /// The column of this name, if it is one of ours.
    pub fn by_name(name: &str) -> Option<Field> {
        let name = super::names::normal(name);
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Whether its values are days.
    pub(super) const fn is_date(self) -> bool {
        matches!(
            self,
            Field::IssueDate
                | Field::DueDate
                | Field::DisputedOn
                | Field::DisputeClosedOn
                | Field::KnownOn
                | Field::PaidDate
                | Field::PaymentKnownOn
        )
    }

    /// Whether its values are amounts.
    pub(super) const fn is_amount(self) -> bool {
        matches!(self, Field::Amount | Field::PaidAmount)
    }
}

impl TableKind {
    /// The columns that must be there.
    pub const fn required(self) -> &'static [Field] {
        match self {
            TableKind::Invoices => {
                &[Field::ClientId, Field::InvoiceId, Field::IssueDate, Field::DueDate, Field::Amount]
            }
            TableKind::Payments => &[Field::InvoiceId, Field::PaidDate, Field::Amount],
        }
    }

    /// Whether a column of ours means anything in this table; elsewhere it is somebody else's column.
    pub const fn has(self, field: Field) -> bool {
        match self {
            TableKind::Invoices => !matches!(field, Field::Origin),
            TableKind::Payments => matches!(
                field,
                Field::ClientId
                    | Field::InvoiceId
                    | Field::InstalmentNo
                    | Field::PaidDate
                    | Field::Amount
                    | Field::Currency
                    | Field::Kind
                    | Field::KnownOn
                    | Field::Origin
            ),
        }
    }
}
