//! A client file: a row is a client. `client_id` must be there; every other column is by choice.

use std::collections::BTreeMap;

use super::cells::{Cells, Told};
use super::field::{Field, TableKind};
use super::map::ColumnMap;
use super::reading::{Wanted, with_table};
use crate::client::{ClientRow, Cover};
use crate::fault::{Fault, FaultReport};
use crate::identity::{Siren, VatNumber};
use crate::ledger::Place;
use crate::money::{Currency, Money};
use crate::terms::{EndOfMonth, Terms};

/// Reads a client file, as delimited text or workbook; sound rows are given beside the faults of the others.
///
/// Numbers of companies, terms, days and amounts are checked. Two different rows of one `client_id` are told: the first
/// stays.
///
/// ```
/// use encours_domain::reader::{ColumnMap, read_clients};
/// let text = "client_id,name,siren,terms\nC1,Dupont SARL,000500967,30 jours fin de mois\nC2,Martin,000500968,\n";
/// let (clients, report) = read_clients("clients.csv", text.as_bytes(), &ColumnMap::plain());
/// assert_eq!(clients.len(), 1);
/// assert_eq!(
///     report.faults[0].to_string(),
///     "clients.csv, line 3, column `siren`, value `000500968`: \
///      expected nine digits of which the last is the check digit",
/// );
/// ```
pub fn read_clients(file_name: &str, bytes: &[u8], map: &ColumnMap) -> (Vec<ClientRow>, FaultReport) {
    let mut report = FaultReport::default();
    let wanted = Wanted::Kind(TableKind::Clients);
    let read = with_table(file_name, bytes, map, wanted, &mut report, |reading, report| {
        let read = reading.rows(report, client_row, |client| client.credit_limit);
        report.notes.extend(read.doubts);
        note_counts(reading.table.file, &read.rows, report);
        once_each(reading.table.file, read.rows, report)
    });
    let clients = read.unwrap_or_else(|faults| {
        report.faults.extend(faults);
        Vec::new()
    });
    report.faults.sort_by_key(|fault| fault.line);
    report.notes.sort_by_key(|note| note.line);
    (clients, report)
}

fn client_row(cells: &mut Cells<'_>) -> Result<ClientRow, Told> {
    let client_id = cells.name(Field::ClientId);
    let client_id = cells.required(Field::ClientId, client_id);
    let texts = [Field::Name, Field::Sector, Field::Group, Field::Owner, Field::City, Field::Postcode]
        .map(|field| cells.name(field));
    let siren = cells.word(Field::Siren, Siren::from_siren_or_siret);
    let vat_number = cells.word(Field::VatNumber, str::parse::<VatNumber>);
    let terms = cells.word(Field::Terms, Terms::parse);
    let margin = cells.share(Field::Margin);
    let email = email(cells);
    let money = cells.currency().and_then(|currency| money(cells, currency));
    let [name, sector, group, owner, city, postcode] = texts;
    let (siren, vat_number) = (siren?, vat_number?);
    let siren = one_number(cells, siren, vat_number.as_ref())?;
    let (insured, guaranteed, credit_limit) = money?;
    Ok(ClientRow {
        place: Place { file: 0, line: cells.line },
        client_id: client_id?,
        name: name?,
        siren,
        vat_number,
        sector: sector?,
        terms: terms?,
        group: group?,
        margin: margin?,
        insured,
        guaranteed,
        owner: owner?,
        city: city?,
        postcode: postcode?,
        credit_limit,
        email: email?,
    })
}

/// The number for VAT holds the SIREN, and both must be one.
fn one_number(
    cells: &mut Cells<'_>,
    siren: Option<Siren>,
    vat_number: Option<&VatNumber>,
) -> Result<Option<Siren>, Told> {
    match (siren, vat_number.and_then(VatNumber::siren)) {
        (Some(siren), Some(other)) if siren != other => {
            Err(cells.tell(Field::VatNumber, format!("holds another SIREN than the row's, `{siren}`")))
        }
        (siren, other) => Ok(siren.or(other)),
    }
}

fn email(cells: &mut Cells<'_>) -> Result<Option<String>, Told> {
    let Some(text) = cells.name(Field::Email)? else { return Ok(None) };
    let is_address = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if is_address && !text.contains(char::is_whitespace) {
        return Ok(Some(text));
    }
    Err(cells.tell(Field::Email, "expected one address such as `name@example.org`"))
}

type CoversAndLimit = (Option<Cover>, Option<Cover>, Option<Money>);

fn money(cells: &mut Cells<'_>, currency: Currency) -> Result<CoversAndLimit, Told> {
    let insured =
        cover(cells, currency, [Field::InsuredAmount, Field::InsuredFrom, Field::InsuredUntil], Some(Field::Insurer));
    let guaranteed =
        cover(cells, currency, [Field::GuaranteedAmount, Field::GuaranteedFrom, Field::GuaranteedUntil], None);
    let limit = not_negative(cells, Field::CreditLimit, currency);
    Ok((insured?, guaranteed?, limit?))
}

fn cover(
    cells: &mut Cells<'_>,
    currency: Currency,
    [amount, from, until]: [Field; 3],
    by: Option<Field>,
) -> Result<Option<Cover>, Told> {
    let sum = not_negative(cells, amount, currency);
    let days = (cells.day(from), cells.day(until));
    let insurer = by.map_or(Ok(None), |by| cells.name(by));
    let (sum, insurer, days) = (sum?, insurer?, (days.0?, days.1?));
    let Some(sum) = sum else {
        let stray = [from, until].into_iter().find(|field| cells.text(*field).is_some());
        return match stray {
            Some(field) => Err(cells.tell(field, format!("expected a `{}` beside it", amount.name()))),
            None => Ok(None),
        };
    };
    if let (Some(first), Some(last)) = days
        && last < first
    {
        return Err(cells.tell(until, format!("expected a day from the first one on, `{first}`")));
    }
    Ok(Some(Cover { amount: sum, by: insurer, from: days.0, until: days.1 }))
}

fn not_negative(cells: &mut Cells<'_>, field: Field, currency: Currency) -> Result<Option<Money>, Told> {
    match cells.amount(field, currency)? {
        Some(amount) if amount.minor() < 0 => Err(cells.tell(field, "expected no negative amount")),
        amount => Ok(amount),
    }
}

/// The contract says which count of "days end of month" holds; a file that only names the days is read by its words.
fn note_counts(file: &str, clients: &[ClientRow], report: &mut FaultReport) {
    let is_first = |client: &&ClientRow| {
        client.terms.is_some_and(|terms| terms.days > 0 && terms.end_of_month == Some(EndOfMonth::DaysThenMonthEnd))
    };
    let Some(first) = clients.iter().find(is_first) else { return };
    let count = clients.iter().filter(is_first).count();
    let reason = format!(
        "terms of {count} clients, here and below, are read as days, then month end; hint: write `fin de mois + 45 jours` \
         where the days run from the month's end"
    );
    report.notes.push(Fault::of_line(file, first.place.line, reason));
}

fn once_each(file: &str, clients: Vec<ClientRow>, report: &mut FaultReport) -> Vec<ClientRow> {
    let mut first: BTreeMap<String, ClientRow> = BTreeMap::new();
    let mut kept = Vec::with_capacity(clients.len());
    for client in clients {
        let line = client.place.line;
        let Some(known) = first.get(&client.client_id) else {
            first.insert(client.client_id.clone(), client.clone());
            kept.push(client);
            continue;
        };
        let before = known.place.line;
        if (ClientRow { place: known.place, ..client.clone() }) == *known {
            report.notes.push(Fault::of_line(file, line, format!("repeats line {before}, taken once")));
        } else {
            let reason = format!("line {before} says something else of the same client, expected one row a client");
            report.faults.push(Fault::of_line(file, line, reason));
        }
    }
    kept
}
