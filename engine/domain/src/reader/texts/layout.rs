//! Where each field of a text stands: layouts as data.

use std::borrow::Cow;

/// What a field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Code of the journal.
    Journal,
    /// Day of booking.
    Date,
    /// Number of the entry.
    Entry,
    /// What the line is: `FC` invoice to a client, `AC` credit note, `RC` receipt.
    Nature,
    /// General account, or the client's own account where there is no auxiliary.
    Account,
    /// Name of the account.
    AccountName,
    /// `X` auxiliary, `A` analytic, `G` or blank general.
    LineType,
    /// Auxiliary account: the client.
    Auxiliary,
    /// Its name.
    AuxiliaryName,
    /// Number of the invoice.
    Invoice,
    /// Number of the document.
    Piece,
    /// Reference, when there is neither invoice nor document number.
    Reference,
    /// Day of the document.
    PieceDate,
    /// Label.
    Label,
    /// Means of payment.
    Means,
    /// Due date.
    Due,
    /// `D` debit or `C` credit.
    Side,
    /// A sign beside the amount: `+`, `-` or blank.
    Sign,
    /// Amount, whose direction [`What::Side`] gives.
    Amount,
    /// Amount with its sign, debit positive.
    SignedAmount,
    /// Debit.
    Debit,
    /// Credit.
    Credit,
    /// Matching letter.
    Letter,
    /// Day of the matching.
    LetterDate,
    /// Kind of record, for texts that mix several.
    Record,
}

impl What {
    /// Every field with its word in layout files.
    pub const ALL: &'static [(What, &'static str)] = &[
        (What::Journal, "journal"),
        (What::Date, "date"),
        (What::Entry, "entry"),
        (What::Nature, "nature"),
        (What::Account, "account"),
        (What::AccountName, "account_name"),
        (What::LineType, "line_type"),
        (What::Auxiliary, "auxiliary"),
        (What::AuxiliaryName, "auxiliary_name"),
        (What::Invoice, "invoice"),
        (What::Piece, "piece"),
        (What::Reference, "reference"),
        (What::PieceDate, "piece_date"),
        (What::Label, "label"),
        (What::Means, "means_of_payment"),
        (What::Due, "due_date"),
        (What::Side, "side"),
        (What::Sign, "sign"),
        (What::Amount, "amount"),
        (What::SignedAmount, "signed_amount"),
        (What::Debit, "debit"),
        (What::Credit, "credit"),
        (What::Letter, "letter"),
        (What::LetterDate, "letter_date"),
        (What::Record, "record"),
    ];

    /// The word that stands in layout files and faults.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(what, _)| *what == self).map_or("field", |(_, word)| word)
    }
}

/// Where one field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub what: What,
    /// First column, counted from 0; in a delimited text the place among the fields, counted from 0.
    pub start: usize,
    /// Columns; 1 in a delimited text.
    pub length: usize,
}

/// How amounts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amounts {
    /// With a decimal mark where there are cents: `1234,50` or `1234.50`, `1234`.
    Decimal,
    /// Whole cents: `123450`.
    Cents,
    /// One of the two: with a decimal mark anywhere in the file it is `Decimal`, without any it is asked.
    Ask,
}

/// How a line is cut into fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// By columns.
    Fixed,
    /// By a delimiter; a field may stand in quotes.
    Delimited(char),
}

/// A record that names an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NameRecord {
    /// What stands in [`What::Record`].
    pub record: char,
    /// Where the account stands: start and length.
    pub account: (usize, usize),
    /// Where its name stands.
    pub name: (usize, usize),
}

/// A text's layout.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    /// What the text is called, for messages.
    pub name: Cow<'static, str>,
    pub shape: Shape,
    pub slots: Cow<'static, [Slot]>,
    /// A chrono format.
    pub date: Cow<'static, str>,
    pub amounts: Amounts,
    /// Lines at the top that hold no entry.
    pub skipped_lines: usize,
    /// The value of [`What::Record`] that marks a line of an entry; other records are passed over.
    pub record: Option<char>,
    pub names: Option<NameRecord>,
    /// The section that holds entries, in texts whose lines `##Section` part them.
    pub section: Option<&'static str>,
    /// Whether it is one of ours that was told from the content, and not given by the person.
    pub is_usual: bool,
}

impl Layout {
    /// Where a field stands.
    pub fn slot(&self, what: What) -> Option<Slot> {
        self.slots.iter().copied().find(|slot| slot.what == what)
    }

    /// Columns that a line must have to hold every field that must be there.
    pub fn least_width(&self) -> usize {
        let must = |slot: &&Slot| {
            matches!(
                slot.what,
                What::Date | What::Account | What::Side | What::Amount | What::SignedAmount | What::Debit
            )
        };
        self.slots.iter().filter(must).map(|slot| slot.start + slot.length).max().unwrap_or(0)
    }

    /// Columns of a whole line.
    pub fn width(&self) -> usize {
        self.slots.iter().map(|slot| slot.start + slot.length).max().unwrap_or(0)
    }
}

const fn at(what: What, start: usize, length: usize) -> Slot {
    Slot { what, start, length }
}

const fn fixed(name: &'static str, slots: &'static [Slot], date: &'static str, amounts: Amounts) -> Layout {
    usual(name, slots, date, amounts, Shape::Fixed, None)
}

const fn usual(
    name: &'static str,
    slots: &'static [Slot],
    date: &'static str,
    amounts: Amounts,
    shape: Shape,
    records: Option<(char, NameRecord)>,
) -> Layout {
    let (record, names) = match records {
        Some((record, names)) => (Some(record), Some(names)),
        None => (None, None),
    };
    Layout {
        name: Cow::Borrowed(name),
        shape,
        slots: Cow::Borrowed(slots),
        date: Cow::Borrowed(date),
        amounts,
        skipped_lines: 0,
        record,
        names,
        section: None,
        is_usual: true,
    }
}

/// Sage PNM: 105 columns; lengths of 112 (a number of the piece behind) and 138 exist, with these fields in place.
pub(super) static SAGE_PNM: Layout = fixed(
    "Sage PNM",
    &[
        at(What::Journal, 0, 3),
        at(What::Date, 3, 6),
        at(What::Nature, 9, 2),
        at(What::Account, 11, 13),
        at(What::LineType, 24, 1),
        at(What::Auxiliary, 25, 13),
        at(What::Reference, 38, 13),
        at(What::Label, 51, 25),
        at(What::Means, 76, 1),
        at(What::Due, 77, 6),
        at(What::Side, 83, 1),
        at(What::Amount, 84, 20),
    ],
    "%d%m%y",
    Amounts::Ask,
);

/// Sage 100's parametrable text in the layout that public exporters write; each user may set another.
pub(super) static SAGE_TEXT: Layout = fixed(
    "Sage text",
    &[
        at(What::Journal, 0, 6),
        at(What::Date, 6, 6),
        at(What::Account, 12, 13),
        at(What::AccountName, 25, 35),
        at(What::Entry, 60, 13),
        at(What::Invoice, 73, 17),
        at(What::Reference, 90, 17),
        at(What::Auxiliary, 130, 17),
        at(What::Label, 153, 35),
        at(What::Means, 188, 3),
        at(What::Due, 191, 6),
        at(What::Side, 229, 1),
        at(What::Debit, 258, 14),
        at(What::Credit, 272, 14),
        at(What::Letter, 286, 3),
    ],
    "%d%m%y",
    Amounts::Ask,
);

/// Quadra ASCII: record M is a line of an entry, record C names an account.
pub(super) static QUADRA: Layout = usual(
    "Quadra",
    &[
        at(What::Record, 0, 1),
        at(What::Account, 1, 8),
        at(What::Journal, 9, 2),
        at(What::Date, 14, 6),
        at(What::Label, 21, 20),
        at(What::Side, 41, 1),
        at(What::Sign, 42, 1),
        at(What::Amount, 43, 12),
        at(What::Due, 63, 6),
        at(What::Letter, 69, 2),
        at(What::Reference, 74, 5),
        at(What::Piece, 99, 8),
        at(What::Invoice, 148, 10),
    ],
    "%d%m%y",
    Amounts::Cents,
    Shape::Fixed,
    Some(('M', NameRecord { record: 'C', account: (1, 8), name: (9, 30) })),
);

/// Ciel XIMPORT.
pub(super) static CIEL_XIMPORT: Layout = fixed(
    "Ciel XIMPORT",
    &[
        at(What::Entry, 0, 5),
        at(What::Journal, 5, 2),
        at(What::Date, 7, 8),
        at(What::Due, 15, 8),
        at(What::Piece, 23, 12),
        at(What::Account, 35, 11),
        at(What::Label, 46, 25),
        at(What::Amount, 71, 13),
        at(What::Side, 84, 1),
        at(What::AccountName, 103, 34),
    ],
    "%Y%m%d",
    Amounts::Ask,
);

/// EBP's text: fields between commas.
pub(super) static EBP: Layout = usual(
    "EBP text",
    &[
        at(What::Date, 1, 1),
        at(What::Journal, 2, 1),
        at(What::Account, 3, 1),
        at(What::Label, 4, 1),
        at(What::Piece, 5, 1),
        at(What::Amount, 6, 1),
        at(What::Side, 7, 1),
        at(What::Due, 8, 1),
    ],
    "%d%m%Y",
    Amounts::Ask,
    Shape::Delimited(','),
    None,
);

/// `RImport.txt` of Sage 50 and newer Ciel programs: fields between tabs, in the section `Mvt`.
pub(super) static SAGE_RIMPORT: Layout = sectioned(
    "RImport",
    &[
        at(What::Entry, 0, 1),
        at(What::Journal, 1, 1),
        at(What::Date, 2, 1),
        at(What::Account, 3, 1),
        at(What::AccountName, 4, 1),
        at(What::Amount, 5, 1),
        at(What::Side, 6, 1),
        at(What::Label, 8, 1),
        at(What::Piece, 9, 1),
        at(What::Due, 11, 1),
    ],
    "%d/%m/%Y",
    "Mvt",
);

/// A text with tabs whose lines `##Section` part it.
const fn sectioned(name: &'static str, slots: &'static [Slot], date: &'static str, section: &'static str) -> Layout {
    Layout {
        name: Cow::Borrowed(name),
        shape: Shape::Delimited('\t'),
        slots: Cow::Borrowed(slots),
        date: Cow::Borrowed(date),
        amounts: Amounts::Ask,
        skipped_lines: 0,
        record: None,
        names: None,
        section: Some(section),
        is_usual: true,
    }
}
