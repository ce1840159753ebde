//! What can go wrong in a use case. A refusal to sell is not here: it is a verdict.

mod hints;

use std::io;
use std::path::{Path, PathBuf};

use encours_core::CoreError;
use encours_domain::{DomainError, ErrorClass, FaultReport, Siren};
use encours_models::ModelError;
use encours_sources::SourceError;
use sea_orm::{DbErr, RuntimeErr};
use thiserror::Error;

use crate::access::AccessError;

/// An error of a use case.
#[derive(Debug, Error)]
pub enum ServicesError {
    /// Files with rows that cannot be taken. Nothing was changed.
    #[error("{} of {what} cannot be taken, so nothing was changed", counted(.report.rows_at_fault()))]
    Refused {
        /// What was to be read: `the ledger` or `the companies`.
        what: &'static str,
        /// Every fault and every note.
        report: Box<FaultReport>,
    },
    /// Files of which no part can be taken. Nothing was changed.
    #[error("a file holds nothing that can be taken as {what}, so nothing was changed")]
    Unreadable {
        /// What was to be read: `the ledger` or `the companies`.
        what: &'static str,
        /// Every fault and every note.
        report: Box<FaultReport>,
    },
    /// A word where only some are known.
    #[error("{what}: found `{found}`, expected {expected}")]
    UnknownWord {
        /// The option or field.
        what: &'static str,
        /// As found.
        found: String,
        /// What would have been accepted.
        expected: String,
    },
    /// Neither a client of the ledger nor a company.
    #[error("`{found}` is no client of the ledger and no company that is known")]
    UnknownClient {
        /// As asked.
        found: String,
        /// Names that are near.
        near: Vec<String>,
    },
    /// A SIREN that several clients of the ledger have.
    #[error("SIREN `{siren}` is that of several clients: {}", .clients.join(", "))]
    SeveralClients {
        /// The number.
        siren: String,
        /// The clients.
        clients: Vec<String>,
    },
    /// A client that has another number already.
    #[error("client `{client}` has the SIREN `{known}` already, found `{found}`")]
    NumberKnown {
        /// The client.
        client: String,
        /// Its number.
        known: Siren,
        /// The number that was to be its.
        found: Siren,
    },
    /// Something asked for by its name that the store does not hold.
    #[error("no {what} `{id}`")]
    NotFound {
        /// Kind of thing: `model`, `assessment`, `key`.
        what: &'static str,
        /// The name asked for.
        id: String,
    },
    /// An answer about a person who was erased by right.
    #[error("assessment `{id}` was erased by right on {at}: neither its bytes nor what it was made with are there")]
    Erased {
        /// The answer.
        id: String,
        /// When.
        at: String,
    },
    /// Somebody who may not be erased.
    #[error("{reason}")]
    NotErasable {
        /// Why, and what to do.
        reason: String,
    },
    /// Content from which a person was erased.
    #[error("a person was erased from exactly this by right: leave them out in the system that it comes from")]
    ErasedContent,
    /// There is no ledger yet.
    #[error("no ledger has been imported into `{}`", .folder.display())]
    NoLedger {
        /// The data folder.
        folder: PathBuf,
    },
    /// Too few invoices with a known outcome to learn from.
    #[error("too little is known before {cutoff} to train on: {found}; assessments go on with {meanwhile}")]
    TooLittleToTrain {
        /// Nothing dated on or after this day was read.
        cutoff: String,
        /// What is used instead.
        meanwhile: String,
        /// What was found and what is needed: said in this error's own sentence, and so not its source.
        found: ModelError,
    },
    /// Another program changed the state while this one worked.
    #[error("the stored {what} was changed by another program in the meantime; nothing was written, try again")]
    ChangedMeanwhile {
        /// What was changed.
        what: &'static str,
    },
    /// A database that a newer version of this program has written.
    #[error(
        "the database was written by a newer version of encours: it knows `{found}`, this version ends at `{newest}`"
    )]
    NewerDatabase {
        /// The unknown step of its schema.
        found: String,
        /// The last step that this version knows.
        newest: String,
    },
    /// A database that this build cannot talk to.
    #[error("database `{scheme}:…`: expected a URL that begins with `sqlite:` or `postgres:`")]
    UnsupportedDatabase {
        /// The scheme of the URL; the rest may hold a password.
        scheme: String,
    },
    /// A stored file whose content is not what its name says.
    #[error("stored file `{}` is damaged: {reason}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found and what was expected.
        reason: String,
    },
    /// A model of the register that this engine cannot use.
    #[error("the stored model `{id}` cannot be used")]
    StoredModel {
        /// Its name.
        id: String,
        /// What is wrong with it.
        #[source]
        source: CoreError,
    },
    /// Kept rules that this version cannot read.
    #[error("the stored {what} cannot be read by this version")]
    StoredRules {
        /// `policy` or `law_table`.
        what: &'static str,
        /// What is wrong with them.
        #[source]
        source: CoreError,
    },
    /// A validation of the register that cannot be read.
    #[error("the stored validation of model `{id}` cannot be read")]
    StoredValidation {
        /// The model.
        id: String,
        /// Where and why reading stopped.
        #[source]
        source: serde_json::Error,
    },
    /// A model whose training is no better than what costs nothing.
    #[error(
        "model `{id}` cannot be put in force: on later invoices its Brier score for late over {late_over} days is \
         {model:.4}, and that of the clients' own past late rates {past_rate:.4}; lower is better"
    )]
    NoBetterModel {
        /// The model.
        id: String,
        /// Days late.
        late_over: u16,
        /// Brier score of its training.
        model: f64,
        /// Brier score of the past rates.
        past_rate: f64,
    },
    /// The same of a model of failure.
    #[error(
        "model of failure `{id}` cannot be put in force: on later closings it does not beat the policy's expert rule"
    )]
    NoBetterFailureModel {
        /// The model.
        id: String,
    },
    /// A model of which it is not known how good it is.
    #[error(
        "model `{id}` cannot be put in force: it was not measured; of late over {late_over} days the outcomes of {rows} \
         later invoices are known, {late} of them late, and 50 with both outcomes are needed"
    )]
    UnmeasuredModel {
        /// The model.
        id: String,
        /// Days late.
        late_over: u16,
        /// Later invoices with a known outcome.
        rows: u64,
        /// Of these late.
        late: u64,
    },
    /// Something for which the policy asks for a second person.
    #[error("{what} `{id}`: the policy asks for a second person, and {reason}")]
    SecondPerson {
        /// What kind of thing: `model`, `policy`, `assessment`.
        what: &'static str,
        /// Its name.
        id: String,
        /// What is missing.
        reason: String,
    },
    /// A policy nobody has looked at in use.
    #[error("policy `{id}` cannot be put in force: nobody has looked at who would move from the policy in force")]
    NotRehearsed {
        /// Its version.
        id: String,
    },
    /// A decision of a person that cannot be taken.
    #[error("{what} cannot be decided so: {reason}")]
    Ruling {
        /// What was to be decided.
        what: String,
        /// What stands against it, and what is allowed.
        reason: String,
    },
    /// A model of another ledger than the one in force.
    #[error("model `{id}` was trained on ledger `{found}`, and in force is `{expected}`: its rows can't be made again")]
    OtherLedger {
        /// The model.
        id: String,
        /// Hash of its ledger.
        found: String,
        /// Hash of the ledger in force.
        expected: String,
    },
    /// A file of predictions that cannot be taken.
    #[error("{file}, line {line}: {reason}")]
    Predictions {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// What was found and what was expected.
        reason: String,
    },
    /// A model that decides cannot run in its own shadow.
    #[error("model `{id}` is in force, and cannot run in its own shadow")]
    ModelInForce {
        /// The model.
        id: String,
    },
    /// A file that would lie in a folder that is not there.
    #[error("`{}` cannot be written: there is no folder `{}`", .path.display(), .folder.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// An output that is one of the files to be read.
    #[error("`{}` would be written over `{}`, which is to be read: it is the same file", .out.display(), .input.display())]
    OutputIsInput {
        /// The output as named.
        out: PathBuf,
        /// The input as named.
        input: PathBuf,
    },
    /// An output among the stored files.
    #[error("`{}` lies among the stored files of `{}`, which nothing else may write", .out.display(), .folder.display())]
    OutputInStore {
        /// The output as named.
        out: PathBuf,
        /// The data folder.
        folder: PathBuf,
    },
    /// Something that cannot be read as a file.
    #[error("`{}` {reason}", .path.display())]
    UnfitFile {
        /// As named.
        path: PathBuf,
        /// What it is, and what is allowed.
        reason: String,
    },
    /// A model file that cannot be used.
    #[error("model file `{}` cannot be used", .path.display())]
    ModelFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: CoreError,
    },
    /// A ledger of which a back-test needs every row.
    #[error("{} of the ledger cannot be read, and a back-test needs all of them: nothing was written", counted(.report.faults.len()))]
    Incomplete {
        /// Every fault and every note.
        report: Box<FaultReport>,
    },
    /// A store that may only be read.
    #[error("{doing} writes, and the data folder can only be read")]
    ReadOnly {
        /// What was tried.
        doing: &'static str,
    },
    /// A file that cannot be read or written.
    #[error("{doing} `{}` failed", .path.display())]
    File {
        /// What was tried.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The database failed.
    #[error("{doing} failed in the database")]
    Database {
        /// What was tried.
        doing: &'static str,
        /// What the database said.
        #[source]
        source: DbErr,
    },
    /// An answer whose id is that of a kept one, and whose bytes are not.
    #[error("assessment `{id}` is kept with other bytes than those just computed; the kept ones were left alone")]
    AnotherAnswer {
        /// The id that both have.
        id: String,
    },
    /// The store stopped writing; the program is on its way out.
    #[error("the store no longer takes anything down")]
    StoreClosed,
    /// The system gave no random bytes for a key.
    #[error("the system gave no random bytes for a key")]
    NoRandomness {
        /// What the system said.
        #[source]
        source: getrandom::Error,
    },
    /// A computation was torn down.
    #[error("a computation was stopped before its end")]
    Stopped {
        /// Why.
        #[source]
        source: tokio::task::JoinError,
    },
    /// A table could not be written as text.
    #[error("writing `{}` failed", .path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: csv::Error,
    },
    /// What we wanted to write down has no JSON form.
    #[error("{what} cannot be written as JSON")]
    Document {
        /// What was to be written.
        what: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The engine refused.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// A live system or register could not be asked or understood.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A value that the vocabulary does not allow.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// A user or key cannot be made or changed as asked.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A password could not be hashed, or its kept hash not be read.
    #[error("a password could not be worked on: {reason}")]
    Hashing {
        /// Why.
        reason: String,
    },
}

impl From<ModelError> for ServicesError {
    fn from(error: ModelError) -> Self {
        Self::Core(CoreError::Model(error))
    }
}

impl ServicesError {
    /// Which class of trouble this is.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Refused { .. }
            | Self::Unreadable { .. }
            | Self::UnknownWord { .. }
            | Self::UnsupportedDatabase { .. } => ErrorClass::InvalidInput,
            Self::UnknownClient { .. } | Self::NotFound { .. } | Self::Erased { .. } => ErrorClass::NotFound,
            Self::SeveralClients { .. }
            | Self::NumberKnown { .. }
            | Self::ChangedMeanwhile { .. }
            | Self::NewerDatabase { .. }
            | Self::NoBetterModel { .. }
            | Self::NoBetterFailureModel { .. }
            | Self::UnmeasuredModel { .. }
            | Self::ModelInForce { .. }
            | Self::NotErasable { .. }
            | Self::ErasedContent
            | Self::OtherLedger { .. } => ErrorClass::Conflict,
            Self::NoFolder { .. }
            | Self::Predictions { .. }
            | Self::OutputIsInput { .. }
            | Self::OutputInStore { .. }
            | Self::UnfitFile { .. }
            | Self::Incomplete { .. } => ErrorClass::InvalidInput,
            Self::ModelFile { source, .. } => source.class(),
            Self::ReadOnly { .. } | Self::SecondPerson { .. } => ErrorClass::Forbidden,
            Self::NotRehearsed { .. } | Self::Ruling { .. } | Self::StoredRules { .. } => ErrorClass::Conflict,
            // It was ours to keep it well: nothing that the caller said is wrong.
            Self::StoredModel { source: CoreError::ForeignModel { .. }, .. } => ErrorClass::Conflict,
            Self::NoLedger { .. } | Self::TooLittleToTrain { .. } => ErrorClass::EvidenceMissing,
            Self::File { source, .. } => file_class(source),
            Self::Damaged { .. }
            | Self::StoredModel { .. }
            | Self::StoredValidation { .. }
            | Self::Database { .. }
            | Self::AnotherAnswer { .. }
            | Self::StoreClosed
            | Self::NoRandomness { .. }
            | Self::Stopped { .. }
            | Self::Csv { .. }
            | Self::Hashing { .. }
            | Self::Document { .. } => ErrorClass::Internal,
            Self::Core(error) => error.class(),
            Self::Source(error) => error.class(),
            Self::Domain(error) => error.class(),
            Self::Access(error) => error.class(),
        }
    }

    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "rows_refused",
            Self::Unreadable { .. } => "files_unreadable",
            Self::UnknownWord { .. } => "unknown_word",
            Self::UnknownClient { .. } => "unknown_client",
            Self::SeveralClients { .. } => "several_clients",
            Self::NumberKnown { .. } => "number_known",
            Self::NotFound { .. } => "not_found",
            Self::Erased { .. } => "erased",
            Self::NotErasable { .. } => "not_erasable",
            Self::ErasedContent => "erased_content",
            Self::NoLedger { .. } => "no_ledger",
            Self::TooLittleToTrain { .. } => "too_little_to_train",
            Self::ChangedMeanwhile { .. } => "changed_meanwhile",
            Self::NewerDatabase { .. } => "newer_database",
            Self::UnsupportedDatabase { .. } => "unsupported_database",
            Self::Damaged { .. } => "stored_file_damaged",
            Self::StoredModel { .. } => "stored_model",
            Self::StoredRules { .. } => "stored_rules",
            Self::StoredValidation { .. } => "stored_validation",
            Self::NoBetterModel { .. } | Self::NoBetterFailureModel { .. } => "model_no_better",
            Self::UnmeasuredModel { .. } => "model_not_measured",
            Self::SecondPerson { .. } => "second_person_needed",
            Self::NotRehearsed { .. } => "policy_not_rehearsed",
            Self::Ruling { .. } => "ruling_refused",
            Self::ModelInForce { .. } => "model_in_force",
            Self::OtherLedger { .. } => "other_ledger",
            Self::Predictions { .. } => "predictions_unreadable",
            Self::NoFolder { .. } => "no_folder",
            Self::OutputIsInput { .. } => "output_is_input",
            Self::OutputInStore { .. } => "output_in_store",
            Self::UnfitFile { .. } => "file_unfit",
            Self::ModelFile { .. } => "model_file",
            Self::Incomplete { .. } => "ledger_incomplete",
            Self::ReadOnly { .. } => "read_only",
            Self::File { .. } => "file",
            Self::Database { .. } => "database",
            Self::AnotherAnswer { .. } => "another_answer",
            Self::StoreClosed => "store_closed",
            Self::NoRandomness { .. } => "no_randomness",
            Self::Stopped { .. } => "stopped",
            Self::Csv { .. } => "csv",
            Self::Document { .. } => "document",
            Self::Core(CoreError::OtherCurrency { .. }) => "ledger_currency",
            Self::Core(_) => "engine",
            Self::Source(_) => "source",
            Self::Domain(_) => "invalid_value",
            Self::Access(error) => error.code(),
            Self::Hashing { .. } => "hashing",
        }
    }

    /// The faults row by row, when files were refused.
    pub fn faults(&self) -> Option<&FaultReport> {
        match self {
            Self::Refused { report, .. }
            | Self::Unreadable { report, .. }
            | Self::Incomplete { report }
            | Self::Core(CoreError::Ledger(report)) => Some(report),
            _ => None,
        }
    }

    /// For `map_err`: trouble with a file.
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { doing, path, source }
    }

    /// For `map_err`: a model of the register that cannot be read or applied.
    pub(crate) fn stored_model<E: Into<CoreError>>(id: &str) -> impl FnOnce(E) -> Self {
        let id = id.to_owned();
        move |source| Self::StoredModel { id, source: source.into() }
    }

    /// For `map_err`: something without a JSON form.
    pub(crate) fn document(what: &'static str) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self::Document { what, source }
    }

    /// For `map_err`: trouble in the database.
    pub(crate) fn database(doing: &'static str) -> impl FnOnce(DbErr) -> Self {
        move |source| match is_read_only(&source) {
            true => Self::ReadOnly { doing },
            false => Self::Database { doing, source },
        }
    }
}

/// SQLite's `SQLITE_READONLY` and its extended codes, which all end in the byte 8 (<https://sqlite.org/rescode.html>).
fn is_read_only(error: &DbErr) -> bool {
    let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else { return false };
    let RuntimeErr::SqlxError(cause) = cause else { return false };
    let code = cause.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xFF == 8)
}

/// A file that is not there, or may not be read, is what the caller named; the rest is our trouble.
fn file_class(error: &io::Error) -> ErrorClass {
    match error.kind() {
        io::ErrorKind::NotFound
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::IsADirectory
        | io::ErrorKind::NotADirectory => ErrorClass::InvalidInput,
        _ => ErrorClass::Internal,
    }
}

fn counted(rows: usize) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}
