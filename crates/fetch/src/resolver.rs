//! Names to addresses, with the private ones taken out.
//!
//! The check is here and not before the request: what is resolved here is what is connected to, so a name that
//! changes its address between check and connection gains nothing.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::guard::{Refused, check_ip};

/// The system's resolver behind the guard.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guarded {
    pub(crate) allow_private: bool,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed = keep_allowed(found, allow_private, name.as_str())?;
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok(addresses)
        })
    }
}

/// The addresses that may be connected to; the refusal of the last one when none may.
pub(crate) fn keep_allowed(
    found: impl Iterator<Item = SocketAddr>,
    allow_private: bool,
    name: &str,
) -> Result<Vec<SocketAddr>, Refused> {
    let mut allowed = Vec::new();
    let mut refused = None;
    for address in found {
        match check_ip(address.ip(), allow_private, name) {
            Ok(()) => allowed.push(address),
            Err(error) => refused = Some(error),
        }
    }
    match refused {
        Some(error) if allowed.is_empty() => Err(error),
        _ => Ok(allowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(addresses: &[&str], allow_private: bool) -> Result<Vec<String>, Refused> {
        let found = addresses.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0));
        let kept = keep_allowed(found, allow_private, "shop.example")?;
        Ok(kept.into_iter().map(|address| address.ip().to_string()).collect())
    }

    #[test]
    fn private_addresses_of_a_public_name_are_left_out() {
        assert_eq!(keep(&["10.0.0.1", "1.1.1.1"], false), Ok(vec!["1.1.1.1".to_owned()]));
        assert_eq!(keep(&["10.0.0.1", "1.1.1.1"], true).map(|kept| kept.len()), Ok(2));
    }

    #[test]
    fn a_name_with_only_private_addresses_is_refused_by_name() {
        assert_eq!(keep(&["10.0.0.1", "::1"], false), Err(Refused::Private("shop.example".to_owned())));
        assert_eq!(keep(&["169.254.169.254"], true), Err(Refused::Never("shop.example".to_owned())));
    }
}
