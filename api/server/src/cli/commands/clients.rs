//! `clients` and `orders`.

use encours_services::{BookReport, EraseRequest, ErasureReport, Expired, MapFile, Moment, Services};

use super::{read_files, read_map};
use crate::cli::args::{BesideArgs, ClientsCommand, OrdersCommand};
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{counted, give, give_json, patiently, say, say_faults};

/// Ids that are named before the rest is counted.
const NAMED: usize = 5;

/// `encours clients`.
pub async fn run(services: &Services, command: ClientsCommand, now: Moment) -> Result<(), Failure> {
    match command {
        ClientsCommand::Import(args) => {
            let (files, map, accept_partial) = input(args)?;
            let report = patiently("importing", services.import_clients(files, map, accept_partial, now)).await?;
            tell(&report, "client", "clients");
        }
        ClientsCommand::Duplicates { json } => {
            let duplicates = services.likely_duplicates().await?;
            if json {
                return give_json(&duplicates);
            }
            if duplicates.is_empty() {
                say("no two accounts of the client file look like one company");
            }
            give(&show::duplicates(&duplicates)).map_err(Failure::of_output)?;
        }
        ClientsCommand::Match { accept, forget, json } if accept.is_empty() && forget.is_empty() => {
            let matches = services.propose_client_matches().await?;
            if json {
                return give_json(&matches);
            }
            let open = matches.iter().filter(|one| one.proposals.is_empty()).count();
            let (all, open) = (count(matches.len()), count(open));
            say(format_args!(
                "{} without a number; no company at hand is like {open} of them",
                counted(all, "client", "clients")
            ));
            give(&show::client_matches(&matches)).map_err(Failure::of_output)?;
        }
        ClientsCommand::Match { accept, forget, json: _ } => {
            let said = counted(count(accept.len()), "client has its number", "clients have their numbers");
            let taken_back = counted(count(forget.len()), "number taken back", "numbers taken back");
            patiently("matching", services.settle_client_matches(accept, forget, now)).await?;
            say(format_args!("{said}, {taken_back}"));
        }
        ClientsCommand::Erase { who, basis, is_person, json } => {
            let request = EraseRequest { who, basis: basis.into(), is_person };
            let report = patiently("erasing", services.erase(request, now)).await?;
            if json {
                return give_json(&report);
            }
            tell_erased(&report);
        }
        ClientsCommand::Expired { on, json } => {
            let expired = services.expired(on.unwrap_or(now.today)).await?;
            if json {
                return give_json(&expired);
            }
            if expired.is_empty() {
                say("nobody: of every natural person something is still needed, or the policy sets no period");
            }
            let line = |one: &Expired| format!("{}: last seen {}, not needed since {}\n", one.who, one.last, one.since);
            give(&expired.iter().map(line).collect::<String>()).map_err(Failure::of_output)?;
        }
        ClientsCommand::Join { main, others } => {
            let joined = counted(count(others.len()), "account", "accounts");
            let words = format!("{joined} joined to {main}");
            patiently("joining", services.join_clients(main, others, now)).await?;
            say(words);
        }
        ClientsCommand::Separate { accounts } => {
            patiently("separating", services.separate_clients(accounts, now)).await?;
            say("the accounts stand for themselves again");
        }
    }
    Ok(())
}

fn tell_erased(report: &ErasureReport) {
    let invoices = counted(count(report.invoices), "invoice stays", "invoices stay");
    say(format_args!("erased; {invoices} as `{}`, without anything that tells who it was", report.token));
    let gone = [
        counted(count(report.answers), "answer", "answers"),
        counted(count(report.decisions), "decision", "decisions"),
        counted(count(report.links), "document of the audit chain", "documents of the audit chain"),
        counted(count(report.files), "file rewritten", "files rewritten"),
    ];
    say(format_args!("gone: {}", gone.join(", ")));
    if !report.mentions.is_empty() {
        say(format_args!("named still in what was written about others: {}", report.mentions.join(", ")));
    }
    say(
        "what backups, exports and the systems that invoices come from hold is not touched: erase it there too, or the next \
        import brings it back, and its invoices count twice",
    );
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// `encours orders`.
pub async fn orders(services: &Services, command: OrdersCommand, now: Moment) -> Result<(), Failure> {
    let OrdersCommand::Import(args) = command;
    let (files, map, accept_partial) = input(args)?;
    let report = patiently("importing", services.import_orders(files, map, accept_partial, now)).await?;
    tell(&report, "open order", "open orders");
    Ok(())
}

type Input = (Vec<encours_services::InputFile>, Option<MapFile>, bool);

fn input(args: BesideArgs) -> Result<Input, Failure> {
    let BesideArgs { files, map, accept_partial } = args;
    Ok((read_files(&files)?, read_map(map.as_deref())?, accept_partial))
}

fn tell(report: &BookReport, one: &str, many: &str) {
    say_faults(&report.refused);
    let strangers = &report.strangers;
    if !strangers.is_empty() {
        let named = strangers.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more =
            if strangers.len() > NAMED { format!(" and {} more", strangers.len() - NAMED) } else { String::new() };
        say(format_args!("note: without an invoice in the ledger: {named}{more}"));
    }
    if !report.duplicates.is_empty() {
        let count = counted(count(report.duplicates.len()), "company", "companies");
        say(format_args!("note: {count} may stand under several accounts; see `encours clients duplicates`"));
    }
    let news = if report.unchanged { "nothing new, " } else { "" };
    let read = counted(report.rows, "row read", "rows read");
    say(format_args!("{read}; {news}{} known", counted(report.known, one, many)));
}
