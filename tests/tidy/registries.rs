//! A registry and its documentation list the same names. `UPDATE_DOCS=1` writes the documents anew.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use encours_core::features::registry;
use encours_core::policy::rule_codes;

use crate::tree::{root, text};

/// Compares a document with what it should say, or writes it.
fn says(document: &str, expected: &str) {
    let path = root().join(document);
    if std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        std::fs::write(&path, expected).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    for (line, (found, expected)) in (1..).zip(found.lines().zip(expected.lines())) {
        assert_eq!(found, expected, "{document}, line {line}: `UPDATE_DOCS=1 ./tests/run registries` writes it anew");
    }
    let (found, expected) = (found.lines().count(), expected.lines().count());
    assert_eq!(
        found, expected,
        "{document} has another number of lines: `UPDATE_DOCS=1 ./tests/run registries` writes it anew"
    );
}

#[test]
fn features_are_documented() {
    let mut document = String::from(
        "# Features\n\n\
         Written from the registry (`engine/core/src/features/registry.rs`) by `UPDATE_DOCS=1 ./tests/run registries`; a test\n\
         compares. Every feature is read strictly before the day of the invoice or quote in question. *Horizon* is the number\n\
         of days late that a model asks about. *Learnt* says whether models may learn from it; the others are measured and\n\
         shown.\n",
    );
    for family in registry::FAMILIES {
        write!(
            document,
            "\n## {}\n\n| feature | what it reads | unit | direction | when missing | learnt | reason |\n|---|---|---|---|---|---|---|\n",
            family.name
        )
        .unwrap();
        for feature in family.features {
            writeln!(
                document,
                "| `{}` | {} | {} | {} | {} | {} | `{}` |",
                feature.name,
                feature.reads,
                feature.unit.word(),
                registry::direction_word(feature.direction),
                feature.missing,
                if feature.offered { "yes" } else { "no" },
                feature.code,
            )
            .unwrap();
        }
    }
    says("docs/FEATURES.md", &document);
}

#[test]
fn names_and_codes_of_features_are_there_once() {
    let names: Vec<&str> = registry::all().map(|feature| feature.name).collect();
    let codes: Vec<&str> = registry::all().map(|feature| feature.code).chain(rule_codes()).collect();
    for list in [names, codes] {
        let distinct: BTreeSet<&&str> = list.iter().collect();
        assert_eq!(distinct.len(), list.len(), "twice in {list:?}");
    }
    for feature in registry::all() {
        for sentence in [feature.reads, feature.missing] {
            assert!(!sentence.trim().is_empty(), "{} says nothing", feature.name);
        }
    }
}

/// The sentence with which a rule's file opens.
fn opening(code: &str) -> String {
    opening_of(&format!("engine/core/src/policy/rules/{}.rs", code.to_lowercase()))
}

/// The sentence with which a file opens.
fn opening_of(file: &str) -> String {
    let source = text(Path::new(file)).unwrap();
    let lines = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn rules_are_documented() {
    let mut document = String::from(
        "# Rules of the policy\n\n\
         Written from the rules (`engine/core/src/policy/rules`, one file each) by `UPDATE_DOCS=1 ./tests/run registries`; a\n\
         test compares. A rule says how good the verdict may be at best; the verdict is the worst that any rule says. Rules\n\
         stand in the order in which equal verdicts are explained.\n\n\
         | code | what it holds |\n|---|---|\n",
    );
    for code in rule_codes() {
        writeln!(document, "| `{code}` | {} |", opening(code)).unwrap();
    }
    says("docs/RULES.md", &document);
}

#[test]
fn every_file_of_a_rule_is_a_rule() {
    let folder = root().join("engine/core/src/policy/rules");
    let codes: BTreeSet<String> = rule_codes().map(str::to_lowercase).collect();
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "mod")
        .collect();
    assert_eq!(files, codes);
}

#[test]
fn signals_are_documented() {
    let folder = root().join("engine/core/src/signals");
    let codes: BTreeSet<String> = encours_core::signals::codes().map(str::to_lowercase).collect();
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "mod" && name != "tests")
        .collect();
    assert_eq!(files, codes);
    let mut document = String::from(
        "# Signals of identity and fraud\n\n\
         Written from the signals (`engine/core/src/signals`, one file each) by `UPDATE_DOCS=1 ./tests/run registries`; a test\n\
         compares. A signal is a reason with its evidence and never a hidden score. Those that ask for a person refer\n\
         (`SIGNAL_FOR_A_PERSON` in [RULES.md](RULES.md)). Numbers stand in the policy's section `[signals]`.\n\n\
         | code | what it tells |\n|---|---|\n",
    );
    for code in encours_core::signals::codes() {
        let file = format!("engine/core/src/signals/{}.rs", code.to_lowercase());
        writeln!(document, "| `{code}` | {} |", opening_of(&file)).unwrap();
    }
    says("docs/SIGNALS.md", &document);
}

/// Formats of ledger files, live systems, and the files beside a ledger: each with a card, and no card without one.
#[test]
fn formats_have_cards() {
    let mut names: BTreeSet<&str> = ["clients", "orders"].into();
    names.extend(encours_services::Format::names().filter(|name| *name != "auto"));
    names.extend(encours_sources::SOURCES.iter().map(|source| source.name));
    let folder = root().join("datasets/formats");
    let cards: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().trim_end_matches(".md").to_owned())
        .collect();
    let listed: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(cards, listed, "cards in datasets/formats, and what can be read");
    let mut document = String::from(
        "# Formats\n\n\
         Written from the cards in `datasets/formats` by `UPDATE_DOCS=1 ./tests/run registries`; a test compares cards and\n\
         readers. `encours import --format NAME` takes the files, `encours pull-ledger NAME` asks the live systems.\n\n\
         | format | |\n|---|---|\n",
    );
    for name in listed {
        let card = text(Path::new(&format!("datasets/formats/{name}.md"))).unwrap();
        let first = card.lines().next().unwrap_or_default();
        let sentence = first.strip_prefix(&format!("# {name}: "));
        let sentence =
            sentence.unwrap_or_else(|| panic!("{name}.md begins `{first}`, expected `# {name}: a sentence`"));
        writeln!(document, "| [`{name}`](../datasets/formats/{name}.md) | {sentence} |").unwrap();
    }
    says("docs/FORMATS.md", &document);
}

/// Public registers, and the kinds of facts that they give.
#[test]
fn registers_are_documented() {
    use encours_domain::fact::{FactKind, ValueForm};
    let mut document = String::from(
        "# Public registers\n\n\
         Written from the registry (`engine/sources/src/registers/registry.rs`) and the kinds of facts by\n\
         `UPDATE_DOCS=1 ./tests/run registries`; a test compares. `encours pull` asks those that are *asked* and have an\n\
         address; `encours companies parse --source NAME FILE` reads a recorded answer of any.\n\n\
         | name | register | asked | needs | address |\n|---|---|---|---|---|\n",
    );
    for spec in encours_sources::REGISTERS {
        let asked = match (spec.build.is_some(), spec.by_default) {
            (true, true) => "yes",
            (true, false) => "with `--register`",
            (false, _) => "no",
        };
        let needs: Vec<&str> = spec.asks.iter().map(|asked| asked.what).collect();
        writeln!(document, "| `{}` | {} | {asked} | {} | {} |", spec.name, spec.title, needs.join("; "), spec.base)
            .unwrap();
    }
    document.push_str("\n## Kinds of facts\n\n| kind | value |\n|---|---|\n");
    for (kind, code) in FactKind::ALL {
        let form = match kind.form() {
            ValueForm::Text => "text".to_owned(),
            ValueForm::LegalForm => "four digits".to_owned(),
            ValueForm::Word(words) => words.join(", "),
            ValueForm::Day => "a day, `YYYY-MM-DD`".to_owned(),
            ValueForm::Amount { negative: true } => "euros".to_owned(),
            ValueForm::Amount { negative: false } => "euros, not below nought".to_owned(),
            ValueForm::Number => "a number".to_owned(),
        };
        writeln!(document, "| `{code}` | {form} |").unwrap();
    }
    says("docs/REGISTERS.md", &document);
}
