//! How likely the first invoice of a new client goes unpaid.
//!
//! An expert rule, and it says so: unpaid first invoices are too few to learn from. A base rate is moved in log-odds by what
//! is not known of the company, by its age and by the signals of identity and fraud; the numbers are the policy's. Nothing
//! that is missing helps: what is not known counts as the worst that it could be.
//!
//! It moves no price: many light signals together ask for a person, as each grave one does.

use encours_domain::fact::Known;
use encours_domain::{Bilingual, Day, Probability};
use encours_models::prior::{log_odds, logistic};
use serde::Serialize;

use super::words::french;
use crate::company::CompanyView;
use crate::signals::Signal;
use crate::solvency::FailureMove;

/// Younger than this counts as young, days.
const YOUNG_BELOW_DAYS: i32 = 3 * 365;

/// The signal that tells of the company's age.
const OF_AGE: &str = "JUST_CREATED";

/// The numbers of the rule.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstInvoiceRule {
    /// Of a company that has existed for long and raises no question.
    pub base_rate: Probability,
    /// From here on a person decides.
    pub refer_from: Probability,
    /// Log-odds: nobody looked whether it trades.
    pub not_looked_up: f64,
    /// Log-odds: founded less than three years ago, or nobody knows when.
    pub young: f64,
    /// Log-odds of each signal that a person must look at.
    pub grave_signal: f64,
    /// Log-odds of each other signal.
    pub light_signal: f64,
}

/// What the rule says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FirstInvoice {
    /// Probability that it is never paid; rounded to six decimals on the wire only.
    #[serde(serialize_with = "crate::solvency::six_decimals")]
    pub p_unpaid: Probability,
    /// Where the figure comes from.
    pub basis: &'static str,
    /// What moved it, in a fixed order.
    pub moves: Vec<FailureMove>,
}

/// Judges the first invoice of a company; `reads_record`: whether the policy lets the public record be read.
pub(super) fn first_invoice(
    rule: &FirstInvoiceRule,
    company: &CompanyView,
    signals: &[Signal],
    reads_record: bool,
) -> FirstInvoice {
    let mut moves = Vec::new();
    let mut step = |code: &'static str, log_odds: f64, says: Bilingual| {
        if log_odds > 0.0 {
            moves.push(FailureMove { code, log_odds, says });
        }
    };
    if reads_record && matches!(company.state, Known::Missing(_)) {
        let says = Bilingual::new("personne n’a vérifié qu’elle est en activité", "nobody looked whether it trades");
        step("NOT_LOOKED_UP", rule.not_looked_up, says);
    }
    // One piece of news counts once.
    let told_by_signal = signals.iter().any(|signal| signal.code == OF_AGE);
    if reads_record
        && !told_by_signal
        && let Some(says) = young(company.created_on, company.as_of)
    {
        step("YOUNG", rule.young, says);
    }
    for signal in signals {
        let says = Bilingual::new(french(&signal.says.fr), signal.says.en.clone());
        step(signal.code, if signal.refers { rule.grave_signal } else { rule.light_signal }, says);
    }
    let moved = moves.iter().fold(log_odds(rule.base_rate.value()), |sum, step| sum + step.log_odds);
    let p_unpaid = Probability::clamped(logistic(moved), rule.base_rate);
    FirstInvoice { p_unpaid, basis: "expert rule", moves }
}

fn young(created_on: Known<Day>, as_of: Day) -> Option<Bilingual> {
    match created_on {
        Known::Missing(_) => Some(Bilingual::new("âge inconnu, compté comme jeune", "age unknown, counted as young")),
        Known::Present(created) if as_of.days_since(created) < YOUNG_BELOW_DAYS => {
            Some(Bilingual::new("moins de trois ans d’existence", "founded less than three years ago"))
        }
        Known::Present(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use encours_domain::fact::MissingKind;

    use super::*;
    use crate::company::CompanyState;
    use crate::policy::Policy;

    fn company(created_on: &str) -> CompanyView {
        let day: Day = "2026-05-31".parse().unwrap();
        let created_on = created_on.parse().map_or(Known::Missing(MissingKind::NotFetched), Known::Present);
        let state = Known::Present(CompanyState::Active);
        CompanyView { state, created_on, ..CompanyView::all_missing(day, MissingKind::NotFetched) }
    }

    fn signal(code: &'static str, refers: bool) -> Signal {
        Signal { code, refers, says: Bilingual::new("à voir", "to be seen"), evidence: Vec::new() }
    }

    #[test]
    fn each_piece_of_news_moves_the_base_rate_in_log_odds() {
        let rule = Policy::shipped().unwrap().first_invoice_rule().clone();
        let base = FirstInvoiceRule {
            base_rate: Probability::new(0.005).unwrap(),
            not_looked_up: 0.7,
            young: 0.5,
            grave_signal: 1.5,
            light_signal: 0.7,
            ..rule
        };
        let (grave, light) = (signal("JUST_CREATED", true), signal("SHARED_ADDRESS", false));
        assert!(crate::signals::codes().any(|code| code == OF_AGE));
        let unknown = CompanyView::all_missing("2026-05-31".parse().unwrap(), MissingKind::NotFetched);
        // ln(0.005 / 0.995) = -5.2933; 1 / (1 + exp(5.2933 - moves)).
        for (name, company, signals, expected) in [
            ("in order", company("1990-01-01"), vec![], 0.005),
            ("young", company("2025-01-01"), vec![], 0.008_217),
            ("age unknown", company(""), vec![], 0.008_217),
            ("one grave", company("1990-01-01"), vec![grave.clone()], 0.022_026),
            ("young, and a signal says so", company("2025-01-01"), vec![grave.clone()], 0.022_026),
            ("three light", company("1990-01-01"), vec![light.clone(), light.clone(), light.clone()], 0.039_421),
            ("unknown with a light one", unknown, vec![light.clone()], 0.032_510),
        ] {
            let found = first_invoice(&base, &company, &signals, true);
            assert!((found.p_unpaid.value() - expected).abs() < 1e-5, "{name}: {}", found.p_unpaid.value());
        }
        // A policy that reads no record judges by the signals alone.
        let found = first_invoice(&base, &company(""), &[], false);
        assert!((found.p_unpaid.value() - 0.005).abs() < 1e-12 && found.moves.is_empty());
    }
}
