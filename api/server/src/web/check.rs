//! The prospect check: `/` asks and answers, `/assessments` keeps an answer and shows it again.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Form, Router};
use encours_domain::ErrorClass;
use encours_services::{ClientLine, ClientOrder, ClientQuery};

use super::form::{Asking, Faults, Typed};
use super::frozen;
use super::screen::{Screen, page};
use super::search::{Hit, SHOWN};
use crate::answer::Answer;
use crate::http::App;
use crate::http::auth::Caller;
use crate::http::body::{Parameters, PathPart, plain};
use crate::http::problem::{Problem, Refusal};
use crate::view::{BETWEEN, View};

/// The pages of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/", get(ask)).route("/assessments", post(keep)).route("/assessments/{id}", get(kept))
}

/// The form with what stands under it.
#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    screen: Screen,
    /// The day at which a demonstration stands still.
    frozen: Option<String>,
    typed: Typed,
    /// Goods with terms of their own: name and words.
    goods: Vec<(String, String)>,
    faults: Faults,
    outcome: Outcome,
}

/// What stands under the form.
enum Outcome {
    /// Nothing was asked yet.
    Welcome(Welcome),
    /// A client was chosen; its quote is yet to be typed.
    Begun,
    /// A field was not understood.
    Faults,
    /// Several clients could be meant, or none.
    Matches(Vec<(Hit, String)>),
    /// The answer.
    Answer(Box<View>),
}

/// The first state: what there is to ask about.
struct Welcome {
    clients: String,
    invoices: String,
    companies: String,
    last_day: Option<String>,
    model: Option<String>,
    riskiest: Vec<Risky>,
}

/// A client worth looking at.
struct Risky {
    name: String,
    value: String,
    grade: String,
    chance: String,
    open: String,
    overdue: String,
}

/// A kept answer on a page of its own.
#[derive(Template)]
#[template(path = "kept.html")]
struct KeptPage {
    screen: Screen,
    frozen: Option<String>,
    view: Box<View>,
    kept_at: String,
}

async fn ask(
    State(app): State<App>,
    screen: Screen,
    RawQuery(query): RawQuery,
    typed: Result<Parameters<Typed>, Problem>,
) -> Response {
    let mut typed = match typed {
        Ok(Parameters(typed)) => typed,
        Err(problem) => return super::failed(screen, &problem),
    };
    // A link names a client and no amount; the form always sends one, be it empty.
    let is_sent = query.unwrap_or_default().split('&').any(|pair| pair.starts_with("amount="));
    let found = match is_sent || !typed.names_only_a_client() {
        true => outcome(&app, &screen, &typed).await,
        false => Ok((Outcome::Begun, Faults::default())),
    };
    let (outcome, faults) = match found {
        Ok(found) => found,
        Err(problem) => return super::failed(screen, &problem),
    };
    if let Outcome::Answer(view) = &outcome {
        typed.q.clone_from(&view.subject);
    }
    let status = match &outcome {
        Outcome::Welcome(_) | Outcome::Begun | Outcome::Answer(_) => StatusCode::OK,
        Outcome::Faults => StatusCode::UNPROCESSABLE_ENTITY,
        Outcome::Matches(_) => StatusCode::NOT_FOUND,
    };
    let portfolio = match app.services.portfolio().await {
        Ok(portfolio) => portfolio,
        Err(error) => return super::failed(screen, &error.into()),
    };
    let goods = portfolio.law.goods().map(|(name, says)| (name.to_owned(), screen.lang.of(says).to_owned()));
    let (frozen, goods) = (frozen(&app, &screen), goods.collect());
    page(status, &CheckPage { frozen, screen, typed, goods, faults, outcome })
}

async fn outcome(app: &App, screen: &Screen, typed: &Typed) -> Result<(Outcome, Faults), Problem> {
    if typed.is_empty() {
        return Ok((Outcome::Welcome(welcome(app, screen).await?), Faults::default()));
    }
    let asking = match typed.read(screen.lang) {
        Ok(asking) => asking,
        Err(faults) => return Ok((Outcome::Faults, faults)),
    };
    let outcome = match answer(app, screen, &asking, typed.subject()).await? {
        Some(view) => Outcome::Answer(view),
        None => search(app, screen, typed, &asking).await?,
    };
    Ok((outcome, Faults::default()))
}

/// The answer for a client or company of this id or SIREN, if there is such a one.
async fn answer(app: &App, screen: &Screen, asking: &Asking, subject: &str) -> Result<Option<Box<View>>, Problem> {
    match app.services.assess(asking.request(subject, false), app.clock.now()).await {
        Ok(assessment) => {
            app.metrics.assessed(false);
            view(&assessment.to_json(), screen).map(Some)
        }
        Err(error) if error.class() == ErrorClass::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Nobody has this id: whose name is it? One match is an answer, several are a list.
async fn search(app: &App, screen: &Screen, typed: &Typed, asking: &Asking) -> Result<Outcome, Problem> {
    let found = app.services.search_everywhere(typed.subject(), SHOWN).await?.found;
    if let [only] = found.as_slice()
        && let Some(view) = answer(app, screen, asking, &only.id).await?
    {
        return Ok(Outcome::Answer(view));
    }
    let line = |hit: Hit| {
        let query = typed.query_for(&hit.value);
        (hit, query)
    };
    Ok(Outcome::Matches(found.iter().map(Hit::of).map(line).collect()))
}

/// The document, written out for a person.
fn view(json: &str, screen: &Screen) -> Result<Box<View>, Problem> {
    let answer = Answer::read(json).map_err(|error| {
        tracing::error!(%error, "an assessment could not be read");
        Refusal::Internal.because("the failure is in the server's log")
    })?;
    Ok(Box::new(View::of(&answer, screen.lang)))
}

async fn welcome(app: &App, screen: &Screen) -> Result<Welcome, Problem> {
    let status = app.services.status().await?;
    let riskiest = if status.clients > 0 { riskiest(app, screen).await? } else { Vec::new() };
    Ok(Welcome {
        clients: screen.lang.count(status.clients),
        invoices: screen.lang.count(status.invoices),
        companies: screen.lang.count(status.companies),
        last_day: status.last_day.map(|day| screen.lang.date(day)),
        model: status.model_is_trained.then_some(status.model),
        riskiest,
    })
}

/// The clients most likely to pay late, of those that still owe something.
async fn riskiest(app: &App, screen: &Screen) -> Result<Vec<Risky>, Problem> {
    let query = ClientQuery { limit: LOOKED_AT, order: ClientOrder::Risk, ..ClientQuery::default() };
    let page = app.services.clients(query, app.clock.now()).await?;
    let owing = page.clients.into_iter().filter(|client| client.open.minor() > 0);
    Ok(owing.take(LISTED).map(|client| Risky::of(client, screen)).collect())
}

/// Clients looked at to find those listed.
const LOOKED_AT: usize = 200;
/// Clients listed on the first page.
const LISTED: usize = 5;

impl Risky {
    fn of(client: ClientLine, screen: &Screen) -> Self {
        let chance = client.late_over(30).map_or_else(String::new, |chance| screen.lang.per_cent(chance));
        let (open, overdue) = (screen.lang.rounded(client.open), screen.lang.rounded(client.overdue));
        let name = client.name.unwrap_or_else(|| client.id.clone());
        let value = format!("{name}{BETWEEN}{}", client.id);
        Self { name, value, grade: client.grade, chance, open, overdue }
    }
}

async fn keep(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    screen: Screen,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = match typed {
        Ok(Form(typed)) => typed,
        Err(rejection) => {
            return super::failed(screen, &Refusal::InvalidBody.because(plain(&rejection.body_text())));
        }
    };
    let Ok(asking) = typed.read(screen.lang) else {
        return Redirect::to(&format!("/?{}", typed.query_for(&typed.q))).into_response();
    };
    let services = app.services.acting_as(&caller.name);
    match services.assess(asking.request(typed.subject(), true), app.clock.now()).await {
        Ok(assessment) => {
            app.metrics.assessed(true);
            Redirect::to(&format!("/assessments/{}", assessment.id())).into_response()
        }
        Err(error) => super::failed(screen, &error.into()),
    }
}

async fn kept(State(app): State<App>, screen: Screen, id: Result<PathPart<String>, Problem>) -> Response {
    let id = match id {
        Ok(PathPart(id)) => id,
        Err(problem) => return super::failed(screen, &problem),
    };
    let stored = app.services.assessment(&id).await.map_err(Problem::from);
    match stored.and_then(|stored| Ok((view(&stored.json, &screen)?, stored.created_at))) {
        Ok((view, kept_at)) => page(StatusCode::OK, &KeptPage { frozen: frozen(&app, &screen), screen, view, kept_at }),
        Err(problem) => super::failed(screen, &problem),
    }
}
