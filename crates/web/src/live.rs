//! Live changes as server-sent events: names and numbers only, within the reader's scope. The page then asks for the
//! fragment itself, through the same checks as every page.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream, StreamExt};
use gehoor_domain::ids::UserId;
use gehoor_engine::live::Change;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use tokio_util::sync::CancellationToken;

use crate::access::Reader;
use crate::error::Fail;
use crate::options::Web;
use crate::serve::Stop;

/// Open pages per user: more is a mistake or an attack.
const PER_USER: usize = 12;
/// Proxies close what is silent for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How many pages each user has open.
#[derive(Default, Clone)]
pub(crate) struct Listeners(Arc<Mutex<HashMap<UserId, usize>>>);

impl Listeners {
    /// Takes a place for a user, if there is one; it is given back when the returned value is dropped.
    fn enter(&self, user: &UserId) -> Option<Listening> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(user.clone()).or_default();
        if *count >= PER_USER {
            return None;
        }
        *count += 1;
        Some(Listening { all: self.clone(), user: user.clone() })
    }
}

/// A place that is taken.
struct Listening {
    all: Listeners,
    user: UserId,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut open = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.user) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.user);
            }
        }
    }
}

/// `GET /live`.
pub(crate) async fn live(
    State(web): State<Web>,
    stop: Option<Extension<Stop>>,
    headers: HeaderMap,
    reader: Reader,
) -> Result<Response, Fail> {
    let place = web.inner.listeners.enter(&reader.viewer.user).ok_or(Fail::TooMany)?;
    // Subscribed before the head is read: nothing falls between the two.
    let changes = BroadcastStream::new(web.engine().changes());
    let head = web.engine().head();
    let last: Option<u64> =
        headers.get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    let missed = last.is_some_and(|last| last < head);
    let greeting = stream::iter([Ok::<_, Infallible>(hello(head, missed))]);
    let stop = stop.map_or_else(CancellationToken::new, |Extension(stop)| stop.0);
    let token = reader.token;
    let events = changes.map(move |change| {
        let _ = &place;
        // Asked at every event: who was logged out, disabled or moved to other shops hears nothing more.
        let session = web.engine().session(&token)?;
        match change {
            Ok(change) if change.allowed(&session.viewer.scope) => Some(Ok(event(&change))),
            Ok(_) => Some(Ok(Event::default().comment(""))),
            Err(BroadcastStreamRecvError::Lagged(_)) => Some(Ok(Event::default().event("stale").data("{}"))),
        }
    });
    let events = greeting.chain(until_none(events)).take_until(stop.cancelled_owned());
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

fn until_none<T>(stream: impl Stream<Item = Option<T>>) -> impl Stream<Item = T> {
    stream.take_while(|item| futures::future::ready(item.is_some())).filter_map(futures::future::ready)
}

/// The first event sets the number to come back with, and says whether anything was missed.
fn hello(head: u64, missed: bool) -> Event {
    let event = Event::default().id(head.to_string()).retry(Duration::from_secs(3));
    if missed { event.event("stale").data("{}") } else { event.event("hello").data("{}") }
}

fn event(change: &Change) -> Event {
    let data = serde_json::to_string(change).unwrap_or_else(|_| "{}".to_owned());
    Event::default().id(change.seq.to_string()).event("change").data(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_only_so_many_open_pages_and_gets_the_places_back() {
        let all = Listeners::default();
        let user = UserId::parse("sanne").unwrap();
        let mut taken: Vec<_> = (0..PER_USER).filter_map(|_| all.enter(&user)).collect();
        assert_eq!(taken.len(), PER_USER);
        assert!(all.enter(&user).is_none());
        assert!(all.enter(&UserId::parse("bram").unwrap()).is_some());
        taken.pop();
        assert!(all.enter(&user).is_some());
        taken.clear();
        assert!(all.0.lock().unwrap().is_empty());
    }
}
