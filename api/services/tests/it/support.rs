//! A data folder that goes away, small ledgers, and the sample portfolio.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use encours_core::ledger::TableSource;
use encours_core::ledger::snapshot::parquet_as_csv;
use encours_domain::Day;
use encours_services::{ImportOptions, ImportReport, InputFile, Moment, Services, ServicesError};
use tempfile::TempDir;

pub const HEADER: &str = "client_id,invoice_id,issue_date,due_date,amount,paid_date\n";

/// A folder with services over it.
pub struct Desk {
    pub services: Services,
    pub folder: TempDir,
}

impl Desk {
    pub async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { services: Services::open(folder.path(), None).await.unwrap(), folder }
    }

    /// As another program, or this one after a crash, would find the folder.
    pub async fn reopened(&self) -> Services {
        Services::open(self.folder.path(), None).await.unwrap()
    }

    pub async fn with_sample() -> Self {
        let desk = Self::new().await;
        desk.services.import(sample_ledger(), ImportOptions::default(), now()).await.unwrap();
        desk.services.import_companies(vec![sample_companies()], false, now()).await.unwrap();
        desk
    }

    pub async fn import(&self, files: &[(&str, &str)]) -> Result<ImportReport, ServicesError> {
        let files = files.iter().map(|(name, text)| csv(name, text)).collect();
        self.services.import(files, ImportOptions::default(), now()).await
    }
}

pub fn now() -> Moment {
    Moment::utc("2026-06-01T08:30:00Z".parse().unwrap())
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A file with the plain header above its rows.
pub fn csv(name: &str, rows: &str) -> InputFile {
    let text = if rows.contains("_id") { rows.to_owned() } else { format!("{HEADER}{rows}") };
    InputFile::new(name, text.into_bytes())
}

pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/sample").join(name)
}

pub fn sample_ledger() -> Vec<InputFile> {
    ["invoices.parquet", "payments.parquet"].map(|name| InputFile::read(&sample(name)).unwrap()).to_vec()
}

/// A fifth of the sample's clients, for what trains often: 5,050 invoices of 80 clients.
pub fn part_of_sample() -> Vec<InputFile> {
    let part = |file: InputFile| {
        let name = file.name.replace(".parquet", ".csv");
        let table = TableSource::from_bytes(file.name, Arc::clone(&file.bytes));
        let text = String::from_utf8(parquet_as_csv(&table).unwrap()).unwrap();
        let kept = |(line, text): &(usize, &str)| {
            let client = text.split(',').next().unwrap_or_default();
            *line == 0 || client.ends_with('0') || client.ends_with('5')
        };
        let lines: Vec<&str> = text.lines().enumerate().filter(kept).map(|(_, text)| text).collect();
        InputFile::new(name, lines.join("\n").into_bytes())
    };
    sample_ledger().into_iter().map(part).collect()
}

pub fn sample_companies() -> InputFile {
    InputFile::read(&sample("companies.csv")).unwrap()
}

/// Every file below a folder, but the database's.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else if !path.to_string_lossy().contains("sqlite3") {
            found.push(path);
        }
    }
    found.sort();
    found
}
