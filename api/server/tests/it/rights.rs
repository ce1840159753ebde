//! The table of rights, cell by cell against the running router.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use encours_server::http::rights::{KeyRight, Right, table};
use encours_services::{Login, Role, Scope, Scopes};

use crate::support::{Answered, Sample};

/// How somebody calls.
#[derive(Clone, Debug)]
enum Way {
    Nobody,
    Key(String),
    Session(String),
}

/// What came of a call, as far as rights go.
#[derive(Debug, PartialEq, Eq)]
enum Came {
    /// In: whatever the handler said.
    In,
    /// Not known: refused, or sent to the login.
    Unknown,
    /// Known, and not allowed.
    NotAllowed,
}

/// The route with something in its places that is nowhere: a handler that is reached finds nothing.
fn request(right: &Right, way: &Way) -> Request<Body> {
    let path = right.path.replace("{id}", "nothing").replace("{name}", "nobody.there");
    let form = !is_interface(right);
    let kind = if form { "application/x-www-form-urlencoded" } else { "application/json" };
    let request = Request::builder().method(right.method.as_str()).uri(path).header(header::CONTENT_TYPE, kind);
    let request = match way {
        Way::Nobody => request,
        Way::Key(key) => request.header(header::AUTHORIZATION, format!("Bearer {key}")),
        Way::Session(token) => request.header(header::COOKIE, format!("encours_session={token}")),
    };
    request.body(Body::from(if form { "" } else { "{}" })).unwrap()
}

fn came(right: &Right, answered: &Answered) -> Came {
    let to_login = answered.status == StatusCode::SEE_OTHER && answered.header("location").starts_with("/login?next=");
    let page = !is_interface(right);
    match answered.status {
        StatusCode::UNAUTHORIZED if !page => Came::Unknown,
        _ if to_login => Came::Unknown,
        StatusCode::FORBIDDEN if page => Came::NotAllowed,
        StatusCode::FORBIDDEN if answered.json()["code"] == "not_allowed" => Came::NotAllowed,
        _ => Came::In,
    }
}

/// Whether refusals are problem documents, and nobody is sent to the login.
fn is_interface(right: &Right) -> bool {
    right.path.starts_with("/v1") || right.path == "/metrics"
}

struct People {
    sample: Sample,
    next_day: axum::Router,
}

impl People {
    fn new() -> Self {
        let sample = Sample::of_its_own();
        for (role, word) in Role::ALL {
            let name = format!("{word}.one");
            sample.wait(sample.services().create_user(&name, role, Some(PASSWORD.to_owned()), sample.now())).unwrap();
        }
        // A day later sessions have ended, and keys that were good for the day have expired.
        let next_day = sample.router_at(sample.now().at + chrono::TimeDelta::days(2));
        Self { sample, next_day }
    }

    fn session(&self, name: &str) -> Way {
        let (services, now) = (self.sample.services(), self.sample.now());
        let login = self.sample.wait(services.log_in(name, PASSWORD.to_owned(), now)).unwrap();
        let Login::Opened { token, .. } = login else { panic!("{name} was refused") };
        Way::Session(token)
    }

    fn key(&self, scopes: &str, revoked: bool) -> Way {
        let (services, now) = (self.sample.services(), self.sample.now());
        let scopes: Scopes = scopes.parse().unwrap();
        let made = self
            .sample
            .wait(services.create_key("a program", scopes, Some(encours_services::Moment::utc(now.at).today), now))
            .unwrap();
        if revoked {
            self.sample.wait(services.revoke_key(&made.info.id, now)).unwrap();
        }
        Way::Key(made.key)
    }

    fn came(&self, right: &Right, way: &Way) -> Came {
        came(right, &self.sample.send(request(right, way)))
    }

    fn came_next_day(&self, right: &Right, way: &Way) -> Came {
        came(right, &self.sample.send_to(&self.next_day, request(right, way)))
    }
}

const PASSWORD: &str = "everybody has this one";

#[test]
fn every_cell_of_the_table_is_what_the_router_does() {
    let people = People::new();
    let rights = table().unwrap();
    let mut cells = 0;
    let mut expect = |right: &Right, who: &str, came: Came, expected: Came| {
        assert_eq!(came, expected, "{} {} by {who}", right.method, right.path);
        cells += 1;
    };
    let all = "read assess decide import administer metrics";
    let (revoked, expired) = (people.key(all, true), people.key(all, false));
    let ended = people.session("administrator.one");
    let shut_out = {
        let (sample, name) = (&people.sample, "shut.out");
        let password = Some(PASSWORD.to_owned());
        sample.wait(sample.services().create_user(name, Role::Administrator, password, sample.now())).unwrap();
        let session = people.session(name);
        sample.wait(sample.services().set_disabled(name, true, sample.now())).unwrap();
        session
    };
    for right in &rights {
        let unknown = || if right.anyone { Came::In } else { Came::Unknown };
        expect(right, "nobody", people.came(right, &Way::Nobody), unknown());
        let forged = Way::Key(format!("enc_{}", "0".repeat(64)));
        expect(right, "a forged key", people.came(right, &forged), unknown());
        expect(right, "a revoked key", people.came(right, &revoked), unknown());
        expect(right, "an expired key", people.came_next_day(right, &expired), unknown());
        expect(right, "a forged session", people.came(right, &Way::Session("0".repeat(64))), unknown());
        expect(right, "an ended session", people.came_next_day(right, &ended), unknown());
        expect(right, "a session of who was shut out", people.came(right, &shut_out), unknown());
        for (role, word) in Role::ALL {
            // A session of its own for each call: a logout ends it.
            let allowed = right.anyone || right.roles.contains(&role);
            let expected = if allowed { Came::In } else { Came::NotAllowed };
            expect(right, word, people.came(right, &people.session(&format!("{word}.one"))), expected);
        }
        for (scope, word) in Scope::ALL {
            let page = !is_interface(right);
            let expected = match right.key {
                _ if right.anyone => Came::In,
                // Pages are for people: a key is nobody there.
                _ if page => Came::Unknown,
                KeyRight::Any => Came::In,
                KeyRight::Scope(needed) if needed == scope => Came::In,
                KeyRight::Scope(_) | KeyRight::Never => Came::NotAllowed,
            };
            expect(right, &format!("a key for {word}"), people.came(right, &people.key(word, false)), expected);
        }
    }
    assert_eq!(cells, rights.len() * (7 + Role::ALL.len() + Scope::ALL.len()));
}

#[test]
fn the_table_has_a_row_for_every_route_and_none_for_another() {
    let document = crate::support::SAMPLE.bare("GET", "/openapi.json").json();
    let mut routes = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            routes.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let rows = table().unwrap().into_iter().filter(|right| right.path.starts_with("/v1"));
    let rows: BTreeSet<String> = rows.map(|right| format!("{} {}", right.method, right.path)).collect();
    assert_eq!(rows, routes);
}

#[test]
fn nobody_sees_or_ends_anothers_session() {
    let people = People::new();
    let send = |method: &str, path: &str, way: &Way| {
        let right = table().unwrap().into_iter().find(|right| right.path == "/v1/me/sessions").unwrap();
        let right = Right { method: method.to_owned(), path: path.to_owned(), ..right };
        people.sample.send(request(&right, way))
    };
    let (sales, administrator) = (people.session("sales.one"), people.session("administrator.one"));
    let own = send("GET", "/v1/me/sessions", &sales).json();
    let id = own[0]["id"].as_str().unwrap().to_owned();
    assert_eq!((own.as_array().unwrap().len(), &own[0]["this"]), (1, &true.into()));
    // Not even an administrator: they shut the user out instead.
    let listed = send("GET", "/v1/me/sessions", &administrator).json();
    assert!(listed.as_array().unwrap().iter().all(|session| session["id"] != id.as_str()));
    assert_eq!(send("DELETE", &format!("/v1/me/sessions/{id}"), &administrator).status, StatusCode::NOT_FOUND);
    assert_eq!(send("GET", "/v1/me", &sales).json()["role"], "sales");
    assert_eq!(send("DELETE", &format!("/v1/me/sessions/{id}"), &sales).status, StatusCode::NO_CONTENT);
    assert_eq!(send("GET", "/v1/me", &sales).status, StatusCode::UNAUTHORIZED);
}
