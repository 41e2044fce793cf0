//! Logging in: passwords, sessions, tokens of programs, throttling.

use gehoor_domain::ids::UserId;
use gehoor_domain::user::User;
use gehoor_wire::Secret;
use jiff::Timestamp;

use crate::Engine;
use crate::error::EngineError;
use crate::views::{TokenRow, UserRow, Viewer};

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

impl Engine {
    /// Checks name and password and begins a session. `peer` is the address that asks, for throttling.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn login(&self, name: &str, password: &str, peer: &str) -> Result<Session, LoginError> {
        let _ = (name, password, peer);
        Err(LoginError::Wrong)
    }
    /// The session of a cookie, if it still holds.
    #[must_use]
    pub fn session(&self, token: &str) -> Option<Session> {
        let _ = token;
        None
    }
    /// Ends a session.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn logout(&self, token: &str) -> Result<(), EngineError> {
        let _ = token;
        Ok(())
    }
    /// On whose behalf a program with this bearer token reads.
    #[must_use]
    pub fn token_viewer(&self, bearer: &str) -> Option<Viewer> {
        let _ = bearer;
        None
    }
    /// Makes a token for a program; it is shown once and only its hash is stored.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when the user is not there.
    pub async fn add_token(&self, name: &str, user: &UserId) -> Result<Secret, EngineError> {
        let _ = (name, user);
        Err(EngineError::NotFound("user".into()))
    }
    /// Tokens of programs.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn tokens(&self) -> Result<Vec<TokenRow>, EngineError> {
        Ok(Vec::new())
    }
    /// Takes a token back, by the id that [`Engine::tokens`] shows.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub async fn revoke_token(&self, id: &str) -> Result<(), EngineError> {
        Err(EngineError::NotFound(id.to_owned()))
    }
    /// Users.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn users(&self) -> Result<Vec<UserRow>, EngineError> {
        Ok(Vec::new())
    }
    /// Adds or changes a user. A `password` is hashed; none keeps the one there is.
    ///
    /// # Errors
    /// [`EngineError::BadInput`] for an unknown location or team, a franchisee without locations, a short password.
    pub async fn put_user(&self, user: User, password: Option<&Secret>) -> Result<(), EngineError> {
        let _ = (user, password);
        Ok(())
    }
}
