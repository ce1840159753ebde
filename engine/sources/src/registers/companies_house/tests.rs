use super::super::tests::{lines, read};
use super::*;

#[test]
fn hits_of_a_search() {
    let reading = read(&SPEC, include_str!("fixtures/search.json"));
    assert_eq!(
        lines(&reading),
        [
            "gb:00000001 name=INVENTED MILLS LIMITED 2026-05-31 2026-05-31",
            "gb:00000001 state=active 2026-05-31 2026-05-31",
            "gb:00000001 proceedings=liquidation 2026-05-31 2026-05-31",
            "gb:00000001 created_on=2001-02-03 2001-02-03 2026-05-31",
            "gb:00000001 country=GB 2026-05-31 2026-05-31",
            "gb:00000002 name=GONE LIMITED 2026-05-31 2026-05-31",
            "gb:00000002 state=ceased 2017-08-22 2026-05-31",
            "gb:00000002 created_on=2001-02-03 2001-02-03 2026-05-31",
            "gb:00000002 country=GB 2026-05-31 2026-05-31",
        ]
    );
    assert!(!format!("{reading:?}").contains("A PERSON"));
}

#[test]
fn a_line_of_the_bulk_file_writes_the_day_first() {
    let reading = read(&SPEC, include_str!("fixtures/bulk.json"));
    let lines = lines(&reading);
    assert!(lines.contains(&"gb:00000003 created_on=2012-09-11 2012-09-11 2026-05-31".to_owned()), "{lines:?}");
    assert!(lines.contains(&"gb:00000003 accounts_status=overdue 2022-07-01 2026-05-31".to_owned()), "{lines:?}");
}
