//! How a command ends that could not do what was asked: the exit code, and what the person reads.

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use encours_core::CoreError;
use encours_domain::{DomainError, ErrorClass};
use encours_services::ServicesError;

use super::terminal::{say, say_faults};
use crate::configuration::SettingFaults;
use crate::http::problem::chain;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// A use case said so.
    Services(ServicesError),
    /// What was asked for cannot be, as this edge sees it.
    Usage(String),
    /// A setting cannot be used.
    Configuration(SettingFaults),
    /// The address cannot be listened on.
    Listen(SocketAddr, io::Error),
    /// Stdout, a thread or a signal failed.
    System(&'static str, io::Error),
    /// The engine gave a document that this edge cannot read.
    Document(serde_json::Error),
    /// A stored answer came out different.
    NotReplayed,
    /// No register answered about any company.
    NobodyAnswered,
    /// The audit chain does not hold.
    ChainBroken,
    /// The database is damaged.
    StoreDamaged,
}

impl From<ServicesError> for Failure {
    fn from(error: ServicesError) -> Self {
        Self::Services(error)
    }
}

impl From<DomainError> for Failure {
    fn from(error: DomainError) -> Self {
        Self::Services(error.into())
    }
}

/// 1 failed, 2 wrong usage or bad input.
const fn code_of(class: ErrorClass) -> u8 {
    match class {
        // Too little evidence is about what was given.
        ErrorClass::InvalidInput | ErrorClass::NotFound | ErrorClass::EvidenceMissing => 2,
        ErrorClass::Conflict | ErrorClass::Forbidden | ErrorClass::Internal => 1,
    }
}

impl Failure {
    /// Data that nobody reads any more (`encours … | head`) is no failure.
    pub fn of_output(error: io::Error) -> Self {
        Self::System("writing to stdout", error)
    }

    fn is_silent(&self) -> bool {
        matches!(self, Self::System(_, error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    fn code(&self) -> u8 {
        match self {
            // The quote is in a currency that the policy does not hold.
            Self::Services(ServicesError::Core(CoreError::OtherCurrency { .. })) => 2,
            Self::Services(error) => code_of(error.class()),
            Self::Usage(_) | Self::Configuration(_) | Self::Listen(..) => 2,
            Self::System(..) if self.is_silent() => 0,
            Self::System(..)
            | Self::Document(_)
            | Self::NotReplayed
            | Self::ChainBroken
            | Self::StoreDamaged
            | Self::NobodyAnswered => 1,
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::Services(error) => chain(error),
            Self::Usage(sentence) => sentence.clone(),
            Self::Configuration(faults) => match faults.0.len() {
                1 => "a setting cannot be used".to_owned(),
                many => format!("{many} settings cannot be used"),
            },
            Self::Listen(address, error) => format!("cannot listen on {address}: {error}"),
            Self::System(doing, error) => format!("{doing} failed: {error}"),
            Self::Document(error) => format!("the assessment could not be read: {error}"),
            Self::NotReplayed => "the answer came out different".to_owned(),
            Self::NobodyAnswered => "no register answered about any company".to_owned(),
            Self::ChainBroken => "something is not as the audit chain says".to_owned(),
            Self::StoreDamaged => {
                "the store is damaged: put a backup into a new folder with `encours db restore`".to_owned()
            }
        }
    }

    /// Tells the person, and gives the exit code.
    pub fn told(&self) -> ExitCode {
        if !self.is_silent() {
            self.tell();
        }
        ExitCode::from(self.code())
    }

    /// What is at fault line by line, the sentence, then what can be done.
    fn tell(&self) {
        match self {
            Self::Services(error) => error.faults().into_iter().for_each(say_faults),
            Self::Configuration(faults) => faults.0.iter().for_each(say),
            Self::Usage(_)
            | Self::Listen(..)
            | Self::System(..)
            | Self::Document(_)
            | Self::NotReplayed
            | Self::ChainBroken
            | Self::StoreDamaged
            | Self::NobodyAnswered => {}
        }
        say(format_args!("error: {}", self.sentence()));
        if let Self::Services(error) = self {
            error.hints().iter().for_each(|hint| say(format_args!("hint: {hint}")));
        }
    }
}
