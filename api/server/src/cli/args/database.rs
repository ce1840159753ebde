//! What may be done with the store as a whole.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum DatabaseCommand {
    /// Bring the store to the form of this version, and say which it is (every command does so when it opens the store)
    Migrate,
    /// Look whether the store is sound in itself; `audit verify` holds what stands in it against the audit chain
    Check,
    /// Write store and files into a new folder, as one moment saw them; people may go on working
    Backup {
        /// Folder that is not there yet
        folder: PathBuf,
    },
    /// Put a backup into a new data folder and an empty store, SQLite or PostgreSQL, whichever it was made from
    Restore {
        /// Folder that `db backup` wrote
        folder: PathBuf,
    },
}
