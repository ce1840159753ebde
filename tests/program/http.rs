//! One answer on the command line and over HTTP, byte for byte, through a client of thirty lines.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::Desk;

/// `encours serve`, ended with the test.
pub struct Server {
    child: Child,
    address: String,
    pub key: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub fn over(desk: &Desk) -> Self {
        let key = desk.done(&["keys", "create", "tests"]).stdout.trim().to_owned();
        Self::with_key(desk, key)
    }

    /// With a key that was made before.
    pub fn with_key(desk: &Desk, key: String) -> Self {
        let mut command = desk.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut talk = BufReader::new(child.stderr.take().unwrap());
        let mut address = None;
        let mut line = String::new();
        while address.is_none() && talk.read_line(&mut line).unwrap() > 0 {
            address = line.split("http://").nth(1).map(|rest| rest.trim().to_owned());
            line.clear();
        }
        // Nobody reads on, but the server must be able to speak.
        std::thread::spawn(move || std::io::copy(&mut talk, &mut std::io::sink()));
        Self { child, address: address.expect("the server says where it listens"), key }
    }

    /// Ends it as a failing machine would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn address(&self) -> String {
        self.address.clone()
    }

    pub fn ask(&self, method: &str, path: &str, key: Option<&str>, body: Option<&Value>) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let body = body.map(Value::to_string).unwrap_or_default();
        let key = key.map(|key| format!("Authorization: Bearer {key}\r\n")).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{key}Content-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let code = head.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(!head.to_lowercase().contains("transfer-encoding: chunked"), "{head}");
        (code, head.to_owned(), body.to_owned())
    }

    fn post(&self, body: &Value) -> (u16, String) {
        let (code, _, body) = self.ask("POST", "/v1/assessments", Some(&self.key), Some(body));
        (code, body)
    }
}

#[test]
fn http_gives_the_bytes_of_the_command_line() {
    let desk = Desk::with_demo();
    let server = Server::over(&desk);
    for (client, amount, terms) in [("C-0012", "18000", 45), ("C-0001", "750.50", 30), ("C-0400", "120000", 60)] {
        let days = terms.to_string();
        let asked = ["assess", client, "--amount", amount, "--terms", &days, "--as-of", "2026-05-31", "--json"];
        let expected = desk.done(&asked).stdout;
        let quote = json!({"amount": amount, "vat_rate": 0.2, "terms_days": terms});
        for (store, code) in [(false, 200), (true, 201)] {
            let body = json!({"client": client, "quote": quote, "as_of": "2026-05-31", "store": store});
            assert_eq!(server.post(&body), (code, expected.clone()), "{client}, store {store}");
        }
        let id = serde_json::from_str::<Value>(&expected).unwrap()["id"].as_str().unwrap().to_owned();
        let (code, _, stored) = server.ask("GET", &format!("/v1/assessments/{id}"), Some(&server.key), None);
        assert_eq!((code, stored), (200, expected.clone()));
    }
    // A company that the ledger does not know, by its SIREN.
    let client = json!({"client": "C-0012", "quote": {"amount": "18000"}, "as_of": "2026-05-31", "store": false});
    let (code, body) = server.post(&client);
    assert_eq!(code, 200, "{body}");
}

#[test]
fn what_is_public_is_public_and_the_rest_is_not() {
    let desk = Desk::with_demo();
    let server = Server::over(&desk);
    for path in ["/healthz", "/openapi.json"] {
        assert_eq!(server.ask("GET", path, None, None).0, 200, "{path}");
    }
    let (_, _, spec) = server.ask("GET", "/openapi.json", None, None);
    let spec: Value = serde_json::from_str(&spec).unwrap();
    for path in ["/v1/assessments", "/v1/clients", "/v1/clients/{id}"] {
        assert!(spec["paths"].get(path).is_some(), "{path} is not described");
    }
    for key in [None, Some("wrong")] {
        let (code, head, body) = server.ask("GET", "/v1/clients", key, None);
        assert_eq!(code, 401, "{body}");
        assert!(head.to_lowercase().contains("application/problem+json"), "{head}");
    }
    let (code, _, body) = server.ask("GET", "/v1/clients?limit=5", Some(&server.key), None);
    assert_eq!(code, 200, "{body}");
    let (code, _, body) = server.ask("GET", "/v1/clients/C-0012", Some(&server.key), None);
    assert_eq!(code, 200, "{body}");
}

#[test]
fn bad_requests_are_problems_with_a_stable_code() {
    let desk = Desk::with_demo();
    let server = Server::over(&desk);
    for (body, expected) in [
        (json!({"client": "C-9999", "quote": {"amount": "100"}}), 404),
        (json!({"client": "C-0012"}), 400),
        (json!({"client": "C-0012", "quote": {"amount": "1e300"}}), 400),
        (json!({"client": "C-0012", "quote": {"amount": "100", "vat_rate": 20}}), 400),
        (json!({"client": "C-0012", "quote": {"amount": "100"}, "unknown": 1}), 400),
        (json!({"quote": {"amount": "100"}}), 400),
    ] {
        let (code, answer) = server.post(&body);
        let fits = code == expected || (expected == 400 && code == 422);
        assert!(fits, "{body}: {code} {answer}");
        let problem: Value = serde_json::from_str(&answer).unwrap();
        assert!(problem["code"].is_string() && problem["title"].is_string(), "{answer}");
        assert_eq!(problem["status"], code, "{answer}");
    }
}
