//! What stands round every handler, as the configuration has it; what is measured; whether it is ready.

use std::convert::Infallible;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::pin::Pin;
use std::process::{Child, Command, Stdio};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Request, StatusCode};
use encours_server::configuration::{Configuration, DEFAULT_TEXT, Given};
use encours_server::http::{App, router};
use encours_server::words::Lang;
use encours_services::{Scopes, Services};
use hyper::body::Frame;
use serde_json::{Value, json};

use crate::support::{Answered, SAMPLE, Sample, file, limit, settings};

/// A request with headers.
fn ask(router: &Router, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answered {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    SAMPLE.send_to(router, request.body(Body::from(body.to_owned())).unwrap())
}

fn bearer() -> String {
    format!("Bearer {}", SAMPLE.key)
}

#[test]
fn a_request_has_one_name_in_header_and_problem() {
    let router = SAMPLE.router();
    for (brought, is_kept) in [(Some("proxy-7.a_B"), true), (Some("a b"), false), (Some(""), false), (None, false)] {
        let headers: Vec<(&str, &str)> = brought.map(|name| ("x-request-id", name)).into_iter().collect();
        for path in ["/healthz", "/v1/models", "/nothing"] {
            let answered = ask(&router, "GET", path, &headers, "");
            let name = answered.header("x-request-id");
            assert_eq!(Some(name) == brought, is_kept, "{brought:?} {path}: {name}");
            assert!(is_kept || (name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit())), "{name}");
            if path != "/healthz" {
                assert_eq!(answered.json()["request_id"], name);
                assert_eq!(answered.header("content-type"), "application/problem+json");
            }
        }
    }
    let names = [(); 2].map(|()| ask(&router, "GET", "/healthz", &[], "").header("x-request-id").to_owned());
    assert_ne!(names[0], names[1]);
}

#[test]
fn answers_are_compressed_for_who_takes_it() {
    let router = SAMPLE.router();
    let plain = ask(&router, "GET", "/openapi.json", &[], "");
    assert_eq!(plain.header("content-encoding"), "");
    let packed = ask(&router, "GET", "/openapi.json", &[("accept-encoding", "gzip, br")], "");
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("gzip", "accept-encoding"));
    assert!(packed.body.len() < plain.body.len() / 2, "{} {}", packed.body.len(), plain.body.len());
    // A problem is written again with the request's name before it is compressed.
    let refused = ask(&router, "GET", "/v1/models", &[("accept-encoding", "gzip")], "");
    assert_eq!((refused.status.as_u16(), refused.header("content-encoding")), (401, "gzip"));
}

#[test]
fn bodies_and_answers_have_the_configured_limits() {
    let small = SAMPLE.served(|settings| settings.largest_body = 2_048);
    let headers = [("authorization", &*bearer()), ("content-type", "application/json")];
    let refused = ask(&small, "POST", "/v1/assessments", &headers, &" ".repeat(2_049));
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (413, &json!("body_too_large")));
    assert!(refused.body.contains("2 KiB at most"), "{}", refused.body);
    assert_eq!(ask(&small, "POST", "/v1/assessments", &headers, &" ".repeat(2_048)).json()["code"], "malformed_json");
    let hurried = SAMPLE.served(|settings| settings.request_time = Duration::from_millis(20));
    let mut request = Request::post("/v1/assessments");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let late = SAMPLE.send_to(&hurried, request.body(Body::new(Silent)).unwrap());
    assert_eq!((late.status.as_u16(), &late.json()["code"]), (503, &json!("timed_out")));
}

/// A body of which nothing ever comes.
struct Silent;

impl HttpBody for Silent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[test]
fn pages_of_other_sites_come_in_only_where_they_are_named_and_with_a_key() {
    const QUOTE: &str = r#"{"client":"C-0012","quote":{"amount":"18000"},"store":false}"#;
    let closed = SAMPLE.router();
    let opened = SAMPLE.served(|settings| settings.cors_origins = vec!["https://shop.example".to_owned()]);
    let (shop, elsewhere) = (("origin", "https://shop.example"), ("origin", "https://elsewhere.example"));
    let key = bearer();
    let cookie = SAMPLE.log_in();
    let with_key = ("authorization", key.as_str());
    let with_session = ("cookie", cookie.as_str());
    for (router, origin, credential, status, allowed) in [
        (&closed, shop, with_key, 403, ""),
        (&opened, shop, with_key, 200, "https://shop.example"),
        (&opened, elsewhere, with_key, 403, ""),
        (&opened, shop, with_session, 403, "https://shop.example"),
    ] {
        let headers = [origin, credential, ("host", "encours.example"), ("content-type", "application/json")];
        let answered = ask(router, "POST", "/v1/assessments", &headers, QUOTE);
        let found = (answered.status.as_u16(), answered.header("access-control-allow-origin"));
        assert_eq!(found, (status, allowed), "{origin:?} {credential:?}: {}", answered.body);
        assert_eq!(answered.header("access-control-allow-credentials"), "");
    }
    let preflight = |router: &Router, origin: (&str, &str)| {
        let asked =
            [origin, ("access-control-request-method", "POST"), ("access-control-request-headers", "authorization")];
        let answered = ask(router, "OPTIONS", "/v1/assessments", &asked, "");
        answered.header("access-control-allow-origin").to_owned()
    };
    assert_eq!(preflight(&opened, shop), "https://shop.example");
    assert_eq!((preflight(&opened, elsewhere), preflight(&closed, shop)), (String::new(), String::new()));
}

#[test]
fn each_key_has_a_pace_of_its_own() {
    let router = SAMPLE.served(|settings| settings.rate_limit = Some(limit(1, 2)));
    let app = &SAMPLE.app;
    let other = SAMPLE.wait(app.services.create_key("other", Scopes::all(), None, app.clock.now())).unwrap().key;
    let get = |key: &str| ask(&router, "GET", "/v1/models", &[("authorization", &format!("Bearer {key}"))], "");
    let standing = |answered: &Answered| {
        let names = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "ratelimit-policy", "retry-after"];
        names.map(|name| answered.header(name).to_owned())
    };
    let first = get(&SAMPLE.key);
    assert_eq!(
        (first.status.as_u16(), standing(&first)),
        (200, ["2", "1", "60", "1;w=60;burst=2", ""].map(String::from))
    );
    assert_eq!((get(&SAMPLE.key).status.as_u16(), get(&other).status.as_u16()), (200, 200));
    let refused = get(&SAMPLE.key);
    let problem = refused.json();
    assert_eq!((refused.status.as_u16(), &problem["code"]), (429, &json!("rate_limited")));
    assert!(problem["request_id"].is_string() && problem["detail"].as_str().unwrap().contains("come back in "));
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait) && refused.header("ratelimit-remaining") == "0", "{wait}");
    assert_eq!(get(&other).status.as_u16(), 200);
    let measured = ask(&router, "GET", "/healthz", &[], "");
    assert_eq!((measured.status.as_u16(), measured.header("ratelimit-limit")), (200, ""));
    // Nobody is held up where nothing is configured.
    let free = SAMPLE.with_key("GET", "/v1/models", "");
    assert_eq!((free.status.as_u16(), free.header("ratelimit-limit")), (200, ""));
}

#[test]
fn an_address_without_a_good_key_has_a_pace_that_its_neighbours_do_not_feel() {
    let router = SAMPLE.served(|settings| settings.rate_limit = Some(limit(1, 2)));
    let status = |headers: &[(&str, &str)]| ask(&router, "GET", "/v1/models", headers, "").status.as_u16();
    // One without a key and one with a bad key are counted together.
    assert_eq!([status(&[]), status(&[("authorization", "Bearer enc_bad")])], [401, 401]);
    assert_eq!([status(&[]), status(&[("authorization", "Bearer enc_bad")])], [429, 429]);
    assert_eq!(status(&[("authorization", &bearer())]), 200, "from the same address");
    for path in ["/healthz", "/assets/app.css"] {
        assert_eq!(ask(&router, "GET", path, &[], "").status, StatusCode::OK, "{path}");
    }
}

#[test]
fn pages_begin_in_the_configured_language() {
    let english = SAMPLE.served(|settings| settings.language = Lang::En);
    let lang = |router: &Router, path: &str, cookie: &str| {
        let page = ask(router, "GET", path, &[("cookie", cookie), ("accept", "text/html")], "").body;
        page.split("<html lang=\"").nth(1).unwrap()[..2].to_owned()
    };
    assert_eq!((&*lang(&english, "/login", ""), &*lang(&SAMPLE.router(), "/login", "")), ("en", "fr"));
    assert_eq!((&*lang(&english, "/nothing", ""), &*lang(&english, "/login", "lang=fr")), ("en", "fr"));
    assert_eq!(lang(&english, "/login?lang=fr", ""), "fr");
}

/// The value of a series.
fn series(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

#[test]
fn measures_stand_behind_the_door_unless_it_is_opened() {
    let opened = SAMPLE.served(|settings| settings.metrics_are_open = true);
    let refused = SAMPLE.bare("GET", "/metrics");
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (401, &json!("unauthenticated")));
    for answered in [SAMPLE.with_key("GET", "/metrics", ""), ask(&opened, "GET", "/metrics", &[], "")] {
        assert_eq!(answered.status, StatusCode::OK);
        assert_eq!(answered.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        assert!(answered.body.contains("# TYPE encours_build_info gauge"), "{}", answered.body);
    }
}

#[test]
fn what_happens_is_counted_without_a_word_about_clients() {
    // Counts of its own: the other tests go through another router.
    let router = SAMPLE.served(|settings| settings.rate_limit = Some(limit(1, 5)));
    let key = bearer();
    let headers = [("authorization", key.as_str()), ("content-type", "application/json")];
    let quote =
        |amount: u32, store: bool| json!({"client": "C-0012", "quote": {"amount": amount}, "store": store}).to_string();
    for (amount, store) in [(7_001, false), (7_002, false), (7_003, true)] {
        assert!(ask(&router, "POST", "/v1/assessments", &headers, &quote(amount, store)).status.is_success());
    }
    assert_eq!(ask(&router, "GET", "/v1/clients/C-0012", &headers, "").status, StatusCode::OK);
    ask(&router, "BREW", "/v1/clients/C-0012", &[], "");
    let text = ask(&router, "GET", "/metrics", &headers, "").body;
    assert_eq!(ask(&router, "GET", "/v1/models", &headers, "").status, StatusCode::TOO_MANY_REQUESTS);
    for (name, value) in [
        ("encours_assessments_total{kind=\"what_if\"}", 2.0),
        ("encours_assessments_total{kind=\"stored\"}", 1.0),
        ("encours_rate_limited_total{by=\"key\"}", 0.0),
        ("encours_http_requests_in_flight", 1.0),
        ("encours_ledger_clients", 400.0),
        ("encours_ledger_age_days", 2.0),
    ] {
        assert_eq!(series(&text, name), Some(value), "{name}\n{text}");
    }
    let count = |route: &str, method: &str, status: &str| {
        let labels = format!("{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}}");
        series(&text, &format!("encours_http_request_duration_seconds_count{labels}"))
    };
    assert_eq!(count("/v1/assessments", "POST", "200"), Some(2.0));
    assert_eq!(count("/v1/assessments", "POST", "201"), Some(1.0));
    assert_eq!(count("/v1/clients/{id}", "GET", "200"), Some(1.0));
    assert_eq!(count("/v1/clients/{id}", "other", "405"), Some(1.0), "{text}");
    assert!(text.contains(concat!("encours_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1")), "{text}");
    assert!(!text.contains("C-0012") && !text.contains(&SAMPLE.key), "{text}");
    // The sample's model is measured against the invoices that came after it.
    for name in ["encours_model_age_seconds{", "encours_model_drift_alerts{"] {
        assert!(text.lines().any(|line| line.starts_with(name)), "{name}\n{text}");
    }
    assert!(text.contains("# TYPE encours_http_request_duration_seconds histogram"), "{text}");
    every_line_is_a_series_or_a_comment(&text);
    let document = include_str!("../../../../docs/OPERATION.md");
    for name in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()) {
        assert!(document.contains(&format!("`{name}`")), "docs/OPERATION.md lacks `{name}`");
    }
}

/// The form that Prometheus reads: `name{labels} number`, names unique to their type.
fn every_line_is_a_series_or_a_comment(text: &str) {
    let mut types: Vec<&str> = Vec::new();
    for line in text.lines() {
        if let Some(of) = line.strip_prefix("# TYPE ") {
            types.push(of.split(' ').next().unwrap());
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
        assert!(value.parse::<f64>().is_ok() && name.starts_with("encours_"), "{line}");
    }
    let all = types.len();
    types.sort_unstable();
    types.dedup();
    assert_eq!(types.len(), all, "{types:?}");
}

fn checks(answered: &Answered) -> Vec<(String, bool)> {
    let checks = answered.json()["checks"].as_array().unwrap().clone();
    let check = |check: &Value| (check["name"].as_str().unwrap().to_owned(), check["ok"].as_bool().unwrap());
    checks.iter().map(check).collect()
}

/// The one check that is not as it should be.
#[track_caller]
fn lacks(answered: &Answered, name: &str, says: &str) {
    assert_eq!((answered.status.as_u16(), &answered.json()["ready"]), (503, &json!(false)), "{}", answered.body);
    let failing: Vec<String> = checks(answered).into_iter().filter(|(_, ok)| !ok).map(|(name, _)| name).collect();
    assert_eq!(failing, [name], "{}", answered.body);
    assert!(answered.body.contains(says), "{}", answered.body);
}

#[test]
fn it_is_ready_when_everything_that_answers_need_is_there() {
    let ready = SAMPLE.bare("GET", "/readyz");
    assert_eq!((ready.status.as_u16(), &ready.json()["ready"]), (200, &json!(true)), "{}", ready.body);
    let names =
        ["not_stopping", "store_answers", "store_writable", "data_folder_writable", "portfolio_readable", "disk_space"];
    assert_eq!(checks(&ready), names.map(|name| (name.to_owned(), true)));
    // Nothing stays behind, and nothing was changed.
    assert!(!SAMPLE.folder().join(".ready").exists());
    assert_eq!(SAMPLE.with_key("GET", "/v1/policies", "").json()[0]["state"], "active");
    let full = SAMPLE.served(|settings| settings.least_free = u64::MAX);
    lacks(&ask(&full, "GET", "/readyz", &[], ""), "disk_space", " MiB are free, ");
}

#[test]
fn it_is_not_ready_when_files_cannot_be_written_or_read() {
    let desk = Sample::of_its_own();
    let trial = desk.folder().join(".ready");
    // Nobody, not even an administrator, renames a file over a folder.
    fs::create_dir(&trial).unwrap();
    lacks(&desk.bare("GET", "/readyz"), "data_folder_writable", "the data folder cannot be written");
    fs::remove_dir(&trial).unwrap();
    assert_eq!(desk.bare("GET", "/readyz").status, StatusCode::OK);
    // Who opens the folder anew reads what lies there.
    let ledger = fs::read_dir(desk.folder().join("ledger")).unwrap().next().unwrap().unwrap().path();
    fs::write(ledger.join("invoices.parquet"), b"torn").unwrap();
    lacks(&opened_again(&desk), "portfolio_readable", "what is in force cannot be read");
}

#[test]
fn it_is_not_ready_when_the_store_can_only_be_read() {
    let desk = Sample::of_its_own();
    let database = desk.folder().join("encours.sqlite3");
    let mut marked = fs::metadata(&database).unwrap().permissions();
    marked.set_readonly(true);
    fs::set_permissions(&database, marked).unwrap();
    lacks(&opened_again(&desk), "store_writable", "the store cannot be written");
}

fn opened_again(desk: &Sample) -> Answered {
    let services = desk.wait(Services::open(desk.folder(), None)).unwrap();
    let router = router(App::new(services, desk.app.clock, settings()));
    desk.send_to(&router, Request::get("/readyz").body(Body::empty()).unwrap())
}

/// One line for a request, in the form that was set, with the request's name and nothing of the client it was about.
#[test]
fn the_log_tells_requests_by_pattern_and_name() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_encours"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(SAMPLE.folder());
    command.env("ENCOURS_LOG", "info").env("ENCOURS_LOG__FORM", "json").env("ENCOURS_SERVE__NOTICE_SECONDS", "0");
    let mut server = Server(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let mut talk = BufReader::new(server.0.stderr.take().unwrap()).lines().map(Result::unwrap);
    let address = talk.find_map(|line| line.strip_prefix("serving on http://").map(str::to_owned)).unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "GET /v1/clients/C-0012?secret=1 HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {}\r\nX-Request-Id: seven\r\n\
         Connection: close\r\n\r\n",
        SAMPLE.key
    );
    stream.write_all(head.as_bytes()).unwrap();
    let line = talk.find(|line| line.contains("/v1/clients")).unwrap();
    let told: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
    assert_eq!(
        (&told["level"], &told["route"], &told["status"]),
        (&json!("INFO"), &json!("/v1/clients/{id}"), &json!(422))
    );
    assert_eq!(told["span"]["id"], "seven");
    assert!(!line.contains("C-0012") && !line.contains("secret") && !line.contains(&SAMPLE.key), "{line}");
}

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The configuration as the program has it, and what it says of one at fault.
#[test]
fn the_program_shows_its_configuration_and_refuses_a_wrong_one() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let config = file(&folder, "c.toml", "[serve]\nlanguage = \"en\"\nconnections = 7\n");
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_encours"));
        command.current_dir(folder.path()).env_clear().args(arguments).envs(variables.iter().copied());
        let done = command.output().unwrap();
        let [stdout, stderr] = [done.stdout, done.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (done.status.code(), stdout, stderr)
    };
    let config = config.to_str().unwrap();
    let secret = ("ENCOURS_DATABASE", "postgres://me:secret@nowhere/db");
    let (code, shown, _) = run(&["config", "show", "--data", "d"], &[("ENCOURS_CONFIG", config), secret]);
    assert_eq!(code, Some(0));
    for line in [
        "data = \"d\"  # flag --data".to_owned(),
        "database = \"postgres://me:***@nowhere/db\"  # environment, ENCOURS_DATABASE".to_owned(),
        "listen = \"127.0.0.1:8080\"  # default".to_owned(),
        format!("connections = 7  # {config}, line 3"),
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
    assert!(shown.parse::<toml::Table>().is_ok() && !folder.path().join("d").exists(), "nothing is opened or made");
    let wrong = [("ENCOURS_CONFIG", config), ("ENCOURS_LOG", "encours=loud"), ("ENCOURS_SERVE__CONNECTIONS", "0")];
    let (code, shown, told) = run(&["serve", "--data", "d"], &wrong);
    assert_eq!((code, shown.as_str()), (Some(2), ""));
    let begins: Vec<&str> = told.lines().map(|line| line.split(": found").next().unwrap()).collect();
    let expected = [
        "environment, ENCOURS_LOG: `log.filter`",
        "environment, ENCOURS_SERVE__CONNECTIONS: `serve.connections`",
        "error: 2 settings cannot be used",
    ];
    assert_eq!(begins, expected, "{told}");
    let (code, text, _) = run(&["config", "default", "--config", "no-such-file.toml"], &[]);
    assert_eq!((code, text.as_str()), (Some(0), DEFAULT_TEXT));
}

/// The package's own file is one that the program takes.
#[test]
fn the_configuration_of_the_package_is_sound() {
    let packaged = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/debian/encours.toml");
    let given = Given { file: Some(packaged), ..Given::default() };
    let found = Configuration::load(&given, []).unwrap();
    assert_eq!(found.data, Path::new("/var/lib/encours"));
    assert!(found.log.filter.contains("encours_server=info"), "{}", found.log.filter);
}
