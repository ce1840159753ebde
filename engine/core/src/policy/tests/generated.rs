//! Over generated evidence: what must hold for every client and every quote.

use encours_domain::fact::{Fact, FactKind, Known, MissingKind};
use encours_domain::{Bilingual, Currency, Money, Verdict};
use proptest::prelude::*;

use super::support::{Case, day, euros, law, policy_with, share, signal, sound_company};
use crate::company::{Accounts, CompanyState, CompanyView, Proceedings, SizeBand};
use crate::policy::rules::{RULES, Reads};
use crate::policy::*;
use crate::solvency::FailureEstimate;

fn known<T: Clone + std::fmt::Debug + 'static>(value: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Known<T>> {
    let missing = prop_oneof![
        Just(MissingKind::Confidential),
        Just(MissingKind::Overdue),
        Just(MissingKind::NotFetched),
        Just(MissingKind::NotApplicable),
    ];
    prop_oneof![8 => value.prop_map(Known::Present), 1 => missing.prop_map(Known::Missing)].boxed()
}

fn money(range: std::ops::Range<i64>) -> impl Strategy<Value = Money> {
    range.prop_map(|minor| Money::from_minor(minor, Currency::EUR))
}

fn accounts() -> impl Strategy<Value = Accounts> {
    let turnover = known(money(1_000_000..1_000_000_000));
    let net_result = known(money(-50_000_000..100_000_000));
    (money(-5_000_000..500_000_000), turnover, net_result).prop_map(|(equity, turnover, net_result)| Accounts {
        equity: Known::Present(equity),
        turnover,
        net_result,
        closed_on: day("2025-12-31"),
    })
}

fn company() -> impl Strategy<Value = CompanyView> {
    let proceedings = prop_oneof![
        12 => Just(Proceedings::None),
        1 => prop::sample::select(Proceedings::ALL).prop_map(|(value, _)| value),
    ];
    let state = prop_oneof![12 => Just(CompanyState::Active), 1 => Just(CompanyState::Ceased)];
    let size = prop::sample::select(SizeBand::ALL).prop_map(|(value, _)| value);
    let created = (0_i32..9_000).prop_map(|days| day("2026-05-31").plus_clamped(-days));
    let natural = prop_oneof![6 => Just(false), 1 => Just(true)];
    (known(proceedings), known(state), known(size), known(created), known(natural), known(accounts())).prop_map(
        |(proceedings, state, size, created_on, natural_person, accounts)| CompanyView {
            proceedings,
            state,
            size,
            created_on,
            natural_person,
            accounts,
            ..sound_company(day("2026-05-31"))
        },
    )
}

fn terms() -> impl Strategy<Value = Terms> {
    prop_oneof![
        6 => (0_u16..70).prop_map(Terms::net),
        1 => (0_u16..50).prop_map(|days| Terms::end_of_month(days, EndOfMonth::DaysThenMonthEnd)),
        1 => (0_u16..50).prop_map(|days| Terms::end_of_month(days, EndOfMonth::MonthEndThenDays)),
    ]
}

fn raw_quote() -> impl Strategy<Value = RawQuote> {
    let amount = prop_oneof![1 => money(1..200_000), 3 => money(100_000..2_500_000), 1 => money(100_000..20_000_000)];
    let deposit = prop_oneof![3 => Just(0.0), 1 => 0.0_f64..=1.0];
    let margin = prop::option::of((0.0_f64..0.6).prop_map(share));
    let delivery = prop::option::of((0_i32..120).prop_map(|days| day("2026-05-31").plus_clamped(days)));
    let stage = prop::sample::select(vec![Stage::Order, Stage::Order, Stage::Delivery, Stage::Invoice]);
    let further = (stage, prop::bool::weighted(0.2));
    (amount, 0.0_f64..0.3, margin, prop::option::weighted(0.9, terms()), deposit, delivery, goods(), further).prop_map(
        |(amount, vat_rate, margin, terms, deposit, delivery_date, goods, (stage, retention_of_title))| RawQuote {
            vat_rate,
            margin,
            terms,
            deposit: share(deposit),
            delivery_date,
            goods,
            stage,
            retention_of_title,
            amount,
        },
    )
}

fn goods() -> impl Strategy<Value = Option<String>> {
    let named = prop::sample::select(vec!["road_freight", "livestock_fresh_meat", "spirits", "cement", "public_buyer"]);
    prop_oneof![8 => Just(None), 1 => named.prop_map(|name| Some(name.to_owned()))]
}

fn history() -> impl Strategy<Value = History> {
    let overdue = prop_oneof![8 => Just(euros(0)), 1 => money(0..2_000_000)];
    let purchases = prop::option::of(money(1..100_000_000));
    let natural = prop_oneof![6 => Just(None), 1 => Just(Some(true)), 3 => Just(Some(false))];
    (0_u32..80, 0.0_f64..=1.0, purchases, 0.5_f64..4.0, overdue, 0_u32..200, 0_u32..3, natural).prop_map(
        |(invoices, weight, purchases, peak, overdue, worst, bounced, natural_person)| History {
            invoices,
            settled: invoices,
            own_history_weight: share(weight),
            annual_purchases_incl_vat: purchases,
            usual_terms_days: None,
            seasonal_peak: peak,
            largest_invoice: (invoices > 0).then(|| euros(1_000 + i64::from(invoices) * 400)),
            median_invoice: (invoices > 0).then(|| euros(900)),
            overdue,
            worst_overdue_days: worst,
            bounced_12_months: bounced / 2,
            natural_person,
        },
    )
}

fn exposure() -> impl Strategy<Value = Exposure> {
    let part = || prop_oneof![4 => Just(euros(0)), 1 => money(0..2_000_000)];
    (part(), part(), (part(), orders_known()), part(), part(), 0.0_f64..=1.0).prop_map(
        |(invoices, bills, (orders, known), deposits, cover, insured)| {
            let orders = if known.are_counted() { orders } else { euros(0) };
            // Deposits are those received on what is open: whatever is beyond is a credit balance.
            let open = invoices.minor() + bills.minor() + orders.minor();
            let deposits = Money::from_minor(deposits.minor().min(open), deposits.currency());
            let (insured_share, credit_balance) = (share(insured), euros(0));
            let fed = Fed { orders: known, ..Fed::default() };
            Exposure { invoices, bills, orders, deposits, cover, insured_share, credit_balance, fed }
        },
    )
}

fn orders_known() -> impl Strategy<Value = OrdersKnown> {
    prop_oneof![
        8 => (0_i32..40).prop_map(|days| OrdersKnown::On(day("2026-05-31").plus_clamped(-days))),
        2 => Just(OrdersKnown::Never),
        1 => Just(OrdersKnown::Undated),
        1 => Just(OrdersKnown::Uncounted),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    prop::sample::select(vec![
        policy_with(&[]),
        policy_with(&[("use = \"required\" ", "use = \"not_used\" ")]),
        policy_with(&[
            ("deposit_counts = false", "deposit_counts = true"),
            ("over_limit = \"refer\"", "over_limit = \"decline\""),
        ]),
        policy_with(&[
            ("full_grant_alone = true", "full_grant_alone = false"),
            ("loss_cap_share = 0.01 ", "loss_cap_share = 0.05 "),
        ]),
        policy_with(&[
            ("automatic_up_to = \"prudent\"", "automatic_up_to = \"bold\""),
            ("\namount = 1000 ", "\namount = 20000 "),
            ("share = 0.0  ", "share = 0.3  "),
        ]),
        policy_with(&[("use = \"kept_up\" ", "use = \"required\" ")]),
    ])
}

fn chances() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let one = prop_oneof![3 => (0.0_f64..0.15, 0.0_f64..12.0), 1 => (0.0_f64..=1.0, -5.0_f64..120.0)];
    prop::collection::vec(one, 1..9)
}

prop_compose! {
    fn case()(
        policy in policy(), raw in raw_quote(), company in company(), history in history(), exposure in exposure(),
        sales in prop::option::weighted(0.9, money(10_000_000..1_000_000_000)), chances in chances(),
        trained in prop::bool::weighted(0.9), failure in prop::option::weighted(0.3, -9.0_f64..3.0),
        group in prop::option::weighted(0.3, (money(0..50_000_000), prop::bool::weighted(0.1))), light in 0_usize..5,
        set in prop::option::weighted(0.2, money(0..10_000_000)), draw in 0.0_f64..1.0,
        is_ordered in prop::bool::weighted(0.3),
    ) -> Case {
        let level = if trained { EvidenceLevel::TrainedModel } else { EvidenceLevel::PriorOnly };
        Case {
            policy, as_of: day("2026-05-31"), quote: Quote::new(raw).unwrap(), company, history, exposure,
            seller: Seller { yearly_sales_incl_vat: sales }, chances, level,
            signals: vec![signal(false); light],
            set_limit: set.map(|amount| SetLimit { amount, until: None }),
            group: group.map(|(others, fails)| GroupExposure { others, failing: fails.then(failing) }),
            failure: failure.map(|log_odds| FailureEstimate { model: "failure-1".into(), log_odds, moves: Vec::new() }),
            insured: None, is_ordered, draw,
        }
    }
}

fn failing() -> Failing {
    Failing { client: "C-0002".to_owned(), why: Bilingual::new("en redressement judiciaire", "in receivership") }
}

/// Every way in which one present fact can go missing for want of evidence.
fn with_one_fact_gone(company: &CompanyView) -> Vec<CompanyView> {
    let kinds = [MissingKind::NotFetched, MissingKind::Overdue];
    let mut changed = Vec::new();
    for kind in kinds {
        changed.push(CompanyView { state: gone(&company.state, kind), ..company.clone() });
        changed.push(CompanyView { proceedings: gone(&company.proceedings, kind), ..company.clone() });
        changed.push(CompanyView { accounts: gone(&company.accounts, kind), ..company.clone() });
        changed.push(CompanyView { created_on: gone(&company.created_on, kind), ..company.clone() });
        changed.push(CompanyView { size: gone(&company.size, kind), ..company.clone() });
        changed.push(CompanyView {
            legal_form: gone(&company.legal_form, kind),
            natural_person: gone(&company.natural_person, kind),
            ..company.clone()
        });
        if let Known::Present(accounts) = company.accounts {
            let equity = Accounts { equity: gone(&accounts.equity, kind), ..accounts };
            changed.push(CompanyView { accounts: Known::Present(equity), ..company.clone() });
            let turnover = Accounts { turnover: gone(&accounts.turnover, kind), ..accounts };
            let net_result = Accounts { net_result: gone(&accounts.net_result, kind), ..accounts };
            changed.push(CompanyView { accounts: Known::Present(turnover), ..company.clone() });
            changed.push(CompanyView { accounts: Known::Present(net_result), ..company.clone() });
        }
    }
    changed
}

/// The published facts of one company, dated before the quote; `absent` leaves out every fact of one kind. Accounts come
/// as registers publish them: in full, with a confidential income statement, as a bare status, or not at all; no
/// proceedings are opened against a public body.
fn published(choices: &[usize], absent: Option<FactKind>) -> Vec<Fact> {
    use FactKind::*;
    const IDENTITY: &[(FactKind, &[&str])] = &[
        (LegalForm, &["5710", "5710", "5499", "1000", "7210", ""]),
        (State, &["active", "active", "active", "ceased", ""]),
        (Proceedings, &["none", "none", "none", "plan", "receivership", "liquidation", ""]),
        (CreatedOn, &["2004-02-01", "2019-05-01", "2025-08-01", ""]),
        (Size, &["10-49", "0-2", "50+", ""]),
    ];
    const FIGURES: &[(FactKind, &[&str])] = &[
        (AccountsClosedOn, &["2025-12-31", "2025-12-31", "2022-12-31"]),
        (Equity, &["900000.00", "900000.00", "-1.00"]),
        (Turnover, &["5000000", "5000000", "1"]),
        (NetResult, &["40000", "40000", "-40000"]),
    ];
    const STATUS: &[&str] = &["public", "public", "public", "partly_confidential", "confidential", "overdue", ""];
    let pick = |values: &[&'static str], at: usize| values[choices[at] % values.len()];
    let mut rows: Vec<(FactKind, &str)> =
        IDENTITY.iter().enumerate().map(|(at, (kind, values))| (*kind, pick(values, at))).collect();
    let status = pick(STATUS, 5);
    rows.push((AccountsStatus, status));
    let figures: &[(FactKind, &[&str])] = match status {
        "public" => FIGURES,
        "partly_confidential" => &FIGURES[..2],
        "confidential" => &FIGURES[..1],
        _ => &[],
    };
    rows.extend(figures.iter().enumerate().map(|(at, (kind, values))| (*kind, pick(values, 6 + at))));
    let public_body = rows.contains(&(LegalForm, "7210"));
    rows.retain(|(kind, _)| !(public_body && *kind == Proceedings));
    rows.retain(|(kind, value)| !value.is_empty() && Some(*kind) != absent);
    let (valid_from, known_from) = (day("2025-12-31"), day("2026-03-02"));
    let fact = |(kind, value): (FactKind, &str)| Fact {
        subject: "732829320".parse().unwrap(),
        kind,
        value: value.to_owned(),
        valid_from,
        known_from,
        source: "register".to_owned(),
        fetched_on: None,
        answer: None,
    };
    rows.into_iter().map(fact).collect()
}

fn gone<T: Clone>(value: &Known<T>, kind: MissingKind) -> Known<T> {
    match value {
        Known::Present(_) => Known::Missing(kind),
        Known::Missing(already) => Known::Missing(*already),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn missing_evidence_never_makes_an_approval(case in case()) {
        let before = case.verdict();
        for company in with_one_fact_gone(&case.company) {
            let after = Case { company, ..case.clone() }.verdict();
            prop_assert!(before.is_approval() || !after.is_approval(), "{before:?} became {after:?}");
        }
    }

    #[test]
    fn open_orders_that_go_missing_never_make_an_approval(case in case()) {
        let Exposure { orders, fed, .. } = case.exposure;
        let long_ago = OrdersKnown::On(case.as_of.plus_clamped(-31));
        let mut gone = vec![(long_ago, orders), (OrdersKnown::Undated, orders), (OrdersKnown::Uncounted, euros(0))];
        // A policy that asks for a list once one was given never meets a list that is no longer there.
        if case.policy.orders.needed == OrdersUse::Required {
            gone.push((OrdersKnown::Never, euros(0)));
        }
        let before = case.verdict();
        for (known, orders) in gone {
            let exposure = Exposure { orders, fed: Fed { orders: known, ..fed }, ..case.exposure };
            // Deposits beyond what is open would be a credit balance.
            let open = exposure.invoices.minor() + exposure.bills.minor() + orders.minor();
            let deposits = euros(0).plus(Money::from_minor(exposure.deposits.minor().min(open), Currency::EUR)).unwrap();
            let after = Case { exposure: Exposure { deposits, ..exposure }, ..case.clone() }.verdict();
            prop_assert!(before.is_approval() || !after.is_approval(), "{known:?}: {before:?} became {after:?}");
        }
    }

    #[test]
    fn not_fetching_a_kind_of_fact_never_makes_an_approval(
        case in case(), choices in prop::collection::vec(0_usize..420, 10),
    ) {
        let with = |absent| {
            let company = CompanyView::as_known_on(&published(&choices, absent), case.as_of, case.policy.record_max_age_days());
            Case { company, ..case.clone() }.verdict()
        };
        let before = with(None);
        for (kind, _) in FactKind::ALL {
            let after = with(Some(*kind));
            prop_assert!(before.is_approval() || !after.is_approval(), "without {kind:?}: {before:?} became {after:?}");
        }
    }

    #[test]
    fn more_exposure_never_makes_an_approval(case in case(), more in money(1..10_000_000)) {
        let before = case.verdict();
        let invoices = case.exposure.invoices.plus(more).unwrap();
        let after = Case { exposure: Exposure { invoices, ..case.exposure }, ..case }.verdict();
        prop_assert!(before.is_approval() || !after.is_approval(), "{before:?} became {after:?}");
    }

    #[test]
    fn a_larger_amount_never_makes_an_approval(case in case(), raw in raw_quote(), more in money(1..10_000_000)) {
        let case = Case { quote: Quote::new(raw.clone()).unwrap(), ..case };
        let larger = RawQuote { amount: raw.amount.plus(more).unwrap(), ..raw };
        let before = case.verdict();
        let after = Case { quote: Quote::new(larger).unwrap(), ..case }.verdict();
        prop_assert!(before.is_approval() || !after.is_approval(), "{before:?} became {after:?}");
    }

    /// What would change a verdict is looked for only where the rules that hold it back read what would be changed.
    #[test]
    fn a_rule_reads_no_more_of_a_quote_than_it_says(
        case in case(), raw in raw_quote(), other in (terms(), chances()), deposit in 0.0_f64..0.99,
        more in money(1..10_000_000),
    ) {
        let (other, chances) = other;
        let of = |raw: RawQuote| Case { quote: Quote::new(raw).unwrap(), ..case.clone() }.at_best();
        let raw = RawQuote { deposit: share(0.0), ..raw };
        let before = of(raw.clone());
        let offer = RawQuote { terms: Some(other), deposit: share(deposit), ..raw.clone() };
        let offer = Case { quote: Quote::new(offer).unwrap(), chances, ..case.clone() }.at_best();
        let amount = of(RawQuote { amount: raw.amount.plus(more).unwrap(), ..raw });
        for (place, rule) in RULES.iter().enumerate() {
            let (found, code) = (before[place], rule.code);
            prop_assert!(rule.reads == Reads::Offer || found == offer[place], "{code} reads terms or deposit");
            prop_assert!(rule.reads != Reads::Nothing || found == amount[place], "{code} reads the amount");
        }
    }

    #[test]
    fn splitting_an_order_does_not_help(case in case(), raw in raw_quote(), part in 0.01_f64..0.99) {
        let whole = Case { quote: Quote::new(raw.clone()).unwrap(), ..case };
        let first = raw.amount.times(part);
        let second = Money::from_minor(raw.amount.minor() - first.minor(), raw.amount.currency());
        prop_assume!(first.minor() > 0 && second.minor() > 0);
        let quote = |amount| Quote::new(RawQuote { amount, ..raw.clone() }).unwrap();
        // The first part stands among the orders, as it does the moment it is taken. A cent may be lost in rounding VAT.
        let orders = whole.exposure.orders.plus(quote(first).amount_incl_vat()).unwrap();
        let orders = orders.plus(Money::from_minor(1, orders.currency())).unwrap();
        let rest = Case { quote: quote(second), exposure: Exposure { orders, ..whole.exposure }, ..whole.clone() };
        let (at_once, last) = (whole.verdict(), rest.verdict());
        prop_assert!(at_once.is_approval() || !last.is_approval(), "{at_once:?} at once, {last:?} for the last part");
    }

    #[test]
    fn longer_terms_never_look_better(case in case(), shorter in 0_u16..60, more in 1_u16..30) {
        // A model that thinks better of longer terms must not get through.
        let asked = |days: u16| Case { quote: case.quote.with_terms(Terms::net(days)), ..case.clone() }
            .asked_priced(|terms| (0.4 / f64::from(terms.days + 1), 40.0 / f64::from(terms.days + 1)));
        let (short, long) = (asked(shorter), asked(shorter + more));
        if let (Some(short), Some(long)) = (short, long) {
            prop_assert!(long.worth.minor() <= short.worth.minor());
            prop_assert!(long.cash() >= short.cash());
            prop_assert!(long.p_late_over_30 >= short.p_late_over_30 && long.p_never_paid >= short.p_never_paid);
            prop_assert!(long.expected_loss.minor() >= short.expected_loss.minor());
        }
    }

    #[test]
    fn a_larger_deposit_never_looks_riskier_and_never_loses_an_approval(case in case(), raw in raw_quote()) {
        let case = Case { quote: Quote::new(raw).unwrap(), ..case };
        let more = share((case.quote.deposit().value() + 0.2).min(0.99));
        let with_more = Case { quote: case.quote.with_deposit(more), ..case.clone() };
        prop_assert!(!case.verdict().is_approval() || with_more.verdict().is_approval() || more < case.quote.deposit());
        let chances = |terms: Terms| (f64::from(terms.days) / 200.0, f64::from(terms.days));
        if let (Some(less), Some(more)) = (case.asked_priced(chances), with_more.asked_priced(chances)) {
            prop_assert!(more.p_late_over_30 == less.p_late_over_30 && more.p_never_paid == less.p_never_paid);
            prop_assume!(more.deposit >= less.deposit);
            prop_assert!(more.expected_loss.minor() <= less.expected_loss.minor());
            prop_assert!(more.worth.minor() >= less.worth.minor());
        }
    }

    #[test]
    fn no_offer_is_above_the_ceiling_and_every_one_passes(case in case()) {
        let law = law();
        let ceiling = law.ceiling(case.quote.goods(&case.policy), case.quote.invoice_date(&case.policy, case.as_of));
        let decision = case.decide();
        for offer in &decision.offers {
            let terms = Terms { days: offer.terms_days, end_of_month: offer.end_of_month };
            prop_assert!(ceiling.allows(terms), "{terms}");
            prop_assert!(offer.passes || offer.name == "safest");
            prop_assert!(offer.expected_cash_date >= offer.due_date);
        }
        let lightest = decision.offers.iter().find(|offer| offer.name == "lightest");
        for other in &decision.alternatives {
            let (offer, parts) = (&other.offer, &other.instalments);
            let terms = Terms { days: offer.terms_days, end_of_month: offer.end_of_month };
            prop_assert!(ceiling.allows(terms) && offer.passes, "{terms}");
            let balance = case.quote.amount_incl_vat().minor() - offer.deposit.minor();
            let parted: i64 = parts.iter().map(|part| part.amount.minor()).sum();
            prop_assert!(parts.is_empty() || parted == balance);
            prop_assert!(parts.windows(2).all(|pair| pair[0].due_date <= pair[1].due_date));
            prop_assert!(parts.last().is_none_or(|last| last.due_date == offer.due_date));
            // A guarantee never leaves more of a loss with us on the same terms and deposit.
            if let Some(light) = lightest.filter(|light| (light.due_date, light.deposit_share) == (offer.due_date, offer.deposit_share)) {
                prop_assert!(offer.expected_loss.minor() <= light.expected_loss.minor());
            }
        }
        // Payment in advance is offered to everybody but public buyers and those who may not pay at all.
        if law.is_public(case.quote.goods(&case.policy)) {
            prop_assert!(decision.offers.iter().all(|offer| offer.deposit_share == case.quote.deposit()));
            prop_assert!(decision.alternatives.is_empty());
            return Ok(());
        }
        let may_not_pay = decision.reasons.iter().any(|reason| ["COMPANY_CEASED", "OPEN_LIQUIDATION"].contains(&reason.code.as_str()));
        let last = decision.offers.last().map(|offer| offer.name);
        prop_assert_eq!(last, if may_not_pay { None } else { Some("safest") });
    }

    #[test]
    fn a_person_is_never_declined_by_a_program(case in case()) {
        let mut case = case;
        case.company.natural_person = Known::Present(true);
        case.history.natural_person = Some(true);
        let verdict = case.verdict();
        prop_assert!(matches!(verdict, Verdict::Approve | Verdict::Refer), "{verdict:?}");
    }

    #[test]
    fn french_keeps_its_marks_together(case in case()) {
        let decision = case.decide();
        let mut texts = vec![decision.sentence.fr.clone()];
        texts.extend(decision.reasons.iter().map(|reason| reason.fr.clone()));
        texts.extend(decision.offers.iter().map(|offer| offer.wording.fr.clone()));
        texts.extend(decision.law.iter().map(|note| note.says.fr.clone()));
        for text in texts {
            prop_assert!(![" :", " ;", " ?", " !", " %", " €"].iter().any(|mark| text.contains(mark)), "{text}");
        }
    }
}
