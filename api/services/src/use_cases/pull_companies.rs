//! Public facts are pulled from the registers.
//!
//! Each register is asked at its own pace, all of them at the same time; what has come in is stored every so often. An
//! outage costs the facts of one register and nothing else: they stay *not fetched*, or as old as they were. What was
//! answered lately is not asked again, so a pull that was broken off goes on where it stopped.

use std::sync::Arc;
use std::time::{Duration, Instant};

use encours_domain::Siren;
use encours_domain::fact::Fact;
use encours_domain::subject::Subject;
use encours_sources::{Progress, Reading, Register, SourceError};
use serde::Serialize;
use tokio::sync::mpsc;

use super::import_companies::{add_pulled, manifest};
use crate::services::blocking;
use crate::store::ManifestFile;
use crate::{CompaniesReport, Moment, Services, ServicesError};

/// What a pull of facts did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CompaniesPulled {
    /// Companies that were asked about.
    pub asked: u64,
    /// Facts that came in.
    pub rows: u64,
    /// Facts that are known now, of all companies.
    pub facts: u64,
    /// Companies that they are about.
    pub companies: u64,
    /// Whether all of them were known before.
    pub unchanged: bool,
    /// How each register fared.
    pub registers: Vec<RegisterOutcome>,
    /// Numbers that no register knows which should.
    pub not_found: Vec<String>,
    /// What was not taken or not told, and why.
    pub notes: Vec<String>,
}

/// How a register fared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RegisterOutcome {
    /// Its name.
    pub name: &'static str,
    /// Companies about which it answered.
    pub answered: u64,
    /// Companies about which it did not answer usably.
    pub failed: u64,
    /// Companies about which it was not asked any more.
    pub not_asked: u64,
    /// What went wrong last.
    pub trouble: Option<String>,
}

/// After so many failures one after another a register is left alone.
const PATIENCE: u32 = 3;
/// What has come in is stored this often.
const STORED_EVERY: Duration = Duration::from_secs(20);
/// Notes that are told; more of them help nobody.
const MOST_NOTES: usize = 200;

/// What a register's own task tells.
struct Told {
    place: usize,
    siren: Siren,
    answer: Result<Reading, Trouble>,
}

enum Trouble {
    Failed(SourceError),
    NotAsked,
}

impl Services {
    /// The SIRENs of the ledger's clients, each once.
    ///
    /// # Errors
    /// When there is no ledger, or the database fails.
    pub async fn client_sirens(&self) -> Result<Vec<Siren>, ServicesError> {
        let portfolio = self.portfolio().await?;
        portfolio.ledger()?;
        Ok(portfolio.sirens().cloned().collect())
    }

    /// Asks the registers about companies and lays what they say on the facts that are known. `show` is told how far it
    /// is, in questions.
    ///
    /// # Errors
    /// When what came in cannot be stored. That a register cannot be asked is no error: the report says so.
    pub async fn pull_companies(
        &self,
        sirens: Vec<Siren>,
        registers: Vec<Arc<dyn Register>>,
        show: &(dyn Fn(Progress) + Send + Sync),
        now: Moment,
    ) -> Result<CompaniesPulled, ServicesError> {
        let names = registers.iter().map(|register| register.name());
        let outcomes = names.map(|name| RegisterOutcome { name, ..RegisterOutcome::default() }).collect();
        let (asked, total) = (sirens.len(), sirens.len() * registers.len());
        let mut pulled = CompaniesPulled {
            asked: u64::try_from(asked).unwrap_or(u64::MAX),
            unchanged: true,
            registers: outcomes,
            ..CompaniesPulled::default()
        };
        let mut answers = ask_all(sirens, registers);
        let (mut waiting, mut stored, mut done): (Vec<Fact>, Instant, u64) = (Vec::new(), Instant::now(), 0);
        while let Some(told) = answers.recv().await {
            done += 1;
            let total = u64::try_from(total).ok();
            show(Progress { done, total, over: false });
            waiting.extend(pulled.take(told));
            if stored.elapsed() >= STORED_EVERY {
                let report = self.take_facts(std::mem::take(&mut waiting), now).await?;
                pulled.stored(&report);
                stored = Instant::now();
            }
        }
        let report = self.take_facts(waiting, now).await?;
        pulled.stored(&report);
        pulled.not_found.sort_unstable();
        pulled.not_found.dedup();
        Ok(pulled)
    }

    pub(super) async fn take_facts(&self, facts: Vec<Fact>, now: Moment) -> Result<CompaniesReport, ServicesError> {
        let _alone = self.alone().await?;
        let base = self.store().current().await?;
        let (folder, from) = (self.data_folder().clone(), base.facts.clone());
        let report = blocking(move || add_pulled(&folder, from.as_deref(), facts)).await?;
        if !report.unchanged {
            let files = vec![ManifestFile { name: "public registers".to_owned(), hash: report.snapshot.clone() }];
            self.store().record_import(manifest(&report, base, files), &self.act(now)).await?;
            self.doubt_portfolio();
        }
        Ok(report)
    }
}

/// One task for each register, at its own pace.
fn ask_all(sirens: Vec<Siren>, registers: Vec<Arc<dyn Register>>) -> mpsc::Receiver<Told> {
    let (sender, receiver) = mpsc::channel(64);
    let sirens: Arc<[Siren]> = sirens.into();
    for (place, register) in registers.into_iter().enumerate() {
        let (sender, sirens) = (sender.clone(), Arc::clone(&sirens));
        tokio::spawn(async move {
            let mut failures = 0;
            for siren in sirens.iter() {
                let answer = if failures >= PATIENCE {
                    Err(Trouble::NotAsked)
                } else {
                    register.look_up(siren).await.map_err(Trouble::Failed)
                };
                match &answer {
                    Ok(_) => failures = 0,
                    // A refused credential is refused for all.
                    Err(Trouble::Failed(SourceError::Denied { .. })) => failures = PATIENCE,
                    Err(_) => failures += 1,
                }
                if sender.send(Told { place, siren: siren.clone(), answer }).await.is_err() {
                    return;
                }
            }
        });
    }
    receiver
}

impl CompaniesPulled {
    /// Counts an answer and gives its facts.
    fn take(&mut self, told: Told) -> Vec<Fact> {
        let Told { place, siren, answer } = told;
        let Some(outcome) = self.registers.get_mut(place) else { return Vec::new() };
        match answer {
            Ok(reading) => {
                outcome.answered += 1;
                let name = outcome.name;
                self.not_found.extend(reading.not_found.iter().map(|number| format!("{number} ({name})")));
                let notes = reading.notes.into_iter().map(|note| format!("{siren}, {name}: {}", note.text));
                let room = MOST_NOTES.saturating_sub(self.notes.len());
                self.notes.extend(notes.take(room));
                reading.facts.into_iter().filter_map(|fact: Fact<Subject>| fact.of_siren()).collect()
            }
            Err(Trouble::Failed(error)) => {
                outcome.failed += 1;
                tracing::warn!(register = outcome.name, class = ?error.class(), "a register did not answer");
                outcome.trouble = Some(error.to_string());
                Vec::new()
            }
            Err(Trouble::NotAsked) => {
                outcome.not_asked += 1;
                Vec::new()
            }
        }
    }

    fn stored(&mut self, report: &CompaniesReport) {
        self.rows += report.rows;
        (self.facts, self.companies) = (report.facts, report.companies);
        self.unchanged &= report.unchanged;
    }
}
