//! App Store Connect: every call carries a token that we sign ourselves (ES256), of at most 20 minutes.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;

use super::{Grant, Login, LoginError, Token, part};
use crate::{Response, Secret};

/// How long a token of ours holds; Apple refuses more than 20 minutes.
const HOLDS: SignedDuration = SignedDuration::from_mins(15);

/// A key of App Store Connect. The credential is the `.p8` file: a private key in PEM.
#[derive(Debug, Clone)]
pub struct AppStoreConnect {
    /// The issuer's id, from the page where keys are made.
    pub issuer: String,
    /// The id of the key.
    pub key_id: String,
}

impl Login for AppStoreConnect {
    fn ask(&self, credential: &Secret, _held: Option<&Token>, now: Timestamp) -> Result<Grant, LoginError> {
        let pem = match part(credential, "private_key", false) {
            Ok(key) => key,
            Err(_) => credential.clone(),
        };
        let key = EncodingKey::from_ec_pem(pem.reveal().as_bytes())
            .map_err(|_| LoginError::Credential("it is no EC key in PEM (a .p8 file)".to_owned()))?;
        let end = now.saturating_add(HOLDS).unwrap_or(now);
        let claims = json!({"iss": self.issuer, "iat": now.as_second(), "exp": end.as_second(), "aud": "appstoreconnect-v1"});
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.key_id.clone());
        let token = jsonwebtoken::encode(&header, &claims, &key)
            .map_err(|_| LoginError::Credential("the key cannot sign".to_owned()))?;
        Ok(Grant::Ready(Token { access: Secret::new(token), refresh: None, expires: Some(end), ends: None }))
    }

    fn read(&self, _held: Option<&Token>, _response: &Response) -> Result<Token, LoginError> {
        Err(LoginError::Answer("nothing was asked".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests_help::now;
    use super::*;
    use jsonwebtoken::{DecodingKey, Validation};
    use serde_json::Value;

    #[test]
    fn the_token_is_signed_on_the_spot_and_short_lived() {
        let login = AppStoreConnect { issuer: "issuer-1".into(), key_id: "KEY1".into() };
        let Grant::Ready(token) =
            login.ask(&Secret::new(include_str!("../../fixtures/login/ec.pem")), None, now()).unwrap()
        else {
            panic!("nothing has to be asked")
        };
        let public = DecodingKey::from_ec_pem(include_bytes!("../../fixtures/login/ec.pub.pem")).unwrap();
        let mut rules = Validation::new(Algorithm::ES256);
        rules.set_audience(&["appstoreconnect-v1"]);
        rules.validate_exp = false;
        let read = jsonwebtoken::decode::<Value>(token.access.reveal(), &public, &rules).unwrap();
        assert_eq!(
            (read.header.kid.as_deref(), read.claims["iss"].as_str()),
            (Some("KEY1"), Some("issuer-1"))
        );
        assert_eq!(token.expires, Some(now() + HOLDS));
    }

    #[test]
    fn a_key_of_another_kind_is_refused() {
        let login = AppStoreConnect { issuer: "i".into(), key_id: "k".into() };
        assert!(matches!(login.ask(&Secret::new("nope"), None, now()), Err(LoginError::Credential(_))));
    }
}
