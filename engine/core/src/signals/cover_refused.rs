//! A credit insurer gives no cover on the company, or has taken it back.

use super::{Detector, Looked, Seen};
use crate::company::outside;
use encours_domain::reason::ReasonEvidence;

pub(super) const SIGNAL: Detector = Detector { code: "COVER_REFUSED", find };

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let refused = outside::cover_refused(looked.facts, looked.as_of)?;
    let evidence = ReasonEvidence {
        what: "outside_cover".to_owned(),
        value: "0".to_owned(),
        known_from: Some(refused.date),
        source: Some(refused.title.to_owned()),
    };
    let title = refused.title;
    Some(Seen::new(format!("{title} ne garantit pas"), format!("{title} gives no cover"), vec![evidence]))
}
