//! Answers are written down by one hand. Each waits until the disk has it; all that wait together share one flush, so a
//! busy desk is not held up by the disk and a quiet one loses nothing.

use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseConnection, EntityTrait};
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

    /// Writes an answer down; one that is known already stays as it is. Returns once the disk has it.
    pub(super) async fn keep(&self, row: ActiveModel) -> Result<(), ServicesError> {
        let (done, told) = oneshot::channel();
        self.0.send(Job { row, done }).await.map_err(|_| ServicesError::StoreClosed)?;
        told.await.map_err(|_| ServicesError::StoreClosed)?
    }
}

async fn write_down(database: DatabaseConnection, mut receiver: mpsc::Receiver<Job>) {
    let mut jobs = Vec::with_capacity(MOST);
    while receiver.recv_many(&mut jobs, MOST).await > 0 {
        let rows = jobs.iter().map(|job| job.row.clone());
        let together = jobs.len() > 1 && insert(&database, rows).await.is_ok();
        for Job { row, done } in jobs.drain(..) {
            // What could not be written together is tried alone, so that each is told of its own trouble.
            let result = if together { Ok(()) } else { insert(&database, [row]).await };
            // Whoever no longer listens has gone away; its answer is kept all the same.
            let _ = done.send(result);
        }
    }
}

async fn insert(
    database: &DatabaseConnection,
    rows: impl IntoIterator<Item = ActiveModel>,
) -> Result<(), ServicesError> {
    let known = OnConflict::column(Column::Id).do_nothing().to_owned();
    let insert = Entity::insert_many(rows).on_conflict(known).exec_without_returning(database).await;
    insert.map(|_| ()).map_err(ServicesError::database("keeping the assessment"))
}
