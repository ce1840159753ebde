//! Books, sheets, e-invoices, client files and live systems, as a person meets them on the command line.

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::support::Desk;

const HEADER: &str = "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|\
                      PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise";

/// One invoice of 1,200.00 and its payment, in a closed year.
fn books() -> String {
    let line = |journal: &str, number: &str, day: &str, account: &str, client: &str, debit: &str, credit: &str| {
        format!(
            "{journal}|{journal}|{number}|{day}|{account}|{account}|{client}||F-1|{day}|F-1|{debit}|{credit}|||{day}||"
        )
    };
    [
        HEADER.to_owned(),
        line("VE", "1", "20240110", "411000", "C001", "1200,00", "0,00"),
        line("VE", "1", "20240110", "707000", "", "0,00", "1000,00"),
        line("VE", "1", "20240110", "445710", "", "0,00", "200,00"),
        line("BQ", "2", "20240220", "512000", "", "1200,00", "0,00"),
        line("BQ", "2", "20240220", "411000", "C001", "0,00", "1200,00"),
    ]
    .join("\r\n")
        + "\r\n"
}

#[test]
fn books_end_with_a_reconciliation() {
    let desk = Desk::new();
    desk.write("000500967FEC20241231.txt", books());
    let run = desk.done(&["import", "000500967FEC20241231.txt", "--json"]);
    for expected in ["+ invoiced", "€1,200.00", "− paid", "Difference", "€0.00"] {
        assert!(run.stderr.contains(expected), "{run:?}");
    }
    assert!(run.stderr.lines().all(|line| line.chars().count() <= 120), "{}", run.stderr);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["read_as"]["000500967FEC20241231.txt"], "fec");
    assert_eq!(report["reconciliation"]["total"]["difference"], "0.00");
    assert_eq!(report["reconciliation"]["clients"][0]["client_id"], "C001");
    let before = desk.contents();
    assert!(desk.done(&["import", "000500967FEC20241231.txt"]).stderr.contains("nothing new"));
    assert!(desk.contents() == before, "the data folder has changed");
    let kept: Vec<_> = before.iter().filter(|(path, _)| path.to_string_lossy().contains("journal")).collect();
    assert_eq!(kept.len(), 1);
}

#[test]
fn a_suggested_map_reads_the_file_it_was_made_for() {
    let desk = Desk::new();
    let export = "Export clients;;;;;\nÉdité le 31/05/2026;;;;;\n\
                  Code tiers;N° facture;Date facture;Date d'échéance;Montant TTC;Réglé le\n\
                  DUPONTEL;F-0001;05/01/2026;04/02/2026;1 200,00 €;10/02/2026\n\
                  DUPONTEL;F-0002;13/01/2026;12/02/2026;950,50 €;\n\
                  Total;;;;2 150,50 €;\n";
    desk.write("export.csv", export);
    let run = desk.done(&["import", "export.csv", "--suggest-map"]);
    assert!(!desk.data().exists() || desk.contents().is_empty(), "a suggestion imports nothing");
    assert!(run.stderr.contains("due_date") && run.stderr.contains("Date d'échéance"), "{}", run.stderr);
    let table = run.stderr.lines().filter(|line| !line.starts_with("note: "));
    assert!(table.into_iter().all(|line| line.chars().count() <= 80), "{}", run.stderr);
    desk.write("map.toml", &run.stdout);
    let run = desk.done(&["import", "export.csv", "--map", "map.toml"]);
    assert!(run.stderr.contains("2 invoices and 1 payment of 1 client"), "{}", run.stderr);
}

#[test]
fn accounts_are_joined_and_orders_count() {
    let desk = Desk::new();
    desk.write("ledger.csv", crate::support::GOOD);
    desk.write("clients.csv", "client_id,name,siren\nC1,Dupontel,000500967\nC2,Dupontel SARL,000500967\n");
    desk.write("orders.csv", "client_id,order_id,order_date,amount\nC1,O1,2024-06-01,500.00\nC2,O2,2024-06-02,70.00\n");
    desk.done(&["import", "ledger.csv"]);
    let run = desk.done(&["clients", "import", "clients.csv"]);
    assert!(run.stderr.contains("1 company may stand under several accounts"), "{}", run.stderr);
    assert!(desk.done(&["clients", "duplicates"]).stdout.contains("C1, C2"));
    desk.done(&["clients", "join", "C1", "C2"]);
    desk.done(&["orders", "import", "orders.csv"]);
    let asked = ["assess", "C2", "--amount", "100", "--as-of", "2024-06-10", "--json"];
    let answer: serde_json::Value = serde_json::from_str(&desk.done(&asked).stdout).unwrap();
    assert_eq!(answer["client"]["id"], "C1");
    assert_eq!(answer["exposure"]["orders"]["amount"], "570.00");
    let replay = desk.done(&["replay", answer["id"].as_str().unwrap()]);
    assert!(replay.stderr.contains("byte for byte") || replay.stdout.contains("byte for byte"), "{replay:?}");
}

#[test]
fn clients_without_a_number_are_matched_by_a_person() {
    let desk = Desk::new();
    desk.write("ledger.csv", crate::support::GOOD);
    desk.write(
        "clients.csv",
        "client_id,name,siren\nC1,S.A.R.L. Dupontel,\nC2,Transports Nord,\nC3,Moulin,000500967\n",
    );
    desk.write(
        "companies.csv",
        "subject,kind,value,valid_from,known_from,source\n\
         000100008,name,DUPONTEL,2010-01-01,2010-01-01,register\n\
         000100008,state,active,2010-01-01,2010-01-01,register\n\
         000500967,name,GARAGE DU CENTRE,2010-01-01,2010-01-01,register\n",
    );
    desk.done(&["import", "ledger.csv"]);
    desk.done(&["clients", "import", "clients.csv"]);
    desk.done(&["companies", "import", "companies.csv"]);
    let matches =
        || -> serde_json::Value { serde_json::from_str(&desk.done(&["clients", "match", "--json"]).stdout).unwrap() };
    let found = matches();
    let ids: Vec<&str> = found.as_array().unwrap().iter().map(|one| one["client_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["C1", "C2"], "{found}");
    assert_eq!(found[0]["proposals"][0]["siren"], "000100008");
    assert_eq!(found[1]["proposals"].as_array().unwrap().len(), 0);
    let shown = desk.done(&["clients", "match"]);
    assert!(shown.stdout.contains("000100008") && shown.stdout.contains("Dupontel"), "{shown:?}");

    // Proposed, not decided: nobody knows the company yet.
    let asked = ["assess", "C1", "--amount", "100", "--as-of", "2024-06-10", "--json"];
    let siren = || -> serde_json::Value {
        let answer: serde_json::Value = serde_json::from_str(&desk.done(&asked).stdout).unwrap();
        answer["client"]["siren"].clone()
    };
    assert_eq!(siren(), serde_json::Value::Null);
    desk.done(&["clients", "match", "--accept", "C1=000100008"]);
    assert_eq!(siren(), "000100008");
    assert_eq!(matches().as_array().unwrap().len(), 1);
    // A client file that comes again takes nothing back.
    desk.done(&["clients", "import", "clients.csv"]);
    assert_eq!(siren(), "000100008");
    let run = desk.run(&["clients", "match", "--accept", "C1=000500967"]);
    assert_ne!(run.code, 0);
    assert!(run.stderr.contains("000100008") && run.stderr.contains("--forget"), "{run:?}");
    assert_eq!(desk.run(&["clients", "match", "--accept", "C1=123"]).code, 2);
    assert_eq!(desk.run(&["clients", "match", "--accept", "C9=000100008"]).code, 2);
    desk.done(&["clients", "match", "--forget", "C1"]);
    assert_eq!(siren(), serde_json::Value::Null);
}

#[test]
fn credentials_are_asked_for_and_kept_to_their_owner() {
    let desk = Desk::new();
    let run = desk.run(&["pull-ledger", "pennylane"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("ENCOURS_PENNYLANE_TOKEN"), "{run:?}");
    desk.write("keys.toml", "[pennylane]\ntoken = \"very-secret\"\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(desk.path("keys.toml"), std::fs::Permissions::from_mode(0o644)).unwrap();
        let run = desk.run(&["pull-ledger", "pennylane", "--credentials", "keys.toml"]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains("chmod 600"), "{run:?}");
        std::fs::set_permissions(desk.path("keys.toml"), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    // A server that refuses every key, and hears which one it was shown.
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", server.local_addr().unwrap());
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = server.accept().unwrap();
        let mut request = vec![0_u8; 4096];
        let read = stream.read(&mut request).unwrap();
        stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        String::from_utf8_lossy(&request[..read]).into_owned()
    });
    let run = desk.run(&["pull-ledger", "pennylane", "--credentials", "keys.toml", "--base-url", &address]);
    assert!(heard.join().unwrap().contains("very-secret"));
    assert_ne!(run.code, 0);
    assert!(run.stderr.contains("401") && !run.stderr.contains("very-secret"), "{run:?}");
}
