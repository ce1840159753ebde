//! What the seller's books have in the place of the SIREN is none: too short, too long, or failing its check digit.

use super::{Detector, Looked, Seen, stated};

pub(super) const SIGNAL: Detector = Detector { code: "NUMBER_UNREADABLE", find };

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let text = looked.unreadable_number?;
    let seen = Seen::new(
        "le numéro que portent nos livres n’est pas un SIREN : sa clé est fausse",
        "the number in our books is no SIREN: its check digit is wrong",
        vec![stated("number", encours_domain::error::shortened(text))],
    );
    Some(seen.referring(true))
}
