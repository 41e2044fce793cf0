//! The configuration file: one struct per concern, every key documented in `config/default.toml`, unknown keys refused
//! with the nearest known one.

mod explain;
mod hours;
mod plugs;
mod policy;
mod secret;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use gehoor_domain::digest::Digest;
use gehoor_domain::location::{Brand, Location};
use gehoor_domain::mention::Channel;
use gehoor_domain::policy::Team;
use gehoor_domain::policy::{AlertRule, Norms, QueueOutlet, Weights};
use gehoor_fetch::Quota;
use jiff::SignedDuration;
use serde::Deserialize;

pub use explain::explain;
pub use hours::CalendarConfig;
pub use plugs::{OutletConfig, SourceConfig};
pub use policy::Rules;
pub use secret::SecretRef;

/// The commented default configuration, as compiled in.
pub const DEFAULT: &str = include_str!("../../../../config/default.toml");
/// A chain with four shops, as compiled in.
pub const EXAMPLE: &str = include_str!("../../../../config/example.toml");

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where pages are served.
    #[serde(default)]
    pub server: ServerConfig,
    /// Where data is kept.
    #[serde(default)]
    pub data: DataConfig,
    /// What is monitored.
    pub brand: Brand,
    /// Shops, regions and head office.
    #[serde(default, rename = "location")]
    pub locations: Vec<Location>,
    /// Who owns cases.
    #[serde(default, rename = "team")]
    pub teams: Vec<Team>,
    /// Service queues, in the order in which they are tried.
    #[serde(default, rename = "queue")]
    pub queues: Vec<gehoor_domain::policy::ServiceQueue>,
    /// What those who work on cases can do and how much.
    #[serde(default, rename = "agent")]
    pub agents: Vec<gehoor_domain::policy::AgentRule>,
    /// Opening hours by name; `default` is used where nothing else is named.
    #[serde(default)]
    pub calendars: BTreeMap<String, CalendarConfig>,
    /// How fast, for channels without their own norms.
    #[serde(default = "policy::norms")]
    pub norms: Norms,
    /// How fast, per channel.
    #[serde(default = "policy::channel_norms")]
    pub channel_norms: BTreeMap<Channel, Norms>,
    /// The other rules for cases.
    #[serde(default)]
    pub cases: Rules,
    /// Points of the rank.
    #[serde(default)]
    pub ranking: Weights,
    /// Which helpdesks get a ticket when a case goes into the queue.
    #[serde(default, rename = "queue_outlet")]
    pub queue_outlets: Vec<QueueOutlet>,
    /// When people are told.
    #[serde(default = "policy::alerts", rename = "alert")]
    pub alerts: Vec<AlertRule>,
    /// Summaries by mail.
    #[serde(default, rename = "digest")]
    pub digests: Vec<Digest>,
    /// Who judges beside the built-in model.
    #[serde(default)]
    pub classifier: ClassifierConfig,
    /// How public replies are written, checked and approved.
    #[serde(default)]
    pub replies: gehoor_domain::policy::ReplyRules,
    /// How the network is used.
    #[serde(default)]
    pub fetch: FetchConfig,
    /// Mail servers by name.
    #[serde(default)]
    pub smtp: BTreeMap<String, SmtpConfig>,
    /// Where mentions come from.
    #[serde(default, rename = "source")]
    pub sources: Vec<SourceConfig>,
    /// Where effects go.
    #[serde(default, rename = "outlet")]
    pub outlets: Vec<OutletConfig>,
}

/// Where pages are served.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerConfig {
    /// Address and port.
    pub listen: String,
    /// How people reach it; stands in mails and tickets. Without a slash at the end.
    pub base_url: String,
    /// Cookies over HTTPS only: set it when a proxy in front speaks HTTPS.
    pub secure_cookies: bool,
    /// The proxy in front says who asks (`X-Forwarded-For`).
    pub trusted_proxy: bool,
    /// The language of mails, tickets and new users: `nl` or `en`.
    pub lang: String,
    /// Names this installation in the keys of tickets.
    pub instance: String,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            base_url: "http://127.0.0.1:8080".into(),
            secure_cookies: false,
            trusted_proxy: false,
            lang: "nl".into(),
            instance: "gehoor".into(),
        }
    }
}

/// Where data is kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DataConfig {
    /// The folder of journal, view, index and snapshots.
    pub dir: PathBuf,
}

impl Default for DataConfig {
    fn default() -> Self {
        Self { dir: "gehoor-data".into() }
    }
}

/// Who judges beside the built-in model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClassifierConfig {
    /// A folder with a checkpoint that looks again at what is urgent or a guess.
    pub stronger: Option<PathBuf>,
}

/// How the network is used.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FetchConfig {
    /// Who we say we are; add a page or address where you can be reached.
    pub user_agent: String,
    /// Longest time for one request.
    pub timeout: SignedDuration,
    /// Largest answer, in bytes, decompressed.
    pub body_cap: usize,
    /// Shortest time between two requests to one host.
    pub spacing: SignedDuration,
    /// Most requests to one host within `quota_window`.
    pub quota: u32,
    /// The window of `quota`.
    pub quota_window: SignedDuration,
    /// Other limits for single hosts, by host or host and port: what a platform publishes, when it is less than `quota`.
    pub hosts: BTreeMap<String, HostQuota>,
    /// Most requests with one credential, where the platform's own limit is not the one that is to be kept: by the name of
    /// the platform (`google-play`), or of one credential (`google-play:nl.meubelhal.app`).
    pub quotas: BTreeMap<String, QuotaConfig>,
    /// Lets sources and outlets reach private addresses (10.0.0.0/8, 127.0.0.1, …). Dangerous: whoever may write this
    /// file may then read your internal network.
    pub danger_allow_private_hosts: bool,
    /// A file of certificates in PEM: authorities of your own, believed beside the public ones.
    pub extra_ca: Option<std::path::PathBuf>,
}

/// The limit of one host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostQuota {
    /// Most requests within `window`.
    pub quota: u32,
    /// In which time.
    pub window: SignedDuration,
}

impl Default for FetchConfig {
    fn default() -> Self {
        Self {
            user_agent: format!("Gehoor/{} (+https://gehoor.example/bot)", env!("CARGO_PKG_VERSION")),
            timeout: SignedDuration::from_secs(30),
            body_cap: 5 * 1024 * 1024,
            spacing: SignedDuration::from_secs(1),
            quota: 300,
            quota_window: SignedDuration::from_mins(5),
            hosts: BTreeMap::new(),
            quotas: BTreeMap::new(),
            danger_allow_private_hosts: false,
            extra_ca: None,
        }
    }
}

/// At most so many requests in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotaConfig {
    /// How many, at least one.
    pub calls: std::num::NonZeroU32,
    /// In which time.
    pub per: SignedDuration,
}

impl FetchConfig {
    /// Most requests with each credential: what the platforms allow, and what is configured in its place. Kept within what
    /// the limiter can count: a second to 31 days.
    #[must_use]
    pub fn credential_quotas(&self) -> BTreeMap<String, Quota> {
        let longest = SignedDuration::from_hours(24 * 31);
        let quota = |calls: u32, per: SignedDuration| Quota {
            requests: calls,
            per: per.clamp(SignedDuration::from_secs(1), longest).unsigned_abs(),
        };
        let known = gehoor_sources::LIMITS.iter();
        let known = known.map(|limit| (limit.credential.to_owned(), quota(limit.calls, limit.per)));
        let configured =
            self.quotas.iter().map(|(name, own)| (name.clone(), quota(own.calls.get(), own.per)));
        known.chain(configured).collect()
    }
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpConfig {
    /// Name or address.
    pub host: String,
    /// Port; 587 is usual.
    #[serde(default = "submission")]
    pub port: u16,
    /// `starttls`, `tls` or `none`.
    #[serde(default = "starttls")]
    pub tls: String,
    /// Login name.
    #[serde(default)]
    pub username: Option<String>,
    /// Password: `env:NAME` or `file:PATH`.
    #[serde(default)]
    pub password: Option<SecretRef>,
}

fn submission() -> u16 {
    587
}

fn starttls() -> String {
    "starttls".into()
}

impl Config {
    /// Reads the file.
    ///
    /// # Errors
    /// Names the line and key that cannot be used, with the nearest known key.
    pub fn load(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!(
                "cannot read the configuration {}: write one, beginning with `gehoor check --example > {}`",
                path.display(),
                path.display()
            )
        })?;
        Self::parse(&text).map_err(|e| anyhow!("{}: {e}", path.display()))
    }

    /// Reads a text.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| anyhow!("{}", explain(&error, text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_is_refused_with_line_and_nearest_key() {
        let error = Config::parse("[brand]\nname = \"Bouwhoek\"\n\n[server]\nlissten = \"x\"\n")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("line 5") && error.contains("`lissten`") && error.contains("`listen`"),
            "{error}"
        );
    }

    #[test]
    fn every_channel_of_replies_is_configured_at_its_source() {
        let ways = |kind: &str| match kind {
            "app-store-connect" => ("issuer = \"i\"\nkey_id = \"k\"\napps = [\"1\"]", "true"),
            "bluesky" => ("mode = \"notifications\"\nidentifier = \"b.example\"", "true"),
            "discourse" => ("base = \"https://forum.example\"\nmode = \"posts\"", "true"),
            "email" => (
                "host = \"mail.example\"\nuser = \"k@b.example\"",
                "{ server = \"main\", from = \"K <k@b.example>\" }",
            ),
            "facebook" => ("page = \"1\"", "true"),
            "google-business" => ("account = \"accounts/1\"\nclient_id = \"c\"", "true"),
            "google-play" => ("packages = [\"nl.b.app\"]", "true"),
            "instagram" => ("account = \"1\"\nmode = \"comments\"", "true"),
            "kiyoh" => ("locations = [\"1\"]", "true"),
            "lemmy" => ("base = \"https://lemmy.example\"\nwhat = \"comments\"", "true"),
            "mastodon" => ("base = \"https://m.example\"\nmode = \"hashtag\"\ntag = \"b\"", "true"),
            "reddit" => ("mode = \"mentions\"\nclient_id = \"c\"\nuser_agent = \"a\"", "true"),
            "trustpilot" => (
                "business_units = [\"507f191e810c19729de860ea\"]",
                "{ credential = \"file:Cargo.toml\", client_id = \"c\" }",
            ),
            "youtube" => ("channel_id = \"UC1\"", "{ credential = \"file:Cargo.toml\", client_id = \"c\" }"),
            other => panic!("say how {other} replies"),
        };
        let made = |kind: &str, keys: &str, reply: &str| {
            let text = format!(
                "[brand]\nname = \"B\"\n[[source]]\nid = \"s\"\nkind = \"{kind}\"\n\
                 credential = \"file:Cargo.toml\"\n{keys}\nreply = {reply}\n"
            );
            let config = Config::parse(&text).unwrap();
            config.sources[0].build().unwrap();
            config.sources[0].reply_channel()
        };
        for channel in gehoor_outlets::reply::CHANNELS {
            let kind = channel.source;
            let (keys, reply) = ways(kind);
            let made = made(kind, keys, reply).unwrap().unwrap();
            let shares = made.login_of.is_some();
            let own = made.outlet.credential.is_some();
            assert_eq!(shares, !own && kind != "email", "{kind}");
            assert_eq!(made.outlet.plug.login().is_some(), own, "{kind}");
        }
        for (kind, reply, word) in [
            ("youtube", "true", "client_id"),
            ("youtube", "{ client_id = \"c\" }", "credential"),
            ("trustpilot", "true", "private API"),
            ("email", "true", "server"),
            ("email", "{ server = \"main\", from = \"k@b\", credential = \"env:X\" }", "takes no"),
            ("lemmy", "{ credentail = \"env:X\" }", "credentail"),
            ("lemmy", "{ credential = 7 }", "credential"),
        ] {
            let error = made(kind, ways(kind).0, reply).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains("source `s`") && error.contains(word), "{kind} {reply}: {error}");
        }
    }

    #[test]
    fn the_limits_of_platforms_are_kept_unless_others_are_configured() {
        let of = |text: &str| Config::parse(text).unwrap().fetch.credential_quotas();
        let hour = |requests: u32| Quota { requests, per: std::time::Duration::from_secs(3600) };
        let brand = "[brand]\nname = \"Voorbeeld\"\n";
        let usual = of(brand);
        assert_eq!(usual.len(), gehoor_sources::LIMITS.len());
        assert_eq!(usual["google-play"], hour(200));
        let own = of(&format!(
            "{brand}[fetch.quotas]\ngoogle-play = {{ calls = 100, per = \"1h\" }}\n\"reddit:c1\" = {{ calls = 7, per = \"1h\" }}\n"
        ));
        assert_eq!(
            (own["google-play"], own["reddit:c1"], own["youtube"]),
            (hour(100), hour(7), usual["youtube"])
        );
        assert!(
            Config::parse(&format!("{brand}[fetch.quotas]\nx = {{ calls = 0, per = \"1h\" }}\n")).is_err()
        );
    }

    #[test]
    fn every_default_in_the_commented_file_is_the_default_of_the_program() {
        let from_file = Config::parse(DEFAULT).unwrap();
        let minimal = Config::parse("[brand]\nname = \"Voorbeeld\"\n").unwrap();
        assert_eq!(from_file.server, minimal.server);
        assert_eq!(from_file.data, minimal.data);
        assert_eq!(from_file.fetch, minimal.fetch);
        assert_eq!(from_file.ranking, minimal.ranking);
        assert_eq!(from_file.alerts, minimal.alerts);
        assert_eq!(from_file.norms, minimal.norms);
        assert_eq!(from_file.channel_norms, minimal.channel_norms);
        assert_eq!(from_file.calendars, minimal.calendars);
        assert_eq!(from_file.cases, minimal.cases);
        assert_eq!(from_file.classifier, minimal.classifier);
    }
}
