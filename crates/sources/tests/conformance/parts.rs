//! Sources of several parts: one that is refused stops no other.

use super::*;

/// Kinds that read several parts with one source: keys that name three of them, an answer that lists them where they are
/// not configured, and the names of the parts.
const PARTS: &[(&str, &str, Option<&str>, [&str; 3])] = &[
    (
        "trustpilot",
        "business_units = ['aaaaaaaaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbbbbbb', 'cccccccccccccccccccccccc']",
        None,
        ["aaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbb", "cccccccccccccccccccccccc"],
    ),
    ("app-store", "apps = ['1', '2', '3']\ncountries = ['nl']", None, ["nl/1", "nl/2", "nl/3"]),
    ("app-store-connect", "apps = ['71', '72', '73']", None, ["71", "72", "73"]),
    ("google-play", "packages = ['nl.a', 'nl.b', 'nl.c']", None, ["nl.a", "nl.b", "nl.c"]),
    ("kiyoh", "locations = ['71', '72', '73']", None, ["71", "72", "73"]),
    (
        "google-business",
        "",
        Some(r#"{"locations":[{"name":"locations/71"},{"name":"locations/72"},{"name":"locations/73"}]}"#),
        ["locations/71", "locations/72", "locations/73"],
    ),
];

/// Kinds whose parts hang on a list that was answered: when all of them are refused, the list still was not.
const HANGING: &[(&str, &str, [&str; 3])] = &[
    (
        "facebook",
        r#"{"data":[{"id":"1_71","message":"x","created_time":"2024-05-03T10:00:00+0000","comments":{"summary":{"total_count":2}}},
            {"id":"1_72","message":"x","created_time":"2024-05-03T10:00:00+0000","comments":{"summary":{"total_count":2}}},
            {"id":"1_73","message":"x","created_time":"2024-05-03T10:00:00+0000","comments":{"summary":{"total_count":2}}}]}"#,
        ["1_71", "1_72", "1_73"],
    ),
    (
        "instagram",
        r#"{"data":[{"id":"71","caption":"x","timestamp":"2024-05-03T10:00:00+0000","comments_count":2},
            {"id":"72","caption":"x","timestamp":"2024-05-03T10:00:00+0000","comments_count":2},
            {"id":"73","caption":"x","timestamp":"2024-05-03T10:00:00+0000","comments_count":2}]}"#,
        ["71", "72", "73"],
    ),
    (
        "youtube",
        r#"{"items":[{"snippet":{"videoId":"v","totalReplyCount":9,"topLevelComment":{"id":"t71","snippet":{"textDisplay":"x","publishedAt":"2024-05-03T10:00:00Z"}}}},
            {"snippet":{"videoId":"v","totalReplyCount":9,"topLevelComment":{"id":"t72","snippet":{"textDisplay":"x","publishedAt":"2024-05-03T10:00:00Z"}}}},
            {"snippet":{"videoId":"v","totalReplyCount":9,"topLevelComment":{"id":"t73","snippet":{"textDisplay":"x","publishedAt":"2024-05-03T10:00:00Z"}}}}]}"#,
        ["t71", "t72", "t73"],
    ),
];

/// Kinds that read one list a source, so that its refusal is one of the source. A new kind has to say where it belongs.
const ONE_LIST: [&str; 15] = [
    "bluesky",
    "discourse",
    "email",
    "feed",
    "feedback-company",
    "hacker-news",
    "jetstream",
    "json",
    "lemmy",
    "mastodon",
    "reddit",
    "reviews",
    "stack-exchange",
    "webwinkelkeur",
    "x",
];

/// Statuses that may concern a part.
const OF_A_PART: [u16; 4] = [400, 403, 404, 410];

/// A source of three parts, and the cursor at which the first of them is asked.
#[cfg(test)]
fn with_parts(name: &str, keys: &str, listed: Option<&str>) -> (Box<dyn Source>, Cursor) {
    let kind = KINDS.iter().find(|kind| kind.name == name).expect(name);
    let mut table = own_table(kind);
    table.extend(toml::from_str::<toml::Table>(keys).unwrap());
    let source = (kind.build)(&table).unwrap_or_else(|e| panic!("{name}: {e}"));
    let cursor = match listed {
        Some(body) => {
            cursor_of(&read(&*source, &Cursor::default(), "application/json", body.as_bytes()).unwrap())
        }
        None => Cursor::default(),
    };
    (source, cursor)
}

/// The refusal of what is asked at a cursor.
#[cfg(test)]
fn refuse(source: &dyn Source, cursor: &Cursor, status: u16) -> Option<Page> {
    let url = plan(source, cursor).url;
    source
        .refused(cursor, &Response { url, ..refused(status, "application/json", br#"{"geheim":"geheim"}"#) })
}

#[cfg(test)]
fn names(page: &Page, part: &str) -> bool {
    page.items.is_empty()
        && page.warnings.iter().any(|w| w.item.contains(part) && !w.problem.is_empty())
        && page.warnings.iter().all(|w| !w.problem.contains("geheim"))
}

#[test]
fn every_kind_says_whether_it_reads_several_parts() {
    for kind in polled() {
        let count = usize::from(PARTS.iter().any(|(name, ..)| *name == kind.name))
            + usize::from(HANGING.iter().any(|(name, ..)| *name == kind.name))
            + usize::from(ONE_LIST.contains(&kind.name));
        assert_eq!(count, 1, "{}", kind.name);
    }
}

#[test]
fn a_part_that_is_refused_does_not_stop_the_others_and_its_warning_names_it() {
    let hanging = HANGING.iter().map(|(name, listed, parts)| (*name, "", Some(*listed), *parts));
    for (name, keys, listed, parts) in PARTS.iter().copied().chain(hanging) {
        for status in OF_A_PART {
            for refused_part in parts {
                let (source, mut cursor) = with_parts(name, keys, listed);
                let kind = KINDS.iter().find(|kind| kind.name == name).unwrap();
                let (empty, content_type) = fixture(kind, "empty");
                let (mut asked, mut warned, mut ended) = (Vec::new(), 0, false);
                for _ in 0..20 {
                    let url = plan(&*source, &cursor).url.to_string();
                    let here = parts.iter().find(|part| says(&url, part));
                    asked.extend(here.copied());
                    let page = if here == Some(&refused_part) {
                        let page = refuse(&*source, &cursor, status)
                            .unwrap_or_else(|| panic!("{name} {status}: the source is refused"));
                        assert!(names(&page, refused_part), "{name} {status}: {:?}", page.warnings);
                        warned += 1;
                        page
                    } else {
                        read(&*source, &cursor, content_type, &empty).unwrap()
                    };
                    cursor = cursor_of(&page);
                    ended = matches!(page.next, Next::CaughtUp(_));
                    if ended {
                        break;
                    }
                }
                assert!(ended && warned == 1, "{name} {status} {refused_part}: {asked:?}");
                for part in parts {
                    assert!(asked.contains(&part), "{name} {status}: {part} was not asked, but {asked:?}");
                }
            }
        }
    }
}

/// Whether an address is the one of a part.
#[cfg(test)]
fn says(url: &str, part: &str) -> bool {
    let url = url.replace("%2F", "/").replace("page=1/id=", "");
    let part = part.rsplit('/').next().unwrap_or(part);
    url.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).any(|word| word == part)
}

#[test]
fn all_parts_refused_is_a_failure_of_the_source_and_the_next_poll_asks_all_of_them_again() {
    for (name, keys, listed, parts) in PARTS {
        for status in OF_A_PART {
            let (source, mut cursor) = with_parts(name, keys, *listed);
            let mut passed = 0;
            while let Some(page) = refuse(&*source, &cursor, status) {
                assert!(matches!(page.next, Next::More(_)), "{name} {status}: looks as if it had been read");
                cursor = cursor_of(&page);
                passed += 1;
                assert!(passed < 10, "{name} {status}: never fails");
            }
            assert_eq!(passed, parts.len() - 1, "{name} {status}");
            // Hours later the others are answered: they are not forgotten because the last one is refused.
            let later: Timestamp = "2024-05-03T18:30:00Z".parse().unwrap();
            let mut asked = BTreeSet::new();
            for _ in 0..12 {
                let secret = Secret::new("geheim:geheim");
                let url =
                    source.plan(&cursor, &Context { now: later, credential: Some(&secret) }).unwrap().url;
                asked.extend(parts.iter().copied().filter(|part| says(url.as_str(), part)));
                let kind = KINDS.iter().find(|kind| kind.name == *name).unwrap();
                let (empty, content_type) = fixture(kind, "empty");
                let is_last = says(url.as_str(), parts[2]);
                let mut answer = answer(&*source, &cursor, content_type, &empty);
                (answer.at, answer.url) = (later, url);
                let page = match is_last {
                    true => {
                        answer.status = StatusCode::from_u16(status).unwrap();
                        source.refused(&cursor, &answer)
                    }
                    false => source.parse(&cursor, &answer).ok(),
                };
                let Some(page) = page else { break };
                cursor = cursor_of(&page);
                if matches!(page.next, Next::CaughtUp(_)) {
                    break;
                }
            }
            // Locations that were refused are left alone for hours, and a list says anew which there are.
            if *name != "google-business" {
                assert_eq!(asked.len(), parts.len(), "{name} {status}: {asked:?}");
            }
        }
    }
}

#[test]
fn what_concerns_the_login_the_pace_or_the_day_concerns_the_whole_source() {
    let hanging = HANGING.iter().map(|(name, listed, parts)| (*name, "", Some(*listed), *parts));
    for (name, keys, listed, _) in PARTS.iter().copied().chain(hanging) {
        let (source, cursor) = with_parts(name, keys, listed);
        for status in [401, 402, 407, 429, 500, 502, 503, 504] {
            assert!(refuse(&*source, &cursor, status).is_none(), "{name} {status}");
        }
    }
    for kind in polled() {
        for status in [400, 401, 403, 404, 410, 429, 500, 503] {
            let is_first_of_several = PARTS.iter().any(|(name, _, listed, _)| {
                *name == kind.name && listed.is_none() && OF_A_PART.contains(&status)
            });
            if !is_first_of_several {
                let page = refuse(&*source(kind), &Cursor::default(), status);
                assert!(page.is_none(), "{} {status}", kind.name);
            }
        }
    }
}

#[test]
fn an_older_page_that_is_refused_is_said_and_neither_loses_the_cursor_nor_holds_up_the_poll() {
    for kind in polled() {
        let source = source(kind);
        let (body, content_type) = fixture(kind, "page");
        let page = read(&*source, &Cursor::default(), content_type, &body).unwrap();
        let Next::More(mut cursor) = page.next else { continue };
        for step in 0.. {
            assert!(step < 20, "{} is held up", kind.name);
            let Some(page) = refuse(&*source, &cursor, 400) else {
                // It came back to the newest page, whose refusal is one of the source.
                break;
            };
            assert!(!page.warnings.is_empty() && page.items.is_empty(), "{}", kind.name);
            cursor = cursor_of(&page);
            if matches!(page.next, Next::CaughtUp(_)) {
                break;
            }
        }
        plan(&*source, &cursor);
    }
}

/// Whether some kind names its calls so.
#[test]
fn every_limit_is_one_of_a_credential_that_some_kind_names() {
    for limit in gehoor_sources::LIMITS {
        let used =
            polled().filter_map(|kind| plan(&*source(kind), &Cursor::default()).credential).any(|name| {
                name == limit.credential || name.split(':').next() == limit.credential.split(':').next()
            });
        assert!(used && limit.calls > 0 && !limit.source.is_empty(), "{}", limit.credential);
    }
}
