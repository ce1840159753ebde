//! `keys` and `users`.

use std::io;

use encours_services::{Moment, NewPassword, Scopes, Services, ServicesError};

use crate::cli::args::{KeysCommand, UsersCommand};
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{give, say};

/// `encours keys`.
pub async fn run(services: &Services, command: KeysCommand, now: Moment) -> Result<(), Failure> {
    match command {
        KeysCommand::Create { name, scopes, last_day } => {
            let scopes =
                if scopes.is_empty() { Scopes::all() } else { Scopes::new(scopes).map_err(ServicesError::from)? };
            let made = services.create_key(&name, scopes, last_day, now).await?;
            say(format_args!(
                "key {} for {}, good for: {}; it is shown this once:",
                made.info.id, made.info.name, made.info.scopes
            ));
            give(&format!("{}\n", made.key)).map_err(Failure::of_output)
        }
        KeysCommand::List => {
            let keys = services.keys().await?;
            if keys.is_empty() {
                say("no key yet: `encours keys create NAME` makes one");
                return Ok(());
            }
            give(&show::keys(&keys)).map_err(Failure::of_output)
        }
        KeysCommand::Revoke { id } => {
            let key = services.revoke_key(&id, now).await?;
            say(format_args!("key {} of {} is refused from now on", key.id, key.name));
            Ok(())
        }
    }
}

/// `encours users`.
pub async fn users(services: &Services, command: UsersCommand, now: Moment) -> Result<(), Failure> {
    match command {
        UsersCommand::Add { name, role, password } => {
            let password = password.password_stdin.then(from_stdin).transpose()?;
            tell(&services.create_user(&name, role, password, now).await?)
        }
        UsersCommand::List => {
            let users = services.users().await?;
            if users.is_empty() {
                say("no user yet: `encours users add NAME --role ROLE` adds one");
                return Ok(());
            }
            give(&show::users(&users)).map_err(Failure::of_output)
        }
        UsersCommand::Role { name, role } => {
            let user = services.set_role(&name, role, now).await?;
            say(format_args!("{} is {} from now on", user.name, user.role.code()));
            Ok(())
        }
        UsersCommand::Password { name, password } => {
            let password = password.password_stdin.then(from_stdin).transpose()?;
            tell(&services.set_password(&name, password, now).await?)
        }
        UsersCommand::Disable { name } => {
            let user = services.set_disabled(&name, true, now).await?;
            say(format_args!("{} may no longer log in, and their sessions ended", user.name));
            Ok(())
        }
        UsersCommand::Enable { name } => {
            let user = services.set_disabled(&name, false, now).await?;
            say(format_args!("{} may log in again", user.name));
            Ok(())
        }
    }
}

fn from_stdin() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin().read_line(&mut line).map_err(|error| Failure::System("reading the password", error))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Shows a password that was made, this once.
fn tell(made: &NewPassword) -> Result<(), Failure> {
    let NewPassword { user, password } = made;
    let Some(password) = password else {
        say(format_args!("{} ({}) logs in with the password that was given", user.name, user.role.code()));
        return Ok(());
    };
    say(format_args!("{} ({}) logs in with this password; it is shown this once:", user.name, user.role.code()));
    give(&format!("{password}\n")).map_err(Failure::of_output)
}
