//! Facts of the public record.

use super::told;
use crate::reader::read_facts;

const HEADER: &str = "subject,kind,value,valid_from,known_from,source\n";

fn check(input: &str, expected: &[&str]) {
    let (facts, report) = read_facts("f", input.as_bytes(), "2026-05-31".parse().unwrap());
    let facts = facts.iter().map(|fact| {
        let (kind, value) = (fact.kind.code(), &fact.value);
        format!("{} {kind}={value} {} {} {}", fact.subject, fact.valid_from, fact.known_from, fact.source)
    });
    assert_eq!(facts.chain(told(&report)).collect::<Vec<_>>(), expected, "{input}");
}

#[test]
fn every_kind() {
    for (kind, value) in [
        ("name", "Ébénisterie"),
        ("legal_form", "5710"),
        ("state", "ceased"),
        ("proceedings", "safeguard"),
        ("created_on", "1955-01-01"),
        ("sector", "16.23Z"),
        ("size", "11"),
        ("equity", "-12000.50"),
        ("turnover", "100000"),
        ("net_result", "-1"),
        ("accounts_closed_on", "2025-12-31"),
        ("accounts_status", "confidential"),
    ] {
        let fact = format!("552032534 {kind}={value} 1960-01-01 2026-02-01 INSEE");
        check(&format!("{HEADER}552 032 534,{kind},{value},1960-01-01,2026-02-01,INSEE\n"), &[&fact]);
    }
}

#[test]
fn values_by_kind() {
    for (kind, value, reason) in [
        ("legal_form", "571", "expected four digits"),
        ("state", "Active", "expected one of: `active`, `ceased`"),
        (
            "proceedings",
            "bankrupt",
            "expected one of: `none`, `closed`, `conciliation`, `plan`, `safeguard`, `receivership`, `liquidation`",
        ),
        ("created_on", "1955-02-30", "no such day in the calendar, expected a date as `YYYY-MM-DD`"),
        ("equity", "1e6", "expected a number with at most 2 decimals"),
        ("turnover", "-1", "expected no negative turnover"),
        ("accounts_status", "late", "expected one of: `public`, `partly_confidential`, `confidential`, `overdue`"),
        ("name", "", "the value is missing"),
    ] {
        let fault = format!("f, line 2, column `value`, value `{value}`: {reason}");
        check(&format!("{HEADER}552032534,{kind},{value},2026-01-01,2026-02-01,INSEE\n"), &[&fault]);
    }
}

#[test]
fn every_fault_of_a_row() {
    check(
        &format!("{HEADER}552032535,mood,good,01/02/2026,1969-02-29,\n"),
        &[
            "f, line 2, column `subject`, value `552032535`: expected nine digits of which the last is the check digit",
            "f, line 2, column `kind`, value `mood`: expected one of: name, legal_form, state, proceedings, created_on, \
             sector, size, equity, turnover, net_result, accounts_closed_on, accounts_status, or one of 65 further kinds",
            "f, line 2, column `valid_from`, value `01/02/2026`: expected a date as `YYYY-MM-DD`; it looks like \
             DD/MM/YYYY (JJ/MM/AAAA) or MM/DD/YYYY",
            "f, line 2, column `known_from`, value `1969-02-29`: no such day in the calendar, expected a date as `YYYY-MM-DD`",
            "f, line 2, column `source`, value ``: the value is missing",
        ],
    );
}

#[test]
fn files() {
    let row = "552032534,state,active,2026-01-01,2026-02-01,INSEE\n";
    let fact = "552032534 state=active 2026-01-01 2026-02-01 INSEE";
    check(&format!("{HEADER}{row}{row}"), &[fact, "note: f, line 3: repeats line 2, taken once"]);
    check(&format!("{HEADER}{row},,,,,\n"), &[fact, "note: f, line 3: the row is blank and was passed over"]);
    check(
        &format!("{HEADER}{row}552032534,state\n"),
        &[fact, "f, line 3: found 2 fields, expected 6; is the file cut?"],
    );
    check(&format!("{HEADER}{row}").replace(',', ";"), &[fact]);
    check(
        "subject,kind\n",
        &["f, line 1: missing columns `value`, `valid_from`, `known_from`, `source`: found `subject`, `kind`"],
    );
    check("", &["f: the file is empty, expected a line of column names and rows"]);
    check(
        "a,b\n",
        &["f, line 1: no column name is known: found `a`, `b`, expected `subject`, `kind`, `value`, `valid_from`, \
           `known_from`, `source`; hint: the first line must name the columns"],
    );
}

#[test]
fn a_file_cut_inside_its_last_value() {
    let whole = "552032534,state,active,1995-01-01,1995-02-01,INSEE";
    let taken = "552032534 state=active 1995-01-01 1995-02-01 INSEE";
    let cut = "f, line 2, column `source`, value `INSEE`: the last line has no line end, so the file may be cut inside this \
               value; hint: if it is whole, end its last line";
    check(&format!("{HEADER}{whole}"), &[cut]);
    check(&format!("{HEADER}{whole}\n"), &[taken]);
    check(&format!("{HEADER}{}", whole.replace("INSEE", "\"INSEE\"")), &[taken]);
    let other = "source,subject,kind,value,valid_from,known_from\nINSEE,552032534,state,active,1995-01-01,1995-02-01";
    check(other, &[taken]);
}
