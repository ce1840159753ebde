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

use encours_domain::reader::ColumnMap;
use encours_services::{InputFile, ServicesError};

use super::failure::Failure;

fn read_files(paths: &[PathBuf]) -> Result<Vec<InputFile>, ServicesError> {
    paths.iter().map(|path| InputFile::read(path)).collect()
}

/// Reads a map file.
fn read_map(path: Option<&Path>) -> Result<Option<ColumnMap>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let file = InputFile::read(path)?;
    let text = String::from_utf8_lossy(&file.bytes);
    ColumnMap::from_toml(&file.name, &text).map(Some).map_err(Failure::Map)
}
