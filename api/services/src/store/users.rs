//! People who log in.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set,
    TransactionTrait,
};
use serde_json::json;

use super::Store;
use super::audit::{self, Act, Action, NewLink};
use super::entities::user::{ActiveModel, Column, Entity, Model};
use super::entities::{access_key, session};
use crate::ServicesError;
use crate::access::{AccessError, Role};
use crate::text::sha256;

/// A user as they are remembered: everything but the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRecord {
    /// Under which name they log in.
    pub name: String,
    /// A word of [`Role`].
    pub role: String,
    /// The hash of the password, as a PHC string.
    pub password: String,
    /// When they were added.
    pub created_at: String,
    /// When they were shut out.
    pub disabled_at: Option<String>,
}

/// What is changed of a user. Each of them ends the user's sessions: who holds one may no longer be who may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserChange {
    /// Another role.
    Role(Role),
    /// Another password, as its hash.
    Password(String),
    /// Shut out.
    Disabled,
    /// Let in again.
    Enabled,
}

impl Store {
    /// Remembers a user. With `only_the_first`, only where there is none yet, and says whether it was done.
    ///
    /// # Errors
    /// When a user or key has the name, or the database fails.
    pub async fn keep_user(&self, user: UserRecord, only_the_first: bool, act: &Act) -> Result<bool, ServicesError> {
        const DOING: &str = "keeping the user";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        // The chain first: it is what two programs wait for.
        audit::locked_head(&transaction).await?;
        if only_the_first && Entity::find().count(&transaction).await.map_err(ServicesError::database(DOING))? > 0 {
            return Ok(false);
        }
        expect_free(&transaction, &user.name).await?;
        let about = json!({
            "user": user.name,
            "role": user.role,
            "password_sha256": sha256(user.password.as_bytes()),
        });
        audit::append(&transaction, act, vec![NewLink::new(Action::UserCreated, user.name.clone(), about)]).await?;
        let UserRecord { name, role, password, created_at, disabled_at } = user;
        let row = ActiveModel {
            name: Set(name),
            role: Set(role),
            password: Set(password),
            created_at: Set(created_at),
            disabled_at: Set(disabled_at),
        };
        row.insert(&transaction).await.map_err(ServicesError::database(DOING))?;
        transaction.commit().await.map_err(ServicesError::database(DOING))?;
        Ok(true)
    }

    /// Changes a user and ends their sessions.
    ///
    /// # Errors
    /// When there is no such user, nobody would be left to administer, or the database fails.
    pub async fn change_user(&self, name: &str, change: UserChange, act: &Act) -> Result<UserRecord, ServicesError> {
        const DOING: &str = "changing the user";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        audit::locked_head(&transaction).await?;
        let found = Entity::find_by_id(name).one(&transaction).await.map_err(ServicesError::database(DOING))?;
        let before = found.ok_or_else(|| ServicesError::NotFound { what: "user", id: name.to_owned() })?;
        let (column, value, about) = match &change {
            UserChange::Role(role) => (Column::Role, Some(role.code().to_owned()), json!({"role": role.code()})),
            UserChange::Password(hash) => {
                (Column::Password, Some(hash.clone()), json!({"password_sha256": sha256(hash.as_bytes())}))
            }
            UserChange::Disabled => (Column::DisabledAt, Some(act.now.stamp()), json!({"disabled": true})),
            UserChange::Enabled => (Column::DisabledAt, None, json!({"disabled": false})),
        };
        let stays = match &change {
            UserChange::Role(role) => *role == Role::Administrator,
            UserChange::Password(_) | UserChange::Enabled => true,
            UserChange::Disabled => false,
        };
        if !stays && is_last_administrator(&transaction, &before).await? {
            return Err(AccessError::LastAdministrator { name: name.to_owned() }.into());
        }
        let about = match about {
            serde_json::Value::Object(mut about) => {
                about.insert("user".to_owned(), name.into());
                about.into()
            }
            other => other,
        };
        audit::append(&transaction, act, vec![NewLink::new(Action::UserChanged, name, about)]).await?;
        let update = Entity::update_many().col_expr(column, Expr::value(value)).filter(Column::Name.eq(name));
        update.exec(&transaction).await.map_err(ServicesError::database(DOING))?;
        let ended = session::Entity::delete_many().filter(session::Column::UserName.eq(name));
        ended.exec(&transaction).await.map_err(ServicesError::database(DOING))?;
        let after = Entity::find_by_id(name).one(&transaction).await.map_err(ServicesError::database(DOING))?;
        transaction.commit().await.map_err(ServicesError::database(DOING))?;
        after.map(UserRecord::from).ok_or_else(|| ServicesError::NotFound { what: "user", id: name.to_owned() })
    }

    /// A user by name, also one who was shut out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user(&self, name: &str) -> Result<Option<UserRecord>, ServicesError> {
        let row = Entity::find_by_id(name).one(&self.database).await;
        Ok(row.map_err(ServicesError::database("reading the user"))?.map(UserRecord::from))
    }

    /// Every user, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users(&self) -> Result<Vec<UserRecord>, ServicesError> {
        let rows = Entity::find().order_by_asc(Column::Name).all(&self.database).await;
        let rows = rows.map_err(ServicesError::database("reading the users"))?;
        Ok(rows.into_iter().map(UserRecord::from).collect())
    }
}

/// Two who act under one name could not be told apart in the chain: keys that were taken back count too.
async fn expect_free(connection: &impl ConnectionTrait, name: &str) -> Result<(), ServicesError> {
    let taken = |by: &'static str| Err(AccessError::NameTaken { name: name.to_owned(), by }.into());
    if is_user(connection, name).await? {
        return taken("user");
    }
    let keys = access_key::Entity::find().filter(access_key::Column::Name.eq(name)).count(connection).await;
    if keys.map_err(ServicesError::database(LOOKING))? > 0 { taken("key") } else { Ok(()) }
}

const LOOKING: &str = "looking whether the name is free";

/// Whether a user has the name.
pub(super) async fn is_user(connection: &impl ConnectionTrait, name: &str) -> Result<bool, ServicesError> {
    let found = Entity::find_by_id(name).one(connection).await.map_err(ServicesError::database(LOOKING))?;
    Ok(found.is_some())
}

async fn is_last_administrator(connection: &impl ConnectionTrait, user: &Model) -> Result<bool, ServicesError> {
    let administrator = Role::Administrator.code();
    if user.role != administrator || user.disabled_at.is_some() {
        return Ok(false);
    }
    let open = Entity::find().filter(Column::Role.eq(administrator)).filter(Column::DisabledAt.is_null());
    let open = open.count(connection).await.map_err(ServicesError::database("counting administrators"))?;
    Ok(open < 2)
}

impl From<Model> for UserRecord {
    fn from(row: Model) -> Self {
        let Model { name, role, password, created_at, disabled_at } = row;
        Self { name, role, password, created_at, disabled_at }
    }
}
