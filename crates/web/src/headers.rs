//! What every answer carries, so that a browser does nothing with our pages that we did not mean.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::access::cookie;
use crate::options::Web;

/// No inline script or style, nothing from elsewhere.
pub(crate) const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                              img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const FIXED: [(HeaderName, HeaderValue); 5] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // `same-origin`: other sites learn nothing, and forms still carry the `Origin` that is checked.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
        ),
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

/// Middleware: adds the headers.
pub(crate) async fn add(State(web): State<Web>, request: Request, next: Next) -> Response {
    let method = request.method().as_str().to_owned();
    let flash = request
        .headers()
        .get(header::COOKIE)
        .is_some_and(|c| c.as_bytes().windows(6).any(|w| w == b"flash="));
    let fragment = request.headers().contains_key("x-fragment");
    let mut response = next.run(request).await;
    // What was done is said once: on the next whole page.
    let page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    if flash
        && page
        && !fragment
        && method == "GET"
        && let Ok(gone) = HeaderValue::from_str(&cookie(&web, "flash", String::new(), 0).to_string())
    {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    let status = response.status().as_u16().to_string();
    metrics::counter!("gehoor_http_requests_total", "method" => method, "status" => status).increment(1);
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, value);
    }
    // What is shown belongs to one reader; only assets say otherwise.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if web.options().secure_cookies {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_nothing_unsafe_and_nothing_from_elsewhere() {
        assert!(
            !CSP.contains("unsafe") && !CSP.contains('*') && !CSP.contains("http") && !CSP.contains("data:")
        );
        assert_eq!(
            CSP,
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
    }
}
