//! Our own columns, by name, and which table has which.

macro_rules! fields {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal),+ $(,)?) => {
        /// A column of the plain form.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[$doc])+ $variant),+
        }

        impl Field {
            /// Every column.
            pub const ALL: &'static [Field] = &[$(Field::$variant),+];

            /// The column's name in files.
            pub const fn name(self) -> &'static str {
                match self { $(Field::$variant => $name),+ }
            }
        }
    };
}

fields! {
    /// The seller's name for the client.
    ClientId = "client_id",
    /// The invoice's number.
    InvoiceId = "invoice_id",
    /// Number of the instalment.
    InstalmentNo = "instalment_no",
    /// Day of issue.
    IssueDate = "issue_date",
    /// Day on which it falls due.
    DueDate = "due_date",
    /// Where the due date comes from.
    DueDateOrigin = "due_date_origin",
    /// Amount including VAT.
    Amount = "amount",
    /// What the client owes, where debit and credit have a column each.
    Debit = "debit",
    /// What the client is credited with, where debit and credit have a column each.
    Credit = "credit",
    /// Amount excluding VAT, where there is none including it.
    AmountExclVat = "amount_excl_vat",
    /// VAT beside the amount excluding it.
    VatAmount = "vat_amount",
    /// Rate of VAT beside the amount excluding it.
    VatRate = "vat_rate",
    /// What is left to pay.
    OpenAmount = "open_amount",
    /// ISO 4217 code.
    Currency = "currency",
    /// Kind of invoice; in a payment table, kind of payment.
    Kind = "kind",
    /// The invoice that a credit note corrects.
    Corrects = "corrects",
    /// The seller's entity.
    Entity = "entity",
    /// Means of payment agreed.
    MeansOfPayment = "means_of_payment",
    /// Day on which the client disputed it.
    DisputedOn = "disputed_on",
    /// Day on which the dispute ended.
    DisputeClosedOn = "dispute_closed_on",
    /// Day on which the row entered the books.
    KnownOn = "known_on",
    /// Day on which money came in.
    PaidDate = "paid_date",
    /// How much of it, when not all.
    PaidAmount = "paid_amount",
    /// Kind of payment, in an invoice table.
    PaymentKind = "payment_kind",
    /// Day on which the payment entered the books, in an invoice table.
    PaymentKnownOn = "payment_known_on",
    /// How a payment was joined to its invoice, in a payment table.
    Origin = "origin",
    /// The client's name.
    Name = "name",
    /// SIREN, or a SIRET that begins with it.
    Siren = "siren",
    /// Number for VAT.
    VatNumber = "vat_number",
    /// Sector: a code such as NAF, or a word.
    Sector = "sector",
    /// Agreed terms of payment.
    Terms = "terms",
    /// The group the client belongs to.
    Group = "group",
    /// Margin on sales, as a share.
    Margin = "margin",
    /// Limit of the credit insurance.
    InsuredAmount = "insured_amount",
    /// Who insures.
    Insurer = "insurer",
    /// First day of the insurance.
    InsuredFrom = "insured_from",
    /// Last day of the insurance.
    InsuredUntil = "insured_until",
    /// Amount of a guarantee.
    GuaranteedAmount = "guaranteed_amount",
    /// First day of the guarantee.
    GuaranteedFrom = "guaranteed_from",
    /// Last day of the guarantee.
    GuaranteedUntil = "guaranteed_until",
    /// Who looks after the client.
    Owner = "owner",
    /// City.
    City = "city",
    /// Postcode.
    Postcode = "postcode",
    /// Limit in force.
    CreditLimit = "credit_limit",
    /// Address for mail.
    Email = "email",
    /// The order's number.
    OrderId = "order_id",
    /// Day of the order.
    OrderDate = "order_date",
    /// Day of delivery, promised or planned.
    DeliveryDate = "delivery_date",
}

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableKind {
    /// A row is an invoice, with its payment if there is one.
    Invoices,
    /// A row is a payment.
    Payments,
    /// A row is a client.
    Clients,
    /// A row is an open order.
    Orders,
}

impl Field {
    /// The column of this name, if it is one of ours.
    pub fn by_name(name: &str) -> Option<Field> {
        let name = super::names::normal(name);
        Self::ALL.iter().copied().find(|field| field.name() == name)
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
                | Field::InsuredFrom
                | Field::InsuredUntil
                | Field::GuaranteedFrom
                | Field::GuaranteedUntil
                | Field::OrderDate
                | Field::DeliveryDate
        )
    }

    /// Whether its values are amounts.
    pub(super) const fn is_amount(self) -> bool {
        matches!(
            self,
            Field::Amount
                | Field::PaidAmount
                | Field::InsuredAmount
                | Field::GuaranteedAmount
                | Field::CreditLimit
                | Field::OpenAmount
        ) || self.stands_for_amount()
    }

    /// Whether it is read only where no column has the amount itself; elsewhere it is somebody else's column.
    pub(super) const fn stands_for_amount(self) -> bool {
        matches!(self, Field::Debit | Field::Credit | Field::AmountExclVat | Field::VatAmount)
    }
}

impl TableKind {
    /// Every kind, with the word that stands in map files.
    pub const ALL: &'static [(TableKind, &'static str)] = &[
        (TableKind::Invoices, "invoices"),
        (TableKind::Payments, "payments"),
        (TableKind::Clients, "clients"),
        (TableKind::Orders, "orders"),
    ];

    /// The word that stands in map files.
    pub const fn code(self) -> &'static str {
        match self {
            TableKind::Invoices => "invoices",
            TableKind::Payments => "payments",
            TableKind::Clients => "clients",
            TableKind::Orders => "orders",
        }
    }

    /// The columns that must be there; for the amount see [`TableKind::has_an_amount`].
    pub const fn required(self) -> &'static [Field] {
        match self {
            TableKind::Invoices => {
                &[Field::ClientId, Field::InvoiceId, Field::IssueDate, Field::DueDate, Field::Amount]
            }
            TableKind::Payments => &[Field::InvoiceId, Field::PaidDate, Field::Amount],
            TableKind::Clients => &[Field::ClientId],
            TableKind::Orders => &[Field::ClientId, Field::OrderId, Field::OrderDate, Field::Amount],
        }
    }

    /// Whether the amount is there, in a column of its own or in those from which it is made.
    pub(super) fn has_an_amount(self, has: impl Fn(Field) -> bool) -> bool {
        let parts = match self {
            TableKind::Invoices => has(Field::Debit) || has(Field::AmountExclVat) && has(Field::VatAmount),
            TableKind::Orders => has(Field::AmountExclVat) && (has(Field::VatAmount) || has(Field::VatRate)),
            TableKind::Payments | TableKind::Clients => false,
        };
        has(Field::Amount) || parts
    }

    /// The required columns that are not there.
    pub(super) fn lacks(self, has: impl Fn(Field) -> bool) -> Vec<Field> {
        let is_there = |field: Field| has(field) || field == Field::Amount && self.has_an_amount(&has);
        self.required().iter().copied().filter(|field| !is_there(*field)).collect()
    }

    /// Whether a column of ours means anything in this table; elsewhere it is somebody else's column.
    pub const fn has(self, field: Field) -> bool {
        use Field::{
            Amount, AmountExclVat, City, ClientId, Corrects, Credit, CreditLimit, Currency, Debit, DeliveryDate,
            DisputeClosedOn, DisputedOn, DueDate, DueDateOrigin, Email, Entity, Group, GuaranteedAmount,
            GuaranteedFrom, GuaranteedUntil, InstalmentNo, InsuredAmount, InsuredFrom, InsuredUntil, Insurer,
            InvoiceId, IssueDate, Kind, KnownOn, Margin, MeansOfPayment, Name, OpenAmount, OrderDate, OrderId, Origin,
            Owner, PaidAmount, PaidDate, PaymentKind, PaymentKnownOn, Postcode, Sector, Siren, Terms, VatAmount,
            VatNumber, VatRate,
        };
        match field {
            ClientId => true,
            InvoiceId | InstalmentNo | Kind | KnownOn | PaidDate => {
                matches!(self, TableKind::Invoices | TableKind::Payments)
            }
            IssueDate | DueDate | DueDateOrigin | Debit | Credit | OpenAmount | Corrects | Entity | MeansOfPayment
            | DisputedOn | DisputeClosedOn | PaidAmount | PaymentKind | PaymentKnownOn => {
                matches!(self, TableKind::Invoices)
            }
            Origin => matches!(self, TableKind::Payments),
            Amount => !matches!(self, TableKind::Clients),
            Currency => true,
            AmountExclVat | VatAmount => matches!(self, TableKind::Invoices | TableKind::Orders),
            Terms => matches!(self, TableKind::Clients | TableKind::Orders),
            VatRate | OrderId | OrderDate | DeliveryDate => matches!(self, TableKind::Orders),
            Name | Siren | VatNumber | Sector | Group | Margin | InsuredAmount | Insurer | InsuredFrom
            | InsuredUntil | GuaranteedAmount | GuaranteedFrom | GuaranteedUntil | Owner | City | Postcode
            | CreditLimit | Email => {
                matches!(self, TableKind::Clients)
            }
        }
    }

    /// The columns of ours that mean something in this table, in our order.
    pub fn fields(self) -> impl Iterator<Item = Field> {
        Field::ALL.iter().copied().filter(move |field| self.has(*field))
    }
}
