//! Whom an erasure is about, and what takes the place of what tells them.

use std::collections::BTreeSet;

use encours_domain::Siren;
use encours_domain::words::folded;
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

/// A word shorter than this may stand in anything.
const LONG_ENOUGH: usize = 4;

/// The words of a text as they are compared.
fn words(text: &str) -> BTreeSet<String> {
    let folded = folded(text);
    let words = folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

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

    /// Whether somebody asked for them by this account or number.
    pub(super) fn is_who(&self, who: &str) -> bool {
        self.has_account(who) || Siren::from_siren_or_siret(who).is_ok_and(|siren| self.sirens.contains(&siren))
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

    /// Whether a text holds one of their numbers, however its digits are set apart.
    pub(super) fn is_numbered_in(&self, text: &str) -> bool {
        let is_apart = |letter: char| matches!(letter, ' ' | '.' | '-' | '_' | '\u{a0}' | '\u{202f}' | '\u{2009}');
        let mut runs = vec![String::new()];
        for letter in text.chars() {
            if !letter.is_ascii_digit() && !is_apart(letter) {
                runs.push(String::new());
            } else if let Some(run) = runs.last_mut().filter(|_| letter.is_ascii_digit()) {
                run.push(letter);
            }
        }
        self.sirens.iter().any(|siren| runs.iter().any(|run| run.contains(siren.as_str())))
    }

    /// Whether a text names them: by their number, or by all words of one of their names, in whatever order, case and accents.
    pub(super) fn is_named_in(&self, text: &str) -> bool {
        let words = words(text);
        let named = |name: &String| {
            let of_name = self::words(name);
            match of_name.iter().next() {
                // A short name alone may stand in anything.
                Some(only) if of_name.len() == 1 && only.chars().count() < LONG_ENOUGH => words == of_name,
                Some(_) => of_name.is_subset(&words),
                None => false,
            }
        };
        self.is_numbered_in(text) || self.names.iter().any(named)
    }

    /// Whether a text holds any longer word of their names: for what stands beside their own rows.
    pub(super) fn is_hinted_at_in(&self, text: &str) -> bool {
        let words = words(text);
        let is_long = |word: &String| word.chars().count() >= LONG_ENOUGH;
        self.is_named_in(text)
            || self.names.iter().any(|name| self::words(name).iter().any(|word| is_long(word) && words.contains(word)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_named_however_it_is_written() {
        let siren: Siren = "552081317".parse().unwrap();
        let accounts = BTreeSet::from(["ZEB-77".to_owned()]);
        let mut person = Person::new(accounts, [siren].into(), "request").unwrap();
        person.names = BTreeSet::from(["Zébulon Quartzmann".to_owned(), "Li".to_owned()]);
        for (text, named, mentioned) in [
            ("Zebulon Quartzmann vouches", true, true),
            ("see 552 081 317", true, true),
            ("552.081.317.csv", true, true),
            ("M. QUARTZMANN Zébulon", true, true),
            ("Ze\u{301}bulon_Quartzmann fiche.csv", true, true),
            ("client ZEB-77", false, true),
            ("vente Quartzmann", false, false),
            ("5520813", false, false),
            ("Li", true, true),
            ("Livraison à Li", false, false),
            ("", false, false),
        ] {
            assert_eq!((person.is_named_in(text), person.is_mentioned_in(text)), (named, mentioned), "{text}");
        }
        assert!(person.is_hinted_at_in("vente Quartzmann") && !person.is_hinted_at_in("vente"));
    }
}
