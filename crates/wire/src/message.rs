//! Requests and responses as values.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use url::Url;

use crate::Mail;

/// What is sent with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// Bytes; the content type stands in the headers.
    Bytes(Bytes),
}

/// One request. Headers may hold credentials: do not log them.
#[derive(Clone)]
pub struct Request {
    /// GET, POST, …
    pub method: Method,
    /// Where.
    pub url: Url,
    /// Headers; `User-Agent`, validators and limits are added by the sender.
    pub headers: HeaderMap,
    /// What is sent with it.
    pub body: Body,
    /// Names the credential for rate limits, such as `mastodon:account-1`; never the credential itself.
    pub credential: Option<String>,
    /// Whether robots.txt has to allow it (pages and feeds: yes; contract APIs with a token: no).
    pub obey_robots: bool,
    /// Whether it may be sent twice: GET, or a call with an idempotency key.
    pub repeatable: bool,
    /// Whether validators (ETag, Last-Modified) of the last answer are sent with it.
    pub conditional: bool,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Neither headers nor query: both may hold tokens. The path of a webhook is itself a secret, so a path is
        // shown of public pages only.
        let mut shown = f.debug_struct("Request");
        shown.field("method", &self.method).field("host", &self.url.host_str());
        if self.obey_robots {
            shown.field("path", &self.url.path());
        }
        shown.finish_non_exhaustive()
    }
}

impl Request {
    /// A polite GET of a public page or feed: robots.txt obeyed, conditional, repeatable.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: Body::Empty,
            credential: None,
            obey_robots: true,
            repeatable: true,
            conditional: true,
        }
    }
    /// A call of an API: no robots.txt, not conditional; repeatable when it is a GET or PUT.
    #[must_use]
    pub fn api(method: Method, url: Url) -> Self {
        let repeatable = method == Method::GET || method == Method::PUT;
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Body::Empty,
            credential: None,
            obey_robots: false,
            repeatable,
            conditional: false,
        }
    }
}

/// What goes out: a request or a mail.
#[derive(Debug, Clone)]
pub enum Outgoing {
    /// Over HTTP.
    Http(Request),
    /// Over SMTP.
    Mail(Mail),
}

/// What came back, whole and decompressed, within the caps.
#[derive(Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, decompressed.
    pub body: Bytes,
    /// The URL that answered, after redirects.
    pub url: Url,
    /// Set when every redirect on the way was permanent (301, 308): the new address.
    pub moved_to: Option<Url>,
    /// When it was received.
    pub at: Timestamp,
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body holds texts of people, headers and query may hold tokens: logs get none of them.
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("host", &self.url.host_str())
            .field("body_bytes", &self.body.len())
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

impl Response {
    /// A header as text, if it is there and readable.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_logged_of_a_call_holds_neither_secrets_nor_texts() {
        let url = Url::parse("https://hooks.example/T1/B2/pathsecret?token=querysecret").unwrap();
        let mut request = Request::api(Method::POST, url.clone());
        request.headers.insert("authorization", http::HeaderValue::from_static("Bearer headersecret"));
        request.body = Body::Bytes(Bytes::from_static(b"a complaint"));
        let response = Response {
            status: StatusCode::OK,
            headers: request.headers.clone(),
            body: Bytes::from_static(b"a complaint"),
            url,
            moved_to: None,
            at: Timestamp::UNIX_EPOCH,
        };
        let mail = Mail {
            from: "gehoor@shop.example".to_owned(),
            to: vec!["jo@shop.example".to_owned()],
            subject: "a complaint".to_owned(),
            text: "a complaint".to_owned(),
            in_reply_to: None,
            references: Vec::new(),
            by_hand: false,
            message_id: "m1".to_owned(),
            server: "office".to_owned(),
        };
        let outgoing = Outgoing::Http(request);
        let logged = format!("{outgoing:?} {response:?} {mail:?}");
        for hidden in ["secret", "complaint", "jo@"] {
            assert!(!logged.contains(hidden), "{hidden} in {logged}");
        }
        assert!(logged.contains("hooks.example") && logged.contains("m1"));
    }

    #[test]
    fn the_path_of_a_public_page_may_be_logged() {
        let page = Request::get(Url::parse("https://example.org/feed?x=1").unwrap());
        let logged = format!("{page:?}");
        assert!(logged.contains("/feed") && !logged.contains("x=1"), "{logged}");
    }
}
