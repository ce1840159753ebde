//! The committed files: made by this generator, small, and as the card says.

use std::path::{Path, PathBuf};

use encours_datasets::{SAMPLE_AS_OF_DATE, SEED, generate, measure, render, sample};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn committed_files_equal_a_fresh_generation() {
    let files = render(&generate(SEED)).expect("the portfolio fits its tables");
    let committed = [sample::INVOICES, sample::PAYMENTS, sample::COMPANIES, sample::REGISTER];
    for (file, committed) in files.iter().zip(committed) {
        assert!(
            file.bytes == committed,
            "`sample/{}` is out of date; run `cargo run --release -p encours-datasets`",
            file.name
        );
    }
}

#[test]
fn another_seed_gives_another_portfolio() {
    assert_ne!(generate(SEED), generate(SEED + 1));
}

#[test]
fn the_binary_writes_the_same_files() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sample");
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_encours-datasets")).arg(&out).output();
    let run = run.expect("the binary runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let written = |name: &str| std::fs::read(out.join(name)).expect("the file is written");
    assert!(written("invoices.parquet") == sample::INVOICES);
    assert!(written("payments.parquet") == sample::PAYMENTS);
    assert!(written("companies.csv") == sample::COMPANIES);
    assert!(written("register.csv") == sample::REGISTER);
}

#[test]
fn all_files_together_stay_below_two_megabytes() {
    let files = [sample::INVOICES, sample::PAYMENTS, sample::COMPANIES, sample::REGISTER];
    let total: usize = files.iter().map(|file| file.len()).sum();
    assert!(total < 2_000_000, "{total} bytes");
}

#[test]
fn the_card_prints_what_is_measured() {
    let measured = measure(&generate(SEED), SAMPLE_AS_OF_DATE).to_string();
    let card = read(&here("README.md"));
    for line in measured.lines().filter(|line| !line.is_empty()) {
        assert!(card.contains(line), "`README.md` lacks the line\n{line}");
    }
}

#[test]
fn the_measures_lie_where_published_figures_do() {
    let measured = measure(&generate(SEED), SAMPLE_AS_OF_DATE);
    let delays = measured.delays;
    assert_eq!(measured.clients, 400);
    assert!((25_000..=35_000).contains(&measured.invoices), "{}", measured.invoices);
    assert!((30..=42).contains(&measured.failures), "{}", measured.failures);
    assert!((0.45..=0.53).contains(&delays.on_time), "{delays:?}");
    assert!((11.0..=15.0).contains(&delays.mean_days), "{delays:?}");
    assert!((0.06..=0.09).contains(&delays.beyond_30), "{delays:?}");
}

#[test]
fn slow_sectors_are_slow() {
    use encours_datasets::Sector;
    let measured = measure(&generate(SEED), SAMPLE_AS_OF_DATE);
    let mean = |wanted: Sector| {
        let found = measured.by_sector.iter().find(|(sector, _)| *sector == wanted);
        found.map_or(f64::NAN, |(_, delays)| delays.mean_days)
    };
    let (all, building) = (measured.delays.mean_days, mean(Sector::Construction));
    assert!(building < 0.9 * all, "construction {building}, all {all}");
    for slow in [Sector::PropertyDevelopment, Sector::Agencies, Sector::Hairdressing] {
        assert!(mean(slow) > 1.3 * all, "{slow:?} {}, all {all}", mean(slow));
    }
}
