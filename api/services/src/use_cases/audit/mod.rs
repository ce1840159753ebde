//! The audit chain, walked and written out.
//!
//! Both ways: what each link tells must be there, unaltered; and what is there (answers, decisions, rules, models, keys,
//! imports, what is in force, files) must be told by a link, so that nothing was put there beside the program.

mod rows;
mod told;
mod walk;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::import::count;
use walk::Walk;

use crate::folder::{expect_folder_for, write_atomically_with};
use crate::store::audit::Action;
use crate::store::{AssessmentRecord, AuditHead, AuditLink, NewAssessment, RulingRecord, sha256_of_answer};
use crate::text::sha256;
use crate::{Services, ServicesError};

/// Links that are read at once.
const BLOCK: u64 = 5_000;

/// What walking the chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// Links walked.
    pub links: u64,
    /// Answers whose kept bytes were held against the chain.
    pub assessments: u64,
    /// Decisions of persons, held against it too.
    pub rulings: u64,
    /// Links whose documents were erased by right.
    pub erased: u64,
    /// Files that hold what their names say.
    pub files: u64,
    /// The end of the chain: note it elsewhere, and a chain that was cut short is found later.
    pub head: AuditHead,
    /// Everything that is not as the chain says, in the order of the chain.
    pub faults: Vec<AuditFault>,
}

/// A place where something is not as the chain says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditFault {
    /// The link; 0 where none tells of it.
    pub link: i64,
    /// What was done there; empty where the link itself is missing.
    pub action: String,
    /// What is wrong.
    pub reason: String,
}

/// What was written out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditExport {
    /// Links written.
    pub links: u64,
    /// The file.
    pub out: PathBuf,
}

impl Services {
    /// Walks the audit chain from its beginning and holds what is kept against it: every link, every document, every answer's
    /// bytes, every decision of a person; then every row, what is in force and every file against what the chain tells. `expected` is a head that was noted before: the chain must still go through it.
    ///
    /// # Errors
    /// When the database fails. What is wrong with the chain is no error of walking it.
    pub async fn verify_audit(&self, expected: Option<&AuditHead>) -> Result<AuditReport, ServicesError> {
        let head = self.store().audit_head().await?;
        let mut walk = Walk::new(head.clone());
        loop {
            let links = self.store().audit_after(walk.next.saturating_sub(1), BLOCK).await?;
            if links.is_empty() {
                break;
            }
            for link in &links {
                if expected.is_some_and(|expected| expected.links == link.sequence && expected.hash != link.hash) {
                    walk.fault(link, "its hash is not the one that was noted: the chain was written anew");
                }
                walk.step(link);
            }
            self.hold_against(&links, &mut walk).await?;
        }
        walk.hold_erasures_against(self.data_folder())?;
        let walked = i64::try_from(walk.report.links).unwrap_or(i64::MAX);
        if walk.previous != head.hash {
            let reason = format!("the chain should end at link {} with {}", head.links, head.hash);
            walk.report.faults.push(AuditFault { link: walked, action: String::new(), reason });
        }
        if let Some(expected) = expected.filter(|expected| expected.links > walked) {
            let reason = format!("the chain had {} links when its head was noted, and has {walked}", expected.links);
            walk.report.faults.push(AuditFault { link: walked, action: String::new(), reason });
        }
        self.hold_rows_against(&mut walk).await?;
        self.hold_files_against(&mut walk).await?;
        walk.report.faults.sort_by_key(|fault| fault.link);
        Ok(walk.report)
    }

    /// Holds answers and decisions against what links say of them.
    async fn hold_against(&self, links: &[AuditLink], walk: &mut Walk) -> Result<(), ServicesError> {
        let told = |name: &str| -> Vec<(&AuditLink, String, Option<String>)> {
            let told = links.iter().filter_map(|link| {
                let about = link.about()?;
                let hash = about.get(name)?.as_str()?.to_owned();
                Some((link, hash, about.get("assessment").and_then(Value::as_str).map(str::to_owned)))
            });
            told.collect()
        };
        let answers = told("assessment_sha256");
        let ids: Vec<String> = answers.iter().filter_map(|(_, _, id)| id.clone()).collect();
        let kept = self.store().assessments_of(&ids).await?;
        for (link, hash, id) in answers {
            let id = id.unwrap_or_default();
            match kept.get(&id) {
                Some(record) => {
                    walk.report.assessments += 1;
                    if !is_made_as_told(link, record) {
                        walk.fault(link, &format!("assessment `{id}` is kept with another subject or other inputs"));
                    }
                    let found = sha256_of_answer(&record.assessment.request, &record.assessment.json);
                    if found != hash {
                        walk.fault(link, &format!("the kept bytes of assessment `{id}` are not those that were given"));
                    }
                }
                None => walk.fault(link, &format!("assessment `{id}` is no longer there")),
            }
        }
        let rulings: BTreeMap<String, RulingRecord> =
            self.store().every_ruling().await?.into_iter().map(|one| (sha256(one.document.as_bytes()), one)).collect();
        for (link, hash, _) in told("ruling_sha256") {
            walk.report.rulings += 1;
            let kept = rulings.get(&hash).filter(|ruling| link.subject().as_deref() == Some(ruling.subject.as_str()));
            if kept.is_none() {
                walk.fault(link, "the decision that it tells of is no longer there, or was altered");
            }
        }
        self.hold_texts_against(links, walk).await
    }

    /// Holds the rules and models that answers are made with against what links say of them.
    async fn hold_texts_against(&self, links: &[AuditLink], walk: &mut Walk) -> Result<(), ServicesError> {
        for link in links {
            let told = |name: &str| link.about()?.get(name)?.as_str().map(str::to_owned);
            if let Some(hash) = told("hash").filter(|_| link.action == Action::RulesAdded.code()) {
                let body = self.store().rule_body(&hash).await?;
                let found = body.map(|body| sha256(body.as_bytes()));
                if found != Some(format!("sha256:{hash}")) {
                    walk.fault(link, "the rules that it tells of are no longer there, or were altered");
                }
            }
            if let Some((id, hash)) = told("model").zip(told("artefact_sha256")) {
                let found = self.store().artefact(&id).await?.map(|artefact| sha256(artefact.as_bytes()));
                if found != Some(hash) {
                    walk.fault(link, "the model that it tells of is no longer there, or was altered");
                }
            }
        }
        Ok(())
    }

    /// Writes the audit chain as JSON lines, one a link.
    ///
    /// # Errors
    /// When the file cannot be written, or the database fails.
    pub async fn export_audit(&self, out: &Path) -> Result<AuditExport, ServicesError> {
        expect_folder_for(out)?;
        self.data_folder().expect_outside(out)?;
        let mut lines = Vec::new();
        let (mut links, mut last) = (0_u64, 0_i64);
        loop {
            let block = self.store().audit_after(last, BLOCK).await?;
            let Some(end) = block.last() else { break };
            last = end.sequence;
            links += count(block.len());
            for link in &block {
                serde_json::to_writer(&mut lines, link).map_err(ServicesError::document("the audit chain"))?;
                lines.push(b'\n');
            }
        }
        write_atomically_with(out, |file| file.write_all(&lines).map_err(ServicesError::file("writing", out)))?;
        Ok(AuditExport { links, out: out.to_path_buf() })
    }

    /// The last links of the chain, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(&self, before: Option<i64>, limit: u64) -> Result<Vec<AuditLink>, ServicesError> {
        self.store().audit_before(before, limit).await
    }
}

/// Whether an answer's row still names the client and the inputs that its link names: a replay reads them from there.
fn is_made_as_told(link: &AuditLink, record: &AssessmentRecord) -> bool {
    let Some(about) = link.about() else { return false };
    let NewAssessment { subject, made_with, as_of, json, .. } = &record.assessment;
    // The day stands in the answer itself, whose bytes the link holds.
    let answer: Value = serde_json::from_str(json).unwrap_or_default();
    if answer.get("as_of").and_then(Value::as_str) != Some(as_of.as_str()) {
        return false;
    }
    let told = |name: &str| about.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let kept = [
        ("ledger", &made_with.ledger),
        ("facts", &made_with.facts),
        ("model", &made_with.model),
        ("layers", &made_with.layers),
        ("policy", &made_with.policy),
        ("law_table", &made_with.law_table),
    ];
    let same = kept.into_iter().all(|(name, kept)| kept.as_deref().unwrap_or_default() == told(name));
    same && link.subject().as_deref() == Some(subject.as_str())
}

impl AuditReport {
    fn new(head: AuditHead) -> Self {
        Self { links: 0, assessments: 0, rulings: 0, erased: 0, files: 0, head, faults: Vec::new() }
    }

    /// Whether everything is as the chain says.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}
