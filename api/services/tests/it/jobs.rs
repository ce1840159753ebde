//! Work that goes on after the request that asked for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use encours_services::{Job, JobClock, JobRequest, Nightly, Runner, Services};
use sea_orm::ConnectionTrait;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::{Desk, csv, made_up_ledger, now, raw};

const ROWS: &str = "C1,F1,2024-01-05,2024-02-04,100.00,\n";

/// The test's clock, running on from `now()`.
fn clock() -> JobClock {
    let began = Instant::now();
    Arc::new(move || now().later(TimeDelta::from_std(began.elapsed()).unwrap()))
}

fn run(services: &Services, nightly: Option<Nightly>) -> (watch::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = watch::channel(());
    let runner = Runner::new(services.clone(), clock(), nightly).unwrap();
    (stop, tokio::spawn(runner.run(stopped)))
}

async fn end_of(services: &Services, id: &str) -> Job {
    for _ in 0..600 {
        let job = services.job(id).await.unwrap();
        if job.is_over {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{:?} did not end", services.job(id).await)
}

fn folder_of(desk: &Desk, job: &Job) -> std::path::PathBuf {
    desk.folder.path().join("jobs").join(&job.id)
}

#[tokio::test]
async fn an_import_is_done_in_the_background_and_its_files_go() {
    let desk = Desk::new().await;
    let job = desk.services.submit_import(vec![csv("l.csv", ROWS)], "auto", false, now()).await.unwrap();
    assert_eq!((job.state, job.kind.as_str()), ("queued", "import"));
    assert!(folder_of(&desk, &job).join("0").exists());
    let bad = vec![csv("bad.csv", "C1,F2,2024-01-05,2024-02-04,ten,\nC1,F3,2024-01-06,2024-02-05,10.00,\n")];
    let bad = desk.services.submit_import(bad, "auto", false, now()).await.unwrap();
    let (stop, running) = run(&desk.services, None);
    let done = end_of(&desk.services, &job.id).await;
    assert_eq!((done.state, &done.result.as_ref().unwrap()["invoices"]), ("done", &1.into()));
    let failed = end_of(&desk.services, &bad.id).await;
    assert_eq!((failed.state, &failed.error.as_ref().unwrap()["code"]), ("failed", &"rows_refused".into()));
    assert_eq!(failed.error.unwrap()["faults"]["faults"][0]["value"], "ten");
    drop(stop);
    running.await.unwrap();
    assert!(!folder_of(&desk, &job).exists() && !folder_of(&desk, &bad).exists());
    assert_eq!(desk.services.portfolio().await.unwrap().ledger().unwrap().invoices(), 1);
    let listed = desk.services.jobs(None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [bad.id.as_str(), job.id.as_str()]);
    assert!(desk.services.submit_import(Vec::new(), "auto", false, now()).await.is_err());
    assert!(desk.services.submit_import(vec![csv("l.csv", ROWS)], "odd", false, now()).await.is_err());
}

/// The row and the folder are what a program leaves that is killed in the middle: nobody is heard of, and the job is done anew.
#[tokio::test]
async fn a_job_whose_program_was_killed_is_done_anew() {
    let desk = Desk::new().await;
    let job = desk.services.submit_import(vec![csv("l.csv", ROWS)], "auto", false, now()).await.unwrap();
    let left = "UPDATE jobs SET state = 'running', runner = 'gone', seen_at = '2026-06-01T08:29:49Z'";
    raw(&desk).await.execute_unprepared(left).await.unwrap();
    let (stop, running) = run(&desk.reopened().await, None);
    assert_eq!(end_of(&desk.services, &job.id).await.state, "done");
    drop(stop);
    running.await.unwrap();
}

/// While a program is heard of, the next of the kind waits; another kind doesn't.
#[tokio::test]
async fn one_of_a_kind_at_a_time() {
    let desk = Desk::new().await;
    desk.import(&[("l.csv", ROWS)]).await.unwrap();
    let first = desk.services.submit(&JobRequest::Rescore { as_of: None }, now()).await.unwrap();
    let held = "UPDATE jobs SET state = 'running', runner = 'elsewhere', seen_at = '2099-01-01T00:00:00Z'";
    raw(&desk).await.execute_unprepared(held).await.unwrap();
    let second = desk.services.submit(&JobRequest::Rescore { as_of: None }, now()).await.unwrap();
    let other = desk.services.submit(&JobRequest::Train { as_of: None }, now()).await.unwrap();
    let (stop, running) = run(&desk.services, None);
    let failed = end_of(&desk.services, &other.id).await;
    assert_eq!(failed.error.unwrap()["code"], "too_little_to_train");
    assert_eq!(desk.services.job(&second.id).await.unwrap().state, "queued");
    assert_eq!(desk.services.cancel_job(&second.id, now()).await.unwrap().state, "cancelled");
    assert!(desk.services.cancel_job(&second.id, now()).await.is_err());
    assert_eq!(desk.services.job(&first.id).await.unwrap().state, "running");
    drop(stop);
    running.await.unwrap();
}

/// A training takes seconds: it is stopped in the middle, and nothing is registered; one that its program gives up waits again.
#[tokio::test]
async fn what_is_stopped_leaves_nothing_and_what_is_given_up_waits() {
    let desk = Desk::new().await;
    desk.services.import(made_up_ledger(), Default::default(), now()).await.unwrap();
    let job = desk.services.submit(&JobRequest::Train { as_of: None }, now()).await.unwrap();
    let (stop, running) = run(&desk.services, None);
    let under_way = async || {
        while desk.services.job(&job.id).await.unwrap().state != "running" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    under_way().await;
    drop(stop);
    running.await.unwrap();
    assert_eq!(desk.services.job(&job.id).await.unwrap().state, "queued");
    let (stop, running) = run(&desk.services, None);
    under_way().await;
    desk.services.cancel_job(&job.id, now()).await.unwrap();
    assert_eq!(end_of(&desk.services, &job.id).await.state, "cancelled");
    drop(stop);
    running.await.unwrap();
    assert!(desk.services.models().await.unwrap().is_empty());
}

/// It is 08:30 in UTC and 10:30 in Paris: the night comes two seconds after the start.
#[tokio::test]
async fn the_night_comes_once() {
    let desk = Desk::new().await;
    desk.import(&[("l.csv", ROWS)]).await.unwrap();
    let nightly = Nightly::new("10:31", "Europe/Paris").unwrap();
    let began = Instant::now();
    let clock: JobClock =
        Arc::new(move || now().later(TimeDelta::seconds(58) + TimeDelta::from_std(began.elapsed()).unwrap()));
    let (stop, stopped) = watch::channel(());
    let running = tokio::spawn(Runner::new(desk.services.clone(), clock, Some(nightly)).unwrap().run(stopped));
    tokio::time::sleep(Duration::from_secs(5)).await;
    let jobs = desk.services.jobs(None, 10).await.unwrap();
    assert_eq!(jobs.len(), 1);
    assert_eq!((jobs[0].kind.as_str(), jobs[0].state, jobs[0].created_by.as_str()), ("rescore", "done", "schedule"));
    drop(stop);
    running.await.unwrap();
}
