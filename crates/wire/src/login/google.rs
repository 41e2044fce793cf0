//! Google service accounts: a signed assertion (RS256, RFC 7523) is exchanged for a token of an hour.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;
use url::Url;

use super::oauth2::token_of;
use super::{Grant, Login, LoginError, Token, form, part};
use crate::{Response, Secret};

/// How long an assertion holds; Google refuses more than an hour.
const HOLDS: SignedDuration = SignedDuration::from_hours(1);

/// A service account. The credential is the JSON key file that Google gives.
#[derive(Debug, Clone)]
pub struct ServiceAccount {
    /// What is asked to be allowed, such as `https://www.googleapis.com/auth/androidpublisher`.
    pub scope: String,
    /// Where assertions are exchanged; the file's `token_uri` when left out.
    pub token_url: Option<Url>,
}

impl Login for ServiceAccount {
    fn ask(&self, credential: &Secret, _held: Option<&Token>, now: Timestamp) -> Result<Grant, LoginError> {
        let mail = part(credential, "client_email", false)?;
        let key = part(credential, "private_key", false)?;
        let url = match &self.token_url {
            Some(url) => url.clone(),
            None => Url::parse(part(credential, "token_uri", false)?.reveal())
                .map_err(|e| LoginError::Credential(format!("`token_uri` is no address: {e}")))?,
        };
        let (from, end) = (now.as_second(), now.saturating_add(HOLDS).unwrap_or(now).as_second());
        let claims =
            json!({"iss": mail.reveal(), "scope": self.scope, "aud": url.as_str(), "iat": from, "exp": end});
        let key = EncodingKey::from_rsa_pem(key.reveal().as_bytes())
            .map_err(|_| LoginError::Credential("`private_key` is no RSA key in PEM".to_owned()))?;
        let assertion = jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &key)
            .map_err(|_| LoginError::Credential("`private_key` cannot sign".to_owned()))?;
        let fields =
            [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", &assertion)];
        Ok(Grant::Ask(form(&url, &fields)))
    }

    fn read(&self, _held: Option<&Token>, response: &Response) -> Result<Token, LoginError> {
        token_of(None, response, None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests_help::{answer, asked, now};
    use super::*;
    use jsonwebtoken::{DecodingKey, Validation};
    use serde_json::Value;

    #[test]
    fn the_assertion_is_signed_by_the_account_for_the_token_address() {
        let key = json!({
            "client_email": "gehoor@shop.example", "token_uri": "https://id.example/token",
            "private_key": include_str!("../../fixtures/login/rsa.pem"),
        });
        let login = ServiceAccount { scope: "https://scope.example/reviews".into(), token_url: None };
        let (_, body) = asked(login.ask(&Secret::new(key.to_string()), None, now()).unwrap());
        let assertion =
            url::form_urlencoded::parse(body.as_bytes()).find(|(k, _)| k == "assertion").unwrap().1;
        let public = DecodingKey::from_rsa_pem(include_bytes!("../../fixtures/login/rsa.pub.pem")).unwrap();
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_audience(&["https://id.example/token"]);
        rules.validate_exp = false;
        let claims = jsonwebtoken::decode::<Value>(&assertion, &public, &rules).unwrap().claims;
        assert_eq!(claims["iss"], "gehoor@shop.example");
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3_600);
        let token = login.read(None, &answer(r#"{"access_token":"ya29","expires_in":3599}"#)).unwrap();
        assert_eq!(token.access.reveal(), "ya29");
    }

    #[test]
    fn a_key_file_that_lacks_something_is_named() {
        let login = ServiceAccount { scope: "s".into(), token_url: None };
        let error = login.ask(&Secret::new(r#"{"client_email":"x"}"#), None, now()).unwrap_err();
        assert_eq!(error, LoginError::Part("private_key"));
        let bad = r#"{"client_email":"x","private_key":"nope","token_uri":"https://id.example"}"#;
        assert!(matches!(login.ask(&Secret::new(bad), None, now()), Err(LoginError::Credential(_))));
    }
}
