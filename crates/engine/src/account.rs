//! Logging in: passwords, sessions and tokens of programs. Only hashes are stored.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use gehoor_domain::ids::UserId;
use gehoor_domain::user::{Role, User};
use gehoor_store::Table;
use gehoor_wire::Secret;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Engine;
use crate::batch::{Batch, read, read_prefix};
use crate::error::{EngineError, Unusable};
use crate::views::{TokenRow, UserRow, Viewer};
use gehoor_domain::scope::Scope;

/// How long a session holds without being used.
const SESSION_HOURS: i64 = 12;
/// Shortest password.
pub const MIN_PASSWORD: usize = 10;
/// How many users, sessions or tokens are read at once.
const MANY: usize = 10_000;

/// A session that has just begun or was found again.
#[derive(Debug, Clone)]
pub struct Session {
    /// Goes into the cookie; only its hash is stored.
    pub token: Secret,
    /// Who it is.
    pub viewer: Viewer,
    /// Every form carries it.
    pub csrf: String,
}

/// Why a login was refused.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Name and password do not belong together, or the user may not log in.
    #[error("name or password is wrong")]
    Wrong,
    /// Too many tries.
    #[error("too many tries: wait until {until}")]
    Throttled {
        /// When it may be tried again.
        until: Timestamp,
    },
    /// Something failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// What is stored of a session, under the hash of its token.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SessionRecord {
    user: UserId,
    csrf: String,
    until: Timestamp,
}

/// What is stored of a token of a program, under its hash.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct TokenRecord {
    #[serde(flatten)]
    row: TokenRow,
}

impl Engine {
    /// Checks name and password and begins a session. `peer` is the address that asks, for throttling.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn login(&self, name: &str, password: &str, peer: &str) -> Result<Session, LoginError> {
        let now = self.now();
        if let Some(until) = self.inner.throttle.blocked(name, peer, now) {
            return Err(LoginError::Throttled { until });
        }
        let user = UserId::parse(name)
            .ok()
            .map(|id| read::<User>(self.store(), Table::User, id.as_str()))
            .transpose()
            .map_err(EngineError::from)?
            .flatten();
        let hash = user.as_ref().filter(|u| u.disabled.is_none()).and_then(|u| u.password.clone());
        let tried = Secret::new(password);
        // A wrong name costs as much time as a wrong password.
        let against = hash.clone().unwrap_or_else(|| self.inner.no_password.clone());
        let matches = tokio::task::spawn_blocking(move || verify(&tried, &against)).await.unwrap_or(false);
        let (Some(user), true, true) = (user, matches, hash.is_some()) else {
            self.inner.throttle.failed(name, peer, now);
            metrics::counter!("gehoor_logins_total", "outcome" => "wrong").increment(1);
            return Err(LoginError::Wrong);
        };
        self.inner.throttle.passed(name, peer);
        metrics::counter!("gehoor_logins_total", "outcome" => "passed").increment(1);
        Ok(self.begin_session(&user).await?)
    }

    async fn begin_session(&self, user: &User) -> Result<Session, EngineError> {
        let now = self.now();
        let token = random_token("");
        let csrf = random_token("").reveal().to_owned();
        let until = now.saturating_add(SignedDuration::from_hours(SESSION_HOURS)).unwrap_or(now);
        let record = SessionRecord { user: user.id.clone(), csrf: csrf.clone(), until };
        let mut batch = Batch::new(self.store(), now);
        batch.append(Table::Session, hash_token(token.reveal()), &record)?;
        self.commit(batch).await?;
        Ok(Session { token, viewer: self.viewer(user), csrf })
    }

    /// The session of a cookie, if it still holds.
    #[must_use]
    pub fn session(&self, token: &str) -> Option<Session> {
        let record = read::<SessionRecord>(self.store(), Table::Session, &hash_token(token)).ok()??;
        if record.until <= self.now() {
            return None;
        }
        let user = read::<User>(self.store(), Table::User, record.user.as_str()).ok()??;
        if user.disabled.is_some() {
            return None;
        }
        Some(Session { token: Secret::new(token), viewer: self.viewer(&user), csrf: record.csrf })
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn logout(&self, token: &str) -> Result<(), EngineError> {
        let mut batch = Batch::new(self.store(), self.now());
        batch.remove(Table::Session, hash_token(token));
        self.commit(batch).await?;
        Ok(())
    }

    /// On whose behalf a program with this bearer token reads.
    #[must_use]
    pub fn token_viewer(&self, bearer: &str) -> Option<Viewer> {
        let record = read::<TokenRecord>(self.store(), Table::Token, &hash_token(bearer)).ok()??;
        if record.row.revoked.is_some() {
            return None;
        }
        let user = read::<User>(self.store(), Table::User, record.row.user.as_str()).ok()??;
        user.disabled.is_none().then(|| self.viewer(&user))
    }

    /// Makes a token for a program; it is shown once and only its hash is stored.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when the user is not there.
    pub async fn add_token(&self, name: &str, user: &UserId) -> Result<Secret, EngineError> {
        let now = self.now();
        let mut batch = Batch::new(self.store(), now);
        if batch.get::<User>(Table::User, user.as_str())?.is_none() {
            return Err(EngineError::NotFound(format!("user {user}")));
        }
        let token = random_token("gehoor_");
        let hash = hash_token(token.reveal());
        let id = hash.chars().take(8).collect();
        let row = TokenRow { id, name: name.to_owned(), user: user.clone(), created: now, revoked: None };
        batch.put(Table::Token, &hash, &TokenRecord { row })?;
        self.commit(batch).await?;
        Ok(token)
    }

    /// Tokens of programs.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn tokens(&self) -> Result<Vec<TokenRow>, EngineError> {
        let found = read_prefix::<TokenRecord>(self.store(), Table::Token, "", MANY)?;
        Ok(found.into_iter().map(|(_, record)| record.row).collect())
    }

    /// Takes a token back, by the id that [`Engine::tokens`] shows.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub async fn revoke_token(&self, id: &str) -> Result<(), EngineError> {
        let found = read_prefix::<TokenRecord>(self.store(), Table::Token, id, 2)?;
        let [(key, record)] = found.as_slice() else {
            return Err(EngineError::NotFound(format!("token {id}")));
        };
        let mut record = record.clone();
        let mut batch = Batch::new(self.store(), self.now());
        record.row.revoked = Some(batch.at());
        batch.put(Table::Token, key, &record)?;
        self.commit(batch).await?;
        Ok(())
    }

    /// Users.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn users(&self) -> Result<Vec<UserRow>, EngineError> {
        let found = read_prefix::<User>(self.store(), Table::User, "", MANY)?;
        Ok(found
            .into_iter()
            .map(|(_, mut user)| {
                let can_log_in = user.password.take().is_some() && user.disabled.is_none();
                UserRow { user, can_log_in }
            })
            .collect())
    }

    /// Adds or changes a user. A `password` is hashed; none keeps the one there is.
    ///
    /// # Errors
    /// [`EngineError::Unusable`] for an unknown location or team, a franchisee without locations, a short password, and
    /// where no administrator would be left who can log in.
    pub async fn put_user(&self, user: User, password: Option<&Secret>) -> Result<(), EngineError> {
        self.keep_user(user, password, false).await
    }

    /// Adds a user; nobody who is there already is changed by it.
    ///
    /// # Errors
    /// As [`Engine::put_user`]; [`EngineError::Unusable`] when the login name is taken.
    pub async fn add_user(&self, user: User, password: Option<&Secret>) -> Result<(), EngineError> {
        self.keep_user(user, password, true).await
    }

    async fn keep_user(
        &self,
        mut user: User,
        password: Option<&Secret>,
        new: bool,
    ) -> Result<(), EngineError> {
        let setup = &self.inner.setup;
        if let Some(unknown) = user.locations.iter().find(|l| setup.locations.get(l).is_none()) {
            return Err(Unusable::NoLocation(unknown.clone()).into());
        }
        if let Some(team) =
            user.team.as_ref().filter(|t| !setup.policy.teams.iter().any(|known| known.id == **t))
        {
            return Err(Unusable::NoTeam(team.clone()).into());
        }
        if user.role == Role::Franchisee && user.locations.is_empty() {
            return Err(Unusable::FranchiseeWithoutShop.into());
        }
        let mut batch = Batch::new(self.store(), self.now());
        let known = batch.get::<User>(Table::User, user.id.as_str())?;
        if new && known.is_some() {
            return Err(Unusable::LoginTaken(user.id).into());
        }
        let kept_house = known.as_ref().is_some_and(User::can_administer);
        user.password = match password {
            Some(password) if password.reveal().chars().count() < MIN_PASSWORD => {
                return Err(Unusable::ShortPassword { least: MIN_PASSWORD }.into());
            }
            Some(password) => {
                let password = password.clone();
                let hashed = tokio::task::spawn_blocking(move || hash_password(&password)).await;
                Some(
                    hashed
                        .ok()
                        .flatten()
                        .ok_or_else(|| EngineError::BadInput("the password cannot be hashed".into()))?,
                )
            }
            None => known.and_then(|k| k.password),
        };
        if kept_house && !user.can_administer() {
            let all = read_prefix::<User>(self.store(), Table::User, "", MANY)?;
            if !all.iter().any(|(_, other)| other.id != user.id && other.can_administer()) {
                return Err(Unusable::LastAdministrator.into());
            }
        }
        batch.put(Table::User, user.id.as_str(), &user)?;
        self.commit(batch).await?;
        Ok(())
    }

    /// What a user may see and do.
    #[must_use]
    pub fn viewer(&self, user: &User) -> Viewer {
        let setup = &self.inner.setup;
        let scope = if user.locations.is_empty() && user.role != Role::Franchisee {
            Scope::All
        } else {
            Scope::Locations(setup.locations.with_descendants(&user.locations))
        };
        Viewer {
            user: user.id.clone(),
            name: user.name.clone(),
            role: user.role,
            scope,
            team: user.team.clone(),
            lang: user.lang.clone().unwrap_or_else(|| setup.lang.clone()),
        }
    }
}

/// argon2id with 19 MiB, 2 passes and 1 lane: the first recommendation of the OWASP Password Storage Cheat Sheet.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password into PHC text.
pub(crate) fn hash_password(password: &Secret) -> Option<String> {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).ok()?;
    argon2().hash_password(password.reveal().as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

fn verify(password: &Secret, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| argon2().verify_password(password.reveal().as_bytes(), &hash).is_ok())
}

/// 256 random bits as hexadecimal text.
fn random_token(prefix: &str) -> Secret {
    Secret::new(format!("{prefix}{}", hex::encode(rand::random::<[u8; 32]>())))
}

/// Tokens have 256 random bits, so a plain hash is enough: there is nothing to guess.
fn hash_token(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
