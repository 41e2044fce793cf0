//! Mastodon and servers that speak its client API: hashtag timelines, search, mentions of an account, and all that an
//! account says: ours, so that an answer of a colleague without any hashtag is heard too.
//!
//! Two ways to walk, because ids differ. *Ids with a clock in them* (Mastodon: milliseconds shifted by 16 bits) are
//! walked upwards with `min_id` until a page is empty, starting a little in the past: a post that federates late gets
//! the id of its old date, below a cursor that has moved on, so the last hour is read again at every poll and the
//! last day once a day. *All other ids* (GoToSocial, Pleroma, snac, and notifications everywhere) are walked
//! downwards from the newest page until a known id appears: on some servers an unknown `min_id` gives an empty page,
//! and one deleted post would silence the source for ever.
//!
//! A post is named by its `uri`, which is the same on every server; threads are named by the id that this server
//! gives to the first post that is known, because a reply names its parent only that way.

mod status;
mod walk;

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::{Request, Response};
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, Method};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Known, Page, ParseError, PlanError, Source, read_config,
};
use crate::raw::{self, api, reply, words};

use walk::State;

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "mastodon",
    about: "Mastodon and its relatives: a hashtag, a search, the mentions of an account, or what an account says",
    channel: Channel::Microblog,
    credential: "optional: access token of an account; `search` and `notifications` need it",
    polled: true,
    example: r##"[[source]]
id = "fediverse-tag"
kind = "mastodon"
base = "https://social.example"
mode = "hashtag"         # hashtag, account, search (needs a token with read:search) or notifications (read:notifications)
tag = "meubelhal"        # hashtag: without `#`
# query = "meubel hal"   # search: what to look for
# account = "1097"       # account: its number on this server, from BASE/api/v1/accounts/lookup?acct=NAME; ours, for our answers
# overlap_minutes = 60   # how far back each poll reads again, for posts that arrive late
# backfill_pages = 1     # pages of 40 that the first poll reads
# bots = false           # whether accounts that call themselves bots are read
"##,
    reach: "what the server has of it; edits are seen within the look back (an hour, once a day a day), deletions when asked one by one",
    recheck: 1,
    shared: Some("mastodon"),
    every: SignedDuration::from_mins(2),
    build: |table| Ok(Box::new(Mastodon::new(&read_config(table)?)?)),
};

/// Posts a page; Mastodon's highest for statuses.
const PAGE: &str = "40";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Hashtag,
    Account,
    Search,
    Notifications,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: String,
    mode: Mode,
    #[serde(default)]
    tag: Option<String>,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    account: Option<String>,
    #[serde(default = "an_hour")]
    overlap_minutes: u32,
    #[serde(default = "one")]
    backfill_pages: u32,
    #[serde(default)]
    bots: bool,
}

fn an_hour() -> u32 {
    60
}

fn one() -> u32 {
    1
}

struct Mastodon {
    /// The end point with all that stays the same.
    url: Url,
    mode: Mode,
    overlap: SignedDuration,
    backfill_pages: u32,
    bots: bool,
}

impl Mastodon {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let base = raw::address("base", &config.base)?;
        let tag = config.tag.as_deref().map(|t| t.trim().trim_start_matches('#')).filter(|t| !t.is_empty());
        let query = config.query.as_deref().map(str::trim).filter(|q| !q.is_empty());
        let account = config.account.as_deref().map(str::trim).filter(|a| !a.is_empty());
        let missing = |key: &str| BadConfig(format!("`{key}` is missing: this mode needs it"));
        let mut url = base.clone();
        let mut path = vec!["api"];
        match config.mode {
            Mode::Hashtag => path.extend(["v1", "timelines", "tag", tag.ok_or_else(|| missing("tag"))?]),
            Mode::Account => {
                path.extend(["v1", "accounts", account.ok_or_else(|| missing("account"))?, "statuses"]);
            }
            Mode::Search => path.extend(["v2", "search"]),
            Mode::Notifications => path.extend(["v1", "notifications"]),
        }
        url.path_segments_mut()
            .map_err(|()| BadConfig("`base` must begin with https:// or http://".to_owned()))?
            .pop_if_empty()
            .extend(path);
        url.set_query(None);
        match config.mode {
            Mode::Hashtag => {}
            Mode::Account => {
                url.query_pairs_mut().append_pair("exclude_reblogs", "true");
            }
            Mode::Search => {
                url.query_pairs_mut()
                    .append_pair("q", query.ok_or_else(|| missing("query"))?)
                    .append_pair("type", "statuses");
            }
            Mode::Notifications => {
                url.query_pairs_mut().append_pair("types[]", "mention");
            }
        }
        url.query_pairs_mut().append_pair("limit", PAGE);
        Ok(Self {
            url,
            mode: config.mode,
            overlap: SignedDuration::from_mins(i64::from(config.overlap_minutes.min(24 * 60))),
            backfill_pages: config.backfill_pages.clamp(1, walk::MOST_PAGES),
            bots: config.bots,
        })
    }

    /// Takes the statuses out of an answer, each with the id that pages are counted in.
    fn entries<'a>(&self, body: &'a Value) -> Result<Vec<(Option<&'a str>, &'a Value)>, ParseError> {
        let list = match self.mode {
            Mode::Search => body.get("statuses"),
            Mode::Hashtag | Mode::Account | Mode::Notifications => Some(body),
        };
        if let Some(error) = body.get("error") {
            let said: String = error.as_str().unwrap_or("without a reason").chars().take(200).collect();
            return Err(ParseError::Refused(said));
        }
        let list = list.and_then(Value::as_array).ok_or_else(|| ParseError::Shape {
            expected: "a list of posts as the Mastodon API gives it",
            found: "JSON of another shape".to_owned(),
        })?;
        let id = |v: &'a Value| v.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
        Ok(list
            .iter()
            .map(|entry| match self.mode {
                Mode::Notifications => (id(entry), entry.get("status").unwrap_or(&Value::Null)),
                Mode::Hashtag | Mode::Account | Mode::Search => (id(entry), entry),
            })
            .collect())
    }

    /// Notifications of other kinds (a favourite, a follower) are no mentions; some servers ignore the filter.
    fn is_wanted(&self, entry: &Value) -> bool {
        self.mode != Mode::Notifications || entry.get("type").and_then(Value::as_str) == Some("mention")
    }
}

impl Source for Mastodon {
    fn back(&self) -> Back {
        Back::pages(self.backfill_pages, 40)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: State = raw::state(cursor)?;
        if cx.credential.is_none() && matches!(self.mode, Mode::Search | Mode::Notifications) {
            return Err(PlanError::NoCredential);
        }
        let mut url = self.url.clone();
        if let Some((name, id)) = state.position(cx.now, self.overlap) {
            url.query_pairs_mut().append_pair(name, &id);
        }
        let mut request = Request::api(Method::GET, url);
        request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = cx.credential {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.reveal()))
                .map_err(|_| PlanError::NoCredential)?;
            value.set_sensitive(true);
            request.headers.insert(AUTHORIZATION, value);
            request.credential = Some(format!("mastodon:{}", self.url.host_str().unwrap_or_default()));
        }
        Ok(request)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let mut state: State = raw::state_for_parse(cursor)?;
        let text = raw::bytes::to_text(&response.body, response.header("content-type"));
        let body: Value =
            serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| ParseError::Shape {
                expected: "JSON of the Mastodon API",
                found: match words::what_is(&text) {
                    what if what.starts_with("JSON") => {
                        format!("JSON that breaks off or is not well-formed at line {}", e.line())
                    }
                    what => what,
                },
            })?;
        let entries = self.entries(&body)?;
        let whole = match self.mode {
            Mode::Notifications => body.as_array().map(Vec::as_slice).unwrap_or_default(),
            Mode::Hashtag | Mode::Account | Mode::Search => &[],
        };
        let wanted: Vec<&Value> = entries
            .iter()
            .enumerate()
            .filter(|(at, _)| whole.get(*at).is_none_or(|entry| self.is_wanted(entry)))
            .map(|(_, (_, status))| *status)
            .collect();
        let (items, mut warnings) = status::drafts(&wanted, &self.url, self.bots, &mut state.roots);

        let ids: Vec<String> = entries.iter().filter_map(|(id, _)| id.map(str::to_owned)).collect();
        let clock = self.mode != Mode::Notifications && status::ids_carry_time(&wanted);
        let older = older(response);
        let next = state.step(
            &walk::Seen { ids, clock, older, at: response.at },
            self.backfill_pages,
            &mut warnings,
        );
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn recheck(&self, known: &[Known], _cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let url = Url::parse(&known.first()?.external_id).ok().filter(|url| url.has_host())?;
        // Asked where it was written, as one server asks another, without our token: its home knows first that it is gone,
        // and our own server may keep it for ever. A home that answers to servers only (signed) says nothing, and nothing follows.
        // This is no walk through its pages, which its robots.txt may forbid: one object, to honour a deletion.
        let mut request = Request::api(Method::GET, url);
        request.headers.insert(ACCEPT, HeaderValue::from_static("application/activity+json"));
        Some(Ok(request))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        const EXPECTED: &str = "a post as servers of the fediverse give it to each other";
        let Some(one) = known.first() else { return Ok(Vec::new()) };
        let one = std::slice::from_ref(one);
        if reply::is_gone(response) {
            return Ok(reply::settle(one, Vec::new()));
        }
        let body = api::body(response, EXPECTED)?;
        match (api::text(&body, "type"), api::text(&body, "id")) {
            (Some("Tombstone"), Some(id)) if one.iter().any(|k| k.external_id == id) => {
                Ok(reply::settle(one, Vec::new()))
            }
            (Some(_), Some(_)) => Ok(Vec::new()),
            _ => Err(api::other_shape(EXPECTED)),
        }
    }
}

/// What the `Link` header says about older pages.
fn older(response: &Response) -> walk::Older {
    if response.header("link").is_none() {
        return walk::Older::NotSaid;
    }
    // Only the id is taken out of it, so that a forged address cannot lead the token elsewhere.
    let next = gehoor_wire::link::link(&response.headers, &response.url, "next");
    let id = next.and_then(|url| url.query_pairs().find(|(k, _)| k == "max_id").map(|(_, v)| v.into_owned()));
    id.map_or(walk::Older::None, walk::Older::Below)
}

#[cfg(test)]
mod tests;
