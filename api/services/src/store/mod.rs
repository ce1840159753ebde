//! What changes one row at a time: imports, models, rules, what is in force, assessments, what persons decide, users, keys, and
//! the audit chain of all that.
//!
//! [`Store`] says what the use cases need and hides how it is kept: SQLite or PostgreSQL through SeaORM, by one set of migrations
//! in forms of column that both have; the whole suite of tests runs on both. Every write is one transaction whose first statement
//! writes, so that two programs wait for each other and never fail half-way.

mod assessments;
pub mod audit;
mod backup;
mod current;
mod entities;
mod erasures;
mod jobs;
mod keeper;
mod keys;
mod manifests;
mod migrations;
mod models;
mod reading;
mod request_answers;
mod rule_texts;
mod rulings;
mod sessions;
mod told;
mod users;
mod webhooks;

pub use assessments::{AssessmentRecord, NewAssessment};
pub use audit::{Act, AuditHead, AuditLink};
pub use backup::StoreCheck;
pub use current::Current;
pub(crate) use erasures::Erasure;
pub(crate) use jobs::{JobEnd, NewJob};
pub use jobs::{JobRecord, JobState};
pub(crate) use keeper::sha256_of_answer;
pub use keys::KeyRecord;
pub use manifests::{Manifest, ManifestFile, ManifestKind, NewManifest};
pub use models::{ModelRecord, ModelState, NewModel};
pub use request_answers::Repeated;
pub use rule_texts::{NewRuleText, RuleKind, RuleText};
pub use rulings::{RulingKind, RulingRecord};
pub use sessions::SessionRecord;
pub use users::{UserChange, UserRecord};
pub(crate) use webhooks::{Attempted, Happened, WebhookRecord};
pub use webhooks::{DeliveryRecord, DeliveryState};

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, RuntimeErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use crate::ServicesError;
use keeper::Keeper;
use migrations::Migrator;

/// How long a write waits for another program's.
const PATIENCE: Duration = Duration::from_secs(20);

/// Connections to an embedded database: one writes at a time, the others read meanwhile.
const CONNECTIONS: u32 = 4;

/// Connections to a server, which lets several write at a time.
const SERVER_CONNECTIONS: u32 = 8;

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    database: DatabaseConnection,
    keeper: Keeper,
}

impl Store {
    /// Opens the database in this file, or the one that `url` names, and brings it to the present form. A file that may
    /// only be read is opened for reading: who writes is told so.
    ///
    /// # Errors
    /// When it cannot be opened, or a newer version of this program has written it.
    pub async fn open(file: &Path, url: Option<&str>) -> Result<Self, ServicesError> {
        let failed = ServicesError::database("opening the store");
        let only_read = url.is_none() && reading::is_all_that_may_be_done(file);
        let options = if only_read { reading::options(file) } else { options(file, url)? };
        let database = connected(options).await.map_err(failed)?;
        if only_read {
            reading::expect_present_form(&database).await?;
        } else {
            bring_to_present_form(&database).await?;
        }
        let keeper = Keeper::start(database.clone());
        Ok(Self { database, keeper })
    }

    /// After an erasure: the write-ahead log still holds what the pages no longer do.
    async fn leave_nothing_behind(&self) -> Result<(), ServicesError> {
        // A server keeps deleted rows in their files until these are written anew.
        let cleaning = match self.database.get_database_backend() {
            DbBackend::Postgres => "VACUUM FULL assessments, rulings, audit",
            _ => "PRAGMA wal_checkpoint(TRUNCATE)",
        };
        let done = self.database.execute_unprepared(cleaning).await;
        done.map(|_| ()).map_err(ServicesError::database("cleaning up after the erasure"))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), ServicesError> {
        self.database.ping().await.map_err(ServicesError::database("asking the store whether it is there"))
    }
}

/// Connects, and waits while another program that opens the same new file holds it: the change to a write-ahead log is the
/// one thing for which SQLite does not wait by itself.
async fn connected(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    const PAUSE: Duration = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        match Database::connect(options.clone()).await {
            Err(error) if waited < PATIENCE && is_busy(&error) => {
                tokio::time::sleep(PAUSE).await;
                waited += PAUSE;
            }
            done => return done,
        }
    }
}

fn is_busy(error: &DbErr) -> bool {
    // SQLITE_BUSY, of any kind: the lower byte of an extended code.
    const BUSY: i32 = 5;
    let (DbErr::Conn(RuntimeErr::SqlxError(error)) | DbErr::Exec(RuntimeErr::SqlxError(error))) = error else {
        return false;
    };
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
    code.is_some_and(|code| code & 0xFF == BUSY)
}

fn options(file: &Path, url: Option<&str>) -> Result<ConnectOptions, ServicesError> {
    let mut options = ConnectOptions::new(url.unwrap_or("sqlite::memory:"));
    let scheme = options.get_url().split(':').next().unwrap_or_default().to_owned();
    if ["postgres", "postgresql"].contains(&scheme.as_str()) {
        options.max_connections(SERVER_CONNECTIONS).acquire_timeout(PATIENCE).sqlx_logging(false);
        return Ok(options);
    }
    if scheme != "sqlite" {
        return Err(ServicesError::UnsupportedDatabase { scheme });
    }
    // A path is no URL: it may hold any character, so it is set as a path.
    let file = url.is_none().then(|| file.to_path_buf());
    options.max_connections(CONNECTIONS).sqlx_logging(false).map_sqlx_sqlite_opts(move |options| {
        let options = match &file {
            Some(file) => SqliteConnectOptions::new().filename(file),
            None => options,
        };
        options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted is overwritten: what was erased by right is not to be read from the free pages.
            .pragma("secure_delete", "ON")
            .busy_timeout(PATIENCE)
    });
    Ok(options)
}

/// The number by which programs that bring one database to its present form wait for each other.
const MIGRATING: i64 = 0x0065_6e63_6f75_7273;

/// All steps in one transaction, begun as a write: of two programs that open a new folder at once, one waits.
async fn bring_to_present_form(database: &DatabaseConnection) -> Result<(), ServicesError> {
    const DOING: &str = "bringing the store to its present form";
    let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
    let writing = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
    let transaction = database.begin_with_options(writing).await.map_err(ServicesError::database(DOING))?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        // A server begins no transaction as a write: who comes second waits here.
        let lock = format!("SELECT pg_advisory_xact_lock({MIGRATING})");
        transaction.execute_unprepared(&lock).await.map_err(ServicesError::database(DOING))?;
    }
    refuse_newer(&transaction).await?;
    Migrator::up(&transaction, None).await.map_err(ServicesError::database(DOING))?;
    transaction.commit().await.map_err(ServicesError::database(DOING))
}

/// A step that this version does not know was made by a newer one, which alone knows what the rows mean.
async fn refuse_newer(connection: &impl ConnectionTrait) -> Result<(), ServicesError> {
    let applied = Migrator::get_migration_models(connection).await;
    let applied = applied.map_err(ServicesError::database("reading the form of the store"))?;
    let known = migrations::names();
    match applied.into_iter().find(|step| !known.contains(&step.version)) {
        None => Ok(()),
        Some(step) => {
            let newest = known.last().cloned().unwrap_or_default();
            Err(ServicesError::NewerDatabase { found: step.version, newest })
        }
    }
}
