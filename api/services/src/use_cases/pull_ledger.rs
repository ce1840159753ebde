//! Invoices and payments are pulled from a live system.

use std::time::{Duration, Instant};

use encours_domain::FaultReport;
use encours_sources::pull::pull;
use encours_sources::{LedgerSource, Progress, PullState, PulledLedger};
use serde::Serialize;

use super::import::{Put, count, put};
use crate::folder::{Kept, write_atomically};
use crate::layers::Layers;
use crate::making::Making;
use crate::services::blocking;
use crate::store::{Current, ManifestFile, ManifestKind, NewManifest};
use crate::{DataFolder, Moment, Services, ServicesError};

/// How a system is to be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PullOptions {
    /// Look at every record again instead of those that changed.
    pub full: bool,
    /// Ask the details of every record anew, too.
    pub fresh: bool,
}

/// What a pull did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PullReport {
    /// The system.
    pub source: &'static str,
    /// Records seen in this round.
    pub seen: u64,
    /// Records that are held now.
    pub records: u64,
    /// Invoices and instalments that the ledger holds now, of whatever origin.
    pub invoices: u64,
    /// Payments that it holds now.
    pub payments: u64,
    /// Clients that it holds now.
    pub clients: u64,
    /// Whether the ledger is what it was before.
    pub unchanged: bool,
    /// Records that could not become rows, and what is worth knowing.
    pub refused: FaultReport,
}

/// While pages come in, what was had is written down at most this often: a page may be asked again, none is lost.
const WRITTEN_EVERY: Duration = Duration::from_secs(1);

impl Services {
    /// Pulls a round, going on where the last one stopped, and makes the ledger anew when the round is over. `show` is
    /// told how far it is, page by page.
    ///
    /// # Errors
    /// When the system cannot be asked or understood; what was had so far is kept, and the next call goes on from it.
    pub async fn pull_ledger(
        &self,
        source: &dyn LedgerSource,
        options: PullOptions,
        show: &(dyn Fn(Progress) + Send + Sync),
        now: Moment,
    ) -> Result<PullReport, ServicesError> {
        let folder = self.data_folder().clone();
        let mut state = read_state(&folder, source.name())?;
        if options.fresh {
            state.begin_fresh();
        } else if options.full {
            state.begin_full_round();
        }
        let mut written: Option<Instant> = None;
        let mut keep = |state: &PullState, progress: Progress| {
            show(progress);
            if progress.over || written.is_none_or(|at| at.elapsed() >= WRITTEN_EVERY) {
                write_atomically(&folder.pull_state(source.name()), &state.to_bytes()?)?;
                written = Some(Instant::now());
            }
            Ok::<(), ServicesError>(())
        };
        let progress = pull(source, &mut state, &mut keep).await?;
        self.take_pulled(source.name(), state.ledger(), progress, now).await
    }

    async fn take_pulled(
        &self,
        source: &'static str,
        ledger: &PulledLedger,
        progress: Progress,
        now: Moment,
    ) -> Result<PullReport, ServicesError> {
        let _alone = self.alone().await?;
        let base = self.store().current().await?;
        let (folder, from, ledger) = (self.data_folder().clone(), base.clone(), ledger.clone());
        let (report, next, snapshot) = blocking(move || {
            let (_, refused) = ledger.rows();
            let mut layers = Layers::in_force(&folder, &from)?;
            let snapshot = folder.keep(Kept::Pulled, &ledger.to_bytes()?)?;
            layers.pulled.insert(source.to_owned(), snapshot.clone());
            let making = Making::read(&folder, &layers)?;
            let Put { made, next } = put(&folder, &from, &layers, making)?;
            let report = PullReport {
                source,
                seen: progress.done,
                records: count(ledger.records().count()),
                invoices: count(made.ledger.invoices()),
                payments: count(made.ledger.payments()),
                clients: count(made.ledger.clients()),
                unchanged: next.ledger == from.ledger,
                refused,
            };
            Ok((report, next, snapshot))
        })
        .await?;
        if next != base {
            self.store().record_import(manifest(&report, base, next, snapshot), &self.act(now)).await?;
            self.doubt_portfolio();
        }
        Ok(report)
    }
}

/// What was had so far, or nothing yet.
fn read_state(folder: &DataFolder, source: &str) -> Result<PullState, ServicesError> {
    let path = folder.pull_state(source);
    match std::fs::read(&path) {
        Ok(bytes) => PullState::from_bytes(&bytes)
            .map_err(|error| ServicesError::Damaged { path: path.clone(), reason: error.to_string() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(PullState::new(source)),
        Err(error) => Err(ServicesError::file("reading", &path)(error)),
    }
}

fn manifest(report: &PullReport, base: Current, next: Current, snapshot: String) -> NewManifest {
    NewManifest {
        kind: ManifestKind::Ledger,
        base,
        snapshot: next.ledger.clone().unwrap_or_default(),
        next,
        files: vec![ManifestFile { name: report.source.to_owned(), hash: snapshot }],
        rows: report.seen,
        refused: count(report.refused.faults.len()),
        records: report.invoices,
        payments: report.payments,
        subjects: report.clients,
    }
}
