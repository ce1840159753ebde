//! Factur-X: PDFs made here.

use lopdf::{Document, Object, Stream, dictionary};
use proptest::prelude::*;

use super::super::pdf;
use super::writers::Invoice;
use super::{faults, read};
use crate::reader::format::{File, ReadOptions};

/// A PDF with a file inside, and one more that doesn't matter.
fn pdf(name: &str, content: &[u8], compressed: bool) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let mut stream = Stream::new(dictionary! { "Type" => "EmbeddedFile", "Subtype" => "text#2Fxml" }, content.to_vec());
    if compressed {
        stream.compress().unwrap();
    }
    let stream = document.add_object(stream);
    let specification = document.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => Object::string_literal(name),
        "UF" => Object::string_literal(name),
        "AFRelationship" => "Data",
        "EF" => dictionary! { "F" => stream, "UF" => stream },
    });
    let pages = document.add_object(dictionary! { "Type" => "Pages", "Kids" => Vec::<Object>::new(), "Count" => 0 });
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog",
        "Pages" => pages,
        "AF" => vec![specification.into()],
        "Names" => dictionary! {
            "EmbeddedFiles" => dictionary! { "Names" => vec![Object::string_literal(name), specification.into()] },
        },
    });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn the_invoice_inside() {
    let xml = Invoice::default().cii();
    for name in ["factur-x.xml", "Factur-X.xml", "zugferd-invoice.xml", "xrechnung.xml"] {
        for compressed in [false, true] {
            let bytes = pdf(name, xml.as_bytes(), compressed);
            let (documents, report) = read("f.pdf", &bytes, &ReadOptions::default());
            assert_eq!(faults(&report), Vec::<String>::new(), "{name}");
            assert_eq!(documents.invoices[0].number, "F-1");
        }
    }
}

#[test]
fn no_invoice_inside() {
    let xml = Invoice::default().cii();
    let whole = pdf("factur-x.xml", xml.as_bytes(), false);
    let tell = |bytes: &[u8]| pdf::embedded(File { name: "f.pdf", bytes }).unwrap_err().to_string();
    let other = tell(&pdf("conditions.txt", b"x", false));
    assert!(other.contains("the PDF has no invoice inside: only `conditions.txt` is embedded"), "{other}");
    assert!(tell(b"%PDF-1.7\nnothing").contains("is it damaged or cut?"));
    let mut encrypted = Document::load_mem(&whole).unwrap();
    let lock = encrypted.add_object(dictionary! { "Filter" => "Standard", "V" => 9, "R" => 9 });
    encrypted.trailer.set("Encrypt", lock);
    let mut bytes = Vec::new();
    encrypted.save_to(&mut bytes).unwrap();
    let told = tell(&bytes);
    assert!(told.contains("encrypted") || told.contains("encryption"), "{told}");
    let wrong = pdf("factur-x.xml", b"<html/>", false);
    let (_, report) = read("f.pdf", &wrong, &ReadOptions::default());
    assert!(faults(&report)[0].contains("root element"));
}

#[test]
fn a_library_that_gives_up_takes_nothing_down() {
    let file = File { name: "f.pdf", bytes: b"%PDF-1.7" };
    // No file is known on which this version does; the next one may.
    let told = pdf::guarded(file, |_| panic!("index out of bounds")).unwrap_err().to_string();
    assert_eq!(told, "f.pdf: the PDF cannot be read, is it damaged or cut?");
}

#[test]
fn a_bomb_inside() {
    let bytes = pdf("factur-x.xml", &vec![b' '; 80 << 20], true);
    assert!(bytes.len() < 1 << 20);
    assert!(pdf::embedded(File { name: "f.pdf", bytes: &bytes }).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_mutation_is_read_or_told(at in 0_usize..6_000, byte in any::<u8>(), length in 5_usize..6_000) {
        let mut bytes = pdf("factur-x.xml", Invoice::default().cii().as_bytes(), true);
        let places = bytes.len();
        if let Some(slot) = bytes.get_mut(at % places) {
            *slot = byte;
        }
        bytes.truncate(length);
        let file = File { name: "f.pdf", bytes: &bytes };
        // Whatever comes out, it comes out.
        drop(pdf::embedded(file));
    }
}
