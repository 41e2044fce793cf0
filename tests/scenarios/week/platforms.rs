//! The platforms together, behind the wire of the real client: who is asked, how it is in the mood, what it answers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use gehoor_engine::clock::Clock as _;
use gehoor_fetch::exchange::{Answer, Caps, Exchange, Failure, Step};
use gehoor_testkit::PausedClock;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::sync::Notify;

use super::host::{Host, Mood, OVERLOADED, Trouble};
use super::pages::{self, Page};
use super::posts::Post;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Feed,
    Mastodon,
    Forum,
    Reviews,
}

/// What one source reads.
pub(crate) struct Channel {
    pub(crate) kind: Kind,
    pub(crate) host: String,
    pub(crate) posts: Vec<Post>,
    /// When it was asked for what is new.
    pub(crate) asked: Vec<Timestamp>,
    /// Which posts were shown after their edit and before their end, in an answer that arrived.
    pub(crate) shown_edited: Vec<bool>,
}

#[derive(Default)]
pub(crate) struct World {
    pub(crate) hosts: BTreeMap<String, Host>,
    pub(crate) channels: Vec<Channel>,
    /// Answers by what they were, for the printed line.
    pub(crate) answers: BTreeMap<&'static str, u32>,
}

/// The wire of one life of the program.
pub(crate) struct Wire {
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) clock: PausedClock,
    rng: Mutex<StdRng>,
    /// The program dies while the request with this number is under way.
    fatal: Option<u64>,
    count: AtomicU64,
    pub(crate) died: Arc<Notify>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    pub(crate) fn new(world: Arc<Mutex<World>>, clock: PausedClock, seed: u64, fatal: Option<u64>) -> Self {
        let rng = Mutex::new(StdRng::seed_from_u64(seed));
        Self { world, clock, rng, fatal, count: AtomicU64::new(0), died: Arc::new(Notify::new()) }
    }

    fn dice<T>(&self, throw: impl FnOnce(&mut StdRng) -> T) -> T {
        throw(&mut self.rng.lock().unwrap())
    }

    /// Answers, or not; the second value is what an answer that arrives has shown.
    fn answer(&self, step: &Step, now: Timestamp) -> (Result<Answer, Failure>, Option<(usize, Page)>) {
        let mut world = self.world.lock().unwrap();
        let name = step.url.host_str().unwrap().to_owned();
        let is_robots = step.url.path() == "/robots.txt";
        let channel = channel_of(&step.url);
        let is_recheck = step.url.query().is_some_and(|query| query.contains("post_ids"));
        if let Some(channel) = channel.filter(|_| !is_recheck) {
            world.channels[channel].asked.push(now);
        }
        let host = world.hosts.get_mut(&name).unwrap();
        let left = match host.arrives(now) {
            Mood::Well { left } => left,
            Mood::TooMany { wait } => return world.told("429", refusal(429, Some(wait.as_secs()))),
            Mood::Ill(Trouble::Overloaded) => {
                return world.told("503", refusal(503, Some(OVERLOADED.as_secs())));
            }
            Mood::Ill(Trouble::Broken) => return world.told("500 for hours", refusal(500, None)),
            Mood::Ill(Trouble::Down) => {
                return world.told("down", Err(Failure::NotSent("no connection: refused".into())));
            }
        };
        if is_robots {
            let Some(delay) = host.crawl_delay else {
                return world.told("no robots.txt", refusal(404, None));
            };
            let text = format!("User-agent: *\nCrawl-delay: {delay}\nDisallow: /private\n");
            return world.told("robots.txt", Ok(good("text/plain", text)));
        }
        let channel = channel.unwrap();
        let (trouble, most) = self.dice(|rng| (rng.random_range(0..1000), rng.random_range(3..=40)));
        match trouble {
            0..8 => return world.told("500", refusal(500, None)),
            8..12 => return world.told("broke off", Err(Failure::Unclear("the connection broke".into()))),
            12..15 => {
                let page = "<!doctype html><html><body>Onderhoud</body></html>".to_owned();
                return world.told("a page for people", Ok(good("text/html", page)));
            }
            _ => {}
        }
        let (kind, posts) = (world.channels[channel].kind, &world.channels[channel].posts);
        let page = match kind {
            Kind::Feed => pages::feed(channel, posts, now),
            Kind::Mastodon => pages::timeline(channel, &name, posts, &step.url, most, now),
            Kind::Forum => pages::forum(channel, posts, &step.url, now),
            Kind::Reviews => pages::reviews(channel, posts, &step.url, now),
        };
        if (15..18).contains(&trouble) && kind != Kind::Feed {
            let half = page.text.get(..page.text.len() / 2).unwrap_or_default().to_owned();
            return world.told("half a page", Ok(good(page.kind, half)));
        }
        let mut answer = good(page.kind, page.text.clone());
        if kind == Kind::Feed {
            let tag = format!("\"{:x}\"", mark(&page.text));
            let same = step
                .headers
                .get(header::IF_NONE_MATCH)
                .is_some_and(|known| known.as_bytes() == tag.as_bytes());
            if same {
                answer = Answer { status: StatusCode::NOT_MODIFIED, body: Bytes::new(), ..answer };
            }
            answer.headers.insert(header::ETAG, HeaderValue::from_str(&tag).unwrap());
        }
        if kind == Kind::Mastodon {
            // Said in every answer, as Mastodon does; with the last one it says to wait.
            let host = &world.hosts[&name];
            let until = now + host.limit.per;
            for (header, value) in [
                ("x-ratelimit-limit", host.limit.requests.to_string()),
                ("x-ratelimit-remaining", left.to_string()),
                ("x-ratelimit-reset", until.to_string()),
            ] {
                answer
                    .headers
                    .insert(HeaderName::from_static(header), HeaderValue::from_str(&value).unwrap());
            }
        }
        let what = if answer.status == StatusCode::NOT_MODIFIED { "304" } else { "200" };
        (world.told(what, Ok(answer)).0, Some((channel, page)))
    }
}

#[async_trait]
impl Exchange for Wire {
    async fn exchange(&self, step: &Step, _caps: Caps) -> Result<Answer, Failure> {
        let (there, back) = self.dice(|rng| (rng.random_range(20..300), rng.random_range(30..600)));
        tokio::time::sleep(Duration::from_millis(there)).await;
        let now = self.clock.now();
        let (answer, shown) = self.answer(step, now);
        if self.fatal == Some(self.count.fetch_add(1, Ordering::Relaxed) + 1) {
            self.died.notify_one();
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(Duration::from_millis(back)).await;
        if let Some((channel, page)) = shown {
            let channel = &mut self.world.lock().unwrap().channels[channel];
            for number in page.shows {
                // Of a post that is gone nobody takes over an edit.
                let post = &channel.posts[number];
                channel.shown_edited[number] |= post.is_edited(now) && !post.is_deleted(now);
            }
        }
        answer
    }
}

type Told = (Result<Answer, Failure>, Option<(usize, Page)>);

impl World {
    fn told(&mut self, what: &'static str, answer: Result<Answer, Failure>) -> Told {
        *self.answers.entry(what).or_default() += 1;
        (answer, None)
    }
}

/// `c17` somewhere in the path.
fn channel_of(url: &url::Url) -> Option<usize> {
    url.path_segments()?.find_map(|part| part.strip_prefix('c')?.parse().ok())
}

fn good(kind: &'static str, text: String) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Answer { status: StatusCode::OK, headers, body: text.into() }
}

#[expect(clippy::unnecessary_wraps, reason = "an answer like the others")]
fn refusal(status: u16, retry_after: Option<i64>) -> Result<Answer, Failure> {
    let mut headers = HeaderMap::new();
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: Bytes::new() })
}

fn mark(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
