//! When what is known of a company became known, where the files of whole registers and today's registers do not say.

use std::collections::BTreeMap;

use encours_domain::Day;
use encours_domain::fact::{Fact, FactKind, ValueForm};

/// Seven months: six to approve the accounts, one to file them (Code de commerce L223-26, L225-100, L232-22, L232-23).
const FILED_AT_LATEST: i32 = 213;

/// The bulletin dates what it publishes.
const BULLETIN: &str = "bodacc";

/// Closing days, and the day on which each became known.
pub(crate) fn closings(facts: &[Fact]) -> BTreeMap<Day, Day> {
    let closed = facts.iter().filter(|fact| fact.kind == FactKind::AccountsClosedOn);
    let mut closings: BTreeMap<Day, Day> = BTreeMap::new();
    for fact in closed {
        let known = closings.entry(fact.valid_from).or_insert(fact.known_from);
        *known = fact.known_from.min(*known);
    }
    closings
}

/// What accounts say; of a closing day when it holds from one.
const fn is_figure(kind: FactKind) -> bool {
    matches!(kind, FactKind::AccountsClosedOn | FactKind::AccountsStatus)
        || matches!(kind.form(), ValueForm::Amount { .. } | ValueForm::Number)
}

/// The facts with the days on which they became known, to learn from: accounts when the bulletin published their filing, or
/// else when the law had them filed at the latest; day of creation, sector, legal form and staff as today's register has
/// them.
pub(crate) fn dated(facts: &[Fact]) -> Vec<Fact> {
    let mut filed: BTreeMap<Day, Day> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.kind == FactKind::Filing && fact.value.starts_with("company")) {
        let first = filed.entry(fact.valid_from).or_insert(fact.known_from);
        *first = fact.known_from.min(*first);
    }
    let closed = closings(facts);
    let known = |fact: &Fact| match fact.kind {
        FactKind::CreatedOn | FactKind::Sector | FactKind::LegalForm | FactKind::Size => {
            Some(fact.valid_from.min(fact.known_from))
        }
        kind if is_figure(kind) && fact.source != BULLETIN && closed.contains_key(&fact.valid_from) => {
            let latest = fact.valid_from.plus_clamped(FILED_AT_LATEST);
            Some(filed.get(&fact.valid_from).copied().unwrap_or(latest).min(fact.known_from))
        }
        _ => None,
    };
    let dated = facts.iter().map(|fact| Fact { known_from: known(fact).unwrap_or(fact.known_from), ..fact.clone() });
    dated.collect()
}
