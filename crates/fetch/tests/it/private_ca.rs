//! An authority of one's own, named in the options, counts for pages and for streams.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use futures::SinkExt as _;
use gehoor_fetch::{Client, Options, Outcome, Transport};
use gehoor_wire::Request;
use http::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_tungstenite::tungstenite::Message;
use url::Url;

use crate::common::{answer, noon, options, said};

/// Certificates made by `tests/parts/ca.sh`.
fn certificates(dir: &Path) -> TlsAcceptor {
    let parts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parts");
    let script = "PART=ca; . ./common.sh; . ./ca.sh; authority \"$1\"";
    let out = Command::new("bash").args(["-c", script, "ca"]).arg(dir).current_dir(parts).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let chain = CertificateDer::pem_file_iter(dir.join("server.pem")).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(dir.join("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A server with TLS that answers pages, or opens streams; gives its port.
async fn server(tls: TlsAcceptor, streams: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = tls.accept(stream).await else { continue };
            if streams {
                let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { continue };
                let _ = socket.send(Message::text("{}")).await;
                tokio::spawn(async move {
                    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
                    drop(socket)
                });
            } else {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(&answer("200 OK", b"{}\n")).await;
                let _ = stream.shutdown().await;
            }
        }
    });
    port
}

#[tokio::test]
async fn an_authority_of_ones_own_counts_for_pages_and_streams_and_for_nobody_who_did_not_name_it() {
    let dir = tempfile::tempdir().unwrap();
    let tls = certificates(dir.path());
    let trusting = Client::new(Options { extra_ca: Some(dir.path().join("ca.pem")), ..options() }).unwrap();
    let plain = Client::new(options()).unwrap();
    for (scheme, streams) in [("https", false), ("wss", true)] {
        let port = server(tls.clone(), streams).await;
        for host in ["localhost", "127.0.0.1"] {
            let ask =
                || Request::api(Method::GET, Url::parse(&format!("{scheme}://{host}:{port}/")).unwrap());
            let outcome = trusting.send(ask(), None, noon()).await;
            let Outcome::Body { response, .. } = &outcome else { panic!("{}", said(&outcome)) };
            assert_eq!(response.body.as_ref(), b"{}\n");
            let outcome = said(&plain.send(ask(), None, noon()).await);
            assert!(outcome.starts_with("transient: ") && outcome.contains("UnknownIssuer"), "{outcome}");
        }
    }
}
