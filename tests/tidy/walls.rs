//! Who may know whom: data flows right, imports flow left or not at all.

use std::path::Path;

use crate::tree::{Depth, built_from, files, text};

/// Package, folder, and the packages of this workspace that it may be built from.
const ROOMS: &[(&str, &str, &[&str])] = &[
    ("encours-models", "models", &[]),
    ("encours-domain", "engine/domain", &[]),
    ("encours-sources", "engine/sources", &["encours-domain"]),
    ("encours-core", "engine/core", &["encours-domain", "encours-models"]),
    ("encours-datasets", "datasets", &[]),
    ("encours-services", "api/services", &["encours-core", "encours-domain", "encours-models", "encours-sources"]),
    (
        "encours",
        "api/server",
        &[
            "encours-core",
            "encours-datasets",
            "encours-domain",
            "encours-models",
            "encours-services",
            "encours-sources",
        ],
    ),
];

/// Packages that test or measure, and from which nothing is built.
const OUTSIDE: &[&str] = &["encours-tests", "encours-benches"];

/// Nothing of the second names anywhere in what the first are built from.
const ABSENT: &[(&[&str], &[&str])] = &[
    (&["encours-models", "encours-domain", "encours-sources"], &["polars", "polars-core", "polars-io"]),
    (&["encours-models", "encours-domain"], &["tokio", "reqwest", "hyper"]),
    (&["encours-core"], &["reqwest", "hyper", "axum", "sea-orm", "sqlx-core"]),
    // The client that asks live systems brings layers of its own (tower-http) along; a server none of them is.
    (&["encours-services"], &["axum", "axum-core", "utoipa", "clap", "askama"]),
];

#[test]
fn rooms_know_only_what_lies_left_of_them() {
    for (package, _, allowed) in ROOMS {
        let direct = built_from(package, Depth::Direct);
        let found: Vec<&str> = direct.iter().map(String::as_str).filter(|name| name.starts_with("encours")).collect();
        let fine = found.iter().all(|name| allowed.contains(name));
        assert!(fine, "{package} is built from {found:?}, may be from {allowed:?}");
    }
}

/// Name of the package of every manifest below the root.
fn packages() -> Vec<String> {
    let manifests = files().into_iter().filter(|path| path.ends_with("Cargo.toml") && *path != Path::new("Cargo.toml"));
    let name = |manifest: toml::Table| manifest["package"]["name"].as_str().unwrap().to_owned();
    manifests.map(|path| name(toml::from_str(&text(&path).unwrap()).unwrap())).collect()
}

#[test]
fn every_package_is_a_room_or_stands_outside() {
    for package in packages() {
        let known = ROOMS.iter().any(|(name, ..)| *name == package) || OUTSIDE.contains(&package.as_str());
        assert!(known, "{package} has no wall: add it to this test");
    }
    for (room, ..) in ROOMS {
        let all = built_from(room, Depth::All);
        assert!(
            OUTSIDE.iter().all(|outside| !all.contains(*outside)),
            "{room} is built from what should stand outside"
        );
    }
}

#[test]
fn what_is_absent_is_absent_all_the_way_down() {
    for (packages, absent) in ABSENT {
        for package in *packages {
            let all = built_from(package, Depth::All);
            assert!(all.len() > 5, "{package} has no tree");
            let found: Vec<&&str> = absent.iter().filter(|name| all.contains(**name)).collect();
            assert!(found.is_empty(), "{package} is built from {found:?}");
        }
    }
    // Polars' own tree may hold tokio; the engine itself must not call it.
    assert!(!built_from("encours-core", Depth::Direct).contains("tokio"));
    assert!(!built_from("encours-services", Depth::Direct).contains("tower-http"));
    for (package, needed) in [("encours-core", "polars"), ("encours", "axum"), ("encours-services", "sea-orm")] {
        assert!(
            built_from(package, Depth::All).contains(needed),
            "{package} has lost {needed}: is the tree read rightly?"
        );
    }
}

#[test]
fn every_room_opens_with_its_documentation() {
    for (package, folder, _) in ROOMS {
        let lib = text(&Path::new(folder).join("src/lib.rs")).unwrap();
        let opening =
            lib.lines().find(|line| !line.starts_with("#!") && !line.starts_with("    ") && !line.starts_with(")]"));
        let documented = lib.contains("#![doc = include_str!") || opening.is_some_and(|line| line.starts_with("//!"));
        assert!(documented, "{package}: `{folder}/src/lib.rs` opens without `//!`");
    }
}

/// The nearest `.clippy.toml` replaces its parent, so each pure room has the whole list of its own.
#[test]
fn pure_rooms_ban_clock_environment_files_and_printing() {
    for folder in ["models", "engine/domain", "engine/core"] {
        let rules = text(&Path::new(folder).join(".clippy.toml")).unwrap();
        let rules: toml::Table = toml::from_str(&rules).unwrap();
        let banned = |list: &str| -> Vec<String> {
            let entries = rules.get(list).and_then(toml::Value::as_array).cloned().unwrap_or_default();
            entries.iter().map(|entry| entry["path"].as_str().unwrap().to_owned()).collect()
        };
        let (methods, macros) = (banned("disallowed-methods"), banned("disallowed-macros"));
        for path in [
            "std::time::SystemTime::now",
            "std::time::Instant::now",
            "std::env::var",
            "std::env::args",
            "std::fs::read",
            "std::fs::write",
            "std::fs::File::open",
            "std::fs::File::create",
        ] {
            assert!(methods.iter().any(|method| method == path), "`{folder}/.clippy.toml` allows {path}");
        }
        for path in ["std::println", "std::eprintln", "std::print", "std::eprint", "std::dbg"] {
            assert!(macros.iter().any(|own| own == path), "`{folder}/.clippy.toml` allows {path}");
        }
        assert_eq!(rules.get("too-many-lines-threshold"), Some(&toml::Value::Integer(80)), "{folder}");
    }
}
