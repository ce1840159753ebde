//! The public facts of one company, as they were known on a day.
//!
//! Reading order: [`words`] (how a fact's text reads), [`pick`](pick::latest) (which fact wins), then [`CompanyView`].
//!
//! **Absent here**: any judgement. A view says what is known, and why the rest is not.

mod accounts;
mod asked;
pub mod bulk;
mod dated;
mod lines;
pub mod outside;
mod pick;
mod record_feature;
mod record_view;
mod view;
pub mod words;

pub use accounts::Accounts;
pub use asked::{AskOutcome, AskedRegister};
pub(crate) use dated::{closings, dated};
pub use lines::AccountLines;
pub(crate) use pick::latest;
pub(crate) use record_feature::{Order, Reads, RecordFeature, RecordRows, Unit, features_of, hash_of};
pub use record_view::{RecordView, division};
pub(crate) use view::looked_for_accounts;
pub use view::{CompanyView, MissingNote, SourceNote};
pub use words::{AccountsStatus, CompanyState, Proceedings, SizeBand};
