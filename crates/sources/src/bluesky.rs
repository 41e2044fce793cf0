//! Bluesky and other AT Protocol networks: search, the posts of an account, mentions of our own account.
//!
//! Described by the lexicons of bluesky-social/atproto (2026-08-20) and docs.bsky.app. Lists come newest first and
//! have only an opaque position of older pages, which may be short or empty and still have a next one; search orders
//! by the earlier of the date that the author's program gives and the date of arrival, so a post may appear below
//! others that were read before: that is what `overlap_minutes` is for. How long a position holds is said nowhere.
//!
//! A post is named by its `at://` address, which is built on the account's lasting id; handles change. Posts are
//! practically never edited. Authors who ask not to be shown to people without an account (`!no-unauthenticated`) are
//! read: these pages are behind a login. What was deleted is not announced in lists: it is missing when it is asked by name.

mod post;

use std::collections::BTreeSet;

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::login::{AppPassword, Login};
use gehoor_wire::{Request, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Known, Page, ParseError, PlanError, Refusal, Source,
    read_config,
};
use crate::raw::walk::{self, Rules, Seen, Walk};
use crate::raw::{self, api};

pub(crate) use post::{address_of, of_record, still_there};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "bluesky",
    about: "Bluesky: a search, the posts of an account, or what is said to our own account",
    channel: Channel::Microblog,
    credential: "optional: app password of the account in `identifier`; `notifications` needs it, `search` mostly",
    polled: true,
    example: r#"[[source]]
id = "bluesky-search"
kind = "bluesky"
mode = "search"                       # search, author (posts of `actor`) or notifications (mentions, replies, quotes)
query = "meubelhal"
# actor = "meubelhal.example"         # author: whose posts
# lang = "nl"                         # search: only posts that say that they are in this language
identifier = "meubelhal.example"      # the account that logs in; leave it out to read without one
credential = "env:BLUESKY_APP_PASSWORD"
# server = "https://bsky.social"      # the account's server; without an account https://public.api.bsky.app
# overlap_minutes = 15                # how far back each poll reads again
# backfill_pages = 1                  # pages of 100 that the first poll reads
# bots = false                        # whether accounts that label themselves bots are read
"#,
    reach: "search: what the network's index has, mostly all; deletions are found by asking again; edits do not exist",
    recheck: 25,
    shared: Some("bluesky"),
    every: SignedDuration::from_mins(3),
    build: |table| Ok(Box::new(Bluesky::new(&read_config(table)?)?)),
};

const PUBLIC: &str = "https://public.api.bsky.app";
const ENTRYWAY: &str = "https://bsky.social";
const EXPECTED: &str = "a list of posts as the AT Protocol gives it";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Search,
    Author,
    Notifications,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    mode: Mode,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    actor: Option<String>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    identifier: Option<String>,
    #[serde(default)]
    server: Option<String>,
    #[serde(default = "a_quarter")]
    overlap_minutes: u32,
    #[serde(default = "one")]
    backfill_pages: u32,
    #[serde(default)]
    bots: bool,
}

fn a_quarter() -> u32 {
    15
}

fn one() -> u32 {
    1
}

struct Bluesky {
    server: Url,
    /// The end point with all that stays the same.
    url: Url,
    mode: Mode,
    login: Option<AppPassword>,
    rules: Rules,
    bots: bool,
}

impl Bluesky {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let given = |value: &Option<String>| {
            value.as_deref().map(|t| t.trim().trim_start_matches('@').to_owned()).filter(|t| !t.is_empty())
        };
        let missing = |key: &str| BadConfig(format!("`{key}` is missing: this mode needs it"));
        let identifier = given(&config.identifier);
        let usual = if identifier.is_some() { ENTRYWAY } else { PUBLIC };
        let server = raw::address("server", config.server.as_deref().unwrap_or(usual))?;
        let mut url = method(
            &server,
            match config.mode {
                Mode::Search => "app.bsky.feed.searchPosts",
                Mode::Author => "app.bsky.feed.getAuthorFeed",
                Mode::Notifications => "app.bsky.notification.listNotifications",
            },
        );
        match config.mode {
            Mode::Search => {
                let query = given(&config.query).ok_or_else(|| missing("query"))?;
                url.query_pairs_mut().append_pair("q", &query).append_pair("sort", "latest");
                if let Some(lang) = given(&config.lang) {
                    url.query_pairs_mut().append_pair("lang", &lang);
                }
            }
            Mode::Author => {
                let actor = given(&config.actor).ok_or_else(|| missing("actor"))?;
                url.query_pairs_mut()
                    .append_pair("actor", &actor)
                    .append_pair("filter", "posts_with_replies");
            }
            Mode::Notifications => {
                identifier.as_ref().ok_or_else(|| missing("identifier"))?;
                for reason in post::REASONS {
                    url.query_pairs_mut().append_pair("reasons", reason);
                }
            }
        }
        url.query_pairs_mut().append_pair("limit", "100");
        Ok(Self {
            login: identifier.map(|identifier| AppPassword { server: server.clone(), identifier }),
            server,
            url,
            mode: config.mode,
            rules: Rules {
                overlap: SignedDuration::from_mins(i64::from(config.overlap_minutes.min(24 * 60))),
                backfill_pages: config.backfill_pages.clamp(1, raw::walk::MOST_PAGES),
                ..Rules::default()
            },
            bots: config.bots,
        })
    }

    fn request(&self, url: Url, cx: &Context<'_>) -> Result<Request, PlanError> {
        let account = self.login.as_ref().map_or("nobody", |login| login.identifier.as_str());
        if self.login.is_some() && cx.credential.is_none() {
            return Err(PlanError::NoCredential);
        }
        api::get_with_token(url, cx, &format!("bluesky:{account}"))
    }

    /// The entries of an answer; a repost or a pinned post at the top of a feed is none.
    fn entries<'a>(&self, body: &'a Value) -> Result<Vec<&'a Value>, ParseError> {
        if let Some(error) = body.get("error") {
            return Err(refused(error.as_str().unwrap_or_default()));
        }
        let name = match self.mode {
            Mode::Search => "posts",
            Mode::Author => "feed",
            Mode::Notifications => "notifications",
        };
        let list = api::list(body, name, EXPECTED)?.iter();
        Ok(match self.mode {
            Mode::Author => list
                .filter(|entry| api::at(entry, "reason").is_null())
                .map(|entry| api::at(entry, "post"))
                .collect(),
            // Some servers do not know `reasons` and give likes and followers too.
            Mode::Notifications => list
                .filter(|entry| post::REASONS.contains(&api::text(entry, "reason").unwrap_or_default()))
                .collect(),
            Mode::Search => list.collect(),
        })
    }
}

fn method(server: &Url, name: &str) -> Url {
    api::end_point(server, &["xrpc", name])
}

impl Source for Bluesky {
    fn back(&self) -> Back {
        Back::pages(self.rules.backfill_pages, 100)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let walk: Walk = raw::state(cursor)?;
        let ask = walk.ask(&self.rules, cx.now);
        let mut url = self.url.clone();
        if let Some(floor) = ask.floor.filter(|_| self.mode == Mode::Search) {
            url.query_pairs_mut().append_pair("since", &format!("{floor:.3}"));
        }
        if let Some(from) = ask.from {
            url.query_pairs_mut().append_pair("cursor", &from);
        }
        self.request(url, cx)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let walk: Walk = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        let entries = self.entries(&body)?;
        let (mut items, mut warnings, mut known) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (at, entry) in entries.iter().enumerate() {
            if !self.bots && post::is_bot(entry) {
                continue;
            }
            match post::draft(entry) {
                Ok(draft) => items.extend(known.insert(draft.external_id.clone()).then_some(draft)),
                Err(because) => warnings.push(api::left_out(format!("post {}", at + 1), because)),
            }
        }
        let next = api::text(&body, "cursor").map(str::to_owned);
        let seen = entries.iter().map(|entry| (api::text(entry, "uri"), post::sort_at(entry)));
        let seen = Seen::of(seen, next, response.at);
        let next = walk.next(&self.rules, seen, &mut warnings);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn login(&self) -> Option<&dyn Login> {
        self.login.as_ref().map(|login| login as &dyn Login)
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        let body = api::body(response, EXPECTED).ok()?;
        let why = why(api::text(&body, "error")?).or_else(|| {
            (response.status == http::StatusCode::FORBIDDEN && self.login.is_none()).then_some(
                "this host does not answer that without an account: set `identifier` and `credential`",
            )
        })?;
        Some(api::ended(why))
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        walk::refused(self, &self.rules, cursor, response)
    }

    fn recheck(&self, known: &[Known], cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let mut url = method(&self.server, "app.bsky.feed.getPosts");
        for one in known.iter().filter(|k| k.external_id.starts_with("at://")).take(KIND.recheck) {
            url.query_pairs_mut().append_pair("uris", &one.external_id);
        }
        url.query()?;
        Some(self.request(url, cx))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        still_there(known, response)
    }
}

/// What the named errors mean that a person has to mend; an ended token is the login's business.
fn why(error: &str) -> Option<&'static str> {
    Some(match error {
        "AuthMissing" | "AuthenticationRequired" | "AuthRequired" => {
            "this needs an account: set `identifier` and `credential` (an app password)"
        }
        "AuthFactorTokenRequired" => {
            "the account wants a second factor: use an app password, not its password"
        }
        "AccountTakedown" | "AccountDeactivated" => {
            "the account is taken down or deactivated: use another one"
        }
        "BlockedActor" | "BlockedByActor" => "one of the two accounts blocks the other: nothing can be read",
        "BadQueryString" => "the search is not understood: change `query`",
        _ => return None,
    })
}

fn refused(error: &str) -> ParseError {
    let known = ["RateLimitExceeded", "InternalServerError", "UpstreamFailure", "InvalidRequest", "NotFound"];
    let said = known.into_iter().find(|name| *name == error).or_else(|| why(error));
    ParseError::Refused(said.unwrap_or("an error inside a successful answer").to_owned())
}

#[cfg(test)]
mod tests;
