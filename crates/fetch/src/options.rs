//! How polite, how patient, how open: what the client is built from.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use gehoor_wire::Secret;

/// Settings of the client. The defaults are polite; only the contact has to be added.
#[derive(Debug, Clone)]
pub struct Options {
    /// Sent as `User-Agent`; its first word up to `/` is the name that robots.txt is asked for. See [`user_agent`].
    pub user_agent: String,
    /// Longest time to get a connection (10 s).
    pub connect_timeout: Duration,
    /// Longest time for a whole call, redirects and robots.txt included (30 s).
    pub timeout: Duration,
    /// Most bytes of a good answer, counted after decompression (5 MiB).
    pub body_cap: usize,
    /// Most redirects that are followed (5).
    pub max_redirects: usize,
    /// Shortest time from the end of one request to a host to the start of the next (1 s).
    pub min_spacing: Duration,
    /// Waits up to this are slept through; longer ones are given back as [`crate::Outcome::Wait`] (1 s).
    pub max_nap: Duration,
    /// Most requests to one host (300 in 5 minutes).
    pub host_quota: Quota,
    /// Other quotas for single hosts, by `host` or `host:port`.
    pub host_quotas: BTreeMap<String, Quota>,
    /// Most requests with one credential (300 in 5 minutes).
    pub credential_quota: Quota,
    /// Other quotas for credentials, by the name in [`gehoor_wire::Request::credential`], whole or up to its `:`.
    pub credential_quotas: BTreeMap<String, Quota>,
    /// Lets requests reach this machine and the private network. Whoever can write a feed, a redirect or a source
    /// address can then make Gehoor speak to the services there. Link-local addresses stay closed.
    pub danger_allow_private_hosts: bool,
    /// A file with certificates of authorities (PEM) that are believed beside those of the web: for a helpdesk, mail
    /// server or mailbox with certificates of one's own. Read once, when the client is built.
    pub extra_ca: Option<PathBuf>,
    /// SMTP servers by the name that [`gehoor_wire::Mail::server`] uses. They may be on the private network.
    pub smtp: BTreeMap<String, SmtpServer>,
}

impl Default for Options {
    fn default() -> Self {
        let quota = Quota { requests: 300, per: Duration::from_secs(300) };
        Self {
            user_agent: user_agent(None),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            body_cap: 5 * 1024 * 1024,
            max_redirects: 5,
            min_spacing: Duration::from_secs(1),
            max_nap: Duration::from_secs(1),
            host_quota: quota,
            host_quotas: BTreeMap::new(),
            credential_quota: quota,
            credential_quotas: BTreeMap::new(),
            danger_allow_private_hosts: false,
            extra_ca: None,
            smtp: BTreeMap::new(),
        }
    }
}

/// The `User-Agent` of this version. Give a contact (a URL or mail address): a site that is bothered then writes
/// instead of blocking.
#[must_use]
pub fn user_agent(contact: Option<&str>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match contact.map(str::trim).filter(|contact| !contact.is_empty()) {
        Some(contact) => format!("Gehoor/{version} (reputation monitor; +{contact})"),
        None => format!("Gehoor/{version} (reputation monitor)"),
    }
}

/// At most so many requests in any stretch of time of this length.
///
/// A tenth of them may come at once, the others evenly: a quota that was used up in its first second would make
/// everything else wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// How many, at least 1.
    pub requests: u32,
    /// In which time, more than zero and at most 31 days.
    pub per: Duration,
}

/// One server that takes mail.
#[derive(Debug, Clone)]
pub struct SmtpServer {
    /// Name or address.
    pub host: String,
    /// Usually 587 with STARTTLS, 465 with TLS, 25 without.
    pub port: u16,
    /// How the connection is kept private.
    pub tls: SmtpTls,
    /// Given together with the password, or neither.
    pub username: Option<String>,
    /// Given together with the user name, or neither.
    pub password: Option<Secret>,
}

/// How the connection to an SMTP server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// Not at all: only within one machine or a trusted network.
    None,
    /// Upgraded before anything is sent; refused when the server does not offer it.
    StartTls,
    /// From the first byte.
    Tls,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contact_stands_in_the_user_agent() {
        let agent = user_agent(Some("https://shop.example/monitor"));
        assert!(
            agent.starts_with("Gehoor/")
                && agent.ends_with("(reputation monitor; +https://shop.example/monitor)")
        );
        assert!(user_agent(Some(" ")).ends_with("(reputation monitor)"));
    }
}
