//! INPI, the national register of companies (RNE): filed accounts, line by line, with a free account.
//!
//! A login gives a token for about an hour; a list of a company's documents names its digitised accounts, which are
//! asked one by one, the newest first. Ten requests a minute: the terms of the licence forbid more.

mod convert;
mod payload;
#[cfg(test)]
mod tests;

use std::time::Duration;

use encours_domain::Siren;
use encours_domain::subject::Subject;
use serde::Deserialize;
use tokio::sync::Mutex;

use super::Reading;
use super::json::{Many, Text};
use super::registry::{Register, RegisterSetup, RegisterSpec};
use crate::Pending;
use crate::client::{Base, Desk, Kept, Question};
use crate::error::SourceError;
use crate::registry::Asked;
use crate::secret::Secret;

/// Its line in the registry.
pub const SPEC: RegisterSpec = RegisterSpec {
    name: "inpi-rne",
    title: "INPI RNE",
    asks: &[
        Asked { name: "username", what: "the e-mail address of an account at data.inpi.fr", secret: false },
        Asked { name: "password", what: "its password", secret: true },
    ],
    base: "https://registre-national-entreprises.inpi.fr/api",
    by_default: true,
    tells: &["accounts"],
    parse: convert::parse,
    build: Some(|setup| Ok(Box::new(InpiRne::new(setup)?))),
};

/// Years of accounts that are asked for: enough for a trend.
const YEARS: usize = 3;

struct InpiRne {
    desk: Desk,
    base: Base,
    username: Secret,
    password: Secret,
    token: Mutex<Option<Secret>>,
}

#[derive(Deserialize)]
struct Login {
    token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attachments {
    #[serde(default)]
    bilans_saisis: Many<Attached>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Attached {
    id: Text,
    date_cloture: Text,
    deleted: Text,
    bilan_saisi: Option<serde::de::IgnoredAny>,
}

impl InpiRne {
    fn new(setup: &RegisterSetup) -> Result<Self, SourceError> {
        let (desk, base) = Desk::open(setup, SPEC.base, Duration::from_secs(6))?;
        let (username, password) = (setup.setup.credentials.get("username")?, setup.setup.credentials.get("password")?);
        Ok(Self { desk, base, username, password, token: Mutex::new(None) })
    }

    async fn login(&self) -> Result<Secret, SourceError> {
        let body = serde_json::json!({ "username": self.username.expose(), "password": self.password.expose() });
        let question = Question::post(&self.base, "sso/login", &body)?.hides(&self.password);
        let login: Login = self.desk.ask_anew(&question).await?.json()?;
        Ok(Secret::new(&login.token))
    }

    /// Asks with the token; a token that has run out is renewed once.
    async fn ask<T>(&self, path: &str, read: impl Fn(&Kept) -> Result<T, SourceError>) -> Result<T, SourceError> {
        let mut token = self.token.lock().await;
        for fresh in [false, true] {
            let now = match token.take().filter(|_| !fresh) {
                Some(token) => token,
                None => self.login().await?,
            };
            let question = Question::get(&self.base, path).credential("authorization", "Bearer ", &now);
            *token = Some(now);
            match self.desk.ask(&question, &read).await {
                Err(SourceError::Denied { .. }) if !fresh => {}
                answer => return answer,
            }
        }
        Err(SourceError::setting("token", "one that is refused at once", "one that may read filed accounts"))
    }

    async fn accounts(&self, siren: &Siren) -> Result<Reading, SourceError> {
        let subject = Subject::Siren(siren.clone());
        let mut reading = Reading::default();
        let listed = |kept: &Kept| {
            let raw = kept.raw(Some(&subject));
            let list: Attachments = serde_json::from_slice(&kept.bytes)
                .map_err(|error| raw.shape(SPEC.name, "bilansSaisis", error.to_string()))?;
            Ok((list.bilans_saisis.entries, convert::parse(&raw)?))
        };
        let (mut attached, told) = match self.ask(&format!("companies/{siren}/attachments"), listed).await {
            Ok(list) => list,
            Err(SourceError::NotFound { .. }) => {
                reading.not_found.push(siren.to_string());
                return Ok(reading);
            }
            Err(error) => return Err(error),
        };
        attached.retain(|one| !one.deleted.is("true") && one.bilan_saisi.is_none());
        attached.sort_by(|left, right| right.date_cloture.any().cmp(&left.date_cloture.any()));
        reading.and(told);
        for one in attached.iter().take(YEARS) {
            let Some(id) =
                one.id.any().filter(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
            else {
                continue;
            };
            let read = |kept: &Kept| convert::parse(&kept.raw(Some(&subject)));
            reading.and(self.ask(&format!("bilans-saisis/{id}"), read).await?);
        }
        reading.only(&subject);
        Ok(reading.in_order())
    }
}

impl Register for InpiRne {
    fn name(&self) -> &'static str {
        SPEC.name
    }

    fn look_up<'r>(&'r self, siren: &'r Siren) -> Pending<'r, Result<Reading, SourceError>> {
        Box::pin(self.accounts(siren))
    }
}
