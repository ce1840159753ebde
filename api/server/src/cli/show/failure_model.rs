//! A model of failure: how it was measured, and what weighs, in 80 columns.

use comfy_table::Cell;
use encours_services::FailureModelInfo;

use super::{plain_table, printed, right, wrapped};
use crate::words::Lang;

/// Parts of the card that are listed; JSON has them all.
const PARTS_SHOWN: usize = 12;

/// The model, beside what it has to beat.
pub fn failure_model(found: &FailureModelInfo) -> String {
    let number = |number: u64| Lang::En.count(number);
    let head = format!(
        "{}, {}\nlearnt from {} closings of {} companies, {} followed by proceedings within twelve months\n",
        found.id,
        if found.in_force { "in force" } else { "not in force" },
        number(found.closings),
        number(found.companies),
        number(found.failed),
    );
    let validation = &found.validation;
    let measured = validation.rated.first().map_or((0, 0), |rated| (rated.metrics.rows, rated.metrics.late));
    let on = format!(
        "the same training on {} closings before, measured on {} known from {} to {}, of which {} failed:",
        number(validation.learnt_from),
        number(measured.0),
        validation.from,
        validation.until,
        number(measured.1),
    );
    let mut table = plain_table();
    table.set_header(std::iter::once(Cell::new("by")).chain(["AUC", "Brier", "ECE", "log loss"].map(right)));
    for rated in &validation.rated {
        let figures = [rated.metrics.auc, rated.metrics.brier, rated.metrics.calibration_error, rated.metrics.log_loss];
        let cells = figures.into_iter().map(|figure| right(format!("{figure:.4}")));
        table.add_row(std::iter::once(Cell::new(&rated.name)).chain(cells));
    }
    let mut parts = plain_table();
    parts.set_header(vec![Cell::new("what weighs"), right("least points"), right("most points")]);
    for row in found.card.iter().take(PARTS_SHOWN) {
        parts.add_row(vec![
            Cell::new(row.feature.replace('_', " ")),
            right(row.least.to_string()),
            right(row.most.to_string()),
        ]);
    }
    let lines = head.lines().map(|line| format!("{}\n", wrapped(line, 2))).collect::<String>();
    format!("{lines}\n{}\n{}\n{}", wrapped(&on, 2), printed(&table), printed(&parts))
}
