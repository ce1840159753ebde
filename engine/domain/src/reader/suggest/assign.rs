//! Which column is which: names first, what the values are second, and which table the whole is.

use super::Guess;
use super::profile::Profile;
use super::synonyms::{fit, plain};
use crate::reader::field::{Field, TableKind};
use crate::text::Bilingual;

/// A column of the file, as it is looked at.
pub(super) struct Column {
    pub name: String,
    pub profile: Profile,
}

/// Less than this is not proposed.
const LEAST: u8 = 45;

/// One possible meaning of a column.
#[derive(Clone, Debug)]
struct Possible {
    field: Field,
    at: usize,
    score: u8,
    evidence: Vec<Bilingual>,
}

/// The table that the columns show, and their meanings in it.
pub(super) fn assigned(columns: &[Column]) -> (Option<TableKind>, Vec<Guess>) {
    let of = |kind: TableKind| (kind, assigned_as(columns, kind));
    let [invoices, payments, clients, orders] =
        [TableKind::Invoices, TableKind::Payments, TableKind::Clients, TableKind::Orders].map(of);
    let has = |guesses: &[Guess], field: Field| guesses.iter().any(|guess| guess.ours == Some(field));
    let sure = |guesses: &[Guess], field: Field| {
        guesses.iter().any(|guess| guess.ours == Some(field) && guess.confidence >= 70)
    };
    let lacks = |(kind, guesses): &(TableKind, Vec<Guess>)| kind.lacks(|field| has(guesses, field)).len();
    // Orders without VAT and without its rate: the map is given a rate to be confirmed.
    let orders_lack = orders.0.lacks(|field| has(&orders.1, field) || field == Field::VatRate).len();
    let is_order = sure(&orders.1, Field::OrderId) || sure(&orders.1, Field::OrderDate);
    let is_dated = sure(&invoices.1, Field::IssueDate) || sure(&invoices.1, Field::DueDate);
    const OF_CLIENTS: [Field; 8] = [
        Field::Siren,
        Field::VatNumber,
        Field::Terms,
        Field::CreditLimit,
        Field::InsuredAmount,
        Field::Owner,
        Field::Postcode,
        Field::Email,
    ];
    let client_signs = OF_CLIENTS.iter().filter(|field| has(&clients.1, **field)).count();
    let is_invoice = sure(&invoices.1, Field::InvoiceId) && has(&invoices.1, Field::Amount);
    let chosen = if orders_lack == 0 && is_order && !sure(&invoices.1, Field::DueDate) {
        orders
    } else if lacks(&invoices) == 0 {
        invoices
    } else if lacks(&payments) == 0 && !is_dated {
        payments
    } else if lacks(&clients) == 0 && client_signs >= 1 && !is_invoice && !is_dated {
        clients
    } else {
        // None is whole: the one of which least is missing, for its share of what it needs.
        let missing = |one: &(TableKind, Vec<Guess>)| lacks(one) * 60 / one.0.required().len();
        // A list of invoices that lacks due dates: some of them are still open, and no payment is.
        let some_open = is_dated && is_partly_filled(columns, &payments.1, Field::PaidDate);
        let all = [Some(invoices), Some(payments).filter(|_| !some_open), Some(orders)];
        let mut best = all.into_iter().flatten();
        let Some(first) = best.next() else { return (None, Vec::new()) };
        best.fold(first, |best, next| if missing(&next) < missing(&best) { next } else { best })
    };
    let nothing = chosen.1.iter().all(|guess| guess.ours.is_none());
    (Some(chosen.0).filter(|_| !nothing), chosen.1)
}

/// Whether the column that is taken for this has rows without a value.
fn is_partly_filled(columns: &[Column], guesses: &[Guess], field: Field) -> bool {
    let guessed = guesses.iter().zip(columns).find(|(guess, _)| guess.ours == Some(field));
    guessed.is_some_and(|(_, column)| column.profile.filled < column.profile.values.len())
}

fn assigned_as(columns: &[Column], kind: TableKind) -> Vec<Guess> {
    let mut possible: Vec<Possible> = Vec::new();
    for (at, column) in columns.iter().enumerate().filter(|(_, column)| !column.name.is_empty()) {
        let name = plain(&column.name);
        for field in kind.fields() {
            if let Some((score, evidence)) = scored(field, kind, &name, column) {
                possible.push(Possible { field, at, score, evidence });
            }
        }
    }
    possible.sort_by(|left, right| {
        right.score.cmp(&left.score).then(left.field.cmp(&right.field)).then(left.at.cmp(&right.at))
    });
    let mut taken: Vec<Possible> = Vec::new();
    let amount_taken = |taken: &[Possible]| taken.iter().any(|one| one.field == Field::Amount);
    for one in &possible {
        let is_free = taken.iter().all(|other| other.field != one.field && other.at != one.at);
        if is_free && one.score >= LEAST {
            taken.push(one.clone());
        }
    }
    let has_id = taken.iter().any(|one| one.field == Field::ClientId);
    // What an amount can be made of says nothing beside the amount itself.
    let has_amount = amount_taken(&taken);
    taken.retain(|one| !has_amount || !(one.field.stands_for_amount() || one.field == Field::VatRate));
    let named = taken.iter_mut().find(|one| one.field == Field::Name);
    if let (true, Some(name)) = (kind == TableKind::Clients && !has_id, named) {
        name.field = Field::ClientId;
        name.score = name.score.min(60);
        let says =
            Bilingual::new("aucun code de client : le nom en tient lieu", "no client code: the name stands for it");
        name.evidence.push(says);
    }
    columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let own = taken.iter().find(|one| one.at == at);
            let others = possible.iter().filter(|one| one.at == at && Some(one.field) != own.map(|own| own.field));
            Guess {
                column: column.name.clone(),
                example: column.profile.example().map(str::to_owned),
                ours: own.map(|own| own.field),
                confidence: own.map_or(0, |own| own.score),
                evidence: own.map(|own| own.evidence.clone()).unwrap_or_default(),
                alternatives: others.take(3).map(|one| (one.field, one.score)).collect(),
            }
        })
        .collect()
}

/// Whether a column bears a usual name of one of ours.
pub(super) fn is_named(field: Field, name: &str) -> bool {
    const USUAL: u8 = 90;
    fit(field, &plain(name)) >= USUAL
}

/// How well a column fits one of ours, and why; absent when name or values speak against it.
fn scored(field: Field, kind: TableKind, name: &str, column: &Column) -> Option<(u8, Vec<Bilingual>)> {
    let profile = &column.profile;
    // In a table of payments the amount is what was paid.
    let by_name = match (field, kind) {
        (Field::Amount, TableKind::Payments) => fit(field, name).max(fit(Field::PaidAmount, name)),
        _ => fit(field, name),
    };
    let mut evidence = Vec::new();
    if by_name > 0 {
        let shown = crate::error::shortened(&column.name);
        evidence.push(Bilingual::new(format!("le nom « {shown} »"), format!("the name “{shown}”")));
    }
    let (fits, gain, says) = by_values(field, kind, profile);
    if !fits {
        return None;
    }
    evidence.extend(says);
    let alone = by_values_alone(field, profile);
    let score = if by_name == 0 { alone } else { (by_name + gain).min(99) };
    (score > 0).then_some((score, evidence))
}

/// Whether the values can be what the field holds, what that adds, and in words.
fn by_values(field: Field, kind: TableKind, profile: &Profile) -> (bool, u8, Option<Bilingual>) {
    if profile.filled == 0 {
        // Nothing was paid yet, or nobody filled the column in; a required column must have values.
        return (!kind.required().contains(&field), 0, None);
    }
    let said = |fr: &str, en: &str| Some(Bilingual::new(fr, en));
    let filled = profile.filled;
    match field {
        field if field.is_date() => (profile.is_days(), 6, said("des dates", "dates")),
        Field::Amount | Field::OpenAmount | Field::PaidAmount if profile.has_decimals() => {
            (profile.is_numbers(), 6, said("des montants avec décimales", "amounts with decimals"))
        }
        field if field.is_amount() => (profile.is_numbers() && !profile.is_days(), 3, said("des nombres", "numbers")),
        Field::VatRate | Field::Margin => {
            let shares = profile.values.iter().filter(|(text, _)| text.contains('%')).count();
            (profile.is_numbers() || shares * 10 >= filled * 9, 3, None)
        }
        Field::Siren => {
            let right = profile.sirens + profile.sirets;
            (profile.mostly(right), 8, said("des SIREN à clé juste", "SIREN with a right check digit"))
        }
        Field::VatNumber => {
            (profile.mostly(profile.vat_numbers), 8, said("des numéros de TVA justes", "right VAT numbers"))
        }
        Field::Email => (profile.mostly(profile.emails), 6, said("des adresses de messagerie", "mail addresses")),
        Field::Currency => (profile.mostly(profile.currencies), 6, said("des codes de devise", "currency codes")),
        Field::Terms => {
            let numbers = profile.mostly(profile.amounts) && !profile.has_decimals();
            (profile.terms * 2 >= filled || numbers, 6, said("des délais de paiement", "terms of payment"))
        }
        Field::InstalmentNo => (profile.is_numbers() && !profile.has_decimals(), 0, None),
        Field::InvoiceId | Field::OrderId => {
            let fits = profile.may_be_ids();
            let differs = profile.distinct * 10 >= filled * 7;
            let rises = filled > 2 && (profile.ascending + 1) * 10 >= filled * 8;
            match (differs, rises) {
                (true, true) => {
                    (fits, 8, said("des numéros tous différents, qui montent", "numbers that all differ, and rise"))
                }
                (true, false) => (fits, 5, said("des numéros presque tous différents", "numbers that mostly differ")),
                (false, _) => (fits, 0, None),
            }
        }
        Field::ClientId => {
            let fits = profile.may_be_ids();
            let recurs = profile.distinct < filled && kind != TableKind::Clients;
            let differs = profile.distinct == filled && kind == TableKind::Clients;
            match (recurs, differs) {
                (true, _) => (fits, 4, said("les mêmes clients reviennent", "the same clients recur")),
                (_, true) => (fits, 4, said("tous différents", "all differ")),
                _ => (fits, 0, None),
            }
        }
        Field::Name | Field::City | Field::Owner | Field::Insurer | Field::Group => {
            (!profile.is_days() && !profile.is_numbers(), 3, None)
        }
        Field::Kind => (!profile.is_days() && !profile.is_numbers() && known_words(profile, kind), 0, None),
        Field::PaymentKind | Field::DueDateOrigin | Field::Origin => (false, 0, None),
        _ => (!profile.is_days(), 0, None),
    }
}

/// Whether every value is one of our own words: another program's words are for the person to translate.
fn known_words(profile: &Profile, kind: TableKind) -> bool {
    let known = |text: &str| match kind {
        TableKind::Payments => crate::ledger::PaymentKind::parse(text).is_ok(),
        _ => crate::ledger::InvoiceKind::parse(text).is_ok(),
    };
    profile.values.iter().filter(|(text, _)| !text.is_empty()).all(|(text, _)| known(text))
}

/// What the values alone show where the name says nothing: only numbers that carry their own check.
fn by_values_alone(field: Field, profile: &Profile) -> u8 {
    let enough = profile.filled >= 3;
    match field {
        Field::Siren if enough && profile.nearly_all(profile.sirens + profile.sirets) => 75,
        Field::VatNumber if enough && profile.nearly_all(profile.vat_numbers) => 75,
        Field::Email if enough && profile.nearly_all(profile.emails) => 70,
        Field::Currency if enough && profile.nearly_all(profile.currencies) => 60,
        _ => 0,
    }
}
