//! People who log in.

use chrono::TimeDelta;
use encours_services::{Login, Moment, Role, Services};
use sea_orm::ConnectionTrait;

use crate::support::{Desk, files_below, now, raw};

const PASSWORD: &str = "a long enough one";

async fn with_anna() -> Desk {
    let desk = Desk::new().await;
    let made = desk.services.create_user("Anna", Role::Sales, Some(PASSWORD.to_owned()), now()).await.unwrap();
    assert_eq!((made.user.name.as_str(), made.password), ("anna", None));
    desk
}

async fn log_in(services: &Services, password: &str, now: Moment) -> Login {
    services.log_in("anna", password.to_owned(), now).await.unwrap()
}

fn after(seconds: i64) -> Moment {
    now().later(TimeDelta::seconds(seconds))
}

async fn token(desk: &Desk, now: Moment) -> String {
    let Login::Opened { token, user } = log_in(&desk.services, PASSWORD, now).await else { panic!("refused") };
    assert_eq!(user.role, Role::Sales);
    token
}

#[tokio::test]
async fn a_session_lives_for_twelve_hours_over_a_restart_or_until_the_logout() {
    let desk = with_anna().await;
    let token = token(&desk, now()).await;
    let open = async |token: &str, now| desk.services.check_session(token, now).await.unwrap().is_some();
    assert!(open(&token, now()).await && open(&token, after(43_199)).await);
    assert!(!open(&token, after(43_200)).await);
    for wrong in ["", "00", &token.to_uppercase(), &format!("{token}0")] {
        assert!(!open(wrong, now()).await, "{wrong}");
    }
    assert!(desk.reopened().await.check_session(&token, now()).await.unwrap().is_some());
    desk.services.log_out(&token).await.unwrap();
    assert!(!open(&token, now()).await);
}

/// Four failures are free; the fifth closes the name for 30 seconds, the sixth for a minute. Meanwhile nothing is looked at, and
/// nothing counts. A login starts the count anew.
#[tokio::test]
async fn failures_close_a_name_for_longer_and_longer() {
    let desk = with_anna().await;
    let refused = |login: &Login| matches!(login, Login::Refused);
    let closed = |login: Login| if let Login::Closed { seconds } = login { seconds } else { 0 };
    for _ in 0..5 {
        assert!(refused(&log_in(&desk.services, "wrong", now()).await));
    }
    assert_eq!(closed(log_in(&desk.services, PASSWORD, after(10)).await), 20);
    assert_eq!(closed(log_in(&desk.reopened().await, PASSWORD, after(29)).await), 1);
    assert!(refused(&log_in(&desk.services, "wrong", after(30)).await));
    assert_eq!(closed(log_in(&desk.services, PASSWORD, after(31)).await), 59);
    token(&desk, after(90)).await;
    for _ in 0..4 {
        assert!(refused(&log_in(&desk.services, "wrong", after(100)).await));
    }
    token(&desk, after(100)).await;
    // A name that nobody has is closed like any other: it does not tell who exists.
    for _ in 0..5 {
        assert!(refused(&desk.services.log_in("nobody", "wrong".to_owned(), now()).await.unwrap()));
    }
    assert_eq!(closed(desk.services.log_in("nobody", "wrong".to_owned(), now()).await.unwrap()), 30);
}

/// Guesses that are sent together count as many as they are.
#[tokio::test]
async fn guesses_at_once_count_each() {
    let desk = with_anna().await;
    let guess = || desk.services.log_in("anna", "wrong".to_owned(), now());
    tokio::join!(guess(), guess(), guess(), guess(), guess(), guess(), guess(), guess()).0.unwrap();
    assert!(matches!(log_in(&desk.services, PASSWORD, after(29)).await, Login::Closed { .. }));
}

#[tokio::test]
async fn a_change_ends_sessions_and_who_is_shut_out_stays_out() {
    let desk = with_anna().await;
    let open = async |token: &str| desk.services.check_session(token, now()).await.unwrap().is_some();
    let first = token(&desk, now()).await;
    desk.services.set_role("anna", Role::Sales, now()).await.unwrap();
    assert!(!open(&first).await);
    let second = token(&desk, now()).await;
    desk.services.set_disabled("anna", true, now()).await.unwrap();
    assert!(!open(&second).await);
    assert!(matches!(log_in(&desk.services, PASSWORD, now()).await, Login::Refused));
    desk.services.set_disabled("anna", false, now()).await.unwrap();
    let third = token(&desk, now()).await;
    let wrong =
        desk.services.change_own_password("anna", "not it".to_owned(), "twelve letters".to_owned(), now()).await;
    assert_eq!(wrong.unwrap_err().to_string(), "the old password is another one");
    let own = desk.services.change_own_password("anna", PASSWORD.to_owned(), "twelve letters".to_owned(), now()).await;
    own.unwrap();
    assert!(!open(&third).await);
    assert!(matches!(log_in(&desk.services, PASSWORD, now()).await, Login::Refused));
    assert!(matches!(log_in(&desk.services, "twelve letters", now()).await, Login::Opened { .. }));
    assert!(desk.services.verify_audit(None).await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn somebody_is_always_left_to_administer() {
    let desk = Desk::new().await;
    let first = desk.services.create_first_administrator(now()).await.unwrap().unwrap();
    assert_eq!((first.user.name.as_str(), first.user.role), ("admin", Role::Administrator));
    assert_eq!(first.password.unwrap().len(), 20);
    assert!(desk.services.create_first_administrator(now()).await.unwrap().is_none());
    for error in [
        desk.services.set_role("admin", Role::Auditor, now()).await.unwrap_err(),
        desk.services.set_disabled("admin", true, now()).await.unwrap_err(),
    ] {
        assert!(error.to_string().starts_with("`admin` is the last administrator"), "{error}");
    }
    desk.services.create_user("boss", Role::Administrator, None, now()).await.unwrap();
    desk.services.set_disabled("admin", true, now()).await.unwrap();
    assert!(desk.services.set_role("boss", Role::Sales, now()).await.is_err());
    let taken = desk.services.create_user("BOSS", Role::Sales, None, now()).await.unwrap_err();
    assert!(taken.to_string().contains("`boss` is taken by a user"), "{taken}");
    assert!(desk.services.set_role("nobody", Role::Sales, now()).await.is_err());
}

#[tokio::test]
async fn passwords_and_tokens_are_kept_nowhere_and_a_row_that_was_changed_is_found() {
    let desk = with_anna().await;
    let token = token(&desk, now()).await;
    assert!(files_below(desk.folder.path()).is_empty());
    for entry in std::fs::read_dir(desk.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in [PASSWORD, &token] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
    let database = raw(&desk).await;
    for (column, value, back) in [("role", "administrator", "sales"), ("created_at", "2020-01-01T00:00:00Z", "")] {
        database.execute_unprepared(&format!("UPDATE users SET {column} = '{value}'")).await.unwrap();
        let faults = desk.services.verify_audit(None).await.unwrap().faults;
        assert!(faults.iter().any(|fault| fault.reason.contains("user `anna`")), "{column}: {faults:?}");
        if !back.is_empty() {
            database.execute_unprepared(&format!("UPDATE users SET {column} = '{back}'")).await.unwrap();
        }
    }
}
