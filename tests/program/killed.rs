//! `kill -9` in the middle of writes, of jobs and of the first start, again and again: what was acknowledged is there, the
//! chain holds, jobs are done, nothing is half visible.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::Server;
use crate::support::{Desk, HEADER};

/// How often the program is killed.
const ROUNDS: u32 = 10;

/// One request; nothing where the server went away before its answer was whole.
fn ask(address: &str, key: &str, path: &str, kind: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
    (length == Some(body.len())).then_some(())?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

fn import(address: &str, key: &str, round: u32) -> Option<String> {
    let row = format!("K-{round},KF-{round},2024-01-05,2024-02-04,100.00,\n");
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{round}.csv\"\r\n\r\n{HEADER}{row}\r\n--x--\r\n"
    );
    let (code, body) = ask(address, key, "/v1/imports", "multipart/form-data; boundary=x", &body)?;
    assert_eq!(code, 202, "{body}");
    Some(serde_json::from_str::<Value>(&body).unwrap()["id"].as_str().unwrap().to_owned())
}

#[test]
fn what_was_acknowledged_survives_being_killed() {
    let desk = Desk::with_demo();
    let key = desk.done(&["keys", "create", "tests"]).stdout.trim().to_owned();
    let kept = Arc::new(Mutex::new(BTreeSet::new()));
    let mut jobs = Vec::new();
    for round in 0..ROUNDS {
        let server = Server::with_key(&desk, key.clone());
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (address, key, kept) = (server.address(), key.clone(), Arc::clone(&kept));
                std::thread::spawn(move || {
                    for number in 0.. {
                        let amount = format!("{}.{:02}", 1_000 + number, (writer * 10 + round) % 100);
                        let quote = json!({"amount": amount});
                        let asked =
                            json!({"client": format!("C-00{:02}", 10 + writer), "quote": quote, "as_of": "2026-05-31"});
                        let answer = ask(&address, &key, "/v1/assessments", "application/json", &asked.to_string());
                        let Some((code, body)) = answer else { return };
                        assert_eq!(code, 201, "{body}");
                        let id = serde_json::from_str::<Value>(&body).unwrap()["id"].as_str().unwrap().to_owned();
                        kept.lock().unwrap().insert(id);
                    }
                })
            })
            .collect();
        jobs.extend(import(&server.address(), &key, round));
        // From in the middle of the first answers to in the middle of the job.
        std::thread::sleep(Duration::from_millis(30 + u64::from(round) * 130));
        server.kill();
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        desk.done(&["audit", "verify"]);
        assert!(desk.done(&["db", "check"]).stdout.contains("sound in itself"));
    }
    assert!(
        kept.lock().unwrap().len() > 50 && jobs.len() > 5,
        "{} answers, {} jobs",
        kept.lock().unwrap().len(),
        jobs.len()
    );
    let server = Server::with_key(&desk, key.clone());
    for id in kept.lock().unwrap().iter() {
        assert_eq!(server.ask("GET", &format!("/v1/assessments/{id}"), Some(&key), None).0, 200, "{id}");
    }
    let began = Instant::now();
    for job in &jobs {
        loop {
            let (_, _, body) = server.ask("GET", &format!("/v1/jobs/{job}"), Some(&key), None);
            let found: Value = serde_json::from_str(&body).unwrap();
            if found["state"] == "done" {
                break;
            }
            assert!(["queued", "running"].contains(&found["state"].as_str().unwrap()), "{body}");
            assert!(began.elapsed() < Duration::from_secs(90), "{body}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    for round in 0..u32::try_from(jobs.len()).unwrap().min(ROUNDS) {
        assert_eq!(server.ask("GET", &format!("/v1/clients/K-{round}"), Some(&key), None).0, 200, "K-{round}");
    }
    server.kill();
    desk.done(&["audit", "verify"]);
}

/// The first start brings the store to its form in one transaction: killed anywhere in it, the next start does it whole.
#[test]
fn a_first_start_that_is_killed_is_done_by_the_next() {
    for round in 0..25_u64 {
        let desk = Desk::new();
        let mut child = desk.command(&["keys", "create", "x"]).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(400 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(desk.done(&["db", "migrate"]).stdout.contains("of the form m0008_webhooks"), "{round}");
        assert!(desk.done(&["db", "check"]).stdout.contains("sound in itself"), "{round}");
        desk.done(&["audit", "verify"]);
    }
}
