//! Facts of the public record come in.

use encours_domain::fact::Fact;
use encours_domain::{Day, FaultReport};
use serde::Serialize;

use super::import::{count, named};
use crate::folder::Kept;
use crate::input::{read_facts_files, refuse_unreadable};
use crate::portfolio::Facts;
use crate::services::blocking;
use crate::store::{Current, ManifestFile, ManifestKind, NewManifest};
use crate::text::sha256;
use crate::{DataFolder, InputFile, Moment, Services, ServicesError};

/// What an import of facts did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CompaniesReport {
    /// Facts read from the files.
    pub rows: u64,
    /// Facts that are known now.
    pub facts: u64,
    /// Companies that they are about.
    pub companies: u64,
    /// Whether all of them were known before.
    pub unchanged: bool,
    /// Hash of all facts; empty while there are none.
    pub snapshot: String,
    /// Rows that were left out, and what is worth knowing.
    pub refused: FaultReport,
}

impl Services {
    /// Adds the facts of some files to those that are known. Nothing is updated in place: a fact stays, and a later one
    /// of its kind takes over from its day.
    ///
    /// # Errors
    /// As [`Services::import`].
    pub async fn import_companies(
        &self,
        files: Vec<InputFile>,
        accept_partial: bool,
        now: Moment,
    ) -> Result<CompaniesReport, ServicesError> {
        let _alone = self.alone().await?;
        let base = self.store().current().await?;
        let (folder, from) = (self.data_folder().clone(), base.facts.clone());
        let (report, files) = blocking(move || {
            let report = prepare(&folder, from.as_deref(), &files, accept_partial, now.today)?;
            Ok((report, named(&files)))
        })
        .await?;
        if !report.unchanged {
            self.store().record_import(manifest(&report, base, files), &self.act(now)).await?;
            self.doubt_portfolio();
        }
        tracing::info!(
            snapshot = report.snapshot,
            rows = report.rows,
            unchanged = report.unchanged,
            "companies imported"
        );
        Ok(report)
    }
}

fn prepare(
    folder: &DataFolder,
    base: Option<&str>,
    files: &[InputFile],
    accept_partial: bool,
    today: Day,
) -> Result<CompaniesReport, ServicesError> {
    let (read, refused) = read_facts_files(files, today);
    // A fault of a fact names its column; what names none, and no fact was read, is of the whole file.
    refuse_unreadable("the companies", read.len(), |_| !read.is_empty(), &refused)?;
    if !(refused.is_clean() || accept_partial) {
        return Err(ServicesError::Refused { what: "the companies", report: Box::new(refused) });
    }
    let rows = count(read.len());
    let facts = Facts::stored(folder, base)?.and(read);
    Ok(CompaniesReport { rows, refused, ..keep(folder, base, &facts)? })
}

/// Lays the facts of registers on those that are stored.
pub(super) fn add_pulled(
    folder: &DataFolder,
    base: Option<&str>,
    pulled: Vec<Fact>,
) -> Result<CompaniesReport, ServicesError> {
    let rows = count(pulled.len());
    let stored = Facts::stored(folder, base)?;
    let pulled = stored.known_first(pulled);
    Ok(CompaniesReport { rows, ..keep(folder, base, &stored.and(pulled))? })
}

/// Keeps the whole, unless it is what was kept before.
fn keep(folder: &DataFolder, base: Option<&str>, facts: &Facts) -> Result<CompaniesReport, ServicesError> {
    let bytes = serde_json::to_vec(facts.all()).unwrap_or_default();
    let snapshot = sha256(&bytes);
    let unchanged = base == Some(snapshot.as_str()) || facts.all().is_empty();
    if !unchanged {
        folder.keep(Kept::Facts, &bytes)?;
    }
    let (known, companies) = (count(facts.all().len()), count(facts.count_companies()));
    let snapshot = if known == 0 { String::new() } else { snapshot };
    let refused = FaultReport::default();
    Ok(CompaniesReport { rows: 0, facts: known, companies, unchanged, snapshot, refused })
}

/// What the store notes of it.
pub(super) fn manifest(report: &CompaniesReport, base: Current, files: Vec<ManifestFile>) -> NewManifest {
    let next = Current { facts: Some(report.snapshot.clone()), ..base.clone() };
    NewManifest {
        kind: ManifestKind::Facts,
        base,
        next,
        snapshot: report.snapshot.clone(),
        files,
        rows: report.rows,
        refused: count(report.refused.faults.len()),
        records: report.facts,
        payments: 0,
        subjects: report.companies,
    }
}
