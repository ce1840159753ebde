//! HTTP: routes, what stands round them, and the state they share.
//!
//! Reading order: [`router`], then one file for each resource ([`assessments`], [`clients`], [`companies`], [`decisions`], [`jobs`], [`models`], [`people`], [`policies`]); [`problem`] is how errors
//! leave, [`body`] how requests are read, [`auth`], [`rights`], [`session`] and [`origin`] who may come in, [`guard`] what stands round
//! every handler ([`rate`], `request_id`, `cors`, [`metrics`] each a part of it), [`connections`] what stands before it.

pub mod assessments;
pub mod auth;
pub mod body;
pub mod clients;
pub mod companies;
mod conditional;
pub mod connections;
mod cors;
pub mod decisions;
pub mod guard;
pub mod health;
pub mod jobs;
mod law;
pub mod metrics;
pub mod models;
pub mod openapi;
pub mod origin;
pub mod people;
pub mod policies;
mod portfolio;
pub mod problem;
pub mod rate;
mod repeat;
mod request_id;
pub mod rights;
pub mod session;
pub mod webhooks;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use encours_services::Services;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::clock::Clock;
use crate::configuration::ServeSettings;
use crate::web::{self, UsualLanguage};
use body::LargestBody;
use health::Health;
use metrics::Metrics;
use problem::Refusal;
use rate::Pace;

/// What every handler can reach.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub services: Services,
    /// The time.
    pub clock: Clock,
    /// How is served.
    pub settings: Arc<ServeSettings>,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether it is about to stop.
    pub health: Health,
    /// The pace that callers are held to, if any.
    pub pace: Option<Arc<Pace>>,
}

impl App {
    /// An application over these.
    pub fn new(services: Services, clock: Clock, settings: ServeSettings) -> Self {
        let pace = rate::pace(settings.rate_limit);
        let (metrics, health, settings) = (Metrics::default(), Health::default(), Arc::new(settings));
        Self { services, clock, settings, metrics, health, pace }
    }
}

/// Everything that is served.
pub fn router(app: App) -> Router {
    let ServeSettings { largest_body, request_time, language, .. } = *app.settings;
    let (api, document) = interface().split_for_parts();
    let api = api.route_layer(from_fn(conditional::tagged)).route_layer(from_fn_with_state(app.clone(), repeat::once));
    let api = match app.pace {
        Some(_) => api.route_layer(from_fn_with_state(app.clone(), rate::by_key)),
        None => api,
    };
    let api = api.route_layer(from_fn_with_state(app.clone(), auth::require_right));
    let docs = Router::from(SwaggerUi::new("/docs").config(Config::from("/openapi.json")));
    let policy = HeaderValue::from_static(guard::POLICY_OF_DOCS);
    let docs = docs
        .layer(from_fn(known_docs))
        .layer(SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, policy));
    let routes = Router::new()
        .merge(api)
        .merge(health::routes())
        .merge(metrics::routes(&app))
        .merge(openapi::route(document))
        .merge(web::routes(&app))
        .merge(docs)
        .fallback(unknown_path)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(Arc::clone(&app.settings), origin::same_origin))
        .layer(DefaultBodyLimit::max(largest_body))
        .layer((Extension(LargestBody(largest_body)), Extension(UsualLanguage(language))))
        .layer(from_fn_with_state(request_time, guard::in_time));
    let routes = match app.pace {
        Some(_) => routes.layer(from_fn_with_state(app.clone(), rate::by_address)),
        None => routes,
    };
    let routes = match app.settings.cors_origins.as_slice() {
        [] => routes,
        origins => routes.layer(cors::layer(origins)),
    };
    routes
        .layer(from_fn(guard::headers))
        .layer(from_fn(guard::log))
        .layer(from_fn_with_state(app.metrics.clone(), metrics::measure))
        .layer(from_fn(request_id::name))
        // Outside of all: whatever is changed within is still text.
        .layer(guard::compression())
        .with_state(app)
}

/// The routes under `/v1`, with their description.
pub fn interface() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::described())
        .routes(routes!(assessments::create))
        .routes(routes!(assessments::show))
        .routes(routes!(decisions::replay))
        .routes(routes!(decisions::rulings, decisions::rule))
        .routes(routes!(decisions::set_limit))
        .routes(routes!(decisions::audit))
        .routes(routes!(decisions::verify_audit))
        .routes(routes!(clients::erase))
        .routes(routes!(law::clauses))
        .routes(routes!(policies::list, policies::add))
        .routes(routes!(policies::show))
        .routes(routes!(policies::rehearse))
        .routes(routes!(policies::activate))
        .routes(routes!(clients::list))
        .routes(routes!(clients::show))
        .routes(routes!(companies::find))
        .routes(routes!(companies::show))
        .routes(routes!(models::list))
        .routes(routes!(models::show))
        .routes(routes!(models::card))
        .routes(routes!(models::promote))
        .merge(OpenApiRouter::new().routes(routes!(jobs::import)).layer(DefaultBodyLimit::max(jobs::LARGEST_IMPORT)))
        .routes(routes!(jobs::rescore))
        .routes(routes!(jobs::train))
        .routes(routes!(jobs::pull))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::show, jobs::cancel))
        .routes(routes!(jobs::follow))
        .routes(routes!(portfolio::show))
        .routes(routes!(portfolio::worklist))
        .routes(routes!(webhooks::list, webhooks::add))
        .routes(routes!(webhooks::remove))
        .routes(routes!(webhooks::deliveries))
        .routes(routes!(webhooks::retry))
        .routes(routes!(people::users, people::add_user))
        .routes(routes!(people::change_user))
        .routes(routes!(people::keys, people::add_key))
        .routes(routes!(people::revoke_key))
        .routes(routes!(people::me))
        .routes(routes!(people::change_password))
        .routes(routes!(people::sessions))
        .routes(routes!(people::end_session))
}

/// The documentation answers what it does not have in words of its own.
async fn known_docs(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    match response.status() {
        StatusCode::NOT_FOUND => {
            Refusal::UnknownPath.because(format!("nothing is served under `{path}`")).into_response()
        }
        _ => response,
    }
}

async fn unknown_path(uri: Uri, language: Extension<UsualLanguage>, headers: HeaderMap) -> Response {
    let wants_page =
        headers.get(header::ACCEPT).is_some_and(|kinds| kinds.to_str().unwrap_or_default().contains("text/html"));
    if wants_page && !uri.path().starts_with("/v1") {
        return web::not_found(&uri, &headers, *language);
    }
    Refusal::UnknownPath.because(format!("nothing is served under `{}`", uri.path())).into_response()
}

async fn method_not_allowed(method: Method, uri: Uri) -> Response {
    Refusal::MethodNotAllowed.because(format!("`{}` is not served by {method}", uri.path())).into_response()
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}
