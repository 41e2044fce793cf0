//! Jetstream: every public post of the Bluesky network as it is made, as a stream of JSON frames.
//!
//! Described by bluesky-social/jetstream (docs of 2026-08-14): the older form of the stream, which is kept as it is.
//! Filtering happens here, by words and by whom a post speaks to, because the stream can only be narrowed by account.
//! The position is the moment of the last frame in microseconds. It is inclusive, so one microsecond later is asked:
//! asking for the same moment again would give the same frame again, for ever where nobody else writes. That no two
//! frames share a moment is from memory. Frames come at least once; a mention is named by its `at://` address. Positions
//! belong to one host: on another one it begins some seconds earlier. A stream keeps about 36 hours, and a position
//! that is older is moved up without a word, which is noticed here and said.
//!
//! A deletion comes as a frame without a text; all of them are passed on, because only the store knows which posts
//! were mentions. That an account was deleted as a whole says nothing about its posts one by one: those are found by
//! asking for them (`recheck`).

use std::collections::BTreeSet;

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::{Request, Response};
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::bluesky;
use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Known, Next, Page, ParseError, PlanError, Source, Warning,
    read_config,
};
use crate::raw::{self, api, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "jetstream",
    about: "Bluesky as a stream: every post with one of your words or to one of your accounts, within seconds",
    channel: Channel::Microblog,
    credential: "none",
    polled: true,
    example: r#"[[source]]
id = "bluesky-stream"
kind = "jetstream"
words = ["meubelhal", "meubel hal"]   # a post that holds one of them, at the beginning of a word
# mentions = ["did:plc:meubelhal"]    # accounts: a post that mentions or answers one of them
# authors = []                        # accounts: only their posts are listened to
# url = "wss://jetstream1.us-east.bsky.network/subscribe"
# app_view = "https://public.api.bsky.app"   # where it is asked whether a post still stands
"#,
    reach: "from the moment it is listened to, and about 36 hours back after a break; edits and deletions are seen",
    recheck: 25,
    shared: Some("bluesky"),
    every: SignedDuration::from_secs(1),
    build: |table| Ok(Box::new(Jetstream::new(read_config(table)?)?)),
};

const EXPECTED: &str = "frames of a Jetstream, a JSON object a line";
const POSTS: &str = "app.bsky.feed.post";
/// How long a stream keeps what it sent.
const KEPT: SignedDuration = SignedDuration::from_hours(36);
/// How much earlier it begins on another host, in microseconds.
const REWIND: u64 = 10_000_000;
/// What a server is told by address is limited; longer lists would need a message of ours.
const MOST_AUTHORS: usize = 100;
/// Frames of a batch from which on it is read on at once: the stream is behind.
const MANY: usize = 500;
/// The same in bytes.
const MUCH: usize = 256 * 1024;
/// Warnings about single frames of one batch.
const MOST_WARNINGS: usize = 20;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    mentions: Vec<String>,
    #[serde(default)]
    authors: Vec<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    app_view: Option<String>,
}

struct Jetstream {
    url: Url,
    host: String,
    app_view: Url,
    words: Vec<String>,
    mentions: Vec<String>,
}

/// The cursor: the moment of the last frame in microseconds, and the host that said it.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
struct State {
    host: String,
    time_us: Option<u64>,
}

impl Jetstream {
    fn new(config: Config) -> Result<Self, BadConfig> {
        let words: Vec<String> =
            config.words.iter().map(|w| w.trim().to_lowercase()).filter(|w| !w.is_empty()).collect();
        if words.is_empty() && config.mentions.is_empty() && config.authors.is_empty() {
            return Err(BadConfig(
                "`words`, `mentions` or `authors` is missing: this would be every post of the network"
                    .to_owned(),
            ));
        }
        if config.authors.len() > MOST_AUTHORS {
            return Err(BadConfig(format!("`authors` holds more than {MOST_AUTHORS} accounts")));
        }
        if let Some(other) = config.mentions.iter().chain(&config.authors).find(|a| !a.starts_with("did:")) {
            return Err(BadConfig(format!(
                "`{other}` is no account id: write `did:plc:…`, as its profile shows it"
            )));
        }
        let text = config.url.as_deref().unwrap_or("wss://jetstream1.us-east.bsky.network/subscribe");
        let mut url = Url::parse(text).map_err(|e| BadConfig(format!("`url` is not an address: {e}")))?;
        let fits = matches!(url.scheme(), "wss" | "ws") && url.host_str().is_some();
        if !fits || url.password().is_some() || !url.username().is_empty() {
            return Err(BadConfig("`url` must begin with wss:// and hold no name or password".to_owned()));
        }
        url.query_pairs_mut().clear().append_pair("wantedCollections", POSTS);
        for author in &config.authors {
            url.query_pairs_mut().append_pair("wantedDids", author);
        }
        let app_view = config.app_view.as_deref().unwrap_or("https://public.api.bsky.app");
        let app_view = raw::address("app_view", app_view)?;
        Ok(Self { host: api::host(&url), url, app_view, words, mentions: config.mentions })
    }

    /// Whether a post is about us. Where only authors are configured, all that they say is.
    fn is_wanted(&self, record: &Value) -> bool {
        if self.words.is_empty() && self.mentions.is_empty() {
            return true;
        }
        let text = record.get("text").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        self.words.iter().any(|word| begins_a_word(&text, word)) || self.is_to_us(record)
    }

    fn is_to_us(&self, record: &Value) -> bool {
        let parent = api::text(record, "reply/parent/uri")
            .and_then(|uri| uri.strip_prefix("at://")?.split('/').next());
        let facets = api::at(record, "facets").as_array().into_iter().flatten();
        let features = facets.filter_map(|f| f.get("features")?.as_array()).flatten();
        let mentioned = features.filter_map(|f| api::text(f, "did"));
        mentioned.chain(parent).any(|did| self.mentions.iter().any(|ours| ours == did))
    }

    /// One frame: a draft, or nothing when it is about something else.
    fn frame(&self, frame: &Value) -> Result<Option<Draft>, &'static str> {
        let commit = match api::text(frame, "kind").ok_or("is no frame")? {
            "commit" => api::at(frame, "commit"),
            // Names and states of accounts come whatever is wanted.
            _ => return Ok(None),
        };
        if api::text(commit, "collection") != Some(POSTS) {
            return Ok(None);
        }
        let did = api::text(frame, "did").ok_or("names no account")?;
        let uri = bluesky::address_of(did, api::text(commit, "rkey").ok_or("names no post")?);
        let record = api::at(commit, "record");
        match api::text(commit, "operation") {
            Some("delete") => Ok(Some(Draft { external_id: uri, withdrawn: true, ..Draft::default() })),
            Some("create" | "update") if self.is_wanted(record) => {
                let mut draft =
                    bluesky::of_record(&uri, record).ok_or("is no post with an address and a text")?;
                let arrived = time_us(frame).and_then(moment);
                draft.published = [draft.published, arrived].into_iter().flatten().min();
                Ok(Some(draft))
            }
            Some("create" | "update") => Ok(None),
            _ => Err("does not say what was done"),
        }
    }
}

/// Whether the word stands in the text where a word begins: compounds are found, `hal` within `verhaal` is not.
fn begins_a_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        !text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(char::is_alphanumeric)
    })
}

fn time_us(frame: &Value) -> Option<u64> {
    api::at(frame, "time_us").as_u64()
}

fn moment(time_us: u64) -> Option<Timestamp> {
    Timestamp::from_microsecond(i64::try_from(time_us).ok()?).ok()
}

impl Source for Jetstream {
    fn back(&self) -> Back {
        Back::Nothing
    }

    fn listens(&self) -> bool {
        true
    }

    fn plan(&self, cursor: &Cursor, _cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: State = raw::state(cursor)?;
        let mut url = self.url.clone();
        if let Some(last) = state.time_us {
            let is_here = state.host == self.host;
            let from = if is_here { last.saturating_add(1) } else { last.saturating_sub(REWIND) };
            url.query_pairs_mut().append_pair("cursor", &from.to_string());
        }
        Ok(Request::api(Method::GET, url))
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let mut state: State = raw::state_for_parse(cursor)?;
        let text = raw::bytes::mended_utf8(&response.body);
        let is_lines = response.header("content-type").is_some_and(|t| t.contains("json"));
        let (mut page, mut frames, mut known) = (Page::default(), 0_usize, BTreeSet::new());
        let warn = |at: usize, because: &str, warnings: &mut Vec<Warning>| {
            if warnings.len() < MOST_WARNINGS {
                warnings.push(api::left_out(format!("frame {at}"), because));
            }
        };
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let Ok(frame) = serde_json::from_str::<Value>(line) else {
                warn(at + 1, "is not well-formed JSON", &mut page.warnings);
                continue;
            };
            let moment_of = time_us(&frame);
            match self.frame(&frame) {
                Ok(draft) => {
                    frames += 1;
                    if let Some(draft) = draft {
                        // Of two frames about one post the later one counts.
                        if !known.insert(draft.external_id.clone()) {
                            page.items.retain(|i: &Draft| i.external_id != draft.external_id);
                        }
                        page.items.push(draft);
                    }
                }
                Err(because) => warn(at + 1, because, &mut page.warnings),
            }
            self.advance(&mut state, moment_of, response.at, frames == 1, &mut page.warnings);
        }
        let is_silence = text.trim().is_empty() && is_lines;
        if frames == 0 && !is_silence {
            return Err(ParseError::Shape { expected: EXPECTED, found: words::what_is(&text) });
        }
        // A large batch was waiting: there is likely more.
        page.next = match frames >= MANY || response.body.len() >= MUCH {
            true => Next::More(raw::cursor(&state)),
            false => Next::CaughtUp(raw::cursor(&state)),
        };
        page.hints = Hints::default();
        Ok(page)
    }

    fn recheck(&self, known: &[Known], _cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let mut url = api::end_point(&self.app_view, &["xrpc", "app.bsky.feed.getPosts"]);
        for one in known.iter().filter(|k| k.external_id.starts_with("at://")).take(KIND.recheck) {
            url.query_pairs_mut().append_pair("uris", &one.external_id);
        }
        url.query()?;
        Some(Ok(api::get(url)))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        bluesky::still_there(known, response)
    }
}

impl Jetstream {
    /// Moves the position up to a frame. One that is days ahead would make the stream begin at its end.
    fn advance(
        &self,
        state: &mut State,
        frame: Option<u64>,
        at: Timestamp,
        is_first: bool,
        warnings: &mut Vec<Warning>,
    ) {
        let Some(time) =
            frame.filter(|t| moment(*t).is_some_and(|m| m <= at + SignedDuration::from_hours(24)))
        else {
            return;
        };
        if let (Some(last), Some(now), true) = (state.time_us.and_then(moment), moment(time), is_first)
            && now.duration_since(last) > SignedDuration::from_mins(10)
            && at.duration_since(last) > KEPT
        {
            warnings.push(Warning {
                item: "the stream".to_owned(),
                problem: format!("does not go back to {last:.0}: what was said until {now:.0} is missing"),
            });
        }
        if state.host != self.host || state.time_us.is_none_or(|last| last < time) {
            state.time_us = Some(time);
            state.host.clone_from(&self.host);
        }
    }
}

#[cfg(test)]
mod tests;
