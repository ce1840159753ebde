//! From rows to facts, by the rules for figures that cannot be true.
//!
//! The rows of one company and one kind of accounts are read as a series:
//!
//! - consolidated figures become the group's, never the company's, and their noughts are forms without such a line;
//! - a figure a thousand times its neighbours is refused, and so is a turnover that contradicts the row's own margin;
//! - an income statement that repeats the year before is refused, the balance sheet's ratios of that year are not;
//! - a row with an impossible ratio (liquidity below nought) gives no ratio of the balance sheet.
//!
//! Noughts are absences, for nothing tells them apart. For the simplified form *autonomie financière* is computed by
//! the publisher as a debt ratio, and is therefore not taken.

use std::collections::BTreeMap;

use encours_domain::annual_accounts::Form;
use encours_domain::annual_accounts::junk::{contradicts, out_of_scale, repeats};
use encours_domain::fact::{FactKind, MissingKind};
use encours_domain::subject::Subject;
use encours_domain::{Day, Siren};

use super::super::json::Text;
use super::super::opendatasoft;
use super::super::reading::{Collector, Raw, Reading};
use super::SPEC;
use super::payload::Row;
use crate::error::SourceError;

/// Reads an answer.
pub(super) fn parse(raw: &Raw<'_>) -> Result<Reading, SourceError> {
    let page = opendatasoft::page(raw, SPEC.name, "siren")?;
    let mut collector = Collector::new(SPEC.name, raw);
    let mut series: BTreeMap<(Siren, Scope), Vec<Year>> = BTreeMap::new();
    for (record, stamp) in page.records {
        let row = match serde_json::from_value::<Row>(record) {
            Ok(row) => row,
            Err(error) => {
                collector.note(None, format!("a row could not be read: {error}"));
                continue;
            }
        };
        if let Some((siren, scope, year)) = year(&mut collector, row, stamp.as_deref()) {
            series.entry((siren, scope)).or_default().push(year);
        }
    }
    let empty = series.is_empty();
    for ((siren, scope), mut years) in series {
        years.sort_by_key(|year| year.closed_on);
        tell(&mut collector, &Subject::Siren(siren), scope, years);
    }
    if empty {
        let why = "no published figures: none were filed, or they are confidential";
        collector.missing(raw.asked, "accounts", MissingKind::NotFetched, why);
    }
    Ok(collector.done())
}

/// Whose figures they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    Company,
    CompanySimplified,
    Group,
}

/// A closing, with what of it may be trusted.
struct Year {
    closed_on: Day,
    known: Day,
    row: Row,
    turnover: Option<i64>,
    net_result: Option<i64>,
    operating_result: Option<i64>,
    surplus: Option<i64>,
    margin: Option<i64>,
    /// Whether the income statement may be used.
    income: bool,
}

fn year(collector: &mut Collector<'_>, row: Row, stamp: Option<&str>) -> Option<(Siren, Scope, Year)> {
    let number = row.siren.any().unwrap_or_default().to_owned();
    let Some(siren) = row.siren.siren() else {
        collector.note(None, format!("a row has the number `{number}`, which is no SIREN; left out"));
        return None;
    };
    let subject = Subject::Siren(siren.clone());
    let Some(closed_on) = row.date_cloture_exercice.day() else {
        collector.note(Some(&subject), "a row without its closing day; left out");
        return None;
    };
    let letter = row.type_bilan.any().unwrap_or_default();
    let scope = match Form::read(letter) {
        Some(Form::Company) => Scope::Company,
        Some(Form::Simplified) => Scope::CompanySimplified,
        Some(Form::Consolidated) => Scope::Group,
        Some(Form::Other) | None => {
            collector.note(Some(&subject), format!("a row of {closed_on} of the kind `{letter}`; left out"));
            return None;
        }
    };
    let stamp = stamp.and_then(|stamp| stamp.get(..10)?.parse::<Day>().ok());
    let nonzero = |field: &Text| field.whole().filter(|value| *value != 0);
    let year = Year {
        closed_on,
        known: stamp.unwrap_or(collector.raw.fetched_on).max(closed_on),
        turnover: nonzero(&row.chiffre_d_affaires),
        net_result: nonzero(&row.resultat_net),
        operating_result: nonzero(&row.ebit),
        surplus: nonzero(&row.ebe),
        margin: nonzero(&row.marge_brute),
        income: true,
        row,
    };
    Some((siren, scope, year))
}

fn tell(collector: &mut Collector<'_>, subject: &Subject, scope: Scope, mut years: Vec<Year>) {
    refuse_contradictions(collector, subject, scope, &mut years);
    refuse_jumps(collector, subject, scope, &mut years);
    refuse_repeats(collector, subject, scope, &mut years);
    for year in &years {
        if scope == Scope::Group {
            group(collector, subject, year);
        } else {
            company(collector, subject, scope, year);
        }
    }
}

fn kind_word(scope: Scope) -> &'static str {
    match scope {
        Scope::Company | Scope::CompanySimplified => "company",
        Scope::Group => "consolidated",
    }
}

fn refused(collector: &mut Collector<'_>, subject: &Subject, scope: Scope, closed_on: Day, reason: &str) {
    let text = format!("{} accounts of {closed_on}: {reason}", kind_word(scope));
    collector.note(Some(subject), text);
}

/// A turnover that contradicts its own row: the publisher computed the margin from the true one.
fn refuse_contradictions(collector: &mut Collector<'_>, subject: &Subject, scope: Scope, years: &mut [Year]) {
    for year in years {
        let (Some(turnover), Some(surplus)) = (year.turnover, year.surplus) else { continue };
        let Some(share) = year.row.marge_ebe.number() else { continue };
        if contradicts(turnover, surplus, share) {
            let reason = format!(
                "a turnover of {turnover} contradicts the surplus of {surplus}, said to be {share} % of it; refused"
            );
            refused(collector, subject, scope, year.closed_on, &reason);
            year.turnover = None;
        }
    }
}

/// Figures a thousand times their neighbours, or a thousandth.
fn refuse_jumps(collector: &mut Collector<'_>, subject: &Subject, scope: Scope, years: &mut [Year]) {
    type Field = fn(&mut Year) -> &mut Option<i64>;
    const FIELDS: &[(&str, Field)] = &[
        ("turnover", |year| &mut year.turnover),
        ("operating result", |year| &mut year.operating_result),
        ("gross operating surplus", |year| &mut year.surplus),
        ("gross margin", |year| &mut year.margin),
        ("net result", |year| &mut year.net_result),
    ];
    for (name, field) in FIELDS {
        let places: Vec<usize> =
            (0..years.len()).filter(|at| years.get_mut(*at).is_some_and(|y| field(y).is_some())).collect();
        let figures: Vec<i64> =
            places.iter().filter_map(|at| years.get_mut(*at).and_then(|year| *field(year))).collect();
        for (at, doubtful) in places.into_iter().zip(out_of_scale(&figures)) {
            let Some(year) = years.get_mut(at).filter(|_| doubtful) else { continue };
            let figure = field(year).take().unwrap_or_default();
            let reason = format!("a {name} of {figure} stands a thousand times away from other years; refused");
            refused(collector, subject, scope, year.closed_on, &reason);
            if *name == "turnover" {
                // Whatever was computed from it is as wrong as it is.
                year.income = false;
                for other in [&mut year.surplus, &mut year.operating_result, &mut year.margin] {
                    *other = None;
                }
            }
        }
    }
}

/// An income statement that is the year's before under another day.
fn refuse_repeats(collector: &mut Collector<'_>, subject: &Subject, scope: Scope, years: &mut [Year]) {
    let income = |year: &Year| [year.turnover, year.operating_result, year.net_result];
    for at in 1..years.len() {
        let Some((before, rest)) = years.split_at_mut_checked(at) else { continue };
        let (Some(before), Some(now)) = (before.last(), rest.first_mut()) else { continue };
        if repeats(&income(before), &income(now)) {
            let reason = format!("the income statement repeats that of {}; refused", before.closed_on);
            refused(collector, subject, scope, now.closed_on, &reason);
            now.income = false;
        }
    }
}

fn group(collector: &mut Collector<'_>, subject: &Subject, year: &Year) {
    if !year.income {
        return;
    }
    if let Some(turnover) = year.turnover.filter(|turnover| *turnover > 0) {
        collector.euros(subject, FactKind::GroupTurnover, turnover, year.closed_on, year.known);
    }
    if let Some(result) = year.net_result {
        collector.euros(subject, FactKind::GroupNetResult, result, year.closed_on, year.known);
    }
}

fn company(collector: &mut Collector<'_>, subject: &Subject, scope: Scope, year: &Year) {
    let (closed, known) = (year.closed_on, year.known);
    let status = match year.row.confidentiality.any() {
        Some("Public") => "public",
        // The law lets medium companies simplify what is published; the figures are there.
        Some("Publication simplifiée") => "public",
        Some(text) if text.starts_with("Confidentiel") => "confidential",
        _ => "partly_confidential",
    };
    collector.fact(subject, FactKind::AccountsStatus, status, closed, known);
    collector.fact(subject, FactKind::AccountsClosedOn, closed.to_string(), closed, known);
    if year.income {
        let amounts = [
            (FactKind::Turnover, year.turnover.filter(|turnover| *turnover > 0)),
            (FactKind::NetResult, year.net_result),
            (FactKind::OperatingResult, year.operating_result),
            (FactKind::GrossOperatingSurplus, year.surplus),
            (FactKind::GrossMargin, year.margin),
        ];
        for (kind, amount) in amounts {
            if let Some(amount) = amount {
                collector.euros(subject, kind, amount, closed, known);
            }
        }
    }
    ratios(collector, subject, scope, year);
}

/// What a ratio is made of, and what it can be.
struct Ratio {
    kind: FactKind,
    field: fn(&Row) -> &Text,
    /// Whether the income statement goes into it.
    income: bool,
    /// Whether the balance sheet goes into it.
    balance: bool,
    /// What it can be.
    bounds: (f64, f64),
}

const ANY: (f64, f64) = (-1e6, 1e6);
const RATIOS: &[Ratio] = &[
    Ratio {
        kind: FactKind::DebtRatio,
        field: |row| &row.taux_d_endettement,
        income: false,
        balance: true,
        bounds: ANY,
    },
    Ratio {
        kind: FactKind::LiquidityRatio,
        field: |row| &row.ratio_de_liquidite,
        income: false,
        balance: true,
        bounds: (0.0, 1e6),
    },
    Ratio {
        kind: FactKind::AssetAgeRatio,
        field: |row| &row.ratio_de_vetuste,
        income: false,
        balance: true,
        bounds: (0.0, 100.0),
    },
    Ratio {
        kind: FactKind::AutonomyRatio,
        field: |row| &row.autonomie_financiere,
        income: false,
        balance: true,
        bounds: (-1e6, 100.0),
    },
    Ratio {
        kind: FactKind::InterestBurden,
        field: |row| &row.couverture_des_interets,
        income: true,
        balance: false,
        bounds: ANY,
    },
    Ratio { kind: FactKind::CashFlowMargin, field: |row| &row.caf_sur_ca, income: true, balance: false, bounds: ANY },
    Ratio {
        kind: FactKind::RepaymentYears,
        field: |row| &row.capacite_de_remboursement,
        income: true,
        balance: true,
        bounds: ANY,
    },
    Ratio { kind: FactKind::OperatingMargin, field: |row| &row.marge_ebe, income: true, balance: false, bounds: ANY },
    Ratio {
        kind: FactKind::WorkingCapitalDays,
        field: |row| &row.poids_bfr_exploitation_sur_ca_jours,
        income: true,
        balance: true,
        bounds: ANY,
    },
    Ratio {
        kind: FactKind::StockDays,
        field: |row| &row.rotation_des_stocks_jours,
        income: true,
        balance: true,
        bounds: (0.0, 1e6),
    },
    Ratio {
        kind: FactKind::CustomerDays,
        field: |row| &row.credit_clients_jours,
        income: true,
        balance: true,
        bounds: (0.0, 1e6),
    },
    Ratio {
        kind: FactKind::SupplierDays,
        field: |row| &row.credit_fournisseurs_jours,
        income: true,
        balance: true,
        bounds: (0.0, 1e6),
    },
];

fn ratios(collector: &mut Collector<'_>, subject: &Subject, scope: Scope, year: &Year) {
    let value = |ratio: &Ratio| (ratio.field)(&year.row).number();
    let possible = |ratio: &Ratio, value: f64| (ratio.bounds.0..=ratio.bounds.1).contains(&value);
    let broken = RATIOS.iter().filter(|ratio| ratio.balance && !ratio.income);
    let broken =
        broken.filter_map(|ratio| Some((ratio, value(ratio)?))).find(|(ratio, value)| !possible(ratio, *value));
    if let Some((ratio, value)) = broken {
        let what = ratio.kind.code().replace('_', " ");
        let reason = format!("a {what} of {value} cannot be; no ratio of the balance sheet is taken");
        refused(collector, subject, scope, year.closed_on, &reason);
    }
    // A turnover that contradicts its row makes every ratio that divides by it doubtful, too.
    let income_trusted = year.income && year.turnover.is_some();
    for ratio in RATIOS {
        let untrusted = (ratio.income && !income_trusted) || (ratio.balance && broken.is_some());
        let debt_ratio_in_disguise = scope == Scope::CompanySimplified && ratio.kind == FactKind::AutonomyRatio;
        if untrusted || debt_ratio_in_disguise {
            continue;
        }
        // A nought cannot be told from an absence.
        if let Some(value) = value(ratio).filter(|value| *value != 0.0 && possible(ratio, *value)) {
            collector.fact(subject, ratio.kind, value.to_string(), year.closed_on, year.known);
        }
    }
}
