//! What every system must withstand, whatever its shapes: run by each folder's tests with its own world.

use std::sync::Arc;
use std::time::Duration;

use super::server::{Asked, JumpingClock, Reply, Server};
use crate::client::Manners;
use crate::pull::{LedgerSource, PullState};
use crate::registry::{Setup, SourceSpec};
use crate::secret::{Credentials, Secret};
use crate::{SourceError, pull::pull};

/// A system and a world that does not change.
pub struct Play {
    pub spec: SourceSpec,
    pub credentials: &'static [(&'static str, &'static str)],
    /// What no message may show.
    pub secrets: &'static [&'static str],
    pub answer: fn(&Asked) -> Reply,
    /// Fields of the list that are renamed one by one, as they stand in the body.
    pub fields: &'static [&'static str],
}

/// Every fault for the first requests, afterwards some of them in turn: a round asks each path several times.
fn turn<T: Copy>(faults: &[T], nth: usize, many: usize) -> Vec<(usize, T)> {
    let many = if nth < 3 { faults.len() } else { many };
    let place = |step: usize| (nth * many + step) % faults.len();
    (0..many).map(|step| (place(step), faults[place(step)])).collect()
}

pub fn manners() -> Manners {
    Manners { spacing: Duration::ZERO, timeout: Duration::from_secs(5), ..Manners::default() }
}

impl Play {
    pub fn source(&self, server: &Server, clock: Arc<JumpingClock>) -> Box<dyn LedgerSource> {
        let credentials = Credentials::new(self.credentials.iter().map(|(name, value)| (*name, Secret::new(value))));
        let base = Some(server.address.clone());
        let setup = Setup { credentials, base, plain_http: false, manners: Some(manners()), clock, seed: 7 };
        (self.spec.build)(&setup).unwrap()
    }

    /// A whole round from nothing.
    pub async fn unbroken(&self) -> PullState {
        let server = Server::start(self.answer).await;
        let mut state = PullState::new(self.spec.name);
        self.round(&server, &mut state).await.unwrap();
        state
    }

    /// A round, to its end.
    pub async fn round(&self, server: &Server, state: &mut PullState) -> Result<(), SourceError> {
        let source = self.source(server, JumpingClock::new());
        pull::<SourceError>(&*source, state, &mut |_, _| Ok(())).await.map(drop)
    }

    fn assert_silent(&self, error: &SourceError) {
        for text in [error.to_string(), format!("{error:?}"), format!("{:?}", error.hint())] {
            for secret in self.secrets {
                assert!(!text.contains(secret), "a credential in `{text}`");
            }
        }
    }

    /// All of it.
    pub async fn run(&self) {
        self.killed_after_each_page().await;
        self.passing_faults_leave_no_trace().await;
        self.hard_faults_change_nothing().await;
        self.renamed_fields_are_named().await;
        self.a_second_round_changes_nothing().await;
    }

    /// The process dies after page `n`, for every `n`: a new one goes on from the bytes that were kept.
    async fn killed_after_each_page(&self) {
        let expected = self.unbroken().await.to_bytes().unwrap();
        let server = Server::start(self.answer).await;
        let mut pages = 0;
        for kill_after in 1.. {
            let mut state = PullState::new(self.spec.name);
            let mut over = false;
            let source = self.source(&server, JumpingClock::new());
            for _ in 0..kill_after {
                over = state.step(&*source).await.unwrap().over;
                if over {
                    break;
                }
            }
            if over {
                break;
            }
            pages = kill_after;
            let mut again = PullState::from_bytes(&state.to_bytes().unwrap()).unwrap();
            assert_eq!(again, state);
            self.round(&server, &mut again).await.unwrap();
            let found = again.to_bytes().unwrap();
            assert_eq!(
                String::from_utf8_lossy(&found),
                String::from_utf8_lossy(&expected),
                "killed after {kill_after}"
            );
        }
        assert!(pages >= 3, "a world of {pages} pages shows nothing");
    }

    async fn requests_of_a_round(&self) -> usize {
        let server = Server::start(self.answer).await;
        self.round(&server, &mut PullState::new(self.spec.name)).await.unwrap();
        server.asked().len()
    }

    /// A server whose request number `nth` goes wrong once.
    async fn faulty(&self, nth: usize, wrong: impl Fn(Reply, &Asked) -> Reply + Send + Sync + 'static) -> Server {
        let answer = self.answer;
        Server::start(move |asked| {
            let reply = answer(asked);
            if asked.before == nth { wrong(reply, asked) } else { reply }
        })
        .await
    }

    async fn passing_faults_leave_no_trace(&self) {
        let expected = self.unbroken().await.to_bytes().unwrap();
        let faults: [fn(Reply) -> Reply; 6] = [
            |_| Reply::status(429).with("Retry-After", "3"),
            |_| Reply::status(503).with("Retry-After", "Sun, 22 Nov 2026 08:00:30 GMT"),
            |_| Reply::status(429),
            |_| Reply::status(500),
            |_| Reply::text(502, "text/html", "<html>bad gateway</html>"),
            Reply::cut,
        ];
        for nth in 0..self.requests_of_a_round().await {
            for (number, fault) in turn(&faults, nth, 2) {
                let server = self.faulty(nth, move |reply, _| fault(reply)).await;
                let mut state = PullState::new(self.spec.name);
                let done = self.round(&server, &mut state).await;
                assert!(done.is_ok(), "request {nth}, fault {number}: {done:?}");
                assert_eq!(state.to_bytes().unwrap(), expected, "request {nth}, fault {number}");
            }
        }
    }

    async fn hard_faults_change_nothing(&self) {
        let expected = self.unbroken().await.to_bytes().unwrap();
        fn echo(asked: &Asked) -> String {
            format!("you sent {:?} {}", asked.headers, asked.body)
        }
        let faults: [fn(Reply, &Asked) -> Reply; 11] = [
            |_, _| Reply::text(200, "text/html", "<html>please log in</html>"),
            |_, _| Reply::text(200, "application/json", ""),
            |_, _| Reply::text(200, "application/json", "{\"a\":"),
            |_, _| Reply::status(302).with("Location", "http://elsewhere.example.org/x"),
            |_, _| Reply::status(418),
            |_, asked| Reply::text(400, "text/plain", &echo(asked)),
            |_, asked| Reply::text(403, "text/plain", &echo(asked)),
            |_, asked| Reply::text(200, "text/plain", &echo(asked)),
            |_, asked| Reply::json(&serde_json::Value::String(echo(asked))),
            |_, asked| {
                let said = echo(asked);
                Reply::json(
                    &serde_json::json!({ "error": { "message": said, "data": { "name": said, "message": said } } }),
                )
            },
            |_, _| Reply::status(429).with("Retry-After", "86400"),
        ];
        for nth in 0..self.requests_of_a_round().await {
            for (number, fault) in turn(&faults, nth, 3) {
                let server = self.faulty(nth, fault).await;
                let mut state = PullState::new(self.spec.name);
                let source = self.source(&server, JumpingClock::new());
                let error = loop {
                    let before = state.to_bytes().unwrap();
                    match state.step(&*source).await {
                        Ok(progress) => assert!(!progress.over, "request {nth}, fault {number} was not noticed"),
                        Err(error) => {
                            assert_eq!(state.to_bytes().unwrap(), before, "request {nth}, fault {number}");
                            break error;
                        }
                    }
                };
                self.assert_silent(&error);
                self.round(&server, &mut state).await.unwrap();
                assert_eq!(state.to_bytes().unwrap(), expected, "after request {nth}, fault {number}");
            }
        }
    }

    async fn renamed_fields_are_named(&self) {
        for field in self.fields {
            let (answer, field) = (self.answer, *field);
            let server = Server::start(move |asked| {
                let mut reply = answer(asked);
                reply.body = reply.body.replace(&format!("\"{field}\":"), &format!("\"{field}_renamed\":"));
                reply
            })
            .await;
            let mut state = PullState::new(self.spec.name);
            let Err(error) = self.round(&server, &mut state).await else { panic!("`{field}` was not missed") };
            assert!(matches!(error, SourceError::Shape { .. }), "`{field}`: {error:?}");
            assert!(error.to_string().contains(&format!("`{field}`")), "`{field}` is not named: {error}");
            assert!(error.to_string().contains("sha256:"), "{error}");
            self.assert_silent(&error);
        }
    }

    async fn a_second_round_changes_nothing(&self) {
        let mut state = self.unbroken().await;
        let ledger = state.ledger().clone();
        let server = Server::start(self.answer).await;
        self.round(&server, &mut state).await.unwrap();
        assert_eq!(*state.ledger(), ledger);
        state.begin_full_round();
        self.round(&server, &mut state).await.unwrap();
        assert_eq!(*state.ledger(), ledger);
        state.begin_fresh();
        self.round(&server, &mut state).await.unwrap();
        assert_eq!(*state.ledger(), ledger);
        assert_eq!(state.rounds(), 4);
    }
}

/// The rows as short lines, to compare them by eye: invoices, then payments.
pub fn lines(state: &PullState) -> Vec<String> {
    let (rows, _) = state.ledger().rows();
    let mut lines: Vec<String> = Vec::new();
    for row in &rows.invoices {
        let corrects = row.corrects.as_ref().map_or(String::new(), |number| format!(" corrects {number}"));
        let origin = if row.due_date_origin.is_stated() { "" } else { " (inferred)" };
        lines.push(format!(
            "{} {}/{} {} due {}{origin} {} {}{corrects}",
            row.client_id,
            row.invoice_id,
            row.instalment_no,
            row.issue_date,
            row.due_date,
            row.amount,
            row.kind.code()
        ));
    }
    for row in &rows.payments {
        let part = row.instalment_no.map_or(String::new(), |number| format!("/{number}"));
        lines.push(format!(
            "{}{part} {} {} {} ({})",
            row.invoice_id,
            row.paid_date,
            row.amount,
            row.kind.code(),
            row.origin.code()
        ));
    }
    lines
}

/// Faults, then notes, as they are told.
pub fn told(state: &PullState) -> (Vec<String>, Vec<String>) {
    let (_, report) = state.ledger().rows();
    let text = |faults: &[encours_domain::Fault]| faults.iter().map(ToString::to_string).collect();
    (text(&report.faults), text(&report.notes))
}
