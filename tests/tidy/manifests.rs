//! Manifests: exact versions, one lint table, and every crate explained.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::tree::{files, text};

fn manifests() -> Vec<(PathBuf, Table)> {
    let own = files().into_iter().filter(|path| path.file_name().is_some_and(|name| name == "Cargo.toml"));
    own.map(|path| (path.clone(), toml::from_str(&text(&path).unwrap()).unwrap())).collect()
}

/// Every table of dependencies of a manifest: the workspace's, the package's, and those for one target only.
fn dependencies(manifest: &Table) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    collect(manifest, &mut found);
    found
}

fn collect(table: &Table, found: &mut Vec<(String, Value)>) {
    for (key, value) in table {
        let Some(inner) = value.as_table() else { continue };
        if ["dependencies", "dev-dependencies", "build-dependencies"].contains(&key.as_str()) {
            found.extend(inner.iter().map(|(name, value)| (name.clone(), value.clone())));
        } else if ["workspace", "target"].contains(&key.as_str()) || key.starts_with("cfg(") {
            collect(inner, found);
        }
    }
}

fn version(dependency: &Value) -> Option<&str> {
    dependency.as_str().or_else(|| dependency.get("version").and_then(Value::as_str))
}

fn is_ours(dependency: &Value) -> bool {
    dependency.get("path").is_some()
}

fn is_inherited(dependency: &Value) -> bool {
    dependency.get("workspace").and_then(Value::as_bool) == Some(true)
}

#[test]
fn every_version_is_exact() {
    let mut seen = 0;
    for (path, manifest) in manifests() {
        for (name, dependency) in dependencies(&manifest) {
            seen += 1;
            let exact = version(&dependency).is_some_and(|version| version.starts_with('='));
            let fine = is_ours(&dependency) || is_inherited(&dependency) || exact;
            assert!(fine, "{}: `{name}` has no exact version (`=1.2.3`)", path.display());
        }
    }
    assert!(seen > 50, "the manifests were not read");
}

#[test]
fn every_package_has_the_one_lint_table() {
    for (path, manifest) in manifests() {
        if path == Path::new("Cargo.toml") {
            assert!(manifest["workspace"].get("lints").is_some());
            continue;
        }
        let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool);
        assert_eq!(lints, Some(true), "{}: `[lints] workspace = true` is missing", path.display());
    }
}

/// Name and version of every external crate that a manifest names.
fn external() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (_, manifest) in manifests() {
        for (name, dependency) in dependencies(&manifest) {
            if let Some(version) = version(&dependency) {
                found.insert(name, version.trim_start_matches('=').to_owned());
            }
        }
    }
    found
}

/// Crates that some package names, whether with a version or through the workspace.
fn used() -> BTreeSet<String> {
    let packages = manifests().into_iter().filter(|(path, _)| path != Path::new("Cargo.toml"));
    packages.flat_map(|(_, manifest)| dependencies(&manifest)).map(|(name, _)| name).collect()
}

#[test]
fn every_crate_is_explained() {
    let document = text(Path::new("docs/DEPENDENCIES.md")).unwrap();
    let mut told = BTreeMap::new();
    for line in document.lines().filter(|line| line.starts_with("| `")) {
        let mut cells = line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        if let (Some(name), Some(version)) = (cells.next(), cells.next()) {
            told.insert(name, version);
        }
    }
    let used = used();
    let expected: BTreeMap<_, _> = external().into_iter().filter(|(name, _)| used.contains(name)).collect();
    for (name, version) in &expected {
        assert_eq!(told.get(name), Some(version), "docs/DEPENDENCIES.md on `{name}`");
    }
    for name in told.keys() {
        assert!(expected.contains_key(name), "docs/DEPENDENCIES.md explains `{name}`, which no package uses");
    }
}

#[test]
fn the_workspace_names_no_crate_that_nobody_uses() {
    let used = used();
    let unused: Vec<String> = external().into_keys().filter(|name| !used.contains(name)).collect();
    assert!(unused.is_empty(), "in `[workspace.dependencies]` and nowhere else: {unused:?}");
}
