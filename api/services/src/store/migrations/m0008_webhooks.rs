//! The eighth form: addresses that are told what happens, and the messages to them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_pk_auto, integer, string, string_null, string_uniq, text};

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(webhooks()).await?;
        manager.create_table(deliveries()).await?;
        let due = Index::create().name("deliveries_due").table("deliveries").col("state").col("next_at").to_owned();
        manager.create_index(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["deliveries", "webhooks"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn webhooks() -> TableCreateStatement {
    Table::create()
        .table("webhooks")
        .col(string("id").primary_key())
        .col(text("url"))
        .col(text("events"))
        .col(string("secret"))
        .col(big_integer("seen"))
        .col(string("created_at"))
        .col(string("created_by"))
        .to_owned()
}

fn deliveries() -> TableCreateStatement {
    Table::create()
        .table("deliveries")
        .col(big_pk_auto("sequence"))
        .col(string_uniq("id"))
        .col(string("webhook"))
        .col(string("event"))
        .col(text("body"))
        .col(string("state"))
        .col(integer("attempts"))
        .col(string("next_at"))
        .col(string_null("outcome"))
        .col(string("created_at"))
        .col(string_null("ended_at"))
        .to_owned()
}
