//! How a stream is opened: the first request, and that none of it is logged.

use gehoor_wire::Request;
use http::header::{CONNECTION, HOST, UPGRADE, USER_AGENT};
use http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tracing::instrument::{WithDispatch, WithSubscriber as _};
use tracing::subscriber::NoSubscriber;

use super::READER;

/// Keeps a future out of the log: the library below tells frames and headers at the finest level, and nobody's words
/// or tokens may stand there.
pub(crate) fn silently<F: Future>(future: F) -> WithDispatch<F> {
    future.with_subscriber(NoSubscriber::default())
}

/// The request that opens a stream.
///
/// # Errors
/// What is wrong with its address.
pub(crate) fn hello(request: &Request, user_agent: &str) -> Result<http::Request<()>, String> {
    let mut url = request.url.clone();
    url.set_fragment(None);
    let mut hello =
        url.as_str().into_client_request().map_err(|_| "its address opens no stream".to_owned())?;
    let headers = hello.headers_mut();
    // What the handshake itself is made of, and what is for us.
    let ours: [HeaderName; 4] = [HOST, CONNECTION, UPGRADE, HeaderName::from_static(READER)];
    for (name, value) in &request.headers {
        if !ours.contains(name) && !name.as_str().starts_with("sec-websocket") {
            headers.insert(name.clone(), value.clone());
        }
    }
    if let Ok(agent) = HeaderValue::from_str(user_agent) {
        headers.insert(USER_AGENT, agent);
    }
    Ok(hello)
}
