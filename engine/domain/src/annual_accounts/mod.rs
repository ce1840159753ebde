//! Annual accounts as filed on the tax forms: cells with codes become named lines, and what cannot be true is refused.
//!
//! Reading order: [`Filing`] and [`Cell`] (what a form holds), `codes` (which cell is which line), [`understand`]
//! (lines of two years, and what was refused), [`junk`] (rules for figures of several years, whatever they came from).
//!
//! A blank cell is not nought. Where a line is the sum of several cells of which some are blank, blanks count as nought
//! only if the form's own total says that they are.

mod codes;
pub mod junk;
mod lines;
#[cfg(test)]
mod tests;

use crate::day::Day;

pub use lines::{Refused, Statement, Understood, understand};

/// The form of a filing (`codeTypeBilan`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `C`: the company's own accounts, forms 2050 and following.
    Company,
    /// `S`: the same, simplified, forms 2033.
    Simplified,
    /// `K`: consolidated accounts of a group. Its figures are never the company's.
    Consolidated,
    /// `B`, `A`: banks and insurers, whose forms have other lines.
    Other,
}

impl Form {
    /// Reads the register's letter.
    pub fn read(letter: &str) -> Option<Self> {
        Some(match letter.trim() {
            "C" | "c" => Self::Company,
            "S" | "s" => Self::Simplified,
            "K" | "k" => Self::Consolidated,
            "B" | "A" | "b" | "a" => Self::Other,
            _ => return None,
        })
    }
}

/// A line of a form: its code, and up to four columns in whole euros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Two letters, or three digits on the simplified form.
    pub code: String,
    /// What stands in the columns; a blank is no nought.
    pub columns: [Option<i64>; 4],
}

/// A filing as it was digitised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    /// Which form.
    pub form: Form,
    /// Closing day.
    pub closed_on: Day,
    /// Closing day of the year before, when the filing names it.
    pub previous_closed_on: Option<Day>,
    /// Length of the year in months, when the filing names it.
    pub months: Option<u8>,
    /// The lines.
    pub cells: Vec<Cell>,
}
