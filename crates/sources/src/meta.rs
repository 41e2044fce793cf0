//! What Facebook and Instagram have in common: Meta's Graph API (pages of 2025–26; codes partly from memory).
//!
//! Both are read alike: a list of posts, newest first, and under each post its comments. A list says how many comments
//! a post has; where that number has changed since they were read, they are read again. Posts of the last days are
//! looked at with every poll, so that a comment under last week's post is not missed; how far back is configured.
//! Positions are short-lived. Addresses of further pages hold the token: only what says the place is taken out of them.
//!
//! Usage headers are percentages and are read where limits are kept; here only what an error's code says is added. What
//! Meta pushes (edits, deletions, mentions in captions) is read by the kinds `facebook-webhook` and `instagram-webhook`.

pub(crate) mod push;
pub(crate) mod tour;

use gehoor_domain::mention::Draft;
use gehoor_wire::login::part;
use gehoor_wire::signature::sign_hex;
use gehoor_wire::{Request, Response, Secret};
use jiff::SignedDuration;
use serde_json::Value;
use url::Url;

use crate::plug::{BadConfig, Context, Known, ParseError, PlanError, Refusal};
use crate::raw::{self, api, reply};

/// How long it is waited when a limit is reached and nothing says how long: limits count a rolling hour.
const AN_HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The interface in one version.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    base: Url,
    /// Names the credential for limits.
    name: String,
}

impl Graph {
    pub(crate) fn new(base: &str, version: &str, name: String) -> Result<Self, BadConfig> {
        let base = raw::address("base", base)?;
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        let fits = version.strip_prefix('v').and_then(|v| v.split_once('.'));
        if !fits.is_some_and(|(major, minor)| digits(major) && digits(minor)) {
            return Err(BadConfig("`version` is written like v25.0".to_owned()));
        }
        Ok(Self { base: api::end_point(&base, &[version]), name })
    }

    pub(crate) fn url(&self, path: &[&str], fields: &str, limit: &str) -> Url {
        let mut url = api::end_point(&self.base, path);
        url.query_pairs_mut().append_pair("fields", fields).append_pair("limit", limit);
        url
    }

    /// A call with the token in its header (from memory; the documents show it in the address), and with the proof
    /// that the app's secret is known, where the credential holds one.
    pub(crate) fn request(&self, mut url: Url, cx: &Context<'_>) -> Result<Request, PlanError> {
        let credential = cx.credential.ok_or(PlanError::NoCredential)?;
        let token = part(credential, "access_token", true).map_err(|_| PlanError::NoCredential)?;
        if let Ok(secret) = part(credential, "app_secret", false) {
            let key = Secret::new(secret.reveal());
            let proof = sign_hex(&key, token.reveal().as_bytes()).map_err(|_| PlanError::NoCredential)?;
            // Plain digits, without the word before them that a signature in a header has.
            let proof = proof.strip_prefix("sha256=").unwrap_or(&proof);
            url.query_pairs_mut().append_pair("appsecret_proof", proof);
        }
        api::get_with_token(url, &Context { now: cx.now, credential: Some(&token) }, &self.name)
    }
}

/// An id in a path: letters, digits and `_` only.
pub(crate) fn id_of(key: &str, text: &str) -> Result<String, BadConfig> {
    let text = text.trim();
    let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b));
    if fits { Ok(text.to_owned()) } else { Err(BadConfig(format!("`{key}` is the number of the account"))) }
}

/// The entries of an answer.
pub(crate) fn list<'a>(body: &'a Value, expected: &'static str) -> Result<&'a [Value], ParseError> {
    if let Some(error) = body.get("error") {
        let why = meaning(error).map_or("an error inside a successful answer", |(why, _)| why);
        return Err(ParseError::Refused(why.to_owned()));
    }
    api::list(body, "data", expected)
}

/// Where the next older page is: those parameters of its address that say the place, never the address itself.
pub(crate) fn next(body: &Value) -> Option<String> {
    let url = Url::parse(api::text(body, "paging/next")?).ok()?;
    let mut place = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url.query_pairs() {
        if matches!(&*name, "after" | "until" | "__paging_token") {
            place.append_pair(&name, &value);
        }
    }
    let place = place.finish();
    // Some lists name the place only beside the address.
    let cursor = || api::text(body, "paging/cursors/after").map(after);
    if place.is_empty() { cursor() } else { Some(place) }
}

fn after(cursor: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair("after", cursor).finish()
}

/// Puts a place of [`next`] into an address.
pub(crate) fn go_to(url: &mut Url, place: &str) {
    url.query_pairs_mut().extend_pairs(url::form_urlencoded::parse(place.as_bytes()));
}

enum Then {
    Wait,
    End,
}

/// What the code of an error means.
fn meaning(error: &Value) -> Option<(&'static str, Then)> {
    let sub = api::at(error, "error_subcode").as_u64();
    Some(match api::at(error, "code").as_u64()? {
        4 | 17 | 32 | 613 | 80_001 | 80_002 => ("the calls of this hour are used up", Then::Wait),
        190 => ("the token has ended or was withdrawn: make a new one and set `credential`", Then::End),
        283 => ("the token lacks `pages_read_user_content`: ask for it in the app's review", Then::End),
        10 | 200..=299 => ("the token lacks a permission for that: look at the app's review", Then::End),
        12 => ("Meta has withdrawn that part of its interface: look for a newer `version`", Then::End),
        100 if sub == Some(33) => {
            ("there is no such page or account, or the token may not see it", Then::End)
        }
        368 => (
            "Meta has blocked the app or account for what it takes for abuse: look at its dashboard",
            Then::End,
        ),
        803 => ("there is no such page or account: check its number", Then::End),
        _ => return None,
    })
}

/// What a refusal's body says.
pub(crate) fn refusal(response: &Response) -> Option<Refusal> {
    let body = api::body(response, "an error of the Graph API").ok()?;
    let (why, then) = meaning(body.get("error")?)?;
    Some(match then {
        Then::End => api::ended(why),
        Then::Wait => Refusal {
            why: why.to_owned(),
            not_before: Some(regain(response).unwrap_or(AN_HOUR)),
            ended: false,
        },
    })
}

/// The refusal of what is gone is the same as of what the token may not see (any more): "does not exist, cannot be
/// loaded due to missing permissions".
pub(crate) const DOUBTS_GONE: bool = true;

/// Whether a refusal says that what was asked for by its number is gone.
pub(crate) fn is_gone(response: &Response) -> bool {
    let body = api::body(response, "an error of the Graph API").unwrap_or_default();
    let error = api::at(&body, "error");
    let code = (api::at(error, "code").as_u64(), api::at(error, "error_subcode").as_u64());
    response.status == http::StatusCode::BAD_REQUEST && code == (Some(100), Some(33))
}

/// What an answer says of the post or comment that was asked for by its number: whether it stands. Its words are not
/// compared: nobody says that the fields are the same.
pub(crate) fn read_recheck(known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
    const EXPECTED: &str = "a post or comment as the Graph API gives it";
    let Some(one) = known.first() else { return Ok(Vec::new()) };
    if is_gone(response) {
        return Ok(reply::settle(std::slice::from_ref(one), Vec::new()));
    }
    let body = api::body(response, EXPECTED)?;
    match api::id(&body, "id") {
        Some(id) if id == one.external_id => Ok(Vec::new()),
        _ => Err(api::other_shape(EXPECTED)),
    }
}

/// Asks whether a post or comment still stands.
pub(crate) fn recheck(
    graph: &Graph,
    known: &[Known],
    cx: &Context<'_>,
) -> Option<Result<Request, PlanError>> {
    let id = known.first().map(|one| one.external_id.as_str()).filter(|id| id_of("id", id).is_ok())?;
    let mut url = api::end_point(&graph.base, &[id]);
    url.query_pairs_mut().append_pair("fields", "id");
    Some(graph.request(url, cx))
}

/// Whether a refusal concerns all that the token may do, and not one post.
pub(crate) fn is_of_all(response: &Response) -> bool {
    let body = api::body(response, "an error of the Graph API").unwrap_or_default();
    let code = api::at(&body, "error/code").as_u64();
    // 1 and 2 are Meta's own troubles; 102 is the older form of 190 (both from memory).
    matches!(code, Some(1 | 2 | 10 | 12 | 102 | 190 | 200..=299 | 368))
}

/// How many minutes it takes until calls are allowed again, where the header says so.
fn regain(response: &Response) -> Option<SignedDuration> {
    let usage: Value = serde_json::from_str(response.header("x-business-use-case-usage")?).ok()?;
    let all = usage.as_object()?.values().filter_map(Value::as_array).flatten();
    let minutes = all.filter_map(|one| api::at(one, "estimated_time_to_regain_access").as_i64()).max()?;
    (minutes > 0).then(|| SignedDuration::from_mins(minutes.min(24 * 60)))
}

#[cfg(test)]
mod tests;
