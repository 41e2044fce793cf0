//! What every plug of a JSON API needs: the body as JSON or a plain word on what it is instead, fields that may be
//! missing, and a request that carries its token where no log sees it.

use gehoor_wire::{Request, Response};
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, Method};
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{bytes, when, words};
use crate::plug::{Context, ParseError, PlanError, Refusal, Warning};

/// The body of an answer; `expected` says what it should have been.
pub(crate) fn body(response: &Response, expected: &'static str) -> Result<Value, ParseError> {
    let text = bytes::to_text(&response.body, response.header("content-type"));
    let text = text.trim_start_matches('\u{feff}');
    serde_json::from_str(text).map_err(|e| {
        let found = match words::what_is(text) {
            what if what.starts_with("JSON") => {
                format!("JSON that breaks off or is not well-formed at line {}", e.line())
            }
            what => what,
        };
        ParseError::Shape { expected, found }
    })
}

/// What is said of JSON that is well-formed and something else.
pub(crate) fn other_shape(expected: &'static str) -> ParseError {
    ParseError::Shape { expected, found: "JSON of another shape".to_owned() }
}

/// The list at a path such as `data/children`.
pub(crate) fn list<'a>(of: &'a Value, path: &str, expected: &'static str) -> Result<&'a [Value], ParseError> {
    at(of, path).as_array().map(Vec::as_slice).ok_or_else(|| other_shape(expected))
}

/// What stands at a path such as `author/did`; null when nothing does.
pub(crate) fn at<'a>(of: &'a Value, path: &str) -> &'a Value {
    path.split('/').try_fold(of, |value, name| value.get(name)).unwrap_or(&Value::Null)
}

/// A text that is not blank.
pub(crate) fn text<'a>(of: &'a Value, path: &str) -> Option<&'a str> {
    at(of, path).as_str().filter(|t| !t.trim().is_empty())
}

/// An id: a text, or a whole number as text.
pub(crate) fn id(of: &Value, path: &str) -> Option<String> {
    match at(of, path) {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

/// A count; what is missing, negative or no number counts as nothing.
pub(crate) fn count(of: &Value, path: &str) -> u64 {
    at(of, path).as_u64().unwrap_or(0)
}

/// Whether a field is there and true.
pub(crate) fn is(of: &Value, path: &str) -> bool {
    at(of, path).as_bool() == Some(true)
}

/// A date as text.
pub(crate) fn date(of: &Value, path: &str) -> Option<Timestamp> {
    text(of, path).and_then(when::lenient)
}

/// Seconds since 1970, whole or not.
pub(crate) fn unix(of: &Value, path: &str) -> Option<Timestamp> {
    let value = at(of, path);
    if let Some(seconds) = value.as_i64() {
        return Timestamp::from_second(seconds).ok();
    }
    let seconds = value.as_f64().filter(|s| s.abs() < 1e11)?;
    Timestamp::from_duration(jiff::SignedDuration::try_from_secs_f64(seconds).ok()?).ok()
}

/// A GET of an API.
pub(crate) fn get(url: Url) -> Request {
    let mut request = Request::api(Method::GET, url);
    request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    request
}

/// A GET that carries the token, if there is one; `name` names the credential for limits.
pub(crate) fn get_with_token(url: Url, cx: &Context<'_>, name: &str) -> Result<Request, PlanError> {
    let mut request = get(url);
    if let Some(token) = cx.credential {
        let value = gehoor_wire::login::bearer(token).map_err(|_| PlanError::NoCredential)?;
        request.headers.insert(AUTHORIZATION, value);
        request.credential = Some(name.to_owned());
    }
    Ok(request)
}

/// The address of an end point below a base: each part becomes one segment of the path.
pub(crate) fn end_point(base: &Url, path: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// Host and, where it is not the usual one, port.
pub(crate) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// A refusal that needs a person.
pub(crate) fn ended(why: &str) -> Refusal {
    Refusal { why: why.to_owned(), not_before: None, ended: true }
}

/// A warning about one item.
pub(crate) fn left_out(item: String, because: &str) -> Warning {
    Warning { item, problem: format!("{because}: it was left out") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_of_seconds_are_dates_whole_or_not() {
        let of = json!({"a": 1_714_730_400, "b": 1_714_730_400.5, "c": 1e300, "d": "x", "e": -1});
        assert_eq!(unix(&of, "a").unwrap().to_string(), "2024-05-03T10:00:00Z");
        assert_eq!(unix(&of, "b").unwrap().to_string(), "2024-05-03T10:00:00.5Z");
        assert_eq!((unix(&of, "c"), unix(&of, "d")), (None, None));
    }

    #[test]
    fn a_path_of_names_is_followed_as_far_as_it_goes() {
        let of = json!({"a": {"b": {"c": 7}}});
        assert_eq!(
            (id(&of, "a/b/c").as_deref(), count(&of, "a/b/c"), count(&of, "a/x/c")),
            (Some("7"), 7, 0)
        );
        assert_eq!(text(&of, "a/b"), None);
    }

    #[test]
    fn a_part_of_a_path_cannot_leave_its_place() {
        let base = Url::parse("https://forum.example/talk/?x=1").unwrap();
        assert_eq!(
            end_point(&base, &["t", "a/../b?"]).as_str(),
            "https://forum.example/talk/t/a%2F..%2Fb%3F"
        );
    }
}
