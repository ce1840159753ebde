//! Documents that are cut, damaged, foreign, or meant to do harm.

use proptest::prelude::*;

use super::super::xml;
use super::writers::{Invoice, Told};
use super::{faults, read};
use crate::reader::format::{FORMATS, File, ReadOptions};

fn refused(text: &str) -> String {
    xml::read("f.xml", text.as_bytes()).map(|_| "read".to_owned()).unwrap_or_else(|fault| fault.to_string())
}

#[test]
fn refused_quickly() {
    let plain = Invoice::default().ubl();
    let after_declaration = |text: &str| plain.replacen("?>\n", &format!("?>\n{text}"), 1);
    let inside = |text: &str| plain.replacen("<cbc:ID>", &format!("{text}<cbc:ID>"), 1);
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    for (text, expected) in [
        (after_declaration(laughs), "a document type (`<!DOCTYPE`) is not taken"),
        (after_declaration("<!DOCTYPE x SYSTEM \"file:///etc/passwd\">"), "a document type"),
        (inside("<cbc:Note>&b;</cbc:Note>"), "the entity `b` is unknown"),
        (inside(&"<cac:X>".repeat(100_000)), "elements stand deeper than 48"),
        (inside(&"<cbc:X/>".repeat(30_000)), "more than 20000 elements"),
        (
            inside(&format!("<cbc:X {}/>", (0..100).map(|at| format!("a{at}=\"\" ")).collect::<String>())),
            "more than 64 attributes",
        ),
        (
            inside(&format!("<cbc:X {}/>", (0..10_000).map(|at| format!("xmlns:a{at}=\"u\" ")).collect::<String>())),
            "namespace",
        ),
        (inside("</cbc:Wrong>"), "not well-formed XML"),
        (plain.replacen("</Invoice>", "", 1), "the document ends inside an element; is it cut?"),
        (
            format!("{plain}{}", plain.replacen("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "", 1)),
            "a second root element",
        ),
        (String::new(), "the document is empty"),
        ("<html><body/></html>".to_owned(), "root element"),
        ("<Invoice><ID>1</ID></Invoice>".to_owned(), "root element"),
    ] {
        let told = refused(&text);
        assert!(told.contains(expected), "{expected}: {told}");
    }
}

#[test]
fn a_prefix_is_no_vocabulary() {
    let foreign = Invoice::default().ubl().replace("<cbc:ID>F-1</cbc:ID>", "<x:ID xmlns:x=\"urn:other\">F-1</x:ID>");
    let (_, report) = read("f.xml", foreign.as_bytes(), &ReadOptions::default());
    assert_eq!(faults(&report), ["f.xml, column `BT-1 number`: the value is missing"]);
}

#[test]
fn places_are_true() {
    let text = Invoice::default().ubl().replace("<cbc:IssueDate>2026-01-05", "\n\n<cbc:IssueDate>2026-01-55");
    let (_, report) = read("f.xml", text.as_bytes(), &ReadOptions::default());
    assert_eq!(report.faults[0].line, Some(5));
}

proptest! {
    #[test]
    fn any_mutation_is_read_or_told(at in 0_usize..3_000, byte in any::<u8>(), length in 1_usize..3_000, which in 0_usize..3) {
        let invoice = Invoice::default();
        let paid = Told { code: "212", receipts: &[("1200.00", "2026-02-10")], ..Told::default() };
        let mut bytes = [invoice.ubl(), invoice.cii(), paid.cdar()][which].clone().into_bytes();
        let places = bytes.len();
        if let Some(slot) = bytes.get_mut(at % places) {
            *slot = byte;
        }
        bytes.truncate(length.max(400));
        for format in FORMATS {
            let file = File { name: "f", bytes: &bytes };
            (format.looks_like)(file);
            (format.read)(file, &ReadOptions::default());
        }
    }

    #[test]
    fn a_cut_document_is_never_a_whole_one(length in 0_usize..3_000) {
        let text = Invoice::default().cii();
        let cut: String = text.chars().take(length.min(text.chars().count() - 1)).collect();
        prop_assert!(xml::read("f", cut.as_bytes()).is_err());
    }
}
