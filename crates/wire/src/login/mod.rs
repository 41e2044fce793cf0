//! Logins as values: from the credential that stands in the configuration to the short-lived one that calls carry.
//!
//! A login is asked what to do ([`Login::ask`]): nothing, because a token can be made on the spot, or a request,
//! whose answer it then reads ([`Login::read`]). Who asks keeps the [`Token`] until it ends. No clock, no network.

mod apple;
mod atproto;
mod google;
mod oauth2;

use http::HeaderValue;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use url::Url;

use crate::{Body, Request, Response, Secret};

pub use apple::AppStoreConnect;
pub use atproto::AppPassword;
pub use google::ServiceAccount;
pub use oauth2::{ClientAuth, OAuth2};

/// A token is renewed so long before it ends.
pub const EARLY: SignedDuration = SignedDuration::from_secs(90);

/// What a login gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What calls carry.
    pub access: Secret,
    /// What renews it without the credential. Where it rotates, the latest one counts.
    pub refresh: Option<Secret>,
    /// When `access` ends; `None` when nobody says so.
    pub expires: Option<Timestamp>,
    /// When the login itself ends and a person has to renew it; `None` when nobody says so.
    pub ends: Option<Timestamp>,
}

impl Token {
    /// Whether it can be used at `now` and for a little longer.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|end| now.saturating_add(EARLY).is_ok_and(|soon| soon < end))
    }
}

/// What has to be done for a token.
#[derive(Debug)]
pub enum Grant {
    /// Nothing: here it is.
    Ready(Token),
    /// Send this; its answer goes to [`Login::read`].
    Ask(Request),
}

/// Why there is no token. Never holds a secret or an answer's body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The configured credential lacks a part.
    #[error("the credential lacks `{0}`: write it as JSON, {{\"{0}\": \"…\"}}, or as lines `{0}=…`")]
    Part(&'static str),
    /// The configured credential cannot be used.
    #[error("the credential cannot be used: {0}")]
    Credential(String),
    /// The answer holds no token.
    #[error("the login was answered without a token: {0}")]
    Answer(String),
}

/// One way to log in.
pub trait Login: Send + Sync {
    /// What to do for a token. `held` is the token of before, which may have ended; leave it out after a refresh was
    /// refused, so that the credential itself is used.
    ///
    /// # Errors
    /// [`LoginError`] when the credential cannot be used.
    fn ask(&self, credential: &Secret, held: Option<&Token>, now: Timestamp) -> Result<Grant, LoginError>;

    /// Reads the (2xx) answer.
    ///
    /// # Errors
    /// [`LoginError::Answer`] when it holds no token.
    fn read(&self, held: Option<&Token>, response: &Response) -> Result<Token, LoginError>;

    /// Whether a refused call says that the token has ended, so that a new one may help.
    fn has_ended(&self, response: &Response) -> bool {
        response.status == http::StatusCode::UNAUTHORIZED
    }
}

/// The parts of a credential: a JSON object, lines `name=value`, or one text that stands for `alone`.
///
/// # Errors
/// [`LoginError::Part`] when the part is missing.
pub fn part(credential: &Secret, name: &'static str, alone: bool) -> Result<Secret, LoginError> {
    let text = credential.reveal().trim();
    if text.starts_with('{') {
        let json: Value = serde_json::from_str(text)
            .map_err(|e| LoginError::Credential(format!("it is no JSON (line {})", e.line())))?;
        let found = json.get(name).and_then(Value::as_str).map(Secret::new);
        return found.ok_or(LoginError::Part(name));
    }
    let line = text.lines().find_map(|line| line.trim().strip_prefix(name)?.trim_start().strip_prefix('='));
    match line {
        Some(value) => Ok(Secret::new(value.trim())),
        None if alone && !text.is_empty() && !text.contains('\n') => Ok(Secret::new(text)),
        None => Err(LoginError::Part(name)),
    }
}

/// The header of a bearer token, marked as sensitive.
///
/// # Errors
/// [`LoginError::Credential`] when the token holds what no header may hold.
pub fn bearer(token: &Secret) -> Result<HeaderValue, LoginError> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.reveal())).map_err(|_| {
        LoginError::Credential("it holds a line break or another control character".to_owned())
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// A POST of a form to a token address.
fn form(url: &Url, fields: &[(&str, &str)]) -> Request {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = post(url.clone(), "application/x-www-form-urlencoded");
    request.body = Body::Bytes(body.into());
    request
}

/// A POST that a login may send twice: a second token does no harm.
fn post(url: Url, content_type: &'static str) -> Request {
    let mut request = Request::api(http::Method::POST, url);
    request.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    request.repeatable = true;
    request
}

fn authorize(mut request: Request, value: HeaderValue) -> Request {
    request.headers.insert(AUTHORIZATION, value);
    request
}

/// The body of a login's answer.
fn json(response: &Response) -> Result<Value, LoginError> {
    serde_json::from_slice(&response.body).map_err(|_| LoginError::Answer("it is no JSON".to_owned()))
}

fn field(body: &Value, name: &'static str) -> Result<Secret, LoginError> {
    let text = body.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
    text.map(Secret::new).ok_or_else(|| LoginError::Answer(format!("`{name}` is missing")))
}

#[cfg(test)]
mod tests_help {
    use super::*;

    pub(super) fn now() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    /// A successful answer.
    pub(super) fn answer(body: &str) -> Response {
        Response {
            status: http::StatusCode::OK,
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::copy_from_slice(body.as_bytes()),
            url: Url::parse("https://id.example/token").unwrap(),
            moved_to: None,
            at: now(),
        }
    }

    /// The `Authorization` header and the body of what a login asks.
    pub(super) fn asked(grant: Grant) -> (String, String) {
        let Grant::Ask(request) = grant else { panic!("nothing is asked") };
        let header = request.headers.get(AUTHORIZATION).map(|v| v.to_str().unwrap().to_owned());
        let body = match request.body {
            Body::Bytes(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
            Body::Empty => String::new(),
        };
        (header.unwrap_or_default(), body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_may_be_json_or_lines_or_one_text() {
        for text in
            [r#"{"client_secret": "s3", "refresh_token": "r"}"#, "client_secret=s3\nrefresh_token = r"]
        {
            let secret = Secret::new(text);
            assert_eq!(part(&secret, "client_secret", true).unwrap().reveal(), "s3");
            assert_eq!(part(&secret, "refresh_token", false).unwrap().reveal(), "r");
            assert_eq!(part(&secret, "password", false), Err(LoginError::Part("password")));
        }
        assert_eq!(part(&Secret::new("s3"), "client_secret", true).unwrap().reveal(), "s3");
        assert!(part(&Secret::new("s3"), "refresh_token", false).is_err());
    }

    #[test]
    fn a_token_is_renewed_before_it_ends() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let token = |seconds| Token {
            access: Secret::new("a"),
            refresh: None,
            expires: Some(now + SignedDuration::from_secs(seconds)),
            ends: None,
        };
        assert!(token(120).is_fresh(now) && !token(60).is_fresh(now) && !token(-5).is_fresh(now));
        assert!(Token { expires: None, ..token(0) }.is_fresh(now));
    }
}
