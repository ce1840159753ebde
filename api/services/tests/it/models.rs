//! Training, candidates, promotion.

use encours_domain::ErrorClass;
use encours_services::store::ModelState;
use encours_services::{ImportOptions, ServicesError};
use sea_orm::ConnectionTrait;

use crate::support::{Desk, day, now, sample_ledger};

#[tokio::test]
async fn too_little_is_said_and_priors_stand_in() {
    let desk = Desk::new().await;
    assert!(matches!(desk.services.train(None, now()).await, Err(ServicesError::NoLedger { .. })));
    desk.import(&[("a.csv", "C1,F1,2024-01-05,2024-02-04,1200.00,2024-02-10\n")]).await.unwrap();
    let error = desk.services.train(None, now()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::EvidenceMissing);
    let told = error.to_string();
    assert!(told.contains("found 1 row, expected at least"), "{told}");
    assert_eq!(told.matches("found").count(), 1, "{told}");
    assert!(std::error::Error::source(&error).is_none(), "said once: it is not the source too");
    assert!(told.contains("assessments go on with priors-published-1"), "{told}");
    let status = desk.services.status().await.unwrap();
    assert_eq!((status.model.as_str(), status.model_is_trained), ("priors-published-1", false));
}

#[tokio::test]
async fn the_first_model_is_promoted_and_later_ones_wait() {
    let desk = Desk::new().await;
    desk.services.import(sample_ledger(), ImportOptions::default(), now()).await.unwrap();
    let first = desk.services.train(None, now()).await.unwrap();
    assert!(first.promoted);
    assert_eq!(first.model.state, ModelState::Active);
    // The ledger ends before today: what was not paid by its end is not known to be late.
    assert_eq!(first.model.cutoff, "2026-05-30");
    assert_eq!(first.model.ledger, desk.services.status().await.unwrap().ledger.unwrap());
    let second = desk.services.train(Some(day("2025-06-01")), now()).await.unwrap();
    assert!(!second.promoted);
    assert_eq!(second.model.state, ModelState::Candidate);
    assert!(second.model.rows < first.model.rows);
    assert_eq!(desk.services.status().await.unwrap().model, first.model.id);

    let promoted = desk.services.promote(&second.model.id, now()).await.unwrap();
    assert_eq!(promoted.state, ModelState::Active);
    assert_eq!(desk.reopened().await.status().await.unwrap().model, second.model.id);
    let states: Vec<ModelState> = desk.services.models().await.unwrap().iter().map(|model| model.state).collect();
    assert_eq!(states, [ModelState::Active, ModelState::Retired]);
    // Trained again it is the same model, and stays where it stands.
    let again = desk.services.train(None, now()).await.unwrap();
    assert_eq!((again.model.id, again.model.state), (first.model.id, ModelState::Retired));
    assert_eq!(desk.services.models().await.unwrap().len(), 2);
    assert_eq!(desk.services.promote("nobody", now()).await.unwrap_err().class(), ErrorClass::NotFound);
}

#[tokio::test]
async fn a_damaged_model_is_named_and_is_our_trouble() {
    let desk = Desk::new().await;
    desk.services.import(sample_ledger(), ImportOptions::default(), now()).await.unwrap();
    let model = desk.services.train(None, now()).await.unwrap().model;
    let url = format!("sqlite://{}", desk.folder.path().join("encours.sqlite3").display());
    let database = sea_orm::Database::connect(url).await.unwrap();
    database.execute_unprepared("UPDATE models SET artefact = replace(artefact, '{', '[')").await.unwrap();
    let services = desk.reopened().await;
    for error in [
        services.rescore(None, None, now()).await.err().unwrap(),
        services.models().await.err().unwrap(),
        services.promote(&model.id, now()).await.err().unwrap(),
    ] {
        assert_eq!((error.class(), error.code()), (ErrorClass::Internal, "stored_model"), "{error:?}");
        assert!(error.to_string().contains(&model.id), "{error}");
        assert!(!error.hints().is_empty());
    }
}
