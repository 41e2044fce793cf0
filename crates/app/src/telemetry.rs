//! Logs and metrics of the program itself. Logs go to standard error; standard output belongs to the commands.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts logging: `GEHOOR_LOG` says what (such as `info,gehoor_fetch=debug`), `json` says how.
pub(crate) fn logging(json: bool, default: &str) {
    let filter = EnvFilter::try_from_env("GEHOOR_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let registry = tracing_subscriber::registry().with(filter);
    // A second start (in tests) is harmless: the first one holds.
    let _ = if json {
        registry.with(tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr)).try_init()
    } else {
        registry.with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr)).try_init()
    };
}

/// Starts counting; the handle renders what was counted. None when somebody else counts already.
pub(crate) fn counting() -> Option<PrometheusHandle> {
    PrometheusBuilder::new().install_recorder().ok()
}
