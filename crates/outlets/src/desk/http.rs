//! Requests to helpdesks: addresses, credentials, JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gehoor_wire::{Body, Request, Secret};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};
use serde_json::Value;
use url::Url;

use crate::answer::never;
use crate::clean;
use crate::plug::{BadConfig, Refusal};

/// How a credential is shown to the other side.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown {
    /// `Authorization`, with a word before it, such as `Bearer`.
    As(&'static str),
    /// `Authorization: Basic`, with this after the credential, such as `:X`.
    Basic(&'static str),
    /// In a header of its own.
    Header(&'static str),
}

/// The credential, when it is one: visible characters only.
pub(crate) fn secret<'a>(credential: Option<&'a Secret>, what: &str) -> Result<&'a str, Refusal> {
    let given = credential
        .ok_or_else(|| never(format!("there is no credential: set `credential` of this outlet to {what}")))?;
    let text = given.reveal().trim();
    if text.is_empty() || text.len() > 8000 || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(never(format!(
            "the credential of this outlet cannot be used: copy the whole of {what}, and only it"
        )));
    }
    Ok(text)
}

/// Puts a credential into the headers of a request, where no log shows it.
pub(crate) fn show(request: &mut Request, secret: &str, shown: Shown) -> Result<(), Refusal> {
    let (name, text) = match shown {
        Shown::As(word) => (AUTHORIZATION, format!("{word}{secret}")),
        Shown::Basic(after) => {
            (AUTHORIZATION, format!("Basic {}", STANDARD.encode(format!("{secret}{after}"))))
        }
        Shown::Header(name) => (HeaderName::from_static(name), secret.to_owned()),
    };
    let mut value = HeaderValue::from_str(&text).map_err(|_| {
        never("the credential of this outlet cannot be used: copy the whole of it, and only it")
    })?;
    value.set_sensitive(true);
    request.headers.insert(name, value);
    Ok(())
}

/// A call below `base`. `kind` names it for rate limits.
pub(crate) fn call(kind: &str, method: Method, base: &Url, path: &[&str]) -> Result<Request, Refusal> {
    let mut url = base.clone();
    url.path_segments_mut()
        .map_err(|()| never("`base` of this outlet is not a web address: set it"))?
        .pop_if_empty()
        .extend(path);
    let mut request = Request::api(method, url);
    request.credential = base.host_str().map(|host| format!("{kind}:{host}"));
    request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    Ok(request)
}

/// Gives a request a JSON body.
pub(crate) fn with_json(mut request: Request, body: &Value) -> Request {
    request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request.body = Body::Bytes(body.to_string().into());
    request
}

/// An address below `base`, for people.
pub(crate) fn page(base: &Url, path: &[&str]) -> Option<String> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    clean::link(url.as_str())
}

/// Checks that a key holds a web address to which paths can be added.
pub(crate) fn check_base(url: &Url) -> Result<(), BadConfig> {
    let fits = matches!(url.scheme(), "http" | "https")
        && url.query().is_none()
        && url.fragment().is_none()
        && clean::link(url.as_str()).is_some();
    if fits {
        return Ok(());
    }
    Err(BadConfig("`base` must be an http or https address without password, `?` and `#`".to_owned()))
}
