//! Public facts come in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use encours_domain::Siren;
use encours_domain::fact::{Fact, FactKind};
use encours_domain::subject::Subject;
use encours_services::{FoundKind, InputFile};
use encours_sources::client::{KeptAnswer, Validators};
use encours_sources::{Pending, Reading, Register, SourceError};

use crate::support::{Desk, files_below, now};

const HEADER: &str = "subject,kind,value,valid_from,known_from,source\n";
const NAME: &str = "552032534,name,Crêperie de l'Œuf,1995-01-01,1995-02-01,INSEE\n";
const STATE: &str = "552032534,state,active,1995-01-01,1995-02-01,INSEE\n";
const OTHER: &str = "732829320,name,Autre SA,2000-01-01,2000-02-01,INSEE\n";

fn file(rows: &[&str]) -> InputFile {
    InputFile::new("facts.csv", format!("{HEADER}{}", rows.concat()).into_bytes())
}

#[tokio::test]
async fn facts_add_up_in_any_order() {
    let mut snapshots = Vec::new();
    for files in [
        vec![vec![file(&[NAME, STATE, OTHER])]],
        vec![vec![file(&[OTHER])], vec![file(&[STATE, NAME])]],
        vec![vec![file(&[STATE]), file(&[NAME, STATE])], vec![file(&[NAME, OTHER])]],
    ] {
        let desk = Desk::new().await;
        let mut last = None;
        for files in files {
            last = Some(desk.services.import_companies(files, false, now()).await.unwrap());
        }
        let last = last.unwrap();
        assert_eq!((last.facts, last.companies), (3, 2));
        snapshots.push(last.snapshot);
        let again = desk.services.import_companies(vec![file(&[OTHER, NAME])], false, now()).await.unwrap();
        assert!(again.unchanged);
    }
    snapshots.dedup();
    assert_eq!(snapshots.len(), 1);
}

#[tokio::test]
async fn faults_change_nothing() {
    let desk = Desk::new().await;
    let broken = "552032534,state,asleep,1995-01-01,1995-02-01,INSEE\n";
    let error = desk.services.import_companies(vec![file(&[NAME, broken])], false, now()).await.unwrap_err();
    assert_eq!(error.faults().unwrap().faults.len(), 1);
    assert!(files_below(desk.folder.path()).is_empty());
    let report = desk.services.import_companies(vec![file(&[NAME, broken])], true, now()).await.unwrap();
    assert_eq!((report.facts, report.refused.faults.len()), (1, 1));
}

#[tokio::test]
async fn companies_are_found_and_shown() {
    let desk = Desk::new().await;
    desk.services.import_companies(vec![file(&[NAME, STATE, OTHER])], false, now()).await.unwrap();
    for query in ["creperie", "OEUF", "l'œuf crê", "552032534", "552 032 534", "5520"] {
        let found = desk.services.search(query, 5).await.unwrap();
        assert_eq!(found.len(), 1, "{query}");
        assert_eq!((found[0].kind, found[0].id.as_str()), (FoundKind::Company, "552032534"), "{query}");
    }
    for query in ["", "  ", "nobody", "creperie autre"] {
        assert!(desk.services.search(query, 5).await.unwrap().is_empty(), "{query}");
    }
    let company = desk.services.company("552 032 534").await.unwrap();
    assert_eq!((company.name.as_deref(), company.facts.len()), (Some("Crêperie de l'Œuf"), 2));
    assert!(desk.services.company("552032535").await.is_err());
    assert_eq!(desk.services.company("000000000").await.unwrap_err().to_string(), "no company `000000000`");
}

/// A register that says what it is told to, and counts the questions.
struct Fake {
    name: &'static str,
    answer: fn(&Siren) -> Result<Reading, SourceError>,
    asked: AtomicUsize,
}

impl Fake {
    fn new(name: &'static str, answer: fn(&Siren) -> Result<Reading, SourceError>) -> Arc<Self> {
        Arc::new(Self { name, answer, asked: AtomicUsize::new(0) })
    }
}

impl Register for Fake {
    fn name(&self) -> &'static str {
        self.name
    }

    fn look_up<'r>(&'r self, siren: &'r Siren) -> Pending<'r, Result<Reading, SourceError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready((self.answer)(siren)))
    }
}

fn told(siren: &Siren, kind: FactKind, value: &str) -> Fact<Subject> {
    let day = "2026-05-01".parse().unwrap();
    Fact {
        subject: Subject::Siren(siren.clone()),
        kind,
        value: value.to_owned(),
        valid_from: day,
        known_from: day,
        source: "register".to_owned(),
        fetched_on: Some("2026-05-31".parse().unwrap()),
        answer: None,
    }
}

fn down(_: &Siren) -> Result<Reading, SourceError> {
    let (host, path, reason) = ("x".to_owned(), "/y".to_owned(), "no answer in time".to_owned());
    Err(SourceError::Unavailable { host, path, attempts: 3, reason })
}

#[tokio::test]
async fn an_outage_costs_one_register_and_nothing_else() {
    let desk = Desk::new().await;
    let sirens: Vec<Siren> =
        ["000100008", "000200006", "000300004", "000400002", "000500009"].map(|siren| siren.parse().unwrap()).to_vec();
    let sound = Fake::new("sound", |siren| {
        let facts = vec![told(siren, FactKind::State, "active"), told(siren, FactKind::LegalForm, "5710")];
        Ok(Reading { facts, ..Reading::default() })
    });
    let broken = Fake::new("broken", down);
    let registers: Vec<Arc<dyn Register>> = vec![sound.clone(), broken.clone()];
    let pulled = desk.services.pull_companies(sirens.clone(), registers, &|_| (), now()).await.unwrap();
    assert_eq!((pulled.asked, pulled.rows, pulled.facts, pulled.companies), (5, 10, 10, 5));
    let outcomes: Vec<_> =
        pulled.registers.iter().map(|one| (one.name, one.answered, one.failed, one.not_asked)).collect();
    // After three failures one after another it is left alone.
    assert_eq!(outcomes, [("sound", 5, 0, 0), ("broken", 0, 3, 2)]);
    assert!(pulled.registers[1].trouble.as_ref().unwrap().contains("no answer in time"));
    assert_eq!(broken.asked.load(Ordering::SeqCst), 3);
    // What the broken one would have told was not fetched.
    let company = desk.services.company("000100008").await.unwrap();
    assert!(company.facts.iter().all(|fact| fact.kind != FactKind::Proceedings));

    // Asked again, everything is known already; once it is up again, the rest comes in.
    let again: Vec<Arc<dyn Register>> = vec![sound];
    assert!(desk.services.pull_companies(sirens.clone(), again, &|_| (), now()).await.unwrap().unchanged);
    let up = Fake::new("broken", |siren| {
        Ok(Reading { facts: vec![told(siren, FactKind::Proceedings, "none")], ..Reading::default() })
    });
    let pulled = desk.services.pull_companies(sirens, vec![up], &|_| (), now()).await.unwrap();
    assert_eq!((pulled.facts, pulled.unchanged), (15, false));
}

#[tokio::test]
async fn what_is_said_again_is_known_since_it_was_said_first() {
    fn on(siren: &Siren, value: &str, fetched: &str) -> Result<Reading, SourceError> {
        let fetched = fetched.parse().unwrap();
        let fact = Fact {
            valid_from: "2024-12-31".parse().unwrap(),
            known_from: fetched,
            fetched_on: Some(fetched),
            ..told(siren, FactKind::Turnover, value)
        };
        Ok(Reading { facts: vec![fact], ..Reading::default() })
    }
    let desk = Desk::new().await;
    type Answer = fn(&Siren) -> Result<Reading, SourceError>;
    let answers: [Answer; 4] = [
        |siren| on(siren, "5", "2026-01-01"),
        |siren| on(siren, "5", "2026-02-01"),
        |siren| on(siren, "7", "2026-03-01"),
        |siren| on(siren, "5", "2026-04-01"),
    ];
    for answer in answers {
        let siren: Siren = "000100008".parse().unwrap();
        desk.services.pull_companies(vec![siren], vec![Fake::new("register", answer)], &|_| (), now()).await.unwrap();
    }
    let company = desk.services.company("000100008").await.unwrap();
    let mut known: Vec<_> = company
        .facts
        .iter()
        .map(|fact| (fact.known_from.to_string(), fact.value.as_str(), fact.fetched_on.unwrap().to_string()))
        .collect();
    known.sort_unstable();
    let expected =
        [("2026-01-01", "5", "2026-02-01"), ("2026-03-01", "7", "2026-03-01"), ("2026-04-01", "5", "2026-04-01")];
    assert_eq!(known, expected.map(|(on, value, looked)| (on.to_owned(), value, looked.to_owned())));
}

#[tokio::test]
async fn accounts_say_what_they_lack() {
    let desk = Desk::new().await;
    let row = |kind: &str, value: &str| format!("000100008,{kind},{value},2024-12-31,2025-06-30,INPI\n");
    let rows = [
        row("legal_form", "5710"),
        row("equity", "10000"),
        row("paid_up_capital", "50000"),
        row("total_assets", "90000"),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    desk.services.import_companies(vec![file(&rows)], false, now()).await.unwrap();
    let siren: Siren = "000100008".parse().unwrap();
    let accounts = desk.services.company_accounts(&siren, now().today).await.unwrap();
    let [closing] = accounts.closings.as_slice() else { panic!("{accounts:?}") };
    assert_eq!((closing.capital_below_half, closing.scores.len(), closing.not_computed.len()), (Some(true), 0, 3));
    assert!(closing.not_computed[0].lacking.to_string().starts_with("not known: current assets, "));
    assert_eq!(closing.ratios.len(), 1);
    let before = desk.services.company_accounts(&siren, "2025-06-29".parse().unwrap()).await.unwrap();
    assert!(before.closings.is_empty());
}

#[tokio::test]
async fn a_masked_person_is_masked_whatever_was_known_before() {
    let desk = Desk::new().await;
    let name = "000400002,name,SECRET PRENOM,2015-01-01,2015-02-01,register\n";
    let form = "000400002,legal_form,1000,2015-01-01,2015-02-01,register\n";
    desk.services.import_companies(vec![file(&[name, form])], false, now()).await.unwrap();
    assert_eq!(desk.services.search("secret", 5).await.unwrap().len(), 1);
    let objects = Fake::new("objects", |siren| {
        Ok(Reading { facts: vec![told(siren, FactKind::Diffusion, "partial")], ..Reading::default() })
    });
    let siren: Siren = "000400002".parse().unwrap();
    desk.services.pull_companies(vec![siren], vec![objects], &|_| (), now()).await.unwrap();
    assert!(desk.services.search("secret", 5).await.unwrap().is_empty());
    let company = desk.services.company("000400002").await.unwrap();
    assert_eq!((company.name.as_deref(), company.facts.len()), (None, 2));
    assert!(!format!("{company:?}").contains("SECRET"));
}

#[tokio::test]
async fn answers_are_kept_on_the_disk_and_a_damaged_one_is_none() {
    let desk = Desk::new().await;
    let cache = desk.services.kept_answers();
    let key = "ab".repeat(32);
    let validators = Validators { etag: Some("\"v1\"".to_owned()), last_modified: None };
    let answer = KeptAnswer { bytes: b"{}".to_vec(), fetched_at: Duration::from_secs(1_795_334_400), validators };
    assert_eq!(cache.load(&key), None);
    cache.keep(&key, &answer);
    assert_eq!(desk.services.kept_answers().load(&key), Some(answer.clone()));
    let raw =
        files_below(desk.folder.path()).into_iter().find(|path| path.to_string_lossy().ends_with(".raw")).unwrap();
    std::fs::write(desk.folder.path().join(raw), b"[]").unwrap();
    assert_eq!(cache.load(&key), None);
    cache.keep(&key, &answer);
    cache.forget(&key);
    assert_eq!(cache.load(&key), None);
}
