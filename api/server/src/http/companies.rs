//! `/v1/companies`: who is found as one types, and what the public record says.
#![expect(unused_qualifications, reason = "the description of parameters is written by a macro")]

use axum::Json;
use axum::extract::State;
use encours_core::company::AskedRegister;
use encours_domain::fact::Fact;
use encours_services as services;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::body::{Parameters, PathPart};
use super::problem::{Problem, Refusal};
use crate::answer::RegisterReport;

/// Companies given when nobody asked for another number.
const USUAL: usize = 10;
/// The most that may be asked for.
const MOST: usize = 50;

/// Find companies by a part of their name or number, as one types.
///
/// Accents, capitals, points and legal forms are of no matter, blanks in a number neither; a SIRET or a French number for
/// VAT finds its company. Clients come first, then companies of the public record, then those of the registers that
/// answers may ask.
#[utoipa::path(
    get,
    path = "/v1/companies",
    operation_id = "findCompanies",
    tag = "companies",
    params(FindQuery),
    responses(
        (status = 200, description = "Who was found", body = CompaniesFound),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn find(
    State(app): State<App>,
    Parameters(query): Parameters<FindQuery>,
) -> Result<Json<CompaniesFound>, Problem> {
    let limit = query.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::InvalidParameter.because(format!("limit: found {limit}, allowed 1 to {MOST}")));
    }
    Ok(Json(app.services.search_everywhere(&query.q, limit).await?.into()))
}

/// What the public record says of a company: every fact that may be shown, with its dates and its source.
#[utoipa::path(
    get,
    path = "/v1/companies/{id}",
    operation_id = "getCompany",
    tag = "companies",
    params(("id" = String, Path, description = "SIREN of the company", pattern = "^[0-9]{9}$")),
    responses(
        (status = 200, description = "The company", body = CompanyFile),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn show(State(app): State<App>, PathPart(id): PathPart<String>) -> Result<Json<CompanyFile>, Problem> {
    Ok(Json(app.services.company_on(&id, app.clock.now()).await?.into()))
}

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FindQuery {
    /// A part of the name, or the number.
    q: String,
    /// How many are wanted, 1 to 50; 10 unless given.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<usize>,
}

/// Who was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompaniesFound {
    /// The companies, clients first.
    pub companies: Vec<CompanyFound>,
    /// Registers that were asked for it, and how that ended.
    pub registers: Vec<RegisterReport>,
}

/// One that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyFound {
    /// `client`, or `company` for one that has bought nothing yet.
    pub kind: &'static str,
    /// What to assess: the client's id in the ledger, or the SIREN.
    pub id: String,
    /// Name, when it may be shown.
    pub name: Option<String>,
    /// SIREN.
    pub siren: Option<String>,
    /// Postal code and town of the seat, when they may be shown.
    pub place: Option<String>,
    /// INSEE legal category.
    pub legal_form: Option<String>,
    /// Whether it still exists; absent when nobody says.
    pub active: Option<bool>,
    /// `ledger`, `public_record`, or the name of the register that knows it.
    pub known_by: &'static str,
}

/// A company with what the public record says of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyFile {
    /// SIREN.
    pub siren: String,
    /// The name under which it was last published, when it may be shown.
    pub name: Option<String>,
    /// Clients of the ledger that have this number.
    pub clients: Vec<String>,
    /// Every fact that may be shown.
    pub facts: Vec<CompanyFact>,
}

/// A fact.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyFact {
    /// What it is about.
    pub kind: &'static str,
    /// The value, in the words of the kind.
    pub value: String,
    /// From which day it holds.
    #[schema(format = Date)]
    pub valid_from: String,
    /// On which day it became public.
    #[schema(format = Date)]
    pub known_from: String,
    /// Who says so.
    pub source: String,
    /// On which day the source was last asked.
    #[schema(format = Date)]
    pub fetched_on: Option<String>,
    /// Hash of the raw answer it was read from.
    pub answer: Option<String>,
}

impl From<services::SearchReport> for CompaniesFound {
    fn from(report: services::SearchReport) -> Self {
        let services::SearchReport { found, asked } = report;
        Self {
            companies: found.into_iter().map(CompanyFound::from).collect(),
            registers: asked.iter().map(register).collect(),
        }
    }
}

fn register(asked: &AskedRegister) -> RegisterReport {
    let says = asked.says();
    let outcome = serde_json::to_value(asked.outcome).ok();
    let outcome = outcome.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
    RegisterReport { name: asked.name.clone(), title: asked.title.clone(), outcome, fr: says.fr, en: says.en }
}

impl From<services::Found> for CompanyFound {
    fn from(found: services::Found) -> Self {
        let services::Found { kind, id, name, siren, place, legal_form, active, known_by } = found;
        let kind = match kind {
            services::FoundKind::Client => "client",
            services::FoundKind::Company => "company",
        };
        let (siren, known_by) = (siren.map(|siren| siren.to_string()), known_by.word());
        Self { kind, id, name, siren, place, legal_form, active, known_by }
    }
}

impl From<services::Company> for CompanyFile {
    fn from(company: services::Company) -> Self {
        let services::Company { siren, name, clients, facts } = company;
        Self { siren: siren.to_string(), name, clients, facts: facts.into_iter().map(CompanyFact::from).collect() }
    }
}

impl From<Fact> for CompanyFact {
    fn from(fact: Fact) -> Self {
        let Fact { subject: _, kind, value, valid_from, known_from, source, fetched_on, answer } = fact;
        Self {
            kind: kind.code(),
            value,
            valid_from: valid_from.to_string(),
            known_from: known_from.to_string(),
            source,
            fetched_on: fetched_on.map(|day| day.to_string()),
            answer: answer.map(|hash| hash.to_string()),
        }
    }
}
