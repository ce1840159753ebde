//! Answers are written down by one hand. Each waits until the disk has it; all that wait together share one flush, so a
//! busy desk is not held up by the disk and a quiet one loses nothing.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, QuerySelect,
    TransactionTrait,
};
use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use super::audit::{self, Act, Action, NewLink};
use super::entities::assessment::{ActiveModel, Column, Entity};
use crate::ServicesError;
use crate::text::sha256;

/// Most answers that share a flush; as many may wait before a caller has to.
const MOST: usize = 256;

/// An answer to write down, and whom to tell.
struct Job {
    row: ActiveModel,
    act: Act,
    done: oneshot::Sender<Result<(), ServicesError>>,
}

/// The hand that writes. It rests when the last store that knows it is gone.
#[derive(Clone, Debug)]
pub(super) struct Keeper(mpsc::Sender<Job>);

impl Keeper {
    /// Starts to wait for answers.
    pub(super) fn start(database: DatabaseConnection) -> Self {
        let (sender, receiver) = mpsc::channel(MOST);
        tokio::spawn(write_down(database, receiver));
        Self(sender)
    }

    /// Writes an answer down; one that is known already, to the byte, stays as it is. Returns once the disk has it.
    pub(super) async fn keep(&self, row: ActiveModel, act: Act) -> Result<(), ServicesError> {
        let (done, told) = oneshot::channel();
        self.0.send(Job { row, act, done }).await.map_err(|_| ServicesError::StoreClosed)?;
        told.await.map_err(|_| ServicesError::StoreClosed)?
    }
}

async fn write_down(database: DatabaseConnection, mut receiver: mpsc::Receiver<Job>) {
    let mut jobs = Vec::with_capacity(MOST);
    while receiver.recv_many(&mut jobs, MOST).await > 0 {
        let rows: Vec<(ActiveModel, Act)> = jobs.iter().map(|job| (job.row.clone(), job.act.clone())).collect();
        let together = rows.len() > 1 && keep_all(&database, rows).await.is_ok();
        for Job { row, act, done } in jobs.drain(..) {
            // What could not be written together is tried alone, so that each is told of its own trouble.
            let result = if together { Ok(()) } else { keep_all(&database, vec![(row, act)]).await };
            // Whoever no longer listens has gone away; its answer is kept all the same.
            let _ = done.send(result);
        }
    }
}

const KEEPING: &str = "keeping the assessment";

/// Inserts what is new with its links of the audit chain, and makes sure that what was there already is the same answer: an
/// id is the hash of all that moves its bytes, so that other bytes under it are a fault of this program, never to be
/// passed over.
async fn keep_all(database: &DatabaseConnection, rows: Vec<(ActiveModel, Act)>) -> Result<(), ServicesError> {
    let transaction = database.begin().await.map_err(ServicesError::database(KEEPING))?;
    // The transaction's first statement writes: two programs that keep answers at once wait for each other here.
    audit::locked_head(&transaction).await?;
    let ids = rows.iter().map(|(row, _)| text_of(&row.id));
    let kept = Entity::find().select_only().columns([Column::Id, Column::Json]).filter(Column::Id.is_in(ids));
    let kept = kept.into_tuple::<(String, String)>().all(&transaction).await;
    let mut kept: BTreeMap<String, String> = kept.map_err(ServicesError::database(KEEPING))?.into_iter().collect();
    let mut new = Vec::new();
    for (row, act) in rows {
        let (id, json) = (text_of(&row.id), text_of(&row.json));
        match kept.get(&id) {
            Some(same) if *same == json => {}
            Some(_) => return Err(ServicesError::AnotherAnswer { id }),
            None => {
                kept.insert(id, json);
                new.push((row, act));
            }
        }
    }
    if !new.is_empty() {
        insert(&transaction, new).await?;
    }
    transaction.commit().await.map_err(ServicesError::database(KEEPING))
}

fn text_of(value: &ActiveValue<String>) -> String {
    value.try_as_ref().cloned().unwrap_or_default()
}

async fn insert(transaction: &impl ConnectionTrait, new: Vec<(ActiveModel, Act)>) -> Result<(), ServicesError> {
    // One run of links for each that acts, in the order of arrival.
    for run in new.chunk_by(|left, right| left.1 == right.1) {
        let Some((_, act)) = run.first() else { continue };
        audit::append(transaction, act, run.iter().map(|(row, _)| link(row)).collect()).await?;
    }
    let rows = new.into_iter().map(|(row, _)| row);
    let insert = Entity::insert_many(rows).exec_without_returning(transaction).await;
    insert.map(|_| ()).map_err(ServicesError::database(KEEPING))
}

/// The hash of all that was kept of an answer, each part with its length.
pub(crate) fn sha256_of_answer(request: &str, json: &str) -> String {
    sha256(format!("{} {request}{json}", request.len()).as_bytes())
}

fn link(row: &ActiveModel) -> NewLink {
    let hash = sha256_of_answer(&text_of(&row.request), &text_of(&row.json));
    let about = json!({
        "assessment": text_of(&row.id),
        "assessment_sha256": hash,
        "ledger": text_of(&row.ledger),
        "facts": text_of(&row.facts),
        "model": text_of(&row.model),
        "layers": text_of(&row.layers),
        "policy": text_of(&row.policy),
        "law_table": text_of(&row.law_table),
    });
    NewLink::new(Action::Assessed, text_of(&row.subject), about)
}
