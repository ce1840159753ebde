//! Subjects that were read already: a what-if asks of the same client again and again, and only the quote differs.

use std::sync::Arc;

use encours_core::assessment::{Beside, Context, Prepared, Subject};
use encours_domain::fact::Fact;
use encours_domain::{Day, Siren};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::ServicesError;
use crate::portfolio::{Portfolio, client_siren};

/// Companies around one that are looked at.
const MOST_AROUND: usize = 50;

/// Rows of the ledger that the subjects kept were folded from, with [`OF_ITS_OWN`] for each: some hundreds of megabytes.
const MOST_ROWS: u64 = 1_000_000;

/// What a subject takes beside its rows, told in rows: chances at some tens of terms.
const OF_ITS_OWN: u64 = 400;

/// Somebody who can be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// A client, by its number in the ledger.
    Client(usize),
    /// A company that the ledger does not know.
    Company(Siren),
}

/// A subject on a day, with what an answer reads of others.
pub(crate) struct Ready {
    pub(crate) prepared: Prepared,
    /// Its number, where it has one.
    pub(crate) siren: Option<Siren>,
    around: Vec<Siren>,
}

impl Ready {
    /// What answers about the subject are made from, but for what the question brings.
    pub(crate) fn context<'p>(&self, portfolio: &'p Portfolio) -> Context<'p> {
        Context { facts: self.siren.as_ref().map_or(&[][..], |siren| portfolio.facts.of(siren)), ..portfolio.context() }
    }

    /// Companies that share an address or a director with it, each with its facts.
    pub(crate) fn around<'p>(&'p self, portfolio: &'p Portfolio) -> Vec<(&'p Siren, &'p [Fact])> {
        self.around.iter().map(|siren| (siren, portfolio.facts.of(siren))).collect()
    }
}

/// Weighs a subject by its rows.
#[derive(Clone)]
struct Rows;

impl Weighter<(Who, Day), Arc<Ready>> for Rows {
    fn weight(&self, _: &(Who, Day), ready: &Arc<Ready>) -> u64 {
        u64::try_from(ready.prepared.rows()).unwrap_or(u64::MAX / 4).saturating_add(OF_ITS_OWN)
    }
}

/// The subjects that are kept, of one [`Portfolio`].
pub(crate) struct ReadySubjects(Cache<(Who, Day), Arc<Ready>, Rows>);

impl Default for ReadySubjects {
    fn default() -> Self {
        let most = usize::try_from(MOST_ROWS / OF_ITS_OWN).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(most, MOST_ROWS, Rows))
    }
}

impl Portfolio {
    /// A subject that was read already.
    pub(crate) fn ready(&self, who: &Who, day: Day) -> Option<Arc<Ready>> {
        self.ready.0.get(&(who.clone(), day))
    }

    /// Reads a subject as of the morning of a day, and keeps it.
    pub(crate) fn make_ready(&self, who: &Who, day: Day) -> Result<Arc<Ready>, ServicesError> {
        if let Some(ready) = self.ready(who, day) {
            return Ok(ready);
        }
        let book = self.book.as_deref();
        let id = match who {
            Who::Client(number) => book.map(|book| book.clients().text(*number)),
            Who::Company(_) => None,
        };
        let siren = match who {
            Who::Client(number) => book.and_then(|book| client_siren(book, *number)),
            Who::Company(siren) => Some(siren.clone()),
        };
        let around = siren.as_ref().map_or_else(Vec::new, |siren| self.around(siren, MOST_AROUND));
        let group = self.group_of(id, siren.as_ref(), day);
        let context = Context {
            facts: siren.as_ref().map_or(&[][..], |siren| self.facts.of(siren)),
            beside: Beside { asked: &[], around: &around },
            trade: id.map(|id| self.trade_of(id)).unwrap_or_default(),
            group: &group,
            ..self.context()
        };
        let subject = match (id, &siren) {
            (Some(id), _) => Subject::Client(id),
            (None, Some(siren)) => Subject::Siren(siren),
            (None, None) => return Err(ServicesError::NotFound { what: "client", id: format!("{who:?}") }),
        };
        let prepared = Prepared::read(&context, subject, day)?;
        let around = around.iter().map(|(siren, _)| (*siren).clone()).collect();
        let ready = Arc::new(Ready { prepared, siren, around });
        self.ready.0.insert((who.clone(), day), Arc::clone(&ready));
        Ok(ready)
    }
}
