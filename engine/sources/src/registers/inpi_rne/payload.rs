//! Filed accounts as the national register digitises them.

use serde::Deserialize;

use super::super::json::{Many, Text, block};

/// What an answer can be: an entry with its accounts inside, the accounts alone, a list of attachments, or an error.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Entry {
    pub siren: Text,
    pub date_depot: Text,
    pub date_cloture: Text,
    pub type_bilan: Text,
    pub confidentiality: Text,
    pub deleted: Text,
    #[serde(deserialize_with = "block")]
    pub bilan_saisi: Option<Typed>,
    /// Accounts without the wrapping.
    #[serde(deserialize_with = "block")]
    pub bilan: Option<Accounts>,
    /// Of a list of attachments.
    pub bilans_saisis: Many<Entry>,
    pub bilans: Many<Filed>,
    /// Of an error.
    pub code: Text,
    pub message: Text,
    #[serde(rename = "type")]
    pub kind: Text,
}

/// A document of accounts, without figures.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Filed {
    pub siren: Text,
    pub date_depot: Text,
    pub date_cloture: Text,
    pub type_bilan: Text,
    pub confidentiality: Text,
    pub deleted: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    #[serde(deserialize_with = "block")]
    pub bilan: Option<Accounts>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Accounts {
    #[serde(deserialize_with = "block")]
    pub identite: Option<Identity>,
    #[serde(deserialize_with = "block")]
    pub detail: Option<Detail>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Identity {
    pub siren: Text,
    pub date_cloture_exercice: Text,
    #[serde(rename = "dateClotureExerciceNMoins1")]
    pub previous: Text,
    pub code_type_bilan: Text,
    pub duree_exercice_n: Text,
    pub code_devise: Text,
    pub denomination: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Detail {
    pub pages: Many<Page>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Page {
    pub liasses: Many<Line>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Line {
    pub code: Text,
    pub m1: Text,
    pub m2: Text,
    pub m3: Text,
    pub m4: Text,
}
