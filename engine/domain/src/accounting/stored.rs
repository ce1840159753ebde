//! A journal as text: a FEC of our own writing, sorted, with the columns that the law does not ask for.

use std::fmt::Write;

use super::entries::Entries;
use super::journal::{Journal, Record};
use super::line::LineNature;
use crate::day::Day;
use crate::money::Money;

/// The columns, in order. The last five are ours: due date, means of payment, what the writing program calls the line,
/// and the last day of the file that the line was taken from.
pub(crate) const COLUMNS: [&str; 22] = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
    "DateLimitReglmt",
    "ModeRglt",
    "NatureLigne",
    "EtatAu",
];

impl Journal {
    /// The lines that matter for clients as text that the FEC reader reads back: tabs, UTF-8, sorted. Two journals of
    /// the same lines give the same text, and nothing that [`understand`](super::understand) uses is lost. Entries that
    /// touch no client are left out.
    pub fn to_fec(&self) -> String {
        let mut whole = self.clone();
        whole.take_repeats_once();
        let entries = Entries::of(&whole);
        whole.keep_entries_of_clients(&entries);
        let mut lines: Vec<String> = whole.records.iter().map(|record| whole.written(record)).collect();
        lines.sort_unstable();
        let mut text = COLUMNS.join("\t");
        for line in lines {
            text.push('\n');
            text.push_str(&line);
        }
        text.push('\n');
        text
    }

    fn written(&self, record: &Record) -> String {
        let mut line = String::with_capacity(200);
        let text = |symbol| plain(self.text(symbol));
        let day = |day: Option<Day>| day.map(|day| day.date().format("%Y%m%d").to_string()).unwrap_or_default();
        let (debit, credit) = if record.amount < 0 { (0, record.amount.saturating_neg()) } else { (record.amount, 0) };
        let foreign =
            record.foreign.map(|(minor, currency)| (Money::from_minor(minor, currency).decimal(), currency.code()));
        let (foreign, currency) = foreign.unwrap_or_default();
        let nature = match record.nature {
            None => "",
            Some(LineNature::Invoice) => "facture",
            Some(LineNature::CreditNote) => "avoir",
            Some(LineNature::Receipt) => "reglement",
        };
        let fields = [
            text(record.journal),
            text(record.journal_name),
            text(record.entry),
            day(Some(record.date)),
            text(record.account),
            text(record.account_name),
            text(record.auxiliary),
            text(record.auxiliary_name),
            text(record.piece),
            day(record.piece_date),
            text(record.label),
            cents(debit),
            cents(credit),
            text(record.letter),
            day(record.letter_date),
            day(record.validated_on),
            foreign.replace('.', ","),
            currency.to_owned(),
            day(record.due_date),
            text(record.means_of_payment),
            nature.to_owned(),
            day(record.state_of),
        ];
        for (place, field) in fields.iter().enumerate() {
            let separator = if place == 0 { "" } else { "\t" };
            // Writing to a text cannot fail.
            let _ = write!(line, "{separator}{field}");
        }
        line
    }
}

/// Two decimals, whatever the currency of the books calls them.
fn cents(minor: i64) -> String {
    format!("{},{:02}", minor / 100, minor % 100)
}

/// A text without anything that would end a field.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
