//! Every address, and what stands around all of them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Request, StatusCode};
use axum::middleware::{from_fn_with_state as layer, map_response};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, body::Body};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::options::{Options, Web};
use crate::pages::{
    alerts, cases, coverage, inbox, login, many, many_replies, models, promises, queue, ranking, replies,
    search, settings, sources, trends, workload,
};
use crate::{access, api, assets, error, export, headers, live};

/// The longest that an answer takes; then the reader is told to try again.
const PATIENCE: Duration = Duration::from_secs(30);
/// The largest body; deliveries of webhooks have their own limit.
const MAX_BODY: usize = 6 * 1024 * 1024;

/// Numbers requests, so that a page with an error and the log can be brought together.
#[derive(Clone, Default)]
struct Numbers(std::sync::Arc<AtomicU64>);

impl MakeRequestId for Numbers {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        let n = self.0.fetch_add(1, Ordering::Relaxed);
        HeaderValue::from_str(&format!("r{n:08x}")).ok().map(RequestId::new)
    }
}

/// All pages, the interface for programs, assets and live changes.
pub fn router(options: Options) -> Router {
    let web = Web::new(options);
    let pages = Router::new()
        .route("/", get(inbox::home))
        .route("/login", get(login::show).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/inbox", get(inbox::show))
        .route("/cases/export.csv", get(export::cases::csv))
        .route("/cases/many", post(many::many))
        .route("/cases/{id}", get(inbox::case))
        .route("/cases/{id}/row", get(inbox::row))
        .route("/cases/{id}/evidence.html", get(export::evidence::html))
        .route("/cases/{id}/evidence.json", get(export::evidence::json))
        .route("/cases/{id}/presence", post(workload::presence))
        .route("/cases/{id}/{action}", post(cases::act))
        .route("/search", get(search::show))
        .route("/search/export.csv", get(export::mentions::csv))
        .route("/search/export.jsonl", get(export::mentions::jsonl))
        .route("/trends", get(trends::show))
        .route("/trends/{what}", get(export::trends::csv))
        .route("/alerts", get(alerts::list))
        .route("/alerts/{id}", get(alerts::why))
        .route("/alerts/{id}/ack", post(alerts::acknowledge))
        .route("/silences", get(alerts::silences).post(alerts::add))
        .route("/silences/{id}/end", post(alerts::end))
        .route("/sources", get(sources::list))
        .route("/sources/coverage", get(coverage::show))
        .route("/sources/{id}/poll", post(sources::poll))
        .route("/promises", get(promises::list))
        .route("/promises/export.csv", get(promises::csv))
        .route("/workload", get(workload::show))
        .route("/workload/next", post(workload::next))
        .route("/replies", get(replies::list))
        .route("/replies/many", get(many_replies::show).post(many_replies::send))
        .route("/queue", get(queue::list))
        .route("/queue/resend", post(queue::resend))
        .route("/settings", get(settings::show))
        .route("/settings/ranking", get(ranking::show))
        .route("/settings/models", get(models::show))
        .route("/settings/models/again", post(models::again))
        .route("/settings/models/corrections.jsonl", get(models::corrections))
        .route("/settings/look", post(settings::look))
        .route("/settings/password", post(settings::password))
        .route("/settings/users", post(settings::put_user))
        .route("/settings/tokens", post(settings::add_token))
        .route("/settings/tokens/{id}/revoke", post(settings::revoke_token))
        .fallback(|| async { error::Fail::NotFound })
        .layer(layer(web.clone(), access::own_forms))
        .layer(map_response(bare_to_fail))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| panicked()))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .layer(layer(web.clone(), error::pages));
    let programs = Router::new()
        .nest("/api/v1", api::router())
        .route("/ingest/{source}", post(api::ingest::ingest).get(api::ingest::confirm))
        .route("/hooks/{outlet}", post(api::ingest::hook))
        .route("/health/live", get(api::health::live))
        .route("/health/ready", get(api::health::ready))
        .route("/metrics", get(api::health::metrics))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| panicked()))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .layer(map_response(bare_to_problem));
    // A stream has no end of its own: no time limit.
    let open_ended = Router::new()
        .route("/live", get(live::live))
        .route("/assets/{hash}/{name}", get(assets::serve))
        .layer(layer(web.clone(), error::pages));
    let around = ServiceBuilder::new()
        .layer(SetRequestIdLayer::x_request_id(Numbers::default()))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(layer(web.clone(), headers::add))
        .layer(CompressionLayer::new())
        .layer(DefaultBodyLimit::max(MAX_BODY));
    pages.merge(programs).merge(open_ended).layer(around).with_state(web)
}

/// Path only: a query may hold words that somebody searches for.
fn span(request: &Request<Body>) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|v| v.to_str().ok()).unwrap_or("");
    tracing::info_span!("http", request.id = id, http.method = %request.method(), http.path = request.uri().path())
}

/// A panic is a mistake of ours in one page; the others go on.
fn panicked() -> Response {
    use axum::response::IntoResponse;
    tracing::error!("a handler panicked");
    error::Fail::Inside.into_response()
}

/// What the framework itself refuses has no body: programs get a problem there too.
async fn bare_to_problem(response: Response) -> Response {
    use axum::response::IntoResponse;
    let status = response.status();
    let bare = !response.headers().contains_key("content-type");
    if bare && (status.is_client_error() || status.is_server_error()) {
        return api::problem::Problem::new(status, "the request could not be carried out: try again later")
            .into_response();
    }
    response
}

/// Extractors of the framework answer with bare statuses and English text: give those our page too.
async fn bare_to_fail(mut response: Response) -> Response {
    let status = response.status();
    if response.extensions().get::<error::Fail>().is_none() {
        let fail = match status {
            StatusCode::METHOD_NOT_ALLOWED => Some(error::Fail::NotFound),
            // A path that cannot be read, such as `/cases/x`.
            StatusCode::BAD_REQUEST
                if response
                    .headers()
                    .get("content-type")
                    .is_some_and(|t| t.as_bytes().starts_with(b"text/plain")) =>
            {
                Some(error::Fail::NotFound)
            }
            _ => None,
        };
        if let Some(fail) = fail {
            response.extensions_mut().insert(fail);
        }
    }
    response
}
