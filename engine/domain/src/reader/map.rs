//! The map file: which of a file's columns is which of ours, and how it writes dates and numbers.
//!
//! ```toml
//! [file]                       # each key optional
//! delimiter = ";"              # , ; | or tab; guessed from the header when absent
//! encoding = "windows-1252"    # or utf-8; guessed when absent
//! decimal = ","                # or .; when absent a point, or a comma where the whole file leaves no doubt
//! thousands = " "              # or . , '; none when absent; needs decimal
//! date = "%d/%m/%Y"            # a chrono format, or iso (the default)
//! currency = "USD"             # of rows that name none; EUR when absent
//! table = "clients"            # or invoices, payments, orders; told from the columns when absent
//! sheet = "Factures"           # of a workbook; the only one with the columns when absent
//! header_line = 4              # where the names stand; the line with most known names when absent
//! vat_rate = "20 %"            # of orders, where the file has their amounts without VAT alone
//! header_lines = 2             # the names go over so many lines, joined from top to bottom; needs header_line
//! [columns]                    # ours = theirs; without this section the columns have our names
//! client_id = "customerID"
//! [attributes]                 # ours = theirs: further columns known at issue; without it every other column is one
//! country = "countryCode"
//! [ignore]
//! columns = ["Disputed"]
//! ```
//!
//! A `[columns]` section names every required column of an invoice table or of a payment table. Optional columns of
//! ours that it leaves out are found under our own names. A mapped column must be in the file.

mod tolerant;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::amounts::{DecimalMark, Thousands};
use super::cells::name_trouble;
use super::dates::DateForm;
use super::decode::Encoding;
use super::field::{Field, TableKind};
use super::names::{listed, normal};
use crate::fault::Fault;
use crate::money::Currency;
use crate::probability::Share;

/// A map file as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumnMap {
    #[serde(default)]
    file: RawFile,
    columns: Option<BTreeMap<String, String>>,
    attributes: Option<BTreeMap<String, String>>,
    #[serde(default)]
    ignore: RawIgnore,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    delimiter: Option<String>,
    encoding: Option<String>,
    decimal: Option<String>,
    thousands: Option<String>,
    date: Option<String>,
    currency: Option<String>,
    table: Option<String>,
    sheet: Option<String>,
    header_line: Option<u64>,
    header_lines: Option<u64>,
    due_dates: Option<String>,
    vat_rate: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIgnore {
    #[serde(default)]
    columns: Vec<String>,
}

/// What `due_dates` in a map file may say.
const FROM_TERMS: &str = "from terms";

/// A checked map. Only [`ColumnMap::from_toml`] and [`ColumnMap::plain`] make one.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnMap {
    pub(super) delimiter: Option<u8>,
    pub(super) encoding: Option<Encoding>,
    pub(super) decimal: Option<DecimalMark>,
    pub(super) thousands: Option<Thousands>,
    pub(super) date: DateForm,
    pub(super) currency: Currency,
    /// What the rows are, where the map says.
    pub(super) table: Option<TableKind>,
    /// The sheet of a workbook.
    pub(super) sheet: Option<String>,
    /// The first line of the names.
    pub(super) header_line: Option<u64>,
    /// Over how many lines the names go.
    pub(super) header_lines: Option<usize>,
    /// Our columns that the map names, with the file's names.
    pub(super) columns: BTreeMap<Field, String>,
    /// Attributes by our name, with the file's names; absent when every further column is one.
    pub(super) attributes: Option<BTreeMap<String, String>>,
    /// Columns to leave out as the map writes them, by the form in which names are compared.
    ignored: BTreeMap<String, String>,
    /// Whether the file states no due dates, or not of every invoice: agreed terms give the others.
    pub(super) due_dates_from_terms: bool,
    /// The VAT rate of orders whose file has the amount without VAT alone.
    pub(super) vat_rate: Option<Share>,
    /// Keep invoices whose due date lies before their issue date, with a note.
    pub(super) keeps_early_due_dates: bool,
}

impl ColumnMap {
    /// The plain form: our own names, ISO dates, euros unless a row says otherwise.
    pub fn plain() -> Self {
        Self {
            delimiter: None,
            encoding: None,
            decimal: None,
            thousands: None,
            date: DateForm::ISO,
            currency: Currency::EUR,
            table: None,
            sheet: None,
            header_line: None,
            header_lines: None,
            columns: BTreeMap::new(),
            attributes: None,
            ignored: BTreeMap::new(),
            due_dates_from_terms: false,
            vat_rate: None,
            keeps_early_due_dates: false,
        }
    }

    /// Keeps an invoice whose due date lies before its issue date, with a note, instead of refusing it. A back-test
    /// wants every row of a ledger whose issue dates were partly inferred; an import refuses such a row.
    #[must_use]
    pub fn keeping_early_due_dates(self) -> Self {
        Self { keeps_early_due_dates: true, ..self }
    }

    /// The same map for a table whose values are plain already, such as a Parquet file turned into text: its names, what
    /// it leaves out and its currency, without how the file writes dates and numbers.
    #[must_use]
    pub fn names_only(&self) -> Self {
        let plain = Self::plain();
        Self {
            delimiter: plain.delimiter,
            encoding: plain.encoding,
            decimal: plain.decimal,
            thousands: plain.thousands,
            date: plain.date,
            table: plain.table,
            sheet: plain.sheet,
            header_line: plain.header_line,
            header_lines: plain.header_lines,
            ..self.clone()
        }
    }

    /// Reads and checks a map file.
    ///
    /// ```
    /// use encours_domain::reader::ColumnMap;
    /// let french = "[file]\ndelimiter = \";\"\ndecimal = \",\"\ndate = \"%d/%m/%Y\"";
    /// assert!(ColumnMap::from_toml("french.toml", french).is_ok());
    /// let faults = ColumnMap::from_toml("french.toml", "[file]\ndecimal = \";\"\ncurrency = \"EURO\"").unwrap_err();
    /// assert_eq!(faults.len(), 2);
    /// ```
    ///
    /// # Errors
    /// Every fault at once, each with the key, what was found and what is allowed.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, Vec<Fault>> {
        let (raw, faults) = tolerant::read(file, text)?;
        let mut check = Check { file, faults };
        let map = check.whole(raw);
        if check.faults.is_empty() { Ok(map) } else { Err(check.faults) }
    }

    /// Whether the map says itself what a column of the file is; `name` in the form in which names are compared.
    pub(super) fn speaks_of(&self, name: &str) -> bool {
        let attributes = self.attributes.iter().flat_map(BTreeMap::values);
        self.ignores(name) || self.columns.values().chain(attributes).any(|theirs| normal(theirs) == name)
    }

    /// Whether a column is to be left out; `name` in the form in which names are compared.
    pub(super) fn ignores(&self, name: &str) -> bool {
        self.ignored.contains_key(name)
    }

    /// Columns to leave out: the form in which names are compared, and the name as the map writes it.
    pub(super) fn ignored(&self) -> impl Iterator<Item = (&str, &str)> {
        self.ignored.iter().map(|(normal, name)| (normal.as_str(), name.as_str()))
    }

    /// The file's name for a column of ours.
    pub(super) fn theirs(&self, field: Field) -> &str {
        self.columns.get(&field).map_or(field.name(), String::as_str)
    }
}

/// What a map says of the whole file in the place of a column.
#[derive(Clone, Copy)]
struct Stated {
    due_dates_from_terms: bool,
    vat_rate: Option<Share>,
}

impl Stated {
    fn stands_for(self, field: Field) -> bool {
        match field {
            Field::DueDate => self.due_dates_from_terms,
            Field::VatRate => self.vat_rate.is_some(),
            _ => false,
        }
    }
}

struct Check<'f> {
    file: &'f str,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn whole(&mut self, raw: RawColumnMap) -> ColumnMap {
        self.refuse_columns_named_twice(&raw);
        let RawColumnMap { file, columns, attributes, ignore } = raw;
        let RawFile {
            delimiter,
            encoding,
            decimal,
            thousands,
            date,
            currency,
            table,
            sheet,
            header_line,
            header_lines,
            due_dates,
            vat_rate,
        } = file;
        let due_dates_from_terms = self.one_of("file.due_dates", due_dates, &[(true, FROM_TERMS)]).unwrap_or(false);
        let table = self.one_of("file.table", table, TableKind::ALL);
        let vat_rate = self.vat_rate(vat_rate);
        let stated = Stated { due_dates_from_terms, vat_rate };
        let header_lines = self.header_lines(header_line, header_lines);
        let decimal = self.one_of("file.decimal", decimal, DecimalMark::ALL);
        let thousands = self.one_of("file.thousands", thousands, Thousands::ALL);
        self.separators_differ(decimal, thousands);
        ColumnMap {
            delimiter: self.one_of("file.delimiter", delimiter, DELIMITERS),
            encoding: self.one_of("file.encoding", encoding, Encoding::ALL),
            decimal,
            thousands,
            date: self.date(date),
            currency: self.currency(currency),
            table,
            sheet,
            header_line,
            header_lines,
            columns: self.columns(columns.unwrap_or_default(), table, stated),
            attributes: attributes.map(|attributes| self.attributes(attributes)),
            ignored: ignore.columns.into_iter().map(|name| (normal(&name), name)).collect(),
            due_dates_from_terms,
            vat_rate,
            keeps_early_due_dates: false,
        }
    }

    fn tell(&mut self, key: &str, found: Option<&str>, reason: impl Into<String>) {
        let value = found.map(crate::error::shortened);
        self.faults.push(Fault { column: Some(key.to_owned()), value, ..Fault::of_file(self.file, reason) });
    }

    fn one_of<T: Copy>(&mut self, key: &str, found: Option<String>, allowed: &[(T, &str)]) -> Option<T> {
        let found = found?;
        let value = allowed.iter().find(|(_, text)| *text == found).map(|(value, _)| *value);
        if value.is_none() {
            let texts: Vec<&str> = allowed.iter().map(|(_, text)| *text).collect();
            self.tell(key, Some(&found), format!("allowed: {}", listed(&texts)));
        }
        value
    }

    fn separators_differ(&mut self, decimal: Option<DecimalMark>, thousands: Option<Thousands>) {
        let reason = match (decimal, thousands) {
            (None, Some(_)) => "needs `decimal` beside it",
            (Some(DecimalMark::Point), Some(Thousands::Point)) | (Some(DecimalMark::Comma), Some(Thousands::Comma)) => {
                "expected another mark than `decimal`"
            }
            _ => return,
        };
        self.tell("file.thousands", None, reason);
    }

    fn date(&mut self, found: Option<String>) -> DateForm {
        let Some(found) = found else { return DateForm::ISO };
        DateForm::new(&found).unwrap_or_else(|allowed| {
            self.tell("file.date", Some(&found), format!("allowed: {allowed}"));
            DateForm::ISO
        })
    }

    fn currency(&mut self, found: Option<String>) -> Currency {
        let Some(found) = found else { return Currency::EUR };
        found.parse().unwrap_or_else(|_| {
            self.tell("file.currency", Some(&found), "allowed: a three-letter ISO 4217 code such as `EUR`");
            Currency::EUR
        })
    }

    fn vat_rate(&mut self, found: Option<String>) -> Option<Share> {
        let found = found?;
        let per_cent = found.strip_suffix('%').map(|digits| digits.trim().replace(',', "."));
        let rate =
            per_cent.and_then(|digits| digits.parse::<f64>().ok()).and_then(|rate| Share::new(rate / 100.0).ok());
        if rate.is_none() {
            self.tell("file.vat_rate", Some(&found), "allowed: a rate such as `20 %`");
        }
        rate
    }

    fn header_lines(&mut self, first: Option<u64>, found: Option<u64>) -> Option<usize> {
        if first == Some(0) {
            self.tell("file.header_line", Some("0"), "expected a line, the first being 1");
        }
        let found = found?;
        if first.is_none() {
            self.tell("file.header_lines", None, "needs `header_line` beside it");
        }
        let lines = usize::try_from(found).ok().filter(|lines| (1..=5).contains(lines));
        if lines.is_none() {
            self.tell("file.header_lines", Some(&found.to_string()), "allowed: 1 to 5");
        }
        lines
    }

    fn columns(
        &mut self,
        found: BTreeMap<String, String>,
        table: Option<TableKind>,
        stated: Stated,
    ) -> BTreeMap<Field, String> {
        let has = |field: Field| match table {
            Some(kind) => kind.has(field),
            None => TableKind::Invoices.has(field) || TableKind::Payments.has(field),
        };
        let allowed: Vec<&str> = Field::ALL.iter().filter(|field| has(**field)).map(|field| field.name()).collect();
        let mut columns = BTreeMap::new();
        for (ours, theirs) in found {
            let key = format!("columns.{ours}");
            if theirs.trim().is_empty() {
                self.tell(&key, Some(&theirs), "expected the name of a column of the file");
            }
            match Field::ALL.iter().copied().find(|field| field.name() == ours && has(*field)) {
                Some(field) => _ = columns.insert(field, theirs),
                None => self.tell(&key, Some(&ours), format!("allowed: {}", listed(&allowed))),
            }
        }
        self.refuse_gaps(&columns, table, stated);
        columns
    }

    fn refuse_gaps(&mut self, columns: &BTreeMap<Field, String>, table: Option<TableKind>, stated: Stated) {
        let has = |field: Field| columns.contains_key(&field) || stated.stands_for(field);
        let lacks = |kind: TableKind| -> Vec<&'static str> { kind.lacks(has).into_iter().map(Field::name).collect() };
        if let Some(kind) = table {
            let missing = lacks(kind);
            if !columns.is_empty() && !missing.is_empty() {
                self.tell("columns", None, format!("missing {}", listed(&missing)));
            }
            return;
        }
        let dated = columns.contains_key(&Field::IssueDate) || columns.contains_key(&Field::DueDate);
        let missing = lacks(TableKind::Invoices);
        if columns.is_empty() || missing.is_empty() || (!dated && lacks(TableKind::Payments).is_empty()) {
            return;
        }
        self.tell("columns", None, format!("missing {}", listed(&missing)));
    }

    fn attributes(&mut self, found: BTreeMap<String, String>) -> BTreeMap<String, String> {
        for (ours, theirs) in &found {
            let key = format!("attributes.{ours}");
            if let Some(trouble) = name_trouble(ours) {
                self.tell(&key, Some(ours), trouble);
            }
            let is_ours = |field: Field| TableKind::Invoices.has(field) && !field.stands_for_amount();
            if Field::by_name(ours).is_some_and(is_ours) {
                self.tell(&key, Some(ours), "is a column of ours, expected under `[columns]`");
            }
            if theirs.trim().is_empty() {
                self.tell(&key, Some(theirs), "expected the name of a column of the file");
            }
        }
        found
    }

    fn refuse_columns_named_twice(&mut self, raw: &RawColumnMap) {
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let sections = [("columns", &raw.columns), ("attributes", &raw.attributes)];
        for (section, pairs) in sections.into_iter().filter_map(|(section, pairs)| Some((section, pairs.as_ref()?))) {
            for (ours, theirs) in pairs {
                keys.entry(normal(theirs)).or_default().push(format!("{section}.{ours}"));
            }
        }
        for theirs in &raw.ignore.columns {
            keys.entry(normal(theirs)).or_default().push("ignore.columns".to_owned());
        }
        for (theirs, keys) in keys {
            if let [first, .., last] = keys.as_slice() {
                let (first, found) = (first.clone(), Some(theirs.as_str()));
                self.tell(last, found, format!("the column is named under `{first}` already, expected once"));
            }
        }
    }
}

/// The delimiters with the texts that stand in map files.
const DELIMITERS: &[(u8, &str)] = &[(b',', ","), (b';', ";"), (b'|', "|"), (b'\t', "tab"), (b'\t', "\t")];

#[cfg(test)]
mod tests {
    use super::*;

    const IBM: &str = r#"
        [file]
        delimiter = ","
        encoding = "utf-8"
        decimal = "."
        date = "%-m/%-d/%Y"
        currency = "USD"
        [columns]
        client_id = "customerID"
        invoice_id = "invoiceNumber"
        issue_date = "InvoiceDate"
        due_date = "DueDate"
        amount = "InvoiceAmount"
        paid_date = "SettledDate"
        [attributes]
        country = "countryCode"
        [ignore]
        columns = ["Disputed", "PaperlessDate", "PaperlessBill", "DaysToSettle", "DaysLate"]
    "#;

    #[test]
    fn a_whole_map() {
        let map = ColumnMap::from_toml("m", IBM).unwrap();
        assert_eq!(map.delimiter, Some(b','));
        assert_eq!(map.currency.code(), "USD");
        assert_eq!(map.theirs(Field::ClientId), "customerID");
        assert!(map.speaks_of("dayslate") && !map.speaks_of("kind"));
        assert_eq!(ColumnMap::from_toml("m", "").unwrap(), ColumnMap::plain());
    }

    fn check(text: &str, expected: &[&str]) {
        let faults = ColumnMap::from_toml("m", text).unwrap_err();
        let found: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn names_without_forms() {
        let text = format!("{IBM}\n").replace("delimiter = \",\"", "delimiter = \";\"").replace("\".\"", "\",\"");
        let (map, plain) = (ColumnMap::from_toml("m", &text).unwrap(), ColumnMap::plain());
        let names = map.names_only();
        assert_eq!((names.delimiter, names.encoding, names.decimal, names.thousands), (None, None, None, None));
        assert_eq!(names.date, plain.date);
        assert_ne!(map.date, plain.date);
        assert_eq!((names.theirs(Field::ClientId), names.currency.code()), ("customerID", "USD"));
        assert!(names.ignores("dayslate") && names.attributes == map.attributes);
    }

    #[test]
    fn every_fault_at_once() {
        check(
            "[file]\ndelimiter = \":\"\nencoding = \"latin1\"\ndecimal = \";\"\ndate = \"dd/mm\"\ncurrency = \"€\"",
            &[
                "m, column `file.decimal`, value `;`: allowed: `.`, `,`",
                "m, column `file.delimiter`, value `:`: allowed: `,`, `;`, `|`, `tab`, `\t`",
                "m, column `file.encoding`, value `latin1`: allowed: `utf-8`, `windows-1252`",
                "m, column `file.date`, value `dd/mm`: allowed: a chrono format that names day, month and year, such as \
                 `%d/%m/%Y`, without a time zone",
                "m, column `file.currency`, value `€`: allowed: a three-letter ISO 4217 code such as `EUR`",
            ],
        );
    }

    #[test]
    fn columns_are_checked() {
        let of_ledger = |field: &Field| TableKind::Invoices.has(*field) || TableKind::Payments.has(*field);
        let ledger: Vec<&str> = Field::ALL.iter().copied().filter(of_ledger).map(Field::name).collect();
        check(
            "[columns]\nclient_id = \"A\"\ninvoice_id = \"a\"\nissue_date = \"\"\ndue_date = \"D\"\nprice = \"P\"",
            &[
                "m, column `columns.invoice_id`, value `a`: the column is named under `columns.client_id` already, expected once",
                "m, column `columns.issue_date`, value ``: expected the name of a column of the file",
                &format!("m, column `columns.price`, value `price`: allowed: {}", listed(&ledger)),
                "m, column `columns`: missing `amount`",
            ],
        );
        check(
            "[columns]\npaid_date = \"D\"",
            &["m, column `columns`: missing `client_id`, `invoice_id`, `issue_date`, `due_date`, `amount`"],
        );
        assert!(
            ColumnMap::from_toml("m", "[columns]\ninvoice_id = \"N\"\npaid_date = \"D\"\namount = \"A\"").is_ok(),
            "a map of a payment table"
        );
    }

    #[test]
    fn attributes_and_separators_are_checked() {
        check(
            "[attributes]\namount = \"X\"\nland = \"L\"\n[ignore]\ncolumns = [\"l\"]\n[file]\nthousands = \".\"",
            &[
                "m, column `ignore.columns`, value `l`: the column is named under `attributes.land` already, expected once",
                "m, column `file.thousands`: needs `decimal` beside it",
                "m, column `attributes.amount`, value `amount`: is a column of ours, expected under `[columns]`",
            ],
        );
        check(
            "[file]\ndecimal = \",\"\nthousands = \",\"",
            &["m, column `file.thousands`: expected another mark than `decimal`"],
        );
    }

    #[test]
    fn not_a_map() {
        check(
            "[file]\n\ndelimeter = \";\"",
            &["m, line 3: not a map file: unknown field `delimeter`, expected one of `delimiter`, `encoding`, \
               `decimal`, `thousands`, `date`, `currency`, `table`, `sheet`, `header_line`, `header_lines`, `due_dates`, `vat_rate`"],
        );
        let has = |field: Field| TableKind::Invoices.has(field) || TableKind::Payments.has(field);
        let ledger: Vec<&str> = Field::ALL.iter().filter(|field| has(**field)).map(|field| field.name()).collect();
        check(
            "[file]\ndelimeter = \";\"\ndecimal = \";\"\nheader_line = \"x\"\n[colums]\nclient_id = \"A\"\n[columns]\namount = 5\n\
             price = \"P\"",
            &[
                "m, line 2: not a map file: unknown field `delimeter`, expected one of `delimiter`, `encoding`, \
                 `decimal`, `thousands`, `date`, `currency`, `table`, `sheet`, `header_line`, `header_lines`, `due_dates`, `vat_rate`",
                "m, line 4: not a map file: invalid type: string \"x\", expected u64",
                "m, line 5: not a map file: unknown field `colums`, expected one of `file`, `columns`, `attributes`, `ignore`",
                "m, line 8: not a map file: invalid type: integer `5`, expected a string",
                "m, column `file.decimal`, value `;`: allowed: `.`, `,`",
                &format!("m, column `columns.price`, value `price`: allowed: {}", listed(&ledger)),
                "m, column `columns`: missing `client_id`, `invoice_id`, `issue_date`, `due_date`",
            ],
        );
        check(
            "[ignore]\ncolumns = [1, \"x\"]\nrows = 3",
            &[
                "m, line 2: not a map file: invalid type: integer `1`, expected a string",
                "m, line 3: not a map file: unknown field `rows`, expected `columns`",
            ],
        );
        check(
            "[files]",
            &[
                "m, line 1: not a map file: unknown field `files`, expected one of `file`, `columns`, `attributes`, `ignore`",
            ],
        );
        assert!(ColumnMap::from_toml("m", "[file").is_err());
    }
}
