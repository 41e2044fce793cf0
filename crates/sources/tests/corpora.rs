//! The feeds with which two well-known parsers are tested (`tests/parts/feeds.sh` fetches them), read by the kind `feed`:
//! how many of the values that their tests expect of an entry we read too, and where and why we differ.
//!
//! `cargo test -p gehoor-sources --test corpora -- --nocapture` lists every difference.

#![expect(clippy::unwrap_used, reason = "a test stops at what is not as it should be")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bytes::Bytes;
use gehoor_domain::mention::Draft;
use gehoor_sources::{Cursor, Page, ParseError, build};
use gehoor_text::plain::from_html;
use gehoor_wire::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::Timestamp;
use regex::Regex;

/// What was measured: values of entries that are read as the tests of feedparser 6.0.14 expect, in thousandths, of those
/// entries that have a title or a text. Fewer is a step back.
const READ_FEEDPARSER: usize = 741;
/// Entries of which all is read as the tests of feed-rs 3.0.0 expect, in thousandths.
const READ_FEED_RS: usize = 939;

/// Where the feeds lie.
fn folders() -> (PathBuf, PathBuf) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parts/feeds.sh");
    let made = std::env::temp_dir().join(format!("gehoor-feeds-{}", std::process::id()));
    let done = Command::new(script).arg("start").arg(&made).output().unwrap();
    let _ = fs::remove_dir(&made);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let line: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    let of = |name: &str| PathBuf::from(line.get(name).and_then(serde_json::Value::as_str).unwrap());
    (of("feedparser"), of("feed_rs"))
}

/// All files below a folder, in order.
fn files(below: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(below)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect();
    found.sort();
    found
}

fn read(body: Vec<u8>) -> Result<Page, ParseError> {
    let url = "http://127.0.0.1:8097/tests/feed.xml";
    let source = build("feed", &toml::from_str(&format!("url = '{url}'")).unwrap()).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    let (url, at) = (url::Url::parse(url).unwrap(), Timestamp::UNIX_EPOCH);
    let response =
        Response { status: StatusCode::OK, headers, body: Bytes::from(body), url, moved_to: None, at };
    source.parse(&Cursor::default(), &response)
}

/// A text of Python: quotes off, escapes undone.
fn python(text: &str) -> String {
    let inner = text.trim_start_matches('u');
    let inner = inner.get(1..inner.len() - 1).unwrap_or_default();
    let (mut out, mut chars) = (String::new(), inner.chars());
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(kind @ ('x' | 'u' | 'U')) => {
                let digits = [('x', 2), ('u', 4), ('U', 8)].into_iter().find(|(letter, _)| *letter == kind);
                let hex: String = chars.by_ref().take(digits.map_or(0, |(_, digits)| digits)).collect();
                out.extend(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32));
            }
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            other => out.extend(other),
        }
    }
    out
}

/// Spaces are not compared.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A tuple of Python's time, in UTC.
fn moment(tuple: &str) -> Option<Timestamp> {
    let numbers: Vec<i64> =
        tuple.trim_matches(['(', ')']).split(',').filter_map(|number| number.trim().parse().ok()).collect();
    let [year, month, day, hour, minute, second, ..] = numbers.as_slice() else { return None };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z").parse().ok()
}

/// Whether a draft holds what is expected of a field, and what it holds.
fn holds(draft: &Draft, field: &str, expected: &str) -> (bool, String) {
    let is_text = |ours: &str| {
        let wanted = python(expected);
        let ours = squeezed(ours);
        ours == squeezed(&wanted) || ours == squeezed(&from_html(&wanted))
    };
    match field {
        "title" | "title_detail" => {
            let ours = draft.title.clone().unwrap_or_default();
            (is_text(&ours), ours)
        }
        "description" | "summary" | "summary_detail" | "content" => {
            (is_text(&draft.text), draft.text.clone())
        }
        "link" => {
            let ours = draft.permalink.clone().unwrap_or_default();
            (ours == python(expected), ours)
        }
        "id" | "guid" => (draft.external_id == python(expected), draft.external_id.clone()),
        _ => {
            let wanted = moment(expected);
            let ours = [draft.published, draft.edited];
            (wanted.is_some() && ours.contains(&wanted), format!("{:?}", draft.published))
        }
    }
}

#[test]
fn entries_are_read_as_the_tests_of_feedparser_expect() {
    let (corpus, _) = folders();
    let is_expectation = Regex::new(
        r#"entries\[(\d+)\](?:\['(\w+)'\]|\.(\w+))(?:\[0\])?(\['value'\]|\.value)? == (u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"|\((?:\d+, )+\d+\))"#,
    )
    .unwrap();
    let texts = ["title", "description", "summary", "link", "id", "guid"];
    let details = ["title_detail", "summary_detail", "content"];
    let moments = ["published_parsed", "updated_parsed", "created_parsed", "date_parsed", "modified_parsed"];
    let (mut total, mut good, mut silent) = (0, 0, 0);
    let mut differ: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let found = ["wellformed", "illformed"].into_iter().flat_map(|part| files(&corpus.join(part)));
    for file in found.filter(|file| file.extension().is_some_and(|end| end == "xml")) {
        let body = fs::read(&file).unwrap();
        let head = String::from_utf8_lossy(&body).into_owned();
        let Some(expect) = head.split_once("Expect:").map(|(_, rest)| rest.split("-->").next().unwrap())
        else {
            continue;
        };
        let name = file.strip_prefix(&corpus).unwrap().display().to_string();
        for one in is_expectation.captures_iter(expect) {
            let field = one.get(2).or_else(|| one.get(3)).map(|field| field.as_str()).unwrap();
            let of_detail = one.get(4).is_some();
            let fits = (texts.contains(&field) || moments.contains(&field)) && !of_detail
                || details.contains(&field) && of_detail;
            if !fits {
                continue;
            }
            let (at, expected) = (one[1].parse::<usize>().unwrap(), &one[5]);
            let page = match read(body.clone()) {
                Ok(page) => page,
                Err(error) => {
                    total += 1;
                    differ
                        .entry("the whole feed is refused".to_owned())
                        .or_default()
                        .push(format!("{name}: {error}"));
                    continue;
                }
            };
            let Some(draft) = page.items.get(at) else {
                let says_nothing = details.contains(&field)
                    || texts.contains(&field) && !["link", "id", "guid"].contains(&field);
                let says_nothing = !says_nothing || from_html(&python(expected)).trim().is_empty();
                let left_out =
                    page.warnings.iter().any(|warning| warning.problem.contains("neither text nor title"));
                if left_out && says_nothing {
                    silent += 1;
                    continue;
                }
                total += 1;
                let why =
                    if left_out { "left out, though it says something" } else { "there is no such entry" };
                differ.entry(why.to_owned()).or_default().push(format!("{name}: {field} {expected}"));
                continue;
            };
            total += 1;
            match holds(draft, field, expected) {
                (true, _) => good += 1,
                (false, ours) => differ
                    .entry(format!("another {field}"))
                    .or_default()
                    .push(format!("{name}: {expected} but {ours:?}")),
            }
        }
    }
    for (why, list) in &differ {
        println!("{why}: {}", list.len());
        for one in list {
            println!("    {one}");
        }
    }
    let share = good * 1_000 / total;
    println!(
        "{good} of {total} values are read as expected ({share} ‰); {silent} are of entries that say nothing"
    );
    assert!(total > 300 && share >= READ_FEEDPARSER, "{share} ‰ of {total}");
}

/// What a test of feed-rs expects of an entry and we hold otherwise.
fn otherwise(expected: &serde_json::Value, draft: &Draft) -> Vec<String> {
    let text = |path: &str| expected.pointer(path).and_then(serde_json::Value::as_str);
    let mut found = Vec::new();
    if let Some(title) = text("/title/content").map(|title| squeezed(&from_html(title))) {
        let ours = squeezed(draft.title.as_deref().unwrap_or_default());
        if ours != title && ours != squeezed(text("/title/content").unwrap()) {
            found.push(format!("title {title:?} but {ours:?}"));
        }
    }
    let links = expected.get("links").and_then(serde_json::Value::as_array);
    let links: Vec<&str> =
        links.into_iter().flatten().filter_map(|link| link.get("href")?.as_str()).collect();
    let is_link = |ours: &String| {
        links.iter().any(|link| url::Url::parse(link).is_ok_and(|link| link.as_str() == ours))
    };
    if !links.is_empty() && !draft.permalink.as_ref().is_some_and(is_link) {
        found.push(format!("link {links:?} but {:?}", draft.permalink));
    }
    for name in ["published", "updated"] {
        let wanted: Option<Timestamp> = text(&format!("/{name}")).and_then(|at| at.parse().ok());
        if wanted.is_some_and(|at| ![draft.published, draft.edited].contains(&Some(at))) {
            // A change before it was published, or in the same moment, is none.
            let is_none = name == "updated" && wanted <= draft.published;
            found.extend((!is_none).then(|| format!("{name} {wanted:?} but {:?}", draft.published)));
        }
    }
    let body = text("/content/body").filter(|body| !from_html(body).trim().is_empty());
    if let Some(body) = body.or_else(|| text("/summary/content")) {
        let wanted = [squeezed(&from_html(body)), squeezed(body)];
        if !wanted.contains(&squeezed(&draft.text)) {
            found.push("another text".to_owned());
        }
    }
    found
}

#[test]
fn entries_are_read_as_the_tests_of_feed_rs_expect() {
    let (_, corpus) = folders();
    let (mut total, mut good, mut silent, mut files_read) = (0, 0, 0, 0);
    for file in files(&corpus) {
        let expected = file.with_extension("serde.json");
        if file.to_string_lossy().ends_with(".serde.json") || !expected.exists() {
            continue;
        }
        files_read += 1;
        let name = file.strip_prefix(&corpus).unwrap().display().to_string();
        let expected: serde_json::Value = serde_json::from_slice(&fs::read(&expected).unwrap()).unwrap();
        let entries = expected.get("entries").and_then(serde_json::Value::as_array).unwrap();
        let page = match read(fs::read(&file).unwrap()) {
            Ok(page) => page,
            Err(error) => {
                total += entries.len();
                println!("{name}: {error}");
                continue;
            }
        };
        let text = |of: &serde_json::Value, path: &str| {
            of.pointer(path)
                .and_then(serde_json::Value::as_str)
                .map(|t| squeezed(&from_html(t)))
                .unwrap_or_default()
        };
        for (at, entry) in entries.iter().enumerate() {
            let says = ["/title/content", "/content/body", "/summary/content"]
                .iter()
                .any(|path| !text(entry, path).is_empty());
            if !says {
                silent += 1;
                continue;
            }
            total += 1;
            let id = entry.get("id").and_then(serde_json::Value::as_str);
            // An id that was made up there is another here: the place in the feed says which it is.
            let draft = page.items.iter().find(|draft| Some(draft.external_id.as_str()) == id);
            let Some(draft) = draft.or_else(|| page.items.get(at)) else {
                println!("{name}: entry {} is missing", at + 1);
                continue;
            };
            let differs = otherwise(entry, draft);
            good += usize::from(differs.is_empty());
            for one in differs {
                println!("{name}: entry {}: {one}", at + 1);
            }
        }
    }
    let share = good * 1_000 / total;
    println!(
        "{good} of {total} entries of {files_read} files are read as expected ({share} ‰); {silent} say nothing"
    );
    assert!(files_read > 60 && share >= READ_FEED_RS, "{share} ‰ of {total} in {files_read}");
}
