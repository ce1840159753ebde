//! From a table to shapes: bins, the plain card's shapes laid on them, boosting that stops on later rows, and pairs
//! chosen there.

use rayon::prelude::*;

use super::boost::{Boosting, Shapes, log_odds};
use super::coded::Coded;
use super::pairs::{self, Grid};
use super::params::AdditiveValidParams;
use super::terms::{Terms, kind_of};
use crate::binning::{Bins, Tally};
use crate::card::{Dropped, DroppedFeature};
use crate::error::ModelError;
use crate::number::{count, fixed, real, unfixed};
use crate::scorecard::{PlainCard, learn_plain};
use crate::table::{Column, Direction, FeatureSpec, Table};

/// A feature with its bins and what they hold.
#[derive(Debug, Clone)]
pub(super) struct LearnedFeature {
    pub(super) spec: FeatureSpec,
    /// Its column in the table.
    position: usize,
    pub(super) bins: Bins,
    pub(super) tallies: Vec<Tally>,
}

/// What one pass over a table teaches.
pub(super) struct Learned {
    pub(super) features: Vec<LearnedFeature>,
    pub(super) pairs: Vec<Grid>,
    /// One for each feature, then one for each pair.
    pub(super) terms: Terms,
    pub(super) shapes: Shapes,
    pub(super) dropped: Vec<DroppedFeature>,
}

/// How long to boost, and which pairs to add: what the later rows taught.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recipe {
    /// Epochs of the features alone.
    epochs: u32,
    /// Names of the features of each pair.
    pairs: Vec<(String, String)>,
    /// Epochs of features and pairs after that.
    pair_epochs: u32,
}

impl Recipe {
    /// The plain card's shapes as they are.
    pub(super) fn none() -> Self {
        Self { epochs: 0, pairs: Vec::new(), pair_epochs: 0 }
    }
}

/// Share of the log-loss of the later rows that boosting must take off the plain card's, and pairs off that, to be used.
/// Less is within what chance gives, and on small ledgers misleads.
const LEAST_GAIN: f64 = 0.002;

/// Rows with which the ends of a shape lean on their neighbours.
const TAIL_ROWS: f64 = 30.0;

/// Features in fine bins with the plain card's shapes.
struct Begun {
    features: Vec<LearnedFeature>,
    dropped: Vec<DroppedFeature>,
    start: Shapes,
}

/// Cuts the features of a table into bins, and lays the plain card's shapes on them.
fn begun(params: &AdditiveValidParams, table: &Table) -> Result<Begun, ModelError> {
    let plain = if params.from_plain { learn_plain(params.plain(), table)? } else { PlainCard::rate_alone(table) };
    let features: Vec<_> = table.features().enumerate().collect();
    let cut = |(position, (spec, column)): (usize, (&FeatureSpec, &Column))| -> Result<_, ModelError> {
        let own = plain.features.iter().find(|feature| feature.position == position);
        // Directions are for boosting to follow; bins only say where it may step.
        let fitted = params.binning().fit(column, Direction::Free, table.events())?;
        let bins = with_edges_of(fitted.bins, own.map(|own| &own.fitted.bins));
        let shape = own.map_or_else(|| vec![0.0; bins.count()], |own| own.log_odds_in(&bins));
        let tallies = tallied(&bins.bins_of(column), bins.count(), table.events());
        Ok((LearnedFeature { spec: spec.clone(), position, bins, tallies }, shape))
    };
    let found = features.into_par_iter().map(cut).collect::<Result<Vec<_>, _>>()?;
    let (mut features, mut dropped, mut cells) = (Vec::new(), Vec::new(), Vec::new());
    for (feature, shape) in found {
        if feature.tallies.iter().filter(|tally| tally.rows > 0).count() < 2 {
            let why = Dropped::LittleInformation { information_value: 0.0 };
            dropped.push(DroppedFeature { name: feature.spec.name, why });
            continue;
        }
        cells.extend(shape);
        features.push(feature);
    }
    Ok(Begun { features, dropped, start: Shapes { intercept: plain.intercept, cells } })
}

/// Numbers with the edges of both cuts; names as the plain card has them, where it does.
fn with_edges_of(bins: Bins, plain: Option<&Bins>) -> Bins {
    match (bins, plain) {
        (Bins::Numeric { mut edges }, Some(Bins::Numeric { edges: plain })) => {
            edges.extend(plain);
            edges.sort_unstable_by(f64::total_cmp);
            edges.dedup();
            Bins::Numeric { edges }
        }
        (Bins::Category { .. }, Some(plain @ Bins::Category { .. })) => plain.clone(),
        (bins, _) => bins,
    }
}

fn tallied<B: Copy + Into<usize>>(rows: &[B], bins: usize, events: &[bool]) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); bins];
    for (bin, late) in rows.iter().zip(events) {
        if let Some(tally) = tallies.get_mut((*bin).into()) {
            tally.add(*late);
        }
    }
    tallies
}

/// The rows of a table in the cells of these features.
fn coded(features: &[LearnedFeature], table: &Table, seed: u64) -> Coded {
    let of = |feature: &LearnedFeature| -> Vec<u8> {
        let rows = table.columns().get(feature.position).map(|column| feature.bins.bins_of(column));
        rows.unwrap_or_default().into_iter().map(|bin| u8::try_from(bin).unwrap_or(u8::MAX)).collect()
    };
    Coded::new(features.par_iter().map(of).collect(), table.events(), table.days(), seed)
}

/// The terms of features alone.
fn feature_terms(features: &[LearnedFeature]) -> Terms {
    let mut terms = Terms::default();
    for feature in features {
        terms.push(kind_of(&feature.bins, feature.spec.direction), feature.bins.count());
    }
    terms
}

/// Learns from `earlier`, watching `later`; gives the recipe and the log-odds of the later rows.
pub(super) fn trial(
    params: &AdditiveValidParams,
    earlier: &Table,
    later: &Table,
) -> Result<(Recipe, Vec<f64>), ModelError> {
    let Begun { features, start, .. } = begun(params, earlier)?;
    let mut rows = coded(&features, earlier, params.seed);
    let mut watched = coded(&features, later, params.seed);
    let mut terms = feature_terms(&features);
    let mut best = watch(params, &rows, &watched, &terms, start);
    let mut recipe = Recipe { epochs: best.epochs, ..Recipe::none() };
    let grids = pairs::chosen(params, &features, &terms, &best.shapes, &rows, &watched);
    for grid in &grids {
        grid.add(&mut terms, &mut rows);
        grid.push_codes(&mut watched);
    }
    best.shapes.cells.resize(terms.cells(), 0.0);
    if !grids.is_empty() {
        best = watch(params, &rows, &watched, &terms, best.shapes);
        if best.epochs > 0 {
            recipe.pair_epochs = best.epochs;
            recipe.pairs = grids.iter().map(|grid| grid.names(&features)).collect();
        }
    }
    smooth_tails(&mut best.shapes, &features, &terms);
    Ok((recipe, log_odds(&best.shapes, &terms, &watched)))
}

/// Where boosting stopped.
struct Stopped {
    epochs: u32,
    shapes: Shapes,
}

/// Boosts until the later rows have not been told better for a while; gives the best point, which is the start where
/// little was won.
fn watch(params: &AdditiveValidParams, rows: &Coded, watched: &Coded, terms: &Terms, start: Shapes) -> Stopped {
    let at = |shapes: &Shapes| mean_loss(&log_odds(shapes, terms, watched), watched.events());
    let first = at(&start);
    let (mut least, mut best) = (first, Stopped { epochs: 0, shapes: start.clone() });
    let mut boosting = Boosting::new(params, rows, terms, start.clone());
    for epoch in 1..=u32::from(params.most_epochs) {
        boosting.epoch();
        let loss = at(boosting.shapes());
        if loss < least {
            (least, best) = (loss, Stopped { epochs: epoch, shapes: boosting.shapes().clone() });
        } else if epoch - best.epochs >= u32::from(params.patience) {
            break;
        }
    }
    if first - least > LEAST_GAIN * first { best } else { Stopped { epochs: 0, shapes: start } }
}

/// Mean log-loss; an exact sum of whole numbers.
pub(super) fn mean_loss(log_odds: &[f64], events: &[bool]) -> f64 {
    let mut sum = 0_i64;
    for (log_odds, late) in log_odds.iter().zip(events) {
        let against = if *late { -log_odds } else { *log_odds };
        // ln(1 + eˣ), safe for large x.
        sum += fixed(against.max(0.0) + libm::log1p(libm::exp(-against.abs())));
    }
    unfixed(sum) / real(count(events.len()).max(1))
}

/// Follows a recipe on all rows of a table; bins and the start come from `sample`, which may be the table itself.
pub(super) fn follow(
    params: &AdditiveValidParams,
    table: &Table,
    sample: &Table,
    recipe: &Recipe,
) -> Result<Learned, ModelError> {
    let Begun { mut features, dropped, start } = begun(params, sample)?;
    let mut rows = coded(&features, table, params.seed);
    for (feature, codes) in features.iter_mut().zip(rows.codes()) {
        feature.tallies = tallied(codes, feature.bins.count(), table.events());
    }
    let mut terms = feature_terms(&features);
    let mut shapes = boosted(params, &rows, &terms, start, recipe.epochs);
    let place = |name: &String| features.iter().position(|feature| feature.spec.name == *name);
    let grid =
        |(first, second): &(String, String)| Grid::new(&features, place(first)?, place(second)?, params.pair_bins);
    let pairs: Vec<Grid> = recipe.pairs.iter().filter_map(grid).collect();
    for pair in &pairs {
        pair.add(&mut terms, &mut rows);
    }
    shapes.cells.resize(terms.cells(), 0.0);
    let mut shapes = boosted(params, &rows, &terms, shapes, recipe.pair_epochs);
    smooth_tails(&mut shapes, &features, &terms);
    Ok(Learned { features, pairs, terms, shapes, dropped })
}

fn boosted(params: &AdditiveValidParams, rows: &Coded, terms: &Terms, start: Shapes, epochs: u32) -> Shapes {
    let mut boosting = Boosting::new(params, rows, terms, start);
    for _ in 0..epochs {
        boosting.epoch();
    }
    boosting.into_shapes()
}

/// Draws the first and the last bin of numbers to their neighbours, the more the fewer rows they hold. A shape that
/// follows its direction still does.
fn smooth_tails(shapes: &mut Shapes, features: &[LearnedFeature], terms: &Terms) {
    for (feature, term) in features.iter().zip(terms.iter()) {
        let Bins::Numeric { edges } = &feature.bins else { continue };
        let last = edges.len();
        for (end, inner) in [(0, 1), (last, last.wrapping_sub(1))] {
            let at = |bin: usize| (bin <= last).then(|| shapes.cells.get(term.start + bin).copied()).flatten();
            let (Some(own), Some(neighbour), Some(tally)) = (at(end), at(inner), feature.tallies.get(end)) else {
                continue;
            };
            let weight = real(tally.rows) / (real(tally.rows) + TAIL_ROWS);
            if let Some(cell) = shapes.cells.get_mut(term.start + end) {
                *cell = neighbour + weight * (own - neighbour);
            }
        }
    }
}
