//! Names of things, one type each, so that a shop is never passed where a source is meant.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Why a text is not a valid name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a valid {what}: use 1 to {max} of a-z, 0-9, `-`, `_` and `.`, starting with a letter or digit"
)]
pub struct BadId {
    what: &'static str,
    text: String,
    max: usize,
}

const MAX_SLUG: usize = 80;

fn is_slug(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text.len() <= MAX_SLUG
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads the name; the only way in.
            ///
            /// # Errors
            /// [`BadId`] when the text holds anything but small letters, digits, `-`, `_` and `.`.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                if is_slug(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(BadId { what: $what, text: text.to_owned(), max: MAX_SLUG })
                }
            }
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                Self::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::parse(text)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

slug!(/** One configured thing that is polled or listened to. */ SourceId, "source name");
slug!(/** A shop, a region or head office. */ LocationId, "location name");
slug!(/** A group of people that owns cases; its queue carries the same name. */ TeamId, "team name");
slug!(/** A person who logs in, or a program with a token. */ UserId, "user name");
slug!(/** A configured way out: helpdesk, chat, mail or webhook. */ OutletId, "outlet name");
slug!(/** A monitored brand. */ BrandId, "brand name");

/// One public text. Derived from source and external id, so that the same post always has the same name (IN-2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MentionId(String);

impl MentionId {
    /// Derives the name: the first 20 hexadecimal digits of SHA-256 over `source`, a zero byte and `external_id`.
    #[must_use]
    pub fn derive(source: &SourceId, external_id: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(source.as_str().as_bytes());
        hash.update([0]);
        hash.update(external_id.as_bytes());
        let mut text = hex::encode(hash.finalize());
        text.truncate(20);
        Self(text)
    }
    /// Reads a name from a link or a form; `None` unless it has 20 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 20 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
            .then(|| Self(text.to_owned()))
    }
    /// The name as text: 20 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MentionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who wrote it, stable within one platform: `platform:id-or-handle`, or one of its own for an unknown author.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuthorKey(pub String);

impl fmt::Display for AuthorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// The name as a store key: zero-padded, so that text order is number order.
            #[must_use]
            pub fn key(self) -> String {
                format!("{:012}", self.0)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

number!(/** One customer's problem, counted from 1. */ CaseId);
number!(/** An alert, counted from 1. */ AlertId);
number!(/** A promise within its case, counted from 1. */ PromiseId);
number!(/** A reply within its case, counted from 1. */ ReplyId);

/// Names one effect for ever; it is the idempotency key that goes out with it (EF-1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EffectKey(pub String);

impl EffectKey {
    /// `case-<id>:<stage>:<outlet>`; `stage` says what happened and its count, such as `queue-2` or `amber-first`.
    #[must_use]
    pub fn of_case(case: CaseId, stage: &str, outlet: &OutletId) -> Self {
        Self(format!("case-{case}:{stage}:{outlet}"))
    }
    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl EffectKey {
    /// `alert-<id>:<how often people were told>:<outlet>`.
    #[must_use]
    pub fn of_alert(alert: AlertId, told: u32, outlet: &OutletId) -> Self {
        Self(format!("alert-{alert}:{told}:{outlet}"))
    }
    /// `alert-<id>:over-<how often people were told>:<outlet>`: that it is over is told once for all of them.
    #[must_use]
    pub fn of_alert_over(alert: AlertId, told: u32, outlet: &OutletId) -> Self {
        Self(format!("alert-{alert}:over-{told}:{outlet}"))
    }
    /// `digest-<name>:<user>-<day>:<outlet>`: one a day and person.
    #[must_use]
    pub fn of_digest(digest: &str, user: &UserId, date: jiff::civil::Date, outlet: &OutletId) -> Self {
        Self(format!("digest-{digest}:{user}-{date}:{outlet}"))
    }
    /// What the keys of all effects of an alert begin with.
    #[must_use]
    pub fn prefix_of_alert(alert: AlertId) -> String {
        format!("alert-{alert}:")
    }
}

impl TeamId {
    /// Stands where a policy has no team at all, which [`crate::policy::Policy::validate`] refuses.
    #[must_use]
    pub fn nobody() -> Self {
        Self("nobody".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_refuse_what_could_break_a_key_a_path_or_a_page() {
        for bad in ["", "Ünder", "a/b", "a b", "-a", "<b>", "A", &"x".repeat(81)] {
            assert!(SourceId::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(SourceId::parse("shop-12.nl_a").unwrap().as_str(), "shop-12.nl_a");
    }

    #[test]
    fn the_same_post_always_has_the_same_name() {
        let source = SourceId::parse("a").unwrap();
        assert_eq!(MentionId::derive(&source, "1"), MentionId::derive(&source, "1"));
        assert_ne!(MentionId::derive(&source, "1"), MentionId::derive(&SourceId::parse("a1").unwrap(), ""));
        assert_eq!(
            MentionId::parse(MentionId::derive(&source, "1").as_str()),
            Some(MentionId::derive(&source, "1"))
        );
    }
}
