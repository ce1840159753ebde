//! Companies that don't exist: identity, facts, accounts.

mod accounts;
mod facts;
mod fate;
mod identity;
mod names;
mod region;
mod sector;
mod siren;
mod stranger;

pub use facts::{CompanyFact, REGISTER_SOURCE, SOURCE};
pub use identity::{Company, LegalForm};
pub use region::Region;
pub use sector::{Sector, Size};
pub use siren::{UNASSIGNED_PREFIX, has_check_digit};

pub(crate) use facts::facts;
pub(crate) use fate::Fate;
pub(crate) use identity::{Registry, Wanted};
pub(crate) use stranger::strangers;
