//! What a person reads of imports: the books held against their balance, a file's columns, accounts of one company.

use comfy_table::{Cell, CellAlignment};
use encours_core::policy::words::amount;
use encours_domain::Money;
use encours_domain::accounting::{Item, Reconciliation};
use encours_domain::client::{Duplicate, DuplicateEvidence};
use encours_domain::reader::Suggestion;
use encours_services::ClientMatch;

use super::{plain_table, printed, wrapped};

/// The books held against their own balances, all clients together.
pub fn reconciliation(reconciliation: &Reconciliation) -> String {
    let total = &reconciliation.total;
    let currency = reconciliation.currency;
    let money = |minor: i128| match i64::try_from(minor) {
        Ok(minor) => amount(Money::from_minor(minor, currency)).en,
        Err(_) => minor.to_string(),
    };
    let mut table = plain_table();
    let mut row = |label: &str, minor: i128| {
        table.add_row(vec![Cell::new(label), Cell::new(money(minor)).set_alignment(CellAlignment::Right)]);
    };
    for item in Item::ALL {
        let sum = total.sums.of(*item);
        if sum != 0 || matches!(item, Item::Opening | Item::Invoiced | Item::Paid | Item::Unexplained) {
            row(item_label(*item), sum);
        }
    }
    row("= Closing", total.sums.closing());
    row(&format!("Balance of {} in the file", accounts(&reconciliation.accounts)), total.file_balance);
    row("Difference", total.difference());
    for (label, minor) in [
        ("Bills receivable (413)", total.bills),
        ("Doubtful claims (416)", total.doubtful),
        ("Bills with the bank, not yet paid", total.outside),
        ("Open invoices in the ledger", total.open_invoices),
        ("Credits that no invoice was found for", total.unallocated_credits),
        ("Debits that are no invoice", total.unplaced_debits),
        ("Deposits received, not yet set off (4191)", total.deposits_held),
    ] {
        if minor != 0 {
            row(label, minor);
        }
    }
    format!("The books, held against their own balance\n{}", printed(&table).trim_end())
}

fn accounts(accounts: &[String]) -> String {
    match accounts {
        [] => "no account".to_owned(),
        [one] => one.clone(),
        [first, .., last] => format!("{first} to {last}"),
    }
}

fn item_label(item: Item) -> &'static str {
    match item {
        Item::Opening => "Opening",
        Item::Invoiced => "+ invoiced",
        Item::DepositsInvoiced => "+ deposits asked for",
        Item::Credited => "− credited",
        Item::Paid => "− paid",
        Item::Rejected => "+ payments that came back",
        Item::Refunded => "+ refunded",
        Item::SetOff => "− set off",
        Item::DepositsSetOff => "− deposits set off",
        Item::Discounts => "− discounts for early payment",
        Item::WrittenOff => "− written off",
        Item::Rounding => "± rounding",
        Item::Exchange => "± exchange",
        Item::MovedToBills => "− moved to bills, or back",
        Item::MovedToFactor => "− moved to the factor, or back",
        Item::MovedToDoubtful => "− moved to doubtful, or back",
        Item::Transferred => "± between clients",
        Item::OpeningDifference => "± opening entries beyond the evening before",
        Item::Unexplained => "± unexplained",
    }
}

/// What the columns of a file seem to be.
pub fn suggestion(suggestion: &Suggestion) -> String {
    let mut text = match suggestion.table {
        Some(table) => format!("{} seems to be a table of {}", suggestion.file, table.code()),
        None => format!("{}: no column of ours was recognised", suggestion.file),
    };
    if let Some(sheet) = &suggestion.sheet {
        text.push_str(&format!(", sheet “{sheet}”"));
    }
    if let Some(line) = suggestion.header_line {
        text.push_str(&format!(", columns named on line {line}"));
    }
    let mut table = plain_table();
    table.set_header(vec!["Column", "Seems to be", "Sure", "Because"]);
    for guess in &suggestion.columns {
        let (ours, sure) = match guess.ours {
            Some(field) => (field.name().to_owned(), format!("{}%", guess.confidence)),
            None => (String::new(), String::new()),
        };
        let because: Vec<&str> = guess.evidence.iter().map(|evidence| evidence.en.as_str()).collect();
        table.add_row(vec![guess.column.clone(), ours, sure, because.join("; ")]);
    }
    text.push_str(&format!("\n{}", printed(&table)));
    if !suggestion.missing.is_empty() {
        let missing: Vec<&str> = suggestion.missing.iter().map(|field| field.name()).collect();
        text.push_str(&format!("Not found: {}\n", missing.join(", ")));
    }
    for question in &suggestion.questions {
        text.push_str(&format!("{}\n", wrapped(&format!("? {}", question.en), 2)));
    }
    text.push_str(&format!("Rows that the map below reads: {}", suggestion.read));
    text
}

/// Accounts that look like one company, on a line each.
pub fn duplicates(duplicates: &[Duplicate]) -> String {
    let mut table = plain_table();
    for duplicate in duplicates {
        let because = match duplicate.evidence {
            DuplicateEvidence::SameSiren => "same SIREN",
            DuplicateEvidence::SameVatNumber => "same VAT number",
            DuplicateEvidence::SameNameAndPostcode => "same name and postcode",
        };
        table.add_row(vec![duplicate.client_ids.join(", "), because.to_owned(), duplicate.common.clone()]);
    }
    printed(&table)
}

/// Clients without a number and the companies that may be they, the likeliest first.
pub fn client_matches(matches: &[ClientMatch]) -> String {
    let mut table = plain_table();
    table.set_header(vec!["Client", "May be", "Rank", "Because"]);
    for one in matches {
        for proposal in &one.proposals {
            let client = if one.name == one.client_id {
                one.client_id.clone()
            } else {
                format!("{}, {}", one.client_id, one.name)
            };
            let evidence = proposal.evidence.says.en.clone();
            table.add_row(vec![client, proposal.siren.to_string(), proposal.score.to_string(), evidence]);
        }
    }
    printed(&table)
}
