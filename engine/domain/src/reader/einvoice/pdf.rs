//! Factur-X: the invoice's XML inside a PDF/A-3.

use std::panic::UnwindSafe;

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use crate::fault::Fault;
use crate::reader::format::File;

use super::xml::HEAVIEST;

/// Names under which the XML is embedded: Factur-X and ZUGFeRD 2, older ZUGFeRD 2, XRechnung.
const NAMES: &[&str] = &["factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"];

/// Bytes to which one of the PDF's own tables may inflate; true ones have some hundred thousand.
const HEAVIEST_PART: usize = 8 << 20;

/// Whether the file is a PDF.
pub(super) fn looks_like(file: File<'_>) -> bool {
    // Some programs write a few bytes before the header.
    let start = file.bytes.get(..file.bytes.len().min(1024)).unwrap_or_default();
    start.windows(5).any(|window| window == b"%PDF-")
}

/// The XML of a Factur-X.
///
/// # Errors
/// When the PDF is damaged, encrypted or too heavy, or has no invoice inside.
pub(super) fn embedded(file: File<'_>) -> Result<Vec<u8>, Fault> {
    guarded(file, extracted)
}

/// The library is written for sound files; a damaged one must not take the program down with it.
pub(super) fn guarded(
    file: File<'_>,
    read: impl FnOnce(File<'_>) -> Result<Vec<u8>, Fault> + UnwindSafe,
) -> Result<Vec<u8>, Fault> {
    std::panic::catch_unwind(|| read(file))
        .unwrap_or_else(|_| Err(Fault::of_file(file.name, "the PDF cannot be read, is it damaged or cut?")))
}

fn extracted(file: File<'_>) -> Result<Vec<u8>, Fault> {
    let tell = |reason: &str| Fault::of_file(file.name, reason);
    if file.bytes.len() > HEAVIEST {
        return Err(Fault::of_file(file.name, format!("the PDF has more than {HEAVIEST} bytes")));
    }
    let options = LoadOptions { max_decompressed_size: Some(HEAVIEST_PART), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(file.bytes, options).map_err(|error| {
        Fault::of_file(file.name, format!("the PDF cannot be read, is it damaged or cut? ({error})"))
    })?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(tell("the PDF is encrypted, expected one that anybody can open"));
    }
    let mut names = Vec::new();
    for object in document.objects.values() {
        let Ok(specification) = object.as_dict() else { continue };
        let Some(stream) = embedded_stream(&document, specification) else { continue };
        let name = file_name(specification);
        if NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return content(&document, stream).map_err(|reason| tell(&reason));
        }
        names.push(name);
    }
    names.sort_unstable();
    names.dedup();
    let inside = if names.is_empty() {
        "no file is embedded".to_owned()
    } else {
        format!("only {} is embedded", crate::reader::names::listed(&names))
    };
    Err(tell(&format!("the PDF has no invoice inside: {inside}, expected `factur-x.xml` as Factur-X has it")))
}

/// The stream of a file specification.
fn embedded_stream(document: &Document, specification: &Dictionary) -> Option<ObjectId> {
    let files = specification.get(b"EF").ok()?;
    let files = match files {
        Object::Reference(id) => document.get_dictionary(*id).ok()?,
        direct => direct.as_dict().ok()?,
    };
    let stream = files.get(b"F").or_else(|_| files.get(b"UF")).ok()?;
    stream.as_reference().ok()
}

/// The name of a file specification: the one in Unicode, else the plain one.
fn file_name(specification: &Dictionary) -> String {
    let text = |key: &[u8]| specification.get(key).ok().and_then(|name| name.as_str().ok()).map(plain);
    let names = [text(b"UF"), text(b"F")];
    let known = names.iter().flatten().find(|name| NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)));
    known.or(names.iter().flatten().next()).cloned().unwrap_or_default()
}

/// A PDF text: UTF-16 with its mark, else Latin letters; only plain names matter.
fn plain(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn content(document: &Document, stream: ObjectId) -> Result<Vec<u8>, String> {
    let stream = document.get_object(stream).and_then(Object::as_stream);
    let stream =
        stream.map_err(|error| format!("the embedded invoice cannot be read, is the PDF damaged? ({error})"))?;
    if stream.dict.get(b"Filter").is_err() {
        return Ok(stream.content.clone());
    }
    let content = stream.decompressed_content_with_limit(HEAVIEST);
    content.map_err(|error| format!("the embedded invoice cannot be read, is the PDF damaged? ({error})"))
}
