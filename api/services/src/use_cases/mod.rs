//! What can be asked of [`Services`](crate::Services), one file a use case.

mod ask_registers;
mod assess;
mod audit;
mod client_file;
mod clients;
mod company_accounts;
mod erase;
mod export;
pub(crate) mod failure_model;
mod import;
mod import_bulk;
mod import_companies;
mod keys;
mod limits;
mod match_clients;
mod models;
mod outside_scores;
mod policies;
mod pull_companies;
mod pull_ledger;
mod readiness;
mod replay;
mod rulings;
pub(crate) mod scores;
pub(crate) mod search;
pub(crate) mod sector_quartiles;
mod sectors;
mod status;
mod train;

pub use ask_registers::{Asking, Consulted, LOCAL_REGISTER_FILE, outcome_of};
pub use assess::{Asked, AssessRequest, StoredAssessment};
pub use audit::{AuditExport, AuditFault, AuditReport};
pub use client_file::BookReport;
pub use clients::{ClientFile, ClientLine, ClientOrder, ClientPage, ClientQuery, LateOver};
pub use company_accounts::CompanyAccounts;
pub use erase::{EraseRequest, ErasureBasis, ErasureReport, Expired};
pub use export::ExportReport;
pub use failure_model::{CardRow, FailureModelInfo, LearnFailureOptions};
pub use import::{ImportOptions, ImportReport};
pub use import_bulk::{BulkOptions, BulkReport};
pub use import_companies::CompaniesReport;
pub use keys::{KeyInfo, NewKey};
pub use limits::{ClientLimit, LimitConfirmation, NewLimit};
pub use match_clients::ClientMatch;
pub use models::{ApplicationInfo, GradeChange, HorizonInfo, ModelCard, ModelInfo, Move, Rehearsal, Standing};
pub use policies::{
    Answered, PolicyBacktest, PolicyBacktestOptions, PolicyChoice, PolicyInfo, PolicyMove, PolicyRehearsal,
    PolicyState, TacticLine, VerdictChange,
};
pub use pull_companies::{CompaniesPulled, RegisterOutcome};
pub use pull_ledger::{PullOptions, PullReport};
pub use readiness::ReadinessCheck;
pub use replay::{Cause, Difference, Replay};
pub use rulings::{Deed, NewRuling, Ruling, Rulings, Standing as RulingStanding};
pub use scores::{PortfolioSummary, RescoreReport};
pub use search::{Company, Found, FoundKind, FoundWhere, SearchReport};
pub use sector_quartiles::QuartilesReport;
pub use sectors::SectorReport;
pub use status::Status;
pub(crate) use train::too_little;
pub use train::{OnStep, TrainOptions, TrainReport, TrainStage, TrainStep};
