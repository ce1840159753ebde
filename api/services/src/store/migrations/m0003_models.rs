//! The third form: models remember how they were measured, by whom they were trained, rehearsed and promoted, and that
//! they were retired; one of them may run in the shadow of the one in force.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{string_null, text_null};

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 7] =
    ["validation", "challenges", "trained_by", "promoted_by", "rehearsed_at", "rehearsed_against", "retired_at"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for name in COLUMNS {
            let mut column =
                if ["validation", "challenges"].contains(&name) { text_null(name) } else { string_null(name) };
            manager.alter_table(Table::alter().table("models").add_column(&mut column).to_owned()).await?;
        }
        let mut row = Query::insert();
        row.into_table("current").columns(["what", "id"]).values_panic(["shadow".into(), "".into()]);
        manager.execute(row).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut row = Query::delete();
        row.from_table("current").and_where(Expr::col("what").eq("shadow"));
        manager.execute(row).await?;
        for name in COLUMNS {
            manager.alter_table(Table::alter().table("models").drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}
