//! The whole program from outside: the built binary, a data folder that goes away, files as people have them.
//!
//! `./tests/run` builds the binary before; cargo alone does not know that these tests need it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod backtest;
mod bad_input;
mod books;
mod demo;
mod heavy;
mod http;
mod import;
mod killed;
mod points;
mod support;
mod too_small;
