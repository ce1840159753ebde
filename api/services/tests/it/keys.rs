//! Access keys.

use crate::support::{Desk, files_below, now};

#[tokio::test]
async fn a_key_opens_until_it_is_taken_back() {
    let desk = Desk::new().await;
    let made = desk.services.create_key(" Sales ", now()).await.unwrap();
    assert!(made.key.starts_with("enc_") && made.key.len() == 68);
    assert_eq!(made.info.name, "Sales");
    assert!(!format!("{made:?}").contains(&made.key));
    let other = desk.services.create_key("Accounts", now()).await.unwrap();
    assert_ne!(made.key, other.key);
    assert_eq!(desk.reopened().await.check_key(&made.key).await.unwrap(), Some(made.info.clone()));
    let longer = format!("{}0", made.key);
    for wrong in ["", "enc_", "Bearer x", &longer, &made.key[..67], &made.key.to_uppercase()] {
        assert_eq!(desk.services.check_key(wrong).await.unwrap(), None, "{wrong}");
    }
    let revoked = desk.services.revoke_key(&made.info.id, now()).await.unwrap();
    assert_eq!(revoked.revoked_at.as_deref(), Some("2026-06-01T08:30:00Z"));
    assert_eq!(desk.services.check_key(&made.key).await.unwrap(), None);
    assert!(desk.services.check_key(&other.key).await.unwrap().is_some());
    assert_eq!(desk.services.keys().await.unwrap().len(), 2);
    assert_eq!(desk.services.key(&made.info.id).await.unwrap(), Some(revoked));
    assert_eq!(desk.services.key(&other.info.id).await.unwrap(), Some(other.info.clone()));
    assert_eq!(desk.services.key("nobody").await.unwrap(), None);
    assert!(desk.services.revoke_key("nobody", now()).await.is_err());
    assert!(desk.services.create_key("  ", now()).await.is_err());
}

#[tokio::test]
async fn the_key_itself_is_kept_nowhere() {
    let desk = Desk::new().await;
    let made = desk.services.create_key("Sales", now()).await.unwrap();
    assert!(files_below(desk.folder.path()).is_empty());
    for entry in std::fs::read_dir(desk.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(64).any(|window| window == &made.key.as_bytes()[4..]));
    }
}
