//! Scores, limits and cover of providers come in, and how each provider did on the own book.

use std::collections::BTreeMap;

use encours_core::portfolio::outside::{ProviderRecord, provider_records};
use encours_domain::fact::{Fact, FactKind};
use encours_domain::reader::{OutsideRow, read_outside_scores};
use encours_domain::{Day, Fault, FaultReport, Siren};

use super::import::named;
use super::import_companies::{add_pulled, manifest};
use crate::input::{none_given, refuse_unreadable};
use crate::portfolio::{Portfolio, client_siren};
use crate::services::blocking;
use crate::{CompaniesReport, InputFile, Moment, Services, ServicesError};

impl Services {
    /// Adds what providers say to the facts that are known: each a fact of its day, whose source is the provider.
    ///
    /// # Errors
    /// As [`Services::import`]; also when a client has no SIREN under which its scores could be kept.
    pub async fn import_outside_scores(
        &self,
        files: Vec<InputFile>,
        accept_partial: bool,
        now: Moment,
    ) -> Result<CompaniesReport, ServicesError> {
        let portfolio = self.portfolio().await?;
        let _alone = self.alone().await?;
        let base = self.store().current().await?;
        let (folder, from) = (self.data_folder().clone(), base.facts.clone());
        let work = move || {
            let (facts, refused) = read(&portfolio, &files, now.today);
            refuse_unreadable("the scores", facts.len(), |_| !facts.is_empty(), &refused)?;
            if !(refused.is_clean() || accept_partial) {
                return Err(ServicesError::Refused { what: "the scores", report: Box::new(refused) });
            }
            let report = add_pulled(&folder, from.as_deref(), facts)?;
            Ok((CompaniesReport { refused, ..report }, named(&files)))
        };
        let (report, files) = blocking(work).await?;
        if !report.unchanged {
            self.store().record_import(manifest(&report, base, files), &self.act(now)).await?;
            self.doubt_portfolio();
        }
        Ok(report)
    }

    /// How each provider's scores did on the invoices of the own book, as known on a day.
    ///
    /// # Errors
    /// When there is no ledger yet.
    pub async fn provider_records(&self, as_of: Day) -> Result<Vec<ProviderRecord>, ServicesError> {
        let portfolio = self.portfolio().await?;
        blocking(move || {
            let book = portfolio.ledger()?;
            let sirens: BTreeMap<&str, Siren> = (0..book.clients().len())
                .filter_map(|number| Some((book.clients().text(number), client_siren(book, number)?)))
                .collect();
            let facts_of = |client: &str| sirens.get(client).map_or(&[][..], |siren| portfolio.facts.of(siren));
            Ok(provider_records(book, &portfolio.model, facts_of, as_of)?)
        })
        .await
    }
}

/// The facts that files tell, and what is wrong with them.
fn read(portfolio: &Portfolio, files: &[InputFile], today: Day) -> (Vec<Fact>, FaultReport) {
    let (mut facts, mut report) = (Vec::new(), none_given(files));
    for file in files {
        let (rows, faults) = read_outside_scores(&file.name, &file.bytes, today);
        report.append(faults);
        for row in rows {
            match siren(portfolio, &row.identifier) {
                Some(siren) => facts.extend(facts_of(&siren, &row, today)),
                None => {
                    let reason = "neither a SIREN nor a client that has one";
                    report.faults.push(Fault::of_value(&file.name, row.line, "identifier", &row.identifier, reason));
                }
            }
        }
    }
    (facts, report)
}

/// A client's name in the ledger comes first, then a SIREN.
fn siren(portfolio: &Portfolio, identifier: &str) -> Option<Siren> {
    let number = portfolio.client(identifier);
    let in_ledger = number.and_then(|number| client_siren(portfolio.book.as_deref()?, number));
    let in_file = || portfolio.clients.siren(identifier).cloned();
    in_ledger.or_else(in_file).or_else(|| Siren::from_siren_or_siret(identifier).ok())
}

fn facts_of(siren: &Siren, row: &OutsideRow, today: Day) -> Vec<Fact> {
    let told = [
        (FactKind::OutsideScore, row.score.clone()),
        (FactKind::OutsideLimit, row.limit.map(|amount| amount.decimal())),
        (FactKind::OutsideCover, row.cover.map(|amount| amount.decimal())),
    ];
    let fact = |(kind, value): (FactKind, Option<String>)| {
        Some(Fact {
            subject: siren.clone(),
            kind,
            value: value?,
            valid_from: row.date,
            known_from: row.date,
            source: row.provider.code.to_owned(),
            fetched_on: Some(today),
            answer: None,
        })
    };
    told.into_iter().filter_map(fact).collect()
}
