//! The answer's first word. There is no `bool`: missing evidence is `refer`, and never approval.

use serde::{Deserialize, Serialize};

/// What Encours says of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Sell on the terms asked.
    Approve,
    /// Sell on one of the offers, not on the terms asked.
    ApproveWithConditions,
    /// A person decides.
    Refer,
    /// Do not sell on credit.
    Decline,
}

impl Verdict {
    /// Whether credit is granted without a person.
    pub const fn is_approval(self) -> bool {
        matches!(self, Verdict::Approve | Verdict::ApproveWithConditions)
    }

    /// How far it is from a full grant: 0 to 3.
    pub const fn gravity(self) -> u8 {
        match self {
            Verdict::Approve => 0,
            Verdict::ApproveWithConditions => 1,
            Verdict::Refer => 2,
            Verdict::Decline => 3,
        }
    }

    /// The light that a salesperson sees.
    pub const fn light(self) -> Light {
        match self {
            Verdict::Approve => Light::Green,
            Verdict::ApproveWithConditions | Verdict::Refer => Light::Amber,
            Verdict::Decline => Light::Red,
        }
    }

    /// The word that stands in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Verdict::Approve => "approve",
            Verdict::ApproveWithConditions => "approve_with_conditions",
            Verdict::Refer => "refer",
            Verdict::Decline => "decline",
        }
    }
}

/// A traffic light; always shown with its word, never by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Go.
    Green,
    /// On conditions, or ask.
    Amber,
    /// Stop.
    Red,
}
