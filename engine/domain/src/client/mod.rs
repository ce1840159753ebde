//! Clients as the seller's own file has them: who they are, on which terms, how they are covered.
//!
//! [`likely_duplicates`] finds one company under several accounts, [`propose_matches`] looks for a client's entry in a
//! register by name and place. Both give evidence; neither decides.

mod duplicates;
mod matches;
mod names;

pub use duplicates::{Duplicate, DuplicateEvidence, likely_duplicates};
pub use matches::{Candidate, MatchEvidence, Proposal, propose_matches};
pub use names::{comparable_name, likeness as name_likeness, search_words};

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::identity::{Siren, VatNumber};
use crate::ledger::Place;
use crate::money::Money;
use crate::probability::Share;
use crate::terms::Terms;

/// A limit that somebody else stands behind: a credit insurer, a bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// Up to how much.
    pub amount: Money,
    /// Who stands behind it.
    pub by: Option<String>,
    /// First day on which it holds; unknown when absent.
    pub from: Option<Day>,
    /// Last day on which it holds; until it is taken back when absent.
    pub until: Option<Day>,
}

impl Cover {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// One client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClientRow {
    /// Where it stood.
    #[serde(skip)]
    pub place: Place,
    /// The seller's name or number for the client, as in the ledger.
    pub client_id: String,
    /// The client's name.
    pub name: Option<String>,
    /// SIREN: the file's own, that of its SIRET, or that in its number for VAT.
    pub siren: Option<Siren>,
    /// Number for VAT.
    pub vat_number: Option<VatNumber>,
    /// Sector, as the file writes it.
    pub sector: Option<String>,
    /// Agreed terms of payment.
    pub terms: Option<Terms>,
    /// The group the client belongs to.
    pub group: Option<String>,
    /// Margin on sales.
    pub margin: Option<Share>,
    /// Credit insurance.
    pub insured: Option<Cover>,
    /// Guarantee.
    pub guaranteed: Option<Cover>,
    /// Who looks after the client.
    pub owner: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
    /// Limit in force.
    pub credit_limit: Option<Money>,
    /// Address for mail.
    pub email: Option<String>,
}

impl ClientRow {
    /// The name, or where there is none the seller's own name for the client, which is often one.
    pub fn shown_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.client_id)
    }
}

/// What stands behind a likeness of two companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceLikeness {
    /// The same postcode.
    SamePostcode,
    /// Another postcode of the same city or department.
    Near,
    /// Another place.
    Elsewhere,
    /// One of them has no place.
    Unknown,
}

/// Compares places by postcode, then by city.
fn likeness(left: (Option<&str>, Option<&str>), right: (Option<&str>, Option<&str>)) -> PlaceLikeness {
    let digits = |text: Option<&str>| -> Option<String> {
        let plain: String = text?.chars().filter(|letter| letter.is_alphanumeric()).collect();
        (!plain.is_empty()).then(|| plain.to_uppercase())
    };
    let city = |text: Option<&str>| text.map(names::comparable_city).filter(|city| !city.is_empty());
    match (digits(left.0), digits(right.0)) {
        (Some(left), Some(right)) if left == right => return PlaceLikeness::SamePostcode,
        (Some(left), Some(right)) if left.len() == 5 && left.get(..2) == right.get(..2) => return PlaceLikeness::Near,
        _ => {}
    }
    match (city(left.1), city(right.1)) {
        (Some(left), Some(right)) if left == right => PlaceLikeness::Near,
        (Some(_), Some(_)) => PlaceLikeness::Elsewhere,
        _ if left.0.is_some() && right.0.is_some() => PlaceLikeness::Elsewhere,
        _ => PlaceLikeness::Unknown,
    }
}
