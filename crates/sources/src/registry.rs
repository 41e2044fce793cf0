//! All kinds of sources, by name. One line a kind.

use crate::plug::{BadConfig, Kind, Source};

/// Every kind that this program knows, in the order of the alphabet.
pub const KINDS: &[&Kind] = &[
    // One line a kind.
    &crate::app_store::KIND,
    &crate::app_store_connect::KIND,
    &crate::bluesky::KIND,
    &crate::discourse::KIND,
    &crate::discourse_webhook::KIND,
    &crate::email::KIND,
    &crate::facebook::KIND,
    &crate::facebook_webhook::KIND,
    &crate::feed::KIND,
    &crate::feedback_company::KIND,
    &crate::google_business::KIND,
    &crate::google_play::KIND,
    &crate::hacker_news::KIND,
    &crate::instagram::KIND,
    &crate::instagram_webhook::KIND,
    &crate::jetstream::KIND,
    &crate::declarative::KIND,
    &crate::kiyoh::KIND,
    &crate::lemmy::KIND,
    &crate::mastodon::KIND,
    &crate::reddit::KIND,
    &crate::schema_org::KIND,
    &crate::stack_exchange::KIND,
    &crate::trustpilot::KIND,
    &crate::trustpilot::WEBHOOK,
    &crate::webhook::KIND,
    &crate::webwinkelkeur::KIND,
    &crate::x::KIND,
    &crate::youtube::KIND,
];

/// Kinds that are not built, each with the reason: what these platforms give may not be stored, and whatever is not
/// stored can neither become a case nor be counted. Terms as read in 2026; the day that Yelp
/// allows is from memory.
pub const FORBIDDEN: &[(&str, &str)] = &[
    (
        "google-places",
        "the terms of the Google Maps Platform (3.2.3) forbid to copy and save reviews: only the id of a place may be \
         kept. Your own locations are read by the kind `google-business`, which has all reviews and not five",
    ),
    (
        "tripadvisor",
        "the terms of the Tripadvisor Content API forbid to cache, store or index anything but the id of a location. \
         Let its mails about new reviews come in as mail, or as items that you enter yourselves",
    ),
    (
        "yelp",
        "Yelp gives at most three excerpts of 160 characters and forbids to keep them for longer than a day. Let its \
         mails about new reviews come in as mail, or as items that you enter yourselves",
    ),
];

/// Why a kind of that name, or of another name of the same platform, is not built; `None` when nothing is against it.
#[must_use]
pub fn forbidden(name: &str) -> Option<&'static str> {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let meant = match plain.as_str() {
        "googleplaces" | "googleplace" | "googlemaps" | "googlemapsplaces" | "places" => "google-places",
        "tripadvisor" | "tripadvisorcontent" => "tripadvisor",
        "yelp" | "yelpfusion" | "yelpplaces" => "yelp",
        _ => return None,
    };
    FORBIDDEN.iter().find(|(name, _)| *name == meant).map(|(_, reason)| *reason)
}

/// The kind of that name.
#[must_use]
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|k| k.name == name)
}

/// Builds one configured source.
///
/// # Errors
/// [`BadConfig`] when the kind is unknown or may not be built, or its own keys are wrong.
pub fn build(kind_name: &str, table: &toml::Table) -> Result<Box<dyn Source>, BadConfig> {
    if let Some(reason) = forbidden(kind_name) {
        return Err(BadConfig(format!("the kind `{kind_name}` is not built: {reason}")));
    }
    let Some(kind) = kind(kind_name) else {
        let known: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
        return Err(BadConfig(format!("unknown kind `{kind_name}`; known kinds: {}", known.join(", "))));
    };
    (kind.build)(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_be_stored_is_refused_with_the_reason() {
        for (name, reason) in FORBIDDEN {
            assert!(kind(name).is_none(), "{name} must not stand among the kinds");
            let error = build(name, &toml::Table::new()).err().unwrap();
            assert!(error.0.contains(reason) && !reason.ends_with('.'), "{error}");
        }
        assert!(forbidden("Google_Places").is_some() && forbidden("places").is_some());
        let unknown = build("nieuws", &toml::Table::new()).err().unwrap();
        assert!(unknown.0.contains("known kinds"), "{unknown}");
    }

    #[test]
    fn no_kind_that_is_built_is_forbidden() {
        for kind in KINDS {
            assert_eq!(forbidden(kind.name), None, "{}", kind.name);
        }
    }
}
