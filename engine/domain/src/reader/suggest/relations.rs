//! What columns say together: in which form the days are written, which mark stands before the cents, whether an
//! invoice falls due after it is issued.

use super::profile::DATE_FORMS;
use super::synonyms::currency_in;
use super::{Column, Found};
use crate::day::Day;
use crate::money::Currency;
use crate::reader::amounts::{AmountForm, DecimalMark, Thousands};
use crate::reader::dates::DateForm;
use crate::reader::field::{Field, TableKind};
use crate::reader::sheet::Kind;
use crate::reader::written::{Mark, Written};
use crate::text::Bilingual;

/// How the file writes, as the map says it.
#[derive(Debug, Default)]
pub(super) struct Writing {
    /// Absent for ISO, or where a sheet has the days.
    pub date: Option<&'static str>,
    pub decimal: Option<DecimalMark>,
    pub thousands: Option<Thousands>,
    pub currency: Option<Currency>,
}

/// Settles the writing, drops what the values contradict, and adds what they show.
pub(super) fn settled(found: &mut Found) -> Writing {
    let date = date_form(found);
    let (decimal, thousands) = marks(found);
    let currency = currency(found);
    let form = date.and_then(|form| DateForm::new(form).ok()).unwrap_or(DateForm::ISO);
    compare_days(found, &form);
    let amounts = AmountForm { decimal: decimal.unwrap_or(DecimalMark::Point), thousands };
    refuse_other_balance(found, amounts);
    note_names_for_ids(found);
    Writing { date: date.filter(|form| *form != "iso"), decimal, thousands, currency }
}

/// The form that most days have; day or month first is settled by the order of days, else asked.
fn date_form(found: &mut Found) -> Option<&'static str> {
    let fields = found.guesses.iter().map(|guess| guess.ours.is_some_and(Field::is_date));
    let dated: Vec<&Column> =
        found.columns.iter().zip(fields).filter(|(_, is)| *is).map(|(column, _)| column).collect();
    let texts: usize = dated.iter().map(|column| column.profile.filled - column.profile.typed_days).sum();
    if texts == 0 {
        return None;
    }
    let covered = |form: usize| dated.iter().filter_map(|column| column.profile.by_form.get(form)).sum::<usize>();
    let counts: Vec<usize> = (0..DATE_FORMS.len()).map(covered).collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    let best: Vec<&'static str> =
        DATE_FORMS.iter().zip(&counts).filter(|(_, count)| **count == most).map(|(form, _)| *form).collect();
    let others: Vec<String> = dated
        .iter()
        .filter(|column| {
            let fits = DATE_FORMS.iter().position(|form| best.first() == Some(form));
            let own = fits.and_then(|at| column.profile.by_form.get(at)).copied().unwrap_or(0);
            own + column.profile.typed_days < column.profile.filled
        })
        .map(|column| column.name.clone())
        .collect();
    let chosen = by_order_of_days(found, &best);
    match (chosen, best.as_slice()) {
        (Some(form), _) => say_other_forms(found, form, others),
        (None, [form]) => say_other_forms(found, form, others),
        (None, [first, second, ..]) => {
            found.questions.push(Bilingual::new(
                format!(
                    "Rien ne montre si le jour ou le mois vient d'abord ; `{first}` est proposé, `{second}` est possible. \
                     Vérifiez `date`."
                ),
                format!(
                    "Nothing shows whether day or month comes first; `{first}` is proposed, `{second}` is possible. Check \
                     `date`."
                ),
            ));
            Some(first)
        }
        (None, []) => None,
    }
}

fn say_other_forms(found: &mut Found, form: &'static str, others: Vec<String>) -> Option<&'static str> {
    if !others.is_empty() {
        let names = crate::reader::names::listed(&others);
        found.questions.push(Bilingual::new(
            format!("Des dates ont une autre forme que `{form}` dans {names} ; ces lignes ne seront pas lues."),
            format!("Some days have another form than `{form}` in {names}; those rows will not be read."),
        ));
    }
    Some(form)
}

/// Of several forms the one in which no invoice falls due before its issue, where only one is such.
fn by_order_of_days(found: &Found, forms: &[&'static str]) -> Option<&'static str> {
    let (issue, due) = (found.column_of(Field::IssueDate)?, found.column_of(Field::DueDate)?);
    let in_order = |form: &&&'static str| {
        let Ok(form) = DateForm::new(form) else { return false };
        let mut pairs = issue.profile.days(&form).into_iter().zip(due.profile.days(&form));
        pairs.all(|pair| matches!(pair, (Some(issue), Some(due)) if issue <= due && due.days_since(issue) <= 366))
    };
    let mut fitting = forms.iter().filter(in_order);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) if forms.len() > 1 => Some(only),
        _ => None,
    }
}

/// The decimal mark and the thousands separator of the texts; asked where the values contradict each other.
fn marks(found: &mut Found) -> (Option<DecimalMark>, Option<Thousands>) {
    let is_amount = |field: Option<Field>| field.is_some_and(Field::is_amount);
    let amounts: Vec<&Column> = found
        .columns
        .iter()
        .zip(&found.guesses)
        .filter(|(_, guess)| is_amount(guess.ours))
        .map(|(column, _)| column)
        .collect();
    let sum = |count: fn(&Column) -> usize| amounts.iter().map(|column| count(column)).sum::<usize>();
    let (points, commas, unclear) = (
        sum(|column| column.profile.points),
        sum(|column| column.profile.commas),
        sum(|column| column.profile.unclear),
    );
    let texts = || {
        let values = amounts.iter().flat_map(|column| &column.profile.values);
        values.filter(|(_, kind)| kind.is_none_or(|kind| kind == Kind::Text)).map(|(text, _)| Written::of(text))
    };
    let has_blanks = texts().any(|written| written.digits.contains(char::is_whitespace));
    let has = |mark: char| texts().any(|written| written.digits.contains(mark));
    let (has_point, has_comma) = (has('.'), has(','));
    let decimal = match (points, commas) {
        (0, 0) if unclear == 0 && !has_blanks => return (None, None),
        (0, 0) if unclear == 0 => DecimalMark::Comma,
        (0, 0) => {
            let comma = found.delimiter != Some(b',');
            let (mark, example) = if comma { (DecimalMark::Comma, ",") } else { (DecimalMark::Point, ".") };
            found.questions.push(Bilingual::new(
                format!(
                    "Rien ne montre si `1.500` est mille cinq cents ; `decimal = \"{example}\"` est proposé. Vérifiez."
                ),
                format!(
                    "Nothing shows whether `1.500` is fifteen hundred; `decimal = \"{example}\"` is proposed. Check."
                ),
            ));
            mark
        }
        (points, commas) if points > 0 && commas > 0 => {
            found.questions.push(Bilingual::new(
                format!(
                    "{points} montants ont un point décimal et {commas} une virgule ; le plus fréquent est proposé."
                ),
                format!("{points} amounts have a decimal point and {commas} a comma; the more frequent is proposed."),
            ));
            if points >= commas { DecimalMark::Point } else { DecimalMark::Comma }
        }
        (0, _) => DecimalMark::Comma,
        _ => DecimalMark::Point,
    };
    let thousands = match decimal {
        _ if has_blanks => Some(Thousands::Space),
        DecimalMark::Comma if has_point && points == 0 => Some(Thousands::Point),
        DecimalMark::Point if has_comma && commas == 0 => Some(Thousands::Comma),
        _ => None,
    };
    (Some(decimal), thousands)
}

/// The currency that stands in a name or, where it must be asked, beside the amounts.
fn currency(found: &mut Found) -> Option<Currency> {
    let amount = [Field::Amount, Field::AmountExclVat, Field::Debit, Field::CreditLimit];
    let column = amount.into_iter().find_map(|field| found.column_of(field))?;
    if let Some(currency) = currency_in(&column.name) {
        return Some(currency).filter(|currency| *currency != Currency::EUR);
    }
    let unclear = column.profile.marks.iter().find_map(|mark| match mark {
        Mark::OneOf(codes) => Some(*codes),
        Mark::Certain(_) => None,
    })?;
    let first: Currency = unclear.first()?.parse().ok()?;
    let codes = crate::reader::names::listed(unclear);
    found.questions.push(Bilingual::new(
        format!("Le signe monétaire peut être {codes} ; `{first}` est proposé. Vérifiez `currency`."),
        format!("The currency sign may be {codes}; `{first}` is proposed. Check `currency`."),
    ));
    Some(first)
}

/// Days that follow each other as they should are evidence; days that do not are a question.
fn compare_days(found: &mut Found, form: &DateForm) {
    for (earlier, later) in [
        (Field::IssueDate, Field::DueDate),
        (Field::IssueDate, Field::PaidDate),
        (Field::OrderDate, Field::DeliveryDate),
    ] {
        let days = |field: Field| found.column_of(field).map(|column| column.profile.days(form));
        let (Some(first), Some(second)) = (days(earlier), days(later)) else { continue };
        let pairs: Vec<(Day, Day)> = first.into_iter().zip(second).filter_map(|(a, b)| Some((a?, b?))).collect();
        let backwards = pairs.iter().filter(|(first, second)| second < first).count();
        if pairs.is_empty() {
            continue;
        }
        if backwards == 0 {
            let says = Bilingual::new(
                format!("jamais avant `{}` sur {} lignes{}", earlier.name(), pairs.len(), usual_fr(&pairs)),
                format!("never before `{}` in {} rows{}", earlier.name(), pairs.len(), usual_en(&pairs)),
            );
            if let Some(guess) = found.guesses.iter_mut().find(|guess| guess.ours == Some(later)) {
                guess.evidence.push(says);
                guess.confidence = (guess.confidence + 3).min(99);
            }
        } else {
            let (count, all) = (backwards, pairs.len());
            found.questions.push(Bilingual::new(
                format!(
                    "`{}` précède `{}` dans {count} lignes sur {all}. Les colonnes sont-elles justes ?",
                    later.name(),
                    earlier.name()
                ),
                format!(
                    "`{}` comes before `{}` in {count} of {all} rows. Are the columns right?",
                    later.name(),
                    earlier.name()
                ),
            ));
        }
    }
}

/// The distance that half of the pairs have, when there is one.
fn usual(pairs: &[(Day, Day)]) -> Option<i32> {
    let mut distances: Vec<i32> = pairs.iter().map(|(first, second)| second.days_since(*first)).collect();
    distances.sort_unstable();
    let middle = distances.get(distances.len() / 2).copied()?;
    let same = distances.iter().filter(|distance| **distance == middle).count();
    (same * 2 >= distances.len() && pairs.len() > 1).then_some(middle)
}

fn usual_fr(pairs: &[(Day, Day)]) -> String {
    usual(pairs).map(|days| format!(", le plus souvent {days} jours après")).unwrap_or_default()
}

fn usual_en(pairs: &[(Day, Day)]) -> String {
    usual(pairs).map(|days| format!(", mostly {days} days after")).unwrap_or_default()
}

/// What is left to pay lies between nought and the amount; a running balance of the account does not.
fn refuse_other_balance(found: &mut Found, form: AmountForm) {
    let values = |field: Field| -> Option<Vec<Option<i64>>> {
        let column = found.column_of(field)?;
        let read = |(text, kind): &(String, Option<Kind>)| {
            let written = Written::of(text);
            let form = match kind {
                Some(Kind::Number) => AmountForm { decimal: DecimalMark::Point, thousands: None },
                _ => AmountForm { thousands: form.thousands.or_else(|| written.shown_thousands(form.decimal)), ..form },
            };
            form.parse(&written.digits, Currency::EUR).ok().map(crate::money::Money::minor)
        };
        Some(column.profile.values.iter().map(read).collect())
    };
    let claims = values(Field::Amount).or_else(|| {
        let less = |(debit, credit): (Option<i64>, Option<i64>)| match (debit, credit) {
            (None, None) => None,
            (debit, credit) => Some(debit.unwrap_or(0) - credit.unwrap_or(0)),
        };
        let (debits, credits) = (values(Field::Debit)?, values(Field::Credit)?);
        Some(debits.into_iter().zip(credits).map(less).collect())
    });
    let (Some(amounts), Some(open)) = (claims, values(Field::OpenAmount)) else { return };
    let mut pairs = amounts.into_iter().zip(open).filter_map(|(amount, open)| Some((amount?, open?)));
    let is_part = pairs.all(|(amount, open)| open == 0 || (amount < 0) == (open < 0) && open.abs() <= amount.abs());
    if is_part {
        return;
    }
    if let Some(guess) = found.guesses.iter_mut().find(|guess| guess.ours == Some(Field::OpenAmount)) {
        let name = guess.column.clone();
        guess.ours = None;
        guess.confidence = 0;
        guess.evidence.clear();
        found.questions.push(Bilingual::new(
            format!(
                "« {name} » dépasse le montant de la facture : c'est sans doute le solde du compte, qui n'est pas lu."
            ),
            format!("“{name}” exceeds the invoice: it is probably the account's balance, which is not read."),
        ));
    }
}

/// A name in place of a number joins what has one name: said, because two clients may share it.
fn note_names_for_ids(found: &mut Found) {
    let takes_names = matches!(found.table, Some(TableKind::Invoices | TableKind::Orders));
    let id = found.guesses.iter().find(|guess| guess.ours == Some(Field::ClientId)).filter(|_| takes_names);
    let Some(guess) = id.filter(|guess| guess.confidence < 85) else { return };
    let name = guess.column.clone();
    found.questions.push(Bilingual::new(
        format!("Les clients sont reconnus par « {name} » ; un code de client serait plus sûr s'il existe."),
        format!("Clients are told by “{name}”; a client code would be safer if there is one."),
    ));
}
