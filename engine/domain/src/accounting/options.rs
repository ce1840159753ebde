//! What the reader of a journal is told beside the files.

use std::collections::BTreeMap;

use crate::money::Currency;
use crate::terms::{LEGAL_DEFAULT, Terms};

/// How accounting lines are to be understood.
#[derive(Clone, Debug)]
pub struct Options {
    /// Currency of the books; amounts in other currencies stand beside it and change nothing.
    pub currency: Currency,
    /// Terms agreed with clients, by client id: from the contract or the client file.
    pub agreed: BTreeMap<String, Terms>,
    /// Terms that other documents state for clients, by client id.
    pub usual: BTreeMap<String, Terms>,
    /// Where nothing else is known.
    pub legal_default: Terms,
}

impl Default for Options {
    fn default() -> Self {
        let (agreed, usual) = (BTreeMap::new(), BTreeMap::new());
        Self { currency: Currency::EUR, agreed, usual, legal_default: LEGAL_DEFAULT }
    }
}
