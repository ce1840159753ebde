//! Clients and companies as one types, for the script of the form.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use encours_services::Found;
use serde::{Deserialize, Serialize};

use crate::http::App;
use crate::http::body::Parameters;
use crate::http::problem::Problem;
use crate::view::BETWEEN;

/// How many are offered.
pub const SHOWN: usize = 8;

/// `/search`.
pub fn routes() -> Router<App> {
    Router::new().route("/search", get(search))
}

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    q: String,
}

/// One line of the list.
#[derive(Debug, Serialize)]
pub struct Hit {
    /// What to put into the field.
    pub value: String,
    /// Its name.
    pub name: String,
    /// Id and SIREN.
    pub detail: String,
}

impl Hit {
    /// A found client or company as a line.
    pub fn of(found: &Found) -> Self {
        let siren = found.siren.as_ref().map(|siren| format!("SIREN {siren}"));
        let is_id = found.siren.as_ref().is_some_and(|siren| siren.as_str() == found.id);
        let id = (!is_id).then(|| found.id.clone());
        let detail: Vec<String> = [id, siren, found.place.clone()].into_iter().flatten().collect();
        let value = found.name.as_ref().map_or_else(|| found.id.clone(), |name| format!("{name}{BETWEEN}{}", found.id));
        Self { value, name: found.name.clone().unwrap_or_else(|| found.id.clone()), detail: detail.join(" · ") }
    }
}

async fn search(State(app): State<App>, Parameters(words): Parameters<Words>) -> Result<Json<Vec<Hit>>, Problem> {
    let report = app.services.search_everywhere(&words.q, SHOWN).await?;
    Ok(Json(report.found.iter().map(Hit::of).collect()))
}
