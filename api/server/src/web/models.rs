//! The models: `/models` lists them, `/models/{id}` is a model's card.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use encours_core::portfolio::validate::Verdict;
use encours_services::ModelInfo;

use super::frozen;
use super::screen::{Screen, page};
use crate::card::{self, CardView};
use crate::http::App;
use crate::http::body::PathPart;
use crate::http::problem::Problem;
use crate::words::Lang;

/// The pages of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/models", get(list)).route("/models/{id}", get(show))
}

#[derive(Template)]
#[template(path = "models.html")]
struct ModelsPage {
    screen: Screen,
    frozen: Option<String>,
    models: Vec<ModelLine>,
}

/// A model on a line.
struct ModelLine {
    id: String,
    state: &'static str,
    cutoff: String,
    rows: String,
    auc: String,
    brier: String,
    past_brier: String,
}

#[derive(Template)]
#[template(path = "model.html")]
struct ModelPage {
    screen: Screen,
    frozen: Option<String>,
    card: CardView,
}

impl ModelLine {
    fn of(model: &ModelInfo, lang: Lang) -> Self {
        let headline = model.horizons.iter().find(|horizon| horizon.late_over == model.headline_over);
        let auc = headline.and_then(|horizon| horizon.out_of_time).map(|metrics| metrics.auc);
        let briers = match model.verdict {
            Some(Verdict::Better { model, past_rate } | Verdict::NoBetter { model, past_rate }) => {
                Some((model, past_rate))
            }
            Some(Verdict::Untold { .. }) | None => None,
        };
        let figure =
            |value: Option<f64>, places| value.map_or_else(String::new, |one| card::decimals(one, places, lang));
        Self {
            id: model.id.clone(),
            state: card::state(model.state, lang),
            cutoff: card::day(&model.cutoff, lang),
            rows: lang.count(model.rows),
            auc: figure(auc, 3),
            brier: figure(briers.map(|pair| pair.0), 4),
            past_brier: figure(briers.map(|pair| pair.1), 4),
        }
    }
}

async fn list(State(app): State<App>, screen: Screen) -> Response {
    match app.services.models().await {
        Ok(models) => {
            let models = models.iter().map(|model| ModelLine::of(model, screen.lang)).collect();
            page(StatusCode::OK, &ModelsPage { frozen: frozen(&app, &screen), screen, models })
        }
        Err(error) => super::failed(screen, &error.into()),
    }
}

async fn show(State(app): State<App>, screen: Screen, id: Result<PathPart<String>, Problem>) -> Response {
    let id = match id {
        Ok(PathPart(id)) => id,
        Err(problem) => return super::failed(screen, &problem),
    };
    match app.services.model_card(&id, None, app.clock.now()).await {
        Ok(found) => {
            let card = CardView::of(&found, screen.lang);
            page(StatusCode::OK, &ModelPage { frozen: frozen(&app, &screen), screen, card })
        }
        Err(error) => super::failed(screen, &error.into()),
    }
}
