//! Work that goes on after the request that asked for it.
//!
//! A job stands in no audit chain: what it changes is told there by the use case that it calls.

use std::collections::BTreeSet;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, NotSet, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Set, TransactionTrait,
};

use super::entities::job::{ActiveModel, Column, Entity, Model};
use super::{Happened, Store, audit};
use crate::ServicesError;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// It waits for its turn.
    Queued,
    /// Somebody works on it.
    Running,
    /// It came to its end.
    Done,
    /// It came to none.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl JobState {
    /// Each of them.
    pub(crate) const EACH: [Self; 5] = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    const ALL: [(Self, &'static str); 5] = [
        (Self::Queued, "queued"),
        (Self::Running, "running"),
        (Self::Done, "done"),
        (Self::Failed, "failed"),
        (Self::Cancelled, "cancelled"),
    ];

    /// Its word.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    /// Whether nothing more happens.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }

    fn of(word: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == word).map_or(Self::Failed, |(state, _)| *state)
    }
}

/// A job as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRecord {
    /// Its place among all jobs.
    pub sequence: i64,
    /// Its name.
    pub id: String,
    /// What kind of work.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// What was asked for, JSON.
    pub request: String,
    /// How far it is, JSON.
    pub progress: String,
    /// What came of it, JSON.
    pub result: Option<String>,
    /// Why it failed, JSON.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: String,
    /// By whom.
    pub created_by: String,
    /// When it was last begun.
    pub started_at: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
}

/// A job to be kept.
#[derive(Clone, Debug)]
pub(crate) struct NewJob {
    pub id: String,
    pub kind: &'static str,
    pub request: String,
    pub created_at: String,
    pub created_by: String,
}

/// How a job ended.
#[derive(Clone, Debug)]
pub(crate) struct JobEnd {
    pub state: JobState,
    pub result: Option<String>,
    pub error: Option<String>,
    pub at: String,
}

const TURN: &str = "taking a job";

impl Store {
    /// Keeps a job that waits for its turn.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn keep_job(&self, new: NewJob) -> Result<JobRecord, ServicesError> {
        let NewJob { id, kind, request, created_at, created_by } = new;
        let row = ActiveModel {
            sequence: NotSet,
            id: Set(id),
            kind: Set(kind.to_owned()),
            state: Set(JobState::Queued.code().to_owned()),
            request: Set(request),
            progress: Set("{}".to_owned()),
            result: Set(None),
            error: Set(None),
            created_at: Set(created_at),
            created_by: Set(created_by),
            started_at: Set(None),
            ended_at: Set(None),
            runner: Set(None),
            seen_at: Set(None),
            is_to_stop: Set(false),
        };
        let row = row.insert(&self.database).await.map_err(ServicesError::database("keeping the job"))?;
        Ok(row.into())
    }

    /// A job by its name.
    ///
    /// # Errors
    /// When there is no such job, or the database fails.
    pub async fn job(&self, id: &str) -> Result<JobRecord, ServicesError> {
        let row = Entity::find().filter(Column::Id.eq(id)).one(&self.database).await;
        let row = row.map_err(ServicesError::database("reading the job"))?;
        row.map(JobRecord::from).ok_or_else(|| ServicesError::NotFound { what: "job", id: id.to_owned() })
    }

    /// Jobs before a place, the newest first; of all when none is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn jobs(&self, before: Option<i64>, limit: u64) -> Result<Vec<JobRecord>, ServicesError> {
        let rows = Entity::find()
            .filter(Column::Sequence.lt(before.unwrap_or(i64::MAX)))
            .order_by_desc(Column::Sequence)
            .limit(limit)
            .all(&self.database);
        let rows = rows.await.map_err(ServicesError::database("reading the jobs"))?;
        Ok(rows.into_iter().map(JobRecord::from).collect())
    }

    /// Jobs of a kind that wait or run.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn open_jobs(&self, kind: &str) -> Result<Vec<JobRecord>, ServicesError> {
        let rows = Entity::find()
            .filter(Column::Kind.eq(kind))
            .filter(Column::State.is_in([JobState::Queued, JobState::Running].map(JobState::code)))
            .order_by_asc(Column::Sequence)
            .all(&self.database);
        let rows = rows.await.map_err(ServicesError::database("reading the jobs"))?;
        Ok(rows.into_iter().map(JobRecord::from).collect())
    }

    /// How many jobs of each kind are in each state.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn count_jobs(&self) -> Result<Vec<(String, String, i64)>, ServicesError> {
        let counts = Entity::find()
            .select_only()
            .columns([Column::Kind, Column::State])
            .column_as(Column::Sequence.count(), "jobs")
            .group_by(Column::Kind)
            .group_by(Column::State)
            .into_tuple()
            .all(&self.database);
        counts.await.map_err(ServicesError::database("counting jobs"))
    }

    /// Kinds of which jobs wait, and whether one runs whose program has not been heard of since `silent_since`. Only reads.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn jobs_at_hand(&self, silent_since: &str) -> Result<(BTreeSet<String>, bool), ServicesError> {
        let rows = Entity::find()
            .select_only()
            .columns([Column::Kind, Column::State, Column::SeenAt])
            .filter(Column::State.is_in([JobState::Queued, JobState::Running].map(JobState::code)))
            .into_tuple::<(String, String, Option<String>)>()
            .all(&self.database);
        let rows = rows.await.map_err(ServicesError::database("looking for jobs"))?;
        let is_silent = |seen: &Option<String>| seen.as_deref().is_none_or(|seen| seen < silent_since);
        let silent = rows.iter().any(|(_, state, seen)| state == JobState::Running.code() && is_silent(seen));
        let waiting = rows.into_iter().filter(|(_, state, _)| state == JobState::Queued.code());
        Ok((waiting.map(|(kind, _, _)| kind).collect(), silent))
    }

    /// Gives the next job of a kind to this program, unless one of the kind runs already.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn take_job(
        &self,
        kind: &str,
        runner: &str,
        now: &str,
    ) -> Result<Option<JobRecord>, ServicesError> {
        let transaction = self.database.begin().await.map_err(ServicesError::database(TURN))?;
        // What two programs wait for.
        audit::locked_head(&transaction).await?;
        let running = of_kind(kind, JobState::Running).count(&transaction).await;
        if running.map_err(ServicesError::database(TURN))? > 0 {
            return Ok(None);
        }
        let next = of_kind(kind, JobState::Queued).order_by_asc(Column::Sequence).one(&transaction).await;
        let Some(next) = next.map_err(ServicesError::database(TURN))? else { return Ok(None) };
        let taken = Entity::update_many()
            .col_expr(Column::State, Expr::value(JobState::Running.code()))
            .col_expr(Column::Runner, Expr::value(runner))
            .col_expr(Column::SeenAt, Expr::value(now))
            .col_expr(Column::StartedAt, Expr::value(now))
            .filter(Column::Sequence.eq(next.sequence));
        taken.exec(&transaction).await.map_err(ServicesError::database(TURN))?;
        transaction.commit().await.map_err(ServicesError::database(TURN))?;
        self.job(&next.id).await.map(Some)
    }

    /// Says that this program still works on a job, and how far it is; gives whether somebody wants it stopped, and nothing where
    /// the job is another's by now.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn tell_progress(
        &self,
        id: &str,
        runner: &str,
        progress: &str,
        now: &str,
    ) -> Result<Option<bool>, ServicesError> {
        const DOING: &str = "telling how far a job is";
        let update = Entity::update_many()
            .col_expr(Column::Progress, Expr::value(progress))
            .col_expr(Column::SeenAt, Expr::value(now));
        let done = mine(update, id, runner).exec(&self.database).await.map_err(ServicesError::database(DOING))?;
        if done.rows_affected == 0 {
            return Ok(None);
        }
        let row = Entity::find().filter(Column::Id.eq(id)).one(&self.database).await;
        Ok(row.map_err(ServicesError::database(DOING))?.map(|row| row.is_to_stop))
    }

    /// Ends a job that this program works on, and queues what is told of it for some webhooks.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn end_job(
        &self,
        id: &str,
        runner: &str,
        end: JobEnd,
        told: (&[String], Happened),
    ) -> Result<(), ServicesError> {
        const DOING: &str = "ending a job";
        let JobEnd { state, result, error, at } = end;
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        let update = Entity::update_many()
            .col_expr(Column::State, Expr::value(state.code()))
            .col_expr(Column::Result, Expr::value(result))
            .col_expr(Column::Error, Expr::value(error))
            .col_expr(Column::EndedAt, Expr::value(at));
        let done = mine(update, id, runner).exec(&transaction).await.map_err(ServicesError::database(DOING))?;
        if done.rows_affected == 1 {
            let (webhooks, happened) = told;
            super::webhooks::queue(&transaction, webhooks, &[happened]).await?;
        }
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// Gives jobs back that a program has not been heard of for since `before`, or that `runner` works on: they wait again.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn give_jobs_back(&self, before: &str, runner: Option<&str>) -> Result<u64, ServicesError> {
        let lost = match runner {
            Some(runner) => Column::Runner.eq(runner),
            None => Column::SeenAt.lt(before),
        };
        let update = Entity::update_many()
            .col_expr(Column::State, Expr::value(JobState::Queued.code()))
            .col_expr(Column::Runner, Expr::value(None::<String>))
            .filter(Column::State.eq(JobState::Running.code()))
            .filter(lost);
        let done = update.exec(&self.database).await;
        Ok(done.map_err(ServicesError::database("giving jobs back"))?.rows_affected)
    }

    /// Wants a job stopped: one that waits is at once, one that runs soon.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn stop_job(&self, id: &str, now: &str) -> Result<(), ServicesError> {
        const DOING: &str = "stopping a job";
        let waiting = Entity::update_many()
            .col_expr(Column::State, Expr::value(JobState::Cancelled.code()))
            .col_expr(Column::EndedAt, Expr::value(now))
            .filter(Column::Id.eq(id))
            .filter(Column::State.eq(JobState::Queued.code()));
        waiting.exec(&self.database).await.map_err(ServicesError::database(DOING))?;
        let running = Entity::update_many()
            .col_expr(Column::IsToStop, Expr::value(true))
            .filter(Column::Id.eq(id))
            .filter(Column::State.eq(JobState::Running.code()));
        running.exec(&self.database).await.map(|_| ()).map_err(ServicesError::database(DOING))
    }
}

/// Of ended jobs and of answers to requests nothing stays: a file's name, a row at fault or an answer may name who is erased.
pub(super) async fn forget_what_names(transaction: &DatabaseTransaction) -> Result<(), ServicesError> {
    const DOING: &str = "erasing jobs and answers to requests";
    let over = [JobState::Done, JobState::Failed, JobState::Cancelled].map(JobState::code);
    let ended = Entity::delete_many().filter(Column::State.is_in(over));
    ended.exec(transaction).await.map_err(ServicesError::database(DOING))?;
    let answers = super::entities::request_answer::Entity::delete_many().exec(transaction).await;
    answers.map(|_| ()).map_err(ServicesError::database(DOING))
}

fn of_kind(kind: &str, state: JobState) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::Kind.eq(kind)).filter(Column::State.eq(state.code()))
}

fn mine(update: sea_orm::UpdateMany<Entity>, id: &str, runner: &str) -> sea_orm::UpdateMany<Entity> {
    update
        .filter(Column::Id.eq(id))
        .filter(Column::Runner.eq(runner))
        .filter(Column::State.eq(JobState::Running.code()))
}

impl From<Model> for JobRecord {
    fn from(row: Model) -> Self {
        let Model { sequence, id, kind, state, request, progress, result, error, created_at, created_by, .. } = row;
        let (started_at, ended_at) = (row.started_at, row.ended_at);
        let state = JobState::of(&state);
        Self {
            sequence,
            id,
            kind,
            state,
            request,
            progress,
            result,
            error,
            created_at,
            created_by,
            started_at,
            ended_at,
        }
    }
}
