//! What is there, held against what the chain tells: rows, what is in force, and files.

use std::collections::{BTreeMap, BTreeSet};

use super::AuditFault;
use super::told::{FILES_IN_FORCE, Fields, IN_FORCE, fields};
use super::walk::Walk;
use encours_domain::fact::Fact;

use crate::folder::Kept;
use crate::layers::Layers;
use crate::moved::{LEDGER, Moved};
use crate::services::blocking;
use crate::text::sha256;
use crate::{DataFolder, Services, ServicesError};

impl Services {
    /// Every row must be told by a link, and look as the links say.
    pub(super) async fn hold_rows_against(&self, walk: &mut Walk) -> Result<(), ServicesError> {
        let mut there = self.rows_there().await?;
        for name in self.store().strange_places().await? {
            walk.fault_of(&name, &format!("what is in force has a row `{name}` too much or too few"));
        }
        if let Some(in_force) = there.get_mut(IN_FORCE).filter(|_| !walk.told.knows_files) {
            in_force.retain(|name, _| !FILES_IN_FORCE.contains(name));
        }
        there.retain(|_, fields| !fields.is_empty());
        for (name, found) in &there {
            match walk.told.rows.get(name) {
                None => walk.fault_of(name, &format!("{name} is kept, and no link tells of it")),
                Some(told) => {
                    for reason in differences(name, told, found) {
                        walk.fault_of(name, &reason);
                    }
                }
            }
        }
        self.hold_order_against(walk).await?;
        let gone: Vec<String> = walk.told.rows.keys().filter(|name| !there.contains_key(*name)).cloned().collect();
        for name in gone.iter().filter(|name| !is_held_elsewhere(name)) {
            walk.fault_of(name, &format!("{name} is no longer there"));
        }
        Ok(())
    }

    /// The last decision holds, and the first model: rows must stand in the order in which links first tell of them.
    async fn hold_order_against(&self, walk: &mut Walk) -> Result<(), ServicesError> {
        for (kind, names) in self.store().rows_in_order().await? {
            let mut before = 0;
            for name in names {
                let name = format!("{kind} `{name}`");
                let link = walk.told.first.get(&name).copied().unwrap_or(before);
                if link < before {
                    walk.fault_of(&name, &format!("{name} stands after one that came later"));
                }
                before = before.max(link);
            }
        }
        Ok(())
    }

    async fn rows_there(&self) -> Result<BTreeMap<String, Fields>, ServicesError> {
        let mut rows = BTreeMap::new();
        for (id, created_at) in self.store().assessments_kept().await? {
            rows.insert(format!("assessment `{id}`"), fields([("created_at", created_at.as_str())]));
        }
        for one in self.store().every_ruling().await? {
            let told = [("kind", one.kind.as_str()), ("subject", &one.subject), ("created_at", &one.created_at)];
            rows.insert(format!("decision `{}`", one.id), fields(told));
        }
        for (kind, one) in self.store().every_rule_text().await? {
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            let told = [
                ("kind", kind.as_str()),
                ("version", &one.version),
                ("added_at", &one.added_at),
                ("added_by", &one.added_by),
                ("rehearsed_at", &text(&one.rehearsed_at)),
                ("rehearsed_against", &text(&one.rehearsed_against)),
                ("activated_at", &text(&one.activated_at)),
                ("activated_by", &text(&one.activated_by)),
            ];
            rows.insert(format!("rules `{}`", one.hash), fields(told));
        }
        for (id, told) in self.store().models_told().await? {
            rows.insert(format!("model `{id}`"), told.into_iter().filter(|(_, value)| !value.is_empty()).collect());
        }
        for (id, erased_at) in self.store().erased_answers().await? {
            rows.insert(format!("erased answer `{id}`"), fields([("erased_at", erased_at.as_str())]));
        }
        self.people_there(&mut rows).await?;
        for (sequence, told) in self.store().manifests_told().await? {
            let told = told.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            rows.insert(format!("import {sequence}"), told);
        }
        let current = self.store().current().await?;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let told = [
            ("policy", text(&current.policy)),
            ("model", text(&current.model)),
            ("shadow", self.store().shadow().await?.unwrap_or_default()),
            ("ledger", text(&current.ledger)),
            ("facts", text(&current.facts)),
            ("layers", text(&current.layers)),
            ("law_table", text(&current.law_table)),
        ];
        let in_force: Fields = told.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        if !in_force.is_empty() {
            rows.insert(IN_FORCE.to_owned(), in_force);
        }
        Ok(rows)
    }

    /// Users and keys.
    async fn people_there(&self, rows: &mut BTreeMap<String, Fields>) -> Result<(), ServicesError> {
        for one in self.store().keys().await? {
            let revoked_at = one.revoked_at.unwrap_or_default();
            let expires_at = one.expires_at.unwrap_or_default();
            let told = [
                ("name", one.name.as_str()),
                ("sha256", &one.sha256),
                ("scopes", &one.scopes),
                ("expires_at", &expires_at),
                ("created_at", &one.created_at),
                ("revoked_at", &revoked_at),
            ];
            rows.insert(format!("key `{}`", one.id), fields(told));
        }
        for one in self.store().users().await? {
            let (disabled_at, password) = (one.disabled_at.unwrap_or_default(), sha256(one.password.as_bytes()));
            let told = [
                ("role", one.role.as_str()),
                ("password_sha256", &password),
                ("created_at", &one.created_at),
                ("disabled_at", &disabled_at),
            ];
            rows.insert(format!("user `{}`", one.name), fields(told));
        }
        Ok(())
    }

    /// Every file must hold what its name says, and every file that a link names must be there.
    pub(super) async fn hold_files_against(&self, walk: &mut Walk) -> Result<(), ServicesError> {
        let (folder, named) = (self.data_folder().clone(), std::mem::take(&mut walk.files));
        let told = self.store().told_moves().await?;
        let (files, mut faults) = blocking(move || {
            let (files, mut faults) = files_there(&folder, &named)?;
            let noted: BTreeSet<Moved> = folder.moved()?.into_iter().collect();
            let gone = told.difference(&noted).map(|one| {
                let Moved { folder, from, .. } = one;
                format!(
                    "the note of what took the place of {folder} `{from}` is no longer there or says something else"
                )
            });
            faults.extend(gone);
            Ok((files, faults))
        })
        .await?;
        if self.data_folder().erasing().exists() {
            faults.push("an erasure was begun and not ended: the next `encours clients erase` ends it".to_owned());
        }
        walk.report.files = files;
        for reason in faults {
            walk.report.faults.push(AuditFault { link: 0, action: String::new(), reason });
        }
        Ok(())
    }
}

/// Answers and decisions that are gone are told where their bytes are looked at.
fn is_held_elsewhere(name: &str) -> bool {
    ["assessment ", "decision "].iter().any(|kind| name.starts_with(kind))
}

fn differences(name: &str, told: &Fields, found: &Fields) -> Vec<String> {
    let names: BTreeSet<&&str> = told.keys().chain(found.keys()).collect();
    let value = |fields: &Fields, name: &str| {
        fields.get(name).map_or_else(|| "nothing".to_owned(), |value| format!("`{value}`"))
    };
    let differ = names.into_iter().filter(|field| told.get(**field) != found.get(**field));
    differ
        .map(|field| format!("{name}: `{field}` is {}, the chain says {}", value(found, field), value(told, field)))
        .collect()
}

/// How many files hold what their names say, and what is wrong with the others.
fn files_there(
    folder: &DataFolder,
    named: &BTreeSet<(&'static str, String)>,
) -> Result<(u64, Vec<String>), ServicesError> {
    let (mut sound, mut faults) = (0_u64, Vec::new());
    for hash in folder.hashes(LEDGER)? {
        match folder.read_ledger(&hash) {
            Ok(_) => sound += 1,
            Err(error) => faults.push(error.to_string()),
        }
    }
    for kind in Kept::ALL {
        for hash in folder.hashes(kind.folder())? {
            match folder.read(kind, &hash) {
                Ok(_) => sound += 1,
                Err(error) => faults.push(error.to_string()),
            }
        }
    }
    let told = parts_of(folder)?;
    for (kind, hash) in named.union(&told) {
        let there = folder.found_under(kind, hash).and_then(|now| Ok(folder.hashes(kind)?.contains(&now)));
        if !there.unwrap_or(false) {
            faults.push(format!("{kind} `{hash}`, which the chain or another file names, is no longer there"));
        }
    }
    Ok((sound, faults))
}

/// Files that other files name: the parts of which ledgers were made, and the raw answers that facts cite. What cannot be read
/// is told by its hash.
fn parts_of(folder: &DataFolder) -> Result<BTreeSet<(&'static str, String)>, ServicesError> {
    let mut named = BTreeSet::new();
    for hash in folder.hashes(Kept::Layers.folder())? {
        let Ok(layers) = folder.read_json::<Layers>(Kept::Layers, &hash) else { continue };
        named.extend(layers.parts().map(|(kind, hash)| (kind, hash.to_owned())));
    }
    for hash in folder.hashes(Kept::Facts.folder())? {
        let Ok(facts) = folder.read_json::<Vec<Fact>>(Kept::Facts, &hash) else { continue };
        let answers = facts.iter().filter_map(|fact| fact.answer.as_ref());
        named.extend(answers.map(|answer| (Kept::Answers.folder(), answer.to_string())));
    }
    // What was erased without anything in its place is not missing.
    named.retain(|(kind, hash)| !folder.is_erased(kind, hash));
    Ok(named)
}
