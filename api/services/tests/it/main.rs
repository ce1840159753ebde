//! The use cases over real folders and databases.

mod application;
mod asking;
mod assess;
mod backup;
mod bulk;
mod clients;
mod companies;
mod decisions;
mod documents;
mod erase;
mod failure_model;
mod groups;
mod import;
mod jobs;
mod keys;
mod layers;
mod models;
mod outside_scores;
mod policies;
mod stateless;
mod store;
mod support;
mod users;
mod webhooks;
