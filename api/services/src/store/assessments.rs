//! Answers given.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set};

use super::audit::Act;
use super::entities::assessment::{ActiveModel, Column, Entity, Model};
use super::{Current, Store};
use crate::ServicesError;

/// An answer that is about to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAssessment {
    /// Hash of its inputs.
    pub id: String,
    /// The day as of which it was made.
    pub as_of: String,
    /// The client or SIREN it is about.
    pub subject: String,
    /// The request, JSON.
    pub request: String,
    /// The answer, the very bytes that were given.
    pub json: String,
    /// What it was made with.
    pub made_with: Current,
}

/// An answer as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessmentRecord {
    /// What was kept.
    pub assessment: NewAssessment,
    /// When.
    pub created_at: String,
}

impl Store {
    /// Keeps an answer; one that is known already stays as it is.
    ///
    /// # Errors
    /// When the database fails, or holds other bytes under this id.
    pub async fn keep_assessment(&self, assessment: NewAssessment, act: Act) -> Result<(), ServicesError> {
        let NewAssessment { id, as_of, subject, request, json, made_with } = assessment;
        let row = ActiveModel {
            sequence: NotSet,
            id: Set(id),
            as_of: Set(as_of),
            subject: Set(subject),
            request: Set(request),
            json: Set(json),
            ledger: Set(made_with.ledger.unwrap_or_default()),
            facts: Set(made_with.facts.unwrap_or_default()),
            model: Set(made_with.model.unwrap_or_default()),
            layers: Set(made_with.layers.unwrap_or_default()),
            policy: Set(made_with.policy.unwrap_or_default()),
            law_table: Set(made_with.law_table.unwrap_or_default()),
            created_at: Set(act.now.stamp()),
        };
        self.keeper.keep(row, act).await
    }

    /// An answer by its id.
    ///
    /// # Errors
    /// When there is no such answer, or the database fails.
    pub async fn assessment(&self, id: &str) -> Result<AssessmentRecord, ServicesError> {
        let row = Entity::find().filter(Column::Id.eq(id)).one(&self.database).await;
        let row = row.map_err(ServicesError::database("reading the assessment"))?;
        match (row, self.erased_at(id).await?) {
            (Some(row), _) => Ok(row.into()),
            (None, Some(at)) => Err(ServicesError::Erased { id: id.to_owned(), at }),
            (None, None) => Err(ServicesError::NotFound { what: "assessment", id: id.to_owned() }),
        }
    }

    /// Several answers by their ids; those that are not there are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn assessments_of(&self, ids: &[String]) -> Result<BTreeMap<String, AssessmentRecord>, ServicesError> {
        let mut found = BTreeMap::new();
        // Databases bound how many values a question may have.
        for ids in ids.chunks(500) {
            let rows = Entity::find().filter(Column::Id.is_in(ids)).all(&self.database).await;
            let rows = rows.map_err(ServicesError::database("reading the assessments"))?;
            found.extend(rows.into_iter().map(|row| (row.id.clone(), AssessmentRecord::from(row))));
        }
        Ok(found)
    }

    /// The ids of all answers, each with when it was kept.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn assessments_kept(&self) -> Result<Vec<(String, String)>, ServicesError> {
        let rows =
            Entity::find().select_only().columns([Column::Id, Column::CreatedAt]).into_tuple::<(String, String)>();
        rows.all(&self.database).await.map_err(ServicesError::database("reading the assessments"))
    }

    /// When each client or SIREN was last answered about.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn last_answers(&self) -> Result<BTreeMap<String, String>, ServicesError> {
        let rows = Entity::find()
            .select_only()
            .column(Column::Subject)
            .column_as(Column::CreatedAt.max(), "last")
            .group_by(Column::Subject)
            .into_tuple::<(String, String)>()
            .all(&self.database);
        Ok(rows.await.map_err(ServicesError::database("reading the assessments"))?.into_iter().collect())
    }

    /// The last answers, newest first; of one client or SIREN when it is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn assessments(&self, subject: Option<&str>, limit: u64) -> Result<Vec<AssessmentRecord>, ServicesError> {
        let rows = Entity::find()
            .apply_if(subject, |query, subject| query.filter(Column::Subject.eq(subject)))
            .order_by_desc(Column::Sequence)
            .limit(limit)
            .all(&self.database);
        let rows = rows.await.map_err(ServicesError::database("reading the assessments"))?;
        Ok(rows.into_iter().map(AssessmentRecord::from).collect())
    }
}

impl From<Model> for AssessmentRecord {
    fn from(row: Model) -> Self {
        let there = |id: String| (!id.is_empty()).then_some(id);
        let made_with = Current {
            ledger: there(row.ledger),
            facts: there(row.facts),
            model: there(row.model),
            layers: there(row.layers),
            policy: there(row.policy),
            law_table: there(row.law_table),
        };
        let Model { id, as_of, subject, request, json, created_at, .. } = row;
        Self { assessment: NewAssessment { id, as_of, subject, request, json, made_with }, created_at }
    }
}
