//! `import`, `ledger export`, `companies import`.

use encours_services::{CompaniesReport, ImportOptions, ImportReport, Moment, Services};

use super::{read_files, read_map};
use crate::cli::args::{CompaniesCommand, ImportArgs, LedgerCommand};
use crate::cli::failure::Failure;
use crate::cli::terminal::{counted, patiently, say, say_faults};

/// `encours import`.
pub async fn ledger(services: &Services, args: ImportArgs, now: Moment) -> Result<(), Failure> {
    let ImportArgs { files, format, map, accept_partial } = args;
    let (files, map) = (read_files(&files)?, read_map(map.as_deref())?);
    let options = ImportOptions { format: format.into(), map, accept_partial };
    let report = patiently("importing", services.import(files, options, now)).await?;
    say_faults(&report.refused);
    say(imported(&report));
    Ok(())
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

/// `encours companies`.
pub async fn companies(services: &Services, command: CompaniesCommand, now: Moment) -> Result<(), Failure> {
    let CompaniesCommand::Import { files, accept_partial } = command;
    let files = read_files(&files)?;
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
