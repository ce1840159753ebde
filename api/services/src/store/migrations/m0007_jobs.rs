//! The seventh form: work that goes on after the request that asked for it, and answers to requests that may come twice.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_pk_auto, boolean, integer, string, string_null, string_uniq, text, text_null};

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(jobs()).await?;
        manager.create_table(request_answers()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["request_answers", "jobs"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn jobs() -> TableCreateStatement {
    Table::create()
        .table("jobs")
        .col(big_pk_auto("sequence"))
        .col(string_uniq("id"))
        .col(string("kind"))
        .col(string("state"))
        .col(text("request"))
        .col(text("progress"))
        .col(text_null("result"))
        .col(text_null("error"))
        .col(string("created_at"))
        .col(string("created_by"))
        .col(string_null("started_at"))
        .col(string_null("ended_at"))
        .col(string_null("runner"))
        .col(string_null("seen_at"))
        .col(boolean("is_to_stop"))
        .to_owned()
}

fn request_answers() -> TableCreateStatement {
    Table::create()
        .table("request_answers")
        .col(string("key").primary_key())
        .col(string("request_sha256"))
        .col(integer("status"))
        .col(text("headers"))
        .col(text("body"))
        .col(string("created_at"))
        .to_owned()
}
