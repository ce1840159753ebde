//! E-invoices and statuses that speak of documents which come before, with or after them.

use encours_services::{ImportOptions, ImportReport, InputFile};

use crate::support::{Desk, now};

const SELLER: &str = "000500967";
const BUYER: &str = "000000018";

/// An invoice as UBL: number, day of issue, type, amount, and the number of an earlier one.
fn invoice(number: &str, issued: &str, kind: &str, amount: &str, earlier: &str) -> String {
    let ns = "urn:oasis:names:specification:ubl:schema:xsd";
    let party = |siren: &str| {
        format!(
            "<cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Société {siren}</cbc:RegistrationName>\
             <cbc:CompanyID schemeID=\"0002\">{siren}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party>"
        )
    };
    let earlier = if earlier.is_empty() {
        String::new()
    } else {
        format!(
            "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{earlier}</cbc:ID>\
             </cac:InvoiceDocumentReference></cac:BillingReference>"
        )
    };
    format!(
        "<Invoice xmlns=\"{ns}:Invoice-2\" xmlns:cac=\"{ns}:CommonAggregateComponents-2\" \
         xmlns:cbc=\"{ns}:CommonBasicComponents-2\"><cbc:ID>{number}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate>\
         <cbc:DueDate>2026-03-31</cbc:DueDate><cbc:InvoiceTypeCode>{kind}</cbc:InvoiceTypeCode>\
         <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>{earlier}\
         <cac:AccountingSupplierParty>{}</cac:AccountingSupplierParty>\
         <cac:AccountingCustomerParty>{}</cac:AccountingCustomerParty><cac:LegalMonetaryTotal>\
         <cbc:TaxInclusiveAmount currencyID=\"EUR\">{amount}</cbc:TaxInclusiveAmount>\
         <cbc:PayableAmount currencyID=\"EUR\">{amount}</cbc:PayableAmount></cac:LegalMonetaryTotal></Invoice>\n",
        party(SELLER),
        party(BUYER)
    )
}

/// A status of an invoice: its code, its moment, and what came in (nothing when empty).
fn status(number: &str, issued: &str, code: &str, moment: &str, paid: &str) -> String {
    let standard = "urn:un:unece:uncefact:data:standard";
    let paid = if paid.is_empty() {
        String::new()
    } else {
        format!(
            "<ram:SpecifiedDocumentCharacteristic><ram:TypeCode>MEN</ram:TypeCode>\
             <ram:ValueAmount currencyID=\"EUR\">{paid}</ram:ValueAmount></ram:SpecifiedDocumentCharacteristic>"
        )
    };
    format!(
        "<rsm:CrossDomainAcknowledgementAndResponse \
         xmlns:rsm=\"{standard}:CrossDomainAcknowledgementAndResponse:100\" \
         xmlns:ram=\"{standard}:ReusableAggregateBusinessInformationEntity:100\" \
         xmlns:udt=\"{standard}:UnqualifiedDataType:100\" xmlns:qdt=\"{standard}:QualifiedDataType:100\">\
         <rsm:AcknowledgementDocument><ram:IssueDateTime><udt:DateTimeString format=\"204\">{moment}</udt:DateTimeString>\
         </ram:IssueDateTime><ram:ReferenceReferencedDocument><ram:IssuerAssignedID>{number}</ram:IssuerAssignedID>\
         <ram:TypeCode>380</ram:TypeCode><ram:FormattedIssueDateTime><qdt:DateTimeString format=\"102\">{}\
         </qdt:DateTimeString></ram:FormattedIssueDateTime><ram:ProcessConditionCode>{code}</ram:ProcessConditionCode>\
         <ram:IssuerTradeParty><ram:GlobalID schemeID=\"0002\">{SELLER}</ram:GlobalID></ram:IssuerTradeParty>\
         <ram:SpecifiedDocumentStatus>{paid}</ram:SpecifiedDocumentStatus></ram:ReferenceReferencedDocument>\
         </rsm:AcknowledgementDocument></rsm:CrossDomainAcknowledgementAndResponse>",
        issued.replace('-', "")
    )
}

async fn import(desk: &Desk, files: &[&InputFile]) -> ImportReport {
    let files = files.iter().map(|file| (*file).clone()).collect();
    let report = desk.services.import(files, ImportOptions::default(), now()).await.unwrap();
    assert!(report.refused.is_clean(), "{:?}", report.refused);
    report
}

/// Invoices and payments of the ledger, a line each.
async fn ledger(desk: &Desk) -> Vec<String> {
    let out = tempfile::TempDir::new().unwrap();
    desk.services.export_ledger(out.path()).await.unwrap();
    let table = |name: &str| {
        let bytes = std::fs::read(out.path().join(name)).unwrap();
        let source = encours_core::ledger::TableSource::from_bytes("t.parquet", bytes.into());
        let text = encours_core::ledger::snapshot::parquet_as_csv(&source).unwrap();
        encours_domain::reader::read_ledger("t.csv", &text, &encours_domain::reader::ColumnMap::plain()).0
    };
    let (invoices, payments) = (table("invoices.parquet").invoices, table("payments.parquet").payments);
    let day = |day: Option<encours_domain::Day>| day.map_or("-".to_owned(), |day| day.to_string());
    let invoices = invoices.iter().map(|row| {
        let (opened, closed) = (day(row.disputed_on), day(row.dispute_closed_on));
        format!("{} {} {opened} {closed}", row.invoice_id, row.amount.decimal())
    });
    let payments =
        payments.iter().map(|row| format!("{} paid {} {}", row.invoice_id, row.amount.decimal(), row.paid_date));
    let mut lines: Vec<String> = invoices.chain(payments).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn what_speaks_of_a_document_may_come_before_it() {
    let files = [
        ("f-1.xml", invoice("F-1", "2026-01-05", "380", "1200.00", "")),
        ("f-2.xml", invoice("F-2", "2026-01-20", "384", "1000.00", "F-1")),
        ("f-3.xml", invoice("F-3", "2026-01-06", "380", "600.00", "")),
        ("disputed.xml", status("F-3", "2026-01-06", "207", "20260120090000", "")),
        ("ended.xml", status("F-3", "2026-01-06", "205", "20260125090000", "")),
        ("paid.xml", status("F-3", "2026-01-06", "212", "20260210090000", "600.00")),
    ]
    .map(|(name, text)| InputFile::new(name, text.into_bytes()));
    let [first, second, third, disputed, ended, paid] = &files;
    let expected = [
        "F-1 1200.00 - -",
        "F-1 replaced by F-2 -1200.00 - -",
        "F-2 1000.00 - -",
        "F-3 600.00 2026-01-20 2026-01-25",
        "F-3 paid 600.00 2026-02-10",
    ];
    let together = Desk::new().await;
    let whole = import(&together, &files.each_ref()).await;
    assert_eq!(ledger(&together).await, expected);
    for order in [
        [first, third, second, disputed, ended, paid],
        [second, ended, paid, disputed, third, first],
        [paid, ended, disputed, third, second, first],
        [third, paid, ended, second, disputed, first],
    ] {
        let desk = Desk::new().await;
        for file in order {
            import(&desk, &[file]).await;
        }
        assert_eq!(ledger(&desk).await, expected);
        let again = import(&desk, &[order[0]]).await;
        assert!(again.unchanged);
        assert_eq!(again.snapshot, whole.snapshot);
    }
}

#[tokio::test]
async fn a_status_of_an_unknown_invoice_is_kept_and_told() {
    let desk = Desk::new().await;
    let paid = InputFile::new("paid.xml", status("F-9", "2026-01-06", "212", "20260210090000", "600.00").into_bytes());
    let report = import(&desk, &[&paid]).await;
    assert_eq!((report.invoices, report.payments), (0, 0));
    let notes: Vec<String> = report.refused.notes.iter().map(ToString::to_string).collect();
    assert!(notes[0].contains("the invoice is not there yet; the status is kept for when it comes"), "{notes:?}");
    let invoice = InputFile::new("f-9.xml", invoice("F-9", "2026-01-06", "380", "600.00", "").into_bytes());
    let report = import(&desk, &[&invoice]).await;
    assert_eq!((report.invoices, report.payments), (1, 1));
}

#[tokio::test]
async fn what_lies_beside_documents_is_left_out_when_that_is_accepted() {
    let desk = Desk::new().await;
    let files = || {
        vec![
            InputFile::new("f1.xml", invoice("F1", "2026-03-01", "380", "120.00", "").into_bytes()),
            InputFile::new("LISEZMOI.txt", b"Les factures de mars".to_vec()),
            InputFile::new("logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe".to_vec()),
        ]
    };
    let error = desk.services.import(files(), ImportOptions::default(), now()).await.unwrap_err();
    assert!(
        matches!(&error, encours_services::ServicesError::Refused { report, .. } if report.faults.len() == 2),
        "{error}"
    );
    let options = ImportOptions { accept_partial: true, ..ImportOptions::default() };
    let report = desk.services.import(files(), options, now()).await.unwrap();
    assert_eq!((report.invoices, report.refused.faults.len()), (1, 2));
}
