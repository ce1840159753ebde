//! `config`: what is set, and what can be.

use crate::cli::args::ConfigCommand;
use crate::cli::failure::Failure;
use crate::cli::terminal::give;
use crate::configuration::{Configuration, DEFAULT_TEXT};

/// `encours config`.
pub fn run(command: ConfigCommand, configuration: &Configuration) -> Result<(), Failure> {
    match command {
        ConfigCommand::Show => give(&configuration.shown()).map_err(Failure::of_output),
        ConfigCommand::Default => give_default(),
    }
}

/// `encours config default`, which reads no configuration.
pub fn give_default() -> Result<(), Failure> {
    give(DEFAULT_TEXT).map_err(Failure::of_output)
}
