//! Registers are asked while somebody waits: whatever they do, the answer comes in time and says what it did not get.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use encours_services::{Asked, Asking, AssessRequest, Consulted, LOCAL_REGISTER_FILE, Services};
use encours_sources::client::SystemClock;
use encours_sources::{Credentials, RegisterSetup, Setup, register};
use serde_json::Value;

use crate::support::{Desk, sample};

const SIREN: &str = "000200006";
/// An answer is to be there within so long, whatever happens.
const IN_TIME: Duration = Duration::from_secs(3);

const UNIT: &str = r#"{"total_results":1,"results":[{"siren":"000200006","nom_complet":"MENUISERIE VALBREON",
    "nom_raison_sociale":"MENUISERIE VALBREON","etat_administratif":"A","nature_juridique":"5710",
    "date_creation":"2012-03-01","statut_diffusion":"O","activite_principale":"16.23Z","tranche_effectif_salarie":"03",
    "date_mise_a_jour_insee":"2026-01-05T08:00:00","siege":{"adresse":"1 RUE DE LA FORGE 00110 MONTREVEL-LE-NEUF",
    "code_postal":"00110","libelle_commune":"MONTREVEL-LE-NEUF"}}]}"#;
const NO_NOTICES: &str = r#"{"total_count":0,"results":[]}"#;

/// What a host does with a question.
#[derive(Clone, Copy, Debug)]
enum Mood {
    Sound,
    /// Takes the question and says nothing for half a minute.
    Silent,
    Html,
    ErrorInside,
    Limits,
    /// Breaks the connection off.
    Cut,
}

/// A host that is in one mood for the first questions and sound afterwards. It ends with the test's process.
fn host(mood: Mood, moody: usize) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let now = if count.fetch_add(1, Ordering::SeqCst) < moody { mood } else { Mood::Sound };
            std::thread::spawn(move || answer(stream, now));
        }
    });
    (address, asked)
}

fn answer(mut stream: TcpStream, mood: Mood) {
    let mut bytes = [0; 8192];
    let read = stream.read(&mut bytes).unwrap_or(0);
    let asked = String::from_utf8_lossy(&bytes[..read]).into_owned();
    let sound = if asked.contains("/search") { UNIT } else { NO_NOTICES };
    let (status, kind, further, body) = match mood {
        Mood::Sound => ("200 OK", "application/json", "", sound),
        Mood::Silent => {
            std::thread::sleep(Duration::from_secs(30));
            return;
        }
        Mood::Html => ("200 OK", "text/html", "", "<html>please log in</html>"),
        Mood::ErrorInside => ("200 OK", "application/json", "", r#"{"erreur":"panne","error":"down"}"#),
        Mood::Limits => ("429 Too Many Requests", "application/json", "Retry-After: 3600\r\n", "{}"),
        Mood::Cut => return,
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: {kind}\r\n{further}");
    let _ = stream.write_all(format!("{head}Content-Length: {length}\r\n\r\n{body}").as_bytes());
}

/// Services that ask the three open registers at this address.
async fn asking(desk: &Desk, address: &str) -> Services {
    let services = desk.reopened().await;
    let consulted = ["recherche-entreprises", "bodacc", "ratios_inpi_bce"].map(|name| {
        let spec = register(name).unwrap();
        let setup = Setup {
            credentials: Credentials::new(std::iter::empty::<(String, encours_sources::Secret)>()),
            base: Some(address.to_owned()),
            plain_http: false,
            manners: None,
            clock: Arc::new(SystemClock),
            seed: 1,
        };
        let within = Some(Asking::BUDGET);
        let setup = RegisterSetup { setup, cache: services.kept_answers(), max_age: Duration::from_secs(3600), within };
        Consulted::new(spec, (spec.build.unwrap())(&setup).unwrap().into())
    });
    services.asking(Asking::new(consulted.to_vec()))
}

fn now() -> encours_services::Moment {
    // Facts that are fetched now are known now.
    encours_services::Moment::utc(std::time::SystemTime::now().into())
}

async fn assess(services: &Services) -> (Value, Duration) {
    let begun = Instant::now();
    let request = AssessRequest { store: true, ..AssessRequest::new(Asked::Siren(SIREN.to_owned()), "4000") };
    let answer = services.assess(request, now()).await.unwrap().to_json();
    (serde_json::from_str(&answer).unwrap(), begun.elapsed())
}

fn outcomes(answer: &Value) -> Vec<&str> {
    answer["registers"].as_array().unwrap().iter().map(|one| one["outcome"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_registers_do_the_answer_comes_in_time_and_gets_better() {
    for (mood, moody, outcome) in [
        (Mood::Silent, 3, "late"),
        (Mood::Html, 3, "unusable"),
        (Mood::ErrorInside, 3, "unusable"),
        (Mood::Limits, 3, "limited"),
        (Mood::Cut, 6, "unreachable"),
    ] {
        let (address, asked) = host(mood, moody);
        let desk = Desk::new().await;
        let services = asking(&desk, &address).await;
        let (answer, took) = assess(&services).await;
        println!("{mood:?}: {} ms", took.as_millis());
        assert!(took < IN_TIME, "{mood:?}: {took:?}");
        assert_eq!(outcomes(&answer), [outcome; 3], "{mood:?}");
        assert_eq!(answer["verdict"], "refer", "{mood:?}");
        let missing = answer["missing"].as_array().unwrap();
        for what in ["state", "proceedings", "accounts", "name"] {
            let note = missing.iter().find(|note| note["what"] == what).unwrap();
            assert_eq!(note["kind"], "not_fetched", "{mood:?}, {what}");
            assert!(note["why"]["fr"].as_str().is_some_and(|why| !why.is_empty()), "{mood:?}, {what}");
        }
        // What was not got is asked again, and nothing of the bad answers was kept.
        let (better, took) = assess(&services).await;
        assert!(took < IN_TIME, "{mood:?}: {took:?}");
        assert_eq!(outcomes(&better), ["answered"; 3], "{mood:?}, asked {}", asked.load(Ordering::SeqCst));
        assert_eq!(better["client"]["name"], "MENUISERIE VALBREON");
        assert!(better["missing"].as_array().unwrap().iter().all(|note| note["what"] != "state"), "{mood:?}");
        // Each can be made again, without asking anybody.
        let before = asked.load(Ordering::SeqCst);
        for answer in [&answer, &better] {
            let replay = services.replay(answer["id"].as_str().unwrap()).await.unwrap();
            assert!(replay.equal, "{mood:?}: {:#?}", replay.differences);
        }
        assert_eq!(asked.load(Ordering::SeqCst), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_answer_is_there_at_once() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let desk = Desk::new().await;
    let services = asking(&desk, &format!("http://{free}")).await;
    let (answer, took) = assess(&services).await;
    println!("no network: {} ms", took.as_millis());
    assert!(took < IN_TIME, "{took:?}");
    assert_eq!(outcomes(&answer), ["unreachable"; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_unless_it_was_allowed_or_needed() {
    let (address, asked) = host(Mood::Sound, 0);
    let desk = Desk::new().await;
    let (answer, _) = assess(&desk.services).await;
    assert_eq!(answer["registers"].as_array().unwrap().len(), 0);
    let services = asking(&desk, &address).await;
    assess(&services).await;
    let first = asked.load(Ordering::SeqCst);
    assert_eq!(first, 3);
    // An old day is answered from what is kept.
    let request = AssessRequest {
        as_of: Some("2026-01-31".parse().unwrap()),
        ..AssessRequest::new(Asked::Siren("000300004".to_owned()), "4000")
    };
    services.assess(request, now()).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), first);
}

#[tokio::test]
async fn a_local_register_answers_for_a_prospect_never_seen_and_says_what_it_is() {
    let desk = Desk::with_sample().await;
    let file = std::fs::read(sample("register.csv")).unwrap();
    std::fs::write(desk.folder.path().join(LOCAL_REGISTER_FILE), file).unwrap();
    let services = desk.reopened().await;
    let mut consulted = Vec::new();
    services.with_local_register(&mut consulted).unwrap();
    let services = services.asking(Asking::new(consulted));
    let now = crate::support::now();
    let prospect = "000011171";
    assert!(desk.services.company(prospect).await.is_err(), "nobody has asked about it yet");
    let request = AssessRequest { store: true, ..AssessRequest::new(Asked::Either(prospect.to_owned()), "4000") };
    let answer = services.assess(request, now).await.unwrap().to_json();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["client"]["name"], "Électricité Vilchetel");
    assert_eq!(answer["sources"][0]["name"], "local register (sample)");
    assert_eq!(answer["sources"][0]["fetched_at"], "2026-06-01");
    assert_eq!(outcomes(&answer), ["answered"]);
    let codes: Vec<&str> =
        answer["reasons"].as_array().unwrap().iter().filter_map(|reason| reason["code"].as_str()).collect();
    assert!(codes.contains(&"JUST_CHANGED"), "{codes:?}");
    assert!(services.replay(answer["id"].as_str().unwrap()).await.unwrap().equal);

    // As one types: accents, legal forms, blanks in numbers, the VAT number; masked ones are not found by name.
    for query in
        ["vilchetel", "SARL Electricite Vil", "électricité vilch", "000 011 171", "FR60 000 011 171", "000011171 00012"]
    {
        let report = services.search_everywhere(query, 10).await.unwrap();
        assert!(report.found.iter().any(|found| found.id == prospect), "{query}: {report:?}");
    }
    let by_name = services.search_everywhere("vilchetel", 10).await.unwrap();
    assert_eq!(by_name.found[0].place.as_deref(), Some("00120 SAINT-ARDAL"));
    let nobody = AssessRequest::new(Asked::Either("552032534".to_owned()), "4000");
    let answer: Value = serde_json::from_str(&services.assess(nobody, now).await.unwrap().to_json()).unwrap();
    assert_eq!((outcomes(&answer), &answer["verdict"]), (vec!["not_found"], &"refer".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_states_search_is_asked_where_it_is_allowed_and_nobody_waits_for_it_long() {
    let (address, _) = host(Mood::Sound, 0);
    let desk = Desk::new().await;
    let services = asking(&desk, &address).await;
    let report = services.search_everywhere("SAS Menuiserie Valbréon", 10).await.unwrap();
    let told: Vec<_> = report.found.iter().map(|one| (one.id.as_str(), one.known_by.word())).collect();
    assert_eq!(told, [(SIREN, "recherche-entreprises")]);
    // A search keeps nothing, and two letters are not worth a question.
    assert!(services.company(SIREN).await.is_err());
    assert!(services.search_everywhere("Me", 10).await.unwrap().asked.is_empty());

    let (address, _) = host(Mood::Silent, 9);
    let desk = Desk::new().await;
    let services = asking(&desk, &address).await;
    let begun = Instant::now();
    let report = services.search_everywhere("menuiserie", 10).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let told: Vec<_> = report.asked.iter().map(|one| (one.name.as_str(), one.outcome)).collect();
    assert_eq!(told, [("recherche-entreprises", encours_core::company::AskOutcome::Late)]);
}
