use super::super::tests::{lines, read};
use super::*;

#[test]
fn reports_are_read_by_the_names_of_their_columns() {
    let reading = read(&SPEC, include_str!("fixtures/reports.csv"));
    assert_eq!(
        lines(&reading),
        [
            "gb:00000001 name=INVENTED MILLS, LIMITED 2025-06-30 2025-07-20",
            "gb:00000001 payment_days=69 2025-06-30 2025-07-20",
            "gb:00000001 paid_within_30=7 2025-06-30 2025-07-20",
            "gb:00000001 longest_terms=60 2025-06-30 2025-07-20",
        ]
    );
    assert_eq!(reading.notes.len(), 2, "a share of 120 per cent, and a report without a period: {:?}", reading.notes);
}
