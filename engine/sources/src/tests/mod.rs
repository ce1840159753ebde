//! The local server and what every system must withstand; the systems' own tests stand in their folders.

pub mod battery;
pub mod server;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Base, Client, Manners, Question};
use crate::registry::{SOURCES, source};
use crate::{Secret, SourceError};
use battery::manners;
use server::{JumpingClock, Reply, Server};

fn client(clock: &Arc<JumpingClock>, manners: Manners) -> Client {
    Client::new(manners, clock.clone(), 1).unwrap()
}

fn question(server: &Server) -> Question {
    Question::get(&Base::parse(&server.address, false).unwrap(), "things").credential(
        "authorization",
        "Bearer ",
        &Secret::new("s3cr3t-token"),
    )
}

#[tokio::test]
async fn waits_as_long_as_the_host_asks() {
    for (value, seconds) in [("7", 7), ("Sun, 22 Nov 2026 08:02:00 GMT", 120)] {
        let server = Server::start(move |asked| match asked.before {
            0 => Reply::status(429).with("Retry-After", value),
            _ => Reply::json(&json!({})),
        })
        .await;
        let clock = JumpingClock::new();
        client(&clock, manners()).ask(&question(&server)).await.unwrap();
        assert_eq!(clock.waits(), [Duration::from_secs(seconds)], "{value}");
    }
}

#[tokio::test]
async fn gives_up_after_its_attempts_and_says_so() {
    let server = Server::start(|_| Reply::status(503)).await;
    let clock = JumpingClock::new();
    let error = client(&clock, manners()).ask(&question(&server)).await.unwrap_err();
    assert!(error.is_passing());
    assert!(error.to_string().ends_with("did not answer `/things` in 6 attempts: status 503"), "{error}");
    assert_eq!(server.asked().len(), 6);
    let waits = clock.waits();
    assert!(waits.windows(2).all(|pair| pair[0] < pair[1] * 2) && waits.len() == 5, "{waits:?}");
}

#[tokio::test]
async fn an_unreachable_host_is_unavailable() {
    let server = Server::start(|_| Reply::status(503)).await;
    let port = {
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        free.local_addr().unwrap().port()
    };
    drop(server);
    let base = Base::parse(&format!("http://127.0.0.1:{port}"), false).unwrap();
    let clock = JumpingClock::new();
    let error = client(&clock, manners()).ask(&Question::get(&base, "x")).await.unwrap_err();
    assert!(matches!(&error, SourceError::Unavailable { reason, .. } if reason == "no connection"), "{error:?}");
}

#[tokio::test]
async fn keeps_its_distance() {
    let server = Server::start(|_| Reply::json(&json!({}))).await;
    let clock = JumpingClock::new();
    let client = client(&clock, Manners { spacing: Duration::from_millis(200), ..manners() });
    for _ in 0..4 {
        client.ask(&question(&server)).await.unwrap();
    }
    assert_eq!(clock.waits(), [Duration::from_millis(200); 3]);
}

#[tokio::test]
async fn follows_on_one_host_and_never_to_another() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/things" => Reply::status(301).with("Location", "/there"),
        _ => Reply::json(&json!({"here": true})),
    })
    .await;
    let clock = JumpingClock::new();
    let answer = client(&clock, manners()).ask(&question(&server)).await.unwrap();
    assert_eq!(answer.json::<Value>().unwrap(), json!({"here": true}));

    let other = Server::start(|_| Reply::json(&json!({}))).await;
    let target = other.address.clone();
    let server = Server::start(move |_| Reply::status(307).with("Location", &format!("{target}/steal"))).await;
    let error = client(&clock, manners()).ask(&question(&server)).await.unwrap_err();
    assert!(matches!(error, SourceError::Redirected { .. }), "{error:?}");
    assert!(other.asked().is_empty(), "the other host was asked");
}

#[tokio::test]
async fn reads_only_so_much() {
    let server = Server::start(|_| Reply::json(&json!({"x": "y".repeat(2000)}))).await;
    let clock = JumpingClock::new();
    let error = client(&clock, Manners { body_limit: 1000, ..manners() }).ask(&question(&server)).await.unwrap_err();
    assert!(matches!(error, SourceError::TooLarge { limit: 1000, .. }), "{error:?}");
}

#[tokio::test]
async fn names_itself_and_sends_the_credential_in_a_header() {
    let server = Server::start(|_| Reply::json(&json!({}))).await;
    let clock = JumpingClock::new();
    client(&clock, manners()).ask(&question(&server).query("limit", "10")).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].headers["user-agent"], concat!("encours/", env!("CARGO_PKG_VERSION")));
    assert_eq!(asked[0].headers["authorization"], "Bearer s3cr3t-token");
    assert!(!asked[0].query.values().any(|value| value.contains("s3cr3t")));
    assert!(!format!("{:?}", question(&server)).contains("s3cr3t"));
}

#[test]
fn the_registry_is_in_order() {
    for spec in SOURCES {
        assert_eq!(source(spec.name).unwrap().name, spec.name);
        assert!(spec.asks.iter().any(|asked| asked.secret), "{} asks for no secret", spec.name);
    }
    let error = source("dolibarr").err().unwrap().to_string();
    assert_eq!(error, "system: found `dolibarr`, expected one of: pennylane, sellsy, axonaut, odoo");
}

#[test]
fn a_missing_credential_stops_before_anything_is_asked() {
    for spec in SOURCES {
        let setup = crate::Setup {
            credentials: crate::Credentials::default(),
            base: Some("https://example.org".to_owned()),
            plain_http: false,
            manners: None,
            clock: JumpingClock::new(),
            seed: 1,
        };
        let error = (spec.build)(&setup).err().unwrap();
        assert!(matches!(error, SourceError::Setting { .. }), "{}: {error:?}", spec.name);
    }
}

#[tokio::test]
async fn a_host_that_keeps_silent_is_left_in_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Base::parse(&format!("http://{}", listener.local_addr().unwrap()), false).unwrap();
    let clock = JumpingClock::new();
    let hasty = Manners { timeout: Duration::from_millis(50), attempts: 2, ..manners() };
    let error = client(&clock, hasty).ask(&Question::get(&base, "x")).await.unwrap_err();
    assert!(matches!(&error, SourceError::Unavailable { reason, .. } if reason == "no answer in time"), "{error:?}");
}
