//! What a person can do about trouble.

use encours_core::CoreError;

use super::ServicesError;

impl ServicesError {
    /// What the person can do about it, one sentence each.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Refused { .. } => {
                vec!["correct the rows, or take the sound ones alone with `--accept-partial`".to_owned()]
            }
            Self::Incomplete { .. } => vec!["correct the rows, or take them out of the file".to_owned()],
            Self::OutputIsInput { .. } | Self::OutputInStore { .. } => {
                vec!["name another place with `--out`".to_owned()]
            }
            Self::UnknownClient { near, .. } if near.is_empty() => {
                vec![
                    "a company that is no client is named by its SIREN (`siren` over HTTP), after `encours companies import FILE`"
                        .to_owned(),
                ]
            }
            Self::UnknownClient { near, .. } => vec![format!("did you mean {}?", near.join(", "))],
            Self::SeveralClients { .. } => vec!["name the client instead".to_owned()],
            Self::NumberKnown { .. } => {
                vec!["one that was accepted is taken back by `encours clients match --forget CLIENT`".to_owned()]
            }
            Self::NoLedger { .. } => vec!["import one with `encours import FILE...`".to_owned()],
            Self::Core(CoreError::OtherCurrency { .. }) => {
                vec!["training, back-tests and `rescore` work in the ledger's own currency".to_owned()]
            }
            Self::NewerDatabase { .. } => vec!["use the newer version, or another data folder".to_owned()],
            Self::Damaged { .. } => vec!["restore the file from a backup, or import the ledger again".to_owned()],
            Self::StoredModel { .. } => {
                vec!["put another in force with `encours models promote ID`, or restore the database".to_owned()]
            }
            Self::StoredValidation { .. } => vec!["train it again: the same ledger gives the same model".to_owned()],
            Self::NoBetterModel { .. } | Self::NoBetterFailureModel { .. } | Self::UnmeasuredModel { .. } => {
                vec!["go on with what is in force, and train again when more outcomes are known".to_owned()]
            }
            Self::StoredRules { .. } => vec![
                "write it out with `encours policy show`, add what is missing, and `encours policy activate FILE`"
                    .to_owned(),
            ],
            Self::NotRehearsed { .. } => vec!["look first: `encours policy rehearse FILE`".to_owned()],
            Self::SecondPerson { what: "model", .. } => vec![
                "`encours models rehearse ID`, then `encours models promote ID --by NAME` by somebody else".to_owned(),
            ],
            Self::ReadOnly { .. } => {
                vec![
                    "`rescore`, `models`, `ledger export` and `replay` only read; the rest needs to write there"
                        .to_owned(),
                ]
            }
            _ => Vec::new(),
        }
    }
}
