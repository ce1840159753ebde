//! The state's whole registers as files: which they are, and what they say of the companies of the book alone.
//!
//! A file is never read whole into memory: Parquet by row groups, a table of text line by line. Rows about the companies
//! go through the same door as an answer of the register itself ([`RegisterSpec::parse`]).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use encours_core::company::bulk::{BulkRows, each_text, names_one, rows_about};
use encours_core::ledger::TableSource;
use encours_domain::fact::{Fact, FactKind};
use encours_domain::{Day, Siren};
use encours_sources::registers::{bodacc, insee_sirene, ratios_inpi_bce};
use encours_sources::{Raw, Reading, RegisterSpec};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::ServicesError;

/// A file of a whole register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BulkForm {
    /// INSEE's `StockUniteLegale`.
    Units,
    /// INSEE's `StockEtablissement`; of it the head offices, beside their units.
    Establishments,
    /// The export of `annonces-commerciales`.
    Bodacc,
    /// The export of `ratios_inpi_bce`.
    Ratios,
}

/// Column by which each is known, column of the numbers, and the columns that are read.
const FORMS: &[(BulkForm, &str, &str, &[&str])] = &[
    (BulkForm::Units, "statutDiffusionUniteLegale", "siren", UNITS),
    (BulkForm::Establishments, "statutDiffusionEtablissement", "siren", ESTABLISHMENTS),
    (BulkForm::Bodacc, "familleavis", "registre", BODACC),
    (BulkForm::Ratios, "date_cloture_exercice", "siren", RATIOS),
];

const UNITS: &[&str] = &[
    "siren",
    "statutDiffusionUniteLegale",
    "dateCreationUniteLegale",
    "trancheEffectifsUniteLegale",
    "anneeEffectifsUniteLegale",
    "dateDernierTraitementUniteLegale",
    "categorieEntreprise",
    "anneeCategorieEntreprise",
    "prenom1UniteLegale",
    "prenomUsuelUniteLegale",
    "dateDebut",
    "etatAdministratifUniteLegale",
    "nomUniteLegale",
    "nomUsageUniteLegale",
    "denominationUniteLegale",
    "categorieJuridiqueUniteLegale",
    "activitePrincipaleUniteLegale",
    "nicSiegeUniteLegale",
];
const ESTABLISHMENTS: &[&str] = &[
    "siren",
    "etablissementSiege",
    "statutDiffusionEtablissement",
    "complementAdresseEtablissement",
    "numeroVoieEtablissement",
    "indiceRepetitionEtablissement",
    "typeVoieEtablissement",
    "libelleVoieEtablissement",
    "codePostalEtablissement",
    "libelleCommuneEtablissement",
];
const BODACC: &[&str] = &[
    "id",
    "publicationavis",
    "parution",
    "dateparution",
    "numeroannonce",
    "typeavis",
    "familleavis",
    "registre",
    "listepersonnes",
    "jugement",
    "acte",
    "modificationsgenerales",
    "radiationaurcs",
    "depot",
    "parutionavisprecedent",
];
const RATIOS: &[&str] = &[
    "siren",
    "date_cloture_exercice",
    "type_bilan",
    "confidentiality",
    "chiffre_d_affaires",
    "marge_brute",
    "ebe",
    "ebit",
    "resultat_net",
    "taux_d_endettement",
    "ratio_de_liquidite",
    "ratio_de_vetuste",
    "autonomie_financiere",
    "couverture_des_interets",
    "caf_sur_ca",
    "capacite_de_remboursement",
    "marge_ebe",
    "poids_bfr_exploitation_sur_ca_jours",
    "rotation_des_stocks_jours",
    "credit_clients_jours",
    "credit_fournisseurs_jours",
];

/// A file, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What it is.
    pub form: BulkForm,
    parquet: bool,
}

impl BulkFile {
    /// Looks at the beginning of a file; nothing when it is none of a whole register.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn look(path: &Path) -> Result<Option<Self>, ServicesError> {
        let mut file = File::open(path).map_err(ServicesError::file("reading", path))?;
        let mut magic = [0; 4];
        let parquet = file.read_exact(&mut magic).is_ok() && &magic == b"PAR1";
        let columns: Vec<String> = if parquet {
            source(path).layout()?.columns
        } else {
            let file = File::open(path).map_err(ServicesError::file("reading", path))?;
            let mut line = Vec::new();
            // A header longer than this is none.
            BufReader::new(file.take(64 * 1024))
                .read_until(b'\n', &mut line)
                .map_err(ServicesError::file("reading", path))?;
            let line = String::from_utf8_lossy(&line);
            let delimiter = delimiter(&line);
            line.trim_start_matches('\u{feff}').trim().split(char::from(delimiter)).map(named).collect()
        };
        let is = |name: &str| columns.iter().any(|column| column == name);
        let form = FORMS.iter().find(|(_, mark, number, _)| is(mark) && is(number));
        Ok(form.map(|(form, ..)| Self { path: path.to_path_buf(), form: *form, parquet }))
    }

    /// Its name, for messages.
    pub fn name(&self) -> String {
        self.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// Hash of its content.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn hash(&self) -> Result<String, ServicesError> {
        let mut file = File::open(&self.path).map_err(ServicesError::file("reading", &self.path))?;
        let mut hasher = Sha256::new();
        let mut piece = vec![0; 1 << 20];
        loop {
            let read = file.read(&mut piece).map_err(ServicesError::file("reading", &self.path))?;
            if read == 0 {
                return Ok(format!("sha256:{}", hex::encode(hasher.finalize())));
            }
            hasher.update(piece.get(..read).unwrap_or_default());
        }
    }

    /// Shows every text of the column `name`, row by row; none where there is no such column.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn each_text(&self, name: &str, show: &mut dyn FnMut(&str)) -> Result<(), ServicesError> {
        if self.parquet {
            return Ok(each_text(&source(&self.path), name, show)?);
        }
        let (mut table, header) = self.open_text()?;
        let Some(at) = header.iter().position(|found| found == name) else { return Ok(()) };
        let mut record = csv::ByteRecord::new();
        while table.read_byte_record(&mut record).map_err(|error| self.damaged(&error))? {
            show(record.get(at).and_then(|cell| std::str::from_utf8(cell).ok()).unwrap_or_default());
        }
        Ok(())
    }

    /// The table of a text file behind its header, and the header.
    fn open_text(&self) -> Result<(csv::Reader<BufReader<File>>, Vec<String>), ServicesError> {
        let file = File::open(&self.path).map_err(ServicesError::file("reading", &self.path))?;
        let mut file = BufReader::with_capacity(1 << 20, file);
        let first = file.fill_buf().map_err(ServicesError::file("reading", &self.path))?;
        let line = first.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let delimiter = delimiter(&String::from_utf8_lossy(line));
        let mut table = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(file);
        let header = table.byte_headers().map_err(|error| self.damaged(&error))?;
        let header =
            header.iter().map(|name| named(String::from_utf8_lossy(name).trim_start_matches('\u{feff}'))).collect();
        Ok((table, header))
    }

    fn damaged(&self, error: &csv::Error) -> ServicesError {
        ServicesError::Damaged { path: self.path.clone(), reason: format!("a line of it cannot be read: {error}") }
    }

    fn rows(&self, companies: &BTreeSet<Siren>) -> Result<BulkRows, ServicesError> {
        let Some((_, _, number, columns)) = FORMS.iter().find(|(form, ..)| *form == self.form) else {
            return Ok(Vec::new());
        };
        if self.parquet {
            return Ok(rows_about(&source(&self.path), number, columns, companies)?);
        }
        self.rows_of_text(number, columns, companies)
    }

    fn rows_of_text(
        &self,
        number: &str,
        columns: &[&str],
        companies: &BTreeSet<Siren>,
    ) -> Result<BulkRows, ServicesError> {
        let (mut table, header) = self.open_text()?;
        let Some(at) = header.iter().position(|name| name == number) else { return Ok(Vec::new()) };
        let known: BTreeSet<&str> = companies.iter().map(Siren::as_str).collect();
        let (mut rows, mut record) = (Vec::new(), csv::ByteRecord::new());
        while table.read_byte_record(&mut record).map_err(|error| self.damaged(&error))? {
            let cell = record.get(at).and_then(|cell| std::str::from_utf8(cell).ok()).unwrap_or_default();
            // A list of numbers as JSON or with commas.
            if !names_one(cell.trim_matches(['[', ']']), &known) {
                continue;
            }
            let cells = header.iter().zip(record.iter()).filter(|(name, _)| columns.contains(&name.as_str()));
            let value = |cell: &[u8]| Value::from(String::from_utf8_lossy(cell).into_owned());
            rows.push(
                cells.filter(|(_, cell)| !cell.is_empty()).map(|(name, cell)| (name.clone(), value(cell))).collect(),
            );
        }
        Ok(rows)
    }
}

fn source(path: &Path) -> TableSource<'static> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let path = path.to_path_buf();
    TableSource::new(name, move || File::open(&path))
}

fn named(name: &str) -> String {
    name.trim().trim_matches('"').to_owned()
}

/// Semicolon, tabulator or comma: whichever the header has most of.
fn delimiter(line: &str) -> u8 {
    let count = |sign: u8| line.bytes().filter(|byte| *byte == sign).count();
    [b';', b'\t', b','].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

/// What files say of companies.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub facts: Vec<Fact>,
    /// Rows that were about one of the companies.
    pub rows: u64,
    pub notes: Vec<String>,
    /// What was read, to be kept under its hash.
    pub answers: Vec<Vec<u8>>,
}

/// Reads files about companies. `complete` says that the bulletin's file holds every notice since its open data begins: who
/// stands in none about proceedings was in none.
pub(crate) fn read(
    files: &[BulkFile],
    companies: &BTreeSet<Siren>,
    complete: bool,
    fetched_on: Day,
) -> Result<Told, ServicesError> {
    let mut rows: BTreeMap<BulkForm, BulkRows> = BTreeMap::new();
    for file in files {
        rows.entry(file.form).or_default().extend(file.rows(companies)?);
    }
    let about: usize = rows.values().map(Vec::len).sum();
    let mut told = Told { rows: u64::try_from(about).unwrap_or(u64::MAX), ..Told::default() };
    let notices = rows.remove(&BulkForm::Bodacc);
    if let Some(answer) = with_head_offices(rows.remove(&BulkForm::Units), rows.remove(&BulkForm::Establishments))? {
        told.parse(&insee_sirene::SPEC, &answer, fetched_on)?;
    }
    if let Some(rows) = rows.remove(&BulkForm::Ratios) {
        told.parse(&ratios_inpi_bce::SPEC, &json!(rows), fetched_on)?;
    }
    if let Some(rows) = notices {
        told.parse(&bodacc::SPEC, &json!(rows), fetched_on)?;
        if complete {
            told.never_in_proceedings(companies, fetched_on);
        }
    }
    Ok(told)
}

/// Units as the register answers for them: with the address of the head office where there is one. An establishment says
/// neither whether its unit is a person nor whether that objects to being shown: alone it says nothing.
fn with_head_offices(
    units: Option<BulkRows>,
    establishments: Option<BulkRows>,
) -> Result<Option<Value>, ServicesError> {
    let Some(units) = units else {
        return match establishments {
            None => Ok(None),
            Some(_) => Err(ServicesError::UnknownWord {
                what: "files",
                found: "StockEtablissement alone".to_owned(),
                expected: "StockUniteLegale beside it, which says whom an address may be shown of".to_owned(),
            }),
        };
    };
    let key = |row: &Map<String, Value>| row.get("siren").and_then(Value::as_str).unwrap_or_default().to_owned();
    let is_head = |row: &Map<String, Value>| match row.get("etablissementSiege") {
        Some(Value::Bool(truth)) => *truth,
        Some(Value::String(text)) => text == "true",
        _ => false,
    };
    let mut offices: BTreeMap<String, Map<String, Value>> =
        establishments.unwrap_or_default().into_iter().filter(is_head).map(|row| (key(&row), row)).collect();
    let (mut alone, mut placed) = (Vec::new(), Vec::new());
    for unit in units {
        match offices.remove(&key(&unit)) {
            None => alone.push(Value::Object(unit)),
            Some(office) => {
                let (siren, head) = (key(&unit), Value::Bool(true));
                let diffusion = office.get("statutDiffusionEtablissement").cloned().unwrap_or_default();
                placed.push(json!({
                    "siren": siren, "etablissementSiege": head, "statutDiffusionEtablissement": diffusion,
                    "uniteLegale": unit, "adresseEtablissement": office,
                }));
            }
        }
    }
    if alone.is_empty() && placed.is_empty() {
        return Ok(None);
    }
    Ok(Some(json!({ "unitesLegales": alone, "etablissements": placed })))
}

impl Told {
    fn parse(&mut self, spec: &RegisterSpec, answer: &Value, fetched_on: Day) -> Result<(), ServicesError> {
        let bytes = serde_json::to_vec(answer).map_err(ServicesError::document("rows of a register"))?;
        let reading: Reading = (spec.parse)(&Raw { bytes: &bytes, fetched_on, asked: None })?;
        self.facts.extend(reading.facts.into_iter().filter_map(Fact::of_siren));
        self.notes.extend(reading.notes.into_iter().map(|note| format!("{}: {}", spec.name, note.text)));
        self.answers.push(bytes);
        Ok(())
    }

    fn never_in_proceedings(&mut self, companies: &BTreeSet<Siren>, fetched_on: Day) {
        let seen: BTreeSet<&Siren> =
            self.facts.iter().filter(|fact| fact.kind == FactKind::Proceedings).map(|fact| &fact.subject).collect();
        let none = companies.iter().filter(|siren| !seen.contains(siren));
        let none: Vec<Fact> = none.map(|siren| bodacc::never_in_proceedings(siren, fetched_on)).collect();
        self.facts.extend(none);
    }
}
