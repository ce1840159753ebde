//! What may be said of models.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use encours_core::portfolio::CardParams;
use encours_domain::Day;
use encours_models::ScorecardParams;

use crate::words::Lang;

#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Learn only what was known before this day [default: all that is known up to and including today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Day>,
    /// Who trains it; kept with the model
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// The whole report as JSON
    #[arg(long)]
    pub json: bool,
    /// Learn from this folder's invoices.parquet and payments.parquet instead of the store, and only write the model:
    /// it is neither measured nor registered
    #[arg(long, value_name = "DIR", requires = "as_of", requires = "out", conflicts_with = "by")]
    pub ledger: Option<PathBuf>,
    /// Model file to write, for `rescore --ledger DIR --model FILE`
    #[arg(long, value_name = "FILE.json", requires = "ledger")]
    pub out: Option<PathBuf>,
    /// With --ledger: horizons, late by more than so many calendar days
    #[arg(long, value_name = "DAYS", value_delimiter = ',', default_value = "0,30,60,90", requires = "ledger")]
    pub late_over: Vec<u16>,
    /// With --ledger: what is fitted
    #[arg(long, value_enum, default_value_t = CardKind::Additive, requires = "ledger")]
    pub model_kind: CardKind,
}

/// What is fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CardKind {
    /// Boosted shapes and a few pairs
    Additive,
    /// The plain card: weights of evidence into a logistic regression
    Scorecard,
}

impl CardKind {
    /// The usual parameters of the kind.
    pub fn params(self) -> CardParams {
        match self {
            Self::Additive => CardParams::default(),
            Self::Scorecard => CardParams::Scorecard(ScorecardParams::default()),
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// Every model with its figures
    List {
        /// JSON instead of a table
        #[arg(long)]
        json: bool,
    },
    /// A model's artefact as JSON, for `rescore --model`
    Show {
        /// The model's id, as `models list` shows it, or at least its first 6 characters
        id: String,
    },
    /// All that is known of a model: how well its training does, by whom it was made, whether it still holds
    Card(CardArgs),
    /// Who would move if a model took the place of the one in force
    Rehearse(ModelOnDayArgs),
    /// How far the invoices since are from those that a model was measured on
    Drift(ModelOnDayArgs),
    /// Write the rows on which a model was measured, for another program to learn from and to predict
    Rows {
        /// The model's id, as `models list` shows it, or at least its first 6 characters
        id: String,
        /// Parquet file to write
        #[arg(long, value_name = "FILE.parquet")]
        out: PathBuf,
    },
    /// Write the card as a table of points that any program can apply
    Export {
        /// The model's id, as `models list` shows it, or at least its first 6 characters
        id: String,
        /// CSV or XLSX file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Also write each client's next usual invoice as the card reads it, with its score
        #[arg(long, value_name = "FILE.csv")]
        clients: Option<PathBuf>,
        /// Clients as of the evening of this day [default: the last day of the ledger]
        #[arg(long, value_name = "DATE", requires = "clients")]
        as_of: Option<Day>,
    },
    /// Measure what another program says of those rows beside the model; it decides nothing
    Challenge {
        /// The model's id, as `models list` shows it, or at least its first 6 characters
        id: String,
        /// CSV of row,p_late for each row of part `later`
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// Who it is; shown in the card
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Let a model score beside the one in force; it decides nothing
    Shadow {
        /// The model's id, as `models list` shows it, or at least its first 6 characters
        id: String,
    },
    /// Let a model decide from now on, when it beats the clients' own past late rates
    Promote {
        /// The model's id, as `models list` shows it, or at least its first 6 characters
        id: String,
        /// Who promotes it; kept with the model
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Put a model aside; when it was in force, published base rates answer
    Retire {
        /// The model's id, as `models list` shows it, or at least its first 6 characters
        id: String,
    },
}

#[derive(Debug, Args)]
pub struct CardArgs {
    /// The model's id, as `models list` shows it, or at least its first 6 characters
    pub id: String,
    /// Markdown for people, JSON for programs
    #[arg(long, value_enum, default_value_t = CardFormat::Md)]
    pub format: CardFormat,
    /// Language of the Markdown
    #[arg(long, value_enum, default_value_t = Lang::Fr)]
    pub lang: Lang,
    /// Look at drift as of the evening of this day [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Day>,
}

/// The form of a model card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CardFormat {
    Md,
    Json,
}

#[derive(Debug, Args)]
pub struct ModelOnDayArgs {
    /// The model's id, as `models list` shows it, or at least its first 6 characters
    pub id: String,
    /// As of the evening of this day [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Day>,
    /// JSON instead of tables
    #[arg(long)]
    pub json: bool,
}

impl ModelsCommand {
    /// The model that is meant, where one is.
    pub fn id(&mut self) -> Option<&mut String> {
        match self {
            Self::List { .. } => None,
            Self::Card(args) => Some(&mut args.id),
            Self::Rehearse(args) | Self::Drift(args) => Some(&mut args.id),
            Self::Show { id }
            | Self::Rows { id, .. }
            | Self::Export { id, .. }
            | Self::Challenge { id, .. }
            | Self::Shadow { id }
            | Self::Promote { id, .. }
            | Self::Retire { id } => Some(id),
        }
    }
}
