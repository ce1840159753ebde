//! What holds of the repository itself, each sentence a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod files;
mod manifests;
mod registries;
mod tree;
mod walls;
