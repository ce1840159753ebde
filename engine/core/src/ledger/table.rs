//! Reading Parquet by row groups, a few columns at a time.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use polars::frame::DataFrame;
use polars::io::SerReader;
use polars::io::mmap::MmapBytesReader;
use polars::io::parquet::metadata::{FileMetadata, FileMetadataRef};
use polars::prelude::{ParallelStrategy, ParquetReader};

use super::types::{self, Kind};
use crate::CoreError;

/// A Parquet table that can be opened again and again, once per worker.
///
/// The engine opens no files itself: the caller gives a function that does, or the bytes.
pub struct TableSource<'a> {
    name: String,
    open: Box<dyn Fn() -> std::io::Result<Box<dyn MmapBytesReader>> + Sync + 'a>,
}

impl<'a> TableSource<'a> {
    /// A table opened by a function; `name` is what error messages call it.
    pub fn new<R, F>(name: impl Into<String>, open: F) -> Self
    where
        R: MmapBytesReader + 'static,
        F: Fn() -> std::io::Result<R> + Sync + 'a,
    {
        let open = move || open().map(|reader| Box::new(reader) as Box<dyn MmapBytesReader>);
        Self { name: name.into(), open: Box::new(open) }
    }

    /// A table in memory.
    pub fn from_bytes(name: impl Into<String>, bytes: Arc<[u8]>) -> TableSource<'static> {
        TableSource::new(name, move || Ok(Cursor::new(Arc::clone(&bytes))))
    }

    /// What error messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn opened(&self) -> Result<Box<dyn MmapBytesReader>, CoreError> {
        (self.open)().map_err(|error| self.error(error.to_string()))
    }

    fn reader(&self) -> Result<ParquetReader<Box<dyn MmapBytesReader>>, CoreError> {
        Ok(ParquetReader::new(self.opened()?).read_parallel(ParallelStrategy::None))
    }

    /// Names, types and row groups of the table.
    ///
    /// # Errors
    /// When the file cannot be opened or is no Parquet.
    pub fn layout(&self) -> Result<Layout, CoreError> {
        let mut reader = self.reader()?;
        let not_parquet = |error: polars::error::PolarsError| self.error(format!("no readable Parquet file: {error}"));
        let schema = reader.schema().map_err(not_parquet)?;
        let columns = schema.iter_names_cloned().map(|name| name.to_string()).collect();
        let kinds: BTreeMap<String, Kind> =
            schema.iter_values().map(|field| (field.name.to_string(), Kind::of(field))).collect();
        let kinds = Arc::new(kinds);
        let mut metadata = FileMetadata::clone(reader.get_metadata().map_err(not_parquet)?);
        if schema.iter_values().any(types::is_dictionary) {
            metadata.key_value_metadata = None;
        }
        let mut groups = Vec::with_capacity(metadata.row_groups.len());
        let mut start = 0;
        for group in std::mem::take(&mut metadata.row_groups) {
            let rows = group.num_rows();
            let alone = FileMetadata { row_groups: vec![group], num_rows: rows, ..metadata.clone() };
            groups.push(RowGroup { start, rows, alone: Arc::new(alone), kinds: Arc::clone(&kinds) });
            start += rows;
        }
        Ok(Layout { columns, groups, rows: start })
    }

    /// Reads some columns of one row group.
    ///
    /// # Errors
    /// When the file is damaged, or a column has a type that is not read; the message names the column.
    pub fn read(&self, columns: &[&str], group: &RowGroup) -> Result<DataFrame, CoreError> {
        let kind = |name: &str| group.kinds.get(name).unwrap_or(&Kind::Ready);
        let (ready, own): (Vec<&str>, Vec<&str>) = columns.iter().partition(|name| *kind(name) == Kind::Ready);
        let mut frame = self.read_ready(&ready, group)?;
        for name in own {
            let mut reader = self.opened()?;
            let column = types::read(&mut *reader, &group.alone, name, kind(name), group.rows)
                .map_err(|reason| self.error(format!("column `{name}`: {reason}")))?;
            frame.with_column(column).map_err(|error| self.error(error.to_string()))?;
        }
        frame.rechunk_mut_par();
        Ok(frame)
    }

    fn read_ready(&self, columns: &[&str], group: &RowGroup) -> Result<DataFrame, CoreError> {
        if columns.is_empty() {
            return Ok(DataFrame::empty_with_height(group.rows));
        }
        let columns = columns.iter().map(|&name| name.to_owned()).collect();
        let mut reader = self.reader()?.with_columns(Some(columns));
        reader.set_metadata(Arc::clone(&group.alone));
        reader.finish().map_err(|error| self.error(error.to_string()))
    }

    /// An error about this table.
    pub(crate) fn error(&self, reason: impl Into<String>) -> CoreError {
        CoreError::table(&self.name, reason)
    }
}

/// A run of rows of a table.
#[derive(Clone, Debug)]
pub struct RowGroup {
    /// First row.
    pub start: usize,
    /// Number of rows.
    pub rows: usize,
    /// The file's metadata with this group for its only one. A slice of rows would do as well, but polars then unpacks
    /// the dictionaries of all the groups before it too.
    alone: FileMetadataRef,
    /// How each column of the table is read.
    kinds: Arc<BTreeMap<String, Kind>>,
}

/// What a table holds.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Column names in file order.
    pub columns: Vec<String>,
    /// Row groups in file order.
    pub groups: Vec<RowGroup>,
    /// Rows in all.
    pub rows: usize,
}

impl Layout {
    /// Whether there is a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column == name)
    }
}
