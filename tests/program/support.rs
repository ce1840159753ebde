//! The binary, a folder, and what a run of it did.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub const HEADER: &str = "client_id,invoice_id,issue_date,due_date,amount,paid_date\n";

/// A ledger of three clients that goes in without a word.
pub const GOOD: &str = "client_id,invoice_id,issue_date,due_date,amount,paid_date\n\
                        C1,F1,2024-01-05,2024-02-04,1200.00,2024-02-10\n\
                        C2,F2,2024-03-05,2024-04-04,80.50,\n\
                        C3,F3,2024-05-05,2024-06-04,300.00,2024-05-20\n";

/// The binary that lies beside this test's own.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let binary = folder.join("encours").with_extension(std::env::consts::EXE_EXTENSION);
    assert!(binary.is_file(), "`{}` is missing: `./tests/run` builds it", binary.display());
    binary
}

/// What a run did.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// A folder to work in, with a data folder in it.
pub struct Desk {
    pub folder: TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// With the sample portfolio imported, trained and scored.
    pub fn with_demo() -> Self {
        let desk = Self::new();
        let run = desk.run(&["demo", "--no-serve"]);
        assert_eq!(run.code, 0, "{run:?}");
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    /// The command, not yet run, with nothing of our surroundings in it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.current_dir(self.folder.path()).env_remove("ENCOURS_DATABASE").env("ENCOURS_DATA", self.data());
        command.args(arguments).stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// As [`Desk::run`], which must go well.
    pub fn done(&self, arguments: &[&str]) -> Run {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {run:#?}");
        run
    }

    /// Every file of the data folder with its bytes, but the database's, which takes in its journal when it likes; what
    /// it says is compared by [`Desk::said`].
    pub fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        below(&self.data(), &mut found);
        found.retain(|path, _| !path.to_string_lossy().contains("sqlite"));
        found
    }

    /// What the store says of itself: the ledger in force as exported, the models, the keys.
    pub fn said(&self) -> Vec<Vec<u8>> {
        let out = self.path("said");
        let exported = self.run(&["ledger", "export", "--out", out.to_str().unwrap()]);
        let files =
            ["invoices.parquet", "payments.parquet"].map(|name| std::fs::read(out.join(name)).unwrap_or_default());
        let told =
            [&["models", "list", "--json"][..], &["keys", "list"]].map(|asked| self.run(asked).stdout.into_bytes());
        let code = exported.code.to_string().into_bytes();
        files.into_iter().chain(told).chain([code]).collect()
    }
}

fn below(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, found);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
}
