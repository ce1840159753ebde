//! Whom an erasure is about, and what takes the place of what tells them.

use std::collections::BTreeSet;

use encours_domain::Siren;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ServicesError;

/// A person who is being erased. Written down while the erasure runs, so that one that was cut short ends with the same
/// words; gone with its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    /// What stands for them from now on. Nothing leads back from it.
    pub token: String,
    /// Makes numbers of invoices that nothing leads back from either.
    secret: String,
    /// Names of their accounts in the ledger, joined ones among them.
    pub accounts: BTreeSet<String>,
    /// Their numbers: accounts that were joined may have several.
    pub sirens: BTreeSet<Siren>,
    /// Their names, as files write them.
    pub names: BTreeSet<String>,
    /// Numbers of their invoices.
    pub invoices: BTreeSet<String>,
    /// Why.
    pub basis: String,
}

/// A name shorter than this is looked for as a whole word only.
const LONG_ENOUGH: usize = 4;

impl Person {
    pub(super) fn new(accounts: BTreeSet<String>, sirens: BTreeSet<Siren>, basis: &str) -> Result<Self, ServicesError> {
        let mut bytes = [0_u8; 40];
        getrandom::fill(&mut bytes).map_err(|source| ServicesError::NoRandomness { source })?;
        let (token, secret) = bytes.split_at(8);
        let (names, invoices) = (BTreeSet::new(), BTreeSet::new());
        let (token, secret) = (format!("erased-{}", hex::encode(token)), hex::encode(secret));
        Ok(Self { token, secret, accounts, sirens, names, invoices, basis: basis.to_owned() })
    }

    /// Whether an account of the ledger is theirs.
    pub(super) fn has_account(&self, account: &str) -> bool {
        self.accounts.contains(account)
    }

    /// What stands for the number of one of their invoices: the same wherever it stands.
    pub(super) fn number(&self, invoice: &str) -> String {
        let digest = Sha256::digest(format!("{} {invoice}", self.secret).as_bytes());
        let short: String = hex::encode(digest).chars().take(12).collect();
        format!("{}-{short}", self.token)
    }

    /// The same for a number that may be anybody's.
    pub(super) fn number_if_theirs(&self, invoice: &str) -> Option<String> {
        self.invoices.contains(invoice).then(|| self.number(invoice))
    }

    /// Whether a text holds one of their numbers.
    pub(super) fn is_numbered_in(&self, text: &str) -> bool {
        self.sirens.iter().any(|siren| text.contains(siren.as_str()))
    }

    /// Whether a text names them: by their number, or by one of their names in whatever case.
    pub(super) fn is_named_in(&self, text: &str) -> bool {
        if self.is_numbered_in(text) {
            return true;
        }
        let text = text.to_lowercase();
        self.names.iter().any(|name| {
            let name = name.to_lowercase();
            if name.chars().count() >= LONG_ENOUGH { text.contains(&name) } else { text == name }
        })
    }

    /// Whether what somebody wrote, such as the name of a file, names them: an account that is short may stand in anything.
    pub(super) fn is_mentioned_in(&self, text: &str) -> bool {
        let is_told = |account: &String| account.chars().count() >= LONG_ENOUGH && text.contains(account.as_str());
        self.is_named_in(text) || self.accounts.iter().any(is_told)
    }

    /// Whether a document of ours names them: an account as a whole JSON text, or their number anywhere.
    pub(super) fn is_in_document(&self, document: &str) -> bool {
        let quoted = |account: &String| serde_json::to_string(account).is_ok_and(|quoted| document.contains(&quoted));
        self.accounts.iter().any(quoted) || self.is_numbered_in(document)
    }
}
