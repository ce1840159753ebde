//! Seat and directors changed together a short while ago: so does a company that was taken over to be emptied.

use encours_domain::fact::FactKind;

use super::{Detector, Looked, Seen, of_fact};

pub(super) const SIGNAL: Detector = Detector { code: "JUST_CHANGED", find };

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let changes = looked.known(FactKind::Change);
    let of = |word: &str| {
        let recent = changes.iter().rev().find(|fact| fact.value.split(' ').next() == Some(word));
        recent.filter(|fact| looked.within(fact.known_from, looked.rule.changed_days))
    };
    let (seat, directors) = (of("seat")?, of("directors")?);
    let (fr, en) = ("siège et dirigeants changés il y a peu", "seat and directors changed a short while ago");
    Some(Seen::new(fr, en, vec![of_fact(seat), of_fact(directors)]))
}
