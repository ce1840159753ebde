//! What the values of a column are: days, amounts, numbers of companies, and how they run.

use crate::day::Day;
use crate::identity::{Siren, VatNumber};
use crate::reader::amounts::Evidence;
use crate::reader::dates::DateForm;
use crate::reader::field::Field;
use crate::reader::sheet::Kind;
use crate::reader::written::{Mark, Written, currency_named};
use crate::terms::Terms;

/// How many rows are looked at.
pub(super) const LOOKED_AT: usize = 2_000;

/// Forms of days that are tried, as map files write them; of equals the first is proposed.
pub(super) const DATE_FORMS: &[&str] = &[
    "iso",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d-%m-%y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d, %Y",
    "%d%m%Y",
];

/// The values of one column.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile {
    /// Values with what a sheet says they are; blank where the row has none.
    pub values: Vec<(String, Option<Kind>)>,
    pub filled: usize,
    /// Days of a sheet.
    pub typed_days: usize,
    /// Of the texts, how many read in each of [`DATE_FORMS`].
    pub by_form: Vec<usize>,
    pub amounts: usize,
    pub points: usize,
    pub commas: usize,
    pub unclear: usize,
    pub marks: Vec<Mark>,
    pub sirens: usize,
    pub sirets: usize,
    pub vat_numbers: usize,
    pub emails: usize,
    pub postcodes: usize,
    pub currencies: usize,
    pub terms: usize,
    pub distinct: usize,
    pub ascending: usize,
}

impl Profile {
    /// Looks at a column.
    pub fn of(values: Vec<(String, Option<Kind>)>) -> Self {
        let mut profile = Self { by_form: vec![0; DATE_FORMS.len()], ..Self::default() };
        let forms: Vec<Option<DateForm>> = DATE_FORMS.iter().map(|form| DateForm::new(form).ok()).collect();
        let mut before: Option<&str> = None;
        let mut seen: Vec<&str> = Vec::new();
        for (text, kind) in values.iter().filter(|(text, _)| !text.is_empty()) {
            profile.filled += 1;
            profile.look(text, *kind, &forms);
            if before.is_some_and(|before| (before.len(), before) < (text.len(), text.as_str())) {
                profile.ascending += 1;
            }
            before = Some(text);
            seen.push(text);
        }
        seen.sort_unstable();
        seen.dedup();
        profile.distinct = seen.len();
        profile.values = values;
        profile
    }

    /// Values that read as what a column of days or amounts holds; absent for any other.
    pub fn readable(&self, field: Field) -> Option<usize> {
        let days = || self.typed_days + self.by_form.iter().copied().max().unwrap_or(0);
        if field.is_date() { Some(days()) } else { field.is_amount().then_some(self.amounts) }
    }

    /// A value without any digit: no day and no amount.
    pub fn without_digit(&self) -> Option<String> {
        let filled = self.values.iter().map(|(text, _)| text.trim()).filter(|text| !text.is_empty());
        let mut without = filled.filter(|text| !text.bytes().any(|byte| byte.is_ascii_digit()));
        without.next().map(crate::error::shortened)
    }

    fn look(&mut self, text: &str, kind: Option<Kind>, forms: &[Option<DateForm>]) {
        if kind == Some(Kind::Date) {
            self.typed_days += 1;
            return;
        }
        // A number of a sheet is no day, even where its digits could be one.
        let is_text = kind.is_none_or(|kind| kind == Kind::Text);
        for (count, form) in self.by_form.iter_mut().zip(forms).filter(|_| is_text) {
            *count += usize::from(form.as_ref().is_some_and(|form| form.parse(text).is_ok()));
        }
        self.look_at_amount(text, is_text);
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let is_siren = digits == 9 && text.parse::<Siren>().is_ok();
        self.sirens += usize::from(is_siren);
        self.sirets += usize::from(digits == 14 && Siren::from_siren_or_siret(text).is_ok());
        self.vat_numbers += usize::from(
            digits >= 7
                && text.starts_with(|letter: char| letter.is_ascii_alphabetic())
                && text.parse::<VatNumber>().is_ok(),
        );
        self.emails += usize::from(text.split_once('@').is_some_and(|(_, host)| host.contains('.')));
        self.postcodes += usize::from(text.len() == 5 && digits == 5);
        self.currencies += usize::from(text.len() <= 4 && currency_named(text).is_some());
        self.terms += usize::from(text.chars().any(char::is_alphabetic) && Terms::parse(text).is_ok());
    }

    fn look_at_amount(&mut self, text: &str, is_text: bool) {
        let written = Written::of(text);
        let Some(plain) = written.without_blanks() else { return };
        let unsigned = plain.trim_start_matches(['-', '+']);
        let is_number = unsigned.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
        if !is_number || !unsigned.bytes().any(|byte| byte.is_ascii_digit()) {
            return;
        }
        self.amounts += 1;
        if let Some(mark) = written.mark.filter(|mark| !self.marks.contains(mark)) {
            self.marks.push(mark);
        }
        match written.evidence() {
            Evidence::Point if is_text => self.points += 1,
            Evidence::Comma if is_text => self.commas += 1,
            Evidence::Unclear if is_text => self.unclear += 1,
            _ => {}
        }
    }

    /// Whether nine tenths of the values are of one sort.
    pub fn nearly_all(&self, count: usize) -> bool {
        self.filled > 0 && count * 10 >= self.filled * 9
    }

    /// As [`Profile::nearly_all`], or all but two in a small file: where the name says what a column is, `n.c.` in one
    /// row doesn't make it another, and that row is told when the file is read.
    pub fn mostly(&self, count: usize) -> bool {
        const ODD: usize = 2;
        self.nearly_all(count) || (count * 2 > self.filled && self.filled.saturating_sub(count) <= ODD)
    }

    /// Whether its values are days, by a sheet's own word or by a form that most of them have.
    pub fn is_days(&self) -> bool {
        let best = self.by_form.iter().max().copied().unwrap_or(0);
        self.mostly(self.typed_days + best) && self.typed_days + best > 0
    }

    /// Whether its values are amounts or other numbers.
    pub fn is_numbers(&self) -> bool {
        self.mostly(self.amounts)
    }

    /// Whether some of its numbers have decimals.
    pub fn has_decimals(&self) -> bool {
        let decimals = |text: &str| text.contains(['.', ',']);
        self.points + self.commas > 0 || self.is_numbers() && self.values.iter().any(|(text, _)| decimals(text))
    }

    /// Whether its values can be numbers of clients or of documents: neither days nor amounts.
    pub fn may_be_ids(&self) -> bool {
        let amounts = self.is_numbers() && self.has_decimals();
        !self.is_days() && !amounts
    }

    /// The days of the column, row by row, in a form.
    pub fn days(&self, form: &DateForm) -> Vec<Option<Day>> {
        let read = |(text, kind): &(String, Option<Kind>)| match kind {
            Some(Kind::Date) => DateForm::ISO.parse(text.get(..10)?).ok(),
            _ => form.parse(text).ok(),
        };
        self.values.iter().map(read).collect()
    }

    /// The first value, to show.
    pub fn example(&self) -> Option<&str> {
        self.values.iter().map(|(text, _)| text.as_str()).find(|text| !text.is_empty())
    }
}
