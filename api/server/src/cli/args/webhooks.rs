//! Addresses that are told what happens.

use clap::Subcommand;
use clap::builder::PossibleValuesParser;

#[derive(Debug, Subcommand)]
pub enum WebhooksCommand {
    /// Tell an address what happens from now on; the secret is shown once, on stdout
    Add {
        /// Where: https://…, no address of a private network unless the configuration allows that
        url: String,
        /// Of what, several times or with commas
        #[arg(long = "event", value_name = "EVENT", value_delimiter = ',', required = true, value_parser = events())]
        events: Vec<String>,
    },
    /// Every webhook, without its secret
    List,
    /// Tell an address nothing more; messages to it are gone
    Remove {
        /// The webhook's id, as `webhooks list` shows it
        id: String,
    },
    /// The last messages to a webhook, the newest first
    Deliveries {
        /// The webhook's id
        id: String,
        /// Dead letters alone: what was given up after two days
        #[arg(long)]
        dead: bool,
    },
    /// Try a dead letter anew
    Retry {
        /// The webhook's id
        id: String,
        /// The message's id, as `webhooks deliveries` shows it
        delivery: String,
    },
}

fn events() -> PossibleValuesParser {
    PossibleValuesParser::new(encours_services::webhook_events())
}
