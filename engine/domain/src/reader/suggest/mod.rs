//! The column assistant: what a file's columns seem to be, why, and a map file that says so.
//!
//! A guess is shown and never applied by itself. It comes from names (`synonyms`), from what the values are (`profile`)
//! and from how columns stand to each other (`relations`); `assign` puts them together, `write` makes the map.

mod assign;
mod mixed;
mod profile;
mod relations;
mod synonyms;
mod write;

use assign::{Column, assigned};
use profile::{LOOKED_AT, Profile};

use super::decode::decode;
use super::field::{Field, TableKind};
use super::format::File;
use super::map::ColumnMap;
use super::sheet::{Sheet, looks_like_workbook, sheets};
use super::table::{Names, Source, Stated, Table};
use super::{read_clients, read_ledger, read_orders};
use crate::fault::{Fault, FaultReport};
use crate::text::Bilingual;
use crate::words::folded;

/// What one column of the file seems to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The column's name in the file; a repeated one has its number behind it, `Date (2)`.
    pub column: String,
    /// Its first value.
    pub example: Option<String>,
    /// Which of our columns it seems to be.
    pub ours: Option<Field>,
    /// How sure, 0 to 99. A rank for a person's eye, not a probability.
    pub confidence: u8,
    /// Why.
    pub evidence: Vec<Bilingual>,
    /// What else it might be, best first, with how sure.
    pub alternatives: Vec<(Field, u8)>,
}

/// What a file seems to be, and the map file that reads it so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The file's name.
    pub file: String,
    /// What its rows seem to be; absent where no column is known.
    pub table: Option<TableKind>,
    /// The sheet of a workbook that was looked at.
    pub sheet: Option<String>,
    /// The line of the column names.
    pub header_line: Option<u64>,
    /// Every column, in the file's order.
    pub columns: Vec<Guess>,
    /// Columns that must be there and were not found.
    pub missing: Vec<Field>,
    /// Whether the rows seem to be entries of accounts, payments among them: a map would read those as credit notes, and its
    /// columns are comments.
    pub are_entries: bool,
    /// What could not be told and is to be answered, or looked at, before the map is used.
    pub questions: Vec<Bilingual>,
    /// The map file, which [`ColumnMap::from_toml`] takes. While something is missing its columns are comments.
    pub map: String,
    /// Rows that could be read with the map, and what was told of them.
    pub read: usize,
    /// What was told when the file was read with the map; with what could not be read at all.
    pub report: FaultReport,
}

/// Guesses what the columns of a delimited text or of a workbook are.
///
/// ```
/// use encours_domain::reader::{ColumnMap, Field, TableKind, format::File, read_ledger, suggest_map};
/// let text = "Code tiers;N° facture;Date facture;Date d'échéance;Montant TTC;Réglé le\n\
///             DUPONT;F-0001;05/01/2026;04/02/2026;1 200,00 €;10/02/2026\n\
///             DUPONT;F-0002;13/01/2026;12/02/2026;950,50 €;\n";
/// let guess = suggest_map(File { name: "export.csv", bytes: text.as_bytes() });
/// assert_eq!(guess.table, Some(TableKind::Invoices));
/// assert_eq!(guess.columns[1].ours, Some(Field::InvoiceId));
/// let map = ColumnMap::from_toml("map.toml", &guess.map).map_err(|faults| faults[0].to_string())?;
/// assert_eq!(read_ledger("export.csv", text.as_bytes(), &map).0.invoices.len(), 2);
/// # Ok::<(), String>(())
/// ```
pub fn suggest_map(file: File<'_>) -> Suggestion {
    let mut suggestion = match looked_at(file) {
        Ok(found) => found.suggestion(file.name),
        Err(fault) => {
            let report = FaultReport { faults: vec![fault], notes: Vec::new() };
            return Suggestion {
                file: file.name.to_owned(),
                table: None,
                sheet: None,
                header_line: None,
                columns: Vec::new(),
                missing: Vec::new(),
                are_entries: false,
                questions: Vec::new(),
                map: String::new(),
                read: 0,
                report,
            };
        }
    };
    suggestion.try_it(file);
    suggestion
}

/// What was found out about the file before it is put into words.
struct Found {
    table: Option<TableKind>,
    sheet: Option<String>,
    /// The workbook has more than one sheet.
    names_sheet: bool,
    header_line: u64,
    /// The first line and their number, where the names go over several.
    header_over: Option<(u64, usize)>,
    delimiter: Option<u8>,
    windows_1252: bool,
    columns: Vec<Column>,
    guesses: Vec<Guess>,
    questions: Vec<Bilingual>,
    /// The lines of the rows that were looked at.
    lines: Vec<u64>,
}

fn looked_at(file: File<'_>) -> Result<Found, Fault> {
    if !looks_like_workbook(file.bytes) {
        let decoded = decode(file.name, file.bytes, None)?;
        let windows_1252 = decoded.note.is_some();
        let found = in_source(file.name, Source::Text(&decoded.text))?;
        return Ok(Found { windows_1252, ..found });
    }
    let book = sheets(file.name, file.bytes)?;
    let visible: Vec<&Sheet> = book.iter().filter(|sheet| !sheet.hidden).collect();
    let mut read: Vec<Found> = Vec::new();
    let mut trouble = None;
    for sheet in &visible {
        match in_source(file.name, Source::Sheet(sheet)) {
            Ok(found) => read.push(Found {
                sheet: Some(sheet.name.clone()),
                names_sheet: book.len() > 1,
                delimiter: None,
                ..found
            }),
            Err(fault) => trouble = Some(fault),
        }
    }
    let whole = read.iter().filter(|found| found.table.is_some() && found.missing().is_empty()).count();
    let best = read.into_iter().rev().max_by_key(Found::weight);
    let hidden = || Fault::of_file(file.name, "every sheet of the workbook is hidden");
    let mut best = best.ok_or_else(|| trouble.unwrap_or_else(hidden))?;
    if whole > 1 {
        let name = best.sheet.clone().unwrap_or_default();
        best.questions.push(Bilingual::new(
            format!(
                "Plusieurs feuilles conviennent ; « {name} » a été prise. Changez `sheet` s'il s'agit d'une autre."
            ),
            format!("Several sheets fit; “{name}” was taken. Change `sheet` if another is meant."),
        ));
    }
    Ok(best)
}

fn in_source(file: &str, source: Source<'_>) -> Result<Found, Fault> {
    let (table, header_over) = opened(file, source)?;
    let mut columns: Vec<Vec<(String, Option<super::sheet::Kind>)>> = vec![Vec::new(); table.header.len()];
    let mut rows = table.rows();
    let mut lines: Vec<u64> = Vec::new();
    while lines.len() < LOOKED_AT && rows.advance() {
        // Totals and printed lines are no values of the columns; a row cut short is none either.
        if rows.is_blank() || rows.record.len() != table.header.len() || super::asides::is_labelled(&rows.record) {
            continue;
        }
        lines.push(rows.line);
        for (at, values) in columns.iter_mut().enumerate() {
            let text = rows.record.get(at).unwrap_or_default().trim().to_owned();
            values.push((text, rows.kinds.get(at).copied()));
        }
    }
    let columns: Vec<Column> = table
        .header
        .iter()
        .zip(columns)
        .map(|(name, values)| Column { name: name.clone(), profile: Profile::of(values) })
        .collect();
    let (kind, guesses) = assigned(&columns);
    Ok(Found {
        table: kind,
        sheet: None,
        names_sheet: false,
        header_line: table.header_line(),
        header_over,
        delimiter: Some(table.delimiter).filter(|delimiter| *delimiter != 0),
        windows_1252: false,
        columns,
        guesses,
        questions: Vec::new(),
        lines,
    })
}

/// The table by names that are known somewhere; else by the first line that has most words.
fn opened<'t>(file: &'t str, source: Source<'t>) -> Result<(Table<'t>, Option<(u64, usize)>), Fault> {
    let hint = "expected a line that names the columns";
    let names = |is_known| Names { is_known, expected: &["client_id", "invoice_id"], hint };
    let is_word = |name: &str| {
        let is_day = super::dates::Likely::of(name).is_some();
        name.chars().any(char::is_alphabetic) && !is_day && name.chars().filter(char::is_ascii_digit).count() < 4
    };
    let known = Table::open_as(file, source, Stated::default(), &names(&synonyms::is_any));
    let table = known.or_else(|_| Table::open_as(file, source, Stated::default(), &names(&is_word)))?;
    let Some((above, _)) = table.above.last().filter(|(line, _)| *line + 1 == table.header_line()) else {
        return Ok((table, None));
    };
    // `Facture | | Règlement` above `N° | Date | Date`: the names say more with what stands above them.
    let repeats =
        |table: &Table<'_>| table.header.iter().filter(|name| name.ends_with(')') && name.contains(" (")).count();
    if repeats(&table) == 0 {
        return Ok((table, None));
    }
    let stated = Stated { header_line: Some(*above), header_lines: 2, delimiter: Some(table.delimiter) };
    let stated = if table.delimiter == 0 { Stated { delimiter: None, ..stated } } else { stated };
    match Table::open_as(file, source, stated, &names(&|name: &str| !name.is_empty())) {
        Ok(over_two) if repeats(&over_two) < repeats(&table) => Ok((over_two, Some((*above, 2)))),
        _ => Ok((table, None)),
    }
}

impl Found {
    fn has(&self, field: Field) -> bool {
        self.guesses.iter().any(|guess| guess.ours == Some(field))
    }

    fn missing(&self) -> Vec<Field> {
        let stated = self.states_vat_rate();
        let has = |field: Field| self.has(field) || field == Field::VatRate && stated;
        self.table.map(|kind| kind.lacks(has)).unwrap_or_default()
    }

    /// Orders whose amounts are without VAT, and nothing says at which rate it comes.
    fn states_vat_rate(&self) -> bool {
        let whole = [Field::Amount, Field::VatAmount, Field::VatRate];
        self.table == Some(TableKind::Orders)
            && self.has(Field::AmountExclVat)
            && !whole.into_iter().any(|field| self.has(field))
    }

    /// Invoices by debit and credit, with what only entries of accounts have.
    fn are_entries(&self) -> bool {
        const OF_ENTRIES: &[&str] =
            &["lettrage", "lettre", "let", "code lettrage", "journal", "code journal", "jnl", "jal", "matching letter"];
        let named = |guess: &Guess| OF_ENTRIES.contains(&folded(&guess.column).as_str());
        self.table == Some(TableKind::Invoices)
            && self.has(Field::Debit)
            && self.has(Field::Credit)
            && self.guesses.iter().any(named)
    }

    /// How much a sheet shows of what its table needs.
    fn weight(&self) -> u32 {
        self.guesses.iter().map(|guess| u32::from(guess.confidence)).sum()
    }

    /// A column that is named as this one and was not taken for it, as too many of its values are none.
    fn named_but_unreadable(&self, field: Field) -> Option<Bilingual> {
        let mut free = self.columns.iter().zip(&self.guesses).filter(|(_, guess)| guess.ours.is_none());
        let (column, _) = free.find(|(column, _)| assign::is_named(field, &column.name))?;
        let (readable, filled) = (column.profile.readable(field)?, column.profile.filled);
        let (name, wrong) = (crate::error::shortened(&column.name), filled.saturating_sub(readable));
        let example = column.profile.without_digit().map_or_else(String::new, |text| format!(" (`{text}`)"));
        Some(Bilingual::new(
            format!(
                "« {name} » en a le nom, mais {wrong} de ses {filled} valeurs ne se lisent pas{example} : si c’est elle, donnez-la à \
                 la main, et les lignes illisibles seront dites une à une."
            ),
            format!(
                "“{name}” is named like it, but {wrong} of its {filled} values cannot be read{example}: if it is the one, put it in \
                 by hand, and the rows that cannot be read are told one by one."
            ),
        ))
    }

    fn column_of(&self, field: Field) -> Option<&Column> {
        let at = self.guesses.iter().position(|guess| guess.ours == Some(field))?;
        self.columns.get(at)
    }

    fn suggestion(mut self, file: &str) -> Suggestion {
        let writing = relations::settled(&mut self);
        let notes = writing.date.map(|form| mixed::told(&mut self, file, form)).unwrap_or_default();
        let missing = self.missing();
        if self.table == Some(TableKind::Invoices) && !self.has(Field::PaidDate) {
            self.questions.push(Bilingual::new(
                "Aucune colonne ne donne le jour du règlement : sans fichier des règlements, toutes les factures comptent \
                 comme ouvertes.",
                "No column gives the day of payment: without a payment table every invoice counts as open.",
            ));
        }
        if self.table == Some(TableKind::Invoices) && missing == [Field::DueDate] && !self.has(Field::PaidDate) {
            self.questions.push(Bilingual::new(
                "S'il s'agit d'une liste de règlements, écrivez `table = \"payments\"` et donnez `invoice_id`, `paid_date` et \
                 `amount`.",
                "If this is a list of payments, write `table = \"payments\"` and name `invoice_id`, `paid_date` and `amount`.",
            ));
        }
        if self.table == Some(TableKind::Invoices) && missing == [Field::DueDate] {
            self.questions.push(Bilingual::new(
                "Si le fichier ne donne aucune échéance, écrivez `due_dates = \"from terms\"` sous `[file]` : les conditions \
                 convenues (fichier des clients) les donnent, sinon la loi.",
                "If the file states no due dates, write `due_dates = \"from terms\"` under `[file]`: agreed terms (client \
                 file) give them, else the law.",
            ));
        }
        if self.states_vat_rate() {
            self.questions.push(Bilingual::new(
                "Les commandes sont hors taxes et rien ne donne la TVA : `vat_rate = \"20 %\"` est proposé, à corriger si le \
                 taux est autre.",
                "The orders are without VAT and nothing gives it: `vat_rate = \"20 %\"` is proposed, to be corrected where \
                 the rate is another.",
            ));
        }
        for field in &missing {
            self.questions.push(Bilingual::new(
                format!("La colonne obligatoire `{}` est introuvable.", field.name()),
                format!("The column `{}`, which must be there, was not found.", field.name()),
            ));
            self.questions.extend(self.named_but_unreadable(*field));
        }
        let are_entries = self.are_entries();
        if are_entries {
            self.questions.push(Bilingual::new(
                "Un journal ou un lettrage à côté de débits et de crédits : ce sont des écritures, règlements compris, qui \
                 passeraient pour des avoirs. Exportez le FEC, ou les seules factures ; sinon décommentez les colonnes.",
                "A journal or a matching letter beside debits and credits: these are entries, payments among them, which would \
                 pass for credit notes. Export the FEC, or the invoices alone; else uncomment the columns.",
            ));
        }
        let map = write::map_file(&self, &writing, &missing, are_entries);
        Suggestion {
            file: file.to_owned(),
            table: self.table,
            sheet: self.sheet,
            header_line: Some(self.header_line),
            columns: self.guesses,
            missing,
            are_entries,
            questions: self.questions,
            map,
            read: 0,
            report: FaultReport { faults: Vec::new(), notes },
        }
    }
}

impl Suggestion {
    /// Reads the file with the map: the best evidence of all.
    fn try_it(&mut self, file: File<'_>) {
        let (Some(kind), true) = (self.table, self.missing.is_empty() && !self.are_entries) else { return };
        let map = match ColumnMap::from_toml("map", &self.map) {
            Ok(map) => map,
            Err(faults) => {
                self.report.faults = faults;
                return;
            }
        };
        let doubts = std::mem::take(&mut self.report.notes);
        (self.read, self.report) = match kind {
            TableKind::Invoices | TableKind::Payments => {
                let (rows, report) = read_ledger(file.name, file.bytes, &map);
                (if kind == TableKind::Payments { rows.payments.len() } else { rows.invoices.len() }, report)
            }
            TableKind::Clients => {
                let (rows, report) = read_clients(file.name, file.bytes, &map);
                (rows.len(), report)
            }
            TableKind::Orders => {
                let (rows, report) = read_orders(file.name, file.bytes, &map);
                (rows.len(), report)
            }
        };
        self.report.notes.splice(0..0, doubts);
    }
}
