//! Other programs are told what happens: a receiver on this machine that says no as often as it is told to.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use encours_domain::{Currency, Money};
use encours_services::store::DeliveryState;
use encours_services::{Deliverer, JobRequest, Moment, NewLimit, Services, ServicesError, signature};
use encours_sources::Courier;

use crate::support::{Desk, now};

/// A message as it came in.
#[derive(Clone, Debug, Default)]
struct Message {
    id: String,
    timestamp: i64,
    signature: String,
    body: String,
}

/// Answers each request with the next of `statuses`, then with 204.
fn receiver(statuses: Vec<u16>) -> (String, Arc<Mutex<Vec<Message>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hook", listener.local_addr().unwrap());
    let (got, statuses) = (Arc::new(Mutex::new(Vec::new())), Mutex::new(statuses.into_iter()));
    let kept = Arc::clone(&got);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut text, mut buffer) = (Vec::new(), [0_u8; 4096]);
            let message = loop {
                let read = stream.read(&mut buffer).unwrap();
                text.extend_from_slice(&buffer[..read]);
                if let Some(message) = whole(&String::from_utf8_lossy(&text)) {
                    break message;
                }
            };
            kept.lock().unwrap().push(message);
            let status = statuses.lock().unwrap().next().unwrap_or(204);
            write!(
                stream,
                "HTTP/1.1 {status} X\r\nlocation: /elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            .unwrap();
        }
    });
    (address, got)
}

fn whole(text: &str) -> Option<Message> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
    (body.len() == header("content-length: ").parse::<usize>().unwrap_or(0)).then(|| Message {
        id: header("webhook-id: "),
        timestamp: header("webhook-timestamp: ").parse().unwrap(),
        signature: header("webhook-signature: "),
        body: body.to_owned(),
    })
}

fn sending(services: Services) -> Services {
    services.sending(Courier::new(true).unwrap())
}

/// Looks at messages as of a moment, as the server does every second.
async fn look(services: &Services, now: Moment) {
    let deliverer = Deliverer::new(services.clone(), Arc::new(move || now)).unwrap();
    deliverer.look(now).await.unwrap();
}

fn events(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

async fn set_limit(services: &Services, amount: &str) {
    let limit = NewLimit {
        client: "CAVEL".to_owned(),
        amount: Some(Money::parse(amount, Currency::EUR).unwrap()),
        until: None,
        reason: "known for years".to_owned(),
        by: "Anne".to_owned(),
        role: "administrator".to_owned(),
    };
    services.set_limit(limit, now()).await.unwrap();
}

#[tokio::test]
async fn what_happened_is_told_once_signed_and_only_to_whom_it_concerns() {
    let desk = Desk::new().await;
    let services = sending(desk.services.clone());
    desk.import(&[("l.csv", "CAVEL,F1,2024-01-05,2024-02-04,100.00,\n")]).await.unwrap();
    let (address, got) = receiver(vec![]);
    let (other, nothing) = receiver(vec![]);
    let added = services.add_webhook(&address, &events(&["imported", "job_ended"]), now()).await.unwrap();
    services.add_webhook(&other, &events(&["policy_activated"]), now()).await.unwrap();
    // What was before is not told.
    look(&services, now()).await;
    assert!(got.lock().unwrap().is_empty());
    desk.import(&[("more.csv", "C-NEW,F-NEW,2024-01-05,2024-02-04,100.00,\n")]).await.unwrap();
    for _ in 0..3 {
        look(&services, now()).await;
    }
    let told = got.lock().unwrap().clone();
    assert_eq!((told.len(), nothing.lock().unwrap().len()), (1, 0), "{told:?}");
    let Message { id, timestamp, signature: signed, body } = &told[0];
    assert_eq!(signature(&added.secret, id, *timestamp, body).as_deref(), Some(signed.as_str()));
    let says: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!((&says["type"], &says["data"]["by"]), (&"imported".into(), &"encours".into()));
    let kept = services.deliveries(&added.webhook.id, None, None, 10).await.unwrap();
    assert_eq!((kept.len(), kept[0].state, kept[0].attempts), (1, "delivered", 1));
    assert!(services.verify_audit(None).await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn the_end_of_a_job_is_told() {
    let desk = Desk::new().await;
    let services = sending(desk.services.clone());
    let (address, got) = receiver(vec![]);
    services.add_webhook(&address, &events(&["job_ended"]), now()).await.unwrap();
    // There is no ledger to score: the job fails, which is an end.
    services.submit(&JobRequest::Rescore { as_of: None }, now()).await.unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(());
    let runner = encours_services::Runner::new(services.clone(), Arc::new(now), None).unwrap();
    let running = tokio::spawn(runner.run(stopped));
    for _ in 0..100 {
        look(&services, now()).await;
        if !got.lock().unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    drop(stop);
    running.await.unwrap();
    let told = got.lock().unwrap().clone();
    let says: serde_json::Value = serde_json::from_str(&told[0].body).unwrap();
    assert_eq!((told.len(), &says["type"], &says["data"]["kind"]), (1, &"job_ended".into(), &"rescore".into()));
    assert_eq!(says["data"]["state"], "failed");
}

#[tokio::test]
async fn what_is_not_taken_is_tried_again_ever_later_and_given_up_in_sight() {
    let desk = Desk::new().await;
    let services = sending(desk.services.clone());
    desk.import(&[("l.csv", "CAVEL,F1,2024-01-05,2024-02-04,100.00,\n")]).await.unwrap();
    // Nine refusals, a redirection among them, which nobody follows.
    let (address, got) = receiver(vec![500, 503, 404, 302, 500, 500, 500, 500, 500]);
    let id = services.add_webhook(&address, &events(&["imported"]), now()).await.unwrap().webhook.id;
    desk.import(&[("more.csv", "C-NEW,F-NEW,2024-01-05,2024-02-04,100.00,\n")]).await.unwrap();
    let (mut at, mut waits) = (now(), Vec::new());
    for attempt in 1..=9_usize {
        look(&services, at).await;
        assert_eq!(got.lock().unwrap().len(), attempt);
        let message = services.deliveries(&id, None, None, 1).await.unwrap().remove(0);
        assert_eq!(message.attempts as usize, attempt);
        let Some(next) = message.next_at else { break };
        let next = Moment::utc(next.parse().unwrap());
        // A second before it is due nobody knocks.
        look(&services, next.later(TimeDelta::seconds(-1))).await;
        assert_eq!(got.lock().unwrap().len(), attempt);
        waits.push((next.at - at.at).num_seconds());
        at = next;
    }
    assert!(waits.is_sorted_by(|one, other| one < other) && waits.len() == 8, "{waits:?}");
    let dead = services.deliveries(&id, Some(DeliveryState::Dead), None, 10).await.unwrap();
    assert_eq!((dead.len(), dead[0].outcome.as_deref()), (1, Some("the answer was 500")));
    // The same message, by the same id, once somebody mended the receiver.
    services.revive_delivery(&id, &dead[0].id, at).await.unwrap();
    look(&services, at).await;
    let all = got.lock().unwrap().clone();
    assert!(all.iter().all(|one| one.id == all[0].id && one.body == all[0].body) && all.len() == 10);
    assert_eq!(services.deliveries(&id, None, None, 10).await.unwrap()[0].state, "delivered");
    let again = services.revive_delivery(&id, &dead[0].id, at).await.unwrap_err();
    assert!(matches!(again, ServicesError::NotFound { .. }), "{again}");
}

#[tokio::test]
async fn private_addresses_and_unknown_events_are_refused() {
    let desk = Desk::new().await;
    for (url, event) in [
        ("http://127.0.0.1:9/", "imported"),
        ("http://169.254.169.254/latest/meta-data/", "imported"),
        ("http://[::1]/", "imported"),
        ("ftp://hooks.example/", "imported"),
        ("https://hooks.example/", "everything"),
    ] {
        let refused = desk.services.add_webhook(url, &events(&[event]), now()).await.unwrap_err();
        assert!(matches!(refused, ServicesError::UnknownWord { .. }), "{url}: {refused}");
    }
    assert!(desk.services.webhooks().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_message_that_a_killed_program_took_is_taken_by_the_next_and_removal_ends_it_all() {
    let desk = Desk::new().await;
    let services = sending(desk.services.clone());
    desk.import(&[("l.csv", "CAVEL,F1,2024-01-05,2024-02-04,100.00,\n")]).await.unwrap();
    let (address, got) = receiver(vec![500]);
    let id = services.add_webhook(&address, &events(&["limit_set"]), now()).await.unwrap().webhook.id;
    set_limit(&services, "5000.00").await;
    look(&services, now()).await;
    // Another program over the same store goes on where this one ended.
    let other = sending(desk.reopened().await);
    look(&other, now().later(TimeDelta::minutes(2))).await;
    assert_eq!(got.lock().unwrap().len(), 2);
    set_limit(&services, "6000.00").await;
    services.remove_webhook(&id, now()).await.unwrap();
    look(&services, now().later(TimeDelta::minutes(9))).await;
    assert_eq!(got.lock().unwrap().len(), 2);
    assert!(services.deliveries(&id, None, None, 10).await.is_err());
}
