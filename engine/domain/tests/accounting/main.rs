//! Kinds of entries, each worked out by hand: what stands in the books, and what must come out.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what a test relies on may fail the test")]

mod again;
mod kinds;
mod support;
mod workbook;
mod years;
