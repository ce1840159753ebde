//! Days that must not be missed, and which offer is put forward.

use encours_domain::{Bilingual, Day};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A day by which something must be done, or on which something ends.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Stable code: `COVER_DECLARE_OVERDUE`, `COVER_ENDS`, `CLAIM`, `RETENTION_OF_TITLE`.
    pub code: String,
    /// The day; it may have passed.
    #[schema(value_type = String, format = Date)]
    pub on: Day,
    /// What, in words.
    #[schema(value_type = super::BothLanguages)]
    pub says: Bilingual,
}

/// The offer that is put forward.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutForward {
    /// Its name.
    pub offer: String,
    /// How likely this one was put forward: 1 unless the policy lets other offers be tried.
    pub propensity: f64,
}
