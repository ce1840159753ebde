//! The numbers that a model of failure reads: one entry each.

use encours_domain::Bilingual;
use encours_domain::fact::FactKind;
use encours_models::Direction::{Free, RiskDown, RiskUp};
use encours_models::{Direction, FeatureSpec, Value};
use sha2::{Digest, Sha256};

use super::ClosingView;

/// A number, or a name, that is read of a company.
#[derive(Debug)]
pub(super) struct FailureFeature {
    pub(super) name: &'static str,
    reads: Reads,
    unit: Unit,
    fr: &'static str,
    en: &'static str,
}

/// What is read; of a number, how risk is expected to move when it grows.
#[derive(Debug)]
enum Reads {
    Number(fn(&ClosingView<'_>) -> Option<f64>, Direction),
    Name(for<'v, 'f> fn(&'v ClosingView<'f>) -> Option<&'f str>),
}

/// How a number is written.
#[derive(Clone, Copy, Debug)]
enum Unit {
    PerCent,
    Days,
    Years,
    Count,
    Euros,
    Name,
}

/// Every feature. The order is part of what a model was learnt from.
pub(super) const FEATURES: &[FailureFeature] = &[
    FailureFeature {
        name: "equity_share",
        reads: Reads::Number(equity_share, RiskDown),
        unit: Unit::PerCent,
        fr: "fonds propres / bilan",
        en: "equity / total assets",
    },
    FailureFeature {
        name: "liquidity",
        reads: Reads::Number(liquidity, RiskDown),
        unit: Unit::PerCent,
        fr: "liquidité",
        en: "liquidity",
    },
    FailureFeature {
        name: "debt_ratio",
        reads: Reads::Number(debt_ratio, RiskUp),
        unit: Unit::PerCent,
        fr: "dettes financières / fonds propres",
        en: "financial debt / equity",
    },
    FailureFeature {
        name: "gross_operating_margin",
        reads: Reads::Number(gross_operating_margin, RiskDown),
        unit: Unit::PerCent,
        fr: "marge d’EBE",
        en: "gross operating margin",
    },
    FailureFeature {
        name: "net_margin",
        reads: Reads::Number(|closing| closing.per_cent(FactKind::NetResult, FactKind::Turnover), RiskDown),
        unit: Unit::PerCent,
        fr: "marge nette",
        en: "net margin",
    },
    FailureFeature {
        name: "cash_flow_margin",
        reads: Reads::Number(|closing| closing.figure(FactKind::CashFlowMargin), RiskDown),
        unit: Unit::PerCent,
        fr: "CAF / chiffre d’affaires",
        en: "cash flow / turnover",
    },
    FailureFeature {
        name: "interest_burden",
        reads: Reads::Number(interest_burden, RiskUp),
        unit: Unit::PerCent,
        fr: "charges financières / EBE",
        en: "financial charges / gross operating surplus",
    },
    FailureFeature {
        name: "repayment_years",
        reads: Reads::Number(|closing| not_negative(closing.figure(FactKind::RepaymentYears)), RiskUp),
        unit: Unit::Years,
        fr: "capacité de remboursement",
        en: "years of cash flow to repay its debt",
    },
    FailureFeature {
        name: "customer_days",
        reads: Reads::Number(|closing| closing.figure(FactKind::CustomerDays), RiskUp),
        unit: Unit::Days,
        fr: "crédit clients",
        en: "customer days",
    },
    FailureFeature {
        name: "supplier_days",
        reads: Reads::Number(|closing| closing.figure(FactKind::SupplierDays), RiskUp),
        unit: Unit::Days,
        fr: "crédit fournisseurs",
        en: "supplier days",
    },
    FailureFeature {
        name: "stock_days",
        reads: Reads::Number(|closing| closing.figure(FactKind::StockDays), RiskUp),
        unit: Unit::Days,
        fr: "rotation des stocks",
        en: "stock days",
    },
    FailureFeature {
        name: "working_capital_days",
        reads: Reads::Number(|closing| closing.figure(FactKind::WorkingCapitalDays), Free),
        unit: Unit::Days,
        fr: "BFR d’exploitation",
        en: "operating working capital",
    },
    FailureFeature {
        name: "turnover",
        reads: Reads::Number(|closing| closing.figure(FactKind::Turnover).filter(|turnover| *turnover > 0.0), Free),
        unit: Unit::Euros,
        fr: "chiffre d’affaires",
        en: "turnover",
    },
    FailureFeature {
        name: "turnover_change",
        reads: Reads::Number(turnover_change, Free),
        unit: Unit::PerCent,
        fr: "évolution du chiffre d’affaires",
        en: "change in turnover",
    },
    FailureFeature {
        name: "losses",
        reads: Reads::Number(losses, RiskUp),
        unit: Unit::Count,
        fr: "exercices en perte sur les deux derniers",
        en: "years at a loss of the last two",
    },
    FailureFeature {
        name: "filed_after_days",
        reads: Reads::Number(|closing| closing.filed_after_days(), RiskUp),
        unit: Unit::Days,
        fr: "de la clôture à la publication du dépôt",
        en: "from the closing to the published filing",
    },
    FailureFeature {
        name: "recent_changes",
        reads: Reads::Number(|closing| closing.recent_changes(), RiskUp),
        unit: Unit::Count,
        fr: "changements publiés en deux ans",
        en: "changes published in two years",
    },
    FailureFeature {
        name: "age_years",
        reads: Reads::Number(|closing| closing.age_years(), RiskDown),
        unit: Unit::Years,
        fr: "âge",
        en: "age",
    },
    FailureFeature {
        name: "division",
        reads: Reads::Name(|closing| closing.division()),
        unit: Unit::Name,
        fr: "division de la NAF",
        en: "NAF division",
    },
];

fn equity_share(closing: &ClosingView<'_>) -> Option<f64> {
    let stated = closing.figure(FactKind::AutonomyRatio);
    stated.or_else(|| closing.per_cent(FactKind::Equity, FactKind::TotalAssets))
}

fn liquidity(closing: &ClosingView<'_>) -> Option<f64> {
    let stated = closing.figure(FactKind::LiquidityRatio);
    stated.or_else(|| closing.per_cent(FactKind::CurrentAssets, FactKind::DebtsWithinYear))
}

/// Nothing where equity is below nought: the equity share tells that, and a ratio below nought would look like no debt.
fn debt_ratio(closing: &ClosingView<'_>) -> Option<f64> {
    let stated = not_negative(closing.figure(FactKind::DebtRatio));
    stated.or_else(|| closing.per_cent(FactKind::Borrowings, FactKind::Equity))
}

/// The publisher's *marge_ebe* is this margin, whatever its name.
fn gross_operating_margin(closing: &ClosingView<'_>) -> Option<f64> {
    let stated = closing.figure(FactKind::OperatingMargin);
    stated.or_else(|| closing.per_cent(FactKind::GrossOperatingSurplus, FactKind::Turnover))
}

/// Nothing where the surplus is below nought: the margin tells that.
fn interest_burden(closing: &ClosingView<'_>) -> Option<f64> {
    let stated = not_negative(closing.figure(FactKind::InterestBurden));
    stated.or_else(|| closing.per_cent(FactKind::FinancialCharges, FactKind::GrossOperatingSurplus))
}

fn turnover_change(closing: &ClosingView<'_>) -> Option<f64> {
    let before = closing.before(FactKind::Turnover).filter(|before| *before > 0.0)?;
    Some(100.0 * (closing.figure(FactKind::Turnover)? / before - 1.0))
}

/// Nothing where the last result is not known; an unknown one before it counts as none.
fn losses(closing: &ClosingView<'_>) -> Option<f64> {
    let is_loss = |result: f64| f64::from(u8::from(result < 0.0));
    let last = closing.figure(FactKind::NetResult).map(is_loss)?;
    Some(last + closing.before(FactKind::NetResult).map_or(0.0, is_loss))
}

fn not_negative(value: Option<f64>) -> Option<f64> {
    value.filter(|value| *value >= 0.0)
}

/// What is read of one company, to be kept until there are enough.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Read<'f> {
    Number(f64),
    Name(Option<&'f str>),
}

impl FailureFeature {
    pub(super) fn spec(&self) -> FeatureSpec {
        match self.reads {
            Reads::Number(_, direction) => FeatureSpec::numeric(self.name, direction),
            Reads::Name(_) => FeatureSpec::category(self.name),
        }
    }

    /// Whether it is a name rather than a number.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.reads, Reads::Name(_))
    }

    /// What it reads; NaN is missing, as in a table.
    pub(super) fn read<'f>(&self, closing: &ClosingView<'f>) -> Read<'f> {
        match self.reads {
            Reads::Number(read, _) => Read::Number(read(closing).unwrap_or(f64::NAN)),
            Reads::Name(read) => Read::Name(read(closing)),
        }
    }

    /// What a card reads.
    pub(super) fn value<'f>(&self, closing: &ClosingView<'f>) -> Value<'f> {
        match self.read(closing) {
            Read::Number(number) => Some(number).filter(|number| !number.is_nan()).into(),
            Read::Name(name) => name.into(),
        }
    }

    /// In words, with its value.
    pub(super) fn says(&self, closing: &ClosingView<'_>) -> Bilingual {
        let (fr, en) = match self.read(closing) {
            Read::Name(Some(name)) => (name.to_owned(), name.to_owned()),
            Read::Number(number) if !number.is_nan() => self.unit.written(number),
            Read::Number(_) | Read::Name(None) => ("non connu".to_owned(), "not known".to_owned()),
        };
        Bilingual::new(format!("{} : {fr}", self.fr), format!("{}: {en}", self.en))
    }
}

impl Unit {
    fn written(self, number: f64) -> (String, String) {
        let whole = format!("{:.0}", number + 0.0);
        match self {
            Self::PerCent => (format!("{whole} %"), format!("{whole}%")),
            Self::Days => (format!("{whole} jours"), format!("{whole} days")),
            Self::Years => (format!("{whole} ans"), format!("{whole} years")),
            Self::Euros => (format!("{whole} €"), format!("€{whole}")),
            Self::Count | Self::Name => (whole.clone(), whole),
        }
    }
}

/// Hash of the list: a model learnt from another list is refused.
pub(super) fn registry_hash() -> String {
    let mut hasher = Sha256::new();
    for feature in FEATURES {
        hasher.update(format!("{:?}", feature.spec()).as_bytes());
        hasher.update([0]);
    }
    format!("sha256:{}", crate::text_hash::hex(&hasher.finalize()))
}
