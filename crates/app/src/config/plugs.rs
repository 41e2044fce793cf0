//! Sources and outlets in the file: the common keys here, everything else belongs to the plug.

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use gehoor_domain::ids::{LocationId, OutletId, SourceId};
use gehoor_domain::mention::Channel;
use gehoor_engine::{OutletSetup, ReplySetup, SourceSetup};
use jiff::SignedDuration;
use serde::Deserialize;

use super::SecretRef;

/// Shortest and longest time between polls unless configured.
const LONGEST: SignedDuration = SignedDuration::from_hours(6);
/// How often a helpdesk is asked about its tickets unless configured.
const WATCH: SignedDuration = SignedDuration::from_secs(60);

/// One `[[source]]`.
#[derive(Debug, Clone, Deserialize)]
pub struct SourceConfig {
    /// Its name in records.
    pub id: SourceId,
    /// The name people read; the id when left out.
    #[serde(default)]
    pub name: Option<String>,
    /// The kind: see `gehoor source kinds`.
    pub kind: String,
    /// Names the platform: authors of one platform are the same people over all its sources.
    #[serde(default)]
    pub platform: Option<String>,
    /// The channel of its mentions; that of the kind when left out.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// Shortest time between polls.
    #[serde(default)]
    pub every: Option<SignedDuration>,
    /// Longest time between polls.
    #[serde(default)]
    pub max_every: Option<SignedDuration>,
    /// The credential: `env:NAME` or `file:PATH`. For a webhook: the signing secret.
    #[serde(default)]
    pub credential: Option<SecretRef>,
    /// All its mentions are about this location.
    #[serde(default)]
    pub location: Option<LocationId>,
    /// Whether Gehoor replies to its posts: `true` with its own login, or the name of another source that does.
    #[serde(default)]
    pub reply: Option<ReplyConfig>,
    /// `false` keeps it without asking it.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The plug's own keys.
    #[serde(flatten)]
    pub own: toml::Table,
}

/// One `[[outlet]]`.
#[derive(Debug, Clone, Deserialize)]
pub struct OutletConfig {
    /// Its name in records.
    pub id: OutletId,
    /// The name people read; the id when left out.
    #[serde(default)]
    pub name: Option<String>,
    /// The kind: see `gehoor outlet kinds`.
    pub kind: String,
    /// The credential: `env:NAME` or `file:PATH`.
    #[serde(default)]
    pub credential: Option<SecretRef>,
    /// What signs its pushes about tickets to `/hooks/ID`: `env:NAME` or `file:PATH`.
    #[serde(default)]
    pub hook: Option<SecretRef>,
    /// How often its tickets are asked about.
    #[serde(default)]
    pub watch_every: Option<SignedDuration>,
    /// Whether it is told that an alert is over.
    #[serde(default)]
    pub tell_end: Option<bool>,
    /// The plug's own keys.
    #[serde(flatten)]
    pub own: toml::Table,
}

/// `reply` of a source.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum ReplyConfig {
    /// With the source's own login, or not at all.
    Own(bool),
    /// Through another source of the same platform.
    Through(SourceId),
    /// With the channel's own keys.
    With(toml::Table),
}

fn yes() -> bool {
    true
}

impl SourceConfig {
    /// Builds the plug and fetches its secret.
    ///
    /// # Errors
    /// Names the source and the key that cannot be used.
    pub fn build(&self) -> Result<SourceSetup> {
        let place = || format!("source `{}`", self.id);
        // The registry says why a kind is unknown, or known and forbidden.
        let plug = gehoor_sources::build(&self.kind, &self.own).map_err(|e| anyhow!("{}: {e}", place()))?;
        let kind = gehoor_sources::kind(&self.kind).with_context(place)?;
        let credential = self.credential.as_ref().map(SecretRef::fetch).transpose().with_context(place)?;
        if credential.is_none() && kind.credential.starts_with("required") {
            bail!("{}: `credential` is missing ({})", place(), kind.credential);
        }
        let min_every = self.every.unwrap_or(kind.every);
        let max_every = self.max_every.unwrap_or(LONGEST).max(min_every);
        let signing = if kind.polled { Vec::new() } else { credential.iter().cloned().collect() };
        Ok(SourceSetup {
            id: self.id.clone(),
            name: self.name.clone().unwrap_or_else(|| self.id.to_string()),
            kind: kind.name,
            // What is no platform of many sources is one of its own unless configured.
            platform: self
                .platform
                .clone()
                .unwrap_or_else(|| kind.shared.map_or_else(|| self.id.to_string(), ToOwned::to_owned)),
            shared_ids: kind.shared.is_some(),
            channel: self.channel.unwrap_or(kind.channel),
            plug: Arc::from(plug),
            polled: kind.polled,
            min_every,
            max_every,
            credential,
            signing,
            recheck: kind.recheck,
            reach: kind.reach,
            location: self.location.clone(),
            enabled: self.enabled,
        })
    }
}

impl SourceConfig {
    /// The channel for replies to its posts, when it has one of its own.
    ///
    /// # Errors
    /// Names the source and the key that cannot be used.
    pub fn reply_channel(&self) -> Result<Option<ReplySetup>> {
        let place = || format!("source `{}`", self.id);
        let mut own = match &self.reply {
            None | Some(ReplyConfig::Own(false) | ReplyConfig::Through(_)) => return Ok(None),
            Some(ReplyConfig::Own(true)) => toml::Table::new(),
            Some(ReplyConfig::With(table)) => table.clone(),
        };
        let channel = gehoor_outlets::reply::channel(&self.kind).ok_or_else(|| {
            anyhow!(
                "{}: Gehoor cannot reply there by itself: leave `reply` out, and it is copied and opened",
                place()
            )
        })?;
        let credential: Option<SecretRef> =
            own.remove("credential")
                .map(toml::Value::try_into)
                .transpose()
                .map_err(|e: toml::de::Error| anyhow!("{}: reply: credential: {}", place(), e.message()))?;
        let settings = gehoor_outlets::reply::Settings { source: &self.own, own: &own };
        let plug = (channel.build)(&settings).map_err(|e| anyhow!("{}: reply: {e}", place()))?;
        let needs_none = channel.kind.credential.starts_with("none");
        if needs_none && credential.is_some() {
            bail!("{}: `reply` takes no `credential` ({})", place(), channel.kind.credential);
        }
        // A login that is not the source's begins with a credential that is not the source's.
        if plug.login().is_some() && credential.is_none() {
            bail!("{}: `reply` needs a `credential` of its own ({})", place(), channel.kind.credential);
        }
        if !needs_none && credential.is_none() && self.credential.is_none() {
            bail!("{}: `reply` needs the `credential` of the source ({})", place(), channel.kind.credential);
        }
        let credential = credential.as_ref().map(SecretRef::fetch).transpose().with_context(place)?;
        Ok(Some(ReplySetup {
            sources: vec![self.id.clone()],
            login_of: (!needs_none && credential.is_none()).then(|| self.id.clone()),
            outlet: OutletSetup {
                id: gehoor_engine::replies::channel_name(&self.id).with_context(place)?,
                name: self.name.clone().unwrap_or_else(|| self.id.to_string()),
                kind: &channel.kind,
                plug: Arc::from(plug),
                credential,
                hook: None,
                watch_every: WATCH,
                tell_end: None,
            },
        }))
    }

    /// The other source through which its posts are answered.
    #[must_use]
    pub fn reply_through(&self) -> Option<&SourceId> {
        match &self.reply {
            Some(ReplyConfig::Through(source)) => Some(source),
            _ => None,
        }
    }
}

impl OutletConfig {
    /// Builds the plug and fetches its secret.
    ///
    /// # Errors
    /// Names the outlet and the key that cannot be used.
    pub fn build(&self) -> Result<OutletSetup> {
        let place = || format!("outlet `{}`", self.id);
        let kind = gehoor_outlets::kind(&self.kind).ok_or_else(|| {
            let known: Vec<&str> = gehoor_outlets::KINDS.iter().map(|k| k.name).collect();
            anyhow!("{}: unknown kind `{}`; known kinds: {}", place(), self.kind, known.join(", "))
        })?;
        let plug = (kind.build)(&self.own).map_err(|e| anyhow!("{}: {e}", place()))?;
        let credential = self.credential.as_ref().map(SecretRef::fetch).transpose().with_context(place)?;
        Ok(OutletSetup {
            id: self.id.clone(),
            name: self.name.clone().unwrap_or_else(|| self.id.to_string()),
            kind,
            plug: Arc::from(plug),
            credential,
            hook: self.hook.as_ref().map(SecretRef::fetch).transpose().with_context(place)?,
            watch_every: self.watch_every.unwrap_or(WATCH),
            tell_end: self.tell_end,
        })
    }
}
