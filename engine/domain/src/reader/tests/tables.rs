//! Tables as people make them: titles, totals, pages, currencies.

use super::{PLAIN, check, check_map};

const ROW: &str = "C1,F1,2026-01-05,2026-02-04,100,2026-02-01\n";

/// The plain row on a line.
fn row_on(line: u64) -> [String; 2] {
    [
        format!("{line}: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR"),
        format!("{line}: payment F1 2026-02-01 100.00 EUR"),
    ]
}

fn check_lines(text: &str, rows: &[String], told: &[&str]) {
    let expected: Vec<&str> = rows.iter().map(String::as_str).chain(told.iter().copied()).collect();
    check(text, &expected);
}

#[test]
fn titles_above_the_names() {
    check_lines(
        &format!("Export des factures\n\nÉdité le 31/01/2026,,,,,\n\n{PLAIN}{ROW}"),
        &row_on(6),
        &[
            "note: f, line 1: above the column names, not read: `Export des factures`",
            "note: f, line 3: above the column names, not read: `Édité le 31/01/2026`",
        ],
    );
    // A title that happens to hold one of our names doesn't pass for the names.
    check_lines(
        &format!("kind,balance\n{PLAIN}{ROW}"),
        &row_on(3),
        &["note: f, line 1: above the column names, not read: `kind · balance`"],
    );
}

#[test]
fn delimiters_behind_every_row() {
    let second = "C2,F2,2026-01-05,2026-02-04,50.5,\n";
    let unnamed = "note: f, line 1: a column without a name is not read";
    let read =
        [row_on(2)[0].clone(), "3: invoice C2 F2 2026-01-05 2026-02-04 50.50 EUR".to_owned(), row_on(2)[1].clone()];
    check_lines(
        &format!("{PLAIN}{ROW}{second}").replace(",2026-02-01\n", ",2026-02-01,\n").replace("50.5,", "50.5,,"),
        &read,
        &[unnamed],
    );
    check_lines(&format!("{PLAIN}{ROW}{second}").replace("paid_date\n", "paid_date,,\n"), &read, &[]);
    // Not behind all: something may be shifted.
    check_lines(
        &format!("{PLAIN}{ROW}{second}").replace("50.5,", "50.5,,"),
        &row_on(2),
        &["f, line 3: found 7 fields, expected 6; is there a value with a `,` in it that is not in quotes?"],
    );
}

#[test]
fn names_over_two_lines() {
    let map = "[file]\nheader_line = 2\nheader_lines = 2\n[columns]\nclient_id = \"Client\"\ninvoice_id = \"Facture N°\"\n\
               issue_date = \"Facture Date\"\ndue_date = \"Facture Échéance\"\namount = \"Facture TTC\"\n\
               paid_date = \"Règlement Date\"\n[attributes]\n";
    check_map(
        map,
        "Export\n;Facture;;;;Règlement\nClient;N°;Date;Échéance;TTC;Date\nC1;F1;2026-01-05;2026-02-04;100;2026-02-01\n",
        &[
            "4: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR",
            "4: payment F1 2026-02-01 100.00 EUR",
            "note: f, line 1: above the column names, not read: `Export`",
        ],
    );
    check_map(
        "[file]\nheader_line = 9",
        format!("{PLAIN}{ROW}"),
        &["f, line 9: nothing stands on this line, where the map's `header_line` has the names"],
    );
}

#[test]
fn a_name_that_stands_twice() {
    let map = "[columns]\nclient_id = \"Client\"\ninvoice_id = \"N\"\nissue_date = \"Date\"\ndue_date = \"Due\"\n\
               amount = \"Total\"\npaid_date = \"Date (2)\"\n[attributes]\n";
    let text = "Client,N,Date,Due,Total,Date\nC1,F1,2026-01-05,2026-02-04,100,2026-02-01\n";
    check_map(map, text, &["2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR", "2: payment F1 2026-02-01 100.00 EUR"]);
    // Which of the two is meant is asked.
    check_map(
        &map.replace("paid_date = \"Date (2)\"\n", ""),
        text,
        &["f, line 1: the header names a column twice: `date`"],
    );
}

/// Notes and faults of a plain ledger of two invoices with further lines.
fn check_told(lines: &str, told: &[&str]) {
    let second = "C2,F2,2026-01-05,2026-02-04,50.5,\n";
    let mut expected = vec!["3: invoice C2 F2 2026-01-05 2026-02-04 50.50 EUR".to_owned()];
    let [invoice, payment] = row_on(2);
    expected.splice(0..0, [invoice]);
    expected.push(payment);
    check_lines(&format!("{PLAIN}{ROW}{second}{lines}"), &expected, told);
}

#[test]
fn totals_are_told_and_never_taken() {
    check_told("Total,,,,150.50,\n", &["note: f, line 4: a total `Total`, not taken; it is the sum of the rows above"]);
    check_told(
        ",,,TOTAL GÉNÉRAL (2 factures),151.00,\n",
        &[
            "note: f, line 4: a total `TOTAL GÉNÉRAL (2 factures)`, not taken; it says 151.00 EUR, the rows above add up to 150.50 EUR",
        ],
    );
    // Fewer fields than the header has: a total is no invoice for that.
    check_told("Total\n", &["note: f, line 4: a total `Total`, not taken"]);
    // The label stands where the number does.
    check_told(
        ",Sous-total,,,150.50,\n",
        &["note: f, line 4: a total `Sous-total`, not taken; it is the sum of the rows above"],
    );
    // No label at all: the sum says it.
    check_told(",,,,150.50,\n", &["note: f, line 4: a total, not taken; it is the sum of the rows above"]);
}

#[test]
fn what_may_be_a_client_is_asked() {
    let doubt = "cannot tell whether `Total Énergies` is a total or a row without its number and dates, as its amount is not \
                 the sum of the rows above; hint: drop the line, or complete it";
    check_told("Total Énergies,,,,80,\n", &[&format!("f, line 4: {doubt}")]);
    check_told(
        "Total Énergies,,,,150.5,\n",
        &["note: f, line 4: a total `Total Énergies`, not taken; it is the sum of the rows above"],
    );
    // With a number and its dates it is an invoice, whatever the client is called.
    check(
        format!("{PLAIN}Total,F9,2026-01-05,2026-02-04,80,\n"),
        &["2: invoice Total F9 2026-01-05 2026-02-04 80.00 EUR"],
    );
    // An unlabelled amount that is no sum is a row that lacks its values.
    check_told(
        ",,,,80,\n",
        &[
            "f, line 4, column `client_id`, value ``: the value is missing",
            "f, line 4, column `invoice_id`, value ``: the value is missing",
            "f, line 4, column `issue_date`, value ``: the value is missing",
            "f, line 4, column `due_date`, value ``: the value is missing",
        ],
    );
}

#[test]
fn subtotals_between_clients() {
    check(
        format!(
            "{PLAIN}{ROW}Total client C1,,,,100,\nC2,F2,2026-01-05,2026-02-04,50.5,\nTotal client C2,,,,50.5,\n\
             Total général,,,,150.5,\n"
        ),
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR",
            "4: invoice C2 F2 2026-01-05 2026-02-04 50.50 EUR",
            "2: payment F1 2026-02-01 100.00 EUR",
            "note: f, line 3: a total `Total client C1`, not taken; it is the sum of the rows above",
            "note: f, line 5: a total `Total client C2`, not taken; it is the sum of the rows above",
            "note: f, line 6: a total `Total général`, not taken; it is the sum of the rows above",
        ],
    );
}

#[test]
fn a_total_that_names_its_client_is_one_whatever_it_says() {
    check(
        format!("{PLAIN}{ROW}Total C1,,,,90,\nTotal C2,,,,90,\n"),
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR",
            "2: payment F1 2026-02-01 100.00 EUR",
            "f, line 4: cannot tell whether `Total C2` is a total or a row without its number and dates, as its amount is not \
             the sum of the rows above; hint: drop the line, or complete it",
            "note: f, line 3: a total `Total C1`, not taken; it says 90.00 EUR, the rows above add up to 100.00 EUR",
        ],
    );
}

#[test]
fn pages_and_footers() {
    check_told(
        &format!("{PLAIN},,,,,\nPage 1/2,,,,,\nÉdité le 01/02/2026\n"),
        &[
            "note: f, line 4: the column names again, passed over",
            "note: f, line 5: the row is blank and was passed over",
            "note: f, line 6: printed below the table and passed over: `Page 1/2`",
            "note: f, line 7: printed below the table and passed over: `Édité le 01/02/2026`",
        ],
    );
    check_told("Merci de votre confiance\n", &["f, line 4: found 1 fields, expected 6; is the file cut?"]);
}

#[test]
fn amounts_with_what_stands_around_them() {
    let header = "client_id;invoice_id;issue_date;due_date;amount\n";
    let open = "note: f, line 1: no column `paid_date`: without a payment table every invoice counts as open";
    for (amount, read) in [
        ("1 234,50 €", "invoice C F 2026-01-05 2026-02-04 1234.50 EUR"),
        ("1\u{202f}234,50\u{a0}€", "invoice C F 2026-01-05 2026-02-04 1234.50 EUR"),
        ("1\u{a0}234 567,5", "invoice C F 2026-01-05 2026-02-04 1234567.50 EUR"),
        ("1.234,50", "invoice C F 2026-01-05 2026-02-04 1234.50 EUR"),
        ("1,234.50", "invoice C F 2026-01-05 2026-02-04 1234.50 EUR"),
        ("USD 300", "invoice C F 2026-01-05 2026-02-04 300.00 USD"),
        ("300,25 USD", "invoice C F 2026-01-05 2026-02-04 300.25 USD"),
        ("£12.30", "invoice C F 2026-01-05 2026-02-04 12.30 GBP"),
        ("(1 234,50)", "credit note C F 2026-01-05 2026-02-04 -1234.50 EUR"),
        ("1234,50-", "credit note C F 2026-01-05 2026-02-04 -1234.50 EUR"),
        ("- 12,5 €", "credit note C F 2026-01-05 2026-02-04 -12.50 EUR"),
    ] {
        check(format!("{header}C;F;2026-01-05;2026-02-04;{amount}\n"), &[&format!("2: {read}"), open]);
    }
    check(
        format!("{header}C;F;2026-01-05;2026-02-04;$300\n"),
        &[
            "f, line 2, column `amount`, value `$300`: the sign may mean one of `USD`, `CAD`, `AUD`, `NZD`, `SGD`, `HKD`; hint: \
           say `currency` in a map file",
            open,
        ],
    );
    check_map(
        "[file]\ncurrency = \"CAD\"",
        format!("{header}C;F;2026-01-05;2026-02-04;$300\n"),
        &["2: invoice C F 2026-01-05 2026-02-04 300.00 CAD", open],
    );
}

#[test]
fn two_currencies_in_one_column() {
    let header = "client_id;invoice_id;issue_date;due_date;amount;currency;paid_date;paid_amount\n";
    check(
        format!(
            "{header}C;F1;2026-01-05;2026-02-04;300 USD;;2026-02-01;100 USD\nC;F2;2026-01-05;2026-02-04;300 USD;EUR;;\n\
             C;F3;2026-01-05;2026-02-04;10 €;€;2026-02-01;5 USD\n"
        ),
        &[
            "2: invoice C F1 2026-01-05 2026-02-04 300.00 USD",
            "2: payment F1 2026-02-01 100.00 USD",
            "f, line 3, column `amount`, value `300 USD`: the amount is in USD, expected EUR as in the rest of the row",
            "f, line 4, column `paid_amount`, value `5 USD`: the amount is in USD, expected EUR as in the rest of the row",
        ],
    );
}

#[test]
fn totals_over_two_currencies() {
    let rows = "client_id;invoice_id;issue_date;due_date;amount;currency\nC;F1;2026-01-05;2026-02-04;300;USD\n\
                C;F2;2026-01-05;2026-02-04;10,5;EUR\nC;F3;2026-01-05;2026-02-04;20;USD\nC;F4;2026-01-05;2026-02-04;4;EUR\n";
    let taken = [
        "2: invoice C F1 2026-01-05 2026-02-04 300.00 USD",
        "3: invoice C F2 2026-01-05 2026-02-04 10.50 EUR",
        "4: invoice C F3 2026-01-05 2026-02-04 20.00 USD",
        "5: invoice C F4 2026-01-05 2026-02-04 4.00 EUR",
    ];
    let total = |line: u8| format!("note: f, line {line}: a total, not taken; it is the sum of the rows above");
    let open = "note: f, line 1: no column `paid_date`: without a payment table every invoice counts as open";
    // One for each currency: 320 dollars and 14.50 euros; or what a column adds up to, whatever it counts: 334.5.
    let each = [total(6), total(7)];
    let expected: Vec<&str> = taken.into_iter().chain([open]).chain(each.iter().map(String::as_str)).collect();
    check(format!("{rows};;;;320;USD\n;;;;14,5;EUR\n"), &expected);
    let column = total(6);
    let expected: Vec<&str> = taken.into_iter().chain([open, column.as_str()]).collect();
    check(format!("{rows};;;;334,5;\n"), &expected);
}

#[test]
fn amounts_made_of_others() {
    let open = "note: f, line 1: no column `paid_date`: without a payment table every invoice counts as open";
    check(
        "client_id,invoice_id,issue_date,due_date,debit,credit\nC,F1,2026-01-05,2026-02-04,120.5,\n\
         C,A1,2026-01-05,2026-02-04,,20\nC,F2,2026-01-05,2026-02-04,,\n",
        &[
            "2: invoice C F1 2026-01-05 2026-02-04 120.50 EUR",
            "3: credit note C A1 2026-01-05 2026-02-04 -20.00 EUR",
            open.replace("note: ", "f, line 4, column `amount`, value ``: the value is missing")
                .split("f, line 1")
                .next()
                .unwrap(),
            open,
        ],
    );
    check(
        "client_id,invoice_id,issue_date,due_date,amount_excl_vat,vat_amount\nC,F1,2026-01-05,2026-02-04,100,20\n\
         C,F2,2026-01-05,2026-02-04,100,\n",
        &[
            "2: invoice C F1 2026-01-05 2026-02-04 120.00 EUR",
            "f, line 3, column `vat_amount`, value ``: the value is missing; nought is written `0`",
            open,
        ],
    );
    // Beside the amount itself they are attributes, as ever.
    check(
        "client_id,invoice_id,issue_date,due_date,amount,vat_amount\nC,F1,2026-01-05,2026-02-04,100,20\n",
        &["2: invoice C F1 2026-01-05 2026-02-04 100.00 EUR, vat_amount=20", open],
    );
}

#[test]
fn what_is_left_to_pay() {
    let header = "client_id,invoice_id,issue_date,due_date,amount,paid_date,open_amount\n";
    let row = "C,F,2026-01-05,2026-02-04,100,";
    let invoice = "2: invoice C F 2026-01-05 2026-02-04 100.00 EUR";
    for (rest, told) in [
        (",100", vec![invoice]),
        ("2026-02-01,0", vec![invoice, "2: payment F 2026-02-01 100.00 EUR"]),
        ("2026-02-01,40", vec![invoice, "2: payment F 2026-02-01 60.00 EUR"]),
        (
            ",0",
            vec![
                "f, line 2, column `open_amount`, value `0`: less is left than was claimed, expected a `paid_date` beside it",
            ],
        ),
        (
            "2026-02-01,100",
            vec!["f, line 2, column `open_amount`, value `100`: all is left to pay, and there is a `paid_date`"],
        ),
        (",140", vec!["f, line 2, column `open_amount`, value `140`: expected at most the amount, `100.00`"]),
    ] {
        check(format!("{header}{row}{rest}\n"), &told);
    }
    check(
        "client_id,invoice_id,issue_date,due_date,amount,open_amount\nC,F,2026-01-05,2026-02-04,100,0\n",
        &[
            invoice,
            "note: f, line 1: no column `paid_date`: without a payment table every invoice counts as open",
            "note: f, line 1: 1 invoices are paid in whole or in part by what is left of them, and the file does not say \
             when: without a payment table they count as open",
        ],
    );
}

#[test]
fn months_in_letters() {
    for (form, date) in [
        ("%d %b %Y", "31 janv. 2026"),
        ("%d %B %Y", "31 Janvier 2026"),
        ("%d-%b-%y", "31-janv-26"),
        ("%d %b %Y", "31 Jan 2026"),
    ] {
        check_map(
            &format!("[file]\ndate = \"{form}\""),
            format!("{PLAIN}C1,F1,{date},{date},100,\n"),
            &["2: invoice C1 F1 2026-01-31 2026-01-31 100.00 EUR"],
        );
    }
}
