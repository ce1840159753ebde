//! The header of a FEC: where it stands, and which column is which.

use crate::reader::names::{is_near, plain_letters};
use crate::reader::table::DELIMITERS;

macro_rules! columns {
    ($($(#[$doc:meta])* $variant:ident = $name:literal [$($known:literal),*]),+ $(,)?) => {
        /// A column that means something.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Column {
            $($(#[$doc])* $variant),+
        }

        impl Column {
            const ALL: &'static [(Column, &'static str, &'static [&'static str])] =
                &[$((Column::$variant, $name, &[$($known),*])),+];
        }
    };
}

columns! {
    /// Code of the journal.
    Journal = "JournalCode" ["journalcode", "codejournal", "codejnl", "journal", "jnl", "codejal"],
    /// Name of the journal.
    JournalName = "JournalLib" ["journallib", "journallibelle", "libellejournal", "libjournal", "nomjournal"],
    /// Number of the entry.
    Entry = "EcritureNum" ["ecriturenum", "numecriture", "numeroecriture", "ecriturenumero", "noecriture", "nummouvement"],
    /// Day of booking.
    Date = "EcritureDate" ["ecrituredate", "dateecriture", "datecomptable", "datecompta"],
    /// General account.
    Account = "CompteNum" ["comptenum", "numcompte", "numerocompte", "comptenumero", "comptegeneral", "nocompte", "compte"],
    /// Its name.
    AccountName = "CompteLib" ["comptelib", "comptelibelle", "libellecompte", "libcompte", "intitulecompte", "glname"],
    /// Auxiliary account.
    Auxiliary = "CompAuxNum" ["compauxnum", "compteauxnum", "comptauxnum", "compteaux", "compteauxiliaire", "compteauxiliairenum", "auxnum", "compaux", "codeauxiliaire", "numcompteaux", "numcompteauxiliaire", "codetiers", "comptetiers", "auxiliaire"],
    /// Its name.
    AuxiliaryName = "CompAuxLib" ["compauxlib", "compteauxlib", "comptauxlib", "compteauxiliairelib", "compteauxlibelle", "libelleauxiliaire", "libcompteaux", "libelleaux", "nomtiers", "intituletiers", "libelletiers"],
    /// Number of the document.
    Piece = "PieceRef" ["pieceref", "refpiece", "referencepiece", "numpiece", "numeropiece", "nopiece", "piece", "piecereference"],
    /// Day of the document.
    PieceDate = "PieceDate" ["piecedate", "datepiece"],
    /// Label.
    Label = "EcritureLib" ["ecriturelib", "ecriturelibelle", "libelleecriture", "libecriture", "libelle"],
    /// Debit.
    Debit = "Debit" ["debit", "montantdebit"],
    /// Credit.
    Credit = "Credit" ["credit", "montantcredit"],
    /// Amount, where a side says which way.
    Amount = "Montant" ["montant"],
    /// The side.
    Side = "Sens" ["sens"],
    /// Matching letter.
    Letter = "EcritureLet" ["ecriturelet", "ecriturelettrage", "lettrage", "lettre", "codelettrage", "ecriturelettre"],
    /// Day of the matching.
    LetterDate = "DateLet" ["datelet", "datelettrage", "datelettre"],
    /// Day of validation.
    Validated = "ValidDate" ["validdate", "datevalid", "datevalidation", "validationdate"],
    /// Amount in another currency.
    Foreign = "Montantdevise" ["montantdevise", "montantendevise", "mntdevise"],
    /// The other currency.
    Currency = "Idevise" ["idevise", "devise", "codedevise", "identifiantdevise"],
    /// Due date.
    Due = "DateLimitReglmt" ["datelimitreglmt", "datelimitreglement", "datelimitereglement", "datelimitereglmt", "datelimitepaiement", "dateecheance", "datedecheance", "echeance", "echeancedate", "dateech", "duedate"],
    /// Means of payment.
    Means = "ModeRglt" ["moderglt", "modereglement", "modederglt", "modedereglement", "moyenpaiement", "moyendepaiement"],
    /// Number of the invoice, where the document's number is another.
    Invoice = "NumFacture" ["numfacture", "numerofacture", "facturenum", "nofacture", "numerodefacture"],
    /// Client, in files of cash-basis books.
    Client = "IdClient" ["idclient", "identifiantclient"],
    /// Establishment, which may follow the eighteenth column.
    Establishment = "CodeEtablissement" ["codeetablissement", "etablissementcode", "codeetab", "etablissement"],
    /// What the writing program calls the line; ours.
    Nature = "NatureLigne" ["natureligne"],
    /// To which day the file reached that the line comes from; ours.
    State = "EtatAu" ["etatau"],
}

const COLUMNS: usize = Column::ALL.len();

impl Column {
    /// As the law writes it.
    pub fn legal_name(self) -> &'static str {
        Self::ALL.iter().find(|(known, _, _)| *known == self).map_or("?", |(_, name, _)| *name)
    }

    /// Every name.
    pub fn legal() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|(_, name, _)| *name)
    }
}

/// The columns of one file.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub delimiter: u8,
    /// Names as the file has them.
    pub names: Vec<String>,
    /// Where each of [`Column::ALL`] stands.
    places: [Option<usize>; COLUMNS],
    /// Where the header's line starts and ends, and which line it is.
    pub start: usize,
    pub end: usize,
    pub line: u64,
    /// Known columns that stand twice; the first counts.
    pub repeated: Vec<String>,
}

impl Header {
    /// Looks for the header among the first lines.
    pub fn find(text: &str) -> Option<Self> {
        const LOOKED_AT: usize = 12;
        let lines = super::lines::Lines::new(text, 0, 1).take(LOOKED_AT);
        lines
            .filter_map(|(line, start, content)| {
                let headers = DELIMITERS.iter().map(|&delimiter| Self::of(content, delimiter));
                let best = headers.max_by_key(|header| (header.known(), std::cmp::Reverse(header.names.len())))?;
                best.is_fec().then_some(Self { line, start, end: start + content.len(), ..best })
            })
            .next()
    }

    /// A line that has most names of a FEC among its columns, as the law writes them, and still is no header of one. Other
    /// programs' names for the same things make a table, which a map file reads.
    pub fn near(text: &str) -> Option<Self> {
        const LOOKED_AT: usize = 12;
        const MOST: usize = 10;
        let lines = super::lines::Lines::new(text, 0, 1).take(LOOKED_AT);
        let headers = lines.flat_map(|(line, _, content)| {
            DELIMITERS.iter().map(move |&delimiter| Self { line, ..Self::of(content, delimiter) })
        });
        headers.filter(|header| header.legal() >= MOST && !header.is_fec()).max_by_key(Self::legal)
    }

    /// Columns that are named as the law names them.
    fn legal(&self) -> usize {
        let is_legal = |name: &&String| Column::legal().any(|legal| legal.eq_ignore_ascii_case(name));
        self.names.iter().filter(is_legal).count()
    }

    /// Columns without which lines are no entries and that are not there, each with a name that is nearly its own.
    pub fn missing(&self) -> Vec<(&'static str, Option<&str>)> {
        let has = |column: &Column| self.place(*column).is_some();
        let amounts: &[Column] = if has(&Column::Amount) || has(&Column::Side) {
            &[Column::Amount, Column::Side]
        } else {
            &[Column::Debit, Column::Credit]
        };
        let named = if has(&Column::Journal) { None } else { Some(Column::Entry) };
        let wanted = [Column::Date, Column::Account].into_iter().chain(amounts.iter().copied()).chain(named);
        let near = |ours: &str| {
            let unknown = self.names.iter().enumerate().filter(|(at, _)| !self.places.contains(&Some(*at)));
            unknown.map(|(_, name)| name.as_str()).find(|name| is_near(name, ours))
        };
        let missing = wanted.filter(|column| !has(column)).map(Column::legal_name);
        missing.map(|ours| (ours, near(ours))).collect()
    }

    /// A header without columns.
    pub fn empty() -> Self {
        Self::of("", b'\t')
    }

    fn of(line: &str, delimiter: u8) -> Self {
        let mut names: Vec<String> = line
            .split(char::from(delimiter))
            .map(|name| {
                name.trim_matches(|letter: char| letter == '"' || letter.is_whitespace() || letter == '\u{feff}')
                    .to_owned()
            })
            .collect();
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let mut header =
            Self { delimiter, names, places: [None; COLUMNS], start: 0, end: 0, line: 1, repeated: Vec::new() };
        for (at, name) in header.names.iter().enumerate() {
            let plain = plain_letters(name);
            for ((_, _, known), place) in Column::ALL.iter().zip(&mut header.places) {
                if known.contains(&plain.as_str()) {
                    if place.is_some() {
                        header.repeated.push(name.clone());
                    } else {
                        *place = Some(at);
                    }
                }
            }
        }
        header
    }

    fn known(&self) -> usize {
        self.places.iter().flatten().count()
    }

    /// Whether these are the columns of accounting entries: day, account, amount, and journal or number.
    fn is_fec(&self) -> bool {
        let has = |column| self.place(column).is_some();
        let amount = (has(Column::Debit) && has(Column::Credit)) || (has(Column::Amount) && has(Column::Side));
        let named = has(Column::Journal) || has(Column::Entry);
        has(Column::Date) && has(Column::Account) && amount && named && self.known() >= 6
    }

    /// Where a column stands.
    pub fn place(&self, column: Column) -> Option<usize> {
        Column::ALL.iter().zip(&self.places).find(|((known, _, _), _)| *known == column).and_then(|(_, place)| *place)
    }

    /// A column's name as the file has it.
    pub fn name(&self, column: Column) -> &str {
        self.place(column).and_then(|at| self.names.get(at)).map_or(column.legal_name(), String::as_str)
    }

    /// Fields that a row must have: up to the last column without which a line says nothing.
    pub fn least(&self) -> usize {
        let needed = [Column::Date, Column::Account, Column::Debit, Column::Credit, Column::Amount, Column::Side];
        needed.into_iter().filter_map(|column| self.place(column)).max().map_or(0, |last| last + 1)
    }
}
