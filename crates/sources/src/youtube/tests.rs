//! A channel with several pages, threads with more replies than a list shows, edits, and a quota.

use std::collections::BTreeMap;

use gehoor_wire::Secret;
use http::StatusCode;
use serde_json::json;

use super::*;
use crate::fixture::{self, AT};
use crate::plug::Next;

fn source(text: &str) -> YouTube {
    YouTube::new(&read_config(&toml::from_str(text).unwrap()).unwrap()).unwrap()
}

fn answer(body: &Value) -> Response {
    fixture::page("https://www.googleapis.com/youtube/v3/x", "application/json", body.to_string())
}

fn minute(n: i64) -> Timestamp {
    "2024-05-03T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(n)
}

fn comment(id: &str, text: &str, at: Timestamp) -> Value {
    json!({"id": id, "snippet": {"videoId": "v", "textDisplay": text, "publishedAt": at.to_string(), "updatedAt": at.to_string()}})
}

/// A channel: per minute a thread, some with replies, of which a list shows one.
struct Channel {
    threads: i64,
    replies: BTreeMap<i64, usize>,
    text: &'static str,
    asked: Vec<String>,
}

impl Channel {
    fn answer(&mut self, request: &Request) -> Value {
        let query: BTreeMap<_, _> = request.url.query_pairs().into_owned().collect();
        self.asked.push(request.url.path().to_owned());
        let skip: usize = query.get("pageToken").map_or(0, |t| t.parse().unwrap());
        let reply = |n: i64, r: usize| comment(&format!("t{n}.{r}"), "antwoord", minute(n + 1));
        if let Some(parent) = query.get("parentId") {
            let n: i64 = parent.trim_start_matches('t').parse().unwrap();
            let all: Vec<Value> = (0..self.replies[&n]).map(|r| reply(n, r)).collect();
            let next = (all.len() > skip + 2).then(|| (skip + 2).to_string());
            return json!({"items": all.iter().skip(skip).take(2).collect::<Vec<_>>(), "nextPageToken": next});
        }
        let all: Vec<i64> = (0..self.threads).rev().collect();
        let next = (all.len() > skip + 10).then(|| (skip + 10).to_string());
        let items: Vec<Value> = all
            .iter()
            .skip(skip)
            .take(10)
            .map(|n| {
                let total = self.replies.get(n).copied().unwrap_or(0);
                let shown: Vec<Value> = (0..total.min(1)).map(|r| reply(*n, r)).collect();
                json!({"snippet": {"videoId": "v", "totalReplyCount": total,
                       "topLevelComment": comment(&format!("t{n}"), self.text, minute(*n))},
                       "replies": {"comments": shown}})
            })
            .collect();
        json!({"items": items, "nextPageToken": next})
    }

    fn poll(
        &mut self,
        source: &YouTube,
        mut cursor: Cursor,
        now: Timestamp,
    ) -> (BTreeMap<String, Draft>, Cursor) {
        let (mut found, key) = (BTreeMap::new(), Secret::new("key"));
        self.asked.clear();
        for _ in 0..300 {
            let request = source.plan(&cursor, &Context { now, credential: Some(&key) }).unwrap();
            let mut response = answer(&self.answer(&request));
            response.at = now;
            let page = source.parse(&cursor, &response).unwrap();
            found.extend(page.items.into_iter().map(|d| (d.external_id.clone(), d)));
            match page.next {
                Next::More(next) => cursor = next,
                Next::CaughtUp(next) => return (found, next),
            }
        }
        panic!("never caught up");
    }
}

#[test]
fn a_page_is_read_with_all_that_it_says() {
    let answer = fixture::page("https://x.example/", "application/json", fixture::bytes("youtube/page.json"));
    let page = source("channel_id = 'UCmeubelhal'").parse(&Cursor::default(), &answer).unwrap();
    insta::assert_json_snapshot!(fixture::shown(&page));
}

#[test]
fn requests_are_those_of_the_api() {
    let key = Secret::new("key");
    let cx = Context { now: AT.parse().unwrap(), credential: Some(&key) };
    let channel = source("channel_id = 'UCmeubelhal'");
    let known = ["Ugx1", "Ugx3.r1"].map(|n| Known { external_id: n.to_owned(), permalink: None });
    insta::assert_json_snapshot!([
        channel.plan(&Cursor::default(), &cx).unwrap().url,
        source("video = 'vid1'").plan(&Cursor::default(), &cx).unwrap().url,
        channel.recheck(&known, &cx).unwrap().unwrap().url,
    ]);
    let request = channel.plan(&Cursor::default(), &cx).unwrap();
    let header = request.headers.get("x-goog-api-key").unwrap();
    assert!(header == "key" && header.is_sensitive());
    let without = Context { now: AT.parse().unwrap(), credential: None };
    assert!(matches!(channel.plan(&Cursor::default(), &without), Err(PlanError::NoCredential)));
}

#[test]
fn threads_are_found_with_all_their_replies_and_read_again_only_when_there_are_more() {
    let source = source("channel_id = 'c'\nbackfill_pages = 2");
    let mut channel = Channel { threads: 30, replies: [(29, 5), (28, 1)].into(), text: "x", asked: vec![] };
    let (found, cursor) = channel.poll(&source, Cursor::default(), minute(30));
    assert_eq!(found.len(), 20 + 5 + 1);
    assert_eq!(found["t29.4"].thread.as_deref(), Some("t29"));
    assert_eq!(found["t29.4"].in_reply_to.as_deref(), Some("t29"));
    channel.threads = 200;
    let (found, cursor) = channel.poll(&source, cursor, minute(200));
    assert!((20..200).all(|n| found.contains_key(&format!("t{n}"))));
    channel.replies.insert(199, 3);
    let (found, cursor) = channel.poll(&source, cursor, minute(201));
    assert!(found.contains_key("t199.2"));
    channel.poll(&source, cursor, minute(202));
    assert!(channel.asked.iter().all(|path| path.ends_with("commentThreads")), "{:?}", channel.asked);
}

#[test]
fn edits_and_late_replies_are_found_by_the_daily_sweep() {
    let source = source("channel_id = 'c'\nsweep_days = 3");
    let mut channel = Channel { threads: 300, replies: BTreeMap::new(), text: "x", asked: vec![] };
    let (_, cursor) = channel.poll(&source, Cursor::default(), minute(300));
    (channel.text, channel.replies) = ("y", [(2, 4)].into());
    let (found, cursor) = channel.poll(&source, cursor, minute(310));
    assert!(!found.contains_key("t2"));
    let (found, _) = channel.poll(&source, cursor, minute(300 + 24 * 60));
    assert_eq!((found["t2"].text.as_str(), found.contains_key("t2.3")), ("y", true));
}

#[test]
fn replies_that_are_refused_again_and_again_do_not_hold_up_the_rest() {
    let (source, key) = (source("channel_id = 'c'"), Secret::new("key"));
    let mut channel = Channel { threads: 5, replies: [(4, 3)].into(), text: "x", asked: vec![] };
    let ask = |cursor: &Cursor, now| source.plan(cursor, &Context { now, credential: Some(&key) }).unwrap();
    let mut first = answer(&channel.answer(&ask(&Cursor::default(), minute(5))));
    first.at = minute(5);
    let Next::More(cursor) = source.parse(&Cursor::default(), &first).unwrap().next else { panic!("done") };
    assert!(ask(&cursor, minute(6)).url.query().unwrap().contains("parentId=t4"));
    let later = ask(&cursor, minute(60));
    assert!(later.url.path().ends_with("commentThreads"));
    let mut again = answer(&channel.answer(&later));
    again.at = minute(60);
    let Next::More(cursor) = source.parse(&cursor, &again).unwrap().next else { panic!("given up at once") };
    assert!(ask(&cursor, minute(61)).url.query().unwrap().contains("parentId=t4"));
    again.at = minute(120);
    let page = source.parse(&cursor, &again).unwrap();
    assert!(matches!(page.next, Next::CaughtUp(_)) && page.warnings.len() == 1);
}

#[test]
fn what_is_missing_when_asked_by_name_is_gone() {
    let known = ["a", "b"].map(|n| Known {
        external_id: n.to_owned(),
        permalink: Some(format!("https://www.youtube.com/watch?v=vid9&lc={n}")),
    });
    let body = json!({"items": [{"id": "a", "snippet": {"textDisplay": "x"}}]});
    let drafts = source("video = 'v'").read_recheck(&known, &answer(&body)).unwrap();
    assert_eq!(drafts.iter().map(|d| d.withdrawn).collect::<Vec<_>>(), [false, true]);
    assert_eq!(drafts[0].permalink, known[0].permalink);
}

#[test]
fn a_quota_that_is_used_up_is_waited_for_until_midnight_in_california() {
    let refusal = |reason: &str| {
        let body = json!({"error": {"code": 403, "message": "geheim", "errors": [{"reason": reason, "domain": "youtube.quota"}]}});
        source("video = 'v'").refusal(&Response { status: StatusCode::FORBIDDEN, ..answer(&body) })
    };
    let quota = refusal("quotaExceeded").unwrap();
    // It is noon in UTC and five in the morning there.
    assert_eq!((quota.not_before, quota.ended), (Some(SignedDuration::from_hours(19)), false));
    assert!(refusal("commentsDisabled").unwrap().ended);
    assert_eq!(refusal("processingFailure"), None);
}

#[test]
fn keys_that_are_wrong_are_named() {
    let error = |text: &str| {
        let built = read_config::<Config>(&toml::from_str(text).unwrap()).and_then(|c| YouTube::new(&c));
        built.err().map_or("accepted".to_owned(), |error| error.0)
    };
    insta::assert_json_snapshot!([error(""), error("video = 'a'\nchannel_id = 'b'"), error("videos = 'a'")]);
}
