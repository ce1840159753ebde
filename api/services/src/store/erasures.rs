//! A person leaves the database: answers about them, decisions on these, and what the audit chain tells of both. The chain's
//! hashes stay, and a link of its own says which documents are gone by right.

use std::collections::BTreeSet;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    TransactionTrait,
};
use serde_json::{Value, json};

use super::audit::{self, Act, Action, NewLink};
use super::entities::{assessment, audit as link, erased, manifest, ruling};
use super::{Current, Store, current, manifests};
use crate::ServicesError;
use crate::moved::Moved;

/// Rows that are read at once; databases bound how many values a question may have.
const BLOCK: u64 = 500;

/// What is to be erased.
pub(crate) struct Erasure<'e> {
    /// What stands for the person from now on.
    pub token: &'e str,
    /// Why: `request` or `retention`.
    pub basis: &'e str,
    /// Whether an answer or decision is about somebody of this name.
    pub is_subject: &'e (dyn Fn(&str) -> bool + Sync),
    /// Whether a text names the person.
    pub is_named_in: &'e (dyn Fn(&str) -> bool + Sync),
    /// Whether what somebody wrote, such as the name of a file, names the person.
    pub is_mentioned_in: &'e (dyn Fn(&str) -> bool + Sync),
    /// Files that took the place of others.
    pub moved: Vec<Moved>,
    /// What was in force when the files were rewritten.
    pub base: Current,
    /// What is in force from now on.
    pub next: Current,
}

/// What an erasure took out of the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Erased {
    pub answers: usize,
    pub decisions: usize,
    pub links: usize,
}

const ERASING: &str = "erasing a person";

impl Store {
    /// Erases a person from every row, and tells so in the audit chain.
    ///
    /// # Errors
    /// When something else was put in force since the files were rewritten, or the database fails.
    pub(crate) async fn erase(&self, erasure: &Erasure<'_>, act: &Act) -> Result<Erased, ServicesError> {
        let transaction = self.database.begin().await.map_err(ServicesError::database(ERASING))?;
        audit::locked_head(&transaction).await?;
        let answers = erase_answers(&transaction, erasure, act).await?;
        let is_gone = |subject: &str| answers.contains(subject) || (erasure.is_subject)(subject);
        let decisions = erase_decisions(&transaction, erasure, &is_gone).await?;
        let imports = erase_file_names(&transaction, erasure).await?;
        super::jobs::forget_what_names(&transaction).await?;
        super::webhooks::forget_what_names(&transaction).await?;
        let links = erase_documents(&transaction, erasure, &answers, &decisions, &imports).await?;
        let decisions = decisions.len();
        let moved: Vec<[&str; 3]> =
            erasure.moved.iter().map(|one| [one.folder.as_str(), one.from.as_str(), one.to.as_str()]).collect();
        let about = json!({"basis": erasure.basis, "answers": answers, "decisions": decisions, "links": links, "moved": moved, "imports": imports, "in_force": erasure.next.files()});
        audit::append(&transaction, act, vec![NewLink::new(Action::Erased, erasure.token, about)]).await?;
        if erasure.next != erasure.base {
            current::replace_changed(&transaction, &erasure.base, &erasure.next).await?;
        }
        transaction.commit().await.map_err(ServicesError::database(ERASING))?;
        self.leave_nothing_behind().await?;
        Ok(Erased { answers: answers.len(), decisions, links: links.len() })
    }

    /// Files whose replacement the audit chain tells of.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn told_moves(&self) -> Result<BTreeSet<Moved>, ServicesError> {
        Ok(self.erasures().await?.iter().flat_map(audit::AuditLink::told_moves).collect())
    }

    /// Answers that were erased, each with when.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn erased_answers(&self) -> Result<Vec<(String, String)>, ServicesError> {
        let rows = erased::Entity::find().all(&self.database).await;
        let rows = rows.map_err(ServicesError::database("reading the erasures"))?;
        Ok(rows.into_iter().map(|row| (row.id, row.erased_at)).collect())
    }

    /// What stands for those who were erased.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn erased_tokens(&self) -> Result<BTreeSet<String>, ServicesError> {
        Ok(self.erasures().await?.iter().filter_map(audit::AuditLink::subject).collect())
    }

    async fn erasures(&self) -> Result<Vec<audit::AuditLink>, ServicesError> {
        let rows =
            link::Entity::find().filter(link::Column::Action.eq(Action::Erased.code())).all(&self.database).await;
        let rows = rows.map_err(ServicesError::database("reading the erasures"))?;
        Ok(rows.into_iter().map(audit::AuditLink::from).collect())
    }

    /// When an answer was erased; nothing where it was not.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn erased_at(&self, id: &str) -> Result<Option<String>, ServicesError> {
        let row = erased::Entity::find_by_id(id).one(&self.database).await;
        Ok(row.map_err(ServicesError::database("reading the erasures"))?.map(|row| row.erased_at))
    }
}

async fn erase_answers(
    transaction: &DatabaseTransaction,
    erasure: &Erasure<'_>,
    act: &Act,
) -> Result<BTreeSet<String>, ServicesError> {
    let (mut gone, mut last) = (BTreeSet::new(), 0_i64);
    loop {
        let rows = assessment::Entity::find()
            .filter(assessment::Column::Sequence.gt(last))
            .order_by_asc(assessment::Column::Sequence)
            .limit(BLOCK)
            .all(transaction);
        let rows = rows.await.map_err(ServicesError::database(ERASING))?;
        let Some(end) = rows.last() else { break };
        last = end.sequence;
        let is_about = |row: &&assessment::Model| {
            let texts = [&row.request, &row.json];
            (erasure.is_subject)(&row.subject) || texts.into_iter().any(|text| (erasure.is_named_in)(text))
        };
        let ids: Vec<String> = rows.iter().filter(is_about).map(|row| row.id.clone()).collect();
        if ids.is_empty() {
            continue;
        }
        let delete = assessment::Entity::delete_many().filter(assessment::Column::Id.is_in(ids.clone()));
        delete.exec(transaction).await.map_err(ServicesError::database(ERASING))?;
        let told = ids.iter().map(|id| erased::ActiveModel { id: Set(id.clone()), erased_at: Set(act.now.stamp()) });
        let insert = erased::Entity::insert_many(told).exec_without_returning(transaction).await;
        insert.map_err(ServicesError::database(ERASING))?;
        gone.extend(ids);
    }
    Ok(gone)
}

async fn erase_decisions(
    transaction: &DatabaseTransaction,
    erasure: &Erasure<'_>,
    is_gone: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Vec<String>, ServicesError> {
    let rows = ruling::Entity::find().all(transaction).await.map_err(ServicesError::database(ERASING))?;
    let is_about = |row: &&ruling::Model| is_gone(&row.subject) || (erasure.is_named_in)(&row.document);
    let gone: Vec<String> = rows.iter().filter(is_about).map(|row| row.id.clone()).collect();
    for ids in gone.chunks(500) {
        let delete = ruling::Entity::delete_many().filter(ruling::Column::Id.is_in(ids.to_vec()));
        delete.exec(transaction).await.map_err(ServicesError::database(ERASING))?;
    }
    Ok(gone)
}

/// Takes the person out of the names of files that came in, and gives each import as its row is from now on: its own link can
/// no longer tell.
async fn erase_file_names(
    transaction: &DatabaseTransaction,
    erasure: &Erasure<'_>,
) -> Result<Vec<Value>, ServicesError> {
    let rows = manifest::Entity::find().order_by_asc(manifest::Column::Sequence).all(transaction).await;
    let mut changed = Vec::new();
    for row in rows.map_err(ServicesError::database(ERASING))? {
        let mut files: Vec<[String; 2]> = serde_json::from_str(&row.files).unwrap_or_default();
        let named = |name: &str| (erasure.is_mentioned_in)(name);
        if !files.iter().any(|[name, _]| named(name)) {
            continue;
        }
        files.iter_mut().filter(|[name, _]| named(name)).for_each(|[name, _]| erasure.token.clone_into(name));
        let files = json!(files);
        let update = manifest::Entity::update_many()
            .col_expr(manifest::Column::Files, Expr::value(files.to_string()))
            .filter(manifest::Column::Sequence.eq(row.sequence));
        update.exec(transaction).await.map_err(ServicesError::database(ERASING))?;
        changed.push(json!({
            "manifest": row.sequence, "kind": row.kind, "snapshot": row.snapshot, "files": files,
            "created_at": row.created_at, "counts": manifests::counts(&row),
        }));
    }
    Ok(changed)
}

/// Takes the documents out of the links that tell of the person, and gives their places.
async fn erase_documents(
    transaction: &impl ConnectionTrait,
    erasure: &Erasure<'_>,
    answers: &BTreeSet<String>,
    decisions: &[String],
    imports: &[Value],
) -> Result<Vec<i64>, ServicesError> {
    let (mut gone, mut last) = (Vec::new(), 0_i64);
    loop {
        let rows = link::Entity::find()
            .filter(link::Column::Sequence.gt(last))
            .order_by_asc(link::Column::Sequence)
            .limit(BLOCK)
            .all(transaction);
        let rows = rows.await.map_err(ServicesError::database(ERASING))?;
        let Some(end) = rows.last() else { break };
        last = end.sequence;
        let tells = |row: &link::Model| {
            // What an erasure tells names nobody, and files are found by it.
            if row.action == Action::Erased.code() {
                return false;
            }
            let read = audit::AuditLink::from(row.clone());
            let document = row.document.as_deref().unwrap_or_default();
            let subject = read.subject().unwrap_or_default();
            let of_decision =
                decisions.iter().any(|id| row.hash.trim_start_matches("sha256:").starts_with(id.as_str()));
            let of_answer = (erasure.is_subject)(&subject) || answers.contains(&subject);
            let import = read.about().and_then(|about| about.get("manifest").cloned());
            let of_import = imports.iter().any(|one| import.is_some() && one.get("manifest") == import.as_ref());
            of_decision || of_answer || of_import || (erasure.is_named_in)(document)
        };
        let places: Vec<i64> = rows.iter().filter(|row| tells(row)).map(|row| row.sequence).collect();
        if !places.is_empty() {
            let update = link::Entity::update_many()
                .col_expr(link::Column::Document, Expr::value(Option::<String>::None))
                .filter(link::Column::Sequence.is_in(places.clone()));
            update.exec(transaction).await.map_err(ServicesError::database(ERASING))?;
        }
        gone.extend(places);
    }
    Ok(gone)
}
