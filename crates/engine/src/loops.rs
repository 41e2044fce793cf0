//! Every loop is a few lines around a step that tests drive by hand.

use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::Engine;
use crate::error::EngineError;

/// How soon a new mention has to be found by searching.
const NEAR_REAL_TIME: Duration = Duration::from_millis(800);
/// Longest sleep of a loop that is woken by signals: a signal may get lost, time does not.
const NAP: SignedDuration = SignedDuration::from_secs(30);
/// How often sources and volumes are looked at.
const WATCH: SignedDuration = SignedDuration::from_secs(60);

impl Engine {
    /// Starts all loops. Call once, within a tokio runtime; end them with [`Engine::stop`].
    pub fn start(&self) {
        self.spawn(
            "assess",
            |e| async move { e.assess_some().await },
            |e| async move {
                e.inner.parts.store.wait_beyond(e.inner.progress.assessed.load(Ordering::Acquire)).await;
            },
        );
        self.spawn(
            "index",
            |e| async move { e.index_judged().await },
            |e| async move {
                e.inner.parts.store.wait_beyond(e.inner.progress.indexed.load(Ordering::Acquire)).await;
                tokio::time::sleep(NEAR_REAL_TIME).await;
            },
        );
        self.spawn(
            "collect",
            |e| async move {
                e.start_due();
                Ok(false)
            },
            |e| async move { e.until_due().await },
        );
        self.spawn(
            "tick",
            |e| async move { e.tick().await },
            |e| async move { e.nap(e.next_tick(), &e.inner.wake.tick).await },
        );
        self.spawn(
            "deliver",
            |e| async move { e.deliver_due().await },
            |e| async move { e.nap(e.next_delivery(), &e.inner.wake.deliver).await },
        );
        self.spawn(
            "watch",
            |e| async move {
                e.watch_sources().await?;
                e.watch_volume().await?;
                e.watch_alerts().await?;
                e.watch_digests().await?;
                Ok(false)
            },
            |e| async move { e.pause(WATCH).await },
        );
        self.spawn(
            "recheck",
            |e| async move {
                e.recheck_due().await?;
                Ok(false)
            },
            |e| async move { e.pause(WATCH).await },
        );
        if self.inner.parts.stronger.is_some() {
            self.spawn(
                "second look",
                |e| async move { e.second_look_some().await },
                |e| async move { e.rest_before_second_look().await },
            );
        }
        self.spawn(
            "reassess",
            |e| async move {
                e.reassess_some().await?;
                Ok(false)
            },
            |e| async move { e.rest_before_reassessing().await },
        );
        for outlet in self.inner.setup.outlets.iter().filter(|o| o.takes_tickets()) {
            let (id, every) = (outlet.id.clone(), outlet.watch_every);
            self.spawn(
                "helpdesk",
                move |e| {
                    let id = id.clone();
                    async move {
                        e.watch_outlet(&id).await?;
                        Ok(false)
                    }
                },
                move |e| async move { e.pause(every).await },
            );
        }
    }

    /// Ends all loops, each after the round it is in, and brings the index up to date.
    pub async fn stop(&self) {
        self.inner.supervisor.stop().await;
        if let Err(error) = self.index_some().await {
            tracing::warn!(
                error = crate::supervise::chain(&error),
                "the index could not be brought up to date; it will be at the next start"
            );
        }
    }

    fn spawn<B, BF, P, PF>(&self, name: &'static str, body: B, pause: P)
    where
        B: Fn(Engine) -> BF + Send + Sync + 'static,
        BF: Future<Output = Result<bool, EngineError>> + Send + 'static,
        P: Fn(Engine) -> PF + Send + Sync + 'static,
        PF: Future<Output = ()> + Send + 'static,
    {
        let (one, other) = (self.clone(), self.clone());
        self.inner.supervisor.run(name, move || body(one.clone()), move || pause(other.clone()));
    }

    /// Sleeps until something is due, or somebody says that something changed.
    pub(crate) async fn nap(&self, due: Option<Timestamp>, signal: &Notify) {
        let now = self.now();
        let longest = now.saturating_add(NAP).unwrap_or(now);
        let until = due.map_or(longest, |due| due.min(longest));
        tokio::select! {
            () = self.inner.parts.clock.sleep(now, until) => {}
            () = signal.notified() => {}
        }
    }

    pub(crate) async fn pause(&self, span: SignedDuration) {
        let now = self.now();
        self.inner.parts.clock.sleep(now, now.saturating_add(span).unwrap_or(now)).await;
    }
}
