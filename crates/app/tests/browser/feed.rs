//! A feed on loopback that a test adds posts to.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// The feed; it is served until the test ends.
pub(crate) struct Feed {
    pub(crate) url: String,
    posts: Arc<Mutex<Vec<String>>>,
}

impl Feed {
    /// Serves an empty feed.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/feed.xml", listener.local_addr().unwrap());
        let posts: Arc<Mutex<Vec<String>>> = Arc::default();
        let served = Arc::clone(&posts);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let mut request = [0; 4_096];
                let read = stream.read(&mut request).unwrap_or(0);
                let (status, kind, body) =
                    if request.get(..read).is_some_and(|r| r.starts_with(b"GET /robots.txt")) {
                        ("404 Not Found", "text/plain", String::new())
                    } else {
                        ("200 OK", "application/rss+xml", rss(&served.lock().unwrap()))
                    };
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(head.as_bytes());
                let _ = stream.write_all(body.as_bytes());
            }
        });
        Self { url, posts }
    }

    /// Adds a post, published now, by an author of its own.
    pub(crate) fn post(&self, text: &str) {
        let mut posts = self.posts.lock().unwrap();
        let n = posts.len();
        let at = jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        posts.insert(
            0,
            format!(
                "<item><guid isPermaLink=\"false\">post-{n}</guid><title>Klacht {n}</title><author>klant{n}@example.org (Klant {n})</author><pubDate>{at}</pubDate><description>{text}</description></item>"
            ),
        );
    }
}

fn rss(posts: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Klusforum</title><link>http://127.0.0.1/</link><description>x</description>{}</channel></rss>",
        posts.concat()
    )
}
