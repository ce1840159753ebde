use super::super::tests::{lines, read, values};
use super::*;
use encours_domain::fact::FactKind;

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(left, right)| ((*left).to_owned(), (*right).to_owned())).collect()
}

#[test]
fn a_groups_figures_are_the_groups_and_junk_is_refused() {
    let reading = read(&SPEC, include_str!("fixtures/group.json"));
    // 2019 is in thousands, 2022 repeats 2021.
    assert_eq!(
        values(&reading, FactKind::GroupTurnover),
        pairs(&[("21900000000.00", "2016-12-31"), ("24000000000.00", "2018-12-31"), ("24200000000.00", "2021-12-31")])
            .into_iter()
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
    assert_eq!(
        values(&reading, FactKind::Turnover),
        pairs(&[("635000000.00", "2021-12-31"), ("699000000.00", "2023-12-31")])
    );
    // The balance sheet of the repeated year is its own; that of 2023 cannot be.
    assert_eq!(
        values(&reading, FactKind::LiquidityRatio),
        pairs(&[("18.715", "2021-12-31"), ("21.361", "2022-12-31")])
    );
    assert!(
        reading.facts.iter().all(|fact| !matches!(fact.value.as_str(), "0" | "0.00" | "100")),
        "{:#?}",
        lines(&reading)
    );
    let refused: Vec<&str> = reading.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(refused.len(), 4, "{refused:#?}");
    assert!(refused.iter().any(|text| text.contains("a turnover of 25000000 stands a thousand times away")));
    assert!(refused.iter().any(|text| text.contains("-1.273 cannot be")));
}

#[test]
fn a_turnover_that_contradicts_its_row_is_refused() {
    let reading = read(&SPEC, include_str!("fixtures/small.json"));
    assert_eq!(values(&reading, FactKind::Turnover), pairs(&[("157000.00", "2021-12-31")]));
    assert_eq!(values(&reading, FactKind::NetResult), pairs(&[("-11000.00", "2021-12-31")]), "a nought is an absence");
    assert_eq!(values(&reading, FactKind::AutonomyRatio), [], "on the simplified form it is a debt ratio");
    assert_eq!(values(&reading, FactKind::CustomerDays), pairs(&[("42.9", "2021-12-31")]));
}

#[test]
fn no_rows_are_no_figures() {
    let reading = read(&SPEC, r#"{"nhits": 0, "records": []}"#);
    assert_eq!((reading.facts.len(), reading.missing[0].what), (0, "accounts"));
}
