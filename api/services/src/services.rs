//! One seller's data, and everything that can be asked of it.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use encours_core::CoreError;
use encours_core::policy::{LawTable, Policy};
use tokio::sync::Mutex;

use crate::portfolio::Portfolio;
use crate::store::Current;
use crate::use_cases::Asking;
use crate::use_cases::scores::Scores;
use crate::{DataFolder, ServicesError, Store};

/// The use cases over one data folder. Cheap to clone; every clone is the same.
#[derive(Clone)]
pub struct Services(Arc<Inner>);

struct Inner {
    folder: DataFolder,
    store: Store,
    policy: Policy,
    law: LawTable,
    /// What is in force, once somebody asked.
    loaded: Mutex<Option<Loaded>>,
    /// The last re-scoring that was asked for.
    scores: Mutex<Option<Arc<Scores>>>,
    /// Held by whoever writes a ledger or facts.
    importing: Mutex<()>,
    /// Registers that answers may ask; set once at the start.
    asking: OnceLock<Asking>,
}

/// A portfolio, and when the store last said that it is the one in force.
struct Loaded {
    portfolio: Arc<Portfolio>,
    /// Absent when something was changed here since.
    confirmed: Option<Instant>,
}

impl Loaded {
    fn is_trusted(&self) -> bool {
        self.confirmed.is_some_and(|confirmed| confirmed.elapsed() < TRUSTED_FOR)
    }
}

/// For so long the store is not asked again. What another program changes is seen within it; what this one changes, at
/// once.
const TRUSTED_FOR: Duration = Duration::from_millis(10);

impl Services {
    /// Opens a data folder, made when it is not there, and the database in it or the one that `database` names.
    ///
    /// # Errors
    /// When the folder or the database cannot be used, or a newer version has written them.
    pub async fn open(data: &Path, database: Option<&str>) -> Result<Self, ServicesError> {
        let folder = DataFolder::open(data)?;
        let store = Store::open(&folder.database(), database).await?;
        let policy = Policy::shipped().map_err(CoreError::from)?;
        let law = LawTable::shipped().map_err(CoreError::from)?;
        let (loaded, scores, importing) = (Mutex::new(None), Mutex::new(None), Mutex::new(()));
        let asking = OnceLock::new();
        Ok(Self(Arc::new(Inner { folder, store, policy, law, loaded, scores, importing, asking })))
    }

    /// Lets answers ask registers from now on. Only the first call counts, since answers under way would differ.
    #[must_use]
    pub fn asking(self, asking: Asking) -> Self {
        self.0.asking.get_or_init(|| asking);
        self
    }

    pub(crate) fn registers(&self) -> Option<&Asking> {
        self.0.asking.get()
    }

    /// Where the data lies.
    pub fn data_folder(&self) -> &DataFolder {
        &self.0.folder
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// The law table.
    pub fn law(&self) -> &LawTable {
        &self.0.law
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// Nobody else of this program writes a ledger or facts while the guard lives.
    pub(crate) async fn alone(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.0.importing.lock().await
    }

    /// What is in force, from memory when nothing changed since it was read.
    ///
    /// # Errors
    /// When the database fails or a stored file is damaged.
    pub async fn portfolio(&self) -> Result<Arc<Portfolio>, ServicesError> {
        let mut loaded = self.0.loaded.lock().await;
        if let Some(loaded) = loaded.as_ref().filter(|loaded| loaded.is_trusted()) {
            return Ok(Arc::clone(&loaded.portfolio));
        }
        let confirmed = Some(Instant::now());
        let current = self.store().current().await?;
        // An old one's memory goes before the new one's comes.
        let same_ledger = |held: &Arc<Portfolio>| held.made_with.ledger == current.ledger;
        let held = loaded.take().map(|loaded| loaded.portfolio).filter(same_ledger);
        let portfolio = match held {
            Some(portfolio) if portfolio.made_with == current => portfolio,
            held => Arc::new(self.read_portfolio(current, held).await?),
        };
        *loaded = Some(Loaded { portfolio: Arc::clone(&portfolio), confirmed });
        Ok(portfolio)
    }

    /// What is in force was changed here: the next question asks the store.
    pub(crate) async fn doubt_portfolio(&self) {
        let mut loaded = self.0.loaded.lock().await;
        if let Some(loaded) = loaded.as_mut() {
            loaded.confirmed = None;
        }
    }

    /// Reads a portfolio, in force or past, from the disk.
    /// What is `held` lends what is the same.
    pub(crate) async fn read_portfolio(
        &self,
        made_with: Current,
        held: Option<Arc<Portfolio>>,
    ) -> Result<Portfolio, ServicesError> {
        let artefact = match &made_with.model {
            Some(id) => Some(self.store().model(id).await?.artefact),
            None => None,
        };
        let folder = self.data_folder().clone();
        blocking(move || Portfolio::load(&folder, made_with, artefact.as_deref(), held.as_deref())).await
    }

    pub(crate) fn cached_scores(&self) -> &Mutex<Option<Arc<Scores>>> {
        &self.0.scores
    }
}

/// Runs a computation where it holds up nobody.
pub(crate) async fn blocking<T: Send + 'static>(
    compute: impl FnOnce() -> Result<T, ServicesError> + Send + 'static,
) -> Result<T, ServicesError> {
    tokio::task::spawn_blocking(compute).await.map_err(|source| ServicesError::Stopped { source })?
}
