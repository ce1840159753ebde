//! Everything in one folder that can be put away, and back into a new one.
//!
//! The rows first, as one moment saw them, then the files: a row names files that were there before it, and content is never
//! changed under its name.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use crate::folder::write_atomically_with;
use crate::services::blocking;
use crate::store::StoreCheck;
use crate::{Moment, Services, ServicesError};

/// The rows, in the backup's folder.
const ROWS: &str = "store.jsonl";

/// The files, in the backup's folder.
const FILES: &str = "files";

/// What stays where it is: the database itself, whose rows are written out, and files of jobs.
fn stays(name: &str) -> bool {
    name.starts_with("encours.sqlite3") || name == "jobs" || name.starts_with('.')
}

/// What was put away or back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackupReport {
    /// Rows of the store.
    pub rows: u64,
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Services {
    /// Looks whether the database is sound in itself; [`Services::verify_audit`] holds what stands in it against the chain.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn check_store(&self) -> Result<StoreCheck, ServicesError> {
        self.store().check().await
    }

    /// Writes everything into a folder that is not there yet.
    ///
    /// # Errors
    /// When the folder is there, lies in the data folder, or disk or database fail: what was written by then stays, without its end.
    pub async fn back_up(&self, to: PathBuf, now: Moment) -> Result<BackupReport, ServicesError> {
        let _alone = self.alone().await?;
        if lies_within(&to, self.data_folder().path()) {
            let reason = "lies in the data folder, which it would put into itself".to_owned();
            return Err(ServicesError::UnfitFile { path: to, reason });
        }
        if to.exists() {
            let reason = "is there already: name a folder that is not".to_owned();
            return Err(ServicesError::UnfitFile { path: to, reason });
        }
        fs::create_dir_all(&to).map_err(ServicesError::file("making the folder", &to))?;
        let path = to.join(ROWS);
        let mut out = BufWriter::new(File::create(&path).map_err(ServicesError::file("writing", &path))?);
        let write = |line: &Value| writeln!(out, "{line}").map_err(ServicesError::file("writing", &path));
        let rows = self.store().back_up(&now.stamp(), write).await?;
        let file = out.into_inner().map_err(|error| ServicesError::file("writing", &path)(error.into_error()))?;
        file.sync_all().map_err(ServicesError::file("writing", &path))?;
        let from = self.data_folder().path().to_path_buf();
        let (files, bytes) = blocking(move || copy(&from, &to.join(FILES), 0)).await?;
        Ok(BackupReport { rows, files, bytes })
    }

    /// Puts a backup into this folder and store, which must hold nothing yet.
    ///
    /// # Errors
    /// When something is here already, or the backup is none, broken off or of another form; then no row was changed.
    pub async fn restore(&self, from: PathBuf) -> Result<BackupReport, ServicesError> {
        let _alone = self.alone().await?;
        let path = from.join(ROWS);
        let file = File::open(&path).map_err(ServicesError::file("reading", &path))?;
        let to = self.data_folder().path().to_path_buf();
        let lines = BufReader::new(file).lines().map(|line| {
            let line = line.map_err(ServicesError::file("reading", &path))?;
            serde_json::from_str::<Value>(&line).map_err(|error| {
                let reason = format!("holds a line that is no JSON ({error})");
                ServicesError::UnfitFile { path: path.clone(), reason }
            })
        });
        // Files first: rows make them visible.
        let files = from.join(FILES);
        let (files, bytes) = blocking(move || copy(&files, &to, 0)).await?;
        let rows = self.store().restore(lines).await?;
        self.forget_portfolio().await;
        Ok(BackupReport { rows, files, bytes })
    }
}

/// Whether a path that is not there yet will lie below a folder.
fn lies_within(path: &Path, folder: &Path) -> bool {
    let mut above = path
        .ancestors()
        .filter_map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above }.canonicalize().ok());
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    above.next().is_some_and(|above| above.starts_with(folder))
}

/// No folder of ours is deeper.
const DEEPEST: u8 = 8;

/// Copies a folder, each file whole or not at all, and counts files and bytes.
fn copy(from: &Path, to: &Path, depth: u8) -> Result<(u64, u64), ServicesError> {
    let failed = || ServicesError::file("reading the folder", from);
    let (mut files, mut bytes) = (0_u64, 0_u64);
    if depth > DEEPEST {
        return Ok((files, bytes));
    }
    fs::create_dir_all(to).map_err(ServicesError::file("making the folder", to))?;
    for entry in fs::read_dir(from).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        let (path, name) = (entry.path(), entry.file_name());
        if stays(&name.to_string_lossy()) {
            continue;
        }
        let kind = entry.file_type().map_err(failed())?;
        if kind.is_dir() {
            let (within, length) = copy(&path, &to.join(&name), depth + 1)?;
            (files, bytes) = (files.saturating_add(within), bytes.saturating_add(length));
        } else if kind.is_file() {
            let mut source = File::open(&path).map_err(ServicesError::file("reading", &path))?;
            let target = to.join(&name);
            let length = write_atomically_with(&target, |out| {
                std::io::copy(&mut source, out).map_err(ServicesError::file("copying", &path))
            })?;
            (files, bytes) = (files.saturating_add(1), bytes.saturating_add(length));
        }
    }
    Ok((files, bytes))
}
