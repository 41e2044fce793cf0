//! What people do. Each takes a [`Viewer`]: the scope decides whether the case is there, the role whether it may be done.

use gehoor_domain::alert::Until;
use gehoor_domain::ids::{AlertId, CaseId, EffectKey, LocationId, MentionId, SourceId};

use crate::Engine;
use crate::error::EngineError;
use crate::views::Viewer;

/// A silence as asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSilence {
    /// Only this rule.
    pub rule: Option<String>,
    /// Only what this alert is about.
    pub alert: Option<AlertId>,
    /// Only this location.
    pub location: Option<LocationId>,
    /// Why.
    pub reason: String,
    /// Until when.
    pub until: Until,
}

impl Engine {
    /// Carries out one command on a case. `version` is the one the page was made from; none to skip that check.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Refused`], [`EngineError::Conflict`].
    pub async fn execute(
        &self,
        viewer: &Viewer,
        id: CaseId,
        command: gehoor_domain::decide::Command,
        version: Option<u64>,
    ) -> Result<(), EngineError> {
        let _ = (viewer, command, version);
        Err(EngineError::NotFound(format!("case {id}")))
    }
    /// Takes mentions out into a case of their own; returns its number.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    pub async fn split(&self, viewer: &Viewer, id: CaseId, mentions: &[MentionId]) -> Result<CaseId, EngineError> {
        let _ = (viewer, mentions);
        Err(EngineError::NotFound(format!("case {id}")))
    }
    /// Makes `from` part of `into`.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    pub async fn merge(&self, viewer: &Viewer, into: CaseId, from: CaseId) -> Result<(), EngineError> {
        let _ = (viewer, from);
        Err(EngineError::NotFound(format!("case {into}")))
    }
    /// Somebody has seen the alert and takes care.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub async fn acknowledge(&self, viewer: &Viewer, alert: AlertId) -> Result<(), EngineError> {
        let _ = viewer;
        Err(EngineError::NotFound(format!("alert {alert}")))
    }
    /// Asks for quiet.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] unless the reader leads; [`EngineError::BadInput`] without reason or with an end in the past.
    pub async fn silence(&self, viewer: &Viewer, silence: NewSilence) -> Result<u64, EngineError> {
        let _ = (viewer, silence);
        Err(EngineError::NotFound("silence".into()))
    }
    /// Ends a silence by hand.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Forbidden`].
    pub async fn end_silence(&self, viewer: &Viewer, id: u64) -> Result<(), EngineError> {
        let _ = viewer;
        Err(EngineError::NotFound(format!("silence {id}")))
    }
    /// Sends a dead letter again.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Forbidden`].
    pub async fn resend(&self, viewer: &Viewer, key: &EffectKey) -> Result<(), EngineError> {
        let _ = viewer;
        Err(EngineError::NotFound(key.to_string()))
    }
    /// Asks a source now instead of at its next time (limits still hold).
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Forbidden`].
    pub async fn poll_now(&self, viewer: &Viewer, source: &SourceId) -> Result<(), EngineError> {
        let _ = viewer;
        Err(EngineError::NotFound(source.to_string()))
    }
    /// Takes a delivery of a webhook source: verified, parsed and committed before it returns the number of new mentions.
    /// `headers` are the signature headers: (lower-case name, value).
    ///
    /// # Errors
    /// [`EngineError::NotPushed`], [`EngineError::Forbidden`] (signature), [`EngineError::BadInput`] (body).
    pub async fn receive(
        &self,
        source: &SourceId,
        headers: &[(String, String)],
        content_type: &str,
        body: &[u8],
    ) -> Result<usize, EngineError> {
        let _ = (headers, content_type, body);
        Err(EngineError::NotPushed(source.clone()))
    }
}
