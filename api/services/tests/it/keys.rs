//! Access keys.

use encours_services::{Moment, Scopes};

use crate::support::{Desk, files_below, now};

#[tokio::test]
async fn a_key_opens_until_it_is_taken_back() {
    let desk = Desk::new().await;
    let made = desk.services.create_key(" Sales ", Scopes::all(), None, now()).await.unwrap();
    assert!(made.key.starts_with("enc_") && made.key.len() == 68);
    assert_eq!(made.info.name, "Sales");
    assert!(!format!("{made:?}").contains(&made.key));
    let other = desk.services.create_key("Accounts", Scopes::all(), None, now()).await.unwrap();
    assert_ne!(made.key, other.key);
    assert_eq!(desk.reopened().await.check_key(&made.key, now()).await.unwrap(), Some(made.info.clone()));
    let longer = format!("{}0", made.key);
    for wrong in ["", "enc_", "Bearer x", &longer, &made.key[..67], &made.key.to_uppercase()] {
        assert_eq!(desk.services.check_key(wrong, now()).await.unwrap(), None, "{wrong}");
    }
    let revoked = desk.services.revoke_key(&made.info.id, now()).await.unwrap();
    assert_eq!(revoked.revoked_at.as_deref(), Some("2026-06-01T08:30:00Z"));
    assert_eq!(desk.services.check_key(&made.key, now()).await.unwrap(), None);
    assert!(desk.services.check_key(&other.key, now()).await.unwrap().is_some());
    assert_eq!(desk.services.keys().await.unwrap().len(), 2);
    assert_eq!(desk.services.key(&made.info.id).await.unwrap(), Some(revoked));
    assert_eq!(desk.services.key(&other.info.id).await.unwrap(), Some(other.info.clone()));
    assert_eq!(desk.services.key("nobody").await.unwrap(), None);
    assert!(desk.services.revoke_key("nobody", now()).await.is_err());
    assert!(desk.services.create_key("  ", Scopes::all(), None, now()).await.is_err());
}

/// A key of 3 June is good to the end of that day, and never again.
#[tokio::test]
async fn a_key_ends_by_itself_and_a_users_name_is_no_keys() {
    let desk = Desk::new().await;
    let last_day = Some("2026-06-03".parse().unwrap());
    let made = desk.services.create_key("erp", "assess read".parse().unwrap(), last_day, now()).await.unwrap();
    assert_eq!(made.info.scopes.to_string(), "read assess");
    for (at, good) in [("2026-06-03T23:59:59Z", true), ("2026-06-04T00:00:00Z", false), ("2027-01-01T00:00:00Z", false)]
    {
        let found = desk.services.check_key(&made.key, Moment::utc(at.parse().unwrap())).await.unwrap();
        assert_eq!(found.is_some(), good, "{at}");
    }
    let early = Some("2026-05-31".parse().unwrap());
    let error = desk.services.create_key("late", Scopes::all(), early, now()).await.unwrap_err();
    assert!(error.to_string().contains("2026-05-31"), "{error}");
    desk.services.create_user("anna", encours_services::Role::Sales, None, now()).await.unwrap();
    let error = desk.services.create_key("anna", Scopes::all(), None, now()).await.unwrap_err();
    assert!(error.to_string().contains("taken by a user"), "{error}");
    let error = desk.services.create_user("erp", encours_services::Role::Sales, None, now()).await.unwrap_err();
    assert!(error.to_string().contains("taken by a key"), "{error}");
    assert!(desk.services.verify_audit(None).await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn the_key_itself_is_kept_nowhere() {
    let desk = Desk::new().await;
    let made = desk.services.create_key("Sales", Scopes::all(), None, now()).await.unwrap();
    assert!(files_below(desk.folder.path()).is_empty());
    for entry in std::fs::read_dir(desk.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(64).any(|window| window == &made.key.as_bytes()[4..]));
    }
}
