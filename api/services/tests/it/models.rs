//! Training and its measure, candidates, rehearsal, shadow, promotion, drift.

use std::sync::{Arc, Mutex};

use encours_core::ledger::TableSource;
use encours_core::ledger::snapshot::parquet_as_csv;
use encours_domain::ErrorClass;
use encours_services::store::ModelState;
use encours_services::{
    ClientLine, ClientQuery, ImportOptions, InputFile, OnStep, ServicesError, TrainOptions, TrainStep,
};
use sea_orm::ConnectionTrait;

use crate::support::{Desk, day, made_up_ledger, now, raw};

fn as_of(text: &str) -> TrainOptions {
    TrainOptions { as_of: Some(day(text)), ..TrainOptions::default() }
}

#[tokio::test]
async fn too_little_is_said_and_priors_stand_in() {
    let desk = Desk::new().await;
    assert!(matches!(desk.services.train(TrainOptions::default(), now()).await, Err(ServicesError::NoLedger { .. })));
    desk.import(&[("a.csv", "C1,F1,2024-01-05,2024-02-04,1200.00,2024-02-10\n")]).await.unwrap();
    let error = desk.services.train(TrainOptions::default(), now()).await.unwrap_err();
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
    desk.services.import(made_up_ledger(), ImportOptions::default(), now()).await.unwrap();
    let first = desk.services.train(TrainOptions::default(), now()).await.unwrap();
    assert!(first.promoted);
    assert_eq!(first.model.state, ModelState::Active);
    // The ledger ends before today: what was not paid by its end is not known to be late.
    assert_eq!(first.model.cutoff, "2026-05-30");
    assert_eq!(first.model.ledger, desk.services.status().await.unwrap().ledger.unwrap());
    let second = desk.services.train(as_of("2025-06-01"), now()).await.unwrap();
    assert!(!second.promoted);
    assert_eq!(second.model.state, ModelState::Candidate);
    assert!(second.model.rows < first.model.rows);
    assert_eq!(desk.services.status().await.unwrap().model, first.model.id);

    let promoted = desk.services.promote(&second.model.id, None, now()).await.unwrap();
    assert_eq!(promoted.state, ModelState::Active);
    assert_eq!(desk.reopened().await.status().await.unwrap().model, second.model.id);
    let states: Vec<ModelState> = desk.services.models().await.unwrap().iter().map(|model| model.state).collect();
    assert_eq!(states, [ModelState::Active, ModelState::Retired]);
    // Trained again it is the same model, and stays where it stands.
    let again = desk.services.train(TrainOptions::default(), now()).await.unwrap();
    assert_eq!((again.model.id, again.model.state), (first.model.id, ModelState::Retired));
    assert_eq!(desk.services.models().await.unwrap().len(), 2);
    assert_eq!(desk.services.promote("nobody", None, now()).await.unwrap_err().class(), ErrorClass::NotFound);
}

/// Two models: the first in force, the second a candidate.
async fn two_models(desk: &Desk) -> (String, String) {
    desk.services.import(made_up_ledger(), ImportOptions::default(), now()).await.unwrap();
    let first = TrainOptions { by: Some("Ada".to_owned()), ..as_of("2025-09-01") };
    let first = desk.services.train(first, now()).await.unwrap();
    assert!(first.promoted, "{:?}", first.model.verdict);
    let second = desk.services.train(TrainOptions::default(), now()).await.unwrap();
    (first.model.id, second.model.id)
}

#[tokio::test]
async fn a_training_is_measured_and_says_its_steps() {
    let desk = Desk::new().await;
    desk.services.import(made_up_ledger(), ImportOptions::default(), now()).await.unwrap();
    let steps: Arc<Mutex<Vec<TrainStep>>> = Arc::default();
    let heard = Arc::clone(&steps);
    let on_step: OnStep = Arc::new(move |step| heard.lock().unwrap().push(step));
    let options = TrainOptions { on_step: Some(on_step), by: Some("Ada".to_owned()), as_of: None };
    let report = desk.services.train(options, now()).await.unwrap();
    let steps = steps.lock().unwrap().clone();
    let done: Vec<u64> = steps.iter().map(|step| step.done).collect();
    assert_eq!(done, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert!(steps.iter().all(|step| step.of == 8));

    let validation = report.validation.unwrap();
    assert_eq!(report.unmeasured, None);
    assert_eq!(validation.known_before, report.model.cutoff);
    assert!(validation.trained_before < validation.known_before);
    assert_eq!(report.model.trained_by.as_deref(), Some("Ada"));
    assert_eq!(report.in_force, report.model.id);
    let headline = report.model.horizons.iter().find(|one| one.late_over == report.model.headline_over).unwrap();
    let measured = validation.at(report.model.headline_over).unwrap().all.model.metrics;
    assert_eq!(headline.out_of_time, Some(measured));
    // The card is what was stored, and another program reads it alike.
    let card = desk.reopened().await.model_card(&report.model.id, None, now()).await.unwrap();
    assert_eq!((card.validation, card.model), (Some(validation), report.model));
    assert!(card.drift.unwrap().months.is_empty());
}

#[tokio::test]
async fn a_model_that_is_no_better_than_the_past_rate_cannot_decide() {
    let desk = Desk::new().await;
    let (first, second) = two_models(&desk).await;
    let database = raw(&desk).await;
    // The stored measure of the second, made worse by hand.
    let mut json: serde_json::Value =
        serde_json::to_value(desk.services.model_card(&second, None, now()).await.unwrap().validation).unwrap();
    let headline = desk.services.model(&second).await.unwrap().headline_over;
    for horizon in json["horizons"].as_array_mut().unwrap() {
        if horizon["late_over_days"] == headline {
            horizon["all"]["model"]["metrics"]["brier"] = 0.25.into();
            horizon["all"]["past_rate"]["metrics"]["brier"] = 0.125.into();
        }
    }
    let worse = format!("UPDATE models SET validation = '{json}' WHERE id = '{second}'");
    database.execute_unprepared(&worse).await.unwrap();
    let error = desk.services.promote(&second, None, now()).await.unwrap_err();
    assert_eq!((error.class(), error.code()), (ErrorClass::Conflict, "model_no_better"));
    let told = error.to_string();
    assert!(told.contains("0.2500") && told.contains("0.1250"), "{told}");
    let unmeasured = format!("UPDATE models SET validation = NULL WHERE id = '{second}'");
    database.execute_unprepared(&unmeasured).await.unwrap();
    let error = desk.services.promote(&second, None, now()).await.unwrap_err();
    assert_eq!((error.class(), error.code()), (ErrorClass::Conflict, "model_not_measured"));
    let error = desk.services.drift(&second, None, now()).await.unwrap_err();
    assert_eq!(error.code(), "model_not_measured");
    assert_eq!(desk.services.status().await.unwrap().model, first);
    // Trained again it is measured again.
    desk.services.train(TrainOptions::default(), now()).await.unwrap();
    desk.services.promote(&second, None, now()).await.unwrap();
}

#[tokio::test]
async fn a_first_model_that_cannot_be_measured_leaves_priors_in_force() {
    let desk = Desk::new().await;
    // Two hundred invoices, of which a trial sees too few that are late.
    let rows: String = (0..200)
        .map(|row| {
            let issued = day("2024-01-01").plus(row).unwrap();
            let due = issued.plus(30).unwrap();
            let paid = due.plus(if row >= 170 { 45 } else { -1 }).unwrap();
            format!("C{},F{row},{issued},{due},100.00,{paid}\n", row % 20)
        })
        .collect();
    desk.import(&[("a.csv", &rows)]).await.unwrap();
    let report = desk.services.train(TrainOptions::default(), now()).await.unwrap();
    assert!(!report.promoted);
    assert_eq!((report.model.state, report.model.verdict), (ModelState::Candidate, None));
    assert!(report.unmeasured.is_some() && report.validation.is_none());
    assert_eq!(report.in_force, "priors-published-1");
}

#[tokio::test]
async fn a_shadow_scores_beside_and_decides_nothing() {
    let desk = Desk::new().await;
    let (first, second) = two_models(&desk).await;
    let out = desk.folder.path().join("scores.parquet");
    let as_of = Some(day("2026-05-29"));
    desk.services.rescore(as_of, Some(&out), now()).await.unwrap();
    let alone = std::fs::read(&out).unwrap();
    assert_eq!(desk.services.shadow(&second, now()).await.unwrap().state, ModelState::Shadow);
    assert_eq!(desk.services.shadow(&first, now()).await.unwrap_err().code(), "model_in_force");
    let report = desk.services.rescore(as_of, Some(&out), now()).await.unwrap();
    assert_eq!(
        (report.model.as_str(), report.shadow.as_deref(), report.shadow_failed),
        (first.as_str(), Some(second.as_str()), None)
    );
    let beside = std::fs::read(&out).unwrap();
    let holds = |bytes: &[u8], name: &str| bytes.windows(name.len()).any(|part| part == name.as_bytes());
    for name in ["p_late_over_30_shadow", "score_shadow"] {
        assert!(!holds(&alone, name) && holds(&beside, name), "{name}");
    }
    assert_eq!(desk.services.status().await.unwrap().model, first);
    // In force it leaves the shadow; what was in force is retired.
    desk.services.promote(&second, Some("Grace"), now()).await.unwrap();
    let promoted = desk.services.model(&second).await.unwrap();
    assert_eq!((promoted.state, promoted.promoted_by.as_deref()), (ModelState::Active, Some("Grace")));
    assert_eq!(desk.services.model(&first).await.unwrap().state, ModelState::Retired);
    assert_eq!(desk.services.rescore(as_of, Some(&out), now()).await.unwrap().shadow, None);
}

#[tokio::test]
async fn a_retired_model_leaves_priors_until_another_is_promoted() {
    let desk = Desk::new().await;
    let (first, second) = two_models(&desk).await;
    assert_eq!(desk.services.retire(&second, now()).await.unwrap().state, ModelState::Retired);
    assert_eq!(desk.services.status().await.unwrap().model, first);
    assert_eq!(desk.services.retire(&first, now()).await.unwrap().state, ModelState::Retired);
    assert_eq!(desk.services.status().await.unwrap().model, "priors-published-1");
    assert_eq!(desk.services.promote(&first, None, now()).await.unwrap().state, ModelState::Active);
    assert_eq!(desk.services.retire("nobody", now()).await.unwrap_err().class(), ErrorClass::NotFound);
    assert_eq!(desk.services.shadow("nobody", now()).await.unwrap_err().class(), ErrorClass::NotFound);
}

#[tokio::test]
async fn a_rehearsal_tells_who_moves_and_changes_nothing() {
    let desk = Desk::new().await;
    let (first, second) = two_models(&desk).await;
    let as_of = Some(day("2026-05-29"));
    let found = desk.services.rehearse(&second, as_of, now()).await.unwrap();
    assert_eq!((found.before.as_str(), found.after.as_str(), found.late_over), (first.as_str(), second.as_str(), 30));
    assert_eq!(found.grades.iter().map(|cell| cell.clients).sum::<u64>(), found.clients);
    assert_eq!(found.grades.iter().map(|cell| cell.open.minor()).sum::<i64>(), found.open.minor());
    let off: u64 = found.grades.iter().filter(|cell| cell.before != cell.after).map(|cell| cell.clients).sum();
    assert_eq!(off, found.moves.len() as u64);
    assert!(found.moves.is_sorted_by(|one, next| one.open.minor() >= next.open.minor()));
    assert_eq!(desk.services.status().await.unwrap().model, first);
    assert!(desk.services.model(&second).await.unwrap().rehearsed_at.is_some());
    // What was said of the old and the new is what each says in force.
    let query = ClientQuery { limit: 1_000, as_of, ..ClientQuery::default() };
    let before = desk.services.clients(query.clone(), now()).await.unwrap().clients;
    desk.services.promote(&second, None, now()).await.unwrap();
    let after = desk.services.clients(query, now()).await.unwrap().clients;
    for one in &found.moves {
        let line = |lines: &[ClientLine]| lines.iter().find(|line| line.id == one.client).cloned().unwrap();
        let (old, new) = (line(&before), line(&after));
        assert_eq!(
            (old.score, &old.grade, old.late_over(30)),
            (one.before.score, &one.before.grade, Some(one.before.p_late))
        );
        assert_eq!(
            (new.score, &new.grade, new.late_over(30)),
            (one.after.score, &one.after.grade, Some(one.after.p_late))
        );
        assert_eq!(old.open, one.open);
    }
    // Against itself nobody moves.
    let itself = desk.services.rehearse(&second, as_of, now()).await.unwrap();
    assert!(itself.moves.is_empty() && itself.grades.iter().all(|cell| cell.before == cell.after));
}

/// The rows go out, another program's predictions come back: here the trial's own, which can be neither better nor worse.
#[tokio::test]
async fn a_challenger_is_measured_on_the_same_invoices_and_stands_in_the_card() {
    let desk = Desk::new().await;
    let (_, id) = two_models(&desk).await;
    let out = desk.folder.path().join("rows.parquet");
    desk.services.challenge_rows(&id, &out).await.unwrap();
    let bytes = std::fs::read(&out).unwrap();
    let table = TableSource::from_bytes("rows.parquet", Arc::from(bytes));
    let text = parquet_as_csv(&table).unwrap();
    let text = String::from_utf8(text).unwrap();
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("row,part,issue_date,late,late_rate,"), "{}", &text[..200]);
    let validation = desk.services.model_card(&id, None, now()).await.unwrap().validation.unwrap();
    let (mut rows, mut later, mut told) = (0, Vec::new(), 0);
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        rows += 1;
        // The parts are apart in time.
        assert_eq!(cells[1] == "later", cells[2] >= validation.trained_before.as_str(), "{line}");
        if cells[1] == "later" {
            told += u64::from(!cells[3].is_empty());
            later.push(cells[0].to_owned());
        }
    }
    let measured = &validation.at(30).unwrap().all;
    assert_eq!(told, measured.model.metrics.rows);
    assert!(rows > 3 * later.len(), "{rows} {}", later.len());

    let constant: String = later.iter().map(|row| format!("{row},0.25\n")).collect();
    let file = |text: String| InputFile::new("p.csv", text.into_bytes());
    let found = desk.services.challenge(&id, "constant", file(format!("row,p_late\n{constant}")), now()).await.unwrap();
    assert_eq!(found.model, measured.model);
    assert_eq!(found.challenger.metrics.mean_prediction, 0.25);
    assert_eq!(found.challenger.metrics.auc, 0.5);
    assert!((found.brier_gain.value - (found.challenger.metrics.brier - measured.model.metrics.brier)).abs() < 1e-15);
    // The same name again takes its place; another stands beside.
    for name in ["constant", "other"] {
        desk.services.challenge(&id, name, file(format!("row,p_late\n{constant}")), now()).await.unwrap();
    }
    let card = desk.services.model_card(&id, None, now()).await.unwrap();
    let names: Vec<&str> = card.challenges.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["constant", "other"]);

    let error = desk.services.challenge(&id, "half", file("row,p_late\n1,0.5\n".to_owned()), now()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::InvalidInput);
    assert!(error.to_string().contains("later rows of known outcome"), "{error}");
    // Another ledger came in: the rows of the old one can't be made again.
    desk.import(&[("a.csv", "C-01,NEW,2026-05-30,2026-06-30,9000.00,\n")]).await.unwrap();
    let error = desk.services.challenge_rows(&id, &out).await.unwrap_err();
    assert_eq!((error.class(), error.code()), (ErrorClass::Conflict, "other_ledger"));
}

#[tokio::test]
async fn drift_looks_at_the_months_since_the_training() {
    let desk = Desk::new().await;
    let (first, _) = two_models(&desk).await;
    let found = desk.services.drift(&first, None, now()).await.unwrap();
    assert_eq!(found.as_of, "2026-05-29", "the end of the ledger");
    let months: Vec<&str> = found.months.iter().map(|month| month.month.as_str()).collect();
    assert_eq!(
        months,
        ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    );
    assert!(found.months[0].calibration.is_some(), "autumn's outcomes are known");
    assert!(found.months[8].calibration.is_none(), "May's are not");
    let earlier = desk.services.drift(&first, Some(day("2025-10-31")), now()).await.unwrap();
    assert_eq!(earlier.months.len(), 2);
    assert_eq!(earlier.months[1].score, found.months[1].score);
}

#[tokio::test]
async fn a_damaged_model_is_named_and_is_our_trouble() {
    let desk = Desk::new().await;
    desk.services.import(made_up_ledger(), ImportOptions::default(), now()).await.unwrap();
    let model = desk.services.train(TrainOptions::default(), now()).await.unwrap().model;
    let database = raw(&desk).await;
    database.execute_unprepared("UPDATE models SET artefact = replace(artefact, '{', '[')").await.unwrap();
    let services = desk.reopened().await;
    for error in [
        services.rescore(None, None, now()).await.err().unwrap(),
        services.models().await.err().unwrap(),
        services.promote(&model.id, None, now()).await.err().unwrap(),
    ] {
        assert_eq!((error.class(), error.code()), (ErrorClass::Internal, "stored_model"), "{error:?}");
        assert!(error.to_string().contains(&model.id), "{error}");
        assert!(!error.hints().is_empty());
    }
}
