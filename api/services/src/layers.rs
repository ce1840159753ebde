//! What the ledger in force is made from, and how it is made.
//!
//! Tables add up row by row. Accounting lines do not: next year's file says how last year's invoices were paid, and a
//! better letter moves a payment from one invoice to another. So lines are kept as lines, what a live system holds as it
//! holds it, and the ledger is made anew from all layers whenever one of them changes. The order in which things came in
//! leaves no trace, because the layers are sets and making is a function.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::folder::Kept;
use crate::moved::LEDGER;
use crate::store::{Current, ManifestFile, ManifestKind, NewManifest};
use crate::{DataFolder, Moment, Services, ServicesError};

/// The layers of a ledger, by the hash of their content, and what stands beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layers {
    /// Rows that came as tables and e-invoices: a ledger.
    pub tables: Option<String>,
    /// E-invoices that take another's place, and statuses: they speak of documents that may come later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<String>,
    /// Accounting lines on clients.
    pub journal: Option<String>,
    /// What live systems hold, by the system's name.
    #[serde(default)]
    pub pulled: BTreeMap<String, String>,
    /// The client file: agreed terms give due dates.
    pub clients: Option<String>,
    /// Open orders.
    pub orders: Option<String>,
    /// The model of failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_model: Option<String>,
    /// Quartiles of ratios by sector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quartiles: Option<String>,
}

impl Layers {
    /// The layers in force.
    ///
    /// # Errors
    /// When their file is damaged.
    pub fn in_force(folder: &DataFolder, current: &Current) -> Result<Self, ServicesError> {
        match &current.layers {
            Some(hash) => folder.read_json(Kept::Layers, hash),
            // All that ever came in were tables.
            None => Ok(Self { tables: current.ledger.clone(), ..Self::default() }),
        }
    }

    /// The same layers, each by the name under which it lies now.
    ///
    /// # Errors
    /// When one is gone.
    pub(crate) fn read_on(self, folder: &DataFolder) -> Result<Self, ServicesError> {
        let Self { tables, documents, journal, pulled, clients, orders, failure_model, quartiles } = self;
        let now =
            |kind: Kept, hash: Option<String>| hash.map(|hash| folder.found_under(kind.folder(), &hash)).transpose();
        let pulled =
            pulled.into_iter().map(|(system, hash)| Ok((system, folder.found_under(Kept::Pulled.folder(), &hash)?)));
        Ok(Self {
            tables: tables.map(|hash| folder.found_under(LEDGER, &hash)).transpose()?,
            documents: now(Kept::Documents, documents)?,
            journal: now(Kept::Journal, journal)?,
            pulled: pulled.collect::<Result<_, ServicesError>>()?,
            clients: now(Kept::Clients, clients)?,
            orders: now(Kept::Orders, orders)?,
            failure_model,
            quartiles,
        })
    }

    /// The folder and hash of each part.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let Self { tables, documents, journal, pulled, clients, orders, failure_model, quartiles } = self;
        let kinds = [
            (LEDGER, tables),
            (Kept::Documents.folder(), documents),
            (Kept::Journal.folder(), journal),
            (Kept::Clients.folder(), clients),
            (Kept::Orders.folder(), orders),
            (Kept::FailureModel.folder(), failure_model),
            (Kept::Quartiles.folder(), quartiles),
        ];
        let parts = kinds.into_iter().filter_map(|(kind, hash)| Some((kind, hash.as_deref()?)));
        parts.chain(pulled.values().map(|hash| (Kept::Pulled.folder(), hash.as_str())))
    }

    /// Whether there is nothing but tables: then the ledger is they.
    pub fn are_tables_alone(&self) -> bool {
        let Self { tables: _, documents, journal, pulled, clients, orders, failure_model, quartiles } = self;
        let further = [documents, journal, clients, orders, failure_model, quartiles];
        pulled.is_empty() && further.into_iter().all(Option::is_none)
    }

    /// Writes the layers down and gives their hash; none when the ledger is its tables and nothing else.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep(&self, folder: &DataFolder, ledger: Option<&str>) -> Result<Option<String>, ServicesError> {
        if self.are_tables_alone() && self.tables.as_deref() == ledger {
            return Ok(None);
        }
        self.keep_whole(folder).map(Some)
    }

    /// Writes the layers down, whatever they are, and gives their hash.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep_whole(&self, folder: &DataFolder) -> Result<String, ServicesError> {
        let bytes = serde_json::to_vec(self).map_err(ServicesError::document("the layers"))?;
        folder.keep(Kept::Layers, &bytes)
    }
}

/// What was learnt from files of whole registers, to be put in force.
pub(crate) struct Learnt {
    pub kind: ManifestKind,
    /// Under which name it is kept; absent where it is taken out of force.
    pub kept_as: Option<String>,
    /// What it was learnt from.
    pub files: Vec<ManifestFile>,
    pub rows: u64,
    pub companies: u64,
}

impl Services {
    /// Puts what was learnt in force, as `change` has it; nothing happens where it is in force already.
    pub(crate) async fn put_learnt(
        &self,
        learnt: Learnt,
        change: impl FnOnce(Layers) -> Layers,
        now: Moment,
    ) -> Result<(), ServicesError> {
        let _alone = self.alone().await?;
        let base = self.store().current().await?;
        let folder = self.data_folder();
        let layers = change(Layers::in_force(folder, &base)?);
        let next = Current { layers: Some(layers.keep_whole(folder)?), ..base.clone() };
        if next == base {
            return Ok(());
        }
        let Learnt { kind, kept_as, files, rows, companies } = learnt;
        let snapshot = kept_as.unwrap_or_default();
        let (refused, records, payments) = (0, 0, 0);
        let manifest =
            NewManifest { kind, base, next, snapshot, files, rows, refused, records, payments, subjects: companies };
        self.store().record_import(manifest, &self.act(now)).await?;
        self.doubt_portfolio();
        Ok(())
    }
}
