//! Policies and law tables, word for word: an answer of years ago is made again with the text of its day.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, Set, TransactionTrait};
use serde::Serialize;
use serde_json::json;

use super::audit::{self, Act, Action, NewLink};
use super::entities::rule_text::{ActiveModel, Column, Entity, Model};
use super::{Store, current};
use crate::ServicesError;

/// Which rules a text states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// How we judge.
    Policy,
    /// What the law says.
    LawTable,
}

impl RuleKind {
    /// Its word in the store and in errors.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Policy => current::POLICY,
            Self::LawTable => current::LAW_TABLE,
        }
    }
}

/// A text that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleText {
    /// SHA-256 of the text, hexadecimal.
    pub hash: String,
    /// Version, as the text says.
    pub version: String,
    /// The text.
    #[serde(skip)]
    pub body: String,
    /// When it came in.
    pub added_at: String,
    /// Who brought it.
    pub added_by: String,
    /// When somebody last looked at who would move.
    pub rehearsed_at: Option<String>,
    /// Hash of the text in force then.
    pub rehearsed_against: Option<String>,
    /// When it was last put in force; absent when it never was.
    pub activated_at: Option<String>,
    /// Who put it in force.
    pub activated_by: Option<String>,
}

/// A text that is about to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRuleText<'a> {
    /// Which rules it states.
    pub kind: RuleKind,
    /// SHA-256 of the text, hexadecimal.
    pub hash: &'a str,
    /// Version, as the text says.
    pub version: &'a str,
    /// The text.
    pub body: &'a str,
}

impl Store {
    /// Keeps a text; one that is known already stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_rule_text(&self, text: NewRuleText<'_>, act: &Act) -> Result<(), ServicesError> {
        const DOING: &str = "keeping the rules";
        if self.has_rule_text(text.hash).await? {
            return Ok(());
        }
        let NewRuleText { kind, hash, version, body } = text;
        let row = ActiveModel {
            sequence: NotSet,
            hash: Set(hash.to_owned()),
            kind: Set(kind.code().to_owned()),
            version: Set(version.to_owned()),
            body: Set(body.to_owned()),
            added_at: Set(act.now.stamp()),
            added_by: Set(act.by.clone()),
            rehearsed_at: Set(None),
            rehearsed_against: Set(None),
            activated_at: Set(None),
            activated_by: Set(None),
        };
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        let known = OnConflict::column(Column::Hash).do_nothing().to_owned();
        let inserted = Entity::insert(row).on_conflict(known).exec_without_returning(&transaction).await;
        if inserted.map_err(ServicesError::database(DOING))? > 0 {
            let about = json!({"kind": kind.code(), "version": version, "hash": hash});
            audit::append(&transaction, act, vec![NewLink::new(Action::RulesAdded, version, about)]).await?;
        }
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    async fn has_rule_text(&self, hash: &str) -> Result<bool, ServicesError> {
        let row = Entity::find().filter(Column::Hash.eq(hash)).one(&self.database).await;
        Ok(row.map_err(ServicesError::database("reading the rules"))?.is_some())
    }

    /// A text by its hash.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn rule_text(&self, kind: RuleKind, hash: &str) -> Result<RuleText, ServicesError> {
        let row = Entity::find().filter(Column::Hash.eq(hash)).filter(Column::Kind.eq(kind.code()));
        let row = row.one(&self.database).await.map_err(ServicesError::database("reading the rules"))?;
        let unknown = || ServicesError::NotFound { what: kind.code(), id: hash.to_owned() };
        row.map(RuleText::from).ok_or_else(unknown)
    }

    /// The body that is kept under a hash, whichever rules it states.
    pub(crate) async fn rule_body(&self, hash: &str) -> Result<Option<String>, ServicesError> {
        let row = Entity::find().filter(Column::Hash.eq(hash)).one(&self.database).await;
        Ok(row.map_err(ServicesError::database("reading the rules"))?.map(|row| row.body))
    }

    /// Every text of a kind, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rule_texts(&self, kind: RuleKind) -> Result<Vec<RuleText>, ServicesError> {
        let rows = Entity::find().filter(Column::Kind.eq(kind.code())).order_by_desc(Column::Sequence);
        let rows = rows.all(&self.database).await.map_err(ServicesError::database("reading the rules"))?;
        Ok(rows.into_iter().map(RuleText::from).collect())
    }

    /// Notes that somebody looked at who would move if this policy took the place of the one whose hash is `against`.
    ///
    /// # Errors
    /// When there is no such policy, or the database fails.
    pub async fn note_policy_rehearsal(&self, hash: &str, against: &str, act: &Act) -> Result<(), ServicesError> {
        const DOING: &str = "noting the rehearsal";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        let update = Entity::update_many()
            .col_expr(Column::RehearsedAt, Expr::value(act.now.stamp()))
            .col_expr(Column::RehearsedAgainst, Expr::value(against))
            .filter(Column::Hash.eq(hash));
        update.exec(&transaction).await.map_err(ServicesError::database(DOING))?;
        let about = json!({"policy": hash, "against": against});
        audit::append(&transaction, act, vec![NewLink::new(Action::PolicyRehearsed, hash, about)]).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// Puts a policy in force in the place of `old`; empty where none was ever put in force.
    ///
    /// # Errors
    /// When another was put in force meanwhile, or the database fails.
    pub async fn activate_policy(&self, hash: &str, old: Option<&str>, act: &Act) -> Result<(), ServicesError> {
        const DOING: &str = "putting the policy in force";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        current::replace(&transaction, current::POLICY, old, hash).await?;
        let update = Entity::update_many()
            .col_expr(Column::ActivatedAt, Expr::value(act.now.stamp()))
            .col_expr(Column::ActivatedBy, Expr::value(act.by.clone()))
            .filter(Column::Hash.eq(hash));
        update.exec(&transaction).await.map_err(ServicesError::database(DOING))?;
        let about = json!({"policy": hash, "instead_of": old});
        audit::append(&transaction, act, vec![NewLink::new(Action::PolicyActivated, hash, about)]).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }
}

impl From<Model> for RuleText {
    fn from(row: Model) -> Self {
        let Model {
            sequence: _,
            hash,
            kind: _,
            version,
            body,
            added_at,
            added_by,
            rehearsed_at,
            rehearsed_against,
            activated_at,
            activated_by,
        } = row;
        Self { hash, version, body, added_at, added_by, rehearsed_at, rehearsed_against, activated_at, activated_by }
    }
}
