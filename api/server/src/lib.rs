#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    warn(clippy::as_conversions, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]
//! The edges of Encours: the command line ([`cli`]), HTTP ([`http`]) and the pages ([`web`]). Each extracts, makes one
//! service call and maps the answer.
//!
//! [`answer`] is the assessment document as it leaves, [`view`] the same as a person reads it ([`words`] writes figures,
//! [`labels`] codes, [`problems`] what can go wrong), [`explain`] for whoever it is about, [`clock`] the one place where the time is read, [`configuration`] what
//! can be set.
//!
//! **Absent here**: any judgement. No score, no rule and no query is written in this package.

pub mod answer;
pub mod card;
pub mod cli;
pub mod clock;
pub mod configuration;
pub mod explain;
pub mod http;
pub mod labels;
pub mod problems;
pub mod view;
pub mod web;
pub mod words;
