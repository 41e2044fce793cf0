//! The configuration of a mailbox.

use gehoor_wire::login::{ClientAuth, OAuth2};
use serde::Deserialize;
use url::Url;

use super::Email;
use super::pattern::{self, Pattern};
use super::senders::Senders;
use crate::plug::BadConfig;
use crate::raw;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    host: String,
    user: String,
    #[serde(default = "inbox")]
    folder: String,
    #[serde(default)]
    port: Option<u16>,
    #[serde(default)]
    starttls: bool,
    #[serde(default)]
    own: Vec<String>,
    #[serde(default)]
    from: Vec<String>,
    #[serde(default)]
    subject_contains: Vec<String>,
    #[serde(default = "a_month")]
    backfill_days: u32,
    #[serde(default)]
    place_by_recipient: bool,
    #[serde(default)]
    oauth2: Option<OAuth2Config>,
    #[serde(default)]
    pattern: Vec<pattern::Config>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OAuth2Config {
    token_url: String,
    client_id: String,
    #[serde(default)]
    scope: Option<String>,
}

fn inbox() -> String {
    "INBOX".to_owned()
}

fn a_month() -> u32 {
    30
}

impl Email {
    pub(super) fn new(config: Config) -> Result<Self, BadConfig> {
        let (scheme, usual) = if config.starttls { ("imap", 143) } else { ("imaps", 993) };
        let host = config.host.trim();
        let bad =
            |what: &str| BadConfig(format!("`host` {what}: write the name alone, such as mail.example"));
        if host.is_empty() || host.contains(['/', '@', '?', '#', '%']) {
            return Err(bad("is no name of a host"));
        }
        let user = config.user.trim().to_owned();
        if user.is_empty() || user.contains(char::is_control) || user.contains(':') {
            return Err(BadConfig("`user` must be the name that the mailbox is opened with".to_owned()));
        }
        let folder: String = config.folder.trim().bytes().map(in_path).collect();
        let base = format!("{scheme}://{host}:{}/{folder}", config.port.unwrap_or(usual));
        Url::parse(&base).map_err(|_| bad("is no name of a host"))?;
        let login = config.oauth2.map(|oauth2| {
            Ok(OAuth2 {
                token_url: raw::address("token_url", &oauth2.token_url)?,
                refresh_url: None,
                client_id: oauth2.client_id,
                auth: ClientAuth::Form,
                scope: oauth2.scope,
                holds: None,
            })
        });
        Ok(Self {
            base,
            host: host.to_owned(),
            user,
            own: Senders::new("own", &config.own)?,
            from: Senders::new("from", &config.from)?,
            subject_contains: config.subject_contains.iter().map(|text| text.trim().to_lowercase()).collect(),
            backfill: raw::days(config.backfill_days),
            place_by_recipient: config.place_by_recipient,
            login: login.transpose()?,
            patterns: config.pattern.into_iter().map(Pattern::new).collect::<Result<_, _>>()?,
        })
    }
}

/// A letter of a folder's name as it may stand in an address.
fn in_path(byte: u8) -> String {
    let plain = byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}
