//! Which offers are shown.
//!
//! *Light* is the lightest for the client that passes both tests: most days of credit, weighed by the share of the price
//! that is on credit, never more than was asked for. *Prudent* is payment in advance. *Balanced* stands half-way.

use encours_domain::Share;

use super::price::{Order, Priced};
use crate::policy::terms::Terms;

/// The offers of a decision.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::policy) struct Chosen {
    /// What was asked for, when the law allows it.
    pub(in crate::policy) asked: Option<Priced>,
    /// Absent when no credit passes.
    pub(in crate::policy) light: Option<Priced>,
    /// Absent when nothing else passes.
    pub(in crate::policy) balanced: Option<Priced>,
    /// Payment in advance.
    pub(in crate::policy) prepaid: Priced,
    /// Whether the loss is above the cap whatever the terms and the deposit.
    pub(in crate::policy) over_cap: bool,
}

/// What was asked for, and what may be offered instead.
pub(in crate::policy) struct Choice<'a> {
    pub(in crate::policy) asked: Terms,
    pub(in crate::policy) offered_deposit: Share,
    /// Lawful, not longer than asked.
    pub(in crate::policy) terms: &'a [Terms],
    pub(in crate::policy) deposit_steps: &'a [Share],
}

/// Chooses among everything that passes both tests and `also_passes`.
pub(in crate::policy) fn choose(
    order: &Order<'_>,
    choice: &Choice<'_>,
    also_passes: impl Fn(&Priced) -> bool,
) -> Chosen {
    let lawful = choice.terms.contains(&choice.asked);
    let asked = lawful.then(|| order.price(choice.asked, choice.offered_deposit));
    let all = choice.terms.iter().flat_map(|terms| deposits(choice).map(|deposit| order.price(*terms, deposit)));
    let (mut over_cap, mut passing) = (true, Vec::new());
    for priced in all {
        over_cap &= !priced.loss_under_cap;
        if priced.passes() && also_passes(&priced) {
            passing.push(priced);
        }
    }
    let light = lightest(&passing, choice.asked);
    let balanced = light.as_ref().and_then(|light| half_way(&passing, light));
    Chosen { asked, light, balanced, prepaid: order.prepaid(), over_cap }
}

/// What the client offers and every greater step that still leaves some credit.
fn deposits<'a>(choice: &'a Choice<'_>) -> impl Iterator<Item = Share> + 'a {
    let greater = choice.deposit_steps.iter().copied().filter(|step| *step > choice.offered_deposit);
    std::iter::once(choice.offered_deposit).chain(greater).filter(|deposit| *deposit < Share::WHOLE)
}

/// The greatest lightness; among equals the terms asked for, then the smaller deposit.
fn lightest(passing: &[Priced], asked: Terms) -> Option<Priced> {
    let better = |new: &Priced, best: &Priced| {
        new.lightness > best.lightness || (new.lightness >= best.lightness && new.terms == asked && best.terms != asked)
    };
    let best = passing.iter().fold(None, |best: Option<&Priced>, new| match best {
        Some(best) if !better(new, best) => Some(best),
        _ => Some(new),
    });
    best.cloned()
}

/// The one nearest to half the lightness of the light offer; among equals the first, which asks for less deposit.
fn half_way(passing: &[Priced], light: &Priced) -> Option<Priced> {
    let aim = light.lightness / 2.0;
    let others = passing.iter().filter(|priced| priced.lightness < light.lightness);
    others.min_by(|left, right| (left.lightness - aim).abs().total_cmp(&(right.lightness - aim).abs())).cloned()
}
