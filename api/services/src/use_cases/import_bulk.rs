//! Whole registers come in, of which the companies of the book are kept.

use std::collections::BTreeSet;

use encours_domain::{Day, Siren};
use serde::Serialize;

use super::import::count;
use super::import_companies::{add_pulled, manifest};
use crate::bulk::{self, BulkFile};
use crate::folder::Kept;
use crate::portfolio::Portfolio;
use crate::services::blocking;
use crate::store::ManifestFile;
use crate::{CompaniesReport, Moment, Services, ServicesError};

/// How whole registers are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct BulkOptions {
    /// Whether the bulletin's file holds every notice since its open data begins.
    pub complete: bool,
    /// The day on which the files were fetched; the day of the import when absent.
    pub fetched_on: Option<Day>,
}

/// What an import of whole registers did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BulkReport {
    /// Companies of the book: those were looked for.
    pub looked_for: u64,
    /// Rows about one of them.
    pub rows: u64,
    /// What came of it.
    pub companies: CompaniesReport,
    /// What was not taken, and why.
    pub notes: Vec<String>,
}

impl Services {
    /// Reads files of whole registers and keeps what they say of the companies of the book: clients of the ledger and of
    /// the client file, and companies of which something is known already.
    ///
    /// # Errors
    /// When no company of the book has a SIREN, a file is damaged, or what came in cannot be kept.
    pub async fn import_bulk(
        &self,
        files: Vec<BulkFile>,
        options: BulkOptions,
        now: Moment,
    ) -> Result<BulkReport, ServicesError> {
        let wanted = sirens(&*self.portfolio().await?);
        if wanted.is_empty() {
            return Err(ServicesError::UnknownWord {
                what: "companies of the book",
                found: "none with a SIREN".to_owned(),
                expected: "a ledger or a client file with numbers, imported first".to_owned(),
            });
        }
        let _alone = self.alone().await?;
        let base = self.store().current().await?;
        let (folder, from) = (self.data_folder().clone(), base.facts.clone());
        let fetched_on = options.fetched_on.unwrap_or(now.today).min(now.today);
        let work = move || {
            let told = bulk::read(&files, &wanted, options.complete, fetched_on)?;
            let mut named = Vec::with_capacity(files.len());
            for file in &files {
                named.push(ManifestFile { name: file.name(), hash: file.hash()? });
            }
            for answer in &told.answers {
                folder.keep(Kept::Answers, answer)?;
            }
            let companies = add_pulled(&folder, from.as_deref(), told.facts)?;
            let (looked_for, rows, notes) = (count(wanted.len()), told.rows, told.notes);
            Ok((BulkReport { looked_for, rows, companies, notes }, named))
        };
        let (report, named) = blocking(work).await?;
        if !report.companies.unchanged {
            self.store().record_import(manifest(&report.companies, base, named), &self.act(now)).await?;
            self.doubt_portfolio();
        }
        Ok(report)
    }
}

/// The numbers of the book.
fn sirens(portfolio: &Portfolio) -> BTreeSet<Siren> {
    let in_file = portfolio.clients.clients().filter_map(|row| row.siren.clone());
    let known = portfolio.facts.companies().map(|(siren, _)| siren.clone());
    portfolio.sirens().cloned().chain(in_file).chain(known).collect()
}
