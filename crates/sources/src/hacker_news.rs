//! Hacker News: a search over stories and comments.
//!
//! Described by HackerNews/API (2025-01-01) and, for the search, only by its repository's issues: a query shows at
//! most 1,000 hits whatever the page, so older ones are reached by the moment of the last hit instead of by page
//! number. The limit of 10,000 requests an hour is from memory. Whether an item still stands is asked at the site's
//! own interface, one at a time; there `null` means "not to be seen yet", not that it is gone.

use gehoor_domain::mention::{Channel, Draft, Reach};
use gehoor_text::plain::from_html;
use gehoor_wire::{Request, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Known, Page, ParseError, PlanError, Source, read_config,
};
use crate::raw::walk::{self, Rules, Seen, Walk};
use crate::raw::{self, api, reply, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "hacker-news",
    about: "Hacker News: a search over stories and comments",
    channel: Channel::Forum,
    credential: "none",
    polled: true,
    example: r#"[[source]]
id = "hacker-news"
kind = "hacker-news"
query = "meubelhal"
# tags = "(story,comment)"    # what is searched
# overlap_minutes = 60        # how far back each poll reads again
# backfill_pages = 1          # pages of 100 that the first poll reads
# base = "https://hn.algolia.com/api/v1"
# items = "https://hacker-news.firebaseio.com/v0"
"#,
    reach: "all that the search has; edits are seen within the look back (an hour), deletions by asking again",
    recheck: 1,
    shared: Some("hacker-news"),
    every: SignedDuration::from_mins(5),
    build: |table| Ok(Box::new(HackerNews::new(&read_config(table)?)?)),
};

const EXPECTED: &str = "hits of the Hacker News search";
const ITEM: &str = "an item of Hacker News";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    query: String,
    #[serde(default = "both")]
    tags: String,
    #[serde(default = "an_hour")]
    overlap_minutes: u32,
    #[serde(default = "one")]
    backfill_pages: u32,
    #[serde(default = "algolia")]
    base: String,
    #[serde(default = "firebase")]
    items: String,
}

fn both() -> String {
    "(story,comment)".to_owned()
}

fn an_hour() -> u32 {
    60
}

fn one() -> u32 {
    1
}

fn algolia() -> String {
    "https://hn.algolia.com/api/v1".to_owned()
}

fn firebase() -> String {
    "https://hacker-news.firebaseio.com/v0".to_owned()
}

struct HackerNews {
    url: Url,
    items: Url,
    rules: Rules,
}

impl HackerNews {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        if config.query.trim().is_empty() {
            return Err(BadConfig("`query` is empty: this would be everything".to_owned()));
        }
        let mut url = api::end_point(&raw::address("base", &config.base)?, &["search_by_date"]);
        url.query_pairs_mut()
            .append_pair("query", config.query.trim())
            .append_pair("tags", config.tags.trim())
            .append_pair("hitsPerPage", "100");
        Ok(Self {
            url,
            items: raw::address("items", &config.items)?,
            rules: Rules {
                overlap: SignedDuration::from_mins(i64::from(config.overlap_minutes.min(24 * 60))),
                backfill_pages: config.backfill_pages.clamp(1, raw::walk::MOST_PAGES),
                holds: None,
                ..Rules::default()
            },
        })
    }
}

fn draft(hit: &Value) -> Result<Draft, &'static str> {
    let id = api::id(hit, "objectID").ok_or("has no id")?;
    let text = api::text(hit, "comment_text").or_else(|| api::text(hit, "story_text")).map(from_html);
    let title = api::text(hit, "title").map(words::maybe_html).as_deref().and_then(words::line);
    let text = text.unwrap_or_default();
    if text.is_empty() && title.is_none() {
        return Err("has neither a title nor a text");
    }
    let thread = api::id(hit, "story_id").unwrap_or_else(|| id.clone());
    let author = api::text(hit, "author").and_then(words::line);
    Ok(Draft {
        permalink: permalink("item", &id),
        author_url: author.as_deref().and_then(|name| permalink("user", name)),
        author_id: author.clone(),
        author_handle: author.clone(),
        author_name: author,
        title,
        text,
        published: api::unix(hit, "created_at_i").or_else(|| api::date(hit, "created_at")),
        in_reply_to: api::id(hit, "parent_id"),
        thread: Some(thread),
        reach: Reach {
            likes: api::count(hit, "points"),
            replies: api::count(hit, "num_comments"),
            ..Reach::default()
        },
        external_id: id,
        ..Draft::default()
    })
}

fn permalink(page: &str, id: &str) -> Option<String> {
    let mut url = Url::parse("https://news.ycombinator.com/").ok()?.join(page).ok()?;
    url.query_pairs_mut().append_pair("id", id);
    Some(url.to_string())
}

impl Source for HackerNews {
    fn back(&self) -> Back {
        Back::pages(self.rules.backfill_pages, 100)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let walk: Walk = raw::state(cursor)?;
        let ask = walk.ask(&self.rules, cx.now);
        let bounds: Vec<String> = [
            ask.floor.map(|floor| format!("created_at_i>{}", floor.as_second().saturating_sub(1))),
            ask.from.map(|second| format!("created_at_i<{second}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let mut url = self.url.clone();
        if !bounds.is_empty() {
            url.query_pairs_mut().append_pair("numericFilters", &bounds.join(","));
        }
        Ok(api::get(url))
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let walk: Walk = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        let hits = api::list(&body, "hits", EXPECTED)?;
        let (mut items, mut warnings): (Vec<Draft>, _) = (Vec::new(), Vec::new());
        for (at, hit) in hits.iter().enumerate() {
            match draft(hit) {
                Ok(draft) if items.iter().any(|i| i.external_id == draft.external_id) => {}
                Ok(draft) => items.push(draft),
                Err(because) => warnings.push(api::left_out(format!("hit {}", at + 1), because)),
            }
        }
        // The second of the last hit is read again: others of the same second may stand on the next page.
        let last = hits.iter().rev().find_map(|hit| api::at(hit, "created_at_i").as_i64());
        let is_more = api::count(&body, "nbHits") > hits.len() as u64;
        let next = last.filter(|_| is_more).map(|second| second.saturating_add(1).to_string());
        let seen = hits.iter().map(|hit| (api::text(hit, "objectID"), api::unix(hit, "created_at_i")));
        let seen = Seen::of(seen, next, response.at);
        let next = walk.next(&self.rules, seen, &mut warnings);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        walk::refused(self, &self.rules, cursor, response)
    }

    fn recheck(&self, known: &[Known], _cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let id = known.first().map(|k| k.external_id.as_str())?;
        let is_number = id.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| Ok(api::get(api::end_point(&self.items, &["item", &format!("{id}.json")]))))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        let Some(one) = known.first() else { return Ok(Vec::new()) };
        let body = api::body(response, ITEM)?;
        let is_it = api::id(&body, "id").is_some_and(|id| id == one.external_id);
        match is_it && (api::is(&body, "deleted") || api::is(&body, "dead")) {
            true => Ok(reply::settle(std::slice::from_ref(one), Vec::new())),
            // Its text is not compared: the two interfaces escape in different ways.
            false if is_it || body.is_null() => Ok(Vec::new()),
            false => Err(api::other_shape(ITEM)),
        }
    }
}

#[cfg(test)]
mod tests;
