//! The second form: layers, of which a ledger is made; answers remember theirs.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::string;

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut layers = string("layers");
        let table = Table::alter().table("assessments").add_column(layers.default("")).to_owned();
        manager.alter_table(table).await?;
        let mut row = Query::insert();
        row.into_table("current").columns(["what", "id"]).values_panic(["layers".into(), "".into()]);
        manager.execute(row).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut row = Query::delete();
        row.from_table("current").and_where(Expr::col("what").eq("layers"));
        manager.execute(row).await?;
        manager.alter_table(Table::alter().table("assessments").drop_column("layers").to_owned()).await
    }
}
