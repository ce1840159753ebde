//! What the links of the chain tell, taken together: how each row should look now.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::access::Scopes;
use crate::store::AuditLink;
use crate::store::audit::Action;

/// Fields of a row that the chain tells of, by name. One that is empty is left out.
pub(super) type Fields = BTreeMap<&'static str, String>;

/// Rows by what they are called in messages: `model X`, `decision Y`.
#[derive(Default)]
pub(super) struct Told {
    pub(super) rows: BTreeMap<String, Fields>,
    /// The first link that told of each.
    pub(super) first: BTreeMap<String, i64>,
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
            let [name, sha256, expires_at] = ["name", "sha256", "expires_at"].map(text);
            // Keys of before there were scopes could do everything.
            let scopes =
                about.get("scopes").and_then(Value::as_str).map_or_else(|| Scopes::all().to_string(), str::to_owned);
            let told = [
                ("name", name.as_str()),
                ("sha256", &sha256),
                ("scopes", &scopes),
                ("expires_at", &expires_at),
                ("created_at", at),
            ];
            self.set(link, &format!("key `{}`", text("key")), fields(told));
        } else if is(Action::KeyRevoked) {
            self.set(link, &format!("key `{}`", text("key")), fields([("revoked_at", at)]));
        } else if is(Action::UserCreated) || is(Action::UserChanged) {
            self.hear_of_user(link, &about);
        } else if is(Action::Imported) {
            self.hear_of_import(link, &about, at);
        } else if is(Action::Erased) {
            self.hear_of_erasure(link, &about);
        }
        self.hear_of_models(link, &about);
        if let Some(files) = about.get("in_force") {
            self.knows_files = true;
            for name in FILES_IN_FORCE {
                let value = files.get(name).and_then(Value::as_str).unwrap_or_default();
                self.put(link, IN_FORCE, name, value);
            }
        }
    }

    fn hear_of_user(&mut self, link: &AuditLink, about: &Value) {
        let text = |name: &str| about.get(name).and_then(Value::as_str).unwrap_or_default();
        let row = format!("user `{}`", text("user"));
        let told = [("role", text("role")), ("password_sha256", text("password_sha256"))];
        self.set(link, &row, fields(told));
        if link.action == Action::UserCreated.code() {
            self.put(link, &row, "created_at", &link.at);
        }
        if let Some(disabled) = about.get("disabled").and_then(Value::as_bool) {
            self.put(link, &row, "disabled_at", if disabled { &link.at } else { "" });
        }
    }

    fn hear_of_import(&mut self, link: &AuditLink, import: &Value, at: &str) {
        let text = |name: &str| import.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let sequence = import.get("manifest").and_then(Value::as_i64).unwrap_or_default();
        let files = import.get("files").map(Value::to_string).unwrap_or_default();
        let (kind, snapshot, counts) = (text("kind"), text("snapshot"), text("counts"));
        let told = [
            ("kind", kind.as_str()),
            ("snapshot", &snapshot),
            ("files", &files),
            ("counts", &counts),
            ("created_at", at),
        ];
        self.set(link, &format!("import {sequence}"), fields(told));
    }

    /// Answers that are gone, and imports whose own links can no longer tell.
    fn hear_of_erasure(&mut self, link: &AuditLink, about: &Value) {
        let list = |name: &str| about.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        for answer in list("answers").iter().filter_map(Value::as_str) {
            self.set(link, &format!("erased answer `{answer}`"), fields([("erased_at", link.at.as_str())]));
        }
        for import in list("imports") {
            let at = import.get("created_at").and_then(Value::as_str).unwrap_or_default();
            self.hear_of_import(link, &import, at);
        }
    }

    fn hear_of_models(&mut self, link: &AuditLink, about: &Value) {
        let text = |name: &str| about.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (id, at) = (text("model"), link.at.as_str());
        let row = format!("model `{id}`");
        let is = |action: Action| link.action == action.code();
        if is(Action::ModelRegistered) {
            // One that is known already stays where it stands, measured anew.
            if !self.rows.contains_key(&row) {
                let [kind, ledger, cutoff, by] = ["kind", "ledger", "cutoff", "by"].map(text);
                let told = [
                    ("kind", kind.as_str()),
                    ("ledger", &ledger),
                    ("cutoff", &cutoff),
                    ("registered_at", at),
                    ("trained_by", &by),
                ];
                self.set(link, &row, fields(told));
            }
            self.put(link, &row, "validation", &text("validation_sha256"));
        } else if is(Action::ModelChallenged) {
            self.put(link, &row, "challenges", &text("challenges_sha256"));
        } else if is(Action::ModelRehearsed) {
            let against = text("against");
            self.put(link, &row, "rehearsed_at", at);
            self.put(link, &row, "rehearsed_against", &against);
        } else if is(Action::ModelPromoted) {
            let by = text("by");
            self.put(link, &row, "promoted_at", at);
            self.put(link, &row, "retired_at", "");
            self.put(link, &row, "promoted_by", &by);
            self.put(link, IN_FORCE, "model", &id);
            self.take_out(link, "shadow", &id);
        } else if is(Action::ModelShadowed) {
            self.put(link, &row, "retired_at", "");
            self.put(link, IN_FORCE, "shadow", &id);
        } else if is(Action::ModelRetired) {
            self.put(link, &row, "retired_at", at);
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
        self.first.entry(row.to_owned()).or_insert(link.sequence);
        self.last.insert(row.to_owned(), (link.sequence, link.action.clone()));
    }
}

/// What a decision is called: the beginning of its link's hash.
pub(super) fn short(hash: &str) -> String {
    hash.trim_start_matches("sha256:").chars().take(16).collect()
}
