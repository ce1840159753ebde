//! Days that must not be missed: what an insurer's contract asks of us, and what the law gives after an insolvency notice.

use encours_domain::{Bilingual, Day};
use serde::Serialize;

use super::law::LawTable;
use super::situation::Situation;
use super::words::{date, say};

/// A day by which something must be done, or on which something ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadlineNote {
    /// Stable code in capitals.
    pub code: &'static str,
    /// The day; it may have passed.
    pub on: Day,
    /// What, in words.
    pub says: Bilingual,
}

/// The deadlines of a decision, the earliest first.
pub(super) fn deadlines(law: &LawTable, situation: &Situation<'_>, oldest_overdue: Option<Day>) -> Vec<DeadlineNote> {
    let opened = situation.company.opening_published.filter(|_| situation.gross.minor() > 0);
    let after_opening = opened.map_or_else(Vec::new, |published| after_opening(law, published));
    let of_cover = [declare_overdue(situation, oldest_overdue), cover_ends(situation)];
    let mut found: Vec<DeadlineNote> = of_cover.into_iter().flatten().chain(after_opening).collect();
    found.sort_by_key(|deadline| deadline.on);
    found
}

fn declare_overdue(situation: &Situation<'_>, oldest_overdue: Option<Day>) -> Option<DeadlineNote> {
    situation.evidence.insured?;
    let (days, due) = (situation.policy.cover.declare_overdue_days?, oldest_overdue?);
    let on = due.plus_clamped(i32::from(days));
    let (until, due) = (date(on), date(due));
    let (passed_fr, passed_en) =
        if on < situation.evidence.as_of { (" (c’est passé)", " (that day has passed)") } else { ("", "") };
    let says = say(
        format!(
            "Déclarez à l’assureur-crédit l’impayé échu le {} au plus tard le {}{passed_fr} : au-delà, la garantie peut \
                être perdue.",
            due.fr, until.fr
        ),
        format!(
            "Declare what fell due on {} to the credit insurer by {}{passed_en}: later the cover may be lost.",
            due.en, until.en
        ),
    );
    Some(DeadlineNote { code: "COVER_DECLARE_OVERDUE", on, says })
}

/// Told where it ends before an invoice of this order would have been paid.
fn cover_ends(situation: &Situation<'_>) -> Option<DeadlineNote> {
    let on = situation.evidence.insured?.until?;
    if on >= situation.asked.due(situation.order.invoice) {
        return None;
    }
    let (ends, invoice) = (date(on), date(situation.order.invoice));
    let is_covered = situation.order.invoice <= on;
    let says = if is_covered {
        say(
            format!("La garantie de l’assureur-crédit prend fin le {} : livrez et facturez avant.", ends.fr),
            format!("The credit insurer's cover ends on {}: deliver and invoice before it does.", ends.en),
        )
    } else {
        say(
            format!(
                "La garantie de l’assureur-crédit prend fin le {}, avant la facture attendue le {} : cette commande ne \
                    serait pas couverte.",
                ends.fr, invoice.fr
            ),
            format!(
                "The credit insurer's cover ends on {}, before the invoice expected on {}: this order would not be covered.",
                ends.en, invoice.en
            ),
        )
    };
    Some(DeadlineNote { code: "COVER_ENDS", on, says })
}

fn after_opening(law: &LawTable, published: Day) -> Vec<DeadlineNote> {
    let claim = law.claim_deadline(published, false).map(|deadline| {
        let says = say("Déclarez la créance au mandataire.", "Declare the claim to the office holder.");
        DeadlineNote { code: "CLAIM", on: deadline.on, says }
    });
    let title = law.title_deadline(published).map(|deadline| {
        let says = say(
            "Revendiquez les biens vendus sous réserve de propriété.",
            "Claim the goods that were sold under retention of title.",
        );
        DeadlineNote { code: "RETENTION_OF_TITLE", on: deadline.on, says }
    });
    claim.into_iter().chain(title).collect()
}
