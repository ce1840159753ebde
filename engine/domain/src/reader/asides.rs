//! Rows that are no rows of the table: totals and subtotals, the header again after a page break, what a program
//! printed below. They are told with their line and never taken.
//!
//! A row is looked at only where it has nothing that makes it one of the table: no number of its own and no date, what
//! a total is labelled with aside. A label that says nothing but "total" is certain. A label that might be a client's
//! name (`Total Énergies`) or no label at all is a total only where its amount is the sum of the rows above; else the
//! row is refused like any other that lacks its values.

use std::collections::BTreeMap;

use super::columns::Columns;
use super::field::{Field, TableKind};
use super::rows::Rows;
use crate::money::{Currency, Money};
use crate::words::folded;

/// What a row is that is none of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Aside {
    /// Passed over, and why.
    Passed(String),
    /// Perhaps a total, perhaps a row that lacks its values.
    Doubtful(String),
}

/// What is needed to tell a total from a row.
#[derive(Debug, Default)]
pub(super) struct Asides {
    all: Sums,
    since_total: Sums,
    faulty_rows: bool,
    /// The client of the row before, as the file writes it.
    client: String,
}

#[derive(Debug, Default)]
struct Sums {
    by_currency: BTreeMap<Currency, Sum>,
}

/// What rows of one currency add up to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    minor: i128,
    rows: u64,
}

impl Sums {
    fn add(&mut self, amount: Money) {
        let sum = self.by_currency.entry(amount.currency()).or_default();
        sum.minor += i128::from(amount.minor());
        sum.rows += 1;
    }

    fn of(&self, currency: Currency) -> Option<i128> {
        self.by_currency.get(&currency).map(|sum| sum.minor)
    }

    /// Whether an amount is the sum of at least so many rows: of those of its currency, or of all as if they had one, which is
    /// what a column adds up to. A single row's sum is any row that repeats its amount.
    fn is(&self, amount: Money, least_rows: u64) -> bool {
        let own = self.by_currency.get(&amount.currency()).copied().unwrap_or_default();
        let column = self
            .by_currency
            .values()
            .fold(Sum::default(), |sum, one| Sum { minor: sum.minor + one.minor, rows: sum.rows + one.rows });
        [own, column].iter().any(|sum| sum.rows >= least_rows && sum.minor == i128::from(amount.minor()))
    }
}

impl Asides {
    /// A row that was taken, with its client and amount.
    pub fn taken(&mut self, client: &str, amount: Option<Money>) {
        self.client.clear();
        self.client.push_str(client);
        if let Some(amount) = amount {
            self.all.add(amount);
            self.since_total.add(amount);
        }
    }

    /// A row that could not be taken: sums no longer add up.
    pub fn refused(&mut self) {
        self.faulty_rows = true;
    }

    /// Looks whether the present row is none of the table; `amount` reads its amount if it has one.
    pub fn look(
        &mut self,
        rows: &Rows<'_>,
        columns: &Columns,
        amount: impl FnOnce() -> Option<Money>,
    ) -> Option<Aside> {
        if repeats_header(rows, columns) {
            return Some(Aside::Passed("the column names again, passed over".to_owned()));
        }
        if has_identity(rows, columns) {
            return None;
        }
        let label = label(rows, columns);
        match label {
            Some((label, Labelled::Total)) => {
                let amount = amount();
                let reason = self.total(&label, amount);
                Some(Aside::Passed(reason))
            }
            Some((label, Labelled::PerhapsTotal)) => {
                let amount = amount()?;
                let certain =
                    self.names_client_before(&label) || self.all.is(amount, 2) || self.since_total.is(amount, 1);
                let reason = self.total(&label, Some(amount));
                Some(if certain { Aside::Passed(reason) } else { Aside::Doubtful(doubtful(&label)) })
            }
            Some((label, Labelled::Printed)) => {
                Some(Aside::Passed(format!("printed below the table and passed over: `{label}`")))
            }
            Some((_, Labelled::Otherwise)) => None,
            None => {
                let amount = amount().filter(|amount| amount.minor() != 0)?;
                let certain = self.all.is(amount, 2) || self.since_total.is(amount, 2);
                certain.then(|| Aside::Passed(self.total("", Some(amount))))
            }
        }
    }

    /// `Total 411DUPONT` below the rows of 411DUPONT.
    fn names_client_before(&self, label: &str) -> bool {
        let client = folded(&self.client);
        let rest = folded(label);
        let rest = rest.strip_suffix(&client).filter(|_| !client.is_empty());
        rest.is_some_and(|rest| {
            rest.ends_with(' ') && labelled(rest.trim_end_matches([' ', ':', '-'])) == Labelled::Total
        })
    }

    fn total(&mut self, label: &str, amount: Option<Money>) -> String {
        let named = if label.is_empty() { String::new() } else { format!(" `{label}`") };
        let since = std::mem::take(&mut self.since_total);
        let Some(amount) = amount else { return format!("a total{named}, not taken") };
        let adds_up = self.all.is(amount, 1) || since.is(amount, 1);
        let faulty = if self.faulty_rows { "; rows that cannot be taken are not in it" } else { "" };
        let sums = [&since, &self.all].map(|sums| sums.of(amount.currency()));
        match sums {
            _ if adds_up => format!("a total{named}, not taken; it is the sum of the rows above"),
            [Some(since), Some(all)] if since != all => format!(
                "a total{named}, not taken; it says {amount}, the rows above add up to {} and since the last total to {}{faulty}",
                shown(all, amount.currency()),
                shown(since, amount.currency()),
            ),
            [_, Some(all)] => format!(
                "a total{named}, not taken; it says {amount}, the rows above add up to {}{faulty}",
                shown(all, amount.currency()),
            ),
            [_, None] => format!("a total{named}, not taken"),
        }
    }
}

fn shown(minor: i128, currency: Currency) -> String {
    i64::try_from(minor)
        .map_or_else(|_| "more than can be shown".to_owned(), |minor| Money::from_minor(minor, currency).to_string())
}

fn doubtful(label: &str) -> String {
    format!(
        "cannot tell whether `{label}` is a total or a row without its number and dates, as its amount is not the sum of \
         the rows above; hint: drop the line, or complete it"
    )
}

fn repeats_header(rows: &Rows<'_>, columns: &Columns) -> bool {
    let mut named = columns.header.iter().enumerate().filter(|(_, name)| !name.is_empty());
    let same = |(at, name): (usize, &String)| {
        // A repeated name has its number in the header and not in the row.
        let name =
            name.rsplit_once(" (").filter(|(_, number)| number.ends_with(')')).map_or(name.as_str(), |(name, _)| name);
        let found = rows.record.get(at).unwrap_or_default().trim();
        // Asked of every row, so without a copy of either.
        let mut letters = found.chars().flat_map(char::to_lowercase);
        name.chars().flat_map(char::to_lowercase).all(|letter| letters.next() == Some(letter))
    };
    named.next().is_some_and(same) && named.all(same)
}

/// What makes a row one of the table.
fn identity(kind: TableKind) -> &'static [Field] {
    match kind {
        // Days first: most rows have one, and it takes no look at words.
        TableKind::Invoices => &[Field::IssueDate, Field::DueDate, Field::PaidDate, Field::InvoiceId],
        TableKind::Payments => &[Field::PaidDate, Field::InvoiceId],
        TableKind::Clients => {
            &[Field::ClientId, Field::Name, Field::Siren, Field::VatNumber, Field::City, Field::Email]
        }
        TableKind::Orders => &[Field::OrderDate, Field::DeliveryDate, Field::OrderId],
    }
}

fn has_identity(rows: &Rows<'_>, columns: &Columns) -> bool {
    identity(columns.kind).iter().any(|field| {
        let text = columns.position(*field).and_then(|at| rows.record.get(at)).unwrap_or_default().trim();
        !text.is_empty() && labelled(text) == Labelled::Otherwise
    })
}

/// The first text of a row that is neither an amount nor its currency, and what it says.
fn label(rows: &Rows<'_>, columns: &Columns) -> Option<(String, Labelled)> {
    let is_amount = |at: usize| {
        columns.fields().any(|(field, place)| place == at && (field.is_amount() || field == Field::Currency))
    };
    let texts = rows.record.iter().enumerate().filter(|(at, text)| !text.trim().is_empty() && !is_amount(*at));
    // Counts and other figures stand beside a total too.
    let is_figure = |text: &str| !text.chars().any(char::is_alphabetic);
    let mut texts = texts.map(|(_, text)| text.trim()).filter(|text| !is_figure(text));
    let first = texts.next()?;
    let said = std::iter::once(first).chain(texts).map(|text| (text, labelled(text)));
    let (text, said) = said.max_by_key(|(_, said)| *said)?;
    Some((text.to_owned(), said))
}

/// Whether a row has a text that says total or was printed below the table.
pub(super) fn is_labelled(record: &csv::StringRecord) -> bool {
    record.iter().any(|text| matches!(labelled(text.trim()), Labelled::Total | Labelled::Printed))
}

/// What a text says about its row; the greatest of a row's texts holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Labelled {
    Otherwise,
    PerhapsTotal,
    Printed,
    Total,
}

/// Words with which a total begins.
const TOTALS: &[&str] = &[
    "total",
    "totaux",
    "sous total",
    "sous totaux",
    "ss total",
    "sub total",
    "subtotal",
    "grand total",
    "solde",
    "soldes",
    "balance",
    "cumul",
    "somme",
    "sum",
    "report",
    "a reporter",
    "carried forward",
    "brought forward",
    "totals",
];

/// Words that may follow and say nothing else.
const AFTER_TOTAL: &[&str] = &[
    "general",
    "generaux",
    "generale",
    "client",
    "clients",
    "customer",
    "customers",
    "facture",
    "factures",
    "invoice",
    "invoices",
    "ttc",
    "ht",
    "tva",
    "vat",
    "du",
    "de",
    "des",
    "la",
    "le",
    "les",
    "l",
    "d",
    "mois",
    "page",
    "eur",
    "euro",
    "euros",
    "usd",
    "periode",
    "a",
    "payer",
    "restant",
    "reste",
    "regler",
    "regle",
    "compte",
    "comptes",
    "tiers",
    "for",
    "of",
    "the",
    "due",
    "amount",
    "montant",
    "global",
    "globale",
    "echu",
    "non",
    "et",
    "par",
    "en",
    "au",
    "ce",
    "jour",
    "final",
    "finale",
    "cumul",
    "dû",
    "open",
    "ligne",
    "lignes",
    "commande",
    "commandes",
    "orders",
];

/// How what a program prints below a table begins.
const PRINTED: &[&str] = &[
    "page ",
    "edite le",
    "editee le",
    "edition du",
    "edition le",
    "imprime le",
    "exporte le",
    "export du",
    "export le",
    "genere le",
    "generated on",
    "printed on",
    "exported on",
    "date d'edition",
    "date d'impression",
    "fin de l'edition",
    "fin du document",
    "end of report",
    "---",
    "===",
    "***",
];

fn labelled(text: &str) -> Labelled {
    // Nothing that begins otherwise gets as far as being folded.
    if !text.starts_with(|letter: char| letter.is_alphabetic() || matches!(letter, '*' | '-' | '=')) {
        return Labelled::Otherwise;
    }
    let plain = folded(text);
    if PRINTED.iter().any(|words| plain.starts_with(words)) {
        return Labelled::Printed;
    }
    let words: Vec<&str> =
        plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let joined = words.join(" ");
    let begins =
        |total: &&&str| joined == **total || joined.strip_prefix(**total).is_some_and(|rest| rest.starts_with(' '));
    let Some(total) = TOTALS.iter().filter(begins).max_by_key(|total| total.len()) else { return Labelled::Otherwise };
    let mut rest = joined.get(total.len()..).unwrap_or_default().split_whitespace();
    let says_nothing = |word: &str| AFTER_TOTAL.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit());
    if rest.all(says_nothing) { Labelled::Total } else { Labelled::PerhapsTotal }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        for (text, said) in [
            ("Total", Labelled::Total),
            ("TOTAL GÉNÉRAL", Labelled::Total),
            ("Sous-total client", Labelled::Total),
            ("Sous-total :", Labelled::Total),
            ("Solde dû au 31/01/2026", Labelled::Total),
            ("Grand total (EUR)", Labelled::Total),
            ("À reporter", Labelled::Total),
            ("Total Énergies SE", Labelled::PerhapsTotal),
            ("Total client DUPONT", Labelled::PerhapsTotal),
            ("Totalement autre", Labelled::Otherwise),
            ("Soldes & Cie", Labelled::PerhapsTotal),
            ("Page 1/3", Labelled::Printed),
            ("Édité le 31/01/2026", Labelled::Printed),
            ("DUPONT", Labelled::Otherwise),
            ("F-0001", Labelled::Otherwise),
            ("1234", Labelled::Otherwise),
        ] {
            assert_eq!(labelled(text), said, "{text}");
        }
    }
}
