//! Other clients of the seller that are one group with the one in question: what they owe, and whether one of them fails.

use encours_domain::fact::{Fact, FactKind};
use encours_domain::{Bilingual, Day, Money, Siren};
use serde::Serialize;

use super::client::{Folded, Known};
use super::{Context, Subject, Trade};
use crate::CoreError;
use crate::company::{CompanyState, CompanyView, Proceedings, latest};
use crate::policy::{Failing, GroupExposure};

/// What makes two companies one group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "by", content = "of", rename_all = "snake_case")]
pub enum Tie {
    /// One SIREN under several accounts.
    Siren(Siren),
    /// The client file names the same group.
    Declared(String),
    /// One consolidates the other, or a third one both: its legal entity identifier (GLEIF).
    Parent(String),
}

impl Tie {
    /// The ties of a company as they were known on a day; `declared` is the group that the client file names.
    pub fn all(declared: Option<&str>, siren: Option<&Siren>, facts: &[Fact], day: Day) -> Vec<Self> {
        let declared = declared.map(encours_domain::words::folded).map(|group| group.trim().to_owned());
        let declared = declared.filter(|group| !group.is_empty()).map(Self::Declared);
        let kinds = [FactKind::Lei, FactKind::DirectParent, FactKind::UltimateParent];
        let named = kinds.into_iter().filter_map(|kind| latest(facts, kind, day));
        let parents = named.filter_map(|fact| identifier(fact.value.trim())).map(Self::Parent);
        // Whoever is named as a parent by its number is tied by it.
        let parents = parents.chain(siren.map(|siren| Self::Parent(siren.as_str().to_owned())));
        let mut ties: Vec<Self> = siren.cloned().map(Self::Siren).into_iter().chain(declared).chain(parents).collect();
        ties.sort_unstable();
        ties.dedup();
        ties
    }
}

/// A legal entity identifier has twenty letters and digits (ISO 17442); a file may name the parent by its SIREN. Where none is
/// told a reason stands.
fn identifier(value: &str) -> Option<String> {
    let is_lei = value.len() == 20 && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if is_lei {
        return Some(value.to_owned());
    }
    value.parse::<Siren>().ok().map(|siren| siren.as_str().to_owned())
}

/// A client of the same group.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// Its name in the ledger.
    pub client: &'a str,
    /// Its number, where it is known.
    pub siren: Option<Siren>,
    /// Its public facts.
    pub facts: &'a [Fact],
    /// What the seller says of it.
    pub trade: Trade<'a>,
    /// What ties it to the company in question.
    pub tie: Tie,
}

/// A member as an answer shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MemberReport {
    /// Its name in the ledger.
    pub client: String,
    /// Its number.
    pub siren: Option<Siren>,
    /// What ties it.
    pub tie: Tie,
    /// Its gross exposure, incl. VAT.
    pub gross: Money,
    /// Of this overdue.
    pub overdue: Money,
    /// Why it fails: in proceedings, or ceased; absent where nothing of the kind is known.
    pub failing: Option<Bilingual>,
}

/// The group of the company in question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupReport {
    /// Its other members among the seller's clients, the largest exposure first.
    pub members: Vec<MemberReport>,
    /// What these owe together, incl. VAT; what the seller owes one of them is never taken off.
    pub others: Money,
    /// With the company in question, before this order.
    pub gross: Money,
}

impl GroupReport {
    /// Adds the members up; nothing where there is none. `own` is the gross exposure of the company in question.
    pub(super) fn of(members: &[MemberReport], own: Money) -> Result<Option<Self>, CoreError> {
        if members.is_empty() {
            return Ok(None);
        }
        let mut others = Money::zero(own.currency());
        for member in members {
            others = others.plus(member.gross)?;
        }
        Ok(Some(Self { members: members.to_vec(), others, gross: own.plus(others)? }))
    }

    /// What the policy reads of it.
    pub(super) fn exposure(&self) -> GroupExposure {
        let failing = self
            .members
            .iter()
            .find_map(|member| member.failing.clone().map(|why| Failing { client: member.client.clone(), why }));
        GroupExposure { others: self.others, failing }
    }
}

/// The members, the largest exposure first.
pub(super) fn members(context: &Context<'_>, as_of: Day) -> Result<Vec<MemberReport>, CoreError> {
    let mut members =
        context.group.iter().map(|member| report(context, member, as_of)).collect::<Result<Vec<_>, _>>()?;
    members.sort_by(|one, next| next.gross.minor().cmp(&one.gross.minor()).then_with(|| one.client.cmp(&next.client)));
    Ok(members)
}

fn report(context: &Context<'_>, member: &Member<'_>, as_of: Day) -> Result<MemberReport, CoreError> {
    let own = Context { trade: member.trade, facts: member.facts, ..*context };
    let folded = Folded::read(&own, Subject::Client(member.client), as_of)?;
    let known = Known::of(&own, &folded, as_of)?;
    let company = CompanyView::as_known_on(member.facts, as_of, context.policy.record_max_age_days());
    Ok(MemberReport {
        client: member.client.to_owned(),
        siren: member.siren.clone(),
        tie: member.tie.clone(),
        gross: known.exposure.gross()?,
        overdue: folded.history.overdue,
        failing: failing(&company),
    })
}

fn failing(company: &CompanyView) -> Option<Bilingual> {
    let (fr, en) = match (company.state.present(), company.proceedings.present()) {
        (_, Some(Proceedings::Liquidation)) => ("en liquidation judiciaire", "in liquidation"),
        (_, Some(Proceedings::Receivership)) => ("en redressement judiciaire", "in receivership"),
        (_, Some(Proceedings::Safeguard)) => ("en sauvegarde", "in safeguard proceedings"),
        (Some(CompanyState::Ceased), _) => ("a cessé son activité", "has ceased"),
        _ => return None,
    };
    Some(Bilingual::new(fr, en))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(kind: FactKind, value: &str, known_from: &str) -> Fact {
        Fact {
            subject: "000100008".parse().unwrap(),
            kind,
            value: value.to_owned(),
            valid_from: known_from.parse().unwrap(),
            known_from: known_from.parse().unwrap(),
            source: "gleif".to_owned(),
            fetched_on: None,
            answer: None,
        }
    }

    #[test]
    fn ties_are_those_that_were_known() {
        let parent = "969500T0U5R1VAR4N516";
        let facts = [
            fact(FactKind::UltimateParent, parent, "2026-03-01"),
            fact(FactKind::DirectParent, "NATURAL_PERSONS", "2026-03-01"),
        ];
        let siren: Siren = "000100008".parse().unwrap();
        let all = |declared, day: &str| Tie::all(declared, Some(&siren), &facts, day.parse().unwrap());
        let own = || Tie::Siren(siren.clone());
        // Others may name it as their parent by its number.
        let as_parent = || Tie::Parent("000100008".to_owned());
        assert_eq!(all(None, "2026-02-28"), [own(), as_parent()]);
        let declared = Tie::Declared("groupe energie".to_owned());
        assert_eq!(all(Some(" Groupe Énergie "), "2026-02-28"), [own(), declared, as_parent()]);
        assert_eq!(all(Some(" "), "2026-03-01"), [own(), as_parent(), Tie::Parent(parent.to_owned())]);
        // A file that names a parent by its SIREN ties both.
        let named = [fact(FactKind::DirectParent, "000 200 006", "2026-03-01")];
        let child = Tie::all(None, Some(&siren), &named, "2026-03-01".parse().unwrap());
        let head = Tie::all(None, Some(&"000200006".parse().unwrap()), &[], "2026-03-01".parse().unwrap());
        assert_eq!(child.iter().find(|tie| head.contains(tie)), Some(&Tie::Parent("000200006".to_owned())));
    }
}
