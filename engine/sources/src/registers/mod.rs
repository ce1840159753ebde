//! The public registers: what each says of a company, as facts.
//!
//! Reading order: [`Reading`] (what an answer came to), [`Raw`] (an answer with when and for whom it was given),
//! [`Register`] (what a register must be able to do), [`REGISTERS`] (which there are), then a folder for each, all of
//! the same shape: `payload` is what it says in its words, `convert` what that means in ours, the folder's own module
//! what is asked in which order.
//!
//! What holds for all of them:
//!
//! - A recorded answer converts without the network: [`RegisterSpec::parse`] is a function of bytes.
//! - Fields come and go: one that is absent or of another type is not read, and the rest is. An answer of which not
//!   even the outer shape is known is an error, never "no facts".
//! - Names of natural persons come only from an answer that also says whether they may be shown; a masked value is
//!   *confidential*, never a name and never bad news.
//! - A number that nobody knows is [`Reading::not_found`], never a company without bad news.
//! - An outage gives no facts and says so ([`Reading::missing`]): nothing is taken for good news.

pub mod bodacc;
pub mod companies_house;
pub mod gleif;
pub mod inpi_rne;
pub mod insee_sirene;
mod json;
pub mod local_register;
mod opendatasoft;
pub mod ratios_inpi_bce;
mod reading;
pub mod recherche_entreprises;
mod registry;
mod text;
pub mod uk_payment_practices;
pub mod vies;

#[cfg(test)]
mod tests;

pub use local_register::LocalRegister;
pub use reading::{FoundCompanies, Missing, Note, Raw, Reading};
pub use registry::{REGISTERS, Register, RegisterSetup, RegisterSpec, register};
