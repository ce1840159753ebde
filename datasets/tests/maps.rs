//! Map files: readable, and complete for the file they describe.

use toml::Table;

const IBM_HEADER: &str = "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,\
                          InvoiceAmount,Disputed,SettledDate,PaperlessBill,DaysToSettle,DaysLate";

fn ibm() -> Table {
    include_str!("../maps/ibm_late_payment.toml").parse().expect("the map is TOML")
}

fn theirs(map: &Table, section: &str) -> Vec<String> {
    let table = map.get(section).and_then(toml::Value::as_table).expect("the section is there");
    table.values().filter_map(toml::Value::as_str).map(String::from).collect()
}

#[test]
fn every_column_is_mapped_kept_or_ignored_once() {
    let map = ibm();
    let ignored = map["ignore"]["columns"].as_array().expect("a list of columns");
    let mut named = theirs(&map, "columns");
    named.extend(theirs(&map, "attributes"));
    named.extend(ignored.iter().filter_map(toml::Value::as_str).map(String::from));
    named.sort();
    let mut header: Vec<String> = IBM_HEADER.split(',').map(String::from).collect();
    header.sort();
    assert_eq!(named, header);
}

#[test]
fn what_is_known_only_afterwards_is_no_attribute() {
    let attributes = theirs(&ibm(), "attributes");
    assert_eq!(attributes, ["countryCode"]);
}

#[test]
fn the_date_format_reads_american_dates() {
    let map = ibm();
    let format = map["file"]["date"].as_str().expect("a date format");
    let read = chrono::NaiveDate::parse_from_str("1/26/2013", format);
    assert_eq!(read.ok(), chrono::NaiveDate::from_ymd_opt(2013, 1, 26));
}
