//! The rows of the database, one file a table. Nothing outside the store sees them.

pub mod access_key;
pub mod assessment;
pub mod audit;
pub mod current;
pub mod delivery;
pub mod erased;
pub mod job;
pub mod login_attempt;
pub mod manifest;
pub mod model;
pub mod request_answer;
pub mod rule_text;
pub mod ruling;
pub mod session;
pub mod user;
pub mod webhook;
