//! Whole registers come in, of which the companies of the book are kept.

use std::path::PathBuf;

use encours_services::{BulkFile, BulkForm, BulkOptions};

use crate::support::{Desk, now};

/// Two clients with a SIREN, one without.
const LEDGER: &str = "client_id,invoice_id,issue_date,due_date,amount,paid_date,siren\n\
    A,1,2026-01-05,2026-02-04,1000.00,2026-02-10,000100008\n\
    B,2,2026-01-05,2026-02-04,1000.00,,000400002\n\
    C,3,2026-01-05,2026-02-04,1000.00,,\n";

const UNITS: &str = "siren,statutDiffusionUniteLegale,dateCreationUniteLegale,dateDernierTraitementUniteLegale,dateDebut,\
    etatAdministratifUniteLegale,nomUniteLegale,prenom1UniteLegale,denominationUniteLegale,categorieJuridiqueUniteLegale,\
    activitePrincipaleUniteLegale,trancheEffectifsUniteLegale,anneeEffectifsUniteLegale\n\
    000100008,O,2010-01-04,2026-05-02T08:00:00,2015-01-01,A,,,MENUISERIE VALBREON,5710,16.23Z,03,2023\n\
    000200006,O,2010-01-04,2026-05-02T08:00:00,2015-01-01,A,,,ANOTHER,5710,16.23Z,03,2023\n\
    000400002,P,2012-01-04,2026-05-02T08:00:00,2015-01-01,A,[ND],[ND],,1000,43.32A,NN,\n";

const OFFICES: &str = "siren,etablissementSiege,statutDiffusionEtablissement,numeroVoieEtablissement,typeVoieEtablissement,\
    libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement\n\
    000100008,false,O,9,RUE,AILLEURS,00110,NULLE-PART\n\
    000100008,true,O,1,RUE,DE LA FORGE,00120,SAINT-ARDAL\n\
    000400002,true,P,[ND],[ND],[ND],00120,SAINT-ARDAL\n";

/// With a byte order mark and semicolons, as it is published.
const RATIOS: &str = "\u{feff}siren;date_cloture_exercice;chiffre_d_affaires;resultat_net;ebit;type_bilan;confidentiality\n\
    000100008;2024-12-31;500000;9000;15000;C;Public\n\
    000200006;2024-12-31;700000;9000;15000;C;Public\n";

const NOTICES: &str = "id;publicationavis;parution;dateparution;numeroannonce;typeavis;familleavis;registre;listepersonnes;jugement\n\
    A20260010001;A;20260010;2026-01-15;1;annonce;collective;000 400 002,000400002;;\
    \"{\"\"type\"\": \"\"initial\"\", \"\"famille\"\": \"\"Jugement d'ouverture\"\", \"\"nature\"\": \"\"Jugement d'ouverture d'une \
    procédure de redressement judiciaire\"\", \"\"date\"\": \"\"2026-01-10\"\"}\"\n\
    A20260010002;A;20260010;2026-01-15;2;annonce;collective;000200006;;\n";

async fn desk(files: &[(&str, &str)]) -> (Desk, Vec<BulkFile>) {
    let desk = Desk::new().await;
    desk.import(&[("ledger.csv", LEDGER)]).await.unwrap();
    let bulk = files.iter().map(|(name, text)| {
        let path: PathBuf = desk.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        BulkFile::look(&path).unwrap().unwrap_or_else(|| panic!("{name} is no file of a register"))
    });
    let bulk = bulk.collect();
    (desk, bulk)
}

#[tokio::test]
async fn of_whole_registers_the_book_is_kept() {
    let files = [("ul.csv", UNITS), ("etab.csv", OFFICES), ("ratios.csv", RATIOS), ("bodacc.csv", NOTICES)];
    let (desk, bulk) = desk(&files).await;
    let forms: Vec<BulkForm> = bulk.iter().map(|file| file.form).collect();
    assert_eq!(forms, [BulkForm::Units, BulkForm::Establishments, BulkForm::Ratios, BulkForm::Bodacc]);
    let options = BulkOptions { complete: true, fetched_on: Some("2026-05-20".parse().unwrap()) };
    let report = desk.services.import_bulk(bulk.clone(), options, now()).await.unwrap();
    assert_eq!((report.looked_for, report.companies.companies), (2, 2));
    let company = desk.services.company("000100008").await.unwrap();
    assert_eq!(company.name.as_deref(), Some("MENUISERIE VALBREON"));
    let value = |kind: &str| {
        let found = company.facts.iter().find(|fact| fact.kind.code() == kind);
        found.map(|fact| (fact.value.as_str(), fact.source.as_str()))
    };
    for (kind, expected) in [
        ("address", ("1 RUE DE LA FORGE 00120 SAINT-ARDAL", "insee-sirene")),
        ("legal_form", ("5710", "insee-sirene")),
        ("turnover", ("500000.00", "ratios_inpi_bce")),
        ("proceedings", ("none", "bodacc")),
    ] {
        assert_eq!(value(kind), Some(expected), "{kind}");
    }
    assert!(company.facts.iter().all(|fact| fact.fetched_on == Some("2026-05-20".parse().unwrap())));
    // A person who objects: in receivership, and neither name nor street.
    let person = desk.services.company("000400002").await.unwrap();
    assert_eq!(person.name, None);
    let text = format!("{person:?}");
    assert!(text.contains("receivership") && !text.contains("SAINT-ARDAL") && !text.contains("[ND]"), "{text}");
    assert!(desk.services.company("000200006").await.is_err(), "nobody of the book");
    let again = desk.services.import_bulk(bulk, options, now()).await.unwrap();
    assert!(again.companies.unchanged);
}

#[tokio::test]
async fn absence_from_a_part_of_the_bulletin_proves_nothing() {
    let (desk, bulk) = desk(&[("bodacc.csv", NOTICES)]).await;
    desk.services.import_bulk(bulk, BulkOptions::default(), now()).await.unwrap();
    assert!(desk.services.company("000100008").await.unwrap().facts.is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_in_a_sentence() {
    let (desk, offices) = desk(&[("etab.csv", OFFICES)]).await;
    let error = desk.services.import_bulk(offices, BulkOptions::default(), now()).await.unwrap_err().to_string();
    assert!(error.contains("StockUniteLegale"), "{error}");
    let empty = Desk::new().await;
    let path = empty.folder.path().join("ul.csv");
    std::fs::write(&path, UNITS).unwrap();
    let units = vec![BulkFile::look(&path).unwrap().unwrap()];
    let error = empty.services.import_bulk(units, BulkOptions::default(), now()).await.unwrap_err().to_string();
    assert!(error.contains("none with a SIREN"), "{error}");
    std::fs::write(&path, "subject,kind,value,valid_from,known_from,source\n").unwrap();
    assert_eq!(BulkFile::look(&path).unwrap(), None);
}
