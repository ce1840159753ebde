//! The files of the repository and what cargo says of its packages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Folders that are made and not written.
const MADE: &[&str] = &[".git", "target", "encours-data", "node_modules", "proptest-regressions"];

/// Every file, sorted, as paths from the root.
pub fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    below(&root(), &mut found);
    found.sort();
    assert!(found.len() > 100, "the repository was not found: {found:?}");
    found
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !MADE.contains(&name.as_str()) {
                below(&path, found);
            }
        } else {
            found.push(path.strip_prefix(root()).unwrap().to_path_buf());
        }
    }
}

/// A file as text; nothing when it is none.
pub fn text(path: &Path) -> Option<String> {
    String::from_utf8(std::fs::read(root().join(path)).unwrap()).ok()
}

/// Files with this ending, with their text.
pub fn texts(ending: &str) -> Vec<(PathBuf, String)> {
    let own = files().into_iter().filter(|path| path.extension().is_some_and(|own| own == ending));
    own.map(|path| (path.clone(), text(&path).unwrap())).collect()
}

/// Whether a file tests rather than runs.
pub fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.file_name().is_some_and(|name| name == "tests.rs")
}

/// The packages of the workspace and all they are built from.
pub struct Tree {
    /// Names by package id.
    names: BTreeMap<String, String>,
    /// For each package id those it is built from, without those of its tests.
    built_from: BTreeMap<String, BTreeSet<String>>,
    /// Ids of the workspace's own packages.
    pub members: BTreeMap<String, String>,
}

/// Asked of cargo once.
pub fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
        let mut command = Command::new(cargo);
        command.args(["metadata", "--format-version", "1", "--offline", "--locked"]).current_dir(root());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Tree::read(&serde_json::from_slice(&output.stdout).unwrap())
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Tree {
    fn read(metadata: &Value) -> Self {
        let names: BTreeMap<String, String> =
            list(&metadata["packages"]).iter().map(|package| (word(&package["id"]), word(&package["name"]))).collect();
        let nodes = list(&metadata["resolve"]["nodes"]);
        let built_from = nodes.iter().map(|node| (word(&node["id"]), Self::built(node))).collect();
        let members = list(&metadata["workspace_members"]);
        let members = members.iter().map(|id| (names[id.as_str().unwrap()].clone(), word(id))).collect();
        Self { names, built_from, members }
    }

    fn built(node: &Value) -> BTreeSet<String> {
        let counts = |dependency: &&Value| list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev");
        list(&node["deps"]).iter().filter(counts).map(|dependency| word(&dependency["pkg"])).collect()
    }

    /// Names of the packages that one is built from directly.
    pub fn direct(&self, package: &str) -> BTreeSet<&str> {
        self.built_from[&self.members[package]].iter().map(|id| self.names[id].as_str()).collect()
    }

    /// Names of all packages that one is built from.
    pub fn all(&self, package: &str) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut next = vec![&self.members[package]];
        while let Some(id) = next.pop() {
            for dependency in &self.built_from[id] {
                if seen.insert(self.names[dependency].as_str()) {
                    next.push(dependency);
                }
            }
        }
        seen
    }
}
