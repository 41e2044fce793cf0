//! Lemmy: a search, or the new comments or posts of an instance or a community.
//!
//! Both generations are read: `/api/v3` of Lemmy 0.19 and `/api/v4` of 1.0, as its own client describes them
//! (lemmy-js-client 0.19.9 and 1.0.0-beta.2) and its server reads them (2026). The older one counts pages, the newer one
//! gives opaque positions. A number moves when something is deleted while pages are read; what slips through is found by
//! the daily look back. The newer one writes its words in small letters and refuses others; its search does not say in
//! which order it answers, so there its lists are asked for what holds the words, newest first. Instances set their own
//! limits, counted by address; searching is the scarcest (60 in ten minutes unless changed).
//!
//! A post is named by its `ap_id`, which is the same on every instance. A deleted one keeps its place with a blank
//! text. Whether one still stands is asked by that name, which counts as a search.

mod view;

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::{Request, Response};
use http::StatusCode;
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
    name: "lemmy",
    about: "Lemmy: a search, or new comments or posts of an instance or a community",
    channel: Channel::Forum,
    credential: "optional: a login token (JWT) of an account; private instances need it",
    polled: true,
    example: r#"[[source]]
id = "lemmy-search"
kind = "lemmy"
base = "https://lemmy.example"
what = "comments"            # comments or posts
query = "meubelhal"          # leave it out to read all that is new
# community = "klachten"     # only there
# api = "v3"                 # v3 (Lemmy 0.19) or v4 (1.0)
# overlap_minutes = 60       # how far back each poll reads again, for what federates late
# sweep_hours = 24           # how far back it reads once a day, for edits; 0 for never
# backfill_pages = 1         # pages of 50 that the first poll reads
# bots = false               # whether accounts that call themselves bots are read
"#,
    reach: "what the instance has of it; edits and deletions are seen within the look back (a day), or by asking again",
    recheck: 1,
    shared: Some("lemmy"),
    every: SignedDuration::from_mins(5),
    build: |table| Ok(Box::new(Lemmy::new(&read_config(table)?)?)),
};

const EXPECTED: &str = "a list of comments or posts as Lemmy gives it";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Comments,
    Posts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Generation {
    #[default]
    V3,
    V4,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    base: String,
    what: What,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    community: Option<String>,
    #[serde(default)]
    api: Generation,
    #[serde(default = "an_hour")]
    overlap_minutes: u32,
    #[serde(default = "a_day")]
    sweep_hours: u32,
    #[serde(default = "one")]
    backfill_pages: u32,
    #[serde(default)]
    bots: bool,
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

struct Lemmy {
    /// The root of the interface.
    base: Url,
    /// The list with all that stays the same.
    url: Url,
    host: String,
    /// Whether older pages are counted; else the answer says where they are.
    counted: bool,
    what: What,
    rules: Rules,
    bots: bool,
}

impl Lemmy {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let given = |t: &Option<String>| t.as_deref().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let (query, community) = (given(&config.query), given(&config.community));
        let generation = if config.api == Generation::V3 { "v3" } else { "v4" };
        let root = raw::address("base", &config.base)?;
        let base = api::end_point(&root, &["api", generation]);
        let older = config.api == Generation::V3;
        let mut url = match (&query, config.what) {
            (Some(_), _) if older => api::end_point(&base, &["search"]),
            (_, What::Comments) => api::end_point(&base, &["comment", "list"]),
            (_, What::Posts) => api::end_point(&base, &["post", "list"]),
        };
        let (all, newest) = if older { ("All", "New") } else { ("all", "new") };
        match &query {
            Some(query) if older => {
                let what = if config.what == What::Comments { "Comments" } else { "Posts" };
                url.query_pairs_mut().append_pair("q", query).append_pair("type_", what);
                url.query_pairs_mut().append_pair("listing_type", all);
            }
            Some(query) => {
                url.query_pairs_mut().append_pair("search_term", query).append_pair("type_", all);
            }
            None => {
                url.query_pairs_mut().append_pair("type_", all);
            }
        }
        url.query_pairs_mut().append_pair("sort", newest).append_pair("limit", "50");
        if let Some(community) = &community {
            url.query_pairs_mut().append_pair("community_name", community);
        }
        let hours = |n: u32| SignedDuration::from_hours(i64::from(n.min(24 * 365)));
        Ok(Self {
            base,
            url,
            host: api::host(&root),
            counted: older && (query.is_some() || config.what == What::Comments),
            what: config.what,
            rules: Rules {
                overlap: SignedDuration::from_mins(i64::from(config.overlap_minutes.min(24 * 60))),
                backfill_pages: config.backfill_pages.clamp(1, raw::walk::MOST_PAGES),
                sweep: (config.sweep_hours > 0).then(|| (hours(24), hours(config.sweep_hours))),
                ..Rules::default()
            },
            bots: config.bots,
        })
    }

    fn request(&self, url: Url, cx: &Context<'_>) -> Result<Request, PlanError> {
        api::get_with_token(url, cx, &format!("lemmy:{}", self.host))
    }
}

impl Source for Lemmy {
    fn back(&self) -> Back {
        Back::pages(self.rules.backfill_pages, 50)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let walk: Walk = raw::state(cursor)?;
        let mut url = self.url.clone();
        if let Some(from) = walk.ask(&self.rules, cx.now).from {
            url.query_pairs_mut().append_pair(if self.counted { "page" } else { "page_cursor" }, &from);
        }
        self.request(url, cx)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let walk: Walk = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        if let Some(error) = body.get("error") {
            return Err(ParseError::Refused(said(error.as_str().unwrap_or_default()).to_owned()));
        }
        let views = view::list(&body, self.what == What::Posts).ok_or_else(|| api::other_shape(EXPECTED))?;
        let (mut items, mut warnings) = (Vec::new(), Vec::new());
        for (at, one) in views.iter().enumerate() {
            if !self.bots && (api::is(one, "creator/bot_account")) {
                continue;
            }
            match view::draft(one, &self.host, &views) {
                Ok(draft) => items.push(draft),
                Err(because) => warnings.push(api::left_out(format!("entry {}", at + 1), because)),
            }
        }
        let asked = walk.ask(&self.rules, response.at).from;
        let next = match self.counted {
            true => (!views.is_empty()).then(|| {
                asked.and_then(|a| a.parse::<u32>().ok()).unwrap_or(1).saturating_add(1).to_string()
            }),
            false => api::text(&body, "next_page").map(str::to_owned),
        };
        let seen = views.iter().map(|v| (api::text(view::inner(v), "ap_id"), view::published(v)));
        let seen = Seen::of(seen, next, response.at);
        let next = walk.next(&self.rules, seen, &mut warnings);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        let body = api::body(response, EXPECTED).ok()?;
        match api::text(&body, "error")? {
            // The older generation says so without a header and not always with the status for it.
            error @ ("rate_limit_error" | "too_many_requests") => Some(Refusal {
                why: said(error).to_owned(),
                not_before: response.header("retry-after").is_none().then(|| SignedDuration::from_mins(1)),
                ended: false,
            }),
            error @ ("not_logged_in"
            | "incorrect_login"
            | "instance_is_private"
            | "couldnt_find_community") => Some(api::ended(said(error))),
            _ => None,
        }
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        walk::refused(self, &self.rules, cursor, response)
    }

    fn recheck(&self, known: &[Known], cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let one = known.first().filter(|k| k.external_id.starts_with("http"))?;
        let mut url = api::end_point(&self.base, &["resolve_object"]);
        url.query_pairs_mut().append_pair("q", &one.external_id);
        Some(self.request(url, cx))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        let Some(one) = known.first() else { return Ok(Vec::new()) };
        let gone = || Ok(reply::settle(std::slice::from_ref(one), Vec::new()));
        let body = api::body(response, EXPECTED)?;
        if let Some(error) = api::text(&body, "error") {
            // What this instance had and does not find any more was deleted (from memory).
            let is_missing = matches!(response.status, StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND)
                && (error.starts_with("couldnt_find") || error == "not_found");
            return if is_missing { gone() } else { Err(ParseError::Refused(said(error).to_owned())) };
        }
        let find = |view: &&Value| api::text(view::inner(view), "ap_id") == Some(&one.external_id);
        match view::resolved(&body).filter(find) {
            Some(found) => Ok(view::draft(found, &self.host, &[]).into_iter().collect()),
            None => Err(api::other_shape(EXPECTED)),
        }
    }
}

/// What an error's name means, for people; other names are not repeated.
fn said(error: &str) -> &'static str {
    match error {
        "rate_limit_error" | "too_many_requests" => "the instance asks to wait",
        "not_logged_in" | "incorrect_login" => "the instance wants a login: set `credential`",
        "instance_is_private" => "the instance is private: set `credential`",
        "couldnt_find_community" => "there is no such community there: check `community`",
        _ => "an error inside the answer",
    }
}

#[cfg(test)]
mod tests;
