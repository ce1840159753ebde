//! What can be asked of [`Services`](crate::Services), one file a use case.

mod assess;
mod client_file;
mod clients;
mod company_accounts;
mod export;
mod import;
mod import_companies;
mod keys;
mod match_clients;
mod models;
mod pull_companies;
mod pull_ledger;
mod replay;
pub(crate) mod scores;
pub(crate) mod search;
mod status;
mod train;

pub use assess::{Asked, AssessRequest, StoredAssessment};
pub use client_file::BookReport;
pub use clients::{ClientFile, ClientLine, ClientOrder, ClientPage, ClientQuery, LateOver};
pub use company_accounts::{Closing, CompanyAccounts, NotComputed};
pub use export::ExportReport;
pub use import::{ImportOptions, ImportReport};
pub use import_companies::CompaniesReport;
pub use keys::{KeyInfo, NewKey};
pub use match_clients::ClientMatch;
pub use models::{GradeChange, HorizonInfo, ModelCard, ModelInfo, Move, Rehearsal, Standing};
pub use pull_companies::{CompaniesPulled, RegisterOutcome};
pub use pull_ledger::{PullOptions, PullReport};
pub use replay::{Difference, Replay};
pub use scores::{PortfolioSummary, RescoreReport};
pub use search::{Company, Found, FoundKind};
pub use status::Status;
pub(crate) use train::too_little;
pub use train::{OnStep, TrainOptions, TrainReport, TrainStage, TrainStep};
