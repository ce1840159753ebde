//! Whether the program lives (`/healthz`), and whether it can do what it is for (`/readyz`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use encours_services::ReadinessCheck;
use serde::Serialize;
use tokio::sync::Mutex;

use super::App;

/// `/healthz` and `/readyz`: open to everybody, they say nothing about the data.
pub fn routes() -> Router<App> {
    Router::new().route("/healthz", get(async || "ok\n")).route("/readyz", get(ready))
}

/// Whether the program is about to stop. Cheap to clone; every clone is the same.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    stopping: AtomicBool,
    /// Held while somebody tries: the trials write, and whoever asks without end must not make them many.
    trying: Mutex<()>,
}

impl Health {
    /// Waits until told to stop, says so at `/readyz`, and gives those who ask there time to notice.
    pub async fn announced(&self, told: impl Future<Output = ()>, noticed: impl Future<Output = ()>) {
        told.await;
        self.0.stopping.store(true, Ordering::Relaxed);
        noticed.await;
    }

    fn check(&self) -> ReadinessCheck {
        let stopping = self.0.stopping.load(Ordering::Relaxed);
        ReadinessCheck::of("not_stopping", stopping.then(|| "the program is about to stop".to_owned()))
    }
}

/// What `/readyz` answers.
#[derive(Debug, Serialize)]
struct Readiness {
    /// Whether requests should be sent here.
    ready: bool,
    /// Each thing that was tried.
    checks: Vec<ReadinessCheck>,
}

async fn ready(State(app): State<App>) -> Response {
    let mut checks = vec![app.health.check()];
    // Who stops need not be tried any more.
    if checks.iter().all(|check| check.ok) {
        let _alone = app.health.0.trying.lock().await;
        checks.extend(app.services.readiness(app.settings.least_free, app.clock.now()).await);
    }
    let ready = checks.iter().all(|check| check.ok);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, checks })).into_response()
}
