//! `POST /ingest/{source}`: deliveries of pushed sources. Verified, parsed and committed before the answer.

use std::sync::LazyLock;

use axum::Json;
use axum::body::Bytes;
use axum::body::to_bytes;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use gehoor_domain::ids::{OutletId, SourceId};
use gehoor_engine::EngineError;
use serde::Serialize;
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::options::Web;

/// Largest delivery.
const MAX_BODY: usize = 5 * 1024 * 1024;
/// Deliveries worked on at the same time; more are asked to come back.
static PLACES: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(16));

/// What was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Accepted {
    /// New or changed mentions; 0 for a delivery that was known already.
    pub(crate) accepted: usize,
}

/// Takes a delivery of a webhook source.
#[utoipa::path(
    post, path = "/ingest/{source}", tag = "ingest",
    params(
        ("source" = String, Path, description = "The name of a source that takes deliveries"),
        ("key" = Option<String>, Query, description = "The secret, for kinds whose platform signs nothing"),
        ("webhook-id" = String, Header, description = "Standard Webhooks: names the delivery"),
        ("webhook-timestamp" = String, Header, description = "Standard Webhooks: seconds since 1970"),
        ("webhook-signature" = String, Header, description = "Standard Webhooks: `v1,` and the signature in base64"),
    ),
    request_body(content = String, content_type = "application/json"),
    responses(
        (status = 202, description = "Committed", body = Accepted),
        (status = 400, description = "The body cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "The signature does not hold", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such source, or it takes no deliveries", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Larger than 5 MiB", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many at once: come back", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ingest(
    State(web): State<Web>,
    Path(source): Path<String>,
    request: Request,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    let source =
        SourceId::parse(&source).map_err(|_| Problem::not_found("there is no source of this name"))?;
    let kind = content_type(request.headers())?;
    let query = request.uri().query().unwrap_or_default();
    let key = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "key")
        .map(|(_, value)| value.into_owned());
    let (parts, body) = taken(request).await?;
    answer(web.engine().receive(&source, &parts.headers, key.as_deref(), Some(&kind), &body).await)
}

/// Answers a platform that checks the address of a source before it pushes to it.
#[utoipa::path(
    get, path = "/ingest/{source}", tag = "ingest",
    params(
        ("source" = String, Path, description = "The name of a source that takes deliveries with a signature of the platform's own"),
        ("hub.mode" = String, Query, description = "`subscribe`"),
        ("hub.verify_token" = String, Query, description = "The token that was agreed"),
        ("hub.challenge" = String, Query, description = "What is to be said back"),
    ),
    responses(
        (status = 200, description = "What `hub.challenge` held", body = String, content_type = "text/plain"),
        (status = 400, description = "The challenge cannot be said back", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "The token is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such source, or its address is not checked", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn confirm(
    State(web): State<Web>,
    Path(source): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<String, Problem> {
    let source =
        SourceId::parse(&source).map_err(|_| Problem::not_found("there is no source of this name"))?;
    let query = query.unwrap_or_default();
    let of = |wanted: &str| {
        let found = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let said = web.engine().confirm(&source, &of("hub.mode"), &of("hub.verify_token"), &of("hub.challenge"));
    said.map_err(|error| match error {
        EngineError::Forbidden(why) => Problem::new(StatusCode::UNAUTHORIZED, why),
        error => error.into(),
    })
}

/// Takes what a helpdesk pushes about its tickets, signed in its own way.
#[utoipa::path(
    post, path = "/hooks/{outlet}", tag = "ingest",
    params(("outlet" = String, Path, description = "The name of an outlet with a `hook` secret")),
    request_body(content = String, content_type = "application/json"),
    responses(
        (status = 202, description = "Taken; how many tickets had news", body = Accepted),
        (status = 401, description = "The signature does not hold", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such outlet, or it takes no pushes", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Larger than 5 MiB", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many at once: come back", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn hook(
    State(web): State<Web>,
    Path(outlet): Path<String>,
    request: Request,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    let outlet =
        OutletId::parse(&outlet).map_err(|_| Problem::not_found("there is no outlet of this name"))?;
    let (parts, body) = taken(request).await?;
    answer(web.engine().receive_hook(&outlet, &parts.headers, &body).await)
}

/// The parts of a delivery, within the limits.
async fn taken(request: Request) -> Result<(Parts, Bytes), Problem> {
    let _place = PLACES.try_acquire().map_err(|_| {
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many deliveries at once: send this one again later")
    })?;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await.map_err(|_| {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "a delivery has at most 5 MiB: send several")
    })?;
    Ok((parts, body))
}

fn answer(done: Result<usize, EngineError>) -> Result<(StatusCode, Json<Accepted>), Problem> {
    match done {
        Ok(accepted) => Ok((StatusCode::ACCEPTED, Json(Accepted { accepted }))),
        // Here `forbidden` means that the signature does not hold: nobody is known yet.
        Err(EngineError::Forbidden(why)) => Err(Problem::new(StatusCode::UNAUTHORIZED, why)),
        Err(error) => Err(error.into()),
    }
}

/// JSON in one of its forms.
fn content_type(headers: &HeaderMap) -> Result<String, Problem> {
    let text = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let kind = text.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let json = kind == "application/json"
        || kind == "application/x-ndjson"
        || (kind.starts_with("application/") && kind.ends_with("+json"));
    if json {
        Ok(text.to_owned())
    } else {
        Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send `Content-Type: application/json`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_json_is_taken() {
        for (kind, good) in [
            ("application/json; charset=utf-8", true),
            ("application/cloudevents+json", true),
            ("text/html", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            assert_eq!(content_type(&headers).is_ok(), good, "{kind}");
        }
    }
}
