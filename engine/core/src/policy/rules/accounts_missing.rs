//! Above the entry amount accounts are asked for. Confidential ones are lawful and no fault; overdue or unread ones are.

use encours_domain::fact::{Known, MissingKind};
use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};

pub(super) const RULE: Rule =
    Rule { code: "ACCOUNTS_MISSING", holds_when_prepaid: false, reads: Reads::Amount, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    if situation.below_entry || !situation.reads_public_record() {
        return None;
    }
    let lacking = match &situation.company.accounts {
        Known::Present(accounts) => accounts.lack_evidence(),
        Known::Missing(kind) => kind.lacks_evidence(),
    };
    lacking.then_some(Verdict::Refer)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    match situation.company.accounts.missing() {
        Some(MissingKind::Overdue) => Bilingual::new(
            "les derniers comptes sont en retard de dépôt ou ont plus de 24 mois",
            "the last accounts are overdue or older than 24 months",
        ),
        Some(_) => Bilingual::new("les comptes n’ont pas été consultés", "accounts were not fetched"),
        None => {
            Bilingual::new("les comptes consultés sont incomplets", "the accounts that were fetched are incomplete")
        }
    }
}
