//! How fast answers become drafts, one plug at a time: a page of 40 items, as a platform gives it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench that cannot be set up has to stop"
)]

use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, Throughput};
use gehoor_sources::import::{self, Format, Options};
use gehoor_sources::{Cursor, build};
use gehoor_wire::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use url::Url;

const ITEMS: usize = 40;
const TEXT: &str = "Drie weken geleden is onze bank kapot geleverd. Er zou teruggebeld worden, maar niemand belt. \
    Inmiddels vier keer zelf gebeld, steeds een ander verhaal. Wie lost dit op?";

fn answer(content_type: &'static str, body: String) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    let url = Url::parse("https://a.example/").expect("an address");
    let at = jiff::Timestamp::UNIX_EPOCH;
    Response { status: StatusCode::OK, headers, body: Bytes::from(body), url, moved_to: None, at }
}

/// The page of a kind's fixtures.
fn fixture(kind: &str) -> (&'static str, String) {
    let types = [
        ("xml", "text/xml"),
        ("json", "application/json"),
        ("html", "text/html"),
        ("jsonl", "application/jsonl"),
    ];
    let found = types.into_iter().find_map(|(end, content_type)| {
        let path = format!("{}/fixtures/{kind}/page.{end}", env!("CARGO_MANIFEST_DIR"));
        Some((content_type, std::fs::read_to_string(path).ok()?))
    });
    found.expect(kind)
}

fn page(item: impl Fn(usize) -> String, before: &str, between: &str, after: &str) -> String {
    format!("{before}{}{after}", (0..ITEMS).map(item).collect::<Vec<_>>().join(between))
}

fn parse(c: &mut Criterion) {
    let feed = page(
        |n| {
            format!(
                "<item><guid>{n}</guid><link>https://a.example/{n}</link><title>Klacht {n}</title><pubDate>Wed, 01 May 2024 10:00:00 GMT</pubDate><description>&lt;p&gt;{TEXT}&lt;/p&gt;</description></item>"
            )
        },
        "<rss version='2.0'><channel>",
        "",
        "</channel></rss>",
    );
    let posts = page(
        |n| {
            format!(
                r#"{{"id":"1123765714944{n:05}","uri":"https://a.example/{n}","url":"https://a.example/{n}","created_at":"2024-05-03T10:00:00.000Z","visibility":"public","content":"<p>{TEXT}</p>","language":"nl","account":{{"acct":"jan{n}","display_name":"Jan","url":"https://a.example/jan","followers_count":7}},"reblog":null}}"#
            )
        },
        "[",
        ",",
        "]",
    );
    let reviews = page(
        |n| {
            format!(
                r##"{{"@type":"Review","@id":"#{n}","author":{{"@type":"Person","name":"Jan"}},"datePublished":"2024-05-01","reviewBody":"{TEXT}","reviewRating":{{"ratingValue":"4,5"}}}}"##
            )
        },
        "<html><body><script type='application/ld+json'>{\"@type\":\"Store\",\"name\":\"A\",\"review\":[",
        ",",
        "]}</script></body></html>",
    );
    let pushed = page(
        |n| format!(r#"{{"external_id":"{n}","text":"{TEXT}","author":{{"name":"Jan"}}}}"#),
        "[",
        ",",
        "]",
    );
    let table = |text: &str| toml::from_str(text).expect("a table");
    let plugs = [
        ("feed", "url = 'https://a.example/'", answer("text/xml", feed)),
        (
            "mastodon",
            "base = 'https://a.example/'\nmode = 'hashtag'\ntag = 'a'",
            answer("application/json", posts),
        ),
        ("reviews", "url = 'https://a.example/'", answer("text/html", reviews)),
        ("webhook", "", answer("application/json", pushed)),
    ];
    let mut group = c.benchmark_group("parse");
    group.throughput(Throughput::Elements(ITEMS as u64));
    for (name, config, response) in plugs {
        let source = build(name, &table(config)).expect(name);
        assert_eq!(source.parse(&Cursor::default(), &response).expect(name).items.len(), ITEMS);
        group.bench_function(name, |b| b.iter(|| source.parse(&Cursor::default(), black_box(&response))));
    }
    // Every kind by the page of its fixtures: small pages, so that what a page costs in itself counts in full.
    for kind in gehoor_sources::KINDS.iter().filter(|kind| kind.polled) {
        let (content_type, body) = fixture(kind.name);
        let example: toml::Table = toml::from_str(kind.example).expect(kind.name);
        let mut keys = example["source"][0].as_table().expect(kind.name).clone();
        keys.retain(|key, _| {
            !["id", "name", "kind", "platform", "channel", "every", "credential"].contains(&key)
        });
        let source = (kind.build)(&keys).expect(kind.name);
        let response = answer(content_type, body);
        let items = source.parse(&Cursor::default(), &response).expect(kind.name).items.len();
        group.throughput(Throughput::Elements(items as u64));
        group.bench_function(format!("fixture/{}", kind.name), |b| {
            b.iter(|| source.parse(&Cursor::default(), black_box(&response)));
        });
    }
    group.throughput(Throughput::Elements(ITEMS as u64));
    let csv =
        page(|n| format!("{n};Jan;4,5;2024-05-01;\"{TEXT}\"\n"), "id;naam;cijfer;datum;tekst\n", "", "");
    group.bench_function("csv", |b| {
        b.iter(|| {
            let file = std::io::Cursor::new(csv.clone().into_bytes());
            import::read(Format::Csv, file, Options::default()).map(|import| import.rows.count())
        });
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    parse(&mut criterion);
    criterion.final_summary();
}
