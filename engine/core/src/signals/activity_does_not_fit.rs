//! What is sold is nothing that a company of this activity buys: a shell, or a number borrowed from somebody else.
//!
//! Divisions of the NAF (rev. 2) are compared with goods that have terms of their own; for other goods only holdings,
//! letting and associations are told, on a first order. A sector in other words than the NAF's is not compared.

use encours_domain::fact::FactKind;

use super::{Detector, Looked, Seen, of_fact, stated};

pub(super) const SIGNAL: Detector = Detector { code: "ACTIVITY_DOES_NOT_FIT", find };

/// Goods of the law table, and the divisions that buy them to use or sell.
const BUYERS: &[(&str, &[u8])] = &[
    ("perishable_food", &[1, 3, 10, 11, 46, 47, 52, 55, 56, 84, 85, 86, 87, 88]),
    ("livestock_fresh_meat", &[1, 10, 46, 47, 55, 56]),
    ("spirits", &[11, 46, 47, 55, 56, 90, 93]),
    ("wine_must", &[1, 11, 46, 47, 55, 56]),
];

/// Sub-classes that trade in nothing: holdings, head offices, letting of own land and buildings.
const TRADE_IN_NOTHING: &[&str] = &["64.20Z", "70.10Z", "68.20A", "68.20B"];

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let fact = looked.latest(FactKind::Sector)?;
    let code = fact.value.trim();
    let division: u8 = code.get(..2)?.parse().ok().filter(|_| is_naf(code))?;
    let buyers = BUYERS.iter().find(|(goods, _)| *goods == looked.goods).map(|(_, buyers)| *buyers);
    let unfit = buyers.is_some_and(|buyers| !buyers.contains(&division));
    let idle = looked.first_order && TRADE_IN_NOTHING.contains(&code);
    (unfit || idle).then(|| {
        Seen::new(
            "l’activité au registre ne va pas avec la commande",
            "the registered activity does not fit the order",
            vec![of_fact(fact), stated("goods", looked.goods)],
        )
    })
}

/// `62.02A`.
fn is_naf(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 6
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            2 => *byte == b'.',
            5 => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_digit(),
        })
}
