//! People who log in: added, given a role and a password, shut out.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::access::{AccessError, Role};
use crate::services::blocking;
use crate::store::{UserChange, UserRecord};
use crate::{Moment, Services, ServicesError};

/// A password has so many characters at least; what is longer than a line is no password.
const LEAST: usize = 12;
const MOST: usize = 200;

/// Characters of a password that is made here: about 119 bits.
const MADE: usize = 20;

/// Letters and digits that nobody takes for one another.
const ALPHABET: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Passwords that are worked on at once: each takes 19 MiB and a processor for a while.
static HASHING: Semaphore = Semaphore::const_new(2);

/// Somebody who may log in, without their password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserInfo {
    /// Under which name.
    pub name: String,
    /// What they are to the company.
    pub role: Role,
    /// When they were added.
    pub created_at: String,
    /// When they were shut out.
    pub disabled_at: Option<String>,
}

/// A user with a password that was just made. It is shown once and kept nowhere.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct NewPassword {
    /// Whose it is.
    pub user: UserInfo,
    /// The password; absent where the person brought their own.
    pub password: Option<String>,
}

impl std::fmt::Debug for NewPassword {
    /// Without the password, which belongs in no log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NewPassword").field("user", &self.user).finish_non_exhaustive()
    }
}

impl TryFrom<UserRecord> for UserInfo {
    type Error = ServicesError;

    fn try_from(record: UserRecord) -> Result<Self, ServicesError> {
        let UserRecord { name, role, password: _, created_at, disabled_at } = record;
        Ok(Self { name, role: role.parse()?, created_at, disabled_at })
    }
}

impl Services {
    /// Adds a user, with the password that they brought or one that is made here.
    ///
    /// # Errors
    /// When the name or password cannot be one, or the name is taken by a user or a key.
    pub async fn create_user(
        &self,
        name: &str,
        role: Role,
        password: Option<String>,
        now: Moment,
    ) -> Result<NewPassword, ServicesError> {
        let made = self.add_user(name, role, password, false, now).await?;
        made.ok_or_else(|| ServicesError::NotFound { what: "user", id: name.to_owned() })
    }

    /// Where there is no user yet, an administrator `admin` with a password made here; nothing where there is one.
    ///
    /// # Errors
    /// When the database fails, or a key bears that name.
    pub async fn create_first_administrator(&self, now: Moment) -> Result<Option<NewPassword>, ServicesError> {
        if !self.store().users().await?.is_empty() {
            return Ok(None);
        }
        self.add_user("admin", Role::Administrator, None, true, now).await
    }

    async fn add_user(
        &self,
        name: &str,
        role: Role,
        password: Option<String>,
        only_the_first: bool,
        now: Moment,
    ) -> Result<Option<NewPassword>, ServicesError> {
        let name = user_name(name)?;
        let (password, shown) = chosen(password)?;
        let record = UserRecord {
            name,
            role: role.code().to_owned(),
            password: hashed(password).await?,
            created_at: now.stamp(),
            disabled_at: None,
        };
        let user = UserInfo::try_from(record.clone())?;
        let kept = self.store().keep_user(record, only_the_first, &self.act(now)).await?;
        Ok(kept.then_some(NewPassword { user, password: shown }))
    }

    /// Every user, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users(&self) -> Result<Vec<UserInfo>, ServicesError> {
        self.store().users().await?.into_iter().map(UserInfo::try_from).collect()
    }

    /// Gives a user another role. Their sessions end.
    ///
    /// # Errors
    /// When there is no such user, or nobody would be left to administer.
    pub async fn set_role(&self, name: &str, role: Role, now: Moment) -> Result<UserInfo, ServicesError> {
        self.changed(name, UserChange::Role(role), now).await
    }

    /// Gives a user another password, theirs or one that is made here. Their sessions end.
    ///
    /// # Errors
    /// When there is no such user, or the password cannot be one.
    pub async fn set_password(
        &self,
        name: &str,
        password: Option<String>,
        now: Moment,
    ) -> Result<NewPassword, ServicesError> {
        let (password, shown) = chosen(password)?;
        let user = self.changed(name, UserChange::Password(hashed(password).await?), now).await?;
        Ok(NewPassword { user, password: shown })
    }

    /// Shuts a user out, or lets them in again. Their sessions end.
    ///
    /// # Errors
    /// When there is no such user, or nobody would be left to administer.
    pub async fn set_disabled(&self, name: &str, disabled: bool, now: Moment) -> Result<UserInfo, ServicesError> {
        let change = if disabled { UserChange::Disabled } else { UserChange::Enabled };
        self.changed(name, change, now).await
    }

    async fn changed(&self, name: &str, change: UserChange, now: Moment) -> Result<UserInfo, ServicesError> {
        self.store().change_user(&name.trim().to_lowercase(), change, &self.act(now)).await?.try_into()
    }
}

/// Plain letters alone: no two names may look like one.
fn user_name(name: &str) -> Result<String, AccessError> {
    let lower = name.trim().to_lowercase();
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let fits = (2..=64).contains(&lower.len())
        && lower.bytes().all(|byte| is_plain(byte) || b"._@-".contains(&byte))
        && lower.bytes().next().is_some_and(is_plain);
    if fits { Ok(lower) } else { Err(AccessError::UnfitName { found: name.chars().take(80).collect() }) }
}

/// The password to keep, and to show where it was made here.
fn chosen(password: Option<String>) -> Result<(String, Option<String>), ServicesError> {
    let Some(password) = password else {
        let made = made()?;
        return Ok((made.clone(), Some(made)));
    };
    let found = password.chars().count();
    if (LEAST..=MOST).contains(&found) {
        return Ok((password, None));
    }
    Err(AccessError::UnfitPassword { found, least: LEAST, most: MOST }.into())
}

fn made() -> Result<String, ServicesError> {
    let mut password = String::with_capacity(MADE);
    while password.len() < MADE {
        let mut bytes = [0_u8; 64];
        getrandom::fill(&mut bytes).map_err(|source| ServicesError::NoRandomness { source })?;
        // A byte beyond the alphabet's length is passed over, so that every letter is as likely.
        let letters = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 0x3F)));
        password.extend(letters.take(MADE - password.len()).copied().map(char::from));
    }
    Ok(password)
}

/// Hashes with argon2id at the parameters that OWASP recommends, a new salt each time.
async fn hashed(password: String) -> Result<String, ServicesError> {
    let _place = HASHING.acquire().await;
    blocking(move || {
        let hash: PasswordHash = Argon2::default()
            .hash_password(password.as_bytes())
            .map_err(|error| ServicesError::Hashing { reason: error.to_string() })?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether a password belongs to a kept hash. Where there is none, as much work is done all the same, so that the time of a
/// refusal does not tell who exists.
pub(super) async fn is_right(password: String, hash: Option<String>) -> Result<bool, ServicesError> {
    let Some(hash) = hash else {
        hashed(password).await?;
        return Ok(false);
    };
    let _place = HASHING.acquire().await;
    blocking(move || {
        let hash = PasswordHash::new(&hash).map_err(|error| ServicesError::Hashing { reason: error.to_string() })?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_that_can_be() {
        for (name, is) in [
            ("anna", Some("anna")),
            (" Anna.B@firm.fr ", Some("anna.b@firm.fr")),
            ("a", None),
            (".anna", None),
            ("anna b", None),
            // The first letter is Cyrillic.
            ("\u{430}nna", None),
            ("anna\u{200b}", None),
            (&"a".repeat(65), None),
        ] {
            assert_eq!(user_name(name).ok().as_deref(), is, "{name}");
        }
        for (length, fits) in [(11, false), (12, true), (200, true), (201, false)] {
            assert_eq!(chosen(Some("é".repeat(length))).is_ok(), fits, "{length}");
        }
        let (one, other) = (made().unwrap(), made().unwrap());
        assert!(one.len() == MADE && one != other);
    }
}
