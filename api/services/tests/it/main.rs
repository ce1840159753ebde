//! The use cases over real folders and databases.

mod assess;
mod clients;
mod companies;
mod documents;
mod import;
mod keys;
mod layers;
mod models;
mod stateless;
mod store;
mod support;
