//! The fifth form: which answers were erased by right, so that whoever asks for one is told.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::string;

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create().table("erased").col(string("id").primary_key()).col(string("erased_at")).to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("erased").to_owned()).await
    }
}
