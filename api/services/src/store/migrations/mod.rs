//! The steps by which the database came to its present form. A step that was released is never changed.

mod m0001_first;
mod m0002_layers;
mod m0003_models;
mod m0004_decisions;
mod m0005_erasures;
mod m0006_people;
mod m0007_jobs;
mod m0008_webhooks;

use sea_orm_migration::prelude::*;

/// All steps, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_first::Migration),
            Box::new(m0002_layers::Migration),
            Box::new(m0003_models::Migration),
            Box::new(m0004_decisions::Migration),
            Box::new(m0005_erasures::Migration),
            Box::new(m0006_people::Migration),
            Box::new(m0007_jobs::Migration),
            Box::new(m0008_webhooks::Migration),
        ]
    }
}

/// Names of all steps, oldest first.
pub fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|step| step.name().to_owned()).collect()
}
