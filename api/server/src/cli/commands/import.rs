//! `import`, `ledger export`, `companies import`.

use std::path::PathBuf;

use encours_domain::reader::format::{FORMATS, File, TABLE_SECTIONS};
use encours_domain::reader::suggest_map;
use encours_services::{
    BulkFile, BulkOptions, CompaniesReport, ImportOptions, ImportReport, Moment, Reading, Services,
};

use super::{read_files, read_map};
use crate::cli::args::{ImportArgs, LedgerCommand};
use crate::cli::company_args::ImportFactsArgs;
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{counted, give, give_json, patiently, say, say_faults};

/// `encours import`.
pub async fn ledger(services: &Services, args: ImportArgs, now: Moment) -> Result<(), Failure> {
    let ImportArgs { files, format, map, accept_partial, suggest_map: _, json } = args;
    let (files, map) = (read_files(&files)?, read_map(map.as_deref())?);
    let reading = Reading { format, map, ..Reading::default() };
    let options = ImportOptions { reading, accept_partial };
    let report = patiently("importing", services.import(files, options, now)).await?;
    say_faults(&report.refused);
    if let Some(reconciliation) = &report.reconciliation {
        say(show::reconciliation(reconciliation));
    }
    say(imported(&report));
    if json { give_json(&report) } else { Ok(()) }
}

/// `encours import --suggest-map`.
pub fn suggest(args: ImportArgs) -> Result<(), Failure> {
    let files = read_files(&args.files)?;
    let [file] = files.as_slice() else {
        return Err(Failure::Usage(format!("found {} files, `--suggest-map` looks at one", files.len())));
    };
    let looked_at = File { name: &file.name, bytes: &file.bytes };
    let known = FORMATS.iter().find(|format| (format.looks_like)(looked_at));
    if let Some(format) = known.filter(|format| format.sections != TABLE_SECTIONS) {
        let (name, format) = (&file.name, format.name);
        return Err(Failure::Usage(format!("`{name}` is no table and needs no map: `import` reads it as `{format}`")));
    }
    let suggestion = suggest_map(looked_at);
    say_faults(&suggestion.report);
    if suggestion.table.is_none() && !suggestion.report.is_clean() {
        return Err(Failure::Usage(format!(
            "`{}` cannot be read as a table, so there is no map to suggest",
            file.name
        )));
    }
    say(show::suggestion(&suggestion));
    give(&suggestion.map).map_err(Failure::of_output)
}

/// What an import did, in a sentence or two.
pub fn imported(report: &ImportReport) -> String {
    let read = counted(report.rows, "row read", "rows read");
    let refused = match report.refused.faults.len() {
        0 => String::new(),
        faults => {
            let faults = counted(u64::try_from(faults).unwrap_or(u64::MAX), "fault", "faults");
            format!(", those with {faults} left out")
        }
    };
    let holds = format!(
        "the ledger holds {} and {} of {}",
        counted(report.invoices, "invoice", "invoices"),
        counted(report.payments, "payment", "payments"),
        counted(report.clients, "client", "clients"),
    );
    let news = if report.unchanged { "nothing new, " } else { "" };
    format!("{read}{refused}; {news}{holds}")
}

/// Notes that are told; more of them help nobody.
const MOST_NOTES: usize = 20;

/// `encours companies import`.
pub async fn companies(services: &Services, args: ImportFactsArgs, now: Moment) -> Result<(), Failure> {
    let ImportFactsArgs { files, accept_partial, complete, fetched_on } = args;
    let (mut bulk, mut facts): (Vec<BulkFile>, Vec<PathBuf>) = (Vec::new(), Vec::new());
    for path in files {
        let found = if path.is_file() { BulkFile::look(&path)? } else { None };
        match found {
            Some(file) => bulk.push(file),
            None => facts.push(path),
        }
    }
    if !bulk.is_empty() {
        let options = BulkOptions { complete, fetched_on };
        let report = patiently("reading whole registers", services.import_bulk(bulk, options, now)).await?;
        for note in report.notes.iter().take(MOST_NOTES) {
            say(format_args!("note: {note}"));
        }
        let (rows, of) = (counted(report.rows, "row", "rows"), counted(report.looked_for, "company", "companies"));
        say(format_args!("{rows} about {of} of the book"));
        say(companies_imported(&report.companies));
        if facts.is_empty() {
            return Ok(());
        }
    }
    let files = read_files(&facts)?;
    let report = patiently("importing", services.import_companies(files, accept_partial, now)).await?;
    say_faults(&report.refused);
    say(companies_imported(&report));
    Ok(())
}

/// What an import of facts did, in a sentence.
pub fn companies_imported(report: &CompaniesReport) -> String {
    let news = if report.unchanged { "nothing new, " } else { "" };
    format!(
        "{}; {news}{} known of {}",
        counted(report.rows, "row read", "rows read"),
        counted(report.facts, "fact", "facts"),
        counted(report.companies, "company", "companies"),
    )
}

/// `encours ledger`.
pub async fn export(services: &Services, command: LedgerCommand) -> Result<(), Failure> {
    let LedgerCommand::Export { out } = command;
    let report = patiently("writing", services.export_ledger(&out)).await?;
    say(format_args!("wrote {} and {}", report.invoices.display(), report.payments.display()));
    Ok(())
}
