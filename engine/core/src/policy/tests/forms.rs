//! Other forms of an order: guarantee, instalments, discount.

use encours_domain::Share;

use super::support::{Case, euros, policy_with, quote, share};
use crate::policy::*;

fn found<'d>(decision: &'d Decision, form: &str) -> Option<&'d Alternative> {
    decision.alternatives.iter().find(|one| one.form == form)
}

/// 21,600 incl. VAT in three parts: what cannot be parted is on the last, and the balance is out for two thirds of the days.
#[test]
fn instalments_add_up_and_cost_less_waiting() {
    let case = Case::sound();
    let decision = case.decide();
    let parts = found(&decision, "instalments").unwrap();
    let (amounts, days): (Vec<i64>, Vec<String>) =
        parts.instalments.iter().map(|one| (one.amount.minor(), one.due_date.to_string())).unzip();
    assert_eq!(amounts, [720_000, 720_000, 720_000]);
    // Invoice of 10 June, 45 days.
    assert_eq!(days, ["2026-06-25", "2026-07-10", "2026-07-25"]);
    // 45 days on average 30, and four days late.
    assert_eq!(parts.offer.cost_of_waiting, euros(21_600).times(34.0 / 365.0 * 0.06));
    assert_eq!(parts.offer.expected_loss, decision.offers[0].expected_loss, "parts change no chance of loss");
    assert!(parts.offer.worth.minor() > decision.offers[0].worth.minor());
    assert!(parts.offer.wording.fr.starts_with("Solde en 3 échéances\u{a0}:"), "{}", parts.offer.wording.fr);
    let odd = Case { quote: quote(100, Terms::net(45), 0.0), ..case };
    let odd = odd.decide();
    let amounts: Vec<i64> =
        found(&odd, "instalments").unwrap().instalments.iter().map(|one| one.amount.minor()).collect();
    assert_eq!(amounts, [4_000, 4_000, 4_000]);
}

/// Where price alone holds back, a guarantee that pays four fifths of a loss gives the client more credit.
#[test]
fn a_guarantee_gives_credit_where_the_loss_was_too_large() {
    let decision = Case { chances: vec![(0.30, 25.0)], ..Case::sound() }.decide();
    let (light, guaranteed) = (&decision.offers[0], found(&decision, "guarantee").unwrap());
    assert!(light.deposit_share > Share::NONE);
    assert_eq!((guaranteed.offer.deposit_share, guaranteed.offer.terms_days), (Share::NONE, 45));
    assert_eq!(guaranteed.guarantee_share, Some(share(0.8)));
    // One fifth of the loss stays ours, and having the guarantee costs half a per cent.
    let p = guaranteed.offer.p_never_paid.value();
    assert_eq!(guaranteed.offer.expected_loss, euros(18_000).times(p * 0.9 * (1.0 - 0.8)));
    let costs = guaranteed.offer.expected_loss.minor()
        + guaranteed.offer.cost_of_waiting.minor()
        + euros(18_000).times(0.005 + 0.005).minor();
    assert_eq!(guaranteed.offer.worth.minor(), euros(4_500).minor() - costs);
    // A client who needs none is asked for none.
    assert!(found(&Case::sound().decide(), "guarantee").is_none());
}

/// A discount of 0.1 % that a third of clients take for ten days instead of forty-five and four is worth it at 12 % a year.
#[test]
fn a_discount_is_shown_where_it_is_worth_it_and_the_clause_says_so() {
    let with = |rate: &str, money: &str| Case {
        policy: policy_with(&[
            ("early_discount = 0.0 ", &format!("early_discount = {rate} ")),
            ("cost_of_money = 0.06 ", &format!("cost_of_money = {money} ")),
        ]),
        ..Case::sound()
    };
    let decision = with("0.001", "0.12").decide();
    let discount = found(&decision, "early_discount").unwrap();
    assert_eq!((discount.early_discount, discount.early_days), (Some(share(0.001)), Some(10)));
    assert!(discount.offer.worth.minor() > decision.offers[0].worth.minor());
    let wording = &discount.offer.wording.fr;
    assert!(wording.contains("Escompte de 0,1") && !wording.contains("Pas d’escompte"), "{wording}");
    assert!(wording.contains("indemnité forfaitaire"), "{wording}");
    assert!(found(&with("0.02", "0.06").decide(), "early_discount").is_none(), "two per cent are too much");
    assert!(found(&with("0.0", "0.06").decide(), "early_discount").is_none());
}
