//! A company of Companies House: a profile, a hit of a search, or a line of the bulk file.

use serde::Deserialize;

use super::super::json::{Many, Text, block};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    /// Of a search.
    pub items: Option<Many<Company>>,
    pub errors: Many<Trouble>,
    pub error: Text,
    /// A profile alone.
    #[serde(flatten)]
    pub profile: Company,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Trouble {
    pub error: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Company {
    #[serde(alias = "CompanyNumber", alias = " CompanyNumber")]
    pub company_number: Text,
    #[serde(alias = "title", alias = "CompanyName")]
    pub company_name: Text,
    #[serde(alias = "CompanyStatus")]
    pub company_status: Text,
    #[serde(alias = "IncorporationDate")]
    pub date_of_creation: Text,
    #[serde(alias = "DissolutionDate")]
    pub date_of_cessation: Text,
    pub sic_codes: Many<Text>,
    #[serde(rename = "SICCode.SicText_1")]
    pub sic_text: Text,
    #[serde(rename = "Accounts.NextDueDate")]
    pub accounts_next_due: Text,
    #[serde(rename = "Accounts.LastMadeUpDate")]
    pub accounts_made_up_to: Text,
    #[serde(deserialize_with = "block")]
    pub accounts: Option<Accounts>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Accounts {
    pub next_due: Text,
    pub overdue: Option<bool>,
    #[serde(deserialize_with = "block")]
    pub last_accounts: Option<LastAccounts>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LastAccounts {
    pub made_up_to: Text,
}
