//! The name that the seller knows is not one that the register has: the number may be somebody else's.
//!
//! On a first order a person looks, and so where the register's name was not fetched.

use encours_domain::client::{comparable_name, name_likeness};
use encours_domain::fact::{FactKind, Known, MissingKind};

use super::{Detector, Looked, Seen, of_fact, stated};

pub(super) const SIGNAL: Detector = Detector { code: "NAME_DIFFERS", find };

/// Names less alike than this, in hundredths, are two names.
const ALIKE: u8 = 40;

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let given = looked.given_name.filter(|_| looked.siren.is_some())?;
    match looked.company.name {
        Known::Missing(MissingKind::NotFetched) => looked.first_order.then(|| {
            let (fr, en) = ("le nom au registre n’a pas été consulté", "the register’s name was not fetched");
            Seen::new(fr, en, vec![stated("given_name", given)]).referring(true)
        }),
        Known::Missing(_) => None,
        Known::Present(_) => {
            let names = looked.known(FactKind::Name);
            let same = names.iter().any(|fact| is_same(&comparable_name(given), &comparable_name(&fact.value)));
            let fact = names.last().filter(|_| !same)?;
            let (fr, en) = ("le nom donné n’est pas celui du registre", "the name given is not the register’s");
            let evidence = vec![stated("given_name", given), of_fact(fact)];
            Some(Seen::new(fr, en, evidence).referring(looked.first_order))
        }
    }
}

/// One of two names may leave words out.
fn is_same(left: &str, right: &str) -> bool {
    let holds = |whole: &str, part: &str| {
        !part.is_empty() && part.split(' ').all(|word| whole.split(' ').any(|other| other == word))
    };
    name_likeness(left, right) >= ALIKE || holds(left, right) || holds(right, left)
}
