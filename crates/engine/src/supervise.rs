//! Keeps the loops running: a loop that fails or panics is started again after a while, and the health page says so.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::EngineError;

/// Pauses after a failure: first, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Which loops run, and what went wrong with each last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Supervisor {
    failures: Arc<Mutex<BTreeMap<&'static str, Option<String>>>>,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Supervisor {
    /// Runs `body` again and again until the program stops. `body` does one round and returns; what it returns says
    /// whether to go on at once (`true`) or to wait first for `pause` to end.
    pub(crate) fn run<B, BF, P, PF>(&self, name: &'static str, body: B, pause: P)
    where
        B: Fn() -> BF + Send + Sync + 'static,
        BF: Future<Output = Result<bool, EngineError>> + Send + 'static,
        P: Fn() -> PF + Send + Sync + 'static,
        PF: Future<Output = ()> + Send + 'static,
    {
        self.note(name, None);
        let this = self.clone();
        self.tracker.spawn(async move {
            let mut wait = FIRST_PAUSE;
            while !this.stop.is_cancelled() {
                metrics::counter!("gehoor_loop_rounds_total", "loop" => name).increment(1);
                // A task of its own, so that a panic in one round ends the round and not the loop.
                let outcome = tokio::spawn(body()).await;
                let failure = match outcome {
                    Ok(Ok(more)) => {
                        this.note(name, None);
                        wait = FIRST_PAUSE;
                        if !more {
                            tokio::select! { () = pause() => {}, () = this.stop.cancelled() => {} }
                        }
                        continue;
                    }
                    Ok(Err(error)) => chain(&error),
                    Err(panic) => format!("stopped unexpectedly: {panic}"),
                };
                tracing::error!(loop_name = name, error = failure, "a loop failed; it is started again");
                metrics::counter!("gehoor_loop_failures_total", "loop" => name).increment(1);
                this.note(name, Some(failure));
                tokio::select! { () = tokio::time::sleep(wait) => {}, () = this.stop.cancelled() => {} }
                wait = (wait * 2).min(LONGEST_PAUSE);
            }
        });
    }

    /// Loops by name, with the last failure of each.
    pub(crate) fn state(&self) -> Vec<(String, Option<String>)> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.iter().map(|(name, why)| ((*name).to_owned(), why.clone())).collect()
    }

    /// Lets every loop end its round, and waits for that.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    fn note(&self, name: &'static str, failure: Option<String>) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).insert(name, failure);
    }
}

/// An error with all its causes, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
