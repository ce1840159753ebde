//! What an invoice says, by the numbers of EN 16931 (BT-1 …), found in UBL or CII and not yet checked.

use super::xml::{Document, Element, Root};

/// A party: seller or buyer.
#[derive(Debug, Default)]
pub(super) struct RawParty<'x> {
    /// BT-27, BT-44.
    pub name: Option<&'x Element>,
    /// BT-30, BT-47: number in a register, with its scheme.
    pub registered: Option<&'x Element>,
    /// BT-31, BT-48.
    pub vat: Option<&'x Element>,
    /// BT-34, BT-49.
    pub address: Option<&'x Element>,
    /// BT-29, BT-46: further numbers.
    pub numbers: Vec<&'x Element>,
}

/// A due date, and what falls due on it where an invoice is paid in instalments.
#[derive(Debug)]
pub(super) struct RawDue<'x> {
    pub date: &'x Element,
    pub amount: Option<&'x Element>,
}

/// An invoice, its elements found.
#[derive(Debug, Default)]
pub(super) struct RawInvoice<'x> {
    pub number: Option<&'x Element>,
    pub issued: Option<&'x Element>,
    pub type_code: Option<&'x Element>,
    pub currency: Option<&'x Element>,
    /// BT-9; several where it is paid in instalments.
    pub due: Vec<RawDue<'x>>,
    /// BT-20.
    pub terms: Option<&'x Element>,
    /// BT-23.
    pub process: Option<&'x Element>,
    /// BT-25.
    pub earlier: Option<&'x Element>,
    pub seller: RawParty<'x>,
    pub buyer: RawParty<'x>,
    /// BT-81.
    pub means: Option<&'x Element>,
    /// BT-109.
    pub net: Option<&'x Element>,
    /// BT-110.
    pub vat: Option<&'x Element>,
    /// BT-112.
    pub gross: Option<&'x Element>,
    /// BT-113.
    pub prepaid: Option<&'x Element>,
    /// BT-114.
    pub rounding: Option<&'x Element>,
    /// BT-115.
    pub payable: Option<&'x Element>,
}

/// Finds an invoice's elements; absent when the document is no invoice.
pub(super) fn raw_invoice(document: &Document) -> Option<RawInvoice<'_>> {
    match document.root {
        Root::UblInvoice => Some(ubl(&document.element, "InvoiceTypeCode")),
        Root::UblCreditNote => Some(ubl(&document.element, "CreditNoteTypeCode")),
        Root::Cii => Some(cii(&document.element)),
        Root::Cdar => None,
    }
}

fn ubl<'x>(root: &'x Element, type_code: &str) -> RawInvoice<'x> {
    let total = |name| root.filled(&["LegalMonetaryTotal", name]);
    RawInvoice {
        number: root.filled(&["ID"]),
        issued: root.filled(&["IssueDate"]),
        type_code: root.filled(&[type_code]),
        currency: root.filled(&["DocumentCurrencyCode"]),
        due: ubl_due(root),
        terms: root.filled(&["PaymentTerms", "Note"]),
        process: root.filled(&["ProfileID"]),
        earlier: root.filled(&["BillingReference", "InvoiceDocumentReference", "ID"]),
        seller: root.path(&["AccountingSupplierParty", "Party"]).map(ubl_party).unwrap_or_default(),
        buyer: root.path(&["AccountingCustomerParty", "Party"]).map(ubl_party).unwrap_or_default(),
        means: root.filled(&["PaymentMeans", "PaymentMeansCode"]),
        net: total("TaxExclusiveAmount"),
        vat: root.filled(&["TaxTotal", "TaxAmount"]),
        gross: total("TaxInclusiveAmount"),
        prepaid: total("PrepaidAmount"),
        rounding: total("PayableRoundingAmount"),
        payable: total("PayableAmount"),
    }
}

/// An invoice has its due date at the top, a credit note under its means of payment; instalments are payment terms
/// with a date and an amount.
fn ubl_due(root: &Element) -> Vec<RawDue<'_>> {
    let filled = |element: &'_ Element| !element.text.is_empty();
    let instalments: Vec<RawDue<'_>> = root
        .children("PaymentTerms")
        .filter_map(|terms| {
            let date = terms.child("PaymentDueDate").or_else(|| terms.child("InstallmentDueDate"))?;
            filled(date).then_some(RawDue { date, amount: terms.filled(&["Amount"]) })
        })
        .collect();
    if !instalments.is_empty() {
        return instalments;
    }
    let top = root.filled(&["DueDate"]);
    let under_means = || root.children("PaymentMeans").filter_map(|means| means.filled(&["PaymentDueDate"])).collect();
    let dates: Vec<&Element> = top.map_or_else(under_means, |date| vec![date]);
    dates.into_iter().map(|date| RawDue { date, amount: None }).collect()
}

fn ubl_party(party: &Element) -> RawParty<'_> {
    let is_vat =
        |scheme: &&Element| scheme.path(&["TaxScheme", "ID"]).is_none_or(|id| id.text.eq_ignore_ascii_case("VAT"));
    let name = party.filled(&["PartyLegalEntity", "RegistrationName"]);
    RawParty {
        name: name.or_else(|| party.filled(&["PartyName", "Name"])),
        registered: party.filled(&["PartyLegalEntity", "CompanyID"]),
        vat: party.children("PartyTaxScheme").filter(is_vat).find_map(|scheme| scheme.filled(&["CompanyID"])),
        address: party.filled(&["EndpointID"]),
        numbers: party.children("PartyIdentification").filter_map(|number| number.filled(&["ID"])).collect(),
    }
}

fn cii(root: &Element) -> RawInvoice<'_> {
    let document = |path: &[&str]| root.child("ExchangedDocument").and_then(|document| document.filled(path));
    let transaction = root.child("SupplyChainTradeTransaction");
    let part = |name: &str| transaction.and_then(|transaction| transaction.child(name));
    let agreement = part("ApplicableHeaderTradeAgreement");
    let settlement = part("ApplicableHeaderTradeSettlement");
    let settled = |path: &[&str]| settlement.and_then(|settlement| settlement.filled(path));
    let party = |name: &str| agreement.and_then(|agreement| agreement.child(name)).map(cii_party).unwrap_or_default();
    let summation = "SpecifiedTradeSettlementHeaderMonetarySummation";
    let total = |name: &str| settled(&[summation, name]);
    let terms = || settlement.into_iter().flat_map(|settlement| settlement.children("SpecifiedTradePaymentTerms"));
    RawInvoice {
        number: document(&["ID"]),
        issued: document(&["IssueDateTime", "DateTimeString"]),
        type_code: document(&["TypeCode"]),
        currency: settled(&["InvoiceCurrencyCode"]),
        due: terms()
            .filter_map(|terms| {
                let date = terms.filled(&["DueDateDateTime", "DateTimeString"])?;
                Some(RawDue { date, amount: terms.filled(&["PartialPaymentAmount"]) })
            })
            .collect(),
        terms: terms().find_map(|terms| terms.filled(&["Description"])),
        process: root
            .path(&["ExchangedDocumentContext", "BusinessProcessSpecifiedDocumentContextParameter"])
            .and_then(|process| process.filled(&["ID"])),
        earlier: settled(&["InvoiceReferencedDocument", "IssuerAssignedID"]),
        seller: party("SellerTradeParty"),
        buyer: party("BuyerTradeParty"),
        means: settled(&["SpecifiedTradeSettlementPaymentMeans", "TypeCode"]),
        net: total("TaxBasisTotalAmount"),
        vat: total("TaxTotalAmount"),
        gross: total("GrandTotalAmount"),
        prepaid: total("TotalPrepaidAmount"),
        rounding: total("RoundingAmount"),
        payable: total("DuePayableAmount"),
    }
}

fn cii_party(party: &Element) -> RawParty<'_> {
    let is_vat = |id: &&Element| id.attribute("schemeID").is_none_or(|scheme| scheme == "VA");
    let name = party.filled(&["Name"]);
    RawParty {
        name: name.or_else(|| party.filled(&["SpecifiedLegalOrganization", "TradingBusinessName"])),
        registered: party.filled(&["SpecifiedLegalOrganization", "ID"]),
        vat: party
            .children("SpecifiedTaxRegistration")
            .filter_map(|registration| registration.filled(&["ID"]))
            .find(is_vat),
        address: party.filled(&["URIUniversalCommunication", "URIID"]),
        numbers: party.children("GlobalID").chain(party.children("ID")).filter(|id| !id.text.is_empty()).collect(),
    }
}
