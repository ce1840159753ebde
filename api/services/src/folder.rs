//! The data folder: what lies where, and how a file comes to lie there.
//!
//! ```text
//! encours-data/
//!   encours.toml                          the configuration, where somebody put one there
//!   encours.sqlite3                       what changes one row at a time
//!   ledger/<hash>/invoices.parquet        immutable ledgers, named by their content
//!   ledger/<hash>/payments.parquet
//!   facts/<hash>.json                     immutable public facts, named by their content
//!   layers/<hash>.json                    which of the following a ledger was made from
//!   documents/<hash>.json                 e-invoices and statuses that speak of other documents
//!   journal/<hash>.fec                    accounting lines on clients, as a FEC
//!   pulled/<hash>.json                    what a live system holds
//!   pulled/<system>.state.json            the same while it is being pulled, and where the pull stands
//!   clients/<hash>.json                   the client file
//!   orders/<hash>.json                    open orders
//!   failure/<hash>.json                   a model of failure, and how it was measured
//!   quartiles/<hash>.json                 quartiles of ratios by sector
//!   answers/<hash>.raw                    raw answers of public registers, as the facts cite them
//!   answers/<question>.json               which answer a question had last, and when
//!   <folder>/<hash>.moved                 where to read on after an erasure (`moved`)
//!   erasing.json                          an erasure that was not ended
//!   jobs/<id>/<number>                    files of an import that waits or is at work
//! ```
//!
//! A file is written under a temporary name beside its place, flushed to the disk and renamed: whoever sees the name
//! sees the whole content. Files that no row of the store names are left-overs of a crash and harm nothing.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encours_core::ledger::Snapshot;
use sha2::{Digest, Sha256};

use crate::ServicesError;
use crate::moved::LEDGER;

/// Names of the two tables, in the store and in exports.
pub const INVOICES: &str = "invoices.parquet";
/// See [`INVOICES`].
pub const PAYMENTS: &str = "payments.parquet";

/// Kinds of files that are named by the hash of their content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Facts of the public record.
    Facts,
    /// What a ledger was made from.
    Layers,
    /// E-invoices and statuses that speak of others.
    Documents,
    /// Accounting lines on clients.
    Journal,
    /// What a live system holds.
    Pulled,
    /// The client file.
    Clients,
    /// Open orders.
    Orders,
    /// A model of failure, and how it was measured.
    FailureModel,
    /// Quartiles of ratios by sector.
    Quartiles,
    /// Raw answers of public registers.
    Answers,
}

impl Kept {
    /// Every kind.
    pub(crate) const ALL: [Kept; 10] = [
        Kept::Facts,
        Kept::Layers,
        Kept::Documents,
        Kept::Journal,
        Kept::Pulled,
        Kept::Clients,
        Kept::Orders,
        Kept::FailureModel,
        Kept::Quartiles,
        Kept::Answers,
    ];

    /// The folder in which files of this kind lie.
    pub(crate) const fn folder(self) -> &'static str {
        self.place().0
    }

    /// Folder and ending.
    const fn place(self) -> (&'static str, &'static str) {
        match self {
            Kept::Facts => ("facts", "json"),
            Kept::Layers => ("layers", "json"),
            Kept::Documents => ("documents", "json"),
            Kept::Journal => ("journal", "fec"),
            Kept::Pulled => ("pulled", "json"),
            Kept::Clients => ("clients", "json"),
            Kept::Orders => ("orders", "json"),
            Kept::FailureModel => ("failure", "json"),
            Kept::Quartiles => ("quartiles", "json"),
            Kept::Answers => ("answers", "raw"),
        }
    }
}

/// The folder in which a seller's data lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFolder(PathBuf);

/// What lies in it is nobody else's business: names, debts, raw answers of registers.
#[cfg(unix)]
fn keep_to_oneself(path: &Path) -> Result<(), ServicesError> {
    use std::os::unix::fs::PermissionsExt;
    let own = fs::Permissions::from_mode(0o700);
    fs::set_permissions(path, own).map_err(ServicesError::file("keeping the data folder to oneself", path))
}

#[cfg(not(unix))]
fn keep_to_oneself(_: &Path) -> Result<(), ServicesError> {
    Ok(())
}

impl DataFolder {
    /// The folder, made when it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(path: &Path) -> Result<Self, ServicesError> {
        if !path.exists() {
            fs::create_dir_all(path).map_err(ServicesError::file("making the data folder", path))?;
            keep_to_oneself(path)?;
        }
        Ok(Self(path.to_path_buf()))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The database that is used when no other is named.
    pub fn database(&self) -> PathBuf {
        self.0.join("encours.sqlite3")
    }

    /// Refuses an output among the stored files: what lies there is named by its content, or is the database.
    ///
    /// # Errors
    /// [`ServicesError::OutputInStore`].
    pub fn expect_outside(&self, out: &Path) -> Result<(), ServicesError> {
        let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let (Ok(data), Ok(parent)) = (self.0.canonicalize(), parent.canonicalize()) else { return Ok(()) };
        let mut stored = std::iter::once(LEDGER).chain(Kept::ALL.iter().map(|kind| kind.folder()));
        let is_stored = stored.any(|folder| parent.starts_with(data.join(folder)));
        let names = out.file_name().map(std::ffi::OsStr::to_string_lossy).unwrap_or_default();
        let is_database = parent == data && names.starts_with("encours.sqlite3");
        if is_stored || is_database {
            return Err(ServicesError::OutputInStore { out: out.to_path_buf(), folder: self.0.clone() });
        }
        expect_no_input(out, [self.database().as_path()])
    }

    /// Where an erasure is written down while it runs.
    pub(crate) fn erasing(&self) -> PathBuf {
        self.0.join("erasing.json")
    }

    fn ledger(&self, hash: &str) -> PathBuf {
        self.0.join(LEDGER).join(plain(hash))
    }

    /// Where the state of a pull is kept from page to page.
    pub(crate) fn pull_state(&self, source: &str) -> PathBuf {
        self.0.join("pulled").join(format!("{source}.state.json"))
    }

    /// Where it is noted which answer a question to a register had.
    pub(crate) fn asked(&self, key: &str) -> PathBuf {
        self.0.join("answers").join(format!("{key}.json"))
    }

    /// Where the file of this kind and hash lies, for messages too.
    pub(crate) fn place(&self, kind: Kept, hash: &str) -> PathBuf {
        let (folder, ending) = kind.place();
        self.0.join(folder).join(format!("{}.{ending}", plain(hash)))
    }

    /// Writes a ledger where its hash says. One that lies there already is the same and stays.
    ///
    /// # Errors
    /// When the disk refuses, or somebody was erased from it.
    pub fn keep_ledger(&self, snapshot: &Snapshot) -> Result<(), ServicesError> {
        self.expect_not_erased(LEDGER, &snapshot.hash())?;
        let folder = self.ledger(&snapshot.hash());
        write_atomically(&folder.join(INVOICES), &snapshot.invoices)?;
        write_atomically(&folder.join(PAYMENTS), &snapshot.payments)
    }

    /// Reads the ledger of this hash back.
    ///
    /// # Errors
    /// When a file is missing, or its content is not what its name says.
    pub fn read_ledger(&self, hash: &str) -> Result<Snapshot, ServicesError> {
        let hash = &self.found_under(LEDGER, hash)?;
        let folder = self.ledger(hash);
        let snapshot = Snapshot { invoices: read(&folder.join(INVOICES))?, payments: read(&folder.join(PAYMENTS))? };
        expect_hash(&folder, &snapshot.hash(), hash)?;
        Ok(snapshot)
    }

    /// Writes a file where its hash says, and gives the hash. One that lies there already is the same.
    ///
    /// # Errors
    /// When the disk refuses, or somebody was erased from it.
    pub fn keep(&self, kind: Kept, bytes: &[u8]) -> Result<String, ServicesError> {
        let hash = crate::text::sha256(bytes);
        self.expect_not_erased(kind.folder(), &hash)?;
        write_atomically(&self.place(kind, &hash), bytes)?;
        Ok(hash)
    }

    /// As [`DataFolder::keep`], for what is written piece by piece and never in memory as a whole.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) fn keep_written(
        &self,
        kind: Kept,
        write: impl FnOnce(&mut Hashing<'_>) -> std::io::Result<()>,
    ) -> Result<String, ServicesError> {
        let folder = self.0.join(kind.place().0);
        fs::create_dir_all(&folder).map_err(ServicesError::file("making the folder", &folder))?;
        let unfinished = Unfinished::beside(&folder.join("new"));
        let failed = || ServicesError::file("writing", &unfinished.0);
        let mut file = File::create(&unfinished.0).map_err(failed())?;
        let mut out = Hashing { file: &mut file, hasher: Sha256::new() };
        write(&mut out).map_err(failed())?;
        let hash = crate::text::sha256_of(out.hasher);
        file.sync_all().map_err(failed())?;
        self.expect_not_erased(kind.folder(), &hash)?;
        let path = self.place(kind, &hash);
        fs::rename(&unfinished.0, &path).map_err(ServicesError::file("writing", &path))?;
        sync_folder(&folder)?;
        Ok(hash)
    }

    /// Reads the file of this kind and hash back; the caller checks what it says.
    ///
    /// # Errors
    /// When it cannot be read, or its content is not what its name says.
    pub fn read(&self, kind: Kept, hash: &str) -> Result<Arc<[u8]>, ServicesError> {
        let hash = &self.found_under(kind.folder(), hash)?;
        let path = self.place(kind, hash);
        let bytes = read(&path)?;
        expect_hash(&path, &crate::text::sha256(&bytes), hash)?;
        Ok(bytes)
    }

    /// Reads a JSON file of this kind and hash back.
    ///
    /// # Errors
    /// As [`DataFolder::read`], or when it does not hold a `T`.
    pub fn read_json<T: serde::de::DeserializeOwned>(&self, kind: Kept, hash: &str) -> Result<T, ServicesError> {
        serde_json::from_slice(&self.read(kind, hash)?).map_err(|error| {
            let reason = format!("it does not hold what it should: {error}");
            ServicesError::Damaged { path: self.place(kind, hash), reason }
        })
    }
}

/// A file that is written, and the hash of what went into it.
pub(crate) struct Hashing<'f> {
    file: &'f mut File,
    hasher: Sha256,
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// The hash without the name of its method, which no file system likes.
fn plain(hash: &str) -> &str {
    hash.strip_prefix("sha256:").unwrap_or(hash)
}

fn read(path: &Path) -> Result<Arc<[u8]>, ServicesError> {
    fs::read(path).map(Arc::from).map_err(|error| ServicesError::Damaged {
        path: path.to_path_buf(),
        reason: format!("it cannot be read: {error}"),
    })
}

fn expect_hash(path: &Path, found: &str, expected: &str) -> Result<(), ServicesError> {
    if found == expected {
        return Ok(());
    }
    let reason = format!("its content has hash `{found}`, expected `{expected}`");
    Err(ServicesError::Damaged { path: path.to_path_buf(), reason })
}

/// Looks whether there is a folder for a file that a person named: a mistyped one must not be made.
///
/// # Errors
/// When there is none.
pub fn expect_folder_for(path: &Path) -> Result<(), ServicesError> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        None => Ok(()),
        Some(folder) => Err(ServicesError::NoFolder { path: path.to_path_buf(), folder: folder.to_path_buf() }),
    }
}

/// Refuses an output that is one of the files to be read, whatever name or link leads to it: it would be lost. Asked
/// before anything is read.
///
/// # Errors
/// [`ServicesError::OutputIsInput`] with both names.
pub fn expect_no_input<'p>(out: &Path, inputs: impl IntoIterator<Item = &'p Path>) -> Result<(), ServicesError> {
    let Ok(identity) = Identity::of(out) else { return Ok(()) };
    let same = inputs.into_iter().find(|input| Identity::of(input).is_ok_and(|other| identity.is(&other)));
    same.map_or(Ok(()), |input| {
        Err(ServicesError::OutputIsInput { out: out.to_path_buf(), input: input.to_path_buf() })
    })
}

/// What tells a file from every other.
struct Identity {
    path: PathBuf,
    /// Device and number of the file, where the system has such: two names may be one file.
    file: Option<(u64, u64)>,
}

impl Identity {
    fn of(path: &Path) -> std::io::Result<Self> {
        Ok(Self { path: path.canonicalize()?, file: file_number(&fs::metadata(path)?) })
    }

    fn is(&self, other: &Self) -> bool {
        self.path == other.path || (self.file.is_some() && self.file == other.file)
    }
}

#[cfg(unix)]
fn file_number(metadata: &fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn file_number(_: &fs::Metadata) -> Option<(u64, u64)> {
    None
}

/// The largest file that is read: all of it stands in memory.
const LARGEST_INPUT: u64 = 4 << 30;

/// Reads a file that a person named: a regular one of at most 4 GiB, as a device or a pipe may have no end.
///
/// # Errors
/// When it is none, larger, or cannot be read.
pub(crate) fn read_input(doing: &'static str, path: &Path) -> Result<Vec<u8>, ServicesError> {
    expect_regular(doing, path)?;
    fs::read(path).map_err(ServicesError::file(doing, path))
}

/// As [`read_input`], for a caller that reads it in its own way.
///
/// # Errors
/// When it is no regular file, or larger.
pub(crate) fn expect_regular(doing: &'static str, path: &Path) -> Result<(), ServicesError> {
    let metadata = fs::metadata(path).map_err(ServicesError::file(doing, path))?;
    let unfit = |reason| Err(ServicesError::UnfitFile { path: path.to_path_buf(), reason });
    if metadata.is_dir() {
        return unfit("is a folder, expected a file".to_owned());
    }
    if !metadata.is_file() {
        return unfit("is no regular file but a device or a pipe, expected a file".to_owned());
    }
    if metadata.len() > LARGEST_INPUT {
        return unfit(format!("holds {} bytes, allowed are at most {LARGEST_INPUT} (4 GiB)", metadata.len()));
    }
    Ok(())
}

/// Writes a file so that nobody ever sees half of it.
///
/// # Errors
/// When the folder cannot be made or the disk refuses.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), ServicesError> {
    write_atomically_with(path, |file| file.write_all(bytes).map_err(ServicesError::file("writing", path)))
}

/// As [`write_atomically`], the content coming from a function. On any error the old file, if there was one, stays.
///
/// # Errors
/// When the folder cannot be made, the disk refuses, or the function fails.
pub fn write_atomically_with<T>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<T, ServicesError>,
) -> Result<T, ServicesError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(ServicesError::file("making the folder", folder))?;
    let unfinished = Unfinished::beside(path);
    let mut file = File::create(&unfinished.0).map_err(ServicesError::file("writing", path))?;
    let written = write(&mut file)?;
    file.sync_all().map_err(ServicesError::file("writing", path))?;
    fs::rename(&unfinished.0, path).map_err(ServicesError::file("writing", path))?;
    sync_folder(folder)?;
    Ok(written)
}

/// A rename is on the disk only when its folder is, and a new folder only when the one above it is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), ServicesError> {
    for folder in folder.ancestors().take(2).filter(|folder| !folder.as_os_str().is_empty()) {
        let opened = File::open(folder).map_err(ServicesError::file("opening the folder", folder))?;
        opened.sync_all().map_err(ServicesError::file("flushing the folder", folder))?;
    }
    Ok(())
}

/// Elsewhere a folder cannot be opened as a file; the system flushes it in its own time.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), ServicesError> {
    Ok(())
}

/// A temporary name, removed when it was not renamed away.
struct Unfinished(PathBuf);

/// Tells apart files that one process writes at the same time.
static WRITES: AtomicU64 = AtomicU64::new(0);

impl Unfinished {
    fn beside(path: &Path) -> Self {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        let (process, write) = (std::process::id(), WRITES.fetch_add(1, Ordering::Relaxed));
        name.push(format!(".{process}-{write}.unfinished"));
        Self(path.with_file_name(name))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After the rename there is nothing of this name; before it, a left-over harms nobody.
        let _ = fs::remove_file(&self.0);
    }
}
