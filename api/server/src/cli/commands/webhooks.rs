//! `webhooks`.

use encours_services::store::DeliveryState;
use encours_services::{Moment, Services};

use crate::cli::args::WebhooksCommand;
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{give, say};

/// Messages that are shown.
const SHOWN: u64 = 50;

/// `encours webhooks`.
pub async fn run(services: &Services, command: WebhooksCommand, now: Moment) -> Result<(), Failure> {
    match command {
        WebhooksCommand::Add { url, events } => {
            let added = services.add_webhook(&url, &events, now).await?;
            say(format_args!(
                "webhook {} is told of {}; its secret is shown this once:",
                added.webhook.id,
                added.webhook.events.join(", ")
            ));
            give(&format!("{}\n", added.secret)).map_err(Failure::of_output)
        }
        WebhooksCommand::List => {
            let webhooks = services.webhooks().await?;
            if webhooks.is_empty() {
                say("no webhook yet: `encours webhooks add URL --event EVENT` adds one");
                return Ok(());
            }
            give(&show::webhooks(&webhooks)).map_err(Failure::of_output)
        }
        WebhooksCommand::Remove { id } => {
            services.remove_webhook(&id, now).await?;
            say(format_args!("webhook {id} is told nothing more"));
            Ok(())
        }
        WebhooksCommand::Deliveries { id, dead } => {
            let state = dead.then_some(DeliveryState::Dead);
            let found = services.deliveries(&id, state, None, SHOWN).await?;
            if found.is_empty() {
                say(if dead { "no dead letter" } else { "no message yet" });
                return Ok(());
            }
            give(&show::deliveries(&found)).map_err(Failure::of_output)
        }
        WebhooksCommand::Retry { id, delivery } => {
            services.revive_delivery(&id, &delivery, now).await?;
            say(format_args!("message {delivery} is tried anew by the running server"));
            Ok(())
        }
    }
}
