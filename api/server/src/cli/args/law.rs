//! What may be asked of the law table.

use clap::{Args, Subcommand, ValueEnum};
use encours_core::policy::ShippedLaw;
use encours_domain::{Day, DomainError, Money};

use super::euros;
use crate::words::Lang;

/// Which law table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LawName {
    /// French law
    Fr,
    /// Directive 2011/7/EU
    Eu,
}

impl From<LawName> for ShippedLaw {
    fn from(name: LawName) -> Self {
        match name {
            LawName::Fr => Self::France,
            LawName::Eu => Self::Europe,
        }
    }
}

#[derive(Debug, Args)]
pub struct LawArgs {
    /// Which law table
    #[arg(long, value_enum, default_value_t = LawName::Fr, global = true)]
    pub law: LawName,
    /// As JSON
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: LawCommand,
}

/// Whom a claim is against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Against {
    /// Another business
    Traders,
    /// A consumer
    Consumers,
    /// For the carriage of goods
    Transport,
    /// A public body
    Public,
}

impl Against {
    /// Its word in the law table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Traders => "traders",
            Self::Consumers => "consumers",
            Self::Transport => "transport",
            Self::Public => "public",
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum LawCommand {
    /// Late interest and the fixed fee of an invoice, half-year by half-year
    Interest {
        /// What is or was left to pay, incl. VAT, in euros
        #[arg(long, value_name = "AMOUNT", value_parser = euros)]
        amount: Money,
        /// The day on which it fell due
        #[arg(long, value_name = "DATE")]
        due: Day,
        /// The last day that bears interest: that of the payment [default: today]
        #[arg(long, value_name = "DATE")]
        until: Option<Day>,
        /// Rate of the contract, per cent a year [default: the statutory rate of each half-year]
        #[arg(long, value_name = "PER_CENT", value_parser = per_cent)]
        rate: Option<i64>,
        /// The buyer is one under public law
        #[arg(long, conflicts_with = "rate")]
        public: bool,
        /// Day of the judgment that opened insolvency proceedings
        #[arg(long, value_name = "DATE")]
        opened: Option<Day>,
    },
    /// Until when a claim can be brought to court, and declared in an insolvency
    Deadlines {
        /// The day on which it fell due; for carriage, on which the goods were delivered
        #[arg(long, value_name = "DATE")]
        due: Day,
        /// Whom it is against
        #[arg(long, value_enum, default_value_t = Against::Traders)]
        against: Against,
        /// The day on which the opening of insolvency proceedings was published
        #[arg(long, value_name = "DATE")]
        published: Option<Day>,
        /// The creditor is outside metropolitan France
        #[arg(long, requires = "published")]
        abroad: bool,
    },
    /// Clauses that belong in the general terms of sale, with their articles: a draft for a lawyer to read
    Clauses {
        /// The day whose figures they quote [default: today]
        #[arg(long, value_name = "DATE")]
        on: Option<Day>,
        /// Language of the clauses; the French ones count
        #[arg(long, value_enum, default_value_t = Lang::Fr)]
        lang: Lang,
    },
    /// What a duplicate must say for the VAT on a bad debt to come back
    BadDebt {
        /// Lost, without VAT, in euros
        #[arg(long, value_name = "AMOUNT", value_parser = euros)]
        net: Money,
        /// The VAT on it, in euros
        #[arg(long, value_name = "AMOUNT", value_parser = euros)]
        vat: Money,
        /// The day from which it is finally lost [default: today]
        #[arg(long, value_name = "DATE")]
        lost_on: Option<Day>,
        /// Language of the wording; the French one counts
        #[arg(long, value_enum, default_value_t = Lang::Fr)]
        lang: Lang,
    },
}

/// Hundredths of a per cent, read like an amount.
fn per_cent(text: &str) -> Result<i64, DomainError> {
    euros(text).map(Money::minor)
}
