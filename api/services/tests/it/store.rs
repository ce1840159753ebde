//! The database itself.

use encours_domain::ErrorClass;
use encours_services::{Services, ServicesError, Store};
use sea_orm::ConnectionTrait;
use tempfile::TempDir;

use crate::support::{Desk, new_database, raw};

#[tokio::test]
async fn a_newer_database_is_refused() {
    let desk = Desk::new().await;
    let raw = raw(&desk).await;
    raw.execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m0099_later', 0)")
        .await
        .unwrap();
    let Err(error) = desk.open().await else { panic!("it was opened") };
    assert_eq!(error.class(), ErrorClass::Conflict);
    assert_eq!(
        error.to_string(),
        "the database was written by a newer version of encours: it knows `m0099_later`, this version ends at `m0008_webhooks`"
    );
    assert_eq!(error.hints().len(), 1);
}

#[tokio::test]
async fn two_programs_may_open_a_new_folder_at_once() {
    let folder = TempDir::new().unwrap();
    let database = new_database().await;
    let open = || Services::open(folder.path(), database.as_deref());
    let (first, second, third) = tokio::join!(open(), open(), open());
    for services in [first, second, third] {
        assert!(services.unwrap().keys().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_url_names_another_database() {
    let folder = TempDir::new().unwrap();
    let elsewhere = folder.path().join("else where.sqlite3");
    let url = format!("sqlite://{}", elsewhere.display());
    let services = Services::open(&folder.path().join("data"), Some(&url)).await.unwrap();
    assert!(services.keys().await.unwrap().is_empty());
    assert!(elsewhere.exists());
    assert!(!folder.path().join("data/encours.sqlite3").exists());
}

#[tokio::test]
async fn an_unknown_database_is_refused_without_its_password() {
    let folder = TempDir::new().unwrap();
    let error = Store::open(&folder.path().join("x"), Some("mysql://me:secret@host/db")).await.unwrap_err();
    assert!(matches!(error, ServicesError::UnsupportedDatabase { .. }));
    assert_eq!(error.to_string(), "database `mysql:…`: expected a URL that begins with `sqlite:` or `postgres:`");
}

#[tokio::test]
async fn names_of_folders_may_hold_any_character() {
    let folder = TempDir::new().unwrap();
    let odd = folder.path().join("50% d'été #1 ?mode=ro");
    Services::open(&odd, None).await.unwrap();
    assert!(odd.join("encours.sqlite3").exists());
}

#[tokio::test]
async fn it_is_a_log_that_is_flushed() {
    let desk = Desk::new().await;
    let raw = raw(&desk).await;
    if desk.database.is_some() {
        // A server keeps its own log.
        return;
    }
    let row =
        raw.query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, "PRAGMA journal_mode")).await;
    assert_eq!(row.unwrap().unwrap().try_get_by_index::<String>(0).unwrap(), "wal");
}
