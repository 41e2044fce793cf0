//! What every plug needs to read what strangers publish: encodings, dates, ratings, names of what was found.
//!
//! Nothing here knows a platform. All of it accepts anything and answers with a value or with nothing; deciding
//! whether that is a warning is left to the plug, which knows the item.

pub(crate) mod api;
pub(crate) mod bytes;
pub(crate) mod google;
pub(crate) mod part;
pub(crate) mod rating;
pub(crate) mod reply;
pub(crate) mod rounds;
pub(crate) mod walk;
pub(crate) mod when;
pub(crate) mod words;

use jiff::SignedDuration;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use url::Url;

use crate::plug::{BadConfig, Cursor, ParseError, PlanError};

/// A name for something that carries none: the first 32 hexadecimal digits of SHA-256 over the parts, each ended by
/// a byte that no text holds.
pub(crate) fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0xff]);
    }
    let mut text = hex::encode(hash.finalize());
    text.truncate(32);
    text
}

/// Days out of configuration, at least one; more than a century is one.
pub(crate) fn days(days: u32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(days.clamp(1, 36_500)))
}

/// Reads the state of a plug out of its cursor; an empty cursor is the state of the first run.
pub(crate) fn state<T: DeserializeOwned + Default>(cursor: &Cursor) -> Result<T, PlanError> {
    if cursor.0.is_null() {
        return Ok(T::default());
    }
    T::deserialize(&cursor.0).map_err(|e| PlanError::Cursor(e.to_string()))
}

/// As [`state`], where only a [`ParseError`] can be answered.
pub(crate) fn state_for_parse<T: DeserializeOwned + Default>(cursor: &Cursor) -> Result<T, ParseError> {
    state(cursor)
        .map_err(|e| ParseError::Shape { expected: "for a cursor of this kind", found: e.to_string() })
}

/// Writes the state of a plug into a cursor.
pub(crate) fn cursor<T: Serialize>(state: &T) -> Cursor {
    // States are structs with text keys and no maps of other keys: they always serialise.
    Cursor(serde_json::to_value(state).unwrap_or_default())
}

/// An address from configuration: only http and https, with a host, without a password in it.
pub(crate) fn address(key: &str, text: &str) -> Result<Url, BadConfig> {
    let url = Url::parse(text)
        .map_err(|e| BadConfig(format!("`{key}` is not an address: {e}; write https://…")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(BadConfig(format!("`{key}` must begin with https:// or http://")));
    }
    if url.password().is_some() || !url.username().is_empty() {
        return Err(BadConfig(format!("`{key}` holds a name or password: use `credential` instead")));
    }
    Ok(url)
}

/// An http or https address out of what a platform wrote, resolved against the page.
pub(crate) fn link(text: &str, base: Option<&Url>) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > 4_000 {
        return None;
    }
    let url = match base {
        Some(base) => base.join(text).ok()?,
        None => Url::parse(text).ok()?,
    };
    (matches!(url.scheme(), "http" | "https") && url.host_str().is_some()).then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_depends_on_where_the_parts_end() {
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
        assert_eq!(digest(["ab"]).len(), 32);
    }

    #[test]
    fn links_that_are_not_for_browsers_are_refused() {
        let base = Url::parse("https://x.example/a/b").ok();
        assert_eq!(link("c?d", base.as_ref()).as_deref(), Some("https://x.example/a/c?d"));
        for bad in ["javascript:alert(1)", "data:text/html,x", "mailto:a@b.example", "", "  "] {
            assert_eq!(link(bad, base.as_ref()), None, "{bad}");
        }
        assert_eq!(link("tag:x,2020:1", None), None);
    }

    #[test]
    fn a_password_in_an_address_is_refused_without_repeating_it() {
        let error = address("url", "https://jan:geheim@x.example/").unwrap_err();
        assert!(error.0.contains("credential") && !error.0.contains("geheim"), "{error}");
        assert!(address("url", "ftp://x.example/").is_err());
        assert!(address("url", "x.example").is_err());
    }
}
