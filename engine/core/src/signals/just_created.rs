//! The company was founded a short while ago; on a first order a person looks, and so where its age was not fetched.

use encours_domain::fact::{FactKind, Known, MissingKind};

use super::{Detector, Looked, Seen, of_fact};

pub(super) const SIGNAL: Detector = Detector { code: "JUST_CREATED", find };

fn find(looked: &Looked<'_>) -> Option<Seen> {
    looked.siren?;
    match looked.company.created_on {
        Known::Present(day) if looked.within(day, looked.rule.just_days) => {
            let days = looked.as_of.days_since(day);
            let evidence = looked.latest(FactKind::CreatedOn).map(of_fact).into_iter().collect();
            let seen = Seen::new(
                format!("entreprise créée il y a {days} jours"),
                format!("the company was founded {days} days ago"),
                evidence,
            );
            Some(seen.referring(looked.first_order))
        }
        Known::Missing(MissingKind::NotFetched) => looked.first_order.then(|| {
            let (fr, en) = ("la date de création n’a pas été consultée", "the day of creation was not fetched");
            Seen::new(fr, en, Vec::new()).referring(true)
        }),
        _ => None,
    }
}
