//! The room tested through its public door: tables of cases, properties, golden files.

mod additive;
mod artefact;
mod binning;
mod golden;
mod hazard;
mod honesty;
mod logistic;
mod metrics;
mod scorecard;
mod spread;
mod support;
mod table;
