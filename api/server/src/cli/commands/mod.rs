//! What each command does: read the arguments, call one use case, tell what came of it.

pub mod assess;
pub mod backtest;
pub mod demo;
pub mod import;
pub mod keys;
pub mod models;
pub mod rescore;
pub mod serve;

use std::path::{Path, PathBuf};

use encours_domain::FaultReport;
use encours_domain::reader::ColumnMap;
use encours_services::{InputFile, ServicesError};

use super::failure::Failure;

fn read_files(paths: &[PathBuf]) -> Result<Vec<InputFile>, ServicesError> {
    paths.iter().map(|path| InputFile::read(path)).collect()
}

/// Reads a map file; its faults are printed one by one.
fn read_map(path: Option<&Path>) -> Result<Option<ColumnMap>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let text = InputFile::read(path)?;
    let text = String::from_utf8_lossy(&text.bytes).into_owned();
    let faulty = |faults| ServicesError::Refused { what: MAP, report: Box::new(FaultReport { faults, notes: Vec::new() }) };
    Ok(Some(ColumnMap::from_toml(&path.display().to_string(), &text).map_err(faulty)?))
}

/// What a map file's faults are faults of.
const MAP: &str = "the map file";
