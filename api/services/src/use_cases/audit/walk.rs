//! One walk over the chain, link by link.

use std::collections::BTreeSet;

use super::told::Told;
use super::{AuditFault, AuditReport};
use crate::folder::Kept;
use crate::moved::{LEDGER, Moved};
use crate::store::audit::Action;
use crate::store::{AuditHead, AuditLink};
use crate::text::sha256;
use crate::{DataFolder, ServicesError};

/// Where the walk stands.
pub(super) struct Walk {
    pub(super) previous: String,
    pub(super) next: i64,
    pub(super) report: AuditReport,
    /// What the links tell of rows.
    pub(super) told: Told,
    /// Files that they name.
    pub(super) files: BTreeSet<(&'static str, String)>,
    /// Links without a document.
    gone: Vec<AuditLink>,
    /// Links that others say were erased by right.
    erased: BTreeSet<i64>,
    /// Files that they say took the place of others.
    moves: BTreeSet<Moved>,
}

impl Walk {
    pub(super) fn new(head: AuditHead) -> Self {
        Self {
            previous: String::new(),
            next: 1,
            report: AuditReport::new(head),
            told: Told::default(),
            files: BTreeSet::new(),
            gone: Vec::new(),
            erased: BTreeSet::new(),
            moves: BTreeSet::new(),
        }
    }

    /// A fault of a row, at the last link that told of it.
    pub(super) fn fault_of(&mut self, row: &str, reason: &str) {
        let (link, action) = self.told.last.get(row).cloned().unwrap_or_default();
        self.report.faults.push(AuditFault { link, action, reason: reason.to_owned() });
    }

    /// The files that a link names.
    fn note_files(&mut self, link: &AuditLink) {
        let Some(about) = link.about() else { return };
        let names = [("ledger", LEDGER), ("facts", Kept::Facts.folder()), ("layers", Kept::Layers.folder())];
        for part in [Some(&about), about.get("in_force")].into_iter().flatten() {
            for (name, folder) in names {
                let hash = part.get(name).and_then(serde_json::Value::as_str).filter(|hash| !hash.is_empty());
                self.files.extend(hash.map(|hash| (folder, hash.to_owned())));
            }
        }
    }

    /// What is gone must have been erased by right, and what took a file's place must have been put there by an erasure.
    pub(super) fn hold_erasures_against(&mut self, folder: &DataFolder) -> Result<(), ServicesError> {
        for link in std::mem::take(&mut self.gone) {
            if self.erased.contains(&link.sequence) {
                self.report.erased += 1;
            } else {
                self.fault(&link, "its document is gone");
            }
        }
        let last = self.next.saturating_sub(1);
        for moved in folder.moved()? {
            let Moved { folder: kind, from, .. } = &moved;
            if !self.moves.contains(&moved) {
                let reason = format!("something took the place of {kind} `{from}`, and no erasure tells of it");
                self.report.faults.push(AuditFault { link: last, action: String::new(), reason });
            }
            if folder.is_still_there(&moved)? {
                let reason = format!("{kind} `{from}` still lies there although somebody was erased from it");
                self.report.faults.push(AuditFault { link: last, action: String::new(), reason });
            }
        }
        Ok(())
    }

    pub(super) fn fault(&mut self, link: &AuditLink, reason: &str) {
        let fault = AuditFault { link: link.sequence, action: link.action.clone(), reason: reason.to_owned() };
        self.report.faults.push(fault);
    }

    pub(super) fn step(&mut self, link: &AuditLink) {
        if link.sequence != self.next {
            let reason = format!("links {} to {} are missing", self.next, link.sequence - 1);
            self.fault(link, &reason);
        } else if link.previous != self.previous {
            self.fault(link, "it does not follow the link before: one of the two was altered");
        }
        if link.expected_hash() != link.hash {
            self.fault(link, "its hash is not that of what it holds: it was altered");
        }
        match &link.document {
            Some(document) if sha256(document.as_bytes()) != link.document_hash => {
                self.fault(link, "its document was altered");
            }
            Some(_) => {}
            // Whether it went by right a later link says.
            None => self.gone.push(link.clone()),
        }
        if link.action == Action::Erased.code() {
            self.erased.extend(link.told_erased());
            self.moves.extend(link.told_moves());
        }
        self.told.hear(link);
        self.note_files(link);
        self.report.links += 1;
        self.previous.clone_from(&link.hash);
        self.next = link.sequence.saturating_add(1);
    }
}
