//! From filings to lines of accounts.

use encours_domain::annual_accounts::{Cell, Filing, Form, Statement, understand};
use encours_domain::fact::{FactKind, MissingKind};
use encours_domain::subject::Subject;
use encours_domain::words::folded;
use encours_domain::{Day, Siren};
use serde_json::Value;

use super::super::json::Text;
use super::super::reading::{Collector, Raw, Reading};
use super::SPEC;
use super::payload::{Accounts, Entry, Filed, Identity, Line};
use crate::error::SourceError;

/// What a cell holds that is too large for the register's own number.
const OVERFLOW: i64 = 2_147_483_647;

/// Reads an answer.
pub(super) fn parse(raw: &Raw<'_>) -> Result<Reading, SourceError> {
    let answer: Value =
        serde_json::from_slice(raw.json()).map_err(|error| raw.shape(SPEC.name, ".", error.to_string()))?;
    let mut collector = Collector::new(SPEC.name, raw);
    let list = match answer {
        Value::Array(list) => list,
        object @ Value::Object(_) => vec![object],
        _ => return Err(raw.shape(SPEC.name, ".", "expected filed accounts or a list of them")),
    };
    if list.is_empty() {
        collector.missing(raw.asked, "accounts", MissingKind::NotFetched, "no filed accounts in this answer");
    }
    for value in list {
        // One year's forms, or a list of years with the forms of each.
        let years = value.get("data").map(|data| data.as_array().map_or(std::slice::from_ref(data), Vec::as_slice));
        let of_year = |year: &Value| year.get("data").unwrap_or(year).get("declarations").is_some();
        if years.is_some_and(|years| years.iter().any(of_year)) {
            tax_forms(&mut collector);
            continue;
        }
        let lists = ["bilansSaisis", "bilans", "actes"].iter().any(|name| value.get(*name).is_some());
        let shape = |error: serde_json::Error| raw.shape(SPEC.name, ".", error.to_string());
        let entry: Entry = serde_json::from_value(value).map_err(shape)?;
        of_entry(&mut collector, raw, &entry, lists)?;
    }
    Ok(collector.done())
}

/// Forms as they go to the tax office and from there to public bodies: they name no company and are no published
/// accounts.
fn tax_forms(collector: &mut Collector<'_>) {
    let why = "forms of the tax office, which name no company: they are not published accounts";
    collector.missing(collector.raw.asked, "accounts", MissingKind::NotFetched, why);
}

/// Reads accounts, or a list of a company's documents.
fn of_entry(collector: &mut Collector<'_>, raw: &Raw<'_>, entry: &Entry, lists: bool) -> Result<(), SourceError> {
    let inner = entry.bilan_saisi.as_ref().and_then(|typed| typed.bilan.as_ref()).or(entry.bilan.as_ref());
    if inner.is_none() && !lists && entry.date_cloture.any().is_none() {
        return match entry.message.any().or(entry.code.any()).or(entry.kind.any()) {
            Some(message) => Err(raw.inside(SPEC.name, message)),
            None => Err(raw.shape(SPEC.name, "bilanSaisi", "nothing is there; expected filed accounts")),
        };
    }
    for typed in &entry.bilans_saisis.entries {
        if !typed.deleted.is("true") {
            of_entry(collector, raw, typed, false)?;
        }
    }
    for filed in &entry.bilans.entries {
        document(collector, raw, filed);
    }
    if lists && entry.bilans_saisis.entries.is_empty() && entry.bilans.entries.is_empty() {
        collector.missing(raw.asked, "accounts", MissingKind::NotFetched, "no filed accounts in this answer");
    }
    if entry.deleted.is("true") || (inner.is_none() && lists) {
        return Ok(());
    }
    let identity = inner.and_then(|accounts| accounts.identite.as_ref());
    let Some(subject) = subject(collector, raw, [identity.map(|identity| &identity.siren), Some(&entry.siren)]) else {
        return Ok(());
    };
    let closed =
        identity.and_then(|identity| identity.date_cloture_exercice.day()).or_else(|| entry.date_cloture.day());
    let Some(closed_on) = closed else {
        collector.note(Some(&subject), "accounts without their closing day; left out");
        return Ok(());
    };
    let letter = identity.and_then(|identity| identity.code_type_bilan.any()).or(entry.type_bilan.any());
    let Some(form) = letter.and_then(Form::read) else {
        let letter = letter.unwrap_or_default();
        collector.note(Some(&subject), format!("accounts of {closed_on} of the form `{letter}`; left out"));
        return Ok(());
    };
    let known = entry.date_depot.day().unwrap_or(raw.fetched_on).max(closed_on);
    let one = One { subject, form, closed_on, known };
    one.status(collector, &entry.confidentiality, entry.date_depot.any().is_some());
    if let Some(accounts) = inner {
        one.figures(collector, accounts, identity);
    }
    Ok(())
}

fn subject<const N: usize>(
    collector: &mut Collector<'_>,
    raw: &Raw<'_>,
    fields: [Option<&Text>; N],
) -> Option<Subject> {
    let siren: Option<Siren> = fields.iter().flatten().find_map(|field| field.siren());
    let subject = siren.map(Subject::Siren).or_else(|| raw.asked.cloned());
    if subject.is_none() {
        collector.note(None, "accounts that name no company; left out");
    }
    subject
}

/// A document without figures: it tells that accounts were filed, and whether they may be seen.
fn document(collector: &mut Collector<'_>, raw: &Raw<'_>, filed: &Filed) {
    if filed.deleted.is("true") {
        return;
    }
    let Some(subject) = subject(collector, raw, [Some(&filed.siren)]) else { return };
    let Some(closed_on) = filed.date_cloture.day() else { return };
    let form = filed.type_bilan.any().and_then(Form::read).unwrap_or(Form::Company);
    let known = filed.date_depot.day().unwrap_or(raw.fetched_on).max(closed_on);
    One { subject, form, closed_on, known }.status(collector, &filed.confidentiality, true);
}

/// One filing, once who and when are known.
struct One {
    subject: Subject,
    form: Form,
    closed_on: Day,
    known: Day,
}

impl One {
    fn status(&self, collector: &mut Collector<'_>, confidentiality: &Text, filed: bool) {
        let (subject, closed, known) = (&self.subject, self.closed_on, self.known);
        if self.form == Form::Consolidated {
            if filed {
                collector.fact(subject, FactKind::Filing, "consolidated", closed, known);
            }
            return;
        }
        if filed {
            collector.fact(subject, FactKind::Filing, "company", closed, known);
        }
        collector.fact(subject, FactKind::AccountsClosedOn, closed.to_string(), closed, known);
        let Some(text) = confidentiality.any() else {
            // Figures that anybody may read are public.
            collector.fact(subject, FactKind::AccountsStatus, "public", closed, known);
            return;
        };
        let text = folded(text);
        let status = if text.contains("resultat") {
            "partly_confidential"
        } else if text.contains("confidentiel") {
            "confidential"
        } else {
            "public"
        };
        collector.fact(subject, FactKind::AccountsStatus, status, closed, known);
    }

    fn figures(&self, collector: &mut Collector<'_>, accounts: &Accounts, identity: Option<&Identity>) {
        let currency = identity.and_then(|identity| identity.code_devise.any()).unwrap_or("EUR");
        if !currency.eq_ignore_ascii_case("EUR") {
            let text = format!("accounts of {}: figures in `{currency}`; not taken", self.closed_on);
            collector.note(Some(&self.subject), text);
            return;
        }
        let months = identity.and_then(|identity| identity.duree_exercice_n.whole());
        let months = months.and_then(|months| u8::try_from(months).ok()).filter(|months| (1..=24).contains(months));
        if let (Some(months), false) = (months, self.form == Form::Consolidated) {
            collector.fact(&self.subject, FactKind::AccountsMonths, months.to_string(), self.closed_on, self.known);
        }
        let lines = accounts.detail.iter().flat_map(|detail| &detail.pages.entries);
        let cells: Vec<Cell> =
            lines.flat_map(|page| &page.liasses.entries).filter_map(|line| self.cell(collector, line)).collect();
        let filing = Filing {
            form: self.form,
            closed_on: self.closed_on,
            previous_closed_on: identity.and_then(|identity| identity.previous.day()),
            months,
            cells,
        };
        let understood = understand(&filing);
        for refused in &understood.refused {
            collector.note(Some(&self.subject), format!("{}: {}; refused", refused.what, refused.reason));
        }
        self.lines(collector, &understood.current);
        if let Some(previous) = &understood.previous {
            self.lines(collector, previous);
        }
        if understood.current.lines.is_empty() && understood.refused.is_empty() {
            let why = format!("the filing of {} holds no line that is read", self.closed_on);
            collector.missing(Some(&self.subject), "accounts", MissingKind::NotFetched, why);
        }
    }

    fn lines(&self, collector: &mut Collector<'_>, statement: &Statement) {
        for (kind, value) in &statement.lines {
            if *kind == FactKind::Headcount {
                collector.fact(&self.subject, *kind, value.to_string(), statement.closed_on, self.known);
            } else if *kind == FactKind::Turnover && *value < 0 {
                let text = format!("a turnover of {value} EUR in the accounts of {}; not taken", statement.closed_on);
                collector.note(Some(&self.subject), text);
            } else {
                collector.euros(&self.subject, *kind, *value, statement.closed_on, self.known);
            }
        }
    }

    fn cell(&self, collector: &mut Collector<'_>, line: &Line) -> Option<Cell> {
        let code = line.code.any()?.to_owned();
        let mut columns = [None; 4];
        for (column, text) in columns.iter_mut().zip([&line.m1, &line.m2, &line.m3, &line.m4]) {
            // Padded with noughts, a sign before them; blank is absent.
            let value = text.any().and_then(|text| text.parse::<i64>().ok());
            if value == Some(OVERFLOW) {
                let text = format!("line {code} of {}: a figure that overflowed; not taken", self.closed_on);
                collector.note(Some(&self.subject), text);
                continue;
            }
            *column = value;
        }
        Some(Cell { code, columns })
    }
}
