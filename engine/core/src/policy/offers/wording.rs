//! The sentences to paste into a quote.

use encours_domain::{Bilingual, Money, Share};

use super::price::{Order, Priced};
use crate::policy::words::{amount, date, per_cent, say};

/// Terms, deposit and late-payment clause of an offer.
pub(super) fn of(priced: &Priced, order: &Order<'_>, clause: &Bilingual) -> Bilingual {
    if priced.deposit == Share::WHOLE {
        return prepaid(order);
    }
    let sentences = [terms(priced, order), deposit(priced, order), clause.clone()];
    let join = |pick: fn(&Bilingual) -> &str| -> String {
        let filled: Vec<&str> = sentences.iter().map(pick).filter(|sentence| !sentence.is_empty()).collect();
        filled.join(" ")
    };
    say(join(|sentence| sentence.fr.as_str()), join(|sentence| sentence.en.as_str()))
}

fn prepaid(order: &Order<'_>) -> Bilingual {
    let price = amount(order.amount_incl_vat);
    say(
        format!("Paiement d’avance : {} TTC à régler avant la livraison, sur facture d’acompte.", price.fr),
        format!("Payment in advance: {} incl. VAT, due before delivery against a deposit invoice.", price.en),
    )
}

fn terms(priced: &Priced, order: &Order<'_>) -> Bilingual {
    let (terms, due, invoice) = (priced.terms.says(), date(priced.due), date(order.invoice));
    if order.public_buyer && priced.terms.end_of_month.is_none() {
        let days = priced.terms.days;
        return say(
            format!(
                "Règlement à {days} jours de la réception de la facture, soit le {} pour une facture reçue le {}.",
                due.fr, invoice.fr
            ),
            format!(
                "Payment {days} days from receipt of the invoice, that is {} for an invoice received on {}.",
                due.en, invoice.en
            ),
        );
    }
    say(
        format!("Règlement {}, soit le {} pour une facture du {}.", prefixed(priced, &terms.fr), due.fr, invoice.fr),
        format!("Payment {}, that is {} for an invoice of {}.", terms.en, due.en, invoice.en),
    )
}

fn prefixed(priced: &Priced, terms: &str) -> String {
    if priced.terms.days == 0 && priced.terms.end_of_month.is_none() {
        terms.to_owned()
    } else {
        format!(
            "à \
        {terms}"
        )
    }
}

fn deposit(priced: &Priced, order: &Order<'_>) -> Bilingual {
    if priced.deposit == Share::NONE {
        return Bilingual::new("", "");
    }
    let (share, part) = (per_cent(priced.deposit), order.deposit_amount(priced.deposit));
    let rest = Money::from_minor(order.amount_incl_vat.minor() - part.minor(), part.currency());
    let (part, rest) = (amount(part), amount(rest));
    say(
        format!("Acompte de {} à la commande, soit {} TTC ; solde de {} TTC à l’échéance.", share.fr, part.fr, rest.fr),
        format!(
            "Deposit (acompte) of {} with the order, {} incl. VAT; balance of {} incl. VAT when due.",
            share.en, part.en, rest.en
        ),
    )
}
