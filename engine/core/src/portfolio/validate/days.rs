//! The days of payment against what came: the 80 % range, the median, each band.

use encours_models::{Coverage, MOST_BANDS, Seen};

use super::report::{BandValidation, DaysValidation};
use crate::CoreError;
use crate::features::{Cut, Horizons, NEVER};
use crate::ledger::{Book, ClientView};
use crate::portfolio::backtest::{AtIssue, at_issue};
use crate::portfolio::hazards::seen;
use crate::portfolio::rows::each_client;
use crate::portfolio::scoring::{Case, RANGE_HELD, ScoringModel};

/// Days past the due date after which an invoice is measured, paid or not: quick payers are not counted before slow ones.
const MATURED: i32 = 30;

/// Most invoices measured, spread evenly over the later ones.
const MOST_MEASURED: usize = 50_000;

/// Earlier invoices of a client that its past median is of, the latest.
const MOST_PAST: usize = 200;

/// What was foretold of one invoice.
struct Foretold {
    position: usize,
    from: i32,
    to: i32,
    chance: f64,
    median: i32,
    past_median: i32,
    /// Chance of outlasting each band.
    outlasted: Vec<f64>,
}

/// What came of one invoice that has matured.
#[derive(Clone, Copy)]
struct Came {
    held: bool,
    chance: f64,
    open: bool,
    /// Days between what was foretold and what came: by the median, by the past median, by the due date.
    errors: [i32; 3],
}

/// A band as far as it was seen.
#[derive(Clone, Copy, Default)]
struct BandSum {
    entered: u64,
    ended: u64,
    foretold: f64,
}

/// Measures the curves of invoices issued from `from` on and before `cutoff`, each made on the morning of its issue, against
/// what was known on the morning of `cutoff`; nothing where the model has no hazards or no invoice has matured.
///
/// # Errors
/// When a client is too large to be folded.
pub(super) fn measure(
    book: &Book,
    model: &ScoringModel,
    from: i32,
    cutoff: i32,
) -> Result<Option<DaysValidation>, CoreError> {
    let Some(edges) = model.artefact().and_then(|artefact| artefact.body().hazards.as_ref()).map(|it| it.edges())
    else {
        return Ok(None);
    };
    let horizons: &Horizons = model.horizons();
    // Every so manyth record: about a quarter of the ledger comes later.
    let step = (book.invoices() / 4).div_ceil(MOST_MEASURED).max(1);
    let parts = each_client(book, horizons, model.priors().paying_week, |client, state| {
        let mut foretold = Vec::new();
        at_issue(client, state, model, from..cutoff, |seen| {
            if seen.record.teaches_lateness() && client.record_number(seen.position).is_multiple_of(step) {
                foretold.extend(foretell(book, client, model, &seen, edges)?);
            }
            Ok(())
        })?;
        if !foretold.is_empty() {
            state.advance(client, Cut::start_of(cutoff));
        }
        let (mut came, mut bands) = (Vec::new(), [BandSum::default(); MOST_BANDS]);
        for one in foretold {
            let Some(record) = client.records().get(one.position) else { continue };
            let Some(seen) = seen(state, record, one.position, cutoff) else { continue };
            count_bands(&mut bands, &one, seen, record.issued - record.due, edges);
            came.extend((record.due + MATURED < cutoff).then(|| what_came(&one, seen)));
        }
        Ok((came, bands))
    })?;
    let (mut came, mut bands) = (Vec::new(), [BandSum::default(); MOST_BANDS]);
    for (part, sums) in parts {
        came.extend(part);
        for (sum, own) in bands.iter_mut().zip(sums) {
            sum.entered += own.entered;
            sum.ended += own.ended;
            sum.foretold += own.foretold;
        }
    }
    Ok(report(&came, &bands, edges)?)
}

fn foretell(
    book: &Book,
    client: ClientView<'_>,
    model: &ScoringModel,
    seen: &AtIssue<'_>,
    edges: &[i32],
) -> Result<Option<Foretold>, CoreError> {
    let attribute = |name: &str| book.attribute_of(name, client.record_number(seen.position));
    let (state, shape, today) = (seen.state, seen.shape, seen.record.issued);
    let case = Case { state, shape, today, attribute: &attribute, applicant: None };
    let Some(curve) = model.curve(&case)? else { return Ok(None) };
    let range = curve.shortest(RANGE_HELD);
    Ok(Some(Foretold {
        position: seen.position,
        from: range.from,
        to: range.to,
        chance: range.chance,
        median: curve.median(),
        past_median: past_median(client, seen),
        outlasted: edges.iter().map(|edge| curve.over(*edge)).collect(),
    }))
}

/// Median days beyond terms of the client's latest invoices that were settled by that morning; the due date where there
/// are none.
fn past_median(client: ClientView<'_>, seen: &AtIssue<'_>) -> i32 {
    let earlier = client.records().iter().enumerate().take(seen.position).rev();
    let settled = earlier.filter_map(|(position, record)| {
        let life = seen.state.lives.get(position).filter(|life| life.settled != NEVER && !life.disputed)?;
        record.teaches_lateness().then(|| life.settled - record.due)
    });
    let mut days: Vec<i32> = settled.take(MOST_PAST).collect();
    days.sort_unstable();
    days.get(days.len() / 2).copied().unwrap_or(0)
}

/// Counts the bands that an invoice entered and was seen through.
fn count_bands(bands: &mut [BandSum; MOST_BANDS], one: &Foretold, seen: Seen, starts: i32, edges: &[i32]) {
    let (mut before, mut alive) = (None, 1.0);
    for ((sum, edge), outlasted) in bands.iter_mut().zip(edges).zip(&one.outlasted) {
        if let Some(ended) = seen.in_band(starts, before, *edge) {
            sum.entered += 1;
            sum.ended += u64::from(ended);
            sum.foretold += if alive > 0.0 { 1.0 - outlasted / alive } else { 1.0 };
        }
        (before, alive) = (Some(*edge), *outlasted);
    }
}

/// An invoice still open counts as paid on the last day on which it was seen: too early for every predictor alike.
fn what_came(one: &Foretold, seen: Seen) -> Came {
    let (day, open) = (seen.ended.unwrap_or(seen.until), seen.ended.is_none());
    Came {
        held: (one.from..=one.to).contains(&day),
        chance: one.chance,
        open,
        errors: [one.median, one.past_median, 0].map(|foretold| (day - foretold).abs()),
    }
}

fn report(
    came: &[Came],
    bands: &[BandSum; MOST_BANDS],
    edges: &[i32],
) -> Result<Option<DaysValidation>, encours_models::ModelError> {
    let rows = u64::try_from(came.len()).unwrap_or(u64::MAX);
    if rows == 0 {
        return Ok(None);
    }
    let of = crate::features::reading::count(came.len());
    let mean = |value: &dyn Fn(&Came) -> f64| came.iter().fold(0.0, |sum, one| sum + value(one)) / of;
    let error = |place: usize| mean(&|one| one.errors.get(place).copied().map_or(0.0, f64::from));
    let held: Vec<bool> = came.iter().map(|one| one.held).collect();
    let band = |(sum, edge): (&BandSum, &i32)| BandValidation {
        up_to: *edge,
        entered: sum.entered,
        ended: sum.ended,
        foretold: if sum.entered > 0 {
            sum.foretold / crate::features::reading::float(i64::try_from(sum.entered).unwrap_or(i64::MAX))
        } else {
            0.0
        },
    };
    Ok(Some(DaysValidation {
        rows,
        open: u64::try_from(came.iter().filter(|one| one.open).count()).unwrap_or(u64::MAX),
        asked: RANGE_HELD,
        range: Coverage::of(&held, mean(&|one| one.chance).min(1.0))?,
        median_error: error(0),
        past_median_error: error(1),
        due_date_error: error(2),
        bands: bands.iter().zip(edges).map(band).filter(|band| band.entered > 0).collect(),
    }))
}
