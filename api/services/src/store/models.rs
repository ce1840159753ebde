//! The register of models.
//!
//! What is in force, and what runs in its shadow, are two rows of `current`; the register holds when and by whom. A
//! model's state follows from both.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, Set, TransactionTrait};
use serde::Serialize;
use serde_json::json;

use super::audit::{self, Act, Action, NewLink};
use super::entities::model::{ActiveModel, Column, Entity, Model};
use super::{Store, current};
use crate::ServicesError;
use crate::text::sha256;

/// Where a model stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    /// Trained, never in force.
    Candidate,
    /// Scores beside the one in force, and never decides.
    Shadow,
    /// In force.
    Active,
    /// Was in force, or was put aside.
    Retired,
}

/// A model that was just trained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewModel {
    /// The artefact's own name.
    pub id: String,
    /// Kind of model.
    pub kind: String,
    /// The artefact, JSON.
    pub artefact: String,
    /// How its training did on later invoices, JSON.
    pub validation: Option<String>,
    /// Hash of the ledger it was trained on.
    pub ledger: String,
    /// Nothing dated on or after this day was read.
    pub cutoff: String,
    /// Who trained it, as they said.
    pub trained_by: Option<String>,
}

/// A model of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRecord {
    /// The artefact's own name.
    pub id: String,
    /// Where it stands.
    pub state: ModelState,
    /// The artefact, JSON.
    pub artefact: String,
    /// How its training did on later invoices, JSON; absent when too little was known to tell.
    pub validation: Option<String>,
    /// What challengers said of the same invoices, JSON.
    pub challenges: Option<String>,
    /// When it was trained.
    pub registered_at: String,
    /// Who trained it, as they said.
    pub trained_by: Option<String>,
    /// When it was last put in force.
    pub promoted_at: Option<String>,
    /// Who put it in force, as they said.
    pub promoted_by: Option<String>,
    /// When somebody last looked at who would move.
    pub rehearsed_at: Option<String>,
    /// The model in force then; empty when there was none.
    pub rehearsed_against: Option<String>,
}

impl Store {
    /// Adds a model as a candidate; one that is known already stays where it stands, measured anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn register_model(&self, model: NewModel, act: &Act) -> Result<(), ServicesError> {
        const DOING: &str = "registering the model";
        let NewModel { id, kind, artefact, validation, ledger, cutoff, trained_by } = model;
        let about = json!({"model": id, "ledger": ledger, "cutoff": cutoff, "kind": kind,
                   "artefact_sha256": sha256(artefact.as_bytes()), "by": trained_by,
                   "validation_sha256": hashed(validation.as_deref())});
        let link = NewLink::new(Action::ModelRegistered, id.clone(), about);
        let row = ActiveModel {
            sequence: NotSet,
            id: Set(id),
            kind: Set(kind),
            artefact: Set(artefact),
            ledger: Set(ledger),
            cutoff: Set(cutoff),
            registered_at: Set(act.now.stamp()),
            promoted_at: Set(None),
            validation: Set(validation),
            challenges: Set(None),
            trained_by: Set(trained_by),
            promoted_by: Set(None),
            rehearsed_at: Set(None),
            rehearsed_against: Set(None),
            retired_at: Set(None),
        };
        let known = OnConflict::column(Column::Id).update_column(Column::Validation).to_owned();
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        let insert = Entity::insert(row).on_conflict(known).exec_without_returning(&transaction).await;
        insert.map_err(ServicesError::database(DOING))?;
        audit::append(&transaction, act, vec![link]).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// Puts a model in force in the place of `old`; if it ran in the shadow, it no longer does.
    ///
    /// # Errors
    /// When there is no such model, another was put in force meanwhile, or the database fails.
    pub async fn promote_model(
        &self,
        id: &str,
        old: Option<&str>,
        by: Option<&str>,
        act: &Act,
    ) -> Result<(), ServicesError> {
        const DOING: &str = "promoting the model";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        let changes = [
            (Column::PromotedAt, Some(act.now.stamp())),
            (Column::PromotedBy, by.map(str::to_owned)),
            (Column::RetiredAt, None),
        ];
        change(&transaction, id, changes, DOING).await?;
        current::replace(&transaction, current::MODEL, old, id).await?;
        current::take_back(&transaction, current::SHADOW, id).await?;
        let about = json!({"model": id, "instead_of": old, "by": by});
        audit::append(&transaction, act, vec![NewLink::new(Action::ModelPromoted, id, about)]).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// Lets a model run in the shadow of the one in force, in the place of `old`.
    ///
    /// # Errors
    /// When there is no such model, another took that place meanwhile, or the database fails.
    pub async fn shadow_model(&self, id: &str, old: Option<&str>, act: &Act) -> Result<(), ServicesError> {
        const DOING: &str = "putting the model in the shadow";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        change(&transaction, id, [(Column::RetiredAt, None)], DOING).await?;
        current::replace(&transaction, current::SHADOW, old, id).await?;
        let about = json!({"model": id, "instead_of": old});
        audit::append(&transaction, act, vec![NewLink::new(Action::ModelShadowed, id, about)]).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// Puts a model aside: out of force and out of the shadow, wherever it stood.
    ///
    /// # Errors
    /// When there is no such model, or the database fails.
    pub async fn retire_model(&self, id: &str, act: &Act) -> Result<(), ServicesError> {
        const DOING: &str = "retiring the model";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        change(&transaction, id, [(Column::RetiredAt, Some(act.now.stamp()))], DOING).await?;
        for place in [current::MODEL, current::SHADOW] {
            current::take_back(&transaction, place, id).await?;
        }
        let link = NewLink::new(Action::ModelRetired, id, json!({"model": id}));
        audit::append(&transaction, act, vec![link]).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// Notes that somebody looked at who would move if this model took the place of `against`.
    ///
    /// # Errors
    /// When there is no such model, or the database fails.
    pub async fn note_rehearsal(&self, id: &str, against: Option<&str>, act: &Act) -> Result<(), ServicesError> {
        const DOING: &str = "noting the rehearsal";
        let against = against.unwrap_or_default().to_owned();
        let about = json!({"model": id, "against": against});
        let changes = [(Column::RehearsedAt, Some(act.now.stamp())), (Column::RehearsedAgainst, Some(against))];
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        change(&transaction, id, changes, DOING).await?;
        audit::append(&transaction, act, vec![NewLink::new(Action::ModelRehearsed, id, about)]).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// Keeps what challengers said, in the place of what was kept before.
    ///
    /// # Errors
    /// When there is no such model, or the database fails.
    pub async fn keep_challenges(&self, id: &str, challenges: String, act: &Act) -> Result<(), ServicesError> {
        const DOING: &str = "keeping the challenge";
        let about = json!({"model": id, "challenges_sha256": hashed(Some(&challenges))});
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        change(&transaction, id, [(Column::Challenges, Some(challenges))], DOING).await?;
        audit::append(&transaction, act, vec![NewLink::new(Action::ModelChallenged, id, about)]).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// Of every model what the audit chain tells of its row, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn models_told(&self) -> Result<Vec<(String, Vec<(&'static str, String)>)>, ServicesError> {
        let rows = Entity::find().all(&self.database).await.map_err(ServicesError::database("reading the models"))?;
        let told = |row: Model| {
            let text = |value: Option<String>| value.unwrap_or_default();
            let fields = vec![
                ("kind", row.kind),
                ("ledger", row.ledger),
                ("cutoff", row.cutoff),
                ("registered_at", row.registered_at),
                ("trained_by", text(row.trained_by)),
                ("promoted_at", text(row.promoted_at)),
                ("promoted_by", text(row.promoted_by)),
                ("rehearsed_at", text(row.rehearsed_at)),
                ("rehearsed_against", text(row.rehearsed_against)),
                ("retired_at", text(row.retired_at)),
                ("validation", hashed(row.validation.as_deref())),
                ("challenges", hashed(row.challenges.as_deref())),
            ];
            (row.id, fields)
        };
        Ok(rows.into_iter().map(told).collect())
    }

    /// Every model, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn models(&self) -> Result<Vec<ModelRecord>, ServicesError> {
        let standing = self.standing().await?;
        let rows = Entity::find().order_by_desc(Column::Sequence).all(&self.database).await;
        let rows = rows.map_err(ServicesError::database("reading the models"))?;
        Ok(rows.into_iter().map(|row| record(row, &standing)).collect())
    }

    /// One model.
    ///
    /// # Errors
    /// When there is no such model, or the database fails.
    pub async fn model(&self, id: &str) -> Result<ModelRecord, ServicesError> {
        let standing = self.standing().await?;
        let row = Entity::find().filter(Column::Id.eq(id)).one(&self.database).await;
        let row = row.map_err(ServicesError::database("reading the model"))?;
        row.map(|row| record(row, &standing)).ok_or_else(|| unknown(id))
    }

    /// A model's artefact; nothing where there is no such model.
    pub(crate) async fn artefact(&self, id: &str) -> Result<Option<String>, ServicesError> {
        let row = Entity::find().filter(Column::Id.eq(id)).one(&self.database).await;
        Ok(row.map_err(ServicesError::database("reading the model"))?.map(|row| row.artefact))
    }

    async fn standing(&self) -> Result<Standing, ServicesError> {
        Ok(Standing { active: self.current().await?.model, shadow: self.shadow().await? })
    }
}

/// The hash of a text; empty where there is none.
fn hashed(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| sha256(text.as_bytes()))
}

/// Which models are used.
struct Standing {
    active: Option<String>,
    shadow: Option<String>,
}

fn unknown(id: &str) -> ServicesError {
    ServicesError::NotFound { what: "model", id: id.to_owned() }
}

async fn change<const N: usize>(
    connection: &impl ConnectionTrait,
    id: &str,
    changes: [(Column, Option<String>); N],
    doing: &'static str,
) -> Result<(), ServicesError> {
    let mut update = Entity::update_many().filter(Column::Id.eq(id));
    for (column, value) in changes {
        update = update.col_expr(column, Expr::value(value));
    }
    let done = update.exec(connection).await.map_err(ServicesError::database(doing))?;
    if done.rows_affected == 0 { Err(unknown(id)) } else { Ok(()) }
}

fn record(row: Model, standing: &Standing) -> ModelRecord {
    let is = |place: &Option<String>| place.as_deref() == Some(row.id.as_str());
    let state = match (is(&standing.active), is(&standing.shadow)) {
        (true, _) => ModelState::Active,
        (false, true) => ModelState::Shadow,
        (false, false) if row.promoted_at.is_some() || row.retired_at.is_some() => ModelState::Retired,
        (false, false) => ModelState::Candidate,
    };
    let Model {
        id,
        artefact,
        registered_at,
        promoted_at,
        validation,
        challenges,
        trained_by,
        promoted_by,
        rehearsed_at,
        rehearsed_against,
        ..
    } = row;
    ModelRecord {
        id,
        state,
        artefact,
        validation,
        challenges,
        registered_at,
        trained_by,
        promoted_at,
        promoted_by,
        rehearsed_at,
        rehearsed_against,
    }
}
