//! A data folder that goes away, small ledgers, and the sample portfolio.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use encours_domain::Day;
use encours_services::{ImportOptions, ImportReport, InputFile, Moment, Services, ServicesError};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;

pub const HEADER: &str = "client_id,invoice_id,issue_date,due_date,amount,paid_date\n";

/// A folder with services over it.
pub struct Desk {
    pub services: Services,
    pub folder: TempDir,
    /// A database of its own on the server that the tests were given; absent where they run on SQLite.
    pub database: Option<String>,
}

/// A new database on the server that the tests were given, by a name that no other test has; nothing where they run on SQLite.
pub async fn new_database() -> Option<String> {
    let server = std::env::var("ENCOURS_TEST_POSTGRES").ok()?;
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("desk_{}_{number}", std::process::id());
    let raw = Database::connect(format!("{server}/postgres")).await.unwrap();
    raw.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    Some(format!("{server}/{name}"))
}

impl Desk {
    pub async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let database = new_database().await;
        Self { services: Services::open(folder.path(), database.as_deref()).await.unwrap(), folder, database }
    }

    /// As another program, or this one after a crash, would find the folder.
    pub async fn reopened(&self) -> Services {
        self.open().await.unwrap()
    }

    /// As [`Desk::reopened`], where it may fail.
    pub async fn open(&self) -> Result<Services, ServicesError> {
        Services::open(self.folder.path(), self.database.as_deref()).await
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

/// Fifty clients who buy every nine days from January 2024 to 29 May 2026. Large invoices are late, small ones are not,
/// whoever the client is: what any model can learn, and no client's own past rate can tell.
pub fn made_up_ledger() -> Vec<InputFile> {
    let mut dice = 11_u64;
    let mut below = |bound: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i32::try_from((dice >> 33) % bound).unwrap()
    };
    let (first, last) = (day("2024-01-01"), day("2026-05-29"));
    let mut rows = String::from(HEADER);
    for client in 0..50 {
        for step in 0..98 {
            let issued = if step == 97 { last } else { first.plus(step * 9 + below(9)).unwrap() };
            let large = below(100) < 30;
            let late = below(100) < if large { 60 } else { 3 };
            let due = issued.plus(30).unwrap();
            let paid = due.plus(if late { 31 + below(40) } else { below(6) - 3 }).unwrap();
            let paid = if paid > last { String::new() } else { paid.to_string() };
            let euros = if large { 5_000 + below(4_000) } else { 200 + below(800) };
            rows.push_str(&format!("C-{client:02},F-{client}-{step},{issued},{due},{euros}.00,{paid}\n"));
        }
    }
    vec![InputFile::new("made-up.csv", rows.into_bytes())]
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

pub async fn raw(desk: &Desk) -> DatabaseConnection {
    let embedded = || format!("sqlite://{}/encours.sqlite3", desk.folder.path().display());
    Database::connect(desk.database.clone().unwrap_or_else(embedded)).await.unwrap()
}
