//! Web hooks of helpdesks: signatures in the forms that they use, over the raw bytes, compared in constant time.
//!
//! Where a time is signed, it may lie five minutes from ours, either way. Where none is, an old message may be sent
//! again by whoever saw it: news of tickets do no harm twice, because the next question to the helpdesk corrects them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gehoor_domain::case::TicketState;
use gehoor_wire::signature::TOLERANCE;
use hmac::{Hmac, Mac};
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::answer::never;
use crate::plug::{Context, Refusal, TicketNews};

/// Bytes that are signed, in parts.
type Parts<'a> = &'a [&'a [u8]];

/// A header as text.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Refusal> {
    headers.get(name).and_then(|v| v.to_str().ok()).map(str::trim).ok_or_else(|| {
        never(format!(
            "the web hook has no `{name}`: check that it is set to sign with the secret of this outlet"
        ))
    })
}

/// The secret that both sides know.
fn key<'a>(cx: &Context<'a>) -> Result<&'a [u8], Refusal> {
    let secret = cx.credential.map(|s| s.reveal().trim().as_bytes()).filter(|s| !s.is_empty());
    secret.ok_or_else(|| never("there is no secret for the web hook of this outlet: set one, here and there"))
}

fn check(expected: &[u8], given: Option<Vec<u8>>) -> Result<(), Refusal> {
    match given {
        Some(given) if bool::from(expected.ct_eq(&given)) => Ok(()),
        _ => Err(never(
            "the web hook is not signed with the secret of this outlet: set the same secret here and there",
        )),
    }
}

fn sha256(key: &[u8], parts: Parts<'_>) -> Result<Vec<u8>, Refusal> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key).map_err(|_| never("set another secret for the web hook"))?;
    parts.iter().for_each(|part| mac.update(part));
    Ok(mac.finalize().into_bytes().to_vec())
}

/// Hexadecimal HMAC-SHA256, after `sha256=`.
pub(crate) fn hex_sha256(signature: &str, parts: Parts<'_>, cx: &Context<'_>) -> Result<(), Refusal> {
    let given = signature.strip_prefix("sha256=").and_then(|text| hex::decode(text).ok());
    check(&sha256(key(cx)?, parts)?, given)
}

/// Hexadecimal HMAC-SHA1, after `sha1=`.
pub(crate) fn hex_sha1(signature: &str, parts: Parts<'_>, cx: &Context<'_>) -> Result<(), Refusal> {
    let mut mac =
        Hmac::<Sha1>::new_from_slice(key(cx)?).map_err(|_| never("set another secret for the web hook"))?;
    parts.iter().for_each(|part| mac.update(part));
    let given = signature.strip_prefix("sha1=").and_then(|text| hex::decode(text).ok());
    check(&mac.finalize().into_bytes(), given)
}

/// HMAC-SHA256 in base64.
pub(crate) fn base64_sha256(signature: &str, parts: Parts<'_>, cx: &Context<'_>) -> Result<(), Refusal> {
    check(&sha256(key(cx)?, parts)?, STANDARD.decode(signature).ok())
}

/// Whether a message is of now.
pub(crate) fn is_fresh(at: Option<Timestamp>, now: Timestamp) -> Result<(), Refusal> {
    match at {
        Some(at) if now.duration_since(at).abs() <= TOLERANCE => Ok(()),
        _ => Err(never(
            "the web hook is of another time than now: check that both clocks agree within five minutes",
        )),
    }
}

/// The body as JSON. It is believed only after its signature was checked.
pub(crate) fn body(body: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(body)
        .map_err(|_| never("the web hook sends no JSON: set its format to JSON, or make it anew"))
}

/// One ticket's news; nothing when the message is about something else.
pub(crate) fn news(id: Option<String>, state: Option<TicketState>) -> Vec<TicketNews> {
    let ticket = id.filter(|id| !id.is_empty()).zip(state);
    ticket.map(|(id, state)| TicketNews { id, state }).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use gehoor_wire::Secret;

    use super::*;

    #[test]
    fn the_published_vectors_are_met_and_nothing_else_is() {
        // RFC 4231 and RFC 2202, test case 2.
        let secret = Secret::new("Jefe");
        let cx = Context { now: Timestamp::UNIX_EPOCH, credential: Some(&secret) };
        let parts: Parts<'_> = &[b"what do ya want ", b"for nothing?"];
        let two = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let one = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
        let base = STANDARD.encode(hex::decode(&two[7..]).unwrap());
        assert!(hex_sha256(two, parts, &cx).is_ok() && hex_sha1(one, parts, &cx).is_ok());
        assert!(base64_sha256(&base, parts, &cx).is_ok());
        for wrong in ["", "sha256=", &two[..20], &one[5..], "é", &two.replace('5', "6")] {
            assert!(
                hex_sha256(wrong, parts, &cx).is_err() && hex_sha1(wrong, parts, &cx).is_err(),
                "{wrong}"
            );
            assert!(base64_sha256(wrong, parts, &cx).is_err());
        }
        let none = Context { now: Timestamp::UNIX_EPOCH, credential: None };
        assert!(hex_sha256(two, parts, &none).unwrap_err().reason.contains("secret"));
    }

    #[test]
    fn what_is_five_minutes_old_is_believed_and_a_second_more_is_not() {
        let at = |s| Timestamp::from_second(s).ok();
        assert!(is_fresh(at(700), Timestamp::from_second(1000).unwrap()).is_ok());
        assert!(is_fresh(at(1301), Timestamp::from_second(1000).unwrap()).is_err());
        assert!(is_fresh(None, Timestamp::UNIX_EPOCH).is_err());
    }
}
