//! What the law table says of a late invoice.

use comfy_table::Cell;
use encours_core::policy::{Clause, LateInterestOwed};

use super::{plain_table, printed, right, wrapped};
use crate::words::Lang;

/// Interest run by run, and the fee.
pub fn interest(owed: &LateInterestOwed) -> String {
    if owed.runs.is_empty() {
        return "nothing is late: neither interest nor fee\n".to_owned();
    }
    let mut table = plain_table();
    let titles = ["from", "to"].map(Cell::new).into_iter();
    table.set_header(titles.chain(["days", "rate", "interest"].map(right)).chain([Cell::new("")]));
    for run in &owed.runs {
        let floor = run.below_floor.map(|floor| format!("below the floor of {} then", rate(floor)));
        let checked = run.to_be_checked.then(|| "one source only: check".to_owned());
        table.add_row(vec![
            Cell::new(run.from),
            Cell::new(run.to),
            right(run.days.to_string()),
            right(rate(run.rate)),
            right(Lang::En.amount(run.interest)),
            Cell::new(floor.or(checked).unwrap_or_default()),
        ]);
    }
    let (interest, fee) = (Lang::En.amount(owed.interest), Lang::En.amount(owed.fixed_fee));
    format!("{}\n  interest {interest}, fixed fee {fee} ({})\n", printed(&table), owed.articles.join(", "))
}

/// Clauses for the general terms, each with its article.
pub fn clauses(clauses: &[Clause], lang: Lang) -> String {
    let warning = lang.pick(
        "Projet de clauses pour les conditions générales de vente, à faire relire par un juriste.",
        "Draft clauses for general terms of sale, for a lawyer to read. The French wording counts.",
    );
    let of = |clause: &Clause| format!("\n{}\n  {}\n", clause.article, wrapped(lang.of(&clause.text), 2));
    format!("{}\n{}", wrapped(warning, 0), clauses.iter().map(of).collect::<String>())
}

/// Hundredths of a per cent as `12.15 %`.
fn rate(hundredths: i64) -> String {
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}
