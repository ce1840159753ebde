//! A model of failure is learnt from files of whole registers, measured on later closings, and put in force.

use std::collections::BTreeSet;
use std::sync::Arc;

use encours_core::GroupRate;
use encours_core::solvency::FailureModel;
use encours_core::solvency::learnt::{FailureValidation, LearntFailure, Observations};
use encours_domain::{Day, Siren};
use encours_models::{Artefact, Card};
use serde::{Deserialize, Serialize};

use crate::bulk::{self, BulkFile, BulkForm};
use crate::folder::Kept;
use crate::layers::{Layers, Learnt};
use crate::portfolio::Facts;
use crate::services::blocking;
use crate::store::{ManifestFile, ManifestKind};
use crate::{DataFolder, Moment, Services, ServicesError};

/// Companies that are looked at: of more, these many are drawn by a hash of their numbers.
const MOST_COMPANIES: usize = 60_000;

/// Companies whose facts are held at once.
pub(super) const BLOCK: usize = 5_000;

/// A model of failure as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredFailureModel {
    /// The artefact's own JSON.
    artefact: String,
    validation: FailureValidation,
    companies: u64,
    registered_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trained_by: Option<String>,
    /// How often companies of each division failed.
    #[serde(default)]
    sectors: Vec<GroupRate>,
}

impl StoredFailureModel {
    /// The one in force.
    pub(crate) fn in_force(folder: &DataFolder, layers: &Layers) -> Result<Option<Self>, ServicesError> {
        layers.failure_model.as_deref().map(|hash| folder.read_json(Kept::FailureModel, hash)).transpose()
    }

    /// How often companies of each division failed.
    pub(crate) fn into_sectors(self) -> Vec<GroupRate> {
        self.sectors
    }

    /// Read and bound to this engine's features.
    pub(crate) fn model(&self) -> Result<FailureModel, ServicesError> {
        let artefact = Artefact::from_json(&self.artefact).map_err(ServicesError::stored_model("of failure"))?;
        FailureModel::new(artefact).map_err(ServicesError::stored_model("of failure"))
    }
}

/// A model of failure, as a person reads it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FailureModelInfo {
    /// Its name, which ends in the hash of its content.
    pub id: String,
    /// Under which name it is kept; [`Services::promote_failure_model`] takes it.
    pub kept_as: String,
    /// Who had it learnt, where that was said.
    pub trained_by: Option<String>,
    /// Companies observed.
    pub companies: u64,
    /// Closings learnt from.
    pub closings: u64,
    /// Of these followed by proceedings within the year.
    pub failed: u64,
    /// Nothing published after this day was read.
    pub until: String,
    /// How the same training did on later closings.
    pub validation: FailureValidation,
    /// Whether that is better than the policy's expert rule.
    pub passes: bool,
    /// Whether it answers now.
    pub in_force: bool,
    /// When it was learnt.
    pub registered_at: String,
    /// The card, feature by feature: name, information and points by bin.
    pub card: Vec<CardRow>,
}

/// What a value adds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CardRow {
    /// The feature, or the two of a pair.
    pub feature: String,
    /// Fewest points that a value of it gives.
    pub least: i32,
    /// Most points.
    pub most: i32,
}

/// What is read to learn a model of failure.
#[derive(Clone, Debug, Default)]
pub struct LearnFailureOptions {
    /// The day on which the files were fetched; today when absent.
    pub fetched_on: Option<Day>,
    /// Which of several equal choices is made; the same files and seed give the same model.
    pub seed: u64,
    /// Who has it learnt.
    pub by: Option<String>,
}

impl Services {
    /// Learns a model of failure from files of whole registers: ratios and bulletin, and the units where they are there. It
    /// is put in force when it ranks later closings better than the policy's expert rule and is nearer to what happened, and
    /// the policy asks for no second person; otherwise what answered goes on answering, and the report says how it did.
    ///
    /// # Errors
    /// When a file is missing or damaged, or there are too few failures to learn from.
    pub async fn learn_failure(
        &self,
        files: Vec<BulkFile>,
        options: LearnFailureOptions,
        now: Moment,
    ) -> Result<FailureModelInfo, ServicesError> {
        expect_forms(&files)?;
        let policy = Arc::clone(&self.portfolio().await?.policy);
        let rule = policy.failure_rule().clone();
        let fetched_on = options.fetched_on.unwrap_or(now.today).min(now.today);
        let stamp = now.stamp();
        let work = move || {
            let (first, last) = published(&files)?;
            let mut observations = Observations::new(&rule, first, last);
            let companies = companies(&files)?;
            for block in companies.chunks(BLOCK) {
                let told = bulk::read(&files, &block.iter().cloned().collect(), false, fetched_on)?;
                for (_, facts) in Facts::new(told.facts).companies() {
                    observations.push(facts);
                }
            }
            let mut named = Vec::with_capacity(files.len());
            for file in &files {
                named.push(ManifestFile { name: file.name(), hash: file.hash()? });
            }
            let hashes: Vec<&str> = named.iter().map(|file| file.hash.as_str()).collect();
            let learnt = observations.learn(hashes.join(" "), options.seed)?;
            Ok((stored(&learnt, stamp, options.by)?, named))
        };
        let (stored, named) = blocking(work).await?;
        let bytes = serde_json::to_vec(&stored).map_err(ServicesError::document("the model"))?;
        let kept_as = self.data_folder().keep(Kept::FailureModel, &bytes)?;
        let in_force = stored.validation.passes() && !policy.models_need_second_person();
        if in_force {
            self.put_failure_model(Some((&stored, kept_as.clone())), named, now).await?;
            tracing::info!(companies = stored.companies, "model of failure put in force");
        }
        info(&stored, kept_as, in_force)
    }

    /// Puts a model that was learnt in force. Where the policy asks for a second person, `by` must be another than who had
    /// it learnt.
    ///
    /// # Errors
    /// When none is kept under that name, it does not beat the expert rule, the policy's second person is missing, or the
    /// disk or the database fails.
    pub async fn promote_failure_model(
        &self,
        kept_as: &str,
        by: Option<&str>,
        now: Moment,
    ) -> Result<FailureModelInfo, ServicesError> {
        let digits = kept_as.strip_prefix("sha256:").unwrap_or_default();
        let is_name = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_name {
            return Err(ServicesError::UnknownWord {
                what: "model of failure",
                found: kept_as.to_owned(),
                expected: "the name that `encours companies learn` gave as `kept_as`".to_owned(),
            });
        }
        let stored: StoredFailureModel = self.data_folder().read_json(Kept::FailureModel, kept_as)?;
        let info = info(&stored, kept_as.to_owned(), true)?;
        if !info.passes {
            return Err(ServicesError::NoBetterFailureModel { id: info.id });
        }
        if self.portfolio().await?.policy.models_need_second_person() {
            self.expect_other_person("model", &info.id, by, stored.trained_by.as_deref()).await?;
        }
        self.put_failure_model(Some((&stored, kept_as.to_owned())), Vec::new(), now).await?;
        tracing::info!(model = info.id, "model of failure put in force");
        Ok(info)
    }

    /// The model of failure in force; nothing while the policy's expert rule answers.
    ///
    /// # Errors
    /// When a stored file is damaged.
    pub async fn failure_model(&self) -> Result<Option<FailureModelInfo>, ServicesError> {
        let current = self.store().current().await?;
        let layers = Layers::in_force(self.data_folder(), &current)?;
        let stored = StoredFailureModel::in_force(self.data_folder(), &layers)?;
        stored.zip(layers.failure_model).map(|(stored, kept_as)| info(&stored, kept_as, true)).transpose()
    }

    /// Takes the model of failure out of force: the policy's expert rule answers again. Whether there was one.
    ///
    /// # Errors
    /// When the disk or the database fails.
    pub async fn retire_failure_model(&self, now: Moment) -> Result<bool, ServicesError> {
        // One that can no longer be read is taken away as well.
        let current = self.store().current().await?;
        let there = Layers::in_force(self.data_folder(), &current)?.failure_model.is_some();
        if there {
            self.put_failure_model(None, Vec::new(), now).await?;
        }
        Ok(there)
    }

    async fn put_failure_model(
        &self,
        kept: Option<(&StoredFailureModel, String)>,
        files: Vec<ManifestFile>,
        now: Moment,
    ) -> Result<(), ServicesError> {
        let (stored, hash) = kept.unzip();
        let learnt = Learnt {
            kind: ManifestKind::FailureModel,
            kept_as: hash.clone(),
            files,
            rows: stored.map_or(0, |stored| stored.validation.learnt_from),
            companies: stored.map_or(0, |stored| stored.companies),
        };
        self.put_learnt(learnt, |layers| Layers { failure_model: hash, ..layers }, now).await
    }
}

fn stored(
    learnt: &LearntFailure,
    registered_at: String,
    trained_by: Option<String>,
) -> Result<StoredFailureModel, ServicesError> {
    let LearntFailure { artefact, validation, companies, sectors } = learnt;
    let artefact = artefact.to_json().map_err(ServicesError::stored_model(artefact.model_id()))?;
    Ok(StoredFailureModel {
        artefact,
        validation: validation.clone(),
        companies: *companies,
        registered_at,
        trained_by,
        sectors: sectors.clone(),
    })
}

fn info(stored: &StoredFailureModel, kept_as: String, in_force: bool) -> Result<FailureModelInfo, ServicesError> {
    let model = stored.model()?;
    let body = model.artefact().body();
    Ok(FailureModelInfo {
        id: model.id().to_owned(),
        kept_as,
        trained_by: stored.trained_by.clone(),
        companies: stored.companies,
        closings: body.trained.rows,
        failed: body.trained.late,
        until: body.trained.cutoff.clone(),
        validation: stored.validation.clone(),
        passes: stored.validation.passes(),
        in_force,
        registered_at: stored.registered_at.clone(),
        card: card_rows(&model.artefact().headline().card),
    })
}

/// What each part of the card can add, the widest first.
pub(super) fn card_rows(card: &Card) -> Vec<CardRow> {
    let features = card.features();
    let row = |feature: String, points: &[i32]| {
        let (least, most) = (points.iter().copied().min(), points.iter().copied().max());
        CardRow { feature, least: least.unwrap_or_default(), most: most.unwrap_or_default() }
    };
    let mut rows: Vec<CardRow> =
        features.iter().map(|feature| row(feature.spec.name.clone(), feature.points)).collect();
    let name = |at: usize| features.get(at).map_or("", |feature| feature.spec.name.as_str());
    rows.extend(
        card.pairs()
            .iter()
            .map(|pair| row(format!("{} x {}", name(pair.first), name(pair.second)), &pair.points.concat())),
    );
    rows.sort_by_key(|row| std::cmp::Reverse(row.most - row.least));
    rows
}

/// Ratios tell what was known, the bulletin what came: without either there is nothing to learn.
fn expect_forms(files: &[BulkFile]) -> Result<(), ServicesError> {
    let wanted = [(BulkForm::Ratios, "ratios_inpi_bce"), (BulkForm::Bodacc, "the bulletin (BODACC)")];
    for (form, name) in wanted {
        if !files.iter().any(|file| file.form == form) {
            return Err(ServicesError::UnknownWord {
                what: "files",
                found: files.iter().map(BulkFile::name).collect::<Vec<_>>().join(", "),
                expected: format!("among them the export of {name}"),
            });
        }
    }
    Ok(())
}

/// The first and the last day on which the files have notices.
fn published(files: &[BulkFile]) -> Result<(Day, Day), ServicesError> {
    let (mut found, mut before): (Option<(Day, Day)>, String) = (None, String::new());
    for file in files.iter().filter(|file| file.form == BulkForm::Bodacc) {
        file.each_text("dateparution", &mut |text| {
            // Most are equal to their neighbours. What is no day is told when the notice is read, where it matters.
            if text == before {
                return;
            }
            text.clone_into(&mut before);
            let Ok(day) = text.get(..10).unwrap_or(text).parse::<Day>() else { return };
            found = Some(found.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        })?;
    }
    found.ok_or_else(|| ServicesError::UnknownWord {
        what: "files",
        found: "a bulletin (BODACC) without a notice that has a day".to_owned(),
        expected: "`dateparution` of at least one notice, as YYYY-MM-DD".to_owned(),
    })
}

/// The companies of the ratios, at most [`MOST_COMPANIES`], in the order of their numbers.
pub(super) fn companies(files: &[BulkFile]) -> Result<Vec<Siren>, ServicesError> {
    let mut numbers: BTreeSet<u32> = BTreeSet::new();
    for file in files.iter().filter(|file| file.form == BulkForm::Ratios) {
        file.each_text("siren", &mut |text| {
            let digits: String = text.split_whitespace().collect();
            numbers
                .extend(Some(digits).filter(|digits| digits.len() <= 9).and_then(|digits| digits.parse::<u32>().ok()));
        })?;
    }
    let mut drawn: Vec<u32> = numbers.into_iter().collect();
    if drawn.len() > MOST_COMPANIES {
        drawn.sort_by_key(|number| (mixed(*number), *number));
        drawn.truncate(MOST_COMPANIES);
        drawn.sort_unstable();
    }
    Ok(drawn.into_iter().filter_map(|number| format!("{number:09}").parse().ok()).collect())
}

/// A number whose order has nothing to do with that of the companies: the finaliser of MurmurHash3, a bijection.
const fn mixed(number: u32) -> u32 {
    let mut hash = number;
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_lack_one_of_the_two_are_refused() {
        let error = expect_forms(&[]).unwrap_err().to_string();
        assert!(error.contains("ratios_inpi_bce"), "{error}");
    }

    #[test]
    fn drawing_keeps_no_order() {
        let mixed: Vec<u32> = (1..1000).map(mixed).collect();
        let rising = mixed.windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!((400..600).contains(&rising), "{rising}");
        assert_eq!(mixed.iter().collect::<BTreeSet<_>>().len(), 999);
    }
}
