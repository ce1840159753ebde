//! One seller's data, and everything that can be asked of it.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use encours_core::CoreError;
use encours_core::policy::{LawTable, Policy};
use encours_sources::Courier;
use quick_cache::sync::Cache;
use tokio::sync::{Mutex, OnceCell};

use crate::portfolio::{Portfolio, Texts};
use crate::store::{Act, Current, NewRuleText, RuleKind};
use crate::use_cases::Asking;
use crate::use_cases::keys::TrustedKey;
use crate::use_cases::limits::HeldLimits;
use crate::use_cases::scores::Scores;
use crate::{DataFolder, Moment, ServicesError, Store};

/// The use cases over one data folder. Cheap to clone; every clone is the same, but for who acts.
#[derive(Clone)]
pub struct Services {
    inner: Arc<Inner>,
    /// Who acts, for the audit chain.
    actor: Arc<str>,
}

struct Inner {
    folder: DataFolder,
    store: Store,
    /// Hashes of the policy and the law table that come with the program.
    shipped: Shipped,
    /// What is in force, once somebody asked.
    loaded: RwLock<Option<Loaded>>,
    /// Held by whoever asks the store what is in force.
    checking: Mutex<()>,
    /// How often something was changed here.
    changes: AtomicU64,
    /// The last re-scoring that was asked for.
    scores: Mutex<Option<Arc<Scores>>>,
    /// Keys that were found good a moment ago.
    known_keys: Cache<String, TrustedKey>,
    /// Held by whoever writes a ledger or facts.
    importing: Mutex<()>,
    /// Registers that answers may ask; set once at the start.
    asking: OnceLock<Asking>,
    /// Who takes messages to webhooks; set once at the start.
    courier: OnceLock<Courier>,
    /// Set once the shipped rules stand in the store, where answers of years ago will look for them.
    rules_kept: OnceCell<()>,
}

/// Who acts where nobody said.
const PROGRAM: &str = "encours";

/// Hashes of the rules that come with the program.
struct Shipped {
    policy: String,
    law_tables: Vec<String>,
}

impl Shipped {
    fn read() -> Result<Self, ServicesError> {
        let policy = Policy::shipped().map_err(CoreError::from)?.hash().to_owned();
        let table = |text: &&str| LawTable::from_toml(text).map(|law| law.hash().to_owned());
        let law_tables = LawTable::TEXTS.iter().map(table).collect::<Result<_, _>>().map_err(CoreError::from)?;
        Ok(Self { policy, law_tables })
    }
}

/// What answers are made from, as of this moment.
#[derive(Clone)]
pub(crate) struct InForce {
    pub(crate) portfolio: Arc<Portfolio>,
    /// What people set.
    pub(crate) limits: Arc<HeldLimits>,
}

impl InForce {
    fn parts(self) -> (Arc<Portfolio>, Arc<HeldLimits>) {
        (self.portfolio, self.limits)
    }
}

/// What is in force, and when the store last said that it is.
struct Loaded {
    in_force: InForce,
    /// Absent when something was changed here since.
    confirmed: Option<Instant>,
}

impl Loaded {
    fn is_younger_than(&self, age: Duration) -> bool {
        self.confirmed.is_some_and(|confirmed| confirmed.elapsed() < age)
    }
}

/// For so long the store is not asked again. What another program changes is seen within it, and the time that the question
/// takes; what this one changes, at once.
pub(crate) const TRUSTED_FOR: Duration = Duration::from_millis(25);

/// While one asks the store, others go on with what is held, if it is no older than this.
const TRUSTED_MEANWHILE: Duration = Duration::from_millis(500);

impl Services {
    /// Opens a data folder, made when it is not there, and the database in it or the one that `database` names.
    ///
    /// # Errors
    /// When the folder or the database cannot be used, or a newer version has written them.
    pub async fn open(data: &Path, database: Option<&str>) -> Result<Self, ServicesError> {
        let folder = DataFolder::open(data)?;
        let store = Store::open(&folder.database(), database).await?;
        let shipped = Shipped::read()?;
        let (loaded, checking, changes) = (RwLock::new(None), Mutex::new(()), AtomicU64::new(0));
        let (scores, importing) = (Mutex::new(None), Mutex::new(()));
        let (asking, courier, rules_kept) = (OnceLock::new(), OnceLock::new(), OnceCell::new());
        let known_keys = Cache::new(TrustedKey::MOST);
        let inner = Arc::new(Inner {
            folder,
            store,
            shipped,
            loaded,
            checking,
            changes,
            scores,
            known_keys,
            importing,
            asking,
            courier,
            rules_kept,
        });
        Ok(Self { inner, actor: Arc::from(PROGRAM) })
    }

    /// The same for somebody: the audit chain names them for what they change.
    #[must_use]
    pub fn acting_as(&self, actor: &str) -> Self {
        Self { inner: Arc::clone(&self.inner), actor: Arc::from(actor) }
    }

    /// Who acts, at this moment.
    pub(crate) fn act(&self, now: Moment) -> Act {
        Act { by: self.actor.to_string(), now }
    }

    /// Lets answers ask registers from now on. Only the first call counts, since answers under way would differ.
    #[must_use]
    pub fn asking(self, asking: Asking) -> Self {
        self.inner.asking.get_or_init(|| asking);
        self
    }

    /// Lets messages to webhooks be taken by this courier. Only the first call counts.
    #[must_use]
    pub fn sending(self, courier: Courier) -> Self {
        self.inner.courier.get_or_init(|| courier);
        self
    }

    pub(crate) fn said_courier(&self) -> Option<&Courier> {
        self.inner.courier.get()
    }

    pub(crate) fn registers(&self) -> Option<&Asking> {
        self.inner.asking.get()
    }

    /// Where the data lies.
    pub fn data_folder(&self) -> &DataFolder {
        &self.inner.folder
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn known_keys(&self) -> &Cache<String, TrustedKey> {
        &self.inner.known_keys
    }

    /// Nobody else of this program writes a ledger or facts while the guard lives.
    ///
    /// # Errors
    /// While an erasure was begun and not ended: files may hold a person that others no longer do.
    pub(crate) async fn alone(&self) -> Result<tokio::sync::MutexGuard<'_, ()>, ServicesError> {
        let guard = self.alone_to_erase().await;
        if self.data_folder().erasing().exists() {
            let reason =
                "an erasure was begun and not ended: `encours clients erase` ends it, whoever is asked for".to_owned();
            return Err(ServicesError::NotErasable { reason });
        }
        Ok(guard)
    }

    /// The same for an erasure, which ends one that was cut short.
    pub(crate) async fn alone_to_erase(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.importing.lock().await
    }

    /// What is in force, from memory when nothing changed since it was read.
    ///
    /// # Errors
    /// When the database fails or a stored file is damaged.
    pub async fn portfolio(&self) -> Result<Arc<Portfolio>, ServicesError> {
        Ok(self.in_force_now().await?.portfolio)
    }

    /// The same with what people set.
    pub(crate) async fn in_force_now(&self) -> Result<InForce, ServicesError> {
        let held =
            |age| self.held().as_ref().filter(|held| held.is_younger_than(age)).map(|held| held.in_force.clone());
        if let Some(in_force) = held(TRUSTED_FOR) {
            return Ok(in_force);
        }
        let _guard = match self.inner.checking.try_lock() {
            Ok(guard) => guard,
            Err(_) => {
                if let Some(in_force) = held(TRUSTED_MEANWHILE) {
                    return Ok(in_force);
                }
                self.inner.checking.lock().await
            }
        };
        match held(TRUSTED_FOR) {
            Some(in_force) => Ok(in_force),
            None => self.check_in_force().await,
        }
    }

    /// Asks the store what is in force, and reads what is not held yet.
    async fn check_in_force(&self) -> Result<InForce, ServicesError> {
        let (began, changes) = (Instant::now(), self.inner.changes.load(Ordering::SeqCst));
        let current = self.in_force().await?;
        let (held, limits) = self.held().as_ref().map(|held| held.in_force.clone()).map(InForce::parts).unzip();
        let limits = self.held_limits(limits).await?;
        let portfolio = match held.filter(|held| held.made_with.ledger == current.ledger) {
            Some(portfolio) if portfolio.is_made_with(&current) => portfolio,
            held => {
                // An old one's memory goes before the new one's comes.
                *self.held_mut() = None;
                Arc::new(self.read_portfolio(current, held).await?)
            }
        };
        let in_force = InForce { portfolio, limits };
        // What was changed here meanwhile may not be in it.
        let confirmed = (self.inner.changes.load(Ordering::SeqCst) == changes).then_some(began);
        *self.held_mut() = Some(Loaded { in_force: in_force.clone(), confirmed });
        Ok(in_force)
    }

    fn held(&self) -> RwLockReadGuard<'_, Option<Loaded>> {
        self.inner.loaded.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn held_mut(&self) -> RwLockWriteGuard<'_, Option<Loaded>> {
        self.inner.loaded.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is in force, the policy that comes with the program where no other was put in force. Which of the shipped law
    /// tables holds is the policy's to say.
    pub(crate) async fn in_force(&self) -> Result<Current, ServicesError> {
        let current = self.store().current().await?;
        Ok(Current { policy: current.policy.or_else(|| Some(self.inner.shipped.policy.clone())), ..current })
    }

    /// What is in force was changed here: the next question asks the store.
    pub(crate) fn doubt_portfolio(&self) {
        self.inner.changes.fetch_add(1, Ordering::SeqCst);
        if let Some(loaded) = self.held_mut().as_mut() {
            loaded.confirmed = None;
        }
    }

    /// Nothing of what is held may be shown any more.
    pub(crate) async fn forget_portfolio(&self) {
        // Whoever reads it at this moment ends first.
        let _guard = self.inner.checking.lock().await;
        self.inner.changes.fetch_add(1, Ordering::SeqCst);
        *self.held_mut() = None;
        *self.inner.scores.lock().await = None;
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
        let policy = self.rule_body(RuleKind::Policy, made_with.policy.as_deref()).await?;
        let law_table = self.rule_body(RuleKind::LawTable, made_with.law_table.as_deref()).await?;
        let texts = Texts { artefact, policy, law_table };
        let folder = self.data_folder().clone();
        blocking(move || Portfolio::load(&folder, made_with, &texts, held.as_deref())).await
    }

    /// Keeps the rules that come with the program, word for word: a later version may bring others.
    pub(crate) async fn keep_shipped_rules(&self, now: Moment) -> Result<(), ServicesError> {
        let act = Act { by: PROGRAM.to_owned(), now };
        let keep = async || {
            let policy = Policy::shipped().map_err(CoreError::from)?;
            let (kind, hash, version) = (RuleKind::Policy, policy.hash(), policy.version());
            let body = Policy::DEFAULT_TEXT;
            self.store().keep_rule_text(NewRuleText { kind, hash, version, body }, &act).await?;
            for body in LawTable::TEXTS {
                let law = LawTable::from_toml(body).map_err(CoreError::from)?;
                let (kind, hash, version) = (RuleKind::LawTable, law.hash(), law.version());
                self.store().keep_rule_text(NewRuleText { kind, hash, version, body }, &act).await?;
            }
            Ok::<_, ServicesError>(())
        };
        self.inner.rules_kept.get_or_try_init(keep).await.map(|_| ())
    }

    /// Whether a policy is the one that comes with the program.
    pub(crate) fn is_shipped(&self, hash: &str) -> bool {
        self.inner.shipped.policy == hash
    }

    /// The text of rules, from memory for those that come with the program.
    async fn rule_body(&self, kind: RuleKind, hash: Option<&str>) -> Result<Option<String>, ServicesError> {
        let Some(hash) = hash else { return Ok(None) };
        let Shipped { policy, law_tables } = &self.inner.shipped;
        let shipped = match kind {
            RuleKind::Policy => (hash == policy).then_some(Policy::DEFAULT_TEXT),
            RuleKind::LawTable => {
                law_tables.iter().position(|one| one == hash).and_then(|one| LawTable::TEXTS.get(one).copied())
            }
        };
        match shipped {
            Some(body) => Ok(Some(body.to_owned())),
            None => Ok(Some(self.store().rule_text(kind, hash).await?.body)),
        }
    }

    pub(crate) fn cached_scores(&self) -> &Mutex<Option<Arc<Scores>>> {
        &self.inner.scores
    }
}

/// Runs a computation where it holds up nobody.
pub(crate) async fn blocking<T: Send + 'static>(
    compute: impl FnOnce() -> Result<T, ServicesError> + Send + 'static,
) -> Result<T, ServicesError> {
    tokio::task::spawn_blocking(compute).await.map_err(|source| ServicesError::Stopped { source })?
}
