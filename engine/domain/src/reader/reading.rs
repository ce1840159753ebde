//! One way from bytes to the rows of a table, whatever the table holds: text or workbook, names, survey, rows.

use std::collections::BTreeMap;

use super::asides::{Aside, Asides};
use super::cells::{Cells, Told, Writing};
use super::columns::Columns;
use super::decode::decode;
use super::field::{Field, TableKind};
use super::map::ColumnMap;
use super::names::{listed, normal};
use super::part_payments::Broken;
use super::rows::Rows;
use super::sheet::{Sheet, looks_like_workbook, sheets};
use super::survey::survey;
use super::table::{Names, Source, Stated, Table};
use crate::fault::{Fault, FaultReport};
use crate::money::Money;

/// Which tables a reader takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Invoices or payments, whichever the columns show.
    Ledger,
    /// One kind.
    Kind(TableKind),
}

impl Wanted {
    /// Whether a column of ours means anything to the reader.
    pub fn has(self, field: Field) -> bool {
        match self {
            Wanted::Ledger => TableKind::Invoices.has(field) || TableKind::Payments.has(field),
            Wanted::Kind(kind) => kind.has(field),
        }
    }

    /// The kinds it may be.
    fn kinds(self) -> Vec<TableKind> {
        match self {
            Wanted::Ledger => vec![TableKind::Invoices, TableKind::Payments],
            Wanted::Kind(kind) => vec![kind],
        }
    }

    /// With what the map says about the table.
    fn with(self, map: &ColumnMap) -> Result<Self, String> {
        match map.table {
            None => Ok(self),
            Some(kind) if self.kinds().contains(&kind) => Ok(Wanted::Kind(kind)),
            Some(kind) => {
                let words: Vec<&str> = self.kinds().into_iter().map(TableKind::code).collect();
                Err(format!("the map is of a table of {}, expected {}", kind.code(), listed(&words)))
            }
        }
    }
}

/// A table whose columns are known.
pub(super) struct Reading<'a> {
    pub table: &'a Table<'a>,
    pub columns: &'a Columns,
    pub writing: &'a Writing<'a>,
}

/// Every row that can be read, the ids of those that cannot, and what is in doubt.
pub(super) struct Read<T> {
    pub rows: Vec<T>,
    pub broken: Broken,
    pub doubts: Vec<Fault>,
}

/// Opens a file's table and gives it to `then`, with the name under which its rows are told.
///
/// # Errors
/// What no row can be read by.
pub(super) fn with_table<T>(
    file: &str,
    bytes: &[u8],
    map: &ColumnMap,
    wanted: Wanted,
    report: &mut FaultReport,
    then: impl FnOnce(&Reading<'_>, &mut FaultReport) -> T,
) -> Result<T, Vec<Fault>> {
    let wanted = wanted.with(map).map_err(|reason| vec![Fault::of_file(file, reason)])?;
    if looks_like_workbook(bytes) {
        let book = sheets(file, bytes).map_err(|fault| vec![fault])?;
        let sheet = chosen(file, &book, map, wanted, report)?;
        let label = sheet_label(file, &sheet.name);
        return read_source(&label, Source::Sheet(sheet), map, wanted, report, then);
    }
    if map.sheet.is_some() {
        return Err(vec![Fault::of_file(file, "the map names a `sheet`, and the file is no workbook")]);
    }
    let decoded = decode(file, bytes, map.encoding).map_err(|fault| vec![fault])?;
    report.notes.extend(decoded.note);
    read_source(file, Source::Text(&decoded.text), map, wanted, report, then)
}

/// The name under which what stands in a sheet is told.
pub(super) fn sheet_label(file: &str, sheet: &str) -> String {
    format!("{file}, sheet `{sheet}`")
}

fn read_source<T>(
    file: &str,
    source: Source<'_>,
    map: &ColumnMap,
    wanted: Wanted,
    report: &mut FaultReport,
    then: impl FnOnce(&Reading<'_>, &mut FaultReport) -> T,
) -> Result<T, Vec<Fault>> {
    let table = opened(file, source, map, wanted).map_err(|fault| vec![fault])?;
    for (line, text) in &table.above {
        let reason = format!("above the column names, not read: `{}`", crate::error::shortened(text));
        report.notes.push(Fault::of_line(file, *line, reason));
    }
    if let Some(line) = table.line_beyond() {
        let reason = "values to the right of the last column name are not read, here and below";
        report.notes.push(Fault::of_line(file, line, reason));
    }
    let columns = Columns::resolve(&table, map, wanted, report).map_err(|fault| vec![fault])?;
    let amounts = survey(&table, &columns, map)?;
    let writing = Writing { amounts, dates: &map.date, currency: map.currency };
    Ok(then(&Reading { table: &table, columns: &columns, writing: &writing }, report))
}

fn opened<'t>(file: &'t str, source: Source<'t>, map: &ColumnMap, wanted: Wanted) -> Result<Table<'t>, Fault> {
    let is_known = |name: &str| {
        let name = normal(name);
        Field::by_name(&name).is_some_and(|field| wanted.has(field)) || map.speaks_of(&name)
    };
    let expected: Vec<&str> = match wanted {
        Wanted::Ledger | Wanted::Kind(TableKind::Invoices) => {
            let fields = TableKind::Invoices.required().iter().chain(&[Field::PaidDate]);
            fields.map(|field| map.theirs(*field)).collect()
        }
        Wanted::Kind(TableKind::Clients) => {
            [Field::ClientId, Field::Name, Field::Siren, Field::Terms].map(|field| map.theirs(field)).to_vec()
        }
        Wanted::Kind(kind) => kind.required().iter().map(|field| map.theirs(*field)).collect(),
    };
    let hint = "the first line must name the columns, and other names need a map file";
    let names = Names { is_known: &is_known, expected: &expected, hint };
    let stated =
        Stated { delimiter: map.delimiter, header_line: map.header_line, header_lines: map.header_lines.unwrap_or(1) };
    Table::open_as(file, source, stated, &names)
}

/// The sheet that the map names, else the only one that has the columns.
fn chosen<'b>(
    file: &str,
    book: &'b [Sheet],
    map: &ColumnMap,
    wanted: Wanted,
    report: &mut FaultReport,
) -> Result<&'b Sheet, Vec<Fault>> {
    let sheet = fitting_sheet(file, book, map, wanted)?;
    let chosen_by_name = map.sheet.is_some();
    for other in book.iter().filter(|other| !chosen_by_name && other.name != sheet.name) {
        let hidden = if other.hidden { "hidden " } else { "" };
        report.notes.push(Fault::of_file(file, format!("the {hidden}sheet `{}` was not read", other.name)));
    }
    if let Some(first) = sheet.hidden_rows.first() {
        let rows = sheet.hidden_rows.len();
        let rows = if rows == 1 { "1 hidden row is".to_owned() } else { format!("{rows} hidden rows are") };
        let reason = format!("{rows} read like the others, from here on; hint: take out what should not come in");
        report.notes.push(Fault::of_line(&sheet_label(file, &sheet.name), *first, reason));
    }
    Ok(sheet)
}

fn fitting_sheet<'b>(file: &str, book: &'b [Sheet], map: &ColumnMap, wanted: Wanted) -> Result<&'b Sheet, Vec<Fault>> {
    let names: Vec<&str> = book.iter().map(|sheet| sheet.name.as_str()).collect();
    let refused = |reason: String| vec![Fault::of_file(file, reason)];
    if let Some(name) = &map.sheet {
        let found = book.iter().find(|sheet| normal(&sheet.name) == normal(name));
        return found.ok_or_else(|| refused(format!("no sheet `{name}`: found {}", listed(&names))));
    }
    let visible: Vec<&Sheet> = book.iter().filter(|sheet| !sheet.hidden).collect();
    let fitting = visible.iter().filter(|sheet| has_columns(sheet, map, wanted));
    let fitting: Vec<&&Sheet> = fitting.collect();
    match (fitting.as_slice(), visible.as_slice()) {
        ([only], _) => Ok(**only),
        ([], [only]) => Ok(*only),
        ([], _) => {
            let reason = format!(
                "no sheet has the columns that are needed: found {}; hint: say `sheet` in a map file, and the names of \
                 its columns",
                listed(&names)
            );
            Err(refused(reason))
        }
        (several, _) => {
            let names: Vec<&str> = several.iter().map(|sheet| sheet.name.as_str()).collect();
            let reason =
                format!("several sheets have the columns: {}; hint: say `sheet` in a map file", listed(&names));
            Err(refused(reason))
        }
    }
}

fn has_columns(sheet: &Sheet, map: &ColumnMap, wanted: Wanted) -> bool {
    let Ok(table) = opened("", Source::Sheet(sheet), map, wanted) else { return false };
    Columns::resolve(&table, map, wanted, &mut FaultReport::default()).is_ok()
}

impl Reading<'_> {
    /// Reads every row; `amount` is what a row adds to a total below it.
    pub fn rows<T>(
        &self,
        report: &mut FaultReport,
        read: impl Fn(&mut Cells<'_>) -> Result<T, Told>,
        amount: fn(&T) -> Option<Money>,
    ) -> Read<T> {
        let (file, columns) = (self.table.file, self.columns);
        let mut found = Read { rows: Vec::new(), broken: BTreeMap::new(), doubts: Vec::new() };
        let mut asides = Asides::default();
        let (mut any, mut may_be_cut) = (false, false);
        let mut rows = self.table.rows();
        while rows.advance() {
            any = true;
            if rows.is_blank() {
                report.notes.push(Fault::of_line(file, rows.line, "the row is blank and was passed over"));
                continue;
            }
            match asides.look(&rows, columns, || self.amount_of(&rows)) {
                Some(Aside::Passed(reason)) => {
                    report.notes.push(Fault::of_line(file, rows.line, reason));
                    continue;
                }
                Some(Aside::Doubtful(reason)) => {
                    report.faults.push(Fault::of_line(file, rows.line, reason));
                    continue;
                }
                None => {}
            }
            if let Some(reason) = rows.shape_fault(columns.header.len()) {
                asides.refused();
                report.faults.push(Fault::of_line(file, rows.line, reason));
                continue;
            }
            let mut cells = self.cells(&rows, report, &mut found.doubts);
            let mut whole = read(&mut cells);
            if whole.is_ok() && rows.is_unfinished() {
                whole = cells.refuse_cut().and(whole);
                may_be_cut = whole.is_err();
            }
            match whole {
                Ok(row) => {
                    asides.taken(cells.text(Field::ClientId).unwrap_or_default(), amount(&row));
                    found.rows.push(row);
                }
                Err(Told) => {
                    asides.refused();
                    let id = |field| cells.text(field).unwrap_or_default().to_owned();
                    found.broken.entry((id(Field::ClientId), id(Field::InvoiceId))).or_insert(rows.line);
                }
            }
        }
        if !may_be_cut {
            self.note_end(any, report);
        }
        found
    }

    fn cells<'a>(&'a self, rows: &'a Rows<'_>, report: &'a mut FaultReport, doubts: &'a mut Vec<Fault>) -> Cells<'a> {
        let (record, kinds) = (&rows.record, rows.kinds.as_slice());
        let (file, columns, writing) = (self.table.file, self.columns, self.writing);
        Cells { file, line: rows.line, record, kinds, columns, writing, report, doubts }
    }

    /// The amount of a row that may be a total; what is wrong with it is told elsewhere.
    fn amount_of(&self, rows: &Rows<'_>) -> Option<Money> {
        let (mut report, mut doubts) = (FaultReport::default(), Vec::new());
        let mut cells = self.cells(rows, &mut report, &mut doubts);
        let currency = cells.currency().ok()?;
        cells.claim(currency).ok().flatten()
    }

    fn note_end(&self, any: bool, report: &mut FaultReport) {
        if !any {
            report.notes.push(Fault::of_file(self.table.file, "the file has a header and no rows"));
        } else if let Some(line) = self.table.unfinished_line() {
            let reason = "the last line lacks its line end; see that it is whole";
            report.notes.push(Fault::of_line(self.table.file, line, reason));
        }
    }
}
