//! X: a search over the last seven days, or the mentions of an account.
//!
//! Described by the platform's own documentation (xdevplatform/docs, 2026-08-22). Every post that is returned costs
//! money, once per UTC day; so each poll asks only for what is newer than what was read, a few minutes overlapping,
//! because ids are only generally ascending. The moment is asked for, not an id: an id that is older than the seven days
//! is refused. Names of fields are changing from "tweet" to "post": both are read, and `naming` says which are asked.
//!
//! An edit makes a new post with an id of its own; a mention is named by the first id of that history, so that an edit
//! is a revision. What was deleted, or is no longer shown to us, has to be removed here: posts are asked for by id
//! (`recheck`), and only those of which the answer says so are withdrawn. Reposts are paid for and left out; the search
//! can do without them (`-is:retweet`, from memory). The address for new tokens is from memory too.

mod config;
mod post;

use std::collections::BTreeMap;

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::login::{ClientAuth, Login, OAuth2};
use gehoor_wire::{Request, Response};
use jiff::SignedDuration;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, By, Context, Cursor, Hints, Kind, Known, Page, ParseError, PlanError, Refusal, Source,
    Warning, read_config,
};
use crate::raw::walk::{self, Rules, Seen, Walk};
use crate::raw::{self, api, reply};

use config::{Config, Mode, Naming};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "x",
    about: "X: a search over the last seven days, or the mentions of an account; every post that is read costs money",
    channel: Channel::Microblog,
    credential: "required: a bearer token; or with `client_id` an OAuth 2 login (`refresh_token`, `client_secret`)",
    polled: true,
    example: r#"[[source]]
id = "x-search"
kind = "x"
mode = "search"               # search or mentions
query = "meubelhal -is:retweet"
# user_id = "2244994945"      # mentions: the number of the account
credential = "env:X_BEARER_TOKEN"
# client_id = "your-app-id"   # logs in with the credential's `refresh_token` and `client_secret`
# naming = "tweet"            # tweet or post: how fields are asked for
# overlap_minutes = 2         # how far back each poll reads again; free within the same day
# backfill_pages = 1          # pages of 100 posts that the first poll reads (and pays)
# follow_deletions = true     # asks whether kept posts still stand, as the terms want; each is paid once a day
"#,
    reach: "seven days back (search); edits and deletions by asking again, which costs as well",
    recheck: 100,
    shared: Some("x"),
    every: SignedDuration::from_mins(15),
    build: |table| Ok(Box::new(X::new(&read_config(table)?)?)),
};

const EXPECTED: &str = "a list of posts as the API of X gives it";
/// What a search keeps, less a margin: an older beginning is refused, and none at all means the same.
const WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24 - 1);
/// The longest query of any access; most accesses allow 512 characters.
const LONGEST_QUERY: usize = 4_096;

struct X {
    base: Url,
    /// The list with all that stays the same.
    url: Url,
    mode: Mode,
    naming: Naming,
    login: Option<OAuth2>,
    follow_deletions: bool,
    rules: Rules,
}

impl X {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let base = raw::address("base", &config.base)?;
        let given = |t: &Option<String>| t.as_deref().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let missing = |key: &str| BadConfig(format!("`{key}` is missing: this mode needs it"));
        let mut url = match config.mode {
            Mode::Search => {
                let query = given(&config.query).ok_or_else(|| missing("query"))?;
                if query.chars().count() > LONGEST_QUERY {
                    return Err(BadConfig(format!("`query` is longer than {LONGEST_QUERY} characters")));
                }
                let mut url = api::end_point(&base, &["tweets", "search", "recent"]);
                url.query_pairs_mut().append_pair("query", &query).append_pair("sort_order", "recency");
                url
            }
            Mode::Mentions => {
                let user = given(&config.user_id).ok_or_else(|| missing("user_id"))?;
                if !user.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(BadConfig("`user_id` is the number of the account, not its name".to_owned()));
                }
                api::end_point(&base, &["users", &user, "mentions"])
            }
        };
        url.query_pairs_mut().append_pair("max_results", "100");
        fields(&mut url, config.naming);
        Ok(Self {
            login: given(&config.client_id).map(|client_id| OAuth2 {
                token_url: api::end_point(&base, &["oauth2", "token"]),
                refresh_url: None,
                client_id,
                auth: ClientAuth::Basic,
                scope: None,
                holds: None,
            }),
            base,
            url,
            mode: config.mode,
            naming: config.naming,
            follow_deletions: config.follow_deletions,
            rules: Rules {
                overlap: SignedDuration::from_mins(i64::from(config.overlap_minutes.min(24 * 60))),
                backfill_pages: config.backfill_pages.clamp(1, raw::walk::MOST_PAGES),
                // A position does not end, but belongs to the window in which it was given.
                holds: Some(SignedDuration::from_hours(1)),
                ..Rules::default()
            },
        })
    }

    fn request(&self, url: Url, cx: &Context<'_>) -> Result<Request, PlanError> {
        if cx.credential.is_none() {
            return Err(PlanError::NoCredential);
        }
        let client = self.login.as_ref().map_or("app", |login| login.client_id.as_str());
        api::get_with_token(url, cx, &format!("x:{client}"))
    }
}

/// Only fields that are asked for are given.
fn fields(url: &mut Url, naming: Naming) {
    let (name, of_posts) = match naming {
        Naming::Tweet => ("tweet.fields", "referenced_tweets,edit_history_tweet_ids,note_tweet"),
        Naming::Post => ("post.fields", "referenced_posts,edit_history_post_ids,note_post"),
    };
    let always = "created_at,author_id,lang,public_metrics,conversation_id,in_reply_to_user_id";
    url.query_pairs_mut()
        .append_pair(name, &format!("{always},{of_posts}"))
        .append_pair("expansions", "author_id")
        .append_pair("user.fields", "username,name,public_metrics");
}

/// The posts of an answer; none at all is an answer too, when it says that there are none.
fn posts(body: &Value) -> Result<&[Value], ParseError> {
    match (body.get("data"), body.get("meta")) {
        (Some(Value::Array(posts)), _) => Ok(posts),
        (None, Some(meta)) if meta.is_object() => Ok(&[]),
        // A single post that is asked for and missing: only errors are given.
        _ if body.get("errors").is_some() || body.get("title").is_some() => {
            let why = kind_of(body).and_then(why).unwrap_or("an error inside a successful answer");
            Err(ParseError::Refused(why.to_owned()))
        }
        _ => Err(api::other_shape(EXPECTED)),
    }
}

/// The last word of a problem's `type`, such as `usage-capped`.
fn kind_of(body: &Value) -> Option<&str> {
    let first = api::at(body, "errors").get(0);
    let kind = api::text(body, "type").or_else(|| api::text(first?, "type"))?;
    kind.rsplit('/').next()
}

fn why(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "invalid-request" => "the request is not understood: check `query`, `user_id` and `naming`",
        "client-forbidden" => "the app may not ask this: look at its access and its project",
        "not-authorized-for-resource" => "that is not shown to this app or account",
        "resource-not-found" => "there is no such account: check `user_id`",
        "usage-capped" => {
            "the credit or the cap of this period is used up: raise it, or wait for the next period"
        }
        _ => return None,
    })
}

impl Source for X {
    fn back(&self) -> Back {
        let pages = Back::pages(self.rules.backfill_pages, 100);
        match self.mode {
            Mode::Search => pages.and(Back::days(7, By::Platform)),
            Mode::Mentions => pages,
        }
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let walk: Walk = raw::state(cursor)?;
        let ask = walk.ask(&self.rules, cx.now);
        let mut url = self.url.clone();
        let floor = ask.floor.filter(|floor| cx.now.duration_since(*floor) < WINDOW);
        if let Some(floor) = floor {
            url.query_pairs_mut().append_pair("start_time", &format!("{floor:.0}"));
        }
        if let Some(from) = ask.from {
            let name = if self.mode == Mode::Search { "next_token" } else { "pagination_token" };
            url.query_pairs_mut().append_pair(name, &from);
        }
        self.request(url, cx)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let walk: Walk = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        let posts = posts(&body)?;
        let users = post::users(&body);
        let mut warnings = Vec::new();
        // Of several versions of one post the last one counts.
        let mut latest: BTreeMap<String, usize> = BTreeMap::new();
        let mut items: Vec<(usize, Draft)> = Vec::new();
        for (at, one) in posts.iter().enumerate() {
            if post::is_repost(one) {
                continue;
            }
            let (draft, version) = match post::draft(one, &users) {
                Ok(read) => read,
                Err(because) => {
                    warnings.push(api::left_out(format!("post {}", at + 1), because));
                    continue;
                }
            };
            match latest.get(&draft.external_id).and_then(|n| items.get_mut(*n)) {
                Some(known) => {
                    // It was published when its first version was.
                    let published = [known.1.published, draft.published].into_iter().flatten().min();
                    if known.0 < version {
                        *known = (version, draft);
                    }
                    known.1.published = published;
                }
                None => {
                    latest.insert(draft.external_id.clone(), items.len());
                    items.push((version, draft));
                }
            }
        }
        let missing = api::at(&body, "errors").as_array().map_or(0, Vec::len);
        if missing > 0 {
            warnings.push(Warning {
                item: "the page".to_owned(),
                problem: format!("{missing} parts were not given: posts or authors may be incomplete"),
            });
        }
        let next = api::text(&body, "meta/next_token").map(str::to_owned);
        let seen = posts.iter().map(|p| (api::text(p, "id"), api::date(p, "created_at")));
        let seen = Seen::of(seen, next, response.at);
        let next = walk.next(&self.rules, seen, &mut warnings);
        let items = items.into_iter().map(|(_, draft)| draft).collect();
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn login(&self) -> Option<&dyn Login> {
        self.login.as_ref().map(|login| login as &dyn Login)
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        let body = api::body(response, EXPECTED).ok()?;
        let kind = kind_of(&body)?;
        let why = why(kind)?;
        // A period ends by itself, nobody says when: it is looked at again tomorrow.
        let is_capped = kind == "usage-capped";
        let not_before = is_capped.then(|| SignedDuration::from_hours(24));
        Some(Refusal { why: why.to_owned(), not_before, ended: !is_capped })
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        walk::refused(self, &self.rules, cursor, response)
    }

    fn recheck(&self, known: &[Known], cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let ids: Vec<&str> = known.iter().take(KIND.recheck).map(|k| k.external_id.as_str()).collect();
        if ids.is_empty() || !self.follow_deletions {
            return None;
        }
        let mut url = api::end_point(&self.base, &["tweets"]);
        url.query_pairs_mut().append_pair("ids", &ids.join(","));
        fields(&mut url, self.naming);
        Some(self.request(url, cx))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        let body = api::body(response, EXPECTED)?;
        let gone = post::gone(&body);
        let posts = match posts(&body) {
            // All of them gone: nothing but errors.
            Err(_) if !gone.is_empty() => &[],
            other => other?,
        };
        let users = post::users(&body);
        let mut drafts = Vec::new();
        for one in known.iter().take(KIND.recheck) {
            let found = posts.iter().find(|p| api::text(p, "id") == Some(&one.external_id));
            match found {
                Some(found) if post::is_last_version(found) => {
                    drafts.extend(post::draft(found, &users).map(|(draft, _)| draft).ok());
                }
                Some(_) => {}
                None if gone.contains(&one.external_id.as_str()) => {
                    drafts.extend(reply::settle(std::slice::from_ref(one), Vec::new()));
                }
                None => {}
            }
        }
        Ok(drafts)
    }
}

#[cfg(test)]
mod tests;
