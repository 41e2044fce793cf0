//! OAuth 2.0 (RFC 6749): client credentials, refresh tokens, and passwords where a platform still knows them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use url::Url;

use super::{Grant, Login, LoginError, Token, authorize, field, form, json, part};
use crate::{Response, Secret};

/// How a client says who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// In the `Authorization: Basic` header.
    Basic,
    /// As `client_id` and `client_secret` in the form.
    Form,
}

/// A token address and how to speak to it.
///
/// The credential is the client's secret alone, or holds `client_secret` and, where the platform wants them,
/// `refresh_token`, or `username` and `password`. With a refresh token the grant is `refresh_token`, with a password
/// it is `password`, else `client_credentials`.
#[derive(Debug, Clone)]
pub struct OAuth2 {
    /// Where tokens are given.
    pub token_url: Url,
    /// Where they are renewed, if elsewhere.
    pub refresh_url: Option<Url>,
    /// The client's public name.
    pub client_id: String,
    /// How it says who it is.
    pub auth: ClientAuth,
    /// What it asks to be allowed.
    pub scope: Option<String>,
    /// How long a login holds without a person, where the platform's documents say so and its answers do not.
    pub holds: Option<SignedDuration>,
}

impl OAuth2 {
    fn request(
        &self,
        url: &Url,
        secret: Option<&Secret>,
        fields: &[(&str, &str)],
    ) -> Result<Grant, LoginError> {
        let mut fields = fields.to_vec();
        if let Some(scope) = &self.scope {
            fields.push(("scope", scope));
        }
        let given = secret.map_or("", Secret::reveal);
        if self.auth == ClientAuth::Form {
            fields.push(("client_id", &self.client_id));
            if !given.is_empty() {
                fields.push(("client_secret", given));
            }
            return Ok(Grant::Ask(form(url, &fields)));
        }
        let basic = STANDARD.encode(format!("{}:{given}", self.client_id));
        let mut value = HeaderValue::from_str(&format!("Basic {basic}"))
            .map_err(|_| LoginError::Credential("the client's id holds a control character".to_owned()))?;
        value.set_sensitive(true);
        Ok(Grant::Ask(authorize(form(url, &fields), value)))
    }
}

impl Login for OAuth2 {
    fn ask(&self, credential: &Secret, held: Option<&Token>, _now: Timestamp) -> Result<Grant, LoginError> {
        let refresh = part(credential, "refresh_token", false).ok();
        let user = part(credential, "username", false).ok();
        // A public client has a refresh token and no secret.
        let secret = match part(credential, "client_secret", refresh.is_none() && user.is_none()) {
            Ok(secret) => Some(secret),
            Err(_) if refresh.is_some() => None,
            Err(error) => return Err(error),
        };
        let refresh = held.and_then(|t| t.refresh.clone()).or(refresh);
        if let Some(refresh) = &refresh {
            let url = self.refresh_url.as_ref().unwrap_or(&self.token_url);
            let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.reveal())];
            return self.request(url, secret.as_ref(), &fields);
        }
        match user {
            Some(user) => {
                let password = part(credential, "password", false)?;
                let fields = [
                    ("grant_type", "password"),
                    ("username", user.reveal()),
                    ("password", password.reveal()),
                ];
                self.request(&self.token_url, secret.as_ref(), &fields)
            }
            None => self.request(&self.token_url, secret.as_ref(), &[("grant_type", "client_credentials")]),
        }
    }

    fn read(&self, held: Option<&Token>, response: &Response) -> Result<Token, LoginError> {
        token_of(held, response, self.holds)
    }
}

/// The token in an answer of a token address (RFC 6749 §5.1), or its error (§5.2).
pub(super) fn token_of(
    held: Option<&Token>,
    response: &Response,
    holds: Option<SignedDuration>,
) -> Result<Token, LoginError> {
    let body = json(response)?;
    if let Some(error) = body.get("error").and_then(Value::as_str) {
        let word: String =
            error.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect();
        return Err(LoginError::Answer(format!("`{word}`")));
    }
    let seconds = body.get("expires_in").and_then(|v| v.as_i64().or_else(|| v.as_str()?.parse().ok()));
    let after = |span| response.at.saturating_add(span).ok();
    let refresh = field(&body, "refresh_token").ok();
    let ends = match (refresh.is_some(), holds) {
        (true, Some(span)) => after(span),
        _ => held.and_then(|t| t.ends),
    };
    Ok(Token {
        access: field(&body, "access_token")?,
        refresh: refresh.or_else(|| held?.refresh.clone()),
        expires: seconds.and_then(|s| after(SignedDuration::from_secs(s))),
        ends,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests_help::{answer, asked, now};
    use super::*;

    fn client(auth: ClientAuth) -> OAuth2 {
        OAuth2 {
            token_url: Url::parse("https://id.example/token").unwrap(),
            refresh_url: None,
            client_id: "shop".into(),
            auth,
            scope: None,
            holds: Some(SignedDuration::from_hours(24 * 30)),
        }
    }

    #[test]
    fn the_grant_follows_from_what_the_credential_holds() {
        let ask = |auth, secret: &str| asked(client(auth).ask(&Secret::new(secret), None, now()).unwrap());
        let (header, body) = ask(ClientAuth::Basic, "s3");
        assert_eq!((header.as_str(), body.as_str()), ("Basic c2hvcDpzMw==", "grant_type=client_credentials"));
        let (header, body) = ask(ClientAuth::Form, "s3");
        assert_eq!(header, "");
        assert_eq!(body, "grant_type=client_credentials&client_id=shop&client_secret=s3");
        let (_, body) = ask(ClientAuth::Basic, "client_secret=s3\nusername=u\npassword=p w");
        assert_eq!(body, "grant_type=password&username=u&password=p+w");
        let (_, body) = ask(ClientAuth::Form, r#"{"refresh_token":"r1"}"#);
        assert_eq!(body, "grant_type=refresh_token&refresh_token=r1&client_id=shop");
    }

    #[test]
    fn a_refresh_token_that_rotates_is_followed_and_one_that_does_not_is_kept() {
        let login = client(ClientAuth::Basic);
        let first = login
            .read(None, &answer(r#"{"access_token":"a1","expires_in":3600,"refresh_token":"r2"}"#))
            .unwrap();
        assert_eq!(first.expires, Some(now() + SignedDuration::from_hours(1)));
        assert_eq!(first.ends, Some(now() + SignedDuration::from_hours(720)));
        let credential = Secret::new(r#"{"client_secret":"s","refresh_token":"r1"}"#);
        let (_, body) = asked(login.ask(&credential, Some(&first), now()).unwrap());
        assert!(body.ends_with("refresh_token=r2"), "{body}");
        let second = login.read(Some(&first), &answer(r#"{"access_token":"a2","expires_in":"60"}"#)).unwrap();
        assert_eq!((second.refresh.unwrap().reveal(), second.ends), ("r2", first.ends));
    }

    #[test]
    fn an_answer_without_a_token_is_named_without_what_it_says() {
        let login = client(ClientAuth::Basic);
        let error = login.read(None, &answer(r#"{"error":"invalid_grant","error_description":"geheim"}"#));
        assert_eq!(error.unwrap_err().to_string(), "the login was answered without a token: `invalid_grant`");
        assert!(login.read(None, &answer("<html>")).is_err());
        assert!(login.read(None, &answer("{}")).is_err());
    }
}
