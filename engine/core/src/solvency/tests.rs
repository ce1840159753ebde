use super::*;
use crate::company::{Accounts, CompanyState, Proceedings, SizeBand};
use crate::policy::Policy;
use encours_domain::fact::MissingKind;
use encours_domain::{Currency, Day, Money};

fn rule() -> FailureRule {
    Policy::shipped().unwrap().failure_rule().clone()
}

fn in_order() -> CompanyView {
    let as_of: Day = "2026-05-31".parse().unwrap();
    let euros = |whole: i64| Money::from_minor(whole * 100, Currency::EUR);
    CompanyView {
        legal_form: Known::Present("5710".to_owned()),
        natural_person: Known::Present(false),
        state: Known::Present(CompanyState::Active),
        proceedings: Known::Present(Proceedings::None),
        accounts: Known::Present(Accounts {
            equity: Known::Present(euros(500_000)),
            turnover: Known::Present(euros(3_000_000)),
            net_result: Known::Present(euros(60_000)),
            closed_on: as_of.plus_clamped(-200),
        }),
        created_on: Known::Present("2001-01-01".parse().unwrap()),
        size: Known::Present(SizeBand::Larger),
        ..CompanyView::all_missing(as_of, MissingKind::NotFetched)
    }
}

fn p(company: &CompanyView) -> f64 {
    failure(&rule(), company, LedgerDistress::default(), None).p_12_months.value()
}

#[test]
fn a_company_in_order_has_the_base_rate() {
    let failure = failure(&rule(), &in_order(), LedgerDistress::default(), None);
    assert!((failure.p_12_months.value() - 0.006).abs() < 1e-12);
    assert_eq!((failure.class.as_str(), failure.moves.len()), ("2", 0));
}

#[test]
fn bad_news_never_lowers_it() {
    let good = in_order();
    let mut last = p(&good);
    for (proceedings, _) in Proceedings::ALL {
        let now = p(&CompanyView { proceedings: Known::Present(*proceedings), ..good.clone() });
        assert!(now >= last, "{proceedings:?}");
        last = now;
    }
    assert!(last > 0.9, "an open liquidation is all but certain");
    let accounts = *good.accounts.present().unwrap();
    let minus = Money::from_minor(-1, Currency::EUR);
    for worse in [
        Accounts { equity: Known::Present(minus), ..accounts },
        Accounts { net_result: Known::Present(minus), ..accounts },
    ] {
        assert!(p(&CompanyView { accounts: Known::Present(worse), ..good.clone() }) > p(&good));
    }
    for distress in
        [LedgerDistress { bounced: 1, long_overdue: false }, LedgerDistress { bounced: 0, long_overdue: true }]
    {
        assert!(failure(&rule(), &good, distress, None).p_12_months.value() > p(&good));
    }
}

#[test]
fn missing_evidence_never_counts_for_less_than_a_value_in_order() {
    let good = in_order();
    for kind in [MissingKind::NotFetched, MissingKind::Overdue] {
        let ages_and_sizes = [
            CompanyView { created_on: Known::Missing(kind), ..good.clone() },
            CompanyView { size: Known::Missing(kind), ..good.clone() },
        ];
        let young = CompanyView { created_on: Known::Present(good.as_of.plus_clamped(-100)), ..good.clone() };
        let micro = CompanyView { size: Known::Present(SizeBand::Micro), ..good.clone() };
        assert!(p(&ages_and_sizes[0]) >= p(&young) && p(&ages_and_sizes[1]) >= p(&micro));
        assert!(p(&CompanyView { accounts: Known::Missing(kind), ..good.clone() }) > p(&good));
    }
    let confidential = CompanyView { accounts: Known::Missing(MissingKind::Confidential), ..good.clone() };
    assert!(p(&confidential) <= p(&good), "the law allows it: it says nothing");
    assert!(p(&confidential) >= p(&good));
}
