//! The additive model: what each feature adds, as a shape over its bins, and a few pairs of features on a coarse grid.
//!
//! It begins where the plain scorecard ends: every shape starts as that card's coefficient times its weights of evidence,
//! and boosting in small steps moves it from there, as far as later rows are told better. Steps are step functions that
//! follow the declared direction, so their sum does. At most a handful of pairs are added, chosen on the later rows too.
//! The end is whole points, as on the scorecard, and as easy to apply: find the bin, add its points.
//!
//! - [`AdditiveParams`] → checked → [`AdditiveValidParams::fit`] → [`AdditiveCard`].
//! - Reading order: `terms`, `coded`, `moments`, `steps`, `boost`, `pairs`, `learn`, `fit`.
//!
//! Sources: additive models of bins by cyclic boosting, Lou, Caruana and Gehrke 2012; pairs, Lou et al. 2013 (GA²M); bags
//! of half the rows, Bühlmann and Yu 2002 (subagging).

mod boost;
mod card;
mod check;
mod coded;
mod fit;
mod learn;
mod moments;
mod pairs;
mod params;
mod steps;
mod terms;

pub use card::{AdditiveCard, ShapeFeature};
pub(crate) use check::RawAdditive;
pub use params::{AdditiveParams, AdditiveValidParams};
