//! What holds an answer back: thin evidence, signals, rules, and what is missing.

use encours_domain::fact::{Known, MissingKind};
use encours_domain::{Bilingual, Currency, Verdict};

use super::support::{Case, codes, euros, policy_with, quote, share, signal};
use crate::company::{CompanyState, CompanyView, Proceedings};
use crate::policy::*;

/// The case's history with another weight.
fn thin(case: &Case, weight: f64) -> History {
    History { own_history_weight: share(weight), ..case.history.clone() }
}

/// Small orders of new clients rest on the public record alone; what is open counts with the order.
#[test]
fn thin_evidence_carries_so_much_and_no_more() {
    let sound = Case::sound();
    let small = |amount| Case {
        history: thin(&sound, 0.0),
        quote: quote(amount, Terms::net(30), 0.0),
        exposure: Exposure::none(Currency::EUR),
        ..sound.clone()
    };
    for (what, case, refers) in [
        ("9,999.60 incl. VAT", small(8_333), false),
        ("10,000.80 incl. VAT", small(8_334), true),
        ("enough history", Case { history: thin(&sound, 0.30), ..small(18_000) }, false),
        (
            "open already",
            Case { exposure: Exposure { invoices: euros(9_000), ..Exposure::none(Currency::EUR) }, ..small(2_000) },
            true,
        ),
    ] {
        let codes: Vec<String> = case.decide().reasons.into_iter().map(|reason| reason.code).collect();
        assert_eq!(codes.contains(&"THIN_EVIDENCE".to_owned()), refers, "{what}: {codes:?}");
    }
}

#[test]
fn a_signal_that_asks_nobody_changes_no_verdict() {
    let case = Case { signals: vec![signal(false)], ..Case::sound() };
    assert_eq!(case.decide(), Case::sound().decide());
}

#[test]
fn what_each_rule_holds_back() {
    let sound = Case::sound();
    let with_company = |change: &dyn Fn(&mut CompanyView)| {
        let mut case = sound.clone();
        change(&mut case.company);
        case
    };
    let overdue = History { overdue: euros(1_000), worst_overdue_days: 40, ..sound.history.clone() };
    for (what, case, verdict, code) in [
        (
            "liquidation",
            with_company(&|it| it.proceedings = Known::Present(Proceedings::Liquidation)),
            Verdict::Decline,
            "OPEN_LIQUIDATION",
        ),
        (
            "ceased",
            with_company(&|it| it.state = Known::Present(CompanyState::Ceased)),
            Verdict::Decline,
            "COMPANY_CEASED",
        ),
        (
            "plan",
            with_company(&|it| it.proceedings = Known::Present(Proceedings::Plan)),
            Verdict::Refer,
            "OPEN_PROCEEDINGS",
        ),
        (
            "not fetched",
            with_company(&|it| it.proceedings = Known::Missing(MissingKind::NotFetched)),
            Verdict::Refer,
            "PUBLIC_RECORD_MISSING",
        ),
        (
            "accounts overdue",
            with_company(&|it| it.accounts = Known::Missing(MissingKind::Overdue)),
            Verdict::Refer,
            "ACCOUNTS_MISSING",
        ),
        ("overdue with us", Case { history: overdue, ..sound.clone() }, Verdict::Refer, "OVERDUE_GATE"),
        ("prior only", Case { level: EvidenceLevel::PriorOnly, ..sound.clone() }, Verdict::Refer, "PRIOR_ONLY"),
        (
            "thin, and more than may rest on the public record",
            Case { history: thin(&sound, 0.29), ..sound.clone() },
            Verdict::Refer,
            "THIN_EVIDENCE",
        ),
        (
            "a signal to be looked at",
            Case { signals: vec![signal(true)], ..sound.clone() },
            Verdict::Refer,
            "SIGNAL_FOR_A_PERSON",
        ),
        (
            "our sales unknown",
            Case { seller: Seller { yearly_sales_incl_vat: None }, ..sound.clone() },
            Verdict::Refer,
            "LIMIT_UNKNOWN",
        ),
        (
            "over the limit",
            Case { exposure: Exposure { invoices: euros(200_000), ..sound.exposure }, ..sound.clone() },
            Verdict::Refer,
            "OVER_LIMIT",
        ),
        (
            "unlawful terms",
            Case { quote: quote(18_000, Terms::net(90), 0.0), ..sound.clone() },
            Verdict::ApproveWithConditions,
            "ASKED_TERMS_UNLAWFUL",
        ),
    ] {
        let decision = case.decide();
        assert_eq!(decision.verdict, verdict, "{what}: {:?}", codes(&decision));
        assert!(codes(&decision).contains(&code), "{what}: {:?}", codes(&decision));
    }
}

#[test]
fn an_unknown_legal_form_lacks_evidence_and_may_be_a_person() {
    let mut case = Case { chances: vec![(0.9, 90.0)], ..Case::sound() };
    (case.company.legal_form, case.company.natural_person) =
        (Known::Missing(MissingKind::NotFetched), Known::Missing(MissingKind::NotFetched));
    let decision = case.decide();
    assert_eq!(decision.verdict, Verdict::Refer);
    assert_eq!(codes(&decision), ["NO_CREDIT_PASSES", "LEGAL_FORM_UNKNOWN", "NATURAL_PERSON"]);
}

#[test]
fn adverse_outcomes_of_a_natural_person_are_a_human_s() {
    let mut person = Case::sound();
    person.company.natural_person = Known::Present(true);
    person.company.accounts = Known::Missing(MissingKind::NotApplicable);
    person.quote = quote(4_000, Terms::net(30), 0.0);
    assert_eq!(person.decide().verdict, Verdict::Approve);
    let asked =
        Case { policy: policy_with(&[("full_grant_alone = true", "full_grant_alone = false")]), ..person.clone() };
    assert_eq!(asked.decide().verdict, Verdict::Refer);
    for chances in [vec![(0.3, 25.0)], vec![(0.9, 90.0)]] {
        let decision = Case { chances, ..person.clone() }.decide();
        assert_eq!(decision.verdict, Verdict::Refer);
        assert!(codes(&decision).contains(&"NATURAL_PERSON"));
    }
}

#[test]
fn a_record_that_the_owner_does_not_use_is_not_read() {
    let not_used = policy_with(&[("use = \"required\" ", "use = \"not_used\" ")]);
    let mut case = Case { policy: not_used, ..Case::sound() };
    case.history.natural_person = Some(false);
    case.quote = quote(4_000, Terms::net(30), 0.0);
    let before = case.decide();
    assert_eq!(before.verdict, Verdict::Approve);
    case.company.proceedings = Known::Present(Proceedings::Liquidation);
    assert_eq!(case.decide(), before);
    case.history = History { natural_person: Some(false), ..History::none(Currency::EUR) };
    assert_eq!(codes(&case.decide()), ["TOO_LITTLE_EVIDENCE"]);
}

#[test]
fn no_invoices_yet_is_a_value() {
    let quote = quote(8_000, Terms::net(45), 0.0);
    let prospect = Case { history: History::none(Currency::EUR), quote, ..Case::sound() };
    let decision = prospect.decide();
    assert_eq!(decision.verdict, Verdict::Approve);
    let missing: Vec<&str> = decision.missing.iter().map(|note| note.what.as_str()).collect();
    assert_eq!(missing, ["sector", "bills", "orders", "deposits", "cover"]);
    // Nothing bought yet: no rhythm to need anything for, and the other three decide.
    assert_eq!((decision.limit.need, decision.limit.unknown.len()), (None, 0));
}

#[test]
fn the_whole_group_is_looked_at() {
    let sound = Case::sound();
    // One client may owe a tenth of our 4,000,000; with this order 21,600 incl. VAT.
    let alone = sound.decide();
    assert_eq!((alone.verdict, alone.limit.concentration), (Verdict::Approve, Some(euros(400_000))));
    let of =
        |others: i64, failing| Case { group: Some(GroupExposure { others: euros(others), failing }), ..sound.clone() };
    let decision = of(380_000, None).decide();
    assert_eq!((decision.limit.concentration, decision.limit.binding), (Some(euros(20_000)), "concentration"));
    assert_eq!(codes(&decision), ["OVER_LIMIT"]);
    // What the others owe beyond it leaves nothing, and no more than nothing is missing.
    assert_eq!(of(900_000, None).decide().limit.concentration, Some(euros(0)));
    let why = Bilingual::new("en redressement judiciaire", "in receivership");
    let failing = Some(Failing { client: "C-0002".to_owned(), why });
    let decision = of(0, failing).decide();
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::Refer, vec!["GROUP_MEMBER_FAILS"]));
    assert!(decision.reasons[0].en.contains("(C-0002) fails: in receivership"), "{:?}", decision.reasons);
}

#[test]
fn many_light_signals_on_a_first_invoice_are_a_persons() {
    let quote = quote(8_000, Terms::net(45), 0.0);
    let prospect = Case { history: History::none(Currency::EUR), quote, ..Case::sound() };
    // Of 0.5 %: three light signals make 3.9 %, four 7.6 %.
    for (count, verdict, doubtful) in [(3, Verdict::Approve, false), (4, Verdict::Refer, true)] {
        let decision = Case { signals: vec![signal(false); count], ..prospect.clone() }.decide();
        assert_eq!(decision.verdict, verdict, "{count}: {:?}", codes(&decision));
        assert_eq!(codes(&decision).contains(&"FIRST_INVOICE_DOUBTFUL"), doubtful, "{count}");
        assert!(decision.first_invoice.is_some_and(|found| found.moves.len() == count));
    }
    // Once an invoice was settled it is no first one.
    let settled = Case { signals: vec![signal(false); 9], ..Case::sound() }.decide();
    assert_eq!((settled.first_invoice, settled.verdict), (None, Verdict::Approve));
}

#[test]
fn below_the_entry_amount_accounts_are_not_read() {
    let small = Case { quote: quote(500, Terms::net(30), 0.0), ..Case::sound() };
    let before = small.decide();
    assert_eq!(before.verdict, Verdict::Approve);
    for kind in [MissingKind::Overdue, MissingKind::NotFetched, MissingKind::Confidential] {
        let mut other = small.clone();
        other.company.accounts = Known::Missing(kind);
        assert_eq!(other.decide(), before);
    }
    assert_eq!(before.limit.capacity, Some(euros(1_000)));
}
