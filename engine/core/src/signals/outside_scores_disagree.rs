//! Two providers say the opposite of one company: one of them knows something.

use super::{Detector, Looked, Seen};
use crate::company::outside;
use encours_domain::reason::ReasonEvidence;

pub(super) const SIGNAL: Detector = Detector { code: "OUTSIDE_SCORES_DISAGREE", find };

/// So far apart on the axis of hundred.
const APART: u8 = 40;
/// Scores older than this are not held against each other.
const RECENT_DAYS: i32 = 365;

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let said = outside::latest(looked.facts, looked.as_of);
    let recent = said.iter().filter(|one| looked.as_of.days_since(one.date) <= RECENT_DAYS);
    let scored: Vec<_> = recent.filter_map(|one| Some((one.axis?, one))).collect();
    let worst = scored.iter().min_by_key(|(axis, one)| (*axis, one.provider))?;
    let best = scored.iter().max_by_key(|(axis, one)| (*axis, one.provider))?;
    let evidence = [best, worst].map(|(axis, one)| ReasonEvidence {
        what: "outside_score".to_owned(),
        value: format!("{} ({axis}/100)", one.score.as_deref().unwrap_or_default()),
        known_from: Some(one.date),
        source: Some(one.title.to_owned()),
    });
    (best.0.saturating_sub(worst.0) >= APART).then(|| {
        Seen::new(
            format!("{} et {} se contredisent", best.1.title, worst.1.title),
            format!("{} and {} contradict each other", best.1.title, worst.1.title),
            evidence.to_vec(),
        )
    })
}
