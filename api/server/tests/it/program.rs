//! The binary itself.

use std::path::Path;
use std::process::{Command, Output};

use encours_datasets::SAMPLE_AS_OF;
use tempfile::TempDir;

use crate::support::{SAMPLE, file};

fn encours(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_encours"));
    command.env_remove("ENCOURS_DATA").env_remove("ENCOURS_DATABASE").arg("--data").arg(data).args(arguments);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

#[test]
fn command_line_and_http_give_the_same_bytes() {
    let arguments =
        ["assess", "C-0034", "--amount", "7500.50", "--terms", "30", "--margin", "0.25", "--deposit", "0.1"];
    let printed = encours(SAMPLE.folder(), &[&arguments[..], &["--as-of", SAMPLE_AS_OF, "--json"]].concat());
    assert!(printed.status.success(), "{}", text(&printed.stderr));
    let body =
        r#"{"client":"C-0034","quote":{"amount":7500.5,"terms_days":30,"margin":0.25,"deposit":0.1,"vat_rate":0.2}}"#;
    assert_eq!(text(&printed.stdout), SAMPLE.with_key("POST", "/v1/assessments", body).body);
}

#[test]
fn an_answer_fits_a_terminal_in_both_languages() {
    for (lang, words) in [("fr", ["Offres prêtes", "Limite prudente"]), ("en", ["Ready offers", "Prudent limit"])] {
        for client in ["C-0012", "C-0034", "000000216"] {
            let arguments = ["assess", client, "--amount", "18000", "--as-of", SAMPLE_AS_OF, "--lang", lang];
            let printed = encours(SAMPLE.folder(), &arguments);
            assert!(printed.status.success(), "{}", text(&printed.stderr));
            let printed = text(&printed.stdout);
            assert!(words.iter().all(|word| printed.contains(word)), "{printed}");
            let longest = printed.lines().map(|line| line.chars().count()).max();
            assert!(longest <= Some(80), "{longest:?}\n{printed}");
        }
    }
}

#[test]
fn bad_rows_are_named_and_change_nothing() {
    let folder = folder();
    let ledger = file(
        &folder,
        "bad.csv",
        "client_id,invoice_id,issue_date,due_date,amount,paid_date\nA,1,2026-01-01,2026-01-31,100,\nA,2,2026-13-01,2026-01-31,100,\n",
    );
    let data = folder.path().join("data");
    let refused = encours(&data, &["import", ledger.to_str().unwrap()]);
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.starts_with("bad.csv, line 3, column `issue_date`, value `2026-13-01`: "), "{said}");
    assert!(said.contains("nothing was changed") && said.contains("--accept-partial"), "{said}");
    assert_eq!(encours(&data, &["ledger", "export", "--out", "x"]).status.code(), Some(2));
    let taken = encours(&data, &["import", ledger.to_str().unwrap(), "--accept-partial"]);
    assert_eq!(taken.status.code(), Some(0), "{}", text(&taken.stderr));
}

#[test]
fn many_faults_are_cut_short() {
    let folder = folder();
    let rows: String = (0..30).map(|row| format!("A,{row},never,2026-01-31,100,\n")).collect();
    let header = "client_id,invoice_id,issue_date,due_date,amount,paid_date\n";
    let ledger = file(&folder, "bad.csv", &format!("{header}{rows}"));
    let said = text(&encours(&folder.path().join("data"), &["import", ledger.to_str().unwrap()]).stderr);
    assert_eq!(said.lines().filter(|line| line.starts_with("bad.csv")).count(), 20, "{said}");
    assert!(said.contains("… and 10 more"), "{said}");
}

#[test]
fn the_demonstration_leaves_somebodys_ledger_alone() {
    let folder = folder();
    let ledger = file(
        &folder,
        "own.csv",
        "client_id,invoice_id,issue_date,due_date,amount,paid_date\nA,1,2026-01-01,2026-01-31,100,\n",
    );
    let data = folder.path().join("data");
    assert!(encours(&data, &["import", ledger.to_str().unwrap()]).status.success());
    let refused = encours(&data, &["demo", "--no-serve"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("holds data that is not the sample"));
}

#[test]
fn keys_are_made_listed_and_taken_back() {
    let folder = folder();
    let made = encours(folder.path(), &["keys", "create", "web"]);
    let key = text(&made.stdout);
    assert!(key.starts_with("enc_") && key.trim().len() == 68, "{key}");
    let listed = text(&encours(folder.path(), &["keys", "list"]).stdout);
    let id = listed.lines().nth(1).and_then(|line| line.split_whitespace().next()).unwrap().to_owned();
    assert!(listed.contains("web") && !listed.contains(key.trim()));
    assert!(encours(folder.path(), &["keys", "revoke", &id]).status.success());
    assert_eq!(encours(folder.path(), &["keys", "revoke", "nothing"]).status.code(), Some(2));
}

#[test]
fn unknown_things_are_bad_input() {
    for arguments in [
        &["assess", "nobody", "--amount", "5"][..],
        &["import", "no-such-file.csv"],
        &["replay", "0a"],
        &["models", "promote", "x"],
        &["backtest", "no-such-file.csv", "--cutoff", "2026-01-01", "--out", "p.csv"],
        &["--database", "mysql://x", "keys", "list"],
    ] {
        assert_eq!(encours(SAMPLE.folder(), arguments).status.code(), Some(2), "{arguments:?}");
    }
}

/// Each command over the models fits a terminal; its JSON is JSON.
#[test]
fn models_are_told_in_eighty_columns() {
    let run = |arguments: &[&str]| {
        let done = encours(SAMPLE.folder(), arguments);
        assert!(done.status.success(), "{arguments:?}: {}", text(&done.stderr));
        text(&done.stdout)
    };
    let listed = run(&["models", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let id = listed[0]["id"].as_str().unwrap();
    let day = ["--as-of", SAMPLE_AS_OF];
    for (arguments, word) in [
        (&["train", day[0], day[1]][..], "past rate"),
        (&["models", "list"], id),
        (&["models", "rehearse", id, day[0], day[1]], "Grades, before by line"),
    ] {
        let printed = run(arguments);
        assert!(printed.contains(word), "{arguments:?}: {printed}");
        let longest = printed.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(80), "{arguments:?} {longest:?}\n{printed}");
        if arguments[1] != "list" {
            let json = run(&[arguments, &["--json"]].concat());
            assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
        }
    }
    let card = run(&["models", "card", id, "--format", "json"]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&card).unwrap()["model"]["id"], id);
    for (lang, title) in [("fr", "## Sur les factures venues après"), ("en", "## On later invoices")] {
        let card = run(&["models", "card", id, "--format", "md", "--lang", lang]);
        assert!(card.starts_with("# ") && card.contains(title), "{card}");
    }
    let drift = run(&["models", "drift", id, "--json"]);
    assert!(serde_json::from_str::<serde_json::Value>(&drift).unwrap()["months"].is_array(), "{drift}");
    for command in ["card", "drift", "rehearse", "shadow", "retire"] {
        assert_eq!(encours(SAMPLE.folder(), &["models", command, "x"]).status.code(), Some(2), "{command}");
    }
}

/// What is paid in advance has no range of days; its other figures stay in their lines.
#[test]
fn each_offer_has_its_figures_in_their_lines() {
    let arguments = ["assess", "C-0106", "--amount", "1200", "--terms", "45", "--as-of", SAMPLE_AS_OF, "--lang", "en"];
    let said = text(&encours(SAMPLE.folder(), &arguments).stdout);
    let cells = |label: &str| -> Vec<String> {
        let line = said.lines().find(|line| line.starts_with(&format!("│ {label}")));
        let cells = line.unwrap_or_else(|| panic!("{label}: {said}")).trim_matches('│').split('┆');
        cells.skip(1).map(|cell| cell.trim().to_owned()).collect()
    };
    assert_eq!(cells("Four times in five").last().unwrap(), "", "{said}");
    assert_eq!(cells("Late > 30 days").last().unwrap(), "0%", "{said}");
    for label in ["Expected loss", "Cost of waiting", "Worth to us"] {
        assert!(cells(label).iter().all(|cell| cell.starts_with('€')), "{label}: {said}");
    }
}
