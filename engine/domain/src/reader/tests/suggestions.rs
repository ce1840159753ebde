//! What the assistant makes of the exports of known programs and of people's own files.

use crate::reader::format::File;
use crate::reader::{ColumnMap, Field, Suggestion, TableKind, read_ledger, suggest_map};

fn suggested(text: &str) -> Suggestion {
    suggest_map(File { name: "f.csv", bytes: text.as_bytes() })
}

/// The columns that were recognised, as `ours=theirs`, in the file's order.
fn columns(suggestion: &Suggestion) -> Vec<String> {
    let known = suggestion.columns.iter().filter_map(|guess| Some((guess.ours?, &guess.column)));
    known.map(|(field, column)| format!("{}={column}", field.name())).collect()
}

fn check(text: &str, table: TableKind, expected: &[&str], rows: usize) {
    let found = suggested(text);
    assert_eq!(found.table, Some(table), "{text}\n{:?}", columns(&found));
    assert_eq!(columns(&found), expected, "{text}\n{}", found.map);
    assert!(ColumnMap::from_toml("m", &found.map).is_ok(), "{}", found.map);
    assert_eq!((found.read, found.report.faults.as_slice()), (rows, &[][..]), "{}", found.map);
}

#[test]
fn exports_of_known_programs() {
    use TableKind::Invoices;
    // Pennylane
    check(
        "Numéro;Client;Date;Échéance;Montant HT;TVA;Montant TTC;Restant dû;Date de paiement;Statut\n\
         F-1;DUPONT;05/01/2026;04/02/2026;1000,00;200,00;1200,00;0,00;10/02/2026;Payée\n\
         F-2;MARTIN;13/01/2026;12/02/2026;500,00;100,00;600,00;600,00;;À payer\n",
        Invoices,
        &[
            "invoice_id=Numéro",
            "client_id=Client",
            "issue_date=Date",
            "due_date=Échéance",
            "amount=Montant TTC",
            "open_amount=Restant dû",
            "paid_date=Date de paiement",
        ],
        2,
    );
    // Sage, grouped thousands and a client account
    check(
        "N° compte tiers\tIntitulé\tDate pièce\tN° pièce\tDate d'échéance\tMontant TTC\tDate règlement\n\
         411DUP\tDupont\t31/01/26\tFA001\t28/02/26\t1 234,50\t15/03/26\n411MAR\tMartin\t01/02/26\tFA002\t03/03/26\t99,00\t\n",
        Invoices,
        &[
            "client_id=N° compte tiers",
            "issue_date=Date pièce",
            "invoice_id=N° pièce",
            "due_date=Date d'échéance",
            "amount=Montant TTC",
            "paid_date=Date règlement",
        ],
        2,
    );
    // Cegid, debit and credit
    check(
        "Auxiliaire;Référence;Date facture;Échéance;Débit;Crédit\nDUP;F1;05/01/2026;04/02/2026;1 200,00;\n\
         DUP;A1;15/01/2026;15/01/2026;;200,00\n",
        Invoices,
        &[
            "client_id=Auxiliaire",
            "invoice_id=Référence",
            "issue_date=Date facture",
            "due_date=Échéance",
            "debit=Débit",
            "credit=Crédit",
        ],
        2,
    );
}

#[test]
fn exports_of_programs_from_abroad() {
    use TableKind::{Invoices, Payments};
    // Xero
    check(
        "ContactName,InvoiceNumber,InvoiceDate,DueDate,Total,InvoiceAmountPaid,InvoiceAmountDue,Currency\n\
         Acme,INV-1,2026-01-05,2026-02-04,1200.00,,1200.00,EUR\nZed,INV-2,2026-01-13,2026-02-12,99.50,,99.50,USD\n",
        Invoices,
        &[
            "client_id=ContactName",
            "invoice_id=InvoiceNumber",
            "issue_date=InvoiceDate",
            "due_date=DueDate",
            "amount=Total",
            "paid_amount=InvoiceAmountPaid",
            "open_amount=InvoiceAmountDue",
            "currency=Currency",
        ],
        2,
    );
    // QuickBooks
    check(
        "Date,Transaction Type,Num,Customer,Due Date,Amount,Open Balance\n01/31/2026,Invoice,1001,Acme,03/02/2026,\"1,200.00\",0.00\n\
         02/15/2026,Invoice,1002,Zed,03/17/2026,99.50,99.50\n",
        Invoices,
        &[
            "issue_date=Date",
            "kind=Transaction Type",
            "invoice_id=Num",
            "client_id=Customer",
            "due_date=Due Date",
            "amount=Amount",
            "open_amount=Open Balance",
        ],
        2,
    );
    // Odoo, technical names
    check(
        "name,partner_id,invoice_date,invoice_date_due,amount_untaxed,amount_total,amount_residual,payment_state\n\
         FAC/2026/0001,Acme,2026-01-05,2026-02-04,1000.0,1200.0,0.0,paid\nFAC/2026/0002,Zed,2026-01-13,2026-02-12,50.0,60.0,60.0,not_paid\n",
        Invoices,
        &[
            "invoice_id=name",
            "client_id=partner_id",
            "issue_date=invoice_date",
            "due_date=invoice_date_due",
            "amount=amount_total",
            "open_amount=amount_residual",
        ],
        2,
    );
    // A table of payments
    check(
        "N° facture;Date de règlement;Montant réglé;Mode de règlement\nF-1;10/02/2026;1 200,00;Virement\nF-2;15/02/2026;99,00;Chèque\n",
        Payments,
        &["invoice_id=N° facture", "paid_date=Date de règlement", "amount=Montant réglé"],
        2,
    );
}

#[test]
fn clients_and_orders() {
    check(
        "Code client;Raison sociale;SIRET;N° TVA intracommunautaire;Conditions de règlement;Encours autorisé;CP;Ville;Commercial\n\
         C1;Dupont SARL;00050096700013;FR92000500967;30 jours fin de mois;10 000,00;69003;Lyon;Petit\n\
         C2;Martin SAS;;;45 jours;5 000,00;75001;Paris;Petit\n",
        TableKind::Clients,
        &[
            "client_id=Code client",
            "name=Raison sociale",
            "siren=SIRET",
            "vat_number=N° TVA intracommunautaire",
            "terms=Conditions de règlement",
            "credit_limit=Encours autorisé",
            "postcode=CP",
            "city=Ville",
            "owner=Commercial",
        ],
        2,
    );
    check(
        "N° commande;Client;Date commande;Date livraison prévue;Total HT;Taux TVA\nBC1;C1;05/01/2026;20/02/2026;1 000,00;20 %\n\
         BC2;C2;15/01/2026;;500,00;5,5 %\n",
        TableKind::Orders,
        &[
            "order_id=N° commande",
            "client_id=Client",
            "order_date=Date commande",
            "delivery_date=Date livraison prévue",
            "amount_excl_vat=Total HT",
            "vat_rate=Taux TVA",
        ],
        2,
    );
}

#[test]
fn orders_without_vat_are_given_a_rate_to_confirm() {
    check(
        "N° commande;Code client;Date commande;Date livraison prévue;Montant HT;Conditions\n\
         BC1;C1;05/01/2026;20/02/2026;1 000,00;45 jours\nBC2;C2;15/01/2026;;500,00;\nTOTAL;;;;1 500,00;\n",
        TableKind::Orders,
        &[
            "order_id=N° commande",
            "client_id=Code client",
            "order_date=Date commande",
            "delivery_date=Date livraison prévue",
            "amount_excl_vat=Montant HT",
            "terms=Conditions",
        ],
        2,
    );
}

#[test]
fn entries_of_accounts_are_no_invoices() {
    let text = "Compte;Nom;Date;Journal;Pièce;Libellé;Échéance;Débit;Crédit;Lettrage\n\
                411DUP;Dupont;15/01/2025;VE;F1;Facture F1;14/02/2025;1 200,00;;A\n\
                411DUP;Dupont;16/02/2025;BQ;VIR1;Virement;16/02/2025;;1 200,00;A\n";
    let guess = suggest_map(File { name: "f", bytes: text.as_bytes() });
    assert!(guess.are_entries && guess.read == 0, "{guess:?}");
    assert!(guess.map.contains("# [columns]"), "{}", guess.map);
    assert!(guess.questions.iter().any(|question| question.en.contains("Export the FEC")), "{:?}", guess.questions);
}

#[test]
fn invoices_without_due_dates_are_no_payments() {
    let text = "Code client;N° facture;Date facture;Montant TTC;Date de paiement\nA;1;15/01/2025;100,00;16/02/2025\n\
                B;2;16/01/2025;50,00;\n";
    let guess = suggest_map(File { name: "f", bytes: text.as_bytes() });
    assert_eq!((guess.table, guess.missing.as_slice()), (Some(TableKind::Invoices), &[Field::DueDate][..]));
    assert!(guess.questions.iter().any(|question| question.en.contains("from terms")), "{:?}", guess.questions);
    // Where each has its day of payment it is what was paid.
    let text = text.replace("50,00;\n", "50,00;17/02/2025\n");
    assert_eq!(suggest_map(File { name: "f", bytes: text.as_bytes() }).table, Some(TableKind::Payments));
}

#[test]
fn an_aged_balance() {
    // The balance of the account runs on from line to line; it isn't what is left of an invoice.
    let text = "Balance âgée;;;;;;\nCompte;Pièce;Date;Échéance;Débit;Crédit;Solde\n\
                411DUP;FA1;31/01/2026;02/03/2026;1 200,00;;1 200,00\n411DUP;FA2;01/02/2026;03/03/2026;500,00;;1 700,00\n\
                411DUP;AV1;02/02/2026;02/02/2026;;100,00;1 600,00\nTotal 411DUP;;;;1 700,00;100,00;1 600,00\n\
                Total général;;;;1 700,00;100,00;1 600,00\nPage 1/1;;;;;;\n";
    check(
        text,
        TableKind::Invoices,
        &[
            "client_id=Compte",
            "invoice_id=Pièce",
            "issue_date=Date",
            "due_date=Échéance",
            "debit=Débit",
            "credit=Crédit",
        ],
        3,
    );
}

#[test]
fn a_name_stands_for_a_code() {
    check(
        "Société;CP;Ville;SIRET;Délai de paiement\nDupont SARL;69003;Lyon;00050096700013;30 jours\nMartin;75001;Paris;;comptant\n",
        TableKind::Clients,
        &["client_id=Société", "postcode=CP", "city=Ville", "siren=SIRET", "terms=Délai de paiement"],
        2,
    );
}

#[test]
fn a_workbook() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("Notes").unwrap().write_string(0, 0, "À lire").unwrap();
    let sheet = book.add_worksheet().set_name("Factures 2026").unwrap();
    for (column, name) in (0_u16..).zip(["Client", "N° facture", "Date facture", "Échéance", "Montant TTC", "Réglé le"])
    {
        sheet.write_string(2, column, name).unwrap();
    }
    let form = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    for row in 3..6_u32 {
        sheet.write_string(row, 0, "Dupont").unwrap();
        sheet.write_string(row, 1, format!("F{row}")).unwrap();
        for (column, day) in [(2, 1), (3, 28)] {
            let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 2, day).unwrap();
            sheet.write_with_format(row, column, date, &form).unwrap();
        }
        sheet.write_number(row, 4, 100.1 + f64::from(row)).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let found = suggest_map(File { name: "f.xlsx", bytes: &bytes });
    assert_eq!((found.table, found.sheet.as_deref()), (Some(TableKind::Invoices), Some("Factures 2026")));
    assert_eq!((found.read, found.report.faults.as_slice()), (3, &[][..]), "{}", found.map);
    assert!(found.map.contains("sheet = \"Factures 2026\"") && !found.map.contains("\ndate ="), "{}", found.map);
}

#[test]
fn a_persons_own_file() {
    let text = "Suivi des impayés;;;;;\nÉdité le 31/03/2026;;;;;\n;;;;;\nClient;;Facture;;;Règlement\n\
                Code;Nom;N°;Date;Échéance;TTC;Date\n";
    // The names stand in two lines, and the last column of the upper one has no cell.
    let text = text.replace("Facture;;;Règlement", "Facture;;;;Règlement");
    let text = format!(
        "{text}C1;Dupont;F1;05/01/2026;04/02/2026;1 234,50 €;10/02/2026\nC1;Dupont;F2;31/01/2026;02/03/2026;300,00 USD;\n\
         Total;;;;;1 534,50;\n"
    );
    let found = suggested(&text);
    assert_eq!(
        columns(&found),
        [
            "client_id=Client Code",
            "invoice_id=Facture N°",
            "issue_date=Facture Date",
            "due_date=Facture Échéance",
            "amount=Facture TTC",
            "paid_date=Règlement Date",
        ],
        "{}",
        found.map
    );
    assert_eq!((found.read, found.report.faults.as_slice()), (2, &[][..]), "{}", found.map);
}

#[test]
fn what_cannot_be_told_is_asked() {
    let asks = |text: &str, words: &str| {
        let found = suggested(text);
        let all: Vec<&str> = found.questions.iter().map(|question| question.en.as_str()).collect();
        assert!(all.iter().any(|question| question.contains(words)), "{words}: {all:?}\n{}", found.map);
        found
    };
    let header = "Client;N° facture;Date facture;Échéance;Montant TTC\n";
    let found = asks(&format!("{header}C;F;01/02/2026;03/04/2026;10,00\n"), "whether day or month comes first");
    assert!(found.map.contains("date = \"%d/%m/%Y\""), "{}", found.map);
    asks(&format!("{header}C;F;31/01/2026;28/02/2026;1.500\n"), "whether `1.500` is fifteen hundred");
    asks(&format!("{header}C;F;31/03/2026;28/02/2026;10,00\n"), "comes before `issue_date`");
    asks(&format!("{header}C;F;31/01/2026;28/02/2026;$10\n"), "currency sign may be");
    let found =
        asks("Client;N° facture;Date facture;Montant TTC\nC;F;31/01/2026;10,00\n", "`due_date`, which must be there");
    assert_eq!(found.missing, [Field::DueDate]);
    assert!(ColumnMap::from_toml("m", &found.map).is_ok(), "{}", found.map);
    let found = asks(
        "Code client;N° facture;Date facture;Échéance;Montant TTC;Solde\nC;F;31/01/2026;28/02/2026;10,00;5000,00\n",
        "account's balance",
    );
    assert_eq!(found.read, 1);
}

#[test]
fn the_order_of_days_settles_the_form() {
    // Month first: read day first, the second invoice would fall due before its issue.
    let found = suggested(
        "Client,Invoice no,Invoice date,Due date,Amount\nC,F1,03/02/2026,04/01/2026,10.00\nC,F2,05/01/2026,06/01/2026,10.00\n",
    );
    assert!(found.map.contains("date = \"%m/%d/%Y\""), "{}", found.map);
}

#[test]
fn nothing_to_go_by() {
    for text in ["", "1,2\n3,4\n", "PK\u{3}\u{4}", "bonjour\n"] {
        let found = suggested(text);
        assert_eq!(found.read, 0, "{text}");
        assert!(ColumnMap::from_toml("m", &found.map).is_ok(), "{text}");
    }
}

#[test]
fn evidence_is_in_both_languages() {
    let found = suggested(
        "Client;N° facture;Date facture;Échéance;Montant TTC\nC;F1;31/01/2026;02/03/2026;10,00\nC;F2;01/02/2026;03/03/2026;12,00\n",
    );
    let due = found.columns.iter().find(|guess| guess.ours == Some(Field::DueDate)).unwrap();
    let (fr, en): (Vec<&str>, Vec<&str>) = due.evidence.iter().map(|says| (says.fr.as_str(), says.en.as_str())).unzip();
    assert_eq!(
        fr,
        ["le nom « Échéance »", "des dates", "jamais avant `issue_date` sur 2 lignes, le plus souvent 30 jours après"]
    );
    assert_eq!(en, ["the name “Échéance”", "dates", "never before `issue_date` in 2 rows, mostly 30 days after"]);
}

#[test]
fn outcomes_never_become_attributes() {
    let mut text = String::from("Client;N° facture;Date facture;Échéance;Montant TTC;Région;Statut;Jours de retard\n");
    for number in 0..20 {
        let region = ["Nord", "Sud"][number % 2];
        text.push_str(&format!(
            "C{};F{number};31/01/2026;02/03/2026;10,00;{region};Payée;{}\n",
            number % 3,
            number % 2
        ));
    }
    let found = suggested(&text);
    let map = ColumnMap::from_toml("m", &found.map).unwrap();
    let (rows, _) = read_ledger("f", text.as_bytes(), &map);
    assert_eq!(rows.attribute_names, ["region"], "{}", found.map);
}

#[test]
fn names_below_a_merged_title() {
    let found = suggested(
        "Facture;;;;Montants;Règlement\n\
         Client;Numéro;Date;Échéance;TTC;Date\n\
         DUPONT;F-1;05/01/2026;04/02/2026;1200,00;10/02/2026\n\
         MARTIN;F-2;15/01/2026;14/02/2026;950,50;\n",
    );
    assert_eq!(found.table, Some(TableKind::Invoices));
    let expected = [
        "client_id=Facture Client",
        "invoice_id=Facture Numéro",
        "issue_date=Facture Date",
        "due_date=Facture Échéance",
        "amount=Montants TTC",
        "paid_date=Règlement Date",
    ];
    assert_eq!(columns(&found), expected, "{}", found.map);
    assert_eq!((found.read, found.report.faults.as_slice()), (2, &[][..]));
}

#[test]
fn days_in_both_orders_are_told_row_by_row() {
    let found = suggested(
        "client_id;invoice_id;issue_date;due_date;amount\n\
         C1;F1;13/01/2026;12/02/2026;100,00\n\
         C2;F2;15/01/2026;14/02/2026;200,00\n\
         C3;F3;25/01/2026;24/02/2026;300,00\n\
         C4;F4;05/01/2026;25/03/2026;300,00\n\
         C5;F5;01/28/2026;27/02/2026;300,00\n",
    );
    let notes: Vec<String> = found.report.notes.iter().map(ToString::to_string).collect();
    for expected in [
        "f.csv, line 5, column `issue_date`, value `05/01/2026`: may be 2026-01-05 or 2026-05-01, as the column writes days in both orders; read as 2026-01-05",
        "f.csv, line 6, column `issue_date`, value `01/28/2026`: is no day as `%d/%m/%Y`, which most of the column are; it is one as `%m/%d/%Y`",
    ] {
        assert!(notes.iter().any(|note| note == expected), "{notes:?}");
    }
    // `due_date` has but one order, and its days are nobody's doubt.
    assert!(!notes.iter().any(|note| note.contains("`due_date`")), "{notes:?}");
    let asked: Vec<&str> = found.questions.iter().map(|question| question.en.as_str()).collect();
    assert!(asked.iter().any(|text| text.starts_with("`issue_date` mixes two forms: 3 days are")), "{asked:?}");
    assert_eq!((found.read, found.report.faults.len()), (4, 1), "{:?}", found.report.faults);
    // One order alone is nobody's doubt either.
    let found = suggested(
        "client_id;invoice_id;issue_date;due_date;amount\n\
         C1;F1;13/01/2026;12/02/2026;100,00\n\
         C4;F4;05/01/2026;04/02/2026;300,00\n",
    );
    assert!(found.report.notes.iter().all(|note| !note.reason.contains("orders")), "{:?}", found.report.notes);
}

#[test]
fn one_odd_value_hides_no_column() {
    let found = suggested(
        "client_id;invoice_id;issue_date;Échéance;Montant TTC;currency\n\
         C1;F1;05/01/2026;04/02/2026;100,00;EUR\n\
         C2;F2;15/01/2026;n.c.;200,00;EUR\n\
         C3;F3;25/01/2026;24/02/2026;rien;EUR\n\
         C4;F4;25/01/2026;24/02/2026;300,00;?\n",
    );
    assert_eq!(found.table, Some(TableKind::Invoices));
    let expected = [
        "client_id=client_id",
        "invoice_id=invoice_id",
        "issue_date=issue_date",
        "due_date=Échéance",
        "amount=Montant TTC",
        "currency=currency",
    ];
    assert_eq!(columns(&found), expected, "{}", found.map);
    // The rows that cannot be read are told, each with its value.
    let told: Vec<String> = found.report.faults.iter().map(ToString::to_string).collect();
    assert_eq!(found.read, 1, "{told:?}");
    for value in ["`n.c.`", "`rien`", "`?`"] {
        assert!(told.iter().any(|fault| fault.contains(value)), "{told:?}");
    }
}

#[test]
fn a_column_that_bears_the_name_and_cannot_be_read_is_told() {
    let row = |number: u32| {
        let due = if number.is_multiple_of(2) { "n.c.".to_owned() } else { format!("{:02}/03/2025", number + 1) };
        format!("C{};F{number};{:02}/02/2025;{due};1{number:02},50\n", number % 3, number + 1)
    };
    let rows: String = (0..10).map(row).collect();
    let text = format!("Client;Facture;Date facture;Échéance;Montant TTC\n{rows}");
    let guess = suggest_map(File { name: "f", bytes: text.as_bytes() });
    assert_eq!(guess.missing, [Field::DueDate]);
    let told = "“Échéance” is named like it, but 5 of its 10 values cannot be read (`n.c.`)";
    assert!(guess.questions.iter().any(|question| question.en.starts_with(told)), "{:?}", guess.questions);
}
