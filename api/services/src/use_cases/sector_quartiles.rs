//! Quartiles of ratios by sector, from files of whole registers.

use encours_core::solvency::{Gathered, SectorQuartiles};
use encours_domain::Day;
use serde::Serialize;

use super::failure_model::{BLOCK, companies};
use crate::bulk::{self, BulkFile, BulkForm};
use crate::folder::Kept;
use crate::layers::{Layers, Learnt};
use crate::portfolio::Facts;
use crate::services::blocking;
use crate::store::{ManifestFile, ManifestKind};
use crate::{DataFolder, Moment, Services, ServicesError};

/// What was gathered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuartilesReport {
    /// The day as of which accounts were read.
    pub as_of: Day,
    /// Companies with accounts of the two years before it.
    pub companies: u32,
    /// Divisions of the NAF with enough companies to be a sector.
    pub divisions: u64,
}

/// The quartiles in force.
pub(crate) fn in_force(folder: &DataFolder, layers: &Layers) -> Result<Option<SectorQuartiles>, ServicesError> {
    layers.quartiles.as_deref().map(|hash| folder.read_json(Kept::Quartiles, hash)).transpose()
}

impl Services {
    /// Gathers the quartiles of ratios by sector from the export of `ratios_inpi_bce` and, for the sectors, INSEE's stock of
    /// units; of more than 60,000 companies, these many are drawn by a hash of their numbers. They take the place of those
    /// before.
    ///
    /// # Errors
    /// When a file is missing or damaged, or it holds no accounts of the last two years.
    pub async fn gather_quartiles(
        &self,
        files: Vec<BulkFile>,
        as_of: Option<Day>,
        now: Moment,
    ) -> Result<QuartilesReport, ServicesError> {
        let day = as_of.unwrap_or(now.today).min(now.today);
        let (quartiles, named) = blocking(move || gathered(&files, day)).await?;
        let report = QuartilesReport {
            as_of: quartiles.day(),
            companies: quartiles.companies(),
            divisions: super::import::count(quartiles.divisions()),
        };
        let bytes = serde_json::to_vec(&quartiles).map_err(ServicesError::document("the quartiles"))?;
        let hash = self.data_folder().keep(Kept::Quartiles, &bytes)?;
        let companies = u64::from(quartiles.companies());
        let learnt = Learnt {
            kind: ManifestKind::Quartiles,
            kept_as: Some(hash.clone()),
            files: named,
            rows: companies,
            companies,
        };
        self.put_learnt(learnt, |layers| Layers { quartiles: Some(hash), ..layers }, now).await?;
        Ok(report)
    }
}

fn gathered(files: &[BulkFile], day: Day) -> Result<(SectorQuartiles, Vec<ManifestFile>), ServicesError> {
    let missing = |expected: &str| ServicesError::UnknownWord {
        what: "files",
        found: files.iter().map(BulkFile::name).collect::<Vec<_>>().join(", "),
        expected: expected.to_owned(),
    };
    if !files.iter().any(|file| file.form == BulkForm::Ratios) {
        return Err(missing("among them the export of ratios_inpi_bce"));
    }
    let mut gathered = Gathered::default();
    for block in companies(files)?.chunks(BLOCK) {
        let told = bulk::read(files, &block.iter().cloned().collect(), false, day)?;
        for (_, facts) in Facts::new(told.facts).companies() {
            gathered.push(facts, day);
        }
    }
    let quartiles = gathered.quartiles(day);
    if quartiles.companies() == 0 {
        return Err(missing("accounts closed within the two years before the day that is asked about"));
    }
    let mut named = Vec::with_capacity(files.len());
    for file in files {
        named.push(ManifestFile { name: file.name(), hash: file.hash()? });
    }
    Ok((quartiles, named))
}
