use std::time::Duration;

use tempfile::TempDir;

use super::*;

/// A folder without an `encours.toml`, so that the one who runs the tests has no say.
fn empty() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Lays layers on one another: the text of a file, variables, flags.
fn loaded(file: Option<&str>, variables: &[(&str, &str)], given: Given) -> Result<Configuration, SettingFaults> {
    let folder = empty();
    let path = folder.path().join("e.toml");
    if let Some(text) = file {
        fs::write(&path, text).unwrap();
    }
    let data = given.data.clone().or_else(|| Some(folder.path().join("data")));
    let given = Given { file: file.map(|_| path), data, ..given };
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Configuration::load(&given, variables)
}

/// The line of `config show` that begins with a name.
fn line<'t>(shown: &'t str, name: &str) -> &'t str {
    shown.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap_or_else(|| panic!("{name}: {shown}"))
}

#[test]
fn a_later_layer_counts() {
    let listen = |text: &str| Given { listen: Some(text.parse().unwrap()), ..Given::default() };
    let file = Some("[serve]\nlisten = \"127.0.0.1:2\"\nconnections = 2\n");
    let variable = [("ENCOURS_SERVE__LISTEN", "127.0.0.1:3")];
    for (file, variables, given, port, from) in [
        (None, &[][..], Given::default(), 8080, "default"),
        (file, &[], Given::default(), 2, "e.toml, line 2"),
        (file, &variable, Given::default(), 3, "environment, ENCOURS_SERVE__LISTEN"),
        (None, &variable, Given::default(), 3, "environment, ENCOURS_SERVE__LISTEN"),
        (file, &variable, listen("127.0.0.1:4"), 4, "flag --listen"),
        (file, &[("ENCOURS_SERVE__LISTEN", "")], Given::default(), 2, "e.toml, line 2"),
    ] {
        let found = loaded(file, variables, given).unwrap();
        assert_eq!(found.serve.listen.port(), port);
        let shown = found.shown();
        let line = line(&shown, "listen");
        assert!(line.starts_with(&format!("listen = \"127.0.0.1:{port}\"  # ")) && line.ends_with(from), "{line}");
        // What one layer does not say, the one below says.
        assert_eq!(found.serve.connections, if file.is_some() { 2 } else { 512 });
    }
}

#[test]
fn variables_are_read_as_what_the_default_is() {
    let variables = [
        ("ENCOURS_LOG", "warn"),
        ("ENCOURS_LOG__FORM", "json"),
        ("ENCOURS_DATABASE", "postgres://somebody@host/name"),
        ("ENCOURS_SERVE__CORS_ORIGINS", "https://a.example, http://b.example:81"),
        ("ENCOURS_SERVE__NOTICE_SECONDS", "0"),
        ("ENCOURS_METRICS__OPEN", "true"),
        ("ENCOURS_RATE_LIMIT__REQUESTS_PER_MINUTE", "60"),
        ("ENCOURS_ASK", "bodacc"),
        ("ENCOURS_PENNYLANE_TOKEN", "secret"),
        ("PATH", "/bin"),
    ];
    let found = loaded(None, &variables, Given::default()).unwrap();
    assert_eq!(found.log, LogSettings { filter: "warn".to_owned(), form: LogForm::Json });
    assert_eq!(found.database.as_deref(), Some("postgres://somebody@host/name"));
    assert_eq!(found.serve.cors_origins, ["https://a.example", "http://b.example:81"]);
    assert_eq!((found.serve.notice, found.serve.metrics_are_open), (Duration::ZERO, true));
    assert_eq!(found.serve.rate_limit.map(|limit| (limit.per_minute.get(), limit.burst.get())), Some((60, 100)));
    assert!(!found.shown().contains("secret"));
    // The long name of a setting counts before its short one.
    let both = [("ENCOURS_LOG__FILTER", "debug"), ("ENCOURS_LOG", "warn")];
    assert_eq!(loaded(None, &both, Given::default()).unwrap().log.filter, "debug");
}

#[test]
fn everything_at_fault_is_told_at_once() {
    let file = "data = 5\ncolour = 1\n\n[serve]\nlisten = \"nowhere\"\nconnections = 0\ncors_origins = [\"https://a.example/x\"]\nlanguage = \"de\"\nlistn = 1\n\n[log]\nfilter = \"encours=loud\"\n[serving]\nx = 1\n";
    let variables = [
        ("ENCOURS_RATE_LIMIT__BURST", "many"),
        ("ENCOURS_DATABASE", "mysql://me:secret@host/db"),
        ("ENCOURS_SERVE__PORT", "1"),
    ];
    let folder = empty();
    let path = folder.path().join("e.toml");
    fs::write(&path, file).unwrap();
    let given = Given { file: Some(path.clone()), ..Given::default() };
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let refused = Configuration::load(&given, variables).unwrap_err();
    let told = refused.to_string().replace(&path.display().to_string(), "e.toml");
    let beside = "serve.connections, serve.cors_origins, serve.head_seconds, serve.language, \
                  serve.largest_body_kib, serve.last_requests_seconds, serve.listen, serve.notice_seconds, \
                  serve.request_seconds";
    for line in [
        "e.toml, line 2: `colour`: found a setting that there is not, allowed data, database, ",
        &format!("e.toml, line 9: `serve.listn`: found a setting that there is not, allowed {beside}"),
        "e.toml, line 14: `serving.x`: found a setting that there is not, allowed data, ",
        &format!("environment, ENCOURS_SERVE__PORT: `serve.port`: found a setting that there is not, allowed {beside}"),
        "e.toml, line 1: `data`: found 5, allowed a folder",
        "environment, ENCOURS_DATABASE: `database`: found `mysql`, allowed `postgres://…` or `sqlite:PATH`",
        "e.toml, line 12: `log.filter`: found \"encours=loud\", allowed a level (error, warn",
        "e.toml, line 6: `serve.connections`: found 0, allowed a whole number from 1 to 65536",
        "e.toml, line 5: `serve.listen`: found \"nowhere\", allowed an address and a port",
        "e.toml, line 8: `serve.language`: found \"de\", allowed \"fr\" or \"en\"",
        "e.toml, line 7: `serve.cors_origins`: found [\"https://a.example/x\"], allowed a list of origins",
        "environment, ENCOURS_RATE_LIMIT__BURST: `rate_limit.burst`: found \"many\", allowed a whole number from 1 to",
    ] {
        assert!(told.lines().any(|told| told.starts_with(line)), "{line}\nis not in\n{told}");
    }
    assert_eq!(refused.0.len(), 12, "{told}");
    assert!(!told.contains("secret"), "{told}");
}

#[test]
fn a_file_that_is_none_is_refused() {
    let refused = loaded(Some("[serve\nlisten = 1"), &[], Given::default()).unwrap_err().to_string();
    assert!(refused.contains("e.toml, line 1: found no TOML ("), "{refused}");
    let given = Given { file: Some(PathBuf::from("/nothing/here.toml")), ..Given::default() };
    let refused = Configuration::load(&given, []).unwrap_err().to_string();
    assert!(refused.starts_with("/nothing/here.toml, line 1: found no readable file ("), "{refused}");
}

#[test]
fn a_data_folder_may_hold_a_file_that_says_anything_but_where_it_is() {
    let folder = empty();
    let path = folder.path().join(FILE_IN_DATA);
    fs::write(&path, "[log]\nform = \"json\"\n").unwrap();
    let of_flag = Given { data: Some(folder.path().to_path_buf()), ..Given::default() };
    assert_eq!(Configuration::load(&of_flag, []).unwrap().log.form, LogForm::Json);
    let variable = ("ENCOURS_DATA".to_owned(), folder.path().to_str().unwrap().to_owned());
    let found = Configuration::load(&Given::default(), [variable.clone()]).unwrap();
    assert_eq!((found.data.as_path(), found.log.form), (folder.path(), LogForm::Json));
    // Another file takes its place altogether.
    let other = folder.path().join("other.toml");
    fs::write(&other, "").unwrap();
    let given = Given { file: Some(other), ..of_flag };
    assert_eq!(Configuration::load(&given, []).unwrap().log.form, LogForm::Text);
    fs::write(&path, "data = \"elsewhere\"\n").unwrap();
    let found = Configuration::load(&Given { file: None, ..given }, []).unwrap();
    assert_eq!(found.data, folder.path(), "a flag counts all the same");
}

#[test]
fn what_is_shown_is_a_configuration_again_without_its_secrets() {
    let given =
        Given { database: Some("postgres://me:secret@host/name?sslpassword=hidden".to_owned()), ..Given::default() };
    let found = loaded(Some("[serve]\nlanguage = \"en\"\n"), &[], given).unwrap();
    let shown = found.shown();
    assert!(!shown.contains("secret") && !shown.contains("hidden"), "{shown}");
    assert!(line(&shown, "database").starts_with("database = \"postgres://me:***@host/name?"), "{shown}");
    assert!(line(&shown, "database").ends_with("# flag --database"));
    let again = loaded(Some(&shown), &[], Given::default()).unwrap();
    assert_eq!((again.serve, again.log), (found.serve, found.log));
}

#[test]
fn passwords_are_masked_wherever_they_stand() {
    for (url, masked) in [
        ("", ""),
        ("sqlite:/data/a:b@c.sqlite3", "sqlite:/data/a:b@c.sqlite3"),
        ("postgres://me@host/name", "postgres://me@host/name"),
        ("postgres://me:p%40ss@host:5433/name", "postgres://me:***@host:5433/name"),
        ("postgresql://host/name?user=me&password=p", "postgresql://host/name?user=me&password=***"),
        ("postgres:me:secret@host", "postgres:***"),
        ("postgres://me:se cret@[host/name", "postgres:***"),
    ] {
        assert_eq!(without_password(url), masked, "{url}");
    }
}

#[test]
fn the_file_in_the_program_is_sound() {
    let shipped = Configuration::shipped().unwrap();
    assert_eq!(shipped.data, Path::new("./encours-data"));
    assert_eq!((shipped.database, shipped.serve.rate_limit), (None, None));
    assert_eq!(shipped.serve.largest_body, 64 * 1024);
}

#[test]
fn every_setting_is_documented() {
    let document = include_str!("../../../../docs/OPERATION.md");
    let told: Vec<&str> =
        document.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |").map(|(key, _)| key)).collect();
    let shipped = Layers::first(DEFAULT_TEXT);
    for key in shipped.values().keys() {
        assert!(told.contains(&key.as_str()), "docs/OPERATION.md lacks `{key}`");
    }
    for key in told.iter().filter(|key| key.contains('.')) {
        assert!(shipped.values().contains_key(*key), "docs/OPERATION.md explains `{key}`, which there is not");
    }
}
