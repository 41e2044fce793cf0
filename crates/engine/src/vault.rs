//! Short-lived credentials: fetched by a plug's login, kept until they end, renewed in time. One name (a source or an
//! outlet) logs in once at a time, so that a refresh token that may be used once is used once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use gehoor_domain::ids::{OutletId, SourceId};
use gehoor_fetch::{Outcome, Transport};
use gehoor_wire::login::{Grant, Login, Token};
use gehoor_wire::{Response, Secret};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::Engine;
use crate::setup::OutletSetup;
use crate::unpoison;

/// Where tokens are kept over a restart. What cannot be kept is fetched again.
pub trait TokenHome: Send + Sync {
    /// The token that was kept under this name.
    fn load(&self, name: &str) -> Option<Token>;
    /// Keeps it, readable by nobody else.
    ///
    /// # Errors
    /// In words for people.
    fn save(&self, name: &str, token: &Token) -> Result<(), String>;
}

/// All tokens.
#[derive(Default)]
pub(crate) struct Vault {
    home: Option<Arc<dyn TokenHome>>,
    slots: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Slot>>>>,
    ends: Mutex<HashMap<String, Timestamp>>,
}

#[derive(Default)]
struct Slot {
    token: Option<Token>,
    looked: bool,
}

impl Vault {
    pub(crate) fn new(home: Option<Arc<dyn TokenHome>>) -> Self {
        Self { home, ..Self::default() }
    }

    fn slot(&self, name: &str) -> Arc<tokio::sync::Mutex<Slot>> {
        Arc::clone(unpoison(self.slots.lock()).entry(name.to_owned()).or_default())
    }

    /// When the login of this name has to be renewed by a person, where that is known.
    pub(crate) fn ends(&self, name: &str) -> Option<Timestamp> {
        unpoison(self.ends.lock()).get(name).copied()
    }

    fn keep(&self, name: &str, slot: &mut Slot, token: Token) {
        if let Some(home) = &self.home
            && let Err(why) = home.save(name, &token)
        {
            tracing::warn!(login.name = name, reason = why, "a token is not kept over a restart");
        }
        if let Some(end) = token.ends {
            unpoison(self.ends.lock()).insert(name.to_owned(), end);
        }
        slot.token = Some(token);
    }
}

/// The name under which the tokens of a source are kept. A changed credential begins anew.
pub(crate) fn name_of_source(id: &SourceId, credential: &Secret) -> String {
    format!("source-{id}-{}", mark(credential))
}

/// The name under which the tokens of an outlet are kept.
fn name_of_outlet(id: &OutletId, credential: &Secret) -> String {
    format!("outlet-{id}-{}", mark(credential))
}

/// Tells credentials apart without telling anything about them.
fn mark(credential: &Secret) -> String {
    let mut text = hex::encode(Sha256::digest(credential.reveal().as_bytes()));
    text.truncate(12);
    text
}

impl Engine {
    /// The credential that a call may carry now; why there is none, in words for people.
    pub(crate) async fn access(
        &self,
        name: &str,
        login: &dyn Login,
        credential: &Secret,
        now: Timestamp,
    ) -> Result<Secret, String> {
        let slot = self.inner.vault.slot(name);
        let mut slot = slot.lock().await;
        if !slot.looked {
            slot.looked = true;
            let kept = self.inner.vault.home.as_ref().and_then(|home| home.load(name));
            if let Some(token) = kept {
                self.inner.vault.keep(name, &mut slot, token);
            }
        }
        if let Some(token) = slot.token.as_ref().filter(|token| token.is_fresh(now)) {
            return Ok(token.access.clone());
        }
        let held = slot.token.clone();
        let transport = self.inner.parts.transport.as_ref();
        let token = match log_in(transport, login, credential, held.as_ref(), now).await {
            Ok(token) => token,
            // What was held no longer counts: the credential itself may still.
            Err((_, true)) if held.is_some() => {
                log_in(transport, login, credential, None, self.now()).await.map_err(|(why, _)| why)?
            }
            Err((why, _)) => return Err(why),
        };
        let access = token.access.clone();
        self.inner.vault.keep(name, &mut slot, token);
        Ok(access)
    }

    /// The credential that calls to an outlet may carry now; why there is none, in words for people.
    pub(crate) async fn access_to(
        &self,
        outlet: &OutletSetup,
        now: Timestamp,
    ) -> Result<Option<Secret>, String> {
        let Some((name, login, configured)) = self.login_of(outlet) else {
            return Ok(self.credential_of(outlet).cloned());
        };
        self.access(&name, login, configured, now).await.map(Some)
    }

    /// As [`Engine::access_ended`], for an outlet.
    pub(crate) async fn outlet_access_ended(&self, outlet: &OutletSetup, refused: &Response) -> bool {
        match self.login_of(outlet) {
            Some((name, login, _)) => self.access_ended(&name, login, refused).await,
            None => false,
        }
    }

    /// The source whose login a reply channel uses: one login, one token, however many ways it is used.
    fn source_behind(&self, outlet: &OutletSetup) -> Option<&crate::setup::SourceSetup> {
        let reply = self.inner.setup.replies.iter().find(|r| r.outlet.id == outlet.id)?;
        self.source_setup(reply.login_of.as_ref()?)
    }

    fn credential_of<'a>(&'a self, outlet: &'a OutletSetup) -> Option<&'a Secret> {
        self.source_behind(outlet).map_or(outlet.credential.as_ref(), |source| source.credential.as_ref())
    }

    /// How an outlet logs in: the name of its token, the way and the configured credential.
    fn login_of<'a>(&'a self, outlet: &'a OutletSetup) -> Option<(String, &'a dyn Login, &'a Secret)> {
        if let Some(source) = self.source_behind(outlet) {
            let (login, secret) = source.plug.login().zip(source.credential.as_ref())?;
            return Some((name_of_source(&source.id, secret), login, secret));
        }
        let (login, secret) = outlet.plug.login().zip(outlet.credential.as_ref())?;
        Some((name_of_outlet(&outlet.id, secret), login, secret))
    }

    /// A call was refused with this token: it is not used again. `false` when the refusal has another reason.
    pub(crate) async fn access_ended(&self, name: &str, login: &dyn Login, refused: &Response) -> bool {
        if !login.has_ended(refused) {
            return false;
        }
        let slot = self.inner.vault.slot(name);
        let mut slot = slot.lock().await;
        if let Some(token) = &mut slot.token {
            token.expires = Some(Timestamp::UNIX_EPOCH);
        }
        true
    }
}

/// One login. The error says why it failed, in words for people, and whether the other side refused it, so that another
/// way may help.
///
/// # Errors
/// When the credential cannot be used, or the other side refuses or does not answer.
pub async fn log_in(
    transport: &dyn Transport,
    login: &dyn Login,
    credential: &Secret,
    held: Option<&Token>,
    now: Timestamp,
) -> Result<Token, (String, bool)> {
    let request = match login.ask(credential, held, now) {
        Ok(Grant::Ready(token)) => return Ok(token),
        Ok(Grant::Ask(request)) => request,
        Err(error) => return Err((error.to_string(), false)),
    };
    match transport.send(request, None, now).await {
        Outcome::Body { response, .. } => {
            login.read(held, &response).map_err(|error| (error.to_string(), true))
        }
        Outcome::Permanent { why, .. } | Outcome::Blocked { why } => {
            Err((format!("the login was refused ({why}): check the credential"), true))
        }
        Outcome::Wait { why, .. } | Outcome::Transient { why, .. } => {
            Err((format!("the login did not succeed: {why}"), false))
        }
        Outcome::NotModified { .. } => Err(("the login was answered without a token".to_owned(), false)),
    }
}
