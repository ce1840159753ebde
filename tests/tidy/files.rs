//! Habits of every file.

use std::path::Path;

use crate::tree::{files, root, text, texts};

const MOST_LINES: usize = 600;

#[test]
fn source_files_stay_short() {
    for (path, source) in texts("rs") {
        let lines = source.lines().count();
        assert!(lines < MOST_LINES, "{} has {lines} lines, under {MOST_LINES} expected", path.display());
    }
}

/// Put together here, so that this file does not hold them.
fn unfinished() -> Vec<String> {
    let calls = ["todo", "unimplemented", "dbg"].map(|name| format!("{name}!("));
    calls.into_iter().chain([format!("#[{}", "ignore"), format!("{}ME", "FIX")]).collect()
}

#[test]
fn nothing_is_left_unfinished_or_skipped() {
    for (path, source) in texts("rs") {
        for (line, text) in (1..).zip(source.lines()) {
            for word in unfinished() {
                assert!(!text.contains(&word), "{}, line {line}: `{word}`", path.display());
            }
        }
    }
}

/// Where somebody's machine keeps things.
fn machine_paths() -> Vec<String> {
    ["work/", "tmp/target", "Users/", "root/"].map(|rest| format!("/{rest}")).to_vec()
}

#[test]
fn no_file_names_a_path_of_somebodys_machine() {
    for path in files() {
        let Some(text) = text(&path) else { continue };
        for (line, content) in (1..).zip(text.lines()) {
            for machine in machine_paths() {
                assert!(!content.contains(&machine), "{}, line {line}: `{machine}`", path.display());
            }
        }
    }
}

#[test]
fn every_rust_file_of_a_room_opens_with_a_sentence() {
    for (path, source) in texts("rs") {
        if crate::tree::is_test(&path) {
            continue;
        }
        let opening = source.lines().find(|line| !line.starts_with("#!") && !line.is_empty());
        let documented = opening.is_some_and(|line| line.starts_with("//!"))
            || source.contains("#![doc = include_str!")
            || source.lines().any(|line| line.starts_with("//! "));
        assert!(documented, "{} opens without `//!`", path.display());
    }
}

/// Errors carry fields; nobody reads their words back.
#[test]
fn nobody_branches_on_the_words_of_an_error() {
    let needle = format!("to_string().{}", "contains(");
    for (path, source) in texts("rs") {
        if crate::tree::is_test(&path) {
            continue;
        }
        let code = source.split("#[cfg(test)]").next().unwrap_or("");
        assert!(!code.contains(&needle), "{}: `{needle}`", path.display());
    }
}

#[cfg(unix)]
#[test]
fn scripts_can_be_run() {
    use std::os::unix::fs::PermissionsExt;
    for script in ["tests/run", "tests/package", ".ci/run"] {
        let mode = std::fs::metadata(root().join(script)).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{script} cannot be run");
        let text = text(Path::new(script)).unwrap();
        assert!(text.starts_with("#!/usr/bin/env bash\n") && text.contains("set -euo pipefail"), "{script}");
    }
}
