//! The task that holds a socket: reads while there is room, answers pings, notices silence, and leaves when nobody asks.

use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::pipe::{End, Pipe};
use crate::dial::Line;

/// A socket that nobody asked for so long is closed.
pub(crate) const IDLE: Duration = Duration::from_secs(120);
/// After so long without a sign of life it is asked for one; after as long again it counts as dead. A connection that
/// was lost on the way would otherwise look like a quiet one for ever.
const QUIET: Duration = Duration::from_secs(45);

/// What one look at the socket gave.
enum Look {
    Frame(Message),
    Quiet,
    Over(End),
}

/// Moves frames from the socket into the pipe until either ends.
pub(crate) async fn hold(mut socket: WebSocketStream<Line>, pipe: Arc<Pipe>) {
    let mut asked_for_life = false;
    let end = loop {
        let room = tokio::select! {
            () = pipe.room() => true,
            () = pipe.idle(IDLE) => false,
        };
        if !room {
            break End::Idle;
        }
        let look = tokio::select! {
            next = tokio::time::timeout(QUIET, socket.next()) => look(next),
            () = pipe.idle(IDLE) => Look::Over(End::Idle),
        };
        match look {
            Look::Frame(message) => {
                asked_for_life = false;
                // Pings are answered below; a frame that is not text is in a format that no source reads.
                if let Message::Text(text) = message {
                    pipe.put(text.as_str());
                }
            }
            Look::Quiet if asked_for_life => break End::Closed("gave no sign of life".to_owned()),
            Look::Quiet => {
                asked_for_life = true;
                if socket.send(Message::Ping(bytes::Bytes::new())).await.is_err() {
                    break End::Closed("broke off".to_owned());
                }
            }
            Look::Over(end) => break end,
        }
    };
    if end == End::Idle {
        let bye = CloseFrame { code: CloseCode::Away, reason: "".into() };
        let _ = tokio::time::timeout(Duration::from_secs(1), socket.close(Some(bye))).await;
    }
    pipe.end(end);
}

fn look(next: Result<Option<Result<Message, Error>>, tokio::time::error::Elapsed>) -> Look {
    match next {
        Err(_) => Look::Quiet,
        Ok(None) => Look::Over(End::Closed("was closed".to_owned())),
        Ok(Some(Ok(Message::Close(frame)))) => {
            // The reason is left out: it is the server's text.
            let code = frame.map(|frame| format!(" with code {}", u16::from(frame.code))).unwrap_or_default();
            Look::Over(End::Closed(format!("was closed{code}")))
        }
        Ok(Some(Ok(message))) => Look::Frame(message),
        Ok(Some(Err(Error::Capacity(_)))) => Look::Over(End::TooLarge),
        Ok(Some(Err(Error::Protocol(_) | Error::Utf8(_)))) => {
            Look::Over(End::Closed("does not keep to the WebSocket protocol".to_owned()))
        }
        Ok(Some(Err(_))) => Look::Over(End::Closed("broke off".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_tungstenite::tungstenite::protocol::Role;

    /// A held socket and its other end.
    async fn held() -> (Arc<Pipe>, WebSocketStream<Line>) {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let (ours, theirs): (Line, Line) = (Box::new(ours), Box::new(theirs));
        let pipe = Arc::new(Pipe::new());
        tokio::spawn(hold(WebSocketStream::from_raw_socket(ours, Role::Client, None).await, pipe.clone()));
        (pipe, WebSocketStream::from_raw_socket(theirs, Role::Server, None).await)
    }

    #[tokio::test(start_paused = true)]
    async fn a_socket_that_nobody_asks_is_closed_after_two_minutes() {
        let (pipe, mut theirs) = held().await;
        // Somebody asks for a while, and the server answers pings all the time.
        let server = tokio::spawn(async move {
            while let Some(Ok(message)) = theirs.next().await {
                if let Message::Close(frame) = message {
                    return frame.map(|frame| frame.code);
                }
            }
            None
        });
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_secs(100)).await;
            assert_eq!(pipe.take(Duration::from_secs(1)).await, b"");
            assert_eq!(pipe.ended(), None);
        }
        tokio::time::sleep(Duration::from_secs(125)).await;
        assert_eq!(pipe.ended(), Some(End::Idle));
        assert_eq!(server.await.unwrap(), Some(CloseCode::Away));
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_was_lost_on_the_way_is_noticed() {
        // The other end is there and says nothing, not even to a ping.
        let (pipe, theirs) = held().await;
        for _ in 0..4 {
            tokio::time::sleep(Duration::from_secs(30)).await;
            pipe.take(Duration::from_millis(1)).await;
        }
        assert_eq!(pipe.ended(), Some(End::Closed("gave no sign of life".to_owned())));
        drop(theirs);
    }
}
