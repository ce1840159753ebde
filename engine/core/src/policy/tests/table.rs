//! Decisions as a table: what is sold, when, for how much, on which terms, to whom; the verdict, the days of the lightest offer,
//! and the rule that weighs most. Each row reads as a sentence, and was worked out by hand from the law and the policy.

use encours_domain::Verdict;
use encours_domain::fact::{Known, MissingKind};

use super::support::{Case, codes, day, euros, share, signal};
use crate::company::{CompanyState, Proceedings};
use crate::policy::*;

/// An invoice follows ten days after the quote. Terms: days, `days eom` (days, then month end), `eom days` (month end, then
/// days), or `-` where nothing was agreed. The client of `sound` has forty-one invoices, one in twenty of them over 30 days late.
const TABLE: &str = "
goods                | quoted on  | amount | terms  | client                    | verdict    | days | because
general              | 2026-05-31 | 18000  | 45     | sound                     | approve    | 45   | -
general              | 2026-05-31 | 18000  | 60     | sound                     | approve    | 60   | -
general              | 2026-05-31 | 18000  | 61     | sound                     | conditions | 60   | ASKED_TERMS_UNLAWFUL
general              | 2026-05-31 | 18000  | 90     | sound                     | conditions | 45   | ASKED_TERMS_UNLAWFUL
general              | 2026-05-31 | 18000  | 45 eom | sound                     | approve    | 45   | -
general              | 2026-05-31 | 18000  | eom 45 | sound                     | approve    | 45   | -
general              | 2026-05-31 | 18000  | 60 eom | sound                     | conditions | 45   | ASKED_TERMS_UNLAWFUL
general              | 2026-05-31 | 18000  | -      | sound                     | approve    | 30   | -
general              | 2026-12-20 | 18000  | 60     | sound                     | approve    | 60   | -
general              | 2026-12-28 | 18000  | 60     | sound                     | approve    | 60   | -
general              | 2027-12-25 | 18000  | 30     | sound                     | refer      | 0    | CEILING_UNKNOWN
perishable_food      | 2026-05-31 | 18000  | 30     | sound                     | approve    | 30   | -
perishable_food      | 2026-05-31 | 18000  | 45     | sound                     | conditions | 30   | ASKED_TERMS_UNLAWFUL
livestock_fresh_meat | 2026-05-31 | 18000  | 20     | sound                     | approve    | 20   | -
livestock_fresh_meat | 2026-05-31 | 18000  | 30     | sound                     | conditions | 20   | ASKED_TERMS_UNLAWFUL
livestock_fresh_meat | 2026-05-31 | 18000  | -      | sound                     | approve    | 20   | -
spirits              | 2026-05-31 | 18000  | eom 30 | sound                     | approve    | 30   | -
spirits              | 2026-05-31 | 18000  | 30 eom | sound                     | conditions | 30   | ASKED_TERMS_UNLAWFUL
wine_must            | 2026-05-31 | 18000  | 60     | sound                     | approve    | 60   | -
wine_must            | 2026-05-31 | 18000  | 45 eom | sound                     | approve    | 45   | -
road_freight         | 2026-05-31 | 18000  | 30     | sound                     | approve    | 30   | -
road_freight         | 2026-05-31 | 18000  | 45     | sound                     | conditions | 30   | ASKED_TERMS_UNLAWFUL
periodic_invoice     | 2026-05-31 | 18000  | 45     | sound                     | approve    | 45   | -
periodic_invoice     | 2026-05-31 | 18000  | 60     | sound                     | conditions | 45   | ASKED_TERMS_UNLAWFUL
public_state_local   | 2026-05-31 | 18000  | 30     | sound                     | approve    | 30   | -
public_hospital      | 2026-05-31 | 18000  | 50     | sound                     | approve    | 50   | -
public_hospital      | 2026-05-31 | 18000  | 60     | sound                     | conditions | 50   | ASKED_TERMS_UNLAWFUL
seasonal_goods       | 2026-05-31 | 18000  | 30     | sound                     | refer      | 0    | CEILING_UNKNOWN
export_outside_eu    | 2026-05-31 | 18000  | 60     | sound                     | refer      | 0    | CEILING_UNKNOWN
cement               | 2026-05-31 | 18000  | 30     | sound                     | refer      | 0    | CEILING_UNKNOWN
general              | 2026-05-31 | 18000  | 45     | in liquidation            | decline    | -    | OPEN_LIQUIDATION
general              | 2026-05-31 | 18000  | 45     | struck off                | decline    | -    | COMPANY_CEASED
general              | 2026-05-31 | 18000  | 45     | in receivership           | refer      | 0    | OPEN_PROCEEDINGS
general              | 2026-05-31 | 18000  | 45     | under a plan              | refer      | 45   | OPEN_PROCEEDINGS
general              | 2026-05-31 | 18000  | 45     | proceedings not fetched   | refer      | 45   | PUBLIC_RECORD_MISSING
general              | 2026-05-31 | 18000  | 45     | accounts overdue          | refer      | 45   | ACCOUNTS_MISSING
general              | 2026-05-31 | 18000  | 45     | accounts confidential     | approve    | 45   | -
general              | 2026-05-31 | 500    | 45     | accounts overdue          | approve    | 45   | -
general              | 2026-05-31 | 18000  | 45     | 299 overdue for 40 days   | approve    | 45   | -
general              | 2026-05-31 | 18000  | 45     | 300 overdue for 14 days   | approve    | 45   | -
general              | 2026-05-31 | 18000  | 45     | 300 overdue for 15 days   | refer      | 45   | OVERDUE_GATE
general              | 2026-05-31 | 18000  | 45     | little history            | refer      | 45   | THIN_EVIDENCE
general              | 2026-05-31 | 8000   | 45     | little history            | approve    | 45   | -
general              | 2026-05-31 | 18000  | 45     | a grave signal            | refer      | 45   | SIGNAL_FOR_A_PERSON
general              | 2026-05-31 | 18000  | 45     | a natural person          | approve    | 45   | -
general              | 2026-05-31 | 18000  | 90     | a natural person          | refer      | 45   | ASKED_TERMS_UNLAWFUL
general              | 2026-05-31 | 18000  | 45     | nearly always late        | decline    | -    | NO_CREDIT_PASSES
general              | 2026-05-31 | 50000  | 45     | sound                     | refer      | 45   | OVER_LIMIT
general              | 2026-05-31 | 18000  | 45     | limit set at 20,000       | refer      | 45   | OVER_LIMIT
general              | 2026-05-31 | 18000  | 45     | limit set at 21,600       | approve    | 45   | -
general              | 2026-05-31 | 50000  | 45     | limit set at 90,000       | approve    | 45   | -
";

fn client(words: &str) -> Case {
    let mut case = Case::sound();
    let overdue = |amount, days| History { overdue: euros(amount), worst_overdue_days: days, ..Case::sound().history };
    match words {
        "sound" => {}
        "in liquidation" => case.company.proceedings = Known::Present(Proceedings::Liquidation),
        "struck off" => case.company.state = Known::Present(CompanyState::Ceased),
        "in receivership" => case.company.proceedings = Known::Present(Proceedings::Receivership),
        "under a plan" => case.company.proceedings = Known::Present(Proceedings::Plan),
        "proceedings not fetched" => case.company.proceedings = Known::Missing(MissingKind::NotFetched),
        "accounts overdue" => case.company.accounts = Known::Missing(MissingKind::Overdue),
        "accounts confidential" => case.company.accounts = Known::Missing(MissingKind::Confidential),
        "299 overdue for 40 days" => case.history = overdue(299, 40),
        "300 overdue for 14 days" => case.history = overdue(300, 14),
        "300 overdue for 15 days" => case.history = overdue(300, 15),
        "little history" => case.history.own_history_weight = share(0.29),
        "a grave signal" => case.signals = vec![signal(true)],
        "a natural person" => {
            case.company.natural_person = Known::Present(true);
            case.history.natural_person = Some(true);
        }
        "nearly always late" => case.chances = vec![(0.9, 90.0)],
        limit => {
            let amount = limit.strip_prefix("limit set at ").unwrap().replace(',', "").parse().unwrap();
            case.set_limit = Some(SetLimit { amount: euros(amount), until: None });
        }
    }
    case
}

fn terms(words: &str) -> Option<Terms> {
    let days = |text: &str| text.trim().parse::<u16>().unwrap();
    match words {
        "-" => None,
        text if text.ends_with("eom") => {
            Some(Terms::end_of_month(days(text.trim_end_matches("eom")), EndOfMonth::DaysThenMonthEnd))
        }
        text if text.starts_with("eom") => {
            Some(Terms::end_of_month(days(text.trim_start_matches("eom")), EndOfMonth::MonthEndThenDays))
        }
        text => Some(Terms::net(days(text))),
    }
}

#[test]
fn every_row_of_the_table_holds() {
    let rows: Vec<Vec<&str>> =
        TABLE.trim().lines().skip(1).map(|row| row.split('|').map(str::trim).collect()).collect();
    assert!(rows.len() >= 40, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let [goods, quoted, amount, asked, words, verdict, days, because] = row.as_slice() else { panic!("{row:?}") };
        let mut case = client(words);
        case.as_of = day(quoted);
        let raw = RawQuote {
            margin: Some(share(0.25)),
            terms: terms(asked),
            goods: Some((*goods).to_owned()),
            ..RawQuote::of(euros(amount.parse().unwrap()))
        };
        case.quote = Quote::new(raw).unwrap();
        let decision = case.decide();
        let found_verdict = match decision.verdict {
            Verdict::Approve => "approve",
            Verdict::ApproveWithConditions => "conditions",
            Verdict::Refer => "refer",
            Verdict::Decline => "decline",
        };
        let lightest = decision.offers.iter().find(|offer| offer.name == "lightest");
        let found_days = lightest.map_or_else(|| "-".to_owned(), |offer| offer.terms_days.to_string());
        let found_code = codes(&decision).first().map_or("-", |code| *code).to_owned();
        if (found_verdict, found_days.as_str(), found_code.as_str()) != (*verdict, *days, *because) {
            wrong.push(format!("{} -> {found_verdict} {found_days} {found_code}", row.join(" | ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
