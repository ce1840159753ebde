//! `decisions`, `limits` and `audit`.

use encours_services::store::AuditHead;
use encours_services::{ClientLimit, Deed, LimitConfirmation, Moment, NewLimit, NewRuling, Services};

use crate::answer::Answer;
use crate::cli::args::{AuditCommand, DeciderArgs, DecisionsCommand, FinalVerdict, LimitsCommand};
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{give, give_json, patiently, say};
use crate::explain::explanation;

/// `encours decisions`.
pub async fn run(services: &Services, command: DecisionsCommand, now: Moment) -> Result<(), Failure> {
    let (assessment, deed, decider) = match command {
        DecisionsCommand::Take { id, verdict, conditions, decider } => {
            (id, Deed::Decide { verdict: word(verdict).to_owned(), conditions }, decider)
        }
        DecisionsCommand::Hold { id, owner, until, conditions, decider } => {
            (id, Deed::Hold { owner, deadline: until, conditions }, decider)
        }
        DecisionsCommand::Confirm { id, decider } => (id, Deed::Confirm, decider),
        DecisionsCommand::Show { id, json } => {
            let found = services.rulings(&id, now).await?;
            return if json { give_json(&found) } else { give(&show::rulings(&found)).map_err(Failure::of_output) };
        }
        DecisionsCommand::Explain { id, lang } => {
            let answer = Answer::read(&services.assessment(&id).await?.json).map_err(Failure::Document)?;
            let rulings = services.rulings(&id, now).await?;
            return give(&explanation(&answer, &rulings, lang)).map_err(Failure::of_output);
        }
        DecisionsCommand::Waiting { json } => {
            let found = services.waiting(now).await?;
            if json {
                return give_json(&found);
            }
            if found.is_empty() {
                say("nothing waits for anybody");
            }
            return give(&show::waiting(&found)).map_err(Failure::of_output);
        }
    };
    let DeciderArgs { reason, by, role } = decider;
    let found = services.rule(NewRuling { assessment, deed, reason, by, role }, now).await?;
    give(&show::rulings(&found)).map_err(Failure::of_output)
}

const fn word(verdict: FinalVerdict) -> &'static str {
    match verdict {
        FinalVerdict::Approve => "approve",
        FinalVerdict::ApproveWithConditions => "approve_with_conditions",
        FinalVerdict::Decline => "decline",
    }
}

/// `encours limits`.
pub async fn limits(services: &Services, command: LimitsCommand, now: Moment) -> Result<(), Failure> {
    let new = match command {
        LimitsCommand::Set { client, amount, until, reason, by, role } => {
            NewLimit { client, amount: Some(amount), until, reason, by, role }
        }
        LimitsCommand::Lift { client, reason, by, role } => {
            NewLimit { client, amount: None, until: None, reason, by, role }
        }
        LimitsCommand::Confirm { client, by, role } => {
            let limit = services.confirm_limit(LimitConfirmation { client, by, role }, now).await?;
            tell_limit(&limit);
            return Ok(());
        }
        LimitsCommand::List { client, json } => {
            let found = services.limits(client.as_deref()).await?;
            if json {
                return give_json(&found);
            }
            if found.is_empty() {
                say("nobody has set a limit");
                return Ok(());
            }
            return give(&show::limits(&found)).map_err(Failure::of_output);
        }
    };
    tell_limit(&services.set_limit(new, now).await?);
    Ok(())
}

fn tell_limit(limit: &ClientLimit) {
    let until = limit.until.map_or_else(String::new, |until| format!(" up to and including {until}"));
    let waits = if limit.needs_second { "; it holds once a second person confirms it" } else { "" };
    match &limit.amount {
        Some(amount) => say(format_args!("limit of {}: {amount} {}{until}{waits}", limit.client, limit.currency)),
        None if limit.needs_second => {
            say(format_args!(
                "limit of {}: what was set holds until a second person confirms that it goes",
                limit.client
            ));
        }
        None => say(format_args!("limit of {}: the engine's own figure holds again", limit.client)),
    }
}

/// `encours audit`.
pub async fn audit(services: &Services, command: AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::Verify { head, json } => {
            let head = head.as_deref().map(noted).transpose()?;
            let found = patiently("walking the chain", services.verify_audit(head.as_ref())).await?;
            if json {
                give_json(&found)?;
            } else {
                give(&show::audit(&found)).map_err(Failure::of_output)?;
            }
            if found.is_sound() { Ok(()) } else { Err(Failure::ChainBroken) }
        }
        AuditCommand::Export { out } => {
            let done = patiently("writing the chain", services.export_audit(&out)).await?;
            say(format_args!("{} links written to {}", done.links, done.out.display()));
            Ok(())
        }
        AuditCommand::Log { last } => {
            let links = services.audit(None, last).await?;
            give(&show::audit_log(&links)).map_err(Failure::of_output)
        }
    }
}

fn noted(words: &[String]) -> Result<AuditHead, Failure> {
    let wrong = || {
        Failure::Usage("--head: expected the number of links and the hash, as `audit verify` prints them".to_owned())
    };
    let [links, hash] = words else { return Err(wrong()) };
    Ok(AuditHead { links: links.parse().map_err(|_| wrong())?, hash: hash.clone() })
}
