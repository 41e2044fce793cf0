//! Runs the house: loops and pages, until it is told to stop.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use gehoor_engine::Engine;
use gehoor_web::{DemoLogin, Options, router};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::assemble::{Data, engine_to_serve, open_data};
use crate::config::{Config, ServerConfig};
use crate::telemetry;

/// Runs until SIGTERM or Ctrl-C.
///
/// # Errors
/// When the data folder cannot be opened, the port is taken, or the configuration cannot be used.
pub fn run(config: &Config) -> Result<()> {
    let metrics = telemetry::counting();
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(async {
        let data = open_data(&config.data.dir)?;
        let engine = engine_to_serve(config, &data)?;
        if engine.users()?.is_empty() {
            tracing::warn!(
                "nobody can log in yet: stop, then `gehoor user add NAME --role admin --config FILE`"
            );
        }
        let listener = TcpListener::bind(&config.server.listen).await.with_context(|| {
            format!("cannot listen on {}: is another program using it?", config.server.listen)
        })?;
        tracing::info!(address = config.server.listen, "gehoor serves its pages");
        let stop = stop_signal();
        serve(&engine, listener, &config.server, Vec::new(), metrics, stop).await?;
        close(data).await
    })
}

/// Starts the loops and serves pages until `stop`; then ends both.
///
/// # Errors
/// When the server fails.
pub async fn serve(
    engine: &Engine,
    listener: TcpListener,
    server: &ServerConfig,
    demo_logins: Vec<DemoLogin>,
    metrics: Option<metrics_exporter_prometheus::PrometheusHandle>,
    stop: CancellationToken,
) -> Result<()> {
    let rendered = metrics.map(|handle| {
        let upkeep = handle.clone();
        let stop = stop.clone();
        tokio::spawn(async move {
            while !stop.is_cancelled() {
                upkeep.run_upkeep();
                tokio::time::sleep(std::time::Duration::from_secs(5)).await;
            }
        });
        Arc::new(move || handle.render()) as Arc<dyn Fn() -> String + Send + Sync>
    });
    let options = Options {
        engine: engine.clone(),
        base_url: server.base_url.clone(),
        secure_cookies: server.secure_cookies,
        trusted_proxy: server.trusted_proxy,
        metrics: rendered,
        brand_name: engine.setup().brand.name.clone(),
        demo_logins,
    };
    engine.start();
    let served = gehoor_web::serve(listener, router(options), stop).await;
    engine.stop().await;
    served.context("the web server failed")
}

/// Closes the data folder after the last round of every loop.
///
/// # Errors
/// When the store cannot be closed cleanly; nothing acknowledged is lost even then.
pub async fn close(data: Data) -> Result<()> {
    let Data { store, index, .. } = data;
    drop(index);
    tokio::task::spawn_blocking(move || store.close())
        .await
        .context("closing stopped unexpectedly")?
        .context("the data folder could not be closed cleanly")?;
    Ok(())
}

/// Cancelled on SIGTERM or Ctrl-C.
#[must_use]
pub fn stop_signal() -> CancellationToken {
    let token = CancellationToken::new();
    let told = token.clone();
    tokio::spawn(async move {
        let interrupt = tokio::signal::ctrl_c();
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            }
            Err(_) => {
                let _ = interrupt.await;
            }
        }
        tracing::info!("stopping: every loop ends its round");
        told.cancel();
    });
    token
}
