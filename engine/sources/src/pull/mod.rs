//! What is pulled and how it is kept: records by the system's ids, pages applied whole, a checkpoint after each.
//!
//! Reading order: [`PulledRecord`] (one invoice, whole), [`PulledLedger`] (all of them, and the rows they make),
//! [`LedgerSource`] (what a system must be able to do), [`PullState`] and [`pull`] (a round, page by page).
//!
//! Why nothing is lost or doubled: a record stands whole, with all its payments, under the system's id, and a later one
//! takes its place; a page is applied entirely or not at all; the checkpoint changes in the same step and is stored in
//! the same file. Whatever a page brings a second time changes nothing. A record that a full round no longer shows
//! leaves only when the system, asked for it by its id, says that it has none.

mod ledger;
mod record;
mod rows;
mod settle;
mod source;
mod state;
#[cfg(test)]
mod tests;

pub use ledger::PulledLedger;
pub use record::{Claim, Content, Instalment, OrderedMoney, Paid, PulledClient, PulledRecord, Remark};
pub(crate) use settle::{Joined, settled};
pub use source::{Checkpoint, LedgerSource, Place, PulledPage};
pub use state::{Progress, PullState, pull};
