//! JSON:API documents of GLEIF: records, relationships and the reasons for having none.

use serde::Deserialize;

use super::super::json::{Many, Text, block};

#[derive(Debug, Deserialize)]
pub(super) struct Document {
    /// One thing or a list of them.
    pub data: Option<Many<Thing>>,
    #[serde(default)]
    pub errors: Many<Trouble>,
    #[serde(default, deserialize_with = "block")]
    pub meta: Option<Meta>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Meta {
    #[serde(deserialize_with = "block")]
    pub golden_copy: Option<GoldenCopy>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct GoldenCopy {
    pub publish_date: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Trouble {
    pub status: Text,
    pub title: Text,
    pub detail: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Thing {
    /// `lei-records`, `relationship-records` or `reporting-exceptions`.
    #[serde(rename = "type")]
    pub kind: Text,
    pub id: Text,
    #[serde(deserialize_with = "block")]
    pub attributes: Option<Attributes>,
    #[serde(deserialize_with = "block")]
    pub relationships: Option<Relationships>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Attributes {
    pub lei: Text,
    #[serde(deserialize_with = "block")]
    pub entity: Option<Entity>,
    #[serde(deserialize_with = "block")]
    pub registration: Option<Registration>,
    #[serde(deserialize_with = "block")]
    pub relationship: Option<Relationship>,
    /// Of a reporting exception.
    pub category: Text,
    pub reason: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Entity {
    #[serde(deserialize_with = "block")]
    pub legal_name: Option<Named>,
    #[serde(deserialize_with = "block")]
    pub registered_at: Option<Identified>,
    pub registered_as: Text,
    pub jurisdiction: Text,
    pub status: Text,
    pub creation_date: Text,
    #[serde(deserialize_with = "block")]
    pub expiration: Option<Expiration>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Expiration {
    pub date: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    pub name: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Identified {
    pub id: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Registration {
    pub initial_registration_date: Text,
    pub last_update_date: Text,
    pub status: Text,
    pub corroboration_level: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct Relationships {
    #[serde(deserialize_with = "block")]
    pub direct_parent: Option<Linked>,
    #[serde(deserialize_with = "block")]
    pub ultimate_parent: Option<Linked>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Linked {
    #[serde(deserialize_with = "block")]
    pub links: Option<Links>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct Links {
    pub reporting_exception: Text,
    pub relationship_record: Text,
    pub lei_record: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Relationship {
    #[serde(deserialize_with = "block")]
    pub start_node: Option<Identified>,
    #[serde(deserialize_with = "block")]
    pub end_node: Option<Identified>,
    #[serde(rename = "type")]
    pub kind: Text,
    pub status: Text,
}
