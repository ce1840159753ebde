//! One register's address, its client and the answers that are kept of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use encours_domain::Day;
use encours_domain::subject::Subject;

use super::{Answer, AnswerCache, Base, Client, KeptAnswer, Manners, Question};
use crate::error::SourceError;
use crate::moment::day_at;
use crate::registers::{Raw, RegisterSetup};

/// An answer, fresh or kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub bytes: Vec<u8>,
    /// The day in Paris on which it was fetched, or found unchanged.
    pub fetched_on: Day,
}

impl Kept {
    /// The answer as registers read it.
    pub fn raw<'k>(&'k self, asked: Option<&'k Subject>) -> Raw<'k> {
        Raw { bytes: &self.bytes, fetched_on: self.fetched_on, asked }
    }
}

/// Asks a register, and keeps what could be read.
pub(crate) struct Desk {
    client: Client,
    cache: Arc<dyn AnswerCache>,
    max_age: Duration,
}

impl fmt::Debug for Desk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Desk")
            .field("client", &self.client)
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}

/// Manners towards a public register: nobody waits for hours, and nobody asks in vain for long.
fn manners(spacing: Duration) -> Manners {
    Manners {
        spacing,
        attempts: 3,
        longest_wait: Duration::from_secs(10),
        patience: Duration::from_secs(60),
        timeout: Duration::from_secs(10),
        ..Manners::default()
    }
}

/// The same for somebody who waits for the answer: one more attempt at most, and no wait that outlasts them.
fn hurried(spacing: Duration, within: Duration) -> Manners {
    Manners {
        attempts: 2,
        first_wait: within / 16,
        longest_wait: within / 8,
        patience: within / 4,
        timeout: within,
        ..manners(spacing)
    }
}

impl Desk {
    /// Sets a register up: at its own address unless another is given, with its own spacing unless manners are given.
    pub fn open(setup: &RegisterSetup, base: &str, spacing: Duration) -> Result<(Self, Base), SourceError> {
        let given = &setup.setup;
        let base = Base::parse(given.base.as_deref().unwrap_or(base), given.plain_http)?;
        let usual = || setup.within.map_or_else(|| manners(spacing), |within| hurried(spacing, within));
        let client = Client::new(given.manners.unwrap_or_else(usual), given.clock.clone(), given.seed)?;
        Ok((Self { client, cache: Arc::clone(&setup.cache), max_age: setup.max_age }, base))
    }

    /// The day in Paris.
    pub fn today(&self) -> Day {
        day_at(self.client.clock().now())
    }

    /// Asks without keeping anything: a login.
    pub async fn ask_anew(&self, question: &Question) -> Result<Answer, SourceError> {
        self.client.ask(question).await
    }

    /// Asks, unless a kept answer is young enough, and reads the answer. An old one is asked about and taken again when the
    /// host says that nothing has changed. Only what could be read is kept: an answer in another shape, or with an error
    /// inside, is asked for again next time.
    pub async fn ask<T>(
        &self,
        question: &Question,
        read: impl FnOnce(&Kept) -> Result<T, SourceError>,
    ) -> Result<T, SourceError> {
        let key = question.key();
        let held = self.cache.load(&key);
        let now = self.client.clock().now();
        if let Some(held) = held.as_ref().filter(|held| now.saturating_sub(held.fetched_at) < self.max_age) {
            return self.read(question, held, read);
        }
        let conditional = held.as_ref().map(|held| question.clone().unless(&held.validators));
        let answer = self.client.ask(conditional.as_ref().unwrap_or(question)).await?;
        let fetched_at = self.client.clock().now();
        let bytes = match held {
            Some(held) if answer.unchanged => held.bytes,
            _ => answer.bytes,
        };
        let kept = KeptAnswer { bytes, fetched_at, validators: answer.validators };
        let value = self.read(question, &kept, read)?;
        self.cache.keep(&key, &kept);
        Ok(value)
    }

    fn read<T>(
        &self,
        question: &Question,
        kept: &KeptAnswer,
        read: impl FnOnce(&Kept) -> Result<T, SourceError>,
    ) -> Result<T, SourceError> {
        let value = read(&Kept { bytes: kept.bytes.clone(), fetched_on: day_at(kept.fetched_at) });
        value.map_err(|error| {
            self.forget(question);
            error.scrubbed(&question.secrets)
        })
    }

    /// Does not keep the answer of a question any more.
    pub fn forget(&self, question: &Question) {
        self.cache.forget(&question.key());
    }
}
