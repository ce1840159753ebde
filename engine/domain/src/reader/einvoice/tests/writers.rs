//! Writers of invoices and statuses.

/// The company whose sales are read; its SIREN is invented.
pub const SELLER: &str = "000500967";
/// A client.
pub const BUYER: &str = "000000018";
/// Another.
pub const OTHER: &str = "000000026";

/// What an invoice says.
#[derive(Clone, Debug)]
pub struct Invoice<'t> {
    pub number: &'t str,
    pub issued: &'t str,
    pub kind: &'t str,
    pub currency: &'t str,
    pub due: &'t str,
    pub terms: &'t str,
    pub earlier: &'t str,
    pub seller: &'t str,
    pub buyer: &'t str,
    pub gross: &'t str,
    pub prepaid: &'t str,
    pub payable: &'t str,
}

impl Default for Invoice<'_> {
    fn default() -> Self {
        Self {
            number: "F-1",
            issued: "2026-01-05",
            kind: "380",
            currency: "EUR",
            due: "2026-02-04",
            terms: "",
            earlier: "",
            seller: SELLER,
            buyer: BUYER,
            gross: "1200.00",
            prepaid: "",
            payable: "1200.00",
        }
    }
}

/// An element, or nothing when its text is empty.
fn element(name: &str, attributes: &str, text: &str) -> String {
    let end = name.split(' ').next().unwrap_or_default();
    if text.is_empty() { String::new() } else { format!("<{name}{attributes}>{text}</{end}>") }
}

impl Invoice<'_> {
    /// As UBL, in the prefixes that are usual.
    pub fn ubl(&self) -> String {
        let credit = self.kind == "381";
        let (root, code) = if credit { ("CreditNote", "CreditNoteTypeCode") } else { ("Invoice", "InvoiceTypeCode") };
        let money = |name: &str, text: &str| element(name, &format!(" currencyID=\"{}\"", self.currency), text);
        let party = |siren: &str| {
            format!(
                "<cac:Party><cbc:EndpointID schemeID=\"0225\">{siren}_{siren}00018</cbc:EndpointID>\
                 <cac:PartyTaxScheme><cbc:CompanyID>XX1</cbc:CompanyID><cac:TaxScheme><cbc:ID>LOC</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>\
                 <cac:PartyLegalEntity><cbc:RegistrationName>Société {siren} &amp; fils</cbc:RegistrationName>\
                 <cbc:CompanyID schemeID=\"0002\">{siren}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party>"
            )
        };
        let ns = "urn:oasis:names:specification:ubl:schema:xsd";
        let due = element("cbc:DueDate", "", self.due);
        let (top, under_means) =
            if credit { (String::new(), due.replace("DueDate", "PaymentDueDate")) } else { (due, String::new()) };
        [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(),
            format!("<{root} xmlns=\"{ns}:{root}-2\" xmlns:cac=\"{ns}:CommonAggregateComponents-2\" "),
            format!("xmlns:cbc=\"{ns}:CommonBasicComponents-2\">\n<cbc:ProfileID>S1</cbc:ProfileID>"),
            element("cbc:ID", "", self.number),
            element("cbc:IssueDate", "", self.issued),
            top,
            element(&format!("cbc:{code}"), "", self.kind),
            element("cbc:DocumentCurrencyCode", "", self.currency),
            if self.earlier.is_empty() {
                String::new()
            } else {
                let earlier = format!("<cac:InvoiceDocumentReference><cbc:ID>{}</cbc:ID>", self.earlier);
                format!("<cac:BillingReference>{earlier}</cac:InvoiceDocumentReference></cac:BillingReference>")
            },
            format!("<cac:AccountingSupplierParty>{}</cac:AccountingSupplierParty>", party(self.seller)),
            format!("<cac:AccountingCustomerParty>{}</cac:AccountingCustomerParty>", party(self.buyer)),
            format!(
                "<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>{under_means}</cac:PaymentMeans>"
            ),
            if self.terms.is_empty() {
                String::new()
            } else {
                format!("<cac:PaymentTerms><cbc:Note>{}</cbc:Note></cac:PaymentTerms>", self.terms)
            },
            "<cac:LegalMonetaryTotal>".to_owned(),
            money("cbc:TaxInclusiveAmount", self.gross),
            money("cbc:PrepaidAmount", self.prepaid),
            money("cbc:PayableAmount", self.payable),
            "</cac:LegalMonetaryTotal>".to_owned(),
            "<cac:InvoiceLine><cbc:ID>1</cbc:ID></cac:InvoiceLine>".to_owned(),
            format!("</{root}>\n"),
        ]
        .concat()
    }

    /// As CII; prefixes are unusual on purpose.
    pub fn cii(&self) -> String {
        let compact = |day: &str| day.replace('-', "");
        let date = |name: &str, day: &str| {
            if day.is_empty() {
                return String::new();
            }
            format!("<b:{name}><d:DateTimeString format=\"102\">{}</d:DateTimeString></b:{name}>", compact(day))
        };
        let party = |name: &str, siren: &str| {
            format!(
                "<b:{name}><b:Name>Société {siren} &amp; fils</b:Name><b:SpecifiedLegalOrganization>\
                 <b:ID schemeID=\"0002\">{siren}</b:ID></b:SpecifiedLegalOrganization><b:SpecifiedTaxRegistration>\
                 <b:ID schemeID=\"FC\">000</b:ID></b:SpecifiedTaxRegistration></b:{name}>"
            )
        };
        let terms = format!("{}{}", element("b:Description", "", self.terms), date("DueDateDateTime", self.due));
        let standard = "urn:un:unece:uncefact:data:standard";
        [
            format!("<a:CrossIndustryInvoice xmlns:a=\"{standard}:CrossIndustryInvoice:100\" "),
            format!("xmlns:b=\"{standard}:ReusableAggregateBusinessInformationEntity:100\" "),
            format!("xmlns:d=\"{standard}:UnqualifiedDataType:100\"><a:ExchangedDocumentContext>"),
            "<b:BusinessProcessSpecifiedDocumentContextParameter><b:ID>S1</b:ID>".to_owned(),
            "</b:BusinessProcessSpecifiedDocumentContextParameter></a:ExchangedDocumentContext>\n".to_owned(),
            format!("<a:ExchangedDocument>{}{}", element("b:ID", "", self.number), element("b:TypeCode", "", self.kind)),
            format!("{}</a:ExchangedDocument>\n", date("IssueDateTime", self.issued)),
            "<a:SupplyChainTradeTransaction><b:IncludedSupplyChainTradeLineItem><b:ID>9</b:ID>".to_owned(),
            "</b:IncludedSupplyChainTradeLineItem><b:ApplicableHeaderTradeAgreement>".to_owned(),
            party("SellerTradeParty", self.seller),
            party("BuyerTradeParty", self.buyer),
            "</b:ApplicableHeaderTradeAgreement><b:ApplicableHeaderTradeSettlement>".to_owned(),
            element("b:InvoiceCurrencyCode", "", self.currency),
            "<b:SpecifiedTradeSettlementPaymentMeans><b:TypeCode>58</b:TypeCode></b:SpecifiedTradeSettlementPaymentMeans>"
                .to_owned(),
            if terms.is_empty() {
                String::new()
            } else {
                format!("<b:SpecifiedTradePaymentTerms>{terms}</b:SpecifiedTradePaymentTerms>")
            },
            "<b:SpecifiedTradeSettlementHeaderMonetarySummation>".to_owned(),
            element("b:GrandTotalAmount", "", self.gross),
            element("b:TotalPrepaidAmount", "", self.prepaid),
            element("b:DuePayableAmount", "", self.payable),
            "</b:SpecifiedTradeSettlementHeaderMonetarySummation>".to_owned(),
            if self.earlier.is_empty() {
                String::new()
            } else {
                format!(
                    "<b:InvoiceReferencedDocument><b:IssuerAssignedID>{}</b:IssuerAssignedID></b:InvoiceReferencedDocument>",
                    self.earlier
                )
            },
            "</b:ApplicableHeaderTradeSettlement></a:SupplyChainTradeTransaction></a:CrossIndustryInvoice>".to_owned(),
        ]
        .concat()
    }
}

/// What a status says.
#[derive(Clone, Debug)]
pub struct Told<'t> {
    pub invoice: &'t str,
    pub issued: &'t str,
    pub code: &'t str,
    /// As format 204.
    pub moment: &'t str,
    pub seller: &'t str,
    /// Amount and day of payment (empty: not stated), one a VAT rate.
    pub receipts: &'t [(&'t str, &'t str)],
}

impl Default for Told<'_> {
    fn default() -> Self {
        let (issued, moment) = ("2026-01-05", "20260210101500");
        Self { invoice: "F-1", issued, code: "200", moment, seller: SELLER, receipts: &[] }
    }
}

impl Told<'_> {
    /// As CDAR.
    pub fn cdar(&self) -> String {
        let standard = "urn:un:unece:uncefact:data:standard";
        let receipts: Vec<String> = self
            .receipts
            .iter()
            .map(|(amount, day)| {
                let day = if day.is_empty() {
                    String::new()
                } else {
                    let day = day.replace('-', "");
                    format!("<ram:ValueDateTime><udt:DateTimeString format=\"102\">{day}</udt:DateTimeString></ram:ValueDateTime>")
                };
                format!(
                    "<ram:SpecifiedDocumentCharacteristic><ram:TypeCode>MEN</ram:TypeCode>\
                     <ram:ValuePercent>20.00</ram:ValuePercent><ram:ValueAmount currencyID=\"EUR\">{amount}</ram:ValueAmount>\
                     {day}</ram:SpecifiedDocumentCharacteristic>"
                )
            })
            .collect();
        format!(
            "<rsm:CrossDomainAcknowledgementAndResponse xmlns:rsm=\"{standard}:CrossDomainAcknowledgementAndResponse:100\" \
             xmlns:ram=\"{standard}:ReusableAggregateBusinessInformationEntity:100\" \
             xmlns:udt=\"{standard}:UnqualifiedDataType:100\" xmlns:qdt=\"{standard}:QualifiedDataType:100\">\
             <rsm:ExchangedDocument><ram:ID>M-{}</ram:ID><ram:IssueDateTime><udt:DateTimeString format=\"204\">20261231235959\
             </udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>\n\
             <rsm:AcknowledgementDocument><ram:TypeCode>23</ram:TypeCode><ram:IssueDateTime>\
             <udt:DateTimeString format=\"204\">{}</udt:DateTimeString></ram:IssueDateTime>\
             <ram:ReferenceReferencedDocument><ram:IssuerAssignedID>{}</ram:IssuerAssignedID><ram:TypeCode>380</ram:TypeCode>\
             <ram:FormattedIssueDateTime><qdt:DateTimeString format=\"102\">{}</qdt:DateTimeString></ram:FormattedIssueDateTime>\
             <ram:ProcessConditionCode>{}</ram:ProcessConditionCode><ram:IssuerTradeParty>\
             <ram:GlobalID schemeID=\"0002\">{}</ram:GlobalID></ram:IssuerTradeParty>\
             <ram:SpecifiedDocumentStatus><ram:SequenceNumeric>1</ram:SequenceNumeric>{}</ram:SpecifiedDocumentStatus>\
             </ram:ReferenceReferencedDocument></rsm:AcknowledgementDocument></rsm:CrossDomainAcknowledgementAndResponse>",
            self.code,
            self.moment,
            self.invoice,
            self.issued.replace('-', ""),
            self.code,
            self.seller,
            receipts.concat()
        )
    }
}
