//! Models, how well they do, who would move, what drifts: in 80 columns.

use comfy_table::{Cell, Table};
use encours_core::portfolio::Validation;
use encours_core::portfolio::drift::Drift;
use encours_core::portfolio::validate::{Challenge, ComingValidation, DaysValidation, HorizonValidation, Measured};
use encours_models::drift::DriftLevel;
use encours_models::{Interval, Metrics};
use encours_services::{ModelInfo, Rehearsal};

use super::{keep_whole, plain_table, printed, right, wrapped};
use crate::words::Lang;

/// Clients listed by a rehearsal; JSON has them all.
const MOVES_SHOWN: usize = 20;
/// Features listed by a drift report.
const FEATURES_SHOWN: usize = 5;

/// Models on a line each.
pub fn models(models: &[ModelInfo]) -> String {
    let mut table = plain_table();
    table.set_header(vec!["id", "state", "known before", "rows", "late", "AUC"]);
    keep_whole(&mut table, 0);
    for model in models {
        let state = serde_json::to_value(model.state).unwrap_or_default();
        let headline = model.horizons.iter().find(|horizon| horizon.late_over == model.headline_over);
        let auc = headline.and_then(|horizon| horizon.out_of_time.as_ref()).map(auc_of);
        table.add_row(vec![
            model.id.clone(),
            state.as_str().unwrap_or_default().to_owned(),
            model.cutoff.clone(),
            Lang::En.count(model.rows),
            Lang::En.count(model.late),
            auc.map_or_else(String::new, |auc| auc.map_or_else(|| NO_RANKING.to_owned(), |auc| format!("{auc:.3}"))),
        ]);
    }
    printed(&table)
}

/// How a training does on later invoices: three predictors at each horizon.
pub fn validation(found: &Validation) -> String {
    let mut table = plain_table();
    let titles = ["Late over", "by"].map(Cell::new);
    table.set_header(titles.into_iter().chain(["AUC", "Brier", "ECE"].map(right)));
    for horizon in &found.horizons {
        for row in predictors(horizon) {
            table.add_row(row);
        }
    }
    let coming = found.horizons.iter().filter_map(|horizon| Some((horizon.late_over_days, horizon.coming.as_ref()?)));
    format!(
        "On invoices issued from {} on, by the same training before that day\n(90 % intervals, clients drawn anew):\n{}{}",
        found.trained_before,
        printed(&table),
        later_lines(found.days.as_ref(), coming).iter().map(|line| format!("{line}\n")).collect::<String>()
    )
}

/// Days of payment and coming rates against what came, a line each.
pub fn later_lines<'a>(
    days: Option<&DaysValidation>,
    coming: impl Iterator<Item = (u16, &'a ComingValidation)>,
) -> Vec<String> {
    let share = |held: u64, of: u64| format!("{held} of {of}");
    let days = days.map(|days| {
        let DaysValidation { rows, range, median_error, past_median_error, due_date_error, .. } = days;
        format!(
            "day of payment: the 80 % range held {} ({:.1} % foretold); median off by {median_error:.2} days on {rows} \
             invoices, own past median by {past_median_error:.2}, due date by {due_date_error:.2}",
            share(range.held, range.intervals),
            range.promised * 100.0
        )
    });
    let coming = coming.map(|(over, found)| {
        format!(
            "late rate over {over} days of clients with 10 or more later invoices: the 90 % interval held {} \
             (p = {:.3}; {:.1} % foretold, p = {:.3})",
            share(found.asked.held, found.asked.intervals),
            found.asked.p_value,
            found.foretold.promised * 100.0,
            found.foretold.p_value
        )
    });
    days.into_iter().chain(coming).map(|line| wrapped(&line, 2)).collect()
}

/// A challenger beside the model.
pub fn challenge(found: &Challenge) -> String {
    let mut table = plain_table();
    let title = format!("Late over {} d", found.late_over_days);
    table.set_header(std::iter::once(Cell::new(title)).chain(["AUC", "Brier", "ECE"].map(right)));
    for (name, of) in [("model", &found.model), (found.name.as_str(), &found.challenger)] {
        let (metrics, within) = (&of.metrics, &of.intervals);
        table.add_row(vec![
            Cell::new(name),
            right(ranking(metrics, within.auc)),
            right(with_interval(metrics.brier, within.brier, 4)),
            right(with_interval(metrics.calibration_error, within.calibration_error, 3)),
        ]);
    }
    printed(&table)
}

fn predictors(horizon: &HorizonValidation) -> Vec<Vec<Cell>> {
    let metrics = &horizon.all.model.metrics;
    let days = format!("{} days", horizon.late_over_days);
    let of = format!("{} of {}", Lang::En.count(metrics.late), Lang::En.count(metrics.rows));
    let row = |title: &str, name: &str, found: &Measured| {
        let (metrics, within) = (&found.metrics, &found.intervals);
        vec![
            Cell::new(title),
            Cell::new(name),
            right(ranking(metrics, within.auc)),
            right(with_interval(metrics.brier, within.brier, 4)),
            right(with_interval(metrics.calibration_error, within.calibration_error, 3)),
        ]
    };
    vec![
        row(&days, "model", &horizon.all.model),
        row(&of, "past rate", &horizon.all.past_rate),
        row("", "base rate", &horizon.all.base_rate),
    ]
}

/// Stands where nothing can be ranked.
const NO_RANKING: &str = "–";

/// Area under the curve; none where all invoices were late, or none was: the measure is .500 by convention then.
fn auc_of(metrics: &Metrics) -> Option<f64> {
    (metrics.late > 0 && metrics.late < metrics.rows).then_some(metrics.auc)
}

fn ranking(metrics: &Metrics, within: Option<Interval>) -> String {
    auc_of(metrics).map_or_else(|| NO_RANKING.to_owned(), |auc| with_interval(auc, within, 3))
}

/// `.871 .862–.880`
fn with_interval(value: f64, interval: Option<Interval>, decimals: usize) -> String {
    let short = |value: f64| {
        let text = format!("{value:.decimals$}");
        text.strip_prefix('0').map_or(text.clone(), str::to_owned)
    };
    let interval = interval.filter(|found| found.low < found.high);
    let range = |found: Interval| format!(" {}–{}", short(found.low), short(found.high));
    format!("{}{}", short(value), interval.map_or_else(String::new, range))
}

/// Who moves: the matrix of grades, then those who owe most.
pub fn rehearsal(found: &Rehearsal) -> String {
    let head = format!(
        "{}\nin the place of {}:\n{} clients as of {}, {} open; {} change their grade.\n",
        found.after,
        found.before,
        Lang::En.count(found.clients),
        found.as_of,
        Lang::En.rounded(found.open),
        Lang::En.count(u64::try_from(found.moves.len()).unwrap_or(u64::MAX)),
    );
    format!("{head}\nGrades, before by line and after by column: clients\n{}{}", printed(&matrix(found)), moves(found))
}

fn matrix(found: &Rehearsal) -> Table {
    let mut names: Vec<&str> =
        found.grades.iter().flat_map(|cell| [cell.before.as_str(), cell.after.as_str()]).collect();
    names.sort_unstable();
    names.dedup();
    let mut table = plain_table();
    table.set_header(std::iter::once(Cell::new("")).chain(names.iter().map(|name| right(*name))));
    for before in &names {
        let cell = |after: &&str| {
            let found = found.grades.iter().find(|cell| cell.before == *before && cell.after == **after);
            right(found.map_or_else(|| "·".to_owned(), |cell| Lang::En.count(cell.clients)))
        };
        table.add_row(std::iter::once(Cell::new(*before)).chain(names.iter().map(cell)));
    }
    table
}

fn moves(found: &Rehearsal) -> String {
    if found.moves.is_empty() {
        return String::new();
    }
    let mut table = plain_table();
    let late = format!("Late >{} d", found.late_over);
    let words = ["Client", "Name"].map(Cell::new);
    table.set_header(words.into_iter().chain(["Open", "Grade", "Score", &late].map(right)));
    keep_whole(&mut table, 0);
    for one in found.moves.iter().take(MOVES_SHOWN) {
        let (before, after) = (&one.before, &one.after);
        table.add_row(vec![
            Cell::new(&one.client),
            Cell::new(one.name.as_deref().unwrap_or_default()),
            right(Lang::En.rounded(one.open)),
            right(format!("{} → {}", before.grade, after.grade)),
            right(format!("{} → {}", before.score, after.score)),
            right(format!("{} → {}", Lang::En.per_cent(before.p_late), Lang::En.per_cent(after.p_late))),
        ]);
    }
    let more = found.moves.len().saturating_sub(MOVES_SHOWN);
    let more = if more > 0 { format!(" … and {more} more; `--json` lists all\n") } else { String::new() };
    format!("\nThose who owe most of them:\n{}{more}", printed(&table))
}

/// Months on a line each, then the features that moved most in the last.
pub fn drift(found: &Drift) -> String {
    let mut table = plain_table();
    let titles = ["Month", "PSI of score", ""].map(Cell::new);
    table.set_header(
        titles.into_iter().chain(["Invoices", "Late", "Foretold", "ECE"].map(right)).chain([Cell::new("")]),
    );
    for month in &found.months {
        let mut row = vec![
            Cell::new(&month.month),
            right(format!("{:.3}", month.score.index)),
            Cell::new(level(month.score.level)),
            right(Lang::En.count(month.score.rows)),
        ];
        match &month.calibration {
            Some(came) => row.extend([
                right(Lang::En.per_cent(came.rate)),
                right(Lang::En.per_cent(came.mean_prediction)),
                right(format!("{:.3}", came.calibration_error)),
                Cell::new(level(came.level)),
            ]),
            None => row.push(right("not known yet")),
        }
        table.add_row(row);
    }
    format!("Late over {} days, as of {}:\n{}{}", found.headline_over, found.as_of, printed(&table), features(found))
}

fn features(found: &Drift) -> String {
    let Some(last) = found.months.iter().rfind(|month| month.score.level != DriftLevel::TooFew) else {
        return String::new();
    };
    let mut table = plain_table();
    for feature in last.features.iter().take(FEATURES_SHOWN) {
        let index = format!("{:.3}", feature.stability.index);
        table.add_row(vec![Cell::new(&feature.name), right(index), Cell::new(level(feature.stability.level))]);
    }
    format!("\nFeatures that moved most in {} (CSI):\n{}", last.month, printed(&table))
}

/// The word for a level.
fn level(level: DriftLevel) -> &'static str {
    match level {
        DriftLevel::TooFew => "too few",
        DriftLevel::Fine => "fine",
        DriftLevel::Look => "look",
        DriftLevel::Act => "act",
    }
}
