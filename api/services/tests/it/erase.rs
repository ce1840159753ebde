//! A person is erased by right: nothing of them stays in any file or row, the audit chain holds, and what was said to others
//! is made again to the byte.

use std::path::Path;

use encours_core::ledger::{TableSource, snapshot::parquet_as_csv};
use encours_domain::{Currency, ErrorClass, Money};
use encours_services::{
    Asked, AssessRequest, Deed, EraseRequest, ErasureBasis, InputFile, Moment, NewLimit, NewRuling, Services,
    ServicesError,
};
use sea_orm::ConnectionTrait;

use crate::support::{Desk, day, now, raw};

/// Jean Dupont is a sole trader and has paid; Alpha is a company; Zoé Martin, a sole trader too, still owes.
const LEDGER: &str = "client_id,invoice_id,issue_date,due_date,amount,paid_date,siren,client_name,legal_form\n\
    JD-77,FJD-1,2026-01-05,2026-02-04,1200.00,2026-02-20,732829320,Jean Dupont,1000\n\
    JD-77,FJD-2,2026-02-05,2026-03-07,800.00,2026-03-07,732829320,Jean Dupont,1000\n\
    ALPHA,A1,2026-01-15,2026-02-14,5000.00,2026-02-14,552100554,Alpha SA,5599\n\
    ALPHA,A2,2026-05-10,2026-06-09,9000.00,,552100554,Alpha SA,5599\n\
    ZM-9,Z1,2026-04-10,2026-05-10,500.00,,,Zoé Martin,1000\n";

const FACTS: &str = "subject,kind,value,valid_from,known_from,source\n\
    732829320,name,DUPONT JEAN,2010-03-01,2010-03-01,test\n\
    732829320,legal_form,1000,2010-03-01,2010-03-01,test\n\
    552100554,name,ALPHA SA,2001-03-01,2001-03-01,test\n\
    552100554,legal_form,5599,2001-03-01,2001-03-01,test\n";

const JOURNAL: &str = "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\n\
    VE\tVentes\t1\t20260210\t411000\tClients\tJD-77\tJean Dupont\tFJD-3\t20260210\tFacture Jean Dupont\t300,00\t0,00\tA\t20260315\t20260210\t\t\n\
    VE\tVentes\t1\t20260210\t706000\tPrestations\t\t\tFJD-3\t20260210\tFacture Jean Dupont\t0,00\t300,00\t\t\t20260210\t\t\n\
    BQ\tBanque\t2\t20260315\t411000\tClients\tJD-77\tJean Dupont\tFJD-3\t20260315\tVirement Dupont\t0,00\t300,00\tA\t20260315\t20260315\t\t\n\
    BQ\tBanque\t2\t20260315\t512000\tBanque\t\t\tFJD-3\t20260315\tVirement Dupont\t300,00\t0,00\t\t\t20260315\t\t\n";

async fn desk() -> Desk {
    let desk = Desk::new().await;
    desk.import(&[("ledger.csv", LEDGER)]).await.unwrap();
    desk.import(&[("000000018FEC20261231.txt", JOURNAL)]).await.unwrap();
    let facts = InputFile::new("facts.csv", FACTS.as_bytes().to_vec());
    desk.services.import_companies(vec![facts], false, now()).await.unwrap();
    let file = b"client_id,name,email\nJD-77,Jean Dupont,jean@dupont.example\nALPHA,Alpha SA,\n".to_vec();
    desk.services.import_clients(vec![InputFile::new("clients.csv", file)], None, false, now()).await.unwrap();
    desk
}

async fn asked(services: &Services, who: &str) -> String {
    let as_of = Some(day("2026-05-31"));
    let request = AssessRequest { as_of, store: true, ..AssessRequest::new(Asked::Client(who.to_owned()), "2000") };
    services.assess(request, now()).await.unwrap().id().to_owned()
}

fn request(who: &str) -> EraseRequest {
    EraseRequest { who: who.to_owned(), basis: ErasureBasis::Request, is_person: false }
}

/// Everything that is written anywhere under the data folder, Parquet read as text.
fn everything(folder: &Path, into: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            everything(&path, into);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            let is_table = path.extension().is_some_and(|ending| ending == "parquet");
            let text = is_table.then(|| TableSource::from_bytes("table", bytes.clone().into()));
            let bytes = text.map_or(bytes, |table| parquet_as_csv(&table).unwrap());
            into.push((path.display().to_string(), bytes));
        }
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

async fn limit_and_ruling(desk: &Desk, assessment: &str) {
    let limit = NewLimit {
        client: "JD-77".to_owned(),
        amount: Some(Money::from_minor(400_000, Currency::EUR)),
        until: None,
        reason: "vu avec Jean Dupont".to_owned(),
        by: "Ada".to_owned(),
        role: "controller".to_owned(),
    };
    desk.services.set_limit(limit, now()).await.unwrap();
    let ruling = NewRuling {
        assessment: assessment.to_owned(),
        deed: Deed::Decide { verdict: "decline".to_owned(), conditions: None },
        reason: "Jean Dupont".to_owned(),
        by: "Ada".to_owned(),
        role: "controller".to_owned(),
    };
    desk.services.rule(ruling, now()).await.unwrap();
}

#[tokio::test]
async fn nothing_of_a_person_stays_and_everything_else_does() {
    let desk = desk().await;
    let services = &desk.services;
    let (person, company) = (asked(services, "JD-77").await, asked(services, "ALPHA").await);
    limit_and_ruling(&desk, &person).await;
    let sales = services.portfolio().await.unwrap().ledger().unwrap().sales_before(day("2026-05-31").number());
    let report = services.erase(request("732829320"), now()).await.unwrap();
    assert_eq!((report.accounts, report.invoices, report.answers, report.decisions), (1, 3, 1, 2));
    // The answer, the decision on it and the limit.
    assert_eq!(report.links, 3);

    let mut files = Vec::new();
    everything(desk.folder.path(), &mut files);
    for word in ["JD-77", "FJD-1", "FJD-3", "Dupont", "DUPONT", "732829320", "jean@dupont"] {
        let found: Vec<&String> = files.iter().filter(|(_, bytes)| holds(bytes, word)).map(|(path, _)| path).collect();
        assert!(found.is_empty(), "{word} stands in {found:?}");
    }
    // Amounts and days stay; nobody of that name is known; the answer says why it is not there.
    let portfolio = services.portfolio().await.unwrap();
    assert_eq!(portfolio.ledger().unwrap().sales_before(day("2026-05-31").number()), sales);
    assert!(portfolio.client(&report.token).is_some() && portfolio.client("JD-77").is_none());
    let gone = services.replay(&person).await.unwrap_err();
    assert_eq!((gone.code(), gone.class()), ("erased", ErrorClass::NotFound));
    // What was said of the company is made again to the byte, here and by another program.
    for services in [services.clone(), desk.reopened().await] {
        let replay = services.replay(&company).await.unwrap();
        assert!(replay.equal, "{:?}", replay.differences);
        let found = services.verify_audit(None).await.unwrap();
        assert!(found.is_sound(), "{:?}", found.faults);
        assert_eq!(found.erased, 3);
    }
    // What comes in later is laid on the rest, and the ledger is made anew without doubling anything.
    desk.import(&[(
        "later.csv",
        "client_id,invoice_id,issue_date,due_date,amount,paid_date\nBETA,B1,2026-05-20,2026-06-19,100.00,\n",
    )])
    .await
    .unwrap();
    let book = services.portfolio().await.unwrap();
    assert_eq!(book.ledger().unwrap().clients().len(), 4);
    assert!(services.replay(&company).await.unwrap().equal);
}

#[tokio::test]
async fn companies_and_whoever_owes_are_not_erased() {
    let desk = desk().await;
    for (who, says) in
        [("ALPHA", "is a company"), ("ZM-9", "still owes 500.00 EUR"), ("nobody", "is no client of the ledger")]
    {
        let error = desk.services.erase(request(who), now()).await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    desk.import(&[(
        "more.csv",
        "client_id,invoice_id,issue_date,due_date,amount,paid_date\nQ,Q1,2026-01-01,2026-01-31,10.00,2026-01-31\n",
    )])
    .await
    .unwrap();
    let error = desk.services.erase(request("Q"), now()).await.unwrap_err();
    assert!(matches!(&error, ServicesError::NotErasable { reason } if reason.contains("--is-person")), "{error}");
    assert!(desk.services.erase(EraseRequest { is_person: true, ..request("Q") }, now()).await.is_ok());
}

#[tokio::test]
async fn who_hides_something_as_an_erasure_is_found() {
    let desk = desk().await;
    asked(&desk.services, "ALPHA").await;
    let database = raw(&desk).await;
    database.execute_unprepared("UPDATE audit SET document = NULL WHERE action = 'assessed'").await.unwrap();
    let found = desk.services.verify_audit(None).await.unwrap();
    assert!(found.faults.iter().any(|fault| fault.reason == "its document is gone"), "{:?}", found.faults);
    // Nor may a file be put in the place of another.
    let ledgers = desk.folder.path().join("ledger");
    let hash = std::fs::read_dir(&ledgers).unwrap().next().unwrap().unwrap().file_name().into_string().unwrap();
    std::fs::write(ledgers.join(format!("{hash}.moved")), "sha256:00").unwrap();
    let found = desk.services.verify_audit(None).await.unwrap();
    assert!(found.faults.iter().any(|fault| fault.reason.contains("no erasure tells of it")), "{:?}", found.faults);
}

/// Two accounts of one person with two numbers, a line in the register of the data folder, and a word in another's decision.
#[tokio::test]
async fn every_number_of_a_person_goes_and_mentions_are_told() {
    let desk = desk().await;
    let services = &desk.services;
    let ledger = "client_id,invoice_id,issue_date,due_date,amount,paid_date,siren,legal_form\n\
        JD-78,X1,2026-01-05,2026-02-04,10.00,2026-02-20,000000018,1000\n";
    desk.import(&[("Jean Dupont.csv", ledger)]).await.unwrap();
    let facts =
        "subject,kind,value,valid_from,known_from,source\n000000018,legal_form,1000,2010-03-01,2010-03-01,test\n";
    let facts = vec![InputFile::new("facts.csv", facts.as_bytes().to_vec())];
    services.import_companies(facts, false, now()).await.unwrap();
    services.join_clients("JD-77".to_owned(), vec!["JD-78".to_owned()], now()).await.unwrap();
    let register = desk.folder.path().join("local-register.csv");
    std::fs::write(&register, "siren,name\n000000018,x\n552100554,ALPHA\n").unwrap();
    let company = asked(services, "ALPHA").await;
    let ruling = NewRuling {
        assessment: company,
        deed: Deed::Decide { verdict: "decline".to_owned(), conditions: None },
        reason: "comme Jean DUPONT".to_owned(),
        by: "Ada".to_owned(),
        role: "controller".to_owned(),
    };
    services.rule(ruling, now()).await.unwrap();
    let report = services.erase(request("JD-77"), now()).await.unwrap();
    assert_eq!((report.accounts, report.mentions.len()), (2, 1));
    assert_eq!(std::fs::read_to_string(&register).unwrap(), "siren,name\n552100554,ALPHA\n");
    let mut files = Vec::new();
    everything(desk.folder.path(), &mut files);
    assert!(files.iter().all(|(_, bytes)| !holds(bytes, "Jean Dupont")), "the name of the file");
    files.retain(|(path, _)| path.contains("facts"));
    assert!(files.iter().all(|(_, bytes)| !holds(bytes, "000000018") && !holds(bytes, "732829320")));
    let found = services.verify_audit(None).await.unwrap();
    assert!(found.is_sound(), "{:?}", found.faults);
}

/// What stands for somebody is nobody; and the link of an erasure, by which files are found, outlives another that would take it.
#[tokio::test]
async fn whoever_was_erased_is_not_erased_again() {
    let desk = desk().await;
    let company = asked(&desk.services, "ALPHA").await;
    let token = desk.services.erase(request("JD-77"), now()).await.unwrap().token;
    let again = desk.services.erase(EraseRequest { is_person: true, ..request(&token) }, now()).await.unwrap_err();
    assert!(again.to_string().contains("was erased already"), "{again}");
    desk.import(&[(
        "paid.csv",
        "client_id,invoice_id,issue_date,due_date,amount,paid_date\nZM-9,Z1,2026-04-10,2026-05-10,500.00,2026-05-30\n",
    )])
    .await
    .unwrap();
    desk.services.erase(request("ZM-9"), now()).await.unwrap();
    let found = desk.services.verify_audit(None).await.unwrap();
    assert!(found.is_sound(), "{:?}", found.faults);
    assert!(desk.services.replay(&company).await.unwrap().equal);
}

/// The very file that was erased from comes in again: it is refused, for under its name the rest is read.
#[tokio::test]
async fn what_was_erased_does_not_come_back_unnoticed() {
    let desk = Desk::new().await;
    let facts = || vec![InputFile::new("facts.csv", FACTS.as_bytes().to_vec())];
    desk.services.import_companies(facts(), false, now()).await.unwrap();
    desk.services.erase(request("732829320"), now()).await.unwrap();
    let error = desk.services.import_companies(facts(), false, now()).await.unwrap_err();
    assert_eq!((error.code(), error.class()), ("erased_content", ErrorClass::Conflict));
    assert!(desk.services.verify_audit(None).await.unwrap().is_sound());
}

/// The program is gone after the note was written and before the old content was taken away.
#[tokio::test]
async fn content_that_outlived_its_move_is_found_and_taken_away() {
    let desk = desk().await;
    let facts = desk.folder.path().join("facts");
    let old: Vec<_> = std::fs::read_dir(&facts).unwrap().map(|entry| entry.unwrap().path()).collect();
    let kept: Vec<_> = old.iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
    desk.services.erase(request("JD-77"), now()).await.unwrap();
    for (path, bytes) in &kept {
        std::fs::write(path, bytes).unwrap();
    }
    let found = desk.services.verify_audit(None).await.unwrap();
    assert!(found.faults.iter().any(|fault| fault.reason.contains("still lies there")), "{:?}", found.faults);
    desk.import(&[(
        "more.csv",
        "client_id,invoice_id,issue_date,due_date,amount,paid_date\nQ,Q1,2026-01-01,2026-01-31,10.00,2026-01-31\n",
    )])
    .await
    .unwrap();
    desk.services.erase(EraseRequest { is_person: true, ..request("Q") }, now()).await.unwrap();
    assert!(kept.iter().all(|(path, _)| !path.exists()));
    assert!(desk.services.verify_audit(None).await.unwrap().is_sound());
}

/// The list of answers that were erased is the chain's.
#[tokio::test]
async fn answers_that_were_erased_stay_told() {
    let desk = desk().await;
    asked(&desk.services, "JD-77").await;
    desk.services.erase(request("JD-77"), now()).await.unwrap();
    raw(&desk).await.execute_unprepared("DELETE FROM erased").await.unwrap();
    let found = desk.services.verify_audit(None).await.unwrap();
    assert!(found.faults.iter().any(|fault| fault.reason.contains("erased answer")), "{:?}", found.faults);
}

/// Parts of a ledger that only its layers name are looked for too.
#[tokio::test]
async fn a_part_that_is_gone_is_missed() {
    let desk = desk().await;
    assert!(desk.services.verify_audit(None).await.unwrap().is_sound());
    for part in ["clients", "journal"] {
        let folder = desk.folder.path().join(part);
        let kept: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        let bytes: Vec<_> = kept.iter().map(|path| std::fs::read(path).unwrap()).collect();
        kept.iter().for_each(|path| std::fs::remove_file(path).unwrap());
        let found = desk.services.verify_audit(None).await.unwrap();
        assert!(found.faults.iter().any(|fault| fault.reason.contains(part)), "{part}: {:?}", found.faults);
        kept.iter().zip(bytes).for_each(|(path, bytes)| std::fs::write(path, bytes).unwrap());
    }
}

/// The files are rewritten, then the program is gone before the database knows.
#[tokio::test]
async fn an_erasure_that_was_cut_short_is_ended_by_the_next() {
    let desk = desk().await;
    let (person, company) = (asked(&desk.services, "JD-77").await, asked(&desk.services, "ALPHA").await);
    let database = raw(&desk).await;
    let (stop, go_on) = if desk.database.is_some() {
        ("ALTER TABLE erased ADD CONSTRAINT stop CHECK (id = '')", "ALTER TABLE erased DROP CONSTRAINT stop")
    } else {
        ("CREATE TRIGGER stop BEFORE INSERT ON erased BEGIN SELECT RAISE(ABORT, 'stopped'); END", "DROP TRIGGER stop")
    };
    database.execute_unprepared(stop).await.unwrap();
    desk.services.erase(request("JD-77"), now()).await.unwrap_err();
    assert!(desk.folder.path().join("erasing.json").exists());
    // Meanwhile nothing else comes in: files may hold a person that others no longer do.
    let more = "client_id,invoice_id,issue_date,due_date,amount,paid_date\nQ,Q1,2026-01-01,2026-01-31,10.00,\n";
    let waits = desk.import(&[("more.csv", more)]).await.unwrap_err();
    assert!(waits.to_string().contains("begun and not ended"), "{waits}");
    database.execute_unprepared(go_on).await.unwrap();
    let reopened = desk.reopened().await;
    // It is ended whoever is asked for next, here somebody who may not be erased.
    reopened.erase(request("ALPHA"), now()).await.unwrap_err();
    assert!(!desk.folder.path().join("erasing.json").exists());
    assert_eq!(reopened.replay(&person).await.unwrap_err().code(), "erased");
    assert!(reopened.replay(&company).await.unwrap().equal);
    let found = reopened.verify_audit(None).await.unwrap();
    assert!(found.is_sound(), "{:?}", found.faults);
}

/// The last that happened with Jean Dupont is his answer of 1 June 2026; five years later nothing of him is needed.
#[tokio::test]
async fn whoever_is_no_longer_needed_is_listed() {
    let desk = desk().await;
    asked(&desk.services, "JD-77").await;
    let on = |text: &str| {
        let services = desk.services.clone();
        let on = day(text);
        async move { services.expired(on).await.unwrap().into_iter().map(|one| one.who).collect::<Vec<_>>() }
    };
    assert_eq!(on("2031-04-09").await, Vec::<String>::new());
    // Zoé Martin's invoice of 10 April 2026 is the last of hers.
    assert_eq!(on("2031-04-10").await, ["ZM-9"]);
    assert_eq!(on("2031-06-01").await, ["JD-77", "ZM-9"]);
    let at = Moment::utc("2031-06-01T08:00:00Z".parse().unwrap());
    let basis = ErasureBasis::Retention;
    let early = desk.services.erase(EraseRequest { basis, ..request("JD-77") }, now()).await.unwrap_err();
    assert!(early.to_string().contains("needed until 2031-05-31"), "{early}");
    desk.services.erase(EraseRequest { basis, ..request("JD-77") }, at).await.unwrap();
    assert_eq!(on("2031-06-01").await, ["ZM-9"]);
}

/// What others' rows, books, facts and file names say of a person, however it is written; a decision about another that mentions
/// them is told.
#[tokio::test]
async fn what_others_say_of_a_person_goes_too() {
    let desk = desk().await;
    let services = &desk.services;
    let notes = "client_id,invoice_id,issue_date,due_date,amount,paid_date,note,client_name\n\
        BETA,B1,2026-05-20,2026-06-19,100.00,,pour DUPONT Jean,Jean Dupont\n\
        BETA,B2,2026-05-21,2026-06-20,100.00,,voir 732 829 320,Jean Dupont\n\
        BETA,B3,2026-05-22,2026-06-21,100.00,,port compris,Jean Dupont\n";
    desk.import(&[("jean_dupont_2026.csv", notes)]).await.unwrap();
    let journal = JOURNAL.replace("Banque\t2", "Banque Jean Dupont\t2").replace("\tClients\t", "\tVente Dupont\t");
    desk.import(&[("552100554FEC20261231.txt", &journal.replace("FJD-3", "FJD-4"))]).await.unwrap();
    let facts = "subject,kind,value,valid_from,known_from,source\n\
        552100554,company_director,732829320,2020-03-01,2020-03-01,test\n\
        552100554,company_director,552032534,2020-03-01,2020-03-01,test\n";
    let facts = InputFile::new("732 829 320.csv", facts.as_bytes().to_vec());
    services.import_companies(vec![facts], false, now()).await.unwrap();
    let company = asked(services, "ALPHA").await;
    let ruling = |reason: &str| NewRuling {
        assessment: company.clone(),
        deed: Deed::Decide { verdict: "decline".to_owned(), conditions: None },
        reason: reason.to_owned(),
        by: "Ada".to_owned(),
        role: "controller".to_owned(),
    };
    for reason in ["M. DUPONT Jean s’en porte garant", "client JD-77", "rien à voir"] {
        services.rule(ruling(reason), now()).await.unwrap();
    }
    let report = services.erase(request("JD-77"), now()).await.unwrap();
    assert_eq!(report.mentions.len(), 2);
    let mut files = Vec::new();
    everything(desk.folder.path(), &mut files);
    for word in ["pour DUPONT", "732 829 320", "732829320", "Vente Dupont", "Banque Jean", "jean_dupont_2026"] {
        let found: Vec<&String> = files.iter().filter(|(_, bytes)| holds(bytes, word)).map(|(path, _)| path).collect();
        assert!(found.is_empty(), "{word} stands in {found:?}");
    }
    // Who bears the same name keeps it, and so does what names nobody.
    for word in ["port compris", "552032534"] {
        assert!(files.iter().any(|(_, bytes)| holds(bytes, word)), "{word}");
    }
    assert!(services.portfolio().await.unwrap().client("BETA").is_some());
    let found = services.verify_audit(None).await.unwrap();
    assert!(found.is_sound(), "{:?}", found.faults);
}

/// Of whom nothing is known nothing is told to be erased; a note of an erasure that is taken away is found.
#[tokio::test]
async fn somebody_unknown_is_not_erased_and_notes_are_held() {
    let desk = desk().await;
    let services = &desk.services;
    let unknown = EraseRequest { is_person: true, ..request("005520135") };
    let error = services.erase(unknown, now()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::NotFound, "{error}");
    services.erase(request("JD-77"), now()).await.unwrap();
    let again = EraseRequest { is_person: true, ..request("732829320") };
    assert_eq!(services.erase(again, now()).await.unwrap_err().class(), ErrorClass::NotFound);
    assert!(services.verify_audit(None).await.unwrap().is_sound());
    let mut files = Vec::new();
    everything(desk.folder.path(), &mut files);
    let note = files.into_iter().find(|(path, _)| path.ends_with(".moved")).unwrap().0;
    std::fs::remove_file(note).unwrap();
    let faults = services.verify_audit(None).await.unwrap().faults;
    assert!(faults.iter().any(|fault| fault.reason.contains("the note of what took the place of")), "{faults:?}");
    std::fs::write(desk.folder.path().join("erasing.json"), "{}").unwrap();
    let faults = services.verify_audit(None).await.unwrap().faults;
    assert!(faults.iter().any(|fault| fault.reason.contains("begun and not ended")), "{faults:?}");
}
