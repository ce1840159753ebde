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
    assert_eq!(policy.version(), "2026-11-3");
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
