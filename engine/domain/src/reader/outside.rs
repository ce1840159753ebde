//! Scores of providers: `provider,identifier,date,score,limit,cover`, as text or workbook. A row may lack any of the last
//! three, and not all of them; amounts are euros.

use super::cells::expected;
use super::dates::DateForm;
use super::decode::decode;
use super::names::{listed, normal};
use super::rows::Rows;
use super::sheet::{looks_like_workbook, sheets};
use super::table::{Names, Source, Stated, Table};
use crate::day::Day;
use crate::fault::{Fault, FaultReport};
use crate::money::{Currency, Money};
use crate::outside::{Provider, provider};

/// What a provider says of a company.
#[derive(Clone, Debug, PartialEq)]
pub struct OutsideRow {
    /// Line of the file.
    pub line: u64,
    /// The provider.
    pub provider: &'static Provider,
    /// A SIREN, or the seller's own name for the client.
    pub identifier: String,
    /// The day of the score.
    pub date: Day,
    /// The score as the provider writes it; it is one of its scale.
    pub score: Option<String>,
    /// The limit that the provider recommends or grants.
    pub limit: Option<Money>,
    /// The cover that the insurer gives; nought where it refuses.
    pub cover: Option<Money>,
}

const COLUMNS: [&str; 6] = ["provider", "identifier", "date", "score", "limit", "cover"];
/// Without these there is no row.
const NEEDED: usize = 3;

/// Reads scores of providers, as delimited text or workbook; sound rows are given beside the faults of the others. A day
/// after `today` is a fault.
pub fn read_outside_scores(file: &str, bytes: &[u8], today: Day) -> (Vec<OutsideRow>, FaultReport) {
    let mut report = FaultReport::default();
    let rows = read_into(&mut report, file, bytes, today).unwrap_or_else(|fault| {
        report.faults.push(fault);
        Vec::new()
    });
    (rows, report)
}

fn read_into(report: &mut FaultReport, file: &str, bytes: &[u8], today: Day) -> Result<Vec<OutsideRow>, Fault> {
    if looks_like_workbook(bytes) {
        let book = sheets(file, bytes)?;
        let shown: Vec<_> = book.iter().filter(|sheet| !sheet.hidden).collect();
        let [sheet] = shown.as_slice() else {
            let names: Vec<&str> = shown.iter().map(|sheet| sheet.name.as_str()).collect();
            return Err(Fault::of_file(file, format!("found the sheets {}, expected one", listed(&names))));
        };
        return read_source(report, file, Source::Sheet(sheet), today);
    }
    let decoded = decode(file, bytes, None)?;
    report.notes.extend(decoded.note);
    read_source(report, file, Source::Text(&decoded.text), today)
}

fn read_source(report: &mut FaultReport, file: &str, source: Source<'_>, today: Day) -> Result<Vec<OutsideRow>, Fault> {
    let is_known = |name: &str| COLUMNS.contains(&normal(name).as_str());
    let names = Names { is_known: &is_known, expected: &COLUMNS, hint: "the first line must name the columns" };
    let table = Table::open_as(file, source, Stated::default(), &names)?;
    let header: Vec<String> = table.header.iter().map(|name| normal(name)).collect();
    let positions = COLUMNS.map(|name| header.iter().position(|found| found == name));
    let missing: Vec<&str> =
        COLUMNS.iter().zip(positions).take(NEEDED).filter(|(_, at)| at.is_none()).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        let reason = format!("missing columns {}: found {}", listed(&missing), listed(&table.header));
        return Err(Fault::of_line(file, table.header_line(), reason));
    }
    let further: Vec<&String> = header.iter().filter(|name| !name.is_empty() && !is_known(name)).collect();
    if !further.is_empty() {
        let reason = format!("a file of scores has no such columns, not read: {}", listed(&further));
        report.notes.push(Fault::of_line(file, table.header_line(), reason));
    }
    let mut found = Vec::new();
    let mut rows = table.rows();
    while rows.advance() {
        if rows.is_blank() {
            continue;
        }
        if let Some(reason) = rows.shape_fault(table.header.len()) {
            report.faults.push(Fault::of_line(file, rows.line, reason));
            continue;
        }
        let mut row = Row { file, rows: &rows, positions, faults: &mut report.faults };
        found.extend(row.read(today));
    }
    Ok(found)
}

struct Row<'r> {
    file: &'r str,
    rows: &'r Rows<'r>,
    positions: [Option<usize>; 6],
    faults: &'r mut Vec<Fault>,
}

impl Row<'_> {
    fn read(&mut self, today: Day) -> Option<OutsideRow> {
        let before = self.faults.len();
        let who = self.needed(0, |text| provider(text).map_err(|error| expected(&error)));
        let identifier = self.needed(1, |text| Ok(text.to_owned()));
        let date = self.needed(2, |text| {
            // A sheet gives a day with a time behind it.
            let day = DateForm::parse_fact(text.get(..10).unwrap_or(text))?;
            if day <= today { Ok(day) } else { Err(format!("expected a day up to today, {today}")) }
        });
        let score = self.optional(3, |text| match who {
            Some(who) => who.on_axis(text).map(|_| text.to_owned()).map_err(|error| expected(&error)),
            None => Ok(text.to_owned()),
        });
        let amount = |text: &str| {
            let amount = Money::parse(text, Currency::EUR).map_err(|error| expected(&error))?;
            if amount.minor() < 0 { Err("expected no negative amount".to_owned()) } else { Ok(amount) }
        };
        let (limit, cover) = (self.optional(4, amount), self.optional(5, amount));
        if self.faults.len() > before {
            return None;
        }
        if score.is_none() && limit.is_none() && cover.is_none() {
            let reason = "expected a score, a limit or a cover";
            self.faults.push(Fault::of_line(self.file, self.rows.line, reason));
            return None;
        }
        let line = self.rows.line;
        Some(OutsideRow { line, provider: who?, identifier: identifier?, date: date?, score, limit, cover })
    }

    fn text(&self, column: usize) -> &str {
        let at = self.positions.get(column).copied().flatten();
        at.and_then(|at| self.rows.record.get(at)).unwrap_or_default().trim()
    }

    fn needed<T>(&mut self, column: usize, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let text = self.text(column).to_owned();
        let value = if text.is_empty() { Err("the value is missing".to_owned()) } else { read(&text) };
        self.or_fault(column, &text, value)
    }

    fn optional<T>(&mut self, column: usize, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let text = self.text(column).to_owned();
        if text.is_empty() { None } else { self.or_fault(column, &text, read(&text)) }
    }

    fn or_fault<T>(&mut self, column: usize, text: &str, value: Result<T, String>) -> Option<T> {
        let name = COLUMNS.get(column).copied().unwrap_or_default();
        value.map_err(|reason| self.faults.push(Fault::of_value(self.file, self.rows.line, name, text, reason))).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<OutsideRow>, Vec<String>) {
        let (rows, report) = read_outside_scores("scores.csv", text.as_bytes(), "2026-05-31".parse().unwrap());
        (rows, report.faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn rows_say_what_providers_say() {
        let (rows, faults) = read(
            "provider;identifier;date;score;limit;cover\n\
             Creditsafe;000 100 008;2026-05-01;63;12000.50;\n\
             allianz trade;C-12;2026-05-02;;;0\n",
        );
        assert_eq!(faults, [""; 0]);
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.provider.code, row.identifier.as_str(), row.score.as_deref(), row.cover.map(Money::minor)))
            .collect();
        assert_eq!(told, [("creditsafe", "000 100 008", Some("63"), None), ("allianz-trade", "C-12", None, Some(0))]);
        assert_eq!(rows[0].limit.map(Money::minor), Some(1_200_050));
    }

    #[test]
    fn a_workbook_is_read_the_same_way() {
        use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, name) in (0_u16..).zip(COLUMNS) {
            sheet.write_string(0, column, name).unwrap();
        }
        sheet.write_string(1, 0, "Banque de France").unwrap();
        sheet.write_string(1, 1, "000100008").unwrap();
        let day = ExcelDateTime::from_ymd(2026, 5, 1).unwrap();
        sheet.write_with_format(1, 2, day, &Format::new().set_num_format("dd/mm/yyyy")).unwrap();
        sheet.write_string(1, 3, "4+").unwrap();
        sheet.write_number(1, 4, 1_500.5).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let (rows, report) = read_outside_scores("scores.xlsx", &bytes, "2026-05-31".parse().unwrap());
        assert!(report.is_clean(), "{report:?}");
        let told = (rows[0].provider.code, rows[0].date.to_string(), rows[0].score.as_deref());
        assert_eq!(told, ("banque-de-france", "2026-05-01".to_owned(), Some("4+")));
        assert_eq!(rows[0].limit.map(Money::minor), Some(150_050));
    }

    #[test]
    fn each_fault_names_its_place() {
        for (row, expected) in [
            ("somebody,A,2026-05-01,5,,", "column `provider`"),
            ("coface,,2026-05-01,5,,", "column `identifier`"),
            ("coface,A,2026-06-01,5,,", "a day up to today"),
            ("coface,A,2026-02-30,5,,", "column `date`"),
            ("coface,A,2026-05-01,55,,", "0 to 10, 10 the safest"),
            ("coface,A,2026-05-01,,-5,", "no negative amount"),
            ("coface,A,2026-05-01,,,", "a score, a limit or a cover"),
        ] {
            let (rows, faults) = read(&format!("provider,identifier,date,score,limit,cover\n{row}\n"));
            assert!(rows.is_empty() && faults.len() == 1 && faults[0].contains(expected), "{row}: {faults:?}");
        }
        assert!(read("provider,date,score\ncoface,2026-05-01,5\n").1[0].contains("`identifier`"));
    }
}
