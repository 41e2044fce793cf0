//! Which stream a request means, and where in it.

use gehoor_wire::Request;
use url::Url;

use super::READER;

/// The parameter of an address that says where to go on. All others say what the stream is.
const CURSOR: &str = "cursor";

/// What a request for a stream asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    /// Requests with the same key share a socket.
    pub(crate) key: String,
    /// Where to go on, as the server understands it.
    pub(crate) cursor: Option<String>,
}

impl Position {
    pub(crate) fn of(request: &Request) -> Self {
        let mut url: Url = request.url.clone();
        url.set_fragment(None);
        let query = url.query().unwrap_or_default().to_owned();
        let (cursor, rest): (Vec<&str>, Vec<&str>) =
            query.split('&').partition(|pair| pair.split('=').next() == Some(CURSOR));
        let rest = rest.join("&");
        url.set_query(if rest.is_empty() { None } else { Some(&rest) });
        let cursor = cursor.first().and_then(|pair| pair.split_once('=')).map(|(_, value)| value.to_owned());
        let reader = request.headers.get(READER).and_then(|name| name.to_str().ok()).unwrap_or_default();
        let credential = request.credential.as_deref().unwrap_or_default();
        Self {
            key: format!("{reader}\n{credential}\n{url}"),
            cursor: cursor.filter(|cursor| !cursor.is_empty()),
        }
    }
}

/// Whether a socket that was last asked from `before` can go on for `now`: the reader has moved on, or was given
/// nothing. A reader that asks again from where it was has lost what it was given; one that goes back wants it again.
pub(crate) fn goes_on(before: Option<&str>, was_given: bool, now: Option<&str>) -> bool {
    match (before, now) {
        (_, None) => before.is_none(),
        (None, Some(_)) => true,
        (Some(before), Some(now)) if before == now => !was_given,
        (Some(before), Some(now)) => match (before.parse::<u128>(), now.parse::<u128>()) {
            (Ok(before), Ok(now)) => now > before,
            _ => true,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderValue, Method};

    fn of(url: &str) -> Position {
        Position::of(&Request::api(Method::GET, Url::parse(url).unwrap()))
    }

    #[test]
    fn a_cursor_says_where_and_all_else_says_which() {
        let start = of("wss://h.example/subscribe?a=1&b=x%20y");
        let later = of("wss://h.example/subscribe?a=1&cursor=77&b=x%20y#later");
        assert_eq!((start.key.clone(), later.cursor.as_deref()), (later.key, Some("77")));
        assert_ne!(start.key, of("wss://h.example/subscribe?a=2&b=x%20y").key);
        assert_eq!(of("wss://h.example/?cursor=").cursor, None);
    }

    #[test]
    fn readers_and_credentials_have_sockets_of_their_own() {
        let mut one = Request::api(Method::GET, Url::parse("wss://h.example/").unwrap());
        let mut other = one.clone();
        one.headers.insert(READER, HeaderValue::from_static("source-1"));
        other.credential = Some("x".to_owned());
        let keys = [Position::of(&one).key, Position::of(&other).key, of("wss://h.example/").key];
        assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
    }

    #[test]
    fn a_reader_that_does_not_move_after_frames_is_served_from_its_cursor_again() {
        for (before, was_given, now, expected) in [
            (None, true, None, true), // without a cursor nothing can be had again
            (None, true, Some("7"), true),
            (Some("7"), false, Some("7"), true),
            (Some("7"), true, Some("7"), false),
            (Some("7"), true, Some("10"), true),
            (Some("10"), false, Some("7"), false),
            (Some("10"), true, None, false),
            (Some("b"), true, Some("a"), true), // not a number: it cannot be told
        ] {
            assert_eq!(goes_on(before, was_given, now), expected, "{before:?} {was_given} {now:?}");
        }
    }
}
