//! Reddit: new posts or comments of a subreddit, a search, mentions of our account.
//!
//! Described by the client library PRAW (2026-08-17) and Reddit's archived server (2017); the current policy page
//! could not be read. Access needs approval since November 2025, commercial use an agreement. Lists come newest first
//! and hold about 1,000 items, older ones cannot be reached. They are read without `before`: an id that was deleted
//! meanwhile gives an empty list there and would silence the source. The same may happen to the id at which an older
//! page begins (not documented): an empty page is then tried once more from the top.
//!
//! Content that was deleted at Reddit has to be removed here, title and links too; when an account is gone, also its
//! id and name. Nothing announces either, so mentions have to be asked for by name (`recheck`), at least daily while a
//! case is open; that it should be within 48 hours is from memory. The score is blurred by Reddit on purpose.

mod thing;

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::login::{ClientAuth, Login, OAuth2};
use gehoor_wire::{Request, Response};
use http::HeaderValue;
use http::header::USER_AGENT;
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
    name: "reddit",
    about: "Reddit: posts or comments of a subreddit, a search for posts, or mentions of our account",
    channel: Channel::Forum,
    credential: "required: the app's `client_secret`; with `username` and `password`, or `refresh_token`, for `mentions`",
    polled: true,
    example: r#"[[source]]
id = "reddit-search"
kind = "reddit"
mode = "search"               # search, new (posts of a subreddit), comments (of a subreddit) or mentions (of our account)
query = "meubelhal"           # search: finds posts only, and some minutes late
# subreddit = "thenetherlands"  # new, comments: which one; search: only there
client_id = "your-app-id"
user_agent = "linux:gehoor:0.1 (by /u/your-account)"   # Reddit slows down clients without such a name
credential = "env:REDDIT_CLIENT_SECRET"
# overlap_minutes = 30        # how far back each poll reads again
# sweep_hours = 24            # how far back it reads once a day, for edits; 0 for never
# backfill_pages = 1          # pages of 100 that the first poll reads
"#,
    reach: "about 1,000 items back; edits are seen within the look back (a day), older ones and deletions by asking again",
    recheck: 100,
    shared: Some("reddit"),
    every: SignedDuration::from_mins(3),
    build: |table| Ok(Box::new(Reddit::new(&read_config(table)?)?)),
};

const EXPECTED: &str = "a listing as Reddit gives it";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    New,
    Comments,
    Search,
    Mentions,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    mode: Mode,
    client_id: String,
    user_agent: String,
    #[serde(default)]
    subreddit: Option<String>,
    #[serde(default)]
    query: Option<String>,
    #[serde(default = "half_an_hour")]
    overlap_minutes: u32,
    #[serde(default = "a_day")]
    sweep_hours: u32,
    #[serde(default = "one")]
    backfill_pages: u32,
    #[serde(default = "oauth")]
    api: String,
    #[serde(default = "www")]
    login: String,
}

fn half_an_hour() -> u32 {
    30
}

fn a_day() -> u32 {
    24
}

fn one() -> u32 {
    1
}

fn oauth() -> String {
    "https://oauth.reddit.com".to_owned()
}

fn www() -> String {
    "https://www.reddit.com".to_owned()
}

struct Reddit {
    api: Url,
    /// The end point with all that stays the same.
    url: Url,
    agent: HeaderValue,
    login: OAuth2,
    rules: Rules,
}

impl Reddit {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let missing = |key: &str| BadConfig(format!("`{key}` is missing: this mode needs it"));
        let base = raw::address("api", &config.api)?;
        let name = |text: &str| {
            let text = text.trim().trim_matches('/');
            text.strip_prefix("r/").unwrap_or(text).to_owned()
        };
        let subreddit = config.subreddit.as_deref().map(name).filter(|n| !n.is_empty());
        if subreddit.as_ref().is_some_and(|n| !n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')) {
            return Err(BadConfig("`subreddit` is the name alone, as in r/NAME".to_owned()));
        }
        let within = || subreddit.clone().ok_or_else(|| missing("subreddit"));
        let mut url = match config.mode {
            Mode::New => api::end_point(&base, &["r", &within()?, "new"]),
            Mode::Comments => api::end_point(&base, &["r", &within()?, "comments"]),
            Mode::Search => match &subreddit {
                Some(name) => api::end_point(&base, &["r", name, "search"]),
                None => api::end_point(&base, &["search"]),
            },
            Mode::Mentions => api::end_point(&base, &["message", "mentions"]),
        };
        if config.mode == Mode::Search {
            let query = config.query.as_deref().map(str::trim).filter(|q| !q.is_empty());
            url.query_pairs_mut()
                .append_pair("q", query.ok_or_else(|| missing("query"))?)
                .append_pair("sort", "new")
                .append_pair("type", "link");
            if subreddit.is_some() {
                url.query_pairs_mut().append_pair("restrict_sr", "1");
            }
        }
        // Without `raw_json` the signs of HTML are escaped in texts.
        url.query_pairs_mut().append_pair("limit", "100").append_pair("raw_json", "1");
        let hours = |n: u32| SignedDuration::from_hours(i64::from(n.min(24 * 365)));
        Ok(Self {
            login: OAuth2 {
                token_url: api::end_point(
                    &raw::address("login", &config.login)?,
                    &["api", "v1", "access_token"],
                ),
                refresh_url: None,
                client_id: config.client_id.clone(),
                auth: ClientAuth::Basic,
                scope: None,
                holds: None,
            },
            api: base,
            url,
            agent: HeaderValue::from_str(config.user_agent.trim())
                .map_err(|_| BadConfig("`user_agent` holds what a header cannot hold".to_owned()))?,
            rules: Rules {
                overlap: SignedDuration::from_mins(i64::from(config.overlap_minutes.min(24 * 60))),
                backfill_pages: config.backfill_pages.clamp(1, raw::walk::MOST_PAGES),
                sweep: (config.sweep_hours > 0).then(|| (hours(24), hours(config.sweep_hours))),
                empty_is_lost: true,
                ..Rules::default()
            },
        })
    }

    fn request(&self, url: Url, cx: &Context<'_>) -> Result<Request, PlanError> {
        if cx.credential.is_none() {
            return Err(PlanError::NoCredential);
        }
        let mut request = api::get_with_token(url, cx, &format!("reddit:{}", self.login.client_id))?;
        request.headers.insert(USER_AGENT, self.agent.clone());
        Ok(request)
    }
}

/// The things of a listing, and where older ones are.
fn listing(response: &Response) -> Result<(Vec<Value>, Option<String>), ParseError> {
    let mut body = api::body(response, EXPECTED)?;
    // Reddit says some errors within a successful answer, in two forms.
    if let Some(error) = body.get("error").or_else(|| body.get("json")) {
        let why = match error.as_u64() {
            Some(status) => format!("error {status}"),
            None => "an error inside a successful answer".to_owned(),
        };
        return Err(ParseError::Refused(why));
    }
    if api::text(&body, "kind") != Some("Listing") {
        return Err(api::other_shape(EXPECTED));
    }
    let after = api::text(&body, "data/after").map(str::to_owned);
    match body.pointer_mut("/data/children").map(Value::take) {
        Some(Value::Array(children)) => Ok((children, after)),
        _ => Err(api::other_shape(EXPECTED)),
    }
}

impl Source for Reddit {
    fn back(&self) -> Back {
        Back::pages(self.rules.backfill_pages, 100).at_most(1_000)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let walk: Walk = raw::state(cursor)?;
        let mut url = self.url.clone();
        if let Some(from) = walk.ask(&self.rules, cx.now).from {
            url.query_pairs_mut().append_pair("after", &from);
        }
        self.request(url, cx)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let walk: Walk = raw::state_for_parse(cursor)?;
        let (things, next) = listing(response)?;
        // A subreddit that does not exist leads to a search for subreddits.
        if !things.is_empty() && things.iter().all(|t| api::text(t, "kind") == Some("t5")) {
            return Err(ParseError::Refused("there is no such subreddit".to_owned()));
        }
        let (mut items, mut warnings): (Vec<Draft>, _) = (Vec::new(), Vec::new());
        for (at, thing) in things.iter().enumerate() {
            match thing::draft(thing) {
                Ok(draft) if items.iter().any(|i| i.external_id == draft.external_id) => {}
                Ok(draft) => items.push(draft),
                Err(because) => warnings.push(api::left_out(format!("item {}", at + 1), because)),
            }
        }
        let seen = things.iter().map(|t| (api::text(t, "data/name"), api::unix(t, "data/created_utc")));
        let seen = Seen::of(seen, next, response.at);
        let next = walk.next(&self.rules, seen, &mut warnings);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn login(&self) -> Option<&dyn Login> {
        Some(&self.login)
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        let body = api::body(response, EXPECTED).ok()?;
        Some(api::ended(match api::text(&body, "reason")? {
            "private" => "the subreddit is private: our account is not let in",
            "quarantined" => "the subreddit is under quarantine: an account has to agree to it first",
            "banned" => "the subreddit was banned by Reddit: it will not come back",
            "gold_only" => "the subreddit is for paying members only",
            _ => return None,
        }))
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        walk::refused(self, &self.rules, cursor, response)
    }

    fn recheck(&self, known: &[Known], cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let names: Vec<&str> = asked(known).map(|k| k.external_id.as_str()).collect();
        if names.is_empty() {
            return None;
        }
        let mut url = api::end_point(&self.api, &["api", "info"]);
        url.query_pairs_mut().append_pair("id", &names.join(",")).append_pair("raw_json", "1");
        Some(self.request(url, cx))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        let (things, _) = listing(response)?;
        let mut drafts = Vec::new();
        let asked: Vec<Known> = asked(known).cloned().collect();
        for thing in &things {
            let name = api::text(thing, "data/name").unwrap_or_default();
            let Some(one) = asked.iter().find(|k| k.external_id == name) else { continue };
            let gone = || Draft { external_id: one.external_id.clone(), withdrawn: true, ..Draft::default() };
            match thing::draft(thing) {
                // The text of a deleted account may stand, its name may not be kept: nothing of it is.
                Ok(draft) if draft.author_name.is_none() => drafts.push(gone()),
                Ok(draft) => drafts.push(draft),
                // It is there and cannot be read: it stays as it is.
                Err(_) => {}
            }
        }
        let missing: Vec<Known> = asked
            .into_iter()
            .filter(|k| !things.iter().any(|t| api::text(t, "data/name") == Some(&k.external_id)))
            .collect();
        drafts.extend(reply::settle(&missing, Vec::new()));
        Ok(drafts)
    }
}

/// Mentions that Reddit knows by such a name; others were never its.
fn asked(known: &[Known]) -> impl Iterator<Item = &Known> {
    let is_name = |id: &str| {
        let key = id.strip_prefix("t1_").or_else(|| id.strip_prefix("t3_"));
        key.is_some_and(|k| !k.is_empty() && k.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    known.iter().filter(move |k| is_name(&k.external_id)).take(KIND.recheck)
}

#[cfg(test)]
mod tests;
