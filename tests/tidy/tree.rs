//! The files of the repository, and what cargo says each package is built from.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

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
        // In a second work tree `.git` is a file.
        if MADE.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            below(&path, found);
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

/// Names of the packages that one is built from, as cargo resolves them for every target; tests' own left out.
pub fn built_from(package: &str, depth: Depth) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
    let mut command = Command::new(cargo);
    command.args(["tree", "--offline", "--locked", "--target", "all", "--edges", "normal,build", "--prefix", "none"]);
    command.args(["--format", "{p}", "--package", package]).current_dir(root());
    if depth == Depth::Direct {
        command.args(["--depth", "1"]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{package}: {}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let names = lines.lines().filter_map(|line| line.split(' ').next()).filter(|name| !name.is_empty());
    names.filter(|name| *name != package).map(str::to_owned).collect()
}

/// How far down to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What the package names itself.
    Direct,
    /// Everything below.
    All,
}
