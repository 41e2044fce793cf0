//! YouTube: comments under the videos of a channel, or under one video.
//!
//! Described by Google's discovery document youtube.v3 (2026-11-04) and the page on quota costs. Threads come in the
//! order in which they were begun: neither an edit nor a new reply brings one to the top. So the last days are read
//! again once a day (`sweep_days`), and a thread whose number of replies has changed is read to its last reply, because
//! a list shows only some of them. Every page costs one unit of 10,000 a day, which the whole project shares; what is
//! over is refused until midnight in California.
//!
//! What is stored has to be refreshed or deleted within 30 days (the number is from memory): comments are asked for
//! by name (`recheck`), fifty at a time (from memory). The key travels in the header `X-Goog-Api-Key`, which Google's
//! interfaces take in place of the parameter `key` (documented for Places; for YouTube from memory), so that it stands
//! in no address.

mod comment;
mod errors;
mod state;

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::{Request, Response};
use http::HeaderValue;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Known, Page, ParseError, PlanError, Refusal, Source,
    Warning, read_config,
};
use crate::raw::walk::{Rules, Seen};
use crate::raw::{self, api, part, reply};

use state::{State, Thread};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "youtube",
    about: "YouTube: comments under all videos of a channel, or under one video",
    channel: Channel::VideoComment,
    credential: "required: an API key of a Google project with the YouTube Data API",
    polled: true,
    example: r#"[[source]]
id = "youtube-channel"
kind = "youtube"
channel_id = "UCmeubelhal"    # comments under all its videos
# video = "dQw4w9WgXcQ"       # or under this video alone
credential = "env:YOUTUBE_API_KEY"
# sweep_days = 30             # how far back it reads once a day, for edits and late replies; 0 for never
# backfill_pages = 1          # pages of 100 threads that the first poll reads
"#,
    reach: "all threads back; edits and late replies of the last `sweep_days` days, once a day",
    recheck: 50,
    shared: Some("youtube"),
    every: SignedDuration::from_mins(15),
    build: |table| Ok(Box::new(YouTube::new(&read_config(table)?)?)),
};

const EXPECTED: &str = "a list of comments as the YouTube Data API gives it";
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default)]
    channel_id: Option<String>,
    #[serde(default)]
    video: Option<String>,
    #[serde(default = "a_month")]
    sweep_days: u32,
    #[serde(default = "one")]
    backfill_pages: u32,
    #[serde(default = "google")]
    base: String,
}

fn a_month() -> u32 {
    30
}

fn one() -> u32 {
    1
}

fn google() -> String {
    "https://www.googleapis.com/youtube/v3".to_owned()
}

struct YouTube {
    /// Our own channel, where one is read.
    channel: Option<String>,
    base: Url,
    /// The list of threads with all that stays the same.
    url: Url,
    rules: Rules,
}

impl YouTube {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let base = raw::address("base", &config.base)?;
        let mut url = api::end_point(&base, &["commentThreads"]);
        let given =
            |id: &Option<String>| id.as_deref().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let (name, id) = match (given(&config.channel_id), given(&config.video)) {
            (Some(channel), None) => ("allThreadsRelatedToChannelId", channel),
            (None, Some(video)) => ("videoId", video),
            _ => return Err(BadConfig("write `channel_id` or `video`, one of them".to_owned())),
        };
        url.query_pairs_mut()
            .append_pair("part", "snippet,replies")
            .append_pair(name, &id)
            .append_pair("order", "time")
            .append_pair("maxResults", "100")
            .append_pair("textFormat", "plainText");
        let day = SignedDuration::from_hours(24);
        Ok(Self {
            channel: given(&config.channel_id),
            base,
            url,
            rules: Rules {
                overlap: SignedDuration::from_hours(1),
                backfill_pages: config.backfill_pages.clamp(1, raw::walk::MOST_PAGES),
                sweep: (config.sweep_days > 0).then(|| (day, raw::days(config.sweep_days))),
                ..Rules::default()
            },
        })
    }

    fn comments(&self) -> Url {
        let mut url = api::end_point(&self.base, &["comments"]);
        url.query_pairs_mut()
            .append_pair("part", "snippet")
            .append_pair("maxResults", "100")
            .append_pair("textFormat", "plainText");
        url
    }

    fn request(&self, url: Url, cx: &Context<'_>) -> Result<Request, PlanError> {
        let key = cx.credential.ok_or(PlanError::NoCredential)?;
        let mut value = HeaderValue::from_str(key.reveal().trim()).map_err(|_| PlanError::NoCredential)?;
        value.set_sensitive(true);
        let mut request = api::get(url);
        request.headers.insert("x-goog-api-key", value);
        request.credential = Some("youtube".to_owned());
        Ok(request)
    }

    /// A page of threads: what is on it, and whose replies have to be read besides.
    fn threads(
        &self,
        state: &mut State,
        body: &Value,
        page: &mut Page,
        at: Timestamp,
    ) -> Result<(), ParseError> {
        let threads = list(body)?;
        for (n, thread) in threads.iter().enumerate() {
            let top = api::at(thread, "snippet/topLevelComment");
            let video = api::text(thread, "snippet/videoId");
            let shown = api::at(thread, "replies/comments").as_array().map(Vec::as_slice).unwrap_or_default();
            for one in std::iter::once(top).chain(shown) {
                keep(self.draft(one, video, None), &format!("thread {}", n + 1), page);
            }
            let total = api::count(thread, "snippet/totalReplyCount");
            let Some(id) = api::id(top, "id").filter(|_| total > shown.len() as u64) else { continue };
            let known = state.counts.iter().any(|(known, count)| *known == id && *count == total);
            if !known && !state.replies.iter().any(|t| t.id == id) {
                state.replies.push(Thread {
                    id,
                    video: video.map(str::to_owned),
                    count: total,
                    page: None,
                    late: false,
                });
            }
        }
        let seen = threads.iter().map(|thread| {
            let top = api::at(thread, "snippet/topLevelComment");
            (api::text(top, "id"), api::date(top, "snippet/publishedAt"))
        });
        let seen = Seen::of(seen, token(body), at);
        state.walked = state.walk.step(&self.rules, seen, &mut page.warnings);
        Ok(())
    }

    /// A page of the replies of one thread.
    fn replies(
        &self,
        state: &mut State,
        thread: &Thread,
        body: &Value,
        page: &mut Page,
    ) -> Result<(), ParseError> {
        for (n, one) in list(body)?.iter().enumerate() {
            keep(
                self.draft(one, thread.video.as_deref(), Some(&thread.id)),
                &format!("reply {}", n + 1),
                page,
            );
        }
        let next = token(body).filter(|token| thread.page.as_ref() != Some(token));
        if let (Some(first), Some(next)) = (state.replies.first_mut(), next) {
            first.page = Some(next);
            return Ok(());
        }
        state.replies.remove(0);
        state.count(&thread.id, thread.count);
        Ok(())
    }

    /// A comment; what the channel itself wrote is ours.
    fn draft(&self, one: &Value, video: Option<&str>, parent: Option<&str>) -> Result<Draft, &'static str> {
        let draft = comment::draft(one, video, parent)?;
        Ok(Draft { own: self.channel.is_some() && draft.author_id == self.channel, ..draft })
    }
}

fn keep(draft: Result<Draft, &'static str>, item: &str, page: &mut Page) {
    match draft {
        Ok(draft) if page.items.iter().any(|i| i.external_id == draft.external_id) => {}
        Ok(draft) => page.items.push(draft),
        Err(because) => page.warnings.push(api::left_out(item.to_owned(), because)),
    }
}

fn token(body: &Value) -> Option<String> {
    api::text(body, "nextPageToken").map(str::to_owned)
}

fn list(body: &Value) -> Result<&[Value], ParseError> {
    if !api::at(body, "error").is_null() {
        let why = errors::reason(body).and_then(errors::why).unwrap_or("an error inside a successful answer");
        return Err(ParseError::Refused(why.to_owned()));
    }
    api::list(body, "items", EXPECTED)
}

impl Source for YouTube {
    fn back(&self) -> Back {
        Back::pages(self.rules.backfill_pages, 100)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: State = raw::state(cursor)?;
        let (mut url, page) = match state.thread(cx.now) {
            Some(thread) => {
                let mut url = self.comments();
                url.query_pairs_mut().append_pair("parentId", &thread.id);
                (url, thread.page.clone())
            }
            None => (self.url.clone(), state.walk.ask(&self.rules, cx.now).from),
        };
        if let Some(page) = page {
            url.query_pairs_mut().append_pair("pageToken", &page);
        }
        self.request(url, cx)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let mut state: State = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        let mut page = Page { hints: Hints::default(), ..Page::default() };
        match state.thread(response.at).cloned() {
            Some(thread) => self.replies(&mut state, &thread, &body, &mut page)?,
            None => {
                if let Some(thread) = state.put_off() {
                    page.warnings.push(Warning {
                        item: format!("thread {}", thread.id),
                        problem: "its replies could not be read: left until there are more".to_owned(),
                    });
                }
                self.threads(&mut state, &body, &mut page, response.at)?;
            }
        }
        state.at = Some(response.at);
        page.next = state.next();
        Ok(page)
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        errors::refusal(response)
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        let mut state: State = raw::state(cursor).ok()?;
        let why = part::refused(self, response)?;
        if errors::is_of_all(response) {
            return None;
        }
        let (item, problem) = match state.thread(response.at).cloned() {
            Some(thread) => {
                state.replies.retain(|other| other.id != thread.id);
                state.count(&thread.id, thread.count);
                (format!("the replies of thread {}", thread.id), why)
            }
            None => {
                state.walked = state.walk.pass_over(&self.rules, response.at)?;
                ("the poll".to_owned(), part::page_below(&why))
            }
        };
        state.at = Some(response.at);
        Some(part::page(item, problem, state.next()))
    }

    fn recheck(&self, known: &[Known], cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let ids: Vec<&str> = known.iter().take(KIND.recheck).map(|k| k.external_id.as_str()).collect();
        if ids.is_empty() {
            return None;
        }
        let mut url = api::end_point(&self.base, &["comments"]);
        url.query_pairs_mut()
            .append_pair("part", "snippet")
            .append_pair("textFormat", "plainText")
            .append_pair("id", &ids.join(","));
        Some(self.request(url, cx))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        let body = api::body(response, EXPECTED)?;
        let comments = list(&body)?;
        let find = |id: &str| comments.iter().find(|c| api::text(c, "id") == Some(id));
        let mut drafts = Vec::new();
        for one in known.iter().take(KIND.recheck) {
            match find(&one.external_id) {
                Some(found) => drafts.extend(self.draft(found, comment::video_of(one).as_deref(), None)),
                None => drafts.extend(reply::settle(std::slice::from_ref(one), Vec::new())),
            }
        }
        Ok(drafts)
    }
}

#[cfg(test)]
mod tests;
