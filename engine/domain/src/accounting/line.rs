//! One line of an accounting entry, and many of them.

use crate::day::Day;
use crate::ledger::Place;

/// What the program that wrote the line says it is, where it says so (Cegid's nature, Sage's type of piece).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineNature {
    /// An invoice to a client.
    Invoice,
    /// A credit note to a client.
    CreditNote,
    /// A receipt from a client.
    Receipt,
}

/// One line of an entry, as a reader finds it; texts are trimmed, empty where the file says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'t> {
    /// Where it stood.
    pub place: Place,
    /// Code of the journal (FEC `JournalCode`).
    pub journal: &'t str,
    /// Name of the journal.
    pub journal_name: &'t str,
    /// Number of the entry (FEC `EcritureNum`); lines of one journal, number and day are one entry.
    pub entry: &'t str,
    /// Day of booking (FEC `EcritureDate`).
    pub date: Day,
    /// General account (FEC `CompteNum`).
    pub account: &'t str,
    /// Its name.
    pub account_name: &'t str,
    /// Auxiliary account, the client (FEC `CompAuxNum`).
    pub auxiliary: &'t str,
    /// Its name.
    pub auxiliary_name: &'t str,
    /// Number of the document (FEC `PieceRef`).
    pub piece: &'t str,
    /// Day of the document (FEC `PieceDate`).
    pub piece_date: Option<Day>,
    /// Label (FEC `EcritureLib`).
    pub label: &'t str,
    /// Amount in cents of the bookkeeping currency: debit positive, credit negative.
    pub amount: i64,
    /// Matching letter (FEC `EcritureLet`), case kept.
    pub letter: &'t str,
    /// Day of the matching work, not of a payment (FEC `DateLet`).
    pub letter_date: Option<Day>,
    /// Day on which the entry became final (FEC `ValidDate`); empty while provisional.
    pub validated_on: Option<Day>,
    /// Due date, where the file states one.
    pub due_date: Option<Day>,
    /// Means of payment, where the file states one.
    pub means_of_payment: &'t str,
    /// Establishment that the line belongs to, where the file states one.
    pub establishment: &'t str,
    /// What the writing program says the line is.
    pub nature: Option<LineNature>,
    /// Amount in another currency in its minor unit (FEC `Montantdevise`), signed as `amount`, with its ISO 4217 code.
    pub foreign: Option<(i64, crate::money::Currency)>,
}
