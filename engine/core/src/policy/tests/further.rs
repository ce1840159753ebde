//! Stages, retention of title, cover, margins, deadlines, established clients, offers that are tried.

use encours_domain::client::Cover;
use encours_domain::fact::Known;
use encours_domain::{Currency, Day, Money, Verdict};

use super::support::{Case, codes, day, euros, law, policy_with, quote, share};
use crate::company::Accounts;
use crate::policy::*;

fn raw() -> RawQuote {
    RawQuote { margin: Some(share(0.25)), terms: Some(Terms::net(45)), ..RawQuote::of(euros(18_000)) }
}

fn asked(raw: RawQuote) -> Case {
    Case { quote: Quote::new(raw).unwrap(), ..Case::sound() }
}

fn cover(amount: i64, until: Option<&str>) -> Cover {
    Cover { amount: euros(amount), by: None, from: None, until: until.map(day) }
}

/// 21,600 with VAT: a tenth above a limit of 20,000 is 22,000.
#[test]
fn a_later_stage_tolerates_a_part_of_the_limit() {
    let at = |stage, limit| {
        let set_limit = Some(SetLimit { amount: euros(limit), until: None });
        Case { set_limit, is_ordered: true, ..asked(RawQuote { stage, ..raw() }) }.decide()
    };
    let order = at(Stage::Order, 20_000);
    assert_eq!((order.verdict, codes(&order)), (Verdict::Refer, vec!["OVER_LIMIT"]));
    assert_eq!(at(Stage::Delivery, 20_000).verdict, Verdict::Approve);
    assert_eq!(at(Stage::Invoice, 20_000).verdict, Verdict::Approve);
    // Without an order that was accepted, a later stage is a new order.
    let limit = Some(SetLimit { amount: euros(20_000), until: None });
    let new = Case { set_limit: limit, ..asked(RawQuote { stage: Stage::Invoice, ..raw() }) }.decide();
    assert_eq!((new.verdict, codes(&new)), (Verdict::Refer, vec!["OVER_LIMIT"]));
    let over = at(Stage::Delivery, 19_000);
    assert_eq!((over.verdict, codes(&over)), (Verdict::Refer, vec!["OVER_LIMIT"]));
    assert!(over.reasons[0].en.contains("€20,900.00 tolerated at this stage"), "{}", over.reasons[0].en);
    // What is free is free up to the limit, not to what is tolerated.
    assert_eq!(at(Stage::Delivery, 20_000).exposure.available, euros(20_000));
}

/// 18,000 of which 0.75 and not 0.90 is lost where it is never paid; then 10,000 of the 21,600 with VAT are covered at 90 %.
#[test]
fn title_and_cover_take_their_part_of_the_loss() {
    let loss = |case: &Case| case.decide().offers[0].expected_loss.minor();
    let (plain, titled) = (asked(raw()), asked(RawQuote { retention_of_title: true, ..raw() }));
    let whole = loss(&plain);
    assert!(whole > 1_000, "{whole}");
    assert!((loss(&titled) * 6 - whole * 5).abs() <= 6, "{} of {whole}", loss(&titled));
    let mut covered = plain.clone();
    covered.exposure = Exposure { cover: euros(10_800), insured_share: share(0.9), ..covered.exposure };
    // Half of all that is open is covered, at 90 %: 0.55 is left.
    assert!((loss(&covered) * 20 - whole * 11).abs() <= 20, "{} of {whole}", loss(&covered));
    // Cover that ends on the day before the invoice of 10 June pays for nothing of it.
    covered.insured = Some(cover(10_800, Some("2026-06-10")));
    assert!(loss(&covered) < whole);
    let ended = Case { insured: Some(cover(10_800, Some("2026-06-09"))), ..covered.clone() };
    assert_eq!(loss(&ended), whole);
    let recover = |case: &Case| case.decide().offers[0].sales_to_recover_a_loss.unwrap();
    // 18,000 × 0.90 / 0.25, then × 0.55.
    assert_eq!((recover(&plain), recover(&covered)), (euros(64_800), euros(35_640)));
}

/// METHODS 4, after My DSO Manager: need 50,000, net worth 80,000, sales 700,000, a grade that may owe 35 % of the one and 5 %
/// of the other: the least of 28,000 and 35,000.
#[test]
fn capacity_is_the_least_of_two_shares() {
    let even = |share: &str| [share; 8].join(", ");
    let policy = policy_with(&[
        ("[0.40, 0.35, 0.30, 0.20, 0.12, 0.06, 0.02, 0.0]", &format!("[{}]", even("0.35"))),
        ("[0.06, 0.05, 0.04, 0.03, 0.02, 0.01, 0.005, 0.0]", &format!("[{}]", even("0.05"))),
    ]);
    let mut case = Case { policy, ..asked(raw()) };
    case.company.accounts = Known::Present(Accounts {
        equity: Known::Present(euros(80_000)),
        turnover: Known::Present(euros(700_000)),
        net_result: Known::Present(euros(1)),
        closed_on: day("2025-12-31"),
    });
    assert_eq!(case.decide().limit.capacity, Some(euros(28_000)));
}

#[test]
fn margins_come_by_segment() {
    let lame =
        Policy::DEFAULT_TEXT.replace("[stages]", "[margins]\nsegments = [\"a\", \"a\"]\nshares = [0.1]\n\n[stages]");
    let error = Policy::from_toml(&lame).unwrap_err().to_string();
    assert!(error.contains("margins.shares") && error.contains("each segment once"), "{error}");
    let policy = policy_with(&[(
        "[stages]",
        "[margins]\nsegments = [\"wholesale\", \"construction\"]\nshares = [0.15, 0.22]\n\n[stages]",
    )]);
    let margins = [Some("wholesale"), Some("construction"), Some("Wholesale"), None].map(|name| policy.margin_of(name));
    assert_eq!(margins, [share(0.15), share(0.22), share(0.20), share(0.20)]);
    let quote = |raw| Quote::new(raw).unwrap().or_margin(share(0.15)).margin(&policy);
    assert_eq!((quote(RawQuote { margin: None, ..raw() }), quote(raw())), (share(0.15), share(0.25)));
}

fn days(decision: &Decision) -> Vec<(&str, String)> {
    decision.deadlines.iter().map(|deadline| (deadline.code, deadline.on.to_string())).collect()
}

/// Overdue for 40 days on 31 May 2026, so due on 21 April; sixty days later is 20 June.
#[test]
fn the_insurer_must_hear_of_what_is_overdue() {
    let mut case = asked(raw());
    case.history.overdue = euros(299);
    case.history.worst_overdue_days = 40;
    assert_eq!(days(&case.decide()), []);
    case.insured = Some(cover(50_000, None));
    assert_eq!(days(&case.decide()), [("COVER_DECLARE_OVERDUE", "2026-06-20".to_owned())]);
    case.history.worst_overdue_days = 70;
    let late = case.decide();
    assert_eq!(days(&late), [("COVER_DECLARE_OVERDUE", "2026-05-21".to_owned())]);
    assert!(late.deadlines[0].says.en.contains("that day has passed"), "{:?}", late.deadlines);
    case.policy = policy_with(&[("declare_overdue_days = 60", "# declare_overdue_days = 60")]);
    assert_eq!(days(&case.decide()), []);
}

/// The invoice is expected on 10 June 2026 and due on 25 July.
#[test]
fn cover_that_ends_before_the_money_comes_is_told() {
    let told = |until: Option<&str>| {
        let case = Case { insured: Some(cover(50_000, until)), ..asked(raw()) };
        let decision = case.decide();
        decision.deadlines.first().map(|deadline| (deadline.on.to_string(), deadline.says.en.clone()))
    };
    assert_eq!(told(None), None);
    assert_eq!(told(Some("2026-07-25")), None);
    let (on, says) = told(Some("2026-07-24")).unwrap();
    assert!(on == "2026-07-24" && says.contains("deliver and invoice before"), "{says}");
    let (_, says) = told(Some("2026-06-09")).unwrap();
    assert!(says.contains("would not be covered"), "{says}");
}

/// Published on 31 March 2026: two months to declare, three to claim the goods; only where something is owed.
#[test]
fn an_insolvency_notice_sets_days_of_its_own() {
    let mut case = asked(raw());
    case.company.opening_published = Some(day("2026-03-31"));
    assert_eq!(days(&case.decide()), []);
    case.exposure.invoices = euros(2_000);
    let expected = [("CLAIM", "2026-05-31"), ("RETENTION_OF_TITLE", "2026-06-30")];
    assert_eq!(days(&case.decide()), expected.map(|(code, on)| (code, on.to_owned())));
}

/// The client of `sound` has 38 settled invoices at 45 days.
#[test]
fn an_established_client_is_not_cut_without_a_word() {
    let warned = |case: &Case| {
        let law = case.decide().law;
        law.into_iter().find(|note| note.article == "L442-1 II C. com.").map(|note| note.says.en)
    };
    assert_eq!(warned(&asked(raw())), None);
    let cut = Case { chances: vec![(0.05, 4.0), (0.05, 4.0), (0.9, 90.0)], ..asked(raw()) };
    let says = warned(&cut).unwrap();
    assert!(says.contains("cutting its terms from 45 to 15 days"), "{says}");
    let refused = Case { chances: vec![(0.9, 90.0)], ..asked(raw()) };
    assert!(warned(&refused).unwrap().contains("taking all credit from it"));
    // Whoever asks for less is not cut, nor is a client whom nothing makes established.
    assert_eq!(warned(&Case { quote: quote(18_000, Terms::net(30), 0.0), ..refused.clone() }), None);
    let mut new = refused.clone();
    new.history.settled = 11;
    assert_eq!(warned(&new), None);
}

/// A commune is asked for no deposit and offered none; its terms run from the receipt of the invoice, its claims for four years.
#[test]
fn a_public_buyer_pays_for_what_was_delivered() {
    let terms = Some(Terms::net(30));
    let mut case = asked(RawQuote { terms, goods: Some("public_state_local".to_owned()), ..raw() });
    let granted = case.decide();
    let names: Vec<&str> = granted.offers.iter().map(|offer| offer.name).collect();
    assert_eq!((granted.verdict, names), (Verdict::Approve, vec!["lightest", "balanced"]));
    assert!(granted.offers.iter().all(|offer| offer.deposit.minor() == 0), "{:?}", granted.offers);
    let says = &granted.offers[0].wording;
    assert!(
        says.fr.contains("de la réception de la facture") && says.fr.contains("premier jour du semestre"),
        "{}",
        says.fr
    );
    // Neither a deposit nor payment in advance could save a sale that loses too much: a person decides.
    let costly = Case { chances: vec![(0.9, 90.0)], ..case.clone() }.decide();
    assert_eq!((costly.verdict, codes(&costly), costly.offers.len()), (Verdict::Refer, vec!["NO_CREDIT_PASSES"], 0));
    case.history.overdue = euros(299);
    case.history.worst_overdue_days = 338;
    let article = |decision: &Decision| decision.law.last().map(|note| (note.article.clone(), note.says.en.clone()));
    let (found, says) = article(&case.decide()).unwrap();
    assert!(found == "loi 68-1250 art. 1" && says.contains("31\u{a0}December\u{a0}2029"), "{found} {says}");
    case.quote = Quote::new(RawQuote { terms, goods: Some("road_freight".to_owned()), ..raw() }).unwrap();
    let (found, says) = article(&case.decide()).unwrap();
    assert!(found == "L133-6 C. com." && says.contains("1 year after the delivery"), "{found} {says}");
}

#[test]
fn what_is_put_forward_carries_its_propensity() {
    let put = |share: &str, draw| {
        let policy = policy_with(&[("share = 0.0  ", share)]);
        let decision = Case { policy, draw, ..asked(raw()) }.decide();
        let put = decision.put_forward.unwrap();
        (put.offer, put.propensity.value(), decision.sentence.en)
    };
    let (offer, propensity, says) = put("share = 0.0  ", 0.0);
    assert!(offer == "lightest" && (propensity - 1.0).abs() < 1e-12 && says.contains("without deposit"), "{says}");
    let (offer, propensity, says) = put("share = 0.3  ", 0.29);
    assert!(offer == "balanced" && (propensity - 0.3).abs() < 1e-12 && !says.contains("without deposit"), "{says}");
    let (offer, propensity, _) = put("share = 0.3  ", 0.3);
    assert!(offer == "lightest" && (propensity - 0.7).abs() < 1e-12);
    // Nothing is tried on whoever gets no credit.
    let refused = Case { chances: vec![(0.9, 90.0)], ..asked(raw()) };
    assert_eq!(refused.decide().put_forward, None);
}

#[test]
fn clauses_for_the_general_terms_name_their_articles() {
    let names = |law: &LawTable, on: Day| -> Vec<(&'static str, String)> {
        law.clauses(on).into_iter().map(|clause| (clause.name, clause.article)).collect()
    };
    let on = day("2026-05-31");
    let expected = [
        ("penalties", "L441-10"),
        ("fixed_fee", "D441-5"),
        ("no_discount", "L441-9 C. com."),
        ("deposit", "1590 C. civ."),
        ("retention_of_title", "2367 C. civ."),
    ];
    assert_eq!(names(law(), on), expected.map(|(name, article)| (name, article.to_owned())));
    let penalties = &law().clauses(on)[0].text.fr;
    assert!(penalties.contains("majoré de 10 points de pourcentage (12,15\u{a0}% aujourd’hui)"), "{penalties}");
    // A day outside the table is not given a figure.
    let later = &law().clauses(day("2029-01-01"))[0].text.fr;
    assert!(later.contains("majoré de 10 points de pourcentage. Le taux"), "{later}");
    let europe = LawTable::shipped_for(ShippedLaw::Europe).unwrap();
    let of_europe = names(&europe, on).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(of_europe, ["penalties", "fixed_fee", "retention_of_title"]);
}

/// Sections that came later may be left out, and then nothing is judged by them: a policy of years ago is read as it was.
#[test]
fn a_policy_without_the_optional_sections_judges_without_them() {
    let mut text = Policy::DEFAULT_TEXT.to_owned();
    for section in ["[answers]", "[orders]", "[stages]", "[established]", "[exploration]", "[retention]"] {
        let from = text.find(section).unwrap();
        let to = text[from + 1..].find("\n[").unwrap() + from + 1;
        text.replace_range(from..to, "");
    }
    for line in ["loss_given_default_with_title", "declare_overdue_days", "unnamed_up_to"] {
        let from = text.find(line).unwrap();
        let to = text[from..].find('\n').unwrap() + from;
        text.replace_range(from..to, "");
    }
    let policy = Policy::from_toml(&text).unwrap();
    assert_eq!(policy.retention(), None);
    let set_limit = Some(SetLimit { amount: euros(20_000), until: None });
    let case =
        Case { policy, set_limit, ..asked(RawQuote { stage: Stage::Invoice, retention_of_title: true, ..raw() }) };
    assert_eq!(case.verdict(), Verdict::Refer);
    let plain = Case { quote: Quote::new(raw()).unwrap(), ..case.clone() };
    let loss = |case: &Case| -> Vec<Money> { case.decide().offers.iter().map(|offer| offer.expected_loss).collect() };
    assert_eq!(loss(&case), loss(&plain));
    assert_eq!(loss(&case)[0].currency(), Currency::EUR);
}

#[test]
fn a_list_of_open_orders_that_a_policy_asks_for() {
    let verdict = |policy: &Policy, orders: OrdersKnown| {
        let exposure = Exposure { fed: Fed { orders, ..Fed::default() }, ..Exposure::none(Currency::EUR) };
        let decision = Case { policy: policy.clone(), exposure, ..Case::sound() }.decide();
        let says = decision.reasons.iter().find(|reason| reason.code == "ORDERS_MISSING").map(|why| why.en.clone());
        let missing = decision.missing.iter().any(|note| note.what == "orders");
        (decision.verdict == Verdict::Refer, says.unwrap_or_default(), missing)
    };
    // The quote is of 31 May: the list of 1 May is thirty days old, that of 30 April a day too old.
    let (fresh, old) = (OrdersKnown::On(day("2026-05-01")), OrdersKnown::On(day("2026-04-30")));
    let kept_up = Policy::shipped().unwrap();
    let required = policy_with(&[("use = \"kept_up\" ", "use = \"required\" ")]);
    let when_given = policy_with(&[("use = \"kept_up\" ", "use = \"when_given\" ")]);
    for (policy, orders, refers, says, missing) in [
        (&kept_up, OrdersKnown::Never, false, "", true),
        (&required, OrdersKnown::Never, true, "no list of open orders was given", true),
        (&kept_up, fresh, false, "", false),
        (&kept_up, old, true, "the last list of open orders was given on 30\u{a0}April\u{a0}2026", true),
        (&required, old, true, "the last list of open orders was given on 30\u{a0}April\u{a0}2026", true),
        (&when_given, old, false, "", true),
        (
            &kept_up,
            OrdersKnown::Undated,
            true,
            "the day of the list of open orders is not known: import it again",
            false,
        ),
        (
            &kept_up,
            OrdersKnown::Uncounted,
            true,
            "some of this client’s open orders are in another currency: their total is not known",
            true,
        ),
    ] {
        assert_eq!(verdict(policy, orders), (refers, says.to_owned(), missing), "{orders:?}");
    }
}
