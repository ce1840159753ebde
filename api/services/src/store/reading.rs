//! A database that may only be read: a backup, a colleague's folder, a disk that is mounted so.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::{ConnectOptions, DatabaseConnection};
use sea_orm_migration::MigratorTrait;

use super::migrations::{self, Migrator};
use super::{CONNECTIONS, refuse_newer};
use crate::ServicesError;

/// Whether a database is there that may be read and not written. A folder counts: the journal lies beside the file.
pub(super) fn is_all_that_may_be_done(file: &Path) -> bool {
    let Some(folder) = file.parent().filter(|_| file.is_file()) else { return false };
    let is_marked = |path: &Path| fs::metadata(path).is_ok_and(|found| found.permissions().readonly());
    // An administrator may write what is marked as not to be written; the mark is meant.
    is_marked(file) || is_marked(folder) || !can_be_written(file) || !takes_files(folder)
}

fn can_be_written(file: &Path) -> bool {
    !OpenOptions::new().write(true).open(file).is_err_and(|error| is_refusal(&error))
}

fn takes_files(folder: &Path) -> bool {
    let attempt = folder.join(format!(".{}.attempt", std::process::id()));
    let made = File::create(&attempt);
    // Nothing of it is needed; one that stays harms nobody.
    let _ = fs::remove_file(&attempt);
    !made.is_err_and(|error| is_refusal(&error))
}

fn is_refusal(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Without a journal the file alone says everything, and nothing beside it need be made.
pub(super) fn options(file: &Path) -> ConnectOptions {
    let file = file.to_path_buf();
    let journal = beside(&file, "-wal");
    let has_journal = fs::metadata(journal).is_ok_and(|found| found.len() > 0);
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(CONNECTIONS).sqlx_logging(false).map_sqlx_sqlite_opts(move |_| {
        SqliteConnectOptions::new().filename(&file).create_if_missing(false).read_only(true).immutable(!has_journal)
    });
    options
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(ending);
    file.with_file_name(name)
}

/// An older form would have to be written anew first.
pub(super) async fn expect_present_form(database: &DatabaseConnection) -> Result<(), ServicesError> {
    refuse_newer(database).await?;
    let applied = Migrator::get_migration_models(database).await;
    let applied = applied.map_err(ServicesError::database("reading the form of the store"))?;
    if applied.len() == migrations::names().len() {
        return Ok(());
    }
    Err(ServicesError::ReadOnly { doing: "bringing an older store to its present form" })
}
