//! `db`.

use encours_services::{BackupReport, Moment, Services};

use crate::cli::args::DatabaseCommand;
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{give, patiently, say};
use crate::words::Lang;

/// `encours db`.
pub async fn run(services: &Services, command: DatabaseCommand, now: Moment) -> Result<(), Failure> {
    match command {
        DatabaseCommand::Migrate => {
            let found = services.check_store().await?;
            give(&format!("{} of the form {}\n", found.database, found.form)).map_err(Failure::of_output)
        }
        DatabaseCommand::Check => {
            let found = patiently("checking", services.check_store()).await?;
            if found.faults.is_empty() {
                let text = format!("{} of the form {}, sound in itself\n", found.database, found.form);
                return give(&text).map_err(Failure::of_output);
            }
            give(&format!("{}\n", found.faults.join("\n"))).map_err(Failure::of_output)?;
            Err(Failure::StoreDamaged)
        }
        DatabaseCommand::Backup { folder } => {
            let report = patiently("writing", services.back_up(folder, now)).await?;
            say(format_args!("written: {}", counted(&report)));
            Ok(())
        }
        DatabaseCommand::Restore { folder } => {
            let report = patiently("restoring", services.restore(folder)).await?;
            let found = patiently("verifying", services.verify_audit(None)).await?;
            if !found.is_sound() {
                give(&show::audit(&found)).map_err(Failure::of_output)?;
                return Err(Failure::ChainBroken);
            }
            say(format_args!("restored: {}; the audit chain holds", counted(&report)));
            Ok(())
        }
    }
}

fn counted(report: &BackupReport) -> String {
    let BackupReport { rows, files, bytes } = *report;
    let [rows, files, kib] = [rows, files, bytes.div_ceil(1024)].map(|count| Lang::En.count(count));
    format!("{rows} rows, {files} files, {kib} KiB")
}
