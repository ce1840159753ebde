//! Policies: checked, rehearsed, put in force, replayed.

use encours_core::policy::Policy;
use encours_domain::ErrorClass;
use encours_services::{
    Asked, AssessRequest, PolicyBacktestOptions, PolicyChoice, PolicyState, Services, ServicesError,
};
use sea_orm::ConnectionTrait;

use crate::support::{Desk, day, now, raw};

/// The shipped policy with some texts replaced.
fn changed(changes: &[(&str, &str)]) -> PolicyChoice {
    let text = changes.iter().fold(Policy::DEFAULT_TEXT.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    PolicyChoice::Text(text)
}

fn stricter() -> PolicyChoice {
    changed(&[
        ("version = \"2026-11-6\"", "version = \"stricter\""),
        ("loss_cap_share = 0.01 ", "loss_cap_share = 0.0 "),
    ])
}

fn request() -> AssessRequest {
    let as_of = Some(day("2026-05-31"));
    AssessRequest { store: true, as_of, ..AssessRequest::new(Asked::Client("C-0012".to_owned()), "2000") }
}

async fn state(services: &Services, version: &str) -> PolicyState {
    let policies = services.policies(now()).await.unwrap();
    policies.into_iter().find(|one| one.text.version == version).unwrap().state
}

#[tokio::test]
async fn a_changed_text_needs_a_version_of_its_own_and_who_brings_it_is_not_who_confirms() {
    let desk = Desk::with_sample().await;
    let same = changed(&[("loss_cap_share = 0.01 ", "loss_cap_share = 0.02 ")]);
    let error = desk.services.rehearse_policy(&same, None, now()).await.unwrap_err();
    assert!(error.to_string().contains("give a changed text a version of its own"), "{error}");
    let two = changed(&[
        ("version = \"2026-11-6\"", "version = \"two\""),
        ("[policies]\nsecond_person = false", "[policies]\nsecond_person = true"),
    ]);
    desk.services.rehearse_policy(&two, None, now()).await.unwrap();
    desk.services.activate_policy(&two, Some("Ada"), now()).await.unwrap();
    let ada = desk.services.acting_as("Ada");
    ada.rehearse_policy(&stricter(), None, now()).await.unwrap();
    let alone = ada.activate_policy(&stricter(), Some("Ada"), now()).await.unwrap_err();
    assert_eq!(alone.class(), ErrorClass::Forbidden);
    ada.activate_policy(&stricter(), Some("Grace"), now()).await.unwrap();
    assert!(desk.services.verify_audit(None).await.unwrap().is_sound());
}

#[tokio::test]
async fn a_policy_is_rehearsed_then_holds_and_old_answers_keep_theirs() {
    let desk = Desk::with_sample().await;
    let before = desk.services.assess(request(), now()).await.unwrap();
    let refused = desk.services.activate_policy(&stricter(), Some("Ada"), now()).await.unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("policy_not_rehearsed", ErrorClass::Conflict));
    assert_eq!(state(&desk.services, "stricter").await, PolicyState::Candidate);
    assert_eq!(state(&desk.services, "2026-11-6").await, PolicyState::Active);

    let found = desk.services.rehearse_policy(&stricter(), Some(day("2026-05-31")), now()).await.unwrap();
    assert_eq!((found.before.as_str(), found.after.as_str()), ("2026-11-6", "stricter"));
    let in_cells: u64 = found.verdicts.iter().map(|cell| cell.clients).sum();
    let orders: i64 = found.verdicts.iter().map(|cell| cell.orders.minor()).sum();
    assert_eq!((in_cells, orders), (found.clients, found.orders.minor()));
    // No loss at all is accepted: nothing on credit can pass.
    assert!(found.verdicts.iter().all(|cell| !cell.after.is_approval()), "{:?}", found.verdicts);
    let verdicts_moved: u64 =
        found.verdicts.iter().filter(|cell| cell.before != cell.after).map(|cell| cell.clients).sum();
    let listed = found.moves.iter().filter(|one| one.before.verdict != one.after.verdict).count();
    assert_eq!(u64::try_from(listed).unwrap(), verdicts_moved);

    desk.services.activate_policy(&stricter(), Some("Ada"), now()).await.unwrap();
    assert_eq!(state(&desk.services, "stricter").await, PolicyState::Active);
    assert_eq!(state(&desk.services, "2026-11-6").await, PolicyState::Retired);
    let after = desk.services.assess(request(), now()).await.unwrap();
    assert_ne!(before.id(), after.id());
    assert!(after.made_with.policy.starts_with("stricter sha256:"), "{}", after.made_with.policy);
    // Another program sees it too, and both answers replay, each under its own policy.
    let reopened = desk.reopened().await;
    for id in [before.id(), after.id()] {
        let replay = reopened.replay(id).await.unwrap();
        assert!(replay.equal, "{:?}", replay.differences);
    }
    // Back again, by its version: it must be rehearsed against the one that now holds.
    let back = PolicyChoice::Kept("2026-11-6".to_owned());
    assert_eq!(desk.services.activate_policy(&back, None, now()).await.unwrap_err().code(), "policy_not_rehearsed");
    desk.services.rehearse_policy(&back, None, now()).await.unwrap();
    desk.services.activate_policy(&back, None, now()).await.unwrap();
    assert_eq!(desk.services.assess(request(), now()).await.unwrap().id(), before.id());
    assert!(desk.services.verify_audit(None).await.unwrap().is_sound());
}

#[tokio::test]
async fn a_second_person_where_the_policy_in_force_asks_for_one() {
    let desk = Desk::new().await;
    let careful = changed(&[
        ("version = \"2026-11-6\"", "version = \"careful\""),
        ("[policies]\nsecond_person = false", "[policies]\nsecond_person = true"),
    ]);
    // There is no ledger, and so nobody who would move.
    desk.services.acting_as("Ada").activate_policy(&careful, Some("Ada"), now()).await.unwrap();
    desk.services.acting_as("Ada").add_policy(&text_of(stricter()), now()).await.unwrap();
    for (by, passes) in [(None, false), (Some("ada"), false), (Some("Grace"), true)] {
        let done = desk.services.activate_policy(&PolicyChoice::Kept("stricter".to_owned()), by, now()).await;
        assert_eq!(done.is_ok(), passes, "{by:?}");
    }
}

fn text_of(choice: PolicyChoice) -> String {
    match choice {
        PolicyChoice::Text(text) | PolicyChoice::Kept(text) => text,
    }
}

/// What is wrong with a file never touches what is in force.
#[tokio::test]
async fn a_bad_file_is_refused_and_the_active_policy_stays() {
    let desk = Desk::new().await;
    for bad in ["", "version = ", "version = \"x\"\n"] {
        let error = desk.services.activate_policy(&PolicyChoice::Text(bad.to_owned()), None, now()).await.unwrap_err();
        assert_eq!(error.class(), ErrorClass::InvalidInput, "{error}");
    }
    let unknown = PolicyChoice::Kept("nobody".to_owned());
    assert_eq!(desk.services.activate_policy(&unknown, None, now()).await.unwrap_err().class(), ErrorClass::NotFound);
    let policies = desk.services.policies(now()).await.unwrap();
    assert_eq!(policies.len(), 1);
    assert_eq!(policies[0].state, PolicyState::Active);
}

/// After an update that asks for more than the kept policy says, the way out is open.
#[tokio::test]
async fn a_policy_that_this_version_cannot_read_is_named_and_can_be_replaced() {
    let desk = Desk::with_sample().await;
    let before = desk.services.assess(request(), now()).await.unwrap();
    desk.services.rehearse_policy(&stricter(), None, now()).await.unwrap();
    let info = desk.services.activate_policy(&stricter(), None, now()).await.unwrap();
    let raw = raw(&desk).await;
    let older =
        format!("UPDATE rule_texts SET body = replace(body, 'handling_share', 'x') WHERE hash = '{}'", info.text.hash);
    raw.execute_unprepared(&older).await.unwrap();
    let reopened = desk.reopened().await;
    let error = reopened.assess(request(), now()).await.unwrap_err();
    assert_eq!(error.code(), "stored_rules");
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("handling_share"));
    let back = PolicyChoice::Kept("2026-11-6".to_owned());
    reopened.activate_policy(&back, None, now()).await.unwrap();
    assert_eq!(reopened.assess(request(), now()).await.unwrap().id(), before.id());
}

#[tokio::test]
async fn the_past_in_euros_adds_up() {
    let desk = Desk::with_sample().await;
    let options = PolicyBacktestOptions { choice: Some(stricter()), months: 6, most_orders: 600 };
    let found = desk.services.backtest_policy(options, now()).await.unwrap();
    let names: Vec<&str> = found.lines.iter().map(|line| line.tactic).collect();
    assert_eq!(names, ["as_it_was", "always_30_days", "active", "candidate"]);
    for line in &found.lines {
        let result = &line.result;
        let parts = [result.as_asked, result.with_conditions, result.referred, result.refused];
        assert_eq!(parts.iter().map(|part| part.count).sum::<u64>(), result.orders.count, "{}", line.tactic);
        let amount: i64 = parts.iter().map(|part| part.amount.minor()).sum();
        assert_eq!(amount, result.orders.amount.minor(), "{}", line.tactic);
        assert!(result.refused_but_paid.count <= result.refused.count);
    }
    let [as_it_was, always, active, candidate] = [0, 1, 2, 3].map(|place| &found.lines[place].result);
    assert_eq!((as_it_was.losses_avoided.minor(), as_it_was.refused.count), (0, 0));
    assert_eq!(always.losses, as_it_was.losses, "shorter terms alone save nothing that is never paid");
    assert!(always.mean_days_to_cash < as_it_was.mean_days_to_cash);
    for result in [active, candidate] {
        assert_eq!(result.losses.minor() + result.losses_avoided.minor(), as_it_was.losses.minor());
    }
    // Where no loss is accepted nobody is granted credit without a person.
    assert_eq!((candidate.as_asked.count, candidate.with_conditions.count), (0, 0));
    assert!(candidate.refused.count > active.refused.count);
    // The same again is the same again.
    let options = PolicyBacktestOptions { choice: Some(stricter()), months: 6, most_orders: 600 };
    assert_eq!(desk.services.backtest_policy(options, now()).await.unwrap(), found);
}

#[tokio::test]
async fn nothing_is_rehearsed_without_a_ledger() {
    let desk = Desk::new().await;
    let error = desk.services.rehearse_policy(&stricter(), None, now()).await.unwrap_err();
    assert!(matches!(error, ServicesError::NoLedger { .. }));
    let options = PolicyBacktestOptions { choice: None, months: 6, most_orders: 10 };
    assert!(matches!(desk.services.backtest_policy(options, now()).await, Err(ServicesError::NoLedger { .. })));
}
