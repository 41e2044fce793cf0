//! What was just done, said once on the next page. The cookie holds the name of a text and a number, so nobody can
//! make a page say anything else by setting it.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::access::cookie;
use crate::options::Web;

/// What can be said.
const KNOWN: [&str; 47] = [
    "done-reply-checked",
    "done-reply-block",
    "done-reply-offered",
    "done-reply-act",
    "done-taken",
    "done-assigned",
    "done-released",
    "done-note",
    "done-reply",
    "done-private",
    "done-waiting",
    "done-promise",
    "done-kept",
    "done-withdrawn",
    "done-handed-over",
    "done-given-back",
    "done-closed",
    "done-reopened",
    "done-overruled",
    "done-located",
    "done-responsible",
    "done-corrected",
    "done-split",
    "done-merged",
    "done-acknowledged",
    "done-silenced",
    "done-silence-ended",
    "done-resent",
    "done-polled",
    "done-user",
    "done-password",
    "done-token-revoked",
    "done-look",
    "done-logged-in",
    "done-logged-out",
    "done-nothing",
    "done-step",
    "done-token",
    "done-next",
    "done-next-none",
    "done-next-full",
    "done-accepted",
    "done-dismissed",
    "done-called",
    "done-snoozed",
    "done-woken",
    "done-judged-again",
];

/// Reads the cookie.
pub(crate) fn read(value: &str) -> Option<(&'static str, i64)> {
    let (key, number) = value.split_once('.')?;
    let key = KNOWN.into_iter().find(|k| *k == key)?;
    Some((key, number.parse().ok()?))
}

/// To a page of ours, with what was done.
pub(crate) fn done(web: &Web, to: &str, key: &'static str, number: u64) -> Response {
    let mut response = Redirect::to(to).into_response();
    let value = cookie(web, "flash", format!("{key}.{number}"), 30).to_string();
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Tongue;

    #[test]
    fn only_texts_that_we_know_can_be_said() {
        assert_eq!(read("done-closed.7"), Some(("done-closed", 7)));
        assert_eq!(read("<b>.7"), None);
        assert_eq!(read("done-closed.<b>"), None);
    }

    #[test]
    fn everything_that_a_page_says_was_done_is_said() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut folders = vec![root];
        let mut said = std::collections::BTreeSet::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                said.extend(text.split('"').filter(|t| is_done(t)).map(str::to_owned));
            }
        }
        assert!(said.len() > 30, "only {} found", said.len());
        let missing: Vec<_> = said.iter().filter(|key| !KNOWN.contains(&key.as_str())).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    fn is_done(text: &str) -> bool {
        text.strip_prefix("done-")
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
    }

    #[test]
    fn everything_that_can_be_said_has_words() {
        for key in KNOWN {
            for tongue in [Tongue::Nl, Tongue::En] {
                assert!(tongue.find(key, &[("n", crate::locale::Arg::N(1))]).is_some(), "{key}");
            }
        }
    }
}
