//! The sample in a temporary folder, loaded and trained once, and requests to it without a socket.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use chrono::{DateTime, Utc};
use encours_datasets::{SAMPLE_AS_OF, sample};
use encours_server::clock::Clock;
use encours_server::configuration::{Configuration, RateLimit, ServeSettings};
use encours_server::http::{App, router};
use encours_services::{ImportOptions, InputFile, Login, Moment, Role, Scopes, Services, TrainOptions};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// What all tests share. The folder lies under the build's own, so that nothing is left in the system's.
pub struct Sample {
    runtime: Runtime,
    router: Router,
    pub app: App,
    folder: TempDir,
    pub key: String,
}

/// Name and password of the administrator of every sample.
pub const USER: &str = "tests";
pub const PASSWORD: &str = "a password of tests";

pub static SAMPLE: LazyLock<Sample> = LazyLock::new(|| loaded(true));

/// The sample, loaded; trained only where `SAMPLE` is, which takes its time.
fn loaded(is_trained: bool) -> Sample {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let clock = Clock::Frozen(SAMPLE_AS_OF.parse().unwrap());
    let (app, key) = runtime.block_on(async {
        let services = Services::open(folder.path(), None).await.unwrap();
        let now = clock.now();
        let ledger = vec![InputFile::new("i.parquet", sample::INVOICES), InputFile::new("p.parquet", sample::PAYMENTS)];
        services.import(ledger, ImportOptions::default(), now).await.unwrap();
        services.import_companies(vec![InputFile::new("c.csv", sample::COMPANIES)], false, now).await.unwrap();
        if is_trained {
            services.train(TrainOptions::default(), now).await.unwrap();
        }
        let key = services.create_key("tests-key", Scopes::all(), None, now).await.unwrap().key;
        services.create_user(USER, Role::Administrator, Some(PASSWORD.to_owned()), now).await.unwrap();
        (App::new(services, clock, settings()), key)
    });
    Sample { runtime, router: router(app.clone()), app, folder, key }
}

/// How is served where nobody set anything.
pub fn settings() -> ServeSettings {
    Configuration::shipped().unwrap().serve
}

/// A pace that callers are held to.
pub fn limit(per_minute: u32, burst: u32) -> RateLimit {
    let [per_minute, burst] = [per_minute, burst].map(|number| NonZeroU32::new(number).unwrap());
    RateLimit { per_minute, burst }
}

/// A response, read to its end.
pub struct Answered {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub body: String,
}

impl Answered {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl Sample {
    /// One of its own, for a test that changes what others would see; untrained.
    pub fn of_its_own() -> Self {
        loaded(false)
    }

    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The same data, served otherwise.
    pub fn served(&self, change: impl FnOnce(&mut ServeSettings)) -> Router {
        let mut settings = settings();
        change(&mut settings);
        router(App::new(self.app.services.clone(), self.app.clock, settings))
    }

    pub fn send_to(&self, router: &Router, request: Request<Body>) -> Answered {
        self.runtime.block_on(send(router.clone(), request))
    }

    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn send(&self, request: Request<Body>) -> Answered {
        self.runtime.block_on(send(self.router.clone(), request))
    }

    /// The use cases under the router.
    pub fn services(&self) -> &Services {
        &self.app.services
    }

    /// The moment at which the sample stands.
    pub fn now(&self) -> Moment {
        self.app.clock.now()
    }

    /// The same server at another instant.
    pub fn router_at(&self, instant: DateTime<Utc>) -> Router {
        router(App { clock: Clock::Still(instant), ..self.app.clone() })
    }

    /// A request with the key.
    pub fn with_key(&self, method: &str, path: &str, body: &str) -> Answered {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.key));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap())
    }

    /// A request without anything.
    pub fn bare(&self, method: &str, path: &str) -> Answered {
        self.send(Request::builder().method(method).uri(path).body(Body::empty()).unwrap())
    }

    /// The cookie of a new session.
    pub fn log_in(&self) -> String {
        let form = format!("name={USER}&password={}", PASSWORD.replace(' ', "+"));
        let request = Request::post("/login").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answered = self.send(request.body(Body::from(form)).unwrap());
        assert_eq!(answered.status, StatusCode::SEE_OTHER);
        answered.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    /// A page as somebody sees it who is logged in.
    pub fn page(&self, path: &str) -> Answered {
        let request = Request::get(path).header(header::COOKIE, self.log_in());
        self.send(request.body(Body::empty()).unwrap())
    }
}

async fn send(router: Router, request: Request<Body>) -> Answered {
    let response: Response<Body> = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let body = String::from_utf8_lossy(&body).into_owned();
    Answered { status: parts.status, headers: parts.headers, body }
}

/// A small ledger of its own, untrained, whose only client has this name.
pub fn page_of_a_client_called(name: &str, path: &str) -> String {
    let csv = format!(
        "client_id,invoice_id,issue_date,due_date,amount,paid_date,client_name\nA,1,2026-01-01,2026-01-31,100,,{name}\n"
    );
    page_of_a_ledger(csv, path)
}

/// A page over a ledger of its own, untrained.
pub fn page_of_a_ledger(csv: String, path: &str) -> String {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    Runtime::new().unwrap().block_on(async {
        let services = Services::open(folder.path(), None).await.unwrap();
        let app = App::new(services.clone(), Clock::Frozen("2026-02-15".parse().unwrap()), settings());
        let now = app.clock.now();
        services.import(vec![InputFile::new("l.csv", csv.into_bytes())], ImportOptions::default(), now).await.unwrap();
        services.create_user(USER, Role::Sales, Some(PASSWORD.to_owned()), now).await.unwrap();
        let Login::Opened { token: session, .. } = services.log_in(USER, PASSWORD.to_owned(), now).await.unwrap()
        else {
            panic!("refused")
        };
        let request = Request::get(path).header(header::COOKIE, format!("encours_session={session}"));
        send(router(app), request.body(Body::empty()).unwrap()).await.body
    })
}

/// A file for a test, in a folder that ends with it.
pub fn file(folder: &TempDir, name: &str, content: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}
