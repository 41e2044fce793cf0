//! Discourse forums: all new posts, or a search.
//!
//! Described by discourse_api_docs (openapi of 2026-08-20). `/posts.json` gives the posts of all topics by falling id
//! and goes back with `before`; a search gives excerpts only and goes back by page number. A search's texts are
//! therefore beginnings of texts, and whether a found post still stands is all that is asked again about it.
//! Ids and user names belong to one forum: they are kept together with its host.
//!
//! What a forum pushes is read by [`crate::discourse_webhook`].

mod post;

pub(crate) use post::{Place, draft as post_draft};

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::{Request, Response};
use http::HeaderValue;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Known, Page, ParseError, PlanError, Refusal, Source,
    read_config,
};
use crate::raw::walk::{self, Rules, Seen, Walk};
use crate::raw::{self, api, reply};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "discourse",
    about: "a Discourse forum: all new posts, or a search",
    channel: Channel::Forum,
    credential: "optional: an API key with `username`, or a user API key without; closed forums need it",
    polled: true,
    example: r#"[[source]]
id = "forum"
kind = "discourse"
base = "https://forum.example"
mode = "posts"              # posts (all of the forum) or search
# query = "meubelhal"       # search: what to look for
# username = "gehoor"       # whose API key `credential` is
# overlap_minutes = 60      # how far back each poll reads again
# sweep_hours = 24          # how far back it reads once a day, for edits; 0 for never
# backfill_pages = 1        # pages that the first poll reads
"#,
    reach: "the whole forum back; edits are seen within the look back (a day), deletions by asking again",
    recheck: 1,
    shared: Some("discourse"),
    every: SignedDuration::from_mins(5),
    build: |table| Ok(Box::new(Discourse::new(&read_config(table)?)?)),
};

const EXPECTED: &str = "a list of posts as Discourse gives it";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Posts,
    Search,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: String,
    mode: Mode,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    username: Option<String>,
    #[serde(default = "an_hour")]
    overlap_minutes: u32,
    #[serde(default = "a_day")]
    sweep_hours: u32,
    #[serde(default = "one")]
    backfill_pages: u32,
}

fn an_hour() -> u32 {
    60
}

fn a_day() -> u32 {
    24
}

fn one() -> u32 {
    1
}

struct Discourse {
    base: Url,
    host: String,
    mode: Mode,
    query: String,
    username: Option<HeaderValue>,
    rules: Rules,
}

impl Discourse {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let base = raw::address("base", &config.base)?;
        let query = config.query.as_deref().map(str::trim).unwrap_or_default().to_owned();
        if config.mode == Mode::Search && query.is_empty() {
            return Err(BadConfig("`query` is missing: this mode needs it".to_owned()));
        }
        let username = config.username.as_deref().map(|name| {
            HeaderValue::from_str(name.trim())
                .map_err(|_| BadConfig("`username` holds what a header cannot hold".to_owned()))
        });
        let hours = |n: u32| SignedDuration::from_hours(i64::from(n.min(24 * 365)));
        Ok(Self {
            host: api::host(&base),
            base,
            mode: config.mode,
            query,
            username: username.transpose()?,
            rules: Rules {
                overlap: SignedDuration::from_mins(i64::from(config.overlap_minutes.min(24 * 60))),
                backfill_pages: config.backfill_pages.clamp(1, raw::walk::MOST_PAGES),
                sweep: (config.sweep_hours > 0).then(|| (hours(24), hours(config.sweep_hours))),
                // An id holds for ever; a page number moves with every new post.
                holds: (config.mode == Mode::Search).then_some(SignedDuration::from_mins(10)),
                ..Rules::default()
            },
        })
    }

    fn request(&self, url: Url, cx: &Context<'_>) -> Result<Request, PlanError> {
        let mut request = api::get(url);
        if let Some(key) = cx.credential {
            let mut value =
                HeaderValue::from_str(key.reveal().trim()).map_err(|_| PlanError::NoCredential)?;
            value.set_sensitive(true);
            match &self.username {
                Some(name) => {
                    request.headers.insert("api-key", value);
                    request.headers.insert("api-username", name.clone());
                }
                None => {
                    request.headers.insert("user-api-key", value);
                }
            }
            request.credential = Some(format!("discourse:{}", self.host));
        }
        Ok(request)
    }

    /// Where older posts are, out of what a page holds.
    fn older(&self, body: &Value, posts: &[Value], asked: Option<&str>) -> Option<String> {
        match self.mode {
            Mode::Posts => {
                posts.iter().filter_map(|p| api::at(p, "id").as_u64()).min().map(|id| id.to_string())
            }
            Mode::Search => {
                // The second counts the pages of the search for people; both stand in the description (2026-10).
                let more = ["more_posts", "more_full_page_results"];
                // The server says true or nothing, its description a text or nothing.
                let found = api::at(body, "grouped_search_result");
                let is_more = more.iter().any(|name| {
                    let said = api::at(found, name);
                    api::is(found, name) || said.as_str().is_some_and(|text| !text.is_empty())
                });
                let page: u32 = asked.and_then(|a| a.parse().ok()).unwrap_or(1);
                is_more.then(|| page.saturating_add(1).to_string())
            }
        }
    }
}

/// The posts of an answer.
fn posts<'a>(body: &'a Value, path: &str) -> Result<&'a [Value], ParseError> {
    if body.get("errors").is_some() || body.get("error_type").is_some() {
        let said = ["rate_limit", "invalid_access", "not_logged_in", "not_found"];
        let named = api::text(body, "error_type").and_then(|t| said.into_iter().find(|s| *s == t));
        return Err(ParseError::Refused(named.unwrap_or("an error inside a successful answer").to_owned()));
    }
    // A search that finds nothing may leave the list out.
    if path == "posts" && body.get("grouped_search_result").is_some() && body.get("posts").is_none() {
        return Ok(&[]);
    }
    api::list(body, path, EXPECTED)
}

impl Source for Discourse {
    fn back(&self) -> Back {
        Back::pages(self.rules.backfill_pages, 50)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let walk: Walk = raw::state(cursor)?;
        let ask = walk.ask(&self.rules, cx.now);
        let mut url = match self.mode {
            Mode::Posts => api::end_point(&self.base, &["posts.json"]),
            Mode::Search => api::end_point(&self.base, &["search.json"]),
        };
        if self.mode == Mode::Search {
            // Whole days only, so one is taken off.
            let day =
                ask.floor.map(|floor| floor.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(floor));
            let after = day.map(|day| format!(" after:{}", day.strftime("%Y-%m-%d"))).unwrap_or_default();
            url.query_pairs_mut().append_pair("q", &format!("{} order:latest{after}", self.query));
        }
        if let Some(from) = ask.from {
            let name = if self.mode == Mode::Posts { "before" } else { "page" };
            url.query_pairs_mut().append_pair(name, &from);
        }
        self.request(url, cx)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let walk: Walk = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        let posts = posts(&body, if self.mode == Mode::Posts { "latest_posts" } else { "posts" })?;
        let (mut items, mut warnings) = (Vec::new(), Vec::new());
        let place = post::Place { base: &self.base, host: &self.host, page: posts, body: &body };
        for (at, one) in posts.iter().enumerate() {
            match post::draft(one, &place) {
                Ok(draft) => items.push(draft),
                Err(because) => warnings.push(api::left_out(format!("post {}", at + 1), because)),
            }
        }
        let asked = walk.ask(&self.rules, response.at).from;
        let names: Vec<Option<String>> = posts.iter().map(|p| api::id(p, "id")).collect();
        let entries = names.iter().zip(posts).map(|(name, p)| (name.as_deref(), api::date(p, "created_at")));
        let seen = Seen::of(entries, self.older(&body, posts, asked.as_deref()), response.at);
        let next = walk.next(&self.rules, seen, &mut warnings);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        let body = api::body(response, EXPECTED).ok()?;
        match api::text(&body, "error_type")? {
            "rate_limit" => Some(Refusal {
                why: "the forum asks to wait".to_owned(),
                not_before: api::at(&body, "extras/wait_seconds")
                    .as_u64()
                    .and_then(|s| i64::try_from(s.min(86_400)).ok())
                    .map(SignedDuration::from_secs),
                ended: false,
            }),
            "invalid_access" | "not_logged_in" => {
                Some(api::ended("the forum lets nobody in without a key that may read it: set `credential`"))
            }
            _ => None,
        }
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        walk::refused(self, &self.rules, cursor, response)
    }

    fn recheck(&self, known: &[Known], cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let one = known.first()?;
        let (id, topic) = post::places(one, &self.host)?;
        let mut url = api::end_point(&self.base, &["t", &topic, "posts.json"]);
        url.query_pairs_mut().append_pair("post_ids[]", &id);
        Some(self.request(url, cx))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        let Some((one, (id, _))) = known.first().and_then(|k| Some((k, post::places(k, &self.host)?))) else {
            return Ok(Vec::new());
        };
        let one = std::slice::from_ref(one);
        if reply::is_gone(response) {
            return Ok(reply::settle(one, Vec::new()));
        }
        let body = api::body(response, EXPECTED)?;
        let posts = posts(&body, "post_stream/posts")?;
        let Some(found) = posts.iter().find(|p| api::id(p, "id").as_ref() == Some(&id)) else {
            return Ok(reply::settle(one, Vec::new()));
        };
        let place = post::Place { base: &self.base, host: &self.host, page: posts, body: &body };
        let draft = post::draft(found, &place).ok();
        // An excerpt would look like another text, and the title of a topic is not in this answer.
        let comparable = |d: &Draft| {
            d.withdrawn || (self.mode == Mode::Posts && api::at(found, "post_number").as_u64() != Some(1))
        };
        Ok(draft.filter(comparable).into_iter().collect())
    }
}

#[cfg(test)]
mod tests;
