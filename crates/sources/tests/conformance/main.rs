//! What every kind keeps to. A new kind is under these laws as soon as it stands in the registry; it brings
//! `fixtures/KIND/page.*` (a good answer in which a customer typed `<script>alert(1)</script>`) and
//! `fixtures/KIND/empty.*` (an answer with nothing in it), both made by hand.

mod parts;
mod pushed;
mod rechecks;

use std::collections::BTreeSet;
use std::fs;

use bytes::Bytes;
use gehoor_sources::{Back, Context, Cursor, KINDS, Kind, Known, Next, Page, ParseError, PlanError, Source};
use gehoor_wire::{Request, Response, Secret};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::Timestamp;
use proptest::prelude::*;

/// Keys of a `[[source]]` that are not the plug's.
const COMMON: [&str; 10] =
    ["id", "name", "kind", "platform", "channel", "every", "max_every", "credential", "location", "enabled"];

const AT: &str = "2024-05-03T12:00:00Z";

#[cfg(test)]
fn polled() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().copied().filter(|k| k.polled)
}

/// The plug's own part of its example.
#[cfg(test)]
fn own_table(kind: &Kind) -> toml::Table {
    let example: toml::Table = toml::from_str(kind.example).expect(kind.name);
    let sources = example.get("source").and_then(toml::Value::as_array).expect(kind.name);
    let mut table = sources[0].as_table().unwrap().clone();
    assert_eq!(table.get("kind").and_then(toml::Value::as_str), Some(kind.name));
    table.retain(|key, _| !COMMON.contains(&key));
    table
}

#[cfg(test)]
fn source(kind: &Kind) -> Box<dyn Source> {
    (kind.build)(&own_table(kind)).unwrap_or_else(|e| panic!("{}: {e}", kind.name))
}

/// A fixture and its content type.
#[cfg(test)]
fn fixture(kind: &Kind, stem: &str) -> (Vec<u8>, &'static str) {
    let folder = format!("{}/fixtures/{}", env!("CARGO_MANIFEST_DIR"), kind.name);
    let types = [
        ("xml", "text/xml"),
        ("json", "application/json"),
        ("html", "text/html"),
        ("jsonl", "application/jsonl"),
    ];
    let found = types
        .into_iter()
        .find_map(|(ext, kind)| Some((fs::read(format!("{folder}/{stem}.{ext}")).ok()?, kind)));
    found.unwrap_or_else(|| panic!("{folder}/{stem}.* is missing"))
}

#[cfg(test)]
fn plan(source: &dyn Source, cursor: &Cursor) -> Request {
    let secret = Secret::new("geheim:geheim");
    source.plan(cursor, &Context { now: AT.parse().unwrap(), credential: Some(&secret) }).unwrap()
}

#[cfg(test)]
fn answer(source: &dyn Source, cursor: &Cursor, content_type: &str, body: &[u8]) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
    let (url, at) = (plan(source, cursor).url, AT.parse::<Timestamp>().unwrap());
    Response { status: StatusCode::OK, headers, body: Bytes::copy_from_slice(body), url, moved_to: None, at }
}

#[cfg(test)]
fn read(source: &dyn Source, cursor: &Cursor, content_type: &str, body: &[u8]) -> Result<Page, ParseError> {
    source.parse(cursor, &answer(source, cursor, content_type, body))
}

#[cfg(test)]
fn cursor_of(page: &Page) -> Cursor {
    let (Next::More(cursor) | Next::CaughtUp(cursor)) = &page.next;
    cursor.clone()
}

#[test]
fn every_kind_says_what_it_is_and_its_example_works() {
    let mut names = BTreeSet::new();
    for kind in KINDS {
        assert!(names.insert(kind.name), "{} stands twice", kind.name);
        assert!(!kind.about.is_empty() && !kind.about.ends_with('.'), "{}", kind.name);
        let credential =
            ["none", "optional: ", "required: "].iter().any(|word| kind.credential.starts_with(word));
        assert!(credential, "{}: {}", kind.name, kind.credential);
        source(kind);
    }
}

#[test]
fn every_kind_says_before_when_nothing_can_be_had() {
    let since: Timestamp = AT.parse().unwrap();
    let days =
        |kind: &Kind| source(kind).back().horizon(since).map(|at| since.duration_since(at).as_hours() / 24);
    for kind in KINDS {
        // What is pushed or streamed has no past; and no kind goes back for ever without saying so.
        let has_none = !kind.polled || source(kind).listens();
        assert_eq!(source(kind).back() == Back::Nothing, has_none, "{}", kind.name);
        let Back::Within { days, newest } = source(kind).back() else { continue };
        assert!(days.is_some() || newest.is_some(), "{}", kind.name);
        assert!([days, newest].into_iter().flatten().all(|bound| bound.most > 0), "{}", kind.name);
    }
    let of = |name: &str| days(gehoor_sources::kind(name).unwrap());
    assert_eq!(
        (of("google-play"), of("x"), of("trustpilot"), of("feed")),
        (Some(7), Some(7), Some(365), None)
    );
}

#[test]
fn every_kind_names_a_key_that_it_does_not_know() {
    for kind in KINDS {
        let mut table = own_table(kind);
        table.insert("urll".to_owned(), toml::Value::Boolean(true));
        let error = (kind.build)(&table).err().expect(kind.name);
        assert!(error.0.contains("urll"), "{}: {error}", kind.name);
    }
}

#[test]
fn the_same_bytes_give_the_same_items() {
    for kind in polled() {
        let (body, content_type) = fixture(kind, "page");
        let read = || read(&*source(kind), &Cursor::default(), content_type, &body).unwrap();
        assert_eq!(read(), read(), "{}", kind.name);
    }
}

#[test]
fn every_item_has_a_name_of_its_own_and_says_something() {
    for kind in polled() {
        let (body, content_type) = fixture(kind, "page");
        let page = read(&*source(kind), &Cursor::default(), content_type, &body).unwrap();
        assert!(page.items.len() >= 2, "{}", kind.name);
        check_items(kind, &page);
    }
}

/// Every item has a name of its own, says something, and links to the web only.
#[cfg(test)]
fn check_items(kind: &Kind, page: &Page) {
    let ids: BTreeSet<&str> = page.items.iter().map(|i| i.external_id.as_str()).collect();
    assert_eq!(ids.len(), page.items.len(), "{}", kind.name);
    for item in &page.items {
        assert!(!item.external_id.trim().is_empty(), "{}", kind.name);
        assert!(item.withdrawn || item.stars.is_some() || item.title.is_some() || !item.text.is_empty());
        assert!(item.permalink.as_ref().is_none_or(|l| l.starts_with("http")), "{}", kind.name);
    }
}

#[test]
fn what_looks_like_a_script_is_kept_as_the_text_that_it_is() {
    for kind in polled() {
        let (body, content_type) = fixture(kind, "page");
        let page = read(&*source(kind), &Cursor::default(), content_type, &body).unwrap();
        assert!(page.items.iter().any(|i| i.text.contains("<script>alert(1)</script>")), "{}", kind.name);
    }
}

#[test]
fn an_empty_page_does_not_lose_the_cursor() {
    for kind in polled() {
        let source = source(kind);
        let (body, content_type) = fixture(kind, "page");
        let cursor = cursor_of(&read(&*source, &Cursor::default(), content_type, &body).unwrap());
        let (empty, content_type) = fixture(kind, "empty");
        let page = read(&*source, &cursor, content_type, &empty).unwrap();
        assert_eq!(page.items, [], "{}", kind.name);
        assert_eq!(plan(&*source, &cursor_of(&page)).url, plan(&*source, &cursor).url, "{}", kind.name);
    }
}

#[test]
fn a_page_that_comes_again_and_again_ends_the_poll() {
    for kind in polled() {
        let source = source(kind);
        let (body, content_type) = fixture(kind, "page");
        let mut cursor = Cursor::default();
        let steps = (0..200).find(|_| {
            let page = read(&*source, &cursor, content_type, &body).unwrap();
            cursor = cursor_of(&page);
            matches!(page.next, Next::CaughtUp(_))
        });
        assert!(steps.is_some(), "{}", kind.name);
        plan(&*source, &cursor);
    }
}

#[test]
fn another_answer_is_an_error_that_does_not_repeat_it() {
    for kind in polled() {
        for (content_type, body) in [
            ("text/html", "<!DOCTYPE html><html><body>geheim: log in</body></html>"),
            ("application/json", r#"{"geheim":"geheim"}"#),
            ("application/json", r#"[[["geheim"#),
            ("text/plain", ""),
            ("application/octet-stream", "\u{1}\u{2}geheim"),
        ] {
            let error = read(&*source(kind), &Cursor::default(), content_type, body.as_bytes());
            let error = error.expect_err(kind.name).to_string();
            assert!(!error.contains("geheim"), "{}: {error}", kind.name);
        }
    }
}

#[test]
fn an_error_within_a_successful_answer_is_an_error() {
    for kind in polled() {
        let body = br#"{"error":"too many requests"}"#;
        assert!(read(&*source(kind), &Cursor::default(), "application/json", body).is_err(), "{}", kind.name);
    }
}

#[test]
fn an_answer_that_breaks_off_is_never_taken_for_a_whole_one() {
    for kind in polled() {
        let (body, content_type) = fixture(kind, "page");
        let whole = read(&*source(kind), &Cursor::default(), content_type, &body).unwrap();
        for part in 1..20 {
            let cut = &body[..body.len() * part / 20];
            match read(&*source(kind), &Cursor::default(), content_type, cut) {
                Err(_) => {}
                // HTML has no end that has to be there.
                Ok(_) if content_type == "text/html" => {}
                Ok(page) => {
                    assert!(!page.warnings.is_empty(), "{} at {part}/20", kind.name);
                    assert!(page.items.iter().all(|i| whole.items.contains(i)), "{} at {part}/20", kind.name);
                }
            }
        }
    }
}

#[test]
fn a_cursor_of_another_version_is_an_error_and_not_a_panic() {
    for kind in polled() {
        let source = source(kind);
        let cx = Context { now: AT.parse().unwrap(), credential: None };
        for value in [serde_json::json!(7), serde_json::json!("x"), serde_json::json!([1])] {
            let planned = source.plan(&Cursor(value), &cx);
            assert!(matches!(planned, Err(PlanError::Cursor(_))), "{}", kind.name);
        }
    }
}

/// Kinds whose platform takes its credential nowhere but in the address. Requests and answers show no query.
const ONLY_IN_ADDRESS: [&str; 1] = ["webwinkelkeur"];

#[test]
fn a_credential_is_never_in_a_cursor_or_an_address() {
    for kind in polled() {
        let source = source(kind);
        let request = plan(&*source, &Cursor::default());
        let in_address = request.url.as_str().contains("geheim");
        assert_eq!(in_address, ONLY_IN_ADDRESS.contains(&kind.name), "{}", kind.name);
        assert!(!format!("{request:?}").contains("geheim"), "{}", kind.name);
        let (body, content_type) = fixture(kind, "page");
        let page = read(&*source, &Cursor::default(), content_type, &body).unwrap();
        assert!(!cursor_of(&page).0.to_string().contains("geheim"));
    }
}

/// Answers that a recheck cannot use, and errors that come as a success.
const UNUSABLE: [(&str, &str); 9] = [
    ("text/html", "<!DOCTYPE html><html><body>geheim: log in</body></html>"),
    ("application/json", r#"{"geheim":"geheim"}"#),
    ("application/json", r#"[[["geheim"#),
    ("text/plain", ""),
    ("application/json", r#"{"error":"too many requests"}"#),
    ("application/json", r#"{"error":{"code":4,"message":"geheim","errors":[{"reason":"geheim"}]}}"#),
    ("application/json", r#"{"errors":["geheim"],"error_type":"geheim"}"#),
    ("application/json", r#"{"error_id":502,"error_name":"geheim","error_message":"geheim"}"#),
    ("application/json", r#"{"status":"error","message":"geheim","success":false}"#),
];

#[test]
fn a_page_for_people_in_place_of_data_is_named_as_that() {
    for kind in polled() {
        if fixture(kind, "page").1.contains("json") {
            let html = b"<!DOCTYPE html><html><body>geheim</body></html>";
            for content_type in ["text/html", "application/json"] {
                let error =
                    read(&*source(kind), &Cursor::default(), content_type, html).expect_err(kind.name);
                assert!(error.to_string().contains("HTML page"), "{}: {error}", kind.name);
            }
        }
    }
}

#[test]
fn an_error_within_a_successful_answer_is_an_error_in_all_its_forms() {
    for kind in polled() {
        for (content_type, body) in UNUSABLE {
            let error = read(&*source(kind), &Cursor::default(), content_type, body.as_bytes());
            let error = error.expect_err(kind.name).to_string();
            assert!(!error.contains("geheim"), "{}: {error}", kind.name);
        }
    }
}

/// Goes on with the same answer again and again until the poll is done.
#[cfg(test)]
fn walked(kind: &Kind, mut cursor: Cursor, content_type: &str, body: &[u8]) -> Cursor {
    for _ in 0..200 {
        let page = read(&*source(kind), &cursor, content_type, body).unwrap();
        cursor = cursor_of(&page);
        if matches!(page.next, Next::CaughtUp(_)) {
            return cursor;
        }
    }
    panic!("{} never ends", kind.name)
}

#[test]
fn a_page_that_comes_again_or_is_short_does_not_lose_the_cursor() {
    for kind in polled() {
        let (body, content_type) = fixture(kind, "page");
        let first = walked(kind, Cursor::default(), content_type, &body);
        assert_ne!(first, Cursor::default(), "{}", kind.name);
        for body in [Some(body.clone()), short(content_type, &body)].into_iter().flatten() {
            let again = walked(kind, first.clone(), content_type, &body);
            assert_eq!(plan(&*source(kind), &again).url, plan(&*source(kind), &first).url, "{}", kind.name);
        }
    }
}

/// The same answer with one entry only in each of its lists.
#[cfg(test)]
fn short(content_type: &str, body: &[u8]) -> Option<Vec<u8>> {
    fn cut(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(map) => map.values_mut().for_each(cut),
            serde_json::Value::Array(list) => {
                list.truncate(1);
                list.iter_mut().for_each(cut);
            }
            _ => {}
        }
    }
    if content_type == "application/jsonl" {
        return body.split_inclusive(|b| *b == b'\n').next().map(<[u8]>::to_vec);
    }
    let mut value: serde_json::Value = serde_json::from_slice(body).ok()?;
    cut(&mut value);
    serde_json::to_vec(&value).ok()
}

#[test]
fn a_refusal_never_repeats_what_was_answered() {
    for kind in KINDS {
        let source = source(kind);
        for status in [302, 400, 401, 402, 403, 404, 410, 422, 429, 500, 503] {
            for (content_type, body) in UNUSABLE {
                let refused = refused(status, content_type, body.as_bytes());
                if let Some(refusal) = source.refusal(&refused) {
                    assert!(!refusal.why.contains("geheim"), "{}: {}", kind.name, refusal.why);
                    assert!(!refusal.why.ends_with('.') && !refusal.why.is_empty(), "{}", kind.name);
                }
            }
        }
    }
}

#[cfg(test)]
fn refused(status: u16, content_type: &str, body: &[u8]) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
    Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers,
        body: Bytes::copy_from_slice(body),
        url: url::Url::parse("https://x.example/").unwrap(),
        moved_to: None,
        at: AT.parse().unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn refusals_and_rechecks_of_random_bytes_do_no_harm(
        body in prop::collection::vec(any::<u8>(), 0..200),
        status in prop::sample::select(vec![200_u16, 400, 403, 404, 429, 500]),
    ) {
        for kind in KINDS {
            let (source, answer) = (source(kind), refused(status, "application/json", &body));
            let _ = source.refusal(&answer);
            if kind.polled {
                let drafts = source.read_recheck(&[], &answer);
                prop_assert!(drafts.is_err() || drafts.is_ok_and(|d| d.is_empty()), "{}", kind.name);
            }
        }
    }

    #[test]
    fn random_bytes_do_no_harm(body in prop::collection::vec(any::<u8>(), 0..400), at in 0_usize..400) {
        for kind in polled() {
            let source = source(kind);
            let (good, content_type) = fixture(kind, "page");
            let _ = read(&*source, &Cursor::default(), content_type, &body);
            // And a good answer with something wrong in the middle.
            let at = at * good.len() / 400;
            let mixed = [&good[..at], &body[..body.len().min(20)], &good[at..]].concat();
            if let Ok(page) = read(&*source, &Cursor::default(), content_type, &mixed) {
                prop_assert!(page.items.iter().all(|i| !i.external_id.is_empty()));
                plan(&*source, &cursor_of(&page));
            }
        }
    }
}

/// The page of a kind with one bad entry among the good ones, where its entries are a list of JSON objects.
#[cfg(test)]
fn with_a_bad_entry(content_type: &str, body: &[u8]) -> Option<Vec<u8>> {
    fn spoil(value: &mut serde_json::Value) -> bool {
        match value {
            serde_json::Value::Array(list) if list.len() >= 2 && list.iter().all(|one| one.is_object()) => {
                list.insert(1, serde_json::json!({"geheim": [1, null]}));
                true
            }
            serde_json::Value::Array(list) => list.iter_mut().any(spoil),
            serde_json::Value::Object(map) => map.values_mut().any(spoil),
            _ => false,
        }
    }
    if content_type == "application/jsonl" {
        return Some([br#"{"geheim":[1]}"#.as_slice(), b"\n", body].concat());
    }
    let mut value: serde_json::Value = serde_json::from_slice(body).ok()?;
    spoil(&mut value).then(|| serde_json::to_vec(&value).unwrap())
}

#[test]
fn a_bad_item_is_a_warning_and_the_rest_is_read() {
    let mut tried = 0;
    // The list of mails is written by ourselves; a mail that is broken is shown in the tests of the kind.
    for kind in polled().filter(|kind| kind.name != "email") {
        let (body, content_type) = fixture(kind, "page");
        let Some(spoilt) = with_a_bad_entry(content_type, &body) else { continue };
        let good = read(&*source(kind), &Cursor::default(), content_type, &body).unwrap();
        let page = read(&*source(kind), &Cursor::default(), content_type, &spoilt);
        let page = page.unwrap_or_else(|error| panic!("{}: {error}", kind.name));
        assert_eq!(page.items.len(), good.items.len(), "{}", kind.name);
        assert!(!format!("{:?}", page.warnings).contains("geheim"), "{}", kind.name);
        if page.warnings.len() > good.warnings.len() {
            tried += 1;
        }
    }
    assert!(tried >= 18, "only {tried} kinds say that an item was bad");
}

#[test]
fn names_do_not_depend_on_what_else_is_on_the_page() {
    for kind in polled() {
        let (body, content_type) = fixture(kind, "page");
        let Some(short) = short(content_type, &body) else { continue };
        let whole = read(&*source(kind), &Cursor::default(), content_type, &body).unwrap();
        let Ok(part) = read(&*source(kind), &Cursor::default(), content_type, &short) else { continue };
        for item in &part.items {
            let known = whole.items.iter().any(|i| i.external_id == item.external_id);
            assert!(known, "{}: {} is named otherwise", kind.name, item.external_id);
        }
    }
}
