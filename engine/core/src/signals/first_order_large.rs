//! A first order that is a large part of what the company sells in a year.

use super::{Detector, Looked, Seen, stated};
use crate::policy::words::short_amount;

pub(super) const SIGNAL: Detector = Detector { code: "FIRST_ORDER_LARGE", find };

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let order = looked.order.filter(|_| looked.first_order)?;
    let accounts = looked.company.accounts.present()?;
    let turnover = *accounts.turnover.present()?;
    let most = turnover.times(looked.rule.first_order_share.value());
    let same = order.currency() == turnover.currency();
    (same && turnover.minor() > 0 && order.minor() > most.minor()).then(|| {
        let (amount, sales) = (short_amount(order), short_amount(turnover));
        Seen::new(
            format!("première commande de {}, pour un chiffre d’affaires de {}", amount.fr, sales.fr),
            format!("a first order of {}, for a turnover of {}", amount.en, sales.en),
            vec![stated("order", order.decimal()), stated("turnover", turnover.decimal())],
        )
    })
}
