//! A person leaves the files: amounts and days stay, under a name from which nothing leads back, so that sums of the whole
//! book and every other client's answers stay what they were; what tells who it was goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use encours_core::ledger::{CheckedLedger, Snapshot, checked};
use encours_domain::fact::{Fact, FactKind};
use encours_domain::reader::einvoice::{Documents, Party};
use encours_sources::PulledLedger;
use encours_sources::pull::PullState;
use serde_json::Value;

use super::super::ask_registers::LOCAL_REGISTER_FILE;
use super::person::Person;
use crate::client_book::{ClientBook, OrderBook};
use crate::folder::{Kept, write_atomically};
use crate::moved::{LEDGER, names};
use crate::{DataFolder, ServicesError};

/// Finds the names and the numbers of invoices under which the files know a person.
pub(super) fn identify(folder: &DataFolder, person: &mut Person) -> Result<(), ServicesError> {
    for hash in folder.hashes(LEDGER)? {
        let ledger = folder.read_ledger(&hash)?.ledger()?;
        let place = ledger.attribute_names().iter().position(|name| name == "client_name");
        for row in ledger.invoice_rows().iter().filter(|row| person.accounts.contains(&row.client_id)) {
            let name = place.and_then(|place| row.attributes.get(place)).and_then(Option::as_ref);
            person.names.extend(name.cloned());
            person.invoices.insert(row.invoice_id.clone());
        }
    }
    for hash in folder.hashes(Kept::Clients.folder())? {
        let book: ClientBook = folder.read_json(Kept::Clients, &hash)?;
        let accounts = person.accounts.clone();
        let rows = accounts.iter().filter_map(|account| book.client(account));
        person.names.extend(rows.filter_map(|row| row.name.clone()));
    }
    person.names.retain(|name| !name.trim().is_empty());
    Ok(())
}

/// Erases a person from every file. Done again it changes nothing more.
pub(super) fn erase(folder: &DataFolder, person: &Person) -> Result<(), ServicesError> {
    folder.end_moves()?;
    for hash in folder.hashes(LEDGER)? {
        let snapshot = folder.read_ledger(&hash)?;
        if let Some(ledger) = ledger(snapshot.ledger()?, person) {
            let without = Snapshot::write(&ledger)?;
            folder.keep_ledger(&without)?;
            folder.move_away(LEDGER, &hash, Some(&without.hash()))?;
        }
    }
    // Answers last: facts say which of them speak of others too.
    for kind in Kept::ALL.iter().filter(|kind| **kind != Kept::Answers) {
        for hash in folder.hashes(kind.folder())? {
            rewrite(folder, *kind, &hash, |bytes| without(*kind, bytes, person))?;
        }
    }
    pull_states(folder, person)?;
    local_register(folder, person)?;
    answers(folder, person)
}

/// Lines of the register that lies in the data folder: an answer would read them again.
fn local_register(folder: &DataFolder, person: &Person) -> Result<(), ServicesError> {
    let path = folder.path().join(LOCAL_REGISTER_FILE);
    let Ok(bytes) = std::fs::read(&path) else { return Ok(()) };
    let text = String::from_utf8_lossy(&bytes);
    let kept: String = text.split_inclusive('\n').filter(|line| !person.is_numbered_in(line)).collect();
    if kept.len() == text.len() { Ok(()) } else { write_atomically(&path, kept.as_bytes()) }
}

fn rewrite(
    folder: &DataFolder,
    kind: Kept,
    hash: &str,
    without: impl FnOnce(&Arc<[u8]>) -> Result<Option<Vec<u8>>, String>,
) -> Result<(), ServicesError> {
    let bytes = folder.read(kind, hash)?;
    let rewritten = without(&bytes).map_err(|reason| {
        let path = folder.place(kind, hash);
        ServicesError::Damaged { path, reason }
    })?;
    match rewritten {
        Some(rewritten) if rewritten.as_slice() != bytes.as_ref() => {
            let to = folder.keep(kind, &rewritten)?;
            folder.move_away(kind.folder(), hash, Some(&to))
        }
        _ => Ok(()),
    }
}

/// The content of a file without the person; nothing where it cannot hold one.
fn without(kind: Kept, bytes: &[u8], person: &Person) -> Result<Option<Vec<u8>>, String> {
    match kind {
        Kept::Facts => json(bytes, |facts: &mut Vec<Fact>| {
            let tells = |fact: &Fact| {
                let of_a_person = fact.kind == FactKind::CompanyDirector && person.is_named_in(&fact.value);
                person.sirens.contains(&fact.subject) || person.is_numbered_in(&fact.value) || of_a_person
            };
            facts.retain(|fact| !tells(fact));
        }),
        Kept::Clients => json(bytes, |book: &mut ClientBook| {
            person.accounts.iter().for_each(|account| book.erase(account));
        }),
        Kept::Orders => json(bytes, |book: &mut OrderBook| {
            book.orders.retain(|order| !person.has_account(&order.client_id));
        }),
        Kept::Documents => json(bytes, |documents: &mut Documents| self::documents(documents, person)),
        Kept::Pulled => json(bytes, |pulled: &mut PulledLedger| {
            for account in &person.accounts {
                pulled.erase_client(account, &person.token, &|number| person.number(number));
            }
        }),
        Kept::Journal => {
            let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
            Ok(Some(journal(text, person).into_bytes()))
        }
        Kept::Layers | Kept::FailureModel | Kept::Quartiles | Kept::Answers => Ok(None),
    }
}

/// Nothing where nothing changes: a file of an older form stays as it was written.
fn json<T: Clone + PartialEq + serde::de::DeserializeOwned + serde::Serialize>(
    bytes: &[u8],
    change: impl FnOnce(&mut T),
) -> Result<Option<Vec<u8>>, String> {
    let value: T = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let mut changed = value.clone();
    change(&mut changed);
    (changed != value).then(|| serde_json::to_vec(&changed).map_err(|error| error.to_string())).transpose()
}

fn ledger(ledger: CheckedLedger, person: &Person) -> Option<CheckedLedger> {
    let is_theirs = ledger.invoice_rows().iter().any(|row| person.has_account(&row.client_id));
    let own_name = ledger.attribute_names().iter().position(|name| name == "client_name");
    let mut naming = Naming::of(person);
    let mut names = |(at, value): (usize, &Option<String>)| {
        // Who bears the same name keeps it.
        Some(at) != own_name && value.as_deref().is_some_and(|value| naming.is_named_in(value))
    };
    let is_named = ledger.invoice_rows().iter().any(|row| row.attributes.iter().enumerate().any(&mut names));
    if !is_theirs && !is_named {
        return None;
    }
    let mut rows = ledger.into_rows();
    for row in &mut rows.invoices {
        for (at, value) in row.attributes.iter_mut().enumerate() {
            if names((at, value)) {
                *value = None;
            }
        }
    }
    for row in rows.invoices.iter_mut().filter(|row| person.has_account(&row.client_id)) {
        row.client_id.clone_from(&person.token);
        row.invoice_id = person.number(&row.invoice_id);
        row.corrects = row.corrects.as_deref().map(|invoice| person.number(invoice));
        row.attributes.iter_mut().for_each(|value| *value = None);
    }
    for row in rows.payments.iter_mut().filter(|row| row.client_id.as_ref().is_some_and(|id| person.has_account(id))) {
        row.client_id = Some(person.token.clone());
        row.invoice_id = person.number(&row.invoice_id);
    }
    // Names that were distinct still are, and amounts and days are what they were: nothing is refused.
    Some(checked(rows).0)
}

/// Whether texts name a person, each looked at once: a column repeats its values.
struct Naming<'p> {
    person: &'p Person,
    known: BTreeMap<String, bool>,
}

impl<'p> Naming<'p> {
    fn of(person: &'p Person) -> Self {
        Self { person, known: BTreeMap::new() }
    }

    fn is_named_in(&mut self, text: &str) -> bool {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let named = self.person.is_named_in(text);
        self.known.insert(text.to_owned(), named);
        named
    }
}

fn documents(documents: &mut Documents, person: &Person) {
    for invoice in &mut documents.invoices {
        if invoice.buyer.key().is_some_and(|key| person.has_account(key)) {
            invoice.buyer = Party { name: Some(person.token.clone()), ..Party::default() };
            invoice.number = person.number(&invoice.number);
            invoice.earlier = invoice.earlier.as_deref().map(|number| person.number(number));
        }
    }
    for status in &mut documents.statuses {
        if let Some(number) = person.number_if_theirs(&status.invoice) {
            status.invoice = number;
        }
    }
}

/// Lines on the person's account under another name; wherever else a label names them it is emptied.
fn journal(text: &str, person: &Person) -> String {
    let mut lines = text.split_inclusive('\n');
    let header = lines.next().unwrap_or_default();
    let place = |name: &str| header.trim_end_matches(['\n', '\r']).split('\t').position(|column| column == name);
    let [account, name, piece, label] = ["CompAuxNum", "CompAuxLib", "PieceRef", "EcritureLib"].map(place);
    let titles = ["JournalLib", "CompteLib"].map(place);
    let mut out = header.to_owned();
    for line in lines {
        let body = line.trim_end_matches('\n');
        let mut cells: Vec<String> = body.split('\t').map(str::to_owned).collect();
        let is_theirs = account.and_then(|at| cells.get(at)).is_some_and(|account| person.has_account(account));
        let mut set = |at: Option<usize>, change: &dyn Fn(&str) -> String| {
            if let Some(cell) = at.and_then(|at| cells.get_mut(at)) {
                *cell = change(cell);
            }
        };
        let number = |old: &str| if old.is_empty() { String::new() } else { person.number(old) };
        let emptied = |old: &str| if person.is_named_in(old) { String::new() } else { old.to_owned() };
        // A title of a book or account that was made for them.
        let untitled = |old: &str| if person.is_hinted_at_in(old) { String::new() } else { old.to_owned() };
        for title in titles {
            set(title, if is_theirs { &untitled } else { &emptied });
        }
        if is_theirs {
            set(account, &|_| person.token.clone());
            set(name, &|_| String::new());
            set(label, &|_| String::new());
            set(piece, &number);
        } else {
            set(label, &emptied);
            set(piece, &|old| person.number_if_theirs(old).unwrap_or_else(|| old.to_owned()));
        }
        out.push_str(&cells.join("\t"));
        out.push_str(line.strip_prefix(body).unwrap_or_default());
    }
    out
}

/// What is being pulled, page by page.
fn pull_states(folder: &DataFolder, person: &Person) -> Result<(), ServicesError> {
    for path in names(&folder.path().join(Kept::Pulled.folder()))? {
        if !path.to_string_lossy().ends_with(".state.json") {
            continue;
        }
        let bytes = std::fs::read(&path).map_err(ServicesError::file("reading", &path))?;
        let rewritten = json(&bytes, |state: &mut PullState| {
            for account in &person.accounts {
                state.erase_client(account, &person.token, &|number| person.number(number));
            }
        });
        let rewritten = rewritten.map_err(|reason| ServicesError::Damaged { path: path.clone(), reason })?;
        if let Some(rewritten) = rewritten {
            write_atomically(&path, &rewritten)?;
        }
    }
    Ok(())
}

/// Raw answers of registers: objects and lines that hold the person's number go; which answer a question had is forgotten.
fn answers(folder: &DataFolder, person: &Person) -> Result<(), ServicesError> {
    let mut gone = Vec::new();
    for hash in folder.hashes(Kept::Answers.folder())? {
        let bytes = folder.read(Kept::Answers, &hash)?;
        let text = String::from_utf8_lossy(&bytes);
        if !person.is_numbered_in(&text) {
            continue;
        }
        let left = match serde_json::from_str::<Value>(&text) {
            Ok(value) => without_objects(value, person).and_then(|value| serde_json::to_vec(&value).ok()),
            Err(_) => Some(
                text.split_inclusive('\n').filter(|line| !person.is_numbered_in(line)).collect::<String>().into_bytes(),
            ),
        };
        let to = left.map(|left| folder.keep(Kept::Answers, &left)).transpose()?;
        folder.move_away(Kept::Answers.folder(), &hash, to.as_deref())?;
        gone.push(hash);
    }
    for path in names(&folder.path().join(Kept::Answers.folder()))? {
        let is_note = path.extension().is_some_and(|ending| ending == "json");
        let text = if is_note { std::fs::read_to_string(&path).unwrap_or_default() } else { String::new() };
        if gone.iter().any(|hash| text.contains(hash.as_str())) {
            std::fs::remove_file(&path).map_err(ServicesError::file("erasing", &path))?;
        }
    }
    Ok(())
}

/// A JSON value without the smallest members of lists that hold one of the numbers; nothing where the value itself does.
fn without_objects(value: Value, person: &Person) -> Option<Value> {
    match value {
        Value::Array(items) => {
            Some(Value::Array(items.into_iter().filter_map(|item| without_objects(item, person)).collect()))
        }
        Value::Object(fields) => {
            let mut kept = serde_json::Map::new();
            for (name, field) in fields {
                let is_list = field.is_array();
                match without_objects(field, person) {
                    Some(field) => kept.insert(name, field),
                    None if is_list => None,
                    None => return None,
                };
            }
            Some(Value::Object(kept))
        }
        Value::String(found) if person.is_numbered_in(&found) => None,
        Value::Number(found) if person.is_numbered_in(&found.to_string()) => None,
        other => Some(other),
    }
}

/// Whether a register's answers, or the register that lies in the data folder, hold one of the person's numbers.
pub(super) fn knows_a_number(folder: &DataFolder, person: &Person) -> Result<bool, ServicesError> {
    let register = std::fs::read(folder.path().join(LOCAL_REGISTER_FILE)).unwrap_or_default();
    if person.is_numbered_in(&String::from_utf8_lossy(&register)) {
        return Ok(true);
    }
    for hash in folder.hashes(Kept::Answers.folder())? {
        if person.is_numbered_in(&String::from_utf8_lossy(&folder.read(Kept::Answers, &hash)?)) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person() -> Person {
        let accounts = ["411DUP".to_owned()].into();
        let mut person = Person::new(accounts, ["732829320".parse().unwrap()].into(), "request").unwrap();
        person.names.insert("Jean Dupont".to_owned());
        person.invoices.insert("F1".to_owned());
        person
    }

    #[test]
    fn a_journal_keeps_amounts_and_days_and_loses_the_name() {
        let text = "JournalCode\tCompteNum\tCompAuxNum\tCompAuxLib\tPieceRef\tEcritureLib\tDebit\n\
                    VE\t411000\t411DUP\tJean Dupont\tF1\tFacture F1\t120,00\n\
                    VE\t706000\t\t\tF1\tvente à JEAN DUPONT\t0,00\n\
                    VE\t411000\t411ABC\tABC SARL\tF2\tFacture F2\t60,00\n";
        let person = person();
        let out = journal(text, &person);
        let (token, number) = (&person.token, person.number("F1"));
        let expected = format!(
            "JournalCode\tCompteNum\tCompAuxNum\tCompAuxLib\tPieceRef\tEcritureLib\tDebit\n\
             VE\t411000\t{token}\t\t{number}\t\t120,00\n\
             VE\t706000\t\t\t{number}\t\t0,00\n\
             VE\t411000\t411ABC\tABC SARL\tF2\tFacture F2\t60,00\n"
        );
        assert_eq!(out, expected);
        assert_eq!(journal(&out, &person), out);
    }

    #[test]
    fn answers_lose_the_objects_that_hold_the_number() {
        let answer = json!({"total": 2, "results": [
            {"siren": "732829320", "name": "Jean"}, {"siren": "552100554", "links": ["732829320", "1"]}
        ]});
        let left = without_objects(answer, &person()).unwrap();
        assert_eq!(left, json!({"total": 2, "results": [{"siren": "552100554", "links": ["1"]}]}));
        assert_eq!(without_objects(json!({"siren": "732829320"}), &person()), None);
        assert_eq!(without_objects(json!([{"number": 732_829_320}]), &person()), Some(json!([])));
    }

    #[test]
    fn names_are_found_whatever_their_case_and_short_ones_only_alone() {
        let mut person = person();
        person.names.insert("Li".to_owned());
        for (text, named) in [
            ("règlement JEAN DUPONT", true),
            ("FR32732829320", true),
            ("li", true),
            ("livraison", false),
            ("Dupont", false),
        ] {
            assert_eq!(person.is_named_in(text), named, "{text}");
        }
        assert!(person.is_in_document(r#"{"subject":"411DUP"}"#) && !person.is_in_document(r#"{"subject":"411DUP2"}"#));
    }
}
