//! The fold against the definitions written down plainly: every reading goes through all rows again, invoice by
//! invoice, with no state, no events and no tables.

use std::collections::BTreeMap;

use encours_core::features::{ClientState, Cut, Reading, Unit, registry};
use encours_core::portfolio::measures::Measures;
use encours_core::portfolio::{ScoringModel, rescore};
use encours_domain::Day;
use encours_domain::ledger::{InvoiceRow, LedgerRows, PaymentKind, PaymentRow};
use proptest::prelude::*;

use crate::support::{START, Wild, book_of, day, horizons, plans, priors, rows_of, shape_on};

/// One invoice with its payments in the order in which they became known.
struct Claim<'a> {
    row: &'a InvoiceRow,
    issued: i32,
    due: i32,
    known: i32,
    /// Day known, day, cents, kind.
    payments: Vec<(i32, i32, i64, PaymentKind)>,
}

/// How a claim ended.
struct Ending {
    /// Last money on it and whether it was given up.
    last_money: Option<i32>,
    written_off: bool,
}

/// What was once known of a claim's outcome at a horizon.
#[derive(Clone, Copy)]
struct Sighting {
    /// The day on which it became known.
    day: i32,
    /// The day of the payment that told it; none for what a morning tells.
    paid: Option<i32>,
    late: bool,
}

/// A claim paid with money, which teaches something.
#[derive(Clone, Copy)]
struct Settlement {
    paid: i32,
    known: i32,
}

/// What a claim tells of itself at a horizon by a morning.
#[derive(Default)]
struct Story {
    left: i64,
    last_money: Option<i32>,
    /// Each another than the one before.
    sightings: Vec<Sighting>,
    settled: Option<Settlement>,
    /// Those too whose payment came back.
    ever_settled: Vec<Settlement>,
}

impl Story {
    fn sees(&mut self, day: i32, paid: Option<i32>, late: bool) {
        if self.sightings.last().is_none_or(|last| last.late != late) {
            self.sightings.push(Sighting { day, paid, late });
        }
    }

    fn is_late(&self) -> bool {
        self.sightings.last().is_some_and(|last| last.late)
    }
}

impl<'a> Claim<'a> {
    fn new(row: &'a InvoiceRow, payments: &'a [PaymentRow]) -> Self {
        let known = row.known_on.max(row.issue_date).number();
        let own = payments.iter().filter(|payment| payment.invoice_id == row.invoice_id);
        let mut payments: Vec<_> = own
            .map(|payment| {
                let booked = payment.known_on.max(payment.paid_date).number().max(known);
                (booked, payment.paid_date.number(), payment.amount.minor(), payment.kind)
            })
            .collect();
        payments.sort_unstable();
        Self { row, issued: row.issue_date.number(), due: row.due_date.number(), known, payments }
    }

    fn cents(&self) -> i64 {
        self.row.amount.minor()
    }

    /// Left to pay with what was known before a morning.
    fn left(&self, morning: i32) -> i64 {
        self.cents() - self.payments.iter().filter(|payment| payment.0 < morning).map(|payment| payment.2).sum::<i64>()
    }

    /// The ending, when it was known before a morning.
    fn ending(&self, morning: i32) -> Option<Ending> {
        let mut paid = 0;
        let mut last_money = None;
        for &(known, day, cents, kind) in &self.payments {
            paid += cents;
            if kind == PaymentKind::Payment {
                last_money = last_money.max(Some(day));
            }
            if paid >= self.cents() {
                let written_off = kind == PaymentKind::WriteOff;
                return (known < morning).then_some(Ending { last_money, written_off });
            }
        }
        None
    }

    fn disputed_by(&self, morning: i32) -> bool {
        self.row.disputed_on.is_some_and(|day| day.number().max(self.known) < morning)
    }

    /// A dispute of the payment's own day, dated after it, came too late.
    fn disputed_before(&self, known: i32, day: i32) -> bool {
        self.row.disputed_on.is_some_and(|disputed| {
            let disputed = disputed.number();
            (disputed.max(self.known), disputed, 1) < (known, day.max(self.issued), 0)
        })
    }

    /// Walks through the payments in the order in which they became known, and through the morning on which the claim
    /// is known to be late.
    fn story(&self, late_over: i32, morning: i32) -> Story {
        let late_on = (self.due + late_over + 1).max(self.known + 1);
        let mut story = Story { left: self.cents(), ..Story::default() };
        let (before, after): (Vec<_>, Vec<_>) =
            self.payments.iter().filter(|payment| payment.0 < morning).partition(|payment| payment.0 < late_on);
        before.into_iter().for_each(|payment| self.tell(&mut story, late_over, payment));
        if late_on <= morning && story.left > 0 && !self.disputed_by(late_on) {
            story.sees(late_on, None, true);
        }
        after.into_iter().for_each(|payment| self.tell(&mut story, late_over, payment));
        story
    }

    fn tell(&self, story: &mut Story, late_over: i32, &(known, day, cents, kind): &(i32, i32, i64, PaymentKind)) {
        let (was_open, held) = (story.left > 0, self.disputed_before(known, day));
        let paid = Some(day.max(self.issued));
        story.left -= cents;
        if kind == PaymentKind::Payment {
            story.last_money = story.last_money.max(Some(day));
        }
        if was_open && story.left <= 0 && !held {
            match (kind, story.last_money) {
                (PaymentKind::WriteOff, _) => story.sees(known, paid, true),
                (_, Some(last)) => {
                    story.sees(known, paid, last - self.due > late_over);
                    story.settled = Some(Settlement { paid: last, known });
                    story.ever_settled.extend(story.settled);
                }
                (_, None) => {}
            }
        }
        if !was_open && story.left > 0 {
            (story.settled, story.last_money) = (None, None);
            if self.due + late_over < known && !held {
                story.sees(known, paid, true);
            }
        }
    }

    /// Disputed, and the dispute not closed, with what was known before a morning.
    fn in_dispute(&self, morning: i32) -> bool {
        let known = |day: Option<Day>| day.is_some_and(|day| day.number().max(self.known) < morning);
        known(self.row.disputed_on) && !known(self.row.dispute_closed_on)
    }

    fn overdue(&self, morning: i32) -> bool {
        let past = (self.due + 1).max(self.known + 1) <= morning;
        past && self.left(morning) > 0 && !self.in_dispute(morning)
    }
}

fn half(days: i32, half_life: f64) -> f64 {
    2.0_f64.powf(-f64::from(days) / half_life)
}

fn drawn(events: f64, trials: f64, to: f64, by: f64) -> f64 {
    (events + by * to) / (trials + by)
}

/// Monday is 0; day 0, 1970-01-01, was a Thursday.
fn weekday(day: i32) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap()
}

/// The day itself, or the Monday after a weekend.
fn rolled(mut day: i32) -> i32 {
    while weekday(day) > 4 {
        day += 1;
    }
    day
}

/// Working days from one day to another, both rolled; negative backwards.
fn working_days(from: i32, to: i32) -> i32 {
    let (from, to) = (rolled(from), rolled(to));
    let between = |low: i32, high: i32| i32::try_from((low..high).filter(|&day| weekday(day) < 5).count()).unwrap();
    if from <= to { between(from, to) } else { -between(to, from) }
}

/// The day some working days after another.
fn after_working_days(from: i32, steps: i32) -> i32 {
    let mut day = rolled(from);
    for _ in 0..steps.abs() {
        day += steps.signum();
        while weekday(day) > 4 {
            day += steps.signum();
        }
    }
    day
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// What the definitions say, by name of the feature.
fn expected(claims: &[Claim<'_>], horizon: usize, today: i32) -> BTreeMap<&'static str, f64> {
    let (priors, shape) = (priors(), shape_on(today));
    let late_over = i32::from(horizons().days()[horizon]);
    let prior = &priors.horizons[horizon];
    let known: Vec<&Claim<'_>> = claims.iter().filter(|claim| claim.known < today).collect();
    let mut values = BTreeMap::new();

    let stories: Vec<(&Claim<'_>, Story)> = known.iter().map(|claim| (*claim, claim.story(late_over, today))).collect();
    let seen: Vec<&(&Claim<'_>, Story)> = stories.iter().filter(|(_, story)| !story.sightings.is_empty()).collect();
    let late = number(seen.iter().filter(|(_, story)| story.is_late()).count());
    let rate = drawn(late, number(seen.len()), prior.rate, 2.0);
    values.insert("late_rate", rate);
    values.insert("late_last_five", last_five(&seen, rate));

    let alike: Vec<_> = seen.iter().filter(|(claim, _)| weekday(claim.due) == weekday(shape.due)).copied().collect();
    let alike_late = number(alike.iter().filter(|(_, story)| story.is_late()).count());
    let by_weekday = drawn(alike_late, number(alike.len()), rate, 3.0);
    values.insert("late_due_weekday", by_weekday);
    values.insert("late_due_weekday_90", faded(&alike, today, 90.0, by_weekday, 2.0));
    let on_terms: Vec<_> =
        seen.iter().filter(|(claim, _)| claim.due - claim.issued == shape.due - shape.issued).collect();
    let on_terms_late = number(on_terms.iter().filter(|(_, story)| story.is_late()).count());
    values.insert("late_terms", drawn(on_terms_late, number(on_terms.len()), rate, 3.0));
    for (name, half_life) in [("late_rate_30", 30.0), ("late_rate_90", 90.0), ("late_rate_365", 365.0)] {
        values.insert(name, faded(&seen, today, half_life, rate, 1.0));
    }

    let settled: Vec<(&Claim<'_>, i32)> =
        stories.iter().filter_map(|(claim, story)| Some((*claim, story.settled?.paid))).collect();
    let weight_of = |story: &Story, half_life| story.settled.map(|one| half(today - one.known, half_life));
    let count = number(settled.len());
    let days: Vec<f64> = settled.iter().map(|(claim, paid)| f64::from((paid - claim.due).clamp(-60, 180))).collect();
    let mean_of = |values: &[f64]| values.iter().sum::<f64>() / number(values.len());
    values.insert("days_mean", drawn(days.iter().sum(), count, priors.mean_days_beyond_terms, 2.0));
    for (name, half_life) in [("days_30", 30.0), ("days_90", 90.0), ("days_365", 365.0)] {
        let weights: Vec<f64> = stories.iter().filter_map(|(_, story)| weight_of(story, half_life)).collect();
        let weighted: f64 = weights.iter().zip(&days).map(|(weight, days)| weight * days).sum();
        values.insert(name, drawn(weighted, weights.iter().sum(), values["days_mean"], 1.0));
    }
    let mean = mean_of(&days);
    let spread = (days.iter().map(|days| (days - mean).powi(2)).sum::<f64>() / count).sqrt();
    values.insert("days_spread", if days.len() < 2 { f64::NAN } else { spread });
    // A payment that came back was seen, but without any other there is no worst one.
    let ever = stories.iter().flat_map(|(claim, story)| story.ever_settled.iter().map(|one| one.paid - claim.due));
    let worst = ever.map(|days| f64::from(days.clamp(-60, 180))).fold(f64::NAN, f64::max);
    values.insert("days_worst", if days.is_empty() { f64::NAN } else { worst });
    let weights: f64 = settled.iter().map(|(claim, _)| f64_of(claim.cents())).sum();
    let weighted: f64 = settled.iter().zip(&days).map(|((claim, _), days)| f64_of(claim.cents()) * days).sum();
    values.insert("days_amount_weighted", if days.is_empty() { f64::NAN } else { weighted / weights });
    let early = number(days.iter().filter(|&&days| days < 0.0).count());
    values.insert("early_share", if days.is_empty() { f64::NAN } else { (early + 1.0) / (count + 2.0) });
    let to_settle: Vec<f64> = settled.iter().map(|(claim, paid)| f64::from(paid - claim.issued)).collect();
    values.insert("settle_less_terms", mean_of(&to_settle) - f64::from(shape.due - shape.issued));

    let overdue: Vec<&&Claim<'_>> = known.iter().filter(|claim| claim.overdue(today)).collect();
    let overdue_cents: i64 = overdue.iter().map(|claim| claim.left(today)).sum();
    let open_cents: i64 = known.iter().map(|claim| claim.left(today).max(0)).sum();
    values.insert("overdue_count", number(overdue.len()));
    values.insert("overdue_amount", (1.0 + f64_of(overdue_cents)).ln());
    values.insert("overdue_share", if open_cents > 0 { f64_of(overdue_cents) / f64_of(open_cents) } else { f64::NAN });
    let oldest = overdue.iter().map(|claim| claim.due).min();
    values.insert("oldest_overdue", oldest.map_or(0.0, |due| f64::from(today - due)));

    let would_be_late = |claim: &Claim<'_>, paid: i32| {
        let delay = working_days(claim.due, paid).clamp(-30, 60);
        after_working_days(shape.due, delay) - shape.due > late_over
    };
    let open_late = number(seen.iter().filter(|(_, story)| story.is_late() && story.left > 0).count());
    let base = prior.rate_by_due_weekday[weekday(shape.due)];
    let late = number(settled.iter().filter(|(claim, paid)| would_be_late(claim, *paid)).count());
    let shifted = drawn(late + open_late, count + open_late, base, 2.0);
    values.insert("late_shifted", shifted);
    let (mut late, mut total) = (open_late, open_late);
    for (claim, story) in &stories {
        let Some((weight, one)) = weight_of(story, 90.0).zip(story.settled) else { continue };
        total += weight;
        late += if would_be_late(claim, one.paid) { weight } else { 0.0 };
    }
    values.insert("late_shifted_90", drawn(late, total, shifted, 2.0));
    let on_busiest_weekday = (0..7).map(|day| settled.iter().filter(|(_, paid)| weekday(*paid) == day).count()).max();
    let concentration = (number(on_busiest_weekday.unwrap_or(0)) + 0.3) / (count + 2.1);
    values.insert("payday_concentration", if settled.is_empty() { f64::NAN } else { concentration });

    let first = known.iter().map(|claim| claim.issued).min();
    values.insert("tenure", first.map_or(f64::NAN, |first| f64::from(today - first)));
    let amounts: Vec<f64> = known.iter().map(|claim| f64_of(claim.cents())).collect();
    values.insert("amount_ratio", f64_of(shape.amount) / mean_of(&amounts));
    values
}

/// A late rate that fades: each outcome weighs by the day on which something was first known of it, whatever it turned
/// out to be.
fn faded(seen: &[&(&Claim<'_>, Story)], today: i32, half_life: f64, to: f64, by: f64) -> f64 {
    let (mut count, mut late) = (0.0, 0.0);
    for (_, story) in seen {
        let weight = half(today - story.sightings[0].day, half_life);
        count += weight;
        late += if story.is_late() { weight } else { 0.0 };
    }
    drawn(late, count, to, by)
}

/// The late ones among the five claims whose outcome was first known last. Of one day, what is known in the morning
/// comes before what is paid; then by the day of the payment, then as the claims stand.
fn last_five(seen: &[&(&Claim<'_>, Story)], rate: f64) -> f64 {
    let mut ordered: Vec<_> = seen
        .iter()
        .map(|(claim, story)| {
            let content = (claim.issued, claim.due, claim.cents(), claim.known, claim.row.invoice_id.as_str());
            ((story.sightings[0].day, story.sightings[0].paid, content), story.is_late())
        })
        .collect();
    ordered.sort_unstable();
    let newest = ordered.iter().rev().take(5);
    drawn(number(newest.clone().filter(|(_, late)| *late).count()), number(newest.count()), rate, 1.0)
}

fn f64_of(cents: i64) -> f64 {
    f64::from(i32::try_from(cents).unwrap())
}

fn close(found: f64, expected: f64) -> bool {
    (found.is_nan() && expected.is_nan()) || (found - expected).abs() <= 1e-9 * expected.abs().max(1.0)
}

fn claims<'a>(rows: &'a LedgerRows, client: &str) -> Vec<Claim<'a>> {
    let own = rows.invoices.iter().filter(|invoice| invoice.client_id == client && invoice.amount.minor() > 0);
    own.map(|invoice| Claim::new(invoice, &rows.payments)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_fold_reads_what_the_definitions_say(plans in plans(Wild::Bouncing, 2, 18), after in 1_i32..300) {
        let today = START + after;
        let rows = rows_of(&plans);
        let book = book_of(rows.clone());
        let priors = priors();
        let mut state = ClientState::new(&horizons(), priors.paying_week);
        for client in 0..book.clients().len() {
            let view = book.client(client);
            state.load(view).unwrap();
            state.advance(view, Cut::start_of(today));
            let claims = claims(&rows, book.clients().text(client));
            for horizon in 0..horizons().days().len() {
                let reading = Reading::new(&state, &priors, horizon, shape_on(today), today).unwrap();
                for (name, expected) in expected(&claims, horizon, today) {
                    let found = (registry::find(name).unwrap().value)(&reading);
                    prop_assert!(close(found, expected), "{} at horizon {}: {} instead of {}", name, horizon, found, expected);
                }
            }
        }
    }

    #[test]
    fn shares_are_shares(plans in plans(Wild::Rich, 2, 18), after in 1_i32..300) {
        let today = START + after;
        let book = book_of(rows_of(&plans));
        let priors = priors();
        let mut state = ClientState::new(&horizons(), priors.paying_week);
        for client in 0..book.clients().len() {
            let view = book.client(client);
            state.load(view).unwrap();
            state.advance(view, Cut::start_of(today));
            for horizon in 0..horizons().days().len() {
                let reading = Reading::new(&state, &priors, horizon, shape_on(today), today).unwrap();
                for feature in registry::all().filter(|feature| feature.unit == Unit::Share) {
                    let value = (feature.value)(&reading);
                    prop_assert!(value.is_nan() || (0.0..=1.0).contains(&value), "{} is {}", feature.name, value);
                }
            }
        }
    }

    #[test]
    fn the_measures_are_those_of_a_plain_query(plans in plans(Wild::Mild, 3, 16), after in 1_i32..300) {
        let evening = START + after;
        let rows = rows_of(&plans);
        let book = book_of(rows.clone());
        for line in rescore(&book, &ScoringModel::prior_only(), day(evening), &|_| &[]).unwrap().lines {
            let claims = claims(&rows, book.clients().text(usize::try_from(line.client).unwrap()));
            same_measures(&line.measures, &plain(&claims, evening))?;
        }
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / number(values.len()))
}

/// The query of the peers over the rows known by an evening.
fn plain(claims: &[Claim<'_>], evening: i32) -> Measures {
    let known: Vec<&Claim<'_>> = claims.iter().filter(|claim| claim.known <= evening).collect();
    let settled: Vec<(f64, f64, i32)> = known
        .iter()
        .filter_map(|claim| {
            let ending = claim.ending(evening + 1)?;
            let paid = ending.last_money.filter(|_| !ending.written_off)?;
            Some((f64::from(paid - claim.due), f64_of(claim.cents()), paid))
        })
        .collect();
    let days: Vec<f64> = settled.iter().map(|one| one.0).collect();
    let share = |over: f64| mean(&days.iter().map(|&days| if days > over { 1.0 } else { 0.0 }).collect::<Vec<_>>());
    let of = |recent: bool| {
        let own = settled.iter().filter(|one| (one.2 > evening - 180) == recent);
        mean(&own.map(|one| one.0).collect::<Vec<_>>())
    };
    let deviation = mean(&days)
        .filter(|_| days.len() > 1)
        .map(|mean| (days.iter().map(|days| (days - mean).powi(2)).sum::<f64>() / number(days.len() - 1)).sqrt());
    let amounts: f64 = settled.iter().map(|one| one.1).sum();
    let open: Vec<&&Claim<'_>> = known.iter().filter(|claim| claim.left(evening + 1) > 0).collect();
    let left =
        |claims: &mut dyn Iterator<Item = &&&Claim<'_>>| claims.map(|claim| claim.left(evening + 1)).sum::<i64>();
    let money = |claim: &&Claim<'_>| {
        let paid = claim.payments.iter().filter(|one| one.0 <= evening && one.3 == PaymentKind::Payment);
        paid.map(|one| one.1).max()
    };
    Measures {
        n: u32::try_from(known.len()).unwrap(),
        n_settled: u32::try_from(settled.len()).unwrap(),
        dbt_mean: mean(&days),
        dbt_std: deviation,
        dbt_max: days.iter().map(|&days| whole(days)).max(),
        dbt_med: median(days.clone()),
        dbt_w: (!days.is_empty()).then(|| settled.iter().map(|one| one.0 * one.1).sum::<f64>() / amounts),
        late: share(0.0),
        late30: share(30.0),
        dbt_recent: of(true),
        dbt_before: of(false),
        exposure: left(&mut open.iter()),
        overdue: left(&mut open.iter().filter(|claim| claim.due < evening)),
        worst_open: open.iter().map(|claim| evening - claim.due).max(),
        last_paid: known.iter().filter_map(money).max().map(|paid| evening - paid),
        tenure: known.iter().map(|claim| evening - claim.issued).max(),
        amount_med: median(known.iter().map(|claim| f64_of(claim.cents())).collect()),
        n_90: u32::try_from(known.iter().filter(|claim| claim.issued > evening - 90).count()).unwrap(),
    }
}

fn whole(days: f64) -> i32 {
    format!("{days}").parse().unwrap()
}

fn same_measures(found: &Measures, expected: &Measures) -> Result<(), TestCaseError> {
    let floats = |own: &Measures| {
        [
            own.dbt_mean,
            own.dbt_std,
            own.dbt_med,
            own.dbt_w,
            own.late,
            own.late30,
            own.dbt_recent,
            own.dbt_before,
            own.amount_med,
        ]
    };
    for (place, (found, expected)) in floats(found).into_iter().zip(floats(expected)).enumerate() {
        let equal = match (found, expected) {
            (Some(found), Some(expected)) => close(found, expected),
            (found, expected) => found == expected,
        };
        prop_assert!(equal, "measure {}: {:?} instead of {:?}", place, found, expected);
    }
    let whole = |own: &Measures| {
        let counts = (own.n, own.n_settled, own.n_90, own.exposure, own.overdue);
        (counts, own.dbt_max, own.worst_open, own.last_paid, own.tenure)
    };
    prop_assert_eq!(whole(found), whole(expected));
    Ok(())
}
