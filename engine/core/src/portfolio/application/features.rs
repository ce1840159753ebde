//! The list of what the application card reads: one entry each.

use encours_domain::fact::FactKind;
use encours_models::Direction::{Free, RiskUp};

use crate::company::{Order, Reads, RecordFeature, RecordView, Unit, hash_of};
use crate::solvency::learnt::features as accounts;

/// Every feature. The order is part of what a card was learnt from.
pub(in crate::portfolio) const FEATURES: &[RecordFeature] = &[
    accounts::AGE_YEARS,
    accounts::DIVISION,
    RecordFeature {
        name: "legal_kind",
        reads: Reads::Name(|record| record.legal_kind()),
        unit: Unit::Name,
        fr: "catégorie juridique (deux chiffres)",
        en: "legal category (two digits)",
    },
    RecordFeature {
        name: "staff",
        reads: Reads::Number(|record| record.staff(), Free),
        unit: Unit::Count,
        fr: "effectif, au moins",
        en: "staff, at least",
    },
    RecordFeature {
        name: "proceedings",
        reads: Reads::Name(|record| record.proceedings()),
        unit: Unit::Name,
        fr: "procédures collectives",
        en: "insolvency proceedings",
    },
    RecordFeature {
        name: "accounts_status",
        reads: Reads::Name(|record| record.accounts_status()),
        unit: Unit::Name,
        fr: "dépôt des comptes",
        en: "filing of accounts",
    },
    accounts::TURNOVER,
    accounts::EQUITY_SHARE,
    accounts::LIQUIDITY,
    accounts::NET_MARGIN,
    accounts::LOSSES,
    accounts::SUPPLIER_DAYS,
    accounts::FILED_AFTER_DAYS,
    accounts::RECENT_CHANGES,
    RecordFeature {
        name: "payment_days",
        reads: Reads::Number(|record| record.figure(FactKind::PaymentDays), RiskUp),
        unit: Unit::Days,
        fr: "délai moyen de paiement publié",
        en: "published mean days to pay",
    },
    RecordFeature {
        name: "paid_late",
        reads: Reads::Number(|record| record.figure(FactKind::PaidLate), RiskUp),
        unit: Unit::PerCent,
        fr: "part publiée de factures payées en retard",
        en: "published share of invoices paid late",
    },
    RecordFeature {
        name: "order_amount",
        reads: Reads::Order(|order, _| Some(order.amount).filter(|amount| *amount > 0.0), Free),
        unit: Unit::Euros,
        fr: "montant de la commande",
        en: "amount of the order",
    },
    RecordFeature {
        name: "order_terms",
        reads: Reads::Order(|order, _| Some(order.terms_days), Free),
        unit: Unit::Days,
        fr: "délai de paiement",
        en: "payment terms",
    },
    RecordFeature {
        name: "order_share_of_turnover",
        reads: Reads::Order(share_of_turnover, RiskUp),
        unit: Unit::PerCent,
        fr: "commande / chiffre d’affaires",
        en: "order / turnover",
    },
];

fn share_of_turnover(order: &Order, record: &RecordView<'_>) -> Option<f64> {
    let turnover = record.figure(FactKind::Turnover).filter(|turnover| *turnover > 0.0)?;
    Some(100.0 * order.amount / turnover)
}

/// Hash of the list: a card learnt from another list is refused.
pub(in crate::portfolio) fn registry_hash() -> String {
    hash_of(FEATURES)
}
