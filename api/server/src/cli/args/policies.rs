//! What may be said of policies, of decisions that persons take, of limits and of the audit chain.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use encours_domain::{Day, Money};

use super::euros;
use crate::words::Lang;

#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Every policy that was kept, with where it stands
    List {
        /// JSON instead of a table
        #[arg(long)]
        json: bool,
    },
    /// A policy's text, to be read or changed: the one in force unless another is named
    Show {
        /// Version, or the first 6 or more characters of the hash
        id: Option<String>,
    },
    /// Read a policy file and tell every fault in it; nothing is kept
    Check {
        /// The policy
        file: PathBuf,
    },
    /// Who would move, in euros, if a policy took the place of the one in force
    Rehearse {
        /// Policy file; or version or hash of one that was kept
        #[arg(value_name = "FILE|ID")]
        policy: String,
        /// The morning as of which clients are judged [default: today]
        #[arg(long, value_name = "DATE")]
        as_of: Option<Day>,
        /// Who brings it, for the second person that the policy in force may ask for
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// JSON instead of tables, every client that moves in it
        #[arg(long)]
        json: bool,
    },
    /// Replay the policy in force, and another, over the past months as known then, in euros
    Backtest(PolicyBacktestArgs),
    /// Put a policy in force; it must have been rehearsed against the one in force
    Activate {
        /// Policy file; or version or hash of one that was kept
        #[arg(value_name = "FILE|ID")]
        policy: String,
        /// Who puts it in force
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct PolicyBacktestArgs {
    /// Policy to replay beside the one in force: a file, or version or hash of one that was kept
    #[arg(value_name = "FILE|ID")]
    pub policy: Option<String>,
    /// Months before the end of the ledger
    #[arg(long, value_name = "NUMBER", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=120))]
    pub months: u16,
    /// Orders that are looked at, at most; of more, evenly spread ones
    #[arg(long, value_name = "NUMBER", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub most_orders: u32,
    /// How to write it
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub format: TableFormat,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For the terminal
    Text,
    /// Markdown
    Md,
    /// JSON
    Json,
}

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Walk the chain and hold what is kept against it
    Verify {
        /// A head that was noted before, as this command prints it: `LINKS HASH`
        #[arg(long, num_args = 2, value_names = ["LINKS", "HASH"])]
        head: Option<Vec<String>>,
        /// The whole report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the chain as JSON lines
    Export {
        /// File to write
        #[arg(long, value_name = "FILE.jsonl")]
        out: PathBuf,
    },
    /// The last links
    Log {
        /// How many
        #[arg(long, value_name = "NUMBER", default_value_t = 20)]
        last: u64,
    },
}

/// Who decides, and why.
#[derive(Debug, Args)]
pub struct DeciderArgs {
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// In which role: a name of the policy's section `[roles]`
    #[arg(long, value_name = "ROLE", default_value = "controller")]
    pub role: String,
}

/// A verdict that a person may give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FinalVerdict {
    /// Sell as asked
    Approve,
    /// Sell on conditions
    ApproveWithConditions,
    /// Do not sell on credit
    Decline,
}

#[derive(Debug, Subcommand)]
pub enum DecisionsCommand {
    /// Give another verdict than the answer's, or make it yours
    Take {
        /// Id of a stored assessment
        id: String,
        /// The verdict
        #[arg(value_enum)]
        verdict: FinalVerdict,
        /// What the sale hangs on
        #[arg(long, value_name = "TEXT")]
        conditions: Option<String>,
        #[command(flatten)]
        decider: DeciderArgs,
    },
    /// Hold the sale instead of refusing it
    Hold {
        /// Id of a stored assessment
        id: String,
        /// Who sees to it
        #[arg(long, value_name = "NAME")]
        owner: String,
        /// Until when
        #[arg(long, value_name = "DATE")]
        until: Day,
        /// What would let it go
        #[arg(long, value_name = "TEXT")]
        conditions: Option<String>,
        #[command(flatten)]
        decider: DeciderArgs,
    },
    /// Confirm, as a second person, what another decided
    Confirm {
        /// Id of a stored assessment
        id: String,
        #[command(flatten)]
        decider: DeciderArgs,
    },
    /// What was decided about an answer
    Show {
        /// Id of a stored assessment
        id: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Explain an answer to whoever it is about: procedure, principles, data, what would change it, rights; as Markdown
    Explain {
        /// Id of a stored assessment
        id: String,
        /// Language
        #[arg(long, value_enum, default_value_t = Lang::Fr)]
        lang: Lang,
    },
    /// Answers that wait for somebody
    Waiting {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum LimitsCommand {
    /// Set a client's limit in the place of the engine's figure
    Set {
        /// Client of the ledger
        client: String,
        /// Gross exposure with an order, incl. VAT, in euros
        #[arg(value_name = "AMOUNT", value_parser = euros)]
        amount: Money,
        /// The last day on which it holds [default: until it is changed]
        #[arg(long, value_name = "DATE")]
        until: Option<Day>,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who sets it
        #[arg(long, value_name = "NAME")]
        by: String,
        /// In which role: a name of the policy's section [roles]
        #[arg(long, value_name = "ROLE")]
        role: String,
    },
    /// Confirm, as a second person, the limit that waits for one
    Confirm {
        /// Client of the ledger
        client: String,
        /// Who confirms
        #[arg(long, value_name = "NAME")]
        by: String,
        /// In which role
        #[arg(long, value_name = "ROLE")]
        role: String,
    },
    /// Give the engine's own figure back
    Lift {
        /// Client of the ledger
        client: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who lifts it
        #[arg(long, value_name = "NAME")]
        by: String,
        /// In which role
        #[arg(long, value_name = "ROLE")]
        role: String,
    },
    /// Every limit that was set; of one client when it is named
    List {
        /// Client of the ledger
        client: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}
