//! What the links of the chain tell, taken together: how each row should look now.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::store::AuditLink;
use crate::store::audit::Action;

/// Fields of a row that the chain tells of, by name. One that is empty is left out.
pub(super) type Fields = BTreeMap<&'static str, String>;

/// Rows by what they are called in messages: `model X`, `decision Y`.
#[derive(Default)]
pub(super) struct Told {
    pub(super) rows: BTreeMap<String, Fields>,
    /// The last link that told of each.
    pub(super) last: BTreeMap<String, (i64, String)>,
    /// Whether a link told which files are in force: those of before they were told do not.
    pub(super) knows_files: bool,
}

/// Files of the row of what is in force.
pub(super) const FILES_IN_FORCE: [&str; 3] = ["ledger", "facts", "layers"];

/// The row of what is in force.
pub(super) const IN_FORCE: &str = "what is in force";

/// Fields with their values, the empty ones left out.
pub(super) fn fields<const N: usize>(pairs: [(&'static str, &str); N]) -> Fields {
    pairs.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.to_owned())).collect()
}

impl Told {
    /// Takes in what a link tells.
    pub(super) fn hear(&mut self, link: &AuditLink) {
        let Some(about) = link.about() else { return };
        let text = |name: &str| about.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (at, by) = (link.at.as_str(), link.actor.as_str());
        let is = |action: Action| link.action == action.code();
        if is(Action::Assessed) {
            self.set(link, &format!("assessment `{}`", text("assessment")), fields([("created_at", at)]));
        } else if is(Action::Ruled) || is(Action::LimitSet) {
            let (id, kind) = (short(&link.hash), text("kind"));
            let subject = link.subject().unwrap_or_default();
            let told = [("kind", kind.as_str()), ("subject", &subject), ("created_at", at)];
            self.set(link, &format!("decision `{id}`"), fields(told));
        } else if is(Action::RulesAdded) {
            let (kind, version) = (text("kind"), text("version"));
            let told = [("kind", kind.as_str()), ("version", &version), ("added_at", at), ("added_by", by)];
            self.set(link, &format!("rules `{}`", text("hash")), fields(told));
        } else if is(Action::PolicyRehearsed) {
            let against = text("against");
            let told = [("rehearsed_at", at), ("rehearsed_against", against.as_str())];
            self.set(link, &format!("rules `{}`", text("policy")), fields(told));
        } else if is(Action::PolicyActivated) {
            let policy = text("policy");
            self.set(link, &format!("rules `{policy}`"), fields([("activated_at", at), ("activated_by", by)]));
            self.set(link, IN_FORCE, fields([("policy", policy.as_str())]));
        } else if is(Action::KeyCreated) {
            let name = text("name");
            self.set(link, &format!("key `{}`", text("key")), fields([("name", name.as_str()), ("created_at", at)]));
        } else if is(Action::KeyRevoked) {
            self.set(link, &format!("key `{}`", text("key")), fields([("revoked_at", at)]));
        } else if is(Action::Imported) {
            let sequence = about.get("manifest").and_then(Value::as_i64).unwrap_or_default();
            let files = about.get("files").map(Value::to_string).unwrap_or_default();
            let (kind, snapshot) = (text("kind"), text("snapshot"));
            let told = [("kind", kind.as_str()), ("snapshot", &snapshot), ("files", &files), ("created_at", at)];
            self.set(link, &format!("import {sequence}"), fields(told));
        }
        self.hear_of_imports(link, &about);
        self.hear_of_models(link, &about);
        if let Some(files) = about.get("in_force") {
            self.knows_files = true;
            for name in FILES_IN_FORCE {
                let value = files.get(name).and_then(Value::as_str).unwrap_or_default();
                self.put(link, IN_FORCE, name, value);
            }
        }
    }

    /// Imports whose own links were erased, as an erasure tells them.
    fn hear_of_imports(&mut self, link: &AuditLink, about: &Value) {
        let imports = about.get("imports").and_then(Value::as_array).cloned().unwrap_or_default();
        for import in &imports {
            let text = |name: &str| import.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let sequence = import.get("manifest").and_then(Value::as_i64).unwrap_or_default();
            let files = import.get("files").map(Value::to_string).unwrap_or_default();
            let (kind, snapshot, at) = (text("kind"), text("snapshot"), text("created_at"));
            let told = [("kind", kind.as_str()), ("snapshot", &snapshot), ("files", &files), ("created_at", &at)];
            self.set(link, &format!("import {sequence}"), fields(told));
        }
    }

    fn hear_of_models(&mut self, link: &AuditLink, about: &Value) {
        let text = |name: &str| about.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (id, at) = (text("model"), link.at.as_str());
        let row = format!("model `{id}`");
        let is = |action: Action| link.action == action.code();
        if is(Action::ModelRegistered) && !self.rows.contains_key(&row) {
            let by = text("by");
            let told = [("registered_at", at), ("trained_by", by.as_str())];
            self.set(link, &row, fields(told));
        } else if is(Action::ModelRehearsed) {
            let against = text("against");
            self.put(link, &row, "rehearsed_at", at);
            self.put(link, &row, "rehearsed_against", &against);
        } else if is(Action::ModelPromoted) {
            let by = text("by");
            self.put(link, &row, "promoted_at", at);
            self.put(link, &row, "promoted_by", &by);
            self.put(link, IN_FORCE, "model", &id);
            self.take_out(link, "shadow", &id);
        } else if is(Action::ModelShadowed) {
            self.put(link, IN_FORCE, "shadow", &id);
        } else if is(Action::ModelRetired) {
            self.take_out(link, "model", &id);
            self.take_out(link, "shadow", &id);
        }
    }

    fn take_out(&mut self, link: &AuditLink, place: &'static str, id: &str) {
        if self.rows.get(IN_FORCE).and_then(|row| row.get(place)).is_some_and(|held| held == id) {
            self.put(link, IN_FORCE, place, "");
        }
    }

    fn set(&mut self, link: &AuditLink, row: &str, told: Fields) {
        for (name, value) in told {
            self.put(link, row, name, &value);
        }
    }

    fn put(&mut self, link: &AuditLink, row: &str, name: &'static str, value: &str) {
        let fields = self.rows.entry(row.to_owned()).or_default();
        if value.is_empty() {
            fields.remove(name);
        } else {
            fields.insert(name, value.to_owned());
        }
        self.last.insert(row.to_owned(), (link.sequence, link.action.clone()));
    }
}

/// What a decision is called: the beginning of its link's hash.
pub(super) fn short(hash: &str) -> String {
    hash.trim_start_matches("sha256:").chars().take(16).collect()
}
