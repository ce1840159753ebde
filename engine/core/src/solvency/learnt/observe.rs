//! Rows to learn from: one for each closing of a company that was in no proceedings, on the day on which its accounts
//! became known, with what came within the year after.
//!
//! Everything is as it was known then. Two things the files of whole registers do not date are dated here: accounts
//! became known when the bulletin published their filing, or else when the law had them filed at the latest; and the day
//! of creation and the sector are taken as today's register has them.

use std::collections::BTreeMap;

use encours_domain::Day;
use encours_domain::fact::{Fact, FactKind};
use encours_models::prior::logistic;
use encours_models::{
    AdditiveParams, Artefact, ArtefactBody, Card, Column, HorizonCard, Metrics, ModelError, ParamGuard, Table, Trained,
    Value,
};
use serde::{Deserialize, Serialize};

use super::super::{FailureRule, LedgerDistress, failure};
use super::features::{FEATURES, registry_hash};
use super::{FailureModel, KIND, Scored, WITHIN_DAYS};
use crate::CoreError;
use crate::company::{CompanyView, RecordRows, RecordView, closings, dated};
use crate::features::share_of;
use crate::group_rates::{Count, Counts, GroupRate, rates};

/// From which part of the rows, by day, a training is measured: the last three tenths.
const MEASURED_FROM: (usize, usize) = (7, 10);

/// What was observed of companies.
#[derive(Debug)]
pub struct Observations<'r> {
    rule: &'r FailureRule,
    first_day: Day,
    last_day: Day,
    rows: RecordRows,
    events: Vec<bool>,
    days: Vec<i32>,
    /// The rule's probability of each.
    by_rule: Vec<f64>,
    companies: u64,
    /// Closings by division of the sector, and those that were followed by a failure.
    divisions: Counts,
}

/// How good probabilities were on later closings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rated {
    /// Whose: `model`, `expert rule`, `base rate`.
    pub name: String,
    /// How good.
    pub metrics: Metrics,
}

/// How a training did on the closings that came after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailureValidation {
    /// Closings learnt from: what came of them was known before `from`.
    pub learnt_from: u64,
    /// First day of the closings measured on.
    pub from: Day,
    /// Last day of them.
    pub until: Day,
    /// The model first, then what it has to beat.
    pub rated: Vec<Rated>,
}

impl FailureValidation {
    /// Whether the model ranks better than the expert rule and is nearer to what happened than rule and base rate.
    pub fn passes(&self) -> bool {
        let Some((model, others)) = self.rated.split_first() else { return false };
        let brier = others.iter().all(|other| model.metrics.brier < other.metrics.brier);
        brier && others.iter().all(|other| model.metrics.auc > other.metrics.auc)
    }
}

/// A model that was learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct LearntFailure {
    /// The model.
    pub artefact: Artefact,
    /// How the same training did on later closings.
    pub validation: FailureValidation,
    /// Companies observed.
    pub companies: u64,
    /// How often companies of each division of the NAF failed, the riskiest first; thin ones drawn to the whole.
    pub sectors: Vec<GroupRate>,
}

impl<'r> Observations<'r> {
    /// Nothing yet. Notices were read from `first_day` to `last_day`: outside of them silence says nothing.
    pub fn new(rule: &'r FailureRule, first_day: Day, last_day: Day) -> Self {
        Self {
            rule,
            first_day,
            last_day,
            rows: RecordRows::new(FEATURES),
            events: Vec::new(),
            days: Vec::new(),
            by_rule: Vec::new(),
            companies: 0,
            divisions: Counts::new(),
        }
    }

    /// Takes what is known of one company: a row for each closing after which a year can be looked back on.
    pub fn push(&mut self, facts: &[Fact]) {
        let dated = dated(facts);
        let opened = opened(&dated);
        let mut days: Vec<Day> = closings(&dated).into_values().collect();
        days.sort_unstable();
        days.dedup();
        let (before, mut placed) = (self.events.len(), false);
        for day in days {
            let year_after = day.plus_clamped(i32::from(WITHIN_DAYS));
            let in_proceedings = opened.is_some_and(|opened| opened <= day);
            if day < self.first_day || year_after > self.last_day || in_proceedings {
                continue;
            }
            if let Some(record) = RecordView::as_known_on(&dated, day).filter(RecordView::has_closing) {
                self.rows.push(&record, None);
                let failed = opened.is_some_and(|opened| opened <= year_after);
                if let Some(division) = record.division() {
                    let one = Count { members: u64::from(!placed), known: 1, events: u64::from(failed) };
                    self.divisions.entry(division.to_owned()).or_default().add(one);
                    placed = true;
                }
                self.events.push(failed);
                self.days.push(day.number());
                let company = CompanyView::as_known_on(&dated, day, u16::MAX);
                self.by_rule.push(failure(self.rule, &company, LedgerDistress::default(), None).p_12_months.value());
            }
        }
        self.companies += u64::from(self.events.len() > before);
    }

    /// Day and outcome of each row.
    #[cfg(test)]
    pub(super) fn rows_so_far(&self) -> Vec<(Day, bool)> {
        let days = self.days.iter().map(|day| Day::from_number(*day).unwrap_or(Day::FIRST));
        days.zip(self.events.iter().copied()).collect()
    }

    /// Learns a model from all rows, and measures the same training on the later ones. `source` names what was read.
    ///
    /// # Errors
    /// [`ModelError::TooFewRows`] or [`ModelError::TooFewEvents`] when there is too little to learn from or to measure on.
    pub fn learn(self, source: impl Into<String>, seed: u64) -> Result<LearntFailure, CoreError> {
        let (last_day, companies, by_rule) = (self.last_day, self.companies, self.by_rule.clone());
        let sectors = rates(self.divisions.clone());
        let table = self.rows.into_table(self.events, self.days)?;
        let validation = validated(&table, &by_rule, seed)?;
        let card = fitted(&table, seed)?;
        let (rows, late) = (rows_of(&table), count(table.late()));
        let artefact = Artefact::seal(ArtefactBody {
            kind: KIND.to_owned(),
            headline: card,
            others: Vec::new(),
            derived: Vec::new(),
            trained: Trained {
                ledger: source.into(),
                cutoff: last_day.to_string(),
                lateness_rule: format!("insolvency proceedings published within {WITHIN_DAYS} days"),
                rows,
                late,
            },
            registry_hash: registry_hash(),
            baselines: BTreeMap::from([("base_rate".to_owned(), base_rate(&table))]),
            hazards: None,
            spreads: Vec::new(),
            application: None,
        })?;
        FailureModel::new(artefact.clone())?;
        Ok(LearntFailure { artefact, validation, companies, sectors })
    }
}

/// Lines of one balance sheet say nearly the same: from the overall rate, and pairs looked for among all of them.
fn fitted(table: &Table, seed: u64) -> Result<HorizonCard, ModelError> {
    let params = AdditiveParams::default().from_plain(false).pair_features(32).seed(seed).check()?;
    Ok(HorizonCard::new(WITHIN_DAYS, params.fit(table)?))
}

/// The latest closings are foretold by what was known when the first of them came.
fn validated(table: &Table, by_rule: &[f64], seed: u64) -> Result<FailureValidation, CoreError> {
    let mut days = table.days().to_vec();
    days.sort_unstable();
    let too_few = || ModelError::TooFewRows { found: rows_of(table), needed: 1 };
    let from = *days.get(days.len() * MEASURED_FROM.0 / MEASURED_FROM.1).ok_or_else(too_few)?;
    let last = *days.last().ok_or_else(too_few)?;
    let (learn, _) = table.split_at_day(from - i32::from(WITHIN_DAYS));
    let (_, later) = table.split_at_day(from);
    let card = fitted(&learn, seed)?.card;
    let of_rule = table.days().iter().zip(by_rule).filter(|(day, _)| **day >= from).map(|(_, foretold)| *foretold);
    let base = vec![base_rate(&learn); later.rows()];
    let rated = [("model", foretold(&card, &later)?), ("expert rule", of_rule.collect()), ("base rate", base)];
    let rated = rated.into_iter().map(|(name, foretold)| {
        Ok(Rated { name: name.to_owned(), metrics: Metrics::measure(later.events(), &foretold)? })
    });
    Ok(FailureValidation {
        learnt_from: rows_of(&learn),
        from: Day::from_number(from)?,
        until: Day::from_number(last)?,
        rated: rated.collect::<Result<_, ModelError>>()?,
    })
}

/// As [`FailureModel::estimate`] would say it.
fn foretold(card: &Card, table: &Table) -> Result<Vec<f64>, CoreError> {
    let features = card.features();
    let columns: Vec<&Column> = features.iter().filter_map(|feature| column(table, &feature.spec.name)).collect();
    let of = |row: usize| {
        let row: Vec<Value<'_>> = columns.iter().map(|column| value(column, row)).collect();
        Ok(logistic(Scored::of(card, &row)?.log_odds))
    };
    (0..table.rows()).map(of).collect()
}

fn column<'t>(table: &'t Table, name: &str) -> Option<&'t Column> {
    let place = table.specs().iter().position(|spec| spec.name == name)?;
    table.columns().get(place)
}

fn value(column: &Column, row: usize) -> Value<'_> {
    match column {
        Column::Numeric(values) => values.get(row).copied().filter(|value| !value.is_nan()).into(),
        Column::Category { codes, levels } => {
            let code = codes.get(row).and_then(|code| usize::try_from(*code).ok());
            code.and_then(|code| levels.get(code)).map(String::as_str).into()
        }
    }
}

/// The first day on which proceedings over the company were published, of whatever kind but a conciliation.
fn opened(facts: &[Fact]) -> Option<Day> {
    let stands = |word: &str| matches!(word, "safeguard" | "receivership" | "liquidation" | "plan" | "closed");
    let notices = facts.iter().filter(|fact| fact.kind == FactKind::Proceedings && stands(fact.value.trim()));
    notices.map(|fact| fact.known_from).min()
}

fn base_rate(table: &Table) -> f64 {
    share_of(count(table.late()), rows_of(table).max(1))
}

fn rows_of(table: &Table) -> u64 {
    count(table.rows())
}

fn count(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}
