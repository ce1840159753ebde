//! `/v1/imports`, `/v1/pulls`, `/v1/trainings`, `/v1/rescorings`, `/v1/jobs`: work that goes on after the request.
#![expect(unused_qualifications, reason = "the description of parameters is written by a macro")]

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{Multipart, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use encours_domain::{Day, Siren};
use encours_services as services;
use encours_services::{InputFile, JobRequest, Services};
use futures_util::stream::{Stream, unfold};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::Caller;
use super::body::{JsonBody, NoParameters, Parameters, PathPart, page_size};
use super::problem::{FieldFault, Problem, Refusal};

/// The largest body of an import.
pub const LARGEST_IMPORT: usize = 512 * 1024 * 1024;

/// Jobs on one page at most, and when nobody asked for another number.
const LONGEST_PAGE: u64 = 200;
const USUAL_PAGE: u64 = 50;

/// How often a job is looked at for whoever listens.
const LOOK: Duration = Duration::from_millis(300);

/// Work that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Job {
    /// Its name.
    pub id: String,
    /// `import`, `pull`, `train` or `rescore`.
    pub kind: String,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    pub state: &'static str,
    /// What was asked for.
    pub request: Value,
    /// How far it is: `stage`, and `done` of `of` where they are known.
    pub progress: Value,
    /// What came of it; `null` until it is done.
    pub result: Option<Value>,
    /// Why it failed, `code` and `detail`; `null` unless it did.
    pub error: Option<Value>,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// By whom.
    pub created_by: String,
    /// When it was last begun.
    pub started_at: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
}

impl From<services::Job> for Job {
    fn from(job: services::Job) -> Self {
        let services::Job { id, kind, state, request, progress, result, error, created_at, created_by, .. } = job;
        let (started_at, ended_at) = (job.started_at, job.ended_at);
        Self { id, kind, state, request, progress, result, error, created_at, created_by, started_at, ended_at }
    }
}

fn accepted(job: services::Job) -> Response {
    let location = HeaderValue::try_from(format!("/v1/jobs/{}", job.id));
    let location = location.unwrap_or(HeaderValue::from_static("/v1/jobs"));
    (StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(Job::from(job))).into_response()
}

/// Files for the ledger.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a body that is read part by part")]
pub struct ImportForm {
    /// One part for each file, with its name: accounting files, tables, sheets, e-invoices.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<String>,
    /// How to read them; `auto` looks into each, and is what it is unless given.
    format: Option<String>,
    /// `true`: the sound rows are taken when others are at fault.
    accept_partial: Option<bool>,
}

/// Import files into the ledger.
#[utoipa::path(
    post,
    path = "/v1/imports",
    operation_id = "import",
    tag = "jobs",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "It waits for its turn", body = Job, headers(("location" = String, description = "Where it can be followed"))),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn import(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let form = form.map_err(|rejection| Refusal::UnsupportedMediaType.because(rejection.body_text()))?;
    let Form { files, format, accept_partial } = read(form).await?;
    let services = app.services.acting_as(&caller.name);
    Ok(accepted(services.submit_import(files, &format, accept_partial, app.clock.now()).await?))
}

struct Form {
    files: Vec<InputFile>,
    format: String,
    accept_partial: bool,
}

async fn read(mut parts: Multipart) -> Result<Form, Problem> {
    let mut form = Form { files: Vec::new(), format: "auto".to_owned(), accept_partial: false };
    while let Some(part) = parts.next_field().await.map_err(|error| unread(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => {
                let file = part.file_name().unwrap_or("file").to_owned();
                let bytes = part.bytes().await.map_err(|error| unread(&error))?;
                form.files.push(InputFile::new(file, bytes));
            }
            "format" => form.format = text(part).await?,
            "accept_partial" => match text(part).await?.as_str() {
                "true" => form.accept_partial = true,
                "false" => form.accept_partial = false,
                other => return Err(fault(&name, format!("found `{other}`, expected `true` or `false`"))),
            },
            other => return Err(fault(other, "expected `file`, `format` or `accept_partial`".to_owned())),
        }
    }
    match form.files.is_empty() {
        true => Err(fault("file", "expected at least one file".to_owned())),
        false => Ok(form),
    }
}

async fn text(part: Field<'_>) -> Result<String, Problem> {
    part.text().await.map_err(|error| unread(&error))
}

fn unread(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::BodyTooLarge.because(error.body_text()),
        _ => Refusal::InvalidBody.because(error.body_text()),
    }
}

fn fault(part: &str, detail: String) -> Problem {
    let fault = FieldFault::new(format!("#/{part}"), &detail);
    Refusal::InvalidBody.because(format!("#/{part}: {detail}")).with(vec![fault])
}

/// Of which day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AsOf {
    /// A re-scoring: as of this evening; a training: what was known on this morning. Today unless given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub as_of: Option<Day>,
}

/// Score every client again.
#[utoipa::path(
    post,
    path = "/v1/rescorings",
    operation_id = "rescore",
    tag = "jobs",
    request_body = AsOf,
    responses(
        (status = 202, description = "It waits for its turn", body = Job, headers(("location" = String, description = "Where it can be followed"))),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn rescore(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    JsonBody(AsOf { as_of }): JsonBody<AsOf>,
) -> Result<Response, Problem> {
    submit(&app, &caller, JobRequest::Rescore { as_of }).await
}

/// Train a model on the stored ledger; it becomes a candidate.
#[utoipa::path(
    post,
    path = "/v1/trainings",
    operation_id = "train",
    tag = "jobs",
    request_body = AsOf,
    responses(
        (status = 202, description = "It waits for its turn", body = Job, headers(("location" = String, description = "Where it can be followed"))),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn train(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    JsonBody(AsOf { as_of }): JsonBody<AsOf>,
) -> Result<Response, Problem> {
    submit(&app, &caller, JobRequest::Train { as_of }).await
}

/// Companies to ask about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PullRequest {
    /// Their numbers; every client with a number unless given.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub sirens: Vec<Siren>,
}

/// Ask the public registers about companies.
#[utoipa::path(
    post,
    path = "/v1/pulls",
    operation_id = "pull",
    tag = "jobs",
    request_body = PullRequest,
    responses(
        (status = 202, description = "It waits for its turn", body = Job, headers(("location" = String, description = "Where it can be followed"))),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn pull(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    JsonBody(PullRequest { sirens }): JsonBody<PullRequest>,
) -> Result<Response, Problem> {
    submit(&app, &caller, JobRequest::Pull { sirens }).await
}

async fn submit(app: &App, caller: &Caller, request: JobRequest) -> Result<Response, Problem> {
    let services = app.services.acting_as(&caller.name);
    Ok(accepted(services.submit(&request, app.clock.now()).await?))
}

/// Which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobsQuery {
    /// `next` of the page before.
    pub cursor: Option<i64>,
    /// Jobs on a page, 50 unless given, 200 at most.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}

/// One page of jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobsPage {
    /// The newest first.
    pub jobs: Vec<Job>,
    /// For the next page; `null` on the last.
    pub next: Option<i64>,
}

/// Every job, the newest first.
#[utoipa::path(
    get,
    path = "/v1/jobs",
    operation_id = "listJobs",
    tag = "jobs",
    params(JobsQuery),
    responses(
        (status = 200, description = "One page", body = JobsPage),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(app): State<App>, Parameters(query): Parameters<JobsQuery>) -> Result<Json<JobsPage>, Problem> {
    let limit = page_size(query.limit, USUAL_PAGE, LONGEST_PAGE)?;
    let mut jobs = app.services.jobs(query.cursor, limit.saturating_add(1)).await?;
    let page = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = jobs.len() > page;
    jobs.truncate(page);
    let next = jobs.last().filter(|_| more).map(|job| job.sequence);
    Ok(Json(JobsPage { jobs: jobs.into_iter().map(Job::from).collect(), next }))
}

/// A job: where it stands and what came of it.
#[utoipa::path(
    get,
    path = "/v1/jobs/{id}",
    operation_id = "getJob",
    tag = "jobs",
    params(("id" = String, Path, description = "Id of the job")),
    responses(
        (status = 200, description = "The job", body = Job),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn show(
    State(app): State<App>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Json<Job>, Problem> {
    Ok(Json(app.services.job(&id).await?.into()))
}

/// Stop a job: one that waits at once, one that runs within seconds. Nothing is changed by halves.
#[utoipa::path(
    delete,
    path = "/v1/jobs/{id}",
    operation_id = "cancelJob",
    tag = "jobs",
    params(("id" = String, Path, description = "Id of the job")),
    responses(
        (status = 200, description = "The job, stopped or about to", body = Job),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn cancel(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Json<Job>, Problem> {
    Ok(Json(app.services.acting_as(&caller.name).cancel_job(&id, app.clock.now()).await?.into()))
}

/// Follow a job: an event `progress` whenever something changed, then one `end`, each with the job as data.
#[utoipa::path(
    get,
    path = "/v1/jobs/{id}/events",
    operation_id = "followJob",
    tag = "jobs",
    params(("id" = String, Path, description = "Id of the job")),
    responses(
        (status = 200, description = "Server-sent events", body = String, content_type = "text/event-stream"),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn follow(
    State(app): State<App>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    // A job that is not there is told before anything is streamed.
    app.services.job(&id).await?;
    Ok(Sse::new(events(app.services.clone(), id)).keep_alive(KeepAlive::default()))
}

/// What somebody who follows knows, and whether it is the end.
struct Followed {
    services: Services,
    id: String,
    told: String,
    is_over: bool,
}

fn events(services: Services, id: String) -> impl Stream<Item = Result<Event, Infallible>> {
    let begin = Followed { services, id, told: String::new(), is_over: false };
    unfold(begin, |mut followed| async move {
        if followed.is_over {
            return None;
        }
        loop {
            let Ok(job) = followed.services.job(&followed.id).await else { return None };
            let is_over = job.is_over;
            let says = serde_json::to_string(&Job::from(job)).unwrap_or_default();
            if says != followed.told {
                let event = Event::default().event(if is_over { "end" } else { "progress" }).data(&says);
                followed = Followed { told: says, is_over, ..followed };
                return Some((Ok(event), followed));
            }
            tokio::time::sleep(LOOK).await;
        }
    })
}
