//! The sixth form: users with their sessions, and keys with scopes and an end.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, string, string_null};

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// What keys of before could do: everything there was.
const ALL_SCOPES: &str = "read assess decide import administer metrics";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [users(), sessions(), login_attempts()] {
            manager.create_table(table).await?;
        }
        let mut scopes = string("scopes");
        for column in [scopes.default(ALL_SCOPES).to_owned(), string_null("expires_at")] {
            manager.alter_table(Table::alter().table("access_keys").add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["expires_at", "scopes"] {
            manager.alter_table(Table::alter().table("access_keys").drop_column(name).to_owned()).await?;
        }
        for table in ["login_attempts", "sessions", "users"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn users() -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(string("name").primary_key())
        .col(string("role"))
        .col(string("password"))
        .col(string("created_at"))
        .col(string_null("disabled_at"))
        .to_owned()
}

fn sessions() -> TableCreateStatement {
    let to_users =
        ForeignKey::create().name("sessions_of_users").from("sessions", "user_name").to("users", "name").to_owned();
    Table::create()
        .table("sessions")
        .col(string("id").primary_key())
        .col(string("sha256"))
        .col(string("user_name"))
        .col(string("opened_at"))
        .col(string("ends_at"))
        .foreign_key(&mut to_users.clone())
        .to_owned()
}

fn login_attempts() -> TableCreateStatement {
    Table::create()
        .table("login_attempts")
        .col(string("name_sha256").primary_key())
        .col(big_integer("failures"))
        .col(string("closed_until"))
        .to_owned()
}
