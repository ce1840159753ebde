//! Work that goes on after the request that asked for it: imports, pulls, trainings, re-scorings.
//!
//! A job is a row; whoever runs one says so every second, and is taken for gone after a while of silence: then the job waits
//! again and is done anew. That is safe because each use case changes everything at its end or nothing, and doing it twice
//! leaves what doing it once does. Of each kind one runs at a time.

mod run;
mod schedule;

use std::path::PathBuf;

use encours_domain::{Day, Siren};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use run::{JobClock, Runner};
pub use schedule::Nightly;

use crate::folder::write_atomically;
use crate::services::blocking;
use crate::store::{DeliveryState, JobRecord, JobState, NewJob};
use crate::{Format, InputFile, Moment, Services, ServicesError};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobRequest {
    /// Files into the ledger.
    Import {
        /// Names of the files, in the order in which they lie in the job's folder.
        files: Vec<String>,
        /// How to read them; `auto` looks into each.
        format: String,
        /// Whether the sound rows are taken when others are at fault.
        accept_partial: bool,
    },
    /// Public facts from the registers that the server may ask.
    Pull {
        /// Companies; every client with a number where there is none.
        sirens: Vec<Siren>,
    },
    /// A model from the stored ledger.
    Train {
        /// Learn from what was known on the morning of this day.
        as_of: Option<Day>,
    },
    /// Every client scored.
    Rescore {
        /// As of this evening; today's when absent.
        as_of: Option<Day>,
    },
}

impl JobRequest {
    /// Every kind, in the order in which they are looked at.
    pub const KINDS: [&'static str; 4] = ["import", "pull", "train", "rescore"];

    /// Its kind, one word.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Import { .. } => "import",
            Self::Pull { .. } => "pull",
            Self::Train { .. } => "train",
            Self::Rescore { .. } => "rescore",
        }
    }
}

/// A job as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Job {
    /// Its name.
    pub id: String,
    /// What kind of work.
    pub kind: String,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    pub state: &'static str,
    /// What was asked for.
    pub request: Value,
    /// How far it is: `stage`, and `done` of `of` where they are known.
    pub progress: Value,
    /// What came of it.
    pub result: Option<Value>,
    /// Why it failed: `code` and `detail`.
    pub error: Option<Value>,
    /// When it was asked for.
    pub created_at: String,
    /// By whom.
    pub created_by: String,
    /// When it was last begun.
    pub started_at: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Its place among all jobs, for the next page.
    #[serde(skip)]
    pub sequence: i64,
    /// Whether nothing more happens.
    #[serde(skip)]
    pub is_over: bool,
}

impl From<JobRecord> for Job {
    fn from(record: JobRecord) -> Self {
        let JobRecord { sequence, id, kind, state, created_at, created_by, started_at, ended_at, .. } = record;
        let read = |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self {
            id,
            kind,
            state: state.code(),
            request: read(record.request),
            progress: read(record.progress),
            result: record.result.map(read),
            error: record.error.map(read),
            created_at,
            created_by,
            started_at,
            ended_at,
            sequence,
            is_over: state.is_over(),
        }
    }
}

/// How much work there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Jobs by kind and state; none is left out.
    pub jobs: Vec<(&'static str, &'static str, i64)>,
    /// Messages to webhooks by state.
    pub messages: Vec<(&'static str, i64)>,
}

impl Services {
    /// Takes files for an import, which is done in the background. They lie in the job's folder until it ends.
    ///
    /// # Errors
    /// When there is no file or no such format, or disk or database fail.
    pub async fn submit_import(
        &self,
        files: Vec<InputFile>,
        format: &str,
        accept_partial: bool,
        now: Moment,
    ) -> Result<Job, ServicesError> {
        format.parse::<Format>()?;
        if files.is_empty() {
            let (what, expected) = ("files", "at least one".to_owned());
            return Err(ServicesError::UnknownWord { what, found: "none".to_owned(), expected });
        }
        let id = job_id()?;
        let folder = self.job_folder(&id);
        let names = files.iter().map(|file| file.name.clone()).collect();
        let request = JobRequest::Import { files: names, format: format.to_owned(), accept_partial };
        blocking(move || {
            for (number, file) in files.iter().enumerate() {
                write_atomically(&folder.join(number.to_string()), &file.bytes)?;
            }
            Ok(())
        })
        .await?;
        self.keep(id, &request, now).await
    }

    /// Takes work that needs no files.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn submit(&self, request: &JobRequest, now: Moment) -> Result<Job, ServicesError> {
        self.keep(job_id()?, request, now).await
    }

    async fn keep(&self, id: String, request: &JobRequest, now: Moment) -> Result<Job, ServicesError> {
        let text = serde_json::to_string(request).map_err(ServicesError::document("a job"))?;
        let act = self.act(now);
        let new = NewJob { id, kind: request.kind(), request: text, created_at: now.stamp(), created_by: act.by };
        Ok(self.store().keep_job(new).await?.into())
    }

    /// A job.
    ///
    /// # Errors
    /// When there is no such job.
    pub async fn job(&self, id: &str) -> Result<Job, ServicesError> {
        Ok(self.store().job(id).await?.into())
    }

    /// Jobs before a place, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn jobs(&self, before: Option<i64>, limit: u64) -> Result<Vec<Job>, ServicesError> {
        Ok(self.store().jobs(before, limit).await?.into_iter().map(Job::from).collect())
    }

    /// How much work there is: jobs by kind and state, messages to webhooks by state.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn work(&self) -> Result<Work, ServicesError> {
        let counted = self.store().count_jobs().await?;
        let of = |kind: &str, state: JobState| {
            let found = counted.iter().find(|(known, word, _)| known == kind && word == state.code());
            found.map_or(0, |(.., jobs)| *jobs)
        };
        let kinds = JobRequest::KINDS.into_iter();
        let jobs = kinds.flat_map(|kind| JobState::EACH.map(|state| (kind, state.code(), of(kind, state)))).collect();
        let counted = self.store().count_deliveries().await?;
        let of =
            |state: DeliveryState| counted.iter().find(|(word, _)| word == state.code()).map_or(0, |(_, one)| *one);
        Ok(Work { jobs, messages: DeliveryState::EACH.map(|state| (state.code(), of(state))).to_vec() })
    }

    /// Stops a job: one that waits at once, one that runs within seconds. What it changed already stays; nothing is changed by
    /// halves.
    ///
    /// # Errors
    /// When there is no such job, or it ended.
    pub async fn cancel_job(&self, id: &str, now: Moment) -> Result<Job, ServicesError> {
        if self.store().job(id).await?.state.is_over() {
            return Err(ServicesError::Ruling { what: format!("job `{id}`"), reason: "it has ended".to_owned() });
        }
        self.store().stop_job(id, &now.stamp()).await?;
        let job = self.store().job(id).await?;
        if job.state == JobState::Cancelled {
            self.clear_job_folder(id).await;
        }
        Ok(job.into())
    }

    fn job_folder(&self, id: &str) -> PathBuf {
        self.data_folder().path().join("jobs").join(id)
    }

    /// The files of a job that ended; what cannot be taken away now is at the next start.
    async fn clear_job_folder(&self, id: &str) {
        let folder = self.job_folder(id);
        let cleared = blocking(move || match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(ServicesError::file("taking away", &folder)(error))
            }
            _ => Ok(()),
        });
        if let Err(error) = cleared.await {
            tracing::warn!(%error, "the files of a job that ended are still there");
        }
    }
}

fn job_id() -> Result<String, ServicesError> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|source| ServicesError::NoRandomness { source })?;
    Ok(format!("job-{}", hex::encode(bytes)))
}
