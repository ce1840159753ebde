//! What the seller says of a client beside the ledger: its row in the client file, and its open orders.

use encours_domain::client::{ClientRow, Cover};
use encours_domain::order::OrderRow;
use encours_domain::{Currency, Day, DomainError, Money, Share};

use crate::policy::{Exposure, Fed};

/// What is known of a client's trade.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trade<'a> {
    /// Its row in the client file.
    pub client: Option<&'a ClientRow>,
    /// Its open orders; absent while no open orders were ever imported.
    pub orders: Option<&'a [OrderRow]>,
}

impl<'a> Trade<'a> {
    /// Orders placed before the day, when all of them are in this currency: a sum that leaves one out would be a false one.
    fn orders_before(&self, as_of: Day, currency: Currency) -> Option<impl Iterator<Item = &'a OrderRow>> {
        let orders = self.orders?;
        let known = move |order: &&OrderRow| order.order_date < as_of;
        let one_currency = orders.iter().filter(known).all(|order| order.amount.currency() == currency);
        one_currency.then(|| orders.iter().filter(known))
    }

    /// Covers that hold on the day, in this currency, each with the share of a loss that it pays.
    fn covers(&self, as_of: Day, currency: Currency, insured_share: Share) -> [Option<(Money, Share)>; 2] {
        let holds = |cover: &Option<Cover>| {
            let cover = cover.as_ref().filter(|cover| cover.holds_on(as_of) && cover.amount.currency() == currency);
            cover.map(|cover| cover.amount)
        };
        let insured = self.client.and_then(|row| holds(&row.insured)).map(|amount| (amount, insured_share));
        let guaranteed = self.client.and_then(|row| holds(&row.guaranteed)).map(|amount| (amount, Share::WHOLE));
        [insured, guaranteed]
    }

    /// Adds orders and cover to an exposure.
    pub(super) fn add_to(&self, exposure: Exposure, as_of: Day, insured_share: Share) -> Result<Exposure, DomainError> {
        let currency = exposure.invoices.currency();
        let (mut orders, mut cover) = (exposure.orders, exposure.cover);
        let known = self.orders_before(as_of, currency);
        let fed = Fed { cover: self.client.is_some(), orders: known.is_some(), ..exposure.fed };
        for order in known.into_iter().flatten() {
            orders = orders.plus(order.amount)?;
        }
        // Two covers of unlike shares count as one of their mean.
        let mut paid = Money::zero(currency);
        for (amount, share) in self.covers(as_of, currency, insured_share).into_iter().flatten() {
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
        format!("trade {orders:?} {cover:?}")
    }
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
        let ninety = Share::new(0.9).unwrap();
        let orders = [order("2026-05-30", euros(500)), order("2026-05-31", euros(70))];
        let row = client(8_000, "2026-12-31", 2_000);
        let trade = Trade { client: Some(&row), orders: Some(&orders) };
        let added = trade.add_to(Exposure::none(Currency::EUR), as_of, ninety).unwrap();
        // An order of the day itself is not known in its morning. 8,000 at 90 % and 2,000 whole pay 9,200 of 10,000.
        assert_eq!((added.orders, added.cover), (euros(500), euros(10_000)));
        assert!((added.insured_share.value() - 0.92).abs() < 1e-12);
        assert!(added.fed.orders && added.fed.cover && !added.fed.bills);
        let ended = client(8_000, "2026-05-30", 0);
        let trade = Trade { client: Some(&ended), orders: None };
        let added = trade.add_to(Exposure::none(Currency::EUR), as_of, ninety).unwrap();
        assert_eq!((added.cover, added.fed.orders), (euros(0), false));
        let foreign = [order("2026-05-30", Money::from_minor(50_000, "USD".parse().unwrap()))];
        let trade = Trade { client: None, orders: Some(&foreign) };
        assert!(!trade.add_to(Exposure::none(Currency::EUR), as_of, ninety).unwrap().fed.orders);
    }
}
