//! The list of what a model of failure reads: one entry each.

use encours_domain::fact::FactKind;
use encours_models::Direction::{Free, RiskDown, RiskUp};

use crate::company::{Reads, RecordFeature, RecordView, Unit, hash_of};

/// Every feature. The order is part of what a model was learnt from.
pub(super) const FEATURES: &[RecordFeature] = &[
    EQUITY_SHARE,
    LIQUIDITY,
    DEBT_RATIO,
    GROSS_OPERATING_MARGIN,
    NET_MARGIN,
    CASH_FLOW_MARGIN,
    INTEREST_BURDEN,
    REPAYMENT_YEARS,
    CUSTOMER_DAYS,
    SUPPLIER_DAYS,
    STOCK_DAYS,
    WORKING_CAPITAL_DAYS,
    TURNOVER,
    TURNOVER_CHANGE,
    LOSSES,
    FILED_AFTER_DAYS,
    RECENT_CHANGES,
    AGE_YEARS,
    DIVISION,
];

/// See [`FEATURES`].
pub(crate) const EQUITY_SHARE: RecordFeature = RecordFeature {
    name: "equity_share",
    reads: Reads::Number(equity_share, RiskDown),
    unit: Unit::PerCent,
    fr: "fonds propres / bilan",
    en: "equity / total assets",
};

/// See [`FEATURES`].
pub(crate) const LIQUIDITY: RecordFeature = RecordFeature {
    name: "liquidity",
    reads: Reads::Number(liquidity, RiskDown),
    unit: Unit::PerCent,
    fr: "liquidité",
    en: "liquidity",
};

/// See [`FEATURES`].
pub(crate) const DEBT_RATIO: RecordFeature = RecordFeature {
    name: "debt_ratio",
    reads: Reads::Number(debt_ratio, RiskUp),
    unit: Unit::PerCent,
    fr: "dettes financières / fonds propres",
    en: "financial debt / equity",
};

/// See [`FEATURES`].
pub(crate) const GROSS_OPERATING_MARGIN: RecordFeature = RecordFeature {
    name: "gross_operating_margin",
    reads: Reads::Number(gross_operating_margin, RiskDown),
    unit: Unit::PerCent,
    fr: "marge d’EBE",
    en: "gross operating margin",
};

/// See [`FEATURES`].
pub(crate) const NET_MARGIN: RecordFeature = RecordFeature {
    name: "net_margin",
    reads: Reads::Number(|record| record.per_cent(FactKind::NetResult, FactKind::Turnover), RiskDown),
    unit: Unit::PerCent,
    fr: "marge nette",
    en: "net margin",
};

/// See [`FEATURES`].
pub(crate) const CASH_FLOW_MARGIN: RecordFeature = RecordFeature {
    name: "cash_flow_margin",
    reads: Reads::Number(|record| record.figure(FactKind::CashFlowMargin), RiskDown),
    unit: Unit::PerCent,
    fr: "CAF / chiffre d’affaires",
    en: "cash flow / turnover",
};

/// See [`FEATURES`].
pub(crate) const INTEREST_BURDEN: RecordFeature = RecordFeature {
    name: "interest_burden",
    reads: Reads::Number(interest_burden, RiskUp),
    unit: Unit::PerCent,
    fr: "charges financières / EBE",
    en: "financial charges / gross operating surplus",
};

/// See [`FEATURES`].
pub(crate) const REPAYMENT_YEARS: RecordFeature = RecordFeature {
    name: "repayment_years",
    reads: Reads::Number(|record| not_negative(record.figure(FactKind::RepaymentYears)), RiskUp),
    unit: Unit::Years,
    fr: "capacité de remboursement",
    en: "years of cash flow to repay its debt",
};

/// See [`FEATURES`].
pub(crate) const CUSTOMER_DAYS: RecordFeature = RecordFeature {
    name: "customer_days",
    reads: Reads::Number(|record| record.figure(FactKind::CustomerDays), RiskUp),
    unit: Unit::Days,
    fr: "crédit clients",
    en: "customer days",
};

/// See [`FEATURES`].
pub(crate) const SUPPLIER_DAYS: RecordFeature = RecordFeature {
    name: "supplier_days",
    reads: Reads::Number(|record| record.figure(FactKind::SupplierDays), RiskUp),
    unit: Unit::Days,
    fr: "crédit fournisseurs",
    en: "supplier days",
};

/// See [`FEATURES`].
pub(crate) const STOCK_DAYS: RecordFeature = RecordFeature {
    name: "stock_days",
    reads: Reads::Number(|record| record.figure(FactKind::StockDays), RiskUp),
    unit: Unit::Days,
    fr: "rotation des stocks",
    en: "stock days",
};

/// See [`FEATURES`].
pub(crate) const WORKING_CAPITAL_DAYS: RecordFeature = RecordFeature {
    name: "working_capital_days",
    reads: Reads::Number(|record| record.figure(FactKind::WorkingCapitalDays), Free),
    unit: Unit::Days,
    fr: "BFR d’exploitation",
    en: "operating working capital",
};

/// See [`FEATURES`].
pub(crate) const TURNOVER: RecordFeature = RecordFeature {
    name: "turnover",
    reads: Reads::Number(|record| record.figure(FactKind::Turnover).filter(|turnover| *turnover > 0.0), Free),
    unit: Unit::Euros,
    fr: "chiffre d’affaires",
    en: "turnover",
};

/// See [`FEATURES`].
pub(crate) const TURNOVER_CHANGE: RecordFeature = RecordFeature {
    name: "turnover_change",
    reads: Reads::Number(turnover_change, Free),
    unit: Unit::PerCent,
    fr: "évolution du chiffre d’affaires",
    en: "change in turnover",
};

/// See [`FEATURES`].
pub(crate) const LOSSES: RecordFeature = RecordFeature {
    name: "losses",
    reads: Reads::Number(losses, RiskUp),
    unit: Unit::Count,
    fr: "exercices en perte sur les deux derniers",
    en: "years at a loss of the last two",
};

/// See [`FEATURES`].
pub(crate) const FILED_AFTER_DAYS: RecordFeature = RecordFeature {
    name: "filed_after_days",
    reads: Reads::Number(|record| record.filed_after_days(), RiskUp),
    unit: Unit::Days,
    fr: "de la clôture à la publication du dépôt",
    en: "from the closing to the published filing",
};

/// See [`FEATURES`].
pub(crate) const RECENT_CHANGES: RecordFeature = RecordFeature {
    name: "recent_changes",
    reads: Reads::Number(|record| record.recent_changes(), RiskUp),
    unit: Unit::Count,
    fr: "changements publiés en deux ans",
    en: "changes published in two years",
};

/// See [`FEATURES`].
pub(crate) const AGE_YEARS: RecordFeature = RecordFeature {
    name: "age_years",
    reads: Reads::Number(|record| record.age_years(), RiskDown),
    unit: Unit::Years,
    fr: "âge",
    en: "age",
};

/// See [`FEATURES`].
pub(crate) const DIVISION: RecordFeature = RecordFeature {
    name: "division",
    reads: Reads::Name(|record| record.division()),
    unit: Unit::Name,
    fr: "division de la NAF",
    en: "NAF division",
};

fn equity_share(record: &RecordView<'_>) -> Option<f64> {
    let stated = record.figure(FactKind::AutonomyRatio);
    stated.or_else(|| record.per_cent(FactKind::Equity, FactKind::TotalAssets))
}

fn liquidity(record: &RecordView<'_>) -> Option<f64> {
    let stated = record.figure(FactKind::LiquidityRatio);
    stated.or_else(|| record.per_cent(FactKind::CurrentAssets, FactKind::DebtsWithinYear))
}

/// Nothing where equity is below nought: the equity share tells that, and a ratio below nought would look like no debt.
fn debt_ratio(record: &RecordView<'_>) -> Option<f64> {
    let stated = not_negative(record.figure(FactKind::DebtRatio));
    stated.or_else(|| record.per_cent(FactKind::Borrowings, FactKind::Equity))
}

/// The publisher's *marge_ebe* is this margin, whatever its name.
fn gross_operating_margin(record: &RecordView<'_>) -> Option<f64> {
    let stated = record.figure(FactKind::OperatingMargin);
    stated.or_else(|| record.per_cent(FactKind::GrossOperatingSurplus, FactKind::Turnover))
}

/// Nothing where the surplus is below nought: the margin tells that.
fn interest_burden(record: &RecordView<'_>) -> Option<f64> {
    let stated = not_negative(record.figure(FactKind::InterestBurden));
    stated.or_else(|| record.per_cent(FactKind::FinancialCharges, FactKind::GrossOperatingSurplus))
}

fn turnover_change(record: &RecordView<'_>) -> Option<f64> {
    let before = record.before(FactKind::Turnover).filter(|before| *before > 0.0)?;
    Some(100.0 * (record.figure(FactKind::Turnover)? / before - 1.0))
}

/// Nothing where the last result is not known; an unknown one before it counts as none.
fn losses(record: &RecordView<'_>) -> Option<f64> {
    let is_loss = |result: f64| f64::from(u8::from(result < 0.0));
    let last = record.figure(FactKind::NetResult).map(is_loss)?;
    Some(last + record.before(FactKind::NetResult).map_or(0.0, is_loss))
}

fn not_negative(value: Option<f64>) -> Option<f64> {
    value.filter(|value| *value >= 0.0)
}

/// Hash of the list: a model learnt from another list is refused.
pub(super) fn registry_hash() -> String {
    hash_of(FEATURES)
}
