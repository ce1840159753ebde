//! The first form: manifests, what is in force, models, assessments, access keys.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_pk_auto, string, string_null, string_uniq, text};

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [manifests(), current(), models(), assessments(), access_keys()] {
            manager.create_table(table).await?;
        }
        let by_subject = Index::create().name("assessments_by_subject").table("assessments").col("subject").to_owned();
        manager.create_index(by_subject).await?;
        nothing_in_force(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["access_keys", "assessments", "models", "current", "manifests"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn manifests() -> TableCreateStatement {
    Table::create()
        .table("manifests")
        .col(big_pk_auto("sequence"))
        .col(string("kind"))
        .col(string("snapshot"))
        .col(text("files"))
        .col(big_integer("rows"))
        .col(big_integer("refused"))
        .col(big_integer("records"))
        .col(big_integer("payments"))
        .col(big_integer("subjects"))
        .col(string("created_at"))
        .to_owned()
}

fn current() -> TableCreateStatement {
    Table::create().table("current").col(string("what").primary_key()).col(string("id")).to_owned()
}

fn models() -> TableCreateStatement {
    Table::create()
        .table("models")
        .col(big_pk_auto("sequence"))
        .col(string_uniq("id"))
        .col(string("kind"))
        .col(text("artefact"))
        .col(string("ledger"))
        .col(string("cutoff"))
        .col(string("registered_at"))
        .col(string_null("promoted_at"))
        .to_owned()
}

fn assessments() -> TableCreateStatement {
    Table::create()
        .table("assessments")
        .col(big_pk_auto("sequence"))
        .col(string_uniq("id"))
        .col(string("as_of"))
        .col(string("subject"))
        .col(text("request"))
        .col(text("json"))
        .col(string("ledger"))
        .col(string("facts"))
        .col(string("model"))
        .col(string("created_at"))
        .to_owned()
}

fn access_keys() -> TableCreateStatement {
    Table::create()
        .table("access_keys")
        .col(string("id").primary_key())
        .col(string("name"))
        .col(string("sha256"))
        .col(string("created_at"))
        .col(string_null("revoked_at"))
        .to_owned()
}

/// One row of each kind from the start, so that changing what is in force is always an update.
async fn nothing_in_force(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut rows = Query::insert();
    rows.into_table("current").columns(["what", "id"]);
    for what in ["ledger", "facts", "model"] {
        rows.values_panic([what.into(), "".into()]);
    }
    manager.execute(rows).await
}
