//! Every client scored as of an evening.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use encours_core::ledger::Book;
use encours_core::portfolio::Rescored;
use encours_core::portfolio::drift::DriftAlert;
use encours_core::portfolio::rescore::Line;
use encours_domain::{Day, Money};
use serde::Serialize;

use super::import::count;
use super::models::Registered;
use crate::folder::{expect_folder_for, write_atomically_with};
use crate::portfolio::{Portfolio, last_day};
use crate::services::blocking;
use crate::{Moment, Services, ServicesError};

/// What a re-scoring did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RescoreReport {
    /// The evening as of which clients were scored.
    pub as_of: Day,
    /// Clients scored: those that had an invoice by then.
    pub clients: u64,
    /// The model, or the name of the published priors.
    pub model: String,
    /// The file that was written.
    pub out: Option<PathBuf>,
    /// The model whose scores stand beside in that file.
    pub shadow: Option<String>,
    /// Why the model in the shadow could not score.
    pub shadow_failed: Option<String>,
    /// What of the model in force somebody should look at.
    pub drift: Vec<DriftAlert>,
}

/// The portfolio on one line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PortfolioSummary {
    /// The evening as of which clients were scored.
    pub as_of: Day,
    /// The last day on which anything in the ledger is dated.
    pub last_day: Option<Day>,
    /// Hash of the ledger.
    pub ledger: String,
    /// The model, or the name of the published priors.
    pub model: String,
    /// Clients that had an invoice by then.
    pub clients: u64,
    /// Left to pay.
    pub open: Money,
    /// Of this past its due date.
    pub overdue: Money,
    /// Clients by grade, best first.
    pub grades: BTreeMap<String, u64>,
}

/// A portfolio and its scores as of an evening.
pub(crate) struct Scores {
    pub(crate) as_of: Day,
    pub(crate) portfolio: Arc<Portfolio>,
    pub(crate) rescored: Arc<Rescored>,
}

impl Scores {
    fn new(portfolio: Arc<Portfolio>, as_of: Day) -> Result<Self, ServicesError> {
        let rescored = Arc::new(portfolio.rescored(&portfolio.model, as_of)?);
        Ok(Self { as_of, portfolio, rescored })
    }

    /// The same scores over a portfolio of which the facts alone are other ones, where no score reads them.
    fn over(&self, portfolio: &Arc<Portfolio>) -> Option<Self> {
        let (ours, theirs) = (&self.portfolio.made_with, &portfolio.made_with);
        let read_alike = !portfolio.model.has_application() || ours.facts == theirs.facts;
        let same = ours.ledger == theirs.ledger && ours.model == theirs.model && ours.layers == theirs.layers;
        let same = same && read_alike;
        let (as_of, rescored) = (self.as_of, Arc::clone(&self.rescored));
        same.then(|| Self { as_of, portfolio: Arc::clone(portfolio), rescored })
    }

    /// The line of a client, if it had an invoice by then.
    pub(crate) fn line(&self, client: usize) -> Option<&Line> {
        let client = u32::try_from(client).ok()?;
        let place = self.rescored.lines.binary_search_by_key(&client, |line| line.client).ok()?;
        self.rescored.lines.get(place)
    }

    /// Sum of an amount over all clients.
    fn total(&self, amount: impl Fn(&Line) -> i64) -> Result<Money, ServicesError> {
        let total = self.rescored.lines.iter().fold(0_i64, |sum, line| sum.saturating_add(amount(line)));
        Ok(Money::from_minor(total, self.portfolio.ledger()?.currency()))
    }
}

impl Services {
    /// Scores every client with what was dated up to and including `as_of`, today when absent, and writes the table
    /// that `out` names.
    ///
    /// # Errors
    /// When there is no ledger yet, or the file or its folder cannot be written.
    pub async fn rescore(
        &self,
        as_of: Option<Day>,
        out: Option<&Path>,
        now: Moment,
    ) -> Result<RescoreReport, ServicesError> {
        out.map_or(Ok(()), |out| expect_folder_for(out).and_then(|()| self.data_folder().expect_outside(out)))?;
        let as_of = as_of.unwrap_or(now.today);
        let scores = self.scores(as_of).await?;
        let shadow = match self.store().shadow().await? {
            Some(id) if out.is_some() => Some(self.registered(&id).await?),
            _ => None,
        };
        let drift = self.drift_in_force(&scores.portfolio, as_of, now).await?;
        let out = out.map(Path::to_path_buf);
        blocking(move || {
            let mut report = RescoreReport {
                as_of: scores.as_of,
                clients: count(scores.rescored.lines.len()),
                model: scores.portfolio.model.id().to_owned(),
                out: None,
                shadow: None,
                shadow_failed: None,
                drift,
            };
            if let Some(out) = out {
                let book = scores.portfolio.ledger()?;
                let shadow = shadow.and_then(|shadow| beside(&scores.portfolio, &shadow, scores.as_of, &mut report));
                write_table(&scores.rescored, shadow.as_ref(), book, &out)?;
                report.out = Some(out);
            }
            Ok(report)
        })
        .await
    }

    /// What of the model in force somebody should look at; nothing where it was never measured.
    async fn drift_in_force(
        &self,
        portfolio: &Portfolio,
        as_of: Day,
        now: Moment,
    ) -> Result<Vec<DriftAlert>, ServicesError> {
        let Some(id) = &portfolio.made_with.model else { return Ok(Vec::new()) };
        match self.drift(id, Some(as_of), now).await {
            Ok(drift) => Ok(drift.alerts),
            Err(ServicesError::UnmeasuredModel { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// The portfolio on one line.
    ///
    /// # Errors
    /// When there is no ledger yet.
    pub async fn summary(&self, as_of: Option<Day>, now: Moment) -> Result<PortfolioSummary, ServicesError> {
        let scores = self.scores(as_of.unwrap_or(now.today)).await?;
        let mut grades = BTreeMap::new();
        for line in &scores.rescored.lines {
            *grades.entry(super::clients::grade(line).to_owned()).or_insert(0) += 1;
        }
        Ok(PortfolioSummary {
            as_of: scores.as_of,
            last_day: last_day(scores.portfolio.ledger()?),
            ledger: scores.portfolio.ledger_hash().to_owned(),
            model: scores.portfolio.model.id().to_owned(),
            clients: count(scores.rescored.lines.len()),
            open: scores.total(|line| line.measures.exposure)?,
            overdue: scores.total(|line| line.measures.overdue)?,
            grades,
        })
    }

    /// The scores as of an evening, from memory when they were the last that somebody asked for.
    pub(crate) async fn scores(&self, as_of: Day) -> Result<Arc<Scores>, ServicesError> {
        let portfolio = self.portfolio().await?;
        let mut cached = self.cached_scores().lock().await;
        let fits = |scores: &&Arc<Scores>| scores.as_of == as_of && Arc::ptr_eq(&scores.portfolio, &portfolio);
        if let Some(scores) = cached.as_ref().filter(fits) {
            return Ok(Arc::clone(scores));
        }
        let same = cached.as_ref().filter(|scores| scores.as_of == as_of).and_then(|scores| scores.over(&portfolio));
        let scores = match same {
            Some(scores) => Arc::new(scores),
            None => blocking(move || Scores::new(portfolio, as_of)).await.map(Arc::new)?,
        };
        *cached = Some(Arc::clone(&scores));
        Ok(scores)
    }
}

/// Scores every client with the model in the shadow. It decides nothing, so its trouble stops nobody: it is told.
fn beside(portfolio: &Portfolio, shadow: &Registered, as_of: Day, report: &mut RescoreReport) -> Option<Rescored> {
    match shadow.scoring().and_then(|model| portfolio.rescored(&model, as_of)) {
        Ok(rescored) => {
            report.shadow = Some(shadow.record.id.clone());
            Some(rescored)
        }
        Err(error) => {
            report.shadow_failed = Some(format!("{error}"));
            None
        }
    }
}

/// Writes a re-scoring so that nobody ever sees half of it.
pub(crate) fn write_table(
    rescored: &Rescored,
    shadow: Option<&Rescored>,
    book: &Book,
    out: &Path,
) -> Result<(), ServicesError> {
    write_atomically_with(out, |file| {
        let mut writer = BufWriter::new(file);
        rescored.write_parquet(book, shadow, &mut writer)?;
        writer.flush().map_err(ServicesError::file("writing", out))
    })
}
