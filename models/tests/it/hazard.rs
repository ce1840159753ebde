//! Hazards and curves: shares told by hand, censoring, anchors kept to the bit, days that never rise.

use encours_models::{
    BandEvidence, Bands, DayEvidence, FIRST_BAND_DAYS, HazardParams, Hazards, ModelError, ParamGuard, PaymentCurve,
    Seen, Spell,
};
use proptest::prelude::*;

use crate::support::Chance;

fn bands() -> Bands {
    Bands::new(vec![-1, 0, 5, 15, 30, 60], [0, 30]).unwrap()
}

/// Evidence that says nothing but how many days a band has.
fn nothing(bands: &Bands) -> Vec<BandEvidence> {
    let days = |band: usize| f64::from(bands.edges()[band] - bands.first_day(band) + 1);
    (0..bands.edges().len())
        .map(|band| BandEvidence { told: 0.5, days: days(band), ..BandEvidence::default() })
        .collect()
}

fn fit(spells: &[Spell]) -> Hazards {
    HazardParams::default().check().unwrap().fit(&bands(), spells).unwrap()
}

/// Spells that end on a day drawn evenly from -10 to 49; those from `hidden` on aren't seen to end after day 10.
fn even(rows: usize, hidden: usize) -> Vec<Spell> {
    let mut chance = Chance::new(11);
    let bands = bands();
    let spell = |place: usize| {
        let day = (chance.next() * 60.0).floor() as i32 - 10;
        let until = if place >= hidden { 10 } else { 100 };
        let seen = Seen { until, ended: Some(day).filter(|day| *day <= until) };
        Spell { starts: -30, seen, bands: nothing(&bands) }
    };
    (0..rows).map(spell).collect()
}

#[test]
fn shares_are_found_again_whatever_is_hidden() {
    // Of sixty equally likely days, so many lie beyond each edge.
    let beyond = [50.0, 49.0, 44.0, 34.0, 19.0, 0.0];
    for hidden in [6_000, 3_000, 600] {
        let hazards = fit(&even(6_000, hidden));
        let outlasted = hazards.survival(-30, &nothing(&bands())).unwrap();
        for (found, expected) in outlasted.iter().zip(beyond) {
            assert!((found - expected / 60.0).abs() < 0.06, "{hidden} seen: {found} for {}", expected / 60.0);
        }
    }
}

#[test]
fn bands_seen_in_part_teach_nothing() {
    let seen = |until, ended| Seen { until, ended };
    for (what, seen, expected) in [
        ("ended in it", seen(20, Some(12)), Some(true)),
        ("outlasted it", seen(20, Some(16)), Some(false)),
        ("open after it", seen(20, None), Some(false)),
        ("ended before", seen(20, Some(5)), None),
        ("ended in it, but seen in part", seen(14, Some(12)), None),
        ("open, and seen in part", seen(14, None), None),
    ] {
        assert_eq!(seen.in_band(-30, Some(5), 15), expected, "{what}");
    }
    // A spell that starts after the band doesn't enter it; one that ended before it could counts on its first day.
    assert_eq!(seen(20, Some(18)).in_band(16, Some(5), 15), None);
    assert_eq!(seen(20, Some(-9)).in_band(10, Some(5), 15), Some(true));
}

#[test]
fn hiding_by_guess_would_be_found() {
    // Were the hidden ones taken for ended on the last day seen, two in three of them would have come by day 15.
    let guessed: Vec<Spell> = even(6_000, 600)
        .into_iter()
        .map(|spell| Spell { seen: Seen { until: 100, ended: spell.seen.ended.or(Some(10)) }, ..spell })
        .collect();
    let outlasted = fit(&guessed).survival(-30, &nothing(&bands())).unwrap();
    assert!(outlasted[3] < 0.3, "{outlasted:?}");
}

#[test]
fn a_client_that_was_slow_is_foretold_to_be_slow() {
    let bands = bands();
    let mut chance = Chance::new(5);
    let spells: Vec<Spell> = (0..4_000)
        .map(|place| {
            let slow = place % 2 == 0;
            let day = (chance.next() * 10.0).floor() as i32 + if slow { 20 } else { 0 };
            let mut evidence = nothing(&bands);
            for (band, one) in evidence.iter_mut().enumerate() {
                let edge = bands.edges()[band];
                let (at_risk, ended) =
                    if slow { (10.0, edge == 30) } else { (if edge <= 15 { 10.0 } else { 0.0 }, edge == 15) };
                (one.at_risk, one.ended) = (at_risk, if ended { 10.0 } else { 0.0 });
            }
            Spell { starts: -30, seen: Seen { until: 100, ended: Some(day) }, bands: evidence }
        })
        .collect();
    let hazards = fit(&spells);
    let outlasted = |place: usize| hazards.survival(-30, &spells[place].bands).unwrap()[3];
    assert!(outlasted(0) > 0.6 && outlasted(1) < 0.1, "{} {}", outlasted(0), outlasted(1));
}

#[test]
fn too_little_is_said_and_no_model() {
    let few = HazardParams::default().check().unwrap().fit(&bands(), &even(50, 50));
    assert!(matches!(few, Err(ModelError::TooFewRows { found: 50, needed: 100 })));
    let bands = bands();
    let open = vec![Spell { starts: -30, seen: Seen { until: 20, ended: None }, bands: nothing(&bands) }; 500];
    let never = HazardParams::default().check().unwrap().fit(&bands, &open);
    assert!(matches!(never, Err(ModelError::TooFewEvents { on_time: 0, .. })));
    let short = Spell { bands: nothing(&bands)[1..].to_vec(), ..open[0].clone() };
    let shape = HazardParams::default().check().unwrap().fit(&bands, &vec![short; 500]);
    assert!(matches!(shape, Err(ModelError::Shape { found: 5, expected: 6, .. })));
    for wrong in [Bands::new(vec![], [0, 30]), Bands::new(vec![3, 3], [0, 30]), Bands::new(vec![0, 30], [30, 0])] {
        assert!(matches!(wrong, Err(ModelError::Artefact { .. })));
    }
}

#[test]
fn spells_that_start_late_cannot_end_before() {
    let hazards = fit(&even(2_000, 2_000));
    let outlasted = hazards.survival(3, &nothing(&bands())).unwrap();
    assert_eq!(outlasted[0].to_bits(), 1.0_f64.to_bits());
    assert_eq!(outlasted[1].to_bits(), 1.0_f64.to_bits());
    assert!(outlasted[2] < 1.0);
}

#[test]
fn days_of_a_band_are_shared_by_habit_and_evenly() {
    let hazards = fit(&even(2_000, 2_000));
    let bands = bands();
    let first = bands.first_day(0);
    assert_eq!(first, -1 - FIRST_BAND_DAYS);
    let length = usize::try_from(60 - first + 1).unwrap();
    let mut days = DayEvidence { ended_on: vec![0.0; length], can_end: vec![1.0; length] };
    // Band 1 to 5: day 3 closed; eight earlier ends on day 5, and two on the closed day, which count for nothing.
    let at = |day: i32| usize::try_from(day - first).unwrap();
    days.can_end[at(3)] = 0.0;
    days.ended_on[at(5)] = 8.0;
    days.ended_on[at(3)] = 2.0;
    let curve = hazards.curve(-30, &nothing(&bands), &[(0, 0.8), (5, 0.4)], &days, 60.0).unwrap();
    // Four open days share eight evenly: 2, 2, 0, 2 and 2 + 8 of 16.
    for (day, over) in [(0, 0.8), (1, 0.75), (2, 0.7), (3, 0.7), (4, 0.65), (5, 0.4)] {
        assert!((curve.over(day) - over).abs() < 1e-12, "{day}: {}", curve.over(day));
    }
}

fn chances() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.0_f64..=1.0, 3).prop_map(|mut chances| {
        chances.sort_by(|one, next| next.total_cmp(one));
        chances
    })
}

fn evidence() -> impl Strategy<Value = Vec<BandEvidence>> {
    let one = (0.0_f64..50.0, 0.0_f64..=1.0, 0.0_f64..=1.0, 0.0_f64..=1.0, 0.0_f64..30.0);
    let one = one.prop_map(|(at_risk, share, fresh, told, days)| BandEvidence {
        ended: at_risk * share,
        at_risk,
        recent_ended: at_risk * fresh * share,
        recent_at_risk: at_risk * fresh,
        told,
        days,
    });
    prop::collection::vec(one, 6)
}

proptest! {
    #[test]
    fn later_is_never_likelier_and_anchors_hold_to_the_bit(
        chances in chances(),
        evidence in evidence(),
        starts in -40_i32..20,
        habits in prop::collection::vec(0.0_f64..5.0, 92),
        open in prop::collection::vec(prop::sample::select(vec![0.0, 0.05, 1.0]), 92),
    ) {
        static HAZARDS: std::sync::OnceLock<Hazards> = std::sync::OnceLock::new();
        let hazards = HAZARDS.get_or_init(|| fit(&even(2_000, 500)));
        let anchors = [(0, chances[0]), (30, chances[1]), (60, chances[2])];
        let days = DayEvidence { ended_on: habits, can_end: open };
        let curve = hazards.curve(starts, &evidence, &anchors, &days, 60.0).unwrap();
        for (day, chance) in anchors {
            prop_assert_eq!(curve.over(day).to_bits(), chance.to_bits());
        }
        let mut before = 1.0;
        for day in -60..400 {
            let over = curve.over(day);
            prop_assert!((0.0..=before).contains(&over), "{} then {} on day {}", before, over, day);
            before = over;
        }
        let range = curve.shortest(0.8);
        prop_assert!(range.from <= range.to && range.chance >= 0.8 - 1e-9);
        prop_assert!(curve.expected_from(0) >= 0.0);
        prop_assert!(curve.over(curve.median()) <= 0.5);
    }
}

#[test]
fn what_is_no_curve_is_refused() {
    for (over, tail) in
        [(vec![], 60.0), (vec![0.5, 0.6], 60.0), (vec![1.2], 60.0), (vec![f64::NAN], 60.0), (vec![0.5], 0.0)]
    {
        assert!(PaymentCurve::new(0, over, tail).is_err());
    }
    let hazards = fit(&even(2_000, 500));
    let days = DayEvidence { ended_on: vec![0.0; 92], can_end: vec![1.0; 92] };
    for anchors in [vec![(1, 0.5)], vec![(0, 0.5), (30, 0.6)], vec![(30, 0.5), (0, 0.5)], vec![(0, 1.5)]] {
        assert!(hazards.curve(-30, &nothing(&bands()), &anchors, &days, 60.0).is_err(), "{anchors:?}");
    }
    assert!(hazards.curve(-30, &nothing(&bands()), &[], &DayEvidence::default(), 60.0).is_err());
}

#[test]
fn a_curve_goes_on_beyond_its_last_day() {
    // A half is left after day 1 and falls by a tenth a day: a mean wait of ten days from there.
    let curve = PaymentCurve::new(0, vec![0.75, 0.5], 10.0).unwrap();
    assert!((curve.over(2) - 0.45).abs() < 1e-12);
    assert!((curve.over(11) - 0.5 * 0.9_f64.powi(10)).abs() < 1e-12);
    // 0.75 + 0.5 + 0.45 + 0.405 …: 0.75 + 0.5 · 10.
    assert!((curve.expected_from(0) - 5.75).abs() < 1e-12);
    let by_hand: f64 = (0..2_000).map(|day| curve.over(day)).sum();
    assert!((curve.expected_from(0) - by_hand).abs() < 1e-9);
    // Three days before the first count whole.
    assert!((curve.expected_from(-3) - 8.75).abs() < 1e-12);
    // 0.5 · 0.9ⁿ ≤ 0.1 from n = 16 on: day 17; a tenth has ended on the first day.
    let range = curve.shortest(0.8);
    assert_eq!((range.from, range.to), (0, 17));
}
