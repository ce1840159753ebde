//! Registers are asked while somebody waits for an answer.
//!
//! All of them at the same time, for a time that is set: whoever has not answered by then is said to be late, and goes on
//! in the background, so that the next answer finds what was fetched. An outage never fails an answer; what was not got
//! is told in it, with the reason. What comes in is kept as facts like any others, so that the answer can be made again.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use encours_core::company::{AskOutcome, AskedRegister, CompanyView};
use encours_domain::fact::{Fact, Known, MissingKind};
use encours_domain::subject::Subject;
use encours_domain::{Day, Siren};
use encours_sources::registers::local_register;
use encours_sources::{LocalRegister, Reading, Register, RegisterSpec, SourceError, client};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use crate::folder::Kept;
use crate::portfolio::Portfolio;
use crate::text::sha256;
use crate::{Moment, Services, ServicesError};

/// The file of a data folder that is asked as a register, when it is there: facts as CSV.
pub const LOCAL_REGISTER_FILE: &str = "local-register.csv";

/// A register, with what is told of it in an answer.
#[derive(Clone)]
pub struct Consulted {
    /// The register.
    pub register: Arc<dyn Register>,
    /// Its name for people.
    pub title: &'static str,
    /// What it is asked for.
    pub tells: &'static [&'static str],
}

impl fmt::Debug for Consulted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.register.name())
    }
}

impl Consulted {
    /// A register of the registry.
    pub fn new(spec: &RegisterSpec, register: Arc<dyn Register>) -> Self {
        Self { register, title: spec.title, tells: spec.tells }
    }

    fn reports(&self, outcome: AskOutcome) -> AskedRegister {
        AskedRegister {
            name: self.register.name().to_owned(),
            title: self.title.to_owned(),
            tells: self.tells.iter().map(|word| (*word).to_owned()).collect(),
            outcome,
        }
    }

    fn is_local(&self) -> bool {
        self.register.name() == local_register::SPEC.name
    }
}

/// Which registers answers may ask, and for how long.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The registers.
    pub registers: Vec<Consulted>,
    /// How long an answer waits for them, storing included.
    pub budget: Duration,
}

impl Asking {
    /// How long an answer waits unless told otherwise: it is to be there within three seconds.
    pub const BUDGET: Duration = Duration::from_millis(2_400);
    /// Of the budget, what is left for storing what came in.
    const STORING: Duration = Duration::from_millis(300);
    /// How long a search waits.
    const SEARCH: Duration = Duration::from_millis(900);

    /// These registers, for the usual time.
    pub fn new(registers: Vec<Consulted>) -> Self {
        Self { registers, budget: Self::BUDGET }
    }
}

/// What a register over the network is searched for is at least so long.
const LEAST_LETTERS: usize = 3;

/// A company that a register found: the register's name, the number, what it says.
pub(super) type FoundThere = (&'static str, Siren, Vec<Fact>);

impl Services {
    /// Adds the register in the data folder's file, when there is one, to those that answers may ask.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no fact.
    pub fn with_local_register(&self, registers: &mut Vec<Consulted>) -> Result<(), ServicesError> {
        let path = self.data_folder().path().join(LOCAL_REGISTER_FILE);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(ServicesError::file("reading the local register", &path)(error)),
        };
        let register = LocalRegister::read(&bytes, Arc::new(client::SystemClock))?;
        // Facts cite the file by its hash.
        if !self.data_folder().place(Kept::Answers, &sha256(&bytes)).exists() {
            self.data_folder().keep(Kept::Answers, &bytes)?;
        }
        registers.push(Consulted::new(&local_register::SPEC, Arc::new(register)));
        Ok(())
    }

    /// The portfolio with what registers say of a company, where its facts are absent or too old, and how each of those
    /// that were asked fared. Registers over the network know today alone and are asked for answers of today.
    pub(super) async fn looked_up(
        &self,
        portfolio: Arc<Portfolio>,
        siren: Option<&Siren>,
        as_of: Day,
        now: Moment,
    ) -> Result<(Arc<Portfolio>, Vec<AskedRegister>), ServicesError> {
        let (Some(siren), Some(asking)) = (siren, self.registers()) else { return Ok((portfolio, Vec::new())) };
        let view = CompanyView::as_known_on(portfolio.facts.of(siren), as_of, portfolio.policy.record_max_age_days());
        let registers: Vec<Consulted> =
            asking.registers.iter().filter(|one| one.is_local() || as_of == now.today).cloned().collect();
        if registers.is_empty() || !is_wanting(&view) {
            return Ok((portfolio, Vec::new()));
        }
        let end = Instant::now() + asking.budget;
        let (mut asked, facts) = ask(&registers, siren, end - Asking::STORING, now.today).await;
        if facts.is_empty() {
            return Ok((portfolio, asked));
        }
        // Storing goes on when it takes longer than the answer can wait; the answer then says that nothing came in time.
        let services = self.clone();
        let stored = tokio::spawn(async move {
            services.take_facts(facts, now).await?;
            services.portfolio().await
        });
        match timeout_at(end, stored).await {
            Ok(stored) => Ok((stored.map_err(|source| ServicesError::Stopped { source })??, asked)),
            Err(_) => {
                for one in asked.iter_mut().filter(|one| !one.failed()) {
                    one.outcome = AskOutcome::Late;
                }
                Ok((portfolio, asked))
            }
        }
    }

    /// Companies of which the name or the number fits a text, from the registers that answers may ask, the best first, and
    /// how each register fared.
    pub(super) async fn search_registers(&self, text: &str) -> (Vec<FoundThere>, Vec<AskedRegister>) {
        let Some(asking) = self.registers() else { return (Vec::new(), Vec::new()) };
        let end = Instant::now() + Asking::SEARCH;
        let (sender, mut receiver) = mpsc::channel(asking.registers.len().max(1));
        let mut waiting: BTreeSet<usize> = BTreeSet::new();
        for (place, one) in asking.registers.iter().enumerate() {
            let (register, text, sender) = (Arc::clone(&one.register), text.to_owned(), sender.clone());
            let too_short = !one.is_local() && text.trim().chars().count() < LEAST_LETTERS;
            if too_short || register.find(&text).is_none() {
                continue;
            }
            waiting.insert(place);
            tokio::spawn(async move {
                if let Some(search) = register.find(&text) {
                    // Nobody waits any more: the answer is kept all the same.
                    let _ = sender.send((place, search.await)).await;
                }
            });
        }
        drop(sender);
        let (mut found, mut asked): (Vec<FoundThere>, Vec<AskedRegister>) = (Vec::new(), Vec::new());
        while !waiting.is_empty() {
            let Ok(Some((place, answer))) = timeout_at(end, receiver.recv()).await else { break };
            waiting.remove(&place);
            let Some(one) = asking.registers.get(place) else { continue };
            match answer {
                Ok(companies) => {
                    asked.push(one.reports(AskOutcome::Answered));
                    let facts: Vec<Fact> = companies.reading.facts.into_iter().filter_map(Fact::of_siren).collect();
                    for siren in companies.order {
                        let of = facts.iter().filter(|fact| fact.subject == siren).cloned().collect();
                        found.push((one.register.name(), siren, of));
                    }
                }
                Err(error) => asked.push(one.reports(outcome_of(&error))),
            }
        }
        let late = waiting.iter().filter_map(|place| asking.registers.get(*place));
        asked.extend(late.map(|one| one.reports(AskOutcome::Late)));
        (found, asked)
    }
}

/// Whether something that answers rest on was not fetched, or too long ago.
fn is_wanting(view: &CompanyView) -> bool {
    fn absent<T>(value: &Known<T>) -> bool {
        value.missing() == Some(MissingKind::NotFetched)
    }
    absent(&view.state) || absent(&view.proceedings) || absent(&view.accounts) || absent(&view.legal_form)
}

/// Asks all at once and waits until a moment. What was told is told on a day, also where the clock stands still.
async fn ask(registers: &[Consulted], siren: &Siren, end: Instant, today: Day) -> (Vec<AskedRegister>, Vec<Fact>) {
    let (sender, mut receiver) = mpsc::channel::<(usize, Result<Reading, SourceError>)>(registers.len().max(1));
    for (place, one) in registers.iter().enumerate() {
        let (register, siren, sender) = (Arc::clone(&one.register), siren.clone(), sender.clone());
        tokio::spawn(async move {
            let answer = register.look_up(&siren).await;
            // Nobody waits any more: what was fetched is kept by the register's cache all the same.
            let _ = sender.send((place, answer)).await;
        });
    }
    drop(sender);
    let mut asked: Vec<AskedRegister> = registers.iter().map(|one| one.reports(AskOutcome::Late)).collect();
    let (mut facts, mut answered) = (Vec::new(), 0);
    while answered < registers.len() {
        let Ok(Some((place, answer))) = timeout_at(end, receiver.recv()).await else { break };
        answered += 1;
        let Some(told) = asked.get_mut(place) else { continue };
        match answer {
            Ok(reading) => {
                let nobody = reading.not_found.iter().any(|number| number == siren.as_str());
                told.outcome = if nobody { AskOutcome::NotFound } else { AskOutcome::Answered };
                facts.extend(reading.facts.into_iter().filter_map(|fact: Fact<Subject>| told_by(fact, today)));
            }
            Err(error) => {
                tracing::warn!(register = told.name, class = ?error.class(), "a register did not answer");
                told.outcome = outcome_of(&error);
            }
        }
    }
    (asked, facts)
}

/// A fact as the store keeps it, fetched no later than today.
fn told_by(fact: Fact<Subject>, today: Day) -> Option<Fact> {
    let fact = fact.of_siren()?;
    let fetched_on = fact.fetched_on.map(|day| day.min(today));
    Some(Fact { known_from: fact.known_from.min(fetched_on.unwrap_or(fact.known_from)), fetched_on, ..fact })
}

/// What an error means to whoever waits.
pub const fn outcome_of(error: &SourceError) -> AskOutcome {
    match error {
        SourceError::RateLimited { .. } => AskOutcome::Limited,
        SourceError::Unavailable { .. } => AskOutcome::Unreachable,
        SourceError::Denied { .. } | SourceError::Setting { .. } => AskOutcome::Refused,
        SourceError::NotFound { .. }
        | SourceError::Status { .. }
        | SourceError::Redirected { .. }
        | SourceError::TooLarge { .. }
        | SourceError::Shape { .. }
        | SourceError::Inside { .. }
        | SourceError::Repeats { .. } => AskOutcome::Unusable,
    }
}
