//! Whatever bytes a server sends: nothing panics, nothing lies in the past, and what we write we can read.

use gehoor_wire::headers::{RETRY_AFTER_CAP, etag, fresh_until, hold_until, http_date, limits, retry_after};
use gehoor_wire::link::{link, links};
use gehoor_wire::signature::{sign, sign_headers, sign_hex, verify, verify_hex};
use gehoor_wire::{Response, Secret, outcome};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;
use proptest::prelude::*;
use url::Url;

const NAMES: [&str; 17] = [
    "retry-after",
    "date",
    "age",
    "cache-control",
    "expires",
    "etag",
    "location",
    "link",
    "ratelimit",
    "ratelimit-policy",
    "ratelimit-reset",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-reset-after",
    "x-rate-limit",
    "x-app-usage",
    "x-business-use-case-usage",
];

/// Values near what servers send, and any bytes that a header may hold.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let near = "[-0-9a-zA-Z:;,=.<>\"\\\\{}\\[\\] %/?#TZ]{0,60}".prop_map(String::into_bytes);
    let numbers =
        prop_oneof![any::<u64>().prop_map(|n| n.to_string()), any::<f64>().prop_map(|n| n.to_string())];
    let bytes = proptest::collection::vec(any::<u8>(), 0..60);
    prop_oneof![near, numbers.prop_map(String::into_bytes), bytes]
}

fn headers() -> impl Strategy<Value = HeaderMap> {
    proptest::collection::vec((proptest::sample::select(&NAMES[..]), value()), 0..8).prop_map(|pairs| {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                map.append(HeaderName::from_static(name), value);
            }
        }
        map
    })
}

#[cfg(test)]
fn moments() -> impl Strategy<Value = Timestamp> {
    let any_second = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
    let usual = 1_700_000_000i64..1_900_000_000;
    prop_oneof![any_second, usual].prop_map(|second| Timestamp::from_second(second).unwrap())
}

#[cfg(test)]
fn base() -> Url {
    Url::parse("https://example.org/a/b?c").unwrap()
}

proptest! {
    #[test]
    fn any_headers_are_read_without_panic(map in headers(), now in moments(), status in 100u16..600) {
        for limit in limits(&map, now) {
            prop_assert!(limit.free_at(now) >= now);
        }
        if let Some(until) = hold_until(&limits(&map, now), now) {
            prop_assert!(until >= now && until.duration_since(now) <= RETRY_AFTER_CAP);
        }
        if let Some(retry) = retry_after(&map, now) {
            prop_assert!(retry.until >= now && retry.until.duration_since(now) <= RETRY_AFTER_CAP);
        }
        if let Some(until) = fresh_until(&map, now) {
            prop_assert!(until > now);
        }
        let _ = etag(&map);
        for found in links(&map, &base()) {
            prop_assert!(matches!(found.target.scheme(), "http" | "https"));
        }
        let response = Response {
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body: Default::default(),
            url: base(),
            moved_to: None,
            at: now,
        };
        let _ = outcome::classify(&response, now);
    }

    #[test]
    fn any_text_is_no_panic_for_the_date_reader(text in "\\PC{0,40}") {
        let _ = http_date(&text);
    }

    #[test]
    fn a_link_that_was_written_is_read(path in "[a-z0-9,;=&]{1,20}", title in "[ -~]{0,20}", rel in "[a-z]{1,8}") {
        let quoted = title.replace('\\', "\\\\").replace('"', "\\\"");
        let line = format!("<https://h.example/x>; rel=other, </{path}>; title=\"{quoted}\"; rel=\"{rel}\"");
        prop_assume!(rel != "other");
        let mut map = HeaderMap::new();
        map.insert("link", HeaderValue::from_str(&line).unwrap());
        let found = link(&map, &base(), &rel).unwrap();
        prop_assert_eq!(found, base().join(&format!("/{path}")).unwrap());
        prop_assert_eq!(&links(&map, &base())[1].params[0].1, &title);
    }

    #[test]
    fn a_written_date_is_read_in_seconds(second in 0i64..4_000_000_000) {
        let at = Timestamp::from_second(second).unwrap();
        let text = httpdate::fmt_http_date(std::time::SystemTime::from(at));
        prop_assert_eq!(http_date(&text), Some(at));
    }

    #[test]
    fn what_is_signed_verifies_and_one_changed_byte_does_not(
        key in proptest::collection::vec(any::<u8>(), 1..64),
        id in "[!-\\-/-~]{1,40}",
        body in proptest::collection::vec(any::<u8>(), 1..200),
        second in 0i64..4_000_000_000,
        place in any::<prop::sample::Index>(),
    ) {
        use base64::Engine as _;
        let secret = Secret::new(format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(&key)));
        let at = Timestamp::from_second(second).unwrap();
        let mut sent = HeaderMap::new();
        sent.extend(sign_headers(&secret, &id, at, &body).unwrap());
        prop_assert_eq!(verify(std::slice::from_ref(&secret), &sent, &body, at).unwrap().id, id.clone());
        let hexed = sign_hex(&secret, &body).unwrap();
        prop_assert!(verify_hex(std::slice::from_ref(&secret), &hexed, &body).is_ok());
        let mut changed = body.clone();
        changed[place.index(body.len())] ^= 1;
        prop_assert!(verify(std::slice::from_ref(&secret), &sent, &changed, at).is_err());
        prop_assert!(verify_hex(std::slice::from_ref(&secret), &hexed, &changed).is_err());
        prop_assert_ne!(sign(&secret, &id, at, &body).unwrap(), sign(&secret, &id, at, &changed).unwrap());
    }

    #[test]
    fn any_headers_are_refused_without_panic(
        id in value(), at in value(), signature in value(), body in proptest::collection::vec(any::<u8>(), 0..40)
    ) {
        let mut map = HeaderMap::new();
        for (name, bytes) in [("webhook-id", id), ("webhook-timestamp", at), ("webhook-signature", signature)] {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                map.insert(name, value);
            }
        }
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        prop_assert!(verify(&[secret], &map, &body, Timestamp::UNIX_EPOCH).is_err());
    }
}
