//! Public facts come in.

use encours_services::{FoundKind, InputFile};

use crate::support::{Desk, files_below, now};

const HEADER: &str = "subject,kind,value,valid_from,known_from,source\n";
const NAME: &str = "552032534,name,Crêperie de l'Œuf,1995-01-01,1995-02-01,INSEE\n";
const STATE: &str = "552032534,state,active,1995-01-01,1995-02-01,INSEE\n";
const OTHER: &str = "732829320,name,Autre SA,2000-01-01,2000-02-01,INSEE\n";

fn file(rows: &[&str]) -> InputFile {
    InputFile::new("facts.csv", format!("{HEADER}{}", rows.concat()).into_bytes())
}

#[tokio::test]
async fn facts_add_up_in_any_order() {
    let mut snapshots = Vec::new();
    for files in [
        vec![vec![file(&[NAME, STATE, OTHER])]],
        vec![vec![file(&[OTHER])], vec![file(&[STATE, NAME])]],
        vec![vec![file(&[STATE]), file(&[NAME, STATE])], vec![file(&[NAME, OTHER])]],
    ] {
        let desk = Desk::new().await;
        let mut last = None;
        for files in files {
            last = Some(desk.services.import_companies(files, false, now()).await.unwrap());
        }
        let last = last.unwrap();
        assert_eq!((last.facts, last.companies), (3, 2));
        snapshots.push(last.snapshot);
        let again = desk.services.import_companies(vec![file(&[OTHER, NAME])], false, now()).await.unwrap();
        assert!(again.unchanged);
    }
    snapshots.dedup();
    assert_eq!(snapshots.len(), 1);
}

#[tokio::test]
async fn faults_change_nothing() {
    let desk = Desk::new().await;
    let broken = "552032534,state,asleep,1995-01-01,1995-02-01,INSEE\n";
    let error = desk.services.import_companies(vec![file(&[NAME, broken])], false, now()).await.unwrap_err();
    assert_eq!(error.faults().unwrap().faults.len(), 1);
    assert!(files_below(desk.folder.path()).is_empty());
    let report = desk.services.import_companies(vec![file(&[NAME, broken])], true, now()).await.unwrap();
    assert_eq!((report.facts, report.refused.faults.len()), (1, 1));
}

#[tokio::test]
async fn companies_are_found_and_shown() {
    let desk = Desk::new().await;
    desk.services.import_companies(vec![file(&[NAME, STATE, OTHER])], false, now()).await.unwrap();
    for query in ["creperie", "OEUF", "l'œuf crê", "552032534", "552 032 534", "5520"] {
        let found = desk.services.search(query, 5).await.unwrap();
        assert_eq!(found.len(), 1, "{query}");
        assert_eq!((found[0].kind, found[0].id.as_str()), (FoundKind::Company, "552032534"), "{query}");
    }
    for query in ["", "  ", "nobody", "creperie autre"] {
        assert!(desk.services.search(query, 5).await.unwrap().is_empty(), "{query}");
    }
    let company = desk.services.company("552 032 534").await.unwrap();
    assert_eq!((company.name.as_deref(), company.facts.len()), (Some("Crêperie de l'Œuf"), 2));
    assert!(desk.services.company("552032535").await.is_err());
    assert_eq!(desk.services.company("000000000").await.unwrap_err().to_string(), "no company `000000000`");
}
