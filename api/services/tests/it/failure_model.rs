//! Failure risk is learnt from whole registers, put in force where it beats the rule, and answers.

use std::fmt::Write;
use std::path::PathBuf;

use encours_domain::Siren;
use encours_services::{Asked, AssessRequest, BulkFile, BulkOptions, LearnFailureOptions, ServicesError};

use crate::support::{Desk, now};

/// Numbers of companies that nobody has: those with four leading noughts and the right check digit.
fn sirens() -> impl Iterator<Item = Siren> {
    (1..100_000).filter_map(|number| format!("0000{number:05}").parse().ok())
}

/// The export of ratios and the bulletin's: every fourth company has little equity (below 10 %), and every second of
/// these goes into receivership in the year after.
fn registers(companies: usize) -> (String, String) {
    let mut ratios =
        "siren;date_cloture_exercice;autonomie_financiere;marge_ebe;type_bilan;confidentiality\n".to_owned();
    let mut notices =
        "id;publicationavis;parution;dateparution;numeroannonce;typeavis;familleavis;registre;listepersonnes;jugement\n\
         A1;A;20150001;2015-01-02;1;annonce;dpc;;;\nA0;A;20150001;N/A;1;annonce;dpc;;;\nA2;A;20260001;2026-05-15;1;annonce;dpc;;;\n"
            .to_owned();
    for (number, siren) in sirens().take(companies).enumerate() {
        let weak = number % 4 == 0;
        let equity = if weak { 1 + number % 9 } else { 25 + number % 40 };
        let year = 2016 + (number / 8) % 8;
        writeln!(ratios, "{siren};{year}-12-31;{equity};{};C;Public", number % 17).unwrap();
        if number % 8 == 0 {
            let published = format!("{}-01-15", year + 2);
            writeln!(
                notices,
                "B{number};A;{0}0010;{published};{number};annonce;collective;{siren};;\"{{\"\"type\"\": \"\"initial\"\", \
                 \"\"famille\"\": \"\"Jugement d'ouverture\"\", \"\"nature\"\": \"\"Jugement d'ouverture d'une procédure de \
                 redressement judiciaire\"\", \"\"date\"\": \"\"{published}\"\"}}\"",
                year + 2
            )
            .unwrap();
        }
    }
    (ratios, notices)
}

fn written(desk: &Desk, files: &[(&str, &str)]) -> Vec<BulkFile> {
    let of = |(name, text): &(&str, &str)| {
        let path: PathBuf = desk.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        BulkFile::look(&path).unwrap().unwrap_or_else(|| panic!("{name} is no file of a register"))
    };
    files.iter().map(of).collect()
}

#[tokio::test]
async fn a_model_is_learnt_answers_is_replayed_and_taken_back() {
    let desk = Desk::new().await;
    let weak = sirens().nth(4).unwrap();
    let ledger = format!(
        "client_id,invoice_id,issue_date,due_date,amount,paid_date,siren\nA,1,2026-01-05,2026-02-04,1000.00,2026-02-10,{weak}\n"
    );
    desk.import(&[("ledger.csv", &ledger)]).await.unwrap();
    let (ratios, notices) = registers(4000);
    let files = written(&desk, &[("ratios.csv", &ratios), ("bodacc.csv", &notices)]);
    let services = &desk.services;
    let asked = || AssessRequest {
        as_of: Some("2026-05-31".parse().unwrap()),
        store: true,
        ..AssessRequest::new(Asked::Client("A".to_owned()), "20000")
    };
    // Accounts of last year, so that there is something to say of today.
    let later = format!(
        "siren;date_cloture_exercice;autonomie_financiere;marge_ebe;type_bilan;confidentiality\n{weak};2025-12-31;3;4;C;Public\n"
    );
    let today = written(&desk, &[("today.csv", &later)]);
    let fetched = BulkOptions { complete: false, fetched_on: Some("2026-05-20".parse().unwrap()) };
    services.import_bulk(today, fetched, now()).await.unwrap();
    let before = services.assess(asked(), now()).await.unwrap();
    assert!(
        before.to_json().contains("expert rule") && !before.to_json().contains("failure_model"),
        "{}",
        before.to_json()
    );

    let learnt = services.learn_failure(files.clone(), LearnFailureOptions::default(), now()).await.unwrap();
    assert!(learnt.in_force && learnt.passes, "{learnt:?}");
    // One closing a company, one in eight failed.
    assert_eq!((learnt.companies, learnt.closings, learnt.failed), (4000, 4000, 500));
    assert_eq!(learnt.card.first().map(|row| row.feature.as_str()), Some("equity_share"));
    let again = services.learn_failure(files, LearnFailureOptions::default(), now()).await.unwrap();
    assert_eq!(again.id, learnt.id, "the same files give the same model");

    let with = services.assess(asked(), now()).await.unwrap();
    let json: serde_json::Value = serde_json::from_str(&with.to_json()).unwrap();
    assert_eq!(json["made_with"]["failure_model"], learnt.id.as_str());
    assert_eq!(json["failure"]["basis"], format!("failure model {}", learnt.id));
    let chance = json["failure"]["p_12_months"].as_f64().unwrap();
    assert!((0.3..0.7).contains(&chance), "half of its like failed: {chance}");
    assert_eq!(json["failure"]["moves"][0]["en"], "equity / total assets: 3%");
    // Both answers are made again as they were, each with its own model.
    for id in [before.id(), with.id()] {
        assert!(services.replay(id).await.unwrap().equal, "{id}");
    }

    assert!(services.retire_failure_model(now()).await.unwrap());
    assert_eq!(services.failure_model().await.unwrap(), None);
    let without = services.assess(asked(), now()).await.unwrap();
    assert_eq!(without.to_json(), before.to_json(), "the rule answers as it did");
    assert!(services.replay(with.id()).await.unwrap().equal);
    assert!(!services.retire_failure_model(now()).await.unwrap());

    // It is kept, and can be put in force again; what is no kept model is not.
    for odd in ["", "../ledger", "abcdef"] {
        services.promote_failure_model(odd, None, now()).await.unwrap_err();
    }
    let back = services.promote_failure_model(&learnt.kept_as, Some("Ada"), now()).await.unwrap();
    assert_eq!(services.failure_model().await.unwrap(), Some(back));
    // One that is damaged can be taken back all the same.
    let kept = desk
        .services
        .data_folder()
        .path()
        .join(format!("failure/{}.json", learnt.kept_as.trim_start_matches("sha256:")));
    std::fs::write(kept, "{}").unwrap();
    services.failure_model().await.unwrap_err();
    assert!(services.retire_failure_model(now()).await.unwrap());
    assert_eq!(services.failure_model().await.unwrap(), None);
}

#[tokio::test]
async fn what_cannot_be_learnt_from_is_said() {
    let desk = Desk::new().await;
    let (ratios, notices) = registers(40);
    let files = written(&desk, &[("ratios.csv", &ratios), ("bodacc.csv", &notices)]);
    let learn = |files: &[BulkFile]| desk.services.learn_failure(files.to_vec(), LearnFailureOptions::default(), now());
    let error = learn(&files[..1]).await.unwrap_err().to_string();
    assert!(error.contains("BODACC"), "{error}");
    let error = learn(&files[1..]).await.unwrap_err().to_string();
    assert!(error.contains("ratios_inpi_bce"), "{error}");
    let silent = written(
        &desk,
        &[(
            "silent.csv",
            "id;publicationavis;parution;dateparution;numeroannonce;typeavis;familleavis;registre;listepersonnes;jugement\n\
         A1;A;20150001;N/A;1;annonce;dpc;;;\n",
        )],
    );
    let error = learn(&[files[0].clone(), silent[0].clone()]).await.unwrap_err().to_string();
    assert!(error.contains("without a notice that has a day"), "{error}");
    let error = learn(&files).await.unwrap_err();
    assert!(matches!(error, ServicesError::Core(_)), "{error:?}");
    assert_eq!(desk.services.failure_model().await.unwrap(), None);
}

#[tokio::test]
async fn a_company_stands_among_those_of_its_sector() {
    let desk = Desk::new().await;
    let weak = sirens().nth(4).unwrap();
    let ledger = format!(
        "client_id,invoice_id,issue_date,due_date,amount,paid_date,siren\nA,1,2026-01-05,2026-02-04,1000.00,2026-02-10,{weak}\n"
    );
    desk.import(&[("ledger.csv", &ledger)]).await.unwrap();
    // A hundred companies with equity of 1 to 100 %; the client has 5 %. The second file says their sector.
    let mut ratios =
        "siren;date_cloture_exercice;chiffre_d_affaires;autonomie_financiere;type_bilan;confidentiality\n".to_owned();
    let mut units =
        "siren,statutDiffusionUniteLegale,dateCreationUniteLegale,dateDernierTraitementUniteLegale,dateDebut,\
                     etatAdministratifUniteLegale,denominationUniteLegale,categorieJuridiqueUniteLegale,\
                     activitePrincipaleUniteLegale,nicSiegeUniteLegale\n"
            .to_owned();
    for (number, siren) in sirens().take(100).enumerate() {
        writeln!(ratios, "{siren};2025-12-31;900000;{};C;Public", number + 1).unwrap();
        let sector = if number < 40 { "43.21A" } else { "62.01Z" };
        writeln!(units, "{siren},O,2010-01-01,2026-01-15T10:00:00,2010-01-01,A,SOCIETE {number},5710,{sector},00010")
            .unwrap();
    }
    let files = written(&desk, &[("ratios.csv", &ratios), ("units.csv", &units)]);
    let services = &desk.services;
    let error = services.gather_quartiles(files[1..].to_vec(), None, now()).await.unwrap_err().to_string();
    assert!(error.contains("ratios_inpi_bce"), "{error}");
    let fetched = BulkOptions { complete: false, fetched_on: Some("2026-05-20".parse().unwrap()) };
    services.import_bulk(files.clone(), fetched, now()).await.unwrap();
    let asked = || AssessRequest {
        as_of: Some("2026-05-31".parse().unwrap()),
        store: true,
        ..AssessRequest::new(Asked::Client("A".to_owned()), "20000")
    };
    let before = services.assess(asked(), now()).await.unwrap();
    let found = services.gather_quartiles(files, None, now()).await.unwrap();
    assert_eq!((found.companies, found.divisions), (100, 2));
    let after = services.assess(asked(), now()).await.unwrap();
    let json: serde_json::Value = serde_json::from_str(&after.to_json()).unwrap();
    let peer = &json["accounts"]["peers"][0];
    assert_eq!(peer["ratio"], "equity_share", "{json}");
    // Five per cent among 1 to 40.
    assert_eq!((&peer["value"], &peer["quarter"], &peer["division"]), (&5.0.into(), &1.into(), &"43".into()));
    assert_eq!((&peer["lower"], &peer["median"], &peer["upper"]), (&10.75.into(), &20.5.into(), &30.25.into()));
    assert_eq!(peer["companies"], 40);
    for id in [before.id(), after.id()] {
        assert!(services.replay(id).await.unwrap().equal, "{id}");
    }
    // One invoice, paid six days late, of a builder with a French number.
    let sectors = services.sectors("2026-05-31".parse().unwrap()).await.unwrap();
    assert_eq!((sectors.late.late_over, sectors.late.overall, sectors.late.unplaced), (30, Some(0.0), 0));
    let told = |groups: &[encours_core::GroupRate]| {
        groups.iter().map(|one| (one.name.clone(), one.members, one.known, one.events)).collect::<Vec<_>>()
    };
    assert_eq!(told(&sectors.late.sectors), [("43".to_owned(), 1, 1, 0)]);
    assert_eq!(told(&sectors.late.countries), [("FR".to_owned(), 1, 1, 0)]);
    assert_eq!(sectors.failures, []);
    let accounts = services.company_accounts(&weak, "2026-05-31".parse().unwrap()).await.unwrap();
    assert_eq!(accounts.peers.first().map(|one| one.quarter), Some(1));
}
