//! The two answers of VIES: they name the verdict differently, and an outage comes with status 200.

use serde::Deserialize;

use super::super::json::{Many, Text};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Answer {
    /// Of `check-vat-number`.
    pub valid: Option<bool>,
    /// Of `ms/…/vat/…`.
    pub is_valid: Option<bool>,
    /// `VALID`, `INVALID`, or why nobody could tell.
    pub user_error: Text,
    pub country_code: Text,
    pub vat_number: Text,
    pub request_date: Text,
    pub name: Text,
    pub address: Text,
    /// `false` when there are errors.
    pub action_succeed: Option<bool>,
    pub error_wrappers: Many<Wrapped>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wrapped {
    pub error: Text,
}
