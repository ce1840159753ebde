//! What facts are about, and how the values of each kind are written.

use serde::{Deserialize, Serialize};

use crate::error::DomainError;

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// Registered name.
    Name,
    /// INSEE legal category, four digits.
    LegalForm,
    /// Active or ceased.
    State,
    /// State of insolvency proceedings.
    Proceedings,
    /// Day of creation.
    CreatedOn,
    /// Sector.
    Sector,
    /// Band of staff.
    Size,
    /// Equity of the accounts, euros.
    Equity,
    /// Turnover of the accounts, euros.
    Turnover,
    /// Net result of the accounts, euros.
    NetResult,
    /// Closing day of the accounts.
    AccountsClosedOn,
    /// Public, confidential or overdue.
    AccountsStatus,
    /// Whether the register may show the unit to all (Code de commerce R123-232-1): full, partial or none.
    Diffusion,
    /// Size category of the enterprise it belongs to (décret 2008-1354): PME, ETI or GE.
    Category,
    /// Seat: the whole address of a legal person, postal code and town of a natural one.
    Address,
    /// Number of open establishments.
    Establishments,
    /// Day of the first entry in the register of commerce.
    RegisteredOn,
    /// Registered capital, euros.
    ShareCapital,
    /// Number for VAT.
    VatNumber,
    /// Whether the number for VAT is in force: valid or invalid.
    VatRegistration,
    /// Country of the jurisdiction, two letters.
    Country,
    /// A director that is a company: its number and its office. Natural persons are not kept.
    CompanyDirector,
    /// A published change, in a word: seat, directors, capital, name, activity, dissolution, merger.
    Change,
    /// The business, or a part of it, was sold; the notice's number.
    BusinessSale,
    /// A notice about proceedings: what was decided, and the notice's number.
    ProceedingsNotice,
    /// Accounts were filed: those of the company or consolidated ones; the notice's number.
    Filing,
    /// Legal entity identifier.
    Lei,
    /// Whether the identifier is kept up: issued, lapsed and the like.
    LeiRegistration,
    /// Who consolidates it directly: an identifier, or why none is told.
    DirectParent,
    /// Who consolidates it in the end: an identifier, or why none is told.
    UltimateParent,
    /// Turnover of the consolidated accounts, euros: the group's, never the company's.
    GroupTurnover,
    /// Net result of the consolidated accounts, euros.
    GroupNetResult,
    /// Equity of the consolidated accounts, euros.
    GroupEquity,
    /// Total of the consolidated balance sheet, euros.
    GroupTotalAssets,
    /// A turnover of which the source does not say whether it is the company's or its group's, euros.
    StatedTurnover,
    /// A net result of which the source does not say whose it is, euros.
    StatedNetResult,
    /// Length of the financial year, months.
    AccountsMonths,
    /// Total of the balance sheet, euros.
    TotalAssets,
    /// Current assets, net, euros.
    CurrentAssets,
    /// Trade receivables, net, euros.
    Receivables,
    /// Marketable securities, net, euros.
    Securities,
    /// Cash, euros.
    Cash,
    /// Capital as the balance sheet has it, euros.
    PaidUpCapital,
    /// Equity beyond the capital: reserves, what was carried forward and the year's result, euros.
    RetainedEarnings,
    /// Provisions for risks and charges, euros.
    Provisions,
    /// All debts, euros.
    TotalDebts,
    /// Debts due within a year, euros.
    DebtsWithinYear,
    /// Borrowings, euros.
    Borrowings,
    /// Trade payables, euros.
    Suppliers,
    /// Debts to the state and to social insurers, euros.
    TaxAndSocialDebts,
    /// Operating result, euros.
    OperatingResult,
    /// Gross operating surplus (EBE), euros.
    GrossOperatingSurplus,
    /// Value added, euros.
    ValueAdded,
    /// Wages and social charges, euros.
    StaffCosts,
    /// Financial charges, euros.
    FinancialCharges,
    /// Mean headcount of the year.
    Headcount,
    /// Gross margin as the source computes it, euros.
    GrossMargin,
    /// Financial debt over equity, per cent, as the source computes it.
    DebtRatio,
    /// Current assets over short-term debts, per cent, as the source computes it.
    LiquidityRatio,
    /// Equity over the balance sheet's total, per cent, as the source computes it.
    AutonomyRatio,
    /// Net over gross fixed assets, per cent: high means new.
    AssetAgeRatio,
    /// Financial charges over gross operating surplus, per cent: high is bad.
    InterestBurden,
    /// Cash flow over turnover, per cent.
    CashFlowMargin,
    /// Years of cash flow to pay the financial debt back.
    RepaymentYears,
    /// Gross operating surplus over turnover, per cent.
    OperatingMargin,
    /// Operating working capital in days of turnover, a year of 360 days.
    WorkingCapitalDays,
    /// Days of stock, a year of 360 days.
    StockDays,
    /// Days that customers take to pay, a year of 360 days.
    CustomerDays,
    /// Days that suppliers wait, a year of 360 days.
    SupplierDays,
    /// Day by which the next accounts are to be filed.
    AccountsDueOn,
    /// Mean days in which it says it pays its suppliers.
    PaymentDays,
    /// Share of invoices it says it pays within 30 days, per cent.
    #[serde(rename = "paid_within_30")]
    PaidWithin30,
    /// Share of invoices it says it pays later than agreed, per cent.
    PaidLate,
    /// Longest standard payment terms, days.
    LongestTerms,
    /// A provider's score, as it writes it; the source is the provider.
    OutsideScore,
    /// A provider's limit, euros.
    OutsideLimit,
    /// A credit insurer's cover, euros; nought where it refuses.
    OutsideCover,
}

/// How the values of a kind are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueForm {
    /// A name or another text.
    Text,
    /// An INSEE legal category.
    LegalForm,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A day as `YYYY-MM-DD`.
    Day,
    /// Euros with at most two decimals.
    Amount {
        /// Whether it may be below nought.
        negative: bool,
    },
    /// A plain number.
    Number,
}

impl FactKind {
    /// Every kind with the word that stands in files.
    pub const ALL: &'static [(FactKind, &'static str)] = &[
        (FactKind::Name, "name"),
        (FactKind::LegalForm, "legal_form"),
        (FactKind::State, "state"),
        (FactKind::Proceedings, "proceedings"),
        (FactKind::CreatedOn, "created_on"),
        (FactKind::Sector, "sector"),
        (FactKind::Size, "size"),
        (FactKind::Equity, "equity"),
        (FactKind::Turnover, "turnover"),
        (FactKind::NetResult, "net_result"),
        (FactKind::AccountsClosedOn, "accounts_closed_on"),
        (FactKind::AccountsStatus, "accounts_status"),
        (FactKind::Diffusion, "diffusion"),
        (FactKind::Category, "category"),
        (FactKind::Address, "address"),
        (FactKind::Establishments, "establishments"),
        (FactKind::RegisteredOn, "registered_on"),
        (FactKind::ShareCapital, "share_capital"),
        (FactKind::VatNumber, "vat_number"),
        (FactKind::VatRegistration, "vat_registration"),
        (FactKind::Country, "country"),
        (FactKind::CompanyDirector, "company_director"),
        (FactKind::Change, "change"),
        (FactKind::BusinessSale, "business_sale"),
        (FactKind::ProceedingsNotice, "proceedings_notice"),
        (FactKind::Filing, "filing"),
        (FactKind::Lei, "lei"),
        (FactKind::LeiRegistration, "lei_registration"),
        (FactKind::DirectParent, "direct_parent"),
        (FactKind::UltimateParent, "ultimate_parent"),
        (FactKind::GroupTurnover, "group_turnover"),
        (FactKind::GroupNetResult, "group_net_result"),
        (FactKind::GroupEquity, "group_equity"),
        (FactKind::GroupTotalAssets, "group_total_assets"),
        (FactKind::StatedTurnover, "stated_turnover"),
        (FactKind::StatedNetResult, "stated_net_result"),
        (FactKind::AccountsMonths, "accounts_months"),
        (FactKind::TotalAssets, "total_assets"),
        (FactKind::CurrentAssets, "current_assets"),
        (FactKind::Receivables, "receivables"),
        (FactKind::Securities, "securities"),
        (FactKind::Cash, "cash"),
        (FactKind::PaidUpCapital, "paid_up_capital"),
        (FactKind::RetainedEarnings, "retained_earnings"),
        (FactKind::Provisions, "provisions"),
        (FactKind::TotalDebts, "total_debts"),
        (FactKind::DebtsWithinYear, "debts_within_year"),
        (FactKind::Borrowings, "borrowings"),
        (FactKind::Suppliers, "suppliers"),
        (FactKind::TaxAndSocialDebts, "tax_and_social_debts"),
        (FactKind::OperatingResult, "operating_result"),
        (FactKind::GrossOperatingSurplus, "gross_operating_surplus"),
        (FactKind::ValueAdded, "value_added"),
        (FactKind::StaffCosts, "staff_costs"),
        (FactKind::FinancialCharges, "financial_charges"),
        (FactKind::Headcount, "headcount"),
        (FactKind::GrossMargin, "gross_margin"),
        (FactKind::DebtRatio, "debt_ratio"),
        (FactKind::LiquidityRatio, "liquidity_ratio"),
        (FactKind::AutonomyRatio, "autonomy_ratio"),
        (FactKind::AssetAgeRatio, "asset_age_ratio"),
        (FactKind::InterestBurden, "interest_burden"),
        (FactKind::CashFlowMargin, "cash_flow_margin"),
        (FactKind::RepaymentYears, "repayment_years"),
        (FactKind::OperatingMargin, "operating_margin"),
        (FactKind::WorkingCapitalDays, "working_capital_days"),
        (FactKind::StockDays, "stock_days"),
        (FactKind::CustomerDays, "customer_days"),
        (FactKind::SupplierDays, "supplier_days"),
        (FactKind::AccountsDueOn, "accounts_due_on"),
        (FactKind::PaymentDays, "payment_days"),
        (FactKind::PaidWithin30, "paid_within_30"),
        (FactKind::PaidLate, "paid_late"),
        (FactKind::LongestTerms, "longest_terms"),
        (FactKind::OutsideScore, "outside_score"),
        (FactKind::OutsideLimit, "outside_limit"),
        (FactKind::OutsideCover, "outside_cover"),
    ];

    /// How its values are written.
    pub const fn form(self) -> ValueForm {
        use FactKind as Kind;
        match self {
            Kind::LegalForm => ValueForm::LegalForm,
            Kind::State => ValueForm::Word(&["active", "ceased"]),
            Kind::Proceedings => {
                ValueForm::Word(&["none", "closed", "conciliation", "plan", "safeguard", "receivership", "liquidation"])
            }
            Kind::AccountsStatus => ValueForm::Word(&["public", "partly_confidential", "confidential", "overdue"]),
            Kind::Diffusion => ValueForm::Word(&["full", "partial", "none"]),
            Kind::VatRegistration => ValueForm::Word(&["valid", "invalid"]),
            Kind::CreatedOn | Kind::AccountsClosedOn | Kind::RegisteredOn | Kind::AccountsDueOn => ValueForm::Day,
            Kind::Turnover
            | Kind::ShareCapital
            | Kind::GroupTurnover
            | Kind::GroupTotalAssets
            | Kind::StatedTurnover
            | Kind::OutsideLimit
            | Kind::OutsideCover
            | Kind::TotalAssets => ValueForm::Amount { negative: false },
            Kind::Equity
            | Kind::NetResult
            | Kind::GroupNetResult
            | Kind::GroupEquity
            | Kind::StatedNetResult
            | Kind::CurrentAssets
            | Kind::Receivables
            | Kind::Securities
            | Kind::Cash
            | Kind::PaidUpCapital
            | Kind::RetainedEarnings
            | Kind::Provisions
            | Kind::TotalDebts
            | Kind::DebtsWithinYear
            | Kind::Borrowings
            | Kind::Suppliers
            | Kind::TaxAndSocialDebts
            | Kind::OperatingResult
            | Kind::GrossOperatingSurplus
            | Kind::ValueAdded
            | Kind::StaffCosts
            | Kind::FinancialCharges
            | Kind::GrossMargin => ValueForm::Amount { negative: true },
            Kind::Establishments
            | Kind::AccountsMonths
            | Kind::Headcount
            | Kind::DebtRatio
            | Kind::LiquidityRatio
            | Kind::AutonomyRatio
            | Kind::AssetAgeRatio
            | Kind::InterestBurden
            | Kind::CashFlowMargin
            | Kind::RepaymentYears
            | Kind::OperatingMargin
            | Kind::WorkingCapitalDays
            | Kind::StockDays
            | Kind::CustomerDays
            | Kind::SupplierDays
            | Kind::PaymentDays
            | Kind::PaidWithin30
            | Kind::PaidLate
            | Kind::LongestTerms => ValueForm::Number,
            Kind::Name
            | Kind::Sector
            | Kind::Size
            | Kind::Category
            | Kind::Address
            | Kind::VatNumber
            | Kind::Country
            | Kind::CompanyDirector
            | Kind::Change
            | Kind::BusinessSale
            | Kind::ProceedingsNotice
            | Kind::Filing
            | Kind::Lei
            | Kind::LeiRegistration
            | Kind::DirectParent
            | Kind::OutsideScore
            | Kind::UltimateParent => ValueForm::Text,
        }
    }

    /// Reads the word that stands in files.
    ///
    /// # Errors
    /// When it is none of the known words.
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        Self::ALL.iter().find(|(_, code)| *code == text).map(|(kind, _)| *kind).ok_or_else(|| {
            // The first twelve are what an assessment reads.
            let (first, rest) = Self::ALL.split_at_checked(12).unwrap_or((Self::ALL, &[]));
            let first: Vec<&str> = first.iter().map(|(_, code)| *code).collect();
            let expected = format!("one of: {}, or one of {} further kinds", first.join(", "), rest.len());
            DomainError::unreadable("kind", text, expected)
        })
    }

    /// The word that stands in files.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, code)| code)
    }
}
