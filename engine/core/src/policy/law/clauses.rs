//! Clauses that belong in the general terms of sale, each with its article: a draft for a lawyer to read, not legal advice.

use encours_domain::{Bilingual, Day};
use serde::Serialize;

use super::{LawNote, LawTable};
use crate::policy::words::{amount, say};

/// Articles on what stands in quotes and general terms; a law may lack any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ContractRule {
    pub(super) deposit: Option<String>,
    pub(super) title: Option<String>,
    pub(super) no_discount: Option<String>,
    pub(super) break_up: Option<String>,
}

impl ContractRule {
    /// Tables of before this section said of deposits what stood in the program.
    pub(super) fn before_it_was_data() -> Self {
        Self { deposit: Some("1590 C. civ.".to_owned()), title: None, no_discount: None, break_up: None }
    }
}

/// A clause of the general terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// `penalties`, `fixed_fee`, `no_discount`, `deposit`, `retention_of_title`.
    pub name: &'static str,
    /// Where the law speaks of it.
    pub article: String,
    /// To paste. The French wording is the one that counts.
    pub text: Bilingual,
}

impl LawTable {
    /// The clauses that belong in the general terms, with the figures of a day. One whose article the table lacks is left
    /// out.
    pub fn clauses(&self, day: Day) -> Vec<Clause> {
        let fee = amount(self.late.fixed_fee);
        let by_article =
            |name, article: &Option<String>, text| article.clone().map(|article| Clause { name, article, text });
        let always = |name, article: &str, text| Some(Clause { name, article: article.to_owned(), text });
        let clauses = [
            always("penalties", &self.late.article, self.penalties(day)),
            always("fixed_fee", &self.late.fixed_fee_article, fixed_fee(&fee)),
            by_article("no_discount", &self.contract.no_discount, no_discount()),
            by_article("deposit", &self.contract.deposit, deposit()),
            by_article("retention_of_title", &self.contract.title, retention_of_title()),
        ];
        clauses.into_iter().flatten().collect()
    }

    fn penalties(&self, day: Day) -> Bilingual {
        let points = self.late.points_above_ecb;
        let today = super::notes::today(self, day, points);
        say(
            format!(
                "Toute somme impayée à l’échéance portée sur la facture produit de plein droit, dès le jour suivant et sans \
                    qu’un rappel soit nécessaire, des pénalités de retard au taux d’intérêt appliqué par la Banque centrale \
                    européenne à son opération de refinancement la plus récente majoré de {points} points de \
                    pourcentage{}. Le taux applicable pendant un semestre est celui en vigueur au premier jour de ce semestre.",
                today.fr
            ),
            format!(
                "Any sum unpaid on the due date of the invoice bears, by right from the following day and without any \
                    reminder, late interest at the rate of the European Central Bank's most recent main refinancing operation \
                    plus {points} percentage points{}. The rate of a half-year is the one in force on its first day.",
                today.en
            ),
        )
    }

    /// An established client whose usual terms are not offered any more: the law wants notice.
    pub(in crate::policy) fn break_up_note(&self, usual_days: u16, offered_days: Option<u16>) -> Option<LawNote> {
        let article = self.contract.break_up.clone()?;
        let (fr, en) = match offered_days {
            Some(days) => (
                format!("ramener ses délais de {usual_days} à {days} jours"),
                format!("cutting its terms from {usual_days} to {days} days"),
            ),
            None => ("lui retirer tout crédit".to_owned(), "taking all credit from it".to_owned()),
        };
        Some(LawNote {
            article,
            says: say(
                format!(
                    "Client établi : {fr} du jour au lendemain peut être une rupture brutale. Prévenez par écrit, avec un \
                        préavis qui tienne compte de l’ancienneté de la relation ; un impayé grave dispense de préavis."
                ),
                format!(
                    "An established client: {en} overnight may be a brutal break. Give notice in writing, as long as the \
                        relation is old; a grave default needs none."
                ),
            ),
        })
    }
}

fn fixed_fee(fee: &Bilingual) -> Bilingual {
    say(
        format!(
            "Tout retard de paiement donne lieu, en outre, à une indemnité forfaitaire pour frais de recouvrement de {} par \
                facture, due de plein droit. Si les frais exposés sont supérieurs, une indemnité complémentaire peut être \
                demandée sur justification.",
            fee.fr
        ),
        format!(
            "Any late payment also gives rise, by right, to a fixed fee of {} for each invoice for the cost of recovery. Where \
                the costs are higher, more may be asked for on proof.",
            fee.en
        ),
    )
}

fn no_discount() -> Bilingual {
    say("Aucun escompte n’est consenti pour paiement anticipé.", "No discount is granted for early payment.")
}

fn deposit() -> Bilingual {
    say(
        "Toute somme versée à la commande est un acompte : elle s’impute sur le prix, engage les deux parties et ne constitue \
            pas des arrhes au sens de l’article 1590 du code civil.",
        "Any sum paid with the order is an acompte: it counts towards the price, binds both sides, and is not arrhes within the \
            meaning of article 1590 of the French civil code.",
    )
}

fn retention_of_title() -> Bilingual {
    say(
        "Le vendeur conserve la propriété des biens livrés jusqu’au paiement complet du prix, en principal et accessoires. \
            L’acheteur en assume la garde et les risques dès la livraison. À défaut de paiement à l’échéance, le vendeur peut \
            reprendre les biens ; ceux qui se trouvent chez l’acheteur sont présumés être les biens impayés. La présente \
            clause est convenue par écrit au plus tard à la livraison.",
        "The seller keeps the property of the goods delivered until the price is paid in full, with all accessories. The buyer \
            keeps them and bears their risk from delivery. Where the price is not paid when due, the seller may take the goods \
            back; those found with the buyer are presumed to be the unpaid ones. This clause is agreed in writing by delivery \
            at the latest.",
    )
}
