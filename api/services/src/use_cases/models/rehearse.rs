//! A rehearsal: who would move if a model took the place of the one in force.

use std::collections::BTreeMap;

use encours_core::portfolio::rescore::Line;
use encours_core::portfolio::{Rescored, ScoringModel};
use encours_domain::{Day, Money};
use serde::Serialize;

use crate::portfolio::Portfolio;
use crate::services::blocking;
use crate::use_cases::clients::grade;
use crate::use_cases::import::count;
use crate::use_cases::search::client_name;
use crate::{Moment, Services, ServicesError};

/// Who moves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rehearsal {
    /// The model in force, or the name of the published priors.
    pub before: String,
    /// The model that would take its place.
    pub after: String,
    /// The evening as of which clients were scored.
    pub as_of: Day,
    /// Days late that both chances speak of.
    pub late_over: u16,
    /// Clients scored.
    pub clients: u64,
    /// What they owe together.
    pub open: Money,
    /// Clients and what they owe by grade before and after: the whole matrix, but for cells without clients.
    pub grades: Vec<GradeChange>,
    /// Clients whose grade changes, those who owe most first.
    pub moves: Vec<Move>,
}

/// A cell of the matrix of grades.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GradeChange {
    /// Grade before.
    pub before: String,
    /// Grade after.
    pub after: String,
    /// Clients.
    pub clients: u64,
    /// What they owe.
    pub open: Money,
}

/// A client whose grade changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Move {
    /// The client.
    pub client: String,
    /// Its name, as people know it.
    pub name: Option<String>,
    /// What it owes.
    pub open: Money,
    /// By the model in force.
    pub before: Standing,
    /// By the other.
    pub after: Standing,
}

/// What a model says of a client.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// Score; higher is safer.
    pub score: i32,
    /// Grade of the score.
    pub grade: String,
    /// P(late over the horizon of the rehearsal) of its next usual invoice.
    pub p_late: f64,
}

/// The horizon of a rehearsal, or the longest below it that both models have.
const LATE_OVER: u16 = 30;

impl Services {
    /// Scores every client with the model in force and with another, and tells who moves, as of an evening, today when
    /// absent. That somebody looked is noted with the model.
    ///
    /// # Errors
    /// When there is no such model, it is not of this engine, there is no ledger, or the store can only be read.
    pub async fn rehearse(&self, id: &str, as_of: Option<Day>, now: Moment) -> Result<Rehearsal, ServicesError> {
        let after = self.registered(id).await?.scoring()?;
        let scores = self.scores(as_of.unwrap_or(now.today)).await?;
        let against = scores.portfolio.made_with.model.clone();
        let rehearsal = blocking(move || {
            let other = scores.portfolio.rescored(&after, scores.as_of)?;
            told(&scores.portfolio, &scores.rescored, &after, &other, scores.as_of)
        })
        .await?;
        self.store().note_rehearsal(id, against.as_deref(), &self.act(now)).await?;
        Ok(rehearsal)
    }
}

fn told(
    portfolio: &Portfolio,
    old: &Rescored,
    model: &ScoringModel,
    new: &Rescored,
    as_of: Day,
) -> Result<Rehearsal, ServicesError> {
    let book = portfolio.ledger()?;
    let shared = |days: &&u16| **days <= LATE_OVER && new.horizons.contains(days);
    let late_over = old.horizons.iter().rfind(shared).copied().unwrap_or(LATE_OVER);
    let money = |minor: i64| Money::from_minor(minor, book.currency());
    let mut cells: BTreeMap<(String, String), (u64, i64)> = BTreeMap::new();
    let mut moves = Vec::new();
    let mut open = 0_i64;
    // Both have a line for each client that had an invoice, in the same order.
    for (old_line, new_line) in old.lines.iter().zip(&new.lines) {
        let owed = old_line.measures.exposure;
        let (before, after) = (standing(old, old_line, late_over), standing(new, new_line, late_over));
        open = open.saturating_add(owed);
        let cell = cells.entry((before.grade.clone(), after.grade.clone())).or_default();
        *cell = (cell.0 + 1, cell.1.saturating_add(owed));
        if before.grade != after.grade {
            let number = usize::try_from(old_line.client).unwrap_or(usize::MAX);
            let client = book.clients().text(number).to_owned();
            let name = client_name(portfolio, number);
            moves.push(Move { client, name, open: money(owed), before, after });
        }
    }
    moves.sort_by(|one, next| next.open.minor().cmp(&one.open.minor()).then_with(|| one.client.cmp(&next.client)));
    let grades = cells.into_iter().map(|((before, after), (clients, open))| {
        let open = money(open);
        GradeChange { before, after, clients, open }
    });
    Ok(Rehearsal {
        before: portfolio.model.id().to_owned(),
        after: model.id().to_owned(),
        as_of,
        late_over,
        clients: count(old.lines.len()),
        open: money(open),
        grades: grades.collect(),
        moves,
    })
}

fn standing(rescored: &Rescored, line: &Line, late_over: u16) -> Standing {
    let place = rescored.horizons.iter().position(|&days| days == late_over);
    let p_late = place.and_then(|place| line.late_over.get(place)).copied().unwrap_or_default();
    Standing { score: line.score, grade: grade(line).to_owned(), p_late }
}
