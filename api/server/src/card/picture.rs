//! The pictures of a card: places in a square of 300 units, drawn by the template, coloured by the style sheet.

use encours_core::portfolio::Validation;
use encours_core::portfolio::drift::SCORE_STEP;
use encours_core::portfolio::validate::HorizonValidation;
use encours_models::ReliabilityBin;

/// Width and height of a picture.
const SIDE: f64 = 300.0;

/// The three pictures of a card.
#[derive(Debug)]
pub struct Pictures {
    /// What was foretold (to the right) against what came (upwards), both up to `reliability_most`.
    pub reliability: Vec<Dot>,
    /// The chance at the right and upper edge, a percentage.
    pub reliability_most: u32,
    /// Share of lateness held by the riskiest tenths: points of a line.
    pub lift: String,
    /// The same by the past rate.
    pub past_lift: String,
    /// Invoices by score.
    pub scores: Vec<Bar>,
    /// Least and greatest score shown.
    pub score_range: (i32, i32),
}

/// A tenth of the invoices.
#[derive(Debug, PartialEq)]
pub struct Dot {
    /// From the left.
    pub x: u32,
    /// From above.
    pub y: u32,
    /// Upper end of the interval, from above.
    pub high: u32,
    /// Lower end, from above.
    pub low: u32,
}

/// A step of scores.
#[derive(Debug, PartialEq)]
pub struct Bar {
    /// From the left.
    pub x: u32,
    /// From above.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Pictures {
    /// Draws what a validation tells of the headline.
    pub fn of(validation: &Validation, at: &HorizonValidation) -> Self {
        let tenths = &at.reliability.tenths;
        let most = tenths.iter().map(|bin| bin.interval.high.max(bin.mean_prediction)).fold(0.0, f64::max);
        // A whole ten per cent above everything shown.
        let percent = place((most * 10.0).ceil().clamp(1.0, 10.0)) * 10;
        let scale = SIDE / (f64::from(percent) / 100.0);
        let dot = |bin: &ReliabilityBin| Dot {
            x: place(bin.mean_prediction * scale),
            y: place(SIDE - bin.rate * scale),
            high: place(SIDE - bin.interval.high * scale),
            low: place(SIDE - bin.interval.low * scale),
        };
        let (scores, score_range) = scores(validation);
        Self {
            reliability: tenths.iter().map(dot).collect(),
            reliability_most: percent,
            lift: line(&at.lift.captured),
            past_lift: line(&at.past_rate_lift.captured),
            scores,
            score_range,
        }
    }
}

/// The nearest whole unit within the picture.
fn place(value: f64) -> u32 {
    let bounded = value.round().clamp(0.0, SIDE);
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded above"
    )]
    {
        bounded as u32
    }
}

/// Points from the lower left corner, a tenth of the width apart.
fn line(captured: &[f64]) -> String {
    let point = |(step, share): (u32, &f64)| {
        format!(" {},{}", place(SIDE * f64::from(step) / 10.0), place(SIDE - share * SIDE))
    };
    let points: String = (1_u32..).zip(captured).map(point).collect();
    format!("0,{}{points}", place(SIDE))
}

fn scores(validation: &Validation) -> (Vec<Bar>, (i32, i32)) {
    let steps = &validation.reference.histogram;
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return (Vec::new(), (0, 0)) };
    let range = (first.from, last.from + SCORE_STEP);
    let width = SIDE / f64::from(range.1 - range.0);
    let most = steps.iter().map(|step| step.rows).max().unwrap_or(1).max(1);
    let bar = |step: &encours_core::portfolio::drift::ScoreStep| {
        let left = f64::from(step.from - range.0) * width;
        let height = place(share(step.rows, most) * SIDE);
        let x = place(left);
        let right = place(left + f64::from(SCORE_STEP) * width);
        Bar { x, y: place(SIDE) - height, width: right - x, height }
    };
    (steps.iter().map(bar).collect(), range)
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "the height of a bar needs few bits")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_below_left_and_ends_above_right() {
        assert_eq!(line(&[0.5, 1.0]), "0,300 30,150 60,0");
        assert_eq!(line(&[]), "0,300");
    }
}
