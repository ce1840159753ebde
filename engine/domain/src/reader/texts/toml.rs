//! A layout as a person writes it down.
//!
//! ```toml
//! [layout]
//! delimiter = ";"        # , ; | or tab; without it fields stand in columns
//! date = "%d%m%y"        # a chrono format, or iso
//! amounts = "decimal"    # or cents; asked where the file leaves it open
//! skipped_lines = 1      # lines at the top that hold no entry
//! [[layout.field]]
//! name = "journal"       # see the card of `sage-text` for all names
//! start = 1              # the first column is 1
//! length = 6
//! # or, with a delimiter: order = 1
//! ```

use std::borrow::Cow;

use serde::Deserialize;

use super::layout::{Amounts, Layout, Shape, Slot, What};
use crate::fault::Fault;
use crate::reader::dates::DateForm;
use crate::reader::decode::line_at;
use crate::reader::names::listed;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    layout: RawLayout,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLayout {
    delimiter: Option<String>,
    date: Option<String>,
    amounts: Option<String>,
    #[serde(default)]
    skipped_lines: usize,
    #[serde(default)]
    field: Vec<RawField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawField {
    name: String,
    start: Option<usize>,
    length: Option<usize>,
    order: Option<usize>,
}

/// Lines longer than this are no accounting text.
const LONGEST_LINE: usize = 100_000;

/// Reads and checks a layout.
///
/// # Errors
/// Every fault at once, each with the key, what was found and what is allowed.
pub(super) fn layout(file: &str, text: &str) -> Result<Layout, Vec<Fault>> {
    let raw: RawFile = toml::from_str(text).map_err(|error| {
        let reason = format!("not a layout file: {}", error.message().trim_end());
        vec![match error.span() {
            Some(span) => Fault::of_line(file, line_at(text.as_bytes(), span.start), reason),
            None => Fault::of_file(file, reason),
        }]
    })?;
    let mut check = Check { file, faults: Vec::new() };
    let layout = check.whole(raw.layout);
    if check.faults.is_empty() { Ok(layout) } else { Err(check.faults) }
}

struct Check<'f> {
    file: &'f str,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn tell(&mut self, key: &str, found: Option<&str>, reason: impl Into<String>) {
        let value = found.map(crate::error::shortened);
        self.faults.push(Fault { column: Some(key.to_owned()), value, ..Fault::of_file(self.file, reason) });
    }

    fn whole(&mut self, raw: RawLayout) -> Layout {
        let shape = match raw.delimiter.as_deref() {
            None => Shape::Fixed,
            Some("tab" | "\t") => Shape::Delimited('\t'),
            Some(";") => Shape::Delimited(';'),
            Some(",") => Shape::Delimited(','),
            Some("|") => Shape::Delimited('|'),
            Some(found) => {
                self.tell("layout.delimiter", Some(found), "allowed: `,`, `;`, `|`, `tab`");
                Shape::Fixed
            }
        };
        let amounts = match raw.amounts.as_deref() {
            None => Amounts::Ask,
            Some("decimal") => Amounts::Decimal,
            Some("cents") => Amounts::Cents,
            Some(found) => {
                self.tell("layout.amounts", Some(found), "allowed: `decimal`, `cents`");
                Amounts::Ask
            }
        };
        let date = raw.date.unwrap_or_else(|| "%d%m%y".to_owned());
        if let Err(allowed) = DateForm::new(&date) {
            self.tell("layout.date", Some(&date), format!("allowed: {allowed}"));
        }
        let slots: Vec<Slot> = raw.field.iter().filter_map(|field| self.slot(field, shape)).collect();
        self.refuse_gaps(&slots);
        Layout {
            name: Cow::Owned("the given layout".to_owned()),
            shape,
            slots: Cow::Owned(slots),
            date: Cow::Owned(date),
            amounts,
            skipped_lines: raw.skipped_lines,
            record: None,
            names: None,
            section: None,
            is_usual: false,
        }
    }

    fn slot(&mut self, field: &RawField, shape: Shape) -> Option<Slot> {
        let key = format!("layout.field {}", field.name);
        let what = What::ALL.iter().filter(|(what, _)| *what != What::Record).find(|(_, word)| *word == field.name);
        let Some((what, _)) = what else {
            let words: Vec<&str> = What::ALL.iter().map(|(_, word)| *word).filter(|word| *word != "record").collect();
            self.tell("layout.field", Some(&field.name), format!("allowed: {}", words.join(", ")));
            return None;
        };
        let within = |number: &usize| (1..=LONGEST_LINE).contains(number);
        let place = match (shape, field.start, field.length, field.order) {
            (Shape::Fixed, Some(start), Some(length), None) if within(&start) && within(&length) => {
                Some((start - 1, length))
            }
            (Shape::Delimited(_), None, None, Some(order)) if within(&order) => Some((order - 1, 1)),
            _ => None,
        };
        if place.is_none() {
            let expected = match shape {
                Shape::Fixed => "expected `start` and `length`, both from 1 on",
                Shape::Delimited(_) => "expected `order`, from 1 on, as the text has a delimiter",
            };
            self.tell(&key, None, expected);
        }
        place.map(|(start, length)| Slot { what: *what, start, length })
    }

    fn refuse_gaps(&mut self, slots: &[Slot]) {
        let has = |what: What| slots.iter().any(|slot| slot.what == what);
        let valued = (has(What::Amount) && has(What::Side))
            || has(What::SignedAmount)
            || (has(What::Debit) && has(What::Credit));
        let mut missing: Vec<&str> =
            [What::Journal, What::Date, What::Account].into_iter().filter(|what| !has(*what)).map(What::word).collect();
        if !valued {
            missing.push("amount` with `side`, or `signed_amount`, or `debit` with `credit");
        }
        if !missing.is_empty() {
            self.tell("layout.field", None, format!("missing {}", listed(&missing)));
        }
        for (at, slot) in slots.iter().enumerate() {
            if slots.iter().take(at).any(|before| before.what == slot.what) {
                self.tell("layout.field", Some(slot.what.word()), "stands twice, expected once");
            }
        }
    }
}
