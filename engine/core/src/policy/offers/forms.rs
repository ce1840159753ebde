//! Other forms than days and a deposit: a guarantee, instalments, a discount for early payment. Each is priced like any offer,
//! and shown only where it gives what the lightest offer does not: more credit for the client, or more worth to us.

use encours_domain::{Bilingual, Day, Money, Share};
use serde::Serialize;

use super::Offer;
use super::choose::Chosen;
use super::price::{Order, Priced};
use crate::policy::file::FormsRule;
use crate::policy::words::{amount, date, per_cent, say};

/// In which form an order is paid for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::policy) enum Form {
    /// Days and a deposit.
    #[default]
    Plain,
    /// With a guarantee that pays a share of the loss and costs us something.
    Guaranteed {
        /// Share of a loss that it pays.
        share: Share,
        /// What it costs, share of the amount excl. VAT.
        cost: Share,
    },
    /// In so many equal parts, the last at the end of the terms.
    Instalments(u16),
    /// With a discount for payment within some days, which a share of clients take.
    Discounted {
        /// Share of the price.
        rate: Share,
        /// Days from the invoice.
        within: u16,
        /// Share of clients who take it.
        taken: Share,
    },
}

impl Form {
    /// The forms that a policy offers.
    fn offered(rule: &FormsRule) -> Vec<Form> {
        let guaranteed = Form::Guaranteed { share: rule.guarantee_share, cost: rule.guarantee_cost };
        let discounted =
            Form::Discounted { rate: rule.early_discount, within: rule.early_days, taken: rule.early_taken };
        let forms = [
            (rule.guarantee_share > Share::NONE, guaranteed),
            (rule.instalments > 1, Form::Instalments(rule.instalments)),
            (rule.early_discount > Share::NONE, discounted),
        ];
        forms.into_iter().filter(|(offered, _)| *offered).map(|(_, form)| form).collect()
    }

    const fn name(self) -> &'static str {
        match self {
            Form::Plain => "plain",
            Form::Guaranteed { .. } => "guarantee",
            Form::Instalments(_) => "instalments",
            Form::Discounted { .. } => "early_discount",
        }
    }

    /// Share of what is lost that stays ours.
    pub(super) fn loss_kept(self) -> f64 {
        match self {
            Form::Guaranteed { share, .. } => 1.0 - share.value(),
            Form::Plain | Form::Instalments(_) | Form::Discounted { .. } => 1.0,
        }
    }

    /// Days from the invoice for which the balance is out on average, before anybody is late.
    pub(super) fn mean_days(self, days: f64) -> f64 {
        match self {
            Form::Plain | Form::Guaranteed { .. } => days,
            // Parts fall due after 1/n, 2/n … of the days: (n + 1) / 2n of them on average.
            Form::Instalments(parts) => days * (f64::from(parts) + 1.0) / (2.0 * f64::from(parts.max(1))),
            Form::Discounted { within, taken, .. } => {
                let early = f64::from(within).min(days);
                taken.value() * early + (1.0 - taken.value()) * days
            }
        }
    }

    /// What it costs us, share of the amount excl. VAT, where this share of the price is on credit.
    pub(super) fn cost(self, on_credit: f64) -> f64 {
        match self {
            Form::Plain | Form::Instalments(_) => 0.0,
            Form::Guaranteed { cost, .. } => cost.value(),
            Form::Discounted { rate, taken, .. } => rate.value() * taken.value() * on_credit,
        }
    }

    /// Part of the days of credit that the client keeps.
    pub(super) fn credit_kept(self) -> f64 {
        match self {
            Form::Instalments(parts) => (f64::from(parts) + 1.0) / (2.0 * f64::from(parts.max(1))),
            Form::Plain | Form::Guaranteed { .. } | Form::Discounted { .. } => 1.0,
        }
    }
}

/// A part of the balance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Instalment {
    /// When it falls due.
    pub due_date: Day,
    /// Incl. VAT.
    pub amount: Money,
}

/// An order in another form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alternative {
    /// `guarantee`, `instalments` or `early_discount`.
    pub form: &'static str,
    /// Of a guarantee: the share of a loss that it must pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guarantee_share: Option<Share>,
    /// Of a discount: share of the price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_discount: Option<Share>,
    /// Of a discount: days from the invoice within which it is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_days: Option<u16>,
    /// Of instalments: each part of the balance.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instalments: Vec<Instalment>,
    /// Terms, deposit, price and wording.
    pub offer: Offer,
}

/// The other forms that give the client or us something that the plain offers do not; `choose` finds the lightest offer in a
/// form, `clause` is the one on late payment.
pub(in crate::policy) fn alternatives(
    order: &Order<'_>,
    rule: &FormsRule,
    plain: &Chosen,
    choose: impl Fn(&Order<'_>) -> Chosen,
    clause: &Bilingual,
) -> Vec<Alternative> {
    let is_worth_showing = |priced: &Priced| {
        plain.light.as_ref().is_none_or(|light| {
            priced.lightness > light.lightness
                || (priced.terms == light.terms && priced.worth.minor() > light.worth.minor())
        })
    };
    let forms = Form::offered(rule).into_iter().filter_map(|form| {
        let order = order.in_form(form);
        let priced = choose(&order).light.filter(is_worth_showing)?;
        Some(written(&order, form, &priced, clause))
    });
    forms.collect()
}

fn written(order: &Order<'_>, form: Form, priced: &Priced, clause: &Bilingual) -> Alternative {
    let instalments = instalments(order, form, priced);
    let clause = match form {
        // L441-9: the invoice says the discount, or that there is none.
        Form::Discounted { .. } => without_no_discount(clause),
        Form::Plain | Form::Guaranteed { .. } | Form::Instalments(_) => clause.clone(),
    };
    let mut offer = Offer::of(form.name(), priced, order, &clause);
    let told = in_words(form, &instalments);
    offer.wording = say(format!("{} {}", told.fr, offer.wording.fr), format!("{} {}", told.en, offer.wording.en));
    let (guarantee_share, early_discount, early_days) = match form {
        Form::Guaranteed { share, .. } => (Some(share), None, None),
        Form::Discounted { rate, within, .. } => (None, Some(rate), Some(within)),
        Form::Plain | Form::Instalments(_) => (None, None, None),
    };
    Alternative { form: form.name(), guarantee_share, early_discount, early_days, instalments, offer }
}

/// Equal parts of the balance, what cannot be parted on the last.
fn instalments(order: &Order<'_>, form: Form, priced: &Priced) -> Vec<Instalment> {
    let Form::Instalments(parts) = form else { return Vec::new() };
    let balance = order.amount_incl_vat.minor() - order.deposit_amount(priced.deposit).minor();
    let (parts, days) = (i32::from(parts.max(1)), priced.due.days_since(order.invoice));
    let one = balance / i64::from(parts);
    let part = |number: i32| {
        let last = number == parts;
        let minor = if last { balance - one * i64::from(parts - 1) } else { one };
        let due_date = if last { priced.due } else { order.invoice.plus_clamped(days * number / parts) };
        Instalment { due_date, amount: Money::from_minor(minor, order.amount_incl_vat.currency()) }
    };
    (1..=parts).map(part).collect()
}

fn in_words(form: Form, instalments: &[Instalment]) -> Bilingual {
    match form {
        Form::Plain => Bilingual::new("", ""),
        Form::Guaranteed { share, .. } => {
            let share = per_cent(share);
            say(
                format!("Sous réserve d’une garantie à première demande couvrant {} du solde.", share.fr),
                format!("Subject to a guarantee on first demand over {} of the balance.", share.en),
            )
        }
        Form::Instalments(parts) => {
            let part = |pick: fn(&Bilingual) -> &str| -> String {
                let told = instalments.iter().map(|one| {
                    let (money, day) = (amount(one.amount), date(one.due_date));
                    format!("{} ({})", pick(&money), pick(&day))
                });
                told.collect::<Vec<_>>().join(", ")
            };
            say(
                format!("Solde en {parts} échéances : {}.", part(|text| &text.fr)),
                format!("Balance in {parts} instalments: {}.", part(|text| &text.en)),
            )
        }
        Form::Discounted { rate, within, .. } => {
            let rate = per_cent(rate);
            say(
                format!("Escompte de {} pour un paiement sous {within} jours de la facture.", rate.fr),
                format!("A discount of {} for payment within {within} days of the invoice.", rate.en),
            )
        }
    }
}

/// The clause without its last sentence, which says that there is no discount.
fn without_no_discount(clause: &Bilingual) -> Bilingual {
    let cut = |text: &str| {
        let body = text.trim_end().trim_end_matches('.');
        body.rsplit_once(". ").map_or_else(|| text.to_owned(), |(kept, _)| format!("{kept}."))
    };
    Bilingual::new(cut(&clause.fr), cut(&clause.en))
}
