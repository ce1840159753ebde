//! What all registers must withstand; each one's own meaning stands in its folder.

use std::sync::Arc;
use std::time::Duration;

use encours_domain::fact::FactKind;
use encours_domain::subject::Subject;
use encours_domain::{Day, Siren};
use proptest::prelude::*;

use super::{REGISTERS, Raw, Reading, Register, RegisterSetup, RegisterSpec, register};
use crate::client::{AnswerCache, Manners, MemoryCache};
use crate::registry::Setup;
use crate::tests::server::{Asked, JumpingClock, Reply, Server};
use crate::{Credentials, Secret, SourceError};

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Reads a recorded answer as fetched on 31 May 2026.
pub fn read(spec: &RegisterSpec, text: &str) -> Reading {
    try_read(spec, text.as_bytes(), None).unwrap()
}

pub fn try_read(spec: &RegisterSpec, bytes: &[u8], asked: Option<&Subject>) -> Result<Reading, SourceError> {
    (spec.parse)(&Raw { bytes, fetched_on: day("2026-05-31"), asked })
}

/// The facts as lines, to compare them by eye.
pub fn lines(reading: &Reading) -> Vec<String> {
    let line = |fact: &encours_domain::fact::Fact<Subject>| {
        format!("{} {}={} {} {}", fact.subject, fact.kind.code(), fact.value, fact.valid_from, fact.known_from)
    };
    reading.facts.iter().map(line).collect()
}

/// The values of a kind, with the day from which each is known.
pub fn values(reading: &Reading, kind: FactKind) -> Vec<(String, String)> {
    let facts = reading.facts.iter().filter(|fact| fact.kind == kind);
    facts.map(|fact| (fact.value.clone(), fact.valid_from.to_string())).collect()
}

pub struct Desk {
    pub clock: Arc<JumpingClock>,
    pub cache: Arc<MemoryCache>,
}

impl Desk {
    pub fn new() -> Self {
        Self { clock: JumpingClock::new(), cache: Arc::new(MemoryCache::default()) }
    }

    pub fn register(&self, spec: &RegisterSpec, address: &str) -> Box<dyn Register> {
        let credentials = Credentials::new(spec.asks.iter().map(|asked| (asked.name, Secret::new("s3cr3t-word"))));
        let manners = Manners {
            spacing: Duration::ZERO,
            attempts: 3,
            timeout: Duration::from_millis(300),
            patience: Duration::from_secs(60),
            ..Manners::default()
        };
        let base = Some(address.to_owned());
        let (clock, cache) = (self.clock.clone(), self.cache.clone() as Arc<dyn AnswerCache>);
        let setup = Setup { credentials, base, plain_http: false, manners: Some(manners), clock, seed: 5 };
        (spec.build.unwrap())(&RegisterSetup { setup, cache, max_age: Duration::from_secs(86_400), within: None })
            .unwrap()
    }
}

/// A sound answer for each register about the unit 000200006.
fn sound(spec: &RegisterSpec, asked: &Asked) -> Reply {
    let text = |body: &str| Reply::text(200, "application/json", body);
    match spec.name {
        "recherche-entreprises" => text(include_str!("recherche_entreprises/fixtures/company.json")),
        "insee-sirene" => text(include_str!("insee_sirene/fixtures/company.json")),
        "bodacc" => text(include_str!("bodacc/fixtures/plan_resolved.json")),
        "ratios_inpi_bce" => text(include_str!("ratios_inpi_bce/fixtures/small.json")),
        "vies" => text(include_str!("vies/fixtures/invalid.json")),
        "gleif" => text(r#"{"data": []}"#),
        "inpi-rne" if asked.path.ends_with("login") => text(r#"{"token": "s3cr3t-token"}"#),
        "inpi-rne" if asked.path.ends_with("attachments") => text(
            r#"{"actes": [], "bilans": [], "bilansSaisis": [{"id": "5f", "dateCloture": "2024-12-31", "typeBilan": "C"}]}"#,
        ),
        _ => text(include_str!("inpi_rne/fixtures/company.json")),
    }
}

fn live() -> impl Iterator<Item = &'static RegisterSpec> {
    REGISTERS.iter().filter(|spec| spec.build.is_some())
}

fn siren() -> Siren {
    "000200006".parse().unwrap()
}

#[test]
fn the_registry_is_in_order() {
    for spec in REGISTERS {
        assert_eq!(register(spec.name).unwrap().name, spec.name);
        assert_eq!(register(&spec.name.replace('-', "_").to_uppercase()).unwrap().name, spec.name);
        assert!(spec.base.starts_with("https://") || spec.build.is_none(), "{}", spec.name);
    }
    let error = register("infogreffe").unwrap_err().to_string();
    assert!(error.starts_with("register: found `infogreffe`, expected one of: recherche-entreprises, "), "{error}");
}

#[test]
fn an_answer_in_another_shape_is_an_error_and_never_no_facts() {
    for spec in REGISTERS {
        for text in ["", "<html>please log in</html>", "{}", "{\"a\": 1}", "null", "5", "{\"results\":", "\"text\""] {
            let read = try_read(spec, text.as_bytes(), None);
            assert!(read.is_err(), "{}: `{text}` gave {read:?}", spec.name);
        }
    }
}

#[tokio::test]
async fn passing_faults_are_waited_out() {
    let faults: [fn() -> Reply; 4] = [
        || Reply::status(429).with("Retry-After", "7"),
        || Reply::status(500),
        || Reply::text(503, "text/html", "<html>bad gateway</html>"),
        || Reply::text(200, "application/json", "{\"results\": [").cut(),
    ];
    for spec in live() {
        for (number, fault) in faults.into_iter().enumerate() {
            let server = Server::start(move |asked| if asked.before == 0 { fault() } else { sound(spec, asked) }).await;
            let desk = Desk::new();
            let reading = desk.register(spec, &server.address).look_up(&siren()).await;
            assert!(reading.is_ok(), "{}, fault {number}: {reading:?}", spec.name);
            if number == 0 {
                assert!(desk.clock.waits().contains(&Duration::from_secs(7)), "{}", spec.name);
            }
        }
    }
}

#[tokio::test]
async fn lies_and_detours_are_errors_and_the_next_try_is_better() {
    let other = Server::start(|_| Reply::text(200, "application/json", "{}")).await;
    let elsewhere = other.address.clone();
    let faults: Vec<Box<dyn Fn() -> Reply + Send + Sync>> = vec![
        Box::new(|| Reply::text(200, "text/html", "<html>please log in</html>")),
        Box::new(|| {
            Reply::text(200, "application/json", "{\"erreur\": \"trop de requêtes\", \"message\": \"s3cr3t-word\"}")
        }),
        Box::new(|| Reply::text(200, "application/json", "")),
        Box::new(move || Reply::status(302).with("Location", &format!("{elsewhere}/steal"))),
        Box::new(|| Reply::status(429).with("Retry-After", "86400")),
    ];
    for (number, fault) in faults.into_iter().enumerate() {
        let fault = Arc::new(fault);
        for spec in live() {
            let broken = fault.clone();
            let server =
                Server::start(move |asked| if asked.before == 0 { broken() } else { sound(spec, asked) }).await;
            let desk = Desk::new();
            let register = desk.register(spec, &server.address);
            let error = register.look_up(&siren()).await.expect_err(spec.name);
            let silent = spec.asks.is_empty() || !format!("{error} {error:?}").contains("s3cr3t");
            assert!(silent, "{}: {error:?}", spec.name);
            let again = register.look_up(&siren()).await;
            assert!(again.is_ok(), "{}, after fault {number}: {again:?}", spec.name);
        }
    }
    assert!(other.asked().is_empty(), "the other host was asked");
}

#[tokio::test]
async fn a_register_that_keeps_silent_is_left_in_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    for spec in live() {
        let error = Desk::new().register(spec, &address).look_up(&siren()).await.unwrap_err();
        assert!(error.is_passing(), "{}: {error:?}", spec.name);
    }
}

#[tokio::test]
async fn a_kept_answer_is_not_asked_for_again_until_it_is_old() {
    let server = Server::start(|asked| match asked.headers.get("if-none-match").map(String::as_str) {
        Some("\"v1\"") => Reply::text(304, "application/json", ""),
        _ => sound(&super::ratios_inpi_bce::SPEC, asked).with("ETag", "\"v1\""),
    })
    .await;
    let desk = Desk::new();
    let register = desk.register(&super::ratios_inpi_bce::SPEC, &server.address);
    let first = register.look_up(&siren()).await.unwrap();
    assert_eq!(register.look_up(&siren()).await.unwrap(), first);
    assert_eq!(server.asked().len(), 1, "the second answer was kept");
    // A day later the host says that nothing has changed: the facts are as fresh as that.
    desk.clock.advance(Duration::from_secs(86_400));
    let third = register.look_up(&siren()).await.unwrap();
    assert_eq!(server.asked().len(), 2);
    // Rows without a day of publication were known when they were fetched.
    let before: Vec<String> = lines(&first).iter().map(|line| line.replace("2026-11-22", "2026-11-23")).collect();
    assert_eq!(lines(&third), before);
    let looked = |reading: &Reading| reading.facts[0].fetched_on.unwrap();
    assert_eq!(looked(&third).days_since(looked(&first)), 1);
    assert_eq!(third.facts[0].answer, first.facts[0].answer);
}

#[tokio::test]
async fn an_answer_about_other_companies_alone_is_none() {
    let server = Server::start(|_| {
        Reply::text(200, "application/json", include_str!("recherche_entreprises/fixtures/group.json"))
    })
    .await;
    let register = Desk::new().register(&super::recherche_entreprises::SPEC, &server.address);
    let error = register.look_up(&siren()).await.unwrap_err().to_string();
    assert!(error.contains("was asked for"), "{error}");
}

#[tokio::test]
async fn requests_name_the_tool_and_show_no_credential() {
    for spec in live() {
        let server = Server::start(move |asked| sound(spec, asked)).await;
        Desk::new().register(spec, &server.address).look_up(&siren()).await.unwrap();
        for asked in server.asked() {
            assert_eq!(asked.headers["user-agent"], concat!("encours/", env!("CARGO_PKG_VERSION")));
            assert!(!asked.query.values().any(|value| value.contains("s3cr3t")), "{}", spec.name);
        }
    }
}

proptest! {
    /// Whatever stands in an answer: facts or an error, never a panic.
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for spec in REGISTERS {
            let _ = try_read(spec, &bytes, None);
        }
    }

    /// A sound answer with a piece of it replaced.
    #[test]
    fn broken_answers_are_read_without_a_panic(
        at in 0.0..1.0_f64, cut in 0_usize..60, piece in prop::sample::select(vec![
            "", "null", "[]", "{}", "\"\"", "0", "-1", "1e400", "\"[ND]\"", "\"2026-02-30\"", "99999999999999999999", "é",
        ]),
    ) {
        for spec in live() {
            for path in ["/x", "/sso/login", "/attachments"] {
                let asked = Asked { path: path.to_owned(), ..Asked::default() };
                let body = sound(spec, &asked).body;
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a text")]
                let start = (body.len() as f64 * at) as usize;
                let start = (0..=start).rev().find(|place| body.is_char_boundary(*place)).unwrap();
                let end = (start + cut..=body.len()).find(|place| body.is_char_boundary(*place)).unwrap_or(body.len());
                let broken = format!("{}{piece}{}", &body[..start], &body[end..]);
                let _ = try_read(spec, broken.as_bytes(), None);
            }
        }
    }
}
