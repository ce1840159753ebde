//! Who may come in: people with a role, programs with a key.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use encours_domain::Day;
use encours_services::{AccessError, Role, Scope};

#[derive(Debug, Subcommand)]
pub enum UsersCommand {
    /// Add somebody; a password is made and shown once, on stdout
    Add {
        /// Name to log in with: a to z, 0 to 9 and . _ @ -
        name: String,
        /// What they are to the company
        #[arg(long, value_parser = roles())]
        role: Role,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Everybody who may log in, or once could
    List,
    /// Give somebody another role; their sessions end
    Role {
        /// Name of the user
        name: String,
        /// What they are to the company from now on
        #[arg(value_parser = roles())]
        role: Role,
    },
    /// Give somebody a new password, shown once, on stdout; their sessions end
    Password {
        /// Name of the user
        name: String,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Shut somebody out, at once
    Disable {
        /// Name of the user
        name: String,
    },
    /// Let somebody in again
    Enable {
        /// Name of the user
        name: String,
    },
}

#[derive(Debug, Args)]
pub struct PasswordArgs {
    /// Read the password from the first line of stdin instead of making one
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key; it is shown once, on stdout
    Create {
        /// What will use it
        name: String,
        /// What it may be used for, several times or with commas [default: everything]
        #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ',', value_parser = scopes())]
        scopes: Vec<Scope>,
        /// Last day on which it is good [default: until it is revoked]
        #[arg(long, value_name = "DATE")]
        last_day: Option<Day>,
    },
    /// Every key, without its secret
    List,
    /// Refuse a key from now on
    Revoke {
        /// The key's id, as `keys list` shows it
        id: String,
    },
}

fn roles() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(|(_, word)| word)).try_map(|word| word.parse::<Role>())
}

fn scopes() -> impl TypedValueParser<Value = Scope> {
    let words = Scope::ALL.map(|(_, word)| word);
    PossibleValuesParser::new(words).try_map(|word| -> Result<Scope, AccessError> { word.parse() })
}
