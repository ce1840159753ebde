//! Writes the sample portfolio: `cargo run --release -p encours-datasets -- [OUT_DIR]`.
//!
//! Prints the figures of the card, so that `README.md` can be brought up to date.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use encours_datasets::{SAMPLE_AS_OF_DATE, SEED, generate, measure, render};

/// Where the committed files lie.
const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample");

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let out = match arguments.as_slice() {
        [] => PathBuf::from(COMMITTED),
        [out] => out.clone(),
        _ => {
            eprintln!("expected one argument, the folder to write to");
            return ExitCode::from(2);
        }
    };
    match write(&out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn write(out: &Path) -> Result<(), String> {
    let portfolio = generate(SEED);
    let files = render(&portfolio).map_err(|error| format!("{error}: {}", error.source))?;
    let refused = |error| format!("could not write to `{}`: {error}", out.display());
    std::fs::create_dir_all(out).map_err(refused)?;
    for file in files {
        std::fs::write(out.join(file.name), &file.bytes).map_err(refused)?;
        eprintln!("{:>9} bytes  {}", file.bytes.len(), out.join(file.name).display());
    }
    println!("{}", measure(&portfolio, SAMPLE_AS_OF_DATE));
    Ok(())
}
