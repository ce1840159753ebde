//! What an import changes, and what it must not.

use std::path::PathBuf;

use encours_domain::ErrorClass;
use encours_services::folder::write_atomically;
use encours_services::{ImportOptions, InputFile, ServicesError};

use crate::support::{Desk, csv, files_below, now, sample_ledger};

const YEAR_1: &str = "C1,F1,2024-01-05,2024-02-04,1200.00,2024-02-10\n\
                      C2,F2,2024-03-05,2024-04-04,80.50,\n\
                      C1,F3,2024-05-05,2024-06-04,300.00,2024-05-20\n";
const YEAR_2: &str = "C3,F4,2025-01-05,2025-02-04,1200.00,2025-02-10\n\
                      C1,F5,2025-03-05,2025-04-04,80.50,\n";

#[tokio::test]
async fn the_same_twice_changes_nothing() {
    let desk = Desk::new().await;
    let first = desk.import(&[("a.csv", YEAR_1)]).await.unwrap();
    assert_eq!((first.rows, first.invoices, first.payments, first.clients), (3, 3, 2, 2));
    assert!(!first.unchanged);
    let files = files_below(desk.folder.path());
    let second = desk.import(&[("renamed.csv", YEAR_1)]).await.unwrap();
    assert!(second.unchanged);
    assert_eq!(second.snapshot, first.snapshot);
    assert_eq!(desk.services.imports().await.unwrap().len(), 1);
    assert_eq!(files_below(desk.folder.path()), files);
}

#[tokio::test]
async fn order_leaves_no_trace() {
    let together = Desk::new().await.import(&[("a.csv", YEAR_1), ("b.csv", YEAR_2)]).await.unwrap().snapshot;
    let swapped = Desk::new().await.import(&[("b.csv", YEAR_2), ("a.csv", YEAR_1)]).await.unwrap().snapshot;
    assert_eq!(swapped, together);
    let mut rows: Vec<&str> = YEAR_1.lines().chain(YEAR_2.lines()).collect();
    rows.reverse();
    let reversed = Desk::new().await.import(&[("all.csv", &(rows.join("\n") + "\n"))]).await.unwrap().snapshot;
    assert_eq!(reversed, together);
    for years in [[YEAR_1, YEAR_2], [YEAR_2, YEAR_1]] {
        let desk = Desk::new().await;
        for year in years {
            desk.import(&[("year.csv", year)]).await.unwrap();
        }
        let status = desk.services.status().await.unwrap();
        assert_eq!(status.ledger.as_deref(), Some(together.as_str()));
        assert_eq!((status.invoices, status.payments, status.clients), (5, 3, 3));
    }
}

#[tokio::test]
async fn overlapping_months_are_there_once() {
    let both = format!("{YEAR_1}{YEAR_2}");
    let desk = Desk::new().await;
    let first = desk.import(&[("a.csv", YEAR_1), ("both.csv", &both)]).await.unwrap();
    assert_eq!((first.invoices, first.payments), (5, 3));
    assert!(desk.import(&[("b.csv", YEAR_2)]).await.unwrap().unchanged);
}

#[tokio::test]
async fn faults_change_nothing() {
    let desk = Desk::new().await;
    let first = desk.import(&[("a.csv", YEAR_1)]).await.unwrap();
    let files = files_below(desk.folder.path());
    for (broken, expected) in [
        ("C9,F9,2024-01-05,2024-02-31,10.00,\n", "bad.csv, line 2, column `due_date`, value `2024-02-31`"),
        ("C1,F1,2024-01-05,2024-02-04,999.00,\n", "bad.csv, line 2, column `invoice_id`, value `F1`"),
        ("invoice_id,paid_date,amount\nF77,2024-02-01,10\n", "bad.csv, line 2, column `invoice_id`, value `F77`"),
        ("no,column,that_is_known_id\n1,2,3\n", "bad.csv"),
    ] {
        let error = desk.import(&[("good.csv", YEAR_2), ("bad.csv", broken)]).await.unwrap_err();
        assert_eq!(error.class(), ErrorClass::InvalidInput);
        let faults = &error.faults().unwrap().faults;
        assert!(faults.iter().any(|fault| fault.to_string().starts_with(expected)), "{faults:#?}");
        assert!(error.to_string().contains("nothing was changed"), "{error}");
    }
    let status = desk.services.status().await.unwrap();
    assert_eq!(status.ledger.as_deref(), Some(first.snapshot.as_str()));
    assert_eq!(files_below(desk.folder.path()), files);
    assert_eq!(desk.services.imports().await.unwrap().len(), 1);
}

#[tokio::test]
async fn sound_rows_go_in_alone_when_the_person_says_so() {
    let desk = Desk::new().await;
    let rows = format!("{YEAR_1}C9,F9,2024-01-05,2024-02-31,10.00,\n");
    let options = || ImportOptions { accept_partial: true, ..ImportOptions::default() };
    let report = desk.services.import(vec![csv("a.csv", &rows)], options(), now()).await.unwrap();
    assert_eq!((report.invoices, report.refused.faults.len()), (3, 1));
    assert_eq!(desk.services.imports().await.unwrap()[0].refused, 1);
    // Not a single row that can be taken is no ledger, partial or not.
    let none = csv("b.csv", "C9,F9,2024-01-05,2024-02-31,10.00,\n");
    let error = Desk::new().await.services.import(vec![none], options(), now()).await.unwrap_err();
    assert!(matches!(error, ServicesError::Unreadable { .. }));
    let empty = Desk::new().await.services.import(vec![csv("c.csv", "")], options(), now()).await.unwrap_err();
    assert!(empty.faults().unwrap().faults[0].to_string().contains("no rows"), "{empty:?}");
    let nothing = Desk::new().await.services.import(Vec::new(), options(), now()).await.unwrap_err();
    assert!(nothing.faults().unwrap().faults[0].to_string().contains("no file was given"));
}

#[tokio::test]
async fn a_crash_between_files_and_row_leaves_the_old_state() {
    let desk = Desk::new().await;
    let first = desk.import(&[("a.csv", YEAR_1)]).await.unwrap();
    // The files that an import of both years writes, without its row; and one torn off in the midst of writing.
    let elsewhere = Desk::new().await;
    let both = elsewhere.import(&[("a.csv", YEAR_1), ("b.csv", YEAR_2)]).await.unwrap();
    for path in files_below(elsewhere.folder.path()) {
        let place = desk.folder.path().join(path.strip_prefix(elsewhere.folder.path()).unwrap());
        write_atomically(&place, &std::fs::read(&path).unwrap()).unwrap();
    }
    std::fs::write(desk.folder.path().join("ledger/payments.parquet.1-1.unfinished"), b"PAR1").unwrap();
    let reopened = desk.reopened().await;
    assert_eq!(reopened.status().await.unwrap().ledger.as_deref(), Some(first.snapshot.as_str()));
    // The import done again goes through and ends where it should.
    let report = desk.import(&[("b.csv", YEAR_2)]).await.unwrap();
    assert_eq!(report.snapshot, both.snapshot);
}

#[tokio::test]
async fn a_damaged_file_is_told() {
    let desk = Desk::new().await;
    desk.import(&[("a.csv", YEAR_1)]).await.unwrap();
    let payments = files_below(desk.folder.path()).into_iter().find(|path| path.ends_with("payments.parquet")).unwrap();
    let mut bytes = std::fs::read(&payments).unwrap();
    bytes[10] ^= 1;
    std::fs::write(&payments, bytes).unwrap();
    let error = desk.reopened().await.status().await.unwrap_err();
    assert!(matches!(error, ServicesError::Damaged { .. }), "{error}");
    std::fs::remove_file(&payments).unwrap();
    let error = desk.reopened().await.status().await.unwrap_err();
    assert!(error.to_string().contains("cannot be read"), "{error}");
}

#[tokio::test]
async fn two_programs_do_not_overwrite_each_other() {
    let desk = Desk::new().await;
    let other = desk.reopened().await;
    let (left, right) = tokio::join!(
        desk.services.import(vec![csv("a.csv", YEAR_1)], ImportOptions::default(), now()),
        other.import(vec![csv("b.csv", YEAR_2)], ImportOptions::default(), now()),
    );
    let ledger = desk.services.status().await.unwrap().ledger.unwrap();
    match (left, right) {
        (Ok(left), Ok(right)) => assert!(ledger == left.snapshot || ledger == right.snapshot),
        (Ok(won), Err(error)) | (Err(error), Ok(won)) => {
            assert!(matches!(error, ServicesError::ChangedMeanwhile { .. }), "{error}");
            assert_eq!(ledger, won.snapshot);
        }
        (Err(left), Err(right)) => panic!("{left}; {right}"),
    }
}

#[tokio::test]
async fn an_export_replaces_its_own_two_files() {
    let desk = Desk::new().await;
    let error = desk.services.export_ledger(desk.folder.path()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::EvidenceMissing);
    let report = desk.services.import(sample_ledger(), ImportOptions::default(), now()).await.unwrap();
    let out = tempfile::TempDir::new().unwrap();
    std::fs::write(out.path().join("mine.txt"), "kept").unwrap();
    let export = desk.services.export_ledger(out.path()).await.unwrap();
    assert_eq!(export.snapshot, report.snapshot);
    assert_eq!(files_below(out.path()).len(), 3);
    // What went out comes back as the same ledger, and so do the stored files themselves.
    let is_table = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "parquet");
    let stored: Vec<PathBuf> = files_below(desk.folder.path()).into_iter().filter(is_table).collect();
    for paths in [vec![export.invoices, export.payments], stored] {
        let files = paths.iter().map(|path| InputFile::read(path).unwrap()).collect();
        let again = Desk::new().await.services.import(files, ImportOptions::default(), now()).await.unwrap();
        assert_eq!(again.snapshot, report.snapshot);
    }
}
