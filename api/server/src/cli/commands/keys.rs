//! `keys`.

use encours_services::{Moment, Services};

use crate::cli::args::KeysCommand;
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{give, say};

/// `encours keys`.
pub async fn run(services: &Services, command: KeysCommand, now: Moment) -> Result<(), Failure> {
    match command {
        KeysCommand::Create { name } => {
            let made = services.create_key(&name, now).await?;
            say(format_args!("key {} for {}; it is shown this once:", made.info.id, made.info.name));
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
