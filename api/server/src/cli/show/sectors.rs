//! Sector and country risk in 80 columns.

use comfy_table::Cell;
use encours_core::GroupRate;
use encours_services::SectorReport;

use super::{plain_table, printed, right, wrapped};
use crate::words::Lang;

/// Groups that are listed; JSON has them all.
const SHOWN: usize = 15;

/// Late rates by sector and country, then failures by sector.
pub fn sectors(found: &SectorReport) -> String {
    let late = &found.late;
    let overall =
        late.overall.map_or_else(|| "no outcome is known".to_owned(), |rate| format!("{} in all", share(rate)));
    let head = format!(
        "Invoices paid more than {} days late, by what was known on the evening of {}: {overall}. A rate with few outcomes is \
         drawn to the rate of all; “own” is the share of it that is the group's.",
        late.late_over, found.as_of
    );
    let mut text = format!("{}\n", wrapped(&head, 0));
    text.push_str(&table("sector", "clients", "late", &late.sectors));
    text.push_str(&table("country", "clients", "late", &late.countries));
    if late.unplaced > 0 {
        let clients = Lang::En.count(late.unplaced);
        text.push_str(&format!("\nsector and country are not known of {clients} clients\n"));
    }
    if !found.failures.is_empty() {
        let head = "In proceedings within twelve months of their accounts becoming known, by whole registers:";
        text.push_str(&format!("\n{}\n", wrapped(head, 0)));
        text.push_str(&table("sector", "companies", "failed", &found.failures));
    }
    text
}

fn table(group: &str, members: &str, events: &str, rates: &[GroupRate]) -> String {
    if rates.is_empty() {
        return String::new();
    }
    let mut table = plain_table();
    table.set_header(std::iter::once(Cell::new(group)).chain([members, "outcomes", events, "rate", "own"].map(right)));
    for one in rates.iter().take(SHOWN) {
        let counts = [one.members, one.known, one.events].map(|number| right(Lang::En.count(number)));
        let shares = [share(one.rate), share(one.own_weight)].map(right);
        table.add_row(std::iter::once(Cell::new(&one.name)).chain(counts).chain(shares));
    }
    let more = rates.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("and {more} more\n") } else { String::new() };
    format!("\n{}{more}", printed(&table))
}

fn share(rate: f64) -> String {
    format!("{:.1}%", 100.0 * rate)
}
