//! AT Protocol (Bluesky): an app password opens a session; its refresh token, used once, opens the next.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::{Grant, Login, LoginError, Token, authorize, bearer, field, json as body_of, part, post};
use crate::{Body, Response, Secret};

/// A session at an account's server (`com.atproto.server.createSession` and `refreshSession`).
///
/// The credential is the app password.
#[derive(Debug, Clone)]
pub struct AppPassword {
    /// The account's server.
    pub server: Url,
    /// Handle or DID.
    pub identifier: String,
}

impl AppPassword {
    fn method(&self, name: &str) -> Url {
        let mut url = self.server.clone();
        url.set_path(&format!("/xrpc/com.atproto.server.{name}"));
        url
    }
}

impl Login for AppPassword {
    fn ask(&self, credential: &Secret, held: Option<&Token>, now: Timestamp) -> Result<Grant, LoginError> {
        if let Some(refresh) =
            held.filter(|t| t.ends.is_none_or(|end| now < end)).and_then(|t| t.refresh.as_ref())
        {
            let request = post(self.method("refreshSession"), "application/json");
            return Ok(Grant::Ask(authorize(request, bearer(refresh)?)));
        }
        let password = part(credential, "password", true)?;
        let mut request = post(self.method("createSession"), "application/json");
        let body = json!({"identifier": self.identifier, "password": password.reveal()});
        request.body = Body::Bytes(body.to_string().into());
        Ok(Grant::Ask(request))
    }

    fn read(&self, _held: Option<&Token>, response: &Response) -> Result<Token, LoginError> {
        let body = body_of(response)?;
        if body.get("active").and_then(Value::as_bool) == Some(false) {
            return Err(LoginError::Answer("the account is not active".to_owned()));
        }
        let (access, refresh) = (field(&body, "accessJwt")?, field(&body, "refreshJwt")?);
        let (expires, ends) = (end_of(&access), end_of(&refresh));
        Ok(Token { access, refresh: Some(refresh), expires, ends })
    }

    fn has_ended(&self, response: &Response) -> bool {
        // An ended token is a 400 here, told by its name.
        let named = || serde_json::from_slice::<Value>(&response.body).ok();
        response.status == http::StatusCode::UNAUTHORIZED
            || (response.status == http::StatusCode::BAD_REQUEST
                && named().is_some_and(|b| b.get("error").and_then(Value::as_str) == Some("ExpiredToken")))
    }
}

/// When a JWT ends by its own word (`exp`). It is ours to use, not to verify.
fn end_of(token: &Secret) -> Option<Timestamp> {
    let payload = token.reveal().split('.').nth(1)?;
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()?;
    Timestamp::from_second(claims.get("exp")?.as_i64()?).ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests_help::{answer, asked, now};
    use super::*;
    use jiff::SignedDuration;

    fn jwt(end: Timestamp) -> String {
        let claims = URL_SAFE_NO_PAD.encode(json!({"exp": end.as_second()}).to_string());
        format!("e30.{claims}.c2ln")
    }

    #[test]
    fn a_session_is_opened_once_and_then_renewed_by_its_own_token() {
        let login = AppPassword {
            server: Url::parse("https://pds.example").unwrap(),
            identifier: "shop.example".into(),
        };
        let (header, body) = asked(login.ask(&Secret::new("abcd-efgh"), None, now()).unwrap());
        assert_eq!(
            (header.as_str(), body.as_str()),
            ("", r#"{"identifier":"shop.example","password":"abcd-efgh"}"#)
        );
        let hours = |n| now() + SignedDuration::from_hours(n);
        let (access, refresh) = (jwt(hours(2)), jwt(hours(1_000)));
        let given = json!({"accessJwt": access, "refreshJwt": refresh, "did": "did:plc:x"}).to_string();
        let token = login.read(None, &answer(&given)).unwrap();
        assert_eq!((token.expires, token.ends), (Some(hours(2)), Some(hours(1_000))));
        let (header, body) = asked(login.ask(&Secret::new("abcd-efgh"), Some(&token), hours(3)).unwrap());
        assert_eq!((header, body.as_str()), (format!("Bearer {refresh}"), ""));
        let (_, body) = asked(login.ask(&Secret::new("abcd-efgh"), Some(&token), hours(1_001)).unwrap());
        assert!(body.contains("abcd-efgh"));
    }

    #[test]
    fn an_ended_token_is_known_by_its_name() {
        let login =
            AppPassword { server: Url::parse("https://pds.example").unwrap(), identifier: "x".into() };
        let refused = |status: u16, body: &str| {
            login.has_ended(&Response { status: http::StatusCode::from_u16(status).unwrap(), ..answer(body) })
        };
        assert!(refused(400, r#"{"error":"ExpiredToken"}"#) && refused(401, ""));
        assert!(!refused(400, r#"{"error":"InvalidRequest"}"#) && !refused(500, "oops"));
    }
}
