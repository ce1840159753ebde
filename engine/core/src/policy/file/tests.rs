use encours_domain::ErrorClass;

use super::Policy;

fn faults(text: &str) -> Vec<(String, String)> {
    let error = Policy::from_toml(text).unwrap_err();
    assert_eq!(error.class(), ErrorClass::InvalidInput);
    error.faults().iter().map(|fault| (fault.field.clone(), fault.allowed.clone())).collect()
}

fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(Policy::DEFAULT_TEXT.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

#[test]
fn the_shipped_policy_is_in_order() {
    let policy = Policy::shipped().unwrap();
    assert_eq!(policy.version(), "2026-11-6");
    assert_eq!(policy.by_class.len(), policy.failure.classes.len());
}

#[test]
fn every_fault_at_once_with_field_and_allowed() {
    let text = changed(&[
        ("loss_cap_share = 0.01 ", "loss_cap_share = 1.5 "),
        ("loss_cap = 2500 ", "loss_cap = 2500.10 "),
        ("use = \"required\" ", "use = \"sometimes\" "),
        ("min_days = 15 ", "min_dayz = 15 "),
        ("steps = [0.0, 0.10,", "steps = [0.10, 0.0,"),
        ("receivership = 4.0", "receivership = 1.0"),
        ("base_rate = 0.006", "base_rate = 0.0"),
        ("currency = \"EUR\"", "currency = \"EURO\""),
        ("review_days = [365, 365, 270,", "review_days = [365, 270,"),
    ]);
    let found = faults(&text);
    let fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    let expected = [
        "appetite.loss_cap",
        "appetite.loss_cap_share",
        "by_class.review_days",
        "currency",
        "deposit.steps",
        "failure.base_rate",
        "failure.moves.receivership",
        "overdue_gate.min_days",
        "overdue_gate.min_dayz",
        "public_record.use",
    ];
    assert_eq!(fields, expected);
    assert!(found.contains(&("overdue_gate.min_dayz".to_owned(), "no such field".to_owned())));
    assert!(found.contains(&("public_record.use".to_owned(), "\"required\" or \"not_used\"".to_owned())));
}

#[test]
fn lists_may_not_be_empty_and_classes_must_match() {
    let text = changed(&[("steps = [0, 15, 30, 45, 60] ", "steps = [] "), ("0.12, 0.25, 1.0] ", "0.12, 1.0] ")]);
    let fields: Vec<String> = faults(&text).into_iter().map(|(field, _)| field).collect();
    assert!(fields.contains(&"terms.steps".to_owned()) && fields.contains(&"failure.class_up_to".to_owned()));
}

#[test]
fn what_is_no_toml_says_so() {
    let error = Policy::from_toml("version = ").unwrap_err();
    assert_eq!(error.to_string(), "the policy is not readable as TOML");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn amounts_may_have_decimals_as_text() {
    let policy = Policy::from_toml(&changed(&[("loss_cap = 2500 ", "loss_cap = \"2500.10\" ")])).unwrap();
    assert_eq!(policy.appetite.loss_cap.minor(), 250_010);
}

/// Twenty kinds of trouble, each told once, with its line.
#[test]
fn every_kind_of_fault_is_one_clear_message_with_its_line() {
    for (from, to, field, says) in [
        ("version = \"2026-11-6\"", "version = \"\"", "version", "a text that is not empty"),
        ("version = \"2026-11-6\"", "version = \"a\\tb\"", "version", "on one line"),
        ("goods = \"general\" ", "goods = \"bananas\" ", "terms.goods", "a name of the law table"),
        ("valid_from = 2026-01-01", "valid_from = \"2026-01-01\"", "valid_from", "a date as 2026-01-31"),
        ("currency = \"EUR\"", "currency = \"euros\"", "currency", "three"),
        ("use = \"required\" ", "use = true ", "public_record.use", "\"required\" or \"not_used\""),
        ("max_age_days = 90", "max_age_days = -1", "public_record.max_age_days", "a whole number from"),
        ("loss_cap_share = 0.01 ", "loss_cap_share = 1.01 ", "appetite.loss_cap_share", "a share from 0 to 1"),
        ("loss_cap = 2500 ", "loss_cap = 2500.5 ", "appetite.loss_cap", "a whole number, or a text with decimals"),
        ("loss_cap = 2500 ", "loss_cap = \"2500.501\" ", "appetite.loss_cap", "an amount of 0 or more"),
        ("automatic_up_to = 100000 ", "automatic_up_to = -5 ", "appetite.automatic_up_to", "an amount of 0 or more"),
        ("cost_of_money = 0.06 ", "cost_of_money = nan ", "appetite.cost_of_money", "a number from"),
        ("margin = 0.20 ", "margim = 0.20 ", "appetite.margim", "no such field"),
        ("refer_from_class = \"7\"", "refer_from_class = \"9\"", "appetite.refer_from_class", "1"),
        ("0.50, 1.0]", "0.50]", "deposit.steps", "1"),
        ("steps = [0, 15, 30, 45, 60] ", "steps = [15, 0, 30] ", "terms.steps", "rising"),
        ("verdict = \"refer\" ", "verdict = \"approve\" ", "overdue_gate.verdict", "\"refer\" or \"decline\""),
        (
            "full_grant_alone = true ",
            "full_grant_alone = \"yes\" ",
            "natural_persons.full_grant_alone",
            "true or false",
        ),
        ("plan = 1.5 ", "plan = 0.5 ", "failure.moves.plan", "at least `conciliation`"),
        ("base_rate = 0.006 ", "base_rate = 1 ", "failure.base_rate", "above 0 and below 1"),
        ("class_up_to = [0.005, 0.01,", "class_up_to = [0.02, 0.01,", "failure.class_up_to", "rising bounds"),
        ("equity_share = [0.40, 0.35,", "equity_share = [0.35, 0.40,", "by_class.equity_share", "never rising"),
        ("without_accounts = [60000, 50000,", "without_accounts = [60000,", "by_class.without_accounts", "8 values"),
        ("up_to = [0, 100000, 250000]", "up_to = [0]", "roles.up_to", "3, one for each of `names`"),
        ("\"controller\", ", "\"sales\", ", "roles.names", "each role once"),
        ("\"controller\", ", "\"Sales\", ", "roles.names", "words of lower-case letters"),
        ("\"controller\", ", "\"\", ", "roles.names", "words of lower-case letters"),
        ("\"controller\", ", "\"sales\u{200b}\", ", "roles.names", "words of lower-case letters"),
        ("version = \"2026-11-6\"", "version = \" 2026-11-6\"", "version", "that can be seen"),
        ("version = \"2026-11-6\"", "version = \"2026\u{202e}-11-6\"", "version", "that can be seen"),
        (
            "loss_given_default_with_title = 0.75",
            "loss_given_default_with_title = 0.95",
            "appetite.loss_given_default_with_title",
            "at most `loss_given_default`",
        ),
        ("invoice = 0.10 ", "invoice = 0.05 ", "stages.invoice", "at least `delivery`"),
        ("client_days = 1825 ", "client_days = 0 ", "retention.client_days", "a whole number from 1"),
        (
            "declare_overdue_days = 60 ",
            "declare_overdue_days = \"60\" ",
            "cover.declare_overdue_days",
            "a whole number",
        ),
        ("use = \"kept_up\" ", "use = \"sometimes\" ", "orders.use", "\"required\" or \"kept_up\" or \"when_given\""),
        (
            "max_age_days = 30                    # a list",
            "max_age_days = -1                    # a list",
            "orders.max_age_days",
            "a whole number from 0",
        ),
        ("times_largest = 3.0 ", "times_largest = \"3\" ", "habit.times_largest", "a number from"),
    ] {
        let text = changed(&[(from, to)]);
        let at = text.lines().position(|line| line.contains(to)).unwrap() + 1;
        let error = Policy::from_toml(&text).unwrap_err();
        let of_field: Vec<_> = error.faults().iter().filter(|fault| fault.field == field).collect();
        assert_eq!(of_field.len(), 1, "{to}: {error}");
        assert_eq!(of_field[0].line, Some(at), "{to}: {error}");
        assert!(of_field[0].to_string().contains(says), "{to}: {error}");
    }
    // What is missing is told with the line of its section.
    let text = changed(&[("min_days = 15 ", "# ")]);
    let section = text.lines().position(|line| line == "[overdue_gate]").unwrap() + 1;
    let error = Policy::from_toml(&text).unwrap_err();
    assert_eq!(error.faults()[0].line, Some(section));
    assert!(error.to_string().contains("`overdue_gate.min_days`: found nothing, allowed a whole number"), "{error}");
}

/// The example of the documentation is a policy of this version.
#[test]
fn the_example_of_a_ledger_alone_is_in_order() {
    let policy = Policy::from_toml(include_str!("../../../../../docs/policies/ledger_only.toml")).unwrap();
    assert_eq!((policy.version(), policy.public_record()), ("ledger-only-1", super::PublicRecord::NotUsed));
}
