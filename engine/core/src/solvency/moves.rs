//! The moves of the expert rule, one function per piece of news.

use encours_domain::Bilingual;
use encours_domain::fact::{Known, MissingKind};

use super::{FailureMove, FailureRule, LedgerDistress, Moves};
use crate::company::{CompanyState, CompanyView, Proceedings, SizeBand};

const YOUNG_BELOW_DAYS: i32 = 3 * 365;
const SETTLED_BELOW_DAYS: i32 = 10 * 365;

/// Everything that moves the probability of this company, in a fixed order; steps of nought are left out.
pub(super) fn all(rule: &FailureRule, company: &CompanyView, distress: LedgerDistress) -> Vec<FailureMove> {
    let moves = &rule.moves;
    let found = [
        of_age(moves, company),
        of_size(moves, company),
        of_proceedings(moves, company),
        of_state(moves, company),
        of_equity(moves, company),
        of_result(moves, company),
        of_missing_accounts(moves, company),
        of_bounced(moves, distress),
        of_long_overdue(moves, distress),
    ];
    found.into_iter().flatten().filter(|step| step.log_odds > 0.0).collect()
}

/// What a model learnt from accounts does not know: proceedings, an end, accounts that are due, and our own ledger.
pub(super) fn beyond_a_model(rule: &FailureRule, company: &CompanyView, distress: LedgerDistress) -> Vec<FailureMove> {
    let moves = &rule.moves;
    let overdue = company.accounts.missing() == Some(MissingKind::Overdue);
    let found = [
        of_proceedings(moves, company),
        of_state(moves, company),
        overdue.then(|| of_missing_accounts(moves, company)).flatten(),
        of_bounced(moves, distress),
        of_long_overdue(moves, distress),
    ];
    found.into_iter().flatten().filter(|step| step.log_odds > 0.0).collect()
}

fn step(code: &'static str, log_odds: f64, fr: &str, en: &str) -> Option<FailureMove> {
    Some(FailureMove { code, log_odds, says: Bilingual::new(fr, en) })
}

fn of_age(moves: &Moves, company: &CompanyView) -> Option<FailureMove> {
    let Known::Present(created_on) = company.created_on else {
        let worst = moves.young.max(moves.settled);
        return step("AGE_UNKNOWN", worst, "âge inconnu, compté comme jeune", "age unknown, counted as young");
    };
    match company.as_of.days_since(created_on) {
        days if days < YOUNG_BELOW_DAYS => {
            step("YOUNG_COMPANY", moves.young, "moins de trois ans d’existence", "founded less than three years ago")
        }
        days if days < SETTLED_BELOW_DAYS => {
            step("SETTLED_COMPANY", moves.settled, "moins de dix ans d’existence", "founded less than ten years ago")
        }
        _ => None,
    }
}

fn of_size(moves: &Moves, company: &CompanyView) -> Option<FailureMove> {
    match company.size {
        Known::Present(SizeBand::Larger) => None,
        Known::Present(SizeBand::Small) => {
            step("SMALL_COMPANY", moves.small, "moins de cinquante salariés", "fewer than fifty people")
        }
        Known::Present(SizeBand::Micro) => {
            step("MICRO_COMPANY", moves.micro, "moins de dix salariés", "fewer than ten people")
        }
        Known::Missing(_) => {
            let worst = moves.micro.max(moves.small);
            step("SIZE_UNKNOWN", worst, "effectif inconnu, compté comme petit", "staff unknown, counted as small")
        }
    }
}

fn of_proceedings(moves: &Moves, company: &CompanyView) -> Option<FailureMove> {
    let (log_odds, fr, en) = match company.proceedings.present()? {
        Proceedings::None => return None,
        Proceedings::Closed => (moves.closed, "procédure collective passée", "past insolvency proceedings"),
        Proceedings::Conciliation => (moves.conciliation, "conciliation homologuée", "conciliation made public"),
        Proceedings::Plan => (moves.plan, "plan en cours d’exécution", "a plan is being carried out"),
        Proceedings::Safeguard => (moves.safeguard, "sauvegarde ouverte", "safeguard proceedings open"),
        Proceedings::Receivership => (moves.receivership, "redressement judiciaire ouvert", "receivership open"),
        Proceedings::Liquidation => (moves.liquidation, "liquidation judiciaire ouverte", "liquidation open"),
    };
    step("PROCEEDINGS", log_odds, fr, en)
}

fn of_state(moves: &Moves, company: &CompanyView) -> Option<FailureMove> {
    let ceased = company.state.present() == Some(&CompanyState::Ceased);
    ceased.then(|| step("CEASED", moves.liquidation, "entreprise cessée", "the company has ceased")).flatten()
}

fn of_equity(moves: &Moves, company: &CompanyView) -> Option<FailureMove> {
    match company.accounts.present()?.equity {
        Known::Present(equity) if equity.minor() < 0 => {
            step("NEGATIVE_EQUITY", moves.negative_equity, "capitaux propres négatifs", "negative equity")
        }
        Known::Missing(_) => {
            step("EQUITY_UNKNOWN", moves.accounts_not_fetched, "capitaux propres inconnus", "equity not known")
        }
        Known::Present(_) => None,
    }
}

fn of_result(moves: &Moves, company: &CompanyView) -> Option<FailureMove> {
    match company.accounts.present()?.net_result {
        Known::Present(result) if result.minor() < 0 => {
            step("NET_LOSS", moves.net_loss, "dernier exercice en perte", "a loss in the last accounts")
        }
        Known::Missing(kind) if kind.lacks_evidence() => step(
            "RESULT_UNKNOWN",
            moves.net_loss,
            "résultat inconnu, compté comme perte",
            "result unknown, counted as a loss",
        ),
        _ => None,
    }
}

fn of_missing_accounts(moves: &Moves, company: &CompanyView) -> Option<FailureMove> {
    match company.accounts.missing()? {
        MissingKind::Overdue => {
            step("ACCOUNTS_OVERDUE", moves.accounts_overdue, "comptes en retard de dépôt", "accounts overdue")
        }
        MissingKind::NotFetched => {
            step("ACCOUNTS_NOT_FETCHED", moves.accounts_not_fetched, "comptes non consultés", "accounts not fetched")
        }
        // The law allows the first and time explains the second: neither says anything about the risk.
        MissingKind::Confidential | MissingKind::NotApplicable => None,
    }
}

fn of_bounced(moves: &Moves, distress: LedgerDistress) -> Option<FailureMove> {
    let bounced = distress.bounced > 0;
    bounced
        .then(|| step("BOUNCED_PAYMENT", moves.bounced, "paiement rejeté chez nous", "a payment to us bounced"))
        .flatten()
}

fn of_long_overdue(moves: &Moves, distress: LedgerDistress) -> Option<FailureMove> {
    let (fr, en) = ("impayé chez nous depuis plus de 90 jours", "overdue with us for more than 90 days");
    distress.long_overdue.then(|| step("LONG_OVERDUE", moves.long_overdue, fr, en)).flatten()
}
