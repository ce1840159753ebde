//! Who does the jobs.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use encours_sources::Progress;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use super::{JobRequest, Nightly};
use crate::services::blocking;
use crate::store::{JobEnd, JobRecord, JobState};
use crate::use_cases::train::OnStep;
use crate::use_cases::{ImportOptions, TrainOptions, TrainStage};
use crate::{InputFile, Moment, Reading, Services, ServicesError};

/// How often somebody looks for work, and says that they are at it.
const BEAT: Duration = Duration::from_millis(500);

/// After so long a silence a program is taken for gone.
const SILENCE: TimeDelta = TimeDelta::seconds(10);

/// Tells the runner what time it is.
pub type JobClock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// Does the jobs of one store, in this program.
pub struct Runner {
    services: Services,
    clock: JobClock,
    name: String,
    nightly: Option<Nightly>,
}

impl Runner {
    /// A runner over these services.
    ///
    /// # Errors
    /// When the system gives no random bytes for its name.
    pub fn new(services: Services, clock: JobClock, nightly: Option<Nightly>) -> Result<Self, ServicesError> {
        Ok(Self { services, clock, name: super::job_id()?, nightly })
    }

    /// Works until `stop` changes or its sender is gone; what was not done by then waits for the next start.
    pub async fn run(self, mut stop: watch::Receiver<()>) {
        let runner = Arc::new(self);
        let mut at_work = JoinSet::new();
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        runner.clear_folders().await;
        let mut last = (runner.clock)();
        loop {
            tokio::select! {
                _ = stop.changed() => break,
                _ = beat.tick() => {}
            }
            while at_work.try_join_next().is_some() {}
            let now = (runner.clock)();
            if let Err(error) = runner.look(&mut at_work, last, now).await {
                tracing::error!(%error, "nobody could look for jobs");
            }
            last = now;
        }
        at_work.shutdown().await;
        if let Err(error) = runner.services.store().give_jobs_back("", Some(&runner.name)).await {
            tracing::warn!(%error, "jobs could not be given back; they will be after a while of silence");
        }
    }

    /// Begins what waits, and what the schedule wants.
    async fn look(self: &Arc<Self>, at_work: &mut JoinSet<()>, last: Moment, now: Moment) -> Result<(), ServicesError> {
        let store = self.services.store();
        let silent_since = now.later(TimeDelta::zero() - SILENCE).stamp();
        let (waiting, silent) = store.jobs_at_hand(&silent_since).await?;
        if silent {
            let lost = store.give_jobs_back(&silent_since, None).await?;
            tracing::warn!(jobs = lost, "jobs whose program fell silent are done anew");
        }
        if self.nightly.as_ref().is_some_and(|nightly| nightly.falls_between(last.at, now.at)) {
            self.begin_the_night(now).await?;
        }
        for kind in JobRequest::KINDS.into_iter().filter(|kind| waiting.contains(*kind)) {
            if let Some(job) = store.take_job(kind, &self.name, &now.stamp()).await? {
                let runner = Arc::clone(self);
                at_work.spawn(async move { runner.see_to(job).await });
            }
        }
        Ok(())
    }

    /// The nightly re-scoring, unless one waits already: another program over the same store may have asked for it.
    async fn begin_the_night(&self, now: Moment) -> Result<(), ServicesError> {
        let request = JobRequest::Rescore { as_of: None };
        if self.services.store().open_jobs(request.kind()).await?.is_empty() {
            self.services.acting_as("schedule").submit(&request, now).await?;
        }
        Ok(())
    }

    /// Files of jobs that are over, or were never kept.
    async fn clear_folders(&self) {
        let folder = self.services.data_folder().path().join("jobs");
        let there = blocking(move || {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            Ok(entries.filter_map(|entry| entry.file_name().into_string().ok()).collect::<BTreeSet<String>>())
        });
        for id in there.await.unwrap_or_default() {
            match self.services.store().job(&id).await {
                Ok(job) if !job.state.is_over() => {}
                Ok(_) | Err(ServicesError::NotFound { .. }) => self.services.clear_job_folder(&id).await,
                Err(error) => tracing::warn!(%error, "it is not known whether the files of a job are still needed"),
            }
        }
    }

    /// Does a job to its end, says how far it is, and stops when somebody wants it.
    async fn see_to(&self, job: JobRecord) {
        let far = Far::default();
        let services = self.services.acting_as(&job.created_by);
        let now = (self.clock)();
        let work = tokio::spawn(do_it(services, job.clone(), far.clone(), now));
        let abort = work.abort_handle();
        let mut work = std::pin::pin!(work);
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let end = loop {
            tokio::select! {
                done = work.as_mut() => break Some(match done {
                    Ok(Ok(result)) => (JobState::Done, Some(result), None),
                    Ok(Err(error)) => (JobState::Failed, None, Some(error)),
                    Err(stopped) => (JobState::Failed, None, Some(problem("stopped", &stopped.to_string()))),
                }),
                _ = beat.tick() => {
                    match self.tell(&job.id, &far).await {
                        Ok(Some(false)) => {}
                        // Somebody else does it by now: nothing to say any more.
                        Ok(None) => { abort.abort(); break None }
                        Ok(Some(true)) => { abort.abort(); break Some((JobState::Cancelled, None, None)) }
                        Err(error) => tracing::warn!(%error, job = job.id, "how far a job is could not be told"),
                    }
                }
            }
        };
        let Some((state, result, error)) = end else { return };
        let text = |value: Value| value.to_string();
        let end = JobEnd { state, result: result.map(text), error: error.map(text), at: (self.clock)().stamp() };
        match self.services.end_job(&job, &self.name, end).await {
            Ok(()) => self.services.clear_job_folder(&job.id).await,
            Err(error) => tracing::error!(%error, job = job.id, "the end of a job could not be told: it is done anew"),
        }
        tracing::info!(job = job.id, kind = job.kind, state = state.code(), "a job ended");
    }

    async fn tell(&self, id: &str, far: &Far) -> Result<Option<bool>, ServicesError> {
        let (progress, now) = (far.text(), (self.clock)().stamp());
        self.services.store().tell_progress(id, &self.name, &progress, &now).await
    }
}

/// How far a job is.
#[derive(Clone, Default)]
struct Far(Arc<Mutex<Value>>);

impl Far {
    fn tell(&self, stage: &str, done: u64, of: Option<u64>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = json!({"stage": stage, "done": done, "of": of});
    }

    fn text(&self) -> String {
        let value = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if value.is_null() { "{}".to_owned() } else { value.to_string() }
    }
}

fn problem(code: &str, detail: &str) -> Value {
    json!({"code": code, "detail": detail})
}

/// What came of it, or why nothing did.
async fn do_it(services: Services, job: JobRecord, far: Far, now: Moment) -> Result<Value, Value> {
    let done = match serde_json::from_str::<JobRequest>(&job.request) {
        Ok(request) => carry_out(&services, &job.id, request, &far, now).await,
        Err(error) => return Err(problem("job_unreadable", &error.to_string())),
    };
    done.map_err(|error| {
        let faults = error.faults().map(|report| json!(report)).unwrap_or_default();
        json!({"code": error.code(), "detail": error.to_string(), "faults": faults})
    })
}

async fn carry_out(
    services: &Services,
    id: &str,
    request: JobRequest,
    far: &Far,
    now: Moment,
) -> Result<Value, ServicesError> {
    match request {
        JobRequest::Import { files, format, accept_partial } => {
            far.tell("reading", 0, None);
            let folder = services.job_folder(id);
            let read = blocking(move || {
                let read = |(number, name): (usize, String)| {
                    let file = InputFile::read(&folder.join(number.to_string()))?;
                    Ok(InputFile { name, ..file })
                };
                files.into_iter().enumerate().map(read).collect::<Result<Vec<_>, ServicesError>>()
            });
            let reading = Reading { format: format.parse()?, ..Reading::default() };
            let options = ImportOptions { reading, accept_partial };
            value(&services.import(read.await?, options, now).await?)
        }
        JobRequest::Pull { sirens } => {
            let sirens = if sirens.is_empty() { services.client_sirens().await? } else { sirens };
            let asking = services.registers().ok_or_else(|| ServicesError::Ruling {
                what: "the pull".to_owned(),
                reason: "this server asks no registers: start it with `--ask`".to_owned(),
            })?;
            let registers = asking.registers.iter().map(|one| Arc::clone(&one.register)).collect();
            let show = |progress: Progress| far.tell("asking", progress.done, progress.total);
            value(&services.pull_companies(sirens, registers, &show, now).await?)
        }
        JobRequest::Train { as_of } => {
            let told = far.clone();
            let on_step: OnStep = Arc::new(move |step| {
                let stage = if step.what == TrainStage::Fitting { "fitting" } else { "validating" };
                told.tell(stage, step.done, Some(step.of));
            });
            let by = Some(services.act(now).by);
            value(&services.train(TrainOptions { as_of, by, on_step: Some(on_step) }, now).await?)
        }
        JobRequest::Rescore { as_of } => {
            far.tell("scoring", 0, None);
            value(&services.rescore(as_of, None, now).await?)
        }
    }
}

fn value(report: &impl Serialize) -> Result<Value, ServicesError> {
    serde_json::to_value(report).map_err(ServicesError::document("what came of a job"))
}
