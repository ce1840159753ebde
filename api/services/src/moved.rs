//! Content that took another's place: what a person may have erased leaves the files that are named by their content.
//!
//! New content lies under its own name. Beside the old name stands a note, `<hash>.moved`, which says where to read on, and
//! the old content is gone. Whoever names the old hash (an answer, the layers of a ledger) finds the new content; the audit
//! chain tells of every note, so that nobody else can put one there unnoticed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::folder::{Kept, write_atomically};
use crate::{DataFolder, ServicesError};

/// How often content may take another's place.
const MOST_MOVES: usize = 10_000;

/// Content that took another's place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moved {
    /// Folder in which both lie.
    pub folder: String,
    /// Hash of what is gone.
    pub from: String,
    /// Hash of what is there now; empty where nothing is.
    pub to: String,
}

impl DataFolder {
    /// The hash under which the content of a name is found now.
    ///
    /// # Errors
    /// When it is gone, or the notes go round in a circle.
    pub(crate) fn found_under(&self, folder: &str, hash: &str) -> Result<String, ServicesError> {
        let mut now = hash.to_owned();
        for _ in 0..MOST_MOVES {
            let note = self.note(folder, &now);
            let Ok(next) = fs::read_to_string(&note) else { return Ok(now) };
            if next.is_empty() {
                let reason = "its content was erased by right".to_owned();
                return Err(ServicesError::Damaged { path: note, reason });
            }
            now = next;
        }
        let reason = "content took the place of other content in a circle".to_owned();
        Err(ServicesError::Damaged { path: self.note(folder, hash), reason })
    }

    fn note(&self, folder: &str, hash: &str) -> PathBuf {
        self.path().join(folder).join(format!("{}.moved", hash.strip_prefix("sha256:").unwrap_or(hash)))
    }

    /// Leaves a note in the place of content, then takes the content away; `to` is nothing where nothing takes its place.
    pub(crate) fn move_away(&self, folder: &str, from: &str, to: Option<&str>) -> Result<(), ServicesError> {
        write_atomically(&self.note(folder, from), to.unwrap_or_default().as_bytes())?;
        self.take_away(folder, from)
    }

    fn take_away(&self, folder: &str, hash: &str) -> Result<(), ServicesError> {
        for entry in self.content_of(folder, hash)? {
            let gone = if entry.is_dir() { fs::remove_dir_all(&entry) } else { fs::remove_file(&entry) };
            gone.map_err(ServicesError::file("erasing", &entry))?;
        }
        Ok(())
    }

    /// What lies under a name, besides the note.
    fn content_of(&self, folder: &str, hash: &str) -> Result<Vec<PathBuf>, ServicesError> {
        let plain = hash.strip_prefix("sha256:").unwrap_or(hash);
        let is_it = |path: &PathBuf| {
            let is_note = path.extension().is_some_and(|ending| ending == "moved");
            path.file_stem().is_some_and(|stem| stem == plain) && !is_note
        };
        Ok(names(&self.path().join(folder))?.into_iter().filter(is_it).collect())
    }

    /// Takes away what still lies under a name whose content moved: the program was gone between the two.
    pub(crate) fn end_moves(&self) -> Result<(), ServicesError> {
        self.moved()?.iter().try_for_each(|Moved { folder, from, .. }| self.take_away(folder, from))
    }

    /// Whether what moved away still lies under its old name.
    pub(crate) fn is_still_there(&self, moved: &Moved) -> Result<bool, ServicesError> {
        Ok(!self.content_of(&moved.folder, &moved.from)?.is_empty())
    }

    /// Whether content was erased with nothing in its place.
    pub(crate) fn is_erased(&self, folder: &str, hash: &str) -> bool {
        self.found_under(folder, hash).is_err()
    }

    /// Refuses content from which somebody was erased: under its name the rest is read, so that what comes back would be
    /// passed over in silence.
    pub(crate) fn expect_not_erased(&self, folder: &str, hash: &str) -> Result<(), ServicesError> {
        if self.note(folder, hash).exists() { Err(ServicesError::ErasedContent) } else { Ok(()) }
    }

    /// Hashes of what lies in a folder; what moved away is not there.
    pub(crate) fn hashes(&self, folder: &str) -> Result<Vec<String>, ServicesError> {
        let stems = names(&self.path().join(folder))?.into_iter().filter_map(|path| {
            let stem = path.file_stem()?.to_str()?.to_owned();
            let is_note = path.extension().is_some_and(|ending| ending == "moved");
            let is_hash = stem.len() == 64 && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
            (is_hash && !is_note).then(|| format!("sha256:{stem}"))
        });
        let mut hashes: Vec<String> = stems.collect();
        hashes.sort_unstable();
        hashes.dedup();
        Ok(hashes)
    }

    /// Everything that took another's place, in a fixed order.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub(crate) fn moved(&self) -> Result<Vec<Moved>, ServicesError> {
        let mut all = Vec::new();
        let kinds = Kept::ALL.iter().map(|kind| kind.folder());
        for folder in std::iter::once(LEDGER).chain(kinds) {
            for path in names(&self.path().join(folder))? {
                let stem = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
                let is_note = path.extension().is_some_and(|ending| ending == "moved");
                if let Some(stem) = stem.filter(|_| is_note) {
                    let to = fs::read_to_string(&path).map_err(ServicesError::file("reading", &path))?;
                    all.push(Moved { folder: folder.to_owned(), from: format!("sha256:{stem}"), to });
                }
            }
        }
        all.sort_unstable();
        Ok(all)
    }
}

/// The folder of ledgers.
pub(crate) const LEDGER: &str = "ledger";

/// What lies in a folder; nothing where there is none.
pub(crate) fn names(folder: &Path) -> Result<Vec<PathBuf>, ServicesError> {
    let failed = || ServicesError::file("reading", folder);
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(failed())?.path());
    }
    paths.sort_unstable();
    Ok(paths)
}
