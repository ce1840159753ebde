//! Whether a file is a text of a layout, told from its first lines.

use super::columns::{Columns, lines, text_of};
use super::layout::{Layout, What};
use super::values::{day, is_amount};
use crate::reader::dates::DateForm;
use crate::reader::format::File;

/// Lines that are looked at before a file is taken for a text of a layout.
const LOOKED_AT: usize = 40;

/// Whether a file is a text and its name ends so, in small letters.
pub(super) fn is_text_named(file: File<'_>, ending: &str) -> bool {
    file.name.to_ascii_lowercase().ends_with(ending) && text_of(file.name, file.bytes).is_ok()
}

/// Whether the first lines have this layout: dates, amounts and sides stand where they must. A first line that names
/// the company doesn't count.
pub(super) fn fits(file: File<'_>, layout: &Layout) -> bool {
    let start = file.bytes.get(..file.bytes.len().min(64 * 1024)).unwrap_or_default();
    let is_whole = start.len() == file.bytes.len();
    let Ok(text) = text_of(file.name, start) else { return false };
    let Ok(dates) = DateForm::new(&layout.date) else { return false };
    let mut found: Vec<&str> = lines(&text).map(|(_, line)| line).filter(|line| !line.trim().is_empty()).collect();
    if !is_whole {
        found.pop();
    }
    let mut is_inside = layout.section.is_none();
    let entries = found.into_iter().filter(|line| {
        let is_command = layout.section.is_some() && line.starts_with(COMMAND);
        is_inside = opened_section(line, layout).unwrap_or(is_inside);
        is_inside && !is_command
    });
    let mut fitting = 0;
    for (at, line) in entries.take(LOOKED_AT).enumerate() {
        match line_fits(line, layout, &dates) {
            Fits::Yes => fitting += 1,
            Fits::Other => {}
            Fits::No if at == 0 && layout.record.is_none() && layout.section.is_none() => {}
            Fits::No => return false,
        }
    }
    fitting > 0
}

/// What a line begins with that says something of the lines after it.
pub(super) const COMMAND: &str = "##";

/// Whether a line opens the section that holds entries, or another one; absent when it opens none.
pub(super) fn opened_section(line: &str, layout: &Layout) -> Option<bool> {
    let section = layout.section?;
    let mut words = line.strip_prefix(COMMAND)?.split_whitespace();
    (words.next() == Some("Section")).then(|| words.next() == Some(section))
}

enum Fits {
    Yes,
    /// A record of another kind.
    Other,
    No,
}

fn line_fits(line: &str, layout: &Layout, dates: &DateForm) -> Fits {
    let columns = Columns::new(line, layout.shape);
    let field = |what| layout.slot(what).map(|slot| columns.at(slot));
    if let (Some(record), Some(found)) = (layout.record, field(What::Record))
        && found != record.to_string()
    {
        let is_record =
            found.len() == 1 && found.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        return if is_record { Fits::Other } else { Fits::No };
    }
    // Free texts may stand behind the fields that are read.
    let most = layout.width().saturating_add(90);
    let has_width = (layout.least_width()..=most).contains(&columns.width()) || layout.record.is_some();
    let dated = field(What::Date).is_some_and(|text| day(text, dates).is_ok());
    let sided = field(What::Side).is_none_or(|side| matches!(side, "D" | "C" | "d" | "c"));
    let amounts = [What::Amount, What::SignedAmount, What::Debit, What::Credit];
    let valued = amounts.into_iter().filter_map(field).any(is_amount);
    // Accounts begin with their class; a client's own with a letter or digit.
    let booked =
        field(What::Account).is_some_and(|account| account.starts_with(|letter: char| letter.is_alphanumeric()));
    if has_width && dated && sided && valued && booked { Fits::Yes } else { Fits::No }
}
