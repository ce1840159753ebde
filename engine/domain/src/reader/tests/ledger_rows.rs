//! What is taken, and as what.

use super::{PLAIN, check, check_map};

#[test]
fn plain_form() {
    check(
        format!("{PLAIN}C1,F1,2026-01-05,2026-02-04,1200.00,2026-02-01\nC2,F2,2026-01-09,2026-02-08,950.5,\n"),
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 1200.00 EUR",
            "3: invoice C2 F2 2026-01-09 2026-02-08 950.50 EUR",
            "2: payment F1 2026-02-01 1200.00 EUR",
        ],
    );
}

#[test]
fn columns_in_any_order_and_case() {
    check(
        " Paid_Date ,AMOUNT,due_date,issue_date,invoice_id,client_id\r\n,7,2026-02-04,2026-01-05,F1,C1\r\n",
        &["2: invoice C1 F1 2026-01-05 2026-02-04 7.00 EUR"],
    );
}

#[test]
fn every_column_of_ours() {
    check(
        "client_id,invoice_id,instalment_no,issue_date,due_date,due_date_origin,amount,currency,kind,corrects,entity,\
         means_of_payment,disputed_on,dispute_closed_on,known_on,paid_date,paid_amount,payment_kind,payment_known_on\n\
         C1,F1,2,2026-01-05,2026-02-04,usual terms,100,usd,deposit,,Lyon,transfer,2026-01-10,2026-01-20,2026-01-06,\
         2026-02-01,40.10,set_off,2026-02-03\n\
         C1,A1,,2026-01-05,2026-01-05,,-100,,,F1,,,,,,,,,\n",
        &[
            "2: deposit C1 F1 2026-01-05 2026-02-04 100.00 USD, instalment 2, usual terms, entity Lyon, by transfer, \
             disputed 2026-01-10, closed 2026-01-20, known 2026-01-06",
            "3: credit note C1 A1 2026-01-05 2026-01-05 -100.00 EUR, corrects F1",
            "2: set-off F1 2026-02-01 40.10 USD, known 2026-02-03",
        ],
    );
}

#[test]
fn further_columns_are_attributes() {
    check(
        "zone,client_id,invoice_id,issue_date,due_date,amount,paid_date,Country,SIREN\n\
         north,C1,F1,2026-01-05,2026-02-04,1,, FR ,552032534\n",
        &["2: invoice C1 F1 2026-01-05 2026-02-04 1.00 EUR, Country=FR, siren=552032534, zone=north"],
    );
}

#[test]
fn quoted_line_ends_keep_line_numbers() {
    check(
        "client_id,invoice_id,issue_date,due_date,amount,paid_date,place\r\n\
         C1,F1,2026-01-05,2026-02-04,1,,\"12 rue\r\nde Lyon\"\r\n\
         C1,F2,2026-01-05,2026-02-30,1,,x\r\n",
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 1.00 EUR, place=12 rue\r\nde Lyon",
            "f, line 4, column `due_date`, value `2026-02-30`: no such day in the calendar, expected a date as `YYYY-MM-DD`",
        ],
    );
}

#[test]
fn lone_carriage_returns() {
    let text = format!("{PLAIN}C1,F1,2026-01-05,2026-02-04,1,\nC1,F2,2026-01-05,2026-02-04,x,\n").replace('\n', "\r");
    check(
        text,
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 1.00 EUR",
            "f, line 3, column `amount`, value `x`: expected a number with at most 2 decimals such as `1234.50`",
        ],
    );
}

#[test]
fn accents_of_windows_1252() {
    check(
        b"client_id,invoice_id,issue_date,due_date,amount,paid_date\nCaf\xE9 \x8Cuvre,F1,2026-01-05,2026-02-04,1,\n",
        &[
            "2: invoice Café Œuvre F1 2026-01-05 2026-02-04 1.00 EUR",
            "note: f: the letters are not UTF-8 and were read as `windows-1252`",
        ],
    );
}

#[test]
fn utf_16_of_spreadsheets() {
    let text = format!("{PLAIN}É1,F1,2026-01-05,2026-02-04,1,\n").replace(',', "\t");
    let bytes: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    check(bytes, &["2: invoice É1 F1 2026-01-05 2026-02-04 1.00 EUR"]);
}

#[test]
fn decimal_commas_where_nothing_else_is_possible() {
    let text = format!("{PLAIN}C1,F1,2026-01-05,2026-02-04,1234x50,\nC1,F2,2026-01-05,2026-02-04,-7,\n");
    check(
        text.replace(',', ";").replace('x', ","),
        &["2: invoice C1 F1 2026-01-05 2026-02-04 1234.50 EUR", "3: credit note C1 F2 2026-01-05 2026-02-04 -7.00 EUR"],
    );
}

#[test]
fn a_map() {
    let map = r#"
        [file]
        decimal = ","
        thousands = " "
        date = "%d/%m/%Y"
        currency = "CHF"
        [columns]
        client_id = "Client"
        invoice_id = "Pièce"
        issue_date = "Date"
        due_date = "Échéance"
        amount = "TTC"
        paid_date = "Réglé le"
        [attributes]
        land = "Pays"
        [ignore]
        columns = ["Litige"]
    "#;
    check_map(
        map,
        "Client;Pièce;Date;échéance;TTC;Réglé le;Pays;Litige;Autre\n\
         C1;F1;05/01/2026;04/02/2026;1\u{202f}234,50;31/01/2026;CH;oui;x\n",
        &["2: invoice C1 F1 2026-01-05 2026-02-04 1234.50 CHF, land=CH", "2: payment F1 2026-01-31 1234.50 CHF"],
    );
}

#[test]
fn a_map_of_the_writing_alone() {
    check_map(
        "[file]\ndate = \"%d/%m/%Y\"\n[ignore]\ncolumns = [\"kind\"]",
        "client_id,invoice_id,issue_date,due_date,amount,paid_date,kind\nC1,F1,05/01/2026,04/02/2026,1,,B2B\n",
        &["2: invoice C1 F1 2026-01-05 2026-02-04 1.00 EUR"],
    );
}

const PAID: &str = "client_id,invoice_id,issue_date,due_date,amount,paid_date,paid_amount,payment_kind\n";

#[test]
fn part_payments_are_one_invoice() {
    check(
        format!(
            "{PAID}C1,F1,2026-01-05,2026-02-04,100,2026-02-01,40,\n\
             C1,F2,2026-01-05,2026-02-04,100,2026-02-01,,\n\
             C1,F1,2026-01-05,2026-02-04,100.0,2026-03-01,30,discount\n\
             C1,F1,2026-01-05,2026-02-04,100,,0,\n"
        ),
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR",
            "3: invoice C1 F2 2026-01-05 2026-02-04 100.00 EUR",
            "2: payment F1 2026-02-01 40.00 EUR",
            "3: payment F2 2026-02-01 100.00 EUR",
            "4: discount F1 2026-03-01 30.00 EUR",
        ],
    );
}

#[test]
fn a_bounced_debit() {
    check(
        format!(
            "{PAID}C1,F1,2026-01-05,2026-02-04,100,2026-02-01,,\n\
             C1,F1,2026-01-05,2026-02-04,100,2026-02-03,,reversal\n\
             C1,F1,2026-01-05,2026-02-04,100,2026-03-01,,\n\
             C1,F2,2026-01-05,2026-02-04,100,2026-02-03,-20,\n"
        ),
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR",
            "5: invoice C1 F2 2026-01-05 2026-02-04 100.00 EUR",
            "2: payment F1 2026-02-01 100.00 EUR",
            "3: reversal F1 2026-02-03 -100.00 EUR",
            "4: payment F1 2026-03-01 100.00 EUR",
            "5: reversal F2 2026-02-03 -20.00 EUR",
        ],
    );
}

#[test]
fn credit_notes_are_settled_by_their_own_sign() {
    check(
        format!(
            "{PAID}C1,A1,2026-01-05,2026-01-05,-100,2026-02-01,,\nC1,A2,2026-01-05,2026-01-05,-100,2026-02-01,-60,\n"
        ),
        &[
            "2: credit note C1 A1 2026-01-05 2026-01-05 -100.00 EUR",
            "3: credit note C1 A2 2026-01-05 2026-01-05 -100.00 EUR",
            "2: payment A1 2026-02-01 -100.00 EUR",
            "3: payment A2 2026-02-01 -60.00 EUR",
        ],
    );
}

#[test]
fn two_invoices_under_one_number_both_pass() {
    check(
        format!("{PLAIN}C1,F1,2026-01-05,2026-02-04,100,\nC1,F1,2026-01-05,2026-02-04,200,\n"),
        &["2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR", "3: invoice C1 F1 2026-01-05 2026-02-04 200.00 EUR"],
    );
}

#[test]
fn a_payment_table() {
    check(
        "invoice_id,paid_date,amount\nF1,2026-02-01,40\nF1,2026-02-03,-40\n",
        &["2: payment F1 2026-02-01 40.00 EUR", "3: reversal F1 2026-02-03 -40.00 EUR"],
    );
    check(
        "client_id;invoice_id;instalment_no;paid_date;amount;currency;kind;known_on;origin;number\n\
         C1;F1;2;2026-02-01;40;USD;write-off;2026-02-02;oldest first;1\n\
         C1;F1;2;2026-02-01;40;USD;write-off;2026-02-02;oldest first;2\n",
        &[
            "2: write-off F1 2026-02-01 40.00 USD, known 2026-02-02",
            "3: write-off F1 2026-02-01 40.00 USD, known 2026-02-02",
            "note: f, line 1: a payment table has no such columns, not read: `number`",
        ],
    );
}

#[test]
fn worth_knowing() {
    let row = "C1,F1,2026-01-05,2026-02-04,100,2026-02-01\n";
    let taken = ["2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR", "2: payment F1 2026-02-01 100.00 EUR"];
    let with = |note| [taken[0], taken[1], note];
    check(format!("{PLAIN}{row}{row}"), &with("note: f, line 3: repeats line 2, taken once"));
    check(format!("{PLAIN}{row},,,,,\n"), &with("note: f, line 3: the row is blank and was passed over"));
    check(
        format!("{PLAIN}{}", row.trim_end()),
        &with("note: f, line 2: the last line lacks its line end; see that it is whole"),
    );
    check(PLAIN, &["note: f: the file has a header and no rows"]);
    check(
        format!("{PLAIN}C1,F1,2026-01-05,2026-02-04,0,\n"),
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 0.00 EUR",
            "note: f, line 2, column `amount`, value `0`: the amount is zero",
        ],
    );
    check(
        "client_id,invoice_id,issue_date,due_date,amount,\nC1,F1,2026-01-05,2026-02-04,1,\n",
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 1.00 EUR",
            "note: f, line 1: a column without a name is not read",
            "note: f, line 1: no column `paid_date`: without a payment table every invoice counts as open",
        ],
    );
    check(
        "client_id,invoice_id,issue_date,due_date,amount,paid_date,curency,DaysLate\nC1,F1,2026-01-05,2026-02-04,1,,USD,3\n",
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 1.00 EUR, DaysLate=3, curency=USD",
            "note: f, line 1: column `DaysLate` is taken as an attribute known at issue; hint: if it is known only \
             later, put it under `[ignore]` in a map file",
            "note: f, line 1: column `curency` is taken as an attribute; is `currency` meant?",
        ],
    );
}
