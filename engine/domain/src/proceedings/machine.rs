//! Where a company stands: notices laid in the order of their judgments, corrections first.

use super::notice::{Correction, Earlier, Notice, Plan, Procedure, Standing, Step};
use crate::day::Day;

/// Where a company stands, since when, and which notice says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    /// The state.
    pub standing: Standing,
    /// From which day it holds.
    pub since: Day,
    /// The notice.
    pub notice: String,
}

/// What became known on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The day of publication.
    pub known_from: Day,
    /// Where the company stands, as was known from then on.
    pub stand: Stand,
}

/// Where a company stood on the day `on`, as the notices published up to and including the day `known` tell it;
/// nothing where none says anything of it.
pub fn stand(notices: &[Notice], on: Day, known: Day) -> Option<Stand> {
    let published: Vec<&Notice> = notices.iter().filter(|notice| notice.published <= known).collect();
    let mut standing = in_force(&published);
    standing.retain(|notice| notice.holds_from() <= on);
    standing.sort_by_key(|notice| (notice.holds_from(), notice.published, &notice.id));
    let mut history: Vec<(&Notice, Stand)> = Vec::new();
    for notice in standing {
        let next = next(&history, notice);
        if let Some(next) = next {
            history.push((notice, next));
        }
    }
    history.pop().map(|(_, stand)| stand)
}

/// Each day on which the known state changed, with the state known from then on. Every day is seen as it was then: a
/// notice that was corrected later stands in the list, and its correction after it.
pub fn changes(notices: &[Notice]) -> Vec<Change> {
    let mut days: Vec<Day> = notices.iter().map(|notice| notice.published).collect();
    days.sort_unstable();
    days.dedup();
    let mut changes: Vec<Change> = Vec::new();
    for day in days {
        let before = changes.last().map(|change| &change.stand);
        match stand(notices, day, day) {
            Some(now) if before != Some(&now) => changes.push(Change { known_from: day, stand: now }),
            // What was known was annulled, and nothing stands in its place.
            None if before.is_some_and(|before| before.standing != Standing::None) => {
                let annulled = notices.iter().filter(|notice| notice.published == day).map(|notice| notice.id.clone());
                let notice = annulled.max().unwrap_or_default();
                let stand = Stand { standing: Standing::None, since: day, notice };
                changes.push(Change { known_from: day, stand });
            }
            _ => {}
        }
    }
    changes
}

/// The notices that no later one has replaced or annulled. A replacement can itself be replaced.
fn in_force<'n>(published: &[&'n Notice]) -> Vec<&'n Notice> {
    let mut order: Vec<&Notice> = published.to_vec();
    order.sort_by_key(|notice| (notice.published, &notice.id));
    let mut kept: Vec<&Notice> = Vec::new();
    for notice in order {
        match &notice.correction {
            Correction::None => kept.push(notice),
            Correction::Replaces(earlier) => {
                remove(&mut kept, earlier, notice);
                kept.push(notice);
            }
            Correction::Annuls(earlier) => remove(&mut kept, earlier, notice),
        }
    }
    kept
}

/// Takes the notice away that a correction speaks of: by its number, else by day and number in the issue, else by its
/// day alone, else the last one of its year. Old notices give numbers that fit no issue.
fn remove(kept: &mut Vec<&Notice>, earlier: &Earlier, correction: &Notice) {
    let same_step = |notice: &Notice| std::mem::discriminant(&notice.step) == std::mem::discriminant(&correction.step);
    let last = |fits: &dyn Fn(&Notice) -> bool| {
        let alike = kept.iter().rposition(|notice| fits(notice) && same_step(notice));
        alike.or_else(|| kept.iter().rposition(|notice| fits(notice)))
    };
    let by_id = earlier.id.as_ref().and_then(|id| last(&|notice| notice.id == *id));
    let by_number = || {
        let (day, number) = (earlier.published?, earlier.number.as_ref()?);
        last(&|notice| notice.published == day && notice.number == *number)
    };
    let by_day = || earlier.published.and_then(|day| last(&|notice| notice.published == day));
    let by_year = || {
        let year = earlier.published.map(year_of)?;
        last(&|notice| year_of(notice.published) == year && same_step(notice))
    };
    if let Some(at) = by_id.or_else(by_number).or_else(by_day).or_else(by_year) {
        kept.remove(at);
    }
}

fn year_of(day: Day) -> i32 {
    use chrono::Datelike;
    day.date().year()
}

/// Where the company stands after a notice; nothing when the notice changes nothing.
fn next(history: &[(&Notice, Stand)], notice: &Notice) -> Option<Stand> {
    let current = history.last().map(|(_, stand)| stand);
    let standing = current.map_or(Standing::None, |stand| stand.standing);
    let becomes = |standing| Some(Stand { standing, since: notice.holds_from(), notice: notice.id.clone() });
    let liquidated = standing == Standing::Liquidation;
    match notice.step {
        Step::Into(procedure, _) => becomes(procedure.into()),
        Step::Plan(Plan::Sale) if liquidated || standing == Standing::Receivership => None,
        // No plan saves a company from a liquidation that has not been undone.
        Step::Plan(_) if liquidated => None,
        Step::Plan(_) => becomes(Standing::Plan),
        Step::PlanChanged if matches!(standing, Standing::None | Standing::Closed) => becomes(Standing::Plan),
        // The plan has failed: creditors are where they were in the proceedings before it.
        Step::PlanFailed if !liquidated => becomes(Standing::Receivership),
        Step::Conciliation if matches!(standing, Standing::None | Standing::Closed) => becomes(Standing::Conciliation),
        // The end of a receivership that became a liquidation is no end.
        Step::Ended(_, Some(ended)) if liquidated && Standing::from(ended) != Standing::Liquidation => None,
        Step::Ended(..) => becomes(Standing::Closed),
        Step::Undone { target, decided_on, back_to } => {
            let of_day = |day: Day| history.iter().rposition(|(earlier, _)| earlier.holds_from() == day);
            let of_kind = |kind: Procedure| history.iter().rposition(|(_, stand)| stand.standing == kind.into());
            let undone = decided_on.and_then(of_day).or_else(|| target.and_then(of_kind));
            let before = undone.and_then(|at| at.checked_sub(1)).and_then(|at| history.get(at));
            let before = before.map_or(Standing::None, |(_, stand)| stand.standing);
            match (back_to, undone) {
                (Some(procedure), _) => becomes(procedure.into()),
                // Only the decision in force can be undone with an effect on where the company stands today.
                (None, Some(at)) if at + 1 == history.len() => becomes(before),
                _ => None,
            }
        }
        Step::PlanChanged | Step::PlanFailed | Step::Conciliation => None,
        Step::Sanction | Step::Formality | Step::Unread => None,
    }
}
