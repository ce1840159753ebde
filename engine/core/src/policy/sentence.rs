//! One plain sentence: the verdict, the best offer, the main reason.

use encours_domain::{Bilingual, Share, Verdict};

use super::offers::Priced;
use super::rules::{Finding, refuses_prepayment};
use super::situation::Situation;
use super::words::{date, per_cent, say};

/// The answer in one sentence, in both languages.
pub(super) fn sentence(verdict: Verdict, findings: &[Finding], situation: &Situation<'_>) -> Bilingual {
    let because = findings.first().map(|finding| (finding.rule.says)(situation));
    let Some(because) = because else { return granted(situation) };
    match verdict {
        Verdict::Approve => granted(situation),
        Verdict::ApproveWithConditions => on_conditions(situation, &because),
        Verdict::Refer => referred(situation, &because),
        Verdict::Decline => declined(findings, situation, &because),
    }
}

/// Payment in advance is only held out where it may be taken and is worth taking.
fn declined(findings: &[Finding], situation: &Situation<'_>, because: &Bilingual) -> Bilingual {
    if refuses_prepayment(findings) {
        return say(format!("Ne vendez pas : {}.", because.fr), format!("Do not sell: {}.", because.en));
    }
    let (fr, en) = if situation.chosen.prepaid.passes() && !situation.public_buyer {
        (" Le paiement d’avance reste possible.", " Payment in advance remains possible.")
    } else {
        ("", "")
    };
    say(format!("Ne vendez pas à crédit : {}.{fr}", because.fr), format!("Do not sell on credit: {}.{en}", because.en))
}

fn granted(situation: &Situation<'_>) -> Bilingual {
    if situation.evidence.quote.is_prepaid() {
        return say(
            "Vendez : tout est payé d’avance, rien n’est à crédit.",
            "Sell: everything is paid in advance, nothing is on credit.",
        );
    }
    let Some((_, light)) = situation.put_forward() else {
        return say("Vendez aux conditions demandées.", "Sell on the terms asked.");
    };
    let (terms, cash) = (terms_and_deposit(light), date(light.cash()));
    say(
        format!("Vendez {} : encaissement attendu le {}.", terms.fr, cash.fr),
        format!("Sell {}: cash expected on {}.", terms.en, cash.en),
    )
}

fn on_conditions(situation: &Situation<'_>, because: &Bilingual) -> Bilingual {
    let Some((_, light)) = situation.put_forward() else { return referred(situation, because) };
    let terms = terms_and_deposit(light);
    say(format!("Vendez {} : {}.", terms.fr, because.fr), format!("Sell {}: {}.", terms.en, because.en))
}

fn referred(situation: &Situation<'_>, because: &Bilingual) -> Bilingual {
    let no_credit =
        say(format!("Faites décider une personne : {}.", because.fr), format!("Have a person decide: {}.", because.en));
    let Some(light) = &situation.chosen.light else { return no_credit };
    let terms = terms_and_deposit(light);
    say(
        format!("Faites décider une personne : {}. Piste de prix : {}.", because.fr, terms.fr),
        format!("Have a person decide: {}. By price alone: {}.", because.en, terms.en),
    )
}

/// `à 30 jours date de facture avec 30 % d’acompte`.
fn terms_and_deposit(priced: &Priced) -> Bilingual {
    let terms = priced.terms.says();
    let on_delivery = priced.terms.days == 0 && priced.terms.end_of_month.is_none();
    let (fr, en) =
        if on_delivery { (terms.fr, terms.en) } else { (format!("à {}", terms.fr), format!("at {}", terms.en)) };
    if priced.deposit == Share::NONE {
        return Bilingual::new(format!("{fr} sans acompte"), format!("{en} without deposit"));
    }
    let deposit = per_cent(priced.deposit);
    Bilingual::new(format!("{fr} avec {} d’acompte", deposit.fr), format!("{en} with a {} deposit", deposit.en))
}
