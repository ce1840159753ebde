//! Evidence to start from.

use std::sync::LazyLock;

use encours_domain::client::Cover;
use encours_domain::fact::{Known, MissingKind};
use encours_domain::{Bilingual, Currency, Day, Money, Probability, Share, Verdict};

use crate::company::{Accounts, CompanyState, CompanyView, Proceedings, SizeBand};
use crate::policy::offers::Priced;
use crate::policy::rules::RULES;
use crate::policy::situation::Situation;
use crate::policy::*;
use crate::signals::Signal;
use crate::solvency::FailureEstimate;

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(super) fn signal(refers: bool) -> Signal {
    Signal { code: "JUST_REVIVED", refers, says: Bilingual::new("vu", "seen"), evidence: Vec::new() }
}

pub(super) fn euros(whole: i64) -> Money {
    Money::from_minor(whole * 100, Currency::EUR)
}

pub(super) fn share(value: f64) -> Share {
    Share::new(value).unwrap()
}

pub(super) fn chance(value: f64) -> Probability {
    Probability::clamped(value, Probability::ZERO)
}

/// The shipped policy with some of its text changed.
pub(super) fn policy_with(changes: &[(&str, &str)]) -> Policy {
    let text = changes.iter().fold(Policy::DEFAULT_TEXT.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    Policy::from_toml(&text).unwrap()
}

/// An owned case; `decide` borrows from it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) policy: Policy,
    pub(super) as_of: Day,
    pub(super) quote: Quote,
    pub(super) company: CompanyView,
    pub(super) history: History,
    pub(super) exposure: Exposure,
    pub(super) seller: Seller,
    /// P(late over 30) and expected days at each candidate, by its place in the list; the last repeats.
    pub(super) chances: Vec<(f64, f64)>,
    pub(super) level: EvidenceLevel,
    pub(super) signals: Vec<Signal>,
    pub(super) failure: Option<FailureEstimate>,
    pub(super) group: Option<GroupExposure>,
    pub(super) set_limit: Option<SetLimit>,
    pub(super) insured: Option<Cover>,
    pub(super) is_ordered: bool,
    pub(super) draw: f64,
}

impl Case {
    /// 18,000 € excl. VAT at 45 days to a sound company with a good record.
    pub(super) fn sound() -> Self {
        let as_of = day("2026-05-31");
        Self {
            policy: Policy::shipped().unwrap(),
            as_of,
            quote: quote(18_000, Terms::net(45), 0.0),
            company: sound_company(as_of),
            history: History {
                invoices: 41,
                settled: 38,
                own_history_weight: share(0.83),
                annual_purchases_incl_vat: Some(euros(240_000)),
                usual_terms_days: Some(45),
                natural_person: None,
                ..History::none(Currency::EUR)
            },
            exposure: Exposure::none(Currency::EUR),
            seller: Seller { yearly_sales_incl_vat: Some(euros(4_000_000)) },
            chances: vec![(0.05, 4.0)],
            level: EvidenceLevel::TrainedModel,
            signals: Vec::new(),
            failure: None,
            group: None,
            set_limit: None,
            insured: None,
            is_ordered: false,
            draw: 0.5,
        }
    }

    pub(super) fn points(&self) -> Vec<LatePoint> {
        let terms = candidate_terms(&self.policy, law(), &self.quote, self.as_of);
        let of = |position: usize| self.chances.get(position).or(self.chances.last()).copied().unwrap();
        terms.into_iter().enumerate().map(|(position, terms)| point(terms, of(position))).collect()
    }

    /// What each rule lets through at best, where it applies.
    pub(super) fn at_best(&self) -> Vec<Option<Verdict>> {
        let points = self.points();
        let evidence = self.evidence(&points);
        let situation = Situation::of(&self.policy, law(), &evidence).unwrap();
        RULES.iter().map(|rule| (rule.at_best)(&situation)).collect()
    }

    fn evidence<'a>(&'a self, late: &'a [LatePoint]) -> Evidence<'a> {
        let Self { as_of, quote, company, history, exposure, seller, level, signals, .. } = self;
        let (failure, group) = (self.failure.as_ref(), self.group.as_ref());
        let (as_of, seller, level, set_limit) = (*as_of, *seller, *level, self.set_limit);
        let (insured, is_ordered, draw) = (self.insured.as_ref(), self.is_ordered, self.draw);
        Evidence {
            as_of,
            quote,
            company,
            history,
            exposure,
            seller,
            late,
            level,
            signals,
            failure,
            group,
            set_limit,
            insured,
            is_ordered,
            draw,
        }
    }

    pub(super) fn decide(&self) -> Decision {
        decide(&self.policy, law(), &self.evidence(&self.points())).unwrap()
    }

    pub(super) fn verdict(&self) -> Verdict {
        decide_briefly(&self.policy, law(), &self.evidence(&self.points())).unwrap().verdict
    }

    /// The terms and deposit of the quote, priced with these chances; nothing when they are unlawful.
    pub(super) fn asked_priced(&self, chances: impl Fn(Terms) -> (f64, f64)) -> Option<Priced> {
        let terms = candidate_terms(&self.policy, law(), &self.quote, self.as_of);
        let late: Vec<LatePoint> = terms.into_iter().map(|terms| point(terms, chances(terms))).collect();
        let evidence = self.evidence(&late);
        Situation::of(&self.policy, law(), &evidence).unwrap().chosen.asked
    }
}

fn point(terms: Terms, (p, days): (f64, f64)) -> LatePoint {
    let curve = vec![(0, chance(p * 2.0)), (30, chance(p)), (60, chance(p / 2.0)), (90, chance(p / 4.0))];
    LatePoint::new(terms, curve, days).unwrap()
}

pub(super) fn law() -> &'static LawTable {
    static LAW: LazyLock<LawTable> = LazyLock::new(|| LawTable::shipped().unwrap());
    &LAW
}

pub(super) fn quote(whole: i64, terms: Terms, deposit: f64) -> Quote {
    let margin = Some(share(0.25));
    let raw = RawQuote { margin, terms: Some(terms), deposit: share(deposit), ..RawQuote::of(euros(whole)) };
    Quote::new(raw).unwrap()
}

pub(super) fn sound_company(as_of: Day) -> CompanyView {
    CompanyView {
        name: Known::Present("Menuiserie du Val".to_owned()),
        legal_form: Known::Present("5710".to_owned()),
        natural_person: Known::Present(false),
        state: Known::Present(CompanyState::Active),
        proceedings: Known::Present(Proceedings::None),
        accounts: Known::Present(Accounts {
            equity: Known::Present(euros(600_000)),
            turnover: Known::Present(euros(3_000_000)),
            net_result: Known::Present(euros(60_000)),
            closed_on: as_of.plus_clamped(-200),
        }),
        created_on: Known::Present(day("2004-02-01")),
        size: Known::Present(SizeBand::Small),
        ..CompanyView::all_missing(as_of, MissingKind::NotFetched)
    }
}

/// The codes of the reasons, in order.
pub(super) fn codes(decision: &Decision) -> Vec<&str> {
    decision.reasons.iter().map(|reason| reason.code.as_str()).collect()
}
