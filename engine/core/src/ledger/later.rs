//! Rows dated after the day on which they come in: a slip of the pen, or a file of another year.

use encours_domain::ledger::LedgerRows;
use encours_domain::{Day, Fault};

/// A note for every day of issue, payment or dispute that lies after `today`. Nothing dated so is read before its day.
pub fn later_than(rows: &LedgerRows, today: Day) -> Vec<Fault> {
    let note = |place, column: &str, day: Option<Day>| {
        let day = day.filter(|day| *day > today)?;
        let encours_domain::ledger::Place { line, .. } = place;
        Some(Fault::of_value(rows.file_of(place), line, column, &day.to_string(), format!("after today, `{today}`")))
    };
    let invoices = rows.invoices.iter().flat_map(|row| {
        [("issue_date", Some(row.issue_date)), ("disputed_on", row.disputed_on)]
            .into_iter()
            .filter_map(move |(column, day)| note(row.place, column, day))
    });
    let payments = rows.payments.iter().filter_map(|row| note(row.place, "paid_date", Some(row.paid_date)));
    invoices.chain(payments).collect()
}
