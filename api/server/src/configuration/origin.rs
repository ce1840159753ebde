//! Where a value of the configuration came from.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from, the weakest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The file in the program.
    Default,
    /// A file, and the line in it.
    File(PathBuf, usize),
    /// A variable of the environment.
    Environment(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::File(path, line) => write!(formatter, "{}, line {line}", path.display()),
            Self::Environment(name) => write!(formatter, "environment, {name}"),
            Self::Flag(name) => write!(formatter, "flag {name}"),
        }
    }
}

/// One value that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingFault {
    /// Where it stands.
    pub origin: Origin,
    /// The setting: `serve.listen`; empty where the whole file is at fault.
    pub key: String,
    /// What was found.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
}

impl fmt::Display for SettingFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, key, found, allowed } = self;
        let key = if key.is_empty() { String::new() } else { format!("`{key}`: ") };
        write!(formatter, "{origin}: {key}found {found}, allowed {allowed}")
    }
}

/// Everything that is wrong with a configuration, in the order in which it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingFaults(pub Vec<SettingFault>);

impl fmt::Display for SettingFaults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(SettingFault::to_string).collect();
        formatter.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for SettingFaults {}
