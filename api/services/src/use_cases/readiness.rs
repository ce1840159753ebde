//! Whether answers can be given and kept, at this moment: each thing that they need, tried.

use std::fs;
use std::time::Duration;

use serde::Serialize;
use tokio::time::timeout;

use crate::folder::write_atomically;
use crate::services::blocking;
use crate::{Moment, Services, ServicesError};

/// What a trial is given. Longer, and whoever asks for an answer would not wait either.
const PATIENCE: Duration = Duration::from_secs(5);

/// A file that is written to see whether files can be.
const TRIAL: &str = ".ready";

/// The hash of no policy: what should take its place changes nothing.
const NO_POLICY: &str = "no policy";

const MIB: u64 = 1024 * 1024;

/// One thing that answers need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadinessCheck {
    /// Its name for programs.
    pub name: &'static str,
    /// Whether it is there.
    pub ok: bool,
    /// What is not as it should be, in a sentence that may be read by everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl ReadinessCheck {
    /// Nothing is missing, or this is.
    pub fn of(name: &'static str, fault: Option<String>) -> Self {
        Self { name, ok: fault.is_none(), detail: fault }
    }
}

impl Services {
    /// Tries everything that answers need: the store, to be read and written; the data folder; what is in force; free
    /// space. What a trial said goes to the log, for it may name files.
    pub async fn readiness(&self, least_free: u64, now: Moment) -> Vec<ReadinessCheck> {
        let store = tried("store_answers", "the store does not answer", self.store().ping());
        let written = tried("store_writable", "the store cannot be written", self.write_nothing(now));
        let folder = tried("data_folder_writable", "the data folder cannot be written", self.write_a_file());
        let services = self.clone();
        // Reading goes on when nobody waits any more, so that a large ledger is there the next time.
        let read = tokio::spawn(async move { services.portfolio().await.map(|_| ()) });
        let read = async { read.await.map_err(|source| ServicesError::Stopped { source })? };
        let portfolio = tried("portfolio_readable", "what is in force cannot be read", read);
        let space = async { ReadinessCheck::of("disk_space", self.too_little_space(least_free).await) };
        // All at once: whoever asks does not wait long.
        let (store, written, folder, portfolio, space) = tokio::join!(store, written, folder, portfolio, space);
        vec![store, written, folder, portfolio, space]
    }

    /// Writes to the store in such a way that nothing changes: a policy that there is not is asked to take the place of
    /// another that is not in force. A store that cannot be written refuses before it finds that out.
    async fn write_nothing(&self, now: Moment) -> Result<(), ServicesError> {
        match self.store().activate_policy(NO_POLICY, Some(NO_POLICY), &self.act(now)).await {
            Ok(()) | Err(ServicesError::ChangedMeanwhile { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes a file as any other is written, to the disk, and takes it away.
    async fn write_a_file(&self) -> Result<(), ServicesError> {
        let path = self.data_folder().path().join(TRIAL);
        blocking(move || {
            write_atomically(&path, b"")?;
            fs::remove_file(&path).map_err(ServicesError::file("taking away", &path))
        })
        .await
    }

    async fn too_little_space(&self, least_free: u64) -> Option<String> {
        let path = self.data_folder().path().to_path_buf();
        let free = blocking(move || {
            fs4::available_space(&path).map_err(ServicesError::file("asking for the free space of", &path))
        });
        match free.await {
            Ok(free) if free >= least_free => None,
            Ok(free) => Some(format!("{} MiB are free, {} expected at least", free / MIB, least_free / MIB)),
            Err(error) => Some(logged("disk_space", &error, "the free space is not known")),
        }
    }
}

/// What came of a trial, in the time that it has.
async fn tried(
    name: &'static str,
    fault: &'static str,
    trial: impl Future<Output = Result<(), ServicesError>>,
) -> ReadinessCheck {
    let fault = match timeout(PATIENCE, trial).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(logged(name, &error, fault)),
        Err(_) => Some(format!("{fault} within {} seconds", PATIENCE.as_secs())),
    };
    ReadinessCheck::of(name, fault)
}

fn logged(check: &'static str, error: &ServicesError, fault: &'static str) -> String {
    tracing::warn!(check, code = error.code(), %error, "not ready: {fault}");
    fault.to_owned()
}
