//! The made-up platform: a hashtag timeline in the shape of the Mastodon API, a feed, a review page, and the helpdesk
//! and chat that receive what Gehoor sends. Listens on this machine only.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use gehoor_engine::clock::{Clock as _, SystemClock};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::helpdesk::{self, Helpdesk};
use super::script::{LINES, Line};

/// The platform, running.
pub(super) struct Stage {
    /// Where it is, without a slash at the end.
    pub(super) base: String,
    began: Arc<Mutex<Option<Timestamp>>>,
}

/// What the pages of the platform share.
#[derive(Clone)]
pub(super) struct Shared {
    base: String,
    began: Arc<Mutex<Option<Timestamp>>>,
    pub(super) helpdesk: Helpdesk,
}

/// Starts it on a free port.
pub(super) async fn open() -> Result<Stage> {
    let listener =
        TcpListener::bind("127.0.0.1:0").await.context("cannot open a port for the made-up platform")?;
    let base = format!("http://{}", listener.local_addr().context("the platform's address")?);
    let began = Arc::new(Mutex::new(None));
    let shared = Shared { base: base.clone(), began: Arc::clone(&began), helpdesk: Helpdesk::default() };
    let app = Router::new()
        .route("/robots.txt", get(|| async { "User-agent: *\nAllow: /\n" }))
        .route("/api/v1/timelines/tag/{tag}", get(timeline))
        .route("/forum/feed.xml", get(feed))
        .route("/reviews/hoogeveen", get(reviews))
        .route("/helpdesk", get(helpdesk::page))
        .route("/helpdesk/hook", post(helpdesk::hook))
        .route("/chat", post(|| async { "ok" }))
        .with_state(shared);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(Stage { base, began })
}

impl Stage {
    /// From now on posts appear.
    pub(super) fn begin(&self, now: Timestamp) {
        *self.began.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }
}

impl Shared {
    /// Posts of that place that have appeared, newest first, with their number and time.
    fn posted(&self, place: &str) -> Vec<(usize, Timestamp, &'static Line)> {
        let Some(began) = *self.began.lock().unwrap_or_else(PoisonError::into_inner) else {
            return Vec::new();
        };
        let passed = SystemClock.now().duration_since(began).as_secs();
        LINES
            .iter()
            .enumerate()
            .filter(|(_, line)| line.place == place && line.after <= passed)
            .filter_map(|(number, line)| {
                let shift = SignedDuration::from_secs(line.after - line.age * 60);
                Some((number, began.checked_add(shift).ok()?, line))
            })
            .rev()
            .collect()
    }
}

async fn timeline(State(shared): State<Shared>) -> axum::Json<Value> {
    let statuses: Vec<Value> = shared
        .posted("mastodon")
        .into_iter()
        .map(|(number, at, line)| {
            let base = &shared.base;
            json!({
                "id": format!("{}", 1_000 + number),
                "uri": format!("{base}/users/{}/statuses/{number}", line.who),
                "url": format!("{base}/@{}/{number}", line.who),
                "created_at": at.to_string(),
                "edited_at": null,
                "in_reply_to_id": null,
                "in_reply_to_account_id": null,
                "content": format!("<p>{}</p>", escape(line.text)),
                "visibility": "public",
                "language": null,
                "replies_count": 0, "reblogs_count": 2, "favourites_count": 3,
                "reblog": null,
                "account": {
                    "id": line.who, "username": line.who, "acct": line.who, "display_name": line.name, "bot": false,
                    "url": format!("{base}/@{}", line.who), "followers_count": line.followers,
                },
                "mentions": [], "tags": [{"name": "bouwhoek", "url": ""}], "media_attachments": [],
            })
        })
        .collect();
    axum::Json(Value::Array(statuses))
}

async fn feed(State(shared): State<Shared>) -> impl IntoResponse {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Klusforum</title>",
    );
    for (number, at, line) in shared.posted("forum") {
        let when = at.strftime("%a, %d %b %Y %H:%M:%S +0000");
        xml.push_str(&format!(
            "<item><guid isPermaLink=\"false\">forum-{number}</guid><link>{}/forum/{number}</link><dc:creator>{}</dc:creator><pubDate>{when}</pubDate><title>Bouwhoek</title><description>{}</description></item>",
            shared.base, escape(line.name), escape(line.text),
        ));
    }
    xml.push_str("</channel></rss>");
    ([(header::CONTENT_TYPE, "application/rss+xml; charset=utf-8")], xml)
}

async fn reviews(State(shared): State<Shared>) -> Html<String> {
    let reviews: Vec<Value> = shared
        .posted("reviews")
        .into_iter()
        .map(|(number, at, line)| {
            json!({
                "@type": "Review", "@id": format!("{}/r/{number}", shared.base), "url": format!("{}/reviews/hoogeveen#{number}", shared.base),
                "author": {"@type": "Person", "name": line.name}, "datePublished": at.to_string(),
                "reviewBody": line.text,
                "reviewRating": {"@type": "Rating", "ratingValue": line.stars, "bestRating": 5, "worstRating": 1},
            })
        })
        .collect();
    let data = json!({"@context": "https://schema.org", "@type": "LocalBusiness", "name": "Bouwhoek Hoogeveen", "review": reviews});
    // `<` within a script element would end it.
    let data = data.to_string().replace('<', "\\u003c");
    Html(format!(
        "<!doctype html><html lang=nl><title>Reviews</title><script type=\"application/ld+json\">{data}</script>"
    ))
}

/// Text for HTML and XML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
