//! Everything put away, and back into a new folder and an empty store.

use std::path::Path;

use encours_services::{Asked, AssessRequest, Role, Scopes, Services};
use tempfile::TempDir;

use crate::support::{Desk, day, new_database, now};

async fn worked_with() -> (Desk, String) {
    let desk = Desk::with_sample().await;
    let request = AssessRequest {
        as_of: Some(day("2026-05-31")),
        store: true,
        ..AssessRequest::new(Asked::Client("C-0012".to_owned()), "18000")
    };
    let id = desk.services.assess(request, now()).await.unwrap().id().to_owned();
    desk.services.create_user("anna", Role::Controller, None, now()).await.unwrap();
    desk.services.create_key("erp", Scopes::all(), None, now()).await.unwrap();
    (desk, id)
}

fn lines(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("store.jsonl")).unwrap()
}

/// Into SQLite, and into PostgreSQL where the tests have one, from whichever the desk is on: the same rows each time.
#[tokio::test]
async fn a_backup_goes_into_either_database() {
    let (desk, id) = worked_with().await;
    let stored = desk.services.assessment(&id).await.unwrap().json;
    let away = TempDir::new().unwrap();
    let backup = away.path().join("backup");
    let report = desk.services.back_up(backup.clone(), now()).await.unwrap();
    assert!(report.rows > 10 && report.files >= 3, "{report:?}");
    assert!(desk.services.back_up(backup.clone(), now()).await.unwrap_err().to_string().contains("is there already"));
    assert!(desk.services.back_up(desk.folder.path().join("x"), now()).await.is_err());
    for (number, database) in [None, new_database().await].into_iter().enumerate() {
        let folder = TempDir::new().unwrap();
        let services = Services::open(folder.path(), database.as_deref()).await.unwrap();
        assert_eq!(services.restore(backup.clone()).await.unwrap(), report);
        assert_eq!(services.assessment(&id).await.unwrap().json, stored);
        assert!(services.replay(&id).await.unwrap().equal);
        let found = services.verify_audit(None).await.unwrap();
        assert!(found.is_sound(), "{:?}", found.faults);
        assert!(services.check_store().await.unwrap().faults.is_empty());
        // It goes on: the database counts on from what was brought.
        let more = AssessRequest { store: true, ..AssessRequest::new(Asked::Client("C-0005".to_owned()), "100") };
        services.assess(more, now()).await.unwrap();
        services
            .import_orders(
                vec![crate::support::csv("o.csv", "client_id,order_id,order_date,amount\nC-0005,1,2026-05-01,5\n")],
                None,
                false,
                now(),
            )
            .await
            .unwrap();
        assert!(services.verify_audit(None).await.unwrap().is_sound());
        let again = away.path().join(format!("again-{number}"));
        let fuller = services.back_up(again, now()).await.unwrap();
        assert!(fuller.rows > report.rows);
        let refused = services.restore(backup.clone()).await.unwrap_err();
        assert!(refused.to_string().contains("holds something already"), "{refused}");
    }
}

#[tokio::test]
async fn what_is_no_backup_changes_nothing() {
    let (desk, _) = worked_with().await;
    let away = TempDir::new().unwrap();
    let backup = away.path().join("backup");
    desk.services.back_up(backup.clone(), now()).await.unwrap();
    let whole = lines(&backup);
    let cut: String = whole.split_inclusive('\n').take(5).collect();
    let headless: String = whole.split_inclusive('\n').skip(1).collect();
    let target = Desk::new().await;
    for (text, says) in [
        (cut.as_str(), "it was broken off"),
        (headless.as_str(), "it does not begin as one"),
        (&whole.replacen("m0008_webhooks", "m0001_first", 1), "it has the form `m0001_first`"),
        (&whole.replacen("\"table\":\"current\"", "\"table\":\"jobs\"", 1), "which no table is"),
        (&whole[..whole.len() / 2], "no JSON"),
        ("", "it does not begin as one"),
    ] {
        std::fs::write(backup.join("store.jsonl"), text).unwrap();
        let error = target.services.restore(backup.clone()).await.unwrap_err();
        assert!(error.to_string().contains(says), "{says}: {error}");
        assert!(target.services.keys().await.unwrap().is_empty());
        assert_eq!(target.services.verify_audit(None).await.unwrap().links, 0);
    }
    std::fs::write(backup.join("store.jsonl"), whole).unwrap();
    target.services.restore(backup).await.unwrap();
}
