//! The store as lines of JSON, and back: the same from either database into either.
//!
//! What passes by itself stays out: sessions, failed logins, jobs, answers to requests and messages to webhooks.

use sea_orm::sea_query::{Alias, Query};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, FromQueryResult, IsolationLevel,
    JsonValue, PaginatorTrait, Statement, TransactionTrait, Value,
};
use sea_orm_migration::MigratorTrait;
use serde_json::{Map, json};

use super::Store;
use super::entities::{assessment, audit, manifest, model, user};
use super::migrations::{self, Migrator};
use crate::ServicesError;

/// Every table that is kept, each with the column by which it is read in order, and whether the database numbers it.
const TABLES: [(&str, &str, bool); 11] = [
    ("current", "what", false),
    ("manifests", "sequence", true),
    ("models", "sequence", true),
    ("rule_texts", "sequence", true),
    ("assessments", "sequence", true),
    ("rulings", "sequence", true),
    ("access_keys", "id", false),
    ("users", "name", false),
    ("webhooks", "id", false),
    ("erased", "id", false),
    ("audit", "sequence", false),
];

/// Rows that are read at once.
const BLOCK: u64 = 500;

/// What a check of the store found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreCheck {
    /// `SQLite` or `PostgreSQL`.
    pub database: &'static str,
    /// The last step that brought it to its form.
    pub form: String,
    /// Every trouble.
    pub faults: Vec<String>,
}

impl Store {
    /// Looks whether the database is sound in itself.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn check(&self) -> Result<StoreCheck, ServicesError> {
        const DOING: &str = "checking the store";
        let form = Migrator::get_migration_models(&self.database).await.map_err(ServicesError::database(DOING))?;
        let form = form.last().map(|step| step.version.clone()).unwrap_or_default();
        if self.database.get_database_backend() == DbBackend::Postgres {
            // A server sees to its own pages; that every table can be read to its end is ours to try.
            for (table, ..) in TABLES {
                let statement =
                    Statement::from_string(DbBackend::Postgres, format!("SELECT count(*) FROM \"{table}\""));
                self.database.query_one_raw(statement).await.map_err(ServicesError::database(DOING))?;
            }
            return Ok(StoreCheck { database: "PostgreSQL", form, faults: Vec::new() });
        }
        let mut faults = Vec::new();
        for pragma in ["PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
            let statement = Statement::from_string(DbBackend::Sqlite, pragma);
            let rows = self.database.query_all_raw(statement).await.map_err(ServicesError::database(DOING))?;
            let said = rows.iter().filter_map(|row| row.try_get_by_index::<String>(0).ok());
            faults.extend(said.filter(|said| said != "ok"));
        }
        Ok(StoreCheck { database: "SQLite", form, faults })
    }

    /// Gives every row to `give`, as one moment saw them: first a line about the whole, last how many there were.
    ///
    /// # Errors
    /// When the database fails, or `give` does.
    pub(crate) async fn back_up(
        &self,
        at: &str,
        mut give: impl FnMut(&JsonValue) -> Result<(), ServicesError>,
    ) -> Result<u64, ServicesError> {
        const DOING: &str = "backing up the store";
        let seen_at_once =
            self.database.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly));
        let transaction = match self.database.get_database_backend() {
            DbBackend::Postgres => seen_at_once.await,
            // A transaction of SQLite sees one moment, and knows no other kinds.
            _ => self.database.begin().await,
        };
        let transaction = transaction.map_err(ServicesError::database(DOING))?;
        let form = migrations::names().pop().unwrap_or_default();
        give(&json!({"encours_backup": 1, "form": form, "at": at}))?;
        let mut rows = 0_u64;
        for (table, column, _) in TABLES {
            let mut offset = 0_u64;
            loop {
                let block = block(&transaction, table, column, offset).await?;
                for row in &block {
                    give(&json!({"table": table, "row": row}))?;
                    rows = rows.saturating_add(1);
                }
                if u64::try_from(block.len()).unwrap_or(0) < BLOCK {
                    break;
                }
                offset = offset.saturating_add(BLOCK);
            }
        }
        give(&json!({"rows": rows}))?;
        Ok(rows)
    }

    /// Puts rows in the place of an empty store's, all or none.
    ///
    /// # Errors
    /// When something is kept here already, the lines are no backup of this form or broken off, or the database fails.
    pub(crate) async fn restore(
        &self,
        lines: impl Iterator<Item = Result<JsonValue, ServicesError>>,
    ) -> Result<u64, ServicesError> {
        const DOING: &str = "restoring the store";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        super::audit::locked_head(&transaction).await?;
        expect_empty(&transaction).await?;
        transaction.execute_unprepared("DELETE FROM current").await.map_err(ServicesError::database(DOING))?;
        let (mut form, mut told, mut rows) = (None, None, 0_u64);
        for line in lines {
            let line = line?;
            if let Some(found) = line.get("form") {
                form = found.as_str().map(str::to_owned);
            } else if let Some(found) = line.get("rows") {
                told = found.as_u64();
            } else {
                expect_form(form.as_deref())?;
                insert(&transaction, &line).await?;
                rows = rows.saturating_add(1);
            }
        }
        expect_form(form.as_deref())?;
        if told != Some(rows) {
            let found = told.map_or_else(|| format!("{rows} rows and no end"), |told| format!("{rows} rows of {told}"));
            return Err(no_backup(format!("found {found}: it was broken off")));
        }
        number_on(&transaction).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))?;
        Ok(rows)
    }
}

async fn block(
    transaction: &DatabaseTransaction,
    table: &str,
    column: &str,
    offset: u64,
) -> Result<Vec<JsonValue>, ServicesError> {
    let backend = transaction.get_database_backend();
    let text = format!("SELECT * FROM \"{table}\" ORDER BY \"{column}\" LIMIT {BLOCK} OFFSET {offset}");
    let rows = transaction.query_all_raw(Statement::from_string(backend, text)).await;
    let rows = rows.map_err(ServicesError::database("backing up the store"))?;
    let read = rows.iter().map(|row| JsonValue::from_query_result(row, ""));
    read.collect::<Result<_, _>>().map_err(ServicesError::database("backing up the store"))
}

fn no_backup(reason: String) -> ServicesError {
    ServicesError::Ruling { what: "the backup".to_owned(), reason }
}

fn expect_form(found: Option<&str>) -> Result<(), ServicesError> {
    let newest = migrations::names().pop().unwrap_or_default();
    match found {
        Some(found) if found == newest => Ok(()),
        Some(found) => Err(no_backup(format!(
            "it has the form `{found}`, this version `{newest}`: restore it with the version that made it, then open the folder with \
             this one"
        ))),
        None => Err(no_backup("it does not begin as one".to_owned())),
    }
}

async fn expect_empty(transaction: &DatabaseTransaction) -> Result<(), ServicesError> {
    let failed = ServicesError::database;
    const DOING: &str = "looking whether the store is empty";
    let counts = [
        manifest::Entity::find().count(transaction).await.map_err(failed(DOING))?,
        model::Entity::find().count(transaction).await.map_err(failed(DOING))?,
        assessment::Entity::find().count(transaction).await.map_err(failed(DOING))?,
        audit::Entity::find().count(transaction).await.map_err(failed(DOING))?,
        user::Entity::find().count(transaction).await.map_err(failed(DOING))?,
    ];
    match counts.iter().all(|count| *count == 0) {
        true => Ok(()),
        false => Err(no_backup(
            "the store holds something already: restore into a new folder and an empty database".to_owned(),
        )),
    }
}

async fn insert(transaction: &DatabaseTransaction, line: &JsonValue) -> Result<(), ServicesError> {
    let table = line.get("table").and_then(JsonValue::as_str).unwrap_or_default();
    let known = TABLES.iter().find(|(known, ..)| *known == table);
    let row = line.get("row").and_then(JsonValue::as_object);
    let (Some((table, ..)), Some(row)) = (known, row) else {
        return Err(no_backup(format!("found a row of `{table}`, which no table is")));
    };
    let mut insert = Query::insert();
    insert.into_table(Alias::new(*table)).columns(row.keys().map(Alias::new));
    let values = values(row)?;
    let filled = insert.values(values.into_iter().map(Into::into));
    let statement = filled.map_err(|error| no_backup(format!("a row of `{table}` is none: {error}")))?;
    transaction.execute(&*statement).await.map_err(ServicesError::database("restoring the store"))?;
    Ok(())
}

fn values(row: &Map<String, JsonValue>) -> Result<Vec<Value>, ServicesError> {
    let value = |(name, value): (&String, &JsonValue)| match value {
        JsonValue::Null => Ok(Value::String(None)),
        JsonValue::String(text) => Ok(Value::from(text.clone())),
        JsonValue::Number(number) => {
            let whole =
                number.as_i64().ok_or_else(|| no_backup(format!("`{name}` is {number}, expected a whole number")));
            whole.map(Value::from)
        }
        JsonValue::Bool(flag) => Ok(Value::from(*flag)),
        JsonValue::Array(_) | JsonValue::Object(_) => Err(no_backup(format!("`{name}` holds a list or an object"))),
    };
    row.iter().map(value).collect()
}

/// A server counts its own numbers, and does not see those that were brought.
async fn number_on(transaction: &DatabaseTransaction) -> Result<(), ServicesError> {
    if transaction.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for (table, column, _) in TABLES.iter().filter(|(.., is_numbered)| *is_numbered) {
        let text = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), COALESCE((SELECT max(\"{column}\") FROM \"{table}\"), 0) + 1, false)"
        );
        let done = transaction.query_one_raw(Statement::from_string(DbBackend::Postgres, text)).await;
        done.map_err(ServicesError::database("restoring the store"))?;
    }
    Ok(())
}
