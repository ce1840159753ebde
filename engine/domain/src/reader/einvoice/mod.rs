//! E-invoices: UBL, CII, Factur-X, and the statuses of their life (CDAR).
//!
//! Reading order: `xml` (bytes to a bounded tree), `raw` (what stands where in the two syntaxes), `values`, `party` and
//! `terms`, `invoice` (the checks), `status`, `pdf` (Factur-X), [`Documents`] (many files understood together), `rows`
//! (invoices as rows) and `life` (statuses at work on them).

mod documents;
mod invoice;
mod life;
mod party;
mod pdf;
mod raw;
mod rows;
mod status;
mod terms;
#[cfg(test)]
mod tests;
mod values;
mod xml;

use std::collections::BTreeSet;

use serde::Deserialize;

use super::decode::line_at;
use super::format::{Content, File, Format, ReadOptions};
use crate::fault::{Fault, FaultReport};
use crate::identity::Siren;

pub use documents::Documents;
pub use invoice::{Due, EInvoice};
pub use party::Party;
pub use status::{Receipt, Status, StatusRow};
use xml::{Document, Root};

/// The section of a map file that says which sellers are the person's own.
const SECTIONS: &[&str] = &["seller"];

/// UBL `Invoice` and `CreditNote`.
pub(super) const UBL: Format = Format {
    name: "ubl",
    looks_like: |file| matches!(xml::root_of(file.bytes), Some(Root::UblInvoice | Root::UblCreditNote)),
    read: read_xml,
    sections: SECTIONS,
};

/// UN/CEFACT `CrossIndustryInvoice`.
pub(super) const CII: Format = Format {
    name: "cii",
    looks_like: |file| xml::root_of(file.bytes) == Some(Root::Cii),
    read: read_xml,
    sections: SECTIONS,
};

/// A PDF with a CII inside.
pub(super) const FACTUR_X: Format =
    Format { name: "facturx", looks_like: pdf::looks_like, read: read_pdf, sections: SECTIONS };

/// A status in the life of an invoice.
pub(super) const CDAR: Format = Format {
    name: "cdar",
    looks_like: |file| xml::root_of(file.bytes) == Some(Root::Cdar),
    read: read_xml,
    sections: SECTIONS,
};

fn read_xml(file: File<'_>, options: &ReadOptions<'_>) -> (Content, FaultReport) {
    read(file, options, |file| xml::read(file.name, file.bytes))
}

fn read_pdf(file: File<'_>, options: &ReadOptions<'_>) -> (Content, FaultReport) {
    read(file, options, |file| xml::read(file.name, &pdf::embedded(file)?))
}

fn read(
    file: File<'_>,
    options: &ReadOptions<'_>,
    document: impl FnOnce(File<'_>) -> Result<Document, Fault>,
) -> (Content, FaultReport) {
    let mut documents = Documents { files: vec![file.name.to_owned()], ..Documents::default() };
    let mut report = FaultReport::default();
    match options.map.map_or(Ok(BTreeSet::new()), |(name, text)| own_sellers(name, text)) {
        Ok(own) => documents.own = own,
        Err(faults) => {
            report.faults = faults;
            return (Content::Documents(documents), report);
        }
    }
    match document(file) {
        Ok(document) if document.root == Root::Cdar => {
            documents.statuses = status::statuses(file.name, &document, &mut report);
        }
        Ok(document) => documents.invoices.extend(invoice::invoice(file.name, &document, &mut report)),
        Err(fault) => report.faults.push(fault),
    }
    (Content::Documents(documents), report)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMap {
    seller: RawSeller,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSeller {
    siren: OneOrMany,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// The sellers that a map file says are the person's own: `[seller]`, `siren = "…"` or a list of them.
fn own_sellers(file: &str, text: &str) -> Result<BTreeSet<Siren>, Vec<Fault>> {
    let raw: RawMap = toml::from_str(text).map_err(|error| {
        let reason = format!("not a map file for e-invoices, expected `[seller]` with `siren`: {}", error.message());
        vec![match error.span() {
            Some(span) => Fault::of_line(file, line_at(text.as_bytes(), span.start), reason),
            None => Fault::of_file(file, reason),
        }]
    })?;
    let texts = match raw.seller.siren {
        OneOrMany::One(text) => vec![text],
        OneOrMany::Many(texts) => texts,
    };
    let mut faults = Vec::new();
    let mut own = BTreeSet::new();
    for text in texts {
        match text.parse::<Siren>() {
            Ok(siren) => _ = own.insert(siren),
            Err(_) => {
                let reason = "expected nine digits of which the last is the check digit";
                let (column, value) = (Some("seller.siren".to_owned()), Some(crate::error::shortened(&text)));
                faults.push(Fault { column, value, ..Fault::of_file(file, reason) });
            }
        }
    }
    if faults.is_empty() { Ok(own) } else { Err(faults) }
}
