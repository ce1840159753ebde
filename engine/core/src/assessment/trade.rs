//! What the seller says of a client beside the ledger: its row in the client file, and its open orders.
//!
//! Cover counts from its first day to its last, and no longer once the insurer's last word is that it gives none.

use encours_domain::client::{ClientRow, Cover};
use encours_domain::order::OrderRow;
use encours_domain::{Currency, Day, DomainError, Money, Share};

use super::Context;
use crate::company::outside::{self, OutsideReport};
use crate::policy::{CoverRule, Exposure, Fed, OrdersKnown};

/// What is known of a client's trade.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trade<'a> {
    /// Its row in the client file.
    pub client: Option<&'a ClientRow>,
    /// Its open orders; absent while no open orders were ever imported.
    pub orders: Option<&'a [OrderRow]>,
    /// The day on which their list was given; absent where it was not kept.
    pub orders_given_on: Option<Day>,
    /// The open order that is checked anew: what the quote is for does not stand beside itself, and the rest stays open.
    pub checked: Option<CheckedOrder<'a>>,
}

/// An open order of which a quote is a part or the whole.
#[derive(Clone, Copy, Debug)]
pub struct CheckedOrder<'a> {
    /// Its number.
    pub number: &'a str,
    /// What the quote is for, incl. VAT.
    pub amount: Money,
}

/// On which terms cover counts.
pub(super) struct CoverTerms {
    /// The policy's rule.
    pub(super) rule: CoverRule,
    /// The insurer's last word, where it is that it gives none.
    pub(super) refused: Option<OutsideReport>,
}

impl CoverTerms {
    pub(super) fn of(context: &Context<'_>, as_of: Day) -> Self {
        Self { rule: context.policy.cover(), refused: outside::cover_refused(context.facts, as_of) }
    }
}

impl<'a> Trade<'a> {
    /// Orders placed before the day, when all of them are in this currency: a sum that leaves one out would be a false one.
    fn orders_before(&self, as_of: Day, currency: Currency) -> Option<impl Iterator<Item = &'a OrderRow>> {
        let orders = self.orders?;
        let known = move |order: &&OrderRow| order.order_date < as_of;
        let one_currency = orders.iter().filter(known).all(|order| order.amount.currency() == currency);
        one_currency.then(|| orders.iter().filter(known))
    }

    /// The insurance that names the client and holds on the day. A refusal that is younger than the cover ends it.
    pub(super) fn insured(&self, as_of: Day, terms: &CoverTerms) -> Option<&'a Cover> {
        let cover = self.client?.insured.as_ref().filter(|cover| cover.holds_on(as_of))?;
        let cut = terms.refused.as_ref().is_some_and(|refused| cover.from.is_none_or(|from| from <= refused.date));
        (!cut).then_some(cover)
    }

    /// Covers that hold on the day, in this currency, each with the share of a loss that it pays.
    fn covers(&self, as_of: Day, currency: Currency, terms: &CoverTerms) -> [Option<(Money, Share)>; 2] {
        let amount = |cover: &Cover| (cover.amount.currency() == currency).then_some(cover.amount);
        // Whom the insurer once named is no longer among those whom it covers without a name.
        let is_named = self.client.is_some_and(|row| row.insured.is_some());
        let unnamed = terms.rule.unnamed_up_to;
        let unnamed = (!is_named && terms.refused.is_none() && unnamed.currency() == currency && unnamed.minor() > 0)
            .then_some(unnamed);
        let insured = self.insured(as_of, terms).and_then(amount).or(unnamed);
        let guaranteed = self.client.and_then(|row| row.guaranteed.as_ref()).filter(|cover| cover.holds_on(as_of));
        [insured.map(|amount| (amount, terms.rule.insured_share)), guaranteed.and_then(amount).map(whole)]
    }

    /// Whether the order that is checked was placed before the day and is for as much as the quote, but for a cent of rounding.
    pub(super) fn is_ordered(&self, as_of: Day) -> bool {
        let Some(checked) = self.checked else { return false };
        let orders = self.orders.unwrap_or_default().iter();
        let placed = orders.filter(|order| order.order_id == checked.number && order.order_date < as_of);
        let same = placed.filter(|order| order.amount.currency() == checked.amount.currency());
        let ordered = same.fold(0_i64, |sum, order| sum.saturating_add(order.amount.minor()));
        checked.amount.minor() > 0 && ordered.saturating_add(1) >= checked.amount.minor()
    }

    fn orders_known(&self, are_counted: bool, as_of: Day) -> OrdersKnown {
        match (self.orders, self.orders_given_on) {
            (None, _) => OrdersKnown::Never,
            (Some(_), _) if !are_counted => OrdersKnown::Uncounted,
            (Some(_), None) => OrdersKnown::Undated,
            // What an answer of before the list was given makes of it is hindsight in any case, and the same on every day.
            (Some(_), Some(given)) => OrdersKnown::On(given.min(as_of)),
        }
    }

    /// Adds orders and cover to an exposure.
    pub(super) fn add_to(&self, exposure: Exposure, as_of: Day, terms: &CoverTerms) -> Result<Exposure, DomainError> {
        let currency = exposure.invoices.currency();
        let (mut orders, mut cover) = (exposure.orders, exposure.cover);
        let known = self.orders_before(as_of, currency);
        let is_covered = self.client.is_some() || terms.rule.unnamed_up_to.minor() > 0;
        let fed = Fed { cover: is_covered, orders: self.orders_known(known.is_some(), as_of), ..exposure.fed };
        let mut quoted = self.checked.map_or(0, |checked| checked.amount.minor().max(0));
        for order in known.into_iter().flatten() {
            let is_checked = self.checked.is_some_and(|checked| checked.number == order.order_id);
            let part = if is_checked { quoted.min(order.amount.minor().max(0)) } else { 0 };
            quoted -= part;
            orders = orders.plus(order.amount)?.minus(Money::from_minor(part, currency))?;
        }
        // Two covers of unlike shares count as one of their mean.
        let mut paid = Money::zero(currency);
        for (amount, share) in self.covers(as_of, currency, terms).into_iter().flatten() {
            cover = cover.plus(amount)?;
            paid = paid.plus(amount.times(share.value()))?;
        }
        let mean = if cover.minor() > 0 { Share::new(paid.major() / cover.major())? } else { Share::NONE };
        Ok(Exposure { orders, cover, insured_share: mean, fed, ..exposure })
    }

    /// Everything of it that an answer as of a day reads, as text to be hashed.
    pub(super) fn evidence(&self, as_of: Day) -> String {
        let orders: Option<Vec<String>> = self.orders.map(|orders| {
            let known = orders.iter().filter(|order| order.order_date < as_of);
            known.map(|order| format!("{} {} {}", order.order_id, order.order_date, order.amount)).collect()
        });
        let cover = self.client.map(|row| format!("{:?} {:?}", row.insured, row.guaranteed));
        // Only where there is one: answers of before it counted are made with the same evidence.
        let margin = self.client.and_then(|row| row.margin).map_or_else(String::new, |margin| format!(" {margin}"));
        let checked = self.checked.map_or_else(String::new, |one| format!(" checked {} {}", one.number, one.amount));
        let given = self.orders_given_on.filter(|given| *given < as_of);
        let given = given.map_or_else(String::new, |given| format!(" orders given on {given}"));
        format!("trade {orders:?} {cover:?}{margin}{checked}{given}")
    }
}

fn whole(amount: Money) -> (Money, Share) {
    (amount, Share::WHOLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encours_domain::ledger::Place;

    fn euros(whole: i64) -> Money {
        Money::from_minor(whole * 100, Currency::EUR)
    }

    fn order(day: &str, amount: Money) -> OrderRow {
        OrderRow {
            place: Place::default(),
            client_id: "C".to_owned(),
            order_id: "O".to_owned(),
            order_date: day.parse().unwrap(),
            delivery_date: None,
            amount,
            amount_excl_vat: None,
            terms: None,
        }
    }

    fn client(insured: i64, until: &str, guaranteed: i64) -> ClientRow {
        let cover = |amount, until: Option<&str>| {
            let until = until.map(|day| day.parse().unwrap());
            Some(Cover { amount: euros(amount), by: None, from: None, until })
        };
        ClientRow {
            place: Place::default(),
            client_id: "C".to_owned(),
            name: None,
            siren: None,
            vat_number: None,
            sector: None,
            terms: None,
            group: None,
            margin: None,
            insured: cover(insured, Some(until)),
            guaranteed: cover(guaranteed, None),
            owner: None,
            city: None,
            postcode: None,
            credit_limit: None,
            email: None,
        }
    }

    #[test]
    fn orders_and_cover_of_the_day() {
        let as_of = "2026-05-31".parse().unwrap();
        let terms = terms(0, None);
        let orders = [order("2026-05-30", euros(500)), order("2026-05-31", euros(70))];
        let row = client(8_000, "2026-12-31", 2_000);
        let given = Some("2026-05-12".parse().unwrap());
        let trade = Trade { client: Some(&row), orders: Some(&orders), orders_given_on: given, checked: None };
        let added = trade.add_to(Exposure::none(Currency::EUR), as_of, &terms).unwrap();
        // An order of the day itself is not known in its morning. 8,000 at 90 % and 2,000 whole pay 9,200 of 10,000.
        assert_eq!((added.orders, added.cover), (euros(500), euros(10_000)));
        assert!((added.insured_share.value() - 0.92).abs() < 1e-12);
        assert!(added.fed.cover && !added.fed.bills);
        assert_eq!(added.fed.orders, OrdersKnown::On("2026-05-12".parse().unwrap()));
        let ended = client(8_000, "2026-05-30", 0);
        let trade = Trade { client: Some(&ended), ..Trade::default() };
        let added = trade.add_to(Exposure::none(Currency::EUR), as_of, &terms).unwrap();
        assert_eq!((added.cover, added.fed.orders), (euros(0), OrdersKnown::Never));
        let foreign = [order("2026-05-30", Money::from_minor(50_000, "USD".parse().unwrap()))];
        let trade = Trade { orders: Some(&foreign), ..Trade::default() };
        let added = trade.add_to(Exposure::none(Currency::EUR), as_of, &terms).unwrap();
        assert_eq!(added.fed.orders, OrdersKnown::Uncounted);
    }

    fn terms(unnamed: i64, refused_on: Option<&str>) -> CoverTerms {
        let rule = CoverRule {
            insured_share: Share::new(0.9).unwrap(),
            declare_overdue_days: None,
            unnamed_up_to: euros(unnamed),
        };
        let refused = refused_on.map(|date| OutsideReport {
            provider: "coface",
            title: "Coface",
            date: date.parse().unwrap(),
            score: None,
            axis: None,
            limit: None,
            cover: Some(euros(0)),
        });
        CoverTerms { rule, refused }
    }

    #[test]
    fn cover_that_is_cut_no_longer_counts_and_small_clients_need_no_name() {
        let as_of = "2026-05-31".parse().unwrap();
        let cover = |row: Option<&ClientRow>, terms: &CoverTerms| {
            let trade = Trade { client: row, ..Trade::default() };
            trade.add_to(Exposure::none(Currency::EUR), as_of, terms).unwrap().cover
        };
        let row = client(8_000, "2026-12-31", 0);
        assert_eq!(cover(Some(&row), &terms(5_000, None)), euros(8_000));
        assert_eq!(cover(Some(&row), &terms(5_000, Some("2026-05-01"))), euros(0));
        // A cover that begins after the refusal is a new one.
        let mut renewed = row.clone();
        renewed.insured.as_mut().unwrap().from = Some("2026-05-15".parse().unwrap());
        assert_eq!(cover(Some(&renewed), &terms(0, Some("2026-05-01"))), euros(8_000));
        // One that ended does not fall back to the cover of those without a name.
        assert_eq!(cover(Some(&client(8_000, "2026-05-30", 0)), &terms(5_000, None)), euros(0));
        assert_eq!(cover(None, &terms(5_000, None)), euros(5_000));
        assert_eq!(cover(None, &terms(5_000, Some("2026-05-01"))), euros(0));
    }

    #[test]
    fn an_order_that_is_checked_anew_does_not_stand_beside_itself() {
        let as_of = "2026-05-31".parse().unwrap();
        let orders = [order("2026-05-30", euros(500))];
        let open = |number, amount: i64| {
            let checked = Some(CheckedOrder { number, amount: euros(amount) });
            let trade = Trade { orders: Some(&orders), checked, ..Trade::default() };
            trade.add_to(Exposure::none(Currency::EUR), as_of, &terms(0, None)).unwrap().orders
        };
        // Of 500 a part of 120 is delivered: 380 stay open. More than the order takes nothing from others.
        let found = [open("O", 500), open("O", 120), open("O", 900), open("P", 500)];
        assert_eq!(found, [euros(0), euros(380), euros(0), euros(500)]);
    }
}
