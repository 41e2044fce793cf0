//! Frames on their way from the socket to whoever asks: so many and no more.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// Frames that wait, and bytes of them. Above either, the socket is not read: the other side feels it.
pub(crate) const MOST_FRAMES: usize = 2_000;
const MOST_BYTES: usize = 1024 * 1024;
/// Once there is a frame, others are waited for so long.
const GATHER: Duration = Duration::from_millis(50);

/// Why no more frames come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// The connection ended; in words for people.
    Closed(String),
    /// A frame is larger than we take.
    TooLarge,
    /// Nobody asked.
    Idle,
}

#[derive(Debug)]
struct State {
    lines: Vec<u8>,
    frames: usize,
    end: Option<End>,
    asked: Instant,
}

/// One direction: the socket's task fills it, calls empty it.
#[derive(Debug)]
pub(crate) struct Pipe {
    state: Mutex<State>,
    filled: Notify,
    emptied: Notify,
}

impl Pipe {
    pub(crate) fn new() -> Self {
        let state = State { lines: Vec::new(), frames: 0, end: None, asked: Instant::now() };
        Self { state: Mutex::new(state), filled: Notify::new(), emptied: Notify::new() }
    }

    /// Waits until there is room.
    pub(crate) async fn room(&self) {
        loop {
            let emptied = self.emptied.notified();
            if !self.lock().is_full() {
                return;
            }
            emptied.await;
        }
    }

    /// Takes a frame in, as one line.
    pub(crate) fn put(&self, frame: &str) {
        let mut state = self.lock();
        // Between the parts of JSON a line break is but a space; within its texts it cannot stand.
        state
            .lines
            .extend(frame.bytes().map(|byte| if byte == b'\n' || byte == b'\r' { b' ' } else { byte }));
        state.lines.push(b'\n');
        state.frames += 1;
        drop(state);
        self.filled.notify_one();
    }

    /// No more frames come.
    pub(crate) fn end(&self, end: End) {
        self.lock().end = Some(end);
        self.filled.notify_one();
    }

    /// Why no more come, once the last one is taken.
    pub(crate) fn ended(&self) -> Option<End> {
        let state = self.lock();
        if state.frames == 0 { state.end.clone() } else { None }
    }

    /// Waits until nobody has asked for so long.
    pub(crate) async fn idle(&self, span: Duration) {
        loop {
            let until = self.lock().asked + span;
            if Instant::now() >= until {
                return;
            }
            tokio::time::sleep_until(until).await;
        }
    }

    /// When somebody asked last.
    pub(crate) fn asked(&self) -> Instant {
        self.lock().asked
    }

    /// Takes what is there; waits at most so long for a first frame. Nothing, when none came.
    pub(crate) async fn take(&self, wait: Duration) -> Vec<u8> {
        let until = Instant::now() + wait;
        self.lock().asked = Instant::now();
        let mut gathering = until;
        loop {
            let filled = self.filled.notified();
            let (frames, over) = {
                let state = self.lock();
                (state.frames, state.is_full() || state.end.is_some())
            };
            if over {
                break;
            }
            if frames > 0 && gathering == until {
                gathering = until.min(Instant::now() + GATHER);
            }
            if tokio::time::timeout_at(gathering, filled).await.is_err() {
                break;
            }
        }
        let mut state = self.lock();
        state.asked = Instant::now();
        state.frames = 0;
        let lines = std::mem::take(&mut state.lines);
        drop(state);
        self.emptied.notify_one();
        lines
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing here panics half-way through a change, so a poisoned lock still guards sound data.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_full(&self) -> bool {
        self.frames >= MOST_FRAMES || self.lines.len() >= MOST_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_batch_comes_with_the_first_frames_and_nothing_comes_after_the_wait() {
        let pipe = Pipe::new();
        let began = Instant::now();
        assert_eq!(pipe.take(Duration::from_secs(1)).await, b"");
        assert_eq!(began.elapsed().as_secs(), 1);
        pipe.put("{\"a\":\n1}");
        pipe.put("2");
        let began = Instant::now();
        assert_eq!(pipe.take(Duration::from_secs(1)).await, b"{\"a\": 1}\n2\n");
        assert!(began.elapsed() <= GATHER + Duration::from_millis(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_pipe_has_no_room_until_somebody_takes() {
        let pipe = Pipe::new();
        for _ in 0..MOST_FRAMES {
            pipe.room().await;
            pipe.put("x");
        }
        let waited = tokio::time::timeout(Duration::from_secs(5), pipe.room()).await;
        assert!(waited.is_err(), "it was full");
        assert_eq!(pipe.take(Duration::from_secs(1)).await.len(), 2 * MOST_FRAMES);
        pipe.room().await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_is_told_after_the_last_frame() {
        let pipe = Pipe::new();
        pipe.put("x");
        pipe.end(End::TooLarge);
        assert_eq!(pipe.ended(), None);
        assert_eq!(pipe.take(Duration::from_secs(1)).await, b"x\n");
        assert_eq!(pipe.ended(), Some(End::TooLarge));
    }
}
