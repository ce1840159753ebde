//! The fourth form: policies, what persons decide, and the audit chain; answers remember their policy and law table.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_pk_auto, string, string_null, string_uniq, text, text_null};

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

const IN_FORCE: [&str; 3] = ["policy", "law_table", "audit_head"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [rule_texts(), rulings(), audit()] {
            manager.create_table(table).await?;
        }
        let by_subject = Index::create().name("rulings_by_subject").table("rulings").col("subject").to_owned();
        manager.create_index(by_subject).await?;
        for name in ["policy", "law_table"] {
            let mut column = string(name);
            let table = Table::alter().table("assessments").add_column(column.default("")).to_owned();
            manager.alter_table(table).await?;
        }
        let mut rows = Query::insert();
        rows.into_table("current").columns(["what", "id"]);
        for what in IN_FORCE {
            rows.values_panic([what.into(), "".into()]);
        }
        manager.execute(rows).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut rows = Query::delete();
        rows.from_table("current").and_where(Expr::col("what").is_in(IN_FORCE));
        manager.execute(rows).await?;
        for name in ["policy", "law_table"] {
            manager.alter_table(Table::alter().table("assessments").drop_column(name).to_owned()).await?;
        }
        for table in ["audit", "rulings", "rule_texts"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn rule_texts() -> TableCreateStatement {
    Table::create()
        .table("rule_texts")
        .col(big_pk_auto("sequence"))
        .col(string_uniq("hash"))
        .col(string("kind"))
        .col(string("version"))
        .col(text("body"))
        .col(string("added_at"))
        .col(string("added_by"))
        .col(string_null("rehearsed_at"))
        .col(string_null("rehearsed_against"))
        .col(string_null("activated_at"))
        .col(string_null("activated_by"))
        .to_owned()
}

fn rulings() -> TableCreateStatement {
    Table::create()
        .table("rulings")
        .col(big_pk_auto("sequence"))
        .col(string_uniq("id"))
        .col(string("kind"))
        .col(string("subject"))
        .col(text("document"))
        .col(string("created_at"))
        .to_owned()
}

fn audit() -> TableCreateStatement {
    Table::create()
        .table("audit")
        .col(big_integer("sequence").primary_key())
        .col(string("at"))
        .col(string("actor"))
        .col(string("action"))
        .col(text_null("document"))
        .col(string("document_hash"))
        .col(string("previous"))
        .col(string("hash"))
        .to_owned()
}
