//! Connections of our own, for what is not HTTP: behind the guard, within a time, with or without TLS.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::rustls::pki_types::ServerName;
use url::Host;

use crate::exchange::Failure;
use crate::guard::{Reach, check_ip, reach};
use crate::resolver::keep_allowed;
use crate::tls::Trust;

/// A connection, whatever lies below it.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// A connection, in a box.
pub(crate) type Line = Box<dyn Wire>;

/// Where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Name or address, read by the rules of URLs, so that `127.1` is seen for what it is.
    pub(crate) host: Host<String>,
    pub(crate) port: u16,
}

/// Connects, to an address that may be asked.
///
/// # Errors
/// When it may not, or nobody answers in time.
pub(crate) async fn connect(
    place: &Place,
    allow_private: bool,
    time: Duration,
) -> Result<(TcpStream, Reach), Failure> {
    let end = Instant::now() + time;
    let not_sent = |why: &dyn std::fmt::Display| Failure::NotSent(format!("no connection: {why}"));
    let addresses = match tokio::time::timeout_at(end, addresses(place, allow_private)).await {
        Ok(found) => found?,
        Err(_) => return Err(not_sent(&"its name was not found in time")),
    };
    let mut failed = "its name has no address".to_owned();
    for (index, address) in addresses.iter().enumerate() {
        // An address that does not answer leaves half of the time to the next one.
        let left = end.saturating_duration_since(Instant::now());
        let share = if index + 1 == addresses.len() { left } else { left / 2 };
        match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                let _ = stream.set_nodelay(true);
                return Ok((stream, reach(address.ip())));
            }
            Ok(Err(error)) => failed = error.to_string(),
            Err(_) => failed = "no answer in time".to_owned(),
        }
    }
    Err(not_sent(&failed))
}

async fn addresses(place: &Place, allow_private: bool) -> Result<Vec<SocketAddr>, Failure> {
    let literal = |ip| {
        check_ip(ip, allow_private, &ip.to_string()).map_err(Failure::Refused)?;
        Ok(vec![SocketAddr::new(ip, place.port)])
    };
    match &place.host {
        Host::Ipv4(ip) => literal((*ip).into()),
        Host::Ipv6(ip) => literal((*ip).into()),
        Host::Domain(name) => {
            let found = tokio::net::lookup_host((name.as_str(), place.port)).await;
            let found = found.map_err(|error| Failure::NotSent(format!("no connection: {error}")))?;
            keep_allowed(found, allow_private, name).map_err(Failure::Refused)
        }
    }
}

/// Makes a connection private, and sees to it that the right one answers.
///
/// # Errors
/// When the other side cannot prove who it is.
pub(crate) async fn secure(
    line: Line,
    place: &Place,
    trust: &Trust,
    time: Duration,
) -> Result<Line, Failure> {
    let name = match &place.host {
        Host::Domain(name) => ServerName::try_from(name.clone()),
        Host::Ipv4(ip) => Ok(ServerName::IpAddress(std::net::IpAddr::V4(*ip).into())),
        Host::Ipv6(ip) => Ok(ServerName::IpAddress(std::net::IpAddr::V6(*ip).into())),
    };
    let not_sent = |why: String| Failure::NotSent(format!("no secure connection: {why}"));
    let name = name.map_err(|_| not_sent("its name cannot stand in a certificate".to_owned()))?;
    match tokio::time::timeout(time, trust.connector().connect(name, line)).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => {
            let said = error.to_string();
            let hint = if said.contains("UnknownIssuer") {
                ": if its authority is your own, name it in `fetch.extra_ca`"
            } else {
                ""
            };
            Err(not_sent(format!("{said}{hint}")))
        }
        Err(_) => Err(not_sent("no answer in time".to_owned())),
    }
}
