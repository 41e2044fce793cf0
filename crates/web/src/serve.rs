//! Listening, and stopping without cutting anybody off.

use std::net::SocketAddr;

use axum::{Extension, Router};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Told to handlers, so that streams without an end of their own stop too.
#[derive(Clone)]
pub(crate) struct Stop(pub(crate) CancellationToken);

/// Serves until the token is cancelled; then takes no new connections, lets running requests end (each has its time
/// limit), ends the streams of live changes, and returns.
///
/// # Errors
/// What the listener gives.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let service =
        router.layer(Extension(Stop(shutdown.clone()))).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown.cancelled_owned()).await
}
