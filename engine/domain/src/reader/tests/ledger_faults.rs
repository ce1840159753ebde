//! What is refused, and in which words.

use super::{PLAIN, check, check_map, told};
use crate::reader::{ColumnMap, read_ledger};

const GOOD: &str = "C1,F1,2026-01-05,2026-02-04,100,2026-02-01\n";
const TAKEN: [&str; 2] = ["2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR", "2: payment F1 2026-02-01 100.00 EUR"];

/// One bad row below the plain header and one good row.
fn check_row(row: &str, fault: &str) {
    check(format!("{PLAIN}{GOOD}{row}\n"), &[TAKEN[0], TAKEN[1], fault]);
}

#[test]
fn no_header() {
    check(
        GOOD,
        &["f, line 1: no column name is known: found `C1`, `F1`, `2026-01-05`, `2026-02-04`, `100`, `2026-02-01`, \
                   expected `client_id`, `invoice_id`, `issue_date`, `due_date`, `amount`, `paid_date`; hint: the first \
                   line must name the columns, and other names need a map file"],
    );
    check("", &["f: the file is empty, expected a line of column names and rows"]);
    check("\r\n\n", &["f: the file is empty, expected a line of column names and rows"]);
}

#[test]
fn header_with_gaps() {
    check(
        "client_id,invoice_id,issue_date,amount,paid_date\n",
        &[
            "f, line 1: missing columns `due_date`: found `client_id`, `invoice_id`, `issue_date`, `amount`, `paid_date`; hint: if it states none, say `due_dates = \"from terms\"` under `[file]` in a map file",
        ],
    );
    check(
        "client_id,invoice_id,issue_date,due_date,amount,paid_dat\n",
        &[
            "f, line 1: missing columns `paid_date`: found `client_id`, `invoice_id`, `issue_date`, `due_date`, `amount`, \
           `paid_dat`",
        ],
    );
    check(
        "client_id,invoice_id,issuedate,duedate,amount,paid_date\n",
        &["f, line 1: missing columns `issue_date`, `due_date`: found `client_id`, `invoice_id`, `issuedate`, \
           `duedate`, `amount`, `paid_date`"],
    );
    check(
        "client_id,invoice_id,issue_date,due_date,amount,paid_date,Amount \n",
        &["f, line 1: the header names a column twice: `amount`"],
    );
    check_map(
        "[attributes]\nland = \"Land\"",
        PLAIN,
        &["f, line 1: missing columns `Land`: found `client_id`, `invoice_id`, `issue_date`, `due_date`, `amount`, \
           `paid_date`"],
    );
}

#[test]
fn rows_out_of_shape() {
    check_row("C1,F2,2026-01-05,2026-02-04", "f, line 3: found 4 fields, expected 6; is the file cut?");
    check_row(
        "C1,F2,2026-01-05,2026-02-04,1,,",
        "f, line 3: found 7 fields, expected 6; is there a value with a `,` in it that is not in quotes?",
    );
    check(
        format!("{PLAIN}C1,F2\n{GOOD}"),
        &[
            "3: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR",
            "3: payment F1 2026-02-01 100.00 EUR",
            "f, line 2: found 2 fields, expected 6; is the line broken in two?",
        ],
    );
    check_row("C1,\"F2,2026-01-05,2026-02-04,1,", "f, line 3: a quote is opened and never closed; is the file cut?");
    check(
        format!("{PLAIN}{GOOD}C1,\"F2,2026-01-05\n{GOOD}{GOOD}"),
        &[TAKEN[0], TAKEN[1], "f, line 3: a quote is opened and never closed; is the file cut?"],
    );
    check(
        format!("{PLAIN}{GOOD}C1,\"F2,2026-01-05\n{GOOD}C1,\"F3\",2026\n"),
        &[TAKEN[0], TAKEN[1], "f, line 3: found 3 fields, expected 6; is a quote not closed?"],
    );
    check("\"client_id,invoice_id\n1,2", &["f, line 1: a quote is opened and never closed; is the file cut?"]);
}

#[test]
fn dates() {
    check_row(
        "C1,F2,2026-06-31,2026-07-31,1,",
        "f, line 3, column `issue_date`, value `2026-06-31`: no such day in the calendar, expected a date as `YYYY-MM-DD`",
    );
    check_row(
        "C1,F2,2026-01-05,soon,1,",
        "f, line 3, column `due_date`, value `soon`: expected a date as `YYYY-MM-DD`",
    );
    check_row(
        "C1,F2,05/01/2026,2026-02-04,1,",
        "f, line 3, column `issue_date`, value `05/01/2026`: expected a date as `YYYY-MM-DD`; it looks like DD/MM/YYYY \
         (JJ/MM/AAAA) or MM/DD/YYYY; hint: say `date = \"%d/%m/%Y\"` or `date = \"%m/%d/%Y\"` in a map file",
    );
    check_row(
        "C1,F2,2026-01-05,2026-02-04,1,1969-12-31",
        "f, line 3, column `paid_date`, value `1969-12-31`: expected a day from 1970-01-01 to 2199-12-31",
    );
    check_row(
        "C1,F2,2026-01-05,2026-02-04,1,9999-12-31",
        "f, line 3, column `paid_date`, value `9999-12-31`: expected a day from 1970-01-01 to 2199-12-31; hint: leave \
         it empty while the invoice is open",
    );
    check_row(
        "C1,F2,2026-01-05,2026-01-04,1,",
        "f, line 3, column `due_date`, value `2026-01-04`: expected a day from the day of issue on, `2026-01-05`",
    );
    check_row("C1,F2,2026-01-05,,1,", "f, line 3, column `due_date`, value ``: the value is missing");
}

#[test]
fn due_dates_before_issue_are_refused_unless_the_map_keeps_them() {
    let good: String = (1..=99).map(|number| format!("C1,G{number},2026-01-05,2026-02-04,1,\n")).collect();
    let text = format!("{PLAIN}{good}C1,F2,2026-01-05,2026-01-04,1,\n");
    let said =
        "f, line 101, column `due_date`, value `2026-01-04`: expected a day from the day of issue on, `2026-01-05`";
    let (rows, report) = read_ledger("f", text.as_bytes(), &ColumnMap::plain());
    assert_eq!(rows.invoices.len(), 99);
    assert_eq!(told(&report).collect::<Vec<_>>(), [said]);
    let (rows, report) = read_ledger("f", text.as_bytes(), &ColumnMap::plain().keeping_early_due_dates());
    assert_eq!(rows.invoices.len(), 100);
    assert_eq!(told(&report).collect::<Vec<_>>(), [format!("note: {said}")]);
}

#[test]
fn dates_of_another_form_throughout() {
    check(
        format!("{PLAIN}C1,F1,05/01/2026,31/01/2026,1,\nC1,F2,13/01/2026,28/02/2026,1,01/02/2026\n"),
        &[
            "f, line 2, column `issue_date`, value `05/01/2026`: expected a date as `YYYY-MM-DD`, which none of the column's \
             2 dates is; it looks like DD/MM/YYYY (JJ/MM/AAAA); hint: say `date = \"%d/%m/%Y\"` in a map file",
            "f, line 2, column `due_date`, value `31/01/2026`: expected a date as `YYYY-MM-DD`, which none of the column's \
             2 dates is; it looks like DD/MM/YYYY (JJ/MM/AAAA); hint: say `date = \"%d/%m/%Y\"` in a map file",
            "f, line 3, column `paid_date`, value `01/02/2026`: expected a date as `YYYY-MM-DD`; it looks like \
             DD/MM/YYYY (JJ/MM/AAAA) or MM/DD/YYYY; hint: say `date = \"%d/%m/%Y\"` or `date = \"%m/%d/%Y\"` in a map \
             file",
        ],
    );
}

#[test]
fn amounts() {
    let expected = "expected a number with at most 2 decimals such as `1234.50`";
    for (amount, reason) in [
        ("1e300", expected.to_owned()),
        ("NaN", expected.to_owned()),
        ("12 pcs", expected.to_owned()),
        ("99999999999999999999", "allowed at most 10000000000000.00".to_owned()),
        ("0.001", expected.to_owned()),
    ] {
        let row = format!("C1,F2,2026-01-05,2026-02-04,{amount},");
        check_row(&row, &format!("f, line 3, column `amount`, value `{amount}`: {reason}"));
    }
    check_row("C1,F2,2026-01-05,2026-02-04,,", "f, line 3, column `amount`, value ``: the value is missing");
    check(
        format!("{PLAIN}C1,F1,2026-01-05,2026-02-04,99.50,\nC1,F2,2026-01-05,2026-02-04,\"1,5\",\n"),
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 99.50 EUR",
            "f, line 3, column `amount`, value `1,5`: expected a number with at most 2 decimals such as `1234.50`; hint: \
             decimal commas need `decimal = \",\"` in a map file",
        ],
    );
}

#[test]
fn decimal_marks_in_doubt() {
    check(
        format!("{PLAIN}C1,F1,2026-01-05,2026-02-04,100,\nC1,F2,2026-01-05,2026-02-04,\"1234,50\",\n"),
        &[
            "f, line 3, column `amount`, value `1234,50`: the amounts look as if they had decimal commas, expected points \
           such as `1234.50`; hint: say `decimal = \",\"` in a map file",
        ],
    );
    check(
        format!("{PLAIN}C1,F1,2026-01-05,2026-02-04,100,\nC1,F2,2026-01-05,2026-02-04,1.500,\n"),
        &[
            "f, line 3, column `amount`, value `1.500`: cannot tell thousands from decimals, and no other amount of the \
           file shows it; hint: say `decimal = \".\"` or `decimal = \",\"` in a map file, and `thousands` if there are \
           any",
        ],
    );
}

#[test]
fn names_and_words() {
    check_row(",F2,2026-01-05,2026-02-04,1,", "f, line 3, column `client_id`, value ``: the value is missing");
    check_row("C1, ,2026-01-05,2026-02-04,1,", "f, line 3, column `invoice_id`, value ``: the value is missing");
    check_row(
        "C\u{7}1,F2,2026-01-05,2026-02-04,1,",
        "f, line 3, column `client_id`, value `C\u{7}1`: expected no line ends or other control characters; is a quote not closed?",
    );
    check_row(
        "C1,F\u{202e}2,2026-01-05,2026-02-04,1,",
        "f, line 3, column `invoice_id`, value `F\u{202e}2`: expected no separators of lines and no marks that turn the \
         direction of writing",
    );
    let long = "é".repeat(201);
    check_row(
        &format!("{long},F2,2026-01-05,2026-02-04,1,"),
        &format!("f, line 3, column `client_id`, value `{}…`: expected at most 200 characters", "é".repeat(60)),
    );
    check(
        "client_id,invoice_id,issue_date,due_date,amount,paid_date,currency,kind,instalment_no\n\
         C1,F1,2026-01-05,2026-02-04,1,,EURO,bill,0\n",
        &[
            "f, line 2, column `instalment_no`, value `0`: expected a whole number from 1 to 1000000",
            "f, line 2, column `kind`, value `bill`: expected one of: invoice, credit note, deposit, retention",
            "f, line 2, column `currency`, value `EURO`: expected a three-letter ISO 4217 code such as EUR",
        ],
    );
    check(
        "client_id,invoice_id\0",
        &["f, line 1: found a NUL byte, expected text; hint: save the file as UTF-8 (UTF-16 \
                                       needs its byte order mark)"],
    );
}

#[test]
fn signs_and_kinds() {
    let header = "client_id,invoice_id,issue_date,due_date,amount,paid_date,kind,paid_amount,payment_kind\n";
    for (row, fault) in [
        ("5,,credit note,,", "column `amount`, value `5`: expected a negative amount, as the kind is `credit note`"),
        (
            "-5,,invoice,,",
            "column `amount`, value `-5`: expected a positive amount, as the kind is `invoice`; hint: is it a `credit note`?",
        ),
        ("5,,,2,", "column `paid_amount`, value `2`: expected a `paid_date` beside it"),
        ("5,,,,reversal", "column `payment_kind`, value `reversal`: expected a `paid_date` beside it"),
        (
            "5,2026-02-01,,2,reversal",
            "column `paid_amount`, value `2`: expected the opposite sign of the invoice, as the kind is `reversal`",
        ),
        (
            "5,2026-02-01,,-2,payment",
            "column `paid_amount`, value `-2`: expected the sign of the invoice, as the kind is `payment`; hint: is it a `reversal`?",
        ),
    ] {
        check(format!("{header}C1,F1,2026-01-05,2026-02-04,{row}\n"), &[&format!("f, line 2, {fault}")]);
    }
}

#[test]
fn disputes() {
    let header = "client_id,invoice_id,issue_date,due_date,amount,disputed_on,dispute_closed_on,paid_date\n";
    for (row, fault) in [
        (",2026-02-01", "column `dispute_closed_on`, value `2026-02-01`: expected a `disputed_on` beside it"),
        (
            "2026-02-02,2026-02-01",
            "column `dispute_closed_on`, value `2026-02-01`: expected a day from `disputed_on` on, `2026-02-02`",
        ),
    ] {
        check(format!("{header}C1,F1,2026-01-05,2026-02-04,1,{row},\n"), &[&format!("f, line 2, {fault}")]);
    }
}

#[test]
fn payments_that_cannot_be_told_apart() {
    let header = "client_id,invoice_id,issue_date,due_date,amount,paid_date,paid_amount\n";
    let part = "C1,F1,2026-01-05,2026-02-04,100,2026-02-01,40\n";
    check(
        format!("{header}{part}{part}"),
        &[
            "f, line 2: left out with line 3, which is of the same invoice and cannot be taken",
            "f, line 3: repeats line 2: two payments, or one typed twice? hint: drop the row, or put both into one amount",
        ],
    );
    check(
        format!("{PLAIN}{GOOD}C1,F1,2026-01-05,2026-02-04,100,2026-02-09\n"),
        &[
            "f, line 2: left out with line 3, which is of the same invoice and cannot be taken",
            "f, line 3: the whole amount is paid on line 2 already; hint: part-payments need `paid_amount`",
        ],
    );
    check(
        format!("{header}{part}C1,F1,2026-01-05,2026-02-04,100,soon,60\n"),
        &[
            "f, line 2: left out with line 3, which is of the same invoice and cannot be taken",
            "f, line 3, column `paid_date`, value `soon`: expected a date as `YYYY-MM-DD`",
        ],
    );
    check(
        "invoice_id,paid_date,amount\nF1,2026-02-01,40\nF1,2026-02-01,40\n",
        &[
            "2: payment F1 2026-02-01 40.00 EUR",
            "f, line 3: repeats line 2: two payments, or one typed twice? hint: drop the row, or put both into one amount",
        ],
    );
}

#[test]
fn payment_tables() {
    let header = "invoice_id,paid_date,amount,kind\n";
    for (row, fault) in [
        ("F1,,1,", "column `paid_date`, value ``: the value is missing"),
        (
            "F1,2026-02-01,1,reversal",
            "column `amount`, value `1`: expected a negative amount, as the kind is `reversal`",
        ),
        (
            "F1,2026-02-01,1,gift",
            "column `kind`, value `gift`: expected one of: payment, reversal, set-off, discount, write-off, bill matured, rounding, assigned",
        ),
    ] {
        check(format!("{header}{row}\n"), &[&format!("f, line 2, {fault}")]);
    }
}

#[test]
fn further_columns() {
    let header = "client_id,invoice_id,issue_date,due_date,amount,paid_date,client_name,note\n";
    let row = |name: &str, note: &str| format!("{header}C1,F1,2026-01-05,2026-02-04,1,,{name},\"{note}\"\n");
    let fault =
        |column: &str, value: &str, reason: &str| format!("f, line 2, column `{column}`, value `{value}`: {reason}");
    let turning = "expected no separators of lines and no marks that turn the direction of writing";
    for (name, reason) in [
        ("\u{1b}]0;pwned\u{7}\u{1b}[2J", "expected no control characters"),
        ("Dupont\u{9b}2J", "expected no control characters"),
        ("Dupont \u{202e}SAS", turning),
        ("Dupont \u{2066}SAS", turning),
        ("Dupont \u{200f}SAS", turning),
    ] {
        check(row(name, ""), &[&fault("client_name", name, reason)]);
    }
    let long = "é".repeat(1_001);
    let said =
        "expected at most 1000 characters; hint: a column that is not needed goes under `[ignore]` in a map file";
    check(row(&long, ""), &[&fault("client_name", &format!("{}…", "é".repeat(60)), said)]);
    // Both are told at once.
    let (one, other) = (
        fault("client_name", "a\u{7}", "expected no control characters"),
        fault("note", "b\u{7}", "expected no control characters"),
    );
    check(row("a\u{7}", "b\u{7}"), &[&one, &other]);
    // An address may have several lines, and a name any script.
    let whole = "2: invoice C1 F1 2026-01-05 2026-02-04 1.00 EUR, client_name=نور 🙂, note=12 rue Haute\r\n69001\tLyon";
    check(row("نور 🙂", "12 rue Haute\r\n69001\tLyon"), &[whole]);
    let most = "é".repeat(1_000);
    check(row(&most, ""), &[&format!("2: invoice C1 F1 2026-01-05 2026-02-04 1.00 EUR, client_name={most}, note=-")]);
    check(
        "client_id,invoice_id,issue_date,due_date,amount,paid_date,se\u{1b}ctor\nC1,F1,2026-01-05,2026-02-04,1,,a\n",
        &["f, line 1, value `se\u{1b}ctor`: name of a column: expected no control characters"],
    );
}

#[test]
fn a_file_cut_inside_its_last_value() {
    let cut = |column: &str, value: &str| {
        format!(
            "f, line 3, column `{column}`, value `{value}`: the last line has no line end, so the file may be cut inside \
             this value; hint: if it is whole, end its last line"
        )
    };
    let header = "client_id,invoice_id,issue_date,due_date,amount\nC1,F1,2026-01-05,2026-02-04,1200.00\n";
    let open = "note: f, line 1: no column `paid_date`: without a payment table every invoice counts as open";
    let taken = "2: invoice C1 F1 2026-01-05 2026-02-04 1200.00 EUR";
    check(format!("{header}C1,F2,2026-01-05,2026-02-04,12"), &[taken, &cut("amount", "12"), open]);
    // A payment or a letter of it may be missing: nobody can know.
    check(format!("{PLAIN}{GOOD}C1,F2,2026-01-05,2026-02-04,12,"), &[TAKEN[0], TAKEN[1], &cut("paid_date", "")]);
    let header = "client_id,invoice_id,issue_date,due_date,amount,paid_date,sector\n";
    check(format!("{header}\nC1,F2,2026-01-05,2026-02-04,12,,buil"), &[&cut("sector", "buil")]);
    check("invoice_id,paid_date,amount\n\nF1,2026-02-01,40", &[&cut("amount", "40")]);
    // Its invoice is left out whole.
    let header = "client_id,invoice_id,issue_date,due_date,paid_date,amount,paid_amount\n";
    check(
        format!("{header}C1,F1,2026-01-05,2026-02-04,2026-02-01,100,40\nC1,F1,2026-01-05,2026-02-04,2026-02-09,100,6"),
        &[
            "f, line 2: left out with line 3, which is of the same invoice and cannot be taken",
            &cut("paid_amount", "6"),
        ],
    );
}

#[test]
fn a_last_value_that_shows_that_it_is_whole() {
    let last = |line: &str| format!("note: f, line {line}: the last line lacks its line end; see that it is whole");
    let row = "C1,F1,2026-01-05,2026-02-04,100,";
    let invoice = "2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR";
    check(format!("{PLAIN}{row}2026-02-01"), &[invoice, "2: payment F1 2026-02-01 100.00 EUR", &last("2")]);
    check("invoice_id,paid_date,amount\nF1,2026-02-01,\"40\"", &["2: payment F1 2026-02-01 40.00 EUR", &last("2")]);
    check(
        "invoice_id,paid_date,amount,kind\nF1,2026-02-01,40,write-off",
        &["2: write-off F1 2026-02-01 40.00 EUR", &last("2")],
    );
    // Blank lines behind the last one are nothing.
    check(format!("{PLAIN}{row}\n\n  "), &[invoice, &last("4")]);
}
