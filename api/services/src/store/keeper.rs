//! Answers are written down by one hand. Each waits until the disk has it; all that wait together share one flush, so a
//! busy desk is not held up by the disk and a quiet one loses nothing.

use std::collections::BTreeMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QuerySelect};
use tokio::sync::{mpsc, oneshot};

use super::entities::assessment::{ActiveModel, Column, Entity};
use crate::ServicesError;

/// Most answers that share a flush; as many may wait before a caller has to.
const MOST: usize = 256;

/// An answer to write down, and whom to tell.
struct Job {
    row: ActiveModel,
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
    pub(super) async fn keep(&self, row: ActiveModel) -> Result<(), ServicesError> {
        let (done, told) = oneshot::channel();
        self.0.send(Job { row, done }).await.map_err(|_| ServicesError::StoreClosed)?;
        told.await.map_err(|_| ServicesError::StoreClosed)?
    }
}

async fn write_down(database: DatabaseConnection, mut receiver: mpsc::Receiver<Job>) {
    let mut jobs = Vec::with_capacity(MOST);
    while receiver.recv_many(&mut jobs, MOST).await > 0 {
        let rows: Vec<ActiveModel> = jobs.iter().map(|job| job.row.clone()).collect();
        let together = rows.len() > 1 && keep_all(&database, rows).await.is_ok();
        for Job { row, done } in jobs.drain(..) {
            // What could not be written together is tried alone, so that each is told of its own trouble.
            let result = if together { Ok(()) } else { keep_all(&database, vec![row]).await };
            // Whoever no longer listens has gone away; its answer is kept all the same.
            let _ = done.send(result);
        }
    }
}

/// Inserts what is new, and makes sure that what was there already is the same answer: an id is the hash of all that
/// moves its bytes, so that other bytes under it are a fault of this program, never to be passed over.
async fn keep_all(database: &DatabaseConnection, rows: Vec<ActiveModel>) -> Result<(), ServicesError> {
    let given: Vec<(String, String)> = rows.iter().map(|row| (text_of(&row.id), text_of(&row.json))).collect();
    insert(database, rows).await?;
    let ids = given.iter().map(|(id, _)| id.as_str());
    let kept = Entity::find().select_only().columns([Column::Id, Column::Json]).filter(Column::Id.is_in(ids));
    let kept = kept.into_tuple::<(String, String)>().all(database).await;
    let kept: BTreeMap<String, String> =
        kept.map_err(ServicesError::database("keeping the assessment"))?.into_iter().collect();
    match given.into_iter().find(|(id, json)| kept.get(id) != Some(json)) {
        Some((id, _)) => Err(ServicesError::AnotherAnswer { id }),
        None => Ok(()),
    }
}

fn text_of(value: &ActiveValue<String>) -> String {
    value.try_as_ref().cloned().unwrap_or_default()
}

async fn insert(database: &DatabaseConnection, rows: Vec<ActiveModel>) -> Result<(), ServicesError> {
    let known = OnConflict::column(Column::Id).do_nothing().to_owned();
    let insert = Entity::insert_many(rows).on_conflict(known).exec_without_returning(database).await;
    insert.map(|_| ()).map_err(ServicesError::database("keeping the assessment"))
}
