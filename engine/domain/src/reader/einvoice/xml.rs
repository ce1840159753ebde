//! XML to a small tree, within bounds: no document type, no entities of its own, no deep or endless nesting. Elements
//! are known by the URI of their vocabulary, never by their prefix; those of other vocabularies, lines of goods and
//! attachments are walked past.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

use crate::fault::Fault;
use crate::reader::decode::line_at;

/// Bytes of a document that are read; a heavier one is refused.
pub(super) const HEAVIEST: usize = 64 << 20;
/// Elements inside each other.
const DEEPEST: usize = 48;
/// Elements that are kept.
const MOST_KEPT: usize = 20_000;
/// Attributes of one element.
const MOST_ATTRIBUTES: usize = 64;
/// Letters of one text that are kept; a longer one is no number, name or date.
const LONGEST_TEXT: usize = 4_000;

/// Elements whose content says nothing about the claim.
const PASSED_OVER: &[&str] = &[
    "InvoiceLine",
    "CreditNoteLine",
    "IncludedSupplyChainTradeLineItem",
    "AdditionalDocumentReference",
    "AdditionalReferencedDocument",
    "AttachmentBinaryObject",
    "EmbeddedDocumentBinaryObject",
    "UBLExtensions",
    "Signature",
];

/// A vocabulary that e-invoices are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// UBL `Invoice`.
    UblInvoice,
    /// UBL `CreditNote`.
    UblCreditNote,
    /// UN/CEFACT `CrossIndustryInvoice`.
    Cii,
    /// UN/CEFACT `CrossDomainAcknowledgementAndResponse`: a status in the life of an invoice.
    Cdar,
}

const UBL: &str = "urn:oasis:names:specification:ubl:schema:xsd:";
const CEFACT: &str = "urn:un:unece:uncefact:data:standard:";

impl Root {
    fn of(space: &str, name: &str) -> Option<Self> {
        match (space.strip_prefix(UBL), space.strip_prefix(CEFACT), name) {
            (Some("Invoice-2"), _, "Invoice") => Some(Root::UblInvoice),
            (Some("CreditNote-2"), _, "CreditNote") => Some(Root::UblCreditNote),
            (_, Some("CrossIndustryInvoice:100"), "CrossIndustryInvoice") => Some(Root::Cii),
            (_, Some("CrossDomainAcknowledgementAndResponse:100"), "CrossDomainAcknowledgementAndResponse") => {
                Some(Root::Cdar)
            }
            _ => None,
        }
    }

    /// Whether an element's vocabulary belongs with this root.
    fn speaks(self, space: &str) -> bool {
        match self {
            Root::UblInvoice | Root::UblCreditNote => space.starts_with(UBL),
            Root::Cii | Root::Cdar => space.starts_with(CEFACT),
        }
    }
}

/// An element.
#[derive(Debug)]
pub(super) struct Element {
    pub name: String,
    /// Its text, trimmed.
    pub text: String,
    /// Where it begins.
    pub offset: usize,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
}

impl Element {
    /// The first child of a name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children(name).next()
    }

    /// Every child of a name.
    pub fn children(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element at the end of a path of names.
    pub fn path(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The first element at the end of a path that has a text.
    pub fn filled(&self, path: &[&str]) -> Option<&Element> {
        self.path(path).filter(|element| !element.text.is_empty())
    }

    /// An attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// A document: its root, and what is needed to say where something stands.
#[derive(Debug)]
pub(super) struct Document {
    pub root: Root,
    pub element: Element,
    /// Offsets at which lines end.
    line_ends: Vec<usize>,
}

impl Document {
    /// The line of an element.
    pub fn line_of(&self, element: &Element) -> u64 {
        let before = self.line_ends.partition_point(|end| *end < element.offset);
        u64::try_from(before).unwrap_or(u64::MAX).saturating_add(1)
    }
}

/// The root of a document, if it is one of ours; looks at its beginning only.
pub(super) fn root_of(bytes: &[u8]) -> Option<Root> {
    let start = bytes.get(..bytes.len().min(64 * 1024)).unwrap_or_default();
    let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
    if !matches!(first, Some(b'<' | 0xEF | 0xFE | 0xFF)) {
        return None;
    }
    let text = text_of("", start, true).ok()?;
    let mut reader = NsReader::from_str(&text);
    loop {
        match reader.read_resolved_event().ok()? {
            (ResolveResult::Bound(space), Event::Start(element)) => {
                return Root::of(space.0, element.local_name().as_ref());
            }
            (_, Event::Start(_) | Event::Empty(_) | Event::DocType(_) | Event::Eof) => return None,
            _ => {}
        }
    }
}

/// Letters of a document: by its byte order mark, else by the encoding it declares, else UTF-8.
fn text_of<'b>(file: &str, bytes: &'b [u8], is_beginning: bool) -> Result<Cow<'b, str>, Fault> {
    let (encoding, bytes) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (None, rest),
        [0xFF, 0xFE, rest @ ..] => (Some(UTF_16LE), rest),
        [0xFE, 0xFF, rest @ ..] => (Some(UTF_16BE), rest),
        _ => (declared(bytes), bytes),
    };
    if is_beginning {
        return Ok(encoding
            .map_or_else(|| String::from_utf8_lossy(bytes), |encoding| encoding.decode_without_bom_handling(bytes).0));
    }
    let Some(encoding) = encoding else {
        return std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
            let line = line_at(bytes, error.valid_up_to());
            Fault::of_line(file, line, "a letter is not UTF-8, expected the encoding that the document declares")
        });
    };
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    if had_errors {
        let reason = format!("the document says it is `{}` and is not; is it cut?", encoding.name());
        return Err(Fault::of_file(file, reason));
    }
    Ok(text)
}

/// The encoding of the declaration, unless it is UTF-8 or unknown.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..bytes.len().min(200)).unwrap_or_default();
    let start = start.strip_prefix(b"<?xml")?;
    let declaration = String::from_utf8_lossy(start.split(|byte| *byte == b'>').next().unwrap_or_default());
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let label = value.trim_start_matches(['"', '\'']).split(['"', '\'']).next()?;
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != encoding_rs::UTF_8)
}

/// Reads a document.
///
/// # Errors
/// When it is too heavy, declares a document type, is not well formed, is cut, or is none of the known documents.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Document, Fault> {
    if bytes.len() > HEAVIEST {
        let reason = format!("the document has {} bytes, allowed at most {HEAVIEST}", bytes.len());
        return Err(Fault::of_file(file, reason));
    }
    let text = text_of(file, bytes, false)?;
    let mut reader = NsReader::from_str(&text);
    let mut tree = Tree { file, text: &text, open: Vec::new(), root: None, done: None, kept: 0, passed_over: 0 };
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let (space, event) = reader.read_resolved_event().map_err(|error| {
            let reason = format!("not well-formed XML: {error}");
            tree.fault(offset, reason)
        })?;
        match event {
            Event::Start(element) => tree.start(&space, &element, offset)?,
            Event::Empty(element) => {
                tree.start(&space, &element, offset)?;
                tree.end();
            }
            Event::End(_) => tree.end(),
            Event::Text(text) => tree.text(&text.xml10_content()),
            Event::CData(text) => tree.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let letter = match (reference.resolve_char_ref(), &*reference) {
                    (Ok(Some(letter)), _) => letter,
                    (_, "lt") => '<',
                    (_, "gt") => '>',
                    (_, "amp") => '&',
                    (_, "apos") => '\'',
                    (_, "quot") => '"',
                    (_, other) => {
                        let reason = format!("the entity `{}` is unknown", crate::error::shortened(other));
                        return Err(tree.fault(offset, reason));
                    }
                };
                tree.text(letter.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => {
                return Err(tree.fault(offset, "a document type (`<!DOCTYPE`) is not taken, expected plain XML"));
            }
            Event::Eof => return tree.finished(),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
}

struct Tree<'t> {
    file: &'t str,
    text: &'t str,
    open: Vec<Element>,
    root: Option<Root>,
    done: Option<Element>,
    kept: usize,
    /// How deep we are inside an element that is passed over; 0 outside.
    passed_over: usize,
}

impl Tree<'_> {
    fn fault(&self, offset: usize, reason: impl Into<String>) -> Fault {
        Fault::of_line(self.file, line_at(self.text.as_bytes(), offset), reason)
    }

    fn start(&mut self, space: &ResolveResult<'_>, element: &BytesStart<'_>, offset: usize) -> Result<(), Fault> {
        if self.open.len() + self.passed_over >= DEEPEST {
            return Err(self.fault(offset, format!("elements stand deeper than {DEEPEST} in each other")));
        }
        let name = element.local_name();
        let space = match space {
            ResolveResult::Bound(space) => space.0,
            _ => "",
        };
        let Some(root) = self.root else {
            let found = Root::of(space, name.as_ref()).ok_or_else(|| {
                let reason = "expected an invoice in UBL or CII, or a status (CDAR)";
                let (name, line) = (name.as_ref(), line_at(self.text.as_bytes(), offset));
                Fault::of_value(self.file, line, "root element", &format!("{{{space}}}{name}"), reason)
            })?;
            self.root = Some(found);
            return self.open(element, offset);
        };
        if self.open.is_empty() {
            return Err(self.fault(offset, "a second root element, expected one document in a file"));
        }
        if self.passed_over > 0 || !root.speaks(space) || PASSED_OVER.contains(&name.as_ref()) {
            self.passed_over += 1;
            return Ok(());
        }
        self.open(element, offset)
    }

    fn open(&mut self, element: &BytesStart<'_>, offset: usize) -> Result<(), Fault> {
        self.kept += 1;
        if self.kept > MOST_KEPT {
            return Err(self.fault(offset, format!("more than {MOST_KEPT} elements, lines of goods not counted")));
        }
        let mut attributes = Vec::new();
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| self.fault(offset, format!("not well-formed XML: {error}")))?;
            if attributes.len() >= MOST_ATTRIBUTES {
                return Err(self.fault(offset, format!("an element has more than {MOST_ATTRIBUTES} attributes")));
            }
            let name = attribute.key.local_name().as_ref().to_owned();
            attributes.push((name, attribute.value.trim().to_owned()));
        }
        let name = element.local_name().as_ref().to_owned();
        self.open.push(Element { name, text: String::new(), offset, attributes, children: Vec::new() });
        Ok(())
    }

    fn end(&mut self) {
        if self.passed_over > 0 {
            self.passed_over -= 1;
            return;
        }
        let Some(mut element) = self.open.pop() else { return };
        element.text = element.text.trim().to_owned();
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.done = Some(element),
        }
    }

    fn text(&mut self, text: &str) {
        let Some(element) = self.open.last_mut().filter(|_| self.passed_over == 0) else { return };
        let text = if element.text.is_empty() { text.trim_start() } else { text };
        if element.text.len() <= LONGEST_TEXT {
            element.text.extend(text.chars().take(LONGEST_TEXT));
        }
    }

    fn finished(self) -> Result<Document, Fault> {
        if !self.open.is_empty() || self.passed_over > 0 {
            return Err(self.fault(self.text.len(), "the document ends inside an element; is it cut?"));
        }
        let (Some(root), Some(element)) = (self.root, self.done) else {
            return Err(Fault::of_file(self.file, "the document is empty, expected an invoice or a status in XML"));
        };
        let line_ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
        Ok(Document { root, element, line_ends })
    }
}
