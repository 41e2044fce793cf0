//! RSS, Atom and JSON Feed.
//!
//! XML is read by `feed-rs` after [`mend`] has made it readable; JSON Feed is read here, because one odd item must
//! not cost the feed. Identity is guid, else link, else a digest of what the item says. What vanishes from the window
//! of a feed is not deleted, and a changed text is found by the engine, which compares it with what it has.
//!
//! Polling hints: `ttl` counts. `sy:updatePeriod` counts unless it says once an hour, which WordPress writes for
//! everybody.

mod entry;
mod json_feed;
mod mend;

use std::collections::BTreeSet;

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::{Request, Response, Secret};
use http::HeaderValue;
use http::header::{ACCEPT, AUTHORIZATION};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Next, Page, ParseError, PlanError, Source, Warning,
    read_config,
};
use crate::raw;

/// Items that are read of one feed; more is a mistake or an attack.
pub const MAX_ITEMS: usize = 10_000;
/// A feed's own wish for rest is obeyed up to this.
const MAX_REST: SignedDuration = SignedDuration::from_hours(24);
/// What is asked for, best first.
const ACCEPTED: &str = "application/feed+json, application/atom+xml;q=0.9, application/rss+xml;q=0.9, application/xml;q=0.7, */*;q=0.1";

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "feed",
    about: "RSS, Atom or JSON Feed: news, web logs, forums, review sites that offer one",
    channel: Channel::News,
    credential: "optional: `user:password`, with `basic = true`",
    polled: true,
    example: r#"[[source]]
id = "town-news"
kind = "feed"
url = "https://news.example/feed.xml"
# basic = true          # the feed asks for a password: set `credential` to `user:password`
"#,
    reach: "what the feed holds now, often the latest 10 to 50; deletions are not seen",
    recheck: 0,
    shared: None,
    every: SignedDuration::from_mins(15),
    build: |table| Ok(Box::new(Feed::new(&read_config(table)?)?)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    url: String,
    #[serde(default)]
    basic: bool,
}

struct Feed {
    url: Url,
    basic: bool,
}

/// What the cursor remembers: a digest of the last page, so that an unchanged one is not handed on again.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    #[serde(default)]
    page: Option<String>,
}

/// What a reader found, before it becomes a page.
#[derive(Debug, Default)]
struct Found {
    items: Vec<Draft>,
    warnings: Vec<Warning>,
    hints: Hints,
}

impl Feed {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        Ok(Self { url: raw::address("url", &config.url)?, basic: config.basic })
    }
}

impl Source for Feed {
    fn back(&self) -> Back {
        Back::Shown
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        raw::state::<State>(cursor)?;
        let mut request = Request::get(self.url.clone());
        request.headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
        if self.basic {
            let secret = cx.credential.ok_or(PlanError::NoCredential)?;
            request.headers.insert(AUTHORIZATION, basic_header(secret).ok_or(PlanError::NoCredential)?);
            request.credential = Some(format!("feed:{}", self.url.host_str().unwrap_or_default()));
        }
        Ok(request)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let state: State = raw::state_for_parse(cursor)?;
        let text = raw::bytes::to_text(&response.body, response.header("content-type"));
        let mut found = match text.trim_start().trim_start_matches('\u{feff}').starts_with('{') {
            true => json_feed::read(&text, &response.url)?,
            false => entry::read(&text, &response.url)?,
        };
        unite(&mut found);
        found.hints.not_before = found.hints.not_before.map(|rest| rest.min(MAX_REST));
        let page = page_digest(&found.items);
        if state.page.as_deref() == Some(page.as_str()) {
            found.items.clear();
        }
        let next = Next::CaughtUp(raw::cursor(&State { page: Some(page) }));
        Ok(Page { items: found.items, warnings: found.warnings, next, hints: found.hints })
    }
}

/// Keeps the first of each id, and at most [`MAX_ITEMS`].
fn unite(found: &mut Found) {
    let total = found.items.len();
    if total > MAX_ITEMS {
        found.items.truncate(MAX_ITEMS);
        let problem = format!("holds {total} items: only the first {MAX_ITEMS} were read");
        found.warnings.push(Warning { item: "the feed".to_owned(), problem });
    }
    let mut ids = BTreeSet::new();
    // Some generators give an item a new guid with every edit: the same address with the same words is the same item.
    let mut told = BTreeSet::new();
    found.items.retain(|item| {
        let words = item.permalink.as_ref().map(|link| {
            raw::digest([link.as_str(), item.title.as_deref().unwrap_or_default(), item.text.as_str()])
        });
        ids.insert(item.external_id.clone()) && words.is_none_or(|w| told.insert(w))
    });
}

fn page_digest(items: &[Draft]) -> String {
    let parts = items.iter().flat_map(|item| {
        [item.external_id.as_str(), item.title.as_deref().unwrap_or_default(), item.text.as_str()]
    });
    raw::digest(parts)
}

fn basic_header(secret: &Secret) -> Option<HeaderValue> {
    use base64::Engine;
    let pair = base64::engine::general_purpose::STANDARD.encode(secret.reveal());
    let mut value = HeaderValue::from_str(&format!("Basic {pair}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests;
