//! What persons decide, limits that they set, and the audit chain over all of it.

use encours_core::assessment::Assessment;
use encours_domain::{Currency, ErrorClass, Money, Verdict};
use encours_services::store::{AuditHead, AuditLink};
use encours_services::{
    Asked, AssessRequest, Deed, LimitConfirmation, Moment, NewLimit, NewRuling, RulingStanding, Rulings, Services,
    ServicesError, TrainOptions,
};
use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::support::{Desk, day, files_below, now, raw};

fn request(amount: &str) -> AssessRequest {
    let as_of = Some(day("2026-05-31"));
    AssessRequest { store: true, as_of, ..AssessRequest::new(Asked::Client("C-0012".to_owned()), amount) }
}

/// The id of an answer that is no approval, for a large order.
async fn refused(services: &Services) -> String {
    let answer = services.assess(request("90000"), now()).await.unwrap();
    assert!(!answer.verdict.is_approval(), "{:?}", answer.verdict);
    answer.id().to_owned()
}

fn decide(verdict: &str) -> Deed {
    Deed::Decide { verdict: verdict.to_owned(), conditions: None }
}

fn hold(deadline: &str) -> Deed {
    Deed::Hold { owner: "Lin".to_owned(), deadline: day(deadline), conditions: Some("bilan reçu".to_owned()) }
}

async fn rule(services: &Services, id: &str, deed: Deed, by: &str, role: &str) -> Result<Rulings, ServicesError> {
    let (assessment, reason) = (id.to_owned(), "vu au téléphone".to_owned());
    services.rule(NewRuling { assessment, deed, reason, by: by.to_owned(), role: role.to_owned() }, now()).await
}

#[tokio::test]
async fn a_grant_above_the_roles_amount_waits_for_another_person() {
    let desk = Desk::with_sample().await;
    let id = refused(&desk.services).await;
    let answered = desk.services.rulings(&id, now()).await.unwrap();
    assert_eq!((answered.standing, answered.rulings.len()), (RulingStanding::Open, 0));
    let found = rule(&desk.services, &id, decide("approve"), "Ada", "sales").await.unwrap();
    assert_eq!((found.standing, found.verdict), (RulingStanding::AwaitsSecond, answered.verdict));
    assert_eq!(desk.services.waiting(now()).await.unwrap().len(), 1);
    let alone = rule(&desk.services, &id, Deed::Confirm, " ada", "controller").await.unwrap_err();
    assert_eq!(alone.class(), ErrorClass::Forbidden);
    let found = rule(&desk.services, &id, Deed::Confirm, "Grace", "administrator").await.unwrap();
    assert_eq!((found.standing, found.verdict), (RulingStanding::Decided, Verdict::Approve));
    // What is confirmed cannot be confirmed once more; a refusal needs nobody else.
    assert!(rule(&desk.services, &id, Deed::Confirm, "Lin", "controller").await.is_err());
    let found = rule(&desk.services, &id, decide("decline"), "Ada", "sales").await.unwrap();
    assert_eq!((found.standing, found.verdict, found.rulings.len()), (RulingStanding::Decided, Verdict::Decline, 3));
    // The answer itself is as it was.
    assert!(desk.services.replay(&id).await.unwrap().equal);
}

#[tokio::test]
async fn what_is_held_has_an_owner_and_a_deadline_that_can_pass() {
    let desk = Desk::with_sample().await;
    let id = refused(&desk.services).await;
    let found = rule(&desk.services, &id, hold("2026-06-10"), "Ada", "sales").await.unwrap();
    assert_eq!((found.standing, found.owner.as_deref()), (RulingStanding::Held, Some("Lin")));
    let later = Moment::utc("2026-06-11T08:00:00Z".parse().unwrap());
    assert_eq!(desk.services.rulings(&id, later).await.unwrap().standing, RulingStanding::Lapsed);
    assert_eq!(desk.services.waiting(later).await.unwrap().len(), 1);
    for (deed, by, role, says) in [
        (hold("2026-05-31"), "Ada", "sales", "2026-06-01 or later"),
        (decide("refer"), "Ada", "sales", "expected approve"),
        (decide("approve"), " ", "sales", "who decides"),
        (decide("approve"), "Ada", "king", "expected one of: sales, controller, administrator"),
        (Deed::Confirm, "Ada", "sales", "nothing waits"),
    ] {
        let error = rule(&desk.services, &id, deed, by, role).await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    let unknown = rule(&desk.services, "none", decide("approve"), "Ada", "sales").await.unwrap_err();
    assert_eq!(unknown.class(), ErrorClass::NotFound);
}

#[tokio::test]
async fn a_set_limit_decides_until_it_ends_and_answers_remember_it() {
    let desk = Desk::with_sample().await;
    let now_on = |text: &str| Moment::utc(format!("{text}T08:00:00Z").parse().unwrap());
    let new = |amount: Option<i64>, until: Option<&str>| NewLimit {
        client: "C-0012".to_owned(),
        amount: amount.map(|euros| Money::from_minor(euros * 100, Currency::EUR)),
        until: until.map(day),
        reason: "saison".to_owned(),
        by: "Grace".to_owned(),
        role: "controller".to_owned(),
    };
    let asked = |as_of: &str| AssessRequest { as_of: Some(day(as_of)), ..request("1000") };
    let before = desk.services.assess(asked("2026-06-01"), now()).await.unwrap();
    desk.services.set_limit(new(Some(7_000), Some("2026-06-30")), now()).await.unwrap();
    let within = desk.services.assess(asked("2026-06-01"), now()).await.unwrap();
    assert_eq!((within.limit.binding, within.limit.set.unwrap().amount.minor()), ("set", 700_000));
    assert_ne!(before.id(), within.id());
    assert_eq!(within.exposure.available.minor(), 700_000 - within.exposure.gross.minor());
    // It neither holds before the day on which it was set nor after its end.
    let earlier = desk.services.assess(asked("2026-05-31"), now()).await.unwrap();
    let ended = desk.services.assess(asked("2026-07-01"), now_on("2026-07-01")).await.unwrap();
    assert!(earlier.limit.set.is_none() && ended.limit.set.is_none());
    desk.services.set_limit(new(None, None), now_on("2026-06-15")).await.unwrap();
    let lifted = desk.services.assess(asked("2026-06-15"), now_on("2026-06-15")).await.unwrap();
    assert!(lifted.limit.set.is_none());
    assert!(desk.services.replay(within.id()).await.unwrap().equal);
    assert_eq!(desk.services.limits(Some("C-0012")).await.unwrap().len(), 2);
    let past = desk.services.set_limit(new(Some(1), Some("2026-05-01")), now()).await.unwrap_err();
    assert_eq!(past.class(), ErrorClass::Conflict);
    let nobody = NewLimit { client: "nobody".to_owned(), ..new(Some(1), None) };
    assert_eq!(desk.services.set_limit(nobody, now()).await.unwrap_err().class(), ErrorClass::NotFound);
}

#[tokio::test]
async fn a_limit_above_the_roles_amount_waits_for_another_person() {
    let desk = Desk::with_sample().await;
    let (services, client) = (&desk.services, "C-0012".to_owned());
    let new = |euros: i64, role: &str| NewLimit {
        client: client.clone(),
        amount: Some(Money::from_minor(euros * 100, Currency::EUR)),
        until: None,
        reason: "saison".to_owned(),
        by: "Ada".to_owned(),
        role: role.to_owned(),
    };
    let set = async || services.assess(request("1000"), now()).await.unwrap().limit.set;
    let as_of_today = async || {
        let today = AssessRequest { as_of: Some(day("2026-06-01")), ..request("1000") };
        services.assess(today, now()).await.unwrap().limit.set
    };
    assert!(services.set_limit(new(100_001, "king"), now()).await.unwrap_err().to_string().contains("expected one of"));
    assert!(services.set_limit(new(100_001, "controller"), now()).await.unwrap().needs_second);
    assert!(as_of_today().await.is_none());
    let word =
        |by: &str, role: &str| LimitConfirmation { client: client.clone(), by: by.to_owned(), role: role.to_owned() };
    let alone = services.confirm_limit(word("ada", "administrator"), now()).await.unwrap_err();
    assert_eq!(alone.class(), ErrorClass::Forbidden);
    let short = services.confirm_limit(word("Grace", "sales"), now()).await.unwrap_err();
    assert!(short.to_string().contains("does not reach"), "{short}");
    let done = services.confirm_limit(word("Grace", "administrator"), now()).await.unwrap();
    assert_eq!((done.needs_second, done.confirmed_by.as_deref()), (false, Some("Grace")));
    assert_eq!(as_of_today().await.unwrap().amount.minor(), 10_000_100);
    assert!(set().await.is_none(), "it holds from the day on which it was confirmed");
    assert!(services.confirm_limit(word("Lin", "administrator"), now()).await.is_err());
    assert!(!services.set_limit(new(0, "sales"), now()).await.unwrap().needs_second);
    assert!(services.verify_audit(None).await.unwrap().is_sound());
}

/// A block that an administrator set is not lifted by whom the engine's own figure is beyond; lowering a limit needs nobody else.
#[tokio::test]
async fn lifting_and_lowering_are_measured_by_what_holds() {
    let desk = Desk::with_sample().await;
    let services = &desk.services;
    let new = |euros: Option<i64>, role: &str| NewLimit {
        client: "C-0001".to_owned(),
        amount: euros.map(|euros| Money::from_minor(euros * 100, Currency::EUR)),
        until: None,
        reason: "r".to_owned(),
        by: "Dave".to_owned(),
        role: role.to_owned(),
    };
    let nothing = services.set_limit(new(None, "sales"), now()).await.unwrap_err();
    assert!(nothing.to_string().contains("nobody has set one"), "{nothing}");
    services.set_limit(new(Some(100), "administrator"), now()).await.unwrap();
    let lift = services.set_limit(new(None, "sales"), now()).await.unwrap();
    assert!(lift.needs_second, "the engine's own figure is above 100");
    let today = async || {
        let who = Asked::Client("C-0001".to_owned());
        let today = AssessRequest { as_of: Some(day("2026-06-01")), ..AssessRequest::new(who, "1000") };
        services.assess(today, now()).await.unwrap().limit
    };
    assert_eq!(today().await.set.unwrap().amount.minor(), 10_000);
    let word = LimitConfirmation { client: "C-0001".to_owned(), by: "Grace".to_owned(), role: "controller".to_owned() };
    services.confirm_limit(word, now()).await.unwrap();
    assert!(today().await.set.is_none());
    services.set_limit(new(Some(90_000), "controller"), now()).await.unwrap();
    assert!(
        !services.set_limit(new(Some(500), "sales"), now()).await.unwrap().needs_second,
        "it is lower than what holds"
    );
    assert!(services.set_limit(new(Some(501), "sales"), now()).await.unwrap().needs_second);
    // What cannot be seen in a name makes no other person.
    let alike =
        LimitConfirmation {
            client: "C-0001".to_owned(), by: "D\u{200b}àve".to_owned(), role: "controller".to_owned()
        };
    assert_eq!(services.confirm_limit(alike, now()).await.unwrap_err().class(), ErrorClass::Forbidden);
}

/// A block goes with its account when that is joined to another, and comes back with it; grants of joined accounts add up.
#[tokio::test]
async fn joining_accounts_gets_round_nothing() {
    let desk = Desk::with_sample().await;
    let services = &desk.services;
    let block = NewLimit {
        client: "C-0005".to_owned(),
        amount: Some(Money::from_minor(0, Currency::EUR)),
        until: None,
        reason: "fraude".to_owned(),
        by: "Grace".to_owned(),
        role: "administrator".to_owned(),
    };
    services.set_limit(block.clone(), now()).await.unwrap();
    let set = async |client: &str| {
        let who = Asked::Client(client.to_owned());
        let asked = AssessRequest { as_of: Some(day("2026-06-01")), ..AssessRequest::new(who, "500") };
        services.assess(asked, now()).await.unwrap().limit.set.map(|set| set.amount.minor())
    };
    assert_eq!((set("C-0005").await, set("C-0015").await), (Some(0), None));
    services.join_clients("C-0015".to_owned(), vec!["C-0005".to_owned()], now()).await.unwrap();
    assert_eq!((set("C-0005").await, set("C-0015").await), (Some(0), Some(0)));
    // To lift it for the joined client is to lift it for both, and the lowest role may not.
    let lift = NewLimit { client: "C-0015".to_owned(), amount: None, role: "sales".to_owned(), ..block.clone() };
    assert!(services.set_limit(lift, now()).await.unwrap().needs_second);
    let soon = NewLimit { until: Some(day("2026-06-01")), role: "sales".to_owned(), ..block };
    assert!(services.set_limit(soon, now()).await.unwrap().needs_second, "tomorrow it would grant");
    services.separate_clients(vec!["C-0005".to_owned()], now()).await.unwrap();
    assert_eq!((set("C-0005").await, set("C-0015").await), (Some(0), None));
}

/// Two answers as of days far apart, decided on one day, need whom one of both sizes needs.
#[tokio::test]
async fn the_day_that_was_asked_about_gets_round_nothing() {
    let desk = Desk::with_sample().await;
    let services = &desk.services;
    let mut standing = Vec::new();
    for (amount, as_of) in [("60000", "2026-05-02"), ("61000", "2026-06-01")] {
        let asked = AssessRequest { as_of: Some(day(as_of)), ..request(amount) };
        let answer = services.assess(asked, now()).await.unwrap();
        assert!(!answer.verdict.is_approval(), "{amount}");
        standing.push(rule(services, answer.id(), decide("approve"), "Ada", "controller").await.unwrap().standing);
    }
    assert_eq!(standing, [RulingStanding::Decided, RulingStanding::AwaitsSecond]);
}

/// What a controller refused a seller does not grant, and other conditions are another grant.
#[tokio::test]
async fn a_refusal_is_undone_by_whose_role_reaches() {
    let desk = Desk::with_sample().await;
    let services = &desk.services;
    let mut granted = None;
    for number in 1..40 {
        let asked = AssessRequest { subject: Asked::Client(format!("C-{number:04}")), ..request("300") };
        let answer = services.assess(asked, now()).await.unwrap();
        granted = granted.or(answer.verdict.is_approval().then(|| answer.id().to_owned()));
    }
    let id = &granted.unwrap();
    rule(services, id, decide("decline"), "Grace", "controller").await.unwrap();
    let undone = rule(services, id, decide("approve"), "Ada", "sales").await.unwrap();
    assert_eq!((undone.standing, undone.verdict), (RulingStanding::AwaitsSecond, Verdict::Decline));
    let conditions = |words: &str| Deed::Decide {
        verdict: "approve_with_conditions".to_owned(),
        conditions: Some(words.to_owned()),
    };
    let found = rule(services, id, conditions("acompte de 30 %"), "Grace", "controller").await.unwrap();
    assert_eq!((found.standing, found.verdict), (RulingStanding::Decided, Verdict::ApproveWithConditions));
    let looser = rule(services, id, conditions("aucune"), "Ada", "sales").await.unwrap();
    assert_eq!(looser.standing, RulingStanding::AwaitsSecond);
}

/// What waits ends with the answers' time, and with its own.
#[tokio::test]
async fn a_limit_that_waits_does_not_wait_for_ever() {
    let desk = Desk::with_sample().await;
    let services = &desk.services;
    let new = |until: Option<&str>| NewLimit {
        client: "C-0012".to_owned(),
        amount: Some(Money::from_minor(20_000_000, Currency::EUR)),
        until: until.map(day),
        reason: "r".to_owned(),
        by: "Ada".to_owned(),
        role: "sales".to_owned(),
    };
    let confirm = async |on: &str| {
        let word =
            LimitConfirmation { client: "C-0012".to_owned(), by: "Grace".to_owned(), role: "administrator".to_owned() };
        services.confirm_limit(word, Moment::utc(format!("{on}T08:00:00Z").parse().unwrap())).await
    };
    services.set_limit(new(Some("2026-06-05")), now()).await.unwrap();
    assert!(confirm("2026-06-06").await.unwrap_err().to_string().contains("would have held until 2026-06-05"));
    services.set_limit(new(None), now()).await.unwrap();
    assert!(confirm("2026-07-02").await.unwrap_err().to_string().contains("waited until 2026-07-01"));
    assert!(confirm("2026-07-01").await.is_ok());
}

/// Two orders need whom one of both sizes needs, and a second person one whose role reaches.
#[tokio::test]
async fn amounts_of_roles_are_not_got_round() {
    let desk = Desk::with_sample().await;
    let services = &desk.services;
    let total = |answer: &Assessment| answer.exposure.gross.minor() + answer.quote.amount.times(1.2).minor();
    let mut ids = Vec::new();
    for amount in ["60000", "61000"] {
        let answer = services.assess(request(amount), now()).await.unwrap();
        assert!(
            !answer.verdict.is_approval() && total(&answer) < 10_000_000,
            "{:?} {}",
            answer.verdict,
            total(&answer)
        );
        ids.push(answer.id().to_owned());
    }
    let first = rule(services, &ids[0], decide("approve"), "Ada", "controller").await.unwrap();
    assert_eq!(first.standing, RulingStanding::Decided);
    let second = rule(services, &ids[1], decide("approve"), "Ada", "controller").await.unwrap();
    assert_eq!(second.standing, RulingStanding::AwaitsSecond);
    let short = rule(services, &ids[1], Deed::Confirm, "Lin", "sales").await.unwrap_err();
    assert!(short.to_string().contains("does not reach"), "{short}");
    let done = rule(services, &ids[1], Deed::Confirm, "Lin", "administrator").await.unwrap();
    assert_eq!((done.standing, done.verdict), (RulingStanding::Decided, Verdict::Approve));
}

#[tokio::test]
async fn an_answer_holds_for_so_many_days() {
    let desk = Desk::with_sample().await;
    let services = &desk.services;
    let old = AssessRequest { as_of: Some(day("2026-04-20")), ..request("90000") };
    let old = services.assess(old, now()).await.unwrap();
    let error = rule(services, old.id(), decide("decline"), "Ada", "sales").await.unwrap_err();
    assert!(error.to_string().contains("held until 2026-05-20: ask again"), "{error}");
    let id = refused(services).await;
    let conditions = Deed::Decide { verdict: "approve_with_conditions".to_owned(), conditions: None };
    let error = rule(services, &id, conditions, "Ada", "administrator").await.unwrap_err();
    assert!(error.to_string().contains("expected the conditions"), "{error}");
    assert!(rule(services, &id, hold("2199-01-01"), "Ada", "sales").await.is_err());
}

/// Whatever is put into a row beside the program is found: a link must tell of it.
#[tokio::test]
async fn what_no_link_tells_of_is_found() {
    let desk = Desk::with_sample().await;
    let services = &desk.services;
    let id = refused(services).await;
    rule(services, &id, decide("approve"), "Ada", "sales").await.unwrap();
    rule(services, &id, decide("decline"), "Grace", "controller").await.unwrap();
    services.create_key("Ada", encours_services::Scopes::all(), None, now()).await.unwrap();
    services.train(TrainOptions::default(), now()).await.unwrap();
    let sound = services.verify_audit(None).await.unwrap();
    assert!(sound.is_sound() && sound.files >= 2, "{:?}", sound.faults);
    let raw = raw(&desk).await;
    for (change, says) in [
        (
            "INSERT INTO rulings SELECT 99, 'forged', kind, subject, document, created_at FROM rulings LIMIT 1",
            "decision `forged` is kept",
        ),
        (
            "INSERT INTO assessments SELECT 99, 'forged', as_of, subject, request, json, ledger, facts, model, created_at, layers, policy, law_table FROM assessments LIMIT 1",
            "assessment `forged` is kept",
        ),
        (
            "INSERT INTO access_keys VALUES ('forged', 'Eve', '00', '2026-06-01T00:00:00Z', NULL, 'read', NULL)",
            "key `forged` is kept",
        ),
        (
            "INSERT INTO manifests SELECT 99, kind, snapshot, files, rows, refused, records, payments, subjects, created_at FROM manifests LIMIT 1",
            "import 99 is kept",
        ),
        (
            "UPDATE current SET id = (SELECT hash FROM rule_texts WHERE kind = 'policy') WHERE what = 'policy'",
            "`policy` is",
        ),
        ("UPDATE current SET id = '' WHERE what = 'model'", "`model` is nothing"),
        ("UPDATE current SET id = 'sha256:00' WHERE what = 'facts'", "`facts` is"),
        ("UPDATE rule_texts SET rehearsed_at = '2026-06-01', rehearsed_against = 'x'", "`rehearsed_against` is"),
        ("UPDATE rule_texts SET activated_by = 'Eve'", "`activated_by` is `Eve`, the chain says nothing"),
        ("UPDATE models SET promoted_by = 'Eve'", "`promoted_by` is `Eve`"),
        ("UPDATE rulings SET kind = 'limit'", "`kind` is `limit`, the chain says `answer`"),
        ("UPDATE assessments SET created_at = '2020'", "`created_at` is `2020`"),
        ("UPDATE access_keys SET revoked_at = '2020'", "`revoked_at` is `2020`, the chain says nothing"),
        ("UPDATE access_keys SET sha256 = 'x'", "`sha256` is `x`"),
        (
            "UPDATE rulings SET sequence = 500 WHERE sequence = (SELECT min(sequence) FROM rulings)",
            "stands after one that came later",
        ),
        ("UPDATE models SET validation = 'x'", "`validation` is"),
        ("UPDATE models SET kind = 'x'", "`kind` is `x`"),
        ("UPDATE models SET retired_at = '2020'", "`retired_at` is `2020`, the chain says nothing"),
        ("UPDATE models SET challenges = 'x'", "`challenges` is"),
        ("UPDATE rule_texts SET kind = 'x' WHERE kind = 'policy'", "`kind` is `x`, the chain says `policy`"),
        ("UPDATE manifests SET refused = 7", "`counts` is"),
        ("UPDATE assessments SET as_of = '2020-01-01'", "another subject or other inputs"),
        ("INSERT INTO erased VALUES ('forged', '2020')", "erased answer `forged` is kept"),
        ("UPDATE access_keys SET scopes = 'read'", "`scopes` is `read`"),
        ("UPDATE access_keys SET expires_at = '2030'", "`expires_at` is `2030`"),
        ("UPDATE rule_texts SET sequence = -sequence", "stands after one that came later"),
        ("UPDATE manifests SET kind = 'zz'", "`kind` is `zz`"),
        ("UPDATE manifests SET files = 'x'", "`files` is `x`"),
        ("INSERT INTO current VALUES ('zz', 'x')", "a row `zz` too much or too few"),
        ("DELETE FROM current WHERE what = 'law_table'", "a row `law_table` too much or too few"),
        ("DELETE FROM access_keys", "is no longer there"),
        ("DELETE FROM audit; UPDATE current SET id = '' WHERE what = 'audit_head'", "and no link tells of it"),
    ] {
        raw.execute_unprepared(change).await.unwrap();
        let found = services.verify_audit(None).await.unwrap();
        assert!(found.faults.iter().any(|fault| fault.reason.contains(says)), "{change}: {:?}", found.faults);
    }
}

/// A flipped byte in any file that answers are made with.
#[tokio::test]
async fn a_flipped_byte_in_a_file_is_found() {
    let desk = Desk::with_sample().await;
    refused(&desk.services).await;
    for path in files_below(desk.folder.path()) {
        let bytes = std::fs::read(&path).unwrap();
        let mut flipped = bytes.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        std::fs::write(&path, &flipped).unwrap();
        let found = desk.services.verify_audit(None).await.unwrap();
        let name = path.parent().unwrap().display().to_string();
        assert!(
            found.faults.iter().any(|fault| fault.reason.contains("its content has hash")),
            "{name}: {:?}",
            found.faults
        );
        std::fs::remove_file(&path).unwrap();
        assert!(!desk.services.verify_audit(None).await.unwrap().is_sound(), "{name}");
        std::fs::write(&path, &bytes).unwrap();
    }
    assert!(desk.services.verify_audit(None).await.unwrap().is_sound());
}

/// What was altered since is the cause, and not another build.
#[tokio::test]
async fn a_replay_tells_of_bytes_that_were_altered() {
    let desk = Desk::with_sample().await;
    let id = refused(&desk.services).await;
    let raw = raw(&desk).await;
    raw.execute_unprepared("UPDATE assessments SET json = replace(json, '\"light\":\"', '\"light\":\"x')")
        .await
        .unwrap();
    let replay = desk.services.replay(&id).await.unwrap();
    let causes: Vec<&str> = replay.causes.iter().map(|cause| cause.part.as_str()).collect();
    assert_eq!(causes, ["kept_bytes"]);
    assert!(replay.differences.iter().all(|one| one.cause == ["kept_bytes"]), "{:?}", replay.differences);
}

/// Every column of every table that the chain speaks of, one letter changed in each row in turn.
#[tokio::test]
async fn one_changed_letter_anywhere_is_found_and_located() {
    let desk = Desk::with_sample().await;
    let id = refused(&desk.services).await;
    rule(&desk.services, &id, decide("approve"), "Ada", "sales").await.unwrap();
    let sound = desk.services.verify_audit(None).await.unwrap();
    assert!(sound.is_sound(), "{:?}", sound.faults);
    assert_eq!((sound.assessments, sound.rulings), (1, 1));
    let links = desk.services.audit(None, 100).await.unwrap();
    let link_of = |action: &str| links.iter().find(|link| link.action == action).unwrap().sequence;
    let raw = raw(&desk).await;
    let flip = |table: &str, column: &str, row: i64| {
        let first = format!("substr({column}, 1, 1)");
        let other = format!("CASE {first} WHEN 'x' THEN 'y' ELSE 'x' END");
        format!("UPDATE {table} SET {column} = {other} || substr({column}, 2) WHERE sequence = {row}")
    };
    let mut cases: Vec<(String, i64)> = Vec::new();
    for link in &links {
        for column in ["at", "actor", "action", "document", "document_hash", "previous", "hash"] {
            // The first link follows nothing: there is no letter to change.
            if !(column == "previous" && link.sequence == 1) {
                cases.push((flip("audit", column, link.sequence), link.sequence));
            }
        }
    }
    for link in &links {
        let hidden = format!("UPDATE audit SET document = NULL WHERE sequence = {}", link.sequence);
        cases.push((hidden, link.sequence));
    }
    let rules = links.iter().filter(|link| link.action == "rules_added").map(|link| link.sequence).min().unwrap();
    cases.push((flip("rule_texts", "body", 1), rules));
    cases.push((flip("assessments", "policy", 1), link_of("assessed")));
    cases.push((flip("assessments", "subject", 1), link_of("assessed")));
    cases.push((flip("rulings", "subject", 1), link_of("ruled")));
    cases.push((flip("assessments", "json", 1), link_of("assessed")));
    cases.push((flip("assessments", "request", 1), link_of("assessed")));
    cases.push((flip("rulings", "document", 1), link_of("ruled")));
    cases.push(("DELETE FROM rulings".to_owned(), link_of("ruled")));
    cases.push(("DELETE FROM assessments".to_owned(), link_of("assessed")));
    for (change, place) in cases {
        raw.execute_unprepared(&change).await.unwrap();
        let found = desk.services.verify_audit(None).await.unwrap();
        assert!(found.faults.iter().any(|fault| fault.link == place), "{change}: {:?}", found.faults);
        restore(&raw, &links).await;
        let again = desk.services.verify_audit(None).await.unwrap();
        // Rows that were deleted or altered outside the chain stay so: the last cases come last.
        if change.contains("audit") {
            assert!(again.is_sound(), "{change}: {:?}", again.faults);
        }
    }
}

/// Puts the chain back as it was.
async fn restore(raw: &DatabaseConnection, links: &[AuditLink]) {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    for link in links {
        let document = link.document.as_deref().map_or_else(|| "NULL".to_owned(), quoted);
        let update = format!(
            "UPDATE audit SET at = {}, actor = {}, action = {}, document = {document}, document_hash = {}, \
             previous = {}, hash = {} WHERE sequence = {}",
            quoted(&link.at),
            quoted(&link.actor),
            quoted(&link.action),
            quoted(&link.document_hash),
            quoted(&link.previous),
            quoted(&link.hash),
            link.sequence
        );
        raw.execute_unprepared(&update).await.unwrap();
    }
}

#[tokio::test]
async fn a_chain_that_was_cut_or_written_anew_is_told_by_a_noted_head() {
    let desk = Desk::with_sample().await;
    refused(&desk.services).await;
    let noted = desk.services.verify_audit(None).await.unwrap().head;
    let raw = raw(&desk).await;
    desk.services.create_key("Ada", encours_services::Scopes::all(), None, now()).await.unwrap();
    assert!(desk.services.verify_audit(Some(&noted)).await.unwrap().is_sound());
    // Whoever takes out the last link and moves the head leaves a chain that holds, but for what was noted.
    let last = noted.links + 1;
    let previous = desk.services.audit(Some(last), 1).await.unwrap();
    let later = desk.services.verify_audit(None).await.unwrap().head;
    raw.execute_unprepared(&format!("DELETE FROM audit WHERE sequence = {last}")).await.unwrap();
    assert!(!desk.services.verify_audit(None).await.unwrap().is_sound(), "the head says that one is missing");
    let head = format!("UPDATE current SET id = '{} {}' WHERE what = 'audit_head'", noted.links, previous[0].hash);
    raw.execute_unprepared(&head).await.unwrap();
    // The key is there, and no link tells of it; only once that is gone too does the chain look whole.
    assert!(!desk.services.verify_audit(None).await.unwrap().is_sound());
    raw.execute_unprepared("DELETE FROM access_keys").await.unwrap();
    assert!(desk.services.verify_audit(None).await.unwrap().is_sound());
    assert!(!desk.services.verify_audit(Some(&later)).await.unwrap().is_sound());
    let other = AuditHead { hash: "sha256:0".to_owned(), ..noted };
    assert!(!desk.services.verify_audit(Some(&other)).await.unwrap().is_sound());
}

#[tokio::test]
async fn every_change_leaves_a_link_with_who_made_it() {
    let desk = Desk::with_sample().await;
    let ada = desk.services.acting_as("Ada");
    ada.assess(request("500"), now()).await.unwrap();
    ada.assess(request("500"), now()).await.unwrap();
    ada.assess(AssessRequest { store: false, ..request("600") }, now()).await.unwrap();
    let key = ada.create_key("till", encours_services::Scopes::all(), None, now()).await.unwrap();
    ada.revoke_key(&key.info.id, now()).await.unwrap();
    ada.revoke_key(&key.info.id, now()).await.unwrap();
    let links = ada.audit(None, 100).await.unwrap();
    let told: Vec<(&str, &str)> = links.iter().rev().map(|link| (link.action.as_str(), link.actor.as_str())).collect();
    assert_eq!(
        told,
        [
            ("imported", "encours"),
            ("imported", "encours"),
            ("rules_added", "encours"),
            ("rules_added", "encours"),
            ("rules_added", "encours"),
            ("assessed", "Ada"),
            ("key_created", "Ada"),
            ("key_revoked", "Ada"),
        ]
    );
    let elsewhere = tempfile::TempDir::new().unwrap();
    let out = elsewhere.path().join("chain.jsonl");
    assert_eq!(ada.export_audit(&out).await.unwrap().links, 8);
    let text = std::fs::read_to_string(&out).unwrap();
    assert_eq!(text.lines().count(), 8);
    assert!(text.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}
