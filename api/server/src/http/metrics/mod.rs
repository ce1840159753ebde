//! `/metrics`: what a monitoring system asks for every few seconds, in Prometheus' text form.
//!
//! [`Metrics`] counts as things happen; `state` reads what there is at the moment of asking; `registers` counts questions to
//! public registers. Labels hold patterns, codes and names of models, and nothing of a client.

mod registers;
mod state;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use tokio::time::Instant;

use super::auth::require_right;
use super::{App, rate};

/// Before every name.
const PREFIX: &str = "encours";

/// Upper edges of the times that answers take, seconds; an answer of the interface should be there within 0.02.
const EDGES: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Names of labels, each with its value.
type Labels<const N: usize> = [(&'static str, Cow<'static, str>); N];

/// What is counted while the program runs. Cheap to clone; every clone is the same.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    requests: Family<Labels<3>, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    assessments: Family<Labels<1>, Counter>,
    limited: Family<Labels<1>, Counter>,
    questions: Family<Labels<2>, Counter>,
    drift: state::DriftSeen,
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::<_, _, fn() -> Histogram>::new_with_constructor(times);
        let (in_flight, drift) = (Gauge::default(), state::DriftSeen::default());
        let (assessments, limited, questions) = (Family::default(), Family::default(), Family::default());
        let mut registry = Registry::with_prefix(PREFIX);
        let help = "Time to the head of an answer, by route pattern, method and status";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, requests.clone());
        registry.register("http_requests_in_flight", "Requests being answered", in_flight.clone());
        registry.register("assessments", "Assessments made, stored or as a what-if", assessments.clone());
        registry.register("rate_limited", "Requests refused because their key or address is too fast", limited.clone());
        let help = "Questions to public registers while somebody waited, by how they ended";
        registry.register("register_questions", help, questions.clone());
        registry.register("build", "The program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        // What never happened yet is nought, and not absent.
        for stored in [true, false] {
            drop(assessments.get_or_create(&kind(stored)));
        }
        for by in ["key", "address"] {
            drop(limited.get_or_create(&[("by", Cow::Borrowed(by))]));
        }
        Self(Arc::new(Inner { registry, requests, in_flight, assessments, limited, questions, drift }))
    }
}

fn times() -> Histogram {
    Histogram::new(EDGES)
}

fn kind(stored: bool) -> Labels<1> {
    [("kind", Cow::Borrowed(if stored { "stored" } else { "what_if" }))]
}

impl Metrics {
    /// An assessment was made.
    pub fn assessed(&self, stored: bool) {
        self.0.assessments.get_or_create(&kind(stored)).inc();
    }

    /// A request was refused because its `key` or `address` is too fast.
    pub fn limited(&self, by: &'static str) {
        self.0.limited.get_or_create(&[("by", Cow::Borrowed(by))]).inc();
    }

    fn answered(&self, route: String, method: &Method, status: u16, took: Duration) {
        let labels = [
            ("route", Cow::Owned(route)),
            ("method", Cow::Borrowed(known_method(method))),
            ("status", Cow::Owned(status.to_string())),
        ];
        self.0.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    fn text(&self) -> String {
        written(&self.0.registry)
    }
}

fn written(registry: &Registry) -> String {
    let mut text = String::new();
    // Writing to a text cannot fail.
    let _ = prometheus_text::encode(&mut text, registry);
    text
}

/// A caller may invent methods without end.
fn known_method(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|known| method == known).unwrap_or("other")
}

/// A request that is being answered; it is not any more when this goes, for whatever reason.
struct InFlight(Gauge);

impl InFlight {
    fn begin(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The pattern of the route that a request goes to, never its address: that may name a client.
pub fn route_of(request: &Request) -> String {
    request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned())
}

/// Middleware: measures every request.
pub async fn measure(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let (route, method) = (route_of(&request), request.method().clone());
    let flying = InFlight::begin(&metrics.0.in_flight);
    let response = next.run(request).await;
    drop(flying);
    metrics.answered(route, &method, response.status().as_u16(), began.elapsed());
    response
}

/// `/metrics`, behind the door of `/v1` unless the configuration opens it.
pub fn routes(app: &App) -> Router<App> {
    let routes = Router::new().route("/metrics", get(show));
    if app.settings.metrics_are_open {
        return routes;
    }
    routes
        .route_layer(from_fn_with_state(app.clone(), rate::by_key))
        .route_layer(from_fn_with_state(app.clone(), require_right))
}

async fn show(State(app): State<App>) -> Response {
    let text = app.metrics.text() + &written(&state::registry(&app).await);
    ([(header::CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], text).into_response()
}
