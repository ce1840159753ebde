//! The figures of the card as Markdown tables; a test compares them with `README.md`.

use std::fmt::{Display, Formatter, Result};

use crate::measure::{Delays, Measures};

impl Display for Measures {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "| measured on the files | |\n|---|---:|")?;
        for (what, value) in self.counts() {
            writeln!(f, "| {what} | {value} |")?;
        }
        writeln!(f, "\n| sector | settled | on time | mean days late | beyond 30 days |")?;
        writeln!(f, "|---|---:|---:|---:|---:|")?;
        for (sector, delays) in &self.by_sector {
            writeln!(f, "| {} | {}", sector.label(), cells(delays))?;
        }
        write!(f, "| **all** | {}", cells(&self.delays))
    }
}

impl Measures {
    fn counts(&self) -> [(&'static str, String); 16] {
        let delays = &self.delays;
        [
            ("clients with an invoice", grouped(self.clients)),
            ("of which with collective proceedings", grouped(self.failures)),
            ("invoices, deposits and retentions", grouped(self.invoices)),
            ("rows for them (instalments)", grouped(self.instalments)),
            ("credit notes", grouped(self.credit_notes)),
            ("invoices disputed", grouped(self.disputes)),
            ("rows of payments", grouped(self.payments)),
            ("payments that bounced", grouped(self.reversals)),
            ("billed incl. VAT, net of credit notes", money(self.billed)),
            ("open on the last day", money(self.open)),
            ("of which past due", money(self.overdue)),
            ("written off", money(self.written_off)),
            ("paid on time, by calendar days", percent(delays.on_time)),
            ("paid on time, due days moved to business days", percent(delays.on_time_business)),
            ("mean days late, on time counting 0", format!("{:.1}", delays.mean_days)),
            ("paid more than 30 days late", percent(delays.beyond_30)),
        ]
    }
}

fn cells(delays: &Delays) -> String {
    format!(
        "{} | {} | {:.1} | {} |",
        grouped(delays.settled),
        percent(delays.on_time),
        delays.mean_days,
        percent(delays.beyond_30)
    )
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// Whole thousands of euros.
fn money(cents: i64) -> String {
    let thousands = usize::try_from(cents / 100_000).unwrap_or(0);
    format!("{} k€", grouped(thousands))
}

/// Digits in groups of three.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let groups = digits.char_indices().map(|(place, digit)| {
        let comma = place > 0 && place % 3 == first;
        (if comma { "," } else { "" }, digit)
    });
    groups.map(|(comma, digit)| format!("{comma}{digit}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        for (number, expected) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (123_456, "123,456"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number), expected);
        }
    }
}
