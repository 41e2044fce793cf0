//! Where requests may not go: the addresses of one's own network.
//!
//! A feed, a redirect or a link that a stranger wrote must not make Gehoor speak to the services beside it. So
//! every address is looked at: literal ones in the URL, and each one a name resolves to (in the resolver, so that
//! what was checked is what is connected to). The table follows the IANA registries of special-purpose addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Who can be found at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The public internet.
    Public,
    /// This machine, the local network, or a range with no public use: only where the administrator allows it.
    Private,
    /// Link-local (the metadata services of clouds live there) and multicast: never, no helpdesk is there.
    Never,
}

/// Why a URL is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Neither http nor https.
    #[error("only http and https addresses are fetched, not `{0}:`")]
    Scheme(String),
    /// No host in it.
    #[error("the address has no host")]
    NoHost,
    /// The host is on a private network.
    #[error(
        "{0} is a private address: set `danger_allow_private_hosts` if requests into your own network are wanted"
    )]
    Private(String),
    /// The host can never be asked.
    #[error("{0} is a link-local or multicast address, which is never asked")]
    Never(String),
}

/// Looks at a URL before it is asked. Names are looked at again when they are resolved.
///
/// # Errors
/// When it may not be asked.
pub fn check_url(url: &Url, allow_private: bool) -> Result<(), Refused> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refused::Scheme(url.scheme().to_owned()));
    }
    // The parser has already turned forms like `0x7f.1` or `2130706433` into addresses.
    url.host().map_or(Err(Refused::NoHost), |host| check_host(&host, allow_private))
}

/// Looks at a host before it is asked. Names are looked at again when they are resolved.
///
/// # Errors
/// When it may not be asked.
pub fn check_host<S: AsRef<str>>(host: &Host<S>, allow_private: bool) -> Result<(), Refused> {
    match host {
        Host::Domain(_) => Ok(()),
        Host::Ipv4(ip) => check_ip((*ip).into(), allow_private, &ip.to_string()),
        Host::Ipv6(ip) => check_ip((*ip).into(), allow_private, &ip.to_string()),
    }
}

/// Looks at one address of a host; `name` is how people know it.
///
/// # Errors
/// When it may not be connected to.
pub fn check_ip(ip: IpAddr, allow_private: bool, name: &str) -> Result<(), Refused> {
    match reach(ip) {
        Reach::Public => Ok(()),
        Reach::Private if allow_private => Ok(()),
        Reach::Private => Err(Refused::Private(name.to_owned())),
        Reach::Never => Err(Refused::Never(name.to_owned())),
    }
}

/// Who can be found at an address.
#[must_use]
pub fn reach(ip: IpAddr) -> Reach {
    match ip {
        IpAddr::V4(ip) => reach_v4(ip),
        IpAddr::V6(ip) => reach_v6(ip),
    }
}

fn reach_v4(ip: Ipv4Addr) -> Reach {
    let never = ip.is_link_local() || ip.is_multicast() || ip.is_broadcast()
        // Metadata service of one cloud, inside the range of carriers.
        || ip == Ipv4Addr::new(100, 100, 100, 200);
    if never {
        return Reach::Never;
    }
    match ip.octets() {
        [0 | 10 | 127, ..] => Reach::Private,
        [100, b, ..] if b & 0xc0 == 64 => Reach::Private, // behind carriers (RFC 6598)
        [172, b, ..] if b & 0xf0 == 16 => Reach::Private,
        [192, 168, ..] => Reach::Private,
        [192, 0, 0 | 2, _] => Reach::Private, // protocol assignments, documentation
        [192, 88, 99, _] => Reach::Private,   // old relays of 6to4
        [198, 18 | 19, ..] => Reach::Private, // benchmarks
        [198, 51, 100, _] => Reach::Private,  // documentation
        [203, 0, 113, _] => Reach::Private,   // documentation
        [240..=255, ..] => Reach::Private,    // reserved
        _ => Reach::Public,
    }
}

fn reach_v6(ip: Ipv6Addr) -> Reach {
    if let Some(inner) = embedded(ip) {
        return reach_v4(inner);
    }
    // Metadata service of one cloud, inside the private range.
    let metadata = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
    if ip.is_multicast() || ip.is_unicast_link_local() || ip == metadata {
        return Reach::Never;
    }
    match ip.segments() {
        [0x2001, 0..0x200, ..] => Reach::Private, // protocol assignments, among them Teredo
        [0x2001, 0xdb8, ..] => Reach::Private,    // documentation
        [0x3fff, 0..0x1000, ..] => Reach::Private, // documentation
        // Only this eighth of the space is given out for global use.
        [0x2000..0x4000, ..] => Reach::Public,
        _ => Reach::Private,
    }
}

/// The IPv4 address that an IPv6 address leads to in the end.
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let from = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match ip.segments() {
        // Unspecified and loopback are no embedded addresses, but 0.0.0.0 and 0.0.0.1 are as private as they are.
        [0, 0, 0, 0, 0, 0, high, low] => Some(from(high, low)), // compatible
        [0, 0, 0, 0, 0, 0xffff, high, low] => Some(from(high, low)), // mapped
        [0, 0, 0, 0, 0xffff, 0, high, low] => Some(from(high, low)), // translated
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(from(high, low)), // NAT64
        [0x2002, high, low, ..] => Some(from(high, low)),       // 6to4
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_special_range_is_known() {
        let table = [
            (
                Reach::Public,
                "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.0 172.15.0.1 172.32.0.1 192.0.1.1 198.20.0.1",
            ),
            (
                Reach::Public,
                "2606:4700::1 2001:200::1 2a00::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1",
            ),
            (Reach::Private, "0.0.0.0 0.1.2.3 10.0.0.1 127.0.0.1 127.255.255.255 100.64.0.1 100.127.255.255"),
            (
                Reach::Private,
                "172.16.0.1 172.31.255.255 192.168.1.1 192.0.0.8 192.0.2.1 192.88.99.1 198.18.0.1",
            ),
            (Reach::Private, "198.19.255.255 198.51.100.7 203.0.113.9 240.0.0.1 254.255.255.255"),
            (Reach::Private, ":: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:192.168.0.1"),
            (
                Reach::Private,
                "64:ff9b::a00:1 64:ff9b:1::a00:1 2002:7f00:1::1 2002:c0a8:101::1 2001::1 2001:db8::1",
            ),
            (
                Reach::Private,
                "3fff::1 3fff:fff::1 fc00::1 fd12:3456::1 fec0::1 100::1 5f00::1 4000::1 200::1",
            ),
            (Reach::Never, "169.254.169.254 169.254.0.1 224.0.0.1 239.1.2.3 255.255.255.255 100.100.100.200"),
            (Reach::Never, "fe80::1 febf::1 ff02::1 fd00:ec2::254 ::ffff:169.254.169.254 64:ff9b::a9fe:a9fe"),
            (Reach::Never, "2002:a9fe:a9fe::1"),
        ];
        for (expected, addresses) in table {
            for text in addresses.split(' ') {
                assert_eq!(reach(text.parse().unwrap()), expected, "{text}");
            }
        }
    }

    fn refusal(text: &str, allow_private: bool) -> Option<String> {
        check_url(&Url::parse(text).unwrap(), allow_private).err().map(|refused| refused.to_string())
    }

    #[test]
    fn addresses_written_in_odd_ways_are_seen_through() {
        for text in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://2130706433/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://user:pass@10.0.0.1:8080/",
            "http://\u{ff11}27.0.0.1/",
        ] {
            assert!(refusal(text, false).is_some(), "{text}");
            assert_eq!(refusal(text, true), None, "{text}");
        }
    }

    #[test]
    fn the_metadata_services_of_clouds_are_never_asked() {
        let said = refusal("http://169.254.169.254/latest/meta-data/", true).unwrap();
        assert_eq!(said, "169.254.169.254 is a link-local or multicast address, which is never asked");
    }

    #[test]
    fn only_http_and_https_are_fetched() {
        for text in ["file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "data:text/plain,x"]
        {
            assert!(refusal(text, true).unwrap().starts_with("only http and https"), "{text}");
        }
        assert_eq!(refusal("https://example.org/", false), None);
    }

    proptest! {
        #[test]
        fn an_embedded_address_reaches_what_it_embeds(bits: u32) {
            let inner = Ipv4Addr::from(bits);
            let [a, b, c, d] = inner.octets();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            for outer in [
                inner.to_ipv6_mapped(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            ] {
                prop_assert_eq!(reach(outer.into()), reach(inner.into()));
            }
        }
    }
}
