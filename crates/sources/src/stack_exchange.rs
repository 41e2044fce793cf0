//! Stack Exchange: questions of one of its sites, by search or by tag.
//!
//! Described by collected documentation of API 2.3 (2026-05), parts of it from memory. Limits stand in the body:
//! `backoff` is a number of seconds before which the same call may not be made again, `quota_remaining` is what is
//! left of the day (300 without a key, 10,000 with one); that the day begins at midnight in UTC is from memory. The key
//! only tells programs apart and is no secret, so it stands in the configuration. Only questions are read: which fields
//! a search for answers gives is not known well enough. Content is under CC BY-SA 4.0: whoever shows it names the
//! author, with the links that come with it.

use gehoor_domain::mention::{Channel, Draft, Reach};
use gehoor_text::plain::from_html;
use gehoor_wire::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Known, Page, ParseError, PlanError, Refusal, Source,
    read_config,
};
use crate::raw::walk::{self, Rules, Seen, Walk};
use crate::raw::{self, api, reply, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "stack-exchange",
    about: "Stack Exchange: questions of one of its sites, by search or by tag",
    channel: Channel::Forum,
    credential: "none",
    polled: true,
    example: r#"[[source]]
id = "stack-overflow"
kind = "stack-exchange"
site = "stackoverflow"
query = "meubelhal"          # or:
# tagged = "meubelhal-api"
# key = "…"                  # the app's public key: 10,000 calls a day instead of 300
# overlap_minutes = 60       # how far back each poll reads again
# sweep_hours = 24           # how far back it reads once a day, for edits; 0 for never
# backfill_pages = 1         # pages of 100 that the first poll reads
# base = "https://api.stackexchange.com/2.3"
"#,
    reach: "all questions back (25 pages without a key); edits within the look back (a day), older ones and deletions by asking again; no answers",
    recheck: 100,
    shared: None,
    every: SignedDuration::from_mins(15),
    build: |table| Ok(Box::new(StackExchange::new(&read_config(table)?)?)),
};

const EXPECTED: &str = "a list of questions as Stack Exchange gives it";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    site: String,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    tagged: Option<String>,
    #[serde(default)]
    key: Option<String>,
    #[serde(default = "an_hour")]
    overlap_minutes: u32,
    #[serde(default = "a_day")]
    sweep_hours: u32,
    #[serde(default = "one")]
    backfill_pages: u32,
    #[serde(default = "stack")]
    base: String,
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

fn stack() -> String {
    "https://api.stackexchange.com/2.3".to_owned()
}

struct StackExchange {
    base: Url,
    /// Whether a key tells this program apart: it has a limit of its own then.
    key: Option<String>,
    url: Url,
    site: String,
    rules: Rules,
}

impl StackExchange {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let base = raw::address("base", &config.base)?;
        let given = |t: &Option<String>| t.as_deref().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let (mut url, name, value) = match (given(&config.query), given(&config.tagged)) {
            (Some(query), None) => (api::end_point(&base, &["search", "advanced"]), "q", query),
            (None, Some(tag)) => (api::end_point(&base, &["questions"]), "tagged", tag),
            _ => return Err(BadConfig("write `query` or `tagged`, one of them".to_owned())),
        };
        let site = config.site.trim().to_owned();
        if site.is_empty() {
            return Err(BadConfig("`site` is empty: write its short name, such as stackoverflow".to_owned()));
        }
        url.query_pairs_mut()
            .append_pair("site", &site)
            .append_pair(name, &value)
            .append_pair("sort", "creation")
            .append_pair("order", "desc")
            .append_pair("pagesize", "100")
            .append_pair("filter", "withbody");
        let hours = |n: u32| SignedDuration::from_hours(i64::from(n.min(24 * 365)));
        Ok(Self {
            base,
            key: given(&config.key),
            url,
            site,
            rules: Rules {
                overlap: SignedDuration::from_mins(i64::from(config.overlap_minutes.min(24 * 60))),
                backfill_pages: config.backfill_pages.clamp(1, raw::walk::MOST_PAGES),
                sweep: (config.sweep_hours > 0).then(|| (hours(24), hours(config.sweep_hours))),
                ..Rules::default()
            },
        })
    }

    fn request(&self, mut url: Url) -> Request {
        if let Some(key) = &self.key {
            url.query_pairs_mut().append_pair("key", key);
        }
        let mut request = api::get(url);
        let name = if self.key.is_some() { "stack-exchange:key" } else { "stack-exchange" };
        request.credential = Some(name.to_owned());
        request
    }

    /// The number of a question of this site.
    fn number<'k>(&self, known: &'k Known) -> Option<&'k str> {
        let id = known.external_id.strip_prefix(&self.site)?.strip_prefix("/q/")?;
        (!id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())).then_some(id)
    }

    fn draft(&self, question: &Value) -> Result<Draft, &'static str> {
        let id = api::id(question, "question_id").ok_or("has no id")?;
        // Titles are escaped, bodies are HTML.
        let title = api::text(question, "title").map(words::maybe_html).as_deref().and_then(words::line);
        let text = api::text(question, "body").map(from_html).unwrap_or_default();
        if text.is_empty() && title.is_none() {
            return Err("has neither a title nor a text");
        }
        let external_id = format!("{}/q/{id}", self.site);
        let owner = api::at(question, "owner");
        let name = api::text(owner, "display_name").map(words::maybe_html).as_deref().and_then(words::line);
        Ok(Draft {
            permalink: api::text(question, "link").and_then(|l| raw::link(l, None)),
            author_id: api::id(owner, "user_id").map(|user| format!("{}/{user}", self.site)),
            author_url: api::text(owner, "link").and_then(|l| raw::link(l, None)),
            author_name: name,
            title,
            text,
            published: api::unix(question, "creation_date"),
            edited: api::unix(question, "last_edit_date"),
            thread: Some(external_id.clone()),
            reach: Reach {
                likes: api::count(question, "score"),
                replies: api::count(question, "answer_count"),
                ..Reach::default()
            },
            external_id,
            ..Draft::default()
        })
    }
}

/// The questions of an answer.
fn list(body: &Value) -> Result<&[Value], ParseError> {
    if let Some(error) = body.get("error_id").or_else(|| body.get("error_name")) {
        let number = error.as_u64().map_or(String::new(), |n| format!(" {n}"));
        return Err(ParseError::Refused(format!("error{number} inside a successful answer")));
    }
    api::list(body, "items", EXPECTED)
}

/// How long the wrapper asks to wait: its `backoff`, or until tomorrow when nothing is left of the day.
fn rest(body: &Value, now: Timestamp) -> Option<SignedDuration> {
    let backoff = api::at(body, "backoff").as_u64().filter(|s| *s > 0);
    let backoff = backoff.and_then(|s| i64::try_from(s.min(86_400)).ok()).map(SignedDuration::from_secs);
    let is_used_up = api::at(body, "quota_remaining").as_u64() == Some(0);
    let tomorrow = SignedDuration::from_secs(86_400 - now.as_second().rem_euclid(86_400));
    backoff.max(is_used_up.then_some(tomorrow))
}

impl Source for StackExchange {
    fn back(&self) -> Back {
        Back::pages(self.rules.backfill_pages, 100)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let walk: Walk = raw::state(cursor)?;
        let ask = walk.ask(&self.rules, cx.now);
        let mut url = self.url.clone();
        if let Some(floor) = ask.floor {
            url.query_pairs_mut().append_pair("fromdate", &floor.as_second().to_string());
        }
        url.query_pairs_mut().append_pair("page", ask.from.as_deref().unwrap_or("1"));
        Ok(self.request(url))
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let walk: Walk = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        let questions = list(&body)?;
        let (mut items, mut warnings): (Vec<Draft>, _) = (Vec::new(), Vec::new());
        for (at, question) in questions.iter().enumerate() {
            match self.draft(question) {
                Ok(draft) if items.iter().any(|i| i.external_id == draft.external_id) => {}
                Ok(draft) => items.push(draft),
                Err(because) => warnings.push(api::left_out(format!("question {}", at + 1), because)),
            }
        }
        let asked = walk.ask(&self.rules, response.at).from.and_then(|a| a.parse::<u32>().ok()).unwrap_or(1);
        let next = api::is(&body, "has_more").then(|| asked.saturating_add(1).to_string());
        let names: Vec<Option<String>> = questions.iter().map(|q| api::id(q, "question_id")).collect();
        let entries =
            names.iter().zip(questions).map(|(name, q)| (name.as_deref(), api::unix(q, "creation_date")));
        let seen = Seen::of(entries, next, response.at);
        let next = walk.next(&self.rules, seen, &mut warnings);
        let hints = Hints { not_before: rest(&body, response.at), ended: false };
        Ok(Page { items, warnings, next, hints })
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        let body = api::body(response, EXPECTED).ok()?;
        match api::at(&body, "error_id").as_u64()? {
            502 => {
                // "… more requests available in N seconds".
                let said = api::text(&body, "error_message").unwrap_or_default();
                let seconds = said.split_whitespace().filter_map(|w| w.parse::<i64>().ok()).next_back();
                let span = SignedDuration::from_secs(seconds.unwrap_or(60).clamp(1, 86_400));
                let why = "too many calls were made from here".to_owned();
                Some(Refusal { why, not_before: Some(span), ended: false })
            }
            400 => Some(api::ended("the call is not understood: check `site`, `query` or `tagged`")),
            401..=403 => Some(api::ended("the key is not accepted for that: check `key`")),
            _ => None,
        }
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        walk::refused(self, &self.rules, cursor, response)
    }

    fn recheck(&self, known: &[Known], _cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let ids: Vec<&str> = known.iter().filter_map(|one| self.number(one)).take(KIND.recheck).collect();
        if ids.is_empty() {
            return None;
        }
        // Several numbers are divided by semicolons (from memory).
        let mut url = api::end_point(&self.base, &["questions", &ids.join(";")]);
        url.query_pairs_mut()
            .append_pair("site", &self.site)
            .append_pair("pagesize", "100")
            .append_pair("filter", "withbody");
        Some(Ok(self.request(url)))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        let body = api::body(response, EXPECTED)?;
        let questions = list(&body)?;
        // What could not be looked up today says nothing of what is missing.
        if api::is(&body, "has_more") {
            return Err(api::other_shape(EXPECTED));
        }
        let asked: Vec<Known> =
            known.iter().filter(|one| self.number(one).is_some()).take(KIND.recheck).cloned().collect();
        let found = questions.iter().filter_map(|question| self.draft(question).ok());
        let found: Vec<Draft> =
            found.filter(|draft| asked.iter().any(|one| one.external_id == draft.external_id)).collect();
        let unread: Vec<String> = questions
            .iter()
            .filter(|question| self.draft(question).is_err())
            .filter_map(|question| Some(format!("{}/q/{}", self.site, api::id(question, "question_id")?)))
            .collect();
        // It is there and cannot be read: it stays as it is.
        let asked: Vec<Known> = asked.into_iter().filter(|one| !unread.contains(&one.external_id)).collect();
        Ok(reply::settle(&asked, found))
    }
}

#[cfg(test)]
mod tests;
