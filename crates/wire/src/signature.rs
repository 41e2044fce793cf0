//! Signed webhooks: ours that go out, and others' that come in.
//!
//! Standard Webhooks 1.0.0 (`webhook-id`, `webhook-timestamp`, `webhook-signature`) both ways, and the
//! `sha256=<hex>` form of GitHub, Meta and Redmine for what comes in. Signatures are over the raw bytes: verify
//! before parsing. Several secrets may be valid at once, so that a key can be changed without a gap.

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use hmac::{Hmac, Mac};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::Secret;
use crate::headers::texts;

/// How far the time of a message may lie from ours, either way (that of the reference libraries).
pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Most signatures that are tried in one header: each costs a hash over the body for every secret.
const MOST_SIGNATURES: usize = 10;

/// Secrets are often pasted without their padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a message cannot be signed or is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The secret is not `whsec_` and base64.
    #[error("the webhook secret cannot be read: give `whsec_` followed by base64 of 24 to 64 random bytes")]
    Secret,
    /// The id of a message is empty, has a point (it separates what is signed) or cannot stand in a header.
    #[error("the message id cannot be signed: use visible ASCII without a point, at most 256 characters")]
    Id,
    /// A header is missing.
    #[error("the header `{0}` is missing or cannot be read")]
    Header(&'static str),
    /// The time of the message is more than five minutes away.
    #[error("the message is from another time than now: its clock and ours must agree within five minutes")]
    Time,
    /// No signature fits.
    #[error("no signature fits: the secret differs or the body was changed on the way")]
    Mismatch,
}

/// What a verified message says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Unique, and the same on every try: drop what was seen already.
    pub id: String,
    /// When this try was sent.
    pub at: Timestamp,
}

/// Signs a message by Standard Webhooks: the value of `webhook-signature`. `at` is the time of this try.
///
/// # Errors
/// When the secret or the id cannot be used.
pub fn sign(secret: &Secret, id: &str, at: Timestamp, body: &[u8]) -> Result<String, SignatureError> {
    check_id(id)?;
    let mac = standard_mac(secret, id, &at.as_second().to_string(), body)?;
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

/// The three headers of a signed message, for [`crate::Request::headers`].
///
/// # Errors
/// As [`sign`].
pub fn sign_headers(
    secret: &Secret,
    id: &str,
    at: Timestamp,
    body: &[u8],
) -> Result<[(HeaderName, HeaderValue); 3], SignatureError> {
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| SignatureError::Id);
    Ok([
        (HeaderName::from_static("webhook-id"), value(id)?),
        (HeaderName::from_static("webhook-timestamp"), HeaderValue::from(at.as_second())),
        (HeaderName::from_static("webhook-signature"), value(&sign(secret, id, at, body)?)?),
    ])
}

/// Verifies a message by Standard Webhooks (or its older `svix-` names) against every secret that is valid now.
///
/// # Errors
/// Says what is wrong; the message is not to be read then.
pub fn verify(
    secrets: &[Secret],
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Verified, SignatureError> {
    let id = one(headers, "webhook-id", "svix-id")?;
    let sent_at = one(headers, "webhook-timestamp", "svix-timestamp")?;
    let signatures = one(headers, "webhook-signature", "svix-signature")?;
    check_id(id)?;
    let at = unix_seconds(sent_at).ok_or(SignatureError::Header("webhook-timestamp"))?;
    if now.duration_since(at).abs() > TOLERANCE {
        return Err(SignatureError::Time);
    }
    // Other versions, such as the asymmetric `v1a`, are passed over.
    let given: Vec<&str> =
        signatures.split(' ').filter_map(|s| s.strip_prefix("v1,")).take(MOST_SIGNATURES).collect();
    for secret in secrets {
        let expected = standard_mac(secret, id, sent_at, body)?.finalize().into_bytes();
        for signature in &given {
            let decoded = STANDARD.decode(signature).unwrap_or_default();
            if bool::from(expected.as_slice().ct_eq(&decoded)) {
                return Ok(Verified { id: id.to_owned(), at });
            }
        }
    }
    Err(SignatureError::Mismatch)
}

/// Signs a body in the form of GitHub: `sha256=` and lower-case hex. The secret is taken as its bytes.
///
/// # Errors
/// When the secret is empty.
pub fn sign_hex(secret: &Secret, body: &[u8]) -> Result<String, SignatureError> {
    Ok(format!("sha256={}", hex::encode(hex_mac(secret, body)?.finalize().into_bytes())))
}

/// Verifies a `sha256=<hex>` header (`X-Hub-Signature-256`, `X-Redmine-Signature-256`). This form signs no time:
/// the receiver has to drop what it saw before.
///
/// # Errors
/// Says what is wrong; the message is not to be read then.
pub fn verify_hex(secrets: &[Secret], signature: &str, body: &[u8]) -> Result<(), SignatureError> {
    let given = signature.trim().strip_prefix("sha256=").and_then(|text| hex::decode(text).ok());
    let given = given.ok_or(SignatureError::Mismatch)?;
    for secret in secrets {
        let expected = hex_mac(secret, body)?.finalize().into_bytes();
        if bool::from(expected.as_slice().ct_eq(&given)) {
            return Ok(());
        }
    }
    Err(SignatureError::Mismatch)
}

fn one<'a>(headers: &'a HeaderMap, name: &'static str, older: &str) -> Result<&'a str, SignatureError> {
    texts(headers, name).chain(texts(headers, older)).next().ok_or(SignatureError::Header(name))
}

fn standard_mac(secret: &Secret, id: &str, at: &str, body: &[u8]) -> Result<Hmac<Sha256>, SignatureError> {
    let text = secret.reveal().trim();
    let key = LENIENT.decode(text.strip_prefix("whsec_").unwrap_or(text));
    let mut mac = keyed(&key.map_err(|_| SignatureError::Secret)?)?;
    for part in [id.as_bytes(), b".", at.as_bytes(), b".", body] {
        mac.update(part);
    }
    Ok(mac)
}

fn hex_mac(secret: &Secret, body: &[u8]) -> Result<Hmac<Sha256>, SignatureError> {
    let mut mac = keyed(secret.reveal().as_bytes())?;
    mac.update(body);
    Ok(mac)
}

fn keyed(key: &[u8]) -> Result<Hmac<Sha256>, SignatureError> {
    if key.is_empty() {
        return Err(SignatureError::Secret);
    }
    Hmac::new_from_slice(key).map_err(|_| SignatureError::Secret)
}

/// A point in the id would let part of the time pass as part of the id.
fn check_id(id: &str) -> Result<(), SignatureError> {
    let fits = id.bytes().all(|b| b.is_ascii_graphic() && b != b'.');
    if fits && !id.is_empty() && id.len() <= 256 { Ok(()) } else { Err(SignatureError::Id) }
}

/// Digits only: what is signed is the text, and only one text may stand for one time.
fn unix_seconds(text: &str) -> Option<Timestamp> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Timestamp::from_second(text.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::headers::test_help::headers;

    /// The vectors of the reference libraries (standard-webhooks, libraries/python and libraries/rust).
    const VECTORS: [(&str, &str, i64, &str, &str); 2] = [
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
        (
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            1_649_367_553,
            r#"{"email":"test@example.com","username":"test_user"}"#,
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
        ),
    ];

    fn second(at: i64) -> Timestamp {
        Timestamp::from_second(at).unwrap()
    }

    /// The first vector, sent with this signature, received this many seconds later.
    fn receive(signature: &str, late: i64, body: &str) -> Result<Verified, SignatureError> {
        let (secret, id, at, _, _) = VECTORS[0];
        let sent = headers(&[
            ("webhook-id", id),
            ("webhook-timestamp", &at.to_string()),
            ("webhook-signature", signature),
        ]);
        verify(&[Secret::new(secret)], &sent, body.as_bytes(), second(at + late))
    }

    #[test]
    fn the_vectors_of_the_reference_libraries_are_met() {
        for (secret, id, at, body, signature) in VECTORS {
            let secret = Secret::new(secret);
            assert_eq!(sign(&secret, id, second(at), body.as_bytes()).as_deref(), Ok(signature));
            let mut sent = HeaderMap::new();
            sent.extend(sign_headers(&secret, id, second(at), body.as_bytes()).unwrap());
            let verified = verify(&[secret], &sent, body.as_bytes(), second(at));
            assert_eq!(verified, Ok(Verified { id: id.to_owned(), at: second(at) }));
        }
    }

    #[test]
    fn five_minutes_either_way_are_tolerated_and_a_second_more_is_not() {
        let (_, _, _, body, signature) = VECTORS[0];
        for late in [-300, 300] {
            assert!(receive(signature, late, body).is_ok(), "{late}");
        }
        for late in [-301, 301] {
            assert_eq!(receive(signature, late, body), Err(SignatureError::Time), "{late}");
        }
    }

    #[test]
    fn cut_or_foreign_signatures_do_not_fit() {
        let (_, _, _, body, signature) = VECTORS[0];
        let as_other_version = signature.replace("v1,", "v1a,");
        for wrong in
            ["v1,", "v1,g0hM9SsE", &signature[..signature.len() - 1], &as_other_version, "", VECTORS[1].4]
        {
            assert_eq!(receive(wrong, 0, body), Err(SignatureError::Mismatch), "{wrong}");
        }
    }

    #[test]
    fn a_body_that_was_written_anew_does_not_fit() {
        assert_eq!(receive(VECTORS[0].4, 0, r#"{"test":2432232314}"#), Err(SignatureError::Mismatch));
    }

    #[test]
    fn one_right_signature_among_others_is_enough() {
        let (_, _, _, body, signature) = VECTORS[0];
        assert!(receive(&format!("v1a,xx v1,AAAA {signature}"), 0, body).is_ok());
    }

    #[test]
    fn while_a_key_is_changed_both_secrets_are_good() {
        let (secret, id, at, body, signature) = VECTORS[0];
        let sent =
            headers(&[("svix-id", id), ("svix-timestamp", &at.to_string()), ("svix-signature", signature)]);
        let both = [Secret::new(VECTORS[1].0), Secret::new(secret)];
        assert!(verify(&both, &sent, body.as_bytes(), second(at)).is_ok());
        assert_eq!(verify(&both[..1], &sent, body.as_bytes(), second(at)), Err(SignatureError::Mismatch));
        assert_eq!(verify(&[], &sent, body.as_bytes(), second(at)), Err(SignatureError::Mismatch));
    }

    #[test]
    fn an_id_cannot_borrow_from_the_time() {
        let (secret, _, at, _, _) = VECTORS[0];
        for id in ["msg.1614265330", "", "two words", "caf\u{e9}"] {
            assert_eq!(sign(&Secret::new(secret), id, second(at), b"x"), Err(SignatureError::Id), "{id}");
        }
    }

    #[test]
    fn unreadable_secrets_are_named_and_not_shown() {
        for secret in ["whsec_", "whsec_%%%", ""] {
            let error = sign(&Secret::new(secret), "a", second(0), b"").unwrap_err();
            assert_eq!(error, SignatureError::Secret);
            assert!(!error.to_string().contains("%%%"));
        }
    }

    #[test]
    fn missing_headers_are_named() {
        let error = verify(&[], &headers(&[("webhook-id", "a")]), b"", second(0)).unwrap_err();
        assert_eq!(error, SignatureError::Header("webhook-timestamp"));
    }

    #[test]
    fn the_hex_form_fits_its_vector() {
        // RFC 4231 test case 2.
        let secret = Secret::new("Jefe");
        let body = b"what do ya want for nothing?";
        let signature = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(sign_hex(&secret, body).as_deref(), Ok(signature));
        assert_eq!(verify_hex(&[Secret::new("old"), secret.clone()], signature, body), Ok(()));
        for wrong in [&signature[..20], "sha256=", "5bdcc146", "sha1=aa", &signature.replace('5', "6")] {
            assert_eq!(
                verify_hex(std::slice::from_ref(&secret), wrong, body),
                Err(SignatureError::Mismatch),
                "{wrong}"
            );
        }
    }
}
