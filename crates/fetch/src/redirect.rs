//! Where a redirect leads and what may go along.
//!
//! Followed by hand, because every step has to be looked at: credentials, bodies and anything a plug put into the
//! headers never leave the origin they were meant for.

use gehoor_wire::Body;
use gehoor_wire::link::same_origin;
use http::{HeaderMap, Method, StatusCode, header};
use url::Url;

/// Headers that say nothing about who asks; only these go to another origin.
const HARMLESS: [header::HeaderName; 3] = [header::ACCEPT, header::ACCEPT_LANGUAGE, header::CACHE_CONTROL];

/// Headers that do not count as a secret when the question is whether a request carries one.
const NOT_SECRET: [header::HeaderName; 9] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::ACCEPT_ENCODING,
    header::CACHE_CONTROL,
    header::CONTENT_TYPE,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::RANGE,
    header::USER_AGENT,
];

/// One request of a chain.
#[derive(Clone)]
pub struct Step {
    /// GET, POST, …
    pub method: Method,
    /// The whole address.
    pub url: Url,
    /// Headers, those of conditional requests included.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
}

impl Step {
    pub(crate) fn is_safe(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD)
    }

    /// Whether something in it is meant for its own origin only.
    fn carries_a_secret(&self) -> bool {
        let has_user = !self.url.username().is_empty() || self.url.password().is_some();
        has_user || self.headers.keys().any(|name| !NOT_SECRET.contains(name))
    }
}

/// The next step, or why there is none, in words for people.
///
/// GET and HEAD stay what they are. Of other methods, 303 means "look there", 307 and 308 "send it there"; 301 and
/// 302 are not followed: some servers mean one and some the other, and a message that was turned into a GET would
/// look delivered without being so.
pub(crate) fn follow(
    step: &Step,
    has_credential: bool,
    status: StatusCode,
    location: &str,
) -> Result<Step, String> {
    let mut url =
        step.url.join(location).map_err(|_| "redirects to an address that cannot be read".to_owned())?;
    url.set_fragment(None);
    // Errors only for URLs without a host, which have no user either; the guard refuses those.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let there = url.origin().ascii_serialization();
    let keeps_method = match status.as_u16() {
        _ if step.is_safe() => true,
        303 => false,
        307 | 308 => true,
        code => {
            return Err(format!(
                "answered {code} to a {}: configure the new address at {there}",
                step.method
            ));
        }
    };
    let stays = same_origin(&step.url, &url) || is_upgrade(&step.url, &url);
    if !stays && (has_credential || step.carries_a_secret() || (keeps_method && step.body != Body::Empty)) {
        return Err(format!(
            "redirects to {there}, where credentials and messages are not sent along: if it is the right place, \
             configure it as the address"
        ));
    }
    let mut next = Step { url, ..step.clone() };
    if !stays {
        next.headers = HARMLESS
            .iter()
            .filter_map(|name| Some((name.clone(), step.headers.get(name)?.clone())))
            .collect();
    }
    if !keeps_method {
        next.method = Method::GET;
        next.body = Body::Empty;
        next.headers.remove(header::CONTENT_TYPE);
        next.headers.remove(header::CONTENT_LENGTH);
    }
    Ok(next)
}

/// From plain to encrypted at the same host, both at their usual ports.
fn is_upgrade(from: &Url, to: &Url) -> bool {
    from.scheme() == "http"
        && to.scheme() == "https"
        && from.host() == to.host()
        && from.port().is_none()
        && to.port().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn step(method: Method, url: &str, headers: &[(&'static str, &str)], body: &'static str) -> Step {
        let body = if body.is_empty() { Body::Empty } else { Body::Bytes(body.into()) };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        Step { method, url: Url::parse(url).unwrap(), headers: map, body }
    }

    fn next(step: &Step, status: u16, location: &str) -> Result<Step, String> {
        follow(step, false, StatusCode::from_u16(status).unwrap(), location)
    }

    #[test]
    fn relative_targets_are_resolved_and_fragments_and_users_dropped() {
        let page = step(Method::GET, "https://a.example/x/y?q=1", &[], "");
        assert_eq!(next(&page, 301, "../z#top").unwrap().url.as_str(), "https://a.example/z");
        assert_eq!(next(&page, 302, "//b.example/").unwrap().url.as_str(), "https://b.example/");
        let with_user = next(&page, 302, "https://me:pw@a.example/").unwrap();
        assert_eq!(with_user.url.as_str(), "https://a.example/");
        assert!(next(&page, 302, "http://[bad").is_err());
    }

    #[test]
    fn only_harmless_headers_reach_another_origin() {
        let page = step(
            Method::GET,
            "https://a.example/",
            &[("accept", "text/html"), ("if-none-match", "\"a\""), ("accept-language", "nl")],
            "",
        );
        let there = next(&page, 302, "https://b.example/").unwrap();
        let mut names: Vec<&str> = there.headers.keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "accept-language"]);
        assert_eq!(next(&page, 302, "/other").unwrap().headers.len(), 3);
    }

    #[test]
    fn secrets_never_follow_to_another_origin() {
        let secrets = [
            step(Method::GET, "https://a.example/", &[("authorization", "Bearer x")], ""),
            step(Method::GET, "https://a.example/", &[("cookie", "x")], ""),
            step(Method::GET, "https://a.example/", &[("x-api-key", "x")], ""),
            step(Method::GET, "https://me:pw@a.example/", &[], ""),
        ];
        for secret in secrets {
            for there in
                ["https://b.example/", "http://a.example/", "https://a.example:8443/", "https://x.a.example/"]
            {
                let why = next(&secret, 302, there).err().expect("refused");
                assert!(why.contains("not sent along"), "{why}");
            }
            assert!(next(&secret, 302, "/same").is_ok());
        }
        let named = step(Method::GET, "https://a.example/", &[], "");
        assert!(follow(&named, true, StatusCode::FOUND, "https://b.example/").is_err());
    }

    #[test]
    fn an_upgrade_to_https_at_the_same_host_keeps_everything() {
        let plain = step(Method::GET, "http://a.example/", &[("authorization", "Bearer x")], "");
        assert!(next(&plain, 301, "https://a.example/").unwrap().headers.contains_key("authorization"));
        let odd_port = step(Method::GET, "http://a.example:8080/", &[("authorization", "Bearer x")], "");
        assert!(next(&odd_port, 301, "https://a.example/").is_err());
    }

    #[test]
    fn a_message_is_sent_on_looked_after_or_stopped() {
        let message =
            step(Method::POST, "https://a.example/t", &[("content-type", "application/json")], "{}");
        for status in [307, 308] {
            let on = next(&message, status, "/new").unwrap();
            assert_eq!((on.method, on.body != Body::Empty), (Method::POST, true));
            assert!(next(&message, status, "https://b.example/").is_err());
        }
        let look = next(&message, 303, "/done").unwrap();
        assert_eq!((look.method, look.body, look.headers.len()), (Method::GET, Body::Empty, 0));
        for status in [301, 302] {
            let why = next(&message, status, "https://a.example/new").err().expect("stopped");
            assert_eq!(
                why,
                format!("answered {status} to a POST: configure the new address at https://a.example")
            );
        }
    }
}
