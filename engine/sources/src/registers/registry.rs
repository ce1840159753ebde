//! The registers there are. A further one is a folder and a line here.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use encours_domain::Siren;

use super::{
    FoundCompanies, Raw, Reading, bodacc, companies_house, gleif, inpi_rne, insee_sirene, local_register,
    ratios_inpi_bce, recherche_entreprises, uk_payment_practices, vies,
};
use crate::Pending;
use crate::client::AnswerCache;
use crate::error::SourceError;
use crate::registry::{Asked, Setup};

/// A register that can be asked about a company.
pub trait Register: Send + Sync {
    /// Its name in the registry.
    fn name(&self) -> &'static str;

    /// What it says of a French unit. A number that it does not know is a reading without facts that says so.
    fn look_up<'r>(&'r self, siren: &'r Siren) -> Pending<'r, Result<Reading, SourceError>>;

    /// Companies of which the name or the number fits a text, the best first; nothing where it cannot be searched.
    fn find<'r>(&'r self, text: &'r str) -> Option<Pending<'r, Result<FoundCompanies, SourceError>>> {
        let _ = text;
        None
    }
}

/// How a register is to be set up.
#[derive(Clone)]
pub struct RegisterSetup {
    /// Credentials, address, manners and clock.
    pub setup: Setup,
    /// Where answers are kept.
    pub cache: Arc<dyn AnswerCache>,
    /// A kept answer younger than this is not asked for again.
    pub max_age: Duration,
    /// Whoever asks leaves after so long: no attempt or wait is begun that cannot end within it. Absent when there is time.
    pub within: Option<Duration>,
}

/// Makes a register that can be asked.
pub type Build = fn(&RegisterSetup) -> Result<Box<dyn Register>, SourceError>;

/// A register in the registry.
#[derive(Clone, Copy)]
pub struct RegisterSpec {
    /// The word on the command line.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it asks for before it answers; nothing for most.
    pub asks: &'static [Asked],
    /// Its own address; empty for one that lies in a file.
    pub base: &'static str,
    /// Whether `pull` asks it without being told to.
    pub by_default: bool,
    /// What it is asked for, in the words of what may be missing of a company.
    pub tells: &'static [&'static str],
    /// From a recorded answer to facts.
    pub parse: fn(&Raw<'_>) -> Result<Reading, SourceError>,
    /// Makes the register; absent where only recorded answers are read. Nothing is asked yet.
    pub build: Option<Build>,
}

impl fmt::Debug for RegisterSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

/// Every register, in the order in which they are asked.
pub const REGISTERS: &[RegisterSpec] = &[
    recherche_entreprises::SPEC,
    insee_sirene::SPEC,
    bodacc::SPEC,
    ratios_inpi_bce::SPEC,
    inpi_rne::SPEC,
    gleif::SPEC,
    vies::SPEC,
    companies_house::SPEC,
    uk_payment_practices::SPEC,
    local_register::SPEC,
];

/// What a register of legal units tells.
pub(super) const IDENTITY: &[&str] = &["name", "legal_form", "state", "created_on", "sector", "size"];

/// The register of a name.
///
/// # Errors
/// When there is none; the message lists those there are.
pub fn register(name: &str) -> Result<&'static RegisterSpec, SourceError> {
    let plain = name.trim().to_lowercase().replace('_', "-");
    REGISTERS.iter().find(|spec| spec.name.replace('_', "-") == plain).ok_or_else(|| {
        let known: Vec<&str> = REGISTERS.iter().map(|spec| spec.name).collect();
        SourceError::setting("register", format!("`{name}`"), format!("one of: {}", known.join(", ")))
    })
}
