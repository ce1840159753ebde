//! What holds of the engine for every ledger, through its public functions.
//!
//! `support` makes ledgers: random ones (proptest), hand-worked ones and the sample portfolio. Then one file a promise:
//! `order` (rows and identifiers leave no trace), `alone` (one client or all, on any number of threads), `amounts` (a
//! subject read once answers as a fresh one), `leak` (what
//! comes later changes nothing), `naive` (the fold against a plain reading of the definitions), `peers` (the eighteen
//! measures), `measured` (the fold for measures alone), `lives` (bounces, credit notes, write-offs, prepayments by
//! hand), `golden` (stored ledgers of past forms), `points`, `words`, `chances`, `evidence`, `record` (what an answer says
//! of the public record), `validate` (how well training does, against a plain reading, and
//! whether it still holds).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod alone;
mod amounts;
mod chances;
mod evidence;
mod golden;
mod leak;
mod lives;
mod measured;
mod naive;
mod order;
mod peers;
mod points;
mod record;
mod support;
mod validate;
mod words;
