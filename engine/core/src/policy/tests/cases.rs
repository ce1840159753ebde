use encours_domain::fact::{Known, MissingKind};
use encours_domain::{Currency, Verdict};

use super::support::{Case, day, euros, law, policy_with, quote, share, sound_company};
use crate::company::{Accounts, CompanyState, CompanyView, Proceedings};
use crate::policy::*;

fn codes(decision: &Decision) -> Vec<&str> {
    decision.reasons.iter().map(|reason| reason.code.as_str()).collect()
}

#[test]
fn a_sound_client_gets_the_terms_asked() {
    let decision = Case::sound().decide();
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::Approve, vec![]));
    let names: Vec<&str> = decision.offers.iter().map(|offer| offer.name).collect();
    assert_eq!(names, ["light", "balanced", "prudent"]);
    let light = &decision.offers[0];
    assert_eq!((light.terms_days, light.deposit_share.value()), (45, 0.0));
    assert_eq!(light.expected_invoice_date, day("2026-06-10"));
    assert_eq!(light.due_date, day("2026-07-25"));
    // Saturday 25 July rolls to Monday 27; four days late is Friday 31.
    assert_eq!(light.expected_cash_date, day("2026-07-31"));
    assert_eq!(
        decision.sentence.fr,
        "Vendez à 45 jours date de facture sans acompte\u{a0}: encaissement attendu le 31\u{a0}juillet\u{a0}2026."
    );
    assert_eq!(
        decision.sentence.en,
        "Sell at 45 days from invoice without deposit: cash expected on 31\u{a0}July\u{a0}2026."
    );
}

#[test]
fn an_offer_adds_up() {
    let case = Case::sound();
    let decision = case.decide();
    let light = &decision.offers[0];
    let p_fail = decision.failure.p_12_months.value();
    // 55 days from the quote to the due day, and four days late.
    let failed = 1.0 - (1.0 - p_fail).powf(59.0 / 365.0);
    let never = 1.0 - (1.0 - 0.0125 * 0.15) * (1.0 - failed);
    assert!((light.p_never_paid.value() - never).abs() < 1e-12);
    assert_eq!(light.expected_loss, euros(18_000).times(never * 0.9));
    assert_eq!(light.cost_of_waiting, euros(21_600).times(49.0 / 365.0 * 0.06));
    let costs = light.expected_loss.minor() + light.cost_of_waiting.minor() + euros(90).minor();
    assert_eq!(light.worth.minor(), euros(4_500).minor() - costs);
}

#[test]
fn a_riskier_client_pays_a_deposit() {
    let case = Case { chances: vec![(0.30, 25.0)], ..Case::sound() };
    let decision = case.decide();
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::ApproveWithConditions, vec!["ASKED_TERMS_FAIL"]));
    let light = &decision.offers[0];
    assert!(light.passes && light.deposit_share.value() > 0.0);
    assert!(decision.sentence.fr.contains("\u{a0}% d’acompte\u{a0}:"), "{}", decision.sentence.fr);
    assert!(light.wording.fr.contains("Acompte de"), "{}", light.wording.fr);
    assert!(!light.wording.fr.contains("arrhes"));
    let change = &decision.counterfactuals[0];
    assert_eq!(change.verdict, Verdict::Approve);
    let json = serde_json::to_value(change).unwrap();
    assert_eq!(json["change"], "deposit_share");
    // What is promised is what would be answered.
    let Change::DepositShare { to } = change.change else { panic!("{change:?}") };
    assert_eq!(Case { quote: case.quote.with_deposit(to), ..case }.decide().verdict, Verdict::Approve);
}

#[test]
fn no_credit_when_nothing_passes() {
    let case = Case { chances: vec![(0.9, 90.0)], ..Case::sound() };
    let decision = case.decide();
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::Decline, vec!["NO_CREDIT_PASSES"]));
    assert_eq!(decision.offers.iter().map(|offer| offer.name).collect::<Vec<_>>(), ["prudent"]);
    assert_eq!(decision.offers[0].expected_loss, euros(0));
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
    let prospect = Case { history: History::none(Currency::EUR), ..Case::sound() };
    let decision = prospect.decide();
    assert_eq!(decision.verdict, Verdict::Approve);
    assert!(decision.missing.iter().all(|note| note.what == "sector"));
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

#[test]
fn a_limit_shows_its_working() {
    let decision = Case::sound().decide();
    let limit = &decision.limit;
    // Class 2 may owe 35 % of 600,000 of equity, or 5 % of 3,000,000 of turnover.
    assert_eq!(decision.failure.class, "2");
    assert_eq!(limit.capacity, Some(euros(150_000)));
    assert_eq!(limit.concentration, Some(euros(400_000)));
    // 240,000 a year over 45 days.
    assert_eq!(limit.need, Some(euros(240_000).times(45.0 / 365.0)));
    assert_eq!((limit.binding, Some(limit.bold)), ("need", limit.need));
    assert_eq!(decision.exposure.available, limit.prudent);
    let unknown = Case { seller: Seller { yearly_sales_incl_vat: None }, ..Case::sound() }.decide().limit;
    assert_eq!((unknown.concentration, unknown.bold), (None, unknown.prudent));
    assert_eq!(unknown.unknown[0].what, "concentration");
}

#[test]
fn who_is_wound_up_or_struck_off_bears_nothing() {
    let with = |change: &dyn Fn(&mut CompanyView)| {
        let mut case = Case::sound();
        change(&mut case.company);
        case.decide()
    };
    let nothing = euros(0);
    for (decision, because) in [
        (
            with(&|company| company.proceedings = Known::Present(Proceedings::Liquidation)),
            ("une liquidation judiciaire est ouverte", "liquidation proceedings are open"),
        ),
        (
            with(&|company| company.state = Known::Present(CompanyState::Ceased)),
            ("l’entreprise a cessé son activité", "the company has ceased"),
        ),
    ] {
        let limit = &decision.limit;
        assert_eq!((limit.capacity, limit.prudent, limit.bold), (Some(nothing), nothing, nothing));
        assert_eq!(limit.binding, "capacity");
        let shown = limit.capacity_reason.as_ref().map(|text| (text.fr.as_str(), text.en.as_str()));
        assert_eq!(shown, Some(because));
    }
    // Below the entry amount too, where accounts are not read.
    let mut small = Case { quote: quote(500, Terms::net(30), 0.0), ..Case::sound() };
    small.company.proceedings = Known::Present(Proceedings::Liquidation);
    assert_eq!(small.decide().limit.capacity, Some(nothing));
    // A company under a plan goes on: what it bears is what its finances bear.
    let plan = with(&|company| company.proceedings = Known::Present(Proceedings::Plan)).limit;
    assert!(plan.capacity.is_some_and(|capacity| capacity.minor() > 0) && plan.capacity_reason.is_none());
}

#[test]
fn everything_paid_in_advance_passes_unless_nobody_may_pay() {
    let mut case = Case { quote: quote(18_000, Terms::net(0), 1.0), ..Case::sound() };
    assert_eq!(case.decide().verdict, Verdict::Approve);
    // Whether anybody may pay stands in the record: not fetched, it cannot be better than open proceedings.
    case.company = CompanyView::all_missing(case.as_of, MissingKind::NotFetched);
    case.history.natural_person = Some(false);
    assert_eq!(case.decide().verdict, Verdict::Refer);
    case.company = CompanyView { proceedings: Known::Present(Proceedings::Liquidation), ..sound_company(case.as_of) };
    assert_eq!(case.decide().verdict, Verdict::Decline);
}

#[test]
fn a_deposit_counts_in_the_limit_only_where_the_policy_says_so() {
    let mut case = Case { exposure: Exposure { invoices: euros(55_000), ..Case::sound().exposure }, ..Case::sound() };
    let accounts = *case.company.accounts.present().unwrap();
    // Capacity 105,000, of which the prudent figure counts 73,500: 3,100 too little for the order in full.
    case.company.accounts = Known::Present(Accounts { equity: euros(300_000), ..accounts });
    assert_eq!(codes(&case.decide()), ["OVER_LIMIT"]);
    let counts = policy_with(&[("deposit_counts = false", "deposit_counts = true")]);
    let decision = Case { policy: counts, ..case }.decide();
    assert_eq!(decision.verdict, Verdict::ApproveWithConditions, "{:?}", decision.reasons);
    assert_eq!(decision.offers[0].deposit_share, share(0.2));
}

#[test]
fn the_law_is_printed_with_its_article() {
    let decision = Case { quote: quote(18_000, Terms::net(90), 0.0), ..Case::sound() }.decide();
    let articles: Vec<&str> = decision.law.iter().map(|note| note.article.as_str()).collect();
    assert_eq!(articles, ["L441-10", "L441-16", "L441-10", "D441-5", "1590 C. civ."]);
    assert!(decision.law[2].says.fr.contains("12,15\u{a0}%"), "{}", decision.law[2].says.fr);
    assert!(decision.offers[0].wording.fr.contains("(12,15\u{a0}% ce semestre)"), "{}", decision.offers[0].wording.fr);
}

#[test]
fn an_unknown_ceiling_refers_and_offers_payment_on_delivery() {
    let raw = RawQuote {
        amount: euros(18_000),
        vat_rate: 0.2,
        margin: None,
        terms: Some(Terms::net(45)),
        deposit: share(0.0),
        delivery_date: None,
        goods: Some("cement".to_owned()),
    };
    let decision = Case { quote: Quote::new(raw).unwrap(), ..Case::sound() }.decide();
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::Refer, vec!["CEILING_UNKNOWN"]));
    assert!(decision.offers.iter().all(|offer| offer.terms_days == 0));
}

#[test]
fn the_wire_has_the_names_of_the_contract() {
    let json = serde_json::to_value(Case::sound().decide()).unwrap();
    for path in [
        "/verdict",
        "/light",
        "/sentence/fr",
        "/failure/p_12_months",
        "/failure/class",
        "/failure/basis",
        "/reasons",
        "/counterfactuals",
        "/offers/0/name",
        "/offers/0/terms_days",
        "/offers/0/end_of_month",
        "/offers/0/deposit_share",
        "/offers/0/p_late_over_30",
        "/offers/0/p_never_paid",
        "/offers/0/expected_invoice_date",
        "/offers/0/expected_cash_date",
        "/offers/0/expected_loss/amount",
        "/offers/0/cost_of_waiting/currency",
        "/offers/0/worth/amount",
        "/offers/0/wording/en",
        "/limit/prudent/amount",
        "/limit/bold",
        "/limit/binding",
        "/limit/need",
        "/limit/capacity",
        "/limit/concentration",
        "/limit/risk_budget",
        "/exposure/gross",
        "/exposure/invoices",
        "/exposure/bills",
        "/exposure/orders",
        "/exposure/deposits",
        "/exposure/cover",
        "/exposure/own_risk",
        "/exposure/available",
        "/exposure/credit_balance",
        "/law/0/article",
        "/missing/0/kind",
    ] {
        assert!(json.pointer(path).is_some(), "{path}");
    }
    assert_eq!(json["verdict"], "approve");
    assert_eq!(json["offers"][0]["end_of_month"], serde_json::Value::Null);
}

#[test]
fn amounts_of_another_currency_are_an_error() {
    let case = Case::sound();
    let late = case.points();
    let exposure = Exposure::none("USD".parse().unwrap());
    let evidence = Evidence {
        as_of: case.as_of,
        quote: &case.quote,
        company: &case.company,
        history: &case.history,
        exposure: &exposure,
        seller: case.seller,
        late: &late,
        level: case.level,
    };
    assert!(matches!(decide(&case.policy, law(), &evidence), Err(PolicyError::Domain(_))));
    let none = Evidence { exposure: &case.exposure, late: &[], ..evidence };
    assert!(matches!(decide(&case.policy, law(), &none), Err(PolicyError::NoChances { .. })));
}

#[test]
fn every_rule_has_its_own_code() {
    let mut codes: Vec<&str> = rule_codes().collect();
    let written = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), written);
}
