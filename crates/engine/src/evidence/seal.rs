//! The signature: Ed25519 over the bytes of the `evidence` member, as they stand in the file.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gehoor_wire::Secret;
use gehoor_wire::login::Token;
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Evidence;
use crate::error::EngineError;
use crate::unpoison;
use crate::vault::TokenHome;

/// The name under which the key is kept in `secrets/`.
pub const SEAL_NAME: &str = "evidence-key";
const ALGORITHM: &str = "ed25519";

/// A signed file, as it is written.
#[derive(Serialize, Deserialize)]
struct Signed {
    evidence: Box<RawValue>,
    signature: Signature,
}

#[derive(Serialize, Deserialize)]
struct Signature {
    algorithm: String,
    /// Hexadecimal.
    public_key: String,
    /// Base64.
    value: String,
}

/// What a genuine file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The evidence.
    pub evidence: Evidence,
    /// Whose signature it has, hexadecimal: compare it with the key of the installation.
    pub public_key: String,
}

/// Why a file is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotGenuine {
    /// It is not a file of ours.
    #[error("it is no evidence file of gehoor, or it was damaged: get the original again")]
    Unreadable,
    /// Something in it was changed after it was signed.
    #[error("the signature does not fit: something was changed after it was signed")]
    Changed,
    /// The page shows something else than what is signed.
    #[error("the page shows something else than what is signed: it was changed by hand")]
    PageChanged,
}

/// The key of this installation, made at the first file.
#[derive(Default)]
pub(crate) struct Seal {
    key: Mutex<Option<Arc<Ed25519KeyPair>>>,
}

impl Seal {
    /// Signs; the key is made and kept where there is none yet.
    pub(crate) fn sign(
        &self,
        home: Option<&dyn TokenHome>,
        evidence: &Evidence,
    ) -> Result<String, EngineError> {
        let key = self.key(home)?;
        let text = serde_json::to_string(evidence).map_err(|error| failed(&error))?;
        // The same bytes stand in the page, where these signs would mean something. They stand within texts only.
        let text = text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
        let signature = Signature {
            algorithm: ALGORITHM.to_owned(),
            public_key: hex::encode(key.public_key()),
            value: STANDARD.encode(key.sign(text.as_bytes())),
        };
        let signed =
            Signed { evidence: RawValue::from_string(text).map_err(|error| failed(&error))?, signature };
        serde_json::to_string(&signed).map_err(|error| failed(&error))
    }

    fn key(&self, home: Option<&dyn TokenHome>) -> Result<Arc<Ed25519KeyPair>, EngineError> {
        let mut known = unpoison(self.key.lock());
        if let Some(key) = &*known {
            return Ok(Arc::clone(key));
        }
        let kept = home.and_then(|home| home.load(SEAL_NAME)).map(|token| token.access);
        let key = match kept {
            // A key that cannot be read is not replaced: files that were signed with it would not be ours any more.
            Some(secret) => read(&secret)?,
            None => {
                let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| unusable())?;
                let secret = Secret::new(STANDARD.encode(made.as_ref()));
                let key = read(&secret)?;
                if let Some(home) = home {
                    let token = Token { access: secret, refresh: None, expires: None, ends: None };
                    home.save(SEAL_NAME, &token).map_err(|why| {
                        EngineError::BadInput(format!("the key for evidence files cannot be kept: {why}"))
                    })?;
                }
                key
            }
        };
        let key = Arc::new(key);
        *known = Some(Arc::clone(&key));
        Ok(key)
    }
}

/// The public key of an installation, hexadecimal; none when it has signed nothing yet.
#[must_use]
pub fn public_key(home: &dyn TokenHome) -> Option<String> {
    let key = read(&home.load(SEAL_NAME)?.access).ok()?;
    Some(hex::encode(key.public_key()))
}

/// Checks a file, JSON or HTML.
///
/// # Errors
/// [`NotGenuine`] with what is wrong with it.
pub fn check(file: &str) -> Result<Checked, NotGenuine> {
    let page = super::signed_part(file);
    let json = page.unwrap_or(file).trim();
    let signed: Signed = serde_json::from_str(json).map_err(|_| NotGenuine::Unreadable)?;
    if signed.signature.algorithm != ALGORITHM {
        return Err(NotGenuine::Unreadable);
    }
    let key = hex::decode(&signed.signature.public_key).map_err(|_| NotGenuine::Unreadable)?;
    let value = STANDARD.decode(&signed.signature.value).map_err(|_| NotGenuine::Unreadable)?;
    UnparsedPublicKey::new(&ED25519, key)
        .verify(signed.evidence.get().as_bytes(), &value)
        .map_err(|_| NotGenuine::Changed)?;
    let evidence: Evidence =
        serde_json::from_str(signed.evidence.get()).map_err(|_| NotGenuine::Unreadable)?;
    if page.is_some() && super::html(&evidence, json) != file {
        return Err(NotGenuine::PageChanged);
    }
    Ok(Checked { evidence, public_key: signed.signature.public_key })
}

fn read(secret: &Secret) -> Result<Ed25519KeyPair, EngineError> {
    let bytes = STANDARD.decode(secret.reveal()).map_err(|_| unusable())?;
    Ed25519KeyPair::from_pkcs8(&bytes).map_err(|_| unusable())
}

fn unusable() -> EngineError {
    EngineError::BadInput(format!(
        "the key `{SEAL_NAME}` in the folder of secrets cannot be used: put the right one back; without it earlier \
         files cannot be shown to be ours"
    ))
}

fn failed(error: &serde_json::Error) -> EngineError {
    EngineError::BadInput(format!("the evidence cannot be written as JSON ({:?})", error.classify()))
}
