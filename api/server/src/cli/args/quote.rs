//! The quote to judge, as arguments.

use clap::{Args, ValueEnum};
use encours_core::policy::{EndOfMonth, Stage, VatRate};
use encours_domain::{Money, Share};

use super::{euros, share, terms_days, vat_rate};

/// The quote to judge.
#[derive(Clone, Debug, Args)]
pub struct QuoteArgs {
    /// Amount without VAT, in euros
    #[arg(long, value_name = "AMOUNT", value_parser = euros, allow_negative_numbers = true)]
    pub amount: Money,
    /// VAT rate
    #[arg(long, value_name = "RATE", default_value = "0.20", value_parser = vat_rate, allow_negative_numbers = true)]
    pub vat: VatRate,
    /// Days of credit asked for [default: what the law gives when nothing is agreed]
    #[arg(long, value_name = "DAYS", value_parser = terms_days(), allow_negative_numbers = true)]
    pub terms: Option<u16>,
    /// Which of the two counts, when the terms run to the end of a month
    #[arg(long, value_name = "COUNT", value_enum, requires = "terms")]
    pub end_of_month: Option<MonthEndCount>,
    /// Margin, share of the amount without VAT [default: the policy's]
    #[arg(long, value_name = "SHARE", value_parser = share, allow_negative_numbers = true)]
    pub margin: Option<Share>,
    /// Deposit the client offers, share of the price
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = share, allow_negative_numbers = true)]
    pub deposit: Share,
    /// What is sold, where the law has terms of its own: a name of the law table, such as road_freight
    #[arg(long, value_name = "WORD")]
    pub goods: Option<String>,
    /// What the answer is for: an accepted order may be checked again
    #[arg(long, value_enum, default_value_t = StageName::Order)]
    pub stage: StageName,
    /// The open order that is delivered or invoiced, by its number: without it the order would be counted twice
    #[arg(long, value_name = "NUMBER")]
    pub order: Option<String>,
    /// The goods stay ours until they are paid
    #[arg(long)]
    pub retention_of_title: bool,
}

/// At which stage an order is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StageName {
    /// Before it is accepted
    Order,
    /// Before the goods leave
    Delivery,
    /// Before the invoice goes out
    Invoice,
}

impl From<StageName> for Stage {
    fn from(name: StageName) -> Self {
        match name {
            StageName::Order => Self::Order,
            StageName::Delivery => Self::Delivery,
            StageName::Invoice => Self::Invoice,
        }
    }
}

/// The two lawful counts of "days end of month".
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MonthEndCount {
    /// The days run from the invoice, then to the end of that month
    #[value(alias = "days_then_month_end")]
    DaysThenMonthEnd,
    /// To the end of the invoice's month, then the days
    #[value(alias = "month_end_then_days")]
    MonthEndThenDays,
}

impl From<MonthEndCount> for EndOfMonth {
    fn from(count: MonthEndCount) -> Self {
        match count {
            MonthEndCount::DaysThenMonthEnd => EndOfMonth::DaysThenMonthEnd,
            MonthEndCount::MonthEndThenDays => EndOfMonth::MonthEndThenDays,
        }
    }
}
