//! What each command does: read the arguments, call one use case, tell what came of it.

pub mod assess;
pub mod backtest;
pub mod clients;
pub mod companies;
pub mod config;
mod credentials;
pub mod database;
pub mod decisions;
pub mod demo;
pub mod failure_model;
pub mod import;
pub mod keys;
pub mod law;
pub mod models;
pub mod policies;
pub mod pull_ledger;
pub mod rescore;
pub mod serve;
pub mod webhooks;

use std::path::{Path, PathBuf};

use encours_services::{InputFile, MapFile, ServicesError};

use super::failure::Failure;

/// Reads files; of a folder, every file in it that is not hidden.
fn read_files(paths: &[PathBuf]) -> Result<Vec<InputFile>, Failure> {
    Ok(files_of(paths)?.iter().map(|path| InputFile::read(path)).collect::<Result<_, _>>()?)
}

/// The files that these names stand for; of a folder, every file in it that is not hidden.
fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let found = files.len();
            list_folder(path, &mut files)?;
            if files.len() == found {
                return Err(Failure::Usage(format!("folder `{}` holds no file", path.display())));
            }
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn list_folder(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error| Failure::System("reading a folder", error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort_unstable();
    for path in paths {
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        match (hidden, path.is_dir()) {
            (true, _) => {}
            (false, true) => list_folder(&path, files)?,
            (false, false) => files.push(path),
        }
    }
    Ok(())
}

/// Reads a map file; each format checks its own sections of it.
fn read_map(path: Option<&Path>) -> Result<Option<MapFile>, ServicesError> {
    let Some(path) = path else { return Ok(None) };
    let InputFile { name, bytes } = InputFile::read(path)?;
    Ok(Some(MapFile { name, text: String::from_utf8_lossy(&bytes).into_owned() }))
}
