//! Even the finest level of the log holds no word of a customer, no password and no token.

use std::io::Write;
use std::sync::{Arc, Mutex};

use futures::SinkExt as _;
use gehoor_fetch::{Client, Transport};
use http::HeaderValue;
use tokio_tungstenite::tungstenite::Message;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::common::{Act, answer, noon, options, page, raw, said};
use crate::{mailbox, stream};

/// What was logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_that_is_said_stands_in_the_log() {
    let kept = Kept::default();
    let writer = kept.clone();
    let log =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    // For this thread only, on which all of this test runs; what libraries tell by the older way is in it, too.
    let _guard = log.finish().set_default();
    let client = Client::new(options()).unwrap();

    let (url, _) = stream::server(|mut socket, _, _| async move {
        let _ = tracing::instrument::WithSubscriber::with_subscriber(
            socket.send(Message::text("{\"seq\":1,\"text\":\"geheim\"}")),
            tracing::subscriber::NoSubscriber::default(),
        )
        .await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    })
    .await;
    let mut request = stream::request(&url);
    request.headers.insert("authorization", HeaderValue::from_static("Bearer geheim"));
    let outcome = client.send(request, None, noon()).await;
    assert_eq!(said(&outcome), "body 200");

    let (port, _) = mailbox::imap("* OK geheim", mailbox::good).await;
    let request = mailbox::request(&format!("imap://127.0.0.1:{port}/INBOX"), mailbox::basic());
    assert_eq!(said(&client.send(request, None, noon()).await), "body 200");

    let (url, _) = raw(vec![Act::Send(answer("200 OK\r\nx-token: geheim", b"geheim"))]).await;
    let mut request = page(&format!("{url}/?token=geheim"));
    request.headers.insert("authorization", HeaderValue::from_static("Bearer geheim"));
    assert_eq!(said(&client.send(request, None, noon()).await), "body 200");

    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("imap: body") && log.contains("websocket: body"), "{log}");
    for hidden in ["geheim", "hush1", "jo@shop.example"] {
        let line = log.lines().find(|line| line.contains(hidden));
        assert_eq!(line, None, "{hidden}");
    }
}
