use encours_domain::fact::{Known, MissingKind};
use encours_domain::{Currency, Verdict};

use super::support::{Case, codes, day, euros, law, policy_with, quote, share, signal, sound_company};
use crate::company::{Accounts, CompanyState, CompanyView, Proceedings};
use crate::policy::*;
use crate::solvency::FailureEstimate;

#[test]
fn a_sound_client_gets_the_terms_asked() {
    let decision = Case::sound().decide();
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::Approve, vec![]));
    let names: Vec<&str> = decision.offers.iter().map(|offer| offer.name).collect();
    assert_eq!(names, ["lightest", "balanced", "safest"]);
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
    assert_eq!(decision.offers.iter().map(|offer| offer.name).collect::<Vec<_>>(), ["safest"]);
    assert_eq!(decision.offers[0].expected_loss, euros(0));
}

#[test]
fn a_limit_shows_its_working() {
    let decision = Case::sound().decide();
    let limit = &decision.limit;
    // Class 2 may owe 35 % of 600,000 of equity, or 5 % of 3,000,000 of turnover.
    assert_eq!(decision.failure.class, "2");
    assert_eq!(limit.capacity, Some(euros(150_000)));
    assert_eq!(limit.concentration, Some(euros(400_000)));
    // 240,000 a year over 45 days, twice.
    assert_eq!(limit.need, Some(euros(240_000).times(90.0 / 365.0)));
    assert_eq!((limit.binding, Some(limit.bold)), ("need", limit.need));
    assert_eq!((limit.prudent_binding, limit.bold_binding), ("need", "need"));
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
    case.company.accounts = Known::Present(Accounts { equity: Known::Present(euros(300_000)), ..accounts });
    case.history.annual_purchases_incl_vat = Some(euros(480_000));
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
    assert_eq!(articles[..4], ["L441-10", "L441-16", "L441-10", "D441-5"]);
    assert!(decision.law[2].says.fr.contains("12,15\u{a0}%"), "{}", decision.law[2].says.fr);
    assert!(decision.offers[0].wording.fr.contains("(12,15\u{a0}% aujourd’hui)"), "{}", decision.offers[0].wording.fr);
}

#[test]
fn an_unknown_ceiling_refers_and_offers_payment_on_delivery() {
    let raw = RawQuote { terms: Some(Terms::net(45)), goods: Some("cement".to_owned()), ..RawQuote::of(euros(18_000)) };
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
        signals: &[],
        failure: None,
        group: None,
        set_limit: None,
        insured: None,
        is_ordered: false,
        draw: 0.0,
    };
    assert!(matches!(decide(&case.policy, law(), &evidence), Err(PolicyError::Domain(_))));
    let none = Evidence { exposure: &case.exposure, late: &[], ..evidence };
    assert!(matches!(decide(&case.policy, law(), &none), Err(PolicyError::NoChances { .. })));
}

/// Above the entry amount alone it would let a larger order pass where a smaller one does not.
#[test]
fn an_estimate_of_failure_is_read_at_every_amount() {
    let failure = FailureEstimate { model: "failure-1".to_owned(), log_odds: -5.0, moves: Vec::new() };
    let case = Case { failure: Some(failure), ..Case::sound() };
    let chances = [500, 18_000].map(|amount| {
        let decision = Case { quote: quote(amount, Terms::net(45), 0.0), ..case.clone() }.decide();
        (decision.failure.p_12_months, decision.failure.basis)
    });
    assert_eq!(chances[0], chances[1]);
    assert_eq!(chances[0].1, "failure model failure-1");
}

#[test]
fn every_rule_has_its_own_code() {
    let mut codes: Vec<&str> = rule_codes().collect();
    let written = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), written);
}

/// The same company with another history of ordering.
fn with_history(purchases: i64, largest: i64, median: i64) -> Case {
    let sound = Case::sound();
    let history = History {
        annual_purchases_incl_vat: Some(euros(purchases)),
        largest_invoice: Some(euros(largest)),
        median_invoice: Some(euros(median)),
        ..sound.history.clone()
    };
    Case { history, ..sound }
}

#[test]
fn an_order_does_not_make_its_own_need() {
    let needs: Vec<Option<encours_domain::Money>> = [1_000, 18_000, 400_000]
        .map(|amount| Case { quote: quote(amount, Terms::net(45), 0.0), ..Case::sound() }.decide().limit.need)
        .to_vec();
    assert!(needs.iter().all(|need| *need == Some(euros(240_000).times(90.0 / 365.0))), "{needs:?}");
    // The largest invoice of the year, which cannot be delivered in halves, twice.
    assert_eq!(with_history(60_000, 30_000, 2_000).decide().limit.need, Some(euros(60_000)));
}

#[test]
fn an_order_out_of_habit_is_a_person_s() {
    // 18,000 excl. VAT are 21,600: more than three times 7,000, or more than ten times 2,000 and than the largest.
    for (largest, median, held) in
        [(7_000, 5_000, true), (7_300, 5_000, false), (20_000, 2_000, true), (22_000, 2_000, false)]
    {
        let decision = with_history(900_000, largest, median).decide();
        let found = codes(&decision).contains(&"ORDER_OUT_OF_HABIT");
        assert_eq!(found, held, "{largest} {median}: {:?}", codes(&decision));
        assert_eq!(decision.verdict == Verdict::Refer, held);
    }
    // In two parts it is the same order.
    let mut parts = with_history(900_000, 7_000, 5_000);
    parts.quote = quote(9_000, Terms::net(45), 0.0);
    assert_eq!(codes(&parts.decide()), [""; 0]);
    parts.exposure.orders = euros(10_800);
    assert_eq!(codes(&parts.decide()), ["ORDER_OUT_OF_HABIT"]);
}

#[test]
fn what_binds_is_said_of_the_figure_in_force() {
    // Capacity 60,000 in full and 42,000 of it prudently; the need of 240,000 over 45 days twice is 59,178.
    let mut case = Case::sound();
    let accounts = *case.company.accounts.present().unwrap();
    case.company.accounts = Known::Present(Accounts { equity: Known::Present(euros(172_000)), ..accounts });
    let limit = case.decide().limit;
    assert_eq!((limit.prudent_binding, limit.bold_binding), ("capacity", "need"));
    assert_eq!((limit.binding, limit.bold), ("capacity", limit.need.unwrap()));
    let bold = policy_with(&[("automatic_up_to = \"prudent\"", "automatic_up_to = \"bold\"")]);
    assert_eq!(Case { policy: bold, ..case }.decide().limit.binding, "need");
}

#[test]
fn whoever_may_not_pay_is_offered_nothing() {
    for change in [
        |company: &mut CompanyView| company.state = Known::Present(CompanyState::Ceased),
        |company: &mut CompanyView| company.proceedings = Known::Present(Proceedings::Liquidation),
    ] {
        let mut case = Case::sound();
        change(&mut case.company);
        let decision = case.decide();
        assert_eq!((decision.verdict, decision.offers.len()), (Verdict::Decline, 0));
        assert!(decision.sentence.en.starts_with("Do not sell: "), "{}", decision.sentence.en);
        assert!(!decision.sentence.fr.contains("avance"), "{}", decision.sentence.fr);
        assert_eq!(decision.exposure.available, euros(0));
    }
}

#[test]
fn payment_in_advance_is_not_held_out_where_it_is_not_worth_it() {
    let thin = |margin: f64| {
        let raw = RawQuote { margin: Some(share(margin)), terms: Some(Terms::net(45)), ..RawQuote::of(euros(18_000)) };
        Case { quote: Quote::new(raw).unwrap(), chances: vec![(0.9, 90.0)], ..Case::sound() }.decide()
    };
    // Two hundredths are wanted after half a hundredth of handling.
    for (margin, possible) in [(0.20, true), (0.01, false)] {
        let decision = thin(margin);
        assert_eq!(decision.verdict, Verdict::Decline);
        assert_eq!(decision.sentence.en.contains("Payment in advance"), possible, "{}", decision.sentence.en);
        assert_eq!(decision.offers.iter().all(|offer| offer.passes), possible);
    }
}

#[test]
fn a_refused_client_has_nothing_available() {
    let decline = policy_with(&[("verdict = \"refer\" ", "verdict = \"decline\" ")]);
    let mut case = Case { policy: decline, ..Case::sound() };
    assert!(case.decide().exposure.available.minor() > 0);
    case.history = History { overdue: euros(1_000), worst_overdue_days: 40, ..case.history };
    let decision = case.decide();
    assert_eq!((decision.verdict, decision.exposure.available), (Verdict::Decline, euros(0)));
}

#[test]
fn a_word_on_deposits_where_there_is_one() {
    let prepaid = Case { quote: quote(18_000, Terms::net(0), 1.0), ..Case::sound() };
    let none_passes = Case { chances: vec![(0.9, 90.0)], ..Case::sound() };
    for (case, expected) in [
        (Case { chances: vec![(0.30, 25.0)], ..Case::sound() }, true),
        (Case { quote: quote(18_000, Terms::net(45), 0.3), ..none_passes.clone() }, true),
        (none_passes, false),
        (prepaid, false),
    ] {
        assert_eq!(case.decide().law.iter().any(|note| note.article == "1590 C. civ."), expected);
    }
}

#[test]
fn a_public_buyer_buys_under_public_law() {
    let to = |form: &str, days: u16| {
        let quote = quote(18_000, Terms::net(days), 0.0).for_buyer(law(), Some(form));
        Case { quote, ..Case::sound() }.decide()
    };
    for (form, days, code) in [
        ("7210", 30, None),
        ("7210", 45, Some("ASKED_TERMS_UNLAWFUL")),
        ("7346", 45, Some("ASKED_TERMS_UNLAWFUL")),
        ("7364", 50, None),
        ("7364", 60, Some("ASKED_TERMS_UNLAWFUL")),
        // A kind that the table does not list: to be checked.
        ("7389", 30, Some("CEILING_UNKNOWN")),
        ("4110", 30, Some("CEILING_UNKNOWN")),
        ("5710", 60, None),
        ("1000", 60, None),
    ] {
        let decision = to(form, days);
        assert_eq!(codes(&decision).first().copied(), code, "{form} {days}");
        let articles: Vec<&str> = decision.law.iter().map(|note| note.article.as_str()).collect();
        let public = form.starts_with(['4', '7']);
        assert_eq!(articles.contains(&"R2192-31 CCP"), public, "{form}: {articles:?}");
        assert_eq!(articles.iter().any(|article| article.contains("441")), !public, "{form}: {articles:?}");
        let clause = &decision.offers[0].wording;
        let (points, rate) = if public { ("8 points", "10,15") } else { ("10 points", "12,15") };
        assert!(clause.fr.contains(points) && clause.fr.contains(rate) || decision.offers.len() == 1, "{}", clause.fr);
    }
    // What is sold does not matter: the commune's groceries are under public law too.
    let raw = RawQuote {
        vat_rate: 0.055,
        terms: Some(Terms::net(30)),
        goods: Some("livestock_fresh_meat".to_owned()),
        ..RawQuote::of(euros(5_000))
    };
    let quote = Quote::new(raw).unwrap();
    let policy = Policy::shipped().unwrap();
    assert_eq!(quote.clone().for_buyer(law(), Some("7210")).goods(&policy), "public_state_local");
    assert_eq!(quote.for_buyer(law(), Some("5710")).goods(&policy), "livestock_fresh_meat");
}

/// What closes the gate opens it: the answer says how much, and what would be answered then.
#[test]
fn paying_what_is_overdue_changes_the_answer() {
    let sound = Case::sound();
    let history = History { overdue: euros(1_000), worst_overdue_days: 40, ..sound.history.clone() };
    let exposure = Exposure { invoices: euros(3_000), ..sound.exposure };
    let decision = Case { history, exposure, ..sound.clone() }.decide();
    assert_eq!((decision.verdict, codes(&decision)), (Verdict::Refer, vec!["OVERDUE_GATE"]));
    let paid = Counterfactual { change: Change::OverduePaid { to: euros(1_000) }, verdict: Verdict::Approve };
    assert_eq!(decision.counterfactuals[0], paid);
    // Where something else holds the quote back too, paying alone changes nothing.
    let history = History { overdue: euros(1_000), worst_overdue_days: 40, ..sound.history.clone() };
    let both = Case { history, signals: vec![signal(true)], ..sound }.decide();
    assert!(both.counterfactuals.is_empty(), "{:?}", both.counterfactuals);
}

/// Up to the entry amount finances are not read, and the matrix takes nothing from it: a little more open must not turn a
/// person's decision into an approval.
#[test]
fn the_matrix_takes_nothing_from_the_entry_amount() {
    let often_late = |amount| Case {
        quote: quote(amount, Terms::net(30), 0.0),
        chances: vec![(0.42, 0.0)],
        exposure: Exposure::none(Currency::EUR),
        history: History::none(Currency::EUR),
        ..Case::sound()
    };
    // 900 incl. VAT are below the entry amount of 1,000, and above nine tenths of it.
    let below = often_late(760).decide();
    assert!(!codes(&below).contains(&"OVER_LIMIT"), "{:?}", codes(&below));
    assert_eq!(below.limit.prudent, euros(1_000));
}
