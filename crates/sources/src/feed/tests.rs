//! Feeds as they are found.

use super::*;
use crate::fixture::{self, page};

fn read(content_type: &str, body: impl AsRef<[u8]>) -> Result<Page, ParseError> {
    let feed = Feed { url: Url::parse("https://klachten.example/feed").unwrap(), basic: false };
    feed.parse(&Cursor::default(), &page("https://klachten.example/feed", content_type, body))
}

fn rss(items: &str) -> Page {
    read("text/xml", format!("<rss version='2.0'><channel>{items}</channel></rss>")).unwrap()
}

#[test]
fn a_feed_is_read_with_all_that_it_says() {
    let page = read("application/rss+xml", fixture::bytes("feed/page.xml")).unwrap();
    insta::assert_json_snapshot!(fixture::shown(&page));
}

#[test]
fn the_same_complaints_are_the_same_in_all_three_formats() {
    let items = |name: &str, kind: &str| read(kind, fixture::bytes(name)).unwrap().items;
    let rss = items("feed/same.rss.xml", "application/rss+xml");
    assert_eq!(rss.len(), 2);
    assert_eq!(rss, items("feed/same.atom.xml", "application/atom+xml"));
    assert_eq!(rss, items("feed/same.json", "application/feed+json"));
}

#[test]
fn an_item_is_named_by_guid_then_link_then_what_it_says() {
    let page = rss("<item><guid> g </guid><link>https://a.example/1</link><title>a</title></item>
        <item><link>https://a.example/2</link><title>b</title></item><item><title>c</title></item>");
    let ids: Vec<&str> = page.items.iter().map(|i| i.external_id.as_str()).collect();
    assert_eq!(ids[..2], ["g", "https://a.example/2"]);
    assert_eq!(ids[2].len(), 32);
    assert_eq!(page.items[0].permalink.as_deref(), Some("https://a.example/1"));
}

#[test]
fn an_item_that_stands_twice_is_taken_once() {
    let item = |guid: &str| {
        format!("<item><guid>{guid}</guid><link>https://a.example/1</link><title>a</title></item>")
    };
    assert_eq!(rss(&[item("1"), item("1"), item("2")].concat()).items.len(), 1);
}

#[test]
fn an_unchanged_feed_hands_nothing_on_but_a_changed_word_does() {
    let feed = Feed { url: Url::parse("https://klachten.example/feed").unwrap(), basic: false };
    let body = |word: &str| {
        page(
            "https://klachten.example/feed",
            "text/xml",
            format!(
                "<rss version='2.0'><channel><lastBuildDate>{word}</lastBuildDate><item><guid>1</guid><title>{word}</title></item></channel></rss>"
            ),
        )
    };
    let Next::CaughtUp(cursor) = feed.parse(&Cursor::default(), &body("a")).unwrap().next else {
        panic!("more")
    };
    assert_eq!(feed.parse(&cursor, &body("a")).unwrap().items, []);
    assert_eq!(feed.parse(&cursor, &body("b")).unwrap().items.len(), 1);
}

#[test]
fn an_edit_is_told_by_a_later_date() {
    let atom = |published: &str| {
        format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>a</title>{published}<updated>2024-05-02T00:00:00Z</updated></entry></feed>"
        )
    };
    let item = |published: &str| read("text/xml", atom(published)).unwrap().items[0].clone();
    let edited = item("<published>2024-05-01T00:00:00Z</published>");
    assert_eq!(edited.edited.unwrap().to_string(), "2024-05-02T00:00:00Z");
    assert_eq!(edited.published.unwrap().to_string(), "2024-05-01T00:00:00Z");
    assert_eq!(
        (item("").published.unwrap().to_string().as_str(), item("").edited),
        ("2024-05-02T00:00:00Z", None)
    );
}

#[test]
fn wishes_for_rest_are_passed_on_and_the_one_of_wordpress_is_not() {
    let rest = |head: &str| rss(head).hints.not_before.map(|d| d.as_mins());
    let sy = |period: &str, times: u32| {
        format!("<x:updatePeriod xmlns:x='y'> {period} </x:updatePeriod><x:updateFrequency xmlns:x='y'>{times}</x:updateFrequency>").replace(" xmlns:x='y'>", ">")
    };
    assert_eq!(rest("<ttl>30</ttl>"), Some(30));
    assert_eq!(rest(&sy("daily", 4)), Some(360));
    assert_eq!(rest(&sy("hourly", 1)), None);
    assert_eq!(rest(&sy("yearly", 1)), Some(24 * 60));
    assert_eq!(rest("<ttl>x</ttl>"), None);
}

#[test]
fn a_json_feed_that_has_ended_says_so_and_bears_odd_items() {
    let page = read("application/json", r#"{"version":"https://jsonfeed.org/version/1","expired":true,"items":[{"id":7,"content_text":"a"},"x",{"id":"8"},{"id":null,"title":"b"}]}"#).unwrap();
    assert!(page.hints.ended);
    assert_eq!((page.items.len(), page.warnings.len()), (2, 2));
    assert_eq!(page.items[0].external_id, "7");
}

#[test]
fn a_feed_in_another_encoding_is_read() {
    let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'><channel><item><title>Caf\xe9</title></item></channel></rss>";
    assert_eq!(read("text/xml", latin).unwrap().items[0].title.as_deref(), Some("Café"));
    let wide: Vec<u8> = "\u{feff}<?xml version='1.0' encoding='utf-16'?><rss version='2.0'><channel><item><title>Café</title></item></channel></rss>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(read("text/xml", wide).unwrap().items[0].title.as_deref(), Some("Café"));
}

#[test]
fn a_broken_item_is_a_warning_and_the_rest_is_read() {
    let page = read("text/xml", "<rss version='2.0'><channel><item><title>a</title></item><item><title>b</title><description>x</p></description></item><item><title>c</title></item></channel></rss>").unwrap();
    let titles: Vec<_> = page.items.iter().filter_map(|i| i.title.as_deref()).collect();
    assert_eq!(titles, ["a", "c"]);
    insta::assert_json_snapshot!(page.warnings);
}

#[test]
fn a_feed_that_breaks_off_gives_what_was_whole_and_says_so() {
    let page =
        read("text/xml", "<rss version='2.0'><channel><item><title>a</title></item><item><title>b</ti")
            .unwrap();
    assert_eq!((page.items.len(), page.warnings.len()), (1, 2));
}

#[test]
fn entities_declared_in_a_feed_are_never_expanded() {
    let page = read("text/xml", "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'><!ENTITY f SYSTEM 'file:///etc/passwd'>]><rss version='2.0'><channel><item><title>&b;&f; caf&eacute;</title></item></channel></rss>").unwrap();
    assert_eq!(page.items[0].title.as_deref(), Some("&b;&f; café"));
}

#[test]
fn what_is_no_feed_is_refused_without_repeating_it() {
    for (body, found) in [
        ("<!DOCTYPE html><html><body>Log in, geheim</body></html>", "an HTML page"),
        ("", "an empty body"),
        ("{\"error\":\"geheim\"}", "JSON of another shape"),
        ("{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[", "JSON that breaks off"),
        ("geheim", "something else"),
        ("<opml><geheim/></opml>", "XML of another kind"),
    ] {
        let error = read("text/html", body).unwrap_err().to_string();
        assert!(error.contains(found) && !error.contains("geheim"), "{error}");
    }
}

#[test]
fn an_endless_feed_is_cut_and_says_so() {
    let items: String =
        (0..MAX_ITEMS + 5).map(|n| format!("<item><guid>{n}</guid><title>{n}</title></item>")).collect();
    let page = rss(&items);
    assert_eq!((page.items.len(), page.warnings.len()), (MAX_ITEMS, 1));
}

#[test]
fn a_password_goes_into_a_header_and_nowhere_else() {
    let feed = Feed { url: Url::parse("https://klachten.example/feed").unwrap(), basic: true };
    let secret = Secret::new("jan:geheim");
    let now = jiff::Timestamp::UNIX_EPOCH;
    let request = feed.plan(&Cursor::default(), &Context { now, credential: Some(&secret) }).unwrap();
    assert_eq!(request.headers.get(AUTHORIZATION).unwrap(), "Basic amFuOmdlaGVpbQ==");
    assert!(!format!("{request:?} {:?}", request.headers).contains("amFu"));
    let without = feed.plan(&Cursor::default(), &Context { now, credential: None });
    assert!(matches!(without, Err(PlanError::NoCredential)));
}
