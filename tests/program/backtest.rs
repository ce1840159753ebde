//! The back-test's file: its columns, its rows, and nothing from before the cut-off.

use crate::support::Desk;

#[test]
fn it_writes_one_row_for_each_invoice_from_the_cutoff_on() {
    let desk = Desk::new();
    desk.write("invoices.parquet", encours_datasets::sample::INVOICES);
    desk.write("payments.parquet", encours_datasets::sample::PAYMENTS);
    let backtest = |out: &str| {
        desk.done(&[
            "backtest",
            "invoices.parquet",
            "payments.parquet",
            "--cutoff",
            "2025-09-01",
            "--late-over",
            "0,30",
            "--out",
            out,
        ]);
        std::fs::read_to_string(desk.path(out)).unwrap()
    };
    let predictions = backtest("p.csv");
    let mut lines = predictions.lines();
    assert_eq!(lines.next(), Some("client_id,invoice_id,issue_date,p_late_over_0,p_late_over_30"));
    let mut rows = 0;
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), 5, "{line}");
        assert!(cells[2] >= "2025-09-01" && cells[2] <= "2026-05-31", "{line}");
        let [over_0, over_30] = [cells[3], cells[4]].map(|cell| cell.parse::<f64>().unwrap());
        assert!((0.0..=1.0).contains(&over_0) && over_30 <= over_0, "{line}");
        rows += 1;
    }
    assert!(rows > 1_000, "{rows} rows");
    assert_eq!(backtest("again.csv"), predictions);
    assert!(!desk.data().exists(), "a back-test needs no data folder and makes none");
}

#[test]
fn a_file_at_fault_writes_nothing() {
    let desk = Desk::new();
    desk.write("bad.csv", "client_id,invoice_id,issue_date,due_date,amount\nC1,F1,2024-06-31,2024-07-31,10\n");
    let run = desk.run(&["backtest", "bad.csv", "--cutoff", "2024-01-01", "--late-over", "0", "--out", "p.csv"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("bad.csv") && run.stderr.contains("2024-06-31"), "{run:?}");
    assert!(!desk.path("p.csv").exists());
}
