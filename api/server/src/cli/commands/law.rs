//! `law`: needs no data folder.

use encours_core::CoreError;
use encours_core::policy::{Deadline, LateInterestOwed, LateInvoice, LawTable};
use encours_services::{Moment, ServicesError};
use serde::Serialize;

use crate::cli::args::{LawArgs, LawCommand};
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{give, give_json};

/// Days by which something must be done.
#[derive(Debug, Serialize)]
struct Deadlines {
    /// The last day to go to court.
    prescription: Option<Deadline>,
    /// By when the claim must be declared.
    claim: Option<Deadline>,
    /// By when goods under retention of title must be claimed.
    title: Option<Deadline>,
}

/// The highest French rate since 2014 (art. 278 CGI).
const HIGHEST_VAT_RATE: f64 = 0.20;

/// `encours law`.
pub fn run(args: LawArgs, now: Moment) -> Result<(), Failure> {
    let LawArgs { law, json, command } = args;
    let law = LawTable::shipped_for(law.into()).map_err(|error| ServicesError::from(CoreError::from(error)))?;
    let absent = |what: &str| Failure::Usage(format!("law table {} says nothing of {what}", law.version()));
    match command {
        LawCommand::Interest { amount, due, until, rate, public, opened } => {
            let until = until.unwrap_or(now.today);
            let invoice =
                LateInvoice { amount, due, until, contract_rate: rate, public_buyer: public, opened_on: opened };
            let owed: LateInterestOwed = law.late_interest_owed(&invoice)?;
            if json { give_json(&owed) } else { give(&show::interest(&owed)).map_err(Failure::of_output) }
        }
        LawCommand::Deadlines { due, against, published, abroad } => {
            let found = Deadlines {
                prescription: law.prescription(against.word(), due),
                claim: published.and_then(|day| law.claim_deadline(day, abroad)),
                title: published.and_then(|day| law.title_deadline(day)),
            };
            if found.prescription.is_none() {
                return Err(absent("prescription"));
            }
            if json {
                return give_json(&found);
            }
            let lines = [
                ("last day to go to court", found.prescription),
                ("declare the claim by", found.claim),
                ("claim goods under retention of title by", found.title),
            ];
            let lines = lines.into_iter().filter_map(|(what, day)| day.map(|day| (what, day)));
            let passed = |on| if on < now.today { ", which has passed" } else { "" };
            let told: String =
                lines.map(|(what, day)| format!("{what}: {}{} ({})\n", day.on, passed(day.on), day.article)).collect();
            give(&told).map_err(Failure::of_output)
        }
        LawCommand::Clauses { on, lang } => {
            let clauses = law.clauses(on.unwrap_or(now.today));
            if json { give_json(&clauses) } else { give(&show::clauses(&clauses, lang)).map_err(Failure::of_output) }
        }
        LawCommand::BadDebt { net, vat, lost_on, lang } => {
            // A cent may be lost in rounding.
            let most = net.times(HIGHEST_VAT_RATE).minor() + 1;
            if net.minor() <= 0 || !(0..=most).contains(&vat.minor()) {
                let found = format!("found {net} without VAT and {vat} of VAT");
                return Err(Failure::Usage(format!(
                    "{found}, expected an amount above 0 and VAT of at most a fifth of it"
                )));
            }
            let found = law.bad_debt_wording(net, vat, lost_on.unwrap_or(now.today));
            let (wording, until) = found.ok_or_else(|| absent("VAT on bad debts"))?;
            if json {
                return give_json(&serde_json::json!({"wording": wording, "claim_by": until}));
            }
            let told = format!("{}\n\nto be claimed by {} ({})\n", lang.of(&wording), until.on, until.article);
            give(&told).map_err(Failure::of_output)
        }
    }
}
