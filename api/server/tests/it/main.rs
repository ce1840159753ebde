//! The edges as others meet them: over HTTP, on the page, at the command line. One ledger for all, the sample.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod connections;
mod http;
mod operation;
mod page;
mod program;
mod rights;
mod support;
