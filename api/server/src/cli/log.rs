//! The log: to stderr, as the configuration says.

use std::io;

use tracing_subscriber::EnvFilter;

use super::failure::Failure;
use crate::configuration::{LogForm, LogSettings};

/// Begins to write the log.
///
/// # Errors
/// When the filter cannot be read, which the configuration looked at before.
pub fn begin(settings: &LogSettings) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&settings.filter).map_err(|error| Failure::Usage(error.to_string()))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match settings.form {
        LogForm::Text => log.init(),
        // Fields stand beside the time and not one level down, where collectors would have to look for them.
        LogForm::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).init(),
    }
    Ok(())
}
