//! What could not be read, row by row: file, line, column, the value as found and what was expected.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::shortened;

/// One thing that is wrong with one place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fault {
    /// The file's name as the person gave it.
    pub file: String,
    /// Line, the header being line 1; for tables without lines, the row plus one. Absent when the whole file is meant.
    pub line: Option<u64>,
    /// The column's name as the file has it.
    pub column: Option<String>,
    /// The value as found, shortened.
    pub value: Option<String>,
    /// What is wrong and what was expected.
    pub reason: String,
}

impl Fault {
    /// A fault of a whole file.
    pub fn of_file(file: &str, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, column: None, value: None, reason: reason.into() }
    }

    /// A fault of one line.
    pub fn of_line(file: &str, line: u64, reason: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::of_file(file, reason) }
    }

    /// A fault of one value.
    pub fn of_value(file: &str, line: u64, column: &str, value: &str, reason: impl Into<String>) -> Self {
        let (column, value) = (Some(column.to_owned()), Some(shortened(value)));
        Self { column, value, ..Self::of_line(file, line, reason) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(formatter, ", line {line}")?;
        }
        if let Some(column) = &self.column {
            write!(formatter, ", column `{column}`")?;
        }
        if let Some(value) = &self.value {
            write!(formatter, ", value `{value}`")?;
        }
        write!(formatter, ": {}", self.reason)
    }
}

/// All faults of an import, with what was read beside them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultReport {
    /// Rows that could not be taken.
    pub faults: Vec<Fault>,
    /// Things worth knowing that refuse nothing (a line repeated word for word, taken once).
    pub notes: Vec<Fault>,
}

impl FaultReport {
    /// Whether every row could be taken.
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// Rows at fault, and files: a row may have several faults.
    pub fn rows_at_fault(&self) -> usize {
        let rows: BTreeSet<(&str, u64)> =
            self.faults.iter().filter_map(|fault| Some((fault.file.as_str(), fault.line?))).collect();
        rows.len() + self.faults.iter().filter(|fault| fault.line.is_none()).count()
    }

    /// Adds another report's lines to this one.
    pub fn append(&mut self, mut other: FaultReport) {
        self.faults.append(&mut other.faults);
        self.notes.append(&mut other.notes);
    }
}
